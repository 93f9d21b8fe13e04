"""Check plain values against ``schema.json`` and say in an author's words what is wrong.

The schema is the one source for the shape of a questions file: editors read it for completion, the loader reads it
here. The descriptions in it are the advice that an author gets, which is why no general validator is used. Only the
keywords that the schema needs are known; a test compares the verdicts with the reference implementation.
"""

import difflib
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Issue(NamedTuple):
    """What is wrong at one path of a document."""

    path: tuple
    rule: str
    message: str
    mend: str


_NAMES = {
    "object": "fields with values",
    "array": "a list",
    "string": "text",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
}


@cache
def schema() -> dict:
    """Return the JSON Schema of a questions file."""
    return json.loads(files(__package__).joinpath("schema.json").read_text(encoding="utf-8"))


def issues(value: object) -> list[Issue]:
    """Return everything that `value` breaks in the schema, in document order.

    Examples
    --------
    >>> for issue in issues({"unit": "2.2.4", "itmes": []}):
    ...     print(issue.rule, issue.message)
    unknown-field “itmes” is not a field here; did you mean “items”?
    missing-field The field “items” is missing.
    """
    return list(_check(value, schema(), ()))


def _check(value: object, rule: dict, path: tuple) -> Iterator[Issue]:
    if not rule:
        return
    advice = rule.get("description")
    while "$ref" in rule:
        rule = schema()["$defs"][rule["$ref"].rpartition("/")[2]]
        advice = rule.get("description", advice)
    advice = advice or "See the fields in CONTRIBUTING.md."
    if "type" in rule:
        kinds = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
        if not any(_is(value, kind) for kind in kinds):
            wanted = " or ".join(_NAMES[kind] for kind in kinds)
            yield Issue(path, "wrong-type", f"{_where(path)} must be {wanted}, not {_described(value)}.", advice)
            return
    if "enum" in rule and value not in rule["enum"]:
        close = difflib.get_close_matches(str(value), rule["enum"], 1)
        hint = f"; did you mean “{close[0]}”?" if close else "."
        yield Issue(path, "unknown-value", f"{_where(path)} cannot be {_described(value)}{hint}", advice)
    if "const" in rule and value != rule["const"]:
        yield Issue(path, "unknown-value", f"{_where(path)} cannot be {_described(value)}.", advice)
    if isinstance(value, str):
        yield from _check_text(value, rule, path, advice)
    elif isinstance(value, list):
        yield from _check_list(value, rule, path, advice)
    elif isinstance(value, dict):
        yield from _check_fields(value, rule, path, advice)
    elif _is(value, "number") and not rule.get("minimum", value) <= value <= rule.get("maximum", value):
        yield Issue(path, "out-of-range", f"{_where(path)} cannot be {value}.", advice)
    for part in rule.get("allOf", ()):
        yield from _check(value, part, path)
    if "if" in rule:
        branch = "else" if any(_check(value, rule["if"], path)) else "then"
        yield from _check(value, rule.get(branch, {}), path)


def _check_text(value, rule, path, advice):
    # An end-of-text mark in Python also matches before a last line break; in an editor's JavaScript it does not.
    pattern = re.sub(r"\$\Z", r"\\Z", rule.get("pattern", ""))
    if len(value) > rule.get("maxLength", len(value)):
        yield Issue(
            path, "too-long", f"{_where(path)} has {len(value)} characters; the limit is {rule['maxLength']}.", advice
        )
    elif not re.search(pattern, value):
        what = f"cannot be {_described(value)}" if value.strip() else "is empty"
        yield Issue(path, "bad-text" if value.strip() else "empty", f"{_where(path)} {what}.", advice)


def _check_list(value, rule, path, advice):
    if len(value) < rule.get("minItems", 0):
        yield Issue(
            path, "too-few", f"{_where(path)} has {len(value)} entries; at least {rule['minItems']} are needed.", advice
        )
    if len(value) > rule.get("maxItems", len(value)):
        yield Issue(
            path, "too-many", f"{_where(path)} has {len(value)} entries; at most {rule['maxItems']} fit.", advice
        )
    for index, each in enumerate(value):
        yield from _check(each, rule.get("items", {}), (*path, index))


def _check_fields(value, rule, path, advice):
    known = rule.get("properties", {})
    others = rule.get("additionalProperties", {})
    for name, each in value.items():
        if "propertyNames" in rule and (wrong := next(_check(name, rule["propertyNames"], (*path, name)), None)):
            yield wrong._replace(rule="bad-name", message=f"“{_short(name)}” cannot be a name here.")
        if name in known:
            yield from _check(each, known[name], (*path, name))
        elif others is False:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean “{close[0]}”?" if close else "."
            yield Issue(
                (*path, name),
                "unknown-field",
                f"“{_short(name)}” is not a field here{hint}",
                "Known fields: " + ", ".join(known) + ".",
            )
        else:
            yield from _check(each, others, (*path, name))
    for name in rule.get("required", ()):
        if name not in value:
            known_advice = _advice(known.get(name, {})) or advice
            yield Issue(
                path,
                f"missing-{name}" if name in ("feedback", "explanation") else "missing-field",
                f"The field “{name}” is missing.",
                known_advice,
            )
    if len(value) < rule.get("minProperties", 0):
        yield Issue(path, "too-few", f"{_where(path)} needs at least {rule['minProperties']} entries.", advice)


def _advice(rule: dict) -> str | None:
    while "$ref" in rule:
        rule = schema()["$defs"][rule["$ref"].rpartition("/")[2]]
    return rule.get("description")


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(
        value, {"object": dict, "array": list, "string": str, "boolean": bool, "number": int | float}[kind]
    )


def _where(path: tuple) -> str:
    names = [str(part) for part in path if isinstance(part, str)]
    if not names:
        return "This" if path else "The file"
    last = f"“{_short(names[-1])}”"
    return f"Entry {path[-1] + 1} of {last}" if isinstance(path[-1], int) else last


def _described(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "fields with values"
    if isinstance(value, list):
        return "a list"
    return f"“{_short(value)}”" if isinstance(value, str) else str(value)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"
