"""Python goes along from page to page of the built book, and nothing else changes for the reader."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from bounded import frames_drawn
from playwright.sync_api import expect

from ai2med import paths
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
START = 90_000
UNIT = "moocs/mooc3/ethical_legal_and_patient_centered_considerations/patient_centered_ai_communication_strategies.html"
EXERCISE = UNIT.replace("moocs/", "exercises/", 1)

# Counts what listens on the window and the document.
COUNT_LISTENERS = """
    const listening = (globalThis.listening = new Map());
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const key = (target, type) => [window, document].includes(target) && `${target === window} ${type}`;
    EventTarget.prototype.addEventListener = function (type, callback, options) {
      const name = key(this ?? window, type);
      if (name) {
        if (!listening.has(name)) listening.set(name, new Set());
        listening.get(name).add(callback);
      }
      return addEventListener.call(this ?? window, type, callback, options);
    };
    EventTarget.prototype.removeEventListener = function (type, callback, options) {
      listening.get(key(this ?? window, type))?.delete(callback);
      return removeEventListener.call(this ?? window, type, callback, options);
    };
"""


def is_python(worker):
    """Tell the thread in which Python runs from those that make its packages ready, which end by themselves."""
    return worker.url.endswith("/worker.mjs")


def pythons(page):
    return [worker for worker in page.workers if is_python(worker)]


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


@pytest.fixture(scope="module")
def isolated_site(serve):
    return serve(HTML, BookHandler)


class Reader:
    """A reader who starts Python on the unit and goes on from there."""

    def __init__(self, page, site):
        self.page, self.site = page, site
        self.workers = []
        page.on("worker", lambda worker: self.workers.append(worker) if is_python(worker) else None)
        # Buttons of cells stand with their code, which this unit folds.
        page.add_init_script('localStorage.setItem("ai2med:code-layer", "open")')
        page.goto(site + UNIT)

    def begin(self):
        """Press Run, and wait until pages can be turned; Python may still be loading."""
        self.page.evaluate("window.same = true")
        self.press(1, "run")
        self.page.wait_for_selector("body > [aria-live=polite]", state="attached")

    def cell(self, number):
        return self.page.locator(f'live-cell[data-number="{number}"]')

    def press(self, number, action):
        self.cell(number).locator(f'[data-action="{action}"]').click()

    def run(self, number, code):
        """Run other code in a cell and return what it shows."""
        self.cell(number).evaluate("(cell) => cell.open()")
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)
        self.press(number, "run")
        expect(self.cell(number)).to_have_attribute("data-state", re.compile("done|error"), timeout=START)
        return self.cell(number).locator(".live-output").inner_text().strip()

    def at(self, name):
        """Wait for a page; tell whether it was turned to, and not loaded."""
        self.page.wait_for_url(f"{self.site}{name}**")
        expect(self.page.locator("body")).to_have_attribute("data-page", name.removesuffix(".html"))
        return self.page.evaluate("window.same === true")

    def turn(self, link, name):
        self.page.locator(link).first.click()
        return self.at(name)


# How far below the upper edge of the window the third cell stands.
AT_TOP = "() => document.querySelector('live-cell[data-number=\"3\"]').getBoundingClientRect().top"
NEXT = ".prev-next a[rel=next]"
PREVIOUS = ".prev-next a[rel=prev]"
HOME = ".site-title"


@pytest.fixture(scope="module")
def shared(browser, site):
    """One reader for all tests that leave a running Python behind."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.add_init_script(COUNT_LISTENERS)
    made = Reader(page, site)
    made.begin()
    made.run(1, "mine = 41\nmine + 1")
    yield made
    context.close()


@pytest.fixture
def reader(shared):
    """The shared reader, on the unit's page."""
    if not shared.page.url.endswith(UNIT):
        shared.page.locator(HOME).click()
        shared.at("index.html")
        shared.page.locator('#programme-nav a[href$="communication_strategies.html"]').evaluate("(a) => a.click()")
    assert shared.at(UNIT)
    # A test before this one may have had Python started anew.
    shared.workers[:] = pythons(shared.page)
    return shared


@pytest.fixture
def fresh(new_page, site):
    """A reader with a window of their own, whose Python begins to load."""
    made = Reader(new_page(service_workers="block"), site)
    made.begin()
    return made


def test_the_next_page_runs_in_the_same_python_without_the_variables_of_the_last(reader):
    page = reader.page
    page.mouse.wheel(0, 900)
    assert reader.turn(NEXT, EXERCISE)
    assert reader.run(1, "import sys\n'mine' in globals(), 'pandas' in sys.modules") == "(False, True)"
    assert "Loading Python" not in reader.cell(1).inner_text()
    assert len(reader.workers) == 1
    assert pythons(page) == reader.workers


def test_what_the_next_page_needs_beyond_the_last_is_loaded_for_a_reader_who_chose_that(reader):
    reader.page.evaluate("document.documentElement.dataset.python = 'ready'")
    found = "import importlib.util\nimportlib.util.find_spec('sklearn') is not None"
    assert reader.run(1, found) == "False"
    link = '#programme-nav a[href$="validation_methods.html"]'
    reader.page.locator(link).evaluate("(link) => link.click()")
    assert reader.at("moocs/mooc2/predictive_analytics/validation_methods.html")
    assert reader.run(1, found) == "True"
    reader.page.evaluate("document.documentElement.dataset.python = 'asked'")


def test_a_turned_page_is_like_a_loaded_one(reader):
    page = reader.page
    page.mouse.wheel(0, 900)
    page.wait_for_function("scrollY > 500")
    assert reader.turn(NEXT, EXERCISE)
    assert page.evaluate("[scrollX, scrollY, document.activeElement.id]") == [0, 0, "content"]
    expect(page.locator("body > [aria-live=polite]")).to_have_text(page.title())
    facts = """() => ({
        title: document.title,
        lang: document.documentElement.lang,
        root: document.documentElement.dataset.content_root,
        described: document.querySelector("meta[name=description]").content,
        metas: document.head.querySelectorAll("meta").length,
        icon: document.querySelector("link[rel=icon]").href,
        scripts: [...document.scripts].map((script) => script.src || script.type),
        here: [...document.querySelectorAll("[aria-current=page]")].map((link) => link.textContent),
        open: [...document.querySelectorAll("#programme-nav details[open] summary")].map((one) => one.textContent),
        unit: document.querySelector("article").dataset.unitId ?? null,
        data: document.getElementById("live-page").textContent,
        bars: [...document.querySelectorAll(".live-bar")].map((bar) => bar.childElementCount > 0),
        theme: document.querySelector('[data-action="theme"]').getAttribute("aria-pressed"),
    })"""
    turned = page.evaluate(facts)
    other = page.context.new_page()
    other.goto(page.url)
    loaded = other.evaluate(facts)
    other.close()
    assert turned == loaded


def test_buttons_questions_and_widgets_of_a_turned_page_work(reader):
    page = reader.page
    assert reader.turn(NEXT, EXERCISE)
    theme = page.locator("[data-action=theme]")
    for pressed, colours in (("true", "dark"), ("false", "light")):
        theme.click()
        assert theme.get_attribute("aria-pressed") == pressed
        assert page.evaluate("document.documentElement.dataset.theme") == colours
    question = page.locator("[data-widget=knowledge-check] [data-item-id]").first
    question.scroll_into_view_if_needed()
    question.locator("input, select, textarea").first.wait_for()
    page.locator('[data-widget="icon-array"]').first.scroll_into_view_if_needed()
    page.locator('[data-widget="icon-array"][data-state="ready"] .ai2med-room svg').first.wait_for()
    page.set_viewport_size({"width": 390, "height": 900})
    page.locator("[data-action=menu]").click()
    menu = page.locator("#programme-nav")
    assert menu.is_visible()
    assert reader.turn("#programme-nav a", "index.html")
    assert not menu.is_visible()
    assert page.locator("[data-action=menu]").get_attribute("aria-expanded") == "false"
    page.set_viewport_size({"width": 1400, "height": 900})


def test_an_answer_and_an_edit_are_there_after_back_and_so_is_the_place(reader):
    page = reader.page
    question = page.locator("[data-item-id]:has(input[type=radio])").first
    question.scroll_into_view_if_needed()
    question.get_by_role("radio").first.check()
    question.get_by_role("button", name="Check answer").click()
    reader.cell(2).evaluate("(cell) => cell.open()")
    reader.cell(2).locator(".cm-content").click()
    page.keyboard.type("# my note\n")
    reader.cell(3).scroll_into_view_if_needed()
    # A click of the test's would scroll to the link first.
    frames_drawn(page)
    assert page.evaluate("scrollY") > 500
    # What stood at the top stands there again, also once the page has come to life.
    seen = page.evaluate(AT_TOP)
    page.locator(NEXT).evaluate("(link) => link.click()")
    assert reader.at(EXERCISE)
    page.go_back()
    assert reader.at(UNIT)
    page.wait_for_function(f"(seen) => Math.abs(({AT_TOP})() - seen) < 5", arg=seen)
    page.wait_for_load_state("networkidle")
    frames_drawn(page)
    assert abs(page.evaluate(AT_TOP) - seen) < 5
    reader.cell(2).scroll_into_view_if_needed()
    assert "# my note" in reader.cell(2).locator(".cm-content").inner_text()
    assert reader.cell(3).locator(".cell_output").first.is_visible()
    page.locator("[data-widget=knowledge-check]").first.scroll_into_view_if_needed()
    question = page.locator("[data-item-id]:has(input[type=radio])").first
    expect(question.get_by_role("radio").first).to_be_checked()
    page.go_forward()
    assert reader.at(EXERCISE)
    assert page.evaluate("scrollY") == 0
    page.go_back()
    assert reader.at(UNIT)
    assert len(reader.workers) == 1


def test_pages_without_cells_keep_python_and_a_part_of_a_page_is_found(reader):
    page = reader.page
    link = page.locator("main a[href*='glossary.html#']").first
    part = link.get_attribute("href").split("#")[1]
    link.click()
    assert reader.at("glossary.html")
    assert page.evaluate("document.querySelector(':target').id") == part
    assert page.url.endswith(f"#{part}")
    page.wait_for_function("document.querySelector(':target').getBoundingClientRect().top < innerHeight")
    page.go_back()
    assert reader.at(UNIT)
    assert reader.run(1, "1 + 1") == "2"
    assert pythons(page) == reader.workers
    assert len(reader.workers) == 1


def test_links_inside_a_page_are_the_browsers_own(reader):
    page = reader.page
    assert reader.turn(NEXT, EXERCISE)
    page.locator(".page-toc a").last.click()
    assert page.evaluate("document.querySelector(':target') !== null && scrollY > 300")
    page.go_back()
    page.wait_for_function("location.hash === '' && scrollY === 0")
    assert reader.at(EXERCISE)


def test_axe_finds_nothing_on_a_turned_page_and_no_id_is_there_twice(reader):
    page = reader.page
    assert reader.turn(NEXT, EXERCISE)
    reader.run(1, "print('ran')")
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert [one for one in set(ids) if ids.count(one) > 1] == []


def test_listeners_do_not_add_up_from_page_to_page(reader):
    page = reader.page

    def listening():
        reader.turn(HOME, "index.html")
        start_widgets()
        return page.evaluate("Object.fromEntries([...listening].map(([name, all]) => [name, all.size]))")

    def wander():
        page.go_back()
        reader.at(UNIT)
        reader.cell(1).evaluate("(cell) => cell.open()")
        start_widgets()

    def start_widgets():
        for widget in page.locator("[data-widget][data-module]").all():
            widget.scroll_into_view_if_needed()
            expect(widget).to_have_attribute("data-state", "ready")

    listening()
    wander()
    first = listening()
    wander()
    assert listening() == first


def test_a_cell_that_runs_without_end_does_not_keep_the_next_page_from_running(reader):
    page = reader.page
    reader.cell(1).evaluate("(cell) => cell.open()")
    reader.cell(1).locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("mine = 1\nprint('started')\nwhile True:\n    pass")
    reader.press(1, "run")
    expect(reader.cell(1).locator(".live-output")).to_have_text(re.compile("started"), timeout=START)
    assert reader.turn(NEXT, EXERCISE)
    assert reader.run(1, "'mine' in globals()") == "False"
    # The one that was stopped may take a moment to end.
    ends = time.monotonic() + 10
    while len(pythons(page)) > 1:
        assert time.monotonic() < ends
        page.wait_for_timeout(50)
    assert len(pythons(page)) == 1


def test_where_pages_are_isolated_an_endless_cell_is_interrupted(new_page, isolated_site):
    reader = Reader(new_page(), isolated_site)
    reader.begin()
    assert reader.page.evaluate("crossOriginIsolated")
    reader.cell(1).locator(".cm-content").click()
    reader.page.keyboard.press("Control+A")
    reader.page.keyboard.insert_text("mine = 1\nprint('started')\nwhile True:\n    pass")
    expect(reader.cell(1).locator(".live-output")).to_have_text(re.compile("started"), timeout=START)
    assert reader.turn(NEXT, EXERCISE)
    assert reader.run(1, "'mine' in globals()") == "False"
    assert len(reader.workers) == 1


def test_a_reader_who_never_ran_python_goes_from_page_to_page_as_ever(new_page, site):
    asked = []
    page = new_page()
    page.on("request", lambda request: asked.append(request.url))
    reader = Reader(page, site)
    page.evaluate("window.same = true")
    assert not reader.turn(NEXT, EXERCISE)
    assert not [url for url in asked if "navigate" in url]


def test_a_page_that_cannot_be_fetched_is_left_to_the_browser(fresh, complaints):
    fresh.page.route(
        "**/*.html", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    assert not fresh.turn(NEXT, EXERCISE)
    complaints.expect("ERR_FAILED")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"_static/live/\w+/", "_static/live/another/"),
        (r"ai2med\.css\?v=\w+", "ai2med.css?v=another"),
        ("</head>", "<script src='classic.js'></script></head>"),
    ],
)
def test_a_page_of_another_build_or_with_other_scripts_is_loaded(fresh, old, new):
    html = re.sub(old, new, (HTML / EXERCISE).read_text(encoding="utf-8"))

    def answer(route):
        if route.request.resource_type == "fetch":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    fresh.page.route(f"**/{EXERCISE}", answer)
    assert not fresh.turn(NEXT, EXERCISE)


def test_a_turned_page_can_be_reloaded_and_the_way_back_is_whole(fresh):
    page = fresh.page
    title = page.title()
    assert fresh.turn(NEXT, EXERCISE)
    page.reload()
    assert not fresh.at(EXERCISE)
    page.go_back()
    assert not fresh.at(UNIT)
    expect(page).to_have_title(title)
    page.wait_for_function("document.body.dataset.page.startsWith('moocs') && onpopstate !== null")
    page.go_forward()
    fresh.at(EXERCISE)


def test_a_link_opens_in_a_tab_of_its_own(fresh):
    with fresh.page.context.expect_page() as opened:
        fresh.page.locator(NEXT).click(modifiers=["Control"])
    opened.value.wait_for_url(f"**/{EXERCISE}")
    assert fresh.at(UNIT)


def test_python_ends_when_a_reader_stays_away_from_cells(new_page, site):
    reader = Reader(new_page(), site)
    reader.page.evaluate("document.documentElement.dataset.liveAway = 300")
    with reader.page.expect_event("worker") as worker:
        reader.begin()
    with worker.value.expect_event("close"):
        assert reader.turn(HOME, "index.html")
    # The thread that unpacks for it ends with it, a moment before or after.
    ends = time.monotonic() + 10
    while reader.page.workers:
        assert time.monotonic() < ends
        reader.page.wait_for_timeout(50)
    assert not reader.turn("#programme-nav a >> nth=1", "programme.html")
