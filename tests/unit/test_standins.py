"""A stand-in is another unit in every name that has to be its own, and lints like the unit it was copied from."""

import shutil

import pytest

from ai2med import paths, standins
from ai2med.curriculum import load_curriculum
from ai2med.executing import book_pages
from ai2med.items import load_items
from ai2med.lint import lint_book


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A copy of the book with two stand-ins, and what was written."""
    root = tmp_path_factory.mktemp("grown") / "book"
    standins.copy_book(paths.root(), root)
    before = {unit.id for unit in load_curriculum(root).finished}
    return root, standins.fill(root, len(before) + 2)


def test_a_stand_in_is_finished_and_its_book_lists_it(grown):
    root, units = grown
    assert len(units) == 2
    for unit in units:
        assert unit.finished
        assert unit.docname in book_pages(root)
        assert (root / f"{load_curriculum(root).module_of(unit).docname}.md").is_file()


def test_its_names_are_its_own(grown):
    root, units = grown
    finished = load_curriculum(root).finished
    banks = [load_items(unit.items_path) for unit in finished]
    names = [item.id for bank in banks for item in bank.items]
    assert len(names) == len(set(names))
    labels = [name for unit in finished for name in standins._LABEL.findall(unit.path.read_text(encoding="utf-8"))]
    assert len(labels) == len(set(labels))
    for unit in units:
        assert unit.page.outcomes[0].id.startswith(unit.id)
        assert f"# Stand-in {unit.id}." in unit.path.read_text(encoding="utf-8")


def test_it_lints(grown):
    root, units = grown
    assert lint_book(root, [unit.path for unit in units]) == []


def test_the_book_itself_is_not_touched(grown):
    root, units = grown
    assert not (paths.root() / f"{units[0].docname}.md").is_file()
    assert (root / ".cache").resolve() == (paths.root() / ".cache").resolve()
    shutil.rmtree(root)
    assert (paths.root() / ".cache").is_dir()
