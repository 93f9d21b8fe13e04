"""Run the cells of the book's pages before Sphinx reads them: on all cores, and only where something has changed.

Results go into the same cache that MyST-NB reads (jupyter-cache), which knows a notebook by its code. What the code
*uses* stands beside it in ``uses.json``: when an engine module, a table or a questions file that a page's cells use has
changed, its result is dropped and the page runs again. See `uses` for how this is found out.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nbformat
import yaml

from .changes import digest, write_changed
from .contents import with_units
from .curriculum import load_curriculum
from .uses import Uses

__all__ = ["ExecutionFailedError", "Page", "execute_missing", "outputs_stamp", "pages_with_cells"]

_RECORD = "uses.json"
_SHOWN_LINES = 4
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_ERROR_LINE = re.compile(r"(?:Cell In\[\d+\]|<ipython-input-\d+[^>]*>), line (\d+)|^-+> (\d+) ", re.MULTILINE)


class ExecutionFailedError(Exception):
    """Cells of one or more pages have failed; the text names page, line, cell and error of each."""


@dataclass(frozen=True)
class Page:
    """A page with cells, as MyST-NB reads it.

    Parameters
    ----------
    docname : str
        The page's name for Sphinx.
    path : path
        Its source.
    notebook : nbformat.NotebookNode
        Its cells, without outputs.
    key : str
        The name under which the cache knows the notebook: a hash of its code and kernel.
    """

    docname: str
    path: Path
    notebook: nbformat.NotebookNode
    key: str

    @property
    def codes(self) -> list[str]:
        """The sources of the code cells."""
        return [cell.source for cell in self.notebook.cells if cell.cell_type == "code"]


def _folder(root: Path) -> Path:
    return root / "_build" / ".jupyter_cache"


def _record(root: Path) -> dict[str, dict[str, str]]:
    path = _folder(root) / _RECORD
    return _read_record(path, path.stat().st_mtime_ns) if path.is_file() else {"results": {}, "pages": {}}


@lru_cache(maxsize=4)
def _read_record(path: Path, _stamp: int) -> dict[str, dict[str, str]]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {"results": {}, "pages": {}}


def outputs_stamp(root: Path, docname: str) -> str:
    """Return a hash of what the cells of a page gave when they last ran; empty for a page that was not run here."""
    record = _record(root)
    return record["results"].get(record["pages"].get(docname, ""), {}).get("outputs", "")


def pages_with_cells(root: Path, docnames: Iterable[str]) -> list[Page]:
    """Return those of the pages that are notebooks with code cells."""
    found = (read_page(root, docname) for docname in docnames)
    return [page for page in found if page is not None and page.codes]


def read_page(root: Path, docname: str) -> Page | None:
    """Return a page's cells; None for a page that is not a notebook, or that is not there."""
    path = root / f"{docname}.md"
    return _read_page(docname, path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=1024)
def _read_page(docname: str, path: Path, _stamp: int) -> Page | None:
    from jupyter_cache import get_cache
    from myst_nb.core.config import NbParserConfig
    from myst_nb.core.read import create_nb_reader
    from myst_parser.config.main import MdParserConfig

    text = path.read_text(encoding="utf-8")
    extensions = {"colon_fence", "deflist", "dollarmath", "substitution"}
    reader = create_nb_reader(str(path), MdParserConfig(enable_extensions=extensions), NbParserConfig(), text)
    if reader is None:
        return None
    notebook = reader.read(text)
    # Only its way to count is used: the folder of the cache is made by whoever writes.
    _, key = get_cache("unused").create_hashed_notebook(notebook)
    return Page(docname, path, notebook, key)


def book_pages(root: Path) -> list[str]:
    """Return the names of all pages that the contents list holds: finished units in the place of a module's pattern."""

    def files(part):
        if isinstance(part, dict):
            yield from [part["file"]] if "file" in part else []
            yield from [part["root"]] if "root" in part else []
            for path in sorted(root.glob(f"{part['glob']}.md")) if "glob" in part else ():
                yield path.relative_to(root).with_suffix("").as_posix()
            for name in ("parts", "chapters", "sections", "subtrees", "entries"):
                yield from files(part.get(name, []))
        else:
            for one in part:
                yield from files(one)

    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return list(dict.fromkeys(files(with_units(contents, load_curriculum(root)))))


def execution_settings(root: Path) -> dict:
    """Return what ``_config.yml`` says about the execution of cells."""
    return yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8")).get("execute", {})


def execute_missing(root: Path, workers: int | None = None, say=print) -> list[str]:
    """Run every page of the book whose result is not in the cache, or whose cells use something that has changed.

    Parameters
    ----------
    root : path
        The book.
    workers : int, optional
        How many pages run at the same time; by default one a core.
    say : callable
        Gets a line about what is done.

    Returns
    -------
    list of str
        The pages that ran.

    Raises
    ------
    ExecutionFailedError
        If a cell has failed. What has run is kept.
    """
    from jupyter_cache import get_cache

    from .kernels import kernel_managers

    settings = execution_settings(root)
    pages = pages_with_cells(root, book_pages(root))
    cache = get_cache(str(_folder(root)))
    record = json.loads(json.dumps(_record(root)))
    results, uses = record["results"], Uses(root)
    cached = {one.hashkey: one for one in cache.list_cache_records()}
    wanted, waiting = {}, {}
    for page in pages:
        wanted[page.key] = digest(sys.version, uses.stamp(page.docname, page.codes))
        if page.key in cached and results.get(page.key, {}).get("uses") == wanted[page.key]:
            continue
        # Pages with the same code share a result.
        waiting.setdefault(page.key, page)
    for key in waiting:
        results.pop(key, None)
        if key in cached:
            cache.remove_cache(cached[key].pk)
    # Before anything runs: a build that is stopped must not find the old results again.
    _save(root, record, pages)
    if waiting:
        say(f"      {len(waiting)} of {len(pages)} pages with cells have to run ...", flush=True)
    failures = []
    longest = int(settings.get("timeout", 30))
    managers = kernel_managers([page.codes for page in waiting.values()])
    with managers as manager, ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        running = {pool.submit(_run, page, longest, manager): page for page in waiting.values()}
        try:
            for done in as_completed(running):
                page = running[done]
                result = done.result()
                if result.failure:
                    failures.append(result.failure)
                    continue
                _keep(cache, page, result)
                results[page.key] = {"uses": wanted[page.key], "outputs": result.outputs}
                _save(root, record, pages)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    if failures:
        raise ExecutionFailedError("\n\n".join(sorted(failures)))
    return [page.docname for page in waiting.values()]


def _save(root: Path, record: dict, pages: list[Page]) -> None:
    record["pages"] = {page.docname: page.key for page in pages}
    used = set(record["pages"].values())
    # A result that no page wants now may be wanted again: an edit that is undone must not run anything.
    rest = [key for key in record["results"] if key not in used]
    for key in rest[:-500]:
        del record["results"][key]
    write_changed(_folder(root) / _RECORD, json.dumps(record, indent=1, sort_keys=False) + "\n")


def _keep(cache, page: Page, result) -> None:
    from jupyter_cache.base import CacheBundleIn

    bundle = CacheBundleIn(result.notebook, str(page.path), data={"execution_seconds": result.seconds})
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


@dataclass(frozen=True)
class _Result:
    notebook: nbformat.NotebookNode
    seconds: float
    outputs: str
    failure: str = ""


def _run(page: Page, timeout: int, manager: type) -> _Result:
    """Run a page's cells in a kernel of its own; what happens with a failure is the caller's business."""
    import time

    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.from_dict(page.notebook)
    at = {"index": 0}

    def note(cell_index, **_):
        at["index"] = cell_index

    told = notebook.metadata.get("execution", {})
    client = NotebookClient(
        notebook,
        resources={"metadata": {"path": str(page.path.parent)}},
        timeout=told.get("timeout", timeout),
        allow_errors=told.get("allow_errors", False),
        record_timing=False,
        kernel_manager_class=manager,
        on_cell_execute=note,
    )
    started = time.monotonic()
    try:
        # A loop of its own, which is closed again: pages run in threads beside each other.
        asyncio.run(client.async_execute())
    except CellTimeoutError:
        failure = failure_text(page, at["index"], f"The cell ran for more than {client.timeout} s.")
    except DeadKernelError:
        failure = failure_text(page, at["index"], "Python itself ended: too little memory, or a fault in a library.")
    except CellExecutionError as error:
        failure = failure_text(page, at["index"], f"{error.ename}: {error.evalue}", error.traceback)
    else:
        outputs = json.dumps([cell.get("outputs", []) for cell in notebook.cells], sort_keys=True)
        return _Result(notebook, time.monotonic() - started, digest(outputs))
    return _Result(notebook, time.monotonic() - started, "", failure)


def cell_line(page: Page, index: int) -> int:
    """Return the line of a page's source in which the code of a cell begins."""
    lines = page.path.read_text(encoding="utf-8").split("\n")
    start = page.notebook.metadata.get("source_map", [0] * (index + 1))[index]
    first = page.notebook.cells[index].source.split("\n")[0]
    return next((at + 1 for at in range(start, len(lines)) if lines[at].strip() == first.strip()), start + 1)


def failure_text(page: Page, index: int, reason: str, traceback: str = "") -> str:
    """Return what an author is told of a cell that failed: where it stands, how it begins, what happened.

    Parameters
    ----------
    page : Page
    index : int
        Place of the cell in the notebook.
    reason : str
        The last line of the error.
    traceback : str
        IPython's text, from which the line of the error is taken.
    """
    begins = cell_line(page, index)
    own = [int(one or other) for one, other in _ERROR_LINE.findall(_COLOURS.sub("", traceback))]
    failed = begins + own[0] - 1 if own else begins
    source = page.notebook.cells[index].source.split("\n")
    shown = source[:_SHOWN_LINES] + (["..."] if len(source) > _SHOWN_LINES else [])
    if own and _SHOWN_LINES < own[0] <= len(source):
        shown.append(source[own[0] - 1])
    told = [line[:300] for line in _COLOURS.sub("", reason).strip().split("\n")[-3:]]
    number = sum(cell.cell_type == "code" for cell in page.notebook.cells[: index + 1])
    head = f"{page.docname}.md:{failed}: cell-fails: Code cell {number} (from line {begins}) ends with an error."
    return "\n".join([head, *(f"    | {line}" for line in shown), *(f"    {line}" for line in told)])
