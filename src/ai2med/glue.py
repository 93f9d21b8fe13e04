"""Hand computed values to the text, so that no number is typed twice."""

__all__ = ["glue"]

# More than any text quotes, and fewer than those in which machines differ: the order of a sum depends on processor and
# threads, and with it the last digits.
_DIGITS = 10


def glue(name, value):
    """Store a computed value under a name that the page's text can quote.

    The output carries the metadata that MyST-NB reads for ``{glue:text}``; it shows nothing in a notebook. Written
    here because MyST-NB is a build tool: it is not installed in the reader's browser.

    Parameters
    ----------
    name : str
        Unique in the page; starts with the unit, for example ``u224_auroc``.
    value : int, float or str
        NumPy scalars are turned into plain Python values, and numbers with decimals rounded to ten digits.
    """
    from IPython.display import display

    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float):
        plain = float(f"{plain:.{_DIGITS}g}")
    mime = "application/papermill.record/"
    display(
        {mime + "text/plain": repr(plain)},
        raw=True,
        metadata={"scrapbook": {"name": name, "mime_prefix": mime}},
    )
