"""A page is read again when something that it shows has changed, written again when something around it has."""

import os
import shutil
from pathlib import Path

import pytest
from small_book import book_of_one_unit
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

SETTINGS = """
extensions = ["myst_nb", "sphinxcontrib.bibtex", "ai2med.book"]
html_theme = "ai2med"
html_title = "Book"
html_copy_source = False
html_math_renderer = "mathml"
bibtex_reference_style = "author_year"
myst_enable_extensions = ["colon_fence"]
myst_footnote_transition = False
nb_execution_mode = "off"
exclude_patterns = ["moocs/**", "exercises/**", "out", "data"]
suppress_warnings = ["myst.footnote", "config.cache", "myst.domains", "ref.doc"]
"""
SOURCES = """@article{one, author = {One, Ann}, title = {First}, journal = {J}, year = {2020}}
@article{two, author = {Two, Bea}, title = {Second}, journal = {J}, year = {2021}}
"""
PAGES = {
    "index": "# Home\n\n```{toctree}\nplain\ncites\nlinks\nlaw\noverview\nabout\nyour_data\nprogramme\n"
    "term\nglossary\n```\n",
    "plain": "# Plain\n\nA sentence.\n",
    "cites": "# Cites\n\nSee {cite:p}`one`.\n",
    "links": "# Links\n\nSee {doc}`plain`.\n",
    "law": "# Law\n\nSince {law-date}`ai-act-devices`; see {article}`Art. 27 <ai-act 27>`.\n",
    "overview": "# Overview\n\n```{module-overview} 9.1\n```\n",
    "about": "# About\n\nAbout.\n",
    "your_data": "# Your data\n\nYours.\n",
    "programme": "# Programme\n\nAll.\n",
    "term": "# Term\n\nA {term}`ward`.\n",
    "glossary": "# Glossary\n\n```{all-terms}\n```\n",
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    with book_of_one_unit(tmp_path, monkeypatch, SETTINGS, PAGES) as folder:
        (folder / "references").mkdir(exist_ok=True)
        (folder / "references/general.bib").write_text(SOURCES)
        (folder / "glossary").mkdir(exist_ok=True)
        (folder / "glossary/ward.md").write_text("# ward\n\nA place with beds.\n")
        yield folder


def build(book):
    """Build; return the pages that were read, those that were written without being read, and the warnings."""
    read, written = set(), set()
    with patch_docutils(str(book)), docutils_namespace(), Path(os.devnull).open("w") as nowhere:
        app = Sphinx(book, book, book / "out/html", book / "out/doctrees", "html", status=nowhere, warning=nowhere)
        app.connect("doctree-read", lambda app, _doctree: read.add(app.env.docname))
        app.connect("html-page-context", lambda _app, name, *_: written.add(name))
        app.build()
    # Sphinx writes the first page always, and pages without a source.
    return read, written - read - {"index", "genindex", "search"}, app._warncount


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    # Also on a file system that counts in seconds the file is newer than the pages.
    later = path.stat().st_mtime_ns + 2_000_000_000
    os.utime(path, ns=(later, later))


@pytest.fixture
def built(book):
    assert build(book) == (set(PAGES), set(), 0)
    assert build(book) == (set(), set(), 0)
    return book


def test_an_edit_of_prose_changes_its_own_page(built):
    edit(built / "plain.md", "A sentence.", "Another sentence.")
    assert build(built) == ({"plain"}, set(), 0)


def test_a_title_is_written_anew_where_it_is_linked_and_beside_its_neighbours(built):
    edit(built / "plain.md", "# Plain", "# Changed")
    read, written, _ = build(built)
    assert read == {"plain"}
    # Linked from "links"; "cites" comes next and names it.
    assert written == {"links", "cites"}
    assert "Changed" in (built / "out/html/links.html").read_text()


def test_a_source_concerns_the_pages_that_cite_it(built):
    edit(built / "references/general.bib", "Second", "Third")
    assert build(built) == (set(), set(), 0)
    edit(built / "references/general.bib", "First", "Fourth")
    assert build(built) == ({"cites"}, set(), 0)
    assert "Fourth" in (built / "out/html/cites.html").read_text()


def test_a_date_of_law_concerns_the_pages_that_state_it(built):
    row = next(
        part for part in (built / "law/ai_act.yml").read_text().split("- key: ") if part.startswith("ai-act-dev")
    )
    day = row.partition("date: ")[2].split("\n")[0].split()[0]
    edit(built / "law/ai_act.yml", f"- key: {row}", f"- key: {row.replace(day, '2031-05-06')}")
    assert build(built)[0] == {"law"}
    assert "6 May 2031" in (built / "out/html/law.html").read_text()


def test_what_is_shown_beside_a_link_concerns_the_pages_that_link_it(built):
    edit(built / "law/articles/ai_act.yml", "Fundamental rights impact assessment", "An assessment")
    assert build(built)[0] == {"law"}
    assert "Art. 27: An assessment" in (built / "out/html/law.html").read_text()
    edit(built / "law/ai_act.yml", "State of law: 1 October 2026.", "State of law: 2 October 2026.")
    assert build(built)[0] == {"law"}
    assert "Law as of</strong> 2 October 2026" in (built / "out/html/law.html").read_text()
    edit(built / "glossary/ward.md", "A place with beds.", "A room with beds.")
    assert build(built) == ({"glossary"}, {"term"}, 0)
    assert '["ward","A room with beds."]' in (built / "out/html/term.html").read_text()


def test_an_overview_follows_the_front_matter_of_its_units_and_not_their_text(built):
    unit = built / "moocs/mooc9/ward_rounds/counting_stays.md"
    unit.write_text(unit.read_text() + "\nOne more sentence.\n")
    assert build(built) == (set(), set(), 0)
    summary = next(line for line in unit.read_text().split("\n") if line.strip().startswith("summary:"))
    edit(unit, summary, "  summary: A summary that says something else than before.")
    assert build(built)[0] == {"overview"}
    assert "says something else" in (built / "out/html/overview.html").read_text()


def test_a_warning_is_told_again_until_its_cause_is_mended(built):
    edit(built / "plain.md", "A sentence.", "{cite:p}`nobody`")
    assert build(built)[2] == 1
    assert build(built)[2] == 1
    edit(built / "plain.md", "{cite:p}`nobody`", "A sentence.")
    assert build(built) == ({"plain"}, set(), 0)


def site(book):
    folder = book / "out/html"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_site_that_was_changed_is_the_same_as_one_built_anew(built):
    edit(built / "plain.md", "A sentence.", "A picture of words.")
    edit(built / "index.md", "law\n", "")
    (built / "law.md").unlink()
    build(built)
    changed = site(built)
    shutil.rmtree(built / "out")
    build(built)
    assert site(built) == changed
    assert "law.html" not in changed
