"""Python on the pages of the built book: every cell runs, with the kernel's numbers; every task answers as it promises.

Each page is visited once, by a browser of its own and with one start of Python: a unit's cells are run one after the
other with their Run buttons; on an exercise page the starter, catalogued mistakes in turn and the solution of each task
are typed into the editor and checked. The tests then look at what was seen. Units take their turn: see sampling.py.
"""

import ast
import functools
import re
from dataclasses import dataclass, field
from itertools import groupby

import pytest
import sampling
from bounded import evaluate_within
from conftest import Complaints
from python_pages import (
    ANSWER,
    KEEP,
    PRESS,
    READ,
    RESTORE,
    START,
    differences,
    executed,
    glued,
    notebook_parts,
    page_parts,
    quoted,
    run_in_lite,
    type_code,
)

from ai2med import paths
from ai2med.book.code_layer import CodeRules
from ai2med.curriculum import load_curriculum
from ai2med.exercises import blocks
from ai2med.exercises.feedback import Feedback
from ai2med.exercises.notebook import read_exercise
from ai2med.exercises.running import load_checks
from ai2med.runtime.needs import only_shows_widget
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
# Pages for readers who need no code at work show what their cells gave, and run nothing.
UNITS = {f"unit {unit.id}": unit for unit in load_curriculum().finished if CodeRules.of(unit.docname).runs}
EXERCISES = {f"exercise {unit.id}": unit for unit in load_curriculum().finished}
NOTEBOOKS = {f"notebook {unit.id}": unit for unit in load_curriculum().finished}


@dataclass
class Visit:
    """What was seen on a page.

    Parameters
    ----------
    outputs : dict of int to list of dict
        The parts of the output of each cell that was run, by the cell's place in the notebook.
    states : dict of int to str
        How each of them ended.
    glued : dict of str to str
        What the cells that the page does not show handed to its text.
    attempts : list of tuple
        Task, label, expected key and answer of each attempt at a task.
    helps : dict of str to dict
        What the buttons for hints and solution opened, by task.
    complaints : list of str
        Errors of the page itself.
    """

    outputs: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    glued: dict = field(default_factory=dict)
    attempts: list = field(default_factory=list)
    helps: dict = field(default_factory=dict)
    complaints: list = field(default_factory=list)


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML, BookHandler)


@pytest.fixture(scope="module")
def visits(browser, site):
    """Return a function that gives what is seen on a page."""
    return functools.partial(visit, browser, site)


def visit(browser, site, name):
    seen = Visit()
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.set_default_timeout(START)
    complaints = Complaints()
    complaints.watch(page)
    # Cells are typed into with their code in sight, which some pages fold.
    page.add_init_script(f'{PRESS}{READ}localStorage.setItem("ai2med:code-layer", "open");')
    if name in NOTEBOOKS:
        run_notebook(page, site, NOTEBOOKS[name], seen)
    elif name in UNITS:
        page.goto(f"{site}{UNITS[name].docname}.html")
        run_unit(page, UNITS[name], seen)
    else:
        page.goto(f"{site}{EXERCISES[name].exercise_docname}.html")
        solve_exercise(page, EXERCISES[name], seen)
    seen.complaints = list(complaints)
    page.close()
    return seen


def run_unit(page, unit, seen):
    """Press Run on each cell; in their turn, run the cells that the page does not show, for the values in its text."""
    live = {int(cell.get_attribute("data-index")): cell for cell in page.locator("live-cell").all()}
    code = [(index, cell.source) for index, cell in enumerate(executed(unit.docname).cells) if cell.cell_type == "code"]
    for shown, cells in groupby(code, key=lambda cell: cell[0] in live):
        if shown:
            for index, _ in cells:
                run_cell(page, live[index], index, seen)
        else:
            # What only shows a widget lives without Python; the page does not fetch what it would need.
            seen.glued |= quoted(page, [source for _, source in cells if not only_shows_widget(source)])


def run_notebook(page, site, unit, seen):
    """Run the unit's notebook in JupyterLite; keep what the cells gave that stand in the page as well."""
    given = run_in_lite(page, site, f"{unit.folder}/{unit.slug}.ipynb").cells
    outputs = {cell.source.strip(): cell.outputs for cell in given if cell.cell_type == "code"}
    for index, cell in enumerate(executed(unit.docname).cells):
        if cell.cell_type == "code" and cell.source.strip() in outputs:
            seen.outputs[index] = outputs[cell.source.strip()]


def run_cell(page, cell, index, seen):
    seen.states[index] = evaluate_within(page, "(cell) => pressed(cell, 'run')", cell.element_handle(), seconds=260)
    seen.outputs[index] = read(page, cell)


def read(page, cell):
    return page.evaluate("(cell) => partsOf(cell)", cell.element_handle())


def solve_exercise(page, unit, seen):
    """Run the cells in their order; try each task with its starter, wrong attempts in turn, and last the solution."""
    exercise = read_exercise(unit.exercise_path)
    declared = {task.id: task for task in load_checks(exercise.checks_path).TASKS}
    tasks = {task.cell: task for task in exercise.tasks if task.cell is not None}
    for cell in page.locator("live-cell:not([data-scratch])").all():
        index = int(cell.get_attribute("data-index"))
        if index not in tasks:
            run_cell(page, cell, index, seen)
            continue
        task, source = tasks[index], exercise.cells[index].source
        evaluate_within(page, KEEP, seconds=60)
        attempts = [("starter", None, None)]
        for wrong in sampling.in_turn(declared[task.id].wrong, 2):
            attempts.append((wrong.title, wrong.expect, blocks.attempt_source(source, wrong.code)))
        attempts.append(("solution", "", blocks.solution_source(source)))
        for label, expected, code in attempts:
            evaluate_within(page, RESTORE, seconds=60)
            if code is not None:
                type_code(cell, code)
            answer = evaluate_within(page, ANSWER, cell.element_handle(), seconds=120)
            seen.attempts.append((task.id, label, expected, answer))
        seen.states[index] = answer["state"]
        seen.outputs[index] = read(page, cell)
        seen.helps[task.id] = take_help(cell, len(declared[task.id].hints))


def take_help(cell, hints):
    """Press the buttons of a task: each hint in its turn and once more, the solution twice; return what was open."""
    task = cell.locator("xpath=ancestor::*[@data-task-id]")
    opened = []
    for action in ["hint"] * (hints + 1) + ["solution"] * 2:
        cell.locator(f'button[data-action="{action}"]').click()
        opened.append(tuple(task.locator(f"details.task-{kind}[open]").count() for kind in ("hint", "solution")))
    return {
        "opened": opened,
        "hints": task.locator("details.task-hint p").all_text_contents(),
        "solution": task.locator("details.task-solution pre").inner_text(),
    }


@pytest.mark.sampled("page")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", UNITS)
def test_a_units_cells_run_in_the_page_with_the_kernels_numbers(visits, name):
    seen = visits(name)
    unit = UNITS[name]
    raises = {index for index, cell in enumerate(executed(unit.docname).cells) if "raises-exception" in tags(cell)}
    assert seen.states
    assert seen.complaints == []
    assert {index: state for index, state in seen.states.items() if state != "done" and index not in raises} == {}
    assert compared({index: page_parts(parts) for index, parts in seen.outputs.items()}, unit.docname) == {}
    assert quoted_otherwise(seen.glued, unit) == {}


@pytest.mark.sampled("page")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_answers_in_the_page_as_its_catalogue_promises(visits, name):
    seen = visits(name)
    unit = EXERCISES[name]
    assert seen.complaints == []
    assert {index: state for index, state in seen.states.items() if state != "done"} == {}
    assert [attempt for attempt in seen.attempts if not as_promised(*attempt[2:])] == []
    assert compared({index: page_parts(parts) for index, parts in seen.outputs.items()}, unit.exercise_docname) == {}
    exercise = read_exercise(unit.exercise_path)
    for task in load_checks(exercise.checks_path).TASKS:
        if task.check is None:
            continue
        given = seen.helps[task.id]
        steps = [(k, 0) for k in range(1, len(task.hints) + 1)]
        assert given["opened"] == [*steps, steps[-1], steps[-1], (len(task.hints), 1)]
        assert len(given["hints"]) == len(task.hints)
        source = exercise.cells[exercise.task(task.id).cell].source
        assert given["solution"].strip() == blocks.solution_source(source).strip()


@pytest.mark.sampled("notebook")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_jupyterlite_gives_what_the_kernel_gave(visits, name):
    seen = visits(name)
    assert seen.complaints == []
    outputs = {index: notebook_parts(found) for index, found in seen.outputs.items()}
    assert len(outputs) >= 3
    assert compared(outputs, NOTEBOOKS[name].docname) == {}


def tags(cell):
    return cell.metadata.get("tags", ())


def compared(outputs, docname):
    """Return how outputs differ from those of the build's kernel, by the cell's place."""
    cells = executed(docname).cells
    told = {index: differences(parts, notebook_parts(cells[index].outputs)) for index, parts in outputs.items()}
    return {index: found for index, found in told.items() if found}


def quoted_otherwise(computed, unit):
    """Return the values in a unit's text that its page computes otherwise, as a reader would see both."""
    stored, told = glued(unit.docname), {}
    for key, form in re.findall(r"\{glue:text\}`(\w+):?([^`]*)`", unit.path.read_text(encoding="utf-8")):
        here, there = (format(ast.literal_eval(values[key]), form) for values in (computed, stored))
        if here != there:
            told[key] = (here, there)
    return told


def as_promised(expected, answer):
    """Tell whether a check answered as expected: "" passes, a key names a mistake, None is any refusal."""
    told = answer["answer"]
    if told is None:
        return False
    if expected == "":
        return told["passed"] == "true" and told["text"].startswith(Feedback(True, "", "", "").verdict)
    refused = told["passed"] == "false" and "Hint: " in told["text"]
    return refused and expected in (None, told["key"])
