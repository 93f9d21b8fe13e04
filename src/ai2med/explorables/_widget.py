"""The one widget class of all explorables: it carries data and state, and the module draws."""

import html
import json
from functools import cache
from importlib import import_module

import anywidget
import traitlets

from ._bundle import module_in_notebook, style_sheet
from ._data import checked
from ._faces import face, makes_data


class Explorable(anywidget.AnyWidget):
    """An explorable with its data: live in Jupyter, and an element that ``host.mjs`` brings to life on a page.

    Attributes
    ----------
    name : str
        Its folder.
    data : dict
        What was handed in, checked and made short enough for a page.
    state : dict
        Where its controls stand. Setting it moves them.
    """

    name = traitlets.Unicode().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def page_html(self) -> str:
        """Return the element that a page brings to life; the build draws its first state into it."""
        state = {"name": self.name, "data": self.data, "state": self.state}
        # "<" would let a text end the script element early or open a comment in it, whatever the quotes around it.
        text = json.dumps(state, separators=(",", ":")).replace("<", "\\u003c")
        return (
            f'<div class="ai2med-widget" data-widget="{self.name}" data-module="{self.name}.mjs" data-explorable>'
            f'<script type="application/json">{text}</script>'
            f'<div class="ai2med-fallback"><p>{html.escape(self._plain())}</p></div></div>'
        )

    def _plain(self) -> str:
        return f"{self.name}: an interactive figure"

    def _repr_mimebundle_(self, **kwargs):
        made = super()._repr_mimebundle_(**kwargs)
        bundle, metadata = made if isinstance(made, tuple) else (made, {})
        return {**(bundle or {}), "text/html": self.page_html(), "text/plain": self._plain()}, metadata


@cache
def _class_of(name: str) -> type[Explorable]:
    return type("Explorable", (Explorable,), {"_esm": module_in_notebook(name), "_css": style_sheet(name)})


def explorable(name: str, **given) -> Explorable:
    """Return an explorable of the book with its data and the first state of its controls.

    Parameters
    ----------
    name : str
        Its folder in ``explorables/``.
    **given
        Data and controls by name; what is None counts as left out. Where Python beside the explorable makes its data,
        the arguments of its function ``prepare``.

    Raises
    ------
    ValueError
        If there is no such explorable, or the data do not fit. The message says what to mend.
    """
    known_face = face(name)
    if makes_data(name):
        given = import_module(f"ai2med.explorables.{name.replace('-', '_')}").prepare(**given)
    data, state = checked(known_face, given)
    return _class_of(name)(name=name, data=data, state=state)
