"""Sources stand in many files; each key has one home, and whoever breaks that is told both places."""

import pytest
from small_book import copy_small_book

from ai2med import paths
from ai2med.problems import ContentError
from ai2med.sources import check_sources, source_entries, source_files, source_keys

ENTRY = "@article{%s,\n  author = {A, B},\n  title = {T},\n  journal = {J},\n  year = {2020}\n}\n"


@pytest.fixture
def book(tmp_path):
    return copy_small_book(tmp_path)


def add(book, name, *keys):
    path = book / "references" / f"{name}.bib"
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(ENTRY % key for key in keys))
    return path


def write_page(book, text, status=""):
    folder = book / "moocs" / "mooc2" / "data_visualization"
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "design_principles_in_medical_visualization.md"
    page.write_text(f"---\nunit: {{{status}}}\n---\n# A page\n\n{text}\n", encoding="utf-8")


def test_the_books_own_sources_have_one_home_each():
    assert check_sources(paths.root()) == []
    assert len(source_keys(paths.root())) == len(source_entries(paths.root())) >= 265
    assert "general" in {path.stem for path in source_files(paths.root())}


def test_each_key_is_found_with_file_and_line(book):
    path = add(book, "2.1.3", "first2020", "second:2020")
    place = source_keys(book)["second:2020"]
    assert (place.file, place.line) == (path, 7)
    assert source_entries(book)["first2020"].fields["title"] == "T"


def test_a_new_entry_is_seen_without_a_restart(book):
    before = set(source_keys(book))
    add(book, "2.1.3", "new2020")
    assert set(source_keys(book)) - before == {"new2020"}


def test_a_key_in_two_files_names_both(book):
    known = source_keys(book)["wong2021epic"]
    add(book, "2.1.3", "wong2021epic")
    write_page(book, "{cite:p}`wong2021epic`")
    (problem,) = check_sources(book)
    assert problem.rule == "source-twice"
    assert {"references/general.bib", "references/2.1.3.bib"} <= {
        str(known.file.relative_to(book)),
        problem.message.split("also in ")[1].split(",")[0],
        problem.file.removeprefix(f"{book}/"),
    }


@pytest.mark.parametrize(("text", "wrong"), [("{cite:t}`own2020`", []), ("No source.", ["source-home"])])
def test_an_entry_is_cited_where_it_stands(book, text, wrong):
    add(book, "2.1.3", "own2020")
    write_page(book, text)
    assert [problem.rule for problem in check_sources(book)] == wrong


def test_a_module_may_hold_what_any_of_its_units_cites(book):
    add(book, "2.1", "own2020")
    write_page(book, "{cite:p}`own2020, wong2021epic`")
    assert check_sources(book) == []


def test_the_entries_of_a_draft_may_wait(book):
    add(book, "2.1.3", "own2020")
    write_page(book, "Not yet.", status="status: draft")
    assert check_sources(book) == []


def test_a_file_of_no_unit_is_named(book):
    add(book, "9.1", "own2020")
    (problem,) = check_sources(book)
    assert problem.rule == "source-file"
    assert "no unit or module '9.1'" in problem.message


def test_a_file_that_is_not_bibtex_is_named_with_its_line(book):
    (book / "references" / "2.1.3.bib").write_text("@article{a,\n  title = {T\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"2\.1\.3\.bib:\d+: source-file"):
        source_entries(book)
