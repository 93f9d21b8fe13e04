"""Find explorables, and what Python has to know of each: names, kinds and limits of its data and controls."""

import difflib
import json
from functools import cache
from pathlib import Path

from .. import paths

FACE = "face.json"
"""In the archives for the browser, where no Node.js is at hand, the face lies beside the module."""


def folder() -> Path:
    """Return the room of the explorables."""
    return paths.root() / "explorables"


def names(root: Path | None = None) -> list[str]:
    """Return the names of all explorables: the folders that hold a module, or its face, of their own name."""
    rooms = (root / "explorables" if root else folder()).glob("*")
    return sorted(each.name for each in rooms if (each / f"{each.name}.mjs").is_file() or (each / FACE).is_file())


def module(name: str) -> Path:
    """Return the path of an explorable's module."""
    return folder() / name / f"{name}.mjs"


def makes_data(name: str) -> bool:
    """Tell whether Python of the explorable's own name makes its data, by a function ``prepare``."""
    return (folder() / name / f"{name.replace('-', '_')}.py").is_file()


def known(name: str) -> str:
    """Return the name of an explorable that exists, or say which one may be meant."""
    if name in names():
        return name
    near = difflib.get_close_matches(name, names(), n=1)
    hint = f" Do you mean {near[0]!r}?" if near else f" There are: {', '.join(names())}."
    raise ValueError(f"There is no explorable {name!r}.{hint}")


@cache
def face(name: str) -> dict:
    """Return what Python has to know of an explorable."""
    stored = folder() / known(name) / FACE
    if stored.is_file():
        return json.loads(stored.read_text(encoding="utf-8"))
    from ._node import ask

    return ask([{"ask": "face", "file": str(module(name))}])[0]
