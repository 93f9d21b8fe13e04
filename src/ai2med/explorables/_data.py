"""Check what is handed to an explorable, and say in the author's or learner's terms what to mend."""

import math
from collections.abc import Callable, Mapping
from importlib import import_module

DIGITS = 4
"""So many digits of a share travel with the page."""


def checked(face: dict, given: dict) -> tuple[dict, dict]:
    """Return data and first state of an explorable, JSON-ready.

    Parameters
    ----------
    face : dict
        What the declaration says of `data`, `controls` and `thin`.
    given : dict
        Data and controls by name; with `thin` also ``rows`` and ``seed``.

    Raises
    ------
    ValueError
        If something is missing, unknown, of the wrong kind or outside its limits.
    """
    specs, controls = face["data"], face["controls"]
    given = {name: value for name, value in given.items() if value is not None}
    rows, seed = (given.pop(name, None) for name in ("rows", "seed")) if face.get("thin") else (None, None)
    if unknown := sorted(set(given) - set(specs) - set(controls)):
        raise ValueError(f"{unknown[0]!r} is not known here. Known are: {', '.join([*specs, *controls])}.")
    data = {}
    for name, spec in specs.items():
        if name in given:
            data[name] = _KINDS[spec["kind"]](given[name], name, spec)
        elif "value" not in spec and not spec.get("optional"):
            raise ValueError(f"{name} is missing: {spec.get('hint', 'this explorable cannot be drawn without it')}.")
    for name, spec in specs.items():
        if name in data and "like" in spec and spec["like"] in data:
            _same_length(data[name], name, data[spec["like"]], spec["like"])
    if face.get("thin"):
        thinned = import_module("ai2med.explorables._thin").thinned
        data = thinned(data, specs, face["thin"], rows, seed)
    for name in set(given) & set(specs):
        given.pop(name)
    return data, {name: _control(value, name, controls[name]) for name, value in given.items()}


def _control(value, name, spec):
    if spec["kind"] in ("slider", "number"):
        value = _number(value, name, {"from": spec.get("from"), "to": spec.get("to"), **_ends(spec.get("stops"))})
    elif spec["kind"] in ("choice", "menu") and "options" in spec:
        _choice(value, name, spec)
    elif spec["kind"] == "switch":
        value = bool(value)
    return value


def _ends(stops) -> dict:
    return {"from": min(stops), "to": max(stops)} if stops else {}


def _values(value, name):
    values = value.tolist() if hasattr(value, "tolist") else list(value)
    if not values or isinstance(values[0], (list, tuple)):
        raise ValueError(f"{name} must be one column with at least one row: pass for example table['deteriorated'].")
    return values


def _outcomes(value, name, _spec):
    values = _values(value, name)
    if any(each not in (0, 1) for each in values):
        raise ValueError(
            f"{name} must be 0 or 1 without gaps: drop rows with an unknown outcome and map yes/no to 1/0."
        )
    if len(set(values)) == 1:
        raise ValueError(f"{name} holds only one class: the figure needs people with and without the event.")
    return [int(each) for each in values]


def _shares(value, name, _spec):
    values = [float(each) for each in _values(value, name)]
    wrong = sum(not 0 <= each <= 1 for each in values)
    if wrong:
        raise ValueError(
            f"{name} must lie between 0 and 1, but {wrong} of {len(values)} do not: "
            "pass predict_proba(X)[:, 1], not a score or per cent."
        )
    return [round(each, DIGITS) for each in values]


def _models(value, name, spec):
    if not isinstance(value, Mapping) or not 1 <= len(value) <= spec.get("most", 2):
        raise ValueError(
            f"{name} must hold one to {spec.get('most', 2)} columns by name, such as {{'Own model': risks}}: "
            "more lines cannot be told apart."
        )
    return [{"name": str(each), "risks": _shares(column, f"{name}[{each!r}]", spec)} for each, column in value.items()]


def _labels(value, name, _spec):
    return [str(each) for each in _values(value, name)]


def _ids(value, name, spec):
    texts = _labels(value, name, spec)
    places = {text: i for i, text in enumerate(sorted(set(texts)))}
    return [places[text] for text in texts]


def _number(value, name, spec):
    low, high, above = spec.get("from"), spec.get("to"), spec.get("above")
    if isinstance(value, str) or not math.isfinite(value):
        raise ValueError(f"{name} must be a number, not {value!r}.")
    value = value.item() if hasattr(value, "item") else value
    if above is not None and not value > above:
        raise ValueError(f"{name} must be above {above}, not {value}: leave it out if it is unknown.")
    if (low is not None and value < low) or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"at most {high}" if low is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be {limits}, not {value}.")
    return value


def _text(value, name, _spec):
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, not {value!r}.")
    return value


def _choice(value, name, spec):
    options = [str(each) for each in spec["options"]]
    if str(value) not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def _plain(value, _name, _spec):
    return value


def _table(value, name, spec):
    rows = value.to_dict("records") if hasattr(value, "to_dict") else [dict(each) for each in value]
    for column in spec.get("columns", ()):
        if any(column not in row for row in rows):
            raise ValueError(f"{name} needs the columns {', '.join(spec['columns'])}; {column!r} is missing.")
    return [{str(key): _cell(each) for key, each in row.items()} for row in rows]


def _cell(value):
    if isinstance(value, (list, tuple)):
        return [_cell(each) for each in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


_KINDS: dict[str, Callable] = {
    "outcomes": _outcomes,
    "shares": _shares,
    "models": _models,
    "labels": _labels,
    "ids": _ids,
    "number": _number,
    "text": _text,
    "choice": _choice,
    "table": _table,
    "plain": _plain,
}


def _same_length(values, name, others, other):
    lists = [each["risks"] for each in values] if isinstance(values[0], dict) else [values]
    for each in lists:
        if len(each) != len(others):
            raise ValueError(
                f"{name} must hold one value for each row of {other}: got {len(each)} for {len(others)}. "
                "Take both from the same rows; of predict_proba(X) use column 1."
            )
