"""Read a solution-first exercise: its cells, its tasks, and the mistakes its author can make."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from types import MappingProxyType
from typing import Any

import yaml

from .. import paths
from ..curriculum import load_curriculum, unit_of_file
from ..headers import load_yaml
from ..pages import read_page
from ..problems import ContentError, Problem
from . import blocks

_TASK_OPENING = re.compile(r"^(?P<fence>:{3,}|`{3,})\{task\}[ \t]*(?P<name>\S*)[ \t]*$")
_ITEMS_OPENING = re.compile(r"^(?::{3,}|`{3,})\{check\}[ \t]+(?P<items>.+?)[ \t]*$", re.MULTILINE)
_CHECK_CALL = re.compile(r"""\bcheck\(\s*["'](?P<id>[^"']*)["']\s*\)""")
_TASK_TAG = re.compile(r"t\d+")


@dataclass(frozen=True)
class Cell:
    """A cell of the notebook.

    Parameters
    ----------
    kind : str
        ``"markdown"``, ``"code"`` or ``"raw"``.
    source : str
        Its text.
    line : int
        The line of the file, counted from 1, on which the text begins.
    metadata : mapping
        As in the notebook format.
    """

    kind: str
    source: str
    line: int
    metadata: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the cell's tags."""
        return tuple(self.metadata.get("tags", ()))

    def role(self) -> tuple[str, str] | None:
        """Return ``("task", "t1")`` or ``("check", "t1")`` for the cells of a task, else None."""
        role = next((tag for tag in self.tags if tag in ("task", "check")), None)
        name = next((tag for tag in self.tags if _TASK_TAG.fullmatch(tag)), None)
        return (role, name) if role and name else None


@dataclass(frozen=True)
class NotebookTask:
    """A task as the notebook shows it; what checks it is the `ai2med.exercises.Task` of the same id.

    Parameters
    ----------
    id, name : str
        ``"2.2.4-t1"`` and ``"t1"``.
    title : str
        The heading above the statement.
    statement : str
        The Markdown inside the task block.
    line : int
        The line of the file on which the task block opens.
    cell, check : int or None
        The positions of its cells among the notebook's; None in a task of questions.
    items : tuple of str
        The questions of a task without code.
    """

    id: str
    name: str
    title: str
    statement: str
    line: int
    cell: int | None = None
    check: int | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """A solution-first exercise.

    Parameters
    ----------
    unit : str
        The id of its unit, such as ``"2.2.4"``.
    path : pathlib.Path
        Its file; the checks module is beside it.
    title : str
        The first heading.
    cells : tuple of Cell
        Everything after the front matter.
    tasks : tuple of NotebookTask
        In the order of the page.
    """

    unit: str
    path: Path
    title: str
    cells: tuple[Cell, ...]
    tasks: tuple[NotebookTask, ...]

    @property
    def checks_path(self) -> Path:
        """Return the path of the checks module."""
        return self.path.with_suffix(".py")

    @property
    def items_path(self) -> Path:
        """Return the path of the unit's items file: in the folder of the unit pages, or beside a draft elsewhere."""
        inside = [*self.path.absolute().parts]
        if "exercises" not in inside:
            return self.path.with_suffix(".items.yml")
        where = len(inside) - 1 - inside[::-1].index("exercises")
        return Path(*inside[:where], "moocs", *inside[where + 1 :]).with_suffix(".items.yml")

    def task(self, name: str) -> NotebookTask:
        """Return the task of that name (``"t1"``) or id."""
        return next(task for task in self.tasks if name in (task.name, task.id))


def find_exercises(folder: Path | None = None) -> list[Path]:
    """Return the paths of all exercises in a folder, by default of the book's without its drafts, in a stable order."""
    drafts = {unit.exercise_path for unit in load_curriculum().units if unit.draft} if folder is None else set()
    folder = paths.exercises() if folder is None else folder
    return sorted(path for path in folder.rglob("*.md") if path not in drafts and _is_exercise(path))


def read_cells(path: Path) -> tuple[dict[str, Any], tuple[Cell, ...]]:
    """Read a MyST notebook: its front matter and its cells, each with the line it begins on.

    Raises
    ------
    ContentError
        If the front matter or a cell's options are not valid YAML.
    """
    page = read_page(path)
    lines = page.text.splitlines()
    start = page.first - 1
    front = _yaml(path, "\n".join(lines[1 : max(start - 1, 1)]), 1, "Notebook metadata: ")
    cells: list[Cell] = []
    metadata: dict[str, Any] = {}

    def end_text(end: int):
        text = "\n".join(lines[start:end]).rstrip()
        source = text.lstrip("\n")
        if source:
            line = start + 1 + len(text) - len(source)
            cells.append(Cell("markdown", source, line, MappingProxyType(metadata)))

    for first, block in page.divisions:
        end_text(first - 1)
        if block is None:
            what = f"Markdown cell {len(cells)} at line {first} could not be read: "
            metadata = _yaml(path, lines[first - 1].lstrip("+ "), first, what)
            start = first
            continue
        kind = block.kind.partition("-")[0]
        end = len(lines) if block.end is None else block.end - 1
        body, options = _options(lines, first, end)
        what = f"{kind.capitalize()} cell {len(cells)} at line {first} could not be read: Invalid YAML; "
        marks = MappingProxyType(_yaml(path, options, first, what))
        cells.append(Cell(kind, "\n".join(lines[body:end]), body + 1, marks))
        metadata, start = {}, end + 1
    end_text(len(lines))
    return front, tuple(cells)


def _yaml(path, text, line, what) -> dict[str, Any]:
    try:
        found, reason = load_yaml(text) or {}, "It is no list of names and values."
    except yaml.YAMLError as error:
        found, reason = None, error
    if not isinstance(found, dict):
        raise ContentError([Problem(path, line, "notebook", f"{what}{reason}", "Mend the YAML of this block.")])
    return found


def _options(lines, start, end) -> tuple[int, str]:
    """Return where the source of a cell begins, counted from 0, and the YAML of its options."""
    at = start
    if at < end and lines[at].startswith("---"):
        close = next((k for k in range(at + 1, end) if lines[k].startswith("---")), end)
        options, at = dedent("\n".join(lines[at + 1 : close])), min(close + 1, end)
    else:
        while at < end and lines[at].lstrip().startswith(":"):
            at += 1
        options = "\n".join(line.lstrip()[1:] for line in lines[start:at])
    return at + (at < end and not lines[at].strip()), options


def read_exercise(path: Path) -> Exercise:
    """Read an exercise and check the form of its tasks.

    Raises
    ------
    ContentError
        With every problem found: file, line, rule, and how to mend it.
    """
    path = Path(path)
    front, cells = read_cells(path)
    problems: list[Problem] = []

    def report(line, rule, message, mend):
        problems.append(Problem(path, line, rule, message, mend))

    placed = unit_of_file(path)
    declared = front.get("exercise")
    named = str(declared.get("unit", "")) if isinstance(declared, Mapping) else ""
    unit = placed.id if placed else named
    if not re.fullmatch(r"\d+\.\d+\.\d+", unit):
        advice = 'Put the file beside the others, or write exercise: {unit: "2.2.4"} in its front matter.'
        report(1, "front-matter", "Nothing tells the unit of this exercise.", advice)
    elif named and named != unit:
        report(1, "unit-mismatch", f"The exercise says unit {named}, its place says {unit}.", "Take the line out.")
    title = next(
        (match[1] for cell in cells if cell.kind == "markdown" for match in [_heading(cell.source, 1)] if match), ""
    )
    if not title:
        report(1, "title", "The page has no first-level heading.", "Begin with '# Exercise: ...'.")
    tasks = _read_tasks(unit, cells, report)
    if not tasks and not problems:
        report(1, "no-task", "The exercise has no task.", "Write a :::{task} t1 block and its two cells.")
    if problems:
        raise ContentError(sorted(problems, key=lambda problem: problem.line))
    return Exercise(unit, path, title, cells, tuple(tasks))


def statements(markdown: str):
    r"""Yield each task block of a Markdown text: name, inner text, first and last line (counted from 0).

    A block that does not close has the last line None.

    >>> list(statements("Before\n:::{task} t1\nCount.\n:::"))
    [('t1', 'Count.', 1, 3)]
    """
    lines = markdown.split("\n")
    at = 0
    while at < len(lines):
        opening = _TASK_OPENING.match(lines[at])
        if opening:
            fence = opening["fence"]
            end = next((i for i in range(at + 1, len(lines)) if lines[i].rstrip() == fence), None)
            yield opening["name"], "\n".join(lines[at + 1 : end]).strip("\n"), at, end
            at = len(lines) if end is None else end
        at += 1


def _read_tasks(unit, cells, report) -> list[NotebookTask]:
    code = {}
    for index, cell in enumerate(cells):
        role = cell.role()
        if role is None:
            if cell.kind == "code" and {"task", "check"} & set(cell.tags):
                report(cell.line, "tags", f"The tags {list(cell.tags)} name no task.", "Write tags: [task, t1].")
            elif "SOLUTION" in cell.source and cell.kind == "code":
                report(cell.line, "tags", "A cell with a solution has no task tags.", "Write :tags: [task, t1].")
            continue
        if role in code:
            report(cell.line, "one-cell", f"Task {role[1]} has two {role[0]} cells.", "Join them into one.")
            continue
        code[role] = index
        if role[0] == "task":
            _check_blocks(cell, report)
        elif _called(cell) != f"{unit}-{role[1]}":
            report(
                cell.line,
                "check-call",
                f"The check cell of {role[1]} checks {_called(cell) or 'nothing'}.",
                f'Write check("{unit}-{role[1]}") as its last line.',
            )
    tasks = []
    title = ""
    for cell in cells:
        if cell.kind != "markdown":
            continue
        headings = {number: line for number, line in enumerate(cell.source.split("\n")) if line.startswith("## ")}
        for name, statement, start, end in statements(cell.source):
            above = [number for number in headings if number < start]
            title = headings[above[-1]][3:].strip() if above else title
            line = cell.line + start
            if not _TASK_TAG.fullmatch(name):
                report(line, "task-name", f"The task is called {name!r}.", "Call tasks t1, t2, t3, ...")
                continue
            if any(task.name == name for task in tasks):
                report(line, "task-name", f"There are two task blocks {name}.", "Number the tasks; join or rename.")
                continue
            if end is None:
                report(line, "task-block", f"The block of task {name} does not close.", "Close it with its own colons.")
            if not above:
                report(line, "task-title", f"Task {name} has no heading above it.", f"Write '## Task {name[1:]}: ...'.")
            asked = tuple(" ".join(match["items"] for match in _ITEMS_OPENING.finditer(statement)).split())
            task = NotebookTask(
                f"{unit}-{name}",
                name,
                title,
                statement,
                line,
                code.get(("task", name)),
                code.get(("check", name)),
                asked,
            )
            _check_cells(task, cells, report)
            tasks.append(task)
    named = {task.name for task in tasks}
    for (role, name), index in code.items():
        if name not in named:
            report(
                cells[index].line,
                "task-block",
                f"The {role} cell of {name} has no task block.",
                f"Write ':::{{task}} {name}' with the statement above it.",
            )
    return tasks


def _check_blocks(cell, report):
    try:
        parts = blocks.parse_blocks(cell.source)
    except blocks.BlockError as error:
        report(cell.line + error.line - 1, "solution-block", error.message, error.mend)
        return
    if not any(isinstance(part, blocks.Block) for part in parts):
        report(cell.line, "solution-block", "The task cell has no solution block.", "Mark it: ### BEGIN SOLUTION.")
    elif len(blocks.solution_lines(cell.source)) > 15:
        report(
            cell.line,
            "solution-length",
            f"The solution has {len(blocks.solution_lines(cell.source))} lines.",
            "Split the task, or give part of the code: at most 15.",
        )


def _check_cells(task, cells, report):
    if task.items and task.cell is None and task.check is None:
        return
    if task.items:
        report(task.line, "task-kind", f"Task {task.name} has questions and a cell.", "Make two tasks of it.")
    elif task.cell is None:
        report(
            task.line,
            "task-cell",
            f"Task {task.name} has no task cell and no questions.",
            f"Write a code cell with the tags [task, {task.name}].",
        )
    elif task.check is None:
        report(
            task.line,
            "check-cell",
            f"Task {task.name} has no check cell.",
            f'Write a cell with the tags [check, {task.name}] and check("{task.id}").',
        )
    elif task.check < task.cell:
        report(cells[task.check].line, "check-cell", "The check stands before its task's cell.", "Swap the two cells.")


def _called(cell) -> str | None:
    match = _CHECK_CALL.search(cell.source)
    return match["id"] if match else None


def _heading(markdown, level):
    return re.search(rf"^{'#' * level} (.+?)\s*$", markdown, re.MULTILINE)


def _is_exercise(path) -> bool:
    """Tell whether a page is an exercise: its place says so, or, outside the book's units, its front matter."""
    unit = unit_of_file(path)
    if unit is not None and unit.exercise_path == path.absolute():
        return True
    text = path.read_text(encoding="utf-8")
    front = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    return bool(front and re.search(r"^exercise:", front[1], re.MULTILINE))
