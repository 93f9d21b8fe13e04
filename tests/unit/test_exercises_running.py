"""`check` and `hint` as a learner calls them."""

import os
import subprocess
import sys
import types
from pathlib import Path

import pandas as pd
import pytest

from ai2med import paths
from ai2med.exercises import check, hint, running

SAMPLE = Path(__file__).parent / "fixtures" / "exercises" / "good" / "exercises"


@pytest.fixture(autouse=True)
def _sample_exercises(monkeypatch):
    monkeypatch.setattr(paths, "exercises", lambda: SAMPLE)


def test_the_first_failing_check_speaks():
    told = check("9.1.1-t1", {"events": 2})
    assert not told.passed
    assert (told.key, told.task) == ("horizon", "9.1.1-t1")
    assert "hour 130" in told.message


def test_a_right_answer_passes_with_praise():
    told = check("9.1.1-t1", {"events": 1})
    assert told.passed
    assert told.praise == "You kept to the horizon."
    assert told.hint == ""


def test_the_namespace_defaults_to_the_callers_globals():
    module = types.ModuleType("learner")
    module.check, module.events = check, 1
    exec("def answer():\n    return check('9.1.1-t1')", module.__dict__)
    assert module.answer().passed


def test_the_namespace_defaults_to_the_notebooks_own_in_ipython(monkeypatch):
    shell = types.SimpleNamespace(user_ns={"events": 2})
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert check("9.1.1-t1").key == "horizon"


def test_an_odd_value_is_explained_and_the_traceback_kept_for_authors():
    def share(frame):
        return frame["nothing"]

    told = check("9.1.1-t2", {"share": share, "stays": pd.DataFrame({"event": [True, False]})})
    assert not told.passed
    assert told.key == "odd-value"
    assert "it asks for a column, label or key that is not there (`nothing`)" in told.message
    assert "KeyError" not in told.message
    assert told.hint == "The mean of a Boolean column is a share."
    assert "Traceback" in told.debug
    assert "Traceback" not in str(told)


@pytest.mark.parametrize(
    ("task", "says"),
    [
        ("9.1.1-t9", "It has: 9.1.1-t1, 9.1.1-t2, 9.1.1-t3."),
        ("9.9.9-t1", "Compare the number"),
        ("first", "looks like 2.2.4-t1"),
        (7, "looks like 2.2.4-t1"),
    ],
)
def test_an_unknown_task_is_answered_not_raised(task, says):
    told = check(task, {})
    assert not told.passed
    assert told.key == "no-task"
    assert says in told.hint
    assert hint(task) == told.hint


def test_a_task_of_questions_sends_the_learner_to_the_page():
    assert check("9.1.1-t3", {}).key == "items"


def test_a_missing_book_is_answered_not_raised(monkeypatch):
    def nowhere():
        raise FileNotFoundError("The book's folder was not found.")

    monkeypatch.setattr(paths, "exercises", nowhere)
    assert check("9.1.1-t1", {}).hint == "The book's folder was not found."


def test_a_broken_checks_module_is_answered_not_raised(monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text('raise RuntimeError("9.2.1-t1 "\n    "9.2.1-t1")\nTASKS = ["9.2.1-t1"]\n')
    monkeypatch.setattr(paths, "exercises", lambda: tmp_path)
    told = check("9.2.1-t1", {})
    assert told.key == "no-task"
    assert "a mistake of ours" in told.message
    assert "RuntimeError" in told.debug


def test_hints_climb_and_stop_at_the_ends_of_the_ladder():
    assert [hint("9.1.1-t1", step) for step in (0, 1, 2, 3, 4)] == [
        "Which stays lie inside the horizon?",
        "Which stays lie inside the horizon?",
        "Filter first, then sum.",
        "`stays[stays['hours'] <= 72]`",
        "`stays[stays['hours'] <= 72]`",
    ]


def test_checks_are_read_again_after_an_edit_and_only_then(tmp_path):
    path = tmp_path / "checks.py"
    path.write_text("TASKS = [1]\n")
    os.utime(path, ns=(1, 1))
    first = running.load_checks(path)
    assert running.load_checks(path) is first
    path.write_text("TASKS = [1, 2]\n")
    os.utime(path, ns=(2_000_000_000, 2_000_000_000))
    assert running.load_checks(path).TASKS == [1, 2]


def test_a_units_checks_are_found_by_its_tasks_ids(tmp_path):
    for name, unit in (("a", "9.1.10"), ("b", "9.1.1")):
        (tmp_path / f"{name}.py").write_text(f'TASKS = [Task(id="{unit}-t1")]\n')
    assert running.checks_of_unit("9.1.1", tmp_path).name == "b.py"
    assert running.checks_of_unit("9.1.2", tmp_path) is None


def test_checking_imports_nothing_that_the_browser_lacks_or_would_wait_for():
    code = (
        "import sys, ai2med.exercises; print(*{'jupytext', 'nbformat', 'yaml', 'IPython', 'pandas'} & {*sys.modules})"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == ""
