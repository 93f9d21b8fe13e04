"""Write the tables to ``data/`` and read them back, in a clone, in a notebook and in a browser alike."""

import gzip
import hashlib
import io
import json
import os
import sys
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from ai2med import paths

SEED = 2026
COMMAND = "python -m ai2med data"
MANIFEST = "manifest.json"
DATE_FORMAT = "%Y-%m-%d %H:%M"
TABLES = (
    "patients",
    "admissions",
    "vitals",
    "labs",
    "diagnoses",
    "medications",
    "scores",
    "outcomes",
    "costs",
    "landmarks",
    "predictions",
    "vendor_claims",
    "alerts",
    "conditions",
    "profiles",
    "af_followup",
)
# Columns that look like numbers but are names.
TEXT = {"model_version": str}


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
    ValueError: there is no table 'admisions'. Did you mean 'admissions'? The tables are: patients, admissions, ...
    """
    if name not in TABLES:
        close = get_close_matches(str(name), TABLES, 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"there is no table {name!r}.{hint} The tables are: {', '.join(TABLES)}.")
    raw, expected = _browser_file(name) if sys.platform == "emscripten" and root is None else _disk_file(name, root)
    try:
        content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, OSError) as error:
        raise ValueError(f"the file of table {name!r} is damaged ({error}). Make it again: {COMMAND}") from error
    if expected and hashlib.sha256(content).hexdigest() != expected:
        raise ValueError(f"the file of table {name!r} is not the one that was made. Make it again: {COMMAND}")
    return _parse(content)


def _parse(content: bytes) -> pd.DataFrame:
    table = pd.read_csv(io.BytesIO(content), dtype=TEXT)
    for column in table.columns:
        if column.endswith("_at") or column in ("t0", "live_from"):
            table[column] = pd.to_datetime(table[column], format=DATE_FORMAT)
    return table


def _folder(root):
    return Path(root) / "data" if root is not None else paths.data()


def _disk_file(name, root):
    folder = _folder(root)
    file, manifest = folder / f"{name}.csv.gz", folder / MANIFEST
    for needed in (file, manifest):
        if not needed.is_file():
            raise FileNotFoundError(f"{needed.name} is missing in {folder}. Make the tables: {COMMAND}")
    listed = json.loads(manifest.read_text("utf-8"))["tables"]
    if name not in listed:
        raise FileNotFoundError(f"{MANIFEST} does not list table {name!r}. Make the tables: {COMMAND}")
    return file.read_bytes(), listed[name]["sha256"]


_fetched_manifest = {}


def _browser_file(name):
    """Return a table's bytes and hash from the file system of the browser, or from the site."""
    try:
        return _disk_file(name, None)
    except FileNotFoundError:
        base = os.environ.get("AI2MED_DATA_URL", "_static/data").rstrip("/")
    if base not in _fetched_manifest:
        found = _fetch(f"{base}/{MANIFEST}")
        _fetched_manifest[base] = json.loads(found)["tables"] if found else {}
    raw = _fetch(f"{base}/{name}.csv.gz")
    if raw is None:
        raise FileNotFoundError(
            f"{base}/{name}.csv.gz could not be fetched. Are you online? If you build the book yourself: {COMMAND}"
        )
    return raw, _fetched_manifest[base].get(name, {}).get("sha256")


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


def generator_hash() -> str:
    """Return a hash of the generator's source files, to see whether tables are older than the code."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for file in [*sorted(folder.glob("*.py")), folder.parent / "scores.py"]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def to_csv(table: pd.DataFrame) -> bytes:
    r"""Return a table as CSV bytes, the same on every system.

    Examples
    --------
    >>> to_csv(pd.DataFrame({"id": ["A1"], "seen_at": pd.to_datetime(["2025-01-02 03:04"]), "crp": [5.0]}))
    b'id,seen_at,crp\nA1,2025-01-02 03:04,5\n'
    """
    table = table.copy()
    for column in table.columns:
        if pd.api.types.is_float_dtype(table[column]):
            values = table[column].dropna()
            # Whole numbers with gaps are floats in pandas; written without ".0" they are a quarter smaller.
            if len(values) and (values == values.round()).all():
                table[column] = table[column].astype("Int64")
    return table.to_csv(index=False, date_format=DATE_FORMAT, lineterminator="\n").encode()


def build(seed: int = SEED, people: int | None = None):
    """Return the hospital, the learner's tables and the answer key for a seed."""
    from ai2med.cohort import _defects, _tables
    from ai2med.cohort._parameters import value

    hospital = _tables.simulate_hospital(people or int(value("population.patients")), seed)
    tables, key = _defects.plant(hospital.tables, seed, 0)
    return hospital, tables, key


def make_data(
    root: str | Path | None = None,
    seed: int = SEED,
    progress: bool = True,
    people: int | None = None,
    force: bool = False,
) -> dict:
    """Make every table of the book's hospital, unless they are current.

    Parameters
    ----------
    root : path, optional
        The book's folder, in whose ``data/`` the tables go; found by itself when not given.
    seed : int
        Seed of the hospital; the book uses 2026.
    progress : bool
        Whether to print one line a table.
    people : int, optional
        Number of people; by default that of the book. Smaller numbers are for tests.
    force : bool
        Whether to make the tables even when they are current.

    Returns
    -------
    dict
        The manifest: seed, hash of the generator, and for each table rows, sizes and the SHA-256 of its CSV.
    """
    folder = _folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    say = print if progress else (lambda *_: None)
    stamp = {"seed": seed, "people": people, "generator": generator_hash()}
    if not force and (current := _current(folder, stamp)) is not None:
        say(f"The synthetic hospital is up to date ({len(current['tables'])} tables in {folder.name}/).")
        return current
    _, tables, _ = build(seed, people)
    listed = {}
    for name in TABLES:
        content = to_csv(tables[name])
        packed = gzip.compress(content, 9, mtime=0)
        (folder / f"{name}.csv.gz").write_bytes(packed)
        listed[name] = {
            "rows": len(tables[name]),
            "bytes": len(content),
            "compressed_bytes": len(packed),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        say(f"{name:>14} {len(tables[name]):>8,} rows {len(packed) / 1000:>7.0f} kB")
    manifest = {**stamp, "tables": listed}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    return manifest


def _current(folder, stamp):
    """Return the manifest if it was made by this code with this seed and every file is still there."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    same = all(manifest.get(field) == wanted for field, wanted in stamp.items())
    listed = manifest.get("tables", {})
    whole = set(listed) == set(TABLES) and all(
        (folder / f"{name}.csv.gz").is_file()
        and (folder / f"{name}.csv.gz").stat().st_size == facts["compressed_bytes"]
        for name, facts in listed.items()
    )
    return manifest if same and whole else None
