"""For authors: ``python -m ai2med.exercises exercises/<path>.md ...`` tells what each task answers to whom."""

import argparse
import sys
from pathlib import Path

from ..lint.exercise import describe, lint_exercise
from ..problems import ContentError
from .notebook import find_exercises, read_exercise
from .testing import Runner


def main(arguments: list[str] | None = None) -> int:
    """Print what solution, starter and wrong attempts of each task give; return 1 if anything is amiss."""
    parser = argparse.ArgumentParser(prog="python -m ai2med.exercises", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="exercises (.md); without any, all of them")
    parser.add_argument("--quiet", action="store_true", help="print problems only")
    chosen = parser.parse_args(arguments)
    amiss = 0
    for path in chosen.files or find_exercises():
        try:
            if not chosen.quiet:
                amiss += _tell(path)
            problems = lint_exercise(path, run=chosen.quiet)
        except ContentError as error:
            problems = error.problems
        amiss += len(problems)
        for problem in problems:
            print(problem)
    return min(amiss, 1)


def _tell(path) -> int:
    try:
        exercise = read_exercise(path)
        runner = Runner(exercise)
    except (ContentError, OSError, AttributeError, SyntaxError):
        return 0  # the lint that follows says it with file and line
    print(f"{exercise.path}: {exercise.title} ({len(exercise.tasks)} tasks)")
    amiss = 0
    for task in exercise.tasks:
        print(f"\n  {task.id}  {task.title}")
        if task.items:
            print(f"    questions: {', '.join(task.items)}")
            continue
        if task.id not in runner.checks:
            continue
        said = {}
        for outcome in runner.outcomes(task):
            mark = "ok " if outcome.as_promised else "BAD"
            amiss += not outcome.as_promised
            print(f"    {mark} {outcome.label}: {describe(outcome)}")
            feedback = outcome.feedback
            if feedback.passed:
                print(f"          {feedback.praise}")
            elif said.setdefault(feedback.message, feedback.key) == feedback.key:
                print(f"          {feedback.message}\n          Hint: {feedback.hint}")
            else:
                print(f"          BAD: the key {said[feedback.message]!r} says exactly this, too")
                amiss += 1
            if feedback.debug:
                print(feedback.debug)
            elif outcome.error and not outcome.as_promised:
                print(outcome.error)
    print()
    return amiss


if __name__ == "__main__":
    sys.exit(main())
