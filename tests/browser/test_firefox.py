"""Firefox opens a unit of the built book, brings its questions to life and runs its cells, also on a second visit.

It has its own engine for threads, modules and WebAssembly: what holds in Chromium need not hold there.
"""

import pytest
from firefox import firefox

from ai2med import chromium, paths
from ai2med.curriculum import load_curriculum
from ai2med.server import BookHandler

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium.firefox(), reason="Firefox is not installed (Debian: apt install firefox-esr)."),
]

HTML = paths.root() / "_build" / "html"
PAGE = f"{load_curriculum().unit('3.2.2').docname}.html"

# Presses Run and tells how the cell has ended, and how it stands after some time.
RUN = """new Promise((resolve) => {
  const cell = document.querySelector('live-cell');
  const tell = () => resolve([cell.dataset.state, cell.querySelector(".live-status")?.textContent]);
  new MutationObserver(() => /done|error/.test(cell.dataset.state) && tell()).observe(cell, { attributes: true });
  setTimeout(tell, 90_000);
  cell.querySelector("[data-action=run]").click();
})"""
# Brings the first question near and waits until it can be answered; what its Check button then tells.
ANSWER = """new Promise((resolve) => {
  const box = document.querySelector("[data-item-id]:has(input[type=radio])");
  box.scrollIntoView();
  const press = () => {
    const button = [...box.querySelectorAll("button")].find(({ textContent }) => textContent.includes("Check answer"));
    if (!button) return setTimeout(press, 100);
    box.querySelector("input[type=radio]").click();
    button.click();
    const told = () => {
      const text = box.querySelector("[role=status]")?.textContent;
      return text ? resolve(text) : setTimeout(told, 100);
    };
    told();
  };
  press();
})"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    with firefox(tmp_path_factory.mktemp("profile"), chromium.firefox()) as made:
        yield made


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML, BookHandler)


@pytest.mark.timeout(300)
def test_a_page_of_the_book_works_in_firefox_on_a_first_and_a_second_visit(reader, site):
    for _ in range(2):
        # A page that is left while it loads gives up its requests, which is no fault.
        reader.open("about:blank")
        reader.complaints.clear()
        reader.open(site + PAGE)
        state, told = reader.ask(RUN, seconds=100)
        assert state == "done", told
        assert reader.ask("document.querySelector('.live-output:not([hidden])').innerText.trim().length") > 0
        assert reader.complaints == []
    assert reader.ask(ANSWER, seconds=30)
    assert reader.complaints == []


def test_a_first_visit_in_firefox_loads_nothing_of_python_unasked(reader, site):
    reader.open(site + PAGE)
    reader.ask("document.querySelector('live-cell').dispatchEvent(new PointerEvent('pointerenter'))")
    reader.ask("new Promise((idle) => requestIdleCallback(() => requestIdleCallback(idle)))")
    loaded = reader.ask("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert [name for name in loaded if "/pyodide/" in name] == []
