"""Privacy on the book that was built last: a notice wherever one types, a list of what is kept, erasing that holds."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bounded import evaluate_within
from playwright.sync_api import expect
from visiting import scroll_through

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
UNIT = next(f"{unit.docname}.html" for unit in load_curriculum().finished if unit.id == "2.2.4")
EXERCISE = next(f"{unit.exercise_docname}.html" for unit in load_curriculum().finished if unit.id == "2.2.4")
METER = next(f"{unit.docname}.html" for unit in load_curriculum().finished if unit.id == "3.2.2")

TYPED = "40.5"
EDIT = "ward_secret = 12345"
BLOCKED = """for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
    Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.fixture(scope="module")
def site(serve):
    """Address of the built book, served with compression as a web host does."""
    return serve(HTML, BookHandler)


@pytest.fixture
def reader(new_page, site):
    """Return a function that opens a page of the book: in a fresh browser, or in another tab of a reader's."""

    def open_page(name, beside=None, before="", **options):
        # A worker that keeps what is read would put into the storage what a test has just erased.
        page = beside.context.new_page() if beside else new_page(service_workers="block", **options)
        page.add_init_script(before)
        page.goto(site + name, wait_until="networkidle")
        return page

    return open_page


def text_field(page):
    """Return the first field of a question that takes text."""
    page.locator("[data-widget='knowledge-check']").first.wait_for()
    scroll_through(page)
    return page.locator(".a2-kc-editor input[type='text']").first


def answer(page):
    question = question_of(text_field(page))
    for field in question.locator("input[type='text']").all():
        field.fill(TYPED)
    for field in question.locator("select").all():
        field.select_option(index=1)
    question.get_by_role("button", name="Check answer").click()
    expect(question).to_have_attribute("data-answered", re.compile("."))


def question_of(field):
    return field.locator("xpath=ancestor::*[@data-item-id]")


def edit(page):
    cell = page.locator("live-cell").first
    cell.get_by_role("button", name="Edit").click()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(EDIT)
    expect(cell.locator(".cm-content")).to_have_text(EDIT)


def kept(page, kind):
    return page.locator(f"[data-kept='{kind}']")


def press(page, name, sure=True):
    page.get_by_role("button", name=name).click()
    page.get_by_role("dialog").get_by_role("button", name="Yes, erase" if sure else "No, keep").click()


def test_what_is_kept_is_listed_downloaded_and_erased_kind_by_kind(reader):
    sent = []
    page = reader(UNIT)
    page.context.on("request", lambda request: sent.append((request.method, request.url, request.post_data)))
    answer(page)
    edit(page)
    page.goto(page.url.replace(UNIT, "your_data.html"))
    expect(kept(page, "answers")).to_contain_text("1 question")
    expect(kept(page, "code")).to_contain_text("1 cell")
    expect(kept(page, "texts")).to_have_text("nothing")
    expect(kept(page, "offline")).to_contain_text(re.compile("nothing|files"))

    with page.expect_download() as download:
        page.get_by_role("button", name="Download my answers and code").click()
    assert re.fullmatch(r"ai2med-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename)
    saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    (given,) = saved["answers"].values()
    assert TYPED in given["response"].values()
    assert [entry["code"] for entry in saved["code"].values()] == [EDIT]
    assert saved["texts"] == saved["tasks"] == saved["notebooks"] == {}

    press(page, "Erase my code", sure=False)
    expect(kept(page, "code")).to_contain_text("1 cell")
    press(page, "Erase my code")
    expect(kept(page, "code")).to_have_text("nothing")
    expect(page.locator(".your-data-status")).to_have_text("Erased: code you changed (1 cell).")
    expect(kept(page, "answers")).to_contain_text("1 question")
    press(page, "Erase my answers and texts")
    expect(kept(page, "answers")).to_have_text("nothing")
    press(page, "Erase my code")
    expect(page.locator(".your-data-status")).to_have_text("There was nothing to erase.")
    assert page.evaluate("Object.keys(localStorage)") == []

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Load a saved file").click()
    chooser.value.set_files(download.value.path())
    loaded = "Loaded from the file: answers to questions (1 question), code you changed (1 cell)."
    expect(page.locator(".your-data-status")).to_have_text(loaded)
    expect(kept(page, "code")).to_contain_text("1 cell")
    page.goto(page.url.replace("your_data.html", UNIT))
    expect(text_field(page)).to_have_value(TYPED)
    page.locator("live-cell").first.scroll_into_view_if_needed()
    expect(page.locator("live-cell").first.locator(".cm-content")).to_have_text(EDIT)
    assert [request for request in sent if request[0] != "GET" or request[2] or TYPED in request[1]] == []


def test_a_notebook_of_a_saved_file_is_kept_where_it_is_found_and_another_file_is_refused(reader, tmp_path):
    page = reader("your_data.html")
    cells = [{"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}]
    saved = {"book": "AI2MED", "notebooks": {"m/a.ipynb": {"cells": cells, "metadata": {}, "nbformat": 4}}}
    for content, told in (
        (json.dumps(saved), "Notebooks: 1. Open one in the browser"),
        (json.dumps({**saved, "book": "<img src=x onerror=alert(1)>"}), "was not saved by this book"),
        ("PK", "cannot be read"),
    ):
        (tmp_path / "a.json").write_text(content)
        page.locator("input[type=file]").set_input_files(tmp_path / "a.json")
        expect(page.locator(".your-data-status")).to_contain_text(told)
    expect(kept(page, "notebooks")).to_have_text("1 notebook")


PERSIST = """Object.defineProperty(navigator, "storage", { value: { persisted: async () => !!window.kept,
    persist: async () => (window.kept = %s), estimate: async () => ({ usage: 1 }) } });"""


@pytest.mark.parametrize(("answer", "said"), [("true", "has promised to keep this"), ("false", "does not promise it")])
def test_the_browser_is_asked_to_keep_what_is_kept_and_its_answer_is_told(reader, answer, said):
    page = reader("your_data.html", before=PERSIST % answer)
    expect(page.locator(".your-data-keeping")).to_contain_text("Safari also after seven days without a visit")
    page.get_by_role("button", name="Ask this browser to keep it").click()
    expect(page.locator(".your-data-status")).to_contain_text(said)
    expect(page.get_by_role("button", name="Ask this browser to keep it")).to_have_count(int(answer == "false"))


@pytest.mark.parametrize(("name", "asked"), [("Chrome/140", True), ("Firefox/140", False)])
def test_with_the_first_edit_the_browser_is_asked_unless_it_would_ask_its_reader(reader, name, asked):
    page = reader(EXERCISE, before=PERSIST % "true", user_agent=f"Mozilla/5.0 {name}")
    assert page.evaluate("window.kept") is None
    edit(page)
    if asked:
        page.wait_for_function("window.kept")
    page.wait_for_load_state("networkidle")
    assert bool(page.evaluate("window.kept")) == asked


def test_erasing_everything_reaches_all_storage_of_the_book_and_nothing_else(reader, site):
    workers = f"""navigator.serviceWorker.getRegistrations = async () => ["{site}", "http://127.0.0.1/another/"].map(
        (scope) => ({{ scope, unregister: async () => (window.gone ??= []).push(scope) }}));"""
    page = reader("your_data.html", before=workers)
    evaluate_within(
        page,
        """async () => {
            const database = (name) => new Promise((resolve) => {
                const opening = indexedDB.open(name);
                opening.onupgradeneeded = () => opening.result.createObjectStore("files").put({ type: "notebook",
                    path: "a.ipynb", content: { cells: [] } }, "a.ipynb");
                opening.onsuccess = () => (opening.result.close(), resolve());
            });
            await Promise.all([database("AI2MED x"), database("another site")]);
            for (const name of ["ai2med-x", "another-site"])
                await (await caches.open(name)).put("/page.html", new Response("kept"));
            for (const storage of [localStorage, sessionStorage])
                for (const key of ["ai2med:item:2.2.5-q01:v1", "ai2med:theme", "another"]) storage.setItem(key, "1");
        }""",
    )
    page.reload()
    expect(kept(page, "notebooks")).to_have_text("1 notebook")
    expect(kept(page, "offline")).to_have_text("1 file")
    expect(kept(page, "settings")).to_contain_text("1 setting")
    press(page, "Erase everything")
    expect(page.locator(".your-data-status")).to_contain_text("The book keeps nothing in this browser now.")
    for kind in ("answers", "texts", "code", "settings", "notebooks", "offline"):
        expect(kept(page, kind)).to_have_text("nothing")
    left = evaluate_within(
        page,
        """async () => [Object.keys(localStorage), Object.keys(sessionStorage), await caches.keys(),
            (await indexedDB.databases()).map(({ name }) => name), window.gone]""",
    )
    assert left == [["another"], ["another"], ["another-site"], ["another site"], [site]]


def test_a_notebook_that_is_open_elsewhere_is_told(reader):
    page = reader("your_data.html")
    held = (
        "() => new Promise((done) => (indexedDB.open('AI2MED x').onsuccess = (event) => done(!(window.held = event))))"
    )
    evaluate_within(page, held)
    other = reader("your_data.html", beside=page)
    press(other, "Erase everything")
    expect(other.locator(".your-data-status")).to_contain_text("Close that tab, then erase again.")


def test_another_tab_forgets_and_does_not_bring_back(reader):
    reading = reader(UNIT)
    answer(reading)
    edit(reading)
    writing = reader(METER, beside=reading)
    scroll_through(writing)
    letter = writing.locator("[data-widget='readability-meter'] textarea")
    original = letter.input_value()
    letter.fill("Mrs Secret of ward 3.")
    erasing = reader("your_data.html", beside=reading)
    expect(kept(erasing, "texts")).to_contain_text("1 text")
    press(erasing, "Erase everything")
    expect(erasing.locator(".your-data-status")).to_contain_text("Erased:")

    field = text_field(reading)
    expect(field).to_have_value("")
    expect(question_of(field).get_by_role("status")).to_be_empty()
    code = reading.locator("live-cell").first.locator(".cm-content")
    expect(code).not_to_contain_text(EDIT)
    code.click()
    reading.keyboard.press("Control+Z")
    expect(code).not_to_contain_text(EDIT)
    expect(letter).to_have_value(original)
    assert reading.evaluate("Object.keys(localStorage)") == []
    # An answer given now is a first attempt again.
    answer(reading)
    stored = reading.evaluate("JSON.parse(Object.entries(localStorage)[0][1])")
    assert stored["attempts"] == 1


def test_a_page_that_comes_back_from_memory_does_not_bring_back(reader):
    page = reader(UNIT)
    answer(page)
    page.evaluate("dispatchEvent(new Event('pagehide')); localStorage.clear(); dispatchEvent(new Event('pageshow'))")
    expect(text_field(page)).to_have_value("")


def test_a_page_erases_what_was_typed_on_it_by_keyboard(reader):
    page = reader(EXERCISE)
    answer(page)
    edit(page)
    page.evaluate("localStorage.setItem('ai2med:item:1.1.1-q01:v1', '{}')")
    button = page.get_by_role("button", name="Erase what I typed on this page")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    assert page.evaluate("Object.keys(localStorage).length") == 3
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="No, keep")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(button).to_be_focused()
    told = page.locator(".page-erase [role='status']")
    expect(told).to_have_text("Erased: answers to questions (1 question), code you changed (1 cell).")
    expect(text_field(page)).to_have_value("")
    expect(page.locator("live-cell").first.locator(".cm-content")).not_to_contain_text(EDIT)
    assert page.evaluate("Object.keys(localStorage)") == ["ai2med:item:1.1.1-q01:v1"]


def test_the_words_of_a_search_are_neither_sent_nor_kept(reader):
    sent = []
    page = reader("index.html")
    page.context.on("request", lambda request: sent.append(request.url + str(request.headers.get("referer"))))
    page.get_by_role("searchbox", name="Search the book").fill("calibration")
    page.keyboard.press("Enter")
    results = page.locator("#search-results")
    expect(results).to_contain_text("Validation Methods")
    field = page.locator("#q")
    expect(field).to_have_value("calibration")
    field.fill("handover")
    field.press("Enter")
    expect(page.locator("#search-status")).to_contain_text("“handover”")
    page.wait_for_load_state("networkidle")
    assert sent
    assert not any("calibration" in url or "handover" in url for url in sent)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    expect(page.locator(".search-form + .search-note")).to_contain_text("Never paste real patient data.")


def test_the_choice_when_python_is_loaded_holds_on_every_page(reader, site):
    page = reader("your_data.html")
    choice = page.get_by_label("Get Python ready on my pages")
    expect(choice).not_to_be_checked()
    choice.check()
    assert page.evaluate("localStorage.getItem('ai2med:python')") == "ready"
    page.goto(site + UNIT)
    assert page.evaluate("document.documentElement.dataset.python") == "ready"
    page.goto(site + "your_data.html")
    expect(choice).to_be_checked()
    choice.uncheck()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.python") == "asked"
    expect(choice).not_to_be_checked()


@pytest.mark.parametrize(
    ("line", "kept", "loads"),
    [
        ("undefined", None, "asked"),
        ("{ saveData: false, effectiveType: '4g' }", None, "asked"),
        ("{ saveData: false, type: 'cellular' }", None, "asked"),
        ("{ saveData: true, type: 'wifi' }", None, "asked"),
        ("{ saveData: false, type: 'wifi' }", None, "ready"),
        ("{ saveData: false, type: 'ethernet' }", None, "ready"),
        ("{ saveData: false, type: 'wifi' }", "asked", "asked"),
        ("undefined", "ready", "ready"),
    ],
)
def test_python_is_loaded_ahead_only_by_choice_or_on_a_line_known_to_be_free(new_page, site, line, kept, loads):
    page = new_page()
    page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{ value: {line} }})")
    page.add_init_script(f"const kept = {json.dumps(kept)}; if (kept) localStorage.setItem('ai2med:python', kept);")
    page.goto(site + "your_data.html")
    assert page.evaluate("document.documentElement.dataset.python") == loads
    expect(page.get_by_label("Get Python ready on my pages")).to_be_checked(checked=loads == "ready")


def test_blocked_storage_is_told_in_words(reader):
    page = reader("your_data.html", before=BLOCKED)
    expect(page.locator("#kept-here")).to_contain_text("This browser does not let the book keep anything")
    expect(page.locator("#kept-here").get_by_role("button")).to_have_count(0)
    page = reader(EXERCISE, before=BLOCKED)
    text_field(page).fill(TYPED)
    press(page, "Erase what I typed on this page")
    expect(page.locator(".page-erase [role='status']")).to_have_text("There was nothing to erase.")
    expect(text_field(page)).to_have_value("")


def test_full_storage_can_still_be_read_and_erased(reader):
    page = reader("your_data.html")
    page.evaluate("localStorage.setItem('ai2med:code:x', '{\"code\": \"a\"}')")
    page.add_init_script(FULL)
    page.reload()
    expect(kept(page, "code")).to_contain_text("1 cell")
    page.get_by_label("Get Python ready on my pages").check()
    expect(page.locator(".your-data-status")).to_contain_text("does not keep your choice")
    press(page, "Erase everything")
    expect(kept(page, "code")).to_have_text("nothing")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_and_its_question_are_accessible(reader, width):
    page = reader("your_data.html", viewport={"width": width, "height": 900})
    expect(kept(page, "offline")).to_be_visible()
    expect(page.get_by_role("heading", name="Who can read it")).to_be_visible()
    for asking in (False, True):
        if asking:
            page.get_by_role("button", name="Erase everything").click()
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page).response["violations"]
            assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == [], (theme, asking)
