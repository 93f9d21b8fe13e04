"""Every explorable of the book, used as a reader does: found by its folder, with the sample of its cases."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from explorable_pages import Site
from playwright.sync_api import expect

from ai2med.explorables import names
from ai2med.explorables._faces import module
from ai2med.explorables._node import run_cases

pytestmark = pytest.mark.browser

# What a reader can change by keyboard, in the order of the page; the foot (new start, link) is no control.
CONTROLS = ".a2-controls :is(input, select, textarea), .a2-order li:first-child [data-by='1'], .a2-presets button"

SHOWN = """() => [...document.querySelectorAll('.a2-root')].map((root) =>
  root.querySelector('.a2-live').textContent + root.querySelector('.a2-views').innerHTML).join()"""

# Texts of a figure: the smallest size in pixels of the screen, and what leaves its drawing.
TEXTS = """() => [...document.querySelectorAll('.a2-plot svg')].flatMap((svg) => {
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return [...svg.querySelectorAll('text')].map((text) => {
    const box = text.getBBox();
    const isOut = box.x < -2 || box.x + box.width > svg.viewBox.baseVal.width + 2;
    return { text: text.textContent, size: parseFloat(getComputedStyle(text).fontSize) * scale, isOut };
  });
})"""


@pytest.fixture(scope="session")
def samples():
    found = run_cases([module(name).with_name(f"{name}.test.mjs") for name in names()])
    return {path.parent.name: answer["sample"] for path, answer in found.items()}


@pytest.fixture(scope="session")
def site(serve, tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("explorables"))
    address = serve(made.folder)
    return lambda *given, **more: address + made.page(*given, **more)


def started(page, address):
    page.goto(address)
    expect(page.locator("[data-widget]").first).to_have_attribute("data-state", "ready")
    figures = page.locator(".a2-plot")
    expect(page.locator(".a2-plot svg")).to_have_count(figures.count())
    return page


def use(page, control):
    """Change one control with the keyboard only."""
    control.focus()
    kind = control.get_attribute("type") or control.evaluate("(el) => el.localName")
    if kind == "range":
        page.keyboard.press("End" if control.evaluate("(el) => el.value !== el.max") else "Home")
    elif kind == "radio":
        page.keyboard.press("ArrowRight")
    elif kind == "checkbox":
        page.keyboard.press("Space")
    elif kind == "number":
        control.fill(control.get_attribute("min"))
    elif kind == "date":
        control.fill("2030-01-01")
    elif kind == "textarea":
        control.fill("We call you.")
    elif kind == "select":
        control.select_option(index=1)
    else:
        page.keyboard.press("Enter")


@pytest.mark.parametrize("name", names())
def test_every_control_works_by_keyboard_and_shows(new_page, site, samples, name):
    page = started(new_page(), site(module(name), samples[name]))
    moved = 0
    for number in range(page.locator(CONTROLS).count()):
        control = page.locator(CONTROLS).nth(number)
        if not control.is_visible():
            continue
        if control.get_attribute("type") == "radio" and not control.is_checked():
            continue
        before = page.evaluate(SHOWN)
        use(page, control)
        # A preset may name the state that stands already.
        if control.evaluate("(el) => el.localName") != "button":
            page.wait_for_function(f"(before) => ({SHOWN})() !== before", arg=before)
            moved += 1
        assert not re.search(r"\{\w+\}|undefined|NaN", page.locator(".ai2med-room").inner_text())
    assert moved
    for figure in page.locator("svg[role=img]").all():
        assert len(figure.get_attribute("aria-label")) >= 15
    page.get_by_role("button", name="Start again").press("Enter")
    first = page.evaluate(SHOWN)
    assert first


@pytest.mark.parametrize("name", names())
def test_the_first_state_without_scripts_is_the_living_one(new_page, site, samples, name):
    address = site(module(name), samples[name])
    plain = new_page(java_script_enabled=False)
    plain.goto(address)
    page = started(new_page(), address)
    assert page.locator(".ai2med-fallback").count() == 0
    assert plain.locator(".a2-live").inner_text() == page.locator(".a2-live").inner_text()
    for part in ("svg[role=img]", ".a2-facts", ".a2-matrix", ".a2-part > .a2-scroll", ".a2-list"):
        described = "(all) => all.map((el) => el.ariaLabel ?? el.textContent)"
        assert plain.locator(part).evaluate_all(described) == page.locator(part).evaluate_all(described)


# Counts of a matrix that are broken over lines, or that touch the edge of their box.
CROWDED = """() => [...document.querySelectorAll(".a2-cell-number")].filter((one) => one.offsetParent).filter((one) => {
  const text = document.createRange();
  text.selectNodeContents(one.lastChild);
  const [first, ...more] = text.getClientRects();
  return more.length || first.right > one.closest("td").getBoundingClientRect().right - 2;
}).map((one) => one.textContent)"""


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("name", names())
def test_phones_show_all_of_it_in_readable_letters(new_page, site, samples, name, width):
    address = site(module(name), samples[name])
    for scripts in (True, False):
        page = new_page(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        if scripts:
            started(page, address)
        else:
            page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        texts = page.evaluate(TEXTS)
        assert [each for each in texts if each["isOut"]] == []
        assert [each for each in texts if each["size"] < (11 if width == 390 else 9.5)] == []
        assert page.evaluate(CROWDED) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", names())
def test_axe_finds_nothing(new_page, site, samples, name, theme):
    page = started(new_page(), site(module(name), samples[name], theme=theme))
    for details in page.locator("details").all():
        details.evaluate("(el) => (el.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
