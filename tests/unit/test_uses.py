"""A page's results depend on what its cells use, and on nothing else."""

import json
import shutil
from pathlib import Path

import pytest

from ai2med import imports, paths, uses
from ai2med.uses import Uses

BOOK = Path(__file__).parent / "fixtures/exercises/good"
TABLES = {name: {"sha256": name * 3} for name in ("admissions", "labs", "vitals")}


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    shutil.copytree(BOOK, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(paths.root() / "law", folder / "law")
    write_tables(folder, TABLES)
    return folder


def write_tables(book, tables):
    (book / "data").mkdir(exist_ok=True)
    (book / "data/manifest.json").write_text(json.dumps({"seed": 1, "tables": tables}))


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A copy of the engine whose files a test may change."""
    copy = tmp_path / "engine" / "ai2med"
    shutil.copytree(imports.ENGINE, copy, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    monkeypatch.setattr(imports, "ENGINE", copy)
    uses._read.cache_clear()
    yield copy
    uses._read.cache_clear()


def stamp(book, *codes):
    return Uses(book).stamp("page", codes)


def change(path):
    path.write_text(path.read_text() + "\n# changed\n")


LOAD = 'from ai2med import load\nload("labs")'
LAW = "from ai2med import law_date\nlaw_date('x')"
CHECK = "from ai2med import check\ncheck('9.1.1-t1')"
QUESTIONS = "from ai2med import knowledge_check\nknowledge_check('9.1.1')"


def test_a_widgets_module_concerns_the_pages_that_use_it(book, engine):
    before = {code: stamp(book, code) for code in (QUESTIONS, LAW, LOAD)}
    change(engine / "widgets" / "knowledge_check" / "__init__.py")
    assert {code for code in before if stamp(book, code) != before[code]} == {QUESTIONS}


def test_a_table_concerns_the_pages_that_load_it(book):
    code = 'from ai2med import load\nload("admissions")'
    before = stamp(book, LOAD), stamp(book, code)
    write_tables(book, {**TABLES, "labs": {"sha256": "new"}})
    assert stamp(book, LOAD) != before[0]
    assert stamp(book, code) == before[1]


def test_a_new_table_concerns_nobody_who_names_the_tables_that_are_loaded(book):
    every = "from ai2med import load\nfor name in names: load(name)"
    before = stamp(book, LOAD), stamp(book, every)
    write_tables(book, {**TABLES, "films": {"sha256": "new"}})
    assert stamp(book, LOAD) == before[0]
    assert stamp(book, every) != before[1]


def test_who_loads_a_table_does_not_depend_on_the_generator_and_who_asks_for_the_truth_does(book, engine):
    truth = "from ai2med.cohort import truth\ntruth.defects()"
    before = stamp(book, LOAD), stamp(book, truth)
    change(engine / "cohort" / "_stays.py")
    assert stamp(book, LOAD) == before[0]
    assert stamp(book, truth) != before[1]


def test_the_builders_own_modules_concern_no_page(book, engine):
    before = [stamp(book, code) for code in (LOAD, LAW, CHECK, QUESTIONS)]
    for name in ("building.py", "cli.py", "book/frame.py", "runtime/fetch.py"):
        change(engine / name)
    assert [stamp(book, code) for code in (LOAD, LAW, CHECK, QUESTIONS)] == before


def test_an_import_inside_a_function_counts_where_the_function_is_used(book, engine):
    (engine / "far.py").write_text(
        "def far():\n    from .glue import glue\n    return glue\n\n\ndef near():\n    return 1\n"
    )
    far, near = "from ai2med.far import far\nfar()", "from ai2med.far import near\nnear()"
    before = stamp(book, far), stamp(book, near)
    change(engine / "glue.py")
    assert stamp(book, far) != before[0]
    assert stamp(book, near) == before[1]


def test_an_explorable_concerns_the_pages_that_show_it_or_import_its_python(book):
    for name in ("wheel", "scale"):
        room = book / "explorables" / name
        room.mkdir(parents=True)
        (room / f"{name}.mjs").write_text("export default {};")
        (room / f"{name}.test.mjs").write_text("export default {};")
    (book / "explorables/wheel/spokes.py").write_text('from ai2med import load\n\nTABLE = load("vitals")\n')
    by_name = "from ai2med import explorable\nexplorable('wheel')"
    by_python = "from ai2med.explorables.spokes import TABLE"
    other = "from ai2med import explorable\nexplorable('scale')"
    computed = "from ai2med import explorable\nexplorable(name)"
    codes = (by_name, by_python, other, computed, LOAD)
    assert "data:vitals" in Uses(book).parts([by_python])

    def changed(path):
        before = {code: stamp(book, code) for code in codes}
        change(book / "explorables" / path)
        return {code for code in codes if stamp(book, code) != before[code]}

    assert changed("wheel/wheel.mjs") == {by_name, by_python, computed}
    assert changed("wheel/spokes.py") == {by_name, by_python, computed}
    assert changed("scale/scale.mjs") == {other, computed}
    assert changed("scale/scale.test.mjs") == set()


def test_files_that_a_module_names_count(book):
    before = stamp(book, LAW), stamp(book, LOAD)
    change(book / "law/ai_act.yml")
    assert stamp(book, LAW) != before[0]
    assert stamp(book, LOAD) == before[1]


def test_a_check_depends_on_its_module_and_questions_on_items_and_outcomes(book):
    before = stamp(book, CHECK), stamp(book, QUESTIONS)
    change(book / "exercises/mooc9/ward_rounds/counting_stays.py")
    after = stamp(book, CHECK), stamp(book, QUESTIONS)
    assert (after[0] != before[0], after[1] != before[1]) == (True, False)
    change(book / "moocs/mooc9/ward_rounds/counting_stays.items.yml")
    last = stamp(book, CHECK), stamp(book, QUESTIONS)
    assert (last[0] != after[0], last[1] != after[1]) == (False, True)
    page = book / "moocs/mooc9/ward_rounds/counting_stays.md"
    page.write_text(page.read_text() + "\nOne more sentence.\n")
    assert stamp(book, QUESTIONS) == last[1]


def test_code_that_cannot_be_read_may_use_everything(book, engine):
    before = stamp(book, "%load_ext something")
    change(engine / "glue.py")
    assert stamp(book, "%load_ext something") != before


def test_other_code_of_the_page_does_not_hide_what_a_cell_uses(book):
    assert Uses(book).parts([LOAD, QUESTIONS]) == Uses(book).parts([LOAD]) | Uses(book).parts([QUESTIONS])


def test_a_file_beside_a_unit_concerns_the_pages_that_name_it(book):
    (book / "moocs/mooc9/ward_rounds/counting_stays.paths.yml").write_text("a: 1\n")
    code = 'from ai2med import explorable\nexplorable("law-path", file="mooc9/ward_rounds/counting_stays.paths.yml")'
    before = stamp(book, code), stamp(book, LAW)
    change(book / "moocs/mooc9/ward_rounds/counting_stays.paths.yml")
    assert stamp(book, code) != before[0]
    assert stamp(book, LAW) == before[1]
