"""A browser, a local server and a page that forgives nothing: what all browser tests start from."""

import contextlib
import os
import re
import shutil
import time
from typing import ClassVar

import pytest
from bounded import evaluate_within, state_of
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
BROWSERS = []


def browser_program():
    """Return the path of a Chromium, or None for the one that Playwright brings."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=browser_program(), args=ARGUMENTS)
        BROWSERS.append(made)
        yield made
        BROWSERS.remove(made)
        made.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Tell of a test that waited in vain how its pages stood."""
    report = yield
    if call.excinfo and re.search("Not ended within|Timeout|No answer|crashed", str(call.excinfo.value)):
        report.sections += [("A page that was open", told) for made in BROWSERS for told in open_pages(made)]
    return report


def open_pages(browser):
    """Describe each open page: its address, whether its renderer is alive, and the last it wrote to the console."""
    for page in [page for context in browser.contexts for page in context.pages]:
        lines = [f"{page.url}: the renderer {state_of(page)}"]
        lines += [f"  console {message.type}: {message.text[:300]}" for message in page.console_messages()[-5:]]
        yield "\n".join(lines)


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
        page.on("crash", lambda: self.append(f"the renderer of {page.url} crashed"))
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
    while not evaluate_within(page, condition, arg, seconds):
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
