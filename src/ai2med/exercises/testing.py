"""Run a task as its learners would: the solution, the untouched starter, each wrong attempt and each right variant.

Everything happens in this process, without Jupyter. The cells before a task run once, with the earlier tasks solved;
each run then gets its own copy of their values, so that no attempt can spoil the next.
"""

import copy
import os
import sys
import traceback
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ..problems import ContentError, Problem
from . import blocks
from .checks import Task
from .feedback import Feedback
from .notebook import Exercise, NotebookTask
from .running import load_checks, run_check


@dataclass(frozen=True)
class Outcome:
    """What one run of a task gave.

    Parameters
    ----------
    label : str
        ``"solution"``, ``"starter"``, or the title of the wrong attempt or right variant.
    expect : str or None
        The key that the feedback must carry; "" for what must pass, None for the starter, where any key will do.
    feedback : Feedback
        The check's answer.
    error : str
        The traceback, if the cell itself raised; the learner would have seen it above the feedback.
    """

    label: str
    expect: str | None
    feedback: Feedback
    error: str = ""

    @property
    def as_promised(self) -> bool:
        """Tell whether the run gave what the exercise promises."""
        if self.feedback.debug:
            return False
        if self.expect == "":
            return self.feedback.passed and not self.error
        if self.expect is None:
            # A learner who runs the untouched cell is to read the check's words, not a traceback.
            return not self.feedback.passed and not self.error
        return not self.feedback.passed and self.feedback.key == self.expect


class Runner:
    """Runs the tasks of one exercise, each start-up once.

    Parameters
    ----------
    exercise : Exercise
        As `read_exercise` returns it.
    """

    def __init__(self, exercise: Exercise):
        self.exercise = exercise
        self.checks: dict[str, Task] = {task.id: task for task in load_checks(exercise.checks_path).TASKS}
        self._solved: dict[str, Any] = _fresh_namespace()
        self._done = 0

    def outcomes(self, task: NotebookTask) -> Iterator[Outcome]:
        """Yield the outcome of the solution, of the starter, of each wrong attempt and of each right variant.

        Tasks have to be asked for in the order of the page, or the start-up is run anew.

        Raises
        ------
        ContentError
            If a cell before the task raises although the earlier tasks are solved.
        """
        if task.cell is None:
            return
        declared = self.checks[task.id]
        source = self.exercise.cells[task.cell].source
        yield self._run(task, "solution", "", blocks.solution_source(source))
        yield self._run(task, "starter", None, blocks.starter_source(source))
        for attempt in declared.wrong:
            yield self._run(task, attempt.title, attempt.expect, blocks.attempt_source(source, attempt.code))
        for variant in declared.right:
            yield self._run(task, variant.title, "", blocks.attempt_source(source, variant.code))

    def _run(self, task, label, expect, source) -> Outcome:
        with quiet():
            namespace = self._before(task.cell)
            error = run_cell(source, namespace, f"<{task.id} {label}>")
            # Cells between the task and its check may compute what the check reads.
            for cell in self.exercise.cells[task.cell + 1 : task.check]:
                if cell.kind == "code" and cell.role() is None:
                    error = run_cell(cell.source, namespace, f"<{task.id} after the task>") or error
            return Outcome(label, expect, run_check(self.checks[task.id], namespace), error)

    def _before(self, cell: int) -> dict[str, Any]:
        if cell < self._done:
            self._solved, self._done = _fresh_namespace(), 0
        self._advance(self._solved, self._done, cell)
        self._done = cell
        copied = copy_namespace(self._solved)
        if copied is None:
            copied = _fresh_namespace()
            self._advance(copied, 0, cell)
        return copied

    def _advance(self, namespace, start, stop):
        for index in range(start, stop):
            cell = self.exercise.cells[index]
            role = cell.role()
            if cell.kind != "code" or (role and role[0] == "check"):
                continue
            source = blocks.solution_source(cell.source)
            error = run_cell(source, namespace, f"{self.exercise.path.name}, line {cell.line}")
            if error:
                said = error.strip().splitlines()[-1]
                problem = Problem(
                    self.exercise.path, cell.line, "cell-raises", said, "Run the solved exercise, mend it."
                )
                raise ContentError([problem])


def outcomes_of(exercise: Exercise, task: NotebookTask, runner: Runner | None = None) -> Iterator[Outcome]:
    """Yield the outcome of a task's solution, of its starter, of each wrong attempt and of each right variant.

    Parameters
    ----------
    exercise : Exercise
        As `read_exercise` returns it.
    task : NotebookTask
        One of its tasks. A task of questions yields nothing: its questions are tested where questions are.
    runner : Runner, optional
        Keeps the start-up between the tasks of one exercise.
    """
    yield from (runner or Runner(exercise)).outcomes(task)


def run_cell(source: str, namespace: dict[str, Any], name: str) -> str:
    """Run a cell in a namespace; return the traceback of what it raised, or an empty text."""
    try:
        exec(compile(source, name, "exec"), namespace)
    except Exception:
        return traceback.format_exc()
    return ""


def copy_namespace(namespace: dict[str, Any]) -> dict[str, Any] | None:
    """Return a namespace whose values can be changed without changing the original's.

    Values that refer to each other still do. Functions defined in the notebook are bound to the copy. Modules and
    values that cannot be copied are shared. Returns None if the notebook defines a class: its methods cannot be bound
    to the copy, so the cells have to be run again.
    """
    own = namespace.get("__name__")
    copied: dict[str, Any] = {}
    memo: dict[int, Any] = {}
    for value in namespace.values():
        if isinstance(value, type) and value.__module__ == own:
            return None
        if isinstance(value, types.FunctionType) and value.__globals__ is namespace:
            bound = types.FunctionType(value.__code__, copied, value.__name__, value.__defaults__, value.__closure__)
            bound.__kwdefaults__, bound.__doc__ = value.__kwdefaults__, value.__doc__
            bound.__dict__.update(value.__dict__)
            memo[id(value)] = bound
    for name, value in namespace.items():
        if isinstance(value, types.ModuleType) or name.startswith("__"):
            copied[name] = value
            continue
        try:
            copied[name] = copy.deepcopy(value, memo)
        except Exception:
            copied[name] = value  # a figure, a widget, a generator: nothing an attempt would change unseen
    return copied


@contextmanager
def quiet():
    """Silence prints, warnings and figures of the cells, and leave no figure open."""
    backend = os.environ.get("MPLBACKEND")
    os.environ["MPLBACKEND"] = "agg"
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            pyplot = sys.modules.get("matplotlib.pyplot")
            if pyplot:
                pyplot.close("all")
            if backend is None:
                del os.environ["MPLBACKEND"]
            else:
                os.environ["MPLBACKEND"] = backend


def _fresh_namespace() -> dict[str, Any]:
    # Jupyter gives every notebook `display`; here there is nothing to display to.
    return {"__name__": "__main__", "__builtins__": __builtins__, "display": _display_nothing}


def _display_nothing(*_objects, **_options):
    """Stand in for IPython's `display`."""
