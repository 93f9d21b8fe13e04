"""The learner's own folder of notebooks: written from the book, and never overwritten once edited."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from .. import paths
from ..curriculum import Curriculum, Unit, load_curriculum
from ..minutes import unit_minutes
from . import blocks
from .checks import Task
from .dependence import built_on
from .ipynb import code_cell, markdown_cell, new_notebook, to_text
from .notebook import Exercise, read_cells, read_exercise
from .plain import Book, details, glued_values, plain_markdown, split_at_marks
from .running import load_checks

RECORD = ".ai2med.json"
_KNOWLEDGE_CHECK = re.compile(r"^:{3,}\{knowledge-check\}[^\n]*\n(?:(?!:::)[^\n]*\n)*:{3,}[ \t]*$", re.MULTILINE)
_NAMES = (
    "*Names such as {} stand for numbers that the cells below compute. Build the book (`make book`) and write the "
    "workbook again to read the numbers in their place.*"
)
_HOW_TO = (
    "*Run a cell with Shift+Enter. Change the code of each task, run it, then run the check below it. In the menu Run, "
    "“Run All Cells” runs everything; a task that you have not begun stops nothing. "
    "This notebook is yours: the book never overwrites it once you have changed it.*"
)
_GO_ON = (
    "# Cells below build on this task. Until you have passed it, this line gives them the book's values.\n"
    "from ai2med import use_result\n\n"
    'use_result("{}")'
)


@dataclass(frozen=True)
class WorkbookReport:
    """What `write_workbook` did with each notebook.

    Parameters
    ----------
    written, updated, unchanged : tuple of pathlib.Path
        New files; unedited files whose source in the book had changed; unedited files that were up to date.
    kept : tuple of (pathlib.Path, pathlib.Path or None)
        Edited files, each with the path of its new version where the book has one to offer.
    """

    written: tuple[Path, ...] = ()
    updated: tuple[Path, ...] = ()
    unchanged: tuple[Path, ...] = ()
    kept: tuple[tuple[Path, Path | None], ...] = ()

    def __str__(self):
        lines = [f"written: {path}" for path in self.written] + [f"updated: {path}" for path in self.updated]
        for path, new in self.kept:
            lines.append(f"kept: {path} (you have edited it)" + (f"; new version is at {new}" if new else ""))
        lines.append(
            f"{len(self.written)} written, {len(self.updated)} updated, {len(self.unchanged)} unchanged, "
            f"{len(self.kept)} kept."
        )
        return "\n".join(lines)


def write_workbook(out: Path | None = None, root: Path | None = None) -> WorkbookReport:
    """Write the notebooks of every finished unit: its exercise to work in, and its page to read and run.

    A notebook that differs from what was last written is the learner's work: it is kept. If the book has changed since,
    the new version is written beside it, as ``<name>-new.ipynb``.

    Parameters
    ----------
    out : pathlib.Path, optional
        The folder; by default ``workbook`` in the book's folder.
    root : pathlib.Path, optional
        The book's folder; by default the one that `ai2med.paths.root` finds.
    """
    root = paths.root() if root is None else Path(root)
    out = root / "workbook" if out is None else Path(out)
    folder = _Folder(out)
    for name, notebook, bare in workbook_notebooks(load_curriculum(root), out):
        folder.offer(name, to_text(notebook), _digest(to_text(bare)))
    folder.save()
    return WorkbookReport(tuple(folder.written), tuple(folder.updated), tuple(folder.unchanged), tuple(folder.kept))


def workbook_notebooks(curriculum: Curriculum, out: Path) -> Iterator[tuple[str, NotebookNode, NotebookNode]]:
    """Yield for each notebook of the finished units its name below the workbook's folder, itself, and itself bare.

    The bare notebook lacks the numbers of the last build: it changes only when its author changes the page.
    """
    for unit in curriculum.finished:
        start = f"{curriculum.mooc_of(unit).folder}/{unit.slug}"
        folder = out / Path(start).parent
        if unit.exercise_path.is_file():
            yield f"{start}.ipynb", *(exercise_notebook(unit, folder, numbers) for numbers in (True, False))
        yield f"{start} (reading).ipynb", *(unit_notebook(unit, folder, numbers) for numbers in (True, False))


def exercise_notebook(unit: Unit, out: Path | None = None, numbers: bool = True) -> NotebookNode:
    """Return the exercise of a unit as a learner finds it; see `learner_notebook`."""
    return learner_notebook(read_exercise(unit.exercise_path), unit.root, out, numbers)


def learner_notebook(
    exercise: Exercise, root: Path | None = None, out: Path | None = None, numbers: bool = True
) -> NotebookNode:
    """Return the exercise as a learner finds it: starters, checks and folded hints; no solutions, no outputs.

    Where later cells build on a task, a cell after its check lets them go on without it.

    Parameters
    ----------
    exercise : Exercise
        As `read_exercise` returns it.
    root : pathlib.Path, optional
        The book's folder.
    out : pathlib.Path, optional
        The folder of the notebook, from which paths of images lead.
    numbers : bool
        Whether numbers that the page's cells compute are taken from the last build of the book.
    """
    root = paths.root() if root is None else root
    docname = exercise.path.resolve().relative_to(root.resolve()).with_suffix("").as_posix()
    glued = glued_values(root, docname) if numbers else {}
    book = Book(root, exercise.path, out or root / "workbook", glued, mark=True)
    declared: dict[str, Task] = {task.id: task for task in load_checks(exercise.checks_path).TASKS}
    hints_after = {task.check: declared[task.id] for task in exercise.tasks if task.check is not None}
    needed = {task for tasks in built_on(exercise).values() for task in tasks}
    cells = []
    for index, cell in enumerate(exercise.cells):
        if cell.kind == "code":
            cells.append(_code(cell, blocks.starter_source(cell.source)))
        else:
            cells += _text_cells(exercise.unit, plain_markdown(cell.source, book))
        if index in hints_after:
            cells.append(markdown_cell(hints_markdown(hints_after[index]), ["hints"]))
            if hints_after[index].id in needed:
                cells.append(code_cell(_GO_ON.format(hints_after[index].id), ["go-on"]))
    cells = _below_title(cells, _HOW_TO)
    return new_notebook(f"{exercise.unit} exercise", cells, unit=exercise.unit, kind="exercise")


def unit_notebook(unit: Unit, out: Path | None = None, numbers: bool = True) -> NotebookNode:
    """Return a unit's page as a notebook: its prose, its cells, its explorables, and its knowledge check, all live.

    Parameters
    ----------
    unit : Unit
        A finished unit.
    out : pathlib.Path, optional
        The folder of the notebook, from which paths of images lead.
    numbers : bool
        Whether numbers that the page's cells compute are taken from the last build of the book. Without them, and
        without a build, their names stand in the text, and a sentence says so.
    """
    glued = glued_values(unit.root, unit.docname) if numbers else {}
    book = Book(unit.root, unit.path, out or unit.root / "workbook", glued, mark=True)
    cells = []
    for cell in read_cells(unit.path)[1]:
        if cell.kind == "code":
            cells.append(_code(cell, cell.source))
            continue
        parts = _KNOWLEDGE_CHECK.split(cell.source)
        for position, part in enumerate(parts):
            if position:
                cells.append(_questions_cell(unit.id))
            cells += _text_cells(unit.id, plain_markdown(part, book))
    named = re.search(r"`u\d+_\w+`", "\n".join(cell.source for cell in cells if cell.cell_type == "markdown"))
    strip = _strip(unit) + (f"\n\n{_NAMES.format(named[0])}" if named else "")
    return new_notebook(f"{unit.id} reading", _below_title(cells, strip), unit=unit.id, kind="reading")


def hints_markdown(task: Task) -> str:
    """Return a task's hints, each under its own fold."""
    return "\n\n".join(details(f"Hint {step}", text) for step, text in enumerate(task.hints, 1))


def _strip(unit) -> str:
    minutes = unit_minutes(unit)
    lines = [
        f"Unit {unit.id}. Reading: {minutes.reading} minutes; doing: {minutes.doing} minutes.",
        "",
        "You will be able to:",
        "",
        *(f"- {outcome.text}" for outcome in unit.page.outcomes),
    ]
    return "\n".join(lines)


def _below_title(cells, strip) -> list[NotebookNode]:
    """Return the cells with one more, right below the page's title."""
    at = next(index for index, cell in enumerate(cells) if cell.cell_type == "markdown")
    title, _, rest = cells[at].source.partition("\n")
    below = [markdown_cell(rest.strip("\n"))] if rest.strip() else []
    return [*cells[:at], markdown_cell(title), markdown_cell(strip), *below, *cells[at + 1 :]]


def _text_cells(unit_id, text) -> list[NotebookNode]:
    """Return the cells of a converted text: prose, the questions where the page asks them, and its explorables."""
    cells = []
    for kind, part in split_at_marks(text):
        if kind == "questions":
            cells.append(_questions_cell(unit_id, f", items={part.split()}"))
        elif kind == "explorable":
            cells.append(_widget_cell(f"from ai2med import explorable\n\nexplorable({part})"))
        else:
            cells.append(markdown_cell(part))
    return cells


def _questions_cell(unit_id, more="") -> NotebookNode:
    return _widget_cell(f'from ai2med import knowledge_check\n\nknowledge_check("{unit_id}"{more})')


def _widget_cell(source) -> NotebookNode:
    # Not one of the page's own cells: nbval has no reference for its output.
    return code_cell(source, ["knowledge-check", "nbval-ignore-output"])


def _code(cell, source) -> NotebookNode:
    hidden = {"hide-input", "remove-input", "remove-cell"} & set(cell.tags)
    return code_cell(source, cell.tags, **({"jupyter": {"source_hidden": True}} if hidden else {}))


class _Folder:
    """The workbook's folder, with the record of what was written into it."""

    def __init__(self, path: Path):
        self.path = path
        self.written, self.updated, self.unchanged, self.kept = [], [], [], []
        try:
            self.record = json.loads((path / RECORD).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            self.record = {}

    def offer(self, name: str, text: str, source: str):
        """Write a notebook unless the learner's work stands in its place; `source` changes when the book does."""
        path, new = self.path / name, _digest(text)
        known = self.record.setdefault(name, {})
        if not path.exists():
            self._write(name, text)
            self.written.append(path)
        elif self._edited(name, new):
            self.kept.append((path, self._beside(name, text, source)))
        elif _digest(path.read_text(encoding="utf-8")) == new:
            known["written"] = new
            self.unchanged.append(path)
        else:
            self._write(name, text)
            self.updated.append(path)
        self.record[name]["offered"] = source

    def save(self):
        """Keep the record for the next time."""
        _replace(self.path / RECORD, json.dumps(self.record, indent=1, sort_keys=True) + "\n")

    def _edited(self, name, new) -> bool:
        now = _digest((self.path / name).read_text(encoding="utf-8"))
        return now not in (self.record.get(name, {}).get("written"), new)

    def _beside(self, name, text, source) -> Path | None:
        """Write the new version beside an edited notebook, if the learner does not have it yet."""
        new, known = _digest(text), self.record[name]
        stem = name.removesuffix(".ipynb")
        number = 1
        while True:
            other = f"{stem}-new.ipynb" if number == 1 else f"{stem}-new-{number}.ipynb"
            if not (self.path / other).exists() or not self._edited(other, new):
                break
            number += 1
        path = self.path / other
        if known.get("offered") == source and not path.exists():
            return None  # what was edited is this version, or its reader has put the new one away
        self._write(other, text)
        return path

    def _write(self, name, text):
        _replace(self.path / name, text)
        self.record.setdefault(name, {})["written"] = _digest(text)


def _replace(path, text):
    # Written whole or not at all: a stopped run must not leave half a notebook.
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
