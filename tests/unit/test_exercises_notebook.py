"""An exercise is read with its tasks; a malformed one is refused with file, line, rule and mend."""

import re
import shutil
from pathlib import Path

import pytest

from ai2med.curriculum import load_curriculum
from ai2med.exercises.notebook import find_exercises, read_cells, read_exercise, statements
from ai2med.problems import ContentError

SAMPLE = Path(__file__).parent / "fixtures/exercises/good/exercises/mooc9/ward_rounds/counting_stays.md"


@pytest.fixture
def text():
    return SAMPLE.read_text()


def problems_of(tmp_path, text):
    path = tmp_path / "bad.md"
    path.write_text(text)
    with pytest.raises(ContentError) as refused:
        read_exercise(path)
    for problem in refused.value.problems:
        assert str(problem.file) == str(path)
        assert problem.message
        assert problem.mend
    return refused.value.problems


def line_of(text, wanted):
    return next(number for number, line in enumerate(text.split("\n"), 1) if wanted in line)


def test_the_sample_is_read_with_its_tasks():
    exercise = read_exercise(SAMPLE)
    assert (exercise.unit, exercise.title) == ("9.1.1", "Exercise: Counting Stays")
    assert [task.id for task in exercise.tasks] == ["9.1.1-t1", "9.1.1-t2", "9.1.1-t3"]
    first, _, last = exercise.tasks
    assert first.title == "Task 1: Count the events"
    assert first.statement.startswith("Count the events within 72 hours.")
    assert exercise.cells[first.cell].role() == ("task", "t1")
    assert exercise.cells[first.check].role() == ("check", "t1")
    assert (last.cell, last.check, last.items) == (None, None, ("x01", "x02"))
    assert exercise.task("t2") is exercise.task("9.1.1-t2")


def test_every_cell_knows_the_line_it_begins_on(text):
    lines = text.split("\n")
    for cell in read_cells(SAMPLE)[1]:
        assert lines[cell.line - 1] == cell.source.split("\n")[0]


# What an author may write around cells, at its head and inside boxes.
ODD = [
    "No front matter.\n\n```{code-cell}\nx = 1\n```\n",
    "---\na: 1\n---\n\n  \n\n# A\n\n```{code-cell} ipython3\n---\ntags: [x]\nb: {c: d}\n---\n\nx = 1\n\ny = 2\n```",
    "---\na: 1\n---\n```{code-cell} ipython3\n:tags: [a, b]\n:name: c\n\n:x\n```\nB\n",
    "::::{note}\n```{code-cell} ipython3\nx = 1\n```\n::::\n\n- a list\n\n  ```{code-cell} ipython3\n  y = 2\n  ```\n",
    "````{note}\n```{code-cell} ipython3\nx = 1\n```\n````\n```python\n+++\n```\n~~~{raw-cell}\n<b>\n~~~\n",
    '# A\n+++\nB\n+++ {"tags": ["c"]}\nC\n```{code-cell} ipython3\n```\nD\n```{code-cell} ipython3\n\nx = 1\n```',
    "",
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_notebooks_are_read_as_jupytext_reads_them(tmp_path, text):
    path = tmp_path / "odd.md"
    path.write_text(text)
    assert [(cell.kind, cell.source, dict(cell.metadata)) for cell in read_cells(path)[1]] == as_jupytext_reads(text)


def test_the_book_s_notebooks_are_read_as_jupytext_reads_them():
    units = [unit for unit in load_curriculum().units if unit.path.is_file()]
    for path in [SAMPLE, *(path for unit in units for path in (unit.path, unit.exercise_path) if path.is_file())]:
        read = [(cell.kind, cell.source, dict(cell.metadata)) for cell in read_cells(path)[1]]
        assert read == as_jupytext_reads(path.read_text(encoding="utf-8")), path


def as_jupytext_reads(text):
    from jupytext.myst import myst_to_notebook

    return [(cell.cell_type, cell.source, dict(cell.metadata)) for cell in myst_to_notebook(text).cells]


def test_options_have_to_be_names_with_values(tmp_path, text):
    bad = text.replace(":tags: [task, t1]", ":tags", 1)
    assert [(found.rule, found.line) for found in problems_of(tmp_path, bad)] == [
        ("notebook", line_of(bad, ":tags") - 1)
    ]


def test_checks_and_items_are_found_beside_and_in_the_mirrored_folder():
    exercise = read_exercise(SAMPLE)
    assert exercise.checks_path.is_file()
    assert exercise.items_path.is_file()
    assert exercise.items_path.parts[-4:] == ("moocs", "mooc9", "ward_rounds", "counting_stays.items.yml")


def test_only_notebooks_that_say_so_are_exercises(tmp_path):
    (tmp_path / "a.md").write_text("---\nexercise:\n  unit: '9.1.1'\n---\n# A\n")
    (tmp_path / "index.md").write_text("# Exercises\n")
    assert [path.name for path in find_exercises(tmp_path)] == ["a.md"]


def test_the_place_of_a_file_tells_its_unit_and_a_written_one_has_to_agree(tmp_path, text):
    shutil.copytree(SAMPLE.parents[3], tmp_path / "book")
    path = tmp_path / "book" / SAMPLE.relative_to(SAMPLE.parents[3])
    path.write_text(text.replace('exercise:\n  unit: "9.1.1"\n', ""))
    assert read_exercise(path).unit == "9.1.1"
    assert find_exercises(tmp_path) == [path]
    path.write_text(text.replace('unit: "9.1.1"', 'unit: "9.1.2"'))
    with pytest.raises(ContentError) as refused:
        read_exercise(path)
    assert [problem.rule for problem in refused.value.problems] == ["unit-mismatch"]


def test_a_statement_may_hold_fences_of_fewer_colons():
    text = "::::{task} t3\n:::{check} x01\n:::\n::::\n:::{task} t4\nopen"
    assert list(statements(text)) == [("t3", ":::{check} x01\n:::", 0, 3), ("t4", "open", 4, None)]


# Each mistake: what is replaced in the sample, by what, the rule that must speak, the text on the line it must name.
MISTAKES = [
    ('  unit: "9.1.1"\n', "", "front-matter", None),
    ("# Exercise: Counting Stays", "Counting stays.", "title", None),
    ("### END SOLUTION\n```", "```", "solution-block", "### BEGIN SOLUTION"),
    ("# events = ...", "events = ...", "solution-block", "events = ..."),
    ("### BEGIN SOLUTION\nwithin", "### Begin solution:\nwithin", "solution-block", "### Begin solution:"),
    (":tags: [task, t1]", ":tags: [task]", "tags", "# The table is ready."),
    (":tags: [task, t1]\n", "", "tags", "# The table is ready."),
    (":tags: [task, t1]", ":tags: [task, t2]", "one-cell", "def share(frame):"),
    (":tags: [check, t1]", ":tags: [check, t7]", "task-block", 'check("9.1.1-t1")'),
    ('check("9.1.1-t1")', 'check("9.1.1-t2")', "check-call", 'check("9.1.1-t2")'),
    ('check("9.1.1-t1")', "print(events)", "check-call", "print(events)"),
    (":::{task} t1", ":::{note}", "task-block", "# The table is ready."),
    (":::{task} t1", ":::{task} first", "task-name", ":::{task} first"),
    (":::{task} t2", ":::{task} t1", "task-name", None),
    ("answer is 1.\n:::", "answer is 1.\n", "task-block", ":::{task} t1"),
    (":::{check} x01 x02\n:::", "", "task-cell", "::::{task} t3"),
    (":::{task} t1", ":::{task} t1\n:::{check} x01\n", "task-kind", ":::{task} t1"),
    ("tags: [task, t2]", "tags: [task, t2", "notebook", None),
    ("within = stays", "\n".join(f"x{i} = {i}" for i in range(16)) + "\nwithin = stays", "solution-length", None),
]


@pytest.mark.parametrize(("old", "new", "rule", "where"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_named_with_its_line(tmp_path, text, old, new, rule, where):
    assert old in text
    bad = text.replace(old, new, 1)
    found = [problem for problem in problems_of(tmp_path, bad) if problem.rule == rule]
    assert found
    if where:
        assert line_of(bad, where) in [problem.line for problem in found]


def test_a_heading_above_the_task_is_asked_for(tmp_path, text):
    rules = [problem.rule for problem in problems_of(tmp_path, text.replace("## Task 1: Count the events\n", ""))]
    assert rules == ["task-title"]


def test_a_missing_check_and_a_check_before_its_task_are_found(tmp_path, text):
    check = re.search(r"```\{code-cell\} ipython3\n:tags: \[check, t1\]\n.*?```\n", text, re.DOTALL)[0]
    without = text.replace(check, "")
    assert [problem.rule for problem in problems_of(tmp_path, without)] == ["check-cell"]
    first = without.replace("## Task 1", check + "\n## Task 1")
    assert [problem.rule for problem in problems_of(tmp_path, first)] == ["check-cell"]


def test_an_exercise_without_tasks_is_refused(tmp_path):
    text = '---\nexercise:\n  unit: "9.1.1"\n---\n# Exercise: Nothing\n'
    assert [problem.rule for problem in problems_of(tmp_path, text)] == ["no-task"]


def test_all_problems_come_at_once_in_the_order_of_the_page(tmp_path, text):
    bad = text.replace("# events = ...", "events = ...").replace('check("9.1.1-t2")', 'check("t2")')
    found = problems_of(tmp_path, bad)
    assert [problem.rule for problem in found] == ["solution-block", "check-call"]
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
