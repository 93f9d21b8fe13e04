"""Measure what the book costs as it grows: stand-ins are added up to 8, 24 and 80 units, and each row is printed.

It prints; it judges nothing. The machine should have nothing else to do.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from . import paths, standins
from .curriculum import load_curriculum

__all__ = ["SIZES", "run"]

SIZES = (8, 24, 80)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
# No step may take longer; a run has to end.
_LONGEST = 3600
_ANCHOR = "## Further reading"


def run(sizes: Sequence[int] = SIZES, ci: bool = False, folder: Path | None = None) -> int:
    """Print the costs at each number of units.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of finished units.
    ci : bool
        Whether all tests run as well; that takes up to an hour a size.
    folder : path, optional
        Where the copies of the book are made, and stay; by default they are made in a temporary folder.
    """
    for size in sizes:
        with tempfile.TemporaryDirectory() as temporary:
            _measure(Path(folder or temporary) / f"book-{size}", size, ci)
    return 0


def _measure(root: Path, size: int, ci: bool) -> None:
    shutil.rmtree(root, ignore_errors=True)
    standins.copy_book(paths.root(), root)
    standins.fill(root, size)
    finished = len(load_curriculum(root).finished)
    print(f"\n{finished} units:", flush=True)
    _row("lint", f"{_timed(lambda: _command(root, 'lint')):.1f} s")
    _row("clean build with execution", f"{_timed(lambda: _command(root, 'book')):.0f} s")
    _row("build with nothing changed", f"{_timed(lambda: _command(root, 'book')):.1f} s")
    unit = load_curriculum(root).finished[0]
    _edit_to_page_seen(root, unit)
    _weight(root / "_build" / "html", f"{unit.docname}.html")
    if ci:
        standins.commit(root)
        _row("all tests", f"{_timed(lambda: _command(root, 'test')):.0f} s")


def _row(name: str, value: str) -> None:
    print(f"{name:<58}{value:>16}", flush=True)


def _timed(function: Callable[[], None]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def _environment(root: Path) -> dict[str, str]:
    return {**os.environ, "AI2MED_ROOT": str(root), "PYTHONPATH": str(Path(__file__).parents[1])}


def _command(root: Path, *arguments: str) -> None:
    """Run one of the book's commands in a copy; what it says is shown only if it fails."""
    command = [sys.executable, "-m", "ai2med", *arguments]
    done = subprocess.run(
        command,
        cwd=root,
        env=_environment(root),
        check=False,
        timeout=_LONGEST,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-40:]), file=sys.stderr)
        raise ValueError(f"`ai2med {' '.join(arguments)}` failed in {root}.")


def _edit_to_page_seen(root: Path, unit) -> None:
    """Print how long it takes from saving a word in a page until an open browser shows it."""
    from .chromium import find

    found = find()
    if not found:
        print("The time to the page needs Chromium; `make test` installs it.")
        return
    command = [sys.executable, "-m", "ai2med", "serve", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=root, env=_environment(root), **pipes) as server:
        watchdog = threading.Timer(_LONGEST, server.kill)
        watchdog.start()
        try:
            address = next((told[0] for line in server.stdout if (told := _ADDRESS.search(line))), None)
            if address is None:
                raise ValueError(f"`ai2med serve` showed no book in {root}.")
            # Its further words must not fill the pipe.
            threading.Thread(target=server.stdout.read, daemon=True).start()
            first, *rest = _edits(f"{address}{unit.docname}.html", unit.path, found)
            _row("a word saved until the page is seen, first time", f"{first:.1f} s")
            _row("the same again, median", f"{sorted(rest)[len(rest) // 2]:.1f} s")
        finally:
            watchdog.cancel()
            server.terminate()


def _edits(address: str, path: Path, chromium: str, times: int = 4) -> list[float]:
    from playwright.sync_api import sync_playwright

    text = path.read_text(encoding="utf-8")
    seconds = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page()
            # A line stays open for the news of builds, so the network is never idle.
            page.goto(address, wait_until="load")
            for number in range(times):
                word = f"Measured{number}x."
                started = time.perf_counter()
                path.write_text(text.replace(_ANCHOR, f"{word}\n\n{_ANCHOR}", 1), encoding="utf-8", newline="\n")
                page.get_by_text(word).wait_for(state="attached", timeout=180_000)
                seconds.append(time.perf_counter() - started)
            browser.close()
    finally:
        path.write_text(text, encoding="utf-8", newline="\n")
    return seconds


def _weight(html: Path, name: str) -> None:
    from .chromium import find
    from .page_weight import measure

    found = find()
    if found:
        page = next(measure(html, found, names=[name]))
        _row("a unit's page, compressed", f"{page.bytes / 1000:.0f} kB")
        _row("a unit's page, requests", str(page.requests))
