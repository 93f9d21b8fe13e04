"""Places that allow less: a strict security policy, a page opened as a file, no storage, no scroll anchoring."""

import re
from typing import ClassVar

import pytest
from conftest import wait_until
from playwright.sync_api import expect
from python_pages import START, type_code
from test_python_on_pages_trouble import OPEN_CODE, answer_a_question, cell

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.runtime.lite import notebook_address
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

ROOT = paths.root()
HTML = ROOT / "_build" / "html"
CURRICULUM = load_curriculum()
UNIT = CURRICULUM.unit("2.2.4")
CLINICAL = CURRICULUM.unit("3.2.2")
# The guide for web servers names the policy; what is tried here is its very text.
POLICY = re.search(r"^default-src .*$", (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8"), re.MULTILINE)[0]
# Keeps what the policy has refused.
WATCH = """globalThis.refused = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    refused.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
FIGURE = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()"


def under(policy):
    """Return a server that sends a content security policy with every file."""

    class Strict(BookHandler):
        isolation: ClassVar = {**BookHandler.isolation, "Content-Security-Policy": policy}

    return Strict


@pytest.fixture
def strict_page(new_page, serve):
    """Return a function that opens a page of the book under a policy."""

    def make(policy, name):
        page = new_page()
        page.add_init_script(OPEN_CODE)
        page.add_init_script(WATCH)
        page.goto(serve(HTML, under(policy)) + name)
        return page

    return make


def run_figure(page):
    """Let the first cell of a page draw a figure."""
    first = cell(page)
    type_code(first, FIGURE)
    first.locator('button[data-action="run"]').click()
    expect(first).to_have_attribute("data-state", re.compile("done|error"), timeout=START)
    return first


def test_the_book_works_under_the_policy_that_its_guide_names(strict_page):
    page = strict_page(POLICY, f"{UNIT.docname}.html")
    assert page.evaluate("document.documentElement.dataset.code") == "open"
    for widget in page.locator("[data-widget][data-module]").all():
        widget.scroll_into_view_if_needed()
        expect(widget).to_have_attribute("data-state", "ready")
    for image in page.locator("main img").all():
        image.scroll_into_view_if_needed()
        wait_until(page, "(image) => image.complete && image.naturalWidth > 0", image.element_handle())
    answer_a_question(page)
    expect(run_figure(page).locator(".live-output img")).to_be_visible()
    assert page.evaluate("refused") == []


@pytest.mark.parametrize("name", ["index.html", f"search.html#q={UNIT.slug}", f"{UNIT.deck_docname}.html"])
def test_no_page_of_the_frame_asks_for_what_the_policy_refuses(strict_page, name):
    page = strict_page(POLICY, name)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("refused") == []


def test_without_a_policy_for_python_the_reader_is_told_at_once(strict_page, complaints):
    page = strict_page(POLICY.replace(" 'wasm-unsafe-eval'", ""), f"{CLINICAL.docname}.html")
    cell(page).locator('button[data-action="run"]').click()
    told = cell(page).locator(".live-failure")
    expect(told).to_contain_text("forbids programs in its pages", timeout=START)
    expect(told.locator('a[href*="_static/notebooks/"]')).to_have_count(1)
    answer_a_question(page)
    complaints.clear()


def test_without_a_policy_for_drawn_pictures_a_note_stands_in_the_figures_place(strict_page, complaints):
    page = strict_page(POLICY.replace(" data:", ""), f"{CLINICAL.docname}.html")
    expect(run_figure(page).locator(".live-output")).to_contain_text("forbids pictures that a page makes")
    for image in page.locator("main .cell_output:not(.live-output) img").all():
        image.scroll_into_view_if_needed()
        wait_until(page, "(image) => image.complete && image.naturalWidth > 0", image.element_handle())
    complaints.expect("img-src")


def test_a_page_that_is_opened_as_a_file_says_what_it_needs(new_page, site, complaints):
    page = new_page()
    page.goto((HTML / f"{CLINICAL.docname}.html").as_uri())
    expect(page.locator(".disk-notice")).to_be_visible()
    assert page.locator("main .cell_output").first.is_visible()
    complaints.clear()
    page.goto(f"{site}{CLINICAL.docname}.html")
    expect(page.locator(".disk-notice")).to_be_hidden()


@pytest.fixture
def site(serve):
    return serve(HTML)


# Storage that throws when it is touched, as where cookies are blocked.
REFUSED = """for (const name of ["localStorage", "sessionStorage", "indexedDB"])
  Object.defineProperty(globalThis, name, { get() { throw new DOMException("refused", "SecurityError"); } });
"""


def test_a_notebook_without_storage_is_not_opened_and_says_why(new_page, site):
    page = new_page()
    page.add_init_script(REFUSED)
    page.goto(site + notebook_address(f"{CLINICAL.folder}/{CLINICAL.slug}_exercise.ipynb"))
    expect(page.get_by_role("heading", level=1)).to_have_text("The notebook cannot open here")
    archive, back = page.locator(".ai2med-refused a").all()
    assert page.request.get(archive.evaluate("(link) => link.href")).ok
    back.click()
    page.wait_for_url(f"{site}{CLINICAL.exercise_docname}.html")


# As in Safari, which does not hold the place of what is read.
NO_ANCHORING = (
    "document.addEventListener('DOMContentLoaded', () => (document.documentElement.style.overflowAnchor = 'none'))"
)
AT_REST = """() => {
  const isNear = (one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return bottom > -300 && top < innerHeight + 300;
  };
  const widgets = [...document.querySelectorAll("[data-widget][data-module]")].filter(isNear);
  return widgets.every(({ dataset }) => dataset.state === "ready") &&
    [...document.images].filter(isNear).every(({ complete }) => complete);
}"""


@pytest.mark.parametrize("unit", [CURRICULUM.unit(name) for name in ("2.2.4", "4.3.2", "5.3.3")], ids=str)
def test_where_an_address_leads_stays_in_sight_without_scroll_anchoring(new_page, site, unit):
    page = new_page(viewport={"width": 390, "height": 844})
    page.add_init_script(NO_ANCHORING)
    page.goto(f"{site}{unit.docname}.html")
    names = page.locator(".page-toc a").evaluate_all("(links) => links.map((link) => link.hash.slice(1))")
    page.goto("about:blank")
    page.goto(f"{site}{unit.docname}.html#{names[-2]}")
    for name in (names[-2], names[-1], names[1]):
        if not page.url.endswith(f"#{name}"):
            page.locator(".page-toc").evaluate("(toc) => toc.querySelector('details').open = true")
            page.locator(f'.page-toc a[href="#{name}"]').click()
        wait_until(page, AT_REST)
        page.wait_for_function(
            """(name) => {
              const { top } = document.getElementById(name).getBoundingClientRect();
              const atEnd = scrollY + innerHeight > document.documentElement.scrollHeight - 2;
              return top > -5 && (top < 160 || atEnd);
            }""",
            arg=name,
        )


def test_a_reload_and_back_keep_the_readers_place_whatever_the_address_names(new_page, site):
    page = new_page()
    address = f"{site}{UNIT.docname}.html"
    page.goto(address)
    names = page.locator(".page-toc a").evaluate_all("(links) => links.map((link) => link.hash.slice(1))")
    page.goto(f"{address}#{names[-2]}")
    wait_until(page, AT_REST)
    page.mouse.wheel(0, -4000)
    page.wait_for_function("name => document.getElementById(name).getBoundingClientRect().top > 2000", arg=names[-2])
    page.reload()
    wait_until(page, AT_REST)
    assert page.evaluate("(name) => document.getElementById(name).getBoundingClientRect().top", names[-2]) > 1000
    page.locator(f'.page-toc a[href="#{names[1]}"]').click()
    page.go_back()
    wait_until(page, AT_REST)
    assert page.evaluate("(name) => document.getElementById(name).getBoundingClientRect().top", names[-2]) > 1000
