"""The book's widgets: one Python class and one front-end module each, the same in notebook and page.

A folder a widget: ``name/__init__.py`` with the class, ``name/name.mjs``, its words and its rules. Explorables have a
room of their own.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

from .. import paths

_HERE = Path(__file__).parent


def _class_name(widget: str) -> str:
    return "".join(part.capitalize() for part in widget.split("_"))


@cache
def _homes() -> dict[str, str]:
    """Return the package of each widget's class; by Python alone, since the archive for pages holds no front end."""
    # In a reader's browser they are bytecode.
    return {_class_name(path.parent.name): path.parent.name for path in sorted(_HERE.glob("*/__init__.py*"))}


def front_ends() -> dict[str, str]:
    """Return the front-end modules of the site by file name: host, widgets, explorables, and their kit."""
    from ..explorables import page_modules
    from ._bundle import bundle

    host = {"host.mjs": (_HERE / "host.mjs").read_text(encoding="utf-8")}
    return {**host, **{f"{name}.mjs": bundle(f"{name}.mjs") for name in _homes().values()}, **page_modules()}


def style_sheets() -> list[Path]:
    """Return the style sheets of widgets and explorables, shared rules first."""
    shared = _HERE / "shared"
    own = (sheet for sheet in sorted(_HERE.glob("*/*.css")) if sheet.parent != shared)
    explorables = [_HERE.parent / "explorables" / "kit.css", *sorted(paths.root().glob("explorables/*/*.css"))]
    return [shared / "tokens.css", shared / "widgets.css", *explorables, *own]


def __getattr__(name):
    if name in _homes():
        value = getattr(import_module(f"ai2med.widgets.{_homes()[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'ai2med.widgets' has no attribute {name!r}")
