"""Pages that start from one process give what they give from a process of their own, and keep to themselves."""

import asyncio
import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from ai2med import kernels

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot split a process.")

IMPORTS = "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt"
FIGURE = "plt.plot([1, 2, 3]);"
WIDE = "pd.DataFrame({f'a column with a long name {n}': [n] for n in range(30)})"
DRAW = "print(np.random.random())"
LEAVE = "import json\njson.left_by_a_page = True"
LOOK = "import json\nprint(hasattr(json, 'left_by_a_page'))"


@pytest.fixture
def warm():
    with kernels.kernel_managers([[IMPORTS]] * 6) as manager:
        assert manager is not kernels.AsyncKernelManager
        yield manager


def in_a_loop(coroutine):
    """Run a coroutine to its end; in a thread of its own, since Playwright may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def run(manager, *codes):
    """Run cells in a kernel of their own; return each cell's outputs."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in codes])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    resources = {"metadata": {"path": str(Path.cwd())}}
    client = NotebookClient(
        notebook, resources=resources, timeout=60, kernel_manager_class=manager, record_timing=False
    )
    in_a_loop(client.async_execute())
    return [cell.outputs for cell in notebook.cells]


def test_figures_and_tables_come_out_as_from_a_kernel_of_its_own(warm, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    cells = (IMPORTS, FIGURE, WIDE)
    started = run(kernels.AsyncKernelManager, *cells)
    assert "image/png" in started[1][0].data
    assert run(warm, *cells) == started


def test_a_page_sees_nothing_of_another(warm):
    first, second = run(warm, IMPORTS, DRAW, LEAVE), run(warm, IMPORTS, DRAW, LOOK)
    assert first[1][0].text != second[1][0].text
    assert second[2][0].text == "False\n"


def test_a_kernel_that_dies_is_seen_to_be_dead_and_the_next_starts(warm):
    with pytest.raises(DeadKernelError):
        run(warm, "import os\nos._exit(3)")
    assert run(warm, "print(1 + 1)")[0][0].text == "2\n"


def test_kernels_end_with_what_stands_for_them(warm):
    manager = warm()

    async def begin_and_kill():
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        told = await client.execute_interactive("import os\nprint(os.getpid())", timeout=60, output_hook=said.append)
        assert told["content"]["status"] == "ok"
        client.stop_channels()
        await manager.shutdown_kernel(now=True)

    said = []
    in_a_loop(begin_and_kill())
    kernel = int(next(one["content"]["text"] for one in said if one["msg_type"] == "stream"))
    assert in_a_loop(gone(kernel))


async def gone(process):
    """Wait until a process has ended, ten seconds at most."""
    for _ in range(200):
        with contextlib.suppress(PermissionError):
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                return True
        await asyncio.sleep(0.05)
    return False


def test_what_two_pages_import_is_imported_before(tmp_path):
    pages = [
        ["import pandas as pd", "%time 1"],
        ["from pandas import Series\nimport ai2med"],
        ["import altair\nimport ai2med"],
    ]
    assert kernels.common_imports(pages) == ["pandas"]


def test_few_pages_start_as_they_always_did():
    with kernels.kernel_managers([["1"]] * 2) as manager:
        assert manager is kernels.AsyncKernelManager
