"""`use_result`: later cells can run on the book's values of a task, and the task is not passed by that."""

import shutil
from pathlib import Path

import pytest

from ai2med import paths
from ai2med.exercises import check, use_result
from ai2med.exercises.dependence import built_on, names_made, names_used
from ai2med.exercises.notebook import read_exercise
from ai2med.exercises.results import give_back
from ai2med.exercises.running import KEPT
from ai2med.runtime import bundle

SAMPLE = Path(__file__).parent / "fixtures" / "exercises" / "good"
TASK = "9.1.1-t1"
PAGE = SAMPLE / "exercises/mooc9/ward_rounds/counting_stays.md"


@pytest.fixture(autouse=True)
def _sample_exercises(monkeypatch):
    monkeypatch.setattr(paths, "exercises", lambda: SAMPLE / "exercises")


@pytest.fixture
def namespace():
    """The learner's variables once the first cell has run, and the untouched starter."""
    made = {}
    exec(read_exercise(PAGE).cells[1].source, made)
    made["events"] = ...
    return made


def test_the_books_values_are_there_and_the_task_is_not_passed(namespace):
    told = use_result(TASK, namespace)
    assert namespace["events"] == 1
    assert told.names == ("events",)
    assert "does not count as passed" in str(told)
    assert told._repr_html_().startswith("<p")


def test_a_check_knows_the_books_values_from_the_readers(namespace):
    # Python has one object for each small number: those do not tell.
    namespace[KEPT] = {TASK: {"events": 10**6, "few": 1}}
    namespace["events"] = namespace[KEPT][TASK]["events"]
    assert check(TASK, namespace).key == "book-result"
    namespace["events"] = int("1000000")
    assert check(TASK, namespace).key == "wrong-count"


def test_what_is_passed_stays_the_readers_own(namespace):
    namespace["events"] = mine = 1.0
    told = use_result(TASK, namespace)
    assert namespace["events"] is mine
    assert "your own values" in str(told)


def test_given_back_it_is_as_if_nothing_had_been_taken(namespace):
    use_result(TASK, namespace)
    give_back(TASK, namespace)
    assert "events" not in namespace
    assert check(TASK, namespace).key == "missing-events"
    give_back(TASK, namespace)


@pytest.mark.parametrize(
    ("task", "said"),
    [("9.1.1-t3", "you answer questions"), ("9.1.1-t9", "It has: 9.1.1-t1"), ("first", "looks like 2.2.4-t1")],
)
def test_without_a_solution_it_says_why(namespace, task, said):
    assert said in str(use_result(task, namespace))


def test_what_does_not_run_is_told_and_nothing_is_raised():
    assert "Run the cells above it first" in str(use_result(TASK, {}))


def test_a_readers_machine_has_the_solutions_without_the_page(monkeypatch, tmp_path, namespace):
    shutil.copytree(SAMPLE, tmp_path / "book", ignore=shutil.ignore_patterns("__pycache__"))
    files = bundle.part_files(tmp_path / "book", "9.1.1")
    assert not any(name.startswith("exercises/") and name.endswith(".md") for name in files)
    for name, content in files.items():
        path = tmp_path / "there" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.setattr(paths, "exercises", lambda: tmp_path / "there" / "exercises")
    use_result(TASK, namespace)
    assert namespace["events"] == 1


CELLS = {
    "t1": "### BEGIN SOLUTION\nn = 3\n### STARTER\n# n = ...\n### END SOLUTION",
    "between": "m = n + 1",
    "unused": "n = 4\nprint(n)",
    "t2": "### BEGIN SOLUTION\nk = [m for m in range(m)]\n### END SOLUTION",
    "after": "print([k for k in (1, 2)], len(k))",
}


def test_a_cell_builds_on_tasks_directly_and_by_way_of_given_cells(tmp_path):
    text = PAGE.read_text(encoding="utf-8").split("---\n", 2)
    made = [f"---\n{text[1]}exercise: {{unit: 9.9.9}}\n---\n# Exercise: a\n"]
    for name, code in CELLS.items():
        tags = f":tags: [task, {name}]\n" if name[0] == "t" else ""
        if tags:
            made.append(f"\n## Task {name[1]}: x\n\n:::{{task}} {name}\nDo.\n:::\n")
        made.append(f"\n```{{code-cell}} ipython3\n{tags}{code}\n```\n")
        if tags:
            made.append(f'\n```{{code-cell}} ipython3\n:tags: [check, {name}]\ncheck("9.9.9-{name}")\n```\n')
    path = tmp_path / "page.md"
    path.write_text("".join(made), encoding="utf-8")
    exercise = read_exercise(path)
    found = {exercise.cells[index].source: needed for index, needed in built_on(exercise).items()}
    assert found == {
        CELLS["between"]: ("9.9.9-t1",),
        CELLS["t2"]: ("9.9.9-t1",),
        CELLS["after"]: ("9.9.9-t1", "9.9.9-t2"),
    }


@pytest.mark.parametrize(
    ("code", "made", "used"),
    [
        ("for k in a:\n    b = k\nelse:\n    c = b", {"k", "b", "c"}, {"a"}),
        ("try:\n    import x.y\nexcept E as e:\n    print(e)", {"x", "e"}, {"print"}),
        ("with open(p) as f:\n    t = f.read()", {"f", "t"}, {"open", "p"}),
        ("n += 1", {"n"}, {"n"}),
        ("table['a'] = v", set(), {"table", "v"}),
        ("f = lambda x, *y, z=w: x + y + z + q", {"f"}, {"w", "q"}),
        ("class A(B):\n    c = 1", {"A"}, {"B"}),
        ("n =", set(), set()),
    ],
)
def test_names_that_a_cell_makes_and_uses(code, made, used):
    assert names_made(code) == made
    assert names_used(code) == used
