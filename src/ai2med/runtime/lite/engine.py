"""The engine as a wheel for JupyterLite's kernel, and the lock that tells the kernel where every package lies."""

import hashlib
import json
import zipfile
from pathlib import Path

from ... import __version__
from ...changes import digest, write_changed
from ...packing import pack
from .. import bytecode
from ..bundle import answer_key, book_archives, compiled, engine_modules, front_ends
from ..fetch import LOCK
from .shell import KERNEL

__all__ = ["PACKAGES", "write_engine"]

_HERE = Path(__file__).parent
# Where the kernel finds the parts of the book, seen from JupyterLite's folder.
BOOK = "book.json"
WHEEL = f"ai2med-{__version__}-py3-none-any.whl"

# What the kernel itself asks for, by the names under which it looks them up, then what notebooks import.
PACKAGES = ["ssl", "sqlite3", "micropip", "piplite", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython"]
PACKAGES += ["numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "ipywidgets", "anywidget", "ai2med"]

_METADATA = f"Metadata-Version: 2.1\nName: ai2med\nVersion: {__version__}\n"
_TAGS = "Wheel-Version: 1.0\nGenerator: ai2med\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_engine(lite: Path, static: Path, root: Path) -> None:
    """Write the engine's wheel, the kernel's lock, and the list of the book's parts into JupyterLite's folder.

    Parameters
    ----------
    lite : path
        JupyterLite's folder in the site.
    static : path
        The site's ``_static``, with Pyodide.
    root : path
        The book.
    """
    write_changed(lite / WHEEL, _compiled_wheel(root / ".cache" / "lite"))
    key = answer_key(root)
    told = {"parts": book_archives(root), "truth": key[0] if key else ""}
    write_changed(lite / BOOK, json.dumps(told, indent=1, sort_keys=True) + "\n")
    lock = json.loads((static / "pyodide" / LOCK).read_text(encoding="utf-8"))
    wheels = sorted((lite / KERNEL / "static" / "pypi").glob("*.whl"))
    # After Matplotlib, whose own list of fonts ours has to replace.
    ours = [_entry(lite / WHEEL, lite, "matplotlib")]
    ours += [_entry(path, lite) for path in wheels if not path.name.startswith("widgetsnbextension")]
    # The kernel of a notebook begins without a snapshot.
    lock.pop("snapshots", None)
    lock["packages"] |= {entry["name"]: entry for entry in ours}
    text = json.dumps(lock, sort_keys=True, separators=(",", ":"))
    write_changed(lite / LOCK, text)


def _compiled_wheel(cache: Path) -> bytes:
    """Return the wheel with bytecode; it is compiled again only after a change of the engine."""
    plain = pack(_wheel())
    kept = cache / f"engine-{digest(bytecode.RECIPE, plain)}.whl"
    if not kept.is_file():
        for older in cache.glob("engine-*.whl"):
            older.unlink()
        write_changed(kept, compiled(WHEEL, plain))
    return kept.read_bytes()


def _wheel() -> dict[str, bytes]:
    # Here real widgets run, whose front end goes with them.
    files = engine_modules() | front_ends()
    files["ai2med/runtime/browser/notebook.py"] = (_HERE / "notebook.py").read_bytes()
    start = f"\nfrom ai2med.runtime.browser.notebook import prepare as _prepare\n\n_prepare({BOOK!r})\n"
    files["ai2med/__init__.py"] += start.encode()
    # A list made beforehand spares Matplotlib a look through its fonts at the first import.
    files["matplotlib/fontlist.json"] = files.pop("ai2med/runtime/browser/fontlist.json")
    told = f"ai2med-{__version__}.dist-info/"
    return {**files, f"{told}METADATA": _METADATA.encode(), f"{told}WHEEL": _TAGS.encode(), f"{told}RECORD": b""}


def _entry(path: Path, lite: Path, *depends: str) -> dict:
    """Return a wheel in JupyterLite's folder as an entry of the lock, whose files are named as seen from Pyodide."""
    name, version = path.name.split("-")[:2]
    with zipfile.ZipFile(path) as wheel:
        tops = {member.partition("/")[0] for member in wheel.namelist()}
    return {
        "name": name.replace("_", "-"),
        "version": version,
        "file_name": f"../../{lite.name}/{path.relative_to(lite).as_posix()}",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "size": path.stat().st_size,
        "depends": list(depends),
        "imports": sorted(top for top in tops if "." not in top and top != "matplotlib"),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }
