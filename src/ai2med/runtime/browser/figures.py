"""Matplotlib backend of the page: draws as ``agg`` does, and ``plt.show()`` puts the picture below the cell."""

import sys

from . import kernel


def _classes():
    from matplotlib.backend_bases import FigureManagerBase
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    class FigureManager(FigureManagerBase):
        """Keeps a figure until the cell ends or shows it."""

        @classmethod
        def pyplot_show(cls, *_args, **_kwargs):
            """Show all figures that are open."""
            kernel.show_figures()

    class FigureCanvas(FigureCanvasAgg):
        """Draws into memory."""

        manager_class = FigureManager

    return {"FigureManager": FigureManager, "FigureCanvas": FigureCanvas}


if sys.platform == "emscripten":
    # Matplotlib looks for both in the module's own names. Elsewhere, reading this file must not import Matplotlib.
    globals().update(_classes())
