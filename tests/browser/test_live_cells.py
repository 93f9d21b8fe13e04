"""Python in the page, in a real browser: cells run, errors teach, failures are told, nothing leaves the machine."""

import gzip
import hashlib
import html
import json
import re
import shutil
import time
from pathlib import Path

import pydicom
import pytest
from axe_playwright_python.sync_playwright import Axe

from ai2med import runtime
from ai2med.book import assets, live
from ai2med.cohort import load_files, table_hash
from ai2med.runtime import load_pins
from ai2med.runtime.bundle import check_packages, part_name
from ai2med.runtime.needs import computes, packages_for
from ai2med.server import BookHandler

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "tests/unit/fixtures/exercises/good"
START = 90_000  # Python starts in ten seconds on an idle machine of this kind; a busy one takes longer.

TABLE = "admission_id,died_at\nA00001,2025-01-02 03:04\nA00002,\n"
CELLS = {
    "setup": "import numpy as np\nimport pandas as pd\n\nfrom ai2med import load\n\nnumbers = np.arange(4)",
    "table": 'stays = load("outcomes").set_index("admission_id")\nstays',
    "figure": "import matplotlib.pyplot as plt\n\nfig, ax = plt.subplots()\nax.plot(numbers + secret)\nplt.show()",
    "error": 'print("before")\nnumbers[9]',
    "loop": "marker = 5\nprint('started')\nwhile True:\n    pass",
    "print": "while True:\n    print('again and again')",
    "input": 'name = input("Name? ")',
    "memory": "blocks = []\nwhile True:\n    blocks.append(np.ones(2**25))",
    "widget": 'from ai2med import explorable\n\nexplorable("icon-array")',
    "form": (
        'threshold = 0.5  # @param {type:"slider", min:0, max:1, step:0.1}\n'
        'site = "A"  # @param ["A", "B"]\n'
        'count = 3  # @param {type:"integer"}\n'
        'strict = True  # @param {type:"boolean"}\n'
        'title = "x"  # @param {type:"string"}\n'
        "print(threshold, site, count, strict, title)"
    ),
    "task": "# The table is ready.\nevents = ...",
    "builds": "more = events + 1\nmore",
    "bad": "1 / 0",
    "scratch": "",
    "film": (
        "import matplotlib.pyplot as plt\nimport pydicom\n\nfrom ai2med import load_files\n\n"
        'film = pydicom.dcmread(load_files("chest_films") / "film-001.dcm")\n'
        "plt.imshow(film.pixel_array)\nplt.show()\n"
        "print(film.PatientName, film.Modality, film.BitsStored, film.pixel_array.shape, int(film.pixel_array.sum()))"
    ),
    "bundle": (
        "import json\n\nfrom ai2med import load_files\n\n"
        'bundle = json.loads((load_files("fhir_patients") / "bundle.json").read_text("utf-8"))\n'
        'sum(entry["resource"]["resourceType"] == "Patient" for entry in bundle["entry"])'
    ),
}
TASK_SETUP = """stays = pd.DataFrame({"hours": [10, 72, 130], "event": [True, False, True]})"""
SOLUTION = "events = int(stays[stays['hours'] <= 72]['event'].sum())"
ERRORS = ("error", "input")
PAGES = {
    "index": ["setup", "table", "figure", "error", "input", "widget", "form", "task"],
    "soon": ["setup", "table"],
    "chosen": ["setup", "table"],
    "drawn": ["widget"],
    "silent": ["setup"],
    "loop": ["setup", "loop"],
    "print": ["setup", "print"],
    "memory": ["setup", "memory"],
    "files": ["film", "bundle"],
    "whole": ["setup", "task", "builds", "bad", "scratch"],
}
# What a page tells live cells in its first tag: the seconds after which it is idle, the reader's choice, and how long
# a start may be silent.
TOLD = {
    "soon": 'data-live-idle="0"',
    "chosen": 'data-live-idle="0" data-python="ready"',
    "drawn": 'data-live-idle="0" data-python="ready"',
    "silent": 'data-live-silence="12000"',
}
# Keeps what the first cell says.
HEAR = """globalThis.heard = [];
  const status = document.querySelector("#setup .live-status");
  new MutationObserver(() => heard.push(status.textContent)).observe(status, { childList: true });
"""
SETS = ("chest_films", "fhir_patients")
STORED = {
    "figure": '<figure><img alt="A line that rises by one at each step." src="data:,"><figcaption><p>Synthetic data.'
    '<a class="headerlink" href="#x">#</a></p></figcaption></figure>',
    "table": "<pre>the stored table</pre>",
}


EXPLORABLES = ("icon-array",)


def cell_html(name, number):
    check = "9.1.1-t1" if name == "task" else ""
    key, uses = check or f"page#{10 * number}", ["9.1.1-t1"] if name == "builds" else []
    rest = (name in ERRORS, name == "form", uses, "v1" if check else "")
    attributes = live.cell_attributes(10 * number, number, key, check, *rest)
    if name == "scratch":
        attributes["data-scratch"] = "true"
    told = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
    output = f'<div class="cell_output">{STORED[name]}</div>' if name in STORED else ""
    source = f'<div class="cell_input"><div class="highlight"><pre>{html.escape(CELLS[name])}\n</pre></div></div>'
    if name == "form":
        source = f'<details data-layer="code"><summary>Show the code</summary>{source}</details>'
    made = f'<live-cell id="{name}" {told}><div class="cell">{source}{output}</div></live-cell>'
    if not check:
        return made
    helps = "".join(f'<details class="task-hint"><summary>Hint {k}</summary><p>h{k}</p></details>' for k in (1, 2))
    helps += f'<details class="task-solution"><summary>Solution</summary><pre>{html.escape(SOLUTION)}</pre></details>'
    return f'<section data-task-id="{check}" aria-label="Task">{made}<div class="task-help">{helps}</div></section>'


def marking_of_boxes():
    """Return the part of the theme's script that makes boxes which scroll known; the rest of a page is not here."""
    script = (Path(assets.__file__).parent / "theme/static/page.mjs").read_text(encoding="utf-8")
    begin, end = script.index("/** What scrolls inside itself"), script.index("// Addresses carry the version")
    return script[begin:end]


def page_html(names, version, told):
    # The first ends with an error: bookkeeping that fails is no concern of readers.
    hidden = {15: "secret = 10\nassert False", 10 * names.index("task") + 5: TASK_SETUP} if "task" in names else {}
    body = "".join(cell_html(name, number) for number, name in enumerate(names, 1))
    checks = ['check("9.1.1-t1")'] if "task" in names else []
    codes = [*(CELLS[name] for name in names), *checks]
    packages = packages_for(codes, check_packages(BOOK, codes))
    files = [part_name(BOOK, "9.1.1")] if checks else []
    files += [
        part_name(ROOT, f"explorables/{name}") for name in EXPLORABLES if f'explorable("{name}")' in "".join(codes)
    ]
    end = live.page_html(
        "page", packages, hidden, f"_static/live/{version}/live.mjs", files, "", any(map(computes, codes))
    )
    links = '<ul class="unit-actions"><li><a href="https://mybinder.org/x">Binder</a></li></ul>'
    return (
        f'<!DOCTYPE html><html lang="en" class="scripts" data-theme="light" {told}><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Cells</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="_static/ai2med.css">'
        '<script type="module" src="_static/page.mjs?v=1"></script></head>'
        f"<body><main><article><h1>Cells</h1>{body}{end}</article>"
        f'<aside class="page-links" aria-label="This page">{links}</aside></main></body></html>'
    )


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A site with one page of cells, as the book's build would write it."""
    site = tmp_path_factory.mktemp("live")
    static = site / "_static"
    static.mkdir()
    runtime.fetch_runtime(static / "pyodide", ROOT / ".cache" / "pyodide", progress=False)
    book = tmp_path_factory.mktemp("book")
    shutil.copytree(BOOK, book, dirs_exist_ok=True)
    (book / "explorables").symlink_to(ROOT / "explorables")
    version = runtime.write_live(static, book).name
    (static / "ai2med.css").write_text(assets.style_sheet())
    (static / "widgets").mkdir()
    for name, text in assets.widget_modules().items():
        (static / "widgets" / name).write_text(text)
    (static / "page.mjs").write_text(f'export const host = import("./widgets/host.mjs");\n{marking_of_boxes()}')
    (static / "data").mkdir()
    content = TABLE.encode()
    (static / "data" / "outcomes.csv.gz").write_bytes(gzip.compress(content, mtime=0))
    manifest = {"tables": {"outcomes": {"sha256": hashlib.sha256(content).hexdigest()}}}
    # Sets of files as the book has them.
    manifest["files"] = {name: {"sha256": table_hash(name)} for name in SETS}
    for name in SETS:
        (static / "data" / f"{name}.zip").write_bytes((ROOT / "data" / f"{name}.zip").read_bytes())
    (static / "data" / "manifest.json").write_text(json.dumps(manifest))
    for name, chosen in PAGES.items():
        (site / f"{name}.html").write_text(page_html(chosen, version, TOLD.get(name, "")))
    return site


@pytest.fixture(scope="session")
def site(folder, serve):
    return serve(folder)


# A cell that has ended before shows its old state until the press of a button takes effect.
NOTICE = """(cell) => {
  if (cell.changed === undefined) {
    const notice = new MutationObserver(() => (cell.changed = true));
    notice.observe(cell, { attributes: true, attributeFilter: ["data-state"] });
  }
  cell.changed = false;
}"""
REACHED = """([name, ends]) => {
  const cell = document.getElementById(name);
  return cell.changed && ends.includes(cell.dataset.state) && cell.dataset.state;
}"""


class Cells:
    """A page of cells, and how a reader uses it."""

    def __init__(self, page):
        self.page = page

    def __getitem__(self, name):
        return self.page.locator(f"#{name}")

    def press(self, name, action):
        self[name].evaluate(NOTICE)
        self[name].locator(f'button[data-action="{action}"]').click()

    def wait(self, name, *states):
        """Wait until the cell has ended, or is in one of `states`, since a button of it was pressed."""
        ends = [*states, "done", "error", "ready"]
        state = self.page.wait_for_function(REACHED, arg=[name, ends], timeout=START).json_value()
        assert state in states, f"{name} is {state}: {self[name].inner_text()}"

    def run(self, name, *states):
        self.press(name, "run")
        self.wait(name, *(states or ("done",)))

    def status(self, name):
        return self[name].locator(".live-status").inner_text()

    def output(self, name):
        return self[name].locator(".live-output").inner_text().strip()

    def type(self, name, code):
        """Replace the code of a cell, as somebody does who pastes."""
        editor = self[name].locator(".cm-content")
        if not editor.count():
            self[name].evaluate("(cell) => cell.open()")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)


@pytest.fixture
def cells(new_page, site):
    """The page in a fresh context, opened."""
    page = new_page()
    page.goto(site)
    return Cells(page)


@pytest.fixture(scope="module")
def shared(browser, site):
    """One page for all tests that need a running Python and leave it running."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(site)
    made = Cells(page)
    made.run("table")
    yield made
    context.close()


def test_a_page_loads_only_a_stub_until_a_reader_shows_interest(new_page, site):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(site)))
    page.goto(site, wait_until="networkidle")
    live_files = [name.rsplit("/", 1)[1] for name in asked if "/live/" in name]
    assert sorted(live_files) == ["live.mjs", "strings_en.mjs"]
    assert not [name for name in asked if "pyodide" in name]
    assert page.locator("#setup").get_attribute("data-state") == "idle"
    assert page.locator("#table .cell_output").inner_text() == "the stored table"


def test_the_first_run_gives_the_table_and_says_what_ran_before(shared):
    assert "Ran 1 earlier cell first" in shared.status("table")
    rows = shared["table"].locator(".live-output tbody tr")
    assert rows.count() == 2
    # The name of the index is a heading like the others.
    heading = shared["table"].locator(".live-output thead tr")
    assert heading.locator("th").all_inner_texts() == ["admission_id", "died_at"]
    assert "2025-01-02 03:04:00" in shared.output("table")
    assert not shared["table"].locator("text=the stored table").is_visible()
    assert shared["setup"].get_attribute("data-state") == "done"


def test_a_figure_keeps_its_caption_and_text_alternative_and_unseen_cells_run_first(shared):
    shared.run("figure")
    image = shared["figure"].locator(".live-output img")
    assert image.get_attribute("alt") == "A line that rises by one at each step."
    assert image.get_attribute("src").startswith("data:image/png;base64,iVBOR")
    assert shared["figure"].locator(".live-output figcaption").inner_text() == "Synthetic data."


def test_an_edited_figure_does_not_claim_the_old_description(shared):
    shared.type("figure", CELLS["figure"].replace("secret", "1"))
    shared.run("figure")
    assert shared["figure"].locator(".live-output img").get_attribute("alt") == "Figure made by your code."
    shared.press("figure", "reset")
    assert shared["figure"].locator(".cell_output img").first.is_visible()
    assert shared["figure"].get_attribute("data-state") == "idle"


def test_an_error_shows_the_readers_line_and_leads_to_it(shared):
    shared.run("error", "error")
    told = shared.output("error")
    assert told.startswith("before")
    assert "Cell 4, line 2:" in told
    assert "IndexError" in told
    assert "in line 2" in shared.status("error")
    assert shared["error"].locator(".live-error-line").inner_text() == "numbers[9]"
    shared.press("error", "line")
    assert shared.page.evaluate("document.activeElement.closest('#error .cm-editor') !== null")


def test_input_is_answered_with_advice(shared):
    shared.run("input", "error")
    assert "Write the answer into the code instead" in shared.output("input")


def test_a_widget_comes_to_life(shared):
    shared.run("widget")
    shared.page.wait_for_selector('#widget .live-output [data-widget][data-state="ready"] .ai2med-room svg')


def test_a_form_writes_into_the_code(shared):
    form = shared["form"]
    form.scroll_into_view_if_needed()
    form.locator("fieldset").wait_for()
    form.locator('[data-setting="threshold"]').fill("0.7")
    form.locator('[data-setting="site"]').select_option("B")
    form.locator('[data-setting="count"]').fill("12")
    form.locator('[data-setting="strict"]').uncheck()
    form.locator('[data-setting="title"]').fill('a "b"')
    shared.run("form")
    assert shared.output("form") == '0.7 B 12 False a "b"'
    assert '@param {type:"slider"' in form.locator(".cm-content").text_content()
    shared.press("form", "reset")
    assert form.locator('[data-setting="threshold"]').input_value() == "0.5"


def test_a_task_is_refused_with_its_feedback_then_passes(shared):
    page = shared.page
    page.evaluate("window.told = []; addEventListener('ai2med:checked', (event) => told.push(event.detail))")
    shared.press("task", "check")
    shared.wait("task", "done")
    feedback = shared["task"].locator(".ai2med-feedback")
    assert feedback.get_attribute("data-passed") == "false"
    shared.type("task", "events = int(stays['event'].sum())")
    shared.press("task", "check")
    page.wait_for_selector('#task .ai2med-feedback[data-key="horizon"]')
    assert "one lies at hour 130" in feedback.inner_text()
    shared.wait("task", "done")
    shared.type("task", SOLUTION)
    shared.press("task", "check")
    page.wait_for_selector('#task .ai2med-feedback[data-passed="true"]')
    shared.wait("task", "done")
    assert [answer["passed"] for answer in page.evaluate("told")] == [False, False, True]


def test_a_task_that_fails_to_run_is_not_checked(shared):
    shared.type("task", "events = 1 / 0")
    shared.press("task", "check")
    shared.wait("task", "error")
    shared.page.wait_for_function("document.querySelector('#task .live-status').textContent.includes('Mend it first')")
    assert not shared["task"].locator(".ai2med-feedback").is_visible()
    shared.press("task", "reset")


def test_hints_open_one_by_one_and_the_solution_at_the_second_press(shared):
    hints, solution = shared.page.locator("details.task-hint"), shared.page.locator("details.task-solution")
    for opened in (1, 2):
        shared.press("task", "hint")
        assert hints.evaluate_all("all => all.filter((one) => one.open).length") == opened
    shared.press("task", "hint")
    assert "no more hints" in shared.status("task")
    shared.press("task", "solution")
    assert solution.get_attribute("open") is None
    shared.press("task", "solution")
    assert solution.get_attribute("open") is not None


def test_the_keyboard_runs_a_cell_and_leaves_the_editor(shared):
    shared.type("setup", CELLS["setup"] + "\nnumbers")
    shared.page.keyboard.press("Shift+Enter")
    shared.page.wait_for_selector("#setup .live-output:has-text('array([0, 1, 2, 3])')")
    shared.page.keyboard.press("Escape")
    assert shared.page.evaluate("document.activeElement.dataset.action") == "run"
    shared.press("setup", "reset")


def test_every_editor_says_where_the_code_stays(shared):
    editors = shared.page.locator(".live-editor").count()
    assert editors >= 1
    assert shared.page.locator(".live-privacy:has-text('Never paste real patient data')").count() == editors


READING = """\
from importlib.metadata import version
from pathlib import Path

from sklearn.datasets import load_breast_cancer

licence = next(Path(pd.__file__).parents[1].glob("pandas-*.dist-info/LICENSE"))
text = licence.read_text()
with licence.open("a") as stream:
    stream.write("more")
print(len(load_breast_cancer().data), version("pandas"), licence.read_text() == text + "more")
"""


def test_a_package_comes_when_a_cell_asks_for_it_and_its_files_are_like_any_other(shared):
    shared.type("setup", CELLS["setup"] + "\n" + READING)
    shared.run("setup")
    assert shared.output("setup") == f"569 {load_pins().lock['packages']['pandas']['version']} True"
    shared.press("setup", "reset")


def test_a_second_run_asks_the_host_for_nothing(shared):
    shared.type("setup", "1 + 1")
    asked = []

    def note(request):
        asked.append(request.url)

    shared.page.on("request", note)
    shared.run("setup")
    shared.page.remove_listener("request", note)
    assert shared.output("setup") == "2"
    assert asked == []
    shared.press("setup", "reset")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(shared, theme, width):
    page = shared.page
    # A cell with a form opens when it comes near.
    shared["form"].scroll_into_view_if_needed()
    shared["form"].locator("fieldset").wait_for()
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    found = Axe().run(page).response["violations"]
    told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
    # The document's own scroll width cannot be asked: a window of Chromium is never narrower than 500 pixels.
    sideways = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((one) => !one.parentElement.closest(".cm-scroller, pre, .text_html"))
            .filter((one) => one.getBoundingClientRect().right + scrollX > innerWidth + 1)
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert told == []
    assert sideways == []


def test_no_task_blocks_what_comes_after_it(new_page, site):
    page = new_page()
    page.goto(site + "whole.html")
    cells = Cells(page)
    cells.run("builds", "error")
    offer = cells["builds"].locator(".live-results")
    assert "task 1, which is not passed" in offer.inner_text()
    cells.press("builds", "result")
    cells.wait("builds", "done")
    assert cells.output("builds") == "2"
    assert offer.count() == 0
    assert "That does not count as passed" in cells.status("task")
    assert not cells["task"].locator(".live-passed").count()
    # A check is about the reader's own cell.
    cells.press("task", "check")
    cells.wait("task", "done")
    assert cells["task"].locator(".ai2med-feedback").get_attribute("data-key") == "unfinished-events"

    page.evaluate(HEAR)
    cells.press("setup", "run-all")
    page.wait_for_function("document.querySelector('#setup .live-status').textContent.startsWith('Ran ')")
    assert page.evaluate("heard.filter((text) => /^Running all cells: cell \\d of 5/.test(text)).length") >= 3
    told = cells.status("setup")
    assert "Ran 2 cells" in told
    assert "Task 1: the book's result was used." in told
    assert "Ended with an error, shown there: cell 4." in told
    assert cells.output("builds") == "2"
    assert cells["setup"].locator('[data-action="run-all"]').inner_text() == "Run all"

    cells.type("scratch", "display(more)\nexit()")
    cells.run("scratch")
    assert cells.output("scratch").split()[:1] == ["2"]
    assert "exit() ends this cell and nothing else" in cells.output("scratch")
    cells.type("task", SOLUTION)
    cells.press("task", "check")
    page.wait_for_selector('#task .ai2med-feedback[data-passed="true"]')
    page.reload()
    assert cells["task"].locator(".live-passed").inner_text() == "✓ Passed on this device"
    assert cells["scratch"].locator(".cm-content").inner_text().startswith("display(more)")
    # Another version of the task has not been passed.
    page.evaluate("document.querySelector('#task').dataset.version = 'v2'")
    page.evaluate("dispatchEvent(new StorageEvent('storage', { key: 'x' }))")
    assert not cells["task"].locator(".live-passed").count()


def test_stop_ends_run_all(new_page, site):
    page = new_page()
    page.goto(site + "loop.html")
    cells = Cells(page)
    cells.press("setup", "run-all")
    page.wait_for_selector("#loop .live-output:has-text('started')", timeout=START)
    cells["setup"].locator('[data-action="run-all"]').click()
    page.wait_for_function("document.querySelector('#setup .live-status').textContent.startsWith('Ran ')")
    assert "Ran 1 cell in" in cells.status("setup")
    assert "You stopped at cell 2." in cells.status("setup")


def test_an_endless_loop_is_stopped_and_the_loss_of_variables_is_said(new_page, site):
    page = new_page()
    page.goto(site + "loop.html")
    cells = Cells(page)
    cells.press("loop", "run")
    page.wait_for_selector("#loop .live-output:has-text('started')", timeout=START)
    cells.press("loop", "stop")
    cells.wait("loop", "idle")
    assert "all variables are lost" in cells.status("loop")
    cells.type("loop", "'numbers' in globals()")
    cells.run("loop")
    assert "Ran 1 earlier cell first" in cells.status("loop")
    assert cells.output("loop") == "True"


def test_endless_printing_is_cut_and_the_page_stays_usable(new_page, site):
    page = new_page()
    page.goto(site + "print.html")
    cells = Cells(page)
    cells.press("print", "run")
    page.wait_for_selector("#print .live-output:has-text('The output was cut here')", timeout=START)
    assert len(cells.output("print")) < 70_000
    cells.press("print", "stop")
    cells.wait("print", "idle")


def test_a_full_memory_ends_in_words_and_python_works_afterwards(new_page, site):
    page = new_page()
    page.goto(site + "memory.html")
    cells = Cells(page)
    cells.run("memory", "error")
    told = cells["memory"].inner_text()
    assert "at most 4 GB of memory" in told or "memory was full" in told
    cells.run("setup")


def test_an_edit_survives_a_reload_and_a_reset_brings_the_original_back(cells):
    cells.type("setup", "mine = 1")
    cells.page.reload()
    cells["setup"].locator(".cm-content").wait_for()
    assert cells["setup"].locator(".cm-content").inner_text() == "mine = 1"
    cells.press("setup", "reset")
    cells.page.reload()
    cells["setup"].locator(".live-bar").wait_for()
    assert cells["setup"].locator("pre").inner_text().startswith("import numpy")


def test_an_edit_of_an_older_cell_is_offered_and_not_lost(cells):
    edit = json.dumps({"code": "my old work", "hash": "00000000", "version": "x"})
    cells.page.evaluate("(edit) => localStorage.setItem('ai2med:code:page#10', edit)", edit)
    cells.page.reload()
    assert cells["setup"].locator(".cm-content").inner_text().startswith("import numpy")
    cells["setup"].locator("button:text('Show my edit')").click()
    assert cells["setup"].locator(".cm-content").inner_text() == "my old work"


def test_two_tabs_keep_both_texts_and_say_so(cells, site):
    other = Cells(cells.page.context.new_page())
    other.page.goto(site)
    cells["setup"].locator('[data-action="edit"]').click()
    other["setup"].locator('[data-action="edit"]').click()
    cells.type("setup", "mine = 1")
    other["setup"].locator("text=You see what was typed there").wait_for()
    assert other["setup"].locator(".cm-content").inner_text() == "mine = 1"
    other.type("setup", "mine = 2")
    offer = cells["setup"].locator(".live-offer")
    offer.get_by_role("button", name="Show the other text").wait_for()
    assert cells["setup"].locator(".cm-content").inner_text() == "mine = 1"
    kept = json.loads(cells.page.evaluate("localStorage.getItem('ai2med:code:page#10')"))
    assert (kept["code"], kept["other"]) == ("mine = 2", "mine = 1")
    offer.get_by_role("button", name="Show the other text").click()
    assert cells["setup"].locator(".cm-content").inner_text() == "mine = 2"
    offer.get_by_role("button", name="Keep only this one").click()
    kept = json.loads(cells.page.evaluate("localStorage.getItem('ai2med:code:page#10')"))
    assert (kept["code"], "other" in kept) == ("mine = 2", False)


def test_without_storage_the_reader_is_told_that_edits_are_not_kept(new_page, site):
    page = new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })")
    page.goto(site)
    cells = Cells(page)
    cells.type("setup", "mine = 1")
    assert "does not keep your edits" in cells["setup"].locator(".live-keeping").inner_text()


def test_without_the_code_editor_a_plain_one_takes_its_place(new_page, site):
    page = new_page()
    page.route(
        "**/codemirror.mjs", lambda route: route.fulfill(status=200, content_type="text/javascript", body="oops(")
    )
    page.goto(site)
    cells = Cells(page)
    cells.press("setup", "edit")
    area = cells["setup"].locator("textarea")
    area.fill("mine = 2\nmine")
    area.press("Shift+Enter")
    cells.wait("setup", "done")
    assert cells.output("setup") == "2"


@pytest.mark.parametrize(
    ("script", "words"),
    [("delete globalThis.WebAssembly", "no WebAssembly"), ("delete globalThis.Worker", "web workers")],
)
def test_a_browser_that_cannot_run_python_says_so_and_leads_elsewhere(new_page, site, script, words):
    page = new_page()
    page.add_init_script(script)
    page.goto(site)
    cells = Cells(page)
    cells.run("table", "error")
    told = cells["table"].locator(".live-failure")
    assert words in told.inner_text()
    assert told.locator("a[href*=mybinder]").count() == 1
    assert cells["table"].locator("text=the stored table").is_visible()


def test_a_failed_download_is_told_and_can_be_tried_again(new_page, site, complaints):
    page = new_page()
    packages = re.compile(r"/(numpy|snapshot)-[^/]*$")
    broken = True
    page.route(packages, lambda route: route.abort() if broken else route.continue_())
    page.goto(site)
    cells = Cells(page)
    cells.run("table", "error")
    assert "Python could not be loaded" in cells["table"].locator(".live-failure").inner_text()
    complaints.expect("numpy-")
    complaints.clear()
    broken = False
    cells.press("table", "retry")
    cells.wait("table", "done")
    assert "A00001" in cells.output("table")


SAVING = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"


def test_a_reader_who_saves_data_is_asked_first_and_told_the_size(new_page, site):
    page = new_page()
    page.add_init_script(SAVING)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + "soon.html")
    cells = Cells(page)
    cells.press("setup", "run")
    gate = cells["setup"].locator(".live-gate")
    gate.wait_for()
    assert re.search(r"needs [23]\d MB", gate.inner_text())
    cells.press("setup", "decline")
    gate.wait_for(state="detached")
    assert not [url for url in asked if url.endswith((".bin", ".whl", ".wasm"))]
    cells.press("setup", "run")
    cells.press("setup", "download")
    cells.wait("setup", "done")


LARGE = (".bin", ".whl", ".wasm", ".zip")


@pytest.mark.parametrize("name", ["soon", "drawn"])
def test_python_is_not_loaded_ahead_unasked_nor_for_cells_that_only_draw(new_page, site, name):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}{name}.html")
    first = page.locator("live-cell").first
    first.hover()
    first.locator("button").first.focus()
    page.mouse.wheel(0, 100)
    # What is loaded ahead begins at the latest with the first idle moment after the load.
    page.evaluate("new Promise((idle) => requestIdleCallback(() => requestIdleCallback(idle)))")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "/pyodide/" in url or url.endswith(LARGE)] == []
    assert first.get_attribute("data-state") == "idle"


def test_a_run_says_the_size_and_offers_to_load_ahead_from_now_on(new_page, site):
    page = new_page()
    page.goto(site + "soon.html")
    page.evaluate(
        """() => {
          window.said = [];
          const note = () => said.push(document.querySelector("#setup .live-status")?.textContent ?? "");
          new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true });
        }"""
    )
    cells = Cells(page)
    cells.run("setup")
    assert re.search(r"Loading Python: [\d.]+ of [23]\d MB", " ".join(page.evaluate("said")))
    page.get_by_label("Get Python ready on my pages from now on").check()
    assert page.evaluate("localStorage.getItem('ai2med:python')") == "ready"
    cells.type("setup", "import sklearn")
    cells.run("setup")
    assert re.search(r"Loading scikit-learn \([\d.]+ MB\)", " ".join(page.evaluate("said")))
    page.reload()
    cells.run("setup")
    assert page.locator(".live-ahead").count() == 0


def test_a_reader_who_chose_it_finds_python_ready(new_page, site):
    page = new_page()
    page.goto(site + "chosen.html")
    page.wait_for_selector("#setup .live-background:has-text('in the background')", timeout=START)
    page.wait_for_selector(
        "#setup .live-background:not(:has-text('in the background'))", state="attached", timeout=START
    )
    cells = Cells(page)
    cells.run("setup")
    assert "Loading" not in cells.status("setup")


def test_a_second_visit_loads_from_the_browsers_memory(browser, site, tmp_path):
    from conftest import ARGUMENTS, browser_program

    # A private context, as the other tests have, keeps no large files.
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=browser_program(), args=ARGUMENTS
    )
    for visit in range(2):
        page = context.new_page()
        page.goto(site)
        page.evaluate(
            """() => {
                window.said = [];
                const cell = document.querySelector('#setup');
                const note = () => said.push(cell.querySelector('.live-status')?.textContent ?? '');
                new MutationObserver(note).observe(cell, { childList: true, subtree: true, characterData: true });
            }"""
        )
        Cells(page).run("setup")
        said = " ".join(page.evaluate("said"))
        assert ("from this browser's memory" in said) == (visit == 1), said
        page.close()
    context.close()


def test_two_tabs_have_their_own_variables(new_page, site):
    page = new_page()
    page.goto(site)
    other = page.context.new_page()
    other.goto(site)
    first, second = Cells(page), Cells(other)
    first.type("setup", "whose = 1\nwhose")
    second.type("setup", "try:\n    whose\nexcept NameError:\n    print('mine')")
    first.press("setup", "run")
    second.press("setup", "run")
    first.wait("setup", "done")
    second.wait("setup", "done")
    assert (first.output("setup"), second.output("setup")) == ("1", "mine")


def test_a_reload_in_the_middle_of_loading_does_no_harm(new_page, site):
    page = new_page()
    page.goto(site)
    cells = Cells(page)
    cells.press("setup", "run")
    cells.wait("setup", "loading")
    page.reload()
    cells.run("setup")


def test_stop_while_python_loads_lets_the_reader_go(cells):
    cells.press("setup", "run")
    cells.wait("setup", "loading")
    cells.press("setup", "stop")
    cells.wait("setup", "idle")
    assert cells.status("setup") == "Not run."
    cells.run("setup")


# Threads with a name, so many of them, that never begin.
MUTE = """
  const Own = Worker;
  let left = %d;
  globalThis.Worker = class extends Own {
    constructor(url, how) {
      const mute = how.name === "%s" && left-- > 0;
      super(mute ? URL.createObjectURL(new Blob([""], { type: "text/javascript" })) : url, how);
    }
  };
"""


@pytest.mark.parametrize("thread", ["python", "packages"])
def test_a_start_of_which_nothing_is_heard_is_begun_again(new_page, site, thread):
    page = new_page()
    page.add_init_script(MUTE % (1, thread))
    page.goto(site + "silent.html")
    Cells(page).run("setup")


@pytest.mark.parametrize("thread", ["python", "packages"])
def test_a_start_that_stays_silent_is_told_and_can_be_tried_again(new_page, site, thread):
    page = new_page()
    page.add_init_script(MUTE % (2, thread))
    page.goto(site + "silent.html")
    cells = Cells(page)
    cells.run("setup", "error")
    assert "Python did not start" in cells["setup"].locator(".live-failure").inner_text()
    cells.press("setup", "retry")
    cells.wait("setup", "done")


def test_stop_ends_a_silent_start_and_the_next_run_begins_another(new_page, site):
    page = new_page()
    page.add_init_script(MUTE % (1, "packages"))
    page.goto(site)
    cells = Cells(page)
    cells.press("setup", "run")
    cells.wait("setup", "loading")
    page.wait_for_function("document.querySelector('#setup .live-status').textContent.includes('Loading')")
    cells.press("setup", "stop")
    cells.wait("setup", "idle")
    assert cells.status("setup") == "Not run."
    cells.run("setup")


def test_an_isolated_page_interrupts_and_keeps_variables(new_page, folder, serve):
    page = new_page()
    page.goto(serve(folder, BookHandler) + "loop.html")
    assert page.evaluate("crossOriginIsolated")
    cells = Cells(page)
    cells.press("loop", "run")
    page.wait_for_selector("#loop .live-output:has-text('started')", timeout=START)
    cells.press("loop", "stop")
    cells.wait("loop", "ready")
    assert "All variables are kept" in cells.status("loop")
    cells.type("loop", "marker")
    cells.run("loop")
    assert cells.output("loop") == "5"


def test_a_film_and_a_bundle_are_read_in_the_page_and_nothing_else_is_fetched(new_page, site):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(site).removeprefix("/")))
    page.goto(f"{site}/files.html")
    cells = Cells(page)
    cells.run("film")
    film = pydicom.dcmread(load_files("chest_films") / "film-001.dcm")
    told = f"{film.PatientName} DX 12 (64, 64) {int(film.pixel_array.sum())}"
    assert told in cells.output("film")
    assert cells["film"].locator(".live-output img").get_attribute("src").startswith("data:image/png;base64,iVBOR")
    assert [name for name in asked if name.startswith("_static/data/")] == [
        "_static/data/manifest.json",
        "_static/data/chest_films.zip",
    ]
    assert any("pydicom" in name for name in asked)
    cells.run("bundle")
    assert cells.output("bundle") == "50"
    assert asked[-1] == "_static/data/fhir_patients.zip"


def test_python_for_films_is_loaded_where_a_page_imports_it():
    assert "pydicom" in packages_for([CELLS["film"]])
    assert "pydicom" not in packages_for([CELLS["bundle"], CELLS["table"], CELLS["figure"]])


PROGRESS = r"""import sys
for k in range(3):
    print(f"\rstep {k} of 2", end="")
print("\n\x1b[31mred\x1b[0m and \x1b[1;32mgreen\x1b[0m, abd\bc")"""
DEEP = "def down(n):\n    return up(n) + 1\ndef up(n):\n    return down(n) + 1\ndown(0)"


def test_progress_and_colours_are_shown_as_a_terminal_shows_them(shared):
    shared.type("table", PROGRESS)
    shared.run("table")
    assert shared.output("table").splitlines() == ["step 2 of 2", "red and green, abc"]
    shared.press("table", "reset")


def test_an_error_of_many_steps_begins_with_its_name_and_is_folded(shared):
    shared.type("table", DEEP)
    shared.run("table", "error")
    shown = shared["table"].locator(".live-output .live-error > pre")
    assert shown.inner_text().startswith("RecursionError: ")
    steps = shared["table"].locator(".live-steps")
    assert not steps.locator("pre").is_visible()
    steps.locator("summary").click()
    told = steps.locator("pre").inner_text().splitlines()
    assert "more steps" in " ".join(told)
    assert 16 < len(told) < 60
    assert shared["table"].locator(".live-error-hint").inner_text() == "A function calls itself without end."
    shared.press("table", "reset")


def test_a_screen_reader_hears_few_things_of_a_late_cell(new_page, site):
    page = new_page()
    page.goto(site)
    page.evaluate(
        """() => {
          window.heard = [];
          new MutationObserver(() => {
            const said = document.querySelector(".live-said")?.textContent ?? "";
            if (said && said !== heard.at(-1)) heard.push(said);
          }).observe(document.body, { childList: true, subtree: true, characterData: true });
        }"""
    )
    started = time.monotonic()
    Cells(page).run("form")
    heard = page.evaluate("heard")
    # One thing in five seconds, besides the first and the last.
    assert 2 <= len(heard) <= 3 + (time.monotonic() - started) / 5, heard
    assert re.search(r"earlier cells first, then this one", heard[-1])
    assert page.locator("live-cell [role=status]").count() == 0


def test_tables_have_captions_and_headings_with_a_scope(shared):
    shared.run("table")
    table = shared["table"].locator(".live-output table")
    assert table.locator("caption").inner_text() == "Table with 2 rows and the columns admission_id, died_at"
    assert set(table.locator("th").evaluate_all("(all) => all.map((one) => one.scope)")) == {"col", "row"}
