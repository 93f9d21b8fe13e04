"""Run the cells of a page in a fresh kernel; an error is told with page, line, and the last words of the traceback."""

import re
from pathlib import Path

from ..pages import read_page
from ..problems import Problem

__all__ = ["run", "stored"]

# As in _config.yml: what takes longer is an author's mistake.
_SECONDS = 180
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LINE = re.compile(r"(?:Cell In\[\d+\]|<ipython-input-\d+[^>]*>), line (\d+)|^-+> (\d+) ", re.MULTILINE)


def _notebook(path: Path):
    """Return the page as MyST-NB reads it: its cache knows a notebook by exactly this code."""
    from myst_nb.core.config import NbParserConfig
    from myst_nb.core.read import create_nb_reader
    from myst_parser.config.main import MdParserConfig

    text = path.read_text(encoding="utf-8")
    extensions = {"colon_fence", "deflist", "dollarmath", "substitution"}
    reader = create_nb_reader(str(path), MdParserConfig(enable_extensions=extensions), NbParserConfig(), text)
    return reader.read(text) if reader else None


def make_cache(cache: Path) -> None:
    """Make the cache of outputs, if it is not there."""
    from jupyter_cache import get_cache

    get_cache(cache).list_cache_records()


def stored(path: Path, cache: Path) -> bool:
    """Tell whether the cache holds what the cells of the page give."""
    from jupyter_cache import get_cache

    if not (cache / "global.db").is_file():
        return False
    try:
        get_cache(cache).match_cache_notebook(_notebook(path))
    except KeyError:
        return False
    return True


def run(path: Path, root: Path, cache: Path) -> list[Problem]:
    """Run a page and keep its outputs in the cache of the small book.

    Returns
    -------
    list of Problem
        At most one for a cell that raises; else one for each cell that writes to the error stream.
    """
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    from ..building import environment

    notebook = _notebook(path)
    if notebook is None:
        return []
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=_SECONDS, resources=where, kernel_name="python3", record_timing=False)
    lines = [cell.line for cell in read_page(path).cells]
    problems, number = [], -1
    with client.setup_kernel(env=environment(root)):
        # The kernel says which language colours the code on the page.
        notebook.metadata["language_info"] = client.wait_for_reply(client.kc.kernel_info())["content"]["language_info"]
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            number += 1
            line = lines[number] if number < len(lines) else 1
            try:
                client.execute_cell(cell, index)
            except CellTimeoutError:
                message = f"The cell takes longer than {_SECONDS} s."
                return [Problem(path, line, "cell-raises", message, "Compute less.")]
            except DeadKernelError:
                message = "The kernel died while the cell ran."
                return [Problem(path, line, "cell-raises", message, "Use less memory.")]
            except CellExecutionError as error:
                return [_raised(path, line, error)]
            complaint = "".join(out.text for out in cell.outputs if out.get("name") == "stderr")
            if complaint:
                said = complaint.strip().splitlines()[0][:200]
                message = f"The cell writes to the error stream: {said}"
                problems.append(Problem(path, line, "cell-raises", message, "Mend what it warns of."))
    if not problems:
        cache.mkdir(parents=True, exist_ok=True)
        bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": 0.0})
        get_cache(cache).cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return problems


def _raised(path: Path, first: int, error) -> Problem:
    """Return the problem that an exception in a cell is."""
    trace = _COLOURS.sub("", str(error.traceback))
    found = _LINE.search(trace)
    inside = int(found[1] or found[2]) if found else 1
    return Problem(path, first + inside - 1, "cell-raises", f"{error.ename}: {error.evalue}", "Mend the line.")
