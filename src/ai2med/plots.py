"""How the book's Matplotlib figures look: readable on a phone, safe for colour-blind readers, light on the wire."""

__all__ = ["COLOURS", "style"]

# Okabe and Ito's palette, in an order whose first members also differ in lightness.
COLOURS = {
    "blue": "#0072B2",
    "orange": "#D55E00",
    "green": "#009E73",
    "pink": "#CC79A7",
    "yellow": "#E69F00",
    "sky": "#56B4E9",
    "black": "#000000",
}


def style():
    """Set Matplotlib's defaults for a page of the book.

    Figures are 4.6 by 3.1 inches at 110 dots an inch, with 12-point text: a phone 390 pixels wide shows them at about
    three quarters, so that no letter is smaller than 11 pixels, and a wide screen as they are. Two panels fit beside
    each other where few words stand in them; a high figure would be small on a slide. Lines differ in dash as well as
    in colour.
    """
    import matplotlib as mpl
    from cycler import cycler

    dashes = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1))]
    mpl.rcParams.update(
        {
            "figure.figsize": (4.6, 3.1),
            "figure.dpi": 110,
            "savefig.bbox": "tight",
            "figure.constrained_layout.use": True,
            "font.family": "DejaVu Sans",
            "font.size": 12,
            "axes.titlesize": 12,
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            # On a logarithmic axis 0.01 and not a power with a small exponent.
            "axes.formatter.min_exponent": 5,
            "grid.color": "#E3E8EC",
            "axes.axisbelow": True,
            "lines.linewidth": 2,
            "legend.frameon": False,
            "axes.prop_cycle": cycler(color=list(COLOURS.values())) + cycler(linestyle=dashes),
            # The same file from the same figure: no date, no version in the image.
            "svg.hashsalt": "ai2med",
        }
    )
