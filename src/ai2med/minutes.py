"""How long a unit takes: computed from what stands in it, so that no author guesses and no edit makes it false.

Rough on purpose, and the same rough for every unit. The figures are for adults who read in a second language:

- 130 words a minute: adults read about 240 words a minute of English non-fiction in their first language (Brysbaert
  2019, Journal of Memory and Language 109, 104047); we plan with little more than half of that, for a second language
  and new terms.
- A question takes the time to read it, to decide, and to read why: from one minute for a single choice to three for a
  conversation or for lines of code to put in order.
- An explorable takes four minutes: first state, one prediction, two or three moves. In an exercise it takes two: the
  questions there ask what to predict and to move.
- A task with code takes five minutes for reading, running and reading the feedback, and one minute a line of solution.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil
from pathlib import Path

from .curriculum import Unit
from .headers import front_matter
from .items.loader import load_items
from .pages import Page, read_page, words
from .problems import ContentError

__all__ = ["UnitMinutes", "Work", "exercise_parts", "explorables_of", "part_minutes", "reading_minutes"]
__all__ += ["route_minutes", "routes_of", "unit_minutes"]

WORDS_A_MINUTE = 130
ITEM_MINUTES = {
    "single": 1.0,
    "fill": 1.0,
    "multiple": 1.5,
    "ordering": 1.5,
    "numeric": 2.0,
    "matching": 2.0,
    "predict": 2.0,
    "parsons": 3.0,
    "branching": 3.0,
    "text": 6.0,
}
EXPLORABLE_MINUTES = 4.0
CODE_TASK_MINUTES = 5.0
CODE_LINE_MINUTES = 1.0
# Nobody plans an hour to the minute.
_STEP = 5
# Behind the last line of any page.
_END = 10**6

_EXPLORABLE_CALL = re.compile(r"\bexplorable\(")
_SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)^\s*### (?:STARTER|END SOLUTION)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Work:
    """What a part of an exercise asks for.

    Parameters
    ----------
    tasks : frozenset of str
        The names of its tasks; a part without a task belongs to everybody.
    prose : int
        Words of its text.
    kinds : tuple of str
        The type of each of its questions.
    solutions : tuple of int
        The lines of each solution to write.
    exploring : float
        Minutes with its explorables, beside the questions about them.
    """

    tasks: frozenset[str]
    prose: int
    kinds: tuple[str, ...] = ()
    solutions: tuple[int, ...] = ()
    exploring: float = 0.0

    @property
    def minutes(self) -> float:
        """How long it takes."""
        coding = sum(CODE_TASK_MINUTES + CODE_LINE_MINUTES * lines for lines in self.solutions)
        return self.prose / WORDS_A_MINUTE + _items(self.kinds) + coding + self.exploring


def reading_minutes(prose: int, kinds: Iterable[str] = (), explorables: int = 0) -> int:
    """Return the minutes that a page takes, in steps of five.

    Parameters
    ----------
    prose : int
        Words of running text.
    kinds : iterable of str
        The type of each question on the page.
    explorables : int
        How many there are.

    Examples
    --------
    >>> reading_minutes(2000, ["single"] * 10, explorables=1)
    30
    """
    return _rounded(prose / WORDS_A_MINUTE + _items(kinds) + explorables * EXPLORABLE_MINUTES)


def route_minutes(parts: Iterable[Work], tasks: Iterable[str]) -> int:
    """Return the minutes of a route through an exercise, in steps of five.

    Parameters
    ----------
    parts : iterable of Work
        The parts of the exercise.
    tasks : iterable of str
        The names of the route's tasks.

    Examples
    --------
    >>> parts = [Work(frozenset(), 130), Work(frozenset(["t1"]), 130, solutions=(8,)),
    ...          Work(frozenset(["t2"]), 260, kinds=("matching", "single"))]
    >>> route_minutes(parts, ["t1", "t2"]), route_minutes(parts, ["t2"])
    (20, 10)
    """
    chosen = set(tasks)
    return _rounded(sum(part.minutes for part in parts if not part.tasks or part.tasks & chosen))


def _items(kinds: Iterable[str]) -> float:
    return sum(ITEM_MINUTES[kind] for kind in kinds)


def _rounded(minutes: float) -> int:
    return _STEP * ceil(minutes / _STEP)


def explorables_of(page: Page, lines: range | None = None) -> int:
    """Count the explorables of a page, or of some of its lines, in its cells and among its directives.

    What is folded as deeper is not planned for, as its words are not.
    """
    import ai2med

    classes = "|".join(name for name in ai2med.__all__ if name[0].isupper())
    calls = [_EXPLORABLE_CALL]
    if classes:
        calls.append(re.compile(rf"^(?:{classes})\(", re.MULTILINE))
    lines = range(_END) if lines is None else lines
    folded = {line.number for line in page.lines if "deeper" in line.inside}
    placed = sum(
        block.kind == "explorable" and block.line in lines and block.line not in folded for block in page.blocks
    )
    cells = [cell for cell in page.cells if cell.line in lines]
    return placed + sum(len(call.findall(cell.source)) for cell in cells for call in calls)


@dataclass(frozen=True)
class UnitMinutes:
    """How long a unit takes.

    Parameters
    ----------
    reading : int
        The page with its questions.
    routes : dict
        Each route through the exercise, by its name; the only route of an exercise is called "".
    """

    reading: int
    routes: dict[str, int]

    @property
    def doing(self) -> int:
        """The exercise, on its longest route."""
        return max(self.routes.values(), default=0)

    @property
    def both(self) -> int:
        """Reading and doing together."""
        return self.reading + self.doing


def unit_minutes(unit: Unit) -> UnitMinutes:
    """Return the minutes of a unit, computed from its files; what is not there takes no time."""
    files = (unit.path, unit.items_path, unit.exercise_path)
    return _unit_minutes(*files, tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in files))


# By the last changes of the files: who watches the sources sees an edit without a restart.
@lru_cache(maxsize=512)
def _unit_minutes(page: Path, items: Path, exercise: Path, _stamps: tuple[int, ...]) -> UnitMinutes:
    kinds = _kinds(items)
    asked = [kind for kind, place in kinds.values() if place in ("opening", "inline", "closing")]
    reading = 0
    if page.is_file():
        read = read_page(page)
        reading = reading_minutes(read.prose_words, asked, explorables_of(read))
    if not exercise.is_file():
        return UnitMinutes(reading, {})
    parts = exercise_parts(read_page(exercise), {name: kind for name, (kind, _) in kinds.items()})
    routes = routes_of(exercise) or {"": [name for part in parts for name in part.tasks]}
    return UnitMinutes(reading, {name: route_minutes(parts, tasks) for name, tasks in routes.items()})


def routes_of(exercise: Path) -> dict[str, list[str]]:
    """Return the routes that an exercise's front matter names, each with its tasks; empty if it names none."""
    try:
        declared = front_matter(exercise).get("exercise")
    except ContentError:
        return {}
    routes = declared.get("routes") if isinstance(declared, dict) else None
    if not isinstance(routes, dict):
        return {}
    return {str(name): list(map(str, tasks)) for name, tasks in routes.items() if isinstance(tasks, list)}


def exercise_parts(page: Page, kinds: dict[str, str], explorable_minutes: float = 2.0) -> list[Work]:
    """Return the parts of an exercise: what stands between two headings, with the tasks, questions and solutions in it.

    Parameters
    ----------
    page : Page
        The exercise.
    kinds : dict
        The type of each question, by its name.
    explorable_minutes : float
        How long an explorable takes.
    """
    parts = []
    for lines in _parts(page):
        blocks = [block for block in page.blocks if block.line in lines]
        names = [name for block in blocks if block.kind == "check" for name in block.argument.split()]
        solved = [_SOLUTION.findall(cell.source) for cell in page.cells if cell.line in lines]
        parts.append(
            Work(
                tasks=frozenset(block.argument for block in blocks if block.kind == "task"),
                prose=sum(words(line.text) for line in page.prose if line.number in lines),
                kinds=tuple(kinds[name] for name in names if name in kinds),
                solutions=tuple(map(_lines, filter(None, solved))),
                exploring=explorables_of(page, lines) * explorable_minutes,
            )
        )
    return parts


def part_minutes(unit: Unit, exercise: bool = False) -> list[int]:
    """Return the minutes of each part of a unit's page, or of its exercise, in whole minutes.

    A part begins with a heading of the second level; what stands before the first of them is none.
    """
    page = read_page(unit.exercise_path if exercise else unit.path)
    kinds = _kinds(unit.items_path)
    closing = [kind for kind, place in kinds.values() if place == "closing"]
    types = {name: kind for name, (kind, _) in kinds.items()}
    works = exercise_parts(page, types) if exercise else exercise_parts(page, types, EXPLORABLE_MINUTES)
    made = []
    for lines, work in zip(_parts(page), works, strict=True):
        minutes = work.minutes
        if any(block.kind == "knowledge-check" and block.line in lines for block in page.blocks):
            minutes += _items(closing)
        made.append(max(1, round(minutes)))
    return made[1:]


def _parts(page: Page) -> list[range]:
    """Return the lines before the first heading of the second level, then those of each part."""
    starts = [0, *(line.number for line in page.markdown if line.text.startswith("## ")), _END]
    return [range(first, end) for first, end in pairwise(starts)]


def _lines(blocks: list[str]) -> int:
    """Return how many lines of code the solution blocks of a cell have."""
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return sum(bool(line) and not line.startswith("#") for line in lines)


def _kinds(items: Path) -> dict[str, tuple[str, str]]:
    """Return type and place of each question; nothing for a file that cannot be read, whose fault is told elsewhere."""
    try:
        return {item.name: (item.type, item.place) for item in load_items(items)}
    except ContentError:
        return {}
