"""Find an author's mistakes in an exercise: in its form, in its checks module, and in what its checks answer."""

import ast
import re
from pathlib import Path

import yaml

from ..problems import ContentError, Problem
from .checks import Task
from .notebook import Exercise, read_exercise
from .running import load_checks
from .testing import Outcome, Runner


def lint_exercise(path: Path, run: bool = False) -> list[Problem]:
    """Return every problem of an exercise and of its checks module.

    Parameters
    ----------
    path : pathlib.Path
        The exercise's ``.md`` file.
    run : bool
        Also run solution, starter and wrong attempts of each task, which takes seconds.
    """
    try:
        exercise = read_exercise(path)
    except ContentError as error:
        return list(error.problems)
    checks = _Checks(exercise)
    if not checks.problems:
        checks.compare()
    if run and not checks.problems:
        runner = Runner(exercise)
        try:
            for task in exercise.tasks:
                checks.judge(task.id, list(runner.outcomes(task)))
        except ContentError as error:
            checks.problems.extend(error.problems)
    return checks.problems


def item_ids(exercise: Exercise) -> set[str]:
    """Return the ids of the questions in the unit's items file; none if there is no such file."""
    if not exercise.items_path.is_file():
        return set()
    bank = yaml.safe_load(exercise.items_path.read_text(encoding="utf-8")) or {}
    return {str(item.get("id")) for item in bank.get("items", ())}


class _Checks:
    """The checks module of an exercise, compared with its notebook."""

    def __init__(self, exercise: Exercise):
        self.exercise = exercise
        self.path = exercise.checks_path
        self.problems: list[Problem] = []
        self.tasks: dict[str, Task] = {}
        if not self.path.is_file():
            self._report(1, "checks-module", "The exercise has no checks module.", "Write it beside the .md file.")
            return
        self.text = self.path.read_text(encoding="utf-8")
        try:
            tasks = load_checks(self.path).TASKS
        except Exception as error:
            self._report(_line_of(error, self.path), "checks-module", f"{type(error).__name__}: {error}", "Mend it.")
            return
        for task in tasks:
            if task.id in self.tasks:
                self._task(task, "duplicate-task", "The id is used twice.", "Give each task its own id.")
            self.tasks[task.id] = task

    def compare(self):
        """Compare the tasks of the notebook with those of the module."""
        known = item_ids(self.exercise)
        for shown in self.exercise.tasks:
            task = self.tasks.get(shown.id)
            if task is None:
                self.problems.append(
                    Problem(
                        self.exercise.path,
                        shown.line,
                        "no-checks",
                        f"Task {shown.name} is not in the checks module.",
                        f'Add Task(id="{shown.id}", ...) to TASKS.',
                    )
                )
                continue
            if not 2 <= len(task.hints) <= 3:
                self._task(task, "hints", f"There are {len(task.hints)} hints.", "Write two or three.")
            if not task.outcomes:
                self._task(task, "outcomes", "The task names no outcome.", 'Write outcomes=("a",).')
            if shown.items or task.items:
                self._compare_items(shown, task, known)
            else:
                self._compare_attempts(task)
        shown_ids = {shown.id for shown in self.exercise.tasks}
        for task in self.tasks.values():
            if task.id not in shown_ids:
                self._task(task, "unknown-task", "The notebook has no such task.", "Add its block, or take it out.")

    def _compare_items(self, shown, task, known):
        if shown.items != task.items:
            self._task(
                task,
                "items",
                f"The page asks {list(shown.items)}, the checks module {list(task.items)}.",
                "Name the same questions in the same order.",
            )
        for item in task.items:
            if item not in known:
                self._task(
                    task, "items", f"There is no question {item}.", f"Write it in {self.exercise.items_path.name}."
                )

    def _compare_attempts(self, task):
        if len(task.wrong) < 2:
            self._task(
                task, "wrong-attempts", f"It has {len(task.wrong)} wrong attempts.", "Catalogue two or more mistakes."
            )
        if not task.praise:
            self._task(task, "praise", "Passing it is not praised.", "Say what the learner has now shown.")
        titles = [attempt.title for attempt in task.wrong]
        for title in {title for title in titles if titles.count(title) > 1}:
            self._task(task, "wrong-attempts", f"Two attempts are called {title!r}.", "Name each mistake.")
        for attempt in task.wrong:
            automatic = re.fullmatch(r"(missing|unfinished|type|nan|columns)-\w+", attempt.expect)
            if not automatic and not re.search(rf"""["']{re.escape(attempt.expect)}["']\s*,""", self.text):
                self._task(
                    task,
                    "no-message",
                    f"No fail() has the key {attempt.expect!r} of {attempt.title!r}.",
                    "Write the message for this mistake, under its own key.",
                )

    def judge(self, task_id: str, outcomes: list[Outcome]):
        """Compare what the runs of a task gave with what they must give."""
        task = self.tasks[task_id]
        messages: dict[str, str] = {}
        for outcome in outcomes:
            feedback = outcome.feedback
            if not outcome.as_promised:
                self._task(task, "answer", f"{outcome.label}: {describe(outcome)}.", "Mend the check or the attempt.")
            elif not feedback.passed and messages.setdefault(feedback.message, feedback.key) != feedback.key:
                self._task(
                    task,
                    "same-message",
                    f"The keys {messages[feedback.message]!r} and {feedback.key!r} say the same.",
                    "Write each message for its mistake.",
                )
            if not feedback.passed and not feedback.hint.strip():
                self._task(task, "no-next-step", f"{outcome.label}: the feedback has no hint.", "Say what to look at.")

    def _task(self, task: Task, rule, message, mend):
        self._report(_line_with(self.text, task.id), rule, f"{task.id}: {message}", mend)

    def _report(self, line, rule, message, mend):
        self.problems.append(Problem(self.path, line, rule, message, mend))


def describe(outcome: Outcome) -> str:
    """Say in one line what a run gave, and what it should have given."""
    feedback = outcome.feedback
    got = "passed" if feedback.passed else f"failed with {feedback.key!r}"
    wanted = {"": "pass", None: "fail"}.get(outcome.expect, f"fail with {outcome.expect!r}")
    text = f"{got}, should {wanted}"
    for trace in (outcome.error, feedback.debug):
        if trace:
            text += f" ({trace.strip().splitlines()[-1]})"
    return text


def _line_with(text: str, task_id: str) -> int:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant) and node.value.value == task_id:
            return node.value.lineno
    return 1


def _line_of(error: Exception, path: Path) -> int:
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
