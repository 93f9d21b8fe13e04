"""Every test ends: a limit for each, and words for what it waited for.

pytest-timeout keeps the time. Its method "thread" would end the whole process, and with it every fixture and the tests
that wait their turn; the method "signal" raises an error where the test stands, also inside a call of Playwright, which
gives the call up and lets the rest of the run go on. A fixture that does not end after its test has failed is
interrupted in the same way; when that has happened a few times, the process is ended, and xdist starts another.
"""

import faulthandler
import os
import signal
import sys
import threading
from pathlib import Path

import pytest
import pytest_timeout

__all__ = ["limit_of", "set_timer", "told_where"]

# Seconds for a test with its fixtures, by folder; a test with a mark of its own has another limit.
LIMITS = {"tests/unit": 120, "tests/content": 300, "tests/browser": 240}
# Files whose tests begin with the build of a small book.
LONGER = {"tests/unit/test_book_frame.py": 400}
# After its limit a test has this long, so many times, to take down what it has set up.
GRACE, TIMES = 30, 4
TESTS = str(Path(__file__).parent)


def limit_of(nodeid: str) -> int:
    """Return how many seconds a test may take."""
    longer = LONGER.get(nodeid.partition("::")[0])
    return longer or next((LIMITS[folder] for folder in LIMITS if nodeid.startswith(folder)), LIMITS["tests/unit"])


def set_timer(item, settings):
    """Interrupt a test after its limit, and its fixtures when they do not end either.

    Returns
    -------
    bool or None
        True if the timer is set; None leaves it to pytest-timeout.
    """
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        return None
    times = 0

    def interrupt(_number, _frame):
        __tracebackhide__ = True
        nonlocal times
        times += 1
        if times > TIMES:
            print(f"\n{item.nodeid} cannot be ended; its process is.", file=sys.__stderr__)
            faulthandler.dump_traceback(file=sys.__stderr__)
            os._exit(1)
        if not pytest_timeout.is_debugging():
            pytest.fail(f"Not ended within {settings.timeout:g} s, and so stopped.")

    def cancel():
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    item.cancel_timeout = cancel
    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, settings.timeout, GRACE)
    return True


def told_where(error: pytest.ExceptionInfo, folder: Path) -> str:
    """Return the last line of the tests' own code, or a folder's, that an error went through: what was waited for."""
    own = [entry for entry in error.traceback if str(entry.path).startswith((TESTS, str(folder)))]
    # The handler above is the last of all.
    own = [entry for entry in own if Path(entry.path).name != Path(__file__).name]
    if not own:
        return "nothing of the tests' own"
    entry = own[-1]
    return f"{entry.path}:{entry.lineno + 1}: {str(entry.statement).strip()}"
