"""The book's widgets: one Python class and one front-end module each, the same in notebook and page.

Found by their modules: a file ``name.mjs`` beside ``name.py``. Explorables have a room of their own.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

_HERE = Path(__file__).parent


def _class_name(module: str) -> str:
    return "".join(part.capitalize() for part in module.split("_"))


def widget_names() -> list[str]:
    """Return the module names of all widgets."""
    found = (path.stem for path in _HERE.glob("*.py") if not path.name.startswith("_"))
    return sorted(name for name in found if (_HERE / f"{name}.mjs").is_file())


@cache
def _homes() -> dict[str, str]:
    # By Python alone, since the archive for the browser holds no front end.
    found = (path.stem for path in _HERE.glob("*.py") if not path.name.startswith("_"))
    return {_class_name(name): name for name in found}


def front_ends() -> dict[str, str]:
    """Return the front-end modules of the site by file name: host, widgets, explorables, and their kit."""
    from ..explorables import page_modules
    from ._bundle import bundle

    host = {"host.mjs": (_HERE / "host.mjs").read_text(encoding="utf-8")}
    return {**host, **{f"{name}.mjs": bundle(f"{name}.mjs") for name in widget_names()}, **page_modules()}


def style_sheets() -> list[Path]:
    """Return the style sheets of widgets and explorables, shared rules first."""
    shared = [_HERE / "tokens.css", _HERE / "widgets.css", _HERE.parent / "explorables" / "kit.css"]
    return [*shared, *sorted(set(_HERE.glob("*.css")) - set(shared))]


def __getattr__(name):
    if name in _homes():
        value = getattr(import_module(f"ai2med.widgets.{_homes()[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'ai2med.widgets' has no attribute {name!r}")
