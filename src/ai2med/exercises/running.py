"""Find the check of a task, run it on the learner's values, and always answer in plain words."""

import importlib.util
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from .. import paths
from .checks import TASK_ID, Failure, Task
from .feedback import Feedback
from .plain_words import error_in_words

# Where `use_result` notes what it gave, among the notebook's own names: it goes when they do.
KEPT = "_ai2med_results"


def check(task_id: str, namespace: Mapping[str, Any] | None = None) -> Feedback:
    """Check a task, and say what to look at next.

    Parameters
    ----------
    task_id : str
        Such as ``"2.2.4-t1"``.
    namespace : mapping, optional
        The learner's variables; by default those of the notebook, or of the caller.

    Returns
    -------
    Feedback
        Shows itself as the last line of a notebook cell. Whatever the learner's values are, no exception is raised.

    Examples
    --------
    >>> print(check("first task", {}))
    ✗ Not yet. There is no task “first task”.
      Hint: A task's id looks like 2.2.4-t1: the unit, a hyphen, the task.
    """
    if namespace is None:
        namespace = caller_namespace(sys._getframe(1))
    task = find_task(task_id)
    if isinstance(task, Feedback):
        return task
    return _of_the_book(task) if has_book_result(task.id, namespace) else run_check(task, namespace)


def run_check(task: Task, namespace: Mapping[str, Any]) -> Feedback:
    """Run the check of a task that is already at hand."""
    if task.check is None:
        return Feedback(
            False,
            "This task is answered in its questions, not in code.",
            "Open the exercise's page and answer the questions there.",
            task.id,
            key="items",
        )
    try:
        task.check(namespace)
    except Failure as failure:
        return Feedback(False, failure.message, failure.hint, task.id, key=failure.key)
    except Exception as error:
        return Feedback(
            False,
            f"The check could not use your values: {error_in_words(error)}.",
            hint(task.id) if task.hints else "Compare your values with the example in the task.",
            task.id,
            key="odd-value",
            debug=traceback.format_exc(),
        )
    return Feedback(True, "All checks of this task hold.", "", task.id, praise=task.praise)


def has_book_result(task_id: str, namespace: Mapping[str, Any]) -> bool:
    """Tell whether what a task asks for is still what `use_result` gave.

    A cell between the tasks may have made one of the names anew, so most of them decide.
    """
    kept = namespace.get(KEPT, {}).get(task_id, {})
    telling = [name for name, value in kept.items() if not _is_shared(value)]
    return sum(namespace.get(name) is kept[name] for name in telling) > len(telling) / 2


def _is_shared(value) -> bool:
    """Tell whether Python may have one object for a value, whoever computed it: it does not tell whose it is."""
    return isinstance(value, (bool, str, type(None), type(...))) or (isinstance(value, int) and -6 < value < 257)


def _of_the_book(task: Task) -> Feedback:
    return Feedback(
        False,
        "These are the book's values, not yours.",
        "Run the cell of the task with your own code, then check again.",
        task.id,
        key="book-result",
    )


def hint(task_id: str, step: int = 1) -> str:
    """Return one hint of a task's ladder: 1 is a nudge, the last is nearly the solution.

    Steps beyond the ladder return its nearest end.

    >>> hint("nothing")
    "A task's id looks like 2.2.4-t1: the unit, a hyphen, the task."
    """
    task = find_task(task_id)
    if isinstance(task, Feedback):
        return task.hint
    return task.hints[min(max(step, 1), len(task.hints)) - 1] if task.hints else "This task has no hints."


def load_checks(path: Path) -> ModuleType:
    """Import the checks module at `path`; again only after the file has changed."""
    return _load_checks(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=128)
def _load_checks(path: Path, _stamp: int) -> ModuleType:
    name = "ai2med_checks_" + re.sub(r"\W", "_", path.stem)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def checks_of_unit(unit: str, folder: Path | None = None) -> Path | None:
    """Return the checks module of a unit, or None.

    The module is found by the ids of its own tasks: neither the curriculum nor the exercise's page has to be there,
    so this works in the reader's browser, where only the checks are.
    """
    if folder is None:
        paths.bring(unit)
        folder = paths.exercises()
    wanted = re.compile(rf"""["']{re.escape(unit)}-t\d+["']""")
    for path in sorted(folder.rglob("*.py")):
        if wanted.search(_text(path, path.stat().st_mtime_ns)):
            return path
    return None


@lru_cache(maxsize=512)
def _text(path: Path, _stamp: int) -> str:
    return path.read_text(encoding="utf-8")


def find_task(task_id: str) -> Task | Feedback:
    """Return the task, or the feedback that says why it cannot be found."""
    match = TASK_ID.fullmatch(str(task_id))
    if not match:
        return _not_found(
            f"There is no task “{task_id}”.", "A task's id looks like 2.2.4-t1: the unit, a hyphen, the task.", task_id
        )
    try:
        path = checks_of_unit(match["unit"])
    except FileNotFoundError as error:
        return _not_found("The book's exercises were not found.", str(error), task_id)
    if path is None:
        return _not_found(
            f"There is no exercise for unit {match['unit']}.", "Compare the number with the exercise's page.", task_id
        )
    try:
        tasks = {task.id: task for task in load_checks(path).TASKS}
    except Exception:
        return replace(
            _not_found(
                f"The checks of unit {match['unit']} have a mistake of ours.",
                "Go on with the next task, and tell us: the page's footer says how.",
                task_id,
            ),
            debug=traceback.format_exc(),
        )
    if task_id in tasks:
        return tasks[task_id]
    return _not_found(f"Unit {match['unit']} has no task “{task_id}”.", f"It has: {', '.join(tasks)}.", task_id)


def _not_found(message: str, advice: str, task_id: str) -> Feedback:
    return Feedback(False, message, advice, str(task_id), key="no-task")


def caller_namespace(frame) -> MutableMapping[str, Any]:
    """Return the variables of the notebook, or of the frame that called."""
    # IPython is asked only if it is already running: importing it costs the browser half a second.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell.user_ns if shell else frame.f_globals
