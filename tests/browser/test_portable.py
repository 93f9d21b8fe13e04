"""The whole book from a USB stick: unpacked, started with Python's own library, and a cell runs."""

import re
import subprocess
import sys
import zipfile

import pytest

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.portable import write_zip

pytestmark = pytest.mark.browser


def test_a_cell_runs_in_the_book_from_a_usb_stick(tmp_path, page):
    zipfile.ZipFile(write_zip(paths.root())).extractall(tmp_path)
    command = [sys.executable, "-I", str(tmp_path / "ai2med-book" / "start.py"), "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+/", started.stdout.readline())[0]
            page.goto(f"{address}{load_curriculum().finished[0].docname}.html")
            cell = page.locator("live-cell").first
            cell.locator("button[data-action=run]").click()
            page.wait_for_function("cell => cell.dataset.state === 'done'", arg=cell.element_handle(), timeout=120_000)
            assert page.evaluate("crossOriginIsolated")
        finally:
            started.terminate()
