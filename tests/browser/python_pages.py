"""Drive the cells of a built page, read what they give, and compare it with what a kernel gave."""

import base64
import functools
import io
import json
import math
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nbformat
import numpy as np
from bounded import evaluate_within
from jupyter_cache import get_cache
from PIL import Image
from playwright.sync_api import TimeoutError

from ai2med import paths
from ai2med.book.tables import mended

START = 120_000  # Python starts in five to ten seconds on an idle machine; a busy one takes longer.

# Presses the button of a cell and waits until the cell says that it has ended; one that never does is told.
PRESS = """
globalThis.pressed = async (cell, action) => {
  const ended = new Promise((resolve, reject) => {
    const told = () => `${cell.dataset.state}: ${cell.querySelector(".live-status")?.textContent}`;
    setTimeout(() => reject(new Error(`The cell did not end. ${told()}`)), 240_000);
    const watch = new MutationObserver(() => {
      if (!["done", "error", "idle", "ready"].includes(cell.dataset.state)) return;
      watch.disconnect();
      resolve(cell.dataset.state);
    });
    watch.observe(cell, { attributes: true, attributeFilter: ["data-state"] });
  });
  cell.querySelector(`button[data-action="${action}"]`).click();
  return await ended;
};
"""

# What a reader sees in the output of a cell, part by part.
READ = """
globalThis.partsOf = (cell) => [...cell.querySelectorAll(".live-output:not([hidden]) > div > *")].map((part) => {
  if (part.matches("figure")) return { kind: "image", source: part.querySelector("img").src };
  if (part.matches(".text_html")) return { kind: "html", text: part.innerHTML };
  return { kind: part.matches(".live-error") ? "error" : "text", text: part.textContent };
});
"""

RUN_ALL = """
async () => {
  const found = [];
  for (const cell of document.querySelectorAll("live-cell")) {
    const state = await pressed(cell, "run");
    found.push({
      index: Number(cell.dataset.index),
      state,
      status: cell.querySelector(".live-status").textContent,
      parts: partsOf(cell),
    });
  }
  return found;
}
"""


@dataclass(frozen=True)
class Part:
    """One part of a cell's output: its kind (text, table, widget, image, error) and what it holds."""

    kind: str
    content: tuple | str | bytes = field(repr=False)


def page_parts(parts):
    """Return what `READ` found as parts."""
    found = []
    for part in parts:
        if part["kind"] == "image":
            found.append(Part("image", base64.b64decode(part["source"].partition(",")[2])))
        elif part["kind"] == "html":
            found.append(html_part(part["text"]))
        else:
            found.append(Part(part["kind"], part["text"].strip("\n")))
    return joined(found)


def notebook_parts(outputs):
    """Return the outputs of a notebook's cell as parts; glued values, which no reader sees, are left out."""
    found = []
    for output in outputs:
        if output.output_type == "stream":
            found.append(Part("text", output.text.strip("\n")))
        elif output.output_type == "error":
            found.append(Part("error", output.ename))
        elif "text/html" in output.data:
            found.append(html_part(output.data["text/html"]))
        elif "image/png" in output.data:
            found.append(Part("image", base64.b64decode(output.data["image/png"])))
        elif "text/plain" in output.data:
            found.append(Part("text", output.data["text/plain"].strip("\n")))
    return joined(found)


def joined(parts):
    """Join texts that follow each other: a page and a kernel may send what is printed in different portions."""
    found = []
    for part in parts:
        if found and part.kind == found[-1].kind == "text":
            part = Part("text", f"{found.pop().content}\n{part.content}")
        found.append(part)
    return found


class _Texts(HTMLParser):
    """The texts of a piece of HTML, and the state of a widget in it."""

    def __init__(self):
        super().__init__()
        self.inside, self.texts, self.states = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag in ("style", "script"):
            self.inside.append(dict(attrs).get("type", tag))

    def handle_endtag(self, tag):
        if tag in ("style", "script") and self.inside:
            self.inside.pop()

    def handle_data(self, data):
        if self.inside:
            if self.inside[-1] == "application/json":
                self.states.append(data)
        elif data.strip():
            self.texts.append(data.strip())


def html_part(text):
    reader = _Texts()
    # The page puts the name of an index into the heading; a kernel leaves it below.
    reader.feed(mended(text))
    if reader.states and "data-widget" in text:
        return Part("widget", tuple(reader.states))
    return Part("table", tuple(reader.texts))


NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)


def same_text(left, right, tolerance):
    """Tell whether two texts are equal, but for numbers that differ by at most the relative tolerance.

    A long collection is broken into lines in other places in a notebook than in the page: any space is like another.
    """
    left, right = " ".join(left.split()), " ".join(right.split())
    if left == right:
        return True
    if NUMBER.sub("#", left) != NUMBER.sub("#", right):
        return False
    numbers = [[float(text.replace("−", "-")) for text in NUMBER.findall(side)] for side in (left, right)]
    return all(math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance) for a, b in zip(*numbers, strict=True))


def image_distance(left, right):
    """Return the mean difference of two pictures, from 0 (the same) to 1; None if their sizes differ."""
    first, second = (Image.open(io.BytesIO(png)).convert("RGB") for png in (left, right))
    if first.size != second.size:
        return None
    return float(np.abs(np.asarray(first, float) - np.asarray(second, float)).mean() / 255)


def image_size(png):
    return Image.open(io.BytesIO(png)).size


def differences(found, expected, tolerance=1e-9, pixels=0.01):
    """Say how two lists of parts differ; nothing if a reader sees the same."""
    if [part.kind for part in found] != [part.kind for part in expected]:
        return [f"parts {[part.kind for part in found]}, expected {[part.kind for part in expected]}"]
    told = []
    for left, right in zip(found, expected, strict=True):
        if left.kind == "image":
            distance = image_distance(left.content, right.content)
            if distance is None:
                told.append(f"picture of {image_size(left.content)}, expected {image_size(right.content)}")
            elif distance > pixels:
                told.append(f"picture differs by {distance:.4f}")
        elif left.kind == "error":
            if right.content not in left.content:
                told.append(f"error {left.content!r}, expected {right.content!r}")
        else:
            sides = [[side] if isinstance(side, str) else list(side) for side in (left.content, right.content)]
            if len(sides[0]) != len(sides[1]):
                told.append(f"{left.kind} {sides[0]}, expected {sides[1]}")
            told += [
                f"{left.kind} {a[:300]!r}, expected {b[:300]!r}"
                for a, b in zip(*sides, strict=False)
                if not same_text(a, b, tolerance)
            ]
    return told


@functools.cache
def executed(docname):
    """Return the page's notebook as the build's kernel executed it."""
    build = paths.root() / "_build"
    written = nbformat.read(build / "jupyter_execute" / f"{docname}.ipynb", as_version=4)
    # Where the build took a page's outputs from its cache, MyST-NB writes the notebook without them.
    return get_cache(build / ".jupyter_cache").merge_match_into_notebook(written)[1]


def glued(docname):
    """Return the values that the page's text quotes, by name, as the build's kernel computed them."""
    path = paths.root() / "_build" / "jupyter_execute" / f"{docname}.glue.json"
    if not path.is_file():
        return {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {name: output["data"]["text/plain"] for name, output in stored.items()}


# What the tests keep in the page's Python, under names that begin with an underscore.
ASIDE = """
import copy as _copy, sys as _sys, types as _types

def _copied(values):
    memo, made = {}, {}
    for name, value in values.items():
        shared = isinstance(value, (_types.ModuleType, _types.FunctionType, type))
        try:
            made[name] = value if shared else _copy.deepcopy(value, memo)
        except Exception:
            made[name] = value
    return made

def _own():
    return {name: value for name, value in globals().items() if not name.startswith("_")}

def _set(values):
    for name in _own():
        del globals()[name]
    globals().update(values)

def _keep():
    global _kept
    _kept = _copied(_own())

def _restore():
    _set(_copied(_kept))

def _enter():
    global _outside, _given, _settings
    _outside = _own()
    _given = {**_aside, **_copied(_outside)}
    _settings = dict(_sys.modules["matplotlib"].rcParams) if "matplotlib" in _sys.modules else None
    _set(_given)

def _leave():
    _aside.update({name: value for name, value in _own().items() if _given.get(name) is not value})
    _set(_outside)
    if _settings:
        _sys.modules["matplotlib"].rcParams.update(_settings)

if "_aside" not in globals():
    _aside = {}
"""
MODULE = f"""
  const page = await import(document.querySelector('script[src*="/live.mjs"]').src.replace("live.mjs", "page.mjs"));
  const python = (code) => page.python.run({{ code, name: "Test", quiet: true, onoutput() {{}} }});
  await python({json.dumps(ASIDE)});
"""

# Each attempt at a task starts from the same values, as after a restart of Python, which would take ten seconds.
KEEP = f"async () => {{ {MODULE} await python('_keep()'); }}"
RESTORE = f"async () => {{ {MODULE} await python('_restore()'); }}"

# Runs cells that the page does not show, and gives the values that they hand to the text. They get copies, and what
# they make is kept away from the cells that the page shows: those have to do without, as for a reader.
QUOTED = f"""async (cells) => {{ {MODULE}
  const values = {{}};
  const onoutput = ({{ kind, data, metadata, text }}) => {{
    if (kind === "error") values.error = text;
    if (metadata?.scrapbook) values[metadata.scrapbook.name] = Object.values(data)[0];
  }};
  await python("_enter()");
  for (const code of cells) await page.python.run({{ code, name: "Hidden", onoutput }});
  await python("_leave()");
  return values;
}}"""

# Presses Check and waits for the answer, or for the error of a cell that cannot be checked.
ANSWER = """
async (cell) => {
  const told = () => cell.querySelector(".live-feedback:not([hidden]) .ai2med-feedback");
  const ended = new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      const { state } = cell.dataset;
      if (!["error", "idle"].includes(state) && !(state === "done" && told())) return;
      watch.disconnect();
      resolve(state);
    });
    watch.observe(cell, { attributes: true, attributeFilter: ["data-state"] });
  });
  cell.querySelector('button[data-action="check"]').click();
  const state = await ended;
  return {
    state,
    status: cell.querySelector(".live-status").textContent,
    answer: told() && { ...told().dataset, text: told().textContent },
  };
}
"""


def quoted(page, sources):
    """Return the values that cells hand to the page's text, by name; none may raise."""
    values = evaluate_within(page, QUOTED, sources, seconds=240)
    assert "error" not in values, values["error"]
    return values


def type_code(cell, code):
    """Replace the code of a cell in its editor, as somebody does who pastes."""
    editor = cell.locator(".cm-content")
    if not editor.count():
        # Not by its button, which goes when another tab opens the editor.
        cell.evaluate("(cell) => cell.open()")
    editor.click()
    cell.page.keyboard.press("Control+A")
    cell.page.keyboard.insert_text(code)


# A notebook that JupyterLite has run, with its outputs, once its kernel has nothing left to do; else null. The prompts
# on the page do not tell: before the notebook is there it shows an empty one.
LITE_ENDED = """
() => {
  const { context, content, sessionContext } = window.jupyterapp?.shell.currentWidget ?? {};
  if (!context?.isReady || sessionContext.session?.kernel?.status !== "idle") return null;
  const cells = content.widgets.map(({ model }) => model).filter(({ type }) => type === "code");
  if (cells.some(({ executionState }) => executionState === "running")) return null;
  return cells.some(({ executionCount }) => executionCount) ? JSON.stringify(context.model.toJSON()) : null;
}
"""
# What to tell of one that does not end.
LITE_STATE = """
() => {
  const { content, sessionContext } = window.jupyterapp?.shell.currentWidget ?? {};
  const cells = content?.widgets.map(({ model }) => `${model.executionCount}/${model.executionState}`);
  return `kernel ${sessionContext?.session?.kernel?.status}, cells ${cells}`;
}
"""


def run_in_lite(page, site, path):
    """Open a notebook in JupyterLite, run all its cells at once, and return it with its outputs.

    Parameters
    ----------
    page : playwright.sync_api.Page
    site : str
        Address of the book.
    path : str
        The notebook's place in JupyterLite, such as ``mooc2/predictive_analytics/validation_methods.ipynb``.
    """
    page.goto(f"{site}lite/notebooks/index.html?path={path}")
    # A reader may be faster than the kernel, which is not waited for.
    page.locator(".jp-CodeCell .cm-content").first.wait_for(timeout=START)
    page.wait_for_function("window.jupyterapp.commands.isEnabled('runmenu:run-all')", timeout=START)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]:not(.lm-mod-disabled)').click()
    try:
        ended = page.wait_for_function(LITE_ENDED, timeout=2 * START)
    except TimeoutError as error:
        raise AssertionError(f"{path} did not end: {page.evaluate(LITE_STATE)}") from error
    return nbformat.reads(ended.json_value(), as_version=4)
