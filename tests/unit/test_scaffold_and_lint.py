"""A new unit starts complete in form; the content check finds what is missing and says how to mend it."""

import pytest

from ai2med import lint, paths
from ai2med.contents import toc_text
from ai2med.curriculum import load_curriculum
from ai2med.items import load_items
from ai2med.scaffold import new_unit
from small_book import copy_small_book


@pytest.fixture
def empty_book(tmp_path):
    return copy_small_book(tmp_path)


def test_a_new_unit_has_its_four_files_and_loads(empty_book):
    written = new_unit("2.1.1", empty_book)
    assert [path.suffix for path in written] == [".md", ".yml", ".md", ".py"]
    unit = load_curriculum(empty_book).unit("2.1.1")
    assert unit.finished
    assert unit.page.outcomes[0].id == "2.1.1-a"
    assert {item.place for item in load_items(unit.items_path).items} == {"opening", "inline", "closing"}


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
        ("Argue,", "\n```{code-cell}\nfig, ax = plt.subplots()\n```\n", "alternative-text"),
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
