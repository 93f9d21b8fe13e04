"""Which modules of the engine a module uses, found by reading their imports, and a hash of what they say.

A dataset is made again when a module that its generator uses has changed, and not when any other has.
"""

import ast
import hashlib
from pathlib import Path

from ai2med.imports import ENGINE, bound_imports, module_file


def used_modules(path: Path) -> list[Path]:
    """Return a module's file and the files of the engine's modules that it imports, and that those import, sorted.

    Packages count only where one of their own names is taken: ``from ai2med.cohort import _labs`` uses ``_labs``.

    Examples
    --------
    >>> [file.name for file in used_modules(ENGINE / "cohort" / "_random.py")]
    ['_random.py']
    """
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        inside = file.is_relative_to(ENGINE)
        package = ".".join(("ai2med", *file.relative_to(ENGINE).parts[:-1])) if inside else ""
        for name, taken, _ in bound_imports([ast.parse(file.read_text("utf-8"))], package):
            homes = [module_file(f"{name}.{taken}"), module_file(name) if name != "ai2med" else None]
            waiting += [home for home in homes if home][:1]
    return sorted(found)


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
