"""A new unit starts complete in form; the content check finds what is missing and says how to mend it."""

import pytest
from small_book import copy_small_book, finish

from ai2med import lint, paths
from ai2med.contents import toc_text
from ai2med.curriculum import load_curriculum
from ai2med.exercises.notebook import find_exercises, read_exercise
from ai2med.items import load_items
from ai2med.scaffold import new_unit, next_steps


@pytest.fixture
def empty_book(tmp_path):
    return copy_small_book(tmp_path)


def test_a_new_unit_has_its_five_files_and_loads_as_a_draft(empty_book):
    written = new_unit("2.1.1", empty_book)
    assert [path.name.partition(".")[2] for path in written[:5]] == ["md", "items.yml", "md", "py", "deck.md"]
    unit = load_curriculum(empty_book).unit("2.1.1")
    assert unit.draft
    assert not unit.finished
    assert unit.page.outcomes[0].id == "2.1.1-a"
    assert {item.place for item in load_items(unit.items_path).items} >= {"opening", "inline", "closing", "exercise"}
    assert [task.name for task in read_exercise(unit.exercise_path).tasks] == ["t1", "t2"]


def test_a_unit_without_the_line_status_is_finished(empty_book):
    finish(new_unit("2.1.1", empty_book)[0])
    assert [unit.id for unit in load_curriculum(empty_book).finished] == ["2.1.1"]


def test_the_first_unit_of_a_mooc_brings_the_pages_that_it_stands_in(empty_book):
    written = new_unit("2.1.1", empty_book)
    module, mooc = written[5:]
    assert module == load_curriculum(empty_book).module("2.1").path
    assert mooc == load_curriculum(empty_book).mooc("2").path
    assert mooc.read_text(encoding="utf-8").count("Advanced Digital Competencies") == 2
    mooc.write_text("my words", encoding="utf-8")
    assert len(new_unit("2.1.2", empty_book)) == 5
    assert mooc.read_text(encoding="utf-8") == "my words"


def test_the_unit_is_named_by_its_place_and_not_in_the_head_of_its_page(empty_book):
    page = new_unit("2.1.1", empty_book)[0]
    assert "2.1.1" not in page.read_text(encoding="utf-8")


def test_the_next_steps_name_the_unit_and_where_its_sources_go():
    assert [line[:3] for line in next_steps("2.1.1").splitlines()] == ["1. ", "2. ", "3. "]
    assert "references/2.1.1.bib" in next_steps("2.1.1")


def test_a_new_unit_never_overwrites(empty_book):
    first, *_ = new_unit("2.1.1", empty_book)
    first.write_text("my work", encoding="utf-8")
    with pytest.raises(FileExistsError, match="nothing was written"):
        new_unit("2.1.1", empty_book)
    assert first.read_text(encoding="utf-8") == "my work"


def test_hints_that_are_left_are_reported(empty_book):
    new_unit("2.1.1", empty_book)
    unit = load_curriculum(empty_book).unit("2.1.1")
    assert "unfinished" in {problem.rule for problem in lint.lint_page(unit, empty_book)}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("{case}", "{note}", "frame"),
        ("## 2. Second", "## Second", "frame"),
        ("{discussion} Third", "{note} Third", "frame"),
        ("Argue,", "Argue {cite:p}`no_such_source`,", "source"),
        ("Argue,", "Argue {term}`no such term`,", "glossary"),
        ("Argue,", "Argue since 2 August 2028,", "law-date"),
        ("Argue,", "Argue with Art. 14(5),", "article"),
        ("Argue,", "\n```{code-cell}\nfig, ax = plt.subplots()\n```\n", "alternative-text"),
        ("Argue,", "\n```{code-cell}\nfig, ax = plt.subplots(figsize=(6.4, 3))\n```\n", "figure-letters"),
        ("Argue,", "\n```{code-cell}\nfig = plt.figure()\nfig.suptitle('a', fontsize=9)\n```\n", "figure-letters"),
        ("Argue,", "\n```{code-cell}\nplt.rcParams['legend.fontsize'] = 9\nplt.show()\n```\n", "figure-letters"),
    ],
)
def test_each_breach_of_the_frame_is_named(empty_book, old, new, rule):
    page, *_ = new_unit("2.1.1", empty_book)
    text = page.read_text(encoding="utf-8")
    assert old in text
    unit = load_curriculum(empty_book).unit("2.1.1")
    before = [problem.message for problem in lint.lint_page(unit, empty_book) if problem.rule == rule]
    page.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [problem for problem in lint.lint_page(unit, empty_book) if problem.rule == rule]
    assert len(found) > len(before)
    assert all(problem.mend and problem.line >= 1 for problem in found)


def test_prose_is_counted_without_code_tables_and_questions(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "---\na: 1\n---\n# Not counted\n\nThree words here.\n\n```{code-cell}\nx = 1\n```\n\n| a | b |\n\n"
        ":::{check} q01\n:::\n\nTwo more.\n\n:::{teacher-notes}\nnot these\n:::\n",
        encoding="utf-8",
    )
    assert lint.prose_words(page) == 5


def test_the_contents_list_matches_the_programme():
    root = paths.root()
    assert (root / "_toc.yml").read_text(encoding="utf-8") == toc_text(root)


def test_the_exercise_of_a_draft_is_not_among_those_that_are_tested(empty_book, monkeypatch):
    new_unit("2.1.1", empty_book)
    finish(new_unit("2.1.2", empty_book)[0])
    monkeypatch.setattr(paths, "root", lambda: empty_book)
    assert find_exercises() == [load_curriculum(empty_book).unit("2.1.2").exercise_path]
