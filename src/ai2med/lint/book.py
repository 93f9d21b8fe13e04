"""Run the rules over a book, or over some of its units and files, and tell problems from known gaps."""

import gc
import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..curriculum import Unit
from ..doors import FILE, door_problems
from ..glossary import check_terms
from ..items.loader import load_items
from ..problems import ContentError, Problem
from ..sources import check_sources
from . import deck
from .exercise import compare_with_checks
from .facts import BookFacts, PageFacts, UnitFacts
from .items import lint_bank, lint_item
from .registry import RULES, Found, declare, problem, rule, rules_for

__all__ = ["Report", "UnknownTarget", "lint_book", "lint_page", "lint_report", "lint_unit"]

# With fewer units the copies of the process cost more than they save.
_WORTH_SHARING = 16

declare(
    "book",
    [
        (
            "open-unknown",
            "What a page lists under open: is a rule that may stay open.",
            "ai2med lint --rules shows them.",
        ),
        ("open-settled", "A gap that is closed is not listed any more.", "Take it out of open:."),
    ],
)


class UnknownTarget(ValueError):  # noqa: N818 - it names what was asked for
    """A name given to the linter is no unit, file or folder of the book."""


@dataclass
class Report:
    """What a run found: what has to be mended, and what is known to be open.

    Parameters
    ----------
    problems : list of Problem
        They fail the check.
    notes : list of Problem
        Known gaps of units that list them, and everything about drafts.
    """

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def add(self, other: "Report"):
        """Take over what another report holds."""
        self.problems += other.problems
        self.notes += other.notes

    def sort(self):
        """Sort by file and line; what several units report about one file stands once."""
        self.problems = sorted(set(self.problems), key=_place)
        self.notes = sorted(set(self.notes), key=_place)


def _place(found: Problem):
    return found.file, found.line, found.rule, found.message


def lint_page(unit: Unit, root: Path) -> list[Problem]:
    """Return what the page of a unit breaks, known gaps included; its questions and exercise are not looked at."""
    facts = UnitFacts(unit, BookFacts(root))
    return [found for found in _unit_problems(facts) if Path(found.file) == unit.path]


def lint_unit(unit: Unit, root: Path) -> Report:
    """Return what a unit breaks, in all its files."""
    return _report(UnitFacts(unit, BookFacts(root)))


def lint_book(root: Path, only: Iterable[Path | str] | None = None) -> list[Problem]:
    """Return every problem of the book's content, sorted by file and line.

    Parameters
    ----------
    root : pathlib.Path
        The book's folder.
    only : iterable of path or str, optional
        Report only problems of these files, folders or units (by id).

    Raises
    ------
    UnknownTarget
        If a name is none of them.
    """
    return lint_report(root, only).problems


@contextmanager
def _no_collection():
    """Keep Python from looking for cycles: what a run reads stays until its end, and the search takes a third of it."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Out and in again, all of it counts as old: else the next object made would start one search of everything.
        gc.freeze()
        gc.unfreeze()
        if running:
            gc.enable()


@_no_collection()
def lint_report(root: Path, only: Iterable[Path | str] | None = None) -> Report:
    """As `lint_book`, with the known gaps."""
    book = BookFacts(root)
    units = [unit for unit in book.curriculum.units if unit.path.is_file() or unit.items_path.is_file()]
    facts = [UnitFacts(unit, book) for unit in units]
    wanted = _wanted(book, facts, list(only)) if only else None
    report = Report()
    chosen = [each for each in facts if wanted is None or wanted & {_resolved(path) for path in each.files}]
    for part in _reports(chosen):
        report.add(part)
    for page in _pages(root):
        if wanted is None or _resolved(page) in wanted:
            report.problems += _page_problems(PageFacts(page, book))
    for path in root.glob("*.items.yml"):
        if wanted is None or _resolved(path) in wanted:
            report.problems += _sample_problems(path)
    report.problems += [*check_sources(root), *check_terms(root)]
    for entry in rules_for("book"):
        report.problems += [problem(entry.name, found) for found in entry.find(book)]
    if wanted is not None:
        report.problems = [found for found in report.problems if _resolved(found.file) in wanted]
        report.notes = [found for found in report.notes if _resolved(found.file) in wanted]
    report.sort()
    return report


def _resolved(path) -> Path:
    return Path(path).resolve()


def _pages(root: Path) -> list[Path]:
    """Return the pages that belong to no unit."""
    found = [*root.glob("*.md"), *(root / "hospital").glob("*.md"), *(root / "moocs").glob("**/index.md")]
    return [page for page in found if not page.stem.isupper()]


def _wanted(book: BookFacts, facts: list[UnitFacts], names: list) -> set[Path]:
    """Return the files that the names mean: a unit's id, a file, a folder with everything below it."""
    by_id = {each.unit.id: each for each in facts}
    known = {_resolved(path) for each in facts for path in each.files}
    known |= {_resolved(path) for path in [*_pages(book.root), *book.source_files, book.root / "_toc.yml"]}
    for pattern in ("*.items.yml", "glossary/*.md", "law/*.yml"):
        known |= {_resolved(path) for path in book.root.glob(pattern)}
    found = set()
    for name in map(str, names):
        place = _resolved(name) if Path(name).exists() else _resolved(book.root / name)
        inside = {path for path in known if place in path.parents} if place.is_dir() else set()
        if name in by_id:
            found |= {_resolved(path) for path in by_id[name].files}
        elif place.is_file() and place in known:
            found.add(place)
        elif inside:
            found |= inside
        else:
            raise UnknownTarget(f"{name} is no file, folder or unit with content of this book.")
    return found


def _sample_problems(path: Path) -> list[Problem]:
    """Return what single questions outside a unit break."""
    try:
        bank = load_items(path)
    except ContentError as error:
        return list(error.problems)
    return [found for item in bank for found in lint_item(bank, item)]


def _page_problems(facts: PageFacts) -> list[Problem]:
    found = [problem(entry.name, found) for entry in rules_for("page") for found in entry.find(facts)]
    return found + deck.diagram_problems(facts)


def _unit_problems(facts: UnitFacts) -> list[Problem]:
    """Return everything that a unit's files break, known gaps included."""
    found = [problem(entry.name, breach) for entry in rules_for("unit") for breach in entry.find(facts)]
    if facts.page is None:
        message = "The questions have no page."
        found.append(problem("frame", Found(facts.path, 1, message, "Write the page, or take the questions out.")))
    for path in (facts.path, facts.unit.exercise_path, facts.deck_path):
        if path.is_file():
            found += _page_problems(PageFacts(path, facts.book))
    if facts.bank is not None:
        outcomes = [outcome.letter for outcome in facts.info.outcomes] if facts.info else None
        found += lint_bank(facts.bank, outcomes, facts.book.sources.keys())
    for path in (facts.unit.items_path, facts.unit.exercise_path.with_suffix(".py")):
        if path.is_file():
            found += [problem("unfinished", breach) for breach in RULES["unfinished"].find(PageFacts(path, facts.book))]
    if facts.exercise is not None:
        found += compare_with_checks(facts.exercise)
    found += deck.deck_problems(facts)
    return found + facts.unreadable


def _reports(facts: list[UnitFacts]) -> Iterator[Report]:
    """Yield the report of each unit; where they are many, copies of this process share the work."""
    # Elsewhere than on Linux a copied process may hang.
    if len(facts) < _WORTH_SHARING or sys.platform != "linux":
        yield from map(_report, facts)
        return
    # A copy has the facts in its memory; only a number goes to it, and a report comes back.
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), _share, (facts,)) as pool:
        yield from pool.imap(_report_at, range(len(facts)), chunksize=2)


_shared: list[UnitFacts] = []


def _share(facts: list[UnitFacts]):
    _shared[:] = facts


def _report_at(place: int) -> Report:
    return _report(_shared[place])


def _report(facts: UnitFacts) -> Report:
    """Sort a unit's problems into what fails and what is known; a known gap that is closed fails as well."""
    found = _unit_problems(facts)
    if facts.draft:
        return Report(notes=found)
    listed = facts.open_rules
    report = Report()
    for each in found:
        (report.notes if _gap(each) in listed else report.problems).append(each)
    line = facts.page.text[: facts.page.text.find("open:")].count("\n") + 1 if listed else 1
    met = {_gap(each) for each in found}
    for name in listed:
        if name not in RULES or not RULES[name].gap:
            message = f"{name} is no rule that may stay open."
            report.problems.append(problem("open-unknown", Found(facts.path, line, message)))
        elif name not in met and not facts.unreadable:
            message = f"The unit keeps the rule {name} now."
            report.problems.append(problem("open-settled", Found(facts.path, line, message)))
    return report


def _gap(found: Problem) -> str:
    """Return the name under which a page lists a problem: the slides' own rules all belong to the presentation."""
    return "deck" if str(found.file).endswith(".deck.md") else found.rule


@rule(
    "book",
    "contents",
    "_toc.yml fits the programme.",
    "Call: python -m ai2med toc",
)
def _contents(book: BookFacts):
    from ..contents import toc_text

    toc = book.root / "_toc.yml"
    if not toc.is_file() or toc.read_text(encoding="utf-8") != toc_text(book.root):
        yield Found(toc, 1, "It does not fit the programme.")


@rule(
    "book",
    "doors",
    "Each door of the home page leads to five different units that are finished.",
    "Name finished units in doors.yml.",
)
def _doors(book: BookFacts):
    try:
        for line, message in door_problems(book.root / FILE, book.curriculum):
            yield Found(book.root / FILE, line, message)
    except ContentError as error:
        for each in error.problems:
            yield Found(each.file, each.line, each.message, each.mend)
