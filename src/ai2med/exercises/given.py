"""What a check knows by itself: the reference that it computes from the book's tables, and whether the given still is.

A check never compares one value of the learner's with another, nor trusts a table that a cell may have changed: it
computes what is right anew. If the learner's values do not fit because a given table was changed, that is said.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .checks import fail

_AGAIN = "Run the cells above the task again, as they were given, then your own."


def reference(function: Callable) -> Callable:
    """Keep what a function computes from the book's tables: it is computed at the first check of a page only."""
    return lru_cache(maxsize=1)(function)


def blame_given(ns, **expected: Any) -> None:
    """Say so if something that the task gives is no longer as the book gave it.

    Parameters
    ----------
    ns : mapping
        The learner's namespace.
    **expected : object
        The given names, each with its value: tables are compared in the columns of the expected one, in any order of
        rows; arrays by their numbers; other values by equality.

    Raises
    ------
    Failure
        With the key ``given-<name>``.

    Examples
    --------
    >>> blame_given({"days": 90}, days=30)
    Traceback (most recent call last):
    ai2med.exercises.checks.Failure: `days` is given, and it was changed: it is 90 now, and the task gives 30.
    """
    for name, right in expected.items():
        if name not in ns:
            fail(f"given-{name}", f"`{name}`, which the task gives, does not exist any more.", _AGAIN)
        changed = _difference(ns[name], right)
        if changed:
            fail(f"given-{name}", f"`{name}` is given, and it was changed: {changed}.", _AGAIN)


def _difference(value, right) -> str:
    """Return what was changed, in words; an empty text if nothing was."""
    import numpy as np
    import pandas as pd

    if isinstance(right, pd.DataFrame):
        return _table_difference(value, right)
    if isinstance(right, (np.ndarray, pd.Series, pd.Index)):
        right = np.asarray(right)
        if np.shape(value) != right.shape:
            return f"its size is {_shape(np.shape(value))} now, and the task gives {_shape(right.shape)}"
        return "" if _same(np.asarray(value), right) else "it holds other values"
    same = value == right
    if isinstance(same, (bool, np.bool_)) and same:
        return ""
    said = [repr(one) if len(repr(one)) < 40 else "" for one in (value, right)]
    return f"it is {said[0]} now, and the task gives {said[1]}" if all(said) else "it holds something else"


def _table_difference(value, right) -> str:
    if not hasattr(value, "columns"):
        return "it is no table any more"
    if len(value) != len(right):
        return f"it has {len(value):,} rows now, and the task gives {len(right):,}"
    if value.index.is_unique and set(value.index) == set(right.index):
        value = value.loc[right.index]
    for column in right.columns:
        if column not in value.columns:
            return f"the column `{column}` is gone"
        left, other = value[column], right[column]
        if not _same(left.to_numpy(), other.to_numpy()) and sorted(left.map(str)) != sorted(other.map(str)):
            return f"the column `{column}` holds other values"
    return ""


def _same(left, right) -> bool:
    import numpy as np
    import pandas as pd

    if left.dtype.kind in "biuf" and right.dtype.kind in "biuf":
        return bool(np.allclose(left.astype(float), right.astype(float), rtol=1e-6, atol=1e-9, equal_nan=True))
    return pd.Series(left).equals(pd.Series(right))


def _shape(shape) -> str:
    return " × ".join(f"{size:,}" for size in shape) or "one value"
