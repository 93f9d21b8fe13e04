"""Python on real pages when not all goes well: slow lines, second visits, two tabs, runaway cells, missing parts.

What a small page can show is in test_live_cells.py; here stands what needs the built book.
"""

import re

import pytest
from bounded import evaluate_within
from conftest import ARGUMENTS, browser_program
from playwright.sync_api import expect
from python_pages import PRESS, START, type_code
from test_knowledge_check import press, tab_to

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.items import load_items
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
FINISHED = load_curriculum().finished
PAGE = f"{load_curriculum().unit('3.2.2').docname}.html"
# That page folds its code; these readers have it open on all pages.
OPEN_CODE = "localStorage.setItem('ai2med:code-layer', 'open')"
FORMS = {
    f"exercise {unit.id}": f"{unit.exercise_docname}.html"
    for unit in FINISHED
    if "@param" in unit.exercise_path.read_text(encoding="utf-8")
}
PARSONS = {
    item.id: (unit, item)
    for unit in FINISHED
    for item in load_items(unit.items_path).items
    if item.type == "parsons" and item.place in ("opening", "inline", "closing")
}


class CountingHandler(BookHandler):
    """The book's own server, which counts what it sends and is patient with pages that are left."""

    sent = 0

    def setup(self):
        super().setup()
        write = self.wfile.write

        def counted(data):
            CountingHandler.sent += len(data)
            return write(data)

        self.wfile.write = counted


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML, CountingHandler)


@pytest.fixture
def open_page(new_page, site):
    """Return a function that opens a page whose Python starts when it is asked for."""

    def make(name=PAGE, scripts=(), **options):
        page = new_page(**options)
        page.set_default_timeout(START)
        page.add_init_script(PRESS)
        page.add_init_script(OPEN_CODE)
        for script in scripts:
            page.add_init_script(script)
        page.goto(site + name)
        return page

    return make


def cell(page, number=1):
    return page.locator(f'live-cell[data-number="{number}"]')


def act(one, action):
    one.locator(f'button[data-action="{action}"]').click()


def run(one):
    """Press Run and wait until the cell has ended; return how."""
    return evaluate_within(one.page, "(cell) => pressed(cell, 'run')", one.element_handle(), seconds=200)


def stop(one):
    """Press Stop: the cell is interrupted where the host isolates its pages, elsewhere Python starts anew."""
    act(one, "stop")
    expect(one).to_have_attribute("data-state", re.compile("^(ready|idle)$"), timeout=START)
    expect(one.locator(".live-status")).to_contain_text("Stopped.")


def output(one):
    return one.locator(".live-output").inner_text().strip()


def answer_a_question(page):
    """Answer the first question with choices, as proof that the page works without Python."""
    page.locator("[data-widget=knowledge-check]").first.scroll_into_view_if_needed()
    box = page.locator("[data-item-id]:has(input[type=radio])").first
    box.get_by_role("radio").first.check()
    box.get_by_role("button", name="Check answer").click()
    expect(box.get_by_role("status").first).not_to_be_empty()


def test_a_second_visit_loads_next_to_nothing(browser, site, tmp_path):
    # A private context, as the other tests have, keeps no large files.
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=browser_program(), args=ARGUMENTS
    )
    context.add_init_script(PRESS)
    context.add_init_script(OPEN_CODE)
    context.set_default_timeout(START)
    sent = []
    for _ in range(2):
        CountingHandler.sent = 0
        page = context.new_page()
        page.goto(site + PAGE)
        assert run(cell(page)) == "done"
        sent.append(CountingHandler.sent)
        page.close()
    context.close()
    assert sent[0] > 20e6
    assert sent[1] < 1e6


def test_two_tabs_and_a_reload_while_python_loads_do_no_harm(open_page, site):
    first = open_page()
    act(cell(first), "run")
    expect(cell(first)).to_have_attribute("data-state", "loading")
    first.reload()
    second = first.context.new_page()
    second.add_init_script(PRESS)
    second.add_init_script(OPEN_CODE)
    second.goto(site + PAGE)
    tabs = {"first": first, "second": second}
    last = first.locator("live-cell").count()
    for page in tabs.values():
        cell(page, last).evaluate("(cell) => { globalThis.running = pressed(cell, 'run'); }")
    assert [evaluate_within(page, "running", seconds=200) for page in tabs.values()] == ["done", "done"]
    for name, page in tabs.items():
        type_code(cell(page), f"whose = {name!r}\nwhose")
    for name, page in tabs.items():
        assert run(cell(page)) == "done"
        assert output(cell(page)) == repr(name)
    # The edit that was written last stands first, and the other one is not lost.
    first.reload()
    expect(cell(first).locator(".cm-content")).to_contain_text("'second'")
    cell(first).get_by_role("button", name="Show the other text").click()
    expect(cell(first).locator(".cm-content")).to_contain_text("'first'")
    cell(first).get_by_role("button", name="Keep only this one").click()
    act(cell(first), "reset")
    first.reload()
    expect(cell(first).locator(".live-bar")).to_be_visible()
    assert cell(first).locator(".cm-content").count() == 0


def test_runaway_cells_leave_the_page_and_its_questions_usable(open_page):
    page = open_page()
    first, last = cell(page), cell(page, page.locator("live-cell").count())
    type_code(first, "print('started')\nwhile True:\n    pass")
    act(first, "run")
    expect(first.locator(".live-output")).to_contain_text("started", timeout=START)
    answer_a_question(page)
    stop(first)

    type_code(first, "while True:\n    print('again and again')")
    act(first, "run")
    expect(first.locator(".live-output")).to_contain_text("The output was cut here", timeout=START)
    stop(first)

    type_code(first, "blocks = [bytearray(2**28) for _ in range(20)]")
    assert run(first) == "error"
    expect(first).to_contain_text(re.compile("at most 4 GB of memory|memory was full"))

    type_code(first, "name = input('Name? ')")
    assert run(first) == "error"
    assert "Write the answer into the code instead" in output(first)

    # The reader's way back.
    act(first, "reset")
    assert run(last) == "done"
    assert first.get_attribute("data-state") == "done"


def cut(route):
    """Answer with half of the file."""
    answer = route.fetch()
    route.fulfill(status=200, body=answer.body()[: len(answer.body()) // 2])


# Python begins without the snapshot where that cannot be had.
PACKAGES = re.compile(r"/(snapshot-\w+-\d+\.bin|pandas-[^/]*\.whl)$")
PARTS = {
    "packages are missing": (PACKAGES, lambda route: route.fulfill(status=404)),
    "packages are cut": (PACKAGES, cut),
    "the core is cut": ("**/pyodide.asm.wasm", cut),
    "the engine is missing": ("**/lib.zip", lambda route: route.fulfill(status=404)),
    "the server is gone": (re.compile(r"\.(bin|whl|zip|wasm)$"), lambda route: route.abort("connectionrefused")),
}


@pytest.mark.parametrize("trouble", PARTS)
def test_a_download_that_fails_is_told_with_other_ways_to_run_the_code(open_page, complaints, trouble):
    # What the service worker fetches, Playwright does not see.
    page = open_page(service_workers="block")
    pattern, handler = PARTS[trouble]
    broken = True
    page.route(pattern, lambda route: handler(route) if broken else route.continue_())
    assert run(cell(page)) == "error"
    told_elsewhere(page, "Python could not be loaded")
    answer_a_question(page)
    complaints.clear()
    if trouble == "the server is gone":
        broken = False
        act(cell(page), "retry")
        expect(cell(page)).to_have_attribute("data-state", "done", timeout=START)
        assert cell(page).locator(".live-failure").count() == 0


@pytest.mark.parametrize(
    ("script", "words"),
    [("delete globalThis.WebAssembly", "no WebAssembly"), ("delete globalThis.Worker", "web workers")],
)
def test_a_browser_without_the_means_still_has_the_page(open_page, script, words):
    page = open_page(scripts=[script])
    assert run(cell(page)) == "error"
    told_elsewhere(page, words)
    answer_a_question(page)


def told_elsewhere(page, words):
    """Look for the reason, for Binder and a download, and for the output that the book was built with."""
    told = cell(page).locator(".live-failure")
    expect(told).to_contain_text(words)
    assert told.locator("a[href*=mybinder]").count() == 1
    (archive,) = told.locator('a[href*="_static/notebooks/"]').all()
    assert page.request.get(archive.evaluate("(link) => link.href")).ok
    assert cell(page).locator(".cell_output:not(.live-output):not(.live-feedback)").first.is_visible()


def test_with_save_data_nothing_loads_before_the_reader_agrees_to_the_size(new_page, site):
    page = new_page()
    page.add_init_script(OPEN_CODE)
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + PAGE)
    first = cell(page)
    first.scroll_into_view_if_needed()
    first.hover()
    act(first, "run")
    gate = first.locator(".live-gate")
    told = re.search(r"needs (\d+) MB", gate.inner_text())[1]
    act(first, "decline")
    expect(gate).to_have_count(0)
    answer_a_question(page)
    assert [url for url in asked if url.endswith((".bin", ".whl", ".wasm", ".zip"))] == []
    act(first, "run")
    act(first, "download")
    expect(first).to_have_attribute("data-state", "done", timeout=START)
    assert round(size_of(asked) / 1e6) == int(told)


def size_of(asked):
    """Return the bytes of Python's files among addresses; the lock is needed to tell the size at all."""
    names = {url.rpartition("/")[2] for url in asked if "/_static/pyodide/" in url}
    return sum((HTML / "_static/pyodide" / name).stat().st_size for name in names - {"pyodide-lock.json"})


@pytest.mark.sampled("keyboard")
@pytest.mark.parametrize("name", FORMS)
def test_settings_are_changed_by_keyboard_and_go_into_the_code(open_page, name):
    page = open_page(FORMS[name])
    for form in page.locator("live-cell").filter(has_text="@param").all():
        form.scroll_into_view_if_needed()
        expect(form.locator("fieldset")).to_be_visible()
        controls = form.locator("[data-setting]").all()
        controls[0].focus()
        for k, control in enumerate(controls):
            if k:
                page.keyboard.press("Tab")
            expect(control).to_be_focused()
            before = line_of(form, control)
            change(page, control)
            after = line_of(form, control)
            assert before != after
            assert before.partition("#")[2] == after.partition("#")[2]
        act(form, "reset")


def line_of(form, control):
    """Return the line of code that a control writes."""
    name = control.get_attribute("data-setting")
    return next(line for line in form.locator(".cm-line").all_text_contents() if line.startswith(f"{name} ="))


def change(page, control):
    kind = control.evaluate("(one) => one.type")
    if kind in ("range", "select-one"):
        at_end = control.evaluate("(one) => one.value === one.max || one.selectedIndex === one.options?.length - 1")
        page.keyboard.press("ArrowUp" if (kind == "range") != at_end else "ArrowDown")
    elif kind == "checkbox":
        page.keyboard.press("Space")
    else:
        page.keyboard.press("End")
        page.keyboard.type("7")


@pytest.mark.sampled("keyboard")
@pytest.mark.parametrize("item", PARSONS)
def test_lines_of_code_are_put_in_order_by_keyboard(open_page, item):
    unit, question = PARSONS[item]
    page = open_page(f"{unit.docname}.html")
    page.evaluate("addEventListener('ai2med:answered', (event) => (globalThis.answered = event.detail))")
    box = page.locator(f'[data-item-id="{item}"]')
    box.scroll_into_view_if_needed()
    program = box.get_by_role("list", name="Your program")
    expect(program).to_be_attached()
    box.get_by_role("button", name="Add: ").last.focus()
    for line in question.lines:
        press(page, box.get_by_role("button", name=f"Add: {line.text}", exact=True), back=True)
        tab_to(page, program.locator("li").last)
        for key in ["ArrowLeft"] * 5 + ["ArrowRight"] * line.indent:
            page.keyboard.press(key)
    press(page, box.get_by_role("button", name="Check answer"))
    page.wait_for_function("globalThis.answered")
    assert page.evaluate("answered.correct"), box.inner_text()


def test_buttons_are_there_only_for_those_who_can_press_them(open_page):
    page = open_page()
    expect(cell(page).get_by_role("button", name="Run", exact=True)).to_be_visible()
    page.emulate_media(media="print")
    for button in page.locator("live-cell button").all():
        assert not button.is_visible()
    assert page.locator("live-cell .cell_output").first.is_visible()


def test_without_scripts_cells_are_as_they_were_printed(new_page, site):
    page = new_page(java_script_enabled=False)
    page.goto(site + PAGE)
    assert page.locator("live-cell button").count() == 0
    assert page.locator("live-cell .cell_output").first.is_visible()
