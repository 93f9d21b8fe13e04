"""Read what was made of the hospital, in a clone, in a notebook and in a browser alike.

``data/manifest.json`` lists every dataset with the hash of its content: what was edited by hand does not go unseen.
A table is a compressed CSV, a set of files is one archive; what is true behind a dataset lies in ``data/truth``.
"""

import gzip
import hashlib
import io
import json
import os
import sys
import tempfile
import zipfile
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from ai2med import paths

COMMAND = "python -m ai2med data"
MANIFEST = "manifest.json"
DATE_FORMAT = "%Y-%m-%d %H:%M"
# For each part of the manifest: what one of its datasets is called, and its file below data/.
KINDS = {
    "tables": ("table", "{}.csv.gz"),
    "files": ("set of files", "{}.zip"),
    "truth": ("truth about a dataset", "truth/{}.csv.gz"),
}


def load(name: str, root: str | Path | None = None) -> pd.DataFrame:
    """Return one table of the synthetic hospital.

    Works the same in a page, a notebook and the browser. The file's content is checked against ``data/manifest.json``,
    so a table that was edited by hand does not go unseen.

    Parameters
    ----------
    name : str
        One of the tables, for example ``"admissions"``; the hospital pages of the book describe each.
    root : path, optional
        The book's folder, whose ``data/`` holds the tables; found by itself when not given.

    Returns
    -------
    DataFrame
        A fresh copy. Columns that end in ``_at``, and ``t0`` and ``live_from``, are dates.

    Raises
    ------
    ValueError
        If the table is unknown, or its file has been altered.
    FileNotFoundError
        If the file does not exist. Both name the command that makes the tables again.

    Examples
    --------
    >>> load("admisions")
    Traceback (most recent call last):
    ...
    ValueError: there is no table 'admisions'. Did you mean 'admissions'? The tables are: access_log, admissions, ...
    """
    return _table("tables", name, root)


def load_files(name: str, root: str | Path | None = None) -> Path:
    """Return the folder that holds one set of files of the synthetic hospital: films, messages, documents.

    Works the same in a page, a notebook and the browser, and is checked as :func:`load` checks a table.

    Parameters
    ----------
    name : str
        One of the sets, for example ``"chest_films"``; the hospital pages of the book describe each.
    root : path, optional
        The book's folder; found by itself when not given.

    Returns
    -------
    pathlib.Path
        A folder with the files as they were made: what was changed in it by hand is set right at the next call.

    Raises
    ------
    ValueError
        If the set is unknown, or its archive has been altered.
    FileNotFoundError
        If the archive does not exist. Both name the command that makes it again.

    Examples
    --------
    >>> load_files("chest_film")
    Traceback (most recent call last):
    ...
    ValueError: there is no set of files 'chest_film'. Did you mean 'chest_films'? The sets of files are: ...
    """
    raw, entry = _find("files", name, root)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            found = {member: archive.read(member) for member in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise ValueError(f"the archive of {name!r} is damaged ({error}). Make it again: {COMMAND}") from error
    if entry and content_hash(found) != entry["sha256"]:
        raise ValueError(f"the archive of {name!r} is not the one that was made. Make it again: {COMMAND}")
    return _unpacked(found, _unpacking_place(root) / f"{name}-{content_hash(found)[:12]}")


def load_key(name: str, root: str | Path | None = None) -> pd.DataFrame:
    """Return what is true behind a dataset; ``truth.key`` is its public name."""
    return _table("truth", name, root)


def table_hash(name: str, root: str | Path | None = None) -> str:
    """Return the hash of the content of a dataset, be it a table or a set of files.

    It changes when, and only when, the content does.

    Raises
    ------
    ValueError
        If nothing of that name has been made.
    """
    for kind in ("tables", "files"):
        if name in (listed := manifest(root).get(kind, {})):
            return listed[name]["sha256"]
    raise ValueError(f"no dataset {name!r} has been made. Make the tables: {COMMAND}")


def manifest(root: str | Path | None = None) -> dict:
    """Return the list of what was made.

    Raises
    ------
    FileNotFoundError
        If nothing was made yet; it names the command.
    """
    file = data_folder(root) / MANIFEST
    if not file.is_file():
        raise FileNotFoundError(f"{MANIFEST} is missing in {file.parent}. Make the tables: {COMMAND}")
    return json.loads(file.read_text("utf-8"))


def data_folder(root: str | Path | None) -> Path:
    """Return the folder of the datasets of a book."""
    return Path(root) / "data" if root is not None else paths.data()


def content_hash(content: bytes | dict[str, bytes]) -> str:
    r"""Return the SHA-256 of a table's CSV, or of names and contents of files, whatever their archive is like.

    Examples
    --------
    >>> content_hash(b"a\n1\n")[:8], content_hash({"b": b"2", "a": b"1"}) == content_hash({"a": b"1", "b": b"2"})
    ('309b0e45', True)
    """
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    digest = hashlib.sha256()
    for name, part in sorted(content.items()):
        digest.update(f"{name}\0{len(part)}\0".encode() + part)
    return digest.hexdigest()


def _table(kind, name, root):
    raw, entry = _find(kind, name, root)
    told = KINDS[kind][0]
    try:
        content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, OSError) as error:
        raise ValueError(f"the file of {told} {name!r} is damaged ({error}). Make it again: {COMMAND}") from error
    if entry and content_hash(content) != entry["sha256"]:
        raise ValueError(f"the file of {told} {name!r} is not the one that was made. Make it again: {COMMAND}")
    return parse(content, entry.get("text", ()))


def parse(content: bytes, text=()) -> pd.DataFrame:
    """Return a CSV as a table; columns in `text` stay text, even where they look like numbers."""
    table = pd.read_csv(io.BytesIO(content), dtype=dict.fromkeys(text, str))
    for column in table.columns:
        if column.endswith("_at") or column in ("t0", "live_from"):
            table[column] = pd.to_datetime(table[column], format=DATE_FORMAT)
    return table


def _find(kind, name, root):
    """Return the bytes of a dataset and its entry in the manifest."""
    if sys.platform == "emscripten" and root is None:
        return _browser_file(kind, name)
    return _disk_file(kind, name, root)


def _refuse(kind, name, made, folder=None):
    """Refuse a name under which nothing was made: with the right call, the command that makes it, or close names."""
    told, listed = KINDS[kind][0], made.get(kind, {})
    for other, call in (("files", "load_files"), ("tables", "load")):
        if other != kind != "truth" and name in made.get(other, {}):
            raise ValueError(f'there is no {told} {name!r}, but a {KINDS[other][0]}: {call}("{name}").')
    described = folder is not None and str(name).isidentifier() and (folder / "datasheets" / f"{name}.yml").is_file()
    if described and kind != "truth":
        raise FileNotFoundError(f"{MANIFEST} does not list {told} {name!r}. Make the tables: {COMMAND}")
    close = get_close_matches(str(name), listed, 1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    plural = {"tables": "tables", "files": "sets of files", "truth": "datasets with a truth"}[kind]
    raise ValueError(f"there is no {told} {name!r}.{hint} The {plural} are: {', '.join(sorted(listed))}.")


def _disk_file(kind, name, root):
    folder, made = data_folder(root), manifest(root)
    if name not in made.get(kind, {}):
        _refuse(kind, name, made, folder)
    file = folder / KINDS[kind][1].format(name)
    if not file.is_file():
        raise FileNotFoundError(f"{file.name} is missing in {file.parent}. Make the tables: {COMMAND}")
    return file.read_bytes(), made[kind][name]


_fetched_manifest = {}


def _browser_file(kind, name):
    """Return a dataset's bytes and entry from the file system of the browser, or from the site."""
    try:
        return _disk_file(kind, name, None)
    except FileNotFoundError:
        base = os.environ.get("AI2MED_DATA_URL", "_static/data").rstrip("/")
    if base not in _fetched_manifest:
        found = _fetch(f"{base}/{MANIFEST}")
        if found is None:
            raise FileNotFoundError(f"{base}/{MANIFEST} could not be fetched. Are you online?")
        _fetched_manifest[base] = json.loads(found)
    made = _fetched_manifest[base]
    if name not in made.get(kind, {}):
        _refuse(kind, name, made)
    address = f"{base}/{KINDS[kind][1].format(name)}"
    raw = _fetch(address)
    if raw is None:
        raise FileNotFoundError(
            f"{address} could not be fetched. Are you online? If you build the book yourself: {COMMAND}"
        )
    return raw, made[kind][name]


def _fetch(url):
    """Return the bytes at a URL, or None. Synchronous, because ``load`` is called from ordinary code."""
    from js import XMLHttpRequest  # exists only in the browser

    request = XMLHttpRequest.new()
    request.open("GET", url, False)
    # Binary answers to synchronous requests come as text outside workers, one character a byte.
    request.overrideMimeType("text/plain; charset=x-user-defined")
    try:
        request.send(None)
    except Exception:
        return None
    if request.status != 200:
        return None
    return request.responseText.encode("utf-16-le")[::2]


def _unpacking_place(root):
    if root is not None:
        return Path(root) / ".cache" / "files"
    try:
        return paths.root() / ".cache" / "files"
    except FileNotFoundError:  # a reader's browser need not hold the book
        return Path(tempfile.gettempdir()) / "ai2med"


def _unpacked(files, folder):
    """Write files below a folder where they are not there yet."""
    for name, content in files.items():
        path = folder / name
        if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
            continue
        write_whole(path, content)
    return folder


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name and rename it: who reads at the same moment never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as part:
        part.write(content)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(path)
