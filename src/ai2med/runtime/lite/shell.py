"""The static part of JupyterLite: built once by its own tool, without what nobody needs, and kept between builds."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from .._errors import RuntimeFetchError, explain_write

__all__ = ["KERNEL", "make_shell"]

# The projects that bring the pieces; the last three also bring an extension of the front end.
_PROJECTS = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlab-widgets", "anywidget")
_EXTENSIONS = "share/jupyter/labextensions/"
# One notebook a page, and the list of all notebooks, to which its menu leads.
_APPS = ("notebooks", "tree")
# Where the kernel's extension lies below the folder.
KERNEL = "extensions/@jupyterlite/pyodide-kernel-extension/"

# Other forms of the icons' fonts, which every browser with WebAssembly reads as WOFF2, the manual, and what other
# set-ups need. The fonts of formulas are there as WOFF only.
_UNUSED = (
    "**/*.map",
    "build/*.eot",
    "build/*.ttf",
    "build/*.svg",
    "build/fa-*.woff",
    "doc",
    "bootstrap.js",
    "jupyterlite.schema.v0.json",
    "manifest.webmanifest",
    "package.json",
    "service-worker.js",
    "icon-*.png",
)

# In an isolated page, page and worker answer each other through shared memory: who asks sleeps until the first number
# of an answer is no longer zero. As its makers ship it, the kernel writes an answer from its first letter on, so who
# looks early reads a part of it, and Python ends with a "fatal error". The first number has to be stored last.
_ANSWERS = (
    (r"(\w)\[0\]=1}else{", r"Atomics.store(\1,0,1)}else{"),
    (
        r"for\(let (\w)=new (\w+)\((\w)\.buffer\),(\w)=0;\4<(\w)\.length;\4\+\+\)\1\[\4\]=\5\.charCodeAt\(\4\)",
        r"for(let \1=new \2(\3.buffer),\4=2;\4<\5.length;\4++)\1[\4]=\5.charCodeAt(\4);"
        r"Atomics.store(\3,0,\5.charCodeAt(0)|\5.charCodeAt(1)<<16)",
    ),
)


def make_shell(cache: Path) -> Path:
    """Return the folder with JupyterLite's own files; it is made if the cache lacks it.

    Parameters
    ----------
    cache : path
        Where the folder stays between builds.

    Raises
    ------
    RuntimeFetchError
        If a project is not installed or JupyterLite's tool fails; the message says what to do.
    """
    try:
        versions = [f"{name} {metadata.version(name)}" for name in _PROJECTS]
    except metadata.PackageNotFoundError as error:
        raise RuntimeFetchError(
            f"{error.name} is not installed: notebooks in the browser need it. Run: pip install -r requirements.txt"
        ) from None
    key = hashlib.sha256("\n".join([*versions, Path(__file__).read_text(encoding="utf-8")]).encode()).hexdigest()[:12]
    made = cache / f"shell-{key}"
    if made.is_dir():
        return made
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            built = _build(Path(temporary))
            for pattern in _UNUSED:
                for path in sorted(built.glob(pattern)):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            for old in cache.glob("shell-*"):
                shutil.rmtree(old, ignore_errors=True)
            built.replace(made)
    except OSError as error:
        raise explain_write(error, made) from None
    return made


def _build(folder: Path) -> Path:
    """Run JupyterLite's tool in a folder that holds the three extensions and nothing else."""
    for project in _PROJECTS:
        _copy_extension(project, folder / "labextensions")
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(folder)]
    command += ["--output-dir", str(folder / "out"), "--no-sourcemaps", "--no-unused-shared-packages"]
    command += ["--ignore-sys-prefix", "federated_extensions"]
    command += [f"--FederatedExtensionAddon.extra_labextensions_path={folder / 'labextensions'}"]
    command += [word for app in _APPS for word in ("--apps", app)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1577836800", "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, env=environment)
    if done.returncode or not (folder / "out" / "jupyter-lite.json").is_file():
        said = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
        raise RuntimeFetchError(f"JupyterLite could not be built: {said[0]}")
    _mend_answers(folder / "out" / KERNEL / "static")
    return folder / "out"


def _mend_answers(scripts: Path) -> None:
    """Let page and worker of a kernel read answers that are whole; see `_ANSWERS`."""
    for path in sorted(scripts.glob("*.js")):
        text = path.read_text(encoding="utf-8")
        if "waitAsync" not in text:
            continue
        for old, new in _ANSWERS:
            text, times = re.subn(old, new, text)
            if times != 1:
                raise RuntimeFetchError(f"JupyterLite's {path.name} is not as _ANSWERS in shell.py expects it.")
        path.write_text(text, encoding="utf-8", newline="\n")


def _copy_extension(project: str, target: Path) -> None:
    for file in metadata.distribution(project).files or ():
        _, found, below = file.as_posix().partition(_EXTENSIONS)
        if found and not below.endswith(".map"):
            copy = target / below
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), copy)


def read_settings(shell: Path) -> dict:
    """Return the settings that JupyterLite's tool wrote."""
    return json.loads((shell / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
