"""Hospitals of any size: Parquet, one partition of people at a time, so memory does not grow with the hospital.

Written are the tables of the core, which one simulation makes; datasets of single generators belong to the book's
hospital alone. A partition is an independent replica of the three-site hospital, drawn from its own random streams.
Whoever holds the seed and the number of a partition can write it alone, on any machine, in any order.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from ai2med.cohort import _defects, _tables
from ai2med.cohort._hospital import SEED

CHUNK = 6400
# The same in every partition, so they are written once.
ONCE = ("vendor_claims", "profiles")


@dataclass(frozen=True)
class Report:
    """What a run wrote and what it cost."""

    patients: int
    partitions: int
    rows: int
    seconds: float
    patients_per_second: float
    peak_memory_mb: float


def write_parquet(
    patients: int, out: str | Path, seed: int = SEED, chunk: int = CHUNK, progress: bool = True
) -> Report:
    """Write a hospital as Parquet, ``out/<table>/part-00000.parquet`` and so on.

    Parameters
    ----------
    patients : int
        Number of people.
    out : path
        Folder; made if needed. Parts of an earlier run with the same names are replaced.
    seed : int
    chunk : int
        People in a partition. Peak memory grows with it; results for another chunk are another hospital.
    progress : bool
        Whether to draw a progress bar on the error stream.

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If ``patients`` or ``chunk`` is below 1.
    ModuleNotFoundError
        If pyarrow is not installed.
    """
    if patients < 1 or chunk < 1:
        raise ValueError(f"patients and chunk must be at least 1, not {patients} and {chunk}.")
    folder, started, rows = Path(out), time.perf_counter(), 0
    parts = -(-patients // chunk)
    for partition in range(parts):
        rows += write_partition(partition, folder, min(chunk, patients - partition * chunk), seed, chunk)
        if progress:
            _bar(partition + 1, parts, min(patients, (partition + 1) * chunk), time.perf_counter() - started)
    seconds = time.perf_counter() - started
    report = Report(patients, parts, rows, round(seconds, 2), round(patients / seconds, 1), _peak_memory())
    (folder / "report.json").write_text(json.dumps(asdict(report), indent=1) + "\n", "utf-8")
    return report


def write_partition(partition: int, out: str | Path, people: int = CHUNK, seed: int = SEED, chunk: int = CHUNK) -> int:
    """Write one partition and return its number of rows: the unit of work for a cluster scheduler.

    Parameters
    ----------
    partition : int
        0, 1, 2, ...; ids continue where a full partition before it ends.
    out : path
    people : int
        People in this partition, at most ``chunk``.
    seed, chunk : int
        As for :func:`write_parquet`.
    """
    arrow, parquet = _arrow()
    hospital = _tables.simulate_hospital(people, seed, partition, first_patient=1 + partition * chunk)
    tables, _ = _defects.plant(hospital.tables, seed, partition)
    rows = 0
    for name in tables:
        if name in ONCE and partition:
            continue
        folder = Path(out) / name
        folder.mkdir(parents=True, exist_ok=True)
        table = arrow.Table.from_pandas(tables[name], preserve_index=False)
        parquet.write_table(table, folder / f"part-{partition:05d}.parquet", compression="zstd")
        rows += len(tables[name])
    return rows


def _arrow():
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("writing Parquet needs pyarrow: pip install -r requirements.txt") from error
    return pyarrow, pyarrow.parquet


def _bar(done, parts, people, seconds):
    filled = 30 * done // parts
    left = seconds / done * (parts - done)
    line = f"\r[{'#' * filled}{'.' * (30 - filled)}] {people:,} patients, {people / seconds:,.0f}/s, {left:.0f} s left "
    sys.stderr.write(line + ("\n" if done == parts else ""))
    sys.stderr.flush()


def _peak_memory() -> float:
    """Return the peak memory of this process in MB, NaN where the system does not tell."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
