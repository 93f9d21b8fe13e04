"""The promises that are held once, not page by page: for the others see test_pages.py and test_same_again.py."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from urllib.request import urlopen

import pytest
import yaml
from bounded import evaluate_within
from small_book import copy_small_book
from visiting import scroll_through

from ai2med import paths
from ai2med.building import JUPYTER_BOOK
from ai2med.cohort import datasheets
from ai2med.curriculum import load_curriculum
from ai2med.exercises.notebook import find_exercises, read_exercise
from ai2med.items import load_items
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

ROOT = paths.root()
HTML = ROOT / "_build" / "html"
# JupyterLite's own pages are not the book's; test_lite.py opens them.
PAGES = sorted(
    name for path in HTML.rglob("*.html") if not (name := path.relative_to(HTML).as_posix()).startswith("lite/")
)
UNITS = [f"{unit.docname}.html" for unit in load_curriculum().finished]
EXERCISES = [f"{unit.exercise_docname}.html" for unit in load_curriculum().finished]


@pytest.fixture(scope="module")
def site(serve):
    """Address of the built book, served with compression as a web host does."""
    return serve(HTML, BookHandler)


@pytest.fixture
def open_page(new_page, site):
    """Return a function that opens a page of the book in a fresh, watched browser context."""

    def make(name, theme="light", width=1280, scripts=True, on_request=None):
        viewport = {"width": width, "height": 900}
        page = new_page(viewport=viewport, color_scheme=theme, java_script_enabled=scripts, reduced_motion="reduce")
        if on_request:
            page.on("request", on_request)
        page.goto(site + name, wait_until="networkidle")
        return page

    return make


def test_promise_1_serve_shows_the_book_at_the_address_it_prints():
    command = [sys.executable, "-m", "ai2med", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = next(
                found[0] for line in server.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+/", line))
            )
            with urlopen(address) as answer:
                assert "the open book on AI in medical care" in answer.read().decode()
        finally:
            server.terminate()


def test_promise_2_what_a_reader_types_stays_in_the_browser(open_page):
    sent = []
    page = open_page(UNITS[0], on_request=lambda request: sent.append((request.method, request.url, request.post_data)))
    scroll_through(page)
    before = len(sent)
    question = page.locator("[data-item-id]").first
    question.get_by_role("radio").first.check()
    question.get_by_role("button", name="Check answer").click()
    question.get_by_role("status").first.wait_for()
    assert [request for request in sent[before:] if request[0] != "GET" or request[2]] == []


def test_promise_3_a_unit_is_useful_without_scripts(open_page):
    # What stands in the HTML is read on every page in test_pages.py; here a browser shows it.
    page = open_page(UNITS[0], scripts=False)
    assert len(page.locator("main").inner_text().split()) > 1500
    first = page.locator("#answers details").first
    first.locator("summary").click()
    assert len(first.inner_text().split()) > 30


@pytest.mark.parametrize("unit", load_curriculum().finished, ids=lambda unit: unit.id)
def test_promise_4_every_option_and_slip_has_feedback_of_its_own(unit):
    for item in load_items(unit.items_path):
        for options in (getattr(item, "options", ()), getattr(item, "slips", ())):
            words = [option.feedback for option in options]
            assert all(text.strip() for text in words), item.id
            assert len(set(words)) == len(words), item.id


MISTAKES = {
    "figure": ("![](figure.png)", "alternative text"),
    "term": ("{term}`no such term`", "no such term"),
    "date": ("{law-date}`no-such-date`", "no-such-date"),
    "source": ("{cite:p}`no_such_source`", "no_such_source"),
    "page": ("{doc}`/nowhere`", "nowhere"),
}


@pytest.fixture(scope="module")
def failed_build(tmp_path_factory):
    """A book with the settings of the real one, a page without a mistake, and one for each mistake of an author."""
    folder = tmp_path_factory.mktemp("mistakes")
    copy_small_book(folder)
    shutil.copy(ROOT / "docs" / "unit.png", folder / "figure.png")
    (folder / "faultless.md").write_text(
        "# A page\n\nText with $x^2$ and {law-date}`ai-act-devices`.\n", encoding="utf-8"
    )
    for name, (mistake, _) in MISTAKES.items():
        (folder / f"{name}.md").write_text(f"# A page\n\nText. {mistake}\n", encoding="utf-8")
    chapters = "".join(f"  - file: {name}\n" for name in ["glossary", *MISTAKES])
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: faultless\nchapters:\n{chapters}", encoding="utf-8")
    command = [*JUPYTER_BOOK, "build", str(folder), "-W", "--keep-going"]
    environment = {**os.environ, "AI2MED_ROOT": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=200)


def test_promise_5_a_page_without_a_mistake_is_not_blamed(failed_build):
    assert failed_build.returncode != 0
    assert "faultless.md" not in failed_build.stderr


@pytest.mark.parametrize("name", MISTAKES)
def test_promise_5_a_mistake_of_an_author_fails_the_build_and_is_named(failed_build, name):
    said = MISTAKES[name][1]
    assert [line for line in failed_build.stderr.splitlines() if said in line and f"{name}.md" in line], (
        failed_build.stderr
    )


def test_promise_6_the_whole_page_is_reached_by_keyboard(open_page):
    page = open_page(UNITS[0])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_promise_8_the_site_shows_what_the_sources_declare():
    units, items, tasks = set(), set(), set()
    for name in PAGES:
        text = (HTML / name).read_text(encoding="utf-8")
        units |= set(re.findall(r'<article data-unit-id="([^"]+)"', text))
        tasks |= set(re.findall(r'data-task-id="([^"]+)"', text))
        script = r'<script type="application/json"(?: data-src="([^"?]*)[^"]*")?>(.*?)</script>'
        for beside, state in re.findall(rf'data-widget="knowledge-check"[^>]*>{script}', text, re.DOTALL):
            stored = (HTML / name).with_name(beside).read_text(encoding="utf-8") if beside else state
            shown = json.loads(stored)["items"]
            # Unit 9.9.9 is the sample of question types.
            items |= {item["id"] for item in shown if item["unit"] != "9.9.9"}
    finished = load_curriculum().finished
    assert units == {unit.id for unit in finished}
    assert items == {item.id for unit in finished for item in load_items(unit.items_path).shown}
    assert tasks >= {task.id for path in find_exercises() for task in read_exercise(path).tasks}
    sheets = datasheets(ROOT)
    made = {path.name for kind in ("*.csv.gz", "*.zip") for path in (HTML / "_static" / "data").glob(kind)}
    assert made == {f"{name}.zip" if sheet.files else f"{name}.csv.gz" for name, sheet in sheets.items()}
    for name in sheets:
        assert f"hospital/{name}.html" in PAGES


@pytest.mark.parametrize(("width", "fold"), [(390, 844), (1280, 720)])
def test_the_home_page_can_be_tried_above_the_fold_and_nothing_jumps(open_page, width, fold):
    page = open_page("index.html", width=width)
    page.wait_for_selector("[data-widget=alarm-check][data-state=ready]")
    shifted = """() => new Promise((ends) => new PerformanceObserver((list) => ends(
      list.getEntries().reduce((sum, { value }) => sum + value, 0))).observe({ type: "layout-shift", buffered: true })
      ?? setTimeout(() => ends(0), 300))"""
    assert evaluate_within(page, shifted) < 0.05
    box = page.locator(".a2-views").bounding_box()
    assert box["y"] + box["height"] <= fold
    said = page.locator(".a2-live")
    assert said.inner_text().startswith("14 alarms: 4 right, 10 false.")
    page.get_by_role("slider").press("End")
    page.get_by_text("45 alarms: 40 right, 5 false.").wait_for()


def test_dark_colours_are_kept_for_the_next_page(open_page):
    page = open_page("index.html", theme="light")
    page.locator("[data-action='theme']").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_programme_opens_on_a_phone_and_closes_with_escape(open_page):
    page = open_page("index.html", width=390)
    button = page.locator("[data-action='menu']")
    button.click()
    assert page.locator("#programme-nav").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#programme-nav").is_visible()
    assert page.evaluate("document.activeElement.dataset.action") == "menu"


def test_the_programme_page_links_finished_units_and_names_the_rest():
    text = (HTML / "programme.html").read_text(encoding="utf-8")
    article = text.split("<article", 1)[1].split("</article>", 1)[0]
    curriculum = load_curriculum()
    linked = re.findall(r'href="(moocs/[^"#]+)"', article)
    assert {f"{unit.docname}.html" for unit in curriculum.finished} <= set(linked)
    for unit in curriculum.units:
        assert unit.id in article


def test_notebooks_to_download_are_readable():
    for unit in load_curriculum().finished:
        place = HTML / "_static" / "notebooks" / unit.folder
        assert (place / f"{unit.slug}.zip").is_file()
        for name in (f"{unit.slug}.ipynb", f"{unit.slug}_exercise.ipynb"):
            notebook = json.loads((place / name).read_text(encoding="utf-8"))
            assert notebook["nbformat"] == 4
            assert not any("BEGIN SOLUTION" in "".join(cell["source"]) for cell in notebook["cells"])


def test_the_table_files_of_the_site_are_those_that_were_checked():
    for name in (name for name, sheet in datasheets(ROOT).items() if sheet.columns):
        raw = (HTML / "_static" / "data" / f"{name}.csv.gz").read_bytes()
        assert gzip.decompress(raw).decode("utf-8").count("\n") > 1


def test_the_contents_list_names_only_files_that_exist():
    def names(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("file", "root"):
                    yield value
                yield from names(value)
        elif isinstance(node, list):
            for entry in node:
                yield from names(entry)

    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for name in names(toc):
        assert (ROOT / f"{name}.md").is_file()
