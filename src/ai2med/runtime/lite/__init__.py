"""JupyterLite in the site: every unit and exercise as a notebook, on the same Pyodide as the pages.

`write_lite` makes the folder ``lite``. Its static part comes from JupyterLite's own tool (`shell`), the notebooks from
``_static/notebooks`` (`contents`), and the engine goes along as a wheel (`engine`).
"""

import hashlib
import json
import shutil
from pathlib import Path

from ... import paths
from ...changes import copy_changed, prune, walk
from .contents import Offered, contents_version, offered_notebooks, write_contents
from .engine import BOOK, LOCK, PACKAGES, WHEEL, write_engine
from .shell import make_shell, read_settings

__all__ = ["notebook_address", "write_lite"]

_WEB = Path(__file__).parent / "web"
_DISABLED = [
    # Beside the book's own worker this one would take the notebooks out of its care: offline they would not open.
    "@jupyterlite/application-extension:service-worker-manager",
    # It asks for pictures that only a Jupyter server has.
    "@jupyter-notebook/notebook-extension:tab-icon",
    # It tells the age of a notebook by the date in the listing, and the book gives none.
    "@jupyter-notebook/notebook-extension:checkpoints",
    # Links to other hosts.
    "@jupyterlab/apputils-extension:announcements",
    "@jupyterlab/help-extension:jupyter-forum",
    "@jupyterlab/help-extension:resources",
    # Applications that are not here.
    "@jupyter-notebook/application-extension:pages",
    "@jupyter-notebook/console-extension:opener",
    "@jupyter-notebook/console-extension:redirect",
    "@jupyterlab/notebook-extension:code-console",
]
# The pages above which our bar stands.
_BARRED = ("notebooks", "tree")
_LOAD = "await import(\n          '../config-utils.js"
_PREPARE = "await (await import('../ai2med/bar.mjs?_={version}')).prepare('{contents}');\n        "
_HEAD = "</title>\n"
_MANIFEST = '<link rel="manifest" href="../manifest.webmanifest" />'
_ICON = '<link rel="icon" href="../../_static/icon.svg" />'


def notebook_address(path: str) -> str:
    """Return where a notebook opens, seen from the site's root.

    Examples
    --------
    >>> notebook_address("mooc2/module/unit_exercise.ipynb")
    'lite/notebooks/index.html?path=mooc2/module/unit_exercise.ipynb'
    """
    return f"lite/notebooks/index.html?path={path}"


def write_lite(html: Path, root: Path | None = None) -> Path | None:
    """Write JupyterLite into a built site.

    Parameters
    ----------
    html : path
        The site; its ``_static`` has the notebooks, Pyodide and the front end of the live cells.
    root : path, optional
        The book.

    Returns
    -------
    pathlib.Path or None
        The folder ``lite``; None for a book without notebooks.

    Raises
    ------
    RuntimeFetchError
        If JupyterLite is not installed or cannot be built.
    """
    root = root or paths.root()
    static, lite = Path(html) / "_static", Path(html) / "lite"
    notebooks = offered_notebooks(static / "notebooks", root)
    if not notebooks:
        shutil.rmtree(lite, ignore_errors=True)
        return None
    shell = make_shell(root / ".cache" / "lite")
    # Made beside what stands, of which only the changed files are then written.
    made = lite.with_name(".lite")
    shutil.rmtree(made, ignore_errors=True)
    own = {"jupyter-lite.json", *(f"{app}/index.html" for app in _BARRED)}
    for name in walk(shell):
        copy_changed(shell / name, (made if name in own else lite) / name)
    write_contents(made, notebooks)
    write_engine(lite, static, root)
    _write_settings(made, shell, notebooks)
    _write_bar(made, contents_version(notebooks))
    for name in walk(made):
        copy_changed(made / name, lite / name)
    prune(lite, [*walk(shell), *walk(made), WHEEL, BOOK, LOCK])
    shutil.rmtree(made)
    return lite


def _write_settings(lite: Path, shell: Path, notebooks: list[Offered]) -> None:
    settings = read_settings(shell)
    kernel = {
        "pyodideUrl": "./../_static/pyodide/pyodide.js",
        "disablePyPIFallback": True,
        # Seen from JupyterLite's folder; a full URL is made of it there.
        "loadPyodideOptions": {"lockFileURL": LOCK, "packages": PACKAGES, "env": {"PYTHONHASHSEED": "0"}},
    }
    plugins = settings.setdefault("litePluginSettings", {})
    plugins.setdefault("@jupyterlite/pyodide-kernel-extension:kernel", {}).update(kernel)
    settings |= {
        "appName": "AI2MED notebooks",
        "appUrl": "./tree",
        "faviconUrl": "./../_static/icon.svg",
        "licensesUrl": "./build/third-party-licenses.json",
        "contentsStorageName": f"AI2MED {contents_version(notebooks)}",
        "settingsStorageName": f"AI2MED settings {settings['appVersion']}",
        # Our own start mends something in it.
        "exposeAppInBrowser": True,
        "disabledExtensions": _DISABLED,
        "settingsOverrides": {
            # The reader's system chooses between light and dark.
            "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
            # All cells are on the page, where the browser's search and a screen reader find them.
            "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
        },
    }
    told = {"jupyter-lite-schema-version": 0, "jupyter-config-data": settings}
    (lite / "jupyter-lite.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _write_bar(lite: Path, contents: str) -> None:
    """Put our bar above JupyterLite's pages: it says where work stays, resets it, and finds an earlier version's."""
    bar = lite / "ai2med"
    shutil.copytree(_WEB, bar)
    version = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(bar.iterdir()))).hexdigest()[:8]
    for app in _BARRED:
        page = lite / app / "index.html"
        text = page.read_text(encoding="utf-8")
        style = f'{_HEAD}    <link rel="stylesheet" href="../ai2med/bar.css?_={version}" />\n'
        start = _PREPARE.format(version=version, contents=f"AI2MED {contents}") + _LOAD
        for old, new in ((_MANIFEST, _ICON), (_HEAD, style), (_LOAD, start)):
            if text.count(old) != 1:
                raise ValueError(f"lite/{app}/index.html of this JupyterLite is not as expected: {old.strip()!r}")
            text = text.replace(old, new)
        text = text.replace("<html>", '<html lang="en">')
        page.write_text(text, encoding="utf-8", newline="\n")
