"""The table of contents does not change by a unit; the build puts the finished units into it, in order."""

import subprocess
import sys

import pytest
import yaml
from small_book import copy_small_book, finish

from ai2med import paths
from ai2med.contents import toc_text, with_units, write_toc
from ai2med.curriculum import load_curriculum
from ai2med.scaffold import new_unit


@pytest.fixture
def book(tmp_path):
    return copy_small_book(tmp_path)


def files(contents):
    """Return the file names of a table of contents in reading order."""
    found = []
    for key, value in contents.items():
        if key in ("file", "root"):
            found.append(value)
        if isinstance(value, list):
            found += [name for entry in value for name in files(entry)]
    return found


def test_a_new_unit_changes_nothing_once_its_module_has_a_page(book):
    new_unit("2.1.3", book)
    before = toc_text(book)
    finish(new_unit("2.1.1", book)[0])
    new_unit("2.1.2", book)
    assert toc_text(book) == before


def test_the_finished_units_stand_in_the_order_of_the_programme_each_before_its_exercise(book):
    for unit_id in ("2.1.4", "2.1.1", "2.1.3"):
        finish(new_unit(unit_id, book)[0])
    new_unit("2.1.2", book)
    curriculum = load_curriculum(book)
    names = files(with_units(yaml.safe_load(toc_text(book)), curriculum))
    wanted = ["moocs/mooc2/index", "moocs/mooc2/data_visualization/index"]
    for unit_id in ("2.1.1", "2.1.3", "2.1.4"):
        wanted += [curriculum.unit(unit_id).docname, curriculum.unit(unit_id).exercise_docname]
    assert [name for name in names if "mooc2" in name] == wanted


def test_a_module_without_finished_units_keeps_its_page_and_no_empty_list(book):
    new_unit("2.1.1", book)
    contents = with_units(yaml.safe_load(toc_text(book)), load_curriculum(book))
    (mooc,) = contents["parts"][1]["chapters"]
    assert mooc["sections"] == [{"file": "moocs/mooc2/data_visualization/index"}]


def test_other_patterns_and_tables_of_contents_stay_as_they_are():
    contents = {"root": "index", "chapters": [{"file": "a", "sections": [{"glob": "hospital/*"}]}, {"url": "x"}]}
    assert with_units(contents, load_curriculum()) == contents


def test_it_is_written_only_where_it_does_not_fit(book):
    path = write_toc(book)
    stamp = path.stat().st_mtime_ns
    assert write_toc(book).stat().st_mtime_ns == stamp
    path.write_text("old", encoding="utf-8")
    assert write_toc(book).read_text(encoding="utf-8") == toc_text(book)


def test_the_books_own_file_fits_and_is_read_by_jupyter_book():
    root = paths.root()
    assert (root / "_toc.yml").read_text(encoding="utf-8") == toc_text(root)
    command = "from sphinx_external_toc.parsing import parse_toc_yaml; print(len(parse_toc_yaml('_toc.yml')))"
    said = subprocess.run(
        [sys.executable, "-c", command], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )
    assert int(said.stdout) >= 30


@pytest.mark.parametrize("module", load_curriculum().modules, ids=lambda module: module.id)
def test_every_module_has_a_page_that_says_what_it_is_for(module):
    text = module.path.read_text(encoding="utf-8")
    heading, _, overview = text.partition("\n---\n")[2].partition("```{module-overview}")
    title, _, prose = heading.strip().partition("\n")
    assert title == f"# {module.title}"
    assert overview.split() == [module.id, "```"]
    assert 60 <= len(prose.split()) <= 120
    assert "summary: " in text


@pytest.mark.parametrize("mooc", load_curriculum().moocs, ids=lambda mooc: mooc.id)
def test_every_mooc_has_a_page_that_says_what_it_is_for(mooc):
    text = mooc.path.read_text(encoding="utf-8")
    assert f"\n# MOOC {mooc.id}: {mooc.title}\n" in text
    assert text.endswith(f"```{{mooc-overview}} {mooc.id}\n```\n")
