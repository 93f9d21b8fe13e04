"""Write and copy only what has changed: an unchanged file keeps its time, so that whoever looks next can skip it."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["Remembered", "copy_changed", "digest", "mirror", "prune", "walk", "write_changed"]


def digest(*parts: str | bytes | None) -> str:
    """Return a short hash of texts and bytes; None, for what is not there, differs from nothing.

    Examples
    --------
    >>> digest("a", "b") == digest("ab")
    False
    >>> digest(None) == digest("")
    False
    """
    made = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        made.update(b"-" if content is None else b"%d:" % len(content) + content)
    return made.hexdigest()[:16]


def write_changed(path: Path, content: str | bytes) -> bool:
    """Write a file unless it holds the content already; tell whether it was written.

    It is written beside its place and then renamed: whoever reads it meanwhile, or holds a hard link to it, keeps the
    old one whole.
    """
    raw = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.stat().st_size == len(raw) and path.read_bytes() == raw:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{path.name}")
    part.write_bytes(raw)
    part.replace(path)
    return True


def _same(source: Path, target: Path) -> bool:
    """Tell whether two files hold the same; with the same size and time they are taken for the same."""
    try:
        one, other = source.stat(), target.stat()
    except FileNotFoundError:
        return False
    if one.st_size != other.st_size:
        return False
    return one.st_mtime_ns == other.st_mtime_ns or source.read_bytes() == target.read_bytes()


def copy_changed(source: Path, target: Path, link: bool = False) -> bool:
    """Copy a file with its time unless the target holds the same; tell whether it was copied.

    Parameters
    ----------
    link : bool
        Whether a hard link will do. It costs no room, but only files that are replaced whole may share their content.
    """
    if _same(source, target):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".part-{target.name}")
    part.unlink(missing_ok=True)
    try:
        if not link:
            raise OSError
        os.link(source, part)
    except OSError:
        # Another file system, or one without hard links.
        shutil.copy2(source, part)
    part.replace(target)
    return True


def walk(folder: Path) -> Iterator[str]:
    """Yield the paths of all files below a folder, seen from it, in order."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        base = Path(parent).relative_to(folder).as_posix()
        prefix = "" if base == "." else f"{base}/"
        yield from (prefix + name for name in sorted(names))


def prune(folder: Path, wanted: Iterable[str]) -> list[str]:
    """Remove the files below a folder that are not wanted, and folders that are left empty; return what went."""
    wanted = set(wanted)
    gone = [name for name in walk(folder) if name not in wanted]
    for name in gone:
        (folder / name).unlink()
    if gone:
        for parent, _, _ in os.walk(folder, topdown=False):
            if Path(parent) != folder and not list(Path(parent).iterdir()):
                Path(parent).rmdir()
    return gone


def mirror(source: Path, target: Path, linked: Callable[[str], bool] = lambda _: False) -> list[str]:
    """Make a folder the same as another one, file by file; return what was changed or removed.

    Pages come after everything that they name, and what is not wanted any more goes last: at every moment a reader of
    the folder finds pages whose parts are there.

    Parameters
    ----------
    source, target : path
        The new folder, and the one that readers look at.
    linked : callable, optional
        Tells of a path whether a hard link will do; see `copy_changed`.
    """
    names = sorted(walk(source), key=lambda name: (name.endswith(".html"), name))
    target.mkdir(parents=True, exist_ok=True)
    changed = [name for name in names if copy_changed(source / name, target / name, linked(name))]
    return changed + prune(target, names)


class Remembered:
    """What was found out about files, kept between runs, and found out again only for a file that has changed.

    Parameters
    ----------
    store : path
        A JSON file; without it, or with a damaged one, everything is found out anew.

    Notes
    -----
    A file counts as unchanged when it has the same size and the same time of its last change, in nanoseconds.
    """

    def __init__(self, store: Path):
        self._store = store
        self._used: dict[str, list] = {}
        try:
            self._known = json.loads(store.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._known = {}

    def get(self, path: Path, find: Callable[[Path], Any]) -> Any:
        """Return what `find` gives for a file, from memory where the file has not changed; JSON has to hold it."""
        told = path.stat()
        stamp = [told.st_size, told.st_mtime_ns]
        known = self._known.get(str(path))
        found = known[1] if known and known[0] == stamp else find(path)
        self._used[str(path)] = [stamp, found]
        return found

    def save(self) -> None:
        """Keep what was asked for since the beginning, and forget the rest."""
        write_changed(self._store, json.dumps(self._used, separators=(",", ":")))
