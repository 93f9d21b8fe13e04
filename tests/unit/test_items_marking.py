"""Every response gets the mark that the vectors state; the same vectors run in the page (tests/browser)."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai2med.items import load_items, mark, read_items
from ai2med.items.answers import read_number, same_output, same_text, unit_factor

HERE = Path(__file__).parent
BANK = load_items(HERE / "fixtures" / "items" / "every_type.items.yml")
VECTORS = json.loads((HERE / "items_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['item']} {vector['case']}")
def test_vector(vector):
    made = mark(BANK[vector["item"]], vector["response"])
    expected = vector["expected"]
    assert (made.kind, made.correct, made.message) == (expected["kind"], expected["correct"], expected["message"])
    assert made.score == pytest.approx(expected["score"], abs=1e-6)
    assert list(made.targets) == expected["targets"]
    assert [[note.target, note.kind, note.misconception, note.text] for note in made.feedback] == expected["feedback"]


def test_every_type_has_right_wrong_incomplete_and_unreadable_vectors():
    seen = defaultdict(set)
    for vector in VECTORS:
        seen[vector["item"]].add((vector["expected"]["kind"], vector["expected"]["correct"]))
    wanted = {("marked", True), ("marked", False), ("incomplete", None), ("unreadable", None)}
    judged_by_its_reader = {("marked", None), ("incomplete", None), ("unreadable", None)}
    assert dict(seen) == {item.name: judged_by_its_reader if item.type == "text" else wanted for item in BANK}


def test_every_misconception_of_the_bank_is_shown_by_a_vector():
    written = set(_misconceptions(BANK))
    shown = {note[2] for vector in VECTORS for note in vector["expected"]["feedback"]} - {None}
    assert shown == written


def _misconceptions(bank):
    text = Path(bank.file).read_text(encoding="utf-8")
    for part in text.split("misconception: ")[1:]:
        yield part.splitlines()[0].split("}")[0].strip()


ANSWERS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.sampled_from(["a", "b", "t1", "e1", "l1", "p1", "n", "8.3", "1,000", "one in ten", "constructor", "id"]),
)
NAMES = st.sampled_from(
    ["p1", "p2", "n", "share", "name", "id", "indent", "value", "variant", "x", "text", "said", "judged", "r1"]
)
RESPONSES = st.recursive(
    ANSWERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


@given(RESPONSES)
@settings(max_examples=200, deadline=None)
def test_no_response_breaks_the_marking(response):
    for item in BANK:
        made = mark(item, response)
        assert 0 <= made.score <= 1
        assert (made.kind == "marked") == bool(made.feedback)
        assert (made.correct is not None) == (made.kind == "marked" and item.type != "text")
        assert made.kind == "marked" or (made.message and made.score == 0)


@given(st.permutations(["e1", "e2", "e3"]))
def test_only_the_written_order_is_right(order):
    assert mark(BANK["q04"], order).correct == (order == ["e1", "e2", "e3"])


@given(st.floats(-1e6, 1e6), st.sampled_from([".", ","]), st.sampled_from(["", " ", "\u2009", "\u202f", "\u00a0"]))
def test_a_number_is_read_in_either_notation(value, decimal, group):
    text = f"{value:,.4f}".replace(",", "G").replace(".", decimal).replace("G", group)
    assert any(read == pytest.approx(value, abs=6e-5) for read in read_number(text)[0])


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        ("12.", 12),
        (".5", 0.5),
        (",5", 0.5),
        ("0,125", 0.125),
        ("0.125", 0.125),
        ("22.22", 22.22),
        ("3/4", 0.75),
        ("\u22121 / 8", -0.125),
        ("Two", 2),
        ("twelve", 12),
        ("+3", 3),
        ("- 3", -3),
        ("\u20133", -3),
        ("1.234.567", 1234567),
        ("1,234,567.8", 1234567.8),
        ("1e-3", 0.001),
        ("2E\u22122", 0.02),
    ],
)
def test_notations_that_have_one_reading(typed, value):
    assert read_number(typed) == ((value,), "")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x",
        "-",
        ".",
        "1 2",
        "1,23,456",
        "1..2",
        "12,34,5",
        "1 000 00",
        "<b>1</b>",
        "1" * 101,
        "8-9",
        "1/0",
        "1/2/3",
        "1\n2",
    ],
)
def test_what_is_no_number(typed):
    assert read_number(typed)[0] == ()


@pytest.mark.parametrize(
    ("typed", "values"),
    [("1,000", (1000, 1)), ("25,125", (25125, 25.125)), ("-1.000 %", (-1000, -1)), ("1.125", (1125, 1.125))],
)
def test_what_may_be_a_thousand_or_one_has_both_readings(typed, values):
    assert read_number(typed)[0] == values


def numeric_item(answer, unit="", tolerance=0):
    return read_items(f"""
unit: "9.1.1"
items:
  - id: q01
    version: 1
    type: numeric
    outcome: a
    level: apply
    place: inline
    unit: "{unit}"
    tolerance: {tolerance}
    answer: {answer}
    stem: How many?
    explanation: So many.
    feedback: {{correct: "Yes.", otherwise: "No."}}
""")["q01"]


@pytest.mark.parametrize(
    ("typed", "answer", "unit"),
    [
        ("22,222", 22.222, ""),
        ("22,222", 22222, ""),
        ("1.000", 1000, ""),
        ("1 000", 1000, ""),
        ("85 %", 85, "of 100"),
        ("85 of 100", 85, "%"),
        ("0,75", 0.75, ""),
        ("75 %", 0.75, ""),
        ("3/4", 0.75, ""),
        ("3/4", 75, "%"),
        ("\u22123", -3, ""),
        ("5 women", 5, ""),
        ("5 women", 5, "people"),
        ("two", 2, "patients"),
        ("two women", 2, ""),
    ],
)
def test_numbers_are_read_as_people_in_europe_write_them(typed, answer, unit):
    assert mark(numeric_item(answer, unit), typed).correct


@pytest.mark.parametrize(
    ("typed", "unit", "message"),
    [
        ("5 mg", "", "number_alone"),
        ("5 thousand", "", "number_alone"),
        ("5 kg", "patients", "number_unit"),
        ("nine in ten", "%", "number_unit"),
        ("a dozen", "", "number_unreadable"),
    ],
)
def test_what_could_not_be_read_is_said_and_does_not_count(typed, unit, message):
    made = mark(numeric_item(5, unit), typed)
    assert (made.kind, made.message) == ("unreadable", message)


def test_a_wrong_number_with_two_readings_is_wrong_not_unread():
    assert mark(numeric_item(7), "1,000").correct is False


@pytest.mark.parametrize(
    ("typed", "unit", "fits"),
    [
        ("", "%", 1),
        ("%", "%", 1),
        ("percent", "%", 1),
        ("PATIENTS", "patients", 1),
        ("patient", "patients", 1),
        ("per 1000", "per 1,000", 1),
        ("%", "", 0.01),
        ("points", "%", None),
        ("€", "%", None),
        ("s", "", None),
    ],
)
def test_units(typed, unit, fits):
    assert unit_factor(typed, unit) == fits


def test_short_texts_are_compared_as_people_mean_them():
    assert same_text("Patient’s  Risk", "patient's risk")
    assert same_text("1000", "1,000")
    assert same_text("1.000", "1000")
    assert same_text("two women", "2 women")
    assert same_text("5 %", "5%")
    assert not same_text("5 %", "5")
    assert not same_text("risk", "risks")
    assert not same_output("a  b", "a b")


def test_equal_lines_of_code_may_be_swapped():
    bank = read_items(
        """
unit: "9.1.1"
items:
  - id: q01
    version: 1
    type: parsons
    outcome: a
    level: apply
    place: inline
    stem: Order the lines.
    explanation: Two lines are the same.
    lines: [{id: l1, text: "step()"}, {id: l2, text: "check()"}, {id: l3, text: "step()"}]
    feedback: {correct: "Yes.", otherwise: "No."}
"""
    )
    assert mark(bank["q01"], [{"id": "l3"}, {"id": "l2"}, {"id": "l1"}]).correct
    assert not mark(bank["q01"], [{"id": "l3"}, {"id": "l1"}, {"id": "l2"}]).correct


def test_a_wrong_pair_without_words_of_its_own_never_hears_those_of_the_right_one():
    item = BANK["q05"]
    for prompt in item.prompts:
        others = {target.id for target in item.targets} - {prompt.answer, *prompt.wrong}
        for other in others:
            made = mark(item, {**{each.id: each.answer for each in item.prompts}, prompt.id: other})
            assert next(note.text for note in made.feedback if note.target == prompt.id) == ""


def test_a_wrong_gap_without_words_of_its_own_never_hears_those_of_the_right_one():
    item = BANK["q06"]
    typed = {name: blank.accept[0] for name, blank in item.blanks.items()}
    for name, blank in item.blanks.items():
        other = next((choice for choice in blank.choices if choice not in blank.accept), "no such thing")
        told = {note.target: note.text for note in mark(item, {**typed, name: other}).feedback}
        assert told[name] != blank.feedback


def test_a_value_that_is_no_item_is_a_programmers_error():
    with pytest.raises(TypeError, match="cannot be marked"):
        mark("q01", "a")
