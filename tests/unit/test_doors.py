"""The doors of the home page lead to units that can be read, and say how long a path takes."""

import pytest

from ai2med import paths
from ai2med.book.code_layer import CodeRules
from ai2med.curriculum import load_curriculum
from ai2med.doors import FILE, Door, door_problems, read_doors, tasks_without_code
from ai2med.exercises.notebook import read_exercise
from ai2med.minutes import unit_minutes
from ai2med.problems import ContentError

GOOD = (
    '- {reader: "I test", about: "A path.", route: with code, units: ["2.2.1", "2.2.2", "2.2.3", "2.2.4", "2.2.5"]}\n'
)


def test_every_door_of_the_book_leads_to_five_finished_units():
    assert door_problems(paths.root() / FILE, load_curriculum()) == []
    doors = read_doors(paths.root() / FILE)
    assert len({door.reader for door in doors}) == len(doors) >= 6
    assert all(len(door.path(load_curriculum())) == 5 for door in doors)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"2.2.5"', '"1.1.1"', "names 1.1.1, which is no finished unit"),
        ('"2.2.5"', '"9.9.9"', "names 9.9.9, which is no finished unit"),
        ('"2.2.5"', '"2.2.1"', "has not 5 different units"),
        (', "2.2.5"', "", "has not 5 different units"),
    ],
)
def test_a_path_that_cannot_be_read_is_told_with_its_line(tmp_path, old, new, said):
    path = tmp_path / FILE
    path.write_text(f"# head\n{GOOD.replace(old, new)}", encoding="utf-8")
    [(line, message)] = door_problems(path, load_curriculum())
    assert line == 2
    assert said in message


@pytest.mark.parametrize("text", ["- {reader: a}\n", "- [\n", "- one\n"])
def test_a_file_that_is_no_list_of_doors_is_told(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="doors"):
        read_doors(tmp_path / FILE)


def test_a_book_without_the_file_has_no_doors(tmp_path):
    assert read_doors(tmp_path / FILE) == []


def test_who_needs_no_code_first_reads_units_whose_code_is_folded():
    curriculum = load_curriculum()
    for door in read_doors(paths.root() / FILE):
        opens = [CodeRules.of(unit.docname).opens for unit in door.path(curriculum)]
        assert "No code" not in door.about
        if door.passes_over_code:
            assert opens == sorted(opens), door.reader


def test_tasks_without_a_cell_are_those_that_need_no_code():
    unit = load_curriculum().unit("2.2.1")
    assert tasks_without_code(unit) == [task.name for task in read_exercise(unit.exercise_path).tasks if not task.cell]
    assert len(tasks_without_code(unit)) >= 2


def test_a_door_counts_its_own_route_and_where_there_is_none_the_longest():
    unit = load_curriculum().unit("2.2.4")
    minutes = unit_minutes(unit)
    route = next(iter(minutes.routes))
    assert Door("I", "a", route, ()).minutes(unit) == (minutes.reading, minutes.routes[route])
    assert Door("I", "a", "no such route", ()).minutes(unit) == (minutes.reading, minutes.doing)
