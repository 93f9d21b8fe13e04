"""``anywidget`` in the page: a widget is its traits; the page's own host brings its module to life."""

from traitlets import HasTraits

__all__ = ["AnyWidget"]


class AnyWidget(HasTraits):
    """Base class of widgets, without a kernel's messages."""

    def _repr_mimebundle_(self, **_kwargs):
        return {}, {}
