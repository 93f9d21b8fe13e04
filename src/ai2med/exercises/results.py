"""Go on with the book's result of a task that is not solved: its values for later cells, never its mark."""

import contextlib
import html
import io
import json
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import blocks
from .checks import Task
from .feedback import Feedback
from .running import KEPT, caller_namespace, checks_of_unit, find_task, has_book_result, run_check

__all__ = ["BookResult", "give_back", "solutions", "solutions_file", "use_result"]


@dataclass(frozen=True)
class BookResult:
    """What `use_result` has done, in the reader's words; shows itself as the last line of a cell.

    Parameters
    ----------
    task : str
        The id of the task.
    message : str
        What happened.
    names : tuple of str
        The names that now hold the book's values; empty if the reader's own were kept.
    """

    task: str
    message: str
    names: tuple[str, ...] = ()

    def __str__(self):
        return self.message

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f'<p role="status">{html.escape(self.message)}</p>'


def use_result(task_id: str, namespace: MutableMapping[str, Any] | None = None) -> BookResult:
    """Give later cells the book's result of a task, unless the task is passed. It does not count as passed by that.

    Parameters
    ----------
    task_id : str
        Such as ``"2.2.4-t1"``.
    namespace : mapping, optional
        The learner's variables; by default those of the notebook, or of the caller.

    Examples
    --------
    >>> print(use_result("first task", {}))
    A task's id looks like 2.2.4-t1: the unit, a hyphen, the task.
    """
    if namespace is None:
        namespace = caller_namespace(sys._getframe(1))
    task = find_task(task_id)
    if isinstance(task, Feedback):
        return BookResult(task_id, task.hint)
    solution = _solution(task)
    name = f"task {task.name[1:]}"
    if solution is None:
        return BookResult(task.id, f"In {name} you answer questions. Later cells need nothing of it.")
    if not has_book_result(task.id, namespace) and run_check(task, namespace).passed:
        return BookResult(task.id, f"You have passed {name}: your own values are used.")
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(solution["code"], f"<the book's {name}>", "exec"), namespace)
    except ImportError:
        raise  # a page then loads the package and tries again
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        return BookResult(task.id, f"The book's {name} does not run here ({said}). Run the cells above it first.")
    names = tuple(each for each in solution["names"] if each in namespace)
    namespace.setdefault(KEPT, {})[task.id] = {each: namespace[each] for each in names}
    return BookResult(task.id, _told(name, names), names)


def give_back(task_id: str, namespace: MutableMapping[str, Any] | None = None) -> None:
    """Forget the book's result of a task: what the reader's own code does not make is then missing, as before."""
    if namespace is None:
        namespace = caller_namespace(sys._getframe(1))
    for name, value in namespace.get(KEPT, {}).pop(task_id, {}).items():
        if namespace.get(name) is value:
            del namespace[name]


def solutions_file(checks: Path) -> Path:
    """Return where the solutions of an exercise lie for readers' machines, which have its checks but not its page."""
    return checks.with_suffix(".solutions.json")


def solutions(exercise) -> dict[str, dict[str, Any]]:
    """Return for each task with a cell the code of its solution, and the names that it shares with the starter."""
    from .dependence import names_made

    found = {}
    for task in exercise.tasks:
        if task.cell is None:
            continue
        source = exercise.cells[task.cell].source
        solution = blocks.solution_source(source)
        shared = names_made(solution) & names_made(blocks.starter_source(source))
        found[task.id] = {"code": solution, "names": sorted(shared)}
    return found


def _solution(task: Task) -> dict[str, Any] | None:
    checks = checks_of_unit(task.unit)
    stored = solutions_file(checks)
    if stored.is_file():
        return json.loads(stored.read_text(encoding="utf-8")).get(task.id)
    from .notebook import read_exercise

    return solutions(read_exercise(checks.with_suffix(".md"))).get(task.id)


def _told(name, made) -> str:
    held = f" ({', '.join(made)})" if made else ""
    return f"The cells below now use the book's result of {name}{held}. That does not count as passed."
