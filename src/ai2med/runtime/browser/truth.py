"""The hospital's answer key in the browser: read from a file of the site, for making it anew would take a minute there.

The file is JSON, because it comes out the same whenever the hospital does.
"""

import gzip
import json
import os
from functools import cache
from typing import Any

import pandas as pd

__all__ = ["known", "packed", "unpacked"]


def packed(tables: dict[Any, pd.DataFrame]) -> bytes:
    """Return tables as bytes for the site.

    Examples
    --------
    >>> when = pd.to_datetime(["2025-01-02 03:04", None])
    >>> table = pd.DataFrame({"id": ["a", None], "at": when, "risk": [0.1, 1 / 3]})
    >>> unpacked(packed({("risk", "x"): table}))["risk", "x"].equals(table)
    True
    """
    told = []
    for key, table in tables.items():
        columns = {}
        for name, column in table.items():
            values = column.astype("int64").tolist() if column.dtype.kind == "M" else column.tolist()
            columns[name] = [str(column.dtype), values]
        told.append([list(key) if isinstance(key, tuple) else key, columns])
    return gzip.compress(json.dumps(told, separators=(",", ":")).encode(), 9, mtime=0)


def unpacked(content: bytes) -> dict[Any, pd.DataFrame]:
    """Return the tables that `packed` was given."""
    raw = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return {
        tuple(key) if isinstance(key, list) else key: pd.DataFrame(
            {name: _series(dtype, values) for name, (dtype, values) in columns.items()}
        )
        for key, columns in json.loads(raw)
    }


def _series(dtype, values):
    if dtype.startswith("datetime64"):
        # A missing date is the smallest number.
        return pd.Series(pd.array(values, dtype="int64").to_numpy().view("M8[ns]"))
    return pd.Series(values, dtype=dtype)


@cache
def known() -> dict[Any, pd.DataFrame]:
    """Return the answer key of the book's hospital."""
    from ai2med.cohort._store import _fetch

    content = _fetch(os.environ.get("AI2MED_TRUTH_URL", ""))
    if content is None:
        raise FileNotFoundError("The hospital's answer key could not be fetched. Are you online?")
    return unpacked(content)
