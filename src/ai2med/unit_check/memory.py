"""What ran well with which content, so that a second call runs only what has changed."""

import hashlib
import json
from pathlib import Path

from ..pages import read_page

__all__ = ["Memory", "engine_stamp", "stamp"]

_ENGINE = Path(__file__).parents[1]


def engine_stamp(root: Path) -> str:
    """Return a hash of everything besides the unit's own files that a cell may use: engine, tables, pins, content."""
    digest = hashlib.sha256()
    files = [path for path in sorted(_ENGINE.rglob("*.py")) if not {"lint", "unit_check", "book"} & set(path.parts)]
    files += [root / "data" / "manifest.json", root / "requirements.txt", *sorted(root.glob("*.yml"))]
    for folder in ("law", "explorables"):
        files += [path for path in sorted((root / folder).rglob("*")) if path.is_file()]
    for path in files:
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def stamp(engine: str, *files: Path) -> str:
    """Return a hash of the engine and of a unit's files; of a Markdown file only the cells count."""
    digest = hashlib.sha256(engine.encode())
    for path in files:
        if not path.is_file():
            continue
        if path.suffix == ".md":
            digest.update("\0".join(cell.head + cell.source for cell in read_page(path).cells).encode())
        else:
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Memory:
    """Stamps by name, in a JSON file."""

    def __init__(self, path: Path):
        self.path = path
        try:
            self._known = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            self._known = {}

    def get(self, name: str) -> str | None:
        """Return the stamp with which `name` last ran well."""
        return self._known.get(name)

    def set(self, name: str, value: str | None):
        """Remember a stamp; None forgets it."""
        self._known[name] = value

    def save(self):
        """Write the file."""
        self.path.write_text(json.dumps(self._known, indent=1) + "\n", encoding="utf-8")
