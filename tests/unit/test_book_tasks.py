"""On a built exercise page a learner sees the starter; hints, solution and its output are folded."""

import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent / "fixtures/exercises/good"
CONF = """
extensions = ["myst_nb", "ai2med.book.boxes", "ai2med.book.tasks", "questions"]
import sys; sys.path.insert(0, {here!r})
project = "Sample"
html_theme = "basic"
root_doc = "counting_stays"
nb_execution_mode = {mode!r}
nb_execution_raise_on_error = True
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["config.cache", "myst-nb.lexer"]
"""
# The book's own directive needs a bank of questions; what counts here is that a task may hold one.
QUESTIONS = """
from docutils import nodes
from docutils.parsers.rst import Directive

class Check(Directive):
    required_arguments, final_argument_whitespace = 1, True

    def run(self):
        return [nodes.paragraph("", "Questions: " + self.arguments[0])]

def setup(app):
    app.add_directive("check", Check)
"""


def build(folder, mode):
    """Build the sample as a one-page book, as strictly as the real one; return the finished process."""
    source = folder / "exercises"
    shutil.copytree(ROOT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (ROOT / "exercises/mooc9/ward_rounds").glob("counting_stays.*"):
        shutil.copy(path, source)
    shutil.rmtree(source / "mooc9")
    (source / "conf.py").write_text(CONF.format(here=str(source), mode=mode))
    (source / "questions.py").write_text(QUESTIONS)
    return source


def run(source):
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", str(source), str(source / "_build/html")]
    environment = {**os.environ, "AI2MED_ROOT": str(source.parent)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


class Page(HTMLParser):
    """The text of a page inside and outside of folds, and the elements that tools rely on."""

    def __init__(self, text):
        super().__init__()
        self.outside, self.folds, self.tasks = "", [], []
        self._open, self._task, self._summary = 0, [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "details":
            self._open += 1
            task = self.tasks[-1]["id"] if self._task and self._task[-1] else None
            self.folds.append({"class": attributes.get("class", "").split(), "task": task, "title": "", "text": ""})
        elif tag == "summary":
            self._summary = True
        elif tag == "section":
            self._task.append("data-task-id" in attributes)
            if self._task[-1]:
                self.tasks.append({"id": attributes["data-task-id"], "label": attributes["aria-label"], "text": ""})

    def handle_endtag(self, tag):
        if tag == "details":
            self._open -= 1
        elif tag == "summary":
            self._summary = False
        elif tag == "section" and self._task:
            self._task.pop()

    def handle_data(self, data):
        if self._summary:
            self.folds[-1]["title"] += data
        elif self._open:
            self.folds[-1]["text"] += data
        else:
            self.outside += data
            if self._task and self._task[-1]:
                self.tasks[-1]["text"] += data


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    source = build(tmp_path_factory.mktemp("book"), "force")
    finished = run(source)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return (source / "_build/html/counting_stays.html").read_text()


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_every_task_is_a_labelled_section_with_its_id_once(html, page):
    assert [(task["id"], task["label"]) for task in page.tasks] == [
        ("9.1.1-t1", "Task 1: Count the events"),
        ("9.1.1-t2", "Task 2: Write a function"),
        ("9.1.1-t3", "Task 3: Say it"),
    ]
    assert html.count("data-task-id") == 3


def test_the_heading_stays_outside_the_tasks_section(page):
    assert "Task 1: Count the events" in page.outside
    assert not any("Task 1: Count the events" in task["text"] for task in page.tasks)


def test_a_task_holds_its_statement_starter_and_check(page):
    text = page.tasks[0]["text"]
    order = [text.index(part) for part in ("Count the events within", "events = ...", 'check("9.1.1-t1")')]
    assert order == sorted(order)


def test_nothing_of_the_solution_stands_outside_a_fold(page):
    for secret in ("within", "100 * frame", "SOLUTION", "STARTER", "You kept to the horizon", "Passed"):
        assert secret not in page.outside.replace("within 72 hours", "")


def test_hints_solution_and_output_are_folded_in_this_order(page):
    folds = {task["id"]: [] for task in page.tasks}
    for fold in page.folds:
        folds[fold["task"]].append(fold["title"])
    assert folds["9.1.1-t1"] == ["Hint 1", "Hint 2", "Hint 3", "Solution"]
    assert folds["9.1.1-t2"] == ["Hint 1", "Hint 2", "Solution", "What the solution gives"]
    assert folds["9.1.1-t3"] == ["Hint 1", "Hint 2"]


def test_the_folds_hold_what_their_titles_say(page):
    first, second = ([fold for fold in page.folds if fold["task"] == f"9.1.1-t{n}"] for n in (1, 2))
    assert "Filter first, then sum." in first[1]["text"]
    assert "task-hint" in first[1]["class"]
    assert 'within = stays[stays["hours"] <= 72]' in first[3]["text"]
    assert "events = ..." not in first[3]["text"]
    assert "task-solution" in first[3]["class"]
    assert second[3]["text"].strip() == "1"


def test_a_task_of_questions_holds_them(page):
    assert "Questions: x01 x02" in page.tasks[2]["text"]


# Each mistake on a page of its own: which of the page's files, what is replaced, by what, and what the build says.
MISTAKES = {
    "unclosed": (".md", "### END SOLUTION", "", "solution-block"),
    "unknown": (".py", 'id="9.1.1-t3"', 'id="9.1.1-t4"', "9.1.1-t3 is not in unknown.py"),
    "apart": (
        ".md",
        "```{code-cell} ipython3\n:tags: [check, t1]",
        "### Apart\n\n```{code-cell}\n:tags: [check, t1]",
        "t1",
    ),
    "unchecked": (".py", None, None, "unchecked.py is missing"),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    source = build(tmp_path_factory.mktemp("mistakes"), "off")
    for name, (suffix, old, new, _) in MISTAKES.items():
        for ending in (".md", ".py"):
            text = (source / f"counting_stays{ending}").read_text()
            if old and ending == suffix:
                assert old in text
                text = text.replace(old, new, 1)
            if old or ending != suffix:
                orphan = text.replace("---\n", "---\norphan: true\n", 1) if ending == ".md" else text
                (source / f"{name}{ending}").write_text(orphan)
    finished = run(source)
    assert finished.returncode
    return finished.stderr.splitlines()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_a_warning_that_names_its_page(refused, name):
    told = [line for line in refused if f"{name}.md:" in line and "WARNING" in line]
    assert any(MISTAKES[name][3] in line for line in told), refused


def test_a_page_without_mistakes_gives_no_warning(refused):
    assert not [line for line in refused if "counting_stays" in line]
