"""The kit of explorables: an explorable is one declaration in JavaScript, drawn by the page and by the build alike.

The explorables themselves stand in the book's room ``explorables/``, one folder each. Python that belongs to one stands
beside it and is imported from here: ``from ai2med.explorables import law_path``.
"""

from importlib import import_module as _import_module

_HOMES = {
    "ExplorableError": "_node",
    "archive_files": "_archive",
    "explorable": "_widget",
    "names": "_faces",
    "notebook_files": "_archive",
    "page_modules": "_bundle",
}

__all__ = sorted(_HOMES)


def _rooms() -> list[str]:
    """Return the folders of the book's explorables, so that Python beside one is found."""
    from .. import paths

    try:
        return sorted(str(path.parent) for path in (paths.root() / "explorables").glob("*/*.py"))
    except FileNotFoundError:
        return []


__path__ = [*__path__, *dict.fromkeys(_rooms())]


def __getattr__(name):
    if name in _HOMES:
        value = getattr(_import_module(f"ai2med.explorables.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'ai2med.explorables' has no attribute {name!r}")
