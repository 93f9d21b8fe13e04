"""Measure how long a reader waits for Python: in the page, and in JupyterLite on the same site, same cell, same run."""

import html
import json
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from .curriculum import load_curriculum
from .page_weight import CHROMIUM_ARGUMENTS
from .runtime.fetch import LOCK, fetch_as_shipped
from .runtime.markup import cell_attributes, page_html
from .runtime.needs import packages_for
from .server import BookHandler, serving

__all__ = ["measure_python"]

CELL = """\
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 2))
y = (X[:, 0] + rng.normal(size=200) > 0).astype(int)
model = LogisticRegression().fit(X, y)
fig, ax = plt.subplots()
ax.plot(np.sort(model.predict_proba(X)[:, 1]))
plt.show()
pd.DataFrame(X).describe()
"""
TABLE = "import pandas as pd\n\npd.DataFrame({'a': range(4)}).describe()\n"

_WAIT = 180_000
_TIMES = 3

_RUN = """async ([selector, shown]) => {
    const cell = document.querySelector(selector);
    const script = document.querySelector('script[src*="/live.mjs"]').src;
    const started = performance.now();
    const found = { seconds: {} };
    import(script.replace('live.mjs', 'page.mjs')).then(({ python }) =>
        python.addEventListener('ready', ({ detail }) => Object.assign(found, detail), { once: true }));
    cell.querySelector('[data-action=run]').click();
    await new Promise((resolve, reject) => {
        const look = () => {
            if (cell.dataset.state === 'error') reject(new Error(cell.innerText));
            else if (cell.dataset.state === 'done' && cell.querySelector(shown)) resolve();
            else requestAnimationFrame(look);
        };
        look();
    });
    return { ...found, ms: performance.now() - started };
}"""
_AGAIN = """async () => {
    const script = document.querySelector('script[src*="/live.mjs"]').src;
    const { cellOf } = await import(script.replace('live.mjs', 'page.mjs'));
    const cell = cellOf(document.querySelector('#second'));
    const started = performance.now();
    await cell.act('run');
    return performance.now() - started;
}"""
# The first cell of a unit's page whose stored output is a table or a figure.
_TYPICAL = """() => {
    const shows = (cell) => cell.querySelector('.cell_output :is(table, img)');
    const found = [...document.querySelectorAll('live-cell')].find(shows);
    if (found) found.id = 'typical';
    return found?.dataset.number;
}"""


class _Counting:
    """What a connection is written to, with a count."""

    def __init__(self, inner, count):
        self._inner, self._count = inner, count

    def write(self, data):
        self._count(len(data))
        return self._inner.write(data)

    def __getattr__(self, name):
        return getattr(self._inner, name)


class _Handler(BookHandler):
    """The book's own server, with pages that exist for the measurement only, and with a count of what it sends."""

    extra: dict[str, bytes]
    sent: list[int]

    def setup(self):
        super().setup()
        self.wfile = _Counting(self.wfile, self.sent.append)

    def do_GET(self):  # noqa: N802 - as the base class has it
        """Answer with a page that exists for the measurement only, or as the book's server does."""
        content = self.extra.get(self.path.partition("?")[0])
        if content is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path.partition("?")[0]))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _page(site: Path, codes: dict[str, str]) -> bytes:
    """Return a page of live cells as the book's build would write it."""
    version = next(path.name for path in (site / "_static" / "live").iterdir())
    cells = []
    for number, (name, code) in enumerate(codes.items(), 1):
        told = cell_attributes(number, number, f"bench#{number}")
        attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in told.items())
        source = f'<div class="cell_input"><div class="highlight"><pre>{html.escape(code)}</pre></div></div>'
        cells.append(f'<live-cell id="{name}"{attributes}><div class="cell">{source}</div></live-cell>')
    end = page_html("bench", packages_for(codes.values()), {}, f"_static/live/{version}/live.mjs")
    return (
        '<!DOCTYPE html><html lang="en" class="scripts"><head><meta charset="utf-8"><title>Measuring</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="_static/ai2med.css"></head>'
        f"<body><main><article>{''.join(cells)}{end}</article></main></body></html>"
    ).encode()


def _notebook(code: str) -> bytes:
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": code}
    kernel = {"kernelspec": {"display_name": "Python", "language": "python", "name": "python"}}
    return json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}).encode()


def _with_notebook(site: Path, extra: dict[str, bytes]) -> None:
    """Let JupyterLite offer a notebook with the cell."""
    listing = site / "lite" / "api" / "contents" / "all.json"
    told = json.loads(listing.read_text(encoding="utf-8"))
    extra["/lite/files/bench.ipynb"] = _notebook(CELL)
    model = {**told["content"][0], "name": "bench.ipynb", "path": "bench.ipynb", "type": "notebook"}
    model["size"] = len(extra["/lite/files/bench.ipynb"])
    told["content"].append(model)
    extra["/lite/api/contents/all.json"] = json.dumps(told).encode()


class _Site:
    """A served site and a browser; every `reader` begins with an empty memory."""

    def __init__(self, address: str, sent: list[int], chromium, program: str):
        self.address, self._sent, self._chromium, self._program = address, sent, chromium, program

    @contextmanager
    def reader(self):
        """Give a browser that nobody has used; a private window would keep no large files."""
        with tempfile.TemporaryDirectory() as folder:
            context = self._chromium.launch_persistent_context(
                folder,
                executable_path=self._program,
                args=[*CHROMIUM_ARGUMENTS],
                viewport={"width": 1280, "height": 900},
            )
            context.set_default_timeout(_WAIT)
            try:
                yield context
            finally:
                context.close()

    @contextmanager
    def visit(self, context, address: str):
        """Open a page."""
        self._sent.clear()
        page = context.new_page()
        try:
            page.goto(self.address + address)
            yield page
        finally:
            page.close()

    @property
    def megabytes(self) -> float:
        """What the server has sent since the page was opened."""
        return sum(self._sent) / 1e6


def _in_page(site: _Site, rows: dict) -> None:
    with site.reader() as context:
        for visit in ("cold", "second visit"):
            with site.visit(context, "bench.html") as page:
                found = page.evaluate(_RUN, ["#first", ".live-output img"])
                rows.setdefault(f"page, {visit}", []).append(found["ms"] / 1000)
                rows.setdefault(f"page, {visit}, MB", []).append(site.megabytes)
                # The rest is the cell's own: its imports, its figure, and what the page does around it.
                phases = {**found["seconds"], "cell": found["ms"] / 1000 - sum(found["seconds"].values())}
                for phase, seconds in phases.items():
                    rows.setdefault(f"page, {visit}, {phase}", []).append(seconds)
                rows.setdefault("page, second cell, ms", []).append(page.evaluate(_AGAIN))


def _pandas_only(site: _Site, rows: dict) -> None:
    with site.reader() as context, site.visit(context, "table.html") as page:
        found = page.evaluate(_RUN, ["#first", ".live-output table"])
        rows.setdefault("page with pandas only, cold", []).append(found["ms"] / 1000)
        rows.setdefault("page with pandas only, cold, MB", []).append(site.megabytes)


def _after_a_while(site: _Site, address: str, rows: dict) -> None:
    with site.reader() as context:
        # The reader has chosen that Python is loaded ahead.
        context.add_init_script("localStorage.setItem('ai2med:python', 'ready')")
        with site.visit(context, address) as page:
            if not page.evaluate(_TYPICAL):
                return
            time.sleep(20)
            found = page.evaluate(_RUN, ["#typical", ".live-output :is(table, img)"])
            rows.setdefault("after 20 s on a unit's page", []).append(found["ms"] / 1000)


def _in_jupyterlite(site: _Site, rows: dict, kind: str = "JupyterLite") -> None:
    with site.reader() as context:
        for visit in ("cold", "second visit"):
            started = time.perf_counter()
            with site.visit(context, "lite/notebooks/index.html?path=bench.ipynb") as page:
                cell = page.locator(".jp-Notebook .jp-CodeCell").first
                cell.locator(".cm-content").click()
                # Until the notebook has a kernel to send the cell to, the keys do nothing.
                while "*" not in cell.locator(".jp-InputPrompt").inner_text():
                    page.keyboard.press("Control+Enter")
                    page.wait_for_timeout(100)
                cell.locator(".jp-OutputArea-output img").first.wait_for()
                cell.locator(".jp-OutputArea-output table").first.wait_for()
                rows.setdefault(f"{kind}, {visit}", []).append(time.perf_counter() - started)
                rows.setdefault(f"{kind}, {visit}, MB", []).append(site.megabytes)


def _as_shipped(html_folder: Path, folder: Path) -> Path:
    """Make the same site but for Python's packages: those are as their makers ship them."""
    for name in ("", "_static", "lite"):
        (folder / name).mkdir(exist_ok=True)
        for path in (html_folder / name).resolve().iterdir():
            if path.name not in ("_static", "lite", "pyodide", LOCK):
                (folder / name / path.name).symlink_to(path, target_is_directory=path.is_dir())
    fetch_as_shipped(folder / "_static" / "pyodide")
    shipped = json.loads((folder / "_static" / "pyodide" / LOCK).read_text(encoding="utf-8"))["packages"]
    told = json.loads((html_folder / "lite" / LOCK).read_text(encoding="utf-8"))
    for name, entry in told["packages"].items():
        if name in shipped and shipped[name]["file_name"] == entry["file_name"]:
            told["packages"][name] = shipped[name]
    (folder / "lite" / LOCK).write_text(json.dumps(told), encoding="utf-8")
    return folder


@contextmanager
def _served(folder: Path, extra: dict[str, bytes]):
    """Serve a site; give its address, and the list to which the size of everything that is sent is added."""
    sent: list[int] = []
    with serving(folder, type("Handler", (_Handler,), {"extra": extra, "sent": sent})) as address:
        yield address, sent


def measure_python(html_folder: Path, root: Path, program: str, times: int = _TIMES) -> dict[str, float]:
    """Measure a built site in Chromium.

    Parameters
    ----------
    html_folder : path
        The built site; JupyterLite is measured if it is there: as the site has it, and with the packages as their
        makers ship them, without our compiling and trimming.
    root : path
        The book.
    program : str
        Path of Chromium.
    times : int
        How often each thing is measured, in turn; the medians are returned.

    Returns
    -------
    dict of str to float
        Seconds, unless the name says ms or MB. JupyterLite's time begins when its notebook is opened, the page's when
        Run is pressed on an open page.
    """
    from playwright.sync_api import sync_playwright

    extra = {
        "/bench.html": _page(html_folder, {"first": CELL, "second": "1 + 1"}),
        "/table.html": _page(html_folder, {"first": TABLE}),
    }
    lite = (html_folder / "lite" / "notebooks" / "index.html").is_file()
    if lite:
        _with_notebook(html_folder, extra)
    unit = f"{load_curriculum(root).finished[0].docname}.html"
    rows: dict[str, list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        _served(html_folder, extra) as ours,
        _served(_as_shipped(html_folder, Path(folder)) if lite else html_folder, extra) as shipped,
        sync_playwright() as playwright,
    ):
        site, plain = (_Site(*served, playwright.chromium, program) for served in (ours, shipped))
        for _ in range(times):
            _in_page(site, rows)
            if lite:
                _in_jupyterlite(site, rows)
                _in_jupyterlite(plain, rows, "JupyterLite as shipped")
            _pandas_only(site, rows)
            _after_a_while(site, unit, rows)
    return {name: median(values) for name, values in rows.items()}
