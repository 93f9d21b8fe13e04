"""The schema that editors read is the one that the loader reads, and both mean the same as the standard."""

import copy
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai2med.items._schema import issues, schema
from ai2med.items._yaml import read_yaml

FIXTURES = Path(__file__).parent / "fixtures" / "items"
EVERY_TYPE = read_yaml((FIXTURES / "every_type.items.yml").read_text(encoding="utf-8"), "every_type").value
VALIDATOR = jsonschema.Draft202012Validator(schema())

# Rules that the shape alone decides; the others need the models.
SHAPE_RULES = {
    "bad-name", "bad-text", "empty", "missing-explanation", "missing-feedback", "missing-field", "out-of-range",
    "too-few", "too-long", "unknown-field", "unknown-value", "wrong-type",
}  # fmt: skip
NOT_SHAPE = {
    "day.items.yml", "numeric_both.items.yml", "numeric_names.items.yml", "numeric_variants.items.yml",
    "text_patterns.items.yml",
}  # fmt: skip


def test_the_schema_is_a_valid_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_schema_uses_only_keywords_that_the_loader_knows():
    known = {
        "$schema", "$defs", "$ref", "title", "description", "type", "enum", "const", "pattern", "maxLength", "minimum",
        "maximum", "minItems", "maxItems", "minProperties", "items", "properties", "propertyNames",
        "additionalProperties", "required", "allOf", "if", "then", "else",
    }  # fmt: skip

    def keywords(rule):
        for name, value in rule.items():
            yield name
            if name in ("properties", "$defs"):
                for each in value.values():
                    yield from keywords(each)
            elif isinstance(value, dict):
                yield from keywords(value)
            elif name == "allOf":
                for each in value:
                    yield from keywords(each)

    assert set(keywords(schema())) <= known


def test_every_type_fits_the_schema():
    assert list(VALIDATOR.iter_errors(EVERY_TYPE)) == []
    assert issues(EVERY_TYPE) == []


def _rules(path):
    return set(re.findall(r"^# expect: \d+ (\S+)$", path.read_text(encoding="latin-1"), re.MULTILINE))


READABLE = [
    path
    for path in sorted((FIXTURES / "bad").glob("*.items.yml"))
    if not _rules(path) & {"yaml", "encoding", "duplicate-field"}
]


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.name)
def test_bad_shapes_are_refused_by_the_schema_too(path):
    shape = bool(_rules(path) & SHAPE_RULES) and path.name not in NOT_SHAPE
    assert VALIDATOR.is_valid(read_yaml(path.read_text(encoding="utf-8"), path.name).value) is not shape


def _paths(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _paths(child, (*path, key))


PATHS = list(_paths(EVERY_TYPE))[1:]
VALUES = [None, True, 0, 1, -1, 1.0, 2.5, "", " ", "q01", "good", "single", "a b", "x" * 6000, [], ["a"], {}, {"a": 1}]


def _changed(path, change):
    """Return the document with only the item that `path` leads to, changed there."""
    made = copy.deepcopy(EVERY_TYPE)
    if len(path) > 1 and path[0] == "items":
        made["items"] = [made["items"][path[1]]]
        path = ("items", 0, *path[2:])
    place = made
    for part in path[:-1]:
        place = place[part]
    change(place, path[-1])
    return made


@pytest.mark.parametrize("start", range(0, len(PATHS), 100))
def test_the_loader_agrees_with_the_reference_when_a_field_is_missing(start):
    for path in PATHS[start : start + 100]:
        made = _changed(path, lambda place, key: place.pop(key))
        assert (not issues(made)) == VALIDATOR.is_valid(made), path


@given(st.sampled_from(PATHS), st.sampled_from(VALUES))
@settings(max_examples=150, deadline=None)
def test_the_loader_agrees_with_the_reference_when_a_value_changes(path, value):
    made = _changed(path, lambda place, key: place.__setitem__(key, value))
    assert (not issues(made)) == VALIDATOR.is_valid(made)


@given(
    st.sampled_from([path for path in PATHS if isinstance(path[-1], str)]),
    st.sampled_from(["next", "x", "A b", "stem"]),
)
@settings(max_examples=80, deadline=None)
def test_the_loader_agrees_with_the_reference_when_a_field_is_added(path, name):
    made = _changed(path, lambda place, key: place.setdefault(name, "new"))
    assert (not issues(made)) == VALIDATOR.is_valid(made)


def test_a_misspelt_field_gets_a_suggestion():
    made = copy.deepcopy(EVERY_TYPE)
    made["items"][0]["explenation"] = made["items"][0].pop("explanation")
    assert any("did you mean “explanation”" in issue.message for issue in issues(made))
