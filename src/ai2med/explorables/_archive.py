"""What the archives for the reader's browser hold of explorables: there is no Node.js to read a declaration."""

import json
from pathlib import Path

from ._bundle import for_notebook
from ._faces import FACE, faces, names

__all__ = ["archive_files", "notebook_files"]


def _found(root: Path) -> list[Path]:
    return [root / "explorables" / name for name in names()] if (root / "explorables").is_dir() else []


def archive_files(root: Path) -> dict[str, bytes]:
    """Return, by path in the book, the face of each explorable and the Python beside it."""
    folders = _found(root)
    files = {
        f"explorables/{name}/{FACE}": json.dumps(face, sort_keys=True, separators=(",", ":")).encode()
        for name, face in faces([folder.name for folder in folders]).items()
    }
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
        files[path.relative_to(root).as_posix()] = path.read_bytes()
    return files


def notebook_files(root: Path) -> dict[str, bytes]:
    """Return, by path in the book, the front end of each explorable for notebooks without the kit's sources."""
    return {
        f"explorables/{folder.name}/notebook.mjs": for_notebook(folder / f"{folder.name}.mjs").encode()
        for folder in _found(root)
    }
