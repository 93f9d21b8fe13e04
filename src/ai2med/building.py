"""Build the book: tables, contents list, pages. Every step says what it does; an unchanged book is not built again."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import yaml

from . import paths
from .book import programme
from .curriculum import load_curriculum

_PACKAGE = Path(__file__).parent

# The package has no module to run with -m, and its script is not on the path of every environment.
JUPYTER_BOOK = (sys.executable, "-c", "from jupyter_book.cli.main import main; main()")


def _hash(files) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        # Relative names: a copy of the book elsewhere is the same book.
        digest.update(os.path.relpath(path, paths.root()).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


# What builds, serves or checks the book but never runs in a cell.
_NOT_IN_CELLS = {
    "book",
    "decks",
    "diagrams",
    "offline",
    "runtime",
    "bench.py",
    "building.py",
    "chromium.py",
    "cli.py",
    "lint.py",
}
_NOT_IN_CELLS |= {"__main__.py", "page_weight.py", "scaffold.py", "server.py"}


def _engine_files():
    """Yield the files whose change can change what a cell prints."""
    for path in [*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.yml")]:
        if not _NOT_IN_CELLS & set(path.relative_to(_PACKAGE).parts):
            yield path


def _source_files(root):
    for pattern in ("*.md", "*.yml", "*.bib", "*.txt"):
        yield from root.glob(pattern)
    for folder in ("moocs", "exercises", "hospital", "data/datasheets"):
        yield from (path for path in (root / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    yield from (path for path in _PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    manifest = root / "data" / "manifest.json"
    if manifest.is_file():
        yield manifest


def write_toc(root: Path) -> Path:
    """Write ``_toc.yml`` for the units that are finished."""
    path = root / "_toc.yml"
    text = toc_text(root)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
    return path


def toc_text(root: Path) -> str:
    """Return what ``_toc.yml`` has to hold."""
    hospital = sorted(path.stem for path in (root / "hospital").glob("*.md") if path.stem != "index")
    tables = [{"file": f"hospital/{name}"} for name in hospital]
    back = [{"file": "hospital/index", "sections": tables}] if (root / "hospital" / "index.md").is_file() else []
    names = ("glossary", "bibliography", "offline", "about", "your_data")
    back += [{"file": name} for name in names if (root / f"{name}.md").is_file()]
    contents = {
        "format": "jb-book",
        "root": "index",
        "parts": [
            {"caption": "The programme", "chapters": [{"file": "programme"}]},
            *programme.toc(load_curriculum(root)),
            {"caption": "Reference", "chapters": back},
        ],
    }
    head = "# Derived from the units that are finished: `python -m ai2med toc` writes it, a test compares it.\n"
    return head + yaml.safe_dump(contents, sort_keys=False, allow_unicode=True)


def build(strict: bool = True) -> int:
    """Build the book into ``_build/html``.

    Parameters
    ----------
    strict : bool
        Whether a warning fails the build.

    Returns
    -------
    int
        Exit code: 0 when the book stands.
    """
    from .cohort import make_data
    from .offline import write_offline
    from .runtime import RuntimeFetchError, fetch_runtime
    from .runtime.lite import write_lite

    root = paths.root()
    started = time.monotonic()
    print("[1/4] The synthetic hospital's tables ...", flush=True)
    make_data(root, progress=sys.stderr.isatty())
    write_toc(root)
    print("[2/4] Python for the reader's browser ...", flush=True)
    try:
        # Before the pages: a network that fails is told at once, not after minutes.
        fetch_runtime()
    except RuntimeFetchError as error:
        print(error, file=sys.stderr)
        return 1

    html = root / "_build" / "html"
    marks = root / "_build" / "marks"
    sources = _hash(_source_files(root))
    if _mark(marks / "book") == sources and (html / "index.html").is_file():
        print("[3/4] Nothing has changed since the last build.")
        print(f"[4/4] The book stands in {html.relative_to(root)}.")
        return 0
    (marks / "book").unlink(missing_ok=True)
    # Every page is written anew; what is left of an earlier build would be a page that no longer exists.
    shutil.rmtree(html, ignore_errors=True)

    engine = _hash([*_engine_files(), root / "data" / "manifest.json", root / "requirements.txt"]) + sys.version
    if _mark(marks / "engine") != engine:
        shutil.rmtree(root / "_build" / ".jupyter_cache", ignore_errors=True)
        # Now and not at the end: what has run of a build that fails need not run again.
        marks.mkdir(parents=True, exist_ok=True)
        (marks / "engine").write_text(engine)
    print("[3/4] Pages: cells run once and are kept; a first build takes some minutes ...", flush=True)
    command = [*JUPYTER_BOOK, "build", str(root), "--all", "--keep-going"]
    command += ["-W"] if strict else []
    environment = {**os.environ, "AI2MED_ROOT": str(root), "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
    # In a container the number of cores can be hidden; a library would look for it, and warn in a cell's output.
    environment.setdefault("LOKY_MAX_CPU_COUNT", "1")
    environment["IPYTHONDIR"] = str(_kernel_settings(root / "_build" / "ipython"))
    # A backend named here would win over the notebook's own, and every figure would come out as its name.
    environment.pop("MPLBACKEND", None)
    code = subprocess.run(command, cwd=root, env=environment, check=False).returncode
    if code or not (html / "index.html").is_file():
        print("\nThe book was not built; the lines above name file and cause. A warning counts as an error.")
        return code or 1
    try:
        write_lite(html)
    except RuntimeFetchError as error:
        print(error, file=sys.stderr)
        return 1
    write_offline(html)
    (marks / "book").write_text(sources)
    print(f"[4/4] The book stands in {html.relative_to(root)} ({time.monotonic() - started:.0f} s).")
    return 0


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
    (startup / "00-one-stream.py").write_text(_ONE_STREAM, encoding="utf-8")
    return folder


def _mark(path: Path) -> str | None:
    return path.read_text() if path.is_file() else None
