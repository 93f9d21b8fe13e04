"""Every task of every exercise answers as it promises: to its solution, its starter and each catalogued mistake."""

import ast
import re
from functools import cache

import pytest

from ai2med.curriculum import load_curriculum
from ai2med.exercises import blocks
from ai2med.exercises.notebook import find_exercises, read_exercise
from ai2med.exercises.testing import Runner, quiet, run_cell
from ai2med.exercises.workbook import learner_notebook
from ai2med.lint.exercise import describe, item_ids, lint_exercise
from ai2med.problems import ContentError

PATHS = find_exercises()


def name_of(path):
    """Return the unit's id; the name of an exercise that cannot be read."""
    try:
        return read_exercise(path).unit
    except ContentError:
        return path.stem


def tasks():
    """Return a parameter for each task; an exercise that cannot be read is told by the test of its form."""
    found = []
    for path in PATHS:
        try:
            exercise = read_exercise(path)
        except ContentError:
            continue
        found += [pytest.param(path, task.name, id=task.id) for task in exercise.tasks]
    return found


@pytest.mark.parametrize("path", PATHS, ids=name_of)
def test_run_all_of_an_untouched_notebook_ends_without_an_error(path):
    namespace, failed = {"__name__": "__main__"}, {}
    with quiet():
        for cell in learner_notebook(read_exercise(path), numbers=False).cells:
            if cell.cell_type == "code" and (error := run_cell(cell.source, namespace, "<cell>")):
                failed[cell.source] = error.strip().splitlines()[-1]
    assert failed == {}


@cache
def runner(path):
    return Runner(read_exercise(path))


@cache
def outcomes(path, name):
    """Return what every run of a task gave; asked for once, used by several tests."""
    return tuple(runner(path).outcomes(runner(path).exercise.task(name)))


def test_every_finished_unit_has_its_exercise():
    missing = [unit.id for unit in load_curriculum().finished if not unit.exercise_path.is_file()]
    assert not missing
    assert len(PATHS) == len(load_curriculum().finished)


@pytest.mark.parametrize("path", PATHS, ids=name_of)
def test_its_form_and_its_checks_module_have_no_problem(path):
    assert not lint_exercise(path)
    exercise = read_exercise(path)
    unit = load_curriculum().unit(exercise.unit)
    assert path.samefile(unit.exercise_path)


@pytest.mark.parametrize("path", PATHS, ids=name_of)
def test_its_tasks_practise_outcomes_of_the_unit_and_leave_none_out(path):
    unit = load_curriculum().unit(read_exercise(path).unit)
    known = {outcome.letter for outcome in unit.page.outcomes}
    practised = {letter for task in runner(path).checks.values() for letter in task.outcomes}
    assert practised == known


@pytest.mark.parametrize(("path", "name"), tasks())
def test_the_solution_passes_and_is_praised(path, name):
    task = runner(path).exercise.task(name)
    if task.cell is None:
        assert set(task.items) <= item_ids(runner(path).exercise)
        return
    solved = outcomes(path, name)[0]
    assert solved.feedback.passed, describe(solved)
    assert solved.error == ""
    assert solved.feedback.praise
    assert len(blocks.solution_lines(runner(path).exercise.cells[task.cell].source)) <= 15


@pytest.mark.parametrize(("path", "name"), tasks())
def test_the_untouched_starter_fails_with_a_next_step(path, name):
    for outcome in outcomes(path, name)[1:2]:
        assert not outcome.feedback.passed
        assert outcome.as_promised, describe(outcome)
        assert outcome.feedback.hint


@pytest.mark.parametrize(("path", "name"), tasks())
def test_every_wrong_attempt_gets_exactly_its_feedback(path, name):
    attempts = [outcome for outcome in outcomes(path, name)[2:] if outcome.expect]
    assert len(attempts) >= 2 or runner(path).exercise.task(name).items
    amiss = [f"{outcome.label}: {describe(outcome)}" for outcome in attempts if not outcome.as_promised]
    assert not amiss
    assert all(outcome.feedback.hint for outcome in attempts)


@pytest.mark.parametrize(("path", "name"), [task for task in tasks() if task.id.startswith("5.")])
def test_readers_without_code_get_numbers_with_one_decimal_at_most(path, name):
    told = [f"{outcome.feedback.message} {outcome.feedback.hint}" for outcome in outcomes(path, name)]
    assert not [text for text in told if re.search(r"\d[.]\d{2}", text)]


@pytest.mark.parametrize(("path", "name"), tasks())
def test_every_right_variant_passes(path, name):
    variants = [outcome for outcome in outcomes(path, name)[2:] if outcome.expect == ""]
    assert variants or runner(path).exercise.task(name).items
    amiss = [f"{outcome.label}: {describe(outcome)}" for outcome in variants if not outcome.as_promised]
    assert not amiss


@pytest.mark.parametrize(("path", "name"), tasks())
def test_different_mistakes_are_told_apart(path, name):
    keys = {}
    for outcome in outcomes(path, name)[1:]:
        keys.setdefault(outcome.feedback.message, set()).add(outcome.feedback.key)
    assert all(len(found) == 1 for found in keys.values()), keys


def test_no_message_quotes_python_or_asks_for_what_a_page_cannot_do():
    """Messages that catalogued mistakes get are read in the tests above; this reads those that nobody has met yet."""
    amiss = re.compile(r"\b[A-Z]\w+Error\b|Traceback|run a cell that contains|dtype\(|<class")
    for path in PATHS:
        text = path.with_suffix(".py").read_text(encoding="utf-8")
        said = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
        assert not [words for words in said if isinstance(words, str) and amiss.search(words)], path


@pytest.mark.parametrize(("path", "name"), tasks())
def test_there_are_two_or_three_hints(path, name):
    declared = runner(path).checks[runner(path).exercise.task(name).id]
    assert 2 <= len(declared.hints) <= 3
    assert all(hint.strip() for hint in declared.hints)
