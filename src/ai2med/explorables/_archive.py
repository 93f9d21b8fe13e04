"""What the archives for the reader's browser hold of explorables: there is no Node.js to read a declaration."""

import json
from pathlib import Path

from ._bundle import for_notebook
from ._node import ask

__all__ = ["archive_files", "notebook_files"]

FACE = "face.json"
"""What Python has to know of a declaration, beside the Python of its folder."""


def _modules(root: Path, name: str = "*") -> list[Path]:
    return [path for path in sorted(root.glob(f"explorables/{name}/*.mjs")) if path.stem == path.parent.name]


def archive_files(root: Path, name: str = "*") -> dict[str, bytes]:
    """Return, by path in the book, the face of an explorable, or of each, and the Python beside it."""
    modules = _modules(root, name)
    faces = ask([{"ask": "face", "file": str(path)} for path in modules])
    # In the order of the declaration, so that data come out alike with a face and with the module.
    files = {
        f"explorables/{path.stem}/{FACE}": json.dumps(face, separators=(",", ":")).encode()
        for path, face in zip(modules, faces, strict=True)
    }
    for path in sorted(path for module in modules for path in module.parent.glob("*.py")):
        files[path.relative_to(root).as_posix()] = path.read_bytes()
    return files


def notebook_files(root: Path, name: str = "*") -> dict[str, bytes]:
    """Return, by path in the book, the front end of an explorable, or of each, for notebooks without the kit."""
    modules = _modules(root, name)
    files = {f"explorables/{path.stem}/notebook.mjs": for_notebook(path).encode() for path in modules}
    sheets = [path.with_suffix(".css") for path in modules if path.with_suffix(".css").is_file()]
    return files | {sheet.relative_to(root).as_posix(): sheet.read_bytes() for sheet in sheets}
