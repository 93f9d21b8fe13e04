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


class _Rooms:
    """Where Python looks for modules of the kit: here, and beside the explorables that are there at that moment.

    In a page they come with the page that uses them.
    """

    def __init__(self, own):
        self._own = list(own)

    def __iter__(self):
        from .. import paths

        yield from self._own
        try:
            found = sorted(str(path.parent) for path in (paths.root() / "explorables").glob("*/*.py"))
        except FileNotFoundError:
            return
        yield from dict.fromkeys(found)


__path__ = _Rooms(__path__)


def __getattr__(name):
    if name in _HOMES:
        value = getattr(_import_module(f"ai2med.explorables.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'ai2med.explorables' has no attribute {name!r}")
