"""A browser, a local server and a page that forgives nothing: what all browser tests start from."""

import contextlib
import os
import shutil
import time
from typing import ClassVar

import pytest
from playwright.sync_api import sync_playwright

from ai2med.server import BookHandler, serving

# No test may reach another host, and neither may the browser by itself.
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


# What takes long, by what it does: build the book, run notebooks, start Python in a browser, open every page.
LONG = (
    "test_promise_7",
    "test_notebooks_nbval.py",
    "test_python_on_pages.py",
    "test_live_cells.py",
    "test_keep_python.py",
    "test_python_on_pages_trouble.py",
    "test_lite.py",
    "test_offline.py",
    "test_charts.py",
    "tests/browser/",
    "tests/content/",
)


def pytest_collection_modifyitems(items):
    """Let all tests that take long, not only the browser's, begin: no core is to wait at the end for a late one."""
    items.sort(key=lambda item: next((place for place, name in enumerate(LONG) if name in item.nodeid), len(LONG)))


def browser_program():
    """Return the path of a Chromium, or None for the one that Playwright brings."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=browser_program(), args=ARGUMENTS)
        yield made
        made.close()


class PlainHandler(BookHandler):
    """A plain host of static pages, which cannot isolate them: Python there is started anew, not interrupted."""

    isolation: ClassVar = {}


@pytest.fixture(scope="session")
def serve():
    """Return a function that serves a folder as a plain host of static pages does, and gives its address."""
    with contextlib.ExitStack() as servers:
        yield lambda folder, handler=PlainHandler: servers.enter_context(serving(folder, handler))


class Complaints(list):
    """What went wrong on a page; a test that provokes an error takes it out with `expect`."""

    def watch(self, page):
        page.on("console", lambda message: self.append(f"console: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: self.append(f"exception: {error}"))
        # A page that is left while it loads gives up its requests, and so does Python that is stopped: no fault. What
        # cannot be had ends otherwise: as a refused connection, or with a status of 400 and more.
        page.on(
            "requestfailed",
            lambda request: (
                self.append(f"failed: {request.url} {request.failure}")
                if request.failure != "net::ERR_ABORTED"
                else None
            ),
        )
        page.on(
            "response",
            lambda response: self.append(f"{response.status}: {response.url}") if response.status >= 400 else None,
        )

    def expect(self, part):
        """Take out the complaints that hold `part`; there must be one."""
        found = [text for text in self if part in text]
        assert found, f"No complaint about {part!r} in {list(self)}"
        self[:] = [text for text in self if part not in text]


def wait_until(page, condition, arg=None, seconds=30):
    """Wait until a condition holds that the page answers with a promise.

    `Page.wait_for_function` does not wait for promises: it takes the promise itself for an answer, and for yes.
    """
    ends = time.monotonic() + seconds
    while not page.evaluate(condition, arg):
        assert time.monotonic() < ends, f"Not within {seconds} s: {condition} {arg or ''}"
        page.wait_for_timeout(50)


@pytest.fixture
def complaints():
    return Complaints()


@pytest.fixture
def new_page(browser, complaints):
    """Return a function that opens a watched page in a fresh context; it takes Playwright's context options."""
    contexts = []

    def make(**options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_page):
    """A page at desktop width; console errors, exceptions and failed requests fail the test at its end."""
    return new_page()
