"""What every widget shares: one module for notebook and page, and a text for readers without scripts."""

import html
import json
import re
from typing import ClassVar

import anywidget

from ._bundle import bundle, styles


class Widget(anywidget.AnyWidget):
    """Base class of the book's widgets.

    A subclass sets `module` (the ``.mjs`` file), declares its synced traits and writes `describe`. In Jupyter,
    Binder and JupyterLite the kernel hosts the module; on a built page ``host.mjs`` does, from the state that
    `_repr_mimebundle_` writes into the HTML.
    """

    module: ClassVar[str]

    def __init_subclass__(cls, **kwargs):
        if "module" in cls.__dict__:
            cls._esm = bundle(cls.module)
            cls._css = styles(cls.module)
        super().__init_subclass__(**kwargs)

    def describe(self) -> str:
        """Return the text alternative: what the widget shows with its first settings."""
        raise NotImplementedError

    def page_state(self) -> dict:
        """Return the synced traits that the front end needs, JSON-ready."""
        own = set(self.traits(sync=True)) - set(anywidget.AnyWidget.class_traits())
        return {name: getattr(self, name) for name in sorted(own) if not name.startswith("_")}

    def page_html(self) -> str:
        """Return the element that ``host.mjs`` brings to life on a built page."""
        name = re.sub(r"\.mjs$", "", self.module)
        # "<" would let a text end the script element early or open a comment in it, whatever the quotes around it.
        state = json.dumps(self.page_state(), separators=(",", ":")).replace("<", "\\u003c")
        return (
            f'<div class="ai2med-widget" data-widget="{name.replace("_", "-")}" data-module="{self.module}">'
            f'<script type="application/json">{state}</script>'
            f'<p class="ai2med-fallback">{html.escape(self.describe())}</p></div>'
        )

    def _repr_mimebundle_(self, **kwargs):
        made = super()._repr_mimebundle_(**kwargs)
        data, metadata = made if isinstance(made, tuple) else (made, {})
        data = dict(data or {})
        data["text/html"] = self.page_html()
        data["text/plain"] = self.describe()
        return data, metadata
