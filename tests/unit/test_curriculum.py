"""The programme is read from one file; what is finished is read from the files that exist."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ai2med import paths
from ai2med.curriculum import load_curriculum, read_curriculum, unit_of_file
from ai2med.headers import front_matter, load_yaml, slugify
from ai2med.problems import ContentError


def test_the_programme_has_the_size_the_deliverable_states():
    curriculum = load_curriculum()
    assert [len(level) for level in (curriculum.moocs, curriculum.modules, curriculum.units)] == [5, 22, 80]
    assert (curriculum.units[0].id, curriculum.units[-1].id) == ("1.1.1", "5.4.4")
    assert [unit.id for unit in curriculum.units if unit.added] == ["2.1.5"]


def test_file_names_are_unique_and_safe():
    names = [unit.docname for unit in load_curriculum().units]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and " " not in name for name in names)


@given(st.text(max_size=80))
def test_any_title_gives_a_safe_file_name(title):
    assert set(slugify(title)) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


def test_an_unknown_unit_is_named_with_the_range_that_exists():
    with pytest.raises(KeyError, match=r"no unit '9.9.9'; the ids run from 1.1.1 to 5.4.4"):
        load_curriculum().unit("9.9.9")


def book(tmp_path, head):
    (tmp_path / "curriculum.yml").write_text(
        (paths.root() / "curriculum.yml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    unit = load_curriculum(tmp_path).unit("2.2.4")
    unit.path.parent.mkdir(parents=True)
    unit.path.write_text(head, encoding="utf-8")
    unit.items_path.write_text("unit: 2.2.4\n", encoding="utf-8")
    return unit


def test_a_unit_is_finished_when_page_and_questions_exist(tmp_path):
    unit = book(tmp_path, "---\n---\n# Validation Methods\n")
    assert unit.finished
    unit.items_path.unlink()
    assert not unit.finished


def test_the_place_of_a_file_tells_its_unit(tmp_path):
    unit = book(tmp_path, "---\n---\n# Validation Methods\n")
    deck = unit.path.with_suffix(".deck.md")
    for path in (unit.path, unit.items_path, unit.exercise_path, unit.exercise_path.with_suffix(".py"), deck):
        assert unit_of_file(path) == unit
    assert unit_of_file(tmp_path / "index.md") is None
    assert unit_of_file("/nowhere/page.md") is None


@pytest.mark.parametrize(
    ("block", "draft"),
    [("unit: {status: draft}", True), ("unit: {id: '2.2.4'}", False), ("unit: [", False), ("other: 1", False)],
)
def test_only_a_page_that_says_so_is_a_draft(tmp_path, block, draft):
    unit = book(tmp_path, f"---\n{block}\n---\n# Validation Methods\n")
    assert unit.draft is draft
    assert unit.finished is not draft


def test_a_draft_is_finished_as_soon_as_the_line_is_gone(tmp_path):
    unit = book(tmp_path, "---\nunit: {status: draft}\n---\n# Validation Methods\n")
    assert not unit.finished
    unit.path.write_text("---\nunit: {}\n---\n# Validation Methods\n", encoding="utf-8")
    assert unit.finished


def test_the_place_of_a_page_tells_its_unit(tmp_path):
    head = "outcomes: {a: A, b: B, c: C}, summary: A sentence that is long enough., minutes: {reading: 1, doing: 1}"
    unit = book(tmp_path, f"---\nunit: {{{head}}}\n---\n# Validation Methods\n")
    assert [outcome.id for outcome in unit.page.outcomes] == ["2.2.4-a", "2.2.4-b", "2.2.4-c"]


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        ("unit: {id: '2.2.4'}", "unit-outcomes"),
        ("unit: {status: ready}", "unit-status"),
        ("unit: {id: '2.2.5'}", "unit-id"),
        ("unit: {id: '2.2.4', summary: short}", "unit-summary"),
        ("unit: {id: '2.2.4', prerequisites: 2.2.1}", "unit-prerequisites"),
        ("unit: {id: '2.2.4', code: hidden}", "unit-code"),
        ("unit: [", "front-matter"),
        ("other: 1", "unit-front-matter"),
    ],
)
def test_a_wrong_head_says_file_rule_and_mend(tmp_path, block, rule):
    unit = book(tmp_path, f"---\n{block}\n---\n# Validation Methods\n")
    with pytest.raises(ContentError) as caught:
        unit.page  # noqa: B018 - reading it is what fails
    problem = next(problem for problem in caught.value.problems if problem.rule == rule)
    assert problem.file == str(unit.path)
    assert problem.mend


def test_an_unclosed_head_is_named(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("---\nunit: 1\n", encoding="utf-8")
    with pytest.raises(ContentError, match="never closed"):
        front_matter(page)


@pytest.mark.parametrize("text", ["moocs: [", "moocs: [{id: '1'}]", "nothing: here", ""])
def test_a_broken_programme_is_refused_in_words(tmp_path, text):
    path = tmp_path / "curriculum.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="Mend"):
        read_curriculum(path)


def test_the_copy_matches_the_deliverable_in_its_counts_by_mooc():
    raw = yaml.safe_load((paths.root() / "curriculum.yml").read_text(encoding="utf-8"))
    counts = [sum(len(module["units"]) for module in mooc["modules"]) for mooc in raw["moocs"]]
    assert counts == [16, 20, 11, 17, 16]


@pytest.mark.parametrize("text", ["a: [1", "a: 'open", "a: b: c", "\t- a", "a: *b"])
def test_yaml_is_refused_in_the_words_of_the_parser_in_python(text):
    with pytest.raises(yaml.YAMLError) as clear:
        yaml.safe_load(text)
    with pytest.raises(type(clear.value)) as refused:
        load_yaml(text)
    assert str(refused.value) == str(clear.value)
