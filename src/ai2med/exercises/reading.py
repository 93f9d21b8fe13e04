"""Read a learner's value whatever holds it: list, array, column, index, set, dictionary or a table of one column."""

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any


class Unreadable(Exception):  # noqa: N818 - says why a value cannot be read; never leaves the toolkit
    """Says in plain words what is in the way."""


def same_name(name: Any) -> str:
    """Return what two spellings of a name have in common: neither case nor blanks, hyphens and underscores count.

    Examples
    --------
    >>> same_name("Base Rate") == same_name("base_rate")
    True
    """
    return re.sub(r"[\s_-]+", "", str(name)).casefold()


def find(names: Iterable[Hashable], wanted: Hashable) -> Hashable | None:
    """Return the name itself if it is there, else the one spelled like it, else None.

    Examples
    --------
    >>> find({"Events": 1, "n": 2}, "events"), find(["t0", "T0"], "t0"), find([], "t0")
    ('Events', 't0', None)
    """
    names = list(names)
    if wanted in names:
        return wanted
    alike = [name for name in names if same_name(name) == same_name(wanted)]
    return alike[0] if alike else None


def _is(value, *kinds: str) -> bool:
    """Tell whether a value is of one of these kinds of pandas, without importing it where nobody has."""
    return any(kind.__name__ in kinds and kind.__module__.startswith("pandas.") for kind in type(value).__mro__)


def one_column(value: Any) -> Any:
    """Return the column of a table that has only one, or one beside its labels; other values as they are.

    A table of one row becomes that row. A column of labels that `reset_index` made becomes the index again.
    """
    if not _is(value, "DataFrame"):
        return value
    if value.shape[1] == 2 and value.shape[0] != 1:
        labels, numbers = (value.iloc[:, k] for k in (0, 1))
        if labels.dtype.kind not in "biuf" and labels.is_unique:
            return numbers.set_axis(labels.to_numpy())
    if value.shape[1] == 1:
        return value.iloc[:, 0]
    return value.iloc[0] if value.shape[0] == 1 else value


def mapping_of(value: Any) -> dict:
    """Return what has keys, or pairs, as a dictionary.

    Raises
    ------
    Unreadable
        If there are no keys in it.

    Examples
    --------
    >>> mapping_of([("found", 5), ("missed", 3)])
    {'found': 5, 'missed': 3}
    """
    value = one_column(value)
    if isinstance(value, Mapping):
        return dict(value)
    if _is(value, "Series"):
        return dict(zip(value.index, value, strict=True))
    if _is(value, "DataFrame"):
        return {column: value[column] for column in value.columns}
    if hasattr(value, "_asdict"):
        return dict(value._asdict())
    if isinstance(value, (list, tuple)) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value) and value:
        return dict(value)
    raise Unreadable("it has no keys")


def entries_of(value: Any) -> tuple[list | None, list]:
    """Return labels (None where a value has none) and entries of what holds many values.

    Raises
    ------
    Unreadable
        If it is one value, or a table of several columns.

    Examples
    --------
    >>> entries_of({"a": 1, "b": 2}), entries_of((1, 2))
    ((['a', 'b'], [1, 2]), (None, [1, 2]))
    """
    value = one_column(value)
    if isinstance(value, Mapping):
        return list(value), list(value.values())
    if _is(value, "Series"):
        return list(value.index), value.tolist()
    if _is(value, "DataFrame"):
        raise Unreadable(f"it is a table of {value.shape[1]} columns")
    shape = getattr(value, "shape", None)
    if shape is not None and len(shape) > 1:
        if sum(size != 1 for size in shape) > 1:
            raise Unreadable(f"it has the shape {tuple(shape)}")
        value = value.reshape(-1)
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) or shape == ():
        raise Unreadable("it is a single value")
    return None, value.tolist() if hasattr(value, "tolist") else list(value)


def numbers_of(entries: Iterable) -> list[float]:
    """Return entries as numbers; missing ones as NaN.

    Raises
    ------
    Unreadable
        If one is no number: text in a column of objects looks like a number and is none.

    Examples
    --------
    >>> numbers_of([1, True, None])
    [1.0, 1.0, nan]
    """
    found = []
    for entry in entries:
        if entry is ...:
            raise Unreadable("an entry still holds the dots")
        if isinstance(entry, (str, bytes)):
            raise Unreadable(f"an entry is the text “{entry!s:.30}”, which is no number")
        if entry is None or type(entry).__name__ == "NAType":
            found.append(float("nan"))
            continue
        try:
            found.append(float(entry.item() if getattr(entry, "size", 0) == 1 and hasattr(entry, "item") else entry))
        except (TypeError, ValueError):
            raise Unreadable("an entry is no number") from None
    return found


def labels_of(value: Any) -> list:
    """Return the names that a learner chose: of a dictionary or a column named by text, the keys.

    Examples
    --------
    >>> labels_of("A, B"), labels_of({"A": 0.9}), labels_of({"B", "A"}) in (["A", "B"], ["B", "A"])
    (['A', 'B'], ['A'], True)
    """
    if isinstance(value, str):
        return [part.strip() for part in re.split(r"[,;]|\band\b", value) if part.strip()]
    if _is(value, "DataFrame") and value.shape[1] != 1:
        return list(value.index)
    labels, entries = entries_of(value)
    if labels is not None and not all(isinstance(entry, str) for entry in entries):
        return labels
    return entries
