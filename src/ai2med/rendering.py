"""Make the site: run cells, let Sphinx write the pages that have changed, add what goes with them, then swap.

Everything is made in ``_build/site``, beside the site that readers look at. Only when all of it stands is
``_build/html`` brought up to date, file by file, so that a build that fails leaves the last good site as it was.

This runs in a process of its own, whose environment `building` prepares. With ``--stay`` the process remains: it has
imported everything, and makes the site anew for each line on its standard input, in a child where the system can fork.
It shows pages as soon as they are written without a warning; what goes with them, such as archives, follows.
"""

import json
import os
import select
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from . import paths
from .changes import Remembered, mirror, write_changed
from .discovery import settled

__all__ = ["main", "render"]

SITE = "site"
# Replaced whole and never written into, so a hard link will do.
_LINKED = ("_static/pyodide/",)


def render(root: Path, strict: bool = True, early: Callable[[list[str]], None] | None = None) -> int:
    """Bring the site of a book up to date; return 0 when it stands.

    Parameters
    ----------
    root : path
        The book; its tables and its Python for the browser are there already.
    strict : bool
        Whether a warning fails the build.
    early : callable, optional
        Gets the names of the pages that are new as soon as they stand, while the rest is still made.
    """
    with settled():
        return _render(root, strict, early)


def _render(root: Path, strict: bool, early: Callable[[list[str]], None] | None) -> int:
    from .executing import ExecutionFailedError, execute_missing
    from .offline import write_offline
    from .runtime import RuntimeFetchError
    from .runtime.lite import write_lite

    build = root / "_build"
    site = build / SITE
    timer = _Timer()
    try:
        execute_missing(root)
    except ExecutionFailedError as error:
        print(f"\n{error}\n\nThe book was not built: cells have failed. The site that stood is unchanged.", flush=True)
        return 1
    timer.lap("cells")
    shown: list[str] = []

    def show() -> None:
        shown.extend(_page_names(_swap(build)))
        timer.lap("shown")
        early(shown)

    # The service worker is written last: a site that has none may lack what the one that stands has.
    is_whole = (site / "sw.js").is_file() and (build / "html").is_dir()
    if _pages(root, site, strict, show if early and is_whole else None):
        print(
            "\nThe book was not built; the lines above name file and cause. A warning counts as an error.", flush=True
        )
        return 1
    timer.lap("pages")
    try:
        write_lite(site, root)
    except RuntimeFetchError as error:
        print(error, file=sys.stderr)
        return 1
    timer.lap("notebooks")
    memory = Remembered(build / "marks" / "files.json")
    write_offline(site, memory)
    memory.save()
    timer.lap("offline")
    changed = _swap(build)
    timer.lap("swap")
    told = {"pages": [*shown, *_page_names(changed)], "shown": shown, "files": len(changed), "seconds": timer.laps}
    write_changed(build / "marks" / "changed.json", json.dumps(told))
    return 0


def _swap(build: Path) -> list[str]:
    """Bring the site that readers look at up to date; return the names of the files that have changed."""
    return mirror(build / SITE, build / "html", lambda name: name.startswith(_LINKED))


def _page_names(files: list[str]) -> list[str]:
    return [name for name in files if name.endswith(".html") and not name.startswith("lite/")]


class _Timer:
    """Seconds of each step."""

    def __init__(self):
        self.laps: dict[str, float] = {}
        self._since = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name] = round(now - self._since, 2)
        self._since = now


def _pages(root: Path, site: Path, strict: bool, written: Callable[[], None] | None) -> int:
    """Let Sphinx read and write what has changed; call `written` when all pages are, if nothing was wrong with them."""
    from jupyter_book.sphinx import build_sphinx

    from .book import speed

    speed.when_written = written

    options = {"external_toc_path": (root / "_toc.yml").as_posix(), "latex_individualpages": False}
    code = build_sphinx(
        root,
        site,
        doctreedir=root / "_build" / "doctrees",
        noconfig=True,
        path_config=root / "_config.yml",
        confoverrides=options,
        warningiserror=strict,
        keep_going=True,
        quiet=True,
        jobs=_jobs(site),
    )
    return int(code != 0) if isinstance(code, int) else 1


def _jobs(site: Path) -> int:
    """Return how many processes Sphinx may use: a first build has work for all cores, an edit has not."""
    return 1 if (site / "index.html").is_file() else os.cpu_count() or 1


def _stay() -> None:
    """Make the site once for each line on standard input; answer with a line of JSON: the exit code."""
    from . import executing, offline, runtime  # noqa: F401 - imported before the first wish
    from .runtime import lite  # noqa: F401

    _import_all()
    _look_ahead()
    print(json.dumps({"ready": True}), flush=True)
    while wishes := os.read(0, 4096):
        for wish in wishes.splitlines():
            code = _forked(json.loads(wish)) if hasattr(os, "fork") else _once(json.loads(wish))
            _tell({"code": code})
        _look_ahead()


def _tell(answer: dict) -> None:
    print("\n" + json.dumps(answer), flush=True)


def _look_ahead() -> None:
    """Read while nobody waits what the next build asks for; whatever changes meanwhile is read again then."""
    from .problems import ContentError

    try:
        for _ in _readings(paths.root()):
            if os.name != "nt" and select.select([0], [], [], 0)[0]:
                return
    except (ContentError, OSError, ValueError, KeyError, SyntaxError):
        # A mistake of an author is told by the build.
        return


def _readings(root: Path) -> Iterator[None]:
    """Read a part of what a build asks for at each step."""
    from .curriculum import load_curriculum
    from .executing import book_pages, pages_with_cells
    from .minutes import unit_minutes
    from .runtime.needs import needs_table
    from .uses import Uses

    uses = Uses(root)
    for docname in book_pages(root):
        for page in pages_with_cells(root, [docname]):
            uses.parts(page.codes)
        yield
    for unit in load_curriculum(root).finished:
        # The front matter and the questions of every unit as well.
        unit.page, unit_minutes(unit)
        yield
    needs_table()


def _import_all() -> None:
    """Import what a build imports, so that a child need not."""
    import importlib

    names = ["jupyter_book.sphinx", "sphinx.builders.html", "myst_nb.sphinx_ext", "jupyter_cache"]
    names += ["sphinxcontrib.bibtex", "sphinx_external_toc", "ai2med.book", "nbclient", "pybtex.style.formatting.plain"]
    names += ["ai2med.exercises.workbook", "sqlalchemy.dialects.sqlite", "ai2med.executing", "ai2med.lint"]
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            print(f"{name}: {error}", file=sys.stderr)


def _once(wish: dict) -> int:
    return render(paths.root(), wish.get("strict", True), lambda pages: _tell({"pages": pages}))


def _forked(wish: dict) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    code = 1
    try:
        code = _once(wish)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main(arguments: list[str] | None = None) -> int:
    """Make the site of the book at ``AI2MED_ROOT`` once, or stay and make it for each line on standard input."""
    chosen = sys.argv[1:] if arguments is None else arguments
    if "--stay" in chosen:
        _stay()
        return 0
    return render(paths.root(), strict="--lenient" not in chosen)


if __name__ == "__main__":
    sys.exit(main())
