"""Python is kept for the next visit: that begins with its libraries imported, and with nothing of a reader's."""

import pytest
from conftest import served

from ai2med import paths
from ai2med.server import BookHandler

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
START = 90_000
EXERCISE = (
    "exercises/mooc3/ethical_legal_and_patient_centered_considerations/"
    "patient_centered_ai_communication_strategies.html"
)

# A page that needs scikit-learn and Matplotlib as well.
MORE = "moocs/mooc2/predictive_analytics/validation_methods.html"

# Some pages here are quiet at once; all others never are.
QUIET = 'addEventListener("DOMContentLoaded", () => (document.documentElement.dataset.liveQuiet = "0"));'
RUN = """async (code) => {
  const script = document.querySelector('script[src*="/live.mjs"]').src;
  const { python } = await import(script.replace("live.mjs", "page.mjs"));
  let told;
  python.addEventListener("ready", ({ detail }) => (told = detail), { once: true });
  const outputs = [];
  const ended = await python.run({ code, name: "Cell 1", onoutput: (output) => outputs.push(output) });
  const text = outputs.map(({ text, data }) => text ?? data?.["text/plain"] ?? "").join("");
  return { ...told, ok: ended.ok, text: text.trim() };
}"""

# Runs code that does not end, and stops it when it has begun.
STOP = """async (code) => {
  const script = document.querySelector('script[src*="/live.mjs"]').src;
  const { python } = await import(script.replace("live.mjs", "page.mjs"));
  let begin;
  const begun = new Promise((resolve) => (begin = resolve));
  const run = python.run({ code: `print("begun")\\n${code}`, name: "Cell 2", onoutput: begin });
  await begun;
  python.stop();
  return (await run).ename;
}"""

# What is kept: its bytes, or 0; the first number of the file is written last. Waits for one that is good.
SIZE = """async (wait) => {
  for (let left = 600; left; left -= 1) {
    try {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("ai2med");
      const file = await (await folder.getFileHandle("python")).getFile();
      const whole = new Uint32Array(await file.slice(0, 4).arrayBuffer())[0];
      const good = file.size > 5e7 && !(await file.slice(16, 2000).text()).includes("#");
      if (whole && (good || !wait)) return file.size;
    } catch (error) {
      if (error.name !== "NotFoundError") throw error;
    }
    if (!wait) return 0;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return 0;
}"""

# Change the kept file: cut it in two, or change a word in it.
CHANGE = """async ([cut, word, other]) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("ai2med");
  const handle = await folder.getFileHandle("python");
  const file = await handle.getFile();
  const writer = await handle.createWritable({ keepExistingData: true });
  if (cut) await writer.truncate(file.size / 2);
  else {
    const text = await file.slice(16, 2000).text();
    await writer.write({ type: "write", position: 16 + text.indexOf(word), data: other });
  }
  await writer.close();
}"""

OWN = """
import random, sys
import numpy as np
import pandas as pd
secret = 42
print(random.random(), np.random.rand(), sys.path.count(""))
"""
LATER = """
import random, sys
import numpy as np
print("secret" in globals())
print(random.random(), np.random.rand(), sys.path.count(""))
"""
NUMBERS = """
import numpy as np
import pandas as pd
from ai2med import load
table = load("admissions")
print(table.describe().to_json())
print(np.linalg.inv([[2.0, 1.0], [1.0, 3.0]]).tolist(), pd.Timestamp("2025-01-02").day_name())
"""
FITTED = """
import matplotlib.pyplot as plt
import numpy as np
from sklearn.tree import DecisionTreeRegressor
X = np.array([[0.0], [1.0], [2.0]])
model = DecisionTreeRegressor().fit(X, [0.1, 0.9, 0.9])
print(model.predict([[0.0], [2.0]]).tolist(), X.shape)
"""


@pytest.fixture(scope="module")
def site():
    with served(HTML, BookHandler) as address:
        yield address


class Reader:
    """Somebody who comes again: each visit is a page of its own in the same browser."""

    def __init__(self, context, address):
        self.context, self.address, self.page = context, address, None

    def visit(self, script=""):
        if self.page:
            self.page.close()
        self.page = self.context.new_page()
        self.page.add_init_script(script)
        self.page.goto(self.address)

    def run(self, code):
        return self.page.evaluate(RUN, code)

    def kept(self, wait=False):
        return self.page.evaluate(SIZE, wait)

    def change(self, cut=False, word="", other=""):
        self.page.evaluate(CHANGE, [cut, word, other])


def reader_in(browser, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(START)
    return context, Reader(context, site + EXERCISE)


@pytest.fixture(scope="module")
def came_before(browser, site):
    """A reader whose browser keeps Python, and what its first visit gave."""
    context, reader = reader_in(browser, site)
    reader.visit(QUIET)
    first = {"own": reader.run(OWN), "numbers": reader.run(NUMBERS)}
    first["size"] = reader.kept(wait=True)
    yield reader, first
    context.close()


def test_the_first_visit_starts_python_and_keeps_it(came_before):
    _, first = came_before
    assert first["own"]["ok"]
    assert not first["own"]["kept"]
    assert 50e6 < first["size"] < 250e6


def test_the_next_visit_reads_it_back_with_nothing_of_the_last(came_before):
    reader, first = came_before
    reader.visit()
    later = reader.run(LATER)
    assert later["kept"]
    assert not later["worth"]
    known, drawn = later["text"].splitlines()
    assert known == "False"
    # Two starts draw different numbers, and the folders in which modules are looked for are there once.
    ours, earlier = (text.split() for text in (drawn, first["own"]["text"]))
    assert ours[0] != earlier[0]
    assert ours[1] != earlier[1]
    assert ours[2] == earlier[2]


def test_numbers_are_the_same_and_errors_and_further_imports_work(came_before):
    reader, first = came_before
    reader.visit()
    assert reader.run(NUMBERS)["text"] == first["numbers"]["text"]
    told = reader.run("import sqlite3, decimal\n1 / 0")
    assert not told["ok"]
    more = reader.run("import scipy.signal, scipy.stats\nprint(scipy.stats.norm.cdf(0.0))")
    assert more["text"] == "0.5"


def test_an_endless_cell_is_stopped_and_variables_stay(came_before):
    reader, _ = came_before
    reader.visit()
    assert reader.run("mark = 7")["kept"]
    assert reader.page.evaluate(STOP, "while True: pass") == "KeyboardInterrupt"
    assert reader.run("print(mark)")["text"] == "7"


def test_a_page_that_needs_more_begins_with_what_is_kept(came_before, site):
    reader, _ = came_before
    reader.visit()
    reader.page.goto(site + MORE)
    told = reader.run(FITTED)
    assert told["kept"]
    assert told["worth"]
    assert told["text"] == "[0.1, 0.9] (3, 1)"


def test_your_data_tells_of_it(came_before, site):
    reader, _ = came_before
    reader.visit()
    reader.page.goto(site + "your_data.html")
    cell = reader.page.locator('td[data-kept="memory"]')
    cell.wait_for()
    assert cell.inner_text().endswith(" MB")


@pytest.mark.parametrize(
    "change",
    [
        {"cut": True},
        {"word": '"made":"', "other": '"made":"#'},
        {"word": '"links":[{"package":"', "other": '"links":[{"package":"#'},
    ],
    ids=["cut", "of another version", "spoilt"],
)
def test_a_file_that_is_no_good_is_replaced(came_before, change):
    reader, first = came_before
    reader.visit()
    reader.change(**change)
    reader.visit(QUIET)
    told = reader.run(NUMBERS)
    assert not told["kept"]
    assert told["text"] == first["numbers"]["text"]
    assert reader.kept(wait=True)
    reader.visit()
    assert reader.run(NUMBERS)["kept"]


def test_erasing_everything_erases_it(came_before, site):
    reader, _ = came_before
    reader.visit()
    reader.page.goto(site + "your_data.html")
    reader.page.locator('button[data-action="erase_everything"]').click()
    reader.page.get_by_role("dialog").get_by_role("button", name="Yes, erase").click()
    reader.page.get_by_text("Erased: ").wait_for()
    assert reader.kept() == 0
    assert reader.page.locator('td[data-kept="memory"]').inner_text() == "nothing"


@pytest.mark.parametrize(
    "forbids",
    [
        "localStorage.setItem('ai2med:python', 'asked');",
        "navigator.storage.estimate = async () => ({ quota: 2e9, usage: 1.5e9 });",
        "Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 2 });",
    ],
    ids=["asked", "no room", "small device"],
)
def test_a_reader_or_a_device_that_wants_none_keeps_none(browser, site, forbids):
    context, reader = reader_in(browser, site)
    reader.visit(QUIET + forbids)
    assert reader.run("1 + 1")["ok"]
    reader.page.wait_for_timeout(1500)
    assert len([worker for worker in reader.page.workers if worker.url.endswith("/worker.mjs")]) == 1
    assert reader.kept() == 0
    context.close()
