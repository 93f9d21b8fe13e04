"""Exercises that answer back: solution-first notebooks, their checks, and everything made from them.

What learners and checks modules use is here. The tools of the build live in the modules: `notebook` reads an exercise,
`testing` runs solution, starter, wrong attempts and right variants, `solved` and `workbook` write notebooks. They are
not imported here, because `check` also runs in the reader's browser, where Jupytext is not installed.
"""

from .checks import Failure, RightVariant, Task, WrongAttempt, close_to, fail, need, need_frame
from .feedback import Feedback
from .results import BookResult, use_result
from .running import check, hint

__all__ = [
    "BookResult",
    "Failure",
    "Feedback",
    "RightVariant",
    "Task",
    "WrongAttempt",
    "check",
    "close_to",
    "fail",
    "hint",
    "need",
    "need_frame",
    "use_result",
]
