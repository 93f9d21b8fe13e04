"""Find what stands in a folder of small files, so that no list of names is edited by everybody."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["Stamped", "once_settled", "settled", "stamped"]

Stamped = tuple[tuple[Path, int], ...]

# What has been found out of the book since it was taken as settled; None where it may change at any time.
_found: dict[tuple, Any] | None = None


@contextmanager
def settled() -> Iterator[None]:
    """Take the book as it stands: what `once_settled` marks is found out once until this ends.

    A build is meant for one state of the book; what is saved meanwhile is what the next build is for.
    """
    global _found
    before, _found = _found, {}
    try:
        yield
    finally:
        _found = before


def once_settled(find: Callable) -> Callable:
    """Let a function that reads the book answer from memory while the book is taken as settled.

    Examples
    --------
    >>> calls = []
    >>> count = once_settled(lambda name: calls.append(name) or len(calls))
    >>> with settled():
    ...     count("a"), count("a"), count("b")
    (1, 1, 2)
    >>> count("a"), count("a")
    (3, 4)
    """

    @functools.wraps(find)
    def found(*arguments):
        if _found is None:
            return find(*arguments)
        key = (find, *arguments)
        if key not in _found:
            _found[key] = find(*arguments)
        return _found[key]

    return found


@once_settled
def stamped(folder: Path, pattern: str) -> Stamped:
    """Return the files of a folder, sorted by name, each with the time of its last change.

    Whoever keeps what a folder holds uses the result as the key: an edit, a new file and a lost one are seen at once,
    and nothing is read twice.

    Examples
    --------
    >>> stamped(Path("no/such/folder"), "*.md")
    ()
    """
    return tuple((path, path.stat().st_mtime_ns) for path in sorted(Path(folder).glob(pattern)))
