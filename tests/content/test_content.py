"""The book's content keeps its own rules, file by file."""

import re

import pytest

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.items import load_items
from ai2med.lint import lint_book

ROOT = paths.root()
FINISHED = load_curriculum().finished


@pytest.fixture(scope="module")
def problems():
    return lint_book(ROOT)


@pytest.mark.parametrize("unit", FINISHED, ids=lambda unit: unit.id)
def test_a_finished_unit_has_no_problem(problems, unit):
    stem = str(unit.path.with_suffix(""))
    exercise = str(unit.exercise_path.with_suffix(""))
    assert [str(problem) for problem in problems if str(problem.file).startswith((stem, exercise))] == []


def test_the_rest_of_the_content_has_no_problem(problems):
    assert [str(problem) for problem in problems] == []


def test_at_least_the_eight_units_of_the_first_edition_are_finished():
    ids = {unit.id for unit in FINISHED}
    assert ids >= {"2.2.1", "2.2.2", "2.2.3", "2.2.4", "2.2.5", "3.2.2", "4.3.2", "5.3.3"}


@pytest.mark.parametrize("unit", FINISHED, ids=lambda unit: unit.id)
def test_every_outcome_is_asked_and_practised(unit):
    bank = load_items(unit.items_path)
    for outcome in unit.page.outcomes:
        asked = [item for item in bank if item.outcome == outcome.letter and item.place != "opening"]
        assert len(asked) >= 2, outcome.id


@pytest.mark.parametrize("unit", FINISHED, ids=lambda unit: unit.id)
def test_whoever_is_told_of_a_menu_is_told_of_the_pages_button_too(unit):
    text = unit.path.read_text(encoding="utf-8") + unit.exercise_path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if re.search(r"\b[Mm]enu \*?(Run|Kernel|Cell|File)", line)]
    assert [line for line in lines if "*Run all*" not in line] == []


def test_no_file_names_a_machine_or_a_registry():
    forbidden = re.compile(r"/(?:root|work|home/\w+)/|\bpypi\.org|registry\.npmjs|files\.pythonhosted")
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if inside[0] in {".git", ".venv", "_build", "workbook", ".cache"} or "__pycache__" in inside:
            continue
        if path.is_file() and path.suffix in {".py", ".md", ".yml", ".mjs", ".toml", ".txt", ".in", ".json", ".cff"}:
            found = forbidden.search(path.read_text(encoding="utf-8", errors="replace"))
            assert found is None, f"{path}: {found[0]}"
