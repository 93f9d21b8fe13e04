"""From a unit's files to its knowledge check."""

import subprocess
import sys
from pathlib import Path

import pytest
import traitlets

from ai2med import knowledge_check as make
from ai2med.curriculum import read_curriculum
from ai2med.widgets import KnowledgeCheck

FIXTURE = Path(__file__).parents[1] / "browser" / "fixtures" / "all_types.items.yml"
PAGE = """---
unit:
  id: "2.2.4"
  outcomes: {a: Choose a split, b: Measure a model, c: Report a result}
  summary: How to test a model so that the result holds.
---
# Validation
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book with one finished unit, 2.2.4."""
    blank = "{id: '%s', title: T, level: L, focus: F, audience: A, goal: G, competences: [], modules: [%s]}"
    modules = "{title: One, units: [A]}, {title: Two, units: [A, B, C, Validation, D]}"
    moocs = ", ".join([blank % ("1", "{title: One, units: [A]}"), blank % ("2", modules)])
    (tmp_path / "curriculum.yml").write_text(f"moocs: [{moocs}]", encoding="utf-8")
    curriculum = read_curriculum(tmp_path / "curriculum.yml")
    unit = curriculum.unit("2.2.4")
    unit.path.parent.mkdir(parents=True)
    unit.path.write_text(PAGE, encoding="utf-8")
    unit.items_path.write_text(FIXTURE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(sys.modules[make.__module__], "load_curriculum", lambda: curriculum)
    return curriculum


def test_the_closing_check_holds_the_closing_items_and_the_outcomes(book):
    check = make("2.2.4")
    assert [item["id"] for item in check.items] == [f"2.2.4-q0{k}" for k in range(1, 10)]
    assert check.outcomes == {"a": "Choose a split", "b": "Measure a model", "c": "Report a result"}
    assert (check.unit, check.mode) == ("2.2.4", "closing")


def test_the_function_is_not_hidden_by_the_module_of_its_name():
    code = "import ai2med.widgets.knowledge_check; from ai2med import knowledge_check as f; print(callable(f))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_a_place_without_questions_is_named(book):
    with pytest.raises(ValueError, match="no questions with `place: opening`"):
        make("2.2.4", "opening")


def test_an_unknown_unit_is_named(book):
    with pytest.raises(KeyError, match=r"no unit '9\.9\.9'"):
        make("9.9.9")


def test_an_unknown_mode_is_refused():
    with pytest.raises(traitlets.TraitError):
        KnowledgeCheck(mode="exam")


def test_answers_have_no_way_to_the_kernel():
    assert KnowledgeCheck().page_state().keys() == {"unit", "title", "items", "outcomes", "mode"}
