"""How long a unit takes: computed from what stands in it, so that no author guesses and no edit makes it false.

Rough on purpose, and the same rough for every unit. The figures are for adults who read in a second language:

- 130 words a minute: adults read about 240 words a minute of English non-fiction in their first language (Brysbaert
  2019, Journal of Memory and Language 109, 104047); we plan with little more than half of that, for a second language
  and new terms.
- A question takes the time to read it, to decide, and to read why: from one minute for a single choice to three for a
  conversation or for lines of code to put in order.
- An explorable takes four minutes: first state, one prediction, two or three moves.
- A task with code takes five minutes for reading, running and reading the feedback, and one minute a line of solution.
"""

import re
from collections.abc import Iterable
from math import ceil
from pathlib import Path

from .pages import Page, read_page, words

__all__ = ["doing_minutes", "explorables_of", "reading_minutes", "unit_minutes"]

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
}
EXPLORABLE_MINUTES = 4.0
CODE_TASK_MINUTES = 5.0
CODE_LINE_MINUTES = 1.0
# Nobody plans an hour to the minute.
_STEP = 5

_EXPLORABLE_CALL = re.compile(r"\bexplorable\(")
_TASK = re.compile(r"^(?P<fence>:{3,}|`{3,})\{task\} (?P<name>\S+)$(?P<body>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
_ASKED = re.compile(r"^[:`]{3,}\{check\} +(.+?) *$", re.MULTILINE)
_SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)^\s*### (?:STARTER|END SOLUTION)", re.MULTILINE | re.DOTALL)


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


def doing_minutes(prose: int, kinds: Iterable[str] = (), solutions: Iterable[int] = ()) -> int:
    """Return the minutes that a route of an exercise takes, in steps of five; 0 for a route that is not there.

    Parameters
    ----------
    prose : int
        Words of the exercise's text.
    kinds : iterable of str
        The type of each question of the route.
    solutions : iterable of int
        The lines of each solution of the route.

    Examples
    --------
    >>> doing_minutes(650, solutions=[6, 10])
    35
    >>> doing_minutes(650)
    0
    """
    work = _items(kinds) + sum(CODE_TASK_MINUTES + CODE_LINE_MINUTES * lines for lines in solutions)
    return _rounded(prose / WORDS_A_MINUTE + work) if work else 0


def _items(kinds: Iterable[str]) -> float:
    return sum(ITEM_MINUTES[kind] for kind in kinds)


def _rounded(minutes: float) -> int:
    return _STEP * ceil(minutes / _STEP)


def explorables_of(page: Page) -> int:
    """Count the explorables of a page, in its cells and among its directives."""
    import ai2med

    classes = "|".join(name for name in ai2med.__all__ if name[0].isupper())
    calls = [_EXPLORABLE_CALL]
    if classes:
        calls.append(re.compile(rf"^(?:{classes})\(", re.MULTILINE))
    placed = sum(block.kind == "explorable" for block in page.blocks)
    return placed + sum(len(call.findall(cell.source)) for cell in page.cells for call in calls)


def unit_minutes(page: Path, items: Path, exercise: Path) -> tuple[int, int, int]:
    """Return the minutes of a unit: reading, doing with code, doing without code.

    Parameters
    ----------
    page, items, exercise : pathlib.Path
        The unit's files; what is not there takes no time.
    """
    kinds = _kinds(items)
    asked = [kind for kind, place in kinds.values() if place in ("opening", "inline", "closing")]
    reading = 0
    if page.is_file():
        read = read_page(page)
        reading = reading_minutes(read.prose_words, asked, explorables_of(read))
    if not exercise.is_file():
        return reading, 0, 0
    text = exercise.read_text(encoding="utf-8")
    shared = {"code": 0, "plain": 0}
    questions: list[str] = []
    for task in _TASK.finditer(text):
        names = " ".join(_ASKED.findall(task["body"])).split()
        shared["plain" if names else "code"] += words(_ASKED.sub("", task["body"]))
        questions += [kinds[name][0] for name in names if name in kinds]
    solutions = _solution_lines(text)
    return reading, doing_minutes(shared["code"], (), solutions), doing_minutes(shared["plain"], questions)


def _kinds(items: Path) -> dict[str, tuple[str, str]]:
    """Return type and place of each question; nothing for a file that cannot be read, whose fault is told elsewhere."""
    from .items.loader import load_items
    from .problems import ContentError

    try:
        return {item.name: (item.type, item.place) for item in load_items(items)}
    except ContentError:
        return {}


def _solution_lines(text: str) -> list[int]:
    """Return the lines of solution of each task cell."""
    found = []
    for cell in Page(text).cells:
        blocks = _SOLUTION.findall(cell.source)
        if blocks:
            lines = [line for block in blocks for line in block.splitlines()]
            found.append(sum(bool(line.strip()) and not line.strip().startswith("#") for line in lines))
    return found
