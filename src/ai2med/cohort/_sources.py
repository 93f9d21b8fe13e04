"""Which modules of the engine a module uses, found by reading their imports, and a hash of what they say.

A dataset is made again when a module that its generator uses has changed, and not when any other has.
"""

import ast
import hashlib
from pathlib import Path

_ENGINE = Path(__file__).parent.parent


def used_modules(path: Path) -> list[Path]:
    """Return a module's file and the files of the engine's modules that it imports, and that those import, sorted.

    Packages count only where one of their own names is taken: ``from ai2med.cohort import _labs`` uses ``_labs``.

    Examples
    --------
    >>> [file.name for file in used_modules(_ENGINE / "cohort" / "_random.py")]
    ['_random.py']
    """
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            waiting += [home for name in _imported(node, file) if (home := _home(name)) is not None]
    return sorted(found)


def _imported(node, file):
    """Yield dotted names below ``ai2med`` that an import takes."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name.startswith("ai2med."))
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level and file.is_relative_to(_ENGINE):
            package = ("ai2med", *file.relative_to(_ENGINE).parts)[: -node.level]
            base = ".".join([*package, *filter(None, [base])])
        if base.split(".")[0] == "ai2med":
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _home(name):
    """Return the file of the longest part of a dotted name that is a module."""
    parts = name.split(".")[1:]
    for length in range(len(parts), 0, -1):
        base = _ENGINE.joinpath(*parts[:length])
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if file.is_file():
                return file
    return None


def source_hash(path: Path) -> str:
    """Return a hash of a module and of everything of the engine that it uses."""
    digest = hashlib.sha256()
    for file in used_modules(path):
        # Names without the folder, and one kind of line end: a copy of the book elsewhere is the same book.
        digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def generator_hash() -> str:
    """Return a hash of the sources of the hospital's core, to see whether its tables are older than the code."""
    return source_hash(Path(__file__).with_name("_hospital.py"))
