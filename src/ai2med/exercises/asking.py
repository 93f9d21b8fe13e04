"""Ask a learner's namespace for what a task wants, in every form that a person would honestly give it.

`need` and its kin find a name in another case, read lists, arrays, columns, indexes, sets, dictionaries and tables of
one column alike, and say what is amiss in plain words, with the value itself: a page has no place to look it up.
"""

import math
import re
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .checks import Failure, fail
from .comparing import agrees, apart
from .plain_words import error_in_words, kind_in_words, value_in_words
from .reading import Unreadable, entries_of, find, labels_of, mapping_of, numbers_of, one_column


def need(ns: Mapping[str, Any], name: str, type: Any = None, what: str = "") -> Any:
    """Return a value of the learner's, or say what is missing.

    Parameters
    ----------
    ns : mapping
        The learner's namespace.
    name : str
        The variable or function that the task asks for; it is found in another case, too.
    type : type, tuple of types, or `callable`, optional
        What it must be. `int` also takes whole floats and NumPy integers, `float` every real number, both also the
        only entry of an array or column; `bool` takes NumPy Booleans. These are returned as plain Python values.
    what : str, optional
        What the value means, such as ``"the number of stays with an event"``.

    Raises
    ------
    Failure
        With the key ``missing-<name>``, ``unfinished-<name>``, ``type-<name>`` or ``nan-<name>``.

    Examples
    --------
    >>> need({"Events": 12.0}, "events", int, "the number of events")
    12
    >>> need({"events": ...}, "events", int, "the number of events")
    Traceback (most recent call last):
    ai2med.exercises.checks.Failure: `events`, the number of events, has no value yet.
    """
    label = f"`{name}`, {what}," if what else f"`{name}`"
    spelled = find(ns, name)
    if spelled is None:
        fail(
            _key("missing", name),
            f"{label} does not exist yet.",
            f"Run the cell of the task, and keep the name `{name}` exactly as it is written there.",
        )
    value = ns[spelled]
    if value is ... or value is None:
        fail(
            _key("unfinished", name),
            f"{label} has no value yet.",
            f"Replace the part after `{name} =` with your own code, run the cell, then check again."
            if name.isidentifier()
            else "Does the function return what it computed? Look at its `return` line.",
        )
    if type is None:
        return value
    fits, value = _fit(value, type)
    if not fits:
        fail(
            _key("type", name),
            f"{label} should be {kind_in_words(type)}, but it is {value_in_words(value)}.",
            f"Compare the line that makes `{name}` with what the task asks for.",
        )
    if isinstance(value, float) and math.isnan(value):
        fail(
            _key("nan", name),
            f"{label} is NaN: “not a number”.",
            "Look for missing values in what you computed it from, or for a division by zero.",
        )
    return value


def need_number(
    ns: Mapping[str, Any],
    name: str,
    truth: float,
    what: str = "",
    *,
    tolerance: float = 1e-6,
    figures: int = 2,
    also: Iterable[float] = (),
    slips: Iterable[tuple[str, Any, str, str]] = (),
    hint: str = "",
    otherwise: Callable[[], None] | None = None,
) -> float:
    """Return the learner's number if it is right, exactly or as a person rounds it; else say what it is instead.

    Parameters
    ----------
    ns, name, what
        As for `need`.
    truth : float
        The reference, computed by the check.
    tolerance, figures
        As for `agrees`.
    also : iterable of float
        Other right values: what follows from an earlier answer that was accepted in its rounded form.
    slips : iterable of (key, value, message, hint)
        Numbers that known mistakes give; a value may be a function, called only if it comes to that. ``{got}`` and
        ``{right}`` in a message stand for the two numbers, with enough digits to differ.
    hint : str
        What to look at when no mistake is recognised.
    otherwise : callable, optional
        Called before the last answer; it may know better and call `fail`, as `blame_given` does.

    Raises
    ------
    Failure
        With a key of `need` or of a slip, ``fraction-<name>``, ``percent-<name>``, ``sign-<name>`` or ``other-<name>``.

    Examples
    --------
    >>> need_number({"share": 9.2}, "share", 9.1794)
    9.2
    >>> need_number({"share": 0.0918}, "share", 9.1794, "the percentage")
    Traceback (most recent call last):
    ai2med.exercises.checks.Failure: `share`, the percentage, is 0.0918: a fraction of 1. The task asks for a
    percentage.
    """
    value = need(ns, name, float, what)
    if not any(agrees(value, right, tolerance, figures) for right in (truth, *also)):
        label = f"`{name}`, {what}," if what else f"`{name}`"
        got, right = apart(value, truth)
        for key, wrong, message, advice in slips:
            wrong = wrong() if callable(wrong) else wrong
            if agrees(value, wrong, tolerance, figures):
                fail(key, message.format(got=got, right=right), advice)
        _tell_scale(name, label, value, truth, tolerance, figures)
        if otherwise:
            otherwise()
        fail(
            _key("other", name), f"{label} is {got}; it should be {right}.", hint or "Compare each step with the task."
        )
    return value


def _tell_scale(name, label, value, truth, tolerance, figures):
    """Fail if the number is right but for the scale or the sign."""
    if not value:
        return
    # Scaled values carry their error with them, so the tolerance is scaled as well.
    if agrees(100 * value, truth, 100 * tolerance, figures):
        fail(
            _key("fraction", name),
            f"{label} is {value:.4g}: a fraction of 1. The task asks for a percentage.",
            "Multiply by 100.",
        )
    if agrees(value / 100, truth, tolerance, figures):
        fail(
            _key("percent", name),
            f"{label} is {value:.4g}: 100 times what the task asks for.",
            "Do not multiply by 100.",
        )
    if agrees(-value, truth, tolerance, figures):
        fail(
            _key("sign", name),
            f"{label} is {value:.4g}: the sign is the wrong way round.",
            "What is taken from what?",
        )


def need_values(
    ns: Mapping[str, Any], name: str, what: str = "", *, labels: Sequence | None = None, length: int | None = None
) -> Any:
    """Return the learner's numbers as an array, whatever holds them.

    Parameters
    ----------
    ns, name, what
        As for `need`.
    labels : sequence, optional
        Whose numbers they are, in the order that the check wants. Values that carry these labels are put into that
        order; values without labels have to come in it.
    length : int, optional
        How many there have to be, if there are no labels.

    Raises
    ------
    Failure
        With a key of `need`, ``text-<name>`` or ``length-<name>``.

    Examples
    --------
    >>> need_values({"late": {"b": 2, "a": 1}}, "late", labels=["a", "b"])
    array([1., 2.])
    >>> need_values({"late": ["1", "2"]}, "late")
    Traceback (most recent call last):
    ai2med.exercises.checks.Failure: `late` cannot be read as numbers: an entry is the text “1”, which is no number.
    """
    import numpy as np

    try:
        return np.array(numbers_of(need_entries(ns, name, what, labels=labels, length=length)), dtype=float)
    except Unreadable as problem:
        fail(
            _key("text" if "text" in str(problem) else "type", name),
            f"`{name}` cannot be read as numbers: {problem}.",
            _one_each(what, "numbers in a list, an array or a column"),
        )


def need_entries(
    ns: Mapping[str, Any], name: str, what: str = "", *, labels: Sequence | None = None, length: int | None = None
) -> list:
    """Return the learner's entries, numbers or not, in the order of `labels`; as `need_values` else.

    Examples
    --------
    >>> need_entries({"groups": {"b": "old", "a": "young"}}, "groups", labels=["a", "b"])
    ['young', 'old']
    """
    value = need(ns, name, None, what)
    wanted = len(labels) if labels is not None else length
    try:
        own, entries = entries_of(value)
    except Unreadable as problem:
        fail(
            _key("type", name), f"`{name}` cannot be read: {problem}.", _one_each(what, "a list, an array or a column")
        )
    if labels is not None and own is not None:
        entries = _in_order(own, entries, labels)
    if wanted is not None and len(entries) != wanted:
        fail(
            _key("length", name),
            f"`{name}` holds {len(entries):,} values; {wanted:,} are asked for.",
            _one_each(what, "one value for each"),
        )
    return entries


def need_labels(ns: Mapping[str, Any], name: str, what: str = "") -> list:
    """Return the names that the learner chose, in the learner's order, whatever holds them.

    Examples
    --------
    >>> need_labels({"leaks": ("spo2", "age")}, "leaks")
    ['spo2', 'age']
    """
    value = need(ns, name, None, what)
    try:
        return labels_of(value)
    except Unreadable as problem:
        fail(
            _key("type", name),
            f"`{name}` should hold names, but it is {value_in_words(value)}.",
            f"Make a list of it. Now {problem}.",
        )


def need_mapping(ns: Mapping[str, Any], name: str, keys: Iterable, what: str = "") -> dict:
    """Return a dictionary of the learner's with the keys asked for: also from a column or table, or in another case.

    Raises
    ------
    Failure
        With a key of `need`, or ``missing-<key>`` and ``unfinished-<key>`` for an entry.

    Examples
    --------
    >>> need_mapping({"people": {"False alarms": 60}}, "people", ["false_alarms"])
    {'false_alarms': 60}
    """
    value = need(ns, name, None, what)
    try:
        entries = mapping_of(value)
    except Unreadable:
        fail(
            _key("type", name),
            f"`{name}` should be a dictionary, but it is {value_in_words(value)}.",
            "Give each value under its name: `{...: ...}`.",
        )
    found = {}
    for key in keys:
        spelled = find(entries, key)
        if spelled is None:
            listed = ", ".join(repr(one) for one in keys)
            fail(_key("missing", key), f"`{name}` has no entry “{key}”.", f"It needs {listed}.")
        if entries[spelled] is ... or entries[spelled] is None:
            fail(_key("unfinished", key), f"`{name}` has no {key} yet.", f'Replace the dots after "{key}" in `{name}`.')
        found[key] = entries[spelled]
    return found


def need_frame(ns: Mapping[str, Any], name: str, columns: Sequence[str] = (), what: str = "") -> Any:
    """Return a table of the learner's that has the given columns, or say what is missing.

    Columns are found in another case, with blanks for underscores, and in the index; they are returned under the
    names asked for.

    Raises
    ------
    Failure
        With a key of `need`, or ``columns-<name>``.

    Examples
    --------
    >>> import pandas as pd
    >>> need_frame({"stays": pd.DataFrame({"age": [70]})}, "stays", ["age", "ward"])
    Traceback (most recent call last):
    ai2med.exercises.checks.Failure: The table `stays` has no column `ward`.
    """
    from pandas import DataFrame

    frame = need(ns, name, DataFrame, what)
    in_index = [level for level in frame.index.names if level is not None]
    hidden = [level for level in in_index if find(frame.columns, level) is None]
    if any(find(frame.columns, column) is None and find(hidden, column) is not None for column in columns):
        frame = frame.reset_index(hidden)
    spelled = {column: find(frame.columns, column) for column in columns}
    lacking = [column for column, found in spelled.items() if found is None]
    if lacking:
        words = " and no column ".join(f"`{column}`" for column in lacking)
        present = ", ".join(f"`{column}`" for column in list(frame.columns)[:12])
        fail(
            _key("columns", name),
            f"The table `{name}` has no column {words}.",
            f"Its columns now are: {present}." if present else "It has no columns at all.",
        )
    other = {found: column for column, found in spelled.items() if found != column}
    return frame.rename(columns=other) if other else frame


def need_function(ns: Mapping[str, Any], name: str, what: str = "") -> Callable:
    """Return a function of the learner's whose errors are told in plain words.

    Raises
    ------
    Failure
        With a key of `need`; calling the function, with ``raises-<name>`` or ``unfinished-<name>``.

    Examples
    --------
    >>> need_function({"share": lambda rows: rows["evnt"]}, "share")({})
    Traceback (most recent call last):
    ai2med.exercises.checks.Failure: Your function `share` stops in its line 1: it asks for a column, label or key \
that is not there (`evnt`).
    """
    function = need(ns, name, callable, what)

    def called(*arguments):
        try:
            value = function(*arguments)
        except Failure:
            raise
        except (Exception, SystemExit) as error:
            fail(
                _key("raises", name),
                f"Your function `{name}` stops{_place(function, error)}: {error_in_words(error)}.",
                f"Call `{name}` yourself in a cell with a small example, and follow the values line by line.",
            )
        return need({f"{name}(...)": value}, f"{name}(...)", None, "what your function returns")

    return called


def _key(kind, name) -> str:
    return f"{kind}-" + re.sub(r"\W+", "_", str(name)).strip("_")


def _place(function, error) -> str:
    code = getattr(function, "__code__", None)
    lines = [frame.f_lineno for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code is code]
    return f" in its line {lines[-1] - code.co_firstlineno + 1}" if lines else ""


def _in_order(own, entries, labels):
    """Put labelled entries into the order of `labels`; plain numbering counts as no labels."""
    places = dict(zip(own, entries, strict=True))
    if len(places) == len(own) == len(labels):
        if all(label in places for label in labels):
            return [places[label] for label in labels]
        spelled = [find(places, label) for label in labels] if len(labels) < 100 else [None]
        if None not in spelled and len(set(spelled)) == len(spelled):
            return [places[label] for label in spelled]
    return entries


def _one_each(what, form) -> str:
    return f"{what[:1].upper()}{what[1:]}: {form}." if what else f"{form[:1].upper()}{form[1:]}."


def _fit(value, wanted):
    """Return whether the value is of the wanted type, and the value as plain Python where it is a scalar."""
    if wanted is callable:
        return callable(value) and not isinstance(value, type), value
    kinds = wanted if isinstance(wanted, tuple) else (wanted,)
    for kind in kinds:
        if kind not in (int, float, bool) and isinstance(value, kind):
            return True, value
    plain = _only_entry(value) if {int, float} & {*kinds} else _scalar(value)
    for kind in kinds:
        number = isinstance(plain, (int, float)) and not isinstance(plain, bool)
        if kind is float and number:
            return True, float(plain)
        if kind is int and number and math.isfinite(plain) and plain == plain // 1:
            return True, int(plain)
        if kind not in (int, float) and isinstance(plain, kind):
            return True, plain
    return False, plain if _scalar(value) is not value else value


def _scalar(value):
    """Return a NumPy number, or an array without axes, as plain Python; other values as they are."""
    import numbers
    from decimal import Decimal

    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return value.item()
    if isinstance(value, (Decimal, numbers.Rational)) and not isinstance(value, (bool, int)):
        return float(value)
    return value


def _only_entry(value):
    """Return the only entry of an array, column or table as plain Python: a prediction for one patient is one."""
    value = _scalar(value)
    if getattr(value, "size", 0) == 1 and hasattr(value, "to_numpy" if not hasattr(value, "item") else "item"):
        value = one_column(value)
        return _scalar(value.item() if hasattr(value, "item") else value)
    return value
