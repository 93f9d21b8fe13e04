"""A learner's answer is read in every form that a person would honestly give it, and in no other."""

from collections import namedtuple
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from ai2med.exercises import (
    Failure,
    agrees,
    blame_given,
    need,
    need_entries,
    need_frame,
    need_function,
    need_labels,
    need_mapping,
    need_number,
    need_values,
)

COLUMN = pd.Series([0.5, 0.7], index=["a", "b"])


def failure(call, *arguments, **options):
    with pytest.raises(Failure) as raised:
        call(*arguments, **options)
    assert raised.value.hint
    return raised.value


@pytest.mark.parametrize("name", ["Events", "EVENTS", "n_events", "N-Events"])
def test_a_name_in_another_case_is_found(name):
    wanted = "events" if name.lower() == "events" else "n_events"
    assert need({name: 3}, wanted, int) == 3


def test_the_exact_name_goes_before_one_in_another_case():
    assert need({"N": 1, "n": 2}, "n", int) == 2


@pytest.mark.parametrize(
    "value", [np.array([0.5]), np.array([[0.5]]), pd.Series([0.5]), pd.DataFrame([[0.5]]), Decimal("0.5")]
)
def test_the_only_entry_of_a_prediction_is_a_number(value):
    assert need({"risk": value}, "risk", float) == 0.5


@pytest.mark.parametrize(
    ("value", "truth", "right"),
    [
        (9.18, 9.1794, True),
        (9.2, 9.1794, True),
        (9.1, 9.1794, False),
        (0.6, 0.598, True),
        (0.5, 0.47, False),
        (0, 0.4, False),
        (0.0, 0.0, True),
        (2.5, 2.45, True),
        (np.float32(0.12), 0.1234, True),
        (0.12345678, 0.1234, False),
        (float("nan"), 0.5, False),
        (float("inf"), 0.5, False),
        (-1.5, -1.522, True),
        (1.5, -1.522, False),
    ],
)
def test_a_number_is_right_if_the_true_one_rounds_to_it(value, truth, right):
    assert agrees(value, truth) is right


def test_whole_people_are_right_only_where_the_check_takes_one_figure():
    assert agrees(5, 5.1, figures=1)
    assert not agrees(1, 1.4)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (0.0918, "fraction-share"),
        (918, "percent-share"),
        (-9.18, "sign-share"),
        (7.0, "other-share"),
        ("9.2", "type-share"),
    ],
)
def test_a_wrong_number_is_told_what_it_is(value, key):
    assert failure(need_number, {"share": value}, "share", 9.18, tolerance=0.001).key == key


def test_a_wrong_number_is_printed_with_enough_digits_to_differ():
    told = failure(need_number, {"gap": 9.182}, "gap", 9.1794).message
    assert "is 9.182; it should be 9.179" in told


def test_a_known_slip_is_named_before_the_scale_is_guessed():
    slips = [("odds", lambda: 0.25, "{got} are odds, and {right} is the risk.", "Divide.")]
    told = failure(need_number, {"risk": 0.25}, "risk", 0.2, slips=slips)
    assert (told.key, told.message) == ("odds", "0.25 are odds, and 0.20 is the risk.")


def test_what_follows_from_an_accepted_rounding_is_right():
    assert need_number({"after": 0.3651}, "after", 0.3648, also=[0.3651]) == 0.3651


@pytest.mark.parametrize(
    "value",
    [
        [0.5, 0.7],
        (0.5, 0.7),
        np.array([0.5, 0.7]),
        np.array([[0.5], [0.7]]),
        COLUMN,
        COLUMN[::-1],
        COLUMN.astype(object),
        COLUMN.to_frame(),
        COLUMN.to_frame().T,
        COLUMN.reset_index(),
        COLUMN.rename(str.upper),
        {"b": 0.7, "a": 0.5},
        pd.Index([0.5, 0.7]),
    ],
    ids=str,
)
def test_values_are_read_from_whatever_holds_them_in_the_order_of_their_labels(value):
    assert need_values({"late": value}, "late", labels=["a", "b"]).tolist() == [0.5, 0.7]


def test_a_set_is_enough_where_order_does_not_matter():
    assert sorted(need_values({"null": {0.2, 0.1}}, "null", length=2)) == [0.1, 0.2]


@pytest.mark.parametrize(
    ("value", "key", "says"),
    [
        (pd.Series(["0.5", "0.7"]), "text-late", "the text “0.5”, which is no number"),
        ([0.5, "x"], "text-late", "the text “x”"),
        ([0.5], "length-late", "holds 1 values; 2 are asked for"),
        (0.5, "type-late", "a single value"),
        (pd.DataFrame(np.ones((2, 3))), "type-late", "a table of 3 columns"),
        ([0.5, ...], "type-late", "still holds the dots"),
        (None, "unfinished-late", "no value yet"),
    ],
)
def test_what_cannot_be_read_as_numbers_is_said(value, key, says):
    told = failure(need_values, {"late": value}, "late", labels=["a", "b"])
    assert told.key == key
    assert says in told.message


def test_entries_that_are_no_numbers_are_put_in_order_as_well():
    assert need_entries({"own": pd.Series(["x", "y"], index=[2, 1])}, "own", labels=[1, 2]) == ["y", "x"]


@pytest.mark.parametrize(
    "value",
    [["a", "b"], ("a", "b"), pd.Index(["a", "b"]), np.array(["a", "b"]), pd.Series(["a", "b"]), COLUMN, "a, b"],
    ids=str,
)
def test_names_are_read_from_whatever_holds_them(value):
    assert need_labels({"leaks": value}, "leaks") == ["a", "b"]


@pytest.mark.parametrize(
    "value",
    [
        {"base rate": 1, "one sign": 2},
        {"Base_Rate": 1, "One sign": 2},
        pd.Series({"base rate": 1, "one sign": 2}),
        pd.DataFrame([{"base rate": 1, "one sign": 2}]),
        pd.DataFrame({"n": {"base rate": 1, "one sign": 2}}),
        [("base rate", 1), ("one sign", 2)],
        namedtuple("Brier", "base_rate one_sign")(1, 2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_dictionary_may_be_a_column_a_table_or_have_keys_in_another_case(value):
    assert need_mapping({"brier": value}, "brier", ["base rate", "one sign"]) == {"base rate": 1, "one sign": 2}


def test_a_missing_entry_and_an_unfinished_one_are_named():
    assert failure(need_mapping, {"brier": {}}, "brier", ["one sign"]).key == "missing-one_sign"
    assert failure(need_mapping, {"brier": {"one sign": ...}}, "brier", ["one sign"]).key == "unfinished-one_sign"
    assert failure(need_mapping, {"brier": 3}, "brier", ["one sign"]).key == "type-brier"


def test_a_key_may_stand_in_the_index_of_a_table_and_columns_in_another_case():
    table = pd.DataFrame({"T 0": [1]}, index=pd.Index(["A1"], name="admission_id"))
    assert list(need_frame({"People": table}, "people", ["admission_id", "t0"]).columns) == ["admission_id", "t0"]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("rows['evnt']", "(`evnt`)"),
        ("nothing + 1", "it uses a name that does not exist (`nothing`)"),
        ("1 / 0", "it divides by zero"),
        ("exit()", "it ends Python"),
        ("int('x')", "does not fit"),
        ("(lambda: (yield))().throw(OSError)", "something unexpected"),
    ],
)
def test_an_error_of_a_learners_function_is_told_in_plain_words_with_its_line(code, says):
    space = {}
    exec(f"def share(rows):\n    part = rows\n    return {code}", space)
    told = failure(need_function(space, "share"), {"event": 1})
    assert told.key == "raises-share"
    assert "in its line 3" in told.message
    assert says in told.message
    assert "Error" not in told.message


def test_a_function_that_returns_nothing_is_told_so():
    assert failure(need_function({"Share": lambda rows: None}, "share"), 1).key == "unfinished-share"


def test_a_given_table_may_be_sorted_and_widened_and_not_be_cut_or_changed():
    given = pd.DataFrame({"risk": [0.1, 0.2, 0.2], "who": ["a", "b", None]})
    blame_given({"test": given[::-1].assign(more=1)}, test=given)
    blame_given({"test": given[::-1].reset_index(drop=True)}, test=given)
    assert "2 rows now, and the task gives 3" in failure(blame_given, {"test": given.head(2)}, test=given).message
    assert "`risk` holds other values" in failure(blame_given, {"test": given.assign(risk=1)}, test=given).message
    assert "`risk` is gone" in failure(blame_given, {"test": given[["who"]]}, test=given).message
    assert failure(blame_given, {}, test=given).key == "given-test"
    assert failure(blame_given, {"lot": np.zeros(3)}, lot=np.ones(3)).key == "given-lot"
