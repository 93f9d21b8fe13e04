"""The vocabulary of a checks module: tasks, wrong attempts and right variants, and failures that speak to the learner.

A checks module defines ``TASKS``, a list of `Task`. A task's check is a function of the learner's namespace that
returns when everything holds and calls `fail` at the first thing that does not.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

TASK_ID = re.compile(r"(?P<unit>\d+\.\d+\.\d+)-(?P<name>t\d+)")

_PLAIN_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "`True` or `False`",
    "list": "a list",
    "tuple": "a tuple",
    "dict": "a dictionary",
    "set": "a set",
    "function": "a function",
    "builtin_function_or_method": "a function (are the brackets missing?)",
    "method": "a function (are the brackets missing?)",
    "DataFrame": "a table (DataFrame)",
    "Series": "a column (Series)",
    "ndarray": "an array",
    "NoneType": "nothing (`None`)",
}


class Failure(Exception):  # noqa: N818 - an answer to the learner, not an error of the program
    """Carries the first failing check from the checks module to `check`."""

    def __init__(self, key: str, message: str, hint: str):
        super().__init__(message)
        self.key, self.message, self.hint = key, message, hint


@dataclass(frozen=True)
class WrongAttempt:
    """A mistake that learners make, with the code that makes it and the key of the feedback it must trigger.

    Parameters
    ----------
    title : str
        The mistake in a few words, for authors and test reports.
    code : str
        Replaces the content of the task cell's solution blocks.
    expect : str
        The key given to `fail`, or one that `need` and `need_frame` make (``missing-events``).
    """

    title: str
    code: str
    expect: str


@dataclass(frozen=True)
class RightVariant:
    """An honest answer that differs from the solution, with the code that gives it; the check has to let it pass.

    Parameters
    ----------
    title : str
        What differs, in a few words: another container, type, order, algorithm.
    code : str
        Replaces the content of the task cell's solution blocks.
    """

    title: str
    code: str


@dataclass(frozen=True)
class Task:
    """One task of an exercise: either a check of code, or a set of questions.

    Parameters
    ----------
    id : str
        Unit and task, such as ``2.2.4-t1``.
    title : str
        The task's title, as in the heading above it.
    outcomes : tuple of str
        The letters of the unit's outcomes that the task practises.
    check : callable, optional
        Takes the learner's namespace; calls `fail` at the first thing that does not hold.
    praise : str
        What the learner has shown by passing.
    hints : tuple of str
        Two or three, from a nudge to nearly the solution.
    wrong : tuple of WrongAttempt
        Two or more, for a task with a check.
    right : tuple of RightVariant
        One or more, for a task with a check.
    items : tuple of str
        For a task made of questions: their ids in the unit's items file (``x01``).
    design_note : str
        For colleagues: the objective, and what is out of scope.

    Examples
    --------
    >>> Task(id="2.2.4-t1", title="Count", outcomes=("a",), check=print).unit
    '2.2.4'
    """

    id: str
    title: str
    outcomes: tuple[str, ...]
    check: Callable[[Mapping[str, Any]], None] | None = None
    praise: str = ""
    hints: tuple[str, ...] = ()
    wrong: tuple[WrongAttempt, ...] = ()
    right: tuple[RightVariant, ...] = ()
    items: tuple[str, ...] = ()
    design_note: str = field(default="", repr=False)

    def __post_init__(self):
        if not TASK_ID.fullmatch(self.id):
            raise ValueError(f"The task id {self.id!r} is not of the form '2.2.4-t1'.")
        if (self.check is None) == (not self.items):
            raise ValueError(f"The task {self.id} needs either a check or items, not both and not neither.")
        for name in ("outcomes", "hints", "wrong", "right", "items"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"The task {self.id}: {name} is a text, not a tuple. Is a comma missing?")

    @property
    def unit(self) -> str:
        """Return the id of the unit, such as ``2.2.4``."""
        return TASK_ID.fullmatch(self.id)["unit"]

    @property
    def name(self) -> str:
        """Return the task's name in its exercise, such as ``t1``."""
        return TASK_ID.fullmatch(self.id)["name"]


def fail(key: str, message: str, hint: str) -> NoReturn:
    """End a check: the learner reads what happened and what to look at next.

    Parameters
    ----------
    key : str
        Names the mistake in lower-case-with-hyphens; wrong attempts refer to it.
    message : str
        What happened, in the learner's terms.
    hint : str
        What to look at next.

    Raises
    ------
    Failure
        Always.
    """
    raise Failure(key, message, hint)


def need(ns: Mapping[str, Any], name: str, type: Any = None, what: str = "") -> Any:
    """Return a value of the learner's, or say what is missing.

    Parameters
    ----------
    ns : mapping
        The learner's namespace.
    name : str
        The variable or function that the task asks for.
    type : type, tuple of types, or `callable`, optional
        What it must be. `int` also takes whole floats and NumPy integers, `float` every real number, `bool` NumPy
        Booleans; these are returned as plain Python values.
    what : str, optional
        What the value means, such as ``"the number of stays with an event"``.

    Raises
    ------
    Failure
        With the key ``missing-<name>``, ``unfinished-<name>``, ``type-<name>`` or ``nan-<name>``.

    Examples
    --------
    >>> need({"events": 12.0}, "events", int, "the number of events")
    12
    >>> need({"events": ...}, "events", int, "the number of events")
    Traceback (most recent call last):
    ai2med.exercises.checks.Failure: `events`, the number of events, has no value yet.
    """
    label = f"`{name}`, {what}," if what else f"`{name}`"
    if name not in ns:
        fail(
            f"missing-{name}",
            f"{label} does not exist yet.",
            f"Run the cell of the task, and keep the name `{name}` exactly as it is written there.",
        )
    value = ns[name]
    if value is ... or value is None:
        fail(
            f"unfinished-{name}",
            f"{label} has no value yet.",
            f"Replace the part after `{name} =` with your own code, run the cell, then check again."
            if name.isidentifier()
            else "Does the function return what it computed? Look at its `return` line.",
        )
    if type is None:
        return value
    fits, value = _fit(value, type)
    if not fits:
        fail(
            f"type-{name}",
            f"{label} should be {_plain(type)}, but it is {_plain(value.__class__)}.",
            f"Look at `{name}` itself: run a cell that contains only its name.",
        )
    if isinstance(value, float) and math.isnan(value):
        fail(
            f"nan-{name}",
            f"{label} is NaN: “not a number”.",
            "Look for missing values in what you computed it from, or for a division by zero.",
        )
    return value


def need_frame(ns: Mapping[str, Any], name: str, columns: tuple[str, ...] = (), what: str = "") -> Any:
    """Return a table of the learner's that has the given columns, or say what is missing.

    Raises
    ------
    Failure
        With a key of `need`, or ``columns-<name>``.

    Examples
    --------
    >>> import pandas as pd
    >>> need_frame({"stays": pd.DataFrame({"age": [70]})}, "stays", ["age", "ward"])
    Traceback (most recent call last):
    ai2med.exercises.checks.Failure: The table `stays` has no column `ward`.
    """
    from pandas import DataFrame

    frame = need(ns, name, DataFrame, what)
    lacking = [column for column in columns if column not in frame.columns]
    if lacking:
        words = " and no column ".join(f"`{column}`" for column in lacking)
        present = ", ".join(f"`{column}`" for column in list(frame.columns)[:12])
        fail(
            f"columns-{name}",
            f"The table `{name}` has no column {words}.",
            f"Its columns now are: {present}." if present else "It has no columns at all.",
        )
    return frame


def close_to(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Tell whether numbers, or arrays of the same shape, differ by at most `tolerance` everywhere.

    Missing values are equal to missing values in the same place. Values that are not numbers are not close.

    Examples
    --------
    >>> close_to(0.1 + 0.2, 0.3), close_to([1, 2], [1, 2.1]), close_to([1, 2], 1), close_to("1", 1)
    (True, False, False, False)
    """
    import numpy as np

    try:
        left, right = (np.asarray(value) for value in (a, b))
        if left.dtype.kind not in "biufO" or right.dtype.kind not in "biufO" or left.shape != right.shape:
            return False
        return bool(np.allclose(left.astype(float), right.astype(float), rtol=0, atol=tolerance, equal_nan=True))
    except (TypeError, ValueError):
        return False


def _fit(value, wanted):
    """Return whether the value is of the wanted type, and the value as plain Python where it is a scalar."""
    if wanted is callable:
        return callable(value), value
    plain = value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value
    kinds = wanted if isinstance(wanted, tuple) else (wanted,)
    for kind in kinds:
        if kind is float and isinstance(plain, (int, float)) and not isinstance(plain, bool):
            return True, float(plain)
        if kind is int and isinstance(plain, (int, float)) and not isinstance(plain, bool) and plain == plain // 1:
            return True, int(plain)
        if kind in (int, float):
            continue
        if isinstance(plain, kind):
            return True, plain
        if isinstance(value, kind):
            return True, value
    return False, value


def _plain(kind) -> str:
    if isinstance(kind, tuple):
        return " or ".join(_plain(one) for one in kind)
    if kind is callable:
        return "a function"
    name = kind.__name__
    known = {"int64": "int", "int32": "int", "float64": "float", "float32": "float", "bool_": "bool"}.get(name, name)
    return _PLAIN_TYPES.get(known, f"a value of type `{name}`")
