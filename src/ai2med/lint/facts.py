"""What the rules look at: a book and its units, each file read once."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from ..curriculum import Curriculum, Unit, UnitPage, load_curriculum
from ..exercises.notebook import Exercise, read_exercise
from ..glossary import terms
from ..headers import front_matter
from ..items.loader import ItemBank, load_items
from ..pages import Page, read_page
from ..problems import ContentError, Problem
from ..sources import Place, source_files, source_keys

__all__ = ["BookFacts", "PageFacts", "UnitFacts"]


class BookFacts:
    """The parts that all units share: curriculum, sources, terms, dates of law.

    Parameters
    ----------
    root : pathlib.Path
        The book's folder.
    """

    def __init__(self, root: Path):
        self.root = root

    @cached_property
    def curriculum(self) -> Curriculum:
        """The programme."""
        return load_curriculum(self.root)

    @property
    def source_files(self) -> tuple[Path, ...]:
        """The files of sources."""
        return source_files(self.root)

    @cached_property
    def sources(self) -> dict[str, Place]:
        """File and line of each source, by key."""
        return source_keys(self.root)

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms of the glossary; a file that cannot be used is told by a rule of its own."""
        try:
            return frozenset(terms(self.root))
        except ContentError:
            return frozenset()

    @cached_property
    def terms_by_word(self) -> dict[str, list[tuple[tuple[str, ...], str]]]:
        """The words of each term by its first word in small letters: a page is then searched in one pass."""
        found: dict[str, list] = {}
        for term in self.terms:
            split = tuple(re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", term))
            if split:
                found.setdefault(split[0].lower(), []).append((split, term))
        for entries in found.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        return found

    @cached_property
    def dates_of_law(self) -> dict[str, str]:
        """The key of each date of law, by the date as it would be typed."""
        from ..law import format_date, law_dates

        if not (self.root / "law").is_dir():
            return {}
        return {format_date(row.date): row.key for row in law_dates().itertuples()}


@dataclass
class PageFacts:
    """Any page of the book."""

    path: Path
    book: BookFacts

    @cached_property
    def text(self) -> str:
        """All that is written in it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def page(self) -> Page:
        """Its lines and blocks."""
        return read_page(self.path)


class UnitFacts:
    """One unit with all its files; what cannot be read is None, and its problems are in `unreadable`.

    Parameters
    ----------
    unit : Unit
        From the curriculum.
    book : BookFacts
        Shared by all units of a run.
    """

    def __init__(self, unit: Unit, book: BookFacts):
        self.unit, self.book = unit, book
        self.path = unit.path
        self.unreadable: list[Problem] = []

    def _read(self, read):
        try:
            return read()
        except ContentError as error:
            self.unreadable += error.problems
            return None

    @cached_property
    def front(self) -> dict:
        """The block ``unit:`` of the front matter; empty if there is none."""
        found = self._read(lambda: front_matter(self.path)) if self.path.is_file() else None
        block = (found or {}).get("unit")
        return block if isinstance(block, dict) else {}

    @property
    def draft(self) -> bool:
        """Whether the unit says that it is not finished."""
        return self.front.get("status") == "draft"

    @property
    def open_rules(self) -> list[str]:
        """The rules that the page lists as known gaps."""
        listed = self.front.get("open", [])
        return [str(name) for name in listed] if isinstance(listed, list) else [str(listed)]

    @cached_property
    def page(self) -> Page | None:
        """The page's lines and blocks."""
        return read_page(self.path) if self.path.is_file() else None

    @cached_property
    def info(self) -> UnitPage | None:
        """What the front matter says, checked."""
        return self._read(lambda: self.unit.page) if self.path.is_file() else None

    @cached_property
    def bank(self) -> ItemBank | None:
        """The questions."""
        return self._read(lambda: load_items(self.unit.items_path))

    @cached_property
    def exercise(self) -> Exercise | None:
        """The exercise."""
        if not self.unit.exercise_path.is_file():
            return None
        return self._read(lambda: read_exercise(self.unit.exercise_path))

    @cached_property
    def exercise_page(self) -> Page | None:
        """The exercise's lines and blocks."""
        return read_page(self.unit.exercise_path) if self.unit.exercise_path.is_file() else None

    @property
    def deck_path(self) -> Path:
        """Where the presentation belongs."""
        return self.unit.deck_path

    @property
    def files(self) -> list[Path]:
        """Every file of the unit, whether it is there or not."""
        checks = self.unit.exercise_path.with_suffix(".py")
        return [self.path, self.unit.items_path, self.deck_path, self.unit.exercise_path, checks]

    @property
    def level(self) -> str:
        """``HEI`` or ``VET``."""
        return self.book.curriculum.mooc_of(self.unit).level


def yaml_front(path: Path) -> dict:
    """Return the front matter of a page that need not be a unit's; an empty one where it cannot be read."""
    try:
        return front_matter(path)
    except (ContentError, yaml.YAMLError):
        return {}
