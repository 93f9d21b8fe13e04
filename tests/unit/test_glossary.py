"""The glossary is a folder of files; each says its term and what it means, or is named with what it lacks."""

import pytest

from ai2med import paths
from ai2med.glossary import Term, check_terms, terms
from ai2med.problems import ContentError


@pytest.fixture
def write(tmp_path):
    (tmp_path / "glossary").mkdir()

    def write(name, text):
        (tmp_path / "glossary" / f"{name}.md").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_the_books_own_terms_can_be_used():
    found = terms(paths.root())
    assert len(found) >= 88
    assert list(found) == sorted(found, key=str.casefold)
    assert found["net benefit"].plain.startswith("True alarms minus false alarms")


def test_a_term_knows_its_file_and_the_line_of_its_definition(write):
    book = write("net_benefit", "# net benefit\n\n\nTrue alarms minus false alarms.\n\nA second paragraph.\n")
    assert terms(book) == {
        "net benefit": Term(
            "net benefit",
            "True alarms minus false alarms.\n\nA second paragraph.",
            book / "glossary" / "net_benefit.md",
            4,
        )
    }


def test_small_and_large_letters_are_sorted_alike(write):
    write("auroc", "# AUROC\n\nA.\n")
    write("accuracy", "# accuracy\n\nB.\n")
    assert list(terms(write("bias", "# bias\n\nC.\n"))) == ["accuracy", "AUROC", "bias"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("net benefit\n\nText.\n", "does not begin with a term"),
        ("# \n\nText.\n", "does not begin with a term"),
        ("", "does not begin with a term"),
        ("# net benefit\n\n \n", "is not defined"),
        ("# Net harm\n\nText.\n", r"Name it net_harm\.md"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(write, text, said):
    book = write("net_benefit", text)
    with pytest.raises(ContentError, match=said):
        terms(book)
    (problem,) = check_terms(book)
    assert problem.file.endswith("net_benefit.md")


def test_all_problems_come_at_once(write):
    write("a", "")
    with pytest.raises(ContentError) as caught:
        terms(write("b", ""))
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Share of `x` that **is** _so_.", "Share of x that is so."),
        ("See {term}`the odds <odds>` and snake_case_names.", "See the odds and snake_case_names."),
        ("At 5 * 3 it is {law-date}`mdr-applies`.", "At 5 * 3 it is mdr-applies."),
    ],
)
def test_plain_text_has_no_marks(text, plain):
    assert Term("x", text, paths.root()).plain == plain
