"""A unit as a whole notebook in the browser: it opens from the page, runs, keeps what is typed, and can be reset."""

import json
import re

import pytest
from bounded import evaluate_within
from conftest import wait_until
from playwright.sync_api import expect

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.runtime.lite import notebook_address
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

ROOT = paths.root()
HTML = ROOT / "_build" / "html"
START = 90_000  # Python starts in ten seconds on an idle machine of this kind; a busy one takes longer.
UNIT = next(unit for unit in load_curriculum().finished if unit.id == "3.2.2")
EXERCISE = f"{UNIT.folder}/{UNIT.slug}_exercise.ipynb"
# An exercise with tasks in code, which that one has not.
CODED = next(unit for unit in load_curriculum().finished if unit.id == "2.2.1")

# What JupyterLite would have kept under an earlier version of the book.
_KEEP = """([name, path, model]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(name);
  opening.onupgradeneeded = () => opening.result.createObjectStore("files");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const change = opening.result.transaction("files", "readwrite");
    change.objectStore("files").put(model, path);
    change.oncomplete = () => { opening.result.close(); resolve(); };
  };
})"""
_SAVED = """([name, path, text]) => new Promise((resolve) => {
  const opening = indexedDB.open(name);
  opening.onsuccess = () => {
    const database = opening.result;
    const asked = database.transaction("files").objectStore("files").get(path);
    asked.onsuccess = () => { database.close(); resolve(JSON.stringify(asked.result ?? "").includes(text)); };
  };
})"""
_NAMES = "() => indexedDB.databases().then((all) => all.map(({ name }) => name))"


def storage_name():
    """Return the name under which this version of the book keeps its notebooks in a browser."""
    settings = json.loads((HTML / "lite/jupyter-lite.json").read_text(encoding="utf-8"))
    return settings["jupyter-config-data"]["contentsStorageName"]


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


class Notebook:
    """A notebook in JupyterLite, and how a reader uses it."""

    def __init__(self, page):
        self.page = page

    def open(self, address):
        self.page.goto(address)
        return self.wait()

    def wait(self):
        self.page.locator(".jp-CodeCell .cm-content").first.wait_for(timeout=START)
        return self

    def command(self, menu, command):
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(f'.lm-Menu-item[data-command="{command}"]').click()

    def cell(self, text):
        return self.page.locator(".jp-CodeCell").filter(has_text=text).first

    def run_all(self):
        self.command("Run", "runmenu:run-all")
        # A number in front of every cell whose code is shown, and none that waits.
        self.page.wait_for_function(
            """() => {
              const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
              return prompts.length && prompts.every((one) => !one.textContent || /\\d/.test(one.textContent));
            }""",
            timeout=START,
        )

    def type_first(self, text):
        """Put a line in front of the first code cell, and save."""
        editor = self.page.locator(".jp-CodeCell .cm-content").first
        editor.click()
        self.page.keyboard.press("Control+Home")
        self.page.keyboard.insert_text(f"{text}\n")
        self.page.keyboard.press("Control+S")
        wait_until(self.page, _SAVED, [storage_name(), EXERCISE, text])

    def first_code(self):
        """Return the first code cell's text, once its editor has it: every notebook of the book imports first."""
        editor = self.page.locator(".jp-CodeCell .cm-content").first
        expect(editor).to_contain_text(re.compile(r"import|#"))
        return editor.inner_text()


@pytest.fixture
def notebook(new_page):
    return Notebook(new_page())


def test_an_exercise_opens_from_its_page_runs_and_asks_nobody_else(notebook, site):
    page, asked = notebook.page, []
    page.add_init_script('localStorage.setItem("ai2med:python", "asked")')
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}{UNIT.exercise_docname}.html")
    page.locator(".unit-actions summary").click()
    page.get_by_role("link", name="Open as notebook").click()
    notebook.wait()
    page.locator(".jp-MarkdownCell em").get_by_text("stays in this browser").wait_for()
    notebook.run_all()

    assert page.locator(".jp-RenderedImage img").first.is_visible()
    assert page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0

    question = page.locator(".jp-OutputArea [data-item-id]").first
    question.scroll_into_view_if_needed()
    question.locator("input, select, textarea").first.wait_for()
    if question.get_by_role("radio").count():
        question.get_by_role("radio").first.check()
    question.get_by_role("button", name="Check answer").click()
    question.get_by_role("status").first.wait_for()
    assert question.get_by_role("status").first.inner_text().strip()

    assert page.get_by_role("link", name=f"Back to: {UNIT.title}").get_attribute("href").startswith(site)
    assert [url for url in asked if not url.startswith((site, "data:", "blob:"))] == []


def test_a_check_answers_in_a_notebook(notebook, site):
    notebook.open(site + notebook_address(f"{CODED.folder}/{CODED.slug}_exercise.ipynb"))
    notebook.run_all()
    answer = notebook.cell(f'check("{CODED.id}-t').locator(".jp-OutputArea")
    assert "Not yet" in answer.inner_text()


def test_a_change_outlives_a_reload_and_a_reset_takes_it_back(notebook, site):
    page = notebook.page
    notebook.open(site + notebook_address(EXERCISE))
    notebook.type_first("# my own line")
    page.reload()
    notebook.wait()
    assert "# my own line" in notebook.first_code()

    page.get_by_role("button", name="Reset this notebook").click()
    page.get_by_role("button", name="Keep my changes").click()
    assert "# my own line" in notebook.first_code()
    # Even unsaved changes neither stop the reset nor survive it.
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.insert_text("# not saved")
    page.get_by_role("button", name="Reset this notebook").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Delete my changes").click()
    notebook.wait()
    again = notebook.first_code()
    assert "# my own line" not in again
    assert "# not saved" not in again


def kept_copy(line, source=None):
    """Return an edited copy of the exercise as JupyterLite keeps it; `source` stands for another text of the book's."""
    content = json.loads((HTML / "lite/files" / EXERCISE).read_text(encoding="utf-8"))
    code = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    code["source"] = line
    content["metadata"]["ai2med"]["source"] = source or content["metadata"]["ai2med"]["source"]
    name = EXERCISE.rpartition("/")[2]
    told = {"created": "2025-01-02T03:04:05Z", "last_modified": "2025-01-02T03:04:05Z", "size": 1, "writable": True}
    told |= {"format": "json", "mimetype": "application/x-ipynb+json", "type": "notebook"}
    return {"name": name, "path": EXERCISE, "content": content, **told}


def test_changes_follow_into_a_new_version_unless_the_notebook_has_changed(notebook, site):
    page = notebook.page
    page.goto(f"{site}about.html")
    evaluate_within(page, _KEEP, ["AI2MED 0.0.1-same", EXERCISE, kept_copy("# kept from before")])
    evaluate_within(page, _KEEP, ["AI2MED 0.0.0-other", EXERCISE, kept_copy("# for another text", "0" * 12)])
    notebook.open(site + notebook_address(EXERCISE))
    assert "# kept from before" in notebook.first_code()
    assert "AI2MED 0.0.1-same" not in evaluate_within(page, _NAMES)

    notice = page.get_by_role("complementary", name="About this notebook").get_by_role("status")
    assert "earlier version of the book" in notice.inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my earlier copy").click()
    assert "# for another text" in download.value.path().read_text(encoding="utf-8")
    assert "AI2MED 0.0.0-other" in evaluate_within(page, _NAMES)
    page.get_by_role("button", name="Delete my earlier copy").click()
    page.get_by_text("Your earlier copy is deleted.").wait_for()
    assert "AI2MED 0.0.0-other" not in evaluate_within(page, _NAMES)


# A page that is slow to write what its worker waits for: a worker that does not wait to the end reads half an answer.
_SLOW_ANSWERS = """
const { charCodeAt } = String.prototype;
String.prototype.charCodeAt = function (at) {
  if ((at === 1 || at === 5) && /^[{[]"/.test(this)) for (const end = performance.now() + 3; performance.now() < end; );
  return charCodeAt.call(this, at);
};
"""


def test_python_starts_in_an_isolated_page_however_slow_its_answers_are(notebook, serve):
    notebook.page.add_init_script(_SLOW_ANSWERS)
    notebook.open(serve(HTML, BookHandler) + notebook_address(EXERCISE))
    assert notebook.page.evaluate("crossOriginIsolated")
    notebook.type_first("from ai2med import load; load('outcomes').head(1)")
    notebook.page.keyboard.press("Shift+Enter")
    notebook.page.wait_for_function(
        "() => /\\d/.test(document.querySelector('.jp-CodeCell .jp-InputPrompt').textContent)", timeout=START
    )
    assert notebook.page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]').count() == 0
