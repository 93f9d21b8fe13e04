"""An exercise and its checks module: their form, their catalogue, and (when they are run) what the checks answer."""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..exercises import blocks
from ..exercises.checks import Task
from ..exercises.notebook import Exercise, read_exercise
from ..exercises.running import load_checks
from ..exercises.testing import Outcome, Runner
from ..items.loader import load_items
from ..items.models import BranchingItem, FillItem, MatchingItem, MultipleItem
from ..minutes import routes_of
from ..pages import words
from ..problems import ContentError, Problem
from .facts import UnitFacts
from .registry import Found, declare, rule

__all__ = ["describe", "item_ids", "lint_exercise"]

_MOST_WORDS = 60
_MOST_DELIVERABLES = 3
_FEWEST_DECISIONS = 8
_WITHOUT_CODE = "without code"
# Keys that `need` and its kin make, and what makes them.
_AUTOMATIC = r"(missing|unfinished|type|nan|columns|text|length|fraction|percent|sign|other|raises|given)-\w+"
_NEEDS = {
    "need",
    "need_entries",
    "need_frame",
    "need_function",
    "need_labels",
    "need_mapping",
    "need_number",
    "need_values",
}

declare(
    "exercise",
    [
        ("notebook", "The exercise is a MyST notebook.", "Mend the YAML of the block."),
        ("no-task", "An exercise has a task.", "Write a :::{task} t1 block and its two cells."),
        ("tags", "The cells of a task carry its tags.", "Write tags: [task, t1]."),
        ("one-cell", "A task has one cell to fill and one check.", "Join them."),
        ("check-call", "The check cell checks its own task.", "Write check(...) as its last line."),
        ("task-name", "Tasks are called t1, t2, t3.", "Number them."),
        ("task-block", "A task has a block, and it closes.", "Close it with its own colons."),
        ("task-title", "A task has a heading above it.", "Write ## Task 1: ..."),
        ("task-kind", "A task has questions or a cell.", "Make two tasks of it."),
        ("task-cell", "A task has a cell to fill, or questions.", "Write a cell with the tags [task, t1]."),
        ("check-cell", "A task's check follows its cell.", "Write or move the check cell."),
        ("solution-block", "The solution stands between its marks.", "Mark it: ### BEGIN SOLUTION."),
        ("solution-length", "A solution has at most 15 lines.", "Split the task, or give part of the code."),
        ("starter-syntax", "The starter is Python that runs.", "Write ... for what is left out."),
        ("checks-module", "The checks module is there and can be imported.", "Mend it."),
        ("duplicate-task", "A task's id stands once.", "Give each task its own id."),
        ("no-checks", "Every task is in the checks module.", "Add it to TASKS."),
        ("unknown-task", "Every task of the module is in the notebook.", "Add its block, or take it out."),
        ("outcomes", "A task names the outcomes that it practises.", 'Write outcomes=("a",).'),
        ("items", "Page and module ask the same questions, and these exist.", "Name the same ones."),
        ("praise", "Passing a task is praised.", "Say what the learner has now shown."),
        ("hints", "A task has two or three hints.", "Write two or three."),
        ("no-message", "Every expected key is one that a check can give.", "Write fail() with this key."),
    ],
)
declare(
    "exercise", [("wrong-attempts", "A task with code has two wrong attempts or more.", "Catalogue them.")], gap=True
)
declare(
    "exercise", [("right-variant", "A task with code has a right variant.", "Add RightVariant(title, code).")], gap=True
)
declare(
    "run",
    [
        ("cell-raises", "No given cell raises.", "Run the solved exercise, mend it."),
        ("answer", "Solution and variants pass; starter and wrong attempts fail with their key.", "Mend the check."),
        ("same-message", "Two mistakes are not told in the same words.", "Write each message for its mistake."),
        ("no-next-step", "Every failure says what to look at next.", "Write the hint."),
    ],
)


def lint_exercise(path: Path, run: bool = False) -> list[Problem]:
    """Return every problem of an exercise and of its checks module.

    Parameters
    ----------
    path : pathlib.Path
        The exercise's ``.md`` file.
    run : bool
        Also run solution, starter, wrong attempts and right variants of each task, which takes seconds.
    """
    try:
        exercise = read_exercise(path)
    except ContentError as error:
        return list(error.problems)
    return compare_with_checks(exercise, run)


def compare_with_checks(exercise: Exercise, run: bool = False) -> list[Problem]:
    """As `lint_exercise`, for an exercise that has been read."""
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
    """Return the names of the unit's questions; none if their file is missing or cannot be read.

    A file that cannot be read is a problem of that file, told where it is linted.
    """
    try:
        return {item.name for item in load_items(exercise.items_path)}
    except ContentError:
        return set()


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
        self.keys = _keys_of(self.text)
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
                self._compare_attempts(shown, task)
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
        for item in task.items if known else ():
            if item not in known:
                self._task(
                    task, "items", f"There is no question {item}.", f"Write it in {self.exercise.items_path.name}."
                )

    def _compare_attempts(self, shown, task):
        if len(task.wrong) < 2:
            self._task(
                task, "wrong-attempts", f"It has {len(task.wrong)} wrong attempts.", "Catalogue two or more mistakes."
            )
        if not task.right:
            advice = "Add right=(RightVariant(title, code),): another container, type, order or algorithm."
            self._task(task, "right-variant", "It has no right variant.", advice)
        if not task.praise:
            self._task(task, "praise", "Passing it is not praised.", "Say what the learner has now shown.")
        titles = [attempt.title for attempt in (*task.wrong, *task.right)]
        for title in {title for title in titles if titles.count(title) > 1}:
            self._task(task, "wrong-attempts", f"Two attempts are called {title!r}.", "Name each mistake.")
        for attempt in task.wrong:
            automatic = re.fullmatch(_AUTOMATIC, attempt.expect)
            if not automatic and not self.keys.holds(attempt.expect):
                self._task(
                    task,
                    "no-message",
                    f"No fail() has the key {attempt.expect!r} of {attempt.title!r}.",
                    "Write the message for this mistake, under its own key.",
                )
        self._compile_starter(shown)

    def _compile_starter(self, shown):
        cell = self.exercise.cells[shown.cell]
        try:
            compile(blocks.starter_source(cell.source), shown.id, "exec")
        except SyntaxError as error:
            self.problems.append(
                Problem(
                    self.exercise.path,
                    cell.line,
                    "starter-syntax",
                    f"The starter of {shown.name} is not Python: {error.msg}.",
                    "Write ... for what is left out.",
                )
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


@dataclass(frozen=True)
class _Keys:
    """The texts of a checks module that can be the key of a failure."""

    plain: frozenset[str]
    made: tuple[re.Pattern, ...]

    def holds(self, key: str) -> bool:
        return key in self.plain or any(pattern.fullmatch(key) for pattern in self.made)


# Two rules look at each checks module, one after the other.
@lru_cache(maxsize=2)
def _nodes(text: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(text)))


def _keys_of(text: str) -> _Keys:
    """Return all texts of a module but those that attempts expect: an expectation is no message."""
    expected = set()
    for node in _nodes(text):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "WrongAttempt":
            named = [keyword.value for keyword in node.keywords if keyword.arg == "expect"]
            expected |= {id(value) for value in (*node.args, *named)}
    plain, made = set(), []
    for node in _nodes(text):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in expected:
            plain.add(node.value)
        elif isinstance(node, ast.JoinedStr) and len(node.values) < 5:
            # A key such as f"band-{column}"; longer texts are messages.
            parts = (re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)
            made.append(re.compile("".join(parts)))
    return _Keys(frozenset(plain), tuple(made))


def _line_with(text: str, task_id: str) -> int:
    found = re.search(rf"""\bid\s*=\s*["']{re.escape(task_id)}["']""", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _line_of(error: Exception, path: Path) -> int:
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


@rule(
    "unit",
    "task-length",
    "The statement of a task has at most 60 words.",
    "Put what is given above the task, in the text or in a comment of the cell.",
    gap=True,
)
def _task_length(facts: UnitFacts):
    for task in facts.exercise.tasks if facts.exercise else ():
        text = "\n".join(line for line in task.statement.splitlines() if not line.startswith((":", "`" * 3)))
        if words(text) > _MOST_WORDS:
            yield Found(facts.exercise.path, task.line, f"The statement of {task.name} has {words(text)} words.")


@rule(
    "unit",
    "task-deliverables",
    "A task asks for at most three results, each with its own check.",
    "Make two tasks of it.",
    gap=True,
)
def _task_deliverables(facts: UnitFacts):
    if facts.exercise is None or not facts.exercise.checks_path.is_file():
        return
    try:
        nodes = _nodes(facts.exercise.checks_path.read_text(encoding="utf-8"))
    except SyntaxError:
        return
    functions = {node.name: node for node in nodes[0].body if isinstance(node, ast.FunctionDef)}
    checks = {}
    for node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Task":
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            if isinstance(named.get("id"), ast.Constant) and isinstance(named.get("check"), ast.Name):
                checks[named["id"].value] = functions.get(named["check"].id)
    for task in facts.exercise.tasks:
        names = _needed(checks.get(task.id), functions) & _made_in(facts.exercise, task)
        if len(names) > _MOST_DELIVERABLES:
            listed = ", ".join(sorted(names))
            yield Found(facts.exercise.path, task.line, f"{task.name} asks for {len(names)} results: {listed}.")


def _made_in(exercise: Exercise, task) -> set[str]:
    """Return the names that the solution of a task makes; a check may read given ones as well."""
    if task.cell is None:
        return set()
    try:
        tree = ast.parse(blocks.solution_source(exercise.cells[task.cell].source))
    except SyntaxError:
        return set()
    made = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return made | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _needed(function: ast.FunctionDef | None, functions, done=()) -> set[str]:
    """Return the names that a check asks of the learner, in its own lines and in the helpers that get the namespace."""
    if function is None or not function.args.args or function.name in done:
        return set()
    space, names = function.args.args[0].arg, set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not node.args or getattr(node.args[0], "id", None) != space:
            continue
        called = getattr(node.func, "id", "")
        if called in _NEEDS:
            if len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                names.add(node.args[1].value)
        else:
            names |= _needed(functions.get(called), functions, (*done, function.name))
    return names


@rule(
    "unit",
    "routes",
    "An exercise names its routes and their tasks. The one without code has questions only, at least "
    "8 decisions; the one with code may be missing where it would be invented for its own sake.",
    'Write exercise: {routes: {"with code": [t1, t2], "without code": [t3, t4]}}; the minutes are computed.',
    gap=True,
)
def _routes(facts: UnitFacts):
    if facts.exercise is None or facts.bank is None:
        return
    path, routes = facts.exercise.path, routes_of(facts.exercise.path)
    if _WITHOUT_CODE not in routes:
        yield Found(path, 1, f"The exercise names no route “{_WITHOUT_CODE}”.")
        return
    tasks = {task.name: task for task in facts.exercise.tasks}
    for name, members in routes.items():
        for member in members:
            if member not in tasks:
                yield Found(path, 1, f"The route “{name}” names {member}, which is no task.")
    for name, task in tasks.items():
        if not any(name in members for members in routes.values()):
            yield Found(path, task.line, f"{name} is on no route.")
    plain = [tasks[name] for name in routes[_WITHOUT_CODE] if name in tasks]
    for task in plain:
        if task.cell is not None:
            yield Found(path, task.line, f"{task.name} asks for code on the route “{_WITHOUT_CODE}”.")
    asked = {name for task in plain for name in task.items}
    count = sum(map(_decisions, (item for item in facts.bank if item.name in asked)))
    if count < _FEWEST_DECISIONS:
        yield Found(path, 1, f"The route “{_WITHOUT_CODE}” has {count} decisions.")


def _decisions(item) -> int:
    """Return how many decisions a question asks for."""
    if isinstance(item, MultipleItem):
        return len(item.options)
    if isinstance(item, MatchingItem):
        return len(item.prompts)
    if isinstance(item, FillItem):
        return len(item.blanks)
    if isinstance(item, BranchingItem):
        return sum(bool(node.choices) for node in item.nodes.values())
    return 1
