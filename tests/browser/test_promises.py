"""The eight promises of the book, each held by a test of its name, on the book that was built last."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import axe_playwright_python
import pytest
import yaml

from ai2med import paths
from ai2med.building import JUPYTER_BOOK
from ai2med.cohort import datasheets
from ai2med.curriculum import load_curriculum
from ai2med.exercises.notebook import find_exercises, read_exercise
from ai2med.items import load_items
from ai2med.server import BookHandler
from small_book import copy_small_book

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
        # Sixty megabytes of Python would start on every page that is looked at for long; test_live_cells.py tests that.
        page.add_init_script('localStorage.setItem("ai2med:python", "asked")')
        if on_request:
            page.on("request", on_request)
        page.goto(site + name, wait_until="networkidle")
        return page

    return make


@pytest.fixture(scope="module")
def axe():
    """Return a function that lists axe-core's violations on a page, with the elements."""
    source = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

    def run(page):
        page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [(rule["id"], [node["html"][:150] for node in rule["nodes"][:4]]) for rule in found]

    return run


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


@pytest.mark.parametrize("name", PAGES)
def test_promise_2_no_page_asks_another_host(site, open_page, name):
    asked = []
    page = open_page(name, on_request=lambda request: asked.append(request.url))
    scroll_through(page)
    own = site.removesuffix("/")
    assert [url for url in asked if not url.startswith((own, "data:", "blob:"))] == []


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


@pytest.mark.parametrize("name", UNITS)
def test_promise_3_a_unit_is_useful_without_scripts(open_page, name):
    page = open_page(name, scripts=False)
    text = page.locator("main").inner_text()
    assert len(text.split()) > 1500
    assert page.locator("main [data-widget='knowledge-check']").count() >= 4
    answers = page.locator("#answers details")
    unit = next(unit for unit in load_curriculum().finished if f"{unit.docname}.html" == name)
    on_page = [item for item in load_items(unit.items_path).shown if item.place != "exercise"]
    assert answers.count() == len(on_page)
    first = answers.first
    first.locator("summary").click()
    assert len(first.inner_text().split()) > 30


@pytest.mark.parametrize("unit", load_curriculum().finished, ids=lambda unit: unit.id)
def test_promise_4_every_option_and_slip_has_feedback_of_its_own(unit):
    for item in load_items(unit.items_path):
        for options in (getattr(item, "options", ()), getattr(item, "slips", ())):
            words = [option.feedback for option in options]
            assert all(text.strip() for text in words), item.id
            assert len(set(words)) == len(words), item.id


def small_book(folder: Path, page: str) -> subprocess.CompletedProcess:
    """Build a book of one page with the settings of the real one."""
    copy_small_book(folder)
    (folder / "index.md").write_text(page, encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: glossary\n", encoding="utf-8")
    command = [*JUPYTER_BOOK, "build", str(folder), "-W", "--keep-going"]
    environment = {**os.environ, "AI2MED_ROOT": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_promise_5_a_page_without_a_mistake_builds(tmp_path):
    done = small_book(tmp_path, "# A page\n\nText with $x^2$ and {law-date}`ai-act-devices`.\n")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("![](figure.png)", "alternative text"),
        ("{term}`no such term`", "no such term"),
        ("{law-date}`no-such-date`", "no-such-date"),
        ("{cite:p}`no_such_source`", "no_such_source"),
        ("{doc}`/nowhere`", "nowhere"),
    ],
)
def test_promise_5_a_mistake_of_an_author_fails_the_build_and_is_named(tmp_path, mistake, said):
    shutil.copy(ROOT / "docs" / "unit.png", tmp_path / "figure.png")
    done = small_book(tmp_path, f"# A page\n\nText. {mistake}\n")
    assert done.returncode != 0
    assert said in done.stderr
    assert "index.md" in done.stderr


@pytest.mark.parametrize("name", PAGES)
def test_promise_6_axe_finds_nothing(open_page, axe, name):
    page = open_page(name)
    scroll_through(page)
    # One visit, four looks: loading a page takes longer than looking at it.
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        # The page is laid out anew at once, but hears of its new size with the next frame; boxes that scroll are
        # made reachable then.
        page.evaluate("new Promise((heard) => requestAnimationFrame(() => requestAnimationFrame(heard)))")
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, width
            assert axe(page) == [], (width, theme)


def test_promise_6_the_whole_page_is_reached_by_keyboard(open_page):
    page = open_page(UNITS[0])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_promise_7_the_site_is_the_same_when_it_is_built_again(tmp_path):
    copy = tmp_path / "book"
    ignored = shutil.ignore_patterns(
        ".venv", ".git", "html", "jupyter_execute", ".doctrees", "marks", "workbook", "__pycache__"
    )
    shutil.copytree(ROOT, copy, ignore=ignored)
    command = [sys.executable, "-m", "ai2med", "book"]
    environment = {**os.environ, "AI2MED_ROOT": str(copy)}
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    again = copy / "_build" / "html"

    def files(folder):
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    first, second = files(HTML), files(again)
    assert first.keys() == second.keys()
    # The inventory for other Sphinx projects is the one declared stamp: zlib's version decides its bytes.
    assert [name for name in first if first[name] != second[name] and name != "objects.inv"] == []


def test_promise_8_the_site_shows_what_the_sources_declare():
    units, items, tasks = set(), set(), set()
    for name in PAGES:
        text = (HTML / name).read_text(encoding="utf-8")
        units |= set(re.findall(r'<article data-unit-id="([^"]+)"', text))
        tasks |= set(re.findall(r'data-task-id="([^"]+)"', text))
        for state in re.findall(
            r'data-widget="knowledge-check"[^>]*><script type="application/json">(.*?)</script>', text, re.S
        ):
            shown = json.loads(state.replace("<\\/", "</"))["items"]
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


def scroll_through(page):
    """Bring every part of the page near the viewport once, so that everything lazy has loaded."""
    page.evaluate(
        """async () => {
            for (let y = 0; y < document.body.scrollHeight; y += 700) {
                scrollTo(0, y);
                await new Promise(requestAnimationFrame);
                await new Promise(requestAnimationFrame);
            }
            scrollTo(0, 0);
        }"""
    )
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "[...document.querySelectorAll('[data-widget][data-module]')].every(el => el.dataset.state === 'ready')"
    )


def weigh(page_name, site, browser):
    """Return transferred bytes and requests of a first visit at desktop size."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(site + page_name, wait_until="networkidle")
    context.close()
    return sum(sizes), len(sizes)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stays_within_the_weight_of_a_tablet_behind_a_firewall(site, browser, name):
    size, requests = weigh(name, site, browser)
    limit = 700_000 if name in ("search.html",) else 300_000
    assert size <= limit
    assert requests <= 20


def test_search_finds_a_word_of_a_unit(open_page):
    page = open_page("search.html?q=calibration")
    page.locator("#search-results li a").first.wait_for()
    assert "Validation Methods" in page.locator("#search-results").inner_text()


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


@pytest.mark.parametrize("name", UNITS)
def test_print_shows_the_folded_parts(open_page, name):
    page = open_page(name)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    closed = page.evaluate("[...document.querySelectorAll('details:not([open])')].length")
    assert closed == 0
    assert page.locator("#answers").is_visible()
    assert not page.locator(".site-header").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".teacher-notes").evaluate("fold => fold.open") is False


@pytest.mark.parametrize("name", PAGES)
def test_every_internal_link_leads_somewhere(name):
    text = (HTML / name).read_text(encoding="utf-8")
    for target in re.findall(r'(?:href|src)="([^"]+)"', text):
        if re.match(r"[a-z]+:", target) or target == "#":
            continue
        address, _, fragment = target.partition("#")
        address = address.partition("?")[0]
        file = (HTML / name).parent / address if address else HTML / name
        assert file.exists(), target
        if fragment and file.suffix == ".html":
            assert f'id="{fragment}"' in file.read_text(encoding="utf-8"), target


def test_notebooks_to_download_are_readable():
    for unit in load_curriculum().finished:
        place = HTML / "_static" / "notebooks" / unit.folder
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
