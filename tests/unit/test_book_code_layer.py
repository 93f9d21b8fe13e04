"""Which code a page shows open, and which cells a reader can run."""

import pytest

from ai2med.book.code_layer import CodeRules
from ai2med.curriculum import load_curriculum

PLAIN = "table.describe()"
WIDGET = "from ai2med import explorable\n\nexplorable('icon-array')"
FORM = 'share = 3  # @param {type:"integer"}\nprint(share)'


def rules(unit_id, exercise=False):
    unit = load_curriculum().unit(unit_id)
    return CodeRules.of(unit.exercise_docname if exercise else unit.docname)


@pytest.mark.parametrize(("unit_id", "shown"), [("2.2.4", True), ("3.2.2", False), ("4.3.2", False), ("5.3.3", False)])
def test_code_is_open_where_it_is_what_the_mooc_teaches(unit_id, shown):
    assert rules(unit_id).open_for(PLAIN) is shown
    assert rules(unit_id, exercise=True).open_for(PLAIN) is shown


def test_a_unit_can_say_otherwise(monkeypatch):
    unit = load_curriculum().unit("3.2.2")
    page = unit.page
    monkeypatch.setattr(type(unit), "page", page.__class__(page.prerequisites, page.outcomes, page.summary, "open"))
    assert rules("3.2.2").open_for(PLAIN)


def test_a_page_of_no_unit_shows_its_code():
    assert CodeRules.of("moocs/plain") == CodeRules(opens=True, vocational=False, runs=True)


@pytest.mark.parametrize("unit_id", ["2.2.4", "3.2.2", "5.3.3"])
def test_tagged_cells_and_cells_that_only_show_a_widget_are_folded(unit_id):
    assert not rules(unit_id).open_for(PLAIN, ["hide-input"])
    assert not rules(unit_id).open_for(WIDGET)


def test_a_starter_to_write_in_is_open_but_for_readers_who_need_no_code():
    role = ("task", "t1")
    assert rules("3.2.2", exercise=True).open_for("rate = ...", role=role)
    assert not rules("3.2.2", exercise=True).open_for(FORM, role=role)
    assert not rules("5.3.3", exercise=True).open_for("rate = ...", role=role)


def test_only_pages_of_vocational_units_have_nothing_to_run():
    assert not rules("5.3.3").runs
    assert rules("5.3.3", exercise=True).runs
    assert rules("4.3.2").runs
