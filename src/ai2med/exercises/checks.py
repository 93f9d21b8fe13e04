"""The vocabulary of a checks module: tasks, wrong attempts and right variants, and failures that speak to the learner.

A checks module defines ``TASKS``, a list of `Task`. A task's check is a function of the learner's namespace that
returns when everything holds and calls `fail` at the first thing that does not.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

TASK_ID = re.compile(r"(?P<unit>\d+\.\d+\.\d+)-(?P<name>t\d+)")


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
        The key given to `fail`, or one that `need` and its kin make (``missing-events``).
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
