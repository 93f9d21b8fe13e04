"""The way around a page of the built book: its parts, the place to go on, what stands behind links, the age of law."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from bounded import frames_drawn
from playwright.sync_api import expect

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.minutes import routes_of
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
TWO_ROUTES = [unit for unit in load_curriculum().finished if len(routes_of(unit.exercise_path)) > 1]
PAGES = {unit.id: f"{unit.docname}.html" for unit in load_curriculum().finished}
LAW = PAGES["4.3.2"]
PHONE = {"viewport": {"width": 390, "height": 844}}
PATH = "ai2med:path"
# What covers the text at the top of the window.
BARS = """Math.max(...[...document.querySelectorAll(".site-header, .page-toc summary")]
    .map((bar) => bar.getBoundingClientRect().bottom))"""


@pytest.fixture(scope="module")
def site(serve):
    """Address of the built book, served with compression as a web host does."""
    return serve(HTML, BookHandler)


@pytest.fixture
def reader(new_page, site):
    """Return a function that opens a page of the book."""

    def open_page(**options):
        page = new_page(service_workers="block", **options)
        page.goto(site + LAW, wait_until="networkidle")
        return page

    return open_page


def bring(page, anchor, below=0):
    """Scroll a part of the page to the top of the window, or a little further."""
    script = "([id, below]) => scrollTo({ top: document.getElementById(id).offsetTop + below, behavior: 'instant' })"
    page.evaluate(script, [anchor, below])
    frames_drawn(page)


def parts(page):
    return page.locator(".page-toc a")


def clean(page, context):
    return [violation["id"] for violation in Axe().run(page, context=context).response["violations"]]


@pytest.mark.parametrize("width", [1280, 1440])
def test_beside_the_text_the_list_of_parts_marks_where_the_reader_is(reader, width):
    page = reader(viewport={"width": width, "height": 800})
    expect(parts(page).first).to_be_visible()
    text, listed = page.locator("article").bounding_box(), page.locator(".page-toc").bounding_box()
    assert text["x"] + text["width"] <= listed["x"]
    assert text["width"] >= 600
    for number in (1, 3):
        anchor = parts(page).nth(number).get_attribute("href")
        bring(page, anchor[1:], 200)
        expect(page.locator('.page-toc a[aria-current="location"]')).to_have_attribute("href", anchor)
    assert page.locator(".page-toc").bounding_box()["y"] >= 50


def test_on_a_phone_a_bar_says_the_part_and_opens_the_list(reader):
    page = reader(**PHONE)
    bar = page.locator(".page-toc summary")
    now = bar.locator(".page-toc-now")
    expect(now).to_have_text(re.compile(r"^4 parts · \d+ min in all$"))
    expect(bar.locator(".page-toc-title")).to_be_hidden()
    second = parts(page).nth(1).get_attribute("href")[1:]
    bring(page, second, 300)
    expect(now).to_have_text(re.compile(r"^Part 2 of 4 · \d+ min$"))
    expect(parts(page).first).to_be_hidden()
    # No line of the text shows between the two bars.
    header, toc = page.locator(".site-header").bounding_box(), page.locator(".page-toc").bounding_box()
    assert toc["y"] < header["y"] + header["height"]
    # Who turns to the bar does not move the text.
    before = page.evaluate("scrollY")
    bar.focus()
    frames_drawn(page)
    assert page.evaluate("scrollY") == before

    page.keyboard.press("Enter")
    expect(parts(page).first).to_be_visible()
    assert clean(page, ".page-toc") == []
    parts(page).first.focus()
    page.keyboard.press("Escape")
    expect(parts(page).first).to_be_hidden()
    expect(bar).to_be_focused()

    bar.click()
    parts(page).nth(3).click()
    expect(parts(page).first).to_be_hidden()
    expect(now).to_have_text(re.compile(r"^Part 4 of 4"))
    # Nor do widgets that grow above what was chosen.
    heading = page.locator(f"{parts(page).nth(3).get_attribute('href')} > h2")
    page.wait_for_load_state("networkidle")
    assert 0 <= heading.bounding_box()["y"] - page.evaluate(BARS) < 60


def test_the_bar_never_covers_the_verdict_of_a_question(reader):
    page = reader(**PHONE)
    question = page.locator("[data-item-id='4.3.2-q02']")
    question.scroll_into_view_if_needed()
    question.locator("input[type=radio]").first.check()
    button = question.get_by_role("button", name="Check answer")
    # So low that the verdict would stand above the window when it comes.
    button.evaluate("one => scrollBy({ top: one.getBoundingClientRect().bottom - 60, behavior: 'instant' })")
    button.evaluate("one => one.click()")
    verdict = question.locator(".a2-kc-verdict")
    expect(verdict).to_be_visible()
    assert verdict.bounding_box()["y"] >= page.evaluate(BARS)


def test_a_low_narrow_window_keeps_its_room_and_nothing_overflows(reader):
    page = reader(viewport={"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    # Nor where the header has room for its words again, and its title not yet.
    for width in (641, 700, 833):
        page.set_viewport_size({"width": width, "height": 256})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.set_viewport_size({"width": 320, "height": 256})
    bring(page, parts(page).nth(2).get_attribute("href")[1:], 100)
    assert page.locator(".page-toc summary").bounding_box()["y"] < 0


def test_without_scripts_the_list_is_folded_at_the_top(browser, site):
    context = browser.new_context(java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(site + LAW)
    expect(parts(page).first).to_be_hidden()
    page.locator(".page-toc summary").click()
    expect(parts(page).first).to_be_visible()
    expect(page.locator(".law-as-of")).to_have_text("Law as of 1 October 2026")
    context.close()


def test_who_comes_back_is_offered_the_part_they_left_and_nothing_moves(reader, site):
    page = reader(**PHONE)
    third = parts(page).nth(2)
    anchor, title = third.get_attribute("href"), third.get_attribute("data-now")
    expect(page.locator(".page-continue")).to_have_count(0)
    bring(page, anchor[1:], 300)
    expect(page.locator(".page-toc-now")).to_have_text(title)

    again = page.context.new_page()
    assert page.evaluate("Object.keys(localStorage)") == []
    page.close()
    again.goto(site + LAW, wait_until="networkidle")
    offered = again.locator(".page-continue")
    expect(offered).to_have_text("Continue at the part “3. Who owes what to whom”")
    assert again.evaluate("scrollY") == 0
    offered.get_by_role("link").click()
    expect(again.locator(".page-toc-now")).to_have_text(title)

    again.goto(f"{site}your_data.html", wait_until="networkidle")
    expect(again.locator('[data-kept="places"]')).to_contain_text("1 page")
    # An address that names a place, and a part that is there no longer, offer nothing.
    again.goto(f"{site}{LAW}#key-points", wait_until="networkidle")
    expect(again.locator(".page-toc-now")).not_to_be_empty()
    expect(again.locator(".page-continue")).to_have_count(0)
    key = "ai2med:place:" + LAW.removesuffix(".html")
    again.goto(f"{site}your_data.html")
    again.evaluate("key => localStorage.setItem(key, 'gone')", key)
    again.goto(site + LAW, wait_until="networkidle")
    expect(again.locator(".page-continue")).to_have_count(0)
    assert again.evaluate("key => localStorage.getItem(key)", key) is None
    # Nor does the end of the page, where the reader has read all of it.
    again.evaluate("key => localStorage.setItem(key, 'references')", key)
    again.goto(site + LAW, wait_until="networkidle")
    expect(parts(again).last).to_have_attribute("href", "#references")
    expect(again.locator(".page-continue")).to_have_count(0)


def test_the_path_behind_a_door_is_told_at_the_end_of_its_units(reader, site):
    page = reader()
    expect(page.locator(".page-path")).to_have_count(0)
    page.goto(site)
    door = page.locator(".door", has_text="I work on a ward")
    door.locator("summary").click()
    titles = door.locator("li > p:first-child > a").all_inner_texts()
    place = next(k for k, text in enumerate(titles) if "Legal Frameworks" in text)
    door.get_by_role("link", name=titles[place]).click()
    told = page.locator(".page-path")
    expect(told).to_contain_text(f"On your path “I work on a ward”, unit {place + 1} of 5. Next: {titles[place + 1]}")
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        assert clean(page, ".page-path") == []
    told.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text(titles[place + 1])
    # It is a setting like others, and goes with them.
    page.evaluate("key => { localStorage.removeItem(key); dispatchEvent(new StorageEvent('storage', { key })); }", PATH)
    expect(page.locator(".page-path")).to_have_count(0)


def test_the_notebooks_of_a_unit_are_in_a_menu_that_closes(reader):
    page = reader()
    row = page.locator(".unit-actions")
    menu = row.locator("details")
    assert row.bounding_box()["height"] < 60
    menu.locator("summary").click()
    expect(row.get_by_role("link", name="Open as notebook")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row.get_by_role("link", name="Open as notebook")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.locator("h1").click()
    expect(row.get_by_role("link", name="Open as notebook")).to_be_hidden()


@pytest.mark.parametrize("unit", TWO_ROUTES, ids=lambda unit: unit.id)
def test_each_route_through_an_exercise_leads_to_its_first_task(unit):
    text = (HTML / f"{unit.exercise_docname}.html").read_text(encoding="utf-8")
    strip = re.search(r'<ul class="unit-strip.*?</ul>', text, re.DOTALL)[0]
    links = re.findall(r'href="#([\w-]+)"[^>]*>\d+ min ([\w ]+)<', strip)
    routes = routes_of(unit.exercise_path)
    assert [name for _, name in links] == list(routes)
    for place, name in links:
        part = text[text.index(f'id="{place}"') :]
        assert re.search(r'data-task-id="([^"]+)"', part)[1] == f"{unit.id}-{routes[name][0]}"


def test_the_keyboard_shows_what_stands_behind_a_link(reader):
    page = reader()
    note = page.locator(".page-note")
    term = page.locator('main section a[href*="#term-deployer"]').first
    page.keyboard.press("Tab")
    for link, told in (
        (term, r"^deployer.*open in the glossary$"),
        (page.locator(".law-article").first, r"^AI Act, Art\. 3: Definitions.*from 2 February 2025.*text of the law$"),
        (page.locator(".law-date").first, r"^\S.*\d{1,2} [A-Z]\w+ 20\d\d: \S.*text of the law"),
        (page.locator(".footnote-reference").first, r"^European Parliament.*2024/1689.*sources$"),
    ):
        link.focus()
        expect(note).to_be_visible()
        expect(note).to_have_text(re.compile(told, re.DOTALL | re.IGNORECASE))
        expect(link).to_have_attribute("aria-describedby", "page-note")
        page.keyboard.press("Escape")
        expect(note).to_have_count(0)
        expect(link).to_be_focused()
    # Tab leads on into the note, Escape back.
    term.blur()
    term.focus()
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        assert clean(page, ".page-note") == []
    page.keyboard.press("Tab")
    expect(note.get_by_role("link", name="Open in the glossary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    expect(term).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#term-deployer")


def test_the_pointer_can_move_onto_a_note_and_away(reader):
    page = reader()
    term = page.locator('main section a[href*="#term-deployer"]').first
    note = page.locator(".page-note")
    term.hover()
    expect(note).to_be_visible()
    note.hover()
    frames_drawn(page)
    expect(note).to_be_visible()
    page.locator("h1").hover()
    expect(note).to_have_count(0)


def test_the_first_tap_shows_the_second_follows(reader):
    page = reader(has_touch=True, is_mobile=True, viewport={"width": 320, "height": 800})
    term = page.locator('main section a[href*="#term-deployer"]').first
    note = page.locator(".page-note")
    term.tap()
    expect(note).to_be_visible()
    box = note.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    page.locator("h2").nth(1).tap()
    expect(note).to_have_count(0)
    term.tap()
    expect(note).to_be_visible()
    term.tap()
    page.wait_for_url("**/glossary.html#term-deployer")


def test_a_page_of_law_counts_the_dates_that_have_passed(reader):
    page = reader()
    badge = page.locator(".law-as-of")
    for today, told in (
        ("2026-12-01", ""),
        ("2026-12-02", "Since then 1 date of law on this page has passed: 2 December 2026 (AI Act)."),
        ("2026-12-31", "Since then 2 dates of law on this page have passed: 2 December 2026 (AI Act); 9 December 2026"),
    ):
        page.clock.set_fixed_time(f"{today}T12:00:00")
        page.reload()
        expect(badge).to_have_text(re.compile(rf"^Law as of 1 October 2026\s*{re.escape(told)}{'.*' if told else ''}$"))


def test_each_page_says_the_minutes_of_its_parts_and_what_stands_behind_its_own_links():
    for name in PAGES.values():
        text = (HTML / name).read_text(encoding="utf-8")
        assert len(re.findall(r'data-now="Part \d of \d · \d+ min"', text)) >= 3
        assert "Reading and questions</strong>" in text
        linked = set(re.findall(r'href="[^"]*glossary\.html#(term-[^"]+)"', text))
        notes = json.loads(re.search(r'id="page-notes"[^>]*>(.*?)</script>', text)[1])
        assert {key for key in notes if key.startswith("term-")} == linked
        assert len(json.dumps(notes)) < 15_000
