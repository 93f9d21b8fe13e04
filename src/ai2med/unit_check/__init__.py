"""Everything about one unit in one list: ``ai2med unit 2.1.2``.

The steps, each in a module of its own: the rules (`ai2med.lint`), the cells of page and exercise in fresh kernels
(`cells`), the exercise's catalogue (`ai2med.exercises.testing`), the two pages built as a small book (`small_book`),
and a visit in Chromium (`visit`). What ran before with the same content is not run again.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from ..curriculum import Unit, load_curriculum
from ..lint import lint_exercise, lint_report
from ..problems import ContentError, Problem
from . import cells, memory, small_book, visit

__all__ = ["check_unit"]


def check_unit(unit_id: str, root: Path, browser: bool = True, say: Callable[[str], None] = print) -> int:
    """Check a unit and print every message in one list.

    Parameters
    ----------
    unit_id : str
        For example ``"2.1.2"``.
    root : pathlib.Path
        The book's folder.
    browser : bool
        Whether to visit the pages in Chromium.
    say : callable
        Gets each line.

    Returns
    -------
    int
        0 if nothing has to be mended, else 1.

    Raises
    ------
    KeyError
        If there is no such unit.
    FileNotFoundError
        If its page is not written yet.
    """
    unit = load_curriculum(root).unit(unit_id)
    if not unit.path.is_file():
        raise FileNotFoundError(
            f"Unit {unit_id} has no page yet: {_short(unit.path, root)}. Call: python -m ai2med new-unit {unit_id}"
        )
    folder = root / "_build" / "unit" / unit_id
    folder.mkdir(parents=True, exist_ok=True)
    steps = _Steps(say)
    report = lint_report(root, [unit_id])
    steps.done("rules", report.problems)
    for gap in report.notes:
        say(f"known gap: {_shown(gap, root)}")
    book = small_book.SmallBook(unit, root, folder)
    steps.done("cells", _run(unit, root, folder, book))
    failed = book.build()
    steps.done("pages built", failed)
    if not browser:
        say("Left out: the visit in the browser (--no-browser).")
    elif book.stands:
        reason = visit.missing_browser()
        if reason:
            say(f"Left out: the visit in the browser. {reason}")
        else:
            pictures, found = visit.visit(unit, book.html, folder)
            steps.done("pages visited", found)
            for picture in pictures:
                say(f"screenshot: {_short(picture, root)}")
    problems = sorted(set(steps.problems), key=lambda found: (found.file, found.line, found.rule, found.message))
    for found in problems:
        say(_shown(found, root))
    count = f"{len(problems)} problems" if problems else "no problems"
    known = f", {len(report.notes)} known gaps" if report.notes else ""
    say(f"Unit {unit_id}: {count}{known} ({steps.seconds:.0f} s).")
    return 1 if problems else 0


class _Steps:
    """The problems so far, and how long each step took."""

    def __init__(self, say):
        self.say, self.problems = say, []
        self._begun = self._last = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def done(self, name: str, problems: list[Problem]):
        self.problems += problems
        now = time.monotonic()
        self.say(f"{name}: {len(problems) or 'no'} problems ({now - self._last:.0f} s)")
        self._last = now


def _run(unit: Unit, root: Path, folder: Path, book: small_book.SmallBook) -> list[Problem]:
    """Run page, solved exercise and catalogue, two at a time: each has its own process."""
    engine = memory.engine_stamp(root)
    known = memory.Memory(folder / "ran.json")
    files = [unit.exercise_path, unit.exercise_path.with_suffix(".py")]
    # Made once: two pages that run at the same time would both make the cache.
    cells.make_cache(book.cache)
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        jobs: dict[str, tuple[str, Future]] = {}
        for name, path in (("page", unit.path), ("exercise", unit.exercise_path)):
            stamp = memory.stamp(engine, path)
            if path.is_file() and not (known.get(name) == stamp and cells.stored(path, book.cache)):
                jobs[name] = stamp, threads.submit(cells.run, path, root, book.cache)
        stamp = memory.stamp(engine, *files)
        if all(path.is_file() for path in files) and known.get("catalogue") != stamp:
            jobs["catalogue"] = stamp, processes.submit(catalogue, unit.exercise_path, root)
        problems = []
        for name, (stamp, job) in jobs.items():
            found = job.result()
            problems += found
            known.set(name, None if found else stamp)
    known.save()
    return problems


def catalogue(path: Path, root: Path) -> list[Problem]:
    """Return what solution, starter, wrong attempts and right variants give amiss; runs in a process of its own."""
    os.environ["AI2MED_ROOT"] = str(root)
    rules = {"answer", "same-message", "no-next-step", "cell-raises"}
    try:
        # The rules of the form have been told already.
        return [found for found in lint_exercise(path, run=True) if found.rule in rules]
    except ContentError as error:
        return list(error.problems)


def _short(path: Path | str, root: Path) -> str:
    try:
        return Path(path).resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)


def _shown(found: Problem, root: Path) -> str:
    return str(Problem(_short(found.file, root), found.line, found.rule, found.message, found.mend))
