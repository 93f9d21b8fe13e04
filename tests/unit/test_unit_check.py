"""The parts of ``ai2med unit``: cells in a fresh kernel, a small book around a unit, what ran before."""

import shutil
from pathlib import Path

import pytest
import yaml

from ai2med import cli, paths, unit_check
from ai2med.curriculum import load_curriculum
from ai2med.unit_check import cells, memory, small_book

GOOD = Path(__file__).parent / "fixtures/exercises/good"
HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
# A page

Text.

"""
CELL = "```{{code-cell}} ipython3\n:tags: [hide-input]\n{source}\n```\n\n"


@pytest.fixture
def book(tmp_path):
    shutil.copytree(GOOD, tmp_path / "book", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "book"


def page_of(folder, *sources):
    path = folder / "page.md"
    path.write_text(HEAD + "".join(CELL.format(source=source) for source in sources))
    return path


def test_cells_run_in_a_fresh_kernel_and_their_outputs_are_kept(book):
    path, cache = page_of(book, "n = 3", "print(n)"), book / "cache"
    assert not cells.stored(path, cache)
    assert cells.run(path, book, cache) == []
    assert cells.stored(path, cache)
    page_of(book, "n = 4", "print(n)")
    assert not cells.stored(path, cache)


def test_an_error_is_told_with_its_line_and_the_cells_after_it_do_not_run(book):
    path = page_of(book, "n = 3", "m = n\n\nprint(m / 0)", "raise SystemExit")
    (found,) = cells.run(path, book, book / "cache")
    assert (found.rule, found.message) == ("cell-raises", "ZeroDivisionError: division by zero")
    assert path.read_text().splitlines()[found.line - 1] == "print(m / 0)"
    assert not cells.stored(path, book / "cache")


def test_what_a_cell_warns_of_is_a_problem(book):
    path = page_of(book, "import warnings", "warnings.warn('old name')")
    (found,) = cells.run(path, book, book / "cache")
    assert "old name" in found.message
    assert path.read_text().splitlines()[found.line - 1].startswith("warnings.warn")


def test_a_small_book_holds_the_unit_and_only_titles_of_what_it_links(book, tmp_path):
    unit = load_curriculum(book).unit("9.1.1")
    (book / "index.md").write_text("# The front page\n\n{doc}`nowhere`\n")
    (book / "glossary.md").write_text("# Glossary\n")
    small = small_book.SmallBook(unit, book, tmp_path / "made")
    small._write()
    folder = small.folder
    assert (folder / "index.md").read_text() == "# The front page\n"
    assert (folder / f"{unit.docname}.md").read_text() == unit.path.read_text()
    assert (folder / f"{unit.exercise_docname}.py").is_file()
    assert (folder / "glossary.md").is_symlink()
    chapters = [entry["file"] for entry in yaml.safe_load((folder / "_toc.yml").read_text())["chapters"]]
    assert chapters[:3] == [unit.docname, unit.exercise_docname, "glossary"]
    stamp = (folder / f"{unit.docname}.md").stat().st_mtime_ns
    small._write()
    assert (folder / f"{unit.docname}.md").stat().st_mtime_ns == stamp


def test_a_warning_of_the_build_becomes_a_problem_of_the_real_file(book, tmp_path):
    unit = load_curriculum(book).unit("9.1.1")
    small = small_book.SmallBook(unit, book, tmp_path / "made")
    found = small._problem(f"{small.folder}/{unit.docname}.md:41: WARNING: unknown document: 'x' [ref.doc]")
    assert (found.file, found.line) == (str(unit.path), 41)
    assert "unknown document" in found.message
    assert small._problem("WARNING: something").file == str(unit.path)
    assert small._problem("reading sources... [100%]") is None


def test_only_a_change_of_cells_or_engine_makes_a_page_run_again(book):
    path = page_of(book, "n = 3")
    before = memory.stamp("engine", path)
    path.write_text(path.read_text().replace("Text.", "Other text."))
    assert memory.stamp("engine", path) == before
    assert memory.stamp("other engine", path) != before
    page_of(book, "n = 4")
    assert memory.stamp("engine", path) != before


def test_what_ran_well_is_remembered_and_a_failure_is_not(tmp_path):
    known = memory.Memory(tmp_path / "ran.json")
    known.set("page", "one")
    known.save()
    again = memory.Memory(tmp_path / "ran.json")
    assert again.get("page") == "one"
    again.set("page", None)
    again.save()
    assert memory.Memory(tmp_path / "ran.json").get("page") is None


def test_the_catalogue_tells_what_only_running_shows(book):
    path = load_curriculum(book).unit("9.1.1").exercise_path
    assert unit_check.catalogue(path, book) == []
    checks = path.with_suffix(".py")
    checks.write_text(checks.read_text().replace("events == 2:", "events == 7:"))
    assert [found.rule for found in unit_check.catalogue(path, book)] == ["answer"]


def test_a_unit_that_is_not_there_or_not_written_is_told(book, monkeypatch, capsys):
    monkeypatch.setattr(paths, "root", lambda: book)
    monkeypatch.setattr(cli, "_prepare_data", lambda: None)
    assert cli.main(["unit", "9.1.9"]) == 1
    assert "no unit '9.1.9'" in capsys.readouterr().err
    assert cli.main(["unit", "9.1.2"]) == 1
    assert "new-unit 9.1.2" in capsys.readouterr().err
