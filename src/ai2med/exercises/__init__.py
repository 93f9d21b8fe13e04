"""Exercises that answer back: solution-first notebooks, their checks, and everything made from them.

What learners and checks modules use is here. The tools of the build live in the modules: `notebook` reads an exercise,
`testing` runs solution, starter, wrong attempts and right variants, `solved` and `workbook` write notebooks. They are
not imported here, because `check` also runs in the reader's browser, where Jupytext is not installed.
"""

from .asking import need, need_entries, need_frame, need_function, need_labels, need_mapping, need_number, need_values
from .checks import Failure, RightVariant, Task, WrongAttempt, fail
from .comparing import agrees, all_agree, apart, close_to
from .feedback import Feedback
from .given import blame_given, reference
from .results import BookResult, use_result
from .running import check, hint

__all__ = [
    "BookResult",
    "Failure",
    "Feedback",
    "RightVariant",
    "Task",
    "WrongAttempt",
    "agrees",
    "all_agree",
    "apart",
    "blame_given",
    "check",
    "close_to",
    "fail",
    "hint",
    "need",
    "need_entries",
    "need_frame",
    "need_function",
    "need_labels",
    "need_mapping",
    "need_number",
    "need_values",
    "reference",
    "use_result",
]
