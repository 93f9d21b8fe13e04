"""The book without a connection: what was read and what was stored is there, a new version takes over, all can go."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest
from bounded import evaluate_within
from conftest import wait_until

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.offline import write_offline, write_zip
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
UNITS = load_curriculum().finished
FIRST = next(unit for unit in UNITS if unit.id.startswith("2."))
# A MOOC with few pages and with cells that run.
STORED = next(unit for unit in UNITS if unit.id.startswith("4."))
STORED_GROUP = STORED.docname.split("/")[1]
START = 90_000
# Buttons of cells stand with their code.
SHOW_CODE = 'localStorage.setItem("ai2med:code-layer", "open")'

KEPT = """async (path) => {
    const names = await caches.keys();
    const name = names.find((one) => one.startsWith("ai2med-list-"));
    const list = name && (await caches.match(new URL("/offline/files.json", location), {cacheName: name}));
    const file = list && (await list.json()).files[path];
    const ending = path.slice(path.lastIndexOf("."));
    return Boolean(file && (await caches.match(new URL(`/offline/stored/${file[0]}${ending}`, location))));
}"""
STORED_NAMES = 'caches.keys().then((names) => names.filter((name) => name.startsWith("ai2med-")))'


class Host(BookHandler):
    """A host of static pages: it isolates nothing, and lets browsers keep what they got for ten minutes."""

    def do_GET(self):  # noqa: N802 - the base class names it
        if not self.server.open:
            # A connection that the browser has kept would outlive the server.
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.server.asked.append(self.path)
        super().do_GET()

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=600")
        SimpleHTTPRequestHandler.end_headers(self)

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, OSError):
            self.close_connection = True


class Site:
    """A copy of the built book on a server that can be stopped."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(HTML, folder, copy_function=os.link)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder)))
        self.server.open = True
        self.server.asked = []
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def asked(self):
        return self.server.asked

    def stop(self):
        self.server.open = False
        self.server.shutdown()
        self.server.server_close()

    def rewrite(self, changes):
        """Put a new version of the book on the site: the pages named, each with one text in place of another.

        All at once: a page that is open looks for a new version by itself, and would find one between two of these.
        """
        for name, (old, new) in changes.items():
            text = (self.folder / name).read_text(encoding="utf-8")
            assert old in text
            # The file is shared with the built book: it is replaced, not written into.
            (self.folder / name).unlink()
            (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")
        for name in (
            "sw.js",
            "manifest.webmanifest",
            *(f"offline/{path.name}" for path in (HTML / "offline").iterdir()),
        ):
            (self.folder / name).unlink()
        write_offline(self.folder)


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path / "site")
    yield made
    if made.server.open:
        made.stop()


@pytest.fixture
def reader(new_page, complaints):
    """A page of a reader whose Python loads on Run only; what fails for lack of a server is no complaint."""
    page = new_page()
    page.set_default_timeout(30_000)
    page.add_init_script('localStorage.setItem("ai2med:python", "asked")')
    page.add_init_script(SHOW_CODE)
    yield page
    complaints[:] = [text for text in complaints if not re.search(r"net::ERR_|Failed to fetch|sw\.js", text)]


def visit(page, site, name):
    """Read a page until the worker has kept it."""
    page.goto(site.url + name)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    wait_until(page, KEPT, name)


def run(page, number=0):
    """Run a cell of the page; return its text."""
    cell = page.locator("live-cell").nth(number)
    cell.locator('button[data-action="run"]').click()
    page.wait_for_function(
        "(cell) => ['done', 'error'].includes(cell.dataset.state)", arg=cell.element_handle(), timeout=START
    )
    assert cell.get_attribute("data-state") == "done", cell.inner_text()
    return cell.inner_text()


def replace_code(page, cell, code):
    editor = cell.locator(".cm-content")
    if not editor.count():
        cell.evaluate("(cell) => cell.open()")
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(code)


def room(page, what):
    return page.locator(f'[data-offline="{what}"]')


def test_a_page_that_was_read_is_whole_without_a_server_and_its_cells_run(reader, site):
    name = f"{FIRST.docname}.html"
    visit(reader, site, name)
    assert not reader.evaluate("crossOriginIsolated")
    run(reader)
    reader.evaluate("scrollTo(0, document.body.scrollHeight)")
    reader.wait_for_load_state("networkidle")

    reader.reload()
    assert reader.evaluate("crossOriginIsolated")
    cell = reader.locator("live-cell").first
    replace_code(reader, cell, "marker = 5\nprint('begun')\nwhile True:\n    pass")
    cell.locator('button[data-action="run"]').click()
    reader.wait_for_selector("live-cell .live-output:has-text('begun')", timeout=START)
    cell.locator('button[data-action="stop"]').click()
    reader.wait_for_selector("live-cell[data-state='ready']")
    assert "All variables are kept" in cell.locator(".live-status").inner_text()
    replace_code(reader, cell, "marker")
    assert "5" in run(reader)
    cell.locator('button[data-action="reset"]').click()

    site.stop()
    reader.reload()
    assert reader.locator("h1").inner_text().startswith(FIRST.title)
    question = reader.locator("[data-item-id]").first
    question.scroll_into_view_if_needed()
    question.get_by_role("radio").first.check()
    question.get_by_role("button", name="Check answer").click()
    question.get_by_role("status").first.wait_for()
    broken = "[...document.images].filter((image) => image.complete && !image.naturalWidth).map((image) => image.src)"
    assert reader.evaluate(broken) == []
    run(reader)


def test_a_page_that_was_never_stored_says_so_and_leads_back(reader, site):
    visit(reader, site, "index.html")
    site.stop()
    reader.goto(f"{site.url}{FIRST.docname}.html")
    told = room(reader, "missing")
    told.get_by_text("not stored").first.wait_for()
    assert FIRST.title in told.inner_text()
    assert told.get_by_role("link").get_attribute("href") == f"{site.url}{FIRST.docname}.html"
    # The style sheet belongs to the shell, and the page that was read is offered.
    assert reader.evaluate("getComputedStyle(document.body).marginTop") == "0px"
    assert room(reader, "stored").locator('a[href$="/index.html"]').count() == 1


def test_a_stored_mooc_opens_a_unit_that_was_never_visited_and_runs_it(reader, site):
    reader.goto(f"{site.url}offline.html")
    place = room(reader, STORED_GROUP)
    place.locator("text=To load:").wait_for()
    store = place.locator('[data-action="store"]')
    # A second press, while the first is at work, changes nothing.
    store.dblclick()
    place.locator('[data-action="cancel"]').click()
    place.locator(".offline-told", has_text="Cancelled").wait_for()
    assert place.get_attribute("data-state") != "stored"

    store.click()
    reader.wait_for_selector(f'[data-offline="{STORED_GROUP}"][data-state="stored"]', timeout=START)
    assert "is stored completely" in place.locator(".offline-told").inner_text()
    wheels = [path for path in site.asked if path.endswith(".whl")]
    assert wheels
    site.stop()

    reader.goto(f"{site.url}{STORED.docname}.html")
    assert reader.locator("h1").inner_text().startswith(STORED.title)
    run(reader)

    # The whole notebook too.
    reader.locator(".unit-actions summary").click()
    reader.get_by_role("link", name="Open as notebook").click()
    reader.locator(".jp-CodeCell .cm-content").first.wait_for(timeout=START)
    reader.get_by_role("menuitem", name="Run", exact=True).click()
    reader.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    reader.locator(".jp-OutputArea-output").first.wait_for(timeout=START)

    reader.goto(f"{site.url}offline.html")
    place.locator('[data-action="remove"]').click()
    place.locator(".offline-told", has_text="removed").wait_for()
    assert "Python 0.0 MB" not in place.inner_text()
    assert place.get_attribute("data-state") == "none"


def test_two_tabs_do_not_store_at_once(reader, site):
    reader.goto(f"{site.url}offline.html")
    reader.evaluate("void navigator.locks.request('ai2med-offline', () => new Promise(() => {}))")
    place = room(reader, STORED_GROUP)
    place.locator('[data-action="store"]').click()
    place.locator(".offline-told", has_text="Another MOOC is being stored").wait_for()
    assert place.get_attribute("data-state") == "none"


@pytest.mark.parametrize(
    ("stub", "said"),
    [
        ("navigator.storage.estimate = async () => ({ quota: 1e6, usage: 0 });", "There is not enough space"),
        (
            "Cache.prototype.put = async () => { throw new DOMException('full', 'QuotaExceededError'); };",
            "space is full",
        ),
    ],
)
def test_a_browser_without_space_is_told_and_claims_nothing(reader, site, stub, said):
    reader.add_init_script(stub)
    reader.goto(f"{site.url}offline.html")
    place = room(reader, STORED_GROUP)
    place.locator('[data-action="store"]').click()
    place.locator(".offline-told[data-kind='failure']").wait_for()
    assert said in place.locator(".offline-told").inner_text()
    assert place.get_attribute("data-state") == "none"


def test_a_lost_connection_is_told_and_the_rest_can_follow(reader, site):
    visit(reader, site, "offline.html")
    site.stop()
    place = room(reader, STORED_GROUP)
    place.locator('[data-action="store"]').click()
    place.locator(".offline-told", has_text="connection was lost").wait_for()
    assert place.locator('[data-action="store"]').is_visible()


def test_a_new_version_is_shown_at_once_and_the_old_one_goes(reader, site):
    visit(reader, site, "glossary.html")
    visit(reader, site, "about.html")
    before = evaluate_within(reader, STORED_NAMES)
    site.rewrite({"about.html": ("What it is not", "What it was never"), "glossary.html": ("Glossary", "Words")})
    site.asked.clear()

    reader.goto(f"{site.url}about.html")
    assert "What it was never" in reader.locator("main").inner_text()
    (old,) = (name for name in before if name.startswith("ai2med-list-"))
    wait_until(reader, f"caches.has('{old}').then((there) => !there)")
    wait_until(reader, KEPT, "about.html")
    # What has not changed was taken over; what has, was loaded without being asked for.
    assert not [path for path in site.asked if "ai2med.css" in path or "host.mjs" in path]
    site.stop()
    reader.goto(f"{site.url}glossary.html")
    assert "Words" in reader.locator("h1").inner_text()
    assert evaluate_within(reader, STORED_NAMES) != before


def test_a_book_that_has_left_takes_its_worker_along(reader, site):
    visit(reader, site, "about.html")
    site.rewrite({"about.html": ("What it is not", "Another site")})
    (site.folder / "sw.js").unlink()
    reader.goto(f"{site.url}about.html")
    wait_until(reader, f"{STORED_NAMES}.then((names) => names.length === 0)")
    wait_until(reader, "navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)")


def test_everything_can_be_removed(reader, site):
    visit(reader, site, "about.html")
    reader.goto(f"{site.url}offline.html")
    everything = room(reader, "all")
    everything.locator('[data-action="remove-all"]').click()
    everything.locator(".offline-told", has_text="removed").wait_for()
    assert evaluate_within(reader, STORED_NAMES) == []
    assert "stores nothing" in everything.inner_text()
    assert room(reader, "stored").inner_text() == "No page is stored yet."


def test_a_browser_without_workers_reads_the_book_and_is_told(new_page, site):
    page = new_page(service_workers="block")
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto(f"{site.url}offline.html")
    room(page, STORED_GROUP).get_by_text("does not let the book store files").wait_for()
    assert page.locator("[data-offline] button:visible").count() == 0


def test_without_scripts_the_page_explains_and_shows_no_controls(new_page, site):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site.url}offline.html")
    assert "Pages that you have opened are stored by themselves" in page.locator("main").inner_text()
    assert page.locator("main button:visible").count() == 0


def test_the_first_visit_asks_for_the_worker_only_when_the_page_is_done(reader, site):
    reader.goto(f"{site.url}about.html", wait_until="networkidle")
    assert not [path for path in site.asked if path.startswith(("/sw.js", "/offline/"))]
    reader.wait_for_function("navigator.serviceWorker.controller !== null")
    assert not [path for path in site.asked if re.search(r"pyodide|/data/|moocs/", path)]


def test_the_zip_shows_the_book_with_its_live_cells(new_page, tmp_path):
    with zipfile.ZipFile(write_zip(HTML, tmp_path)) as archive:
        archive.extractall(tmp_path / "stick")
    (folder,) = (tmp_path / "stick").iterdir()
    command = [sys.executable, "-I", "-u", str(folder / "start.py"), "--no-browser"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = next(
                found[0] for line in server.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+/", line))
            )
            with urlopen(address) as answer:
                assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            page = new_page()
            page.add_init_script(SHOW_CODE)
            page.goto(f"{address}{STORED.docname}.html")
            assert page.evaluate("crossOriginIsolated")
            run(page)
        finally:
            server.terminate()


def test_the_description_as_an_app_names_files_that_are_there():
    app = json.loads((HTML / "manifest.webmanifest").read_text(encoding="utf-8"))
    for icon in app["icons"]:
        assert (HTML / icon["src"]).is_file()
    assert (HTML / app["start_url"]).is_file()
