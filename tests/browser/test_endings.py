"""A test in a browser ends, whatever becomes of the page: with words that say what was waited for and what happened."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bounded import UnansweredError, evaluate_within, frames_drawn, state_of
from playwright.sync_api import Error

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parents[1]


@pytest.fixture
def open_page(browser):
    """Return a function that opens an empty page; nobody minds what happens to it."""
    contexts = []

    def make():
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.goto("data:text/html,<title>x</title>")
        return page

    yield make
    for context in contexts:
        context.close()


def crash(page):
    """Let the page's renderer crash; the navigation that makes it do so is given up."""
    with page.expect_event("crash"), pytest.raises(Error, match="ERR_ABORTED"):
        page.goto("chrome://crash")


def test_a_kept_promise_is_answered_and_so_is_a_plain_value(open_page):
    page = open_page()
    assert evaluate_within(page, "async (given) => ({ doubled: 2 * given })", 21) == {"doubled": 42}
    assert evaluate_within(page, "Promise.resolve(null)") is None
    assert evaluate_within(page, "[1, document.title];") == [1, "x"]
    assert evaluate_within(page, "(box) => box.tagName", page.query_selector("body")) == "BODY"
    frames_drawn(page)
    assert page.evaluate("globalThis.ai2medAsked.size") == 0


def test_a_promise_that_is_never_kept_is_told_with_what_was_asked(open_page):
    with pytest.raises(UnansweredError, match=r"No answer within 0\.5 s: the renderer is alive.*data:text.*asked: new"):
        evaluate_within(open_page(), "new Promise(() => {})", seconds=0.5)


def test_a_promise_that_is_broken_is_told_with_its_reason(open_page):
    with pytest.raises(UnansweredError, match="no table here"):
        evaluate_within(open_page(), "Promise.reject(new Error('no table here'))")


def test_a_page_that_never_draws_is_told(open_page):
    page = open_page()
    page.evaluate("globalThis.requestAnimationFrame = () => {}")
    with pytest.raises(UnansweredError, match="requestAnimationFrame"):
        frames_drawn(page, seconds=0.5)


def test_a_renderer_that_crashed_is_named(open_page):
    page = open_page()
    crash(page)
    with pytest.raises(UnansweredError, match=r"The renderer of data:text/html.* crashed"):
        evaluate_within(page, "new Promise(requestAnimationFrame)")
    assert state_of(page) == "crashed"


def test_a_watched_page_that_crashed_is_a_complaint(new_page, complaints):
    page = new_page()
    page.goto("data:text/html,<title>x</title>")
    crash(page)
    complaints.expect("the renderer of data:text/html")


HANGING = """
import pytest

@pytest.mark.timeout(4)
def test_that_hangs(page):
    page.goto("data:text/html,<title>standing still</title>")
    page.evaluate("console.log('so far so good')")
    page.evaluate("new Promise(() => {})")

def test_that_crashes(page, complaints):
    page.goto("data:text/html,<title>gone</title>")
    with page.expect_event("crash"), pytest.raises(Exception, match="ERR_ABORTED"):
        page.goto("chrome://crash")
    page.evaluate("new Promise(requestAnimationFrame)")

@pytest.mark.timeout(4)
def test_whose_fixture_hangs(request):
    request.addfinalizer(lambda: __import__("threading").Event().wait())

def test_that_comes_after(page):
    page.goto("data:text/html,<title>after</title>")
    assert page.evaluate("document.title") == "after"
"""


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "among others"])
def test_a_test_that_hangs_fails_in_words_and_the_rest_of_the_run_goes_on(tmp_path, workers):
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path[:0] = [{str(TESTS)!r}, {str(TESTS / 'browser')!r}]\n"
        "import importlib.util as u\n"
        f"s = u.spec_from_file_location('room', {str(TESTS / 'browser' / 'conftest.py')!r})\n"
        "room = u.module_from_spec(s)\ns.loader.exec_module(room)\n"
        "globals().update({k: v for k, v in vars(room).items() if not k.startswith('__')})\n"
        "import endings\n"
        "pytest_timeout_set_timer = endings.set_timer\n",
        encoding="utf-8",
    )
    (tmp_path / "test_hanging.py").write_text(HANGING, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", "-c", os.devnull, *workers]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    told = done.stdout
    # The fixture that hangs belongs to a test that passes.
    assert "2 failed, 2 passed, 2 errors" in told, told + done.stderr
    assert told.count("Failed: Not ended within 4 s") >= 2
    assert "data:text/html,<title>standing still</title>: the renderer is alive" in told
    assert "console log: so far so good" in told
    assert "data:text/html,<title>gone</title>: the renderer crashed" in told
