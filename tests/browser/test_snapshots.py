"""Python begins with a snapshot: quickly, with the same numbers, with nothing of where it was taken, or without it."""

import re

import pytest
from bounded import evaluate_within

from ai2med import paths
from ai2med.server import BookHandler, serving

pytestmark = pytest.mark.browser

HTML = paths.root() / "_build" / "html"
START = 90_000
# A page with cells; it is answered as one that needs tables only.
TABLES = "exercises/mooc5/practical_technical_skills_in_ai_contexts/testing_ai_accuracy_in_medicine.html"
MODELS = "moocs/mooc2/predictive_analytics/validation_methods.html"

RUN = """async (code) => {
  const script = document.querySelector('script[src*="/live.mjs"]').src;
  const { python } = await import(script.replace("live.mjs", "page.mjs"));
  let told = {};
  python.addEventListener("ready", ({ detail }) => (told = detail), { once: true });
  const outputs = [];
  const ended = await python.run({ code, name: "Cell 1", onoutput: (output) => outputs.push(output) });
  const text = outputs.map(({ text, data }) => text ?? data?.["text/plain"] ?? "").join("");
  return { ...told, ...ended, text: text.trim() };
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

START_STATE = """
import datetime, os, random, sys, time
import numpy as np
print(random.random(), np.random.rand(), np.random.default_rng().random(), os.urandom(4).hex())
print(len(sys.path) - len(set(sys.path)), time.timezone, time.daylight, os.environ["AI2MED_DATA_URL"].split("/")[-1])
print(datetime.datetime.now().astimezone().utcoffset(), abs(time.time() - datetime.datetime.now().timestamp()) < 5)
"""
NUMBERS = """
import io
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from scipy import stats
from sklearn.linear_model import LogisticRegression
from ai2med import load
table = load("admissions")
print(table.describe().to_json())
print(np.linalg.inv([[2.0, 1.0], [1.0, 3.0]]).tolist(), pd.Timestamp("2025-01-02").day_name(), stats.norm.ppf(0.9))
X = np.random.default_rng(1).normal(size=(60, 3))
print(LogisticRegression().fit(X, X[:, 0] > 0.2).coef_.round(8).tolist())
fig, ax = plt.subplots()
ax.plot([1, 2], label="$x^2$")
ax.legend()
drawn = io.BytesIO()
fig.savefig(drawn, format="svg", metadata={"Date": None})
plt.close(fig)
print(len(drawn.getvalue()), table.head(2).to_html()[:6])
"""


class Handler(BookHandler):
    """The book's server; what it is asked for can be noted, refused or spoilt."""

    asked: list = []  # noqa: RUF012 - one server at a time
    refused = spoilt = None

    def do_GET(self):  # noqa: N802 - as the base class has it
        self.asked.append(self.path)
        if self.refused and re.search(self.refused, self.path):
            self.send_error(404)
        elif self.spoilt and re.search(self.spoilt, self.path):
            content = (HTML / self.path.lstrip("/")).read_bytes()
            self._answer(content[:-1] + bytes([content[-1] ^ 1]))
        elif self.path == f"/{TABLES}":
            content = (HTML / TABLES).read_bytes()
            self._answer(re.sub(rb'"packages":\[[^]]*\]', b'"packages":["numpy","pandas"]', content), "text/html")
        else:
            super().do_GET()

    def _answer(self, content, kind="application/octet-stream"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def visit(browser):
    """Return a function that opens a page in a browser that has not been here before."""
    with serving(HTML, Handler) as address:
        Handler.asked = []
        contexts = []

        def open_page(path, **options):
            context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(START)
            page.goto(address + path)
            return page

        yield open_page
        for context in contexts:
            context.close()
    Handler.refused = Handler.spoilt = None


def asked(page, script, code):
    """Let a page run code, with time enough for Python to start; return what it tells."""
    return evaluate_within(page, script, code, seconds=START / 1000)


def archives():
    """Return the packages that the server was asked for."""
    return sorted({path.rpartition("/")[2].partition("-")[0] for path in Handler.asked if path.endswith(".whl")})


def test_a_page_begins_with_a_snapshot_and_loads_no_package_in_it(visit):
    page = visit(MODELS)
    told = asked(page, RUN, NUMBERS)
    assert told["ok"], told
    assert told["snapshot"]
    assert archives() == []
    files = {path.rpartition("/")[2].rpartition("-")[0] for path in Handler.asked if "/snapshot-" in path}
    assert files == {"snapshot-models"}


def test_a_page_of_tables_takes_the_small_one(visit):
    told = asked(visit(TABLES), RUN, "import pandas as pd\npd.DataFrame({'a': [1]}).describe().to_html()")
    assert told["snapshot"]
    assert {path.rpartition("/")[2][:15] for path in Handler.asked if "/snapshot-" in path} == {"snapshot-tables"}


@pytest.mark.parametrize("how", ["refused", "spoilt"])
@pytest.mark.parametrize("part", [0, 1, "last"])
def test_without_the_snapshot_python_starts_all_the_same(visit, how, part):
    setattr(Handler, how, r"/snapshot-models-(\d\d)\.bin" if part == "last" else rf"/snapshot-models-{part}\.bin")
    told = asked(visit(MODELS), RUN, "import pandas as pd\nprint(pd.__name__)")
    assert told["text"] == "pandas"
    assert not told["snapshot"]
    assert {"numpy", "pandas"} <= set(archives())


def test_numbers_and_figures_are_the_same_with_and_without(visit):
    first = asked(visit(MODELS), RUN, NUMBERS)
    Handler.refused = r"/snapshot-"
    second = asked(visit(MODELS), RUN, NUMBERS)
    assert (first["snapshot"], second["snapshot"]) == (True, False)
    assert first["text"] == second["text"]
    assert len(first["text"].splitlines()) == 4


def test_two_starts_draw_different_numbers_and_know_the_readers_zone(visit):
    zones = {"Asia/Kolkata": (["5:30:00"], "-19800 0"), "Europe/Berlin": (["1:00:00", "2:00:00"], "-3600 1")}
    drawn = []
    for zone, (offsets, constants) in zones.items():
        told = asked(visit(TABLES, timezone_id=zone), RUN, START_STATE)
        assert told["snapshot"]
        numbers, state, moment = told["text"].splitlines()
        drawn.append(numbers.split())
        assert state == f"0 {constants} data"
        assert moment in {f"{offset} True" for offset in offsets}
    assert not set(drawn[0]) & set(drawn[1])


def test_errors_point_at_the_line_and_an_endless_cell_leaves_variables(visit):
    page = visit(TABLES)
    assert asked(page, RUN, "mark = 7")["ok"]
    told = asked(page, RUN, "import decimal\n1 / 0")
    assert told["ename"] == "ZeroDivisionError"
    assert told["line"] == 2
    assert asked(page, STOP, "while True: pass") == "KeyboardInterrupt"
    assert asked(page, RUN, "print(mark)")["text"] == "7"


@pytest.mark.parametrize(
    "code",
    ["import scipy.signal as s", "import importlib\ns = importlib.import_module('scipy.signal')"],
    ids=["seen in the cell", "hidden from a look at the cell"],
)
def test_a_module_that_the_snapshot_lacks_comes_with_its_package(visit, code):
    page = visit(MODELS)
    told = asked(page, RUN, f"{code}\nprint(s.detrend([1.0, 2.0, 4.0]).round(3).tolist())")
    assert told["text"] == "[0.167, -0.333, 0.167]"
    assert told["snapshot"]
    assert "scipy" in archives()
    # A second one needs no second look.
    assert asked(page, RUN, "import scipy.ndimage as n\nprint(n.shift([1.0, 2.0], 1).tolist())")["text"] == "[0.0, 1.0]"
    assert len([path for path in Handler.asked if "/scipy-" in path]) == 1


@pytest.mark.parametrize("code", ["import scipy.signal", "__import__('scipy.signal')"], ids=["seen", "hidden"])
def test_a_package_that_cannot_be_had_then_is_named_and_can_be_tried_again(visit, code):
    page = visit(MODELS)
    assert asked(page, RUN, "kept = 1")["snapshot"]
    Handler.refused = r"/scipy-"
    told = asked(page, RUN, code)
    assert not told["ok"]
    assert "scipy" in told["unavailable"]
    Handler.refused = None
    assert asked(page, RUN, f"{code}\nprint(kept)")["text"] == "1"


def test_a_package_on_top_of_a_snapshot_works(visit):
    page = visit(TABLES)
    told = asked(page, RUN, "import altair as alt\nprint(alt.Chart().mark_bar().to_dict()['mark'])")
    assert told["text"] == "{'type': 'bar'}"
    more = asked(
        page,
        RUN,
        "from sklearn.tree import DecisionTreeRegressor as T\nprint(T().fit([[0], [1]], [0, 1]).predict([[1]]))",
    )
    assert more["text"] == "[1.]"
