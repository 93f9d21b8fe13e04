"""The sources that the book cites: BibTeX files in ``references/``, one key in one of them.

``references/2.2.4.bib`` belongs to a unit, ``references/2.2.bib`` to a module, and both hold only what is cited there;
``references/general.bib`` holds what several modules cite, or no page yet. So two authors never write into the same
file, and a page may cite whatever any of the files holds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .curriculum import Unit, load_curriculum
from .discovery import Stamped, stamped
from .problems import ContentError, Problem

if TYPE_CHECKING:
    from pybtex.database import Entry

__all__ = ["GENERAL", "Place", "check_sources", "source_entries", "source_files", "source_keys"]

GENERAL = "general"
"""The file of all sources that no single unit or module owns."""

_ENTRY = re.compile(r"^[ \t]*@(?!comment|string|preamble)\w+[ \t]*\{[ \t]*([^,\s}]+)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where an entry stands."""

    file: Path
    line: int


def _stamp(root: Path) -> Stamped:
    return stamped(Path(root) / "references", "*.bib")


def source_files(root: Path) -> tuple[Path, ...]:
    """Return the book's BibTeX files, sorted by name."""
    return tuple(path for path, _ in _stamp(root))


def source_keys(root: Path) -> dict[str, Place]:
    """Return for each key where its entry stands; for a key that stands twice (`check_sources`), the first place."""
    return {key: places[0] for key, places in _places(_stamp(root)).items()}


@lru_cache(maxsize=4)
def _places(files: Stamped) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = {}
    for path, _ in files:
        text = path.read_text(encoding="utf-8")
        for found in _ENTRY.finditer(text):
            place = Place(path, text.count("\n", 0, found.start(1)) + 1)
            places.setdefault(found[1], []).append(place)
    return places


def source_entries(root: Path) -> "dict[str, Entry]":
    """Return the entries of all files by key.

    Raises
    ------
    ContentError
        If a file is not BibTeX.
    """
    return _entries(_stamp(root))


@lru_cache(maxsize=4)
def _entries(files: Stamped) -> "dict[str, Entry]":
    from pybtex.database import BibliographyDataError, parse_file
    from pybtex.scanner import PybtexSyntaxError

    entries = {}
    for path, _ in files:
        try:
            entries.update(parse_file(str(path), bib_format="bibtex").entries)
        except PybtexSyntaxError as error:
            problem = Problem(path, error.lineno or 1, "source-file", f"Not BibTeX: {error}", "Compare with an entry.")
            raise ContentError([problem]) from None
        except BibliographyDataError as error:
            raise ContentError([Problem(path, 1, "source-twice", str(error), "Keep one of the entries.")]) from None
    return entries


def check_sources(root: Path) -> list[Problem]:
    """Return the entries and files that stand in the wrong place, sorted by file and line."""
    return sorted([*_twice(root), *_homeless(root)])


def _twice(root: Path) -> Iterator[Problem]:
    for key, (first, *others) in _places(_stamp(root)).items():
        for place in others:
            message = f"The source {key!r} stands also in {first.file.relative_to(root)}, line {first.line}."
            mend = f"Keep one; where several modules cite it, in references/{GENERAL}.bib."
            yield Problem(place.file, place.line, "source-twice", message, mend)


def _homeless(root: Path) -> Iterator[Problem]:
    """Yield the files that belong to no part of the programme, and the entries that their own part never cites."""
    curriculum = load_curriculum(root)
    known = {thing.id for thing in (*curriculum.modules, *curriculum.units)}
    for path in source_files(root):
        if path.stem == GENERAL:
            continue
        if path.stem not in known:
            message = f"There is no unit or module {path.stem!r}."
            mend = f"Name the file after one, such as 2.2.4.bib, or move its entries to {GENERAL}.bib."
            yield Problem(path, 1, "source-file", message, mend)
            continue
        units = [unit for unit in curriculum.units if f"{unit.id}.".startswith(f"{path.stem}.")]
        if all(unit.draft for unit in units if unit.path.is_file()):
            continue
        words = set().union(*map(_words, units))
        for key, place in source_keys(root).items():
            if place.file == path and key not in words:
                message = f"The source {key!r} is not cited in {path.stem}."
                yield Problem(path, place.line, "source-home", message, f"Cite it, or move it to {GENERAL}.bib.")


def _words(unit: Unit) -> set[str]:
    """Return the words of all files of a unit, among them each key that it cites."""
    files = [*unit.path.parent.glob(f"{unit.slug}.*"), *unit.exercise_path.parent.glob(f"{unit.slug}.*")]
    return set().union(*(re.findall(r"[^\s`,;\[\](){}\"'<>]+", path.read_text(encoding="utf-8")) for path in files))
