"""Cells run once, on all cores; a cell that fails is told by page, line and error; a failed build leaves the site."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from ai2med import executing, paths, rendering
from ai2med.curriculum import load_curriculum
from ai2med.executing import ExecutionFailedError, book_pages, execute_missing, outputs_stamp

BOOK = Path(__file__).parent / "fixtures/exercises/good"
HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
# Page

"""
CELL = "```{{code-cell}} ipython3\n:tags: [hide-input]\n\n{}\n```\n\n"


@pytest.fixture
def book(tmp_path, monkeypatch):
    shutil.copytree(BOOK, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "_config.yml").write_text("execute: {timeout: 60}\n")
    monkeypatch.setenv("AI2MED_ROOT", str(tmp_path))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    paths.root.cache_clear()
    yield tmp_path
    paths.root.cache_clear()


def write(book, **pages):
    for name, codes in pages.items():
        (book / f"{name}.md").write_text(HEAD + "".join(CELL.format(code) for code in codes))
    files = [{"file": name} for name in pages]
    (book / "_toc.yml").write_text(json.dumps({"format": "jb-book", "root": "one", "chapters": files[1:]}))


def quiet(*_, **__):
    pass


def test_the_pages_of_the_book_are_its_finished_units_and_what_patterns_find(book):
    unit = load_curriculum(book).finished[0]
    (book / "hospital").mkdir()
    (book / "hospital" / "stays.md").write_text("# Stays\n")
    contents = [{"file": "one"}, {"glob": f"moocs/{unit.folder}/*"}, {"glob": "hospital/*"}]
    (book / "_toc.yml").write_text(json.dumps({"format": "jb-book", "root": "index", "chapters": contents}))
    units = [name for each in load_curriculum(book).finished for name in (each.docname, each.exercise_docname)]
    assert book_pages(book) == ["index", "one", *units, "hospital/stays"]


def test_each_page_runs_once_and_again_only_when_its_code_has_changed(book):
    write(book, one=["1 + 1"], two=["print('two')"])
    assert sorted(execute_missing(book, say=quiet)) == ["one", "two"]
    first = outputs_stamp(book, "one")
    assert first
    assert execute_missing(book, say=quiet) == []
    (book / "one.md").write_text((book / "one.md").read_text() + "Prose.\n")
    assert execute_missing(book, say=quiet) == []
    write(book, one=["1 + 2"], two=["print('two')"])
    assert execute_missing(book, say=quiet) == ["one"]
    assert outputs_stamp(book, "one") != first


def test_a_result_whose_parts_have_changed_is_dropped(book, monkeypatch):
    write(book, one=["1 + 1"])
    execute_missing(book, say=quiet)
    monkeypatch.setattr(executing.Uses, "stamp", lambda *_: "other")
    assert execute_missing(book, say=quiet) == ["one"]


def test_the_cells_that_fail_are_told_page_by_page(book):
    long = "total = 0\n" + "\n".join(f"total += {n}" for n in range(6)) + "\ntotal / 0"
    write(book, one=["good = 1", long], two=["print(undefined)"], three=["1"])
    with pytest.raises(ExecutionFailedError) as told:
        execute_missing(book, say=quiet)
    text = str(told.value)
    lines = (book / "one.md").read_text().split("\n")
    assert (
        f"one.md:{lines.index('total / 0') + 1}: cell-fails: Code cell 2 (from line {lines.index('total = 0') + 1})"
        in text
    )
    assert "total / 0" in text
    assert "ZeroDivisionError: division by zero" in text
    assert "two.md:11: cell-fails: Code cell 1" in text
    assert "NameError: name 'undefined' is not defined" in text
    assert "Traceback" not in text
    assert len(text.split("\n")) < 20
    # What has run need not run again.
    write(book, one=["good = 1"], two=["2"], three=["1"])
    assert sorted(execute_missing(book, say=quiet)) == ["one", "two"]


def test_a_cell_that_does_not_end_is_told(book):
    (book / "_config.yml").write_text("execute: {timeout: 2}\n")
    write(book, one=["import time\ntime.sleep(600)"])
    with pytest.raises(ExecutionFailedError, match=r"one\.md:11: cell-fails: .*\n(.*\n)*.*more than 2 s"):
        execute_missing(book, say=quiet)


def test_a_build_that_fails_leaves_the_site_that_stood(book, capsys):
    html = book / "_build" / "html"
    html.mkdir(parents=True)
    (html / "index.html").write_text("the last good one")
    write(book, one=["1 / 0"])
    assert rendering.render(book) == 1
    assert (html / "index.html").read_text() == "the last good one"
    assert "one.md:11" in capsys.readouterr().out


def test_a_build_whose_pages_fail_leaves_the_site_that_stood_too(book, monkeypatch):
    html = book / "_build" / "html"
    html.mkdir(parents=True)
    (html / "index.html").write_text("the last good one")
    write(book, one=["1"])

    def half_a_site(_root, site, *_):
        site.mkdir(parents=True)
        (site / "index.html").write_text("half of the next")
        return 1

    monkeypatch.setattr(rendering, "_pages", half_a_site)
    assert rendering.render(book) == 1
    assert (html / "index.html").read_text() == "the last good one"
    monkeypatch.setattr(rendering, "_pages", lambda *_: 0)
    assert rendering.render(book) == 0
    assert (html / "index.html").read_text() == "half of the next"


def test_pages_that_are_written_are_shown_while_the_rest_is_made(book, monkeypatch):
    html = book / "_build" / "html"
    html.mkdir(parents=True)
    write(book, one=["1"])

    site = book / "_build" / rendering.SITE
    site.mkdir(parents=True)
    (site / "sw.js").touch()

    def pages(_root, site, _strict, written):
        (site / "index.html").write_text("new")
        written()
        (site / "later.html").write_text("made after the pages")
        return 0

    shown = []
    monkeypatch.setattr(rendering, "_pages", pages)
    assert rendering.render(book, early=lambda names: shown.append((names, (html / "index.html").read_text()))) == 0
    assert shown == [(["index.html"], "new")]
    told = json.loads((book / "_build" / "marks" / "changed.json").read_text())
    assert told["shown"] == ["index.html"]
    assert sorted(told["pages"]) == ["index.html", "later.html"]


def test_a_site_that_is_not_whole_yet_is_not_shown_early(book, monkeypatch):
    (book / "_build" / "html").mkdir(parents=True)
    write(book, one=["1"])
    given = []

    def pages(_root, site, _strict, written):
        given.append(written)
        site.mkdir(parents=True)
        (site / "index.html").write_text("new")
        return 0

    monkeypatch.setattr(rendering, "_pages", pages)
    assert rendering.render(book, early=lambda names: None) == 0
    assert given == [None]


def test_the_environment_is_part_of_what_a_result_depends_on(book, monkeypatch):
    write(book, one=["1 + 1"])
    execute_missing(book, say=quiet)
    monkeypatch.setattr(sys, "version", "another Python")
    assert execute_missing(book, say=quiet) == ["one"]
