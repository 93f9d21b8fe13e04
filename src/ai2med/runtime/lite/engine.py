"""The engine as a wheel for JupyterLite's kernel, and the lock that tells the kernel where every package lies."""

import hashlib
import json
import zipfile
from pathlib import Path

from ... import __version__
from ...explorables import notebook_files
from ..bundle import book_files, compiled, engine_modules, pack
from ..fetch import LOCK
from .shell import KERNEL

__all__ = ["PACKAGES", "write_engine"]

_HERE = Path(__file__).parent
_ENGINE = _HERE.parents[1]
WHEEL = f"ai2med-{__version__}-py3-none-any.whl"

# What the kernel itself asks for, by the names under which it looks them up, then what notebooks import.
PACKAGES = ["ssl", "sqlite3", "micropip", "piplite", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython"]
PACKAGES += ["numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "ipywidgets", "anywidget", "ai2med"]

_METADATA = f"Metadata-Version: 2.1\nName: ai2med\nVersion: {__version__}\n"
_TAGS = "Wheel-Version: 1.0\nGenerator: ai2med\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_engine(lite: Path, static: Path, live: str, root: Path) -> None:
    """Write the engine's wheel and the kernel's lock into JupyterLite's folder.

    Parameters
    ----------
    lite : path
        JupyterLite's folder in the site.
    static : path
        The site's ``_static``, with Pyodide.
    live : str
        Where the answer key lies, seen from the site's root, such as ``_static/live/0a1b2c3d4e/``.
    root : path
        The book.
    """
    (lite / WHEEL).write_bytes(compiled(WHEEL, pack(_wheel(live, root))))
    lock = json.loads((static / "pyodide" / LOCK).read_text(encoding="utf-8"))
    wheels = sorted((lite / KERNEL / "static" / "pypi").glob("*.whl"))
    # After Matplotlib, whose own list of fonts ours has to replace.
    ours = [_entry(lite / WHEEL, lite, "matplotlib")]
    ours += [_entry(path, lite) for path in wheels if not path.name.startswith("widgetsnbextension")]
    # The kernel of a notebook begins without a snapshot.
    lock.pop("snapshots", None)
    lock["packages"] |= {entry["name"]: entry for entry in ours}
    text = json.dumps(lock, sort_keys=True, separators=(",", ":"))
    (lite / LOCK).write_text(text, encoding="utf-8", newline="\n")


def _wheel(live: str, root: Path) -> dict[str, bytes]:
    files = engine_modules()
    # Here real widgets run, whose front end goes with them.
    front_ends = [*_ENGINE.glob("widgets/**/*.mjs"), *_ENGINE.glob("widgets/*/*.css"), _ENGINE / "explorables/kit.css"]
    for path in sorted(front_ends):
        files[f"ai2med/{path.relative_to(_ENGINE).as_posix()}"] = path.read_bytes()
    files["ai2med/runtime/browser/notebook.py"] = (_HERE / "notebook.py").read_bytes()
    start = f"\nfrom ai2med.runtime.browser.notebook import prepare as _prepare\n\n_prepare({live!r})\n"
    files["ai2med/__init__.py"] += start.encode()
    # Packed once more: checks are read as sources, and the wheel's own modules become bytecode.
    files["ai2med/book.zip"] = pack({**book_files(root), **notebook_files(root)})
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
