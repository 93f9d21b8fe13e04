"""Exercises that answer back: solution-first notebooks, their checks, and everything made from them.

What learners and checks modules use is here. The tools of the build live in the modules: `notebook` reads an exercise,
`lint` finds an author's mistakes, `testing` runs solution, starter and wrong attempts, `solved` and `workbook` write
notebooks. They are not imported here, because `check` also runs in the reader's browser, where Jupytext is not
installed.
"""

from .checks import Failure, Task, WrongAttempt, close_to, fail, need, need_frame
from .feedback import Feedback
from .running import check, hint

__all__ = [
    "Failure",
    "Feedback",
    "Task",
    "WrongAttempt",
    "check",
    "close_to",
    "fail",
    "hint",
    "need",
    "need_frame",
]
