"""The little of IPython that the book's cells use besides ``display``.

The real package takes the browser more than a second to import, and most of it serves a terminal.
"""

__all__ = ["get_ipython", "version_info"]

version_info = (8, 0, 0, "")


def get_ipython():
    """Return None: there is no shell in the page."""
