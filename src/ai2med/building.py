"""Build the book: tables, contents list, pages. Every step says what it does; an unchanged book is not built again."""

import os
import subprocess
import sys
import time
from pathlib import Path

from . import paths
from .changes import Remembered, digest, walk, write_changed
from .contents import write_toc

__all__ = ["JUPYTER_BOOK", "RENDERING", "build", "environment", "prepare", "unchanged"]

_PACKAGE = Path(__file__).parent

# The package has no module to run with -m, and its script is not on the path of every environment.
JUPYTER_BOOK = (sys.executable, "-c", "from jupyter_book.cli.main import main; main()")
# What makes the pages, in a process with an environment of its own.
RENDERING = (sys.executable, "-m", "ai2med.rendering")

# Folders of the book that no page comes from.
_NO_SOURCES = ("_build", "tests", "docs", "tools", "workbook")


def sources(root: Path) -> list[str]:
    """Return the paths of all that a build reads, seen from the book's root; the engine's begin with ``ai2med/``."""
    found = [f"ai2med/{name}" for name in walk(_PACKAGE) if "__pycache__/" not in name]
    for path in sorted(root.iterdir()):
        if path.is_file() and path.suffix in (".md", ".yml", ".bib", ".txt"):
            found.append(path.name)
        elif path.is_dir() and path.name not in (*_NO_SOURCES, "src", "data") and not path.name.startswith("."):
            found += [f"{path.name}/{name}" for name in walk(path) if "__pycache__/" not in name]
    # What is made of these says its content in the manifest.
    for folder in ("data/datasheets", "data/generators"):
        found += [f"{folder}/{name}" for name in walk(root / folder) if "__pycache__/" not in name]
    found += ["data/manifest.json"] if (root / "data" / "manifest.json").is_file() else []
    return found


def sources_stamp(root: Path) -> str:
    """Return a hash of everything that a build reads; files that have kept size and time are not read again."""
    memory = Remembered(root / "_build" / "marks" / "sources.json")
    parts = [sys.version, os.environ.get("AI2MED_REPOSITORY", "")]
    for name in sources(root):
        path = _PACKAGE.parent / name if name.startswith("ai2med/") else root / name
        parts += [name, memory.get(path, lambda one: digest(one.read_bytes()))]
    memory.save()
    return digest(*parts)


def prepare(root: Path) -> str:
    """Make what pages build on: the hospital's tables and their pages, the contents list, Python for the browser.

    Returns
    -------
    str
        What went wrong, in plain words; empty when all is there.
    """
    from .cohort import make_data, write_pages
    from .runtime import RuntimeFetchError, fetch_runtime

    print("[1/4] The synthetic hospital's tables ...", flush=True)
    make_data(root, progress=sys.stderr.isatty())
    write_pages(root)
    write_toc(root)
    print("[2/4] Python for the reader's browser ...", flush=True)
    try:
        # Before the pages: a network that fails is told at once, not after minutes.
        fetch_runtime()
    except RuntimeFetchError as error:
        return str(error)
    return ""


def build(strict: bool = True) -> int:
    """Build the book into ``_build/html``.

    What stands there is replaced only by a build that succeeds, and only where it differs.

    Parameters
    ----------
    strict : bool
        Whether a warning fails the build.

    Returns
    -------
    int
        Exit code: 0 when the book stands.
    """
    root = paths.root()
    started = time.monotonic()
    failure = prepare(root)
    if failure:
        print(failure, file=sys.stderr)
        return 1
    stamp = sources_stamp(root)
    if unchanged(root, stamp):
        print("[3/4] Nothing has changed since the last build.")
        print("[4/4] The book stands in _build/html.")
        return 0
    print("[3/4] Pages: cells run once and are kept; a first build takes some minutes ...", flush=True)
    command = [*RENDERING, *([] if strict else ["--lenient"])]
    code = subprocess.run(command, cwd=root, env=environment(root), check=False).returncode
    if code:
        return code
    remember(root, stamp)
    print(f"[4/4] The book stands in _build/html ({time.monotonic() - started:.0f} s).")
    return 0


def _mark(root: Path) -> Path:
    return root / "_build" / "marks" / "book"


def unchanged(root: Path, stamp: str) -> bool:
    """Tell whether the site that stands was built from these sources."""
    mark = _mark(root)
    return (root / "_build" / "html" / "index.html").is_file() and mark.is_file() and mark.read_text() == stamp


def remember(root: Path, stamp: str) -> None:
    """Note what the site that stands was built from."""
    write_changed(_mark(root), stamp)


def environment(root: Path) -> dict[str, str]:
    """Return the environment in which pages are made, for Sphinx and for the kernels of cells.

    The same book has to come out the same, byte for byte, on every machine.
    """
    made = {**os.environ, "AI2MED_ROOT": str(root), "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
    # In a container the number of cores can be hidden; a library would look for it, and warn in a cell's output.
    made.setdefault("LOKY_MAX_CPU_COUNT", "1")
    made["IPYTHONDIR"] = str(_kernel_settings(root / "_build" / "ipython"))
    # A backend named here would win over the notebook's own, and every figure would come out as its name.
    made.pop("MPLBACKEND", None)
    return made


_ONE_STREAM = """import sys
for stream in (sys.stdout, sys.stderr):
    stream.flush_interval = 600
del stream, sys
"""


def _kernel_settings(folder: Path) -> Path:
    """Let a cell's text leave the kernel in one piece.

    By default it leaves every fifth of a second, so that a busy machine cuts it at another place each time, and the
    same book would not be the same, byte for byte.
    """
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    write_changed(startup / "00-one-stream.py", _ONE_STREAM)
    return folder
