"""Solution, starter and wrong attempts are run as learners would run them, and mistakes in the checks are found."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ai2med.exercises.__main__ import main
from ai2med.exercises.notebook import read_exercise
from ai2med.exercises.testing import Runner, copy_namespace, outcomes_of, quiet, run_cell
from ai2med.lint import lint_exercise
from ai2med.problems import ContentError

ROOT = Path(__file__).parent / "fixtures/exercises/good"
SAMPLE = ROOT / "exercises/mooc9/ward_rounds/counting_stays.md"


@pytest.fixture
def sample(tmp_path):
    """A copy of the sample that a test may spoil."""
    shutil.copytree(ROOT, tmp_path / "book", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "book" / SAMPLE.relative_to(ROOT)


def spoil(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_each_run_of_a_task_gives_what_the_exercise_promises():
    exercise = read_exercise(SAMPLE)
    outcomes = list(outcomes_of(exercise, exercise.task("t1")))
    assert [(outcome.label, outcome.feedback.key) for outcome in outcomes] == [
        ("solution", ""),
        ("starter", "unfinished-events"),
        ("counts after the horizon", "horizon"),
        ("counts stays", "wrong-count"),
        ("forgets the name", "missing-events"),
        ("a NumPy number", ""),
    ]
    assert all(outcome.as_promised for outcome in outcomes)


def test_a_right_variant_has_to_pass(sample):
    spoil(sample.with_suffix(".py"), '"events", int,', '"events", str,')
    found = lint_exercise(sample, run=True)
    assert any(problem.rule == "answer" and "a NumPy number: failed" in problem.message for problem in found)


def test_a_starter_that_raises_is_not_as_promised(sample):
    spoil(sample, "# events = ...", "# events = ... + 1")
    exercise = read_exercise(sample)
    starter = list(outcomes_of(exercise, exercise.task("t1")))[1]
    assert not starter.as_promised
    found = lint_exercise(sample, run=True)
    assert any(problem.rule == "answer" and "starter" in problem.message for problem in found)


def test_tasks_may_be_run_in_any_order():
    exercise = read_exercise(SAMPLE)
    runner = Runner(exercise)
    for name in ("t2", "t1", "t2"):
        outcomes = list(runner.outcomes(exercise.task(name)))
        assert outcomes
        assert all(outcome.as_promised for outcome in outcomes)


def test_a_task_of_questions_has_nothing_to_run():
    exercise = read_exercise(SAMPLE)
    assert list(outcomes_of(exercise, exercise.task("t3"))) == []


def test_one_attempt_cannot_spoil_the_next():
    namespace = {"__name__": "__main__"}
    run_cell(
        "import math\nrows = [1]\nboth = (rows, rows)\nK = 1\ndef total(): return sum(rows) + K", namespace, "cell"
    )
    namespace["table"] = pd.DataFrame({"a": [1]})
    namespace["stream"] = (i for i in range(3))
    copied = copy_namespace(namespace)
    run_cell("rows.append(5); K = 10; table['a'] = 9", copied, "cell")
    assert copied["both"][0] is copied["both"][1] is copied["rows"]
    assert copied["total"]() == 16
    assert namespace["total"]() == 2
    assert namespace["table"]["a"].tolist() == [1]
    assert copied["math"] is namespace["math"]
    assert copied["stream"] is namespace["stream"]


def test_a_notebook_that_defines_a_class_is_run_again_instead_of_copied(sample):
    assert copy_namespace({"__name__": "__main__", "A": type("A", (), {"__module__": "__main__"})}) is None
    spoil(sample, "HORIZON = 72\n", "HORIZON = 72\nclass Ward:\n    def limit(self):\n        return HORIZON\n")
    spoil(sample, "within = stays[stays", "HORIZON = 72\nwithin = stays[Ward().limit() >= stays")
    spoil(sample, '"hours"] <= 72]', '"hours"]]')
    exercise = read_exercise(sample)
    assert all(outcome.as_promised for outcome in outcomes_of(exercise, exercise.task("t1")))


def test_an_attempt_that_raises_is_checked_all_the_same(sample):
    spoil(sample.with_suffix(".py"), "count = 1", "count = 1 / 0")
    exercise = read_exercise(sample)
    last = list(outcomes_of(exercise, exercise.task("t1")))[-2]
    assert last.feedback.key == "missing-events"
    assert "ZeroDivisionError" in last.error


def test_a_solution_that_raises_is_not_as_promised(sample):
    spoil(sample, "# The table is ready.", "events = 1\nprint(nothing)")
    exercise = read_exercise(sample)
    assert not next(outcomes_of(exercise, exercise.task("t1"))).as_promised


def test_a_start_up_that_raises_names_file_and_line(sample, capsys):
    spoil(sample, "HORIZON = 72\n", "HORIZON = 72 / 0\n")
    exercise = read_exercise(sample)
    with pytest.raises(ContentError) as raised:
        list(outcomes_of(exercise, exercise.task("t1")))
    problem = raised.value.problems[0]
    assert str(problem).startswith(f"{sample}:{exercise.cells[1].line}: cell-raises: ")
    assert problem.message == "ZeroDivisionError: division by zero"
    assert lint_exercise(sample, run=True) == [problem]
    assert main([str(sample)]) == 1
    assert str(problem) in capsys.readouterr().out


def test_running_cells_leaves_the_figure_backend_as_it_was(monkeypatch):
    for before in (None, "svg"):
        monkeypatch.delenv("MPLBACKEND", raising=False)
        if before:
            monkeypatch.setenv("MPLBACKEND", before)
        with quiet():
            assert os.environ["MPLBACKEND"] == "agg"
        assert os.environ.get("MPLBACKEND") == before


def test_questions_of_a_draft_are_looked_for_beside_it(tmp_path):
    shutil.copy(SAMPLE, tmp_path / "draft.md")
    assert read_exercise(tmp_path / "draft.md").items_path == tmp_path / "draft.items.yml"


def test_the_sample_has_no_problem():
    assert lint_exercise(SAMPLE, run=True) == []


# What is replaced in the checks module, by what, and the rule and words that must follow.
MISTAKES = [
    ("TASKS = [", "TASK = [", "checks-module", "TASKS"),
    ("def check_t1(ns):", "def check_t1(ns)", "checks-module", "SyntaxError"),
    ('id="9.1.1-t1"', 'id="t1"', "checks-module", "not of the form"),
    ('id="9.1.1-t1"', 'id="9.1.1-t2"', "duplicate-task", "used twice"),
    ('id="9.1.1-t3"', 'id="9.1.1-t4"', "no-checks", "Task t3"),
    ('id="9.1.1-t3"', 'id="9.1.1-t4"', "unknown-task", "9.1.1-t4"),
    ('("Read the case again.", "Which number is missing?")', '("Read.",)', "hints", "1 hints"),
    ('outcomes=("b",)', "outcomes=()", "outcomes", "no outcome"),
    ('items=("x01", "x02")', 'items=("x02", "x01")', "items", "The page asks"),
    ('praise="You kept to the horizon.",', "", "praise", "not praised"),
    ('"forgets the name"', '"counts stays"', "wrong-attempts", "counts stays"),
    ('expect="horizon"', 'expect="beyond"', "no-message", "'beyond'"),
    ('expect="horizon"),', 'expect="beyond",),', "no-message", "'beyond'"),
    (
        "right=(RightVariant(\"a NumPy number\", \"events = stays.query('hours <= 72')['event'].sum()\"),),",
        "",
        "right-variant",
        "no right",
    ),
]


@pytest.mark.parametrize(("old", "new", "rule", "says"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_in_the_checks_module_is_named(sample, old, new, rule, says):
    spoil(sample.with_suffix(".py"), old, new)
    found = [problem for problem in lint_exercise(sample) if problem.rule == rule]
    assert any(says in problem.message for problem in found)
    assert all(problem.mend and problem.line >= 1 for problem in found)


def test_fewer_than_two_wrong_attempts_are_not_enough(sample):
    spoil(sample.with_suffix(".py"), 'WrongAttempt("returns the count", "return frame[\'event\'].sum()", ', "")
    spoil(sample.with_suffix(".py"), 'expect="wrong-share"),', "")
    assert [problem.rule for problem in lint_exercise(sample)] == ["wrong-attempts"]


def test_a_missing_question_and_a_missing_checks_module_are_found(sample):
    exercise = read_exercise(sample)
    text = exercise.items_path.read_text()
    exercise.items_path.write_text(text[: text.index("  - id: x02")])
    assert ["There is no question x02." in problem.message for problem in lint_exercise(sample)] == [True]
    exercise.items_path.write_text(text)
    sample.with_suffix(".py").unlink()
    assert [problem.rule for problem in lint_exercise(sample)] == ["checks-module"]


# Mistakes that only running the attempts can show.
WRONG_ANSWERS = [
    ("events == 2:", "events == 7:", "answer", "counts after the horizon: failed with 'wrong-count'"),
    ("if events != 1:", "if events > 2:", "answer", "starter: passed, should fail"),
    ("if events != 1:", "if events >= 1:", "answer", "solution: failed with 'wrong-count', should pass"),
    ("if events == 2:", "if ns['nothing']:", "answer", "KeyError"),
    ('"Sum the column `event` of the stays within 72 hours."', '""', "no-next-step", "counts stays"),
]


@pytest.mark.parametrize(("old", "new", "rule", "says"), WRONG_ANSWERS, ids=range(len(WRONG_ANSWERS)))
def test_a_check_that_answers_wrongly_is_named(sample, old, new, rule, says):
    if "starter" in says:
        spoil(sample, "# events = ...", "# events = 1")
    spoil(sample.with_suffix(".py"), old, new)
    found = lint_exercise(sample, run=True)
    assert any(problem.rule == rule and says in problem.message for problem in found), found


def test_two_keys_with_one_message_are_found(sample):
    message = '"You counted 2 events: one lies at hour 130, outside the horizon."'
    spoil(sample.with_suffix(".py"), 'f"You counted {events} events."', message)
    assert [problem.rule for problem in lint_exercise(sample, run=True)] == ["same-message"]


def test_authors_read_what_each_task_answers(capsys):
    assert main([str(SAMPLE)]) == 0
    told = capsys.readouterr().out
    assert "ok  counts after the horizon: failed with 'horizon', should fail with 'horizon'" in told
    assert "You counted 2 events: one lies at hour 130" in told
    assert "questions: x01, x02" in told


def test_authors_read_what_is_amiss(sample, capsys):
    spoil(sample.with_suffix(".py"), "events == 2:", "events == 7:")
    assert main([str(sample)]) == 1
    assert "BAD counts after the horizon" in capsys.readouterr().out
    assert main(["--quiet", str(sample)]) == 1
    assert ": answer: 9.1.1-t1: counts after the horizon" in capsys.readouterr().out
    spoil(sample, "### END SOLUTION", "")
    assert main([str(sample)]) == 1
    assert "solution-block" in capsys.readouterr().out
