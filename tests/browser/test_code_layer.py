"""Code as a layer: one switch for the whole book, applied before a page is drawn; and what paper shows of a page."""

import re

import pytest
from bounded import evaluate_within
from playwright.sync_api import expect

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
TECHNICAL, LEGAL, VOCATIONAL = (load_curriculum().unit(unit_id) for unit_id in ("2.2.4", "4.3.2", "5.3.3"))
FOLD = 'details[data-layer="code"]'
# How far the page moved by itself, and which folds were open when the first frame was drawn.
FIRST_FRAME = """
requestAnimationFrame(function look() {
  const folds = document.querySelectorAll('details[data-layer="code"]');
  if (!folds.length) return requestAnimationFrame(look);
  window.atFirst ??= [...folds].map((fold) => fold.open);
});
window.moved = 0;
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.moved += value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def site(serve):
    """Address of the built book, served with compression as a web host does."""
    return serve(HTML, BookHandler)


@pytest.fixture
def reader(new_page, site):
    """Return a function that opens a page of the book."""

    def open_page(docname, **context):
        page = new_page(reduced_motion="reduce", service_workers="block", **context)
        page.add_init_script(FIRST_FRAME)
        page.goto(f"{site}{docname}.html", wait_until="networkidle")
        return page

    return open_page


def open_folds(page):
    """Return how many cells show their code, and how many have some."""
    return page.locator(f"{FOLD}[open]").count(), page.locator(FOLD).count()


def test_one_switch_opens_or_folds_the_code_of_the_whole_book(reader, site):
    page = reader(LEGAL.docname)
    shown, cells = open_folds(page)
    assert (shown, bool(cells)) == (0, True)
    expect(page.locator("main").get_by_role("button", name="Run", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Show code on all pages").click()
    assert open_folds(page) == (cells, cells)
    page.goto(f"{site}{VOCATIONAL.docname}.html", wait_until="networkidle")
    shown, cells = open_folds(page)
    assert shown == cells > 0
    assert all(page.evaluate("window.atFirst"))
    assert page.evaluate("window.moved") < 0.02
    page.get_by_role("button", name="Fold code on all pages").click()
    page.goto(f"{site}{TECHNICAL.docname}.html", wait_until="networkidle")
    assert open_folds(page)[0] == 0
    assert not any(page.evaluate("window.atFirst"))
    assert page.evaluate("window.moved") < 0.02
    page.goto(f"{site}your_data.html", wait_until="networkidle")
    choice = page.get_by_label("Code on all pages")
    expect(choice).to_have_value("folded")
    choice.select_option("as each page has it")
    assert page.evaluate("localStorage.getItem('ai2med:code-layer')") is None
    page.goto(f"{site}{TECHNICAL.docname}.html", wait_until="networkidle")
    shown, cells = open_folds(page)
    assert cells > shown > cells / 2


def test_settings_run_while_their_code_is_folded_and_paper_leaves_it_out(reader):
    page = reader(VOCATIONAL.exercise_docname)
    form = page.locator("live-cell[data-form]").first
    form.scroll_into_view_if_needed()
    form.locator("fieldset").wait_for()
    expect(form.locator("select").first).to_be_visible()
    expect(form.locator(".live-privacy")).to_be_visible()
    expect(form.get_by_role("button", name="Run", exact=True)).to_be_visible()
    expect(form.get_by_role("button", name="Edit")).not_to_be_visible()
    expect(form.locator(".cm-content")).not_to_be_visible()
    form.locator(f"{FOLD} > summary").click()
    expect(form.locator(".cm-content")).to_be_visible()
    # Readers who need no code at work have none on paper either.
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(f"{FOLD}:visible")).to_have_count(0)
    expect(form.locator(".cell_output").first).to_be_visible()


@pytest.mark.parametrize("docname", [TECHNICAL.docname, TECHNICAL.exercise_docname], ids=["2.2.4", "2.2.4 exercise"])
def test_a_page_is_printed_whole_at_once(reader, docname):
    """Nothing was scrolled to: figures and widgets far below have not been loaded when Print is pressed."""
    page = reader(docname)
    # What prepares the paper comes with the widgets' host.
    evaluate_within(
        page, "import(document.querySelector('script[src*=\"/page.mjs\"]').src).then(({ host }) => host).then(() => 0)"
    )
    page.evaluate(
        """() => addEventListener("beforeprint", () => (window.paper = {
          help: [...document.querySelectorAll("main .task .task-help, .discussion-question + .model-answer")].length,
          gathered: document.querySelectorAll(".paper-appendix :is(.task-help, .model-answer)").length,
          titles: [...document.querySelectorAll(".paper-appendix h3")].map((one) => one.textContent),
          folded: document.querySelectorAll("main details:not([open])").length,
        }))"""
    )
    before = page.locator("main").inner_text()
    pdf = page.pdf(format="A4")
    paper = page.evaluate("window.paper")
    assert (paper["help"], paper["folded"]) == (0, 0)
    assert paper["gathered"] == page.locator("main :is(.task-help, .model-answer)").count() > 0
    assert len(set(paper["titles"])) == len(paper["titles"]) == paper["gathered"]
    sizes = evaluate_within(
        page,
        """Promise.all([...document.querySelectorAll("main img")].map(async (image) => {
          image.loading = "eager";
          await image.decode();
          return [image.naturalWidth, image.naturalHeight];
        }))""",
    )
    printed = {tuple(map(int, size)) for size in re.findall(rb"/Width (\d+)\s+/Height (\d+)", pdf)}
    assert {tuple(size) for size in sizes} <= printed
    assert page.locator("main").inner_text() == before
    # What is wider than the paper is wrapped, in an editor too.
    page.set_viewport_size({"width": 700, "height": 900})
    evaluate_within(page, "Promise.all([...document.querySelectorAll('live-cell')].map((cell) => cell.open(false)))")
    page.emulate_media(media="print")
    wide = """() => [...document.querySelectorAll("main :is(pre, .cm-content)")]
      .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"""
    assert page.evaluate(wide) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    expect(page.locator(f"{FOLD}[open]").first).to_be_visible()


def test_paper_shows_the_first_state_of_a_widget_and_the_screen_has_its_own_again(reader):
    page = reader(LEGAL.docname)
    widget = page.locator('[data-widget="law-timeline"]').first
    widget.scroll_into_view_if_needed()
    expect(widget).to_have_attribute("data-state", "ready")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(widget.locator(".ai2med-fallback")).to_be_visible()
    expect(widget.locator(".ai2med-room")).not_to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(widget.locator(".ai2med-fallback")).to_have_count(0)
    expect(widget.locator(".ai2med-room")).to_be_visible()
