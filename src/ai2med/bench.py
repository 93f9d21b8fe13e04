"""Measure what the book promises to keep small. It prints; it judges nothing."""

import gzip
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from . import paths
from .curriculum import load_curriculum

_TEXT = {".html", ".css", ".js", ".mjs", ".json", ".svg"}


def _row(name, value):
    print(f"{name:<58}{value:>16}", flush=True)


def _timed(function):
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def _import_time():
    code = "import time; t = time.perf_counter(); import ai2med; print(time.perf_counter() - t)"
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)
        for _ in range(5)
    ]
    _row("import ai2med, best of 5", f"{1000 * min(runs):.1f} ms")


def _cohort(patients=20_000):
    code = (
        "import resource, sys, time; from pathlib import Path; from ai2med.cohort import write_parquet\n"
        "t = time.perf_counter(); write_parquet(int(sys.argv[1]), Path(sys.argv[2]), seed=2026, progress=False)\n"
        "print(time.perf_counter() - t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", code, str(patients), str(Path(folder) / "out")]
        seconds, peak = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    scale = 1024**2 if sys.platform == "darwin" else 1024
    _row(f"cohort, {patients:,} patients", f"{patients / float(seconds):,.0f} patients/s")
    _row("cohort, peak memory", f"{float(peak) / scale:,.0f} MB")


def _weight(path: Path) -> int:
    """Return a file's size as it is transferred."""
    raw = path.read_bytes()
    return len(gzip.compress(raw, 6)) if path.suffix in _TEXT else len(raw)


def _page_weights(html: Path):
    from .chromium import find
    from .page_weight import measure

    found = find()
    if not found:
        print("Page weights need Chromium; `make test` installs it.")
        return
    kinds = defaultdict(list)
    for page in measure(html, found):
        kinds[page.kind].append(page)
    print("\nBefore interaction, compressed, as Chromium at 1280 px loads it:")
    for kind, pages in sorted(kinds.items()):
        heaviest = max(pages, key=lambda page: page.bytes)
        _row(f"{kind} pages ({len(pages)}), heaviest {heaviest.name}"[:58], f"{heaviest.bytes / 1000:.0f} kB")
        _row(f"{kind} pages, most requests", max(page.requests for page in pages))


def _python(root: Path):
    from .bench_python import measure_python
    from .chromium import find

    found = find()
    if not found:
        print("The wait for Python needs Chromium; `make test` installs it.")
        return
    print("\nPython in Chromium, other hosts blocked: from Run to table and figure (pandas, scikit-learn, Matplotlib):")
    rows = measure_python(root / "_build" / "html", root, found)
    for name, value in sorted(rows.items()):
        unit = "ms" if name.endswith("ms") else "MB" if name.endswith("MB") else "s"
        _row(name.removesuffix(f", {unit}"), f"{value:.0f} ms" if unit == "ms" else f"{value:.1f} {unit}")
    for visit in ("cold", "second visit"):
        for kind in ("JupyterLite as shipped", "JupyterLite"):
            if f"{kind}, {visit}" in rows:
                _row(f"page to {kind}, {visit}", f"{rows[f'page, {visit}'] / rows[f'{kind}, {visit}']:.2f}")
        phases = {
            phase: rows[f"page, {visit}, {phase}"] for phase in ("core", "snapshot", "interpreter", "packages", "cell")
        }
        _row(f"longest part, {visit}", max(phases, key=phases.get))


def _build(root: Path):
    from .building import build

    html = root / "_build" / "html"
    for made in ("marks", "site", "doctrees", ".jupyter_cache"):
        shutil.rmtree(root / "_build" / made, ignore_errors=True)
    pages = sum(1 for _ in html.rglob("*.html")) or 1
    clean = _timed(build)
    pages = sum(1 for _ in html.rglob("*.html")) or pages
    _row("clean build", f"{clean:.0f} s")
    _row("clean build, a page", f"{clean / pages:.2f} s")
    page = load_curriculum(root).finished[0].path
    text = page.read_text(encoding="utf-8")
    try:
        page.write_text(text.replace("## Further reading", "An extra line.\n\n## Further reading", 1), encoding="utf-8")
        _row("build after a changed sentence", f"{_timed(build):.0f} s")
    finally:
        page.write_text(text, encoding="utf-8")
    _row("build back", f"{_timed(build):.0f} s")
    _row("build with nothing changed", f"{_timed(build):.1f} s")


def run() -> int:
    """Print every figure; takes some minutes because it builds the book from nothing."""
    root = paths.root()
    _import_time()
    _cohort()
    _build(root)
    _page_weights(root / "_build" / "html")
    _python(root)
    _row("peak memory of this command", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    return 0
