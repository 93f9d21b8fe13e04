"""``IPython.display`` in the page."""

import html

from . import kernel

__all__ = ["HTML", "SVG", "Code", "Image", "Latex", "Markdown", "Pretty", "clear_output", "display", "display_html"]


def display(*values, raw=False, metadata=None, **_options):
    """Show values below the running cell, in the order given."""
    for value in values:
        if raw:
            kernel.show(value, metadata)
        else:
            kernel.show_object(value)


def clear_output(wait=False):  # noqa: ARG001 - the name that IPython gives it
    """Empty the output of the running cell."""
    kernel.clear()


class _Text:
    mime = "text/plain"

    def __init__(self, data="", **_options):
        self.data = data

    def _repr_mimebundle_(self, **_kwargs):
        return {self.mime: self.data, "text/plain": self.data}


class HTML(_Text):
    """A piece of HTML."""

    mime = "text/html"


class SVG(_Text):
    """A drawing."""

    mime = "image/svg+xml"


class Pretty(_Text):
    """Text as it stands."""


class Latex(_Text):
    """Shown as its source: pages have no typesetter for formulas made at run time."""


class Markdown(_Text):
    """Shown as its source."""


class Code(_Text):
    """Source code."""

    def _repr_mimebundle_(self, **_kwargs):
        return {"text/html": f"<pre>{html.escape(self.data)}</pre>", "text/plain": self.data}


class Image:
    """A picture, from its bytes."""

    def __init__(self, data=None, format="png", **_options):
        self.data, self.format = data, format

    def _repr_png_(self):
        return self.data if self.format == "png" else None

    def _repr_jpeg_(self):
        return self.data if self.format in ("jpg", "jpeg") else None


def display_html(value, raw=False, **_options):
    """Show a value, or a piece of HTML."""
    display(HTML(value) if raw else value)
