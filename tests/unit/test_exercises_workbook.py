"""The workbook: notebooks without solutions, and never a learner's work overwritten."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from ai2med.curriculum import load_curriculum
from ai2med.exercises.notebook import read_exercise
from ai2med.exercises.solved import solved_notebook
from ai2med.exercises.workbook import RECORD, learner_notebook, unit_notebook, write_workbook

ROOT = Path(__file__).parent / "fixtures/exercises/good"
EXERCISE = "mooc9/counting_stays.ipynb"
READING = "mooc9/counting_stays (reading).ipynb"


@pytest.fixture
def book(tmp_path):
    shutil.copytree(ROOT, tmp_path / "book", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "book"


@pytest.fixture
def exercise():
    return read_exercise(ROOT / "exercises/mooc9/ward_rounds/counting_stays.md")


def change_book(book):
    path = book / "exercises/mooc9/ward_rounds/counting_stays.md"
    path.write_text(path.read_text() + "\nThe book says more.\n")


def edit(path):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\n\nMy note."
    nbformat.write(notebook, path)
    return path.read_bytes()


def test_the_learner_gets_starters_checks_and_hints_but_no_solution(exercise):
    notebook = learner_notebook(exercise, ROOT)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "events = ..." in text
    assert "# result = share(...)" in text
    assert 'check("9.1.1-t2")' in text
    assert "<summary>Hint 3</summary>" in text
    for secret in ("SOLUTION", "STARTER", "within =", "100 * frame", ":::", "{task}"):
        assert secret not in text
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_the_hints_follow_the_check_of_their_task(exercise):
    cells = learner_notebook(exercise, ROOT).cells
    check = next(index for index, cell in enumerate(cells) if 'check("9.1.1-t1")' in cell.source)
    assert "Which stays lie inside the horizon?" in cells[check + 1].source


def test_after_a_task_on_which_others_build_a_cell_goes_on_without_it(exercise):
    cells = learner_notebook(exercise, ROOT).cells
    going_on = [index for index, cell in enumerate(cells) if "use_result(" in cell.source]
    assert [cells[index].source.splitlines()[-1] for index in going_on] == ['use_result("9.1.1-t1")']
    assert "Hint 1" in cells[going_on[0] - 1].source


def test_a_task_of_questions_asks_them_where_it_stands(exercise):
    cells = learner_notebook(exercise, ROOT).cells
    asking = [cell.source for cell in cells if "knowledge_check(" in cell.source]
    wanted = [task.items for task in exercise.tasks if task.items]
    assert len(asking) == len(wanted) == 1
    assert asking[0].endswith(f'knowledge_check("9.1.1", items={list(wanted[0])})')


def test_the_solved_notebook_holds_the_exercises_cells_with_solutions(exercise):
    notebook = solved_notebook(exercise)
    nbformat.validate(notebook)
    assert len(notebook.cells) == len(exercise.cells)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert "within = stays" in text
    assert "events = ..." not in text
    assert "###" not in text


def test_a_unit_reads_as_plain_markdown_and_asks_its_questions(book):
    notebook = unit_notebook(load_curriculum(book).unit("9.1.1"))
    nbformat.validate(notebook)
    sources = [cell.source for cell in notebook.cells]
    assert sources[0] == "# Counting Stays"
    assert "- State the unit of a share" in sources[1]
    assert 'knowledge_check("9.1.1")' in sources[-2]
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    outside_code = prose.replace("# {cite:p}`untouched` in code", "")
    assert ":::" not in outside_code
    assert "{" not in outside_code
    hidden = next(cell for cell in notebook.cells if "three stays" in cell.source)
    assert hidden.metadata["jupyter"] == {"source_hidden": True}


def test_every_finished_unit_is_written_twice_alike(book, tmp_path):
    report = write_workbook(root=book)
    assert {path.relative_to(book / "workbook").as_posix() for path in report.written} == {EXERCISE, READING}
    write_workbook(tmp_path / "mirror", root=book)
    for name in (EXERCISE, READING):
        assert (book / "workbook" / name).read_bytes() == (tmp_path / "mirror" / name).read_bytes()
    again = write_workbook(root=book)
    assert (len(again.written), len(again.updated), len(again.unchanged), len(again.kept)) == (0, 0, 2, 0)


def test_an_unedited_notebook_follows_the_book(book):
    write_workbook(root=book)
    change_book(book)
    report = write_workbook(root=book)
    assert [path.name for path in report.updated] == ["counting_stays.ipynb"]
    assert "The book says more." in (book / "workbook" / EXERCISE).read_text()


def test_an_edited_notebook_is_kept_and_said_so(book):
    write_workbook(root=book)
    path = book / "workbook" / EXERCISE
    mine = edit(path)
    report = write_workbook(root=book)
    assert report.kept == ((path, None),)
    assert path.read_bytes() == mine
    assert f"kept: {path} (you have edited it)\n" in str(report) + "\n"
    assert not list(path.parent.glob("*-new*"))


def test_a_new_version_is_put_beside_an_edited_notebook(book):
    write_workbook(root=book)
    path = book / "workbook" / EXERCISE
    mine = edit(path)
    change_book(book)
    report = write_workbook(root=book)
    new = path.with_name("counting_stays-new.ipynb")
    assert report.kept == ((path, new),)
    assert f"new version is at {new}" in str(report)
    assert path.read_bytes() == mine
    assert "The book says more." in new.read_text()


def test_an_edited_new_version_is_kept_as_well(book):
    write_workbook(root=book)
    path = book / "workbook" / EXERCISE
    edit(path)
    change_book(book)
    write_workbook(root=book)
    new = path.with_name("counting_stays-new.ipynb")
    mine = edit(new)
    change_book(book)
    report = write_workbook(root=book)
    assert new.read_bytes() == mine
    assert report.kept == ((path, path.with_name("counting_stays-new-2.ipynb")),)


def test_a_new_version_that_was_put_away_does_not_come_back(book):
    write_workbook(root=book)
    path = book / "workbook" / EXERCISE
    edit(path)
    change_book(book)
    write_workbook(root=book)
    path.with_name("counting_stays-new.ipynb").unlink()
    assert write_workbook(root=book).kept == ((path, None),)
    assert not list(path.parent.glob("*-new*"))


@pytest.mark.parametrize("record", [None, "{half a rec"])
def test_without_a_readable_record_nothing_is_overwritten(book, record):
    write_workbook(root=book)
    path = book / "workbook" / EXERCISE
    mine = edit(path)
    if record is None:
        (book / "workbook" / RECORD).unlink()
    else:
        (book / "workbook" / RECORD).write_text(record)
    report = write_workbook(root=book)
    assert path.read_bytes() == mine
    assert [kept for kept, _ in report.kept] == [path]
    assert len(report.unchanged) == 1


def test_a_deleted_notebook_is_written_anew(book):
    write_workbook(root=book)
    (book / "workbook" / EXERCISE).unlink()
    assert [path.name for path in write_workbook(root=book).written] == ["counting_stays.ipynb"]


@pytest.fixture
def built(book):
    """The values of the page's cells, as a build of the book leaves them."""
    path = book / "_build/jupyter_execute/moocs/mooc9/ward_rounds/counting_stays.glue.json"

    def write():
        path.parent.mkdir(parents=True)
        values = {"u911_stays": {"data": {"text/plain": "3"}}, "u911_share": {"data": {"text/plain": "33.3333"}}}
        path.write_text(json.dumps(values))

    return write


def text_of(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


def test_glued_numbers_come_from_the_last_build(book, built):
    unit = load_curriculum(book).unit("9.1.1")
    before = text_of(unit_notebook(unit))
    assert "There are `u911_stays` stays" in before
    assert "Names such as `u911_stays` stand for numbers" in before
    built()
    after = text_of(unit_notebook(unit))
    assert "There are 3 stays, or 33.3 percent." in after
    assert "stand for numbers" not in after


def test_a_build_alone_offers_no_new_version_of_an_edited_notebook(book, built):
    write_workbook(root=book)
    path = book / "workbook" / READING
    edit(path)
    built()
    assert write_workbook(root=book).kept == ((path, None),)


def test_a_build_gives_an_unedited_notebook_its_numbers(book, built):
    write_workbook(root=book)
    built()
    assert [path.name for path in write_workbook(root=book).updated] == ["counting_stays (reading).ipynb"]
