"""What a search can find: the text of pages by section, terms with their other names, and no answer to a question."""

import json
import os
from pathlib import Path

import pytest
from small_book import book_of_one_unit, share_fetched
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from ai2med.book.search import FOLDER, other_names

UNIT = "moocs/mooc9/ward_rounds/counting_stays"
EXERCISE = UNIT.replace("moocs", "exercises")
SETTINGS = """
extensions = ["myst_nb", "sphinxcontrib.bibtex", "ai2med.book"]
html_theme = "ai2med"
html_title = "Book"
html_copy_source = False
bibtex_reference_style = "author_year"
myst_enable_extensions = ["colon_fence", "dollarmath"]
nb_execution_mode = "off"
exclude_patterns = ["out", "data", ".cache"]
suppress_warnings = ["myst", "myst-nb", "ref", "config.cache", "design", "toc", "bibtex"]
"""
PAGES = {
    "index": "# Home\n\nWelcome, Zoë.\n\n## A part\n\nIts *own* text, $x_i$ apart.\n\n## Empty\n",
    "glossary": "# Glossary\n\n```{all-terms}\n```\n",
    "unlisted": "---\nnosearch: true\n---\n# Hidden\n\nUnlisted.\n",
    "about": "# About\n\nAbout.\n",
    "your_data": "# Your data\n\nYours.\n",
    "programme": "# Programme\n\nAll.\n",
}
TERMS = {
    "auroc": "# AUROC\n\nArea under the curve. Also called AUC or c statistic.\n",
    "false_discovery_rate": "# false discovery rate\n\nA share, *expected*.\n",
    "stay": "# stay\n\nFrom admission to discharge.\n",
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    share_fetched(tmp_path)
    with book_of_one_unit(tmp_path, monkeypatch, SETTINGS, PAGES) as folder:
        items = folder / f"{UNIT}.items.yml"
        told = items.read_text()
        for old, new in (("x01", "q00"), ("exercise", "inline"), ("x02", "q01"), ("exercise", "closing")):
            told = told.replace(old, new, 1)
        items.write_text(told)
        (folder / "glossary").mkdir()
        for name, text in TERMS.items():
            (folder / f"glossary/{name}.md").write_text(text)
        yield folder


def build(book, out="out"):
    """Build; return the folder of the search."""
    with patch_docutils(str(book)), docutils_namespace(), Path(os.devnull).open("w") as nowhere:
        site = book / out
        Sphinx(book, book, site / "html", site / "doctrees", "html", status=nowhere, warning=nowhere).build()
    return site / "html" / FOLDER


def page(folder, name):
    return json.loads((folder / f"pages/{name}.json").read_text(encoding="utf-8"))


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")}


def test_pages_are_kept_by_section_and_terms_by_name(book):
    found = build(book)
    assert page(found, "index") == [
        ["home", "Home", "Welcome, Zoë.", ""],
        ["a-part", "A part", "Its own text, apart.", ""],
        ["empty", "Empty", "", ""],
    ]
    assert page(found, "glossary") == [
        ["glossary", "Glossary", "", ""],
        ["term-AUROC", "AUROC", "Area under the curve. Also called AUC or c statistic.", ""],
        ["term-false-discovery-rate", "false discovery rate", "A share, expected.", ""],
        ["term-stay", "stay", "From admission to discharge.", ""],
    ]
    first, table, *_ = page(found, UNIT)
    assert first[1:3] == ["9.1.1 Counting Stays", first[2]]
    assert "Ana counts stays" in first[2]
    assert (table[1], "There are" in table[2], 'print("three stays")' in table[3]) == ("1. A table", True, True)


def test_answers_hints_and_solutions_are_not_found(book):
    found = build(book)
    assert page(found, EXERCISE)[1][1:3] == [
        "Task 1: Count the events",
        "Count the events within 72 hours. Input: stays. Output: events, a whole number, in stays. "
        "For two stays at hours 5 and 80, both with an event, the answer is 1.",
    ]
    told = b"".join(contents(found).values()).decode()
    html = (found.parents[1] / f"{EXERCISE}.html").read_text() + (found.parents[1] / f"{UNIT}.html").read_text()
    # A question with its feedback, a hint, a solution, a model answer: each stands on a page.
    for answer in ("says how long we looked", "Which stays lie inside the horizon", "within", "To plan."):
        assert answer in html
    for answer in ("says how long we looked", "Which stays lie inside", "within =", "To plan."):
        assert answer not in told


def test_the_index_says_where_words_stand(book):
    index = json.loads((build(book) / "index.json").read_text(encoding="utf-8"))
    titles = dict(index["pages"])
    assert titles[UNIT] == "9.1.1 Counting Stays"
    # A unit comes before its exercise, and what is not to be found is not there.
    assert list(titles)[-1] == EXERCISE
    assert "unlisted" not in titles
    words = index["words"].split()
    assert words == sorted(words)
    assert {"zoë", "auroc", "9.1.1"} <= set(words)
    parts = sorted((book / "out/html" / FOLDER).glob("words-*.json"), key=lambda path: int(path.stem[6:]))
    stands = [place for path in parts for place in json.loads(path.read_text(encoding="utf-8"))]
    assert len(stands) == len(words)
    assert stands[words.index("zoë")] == f"{list(titles).index('index')}c"
    assert stands[words.index("the")] == ""


def test_a_book_that_was_changed_has_the_index_of_one_built_anew(book):
    before = contents(build(book))
    (book / "index.md").write_text("# Home\n\nGoodbye.\n")
    (book / "your_data.md").unlink()
    changed = contents(build(book))
    assert changed != before
    assert changed == contents(build(book, "anew"))


def test_a_page_whose_sections_were_lost_is_written_again(book):
    found = build(book)
    before = contents(found)
    (found / "pages/glossary.json").unlink()
    assert contents(build(book)) == before


def test_terms_are_known_by_other_names(book):
    assert other_names(book) == [
        ["auc", "auroc"],
        ["c statistic", "auroc"],
        ["fdr", "false discovery rate"],
    ]


def test_sphinx_leaves_no_search_of_its_own(book):
    site = build(book).parents[1]
    assert (site / "search.html").is_file()
    assert not [path.name for path in site.rglob("*.js") if path.name.startswith(("search", "doctools", "language"))]
