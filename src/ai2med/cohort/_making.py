"""Make the datasets of ``data/``: the core's tables in one go, every other dataset by itself; only what is not current.

The manifest keeps for each dataset a fingerprint of all that decides its content. A table that is added, removed or
changed leaves every other file alone.
"""

import gzip
import json
from pathlib import Path

import pandas as pd

from ai2med.cohort import _hospital
from ai2med.cohort._datasheets import datasheets
from ai2med.cohort._generators import generators
from ai2med.cohort._hospital import SEED
from ai2med.cohort._sources import generator_hash
from ai2med.cohort._store import COMMAND, DATE_FORMAT, KINDS, MANIFEST, content_hash, data_folder, manifest, write_whole
from ai2med.packing import pack


def make_data(
    root: str | Path | None = None,
    seed: int = SEED,
    progress: bool = True,
    people: int | None = None,
    force: bool = False,
) -> dict:
    """Make every dataset of the book's hospital that is not current.

    Parameters
    ----------
    root : path, optional
        The book's folder, in whose ``data/`` datasheets and generators lie and the datasets go; found by itself when
        not given.
    seed : int
        Seed of the hospital; the book uses 2026.
    progress : bool
        Whether to print one line a dataset.
    people : int, optional
        Number of people; by default that of the book. Smaller numbers are for tests.
    force : bool
        Whether to make the datasets even when they are current.

    Returns
    -------
    dict
        The manifest: ``tables``, ``files`` and ``truth``, for each dataset its size, the SHA-256 of its content, and
        the fingerprint of what made it.

    Raises
    ------
    ValueError
        If datasheets, generators and the core's tables do not fit together; the message names the file.
    """
    making = _Making(Path(root) if root is not None else None, seed, people, progress, {} if force else _current(root))
    sheets, own = datasheets(root), generators(root)
    making.core(sorted(set(sheets) - {one.name for one in own}))
    for one in own:
        making.own(one)
    making.finish()
    return making.manifest


class _Making:
    """One run: what is kept of the last one, and what was made."""

    def __init__(self, root, seed, people, progress, before):
        self.root, self.seed, self.people, self.before = root, seed, people, before
        self.folder = data_folder(root)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.say = print if progress else (lambda *_: None)
        self.manifest = {"seed": seed, "people": people, **{kind: {} for kind in KINDS}}
        self.made = 0

    def core(self, names):
        """Make the core's tables, unless all are there."""
        stamp = f"{generator_hash()} {self.seed} {self.people}"
        if names and all(self._keeps("tables", name, stamp) for name in names):
            return
        _, tables, _ = _hospital.build(self.seed, self.people)
        for name in names:
            if name not in tables:
                raise ValueError(f"data/datasheets/{name}.yml: nothing makes it. Write data/generators/{name}.py.")
        for name in tables:
            if name not in names:
                raise ValueError(f"table {name!r} of the core needs data/datasheets/{name}.yml, and no generator.")
            self._write("tables", name, tables[name], stamp)

    def own(self, generator):
        """Make what one generator makes, unless it is there."""
        inputs = generator.inputs(self.seed, self.root)
        hashes = {name: entry["sha256"] for name, entry in self.manifest["tables"].items()}
        stamp = generator.fingerprint(inputs, self.people, hashes)
        kind, name = inputs.sheet.kind, generator.name
        if self._keeps(kind, name, stamp) and (not inputs.sheet.truth or self._keeps("truth", name, stamp)):
            return
        # What it reads has been made, and is read as learners read it.
        self._save()
        content, truth = generator.make(inputs)
        self._write(kind, name, content, stamp)
        if truth is not None:
            self._write("truth", name, truth, stamp)

    def finish(self):
        """Write the manifest, and remove the files of datasets that are gone."""
        self._save()
        wanted = {self.folder / KINDS[kind][1].format(name) for kind in KINDS for name in self.manifest[kind]}
        for pattern in (KINDS[kind][1].format("*") for kind in KINDS):
            for file in set(self.folder.glob(pattern)) - wanted:
                file.unlink()
        if not self.made:
            count = sum(len(self.manifest[kind]) for kind in ("tables", "files"))
            self.say(f"The synthetic hospital is up to date ({count} datasets in {self.folder.name}/).")

    def _keeps(self, kind, name, stamp):
        entry = self.before.get(kind, {}).get(name, {})
        file = self.folder / KINDS[kind][1].format(name)
        if entry.get("made_by") != stamp or not file.is_file() or file.stat().st_size != entry["compressed_bytes"]:
            return False
        self.manifest[kind][name] = entry
        return True

    def _write(self, kind, name, content, stamp):
        if isinstance(content, dict):
            packed, facts = pack(content), {"files": len(content), "bytes": sum(map(len, content.values()))}
            told = f"{len(content):>8,} files"
        else:
            text = [str(column) for column in content if content[column].dtype == object]
            table, content = content, to_csv(content)
            packed = gzip.compress(content, 9, mtime=0)
            facts = {"rows": len(table), "bytes": len(content), "text": text}
            told = f"{len(table):>8,} rows"
        file = self.folder / KINDS[kind][1].format(name)
        write_whole(file, packed)
        facts |= {"compressed_bytes": len(packed), "sha256": content_hash(content), "made_by": stamp}
        self.manifest[kind][name] = facts
        self.made += 1
        if kind != "truth":
            self.say(f"{name:>14} {told} {len(packed) / 1000:>7.0f} kB")

    def _save(self):
        text = json.dumps(self.manifest, indent=1) + "\n"
        file = self.folder / MANIFEST
        if not file.is_file() or file.read_text("utf-8") != text:
            write_whole(file, text.encode())


def _current(root):
    """Return the manifest of the last run, empty if there is none that can be read."""
    try:
        return manifest(root)
    except (OSError, ValueError):
        return {}


def made_files(root: str | Path | None = None) -> list[Path]:
    """Return the files of ``data/`` that a site offers: the manifest and what it lists.

    Raises
    ------
    FileNotFoundError
        If nothing was made yet.
    """
    folder, listed = data_folder(root), manifest(root)
    made = [folder / file.format(name) for kind, (_, file) in KINDS.items() for name in listed.get(kind, {})]
    return [folder / MANIFEST, *made]


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


def record_checksums(root: str | Path | None = None) -> list[Path]:
    """Write into each datasheet the hash of what stands in ``data/``, and return the datasheets that changed.

    For authors, after a dataset was changed on purpose: a test compares what is made with what is recorded.
    """
    listed, changed = manifest(root), []
    for name, sheet in datasheets(root).items():
        made = listed[sheet.kind].get(name)
        if made is None:
            raise ValueError(f"{name!r} has not been made. Make the tables: {COMMAND}")
        if made["sha256"] != sheet.sha256:
            file = data_folder(root) / "datasheets" / f"{name}.yml"
            lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("sha256:")]
            file.write_text("\n".join([*lines, f"sha256: {made['sha256']}", ""]), "utf-8", newline="\n")
            changed.append(file)
    return changed
