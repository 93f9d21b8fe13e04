"""What a checks module says to a learner whose values are missing, unfinished, odd or wrong."""

import numpy as np
import pandas as pd
import pytest

from ai2med.exercises import Failure, Task, WrongAttempt, close_to, fail, need, need_frame


def failure(call, *arguments):
    with pytest.raises(Failure) as raised:
        call(*arguments)
    assert raised.value.hint
    return raised.value


def test_fail_carries_key_message_and_hint():
    told = failure(fail, "horizon", "Outside the horizon.", "Look at hours.")
    assert (told.key, told.message, told.hint) == ("horizon", "Outside the horizon.", "Look at hours.")


@pytest.mark.parametrize(
    ("namespace", "kind", "key", "says"),
    [
        ({}, int, "missing-n", "does not exist yet"),
        ({"n": ...}, int, "unfinished-n", "has no value yet"),
        ({"n": None}, None, "unfinished-n", "has no value yet"),
        ({"n": "3"}, int, "type-n", "should be a whole number, but it is the text “3”"),
        ({"n": 3.5}, int, "type-n", "should be a whole number, but it is the number 3.5"),
        ({"n": True}, int, "type-n", "but it is `True` or `False`"),
        ({"n": float("inf")}, int, "type-n", "should be a whole number"),
        ({"n": np.int64(3)}, str, "type-n", "should be a text, but it is the whole number 3"),
        ({"n": np.nan}, float, "nan-n", "not a number"),
        ({"n": pd.Series([1, 2])}, float, "type-n", "but it is a column (Series) of 2 entries"),
        ({"n": 1, "N": ...}, str, "type-n", "the whole number 1"),
        ({"n": [1].append}, (int, float), "type-n", "should be a whole number or a number, but it is a function"),
        ({"n": 3}, callable, "type-n", "should be a function"),
        ({"n": object()}, dict, "type-n", "should be a dictionary, but it is a value of type `object`"),
    ],
)
def test_need_says_what_is_amiss(namespace, kind, key, says):
    told = failure(need, namespace, "n", kind, "the number of stays")
    assert told.key == key
    assert says in told.message
    assert "the number of stays" in told.message


def test_a_function_that_returns_nothing_is_told_to_look_at_its_return():
    assert "`return`" in failure(need, {"share(frame)": None}, "share(frame)").hint


@pytest.mark.parametrize(
    ("value", "kind", "returned"),
    [
        (np.int64(3), int, 3),
        (3.0, int, 3),
        (np.float32(0.5), float, 0.5),
        (2, float, 2.0),
        (np.bool_(True), bool, True),
        ("a", str, "a"),
        (np.array(4), int, 4),
    ],
)
def test_need_returns_plain_python_values(value, kind, returned):
    got = need({"n": value}, "n", kind)
    assert got == returned
    assert type(got) is kind


def test_need_returns_arrays_functions_and_untyped_values_as_they_are():
    for value, kind in ((np.arange(3), np.ndarray), (len, callable), ({1}, None), (np.array(1.0), np.ndarray)):
        assert need({"n": value}, "n", kind) is value


def test_need_frame_names_every_missing_column():
    table = pd.DataFrame({"age": [70]})
    assert need_frame({"stays": table}, "stays", ("age",)) is table
    told = failure(need_frame, {"stays": table}, "stays", ("age", "ward", "site"))
    assert told.key == "columns-stays"
    assert told.message == "The table `stays` has no column `ward` and no column `site`."
    assert "`age`" in told.hint
    assert "no columns at all" in failure(need_frame, {"stays": pd.DataFrame()}, "stays", ("age",)).hint
    assert failure(need_frame, {"stays": [1]}, "stays", ("age",)).key == "type-stays"


@pytest.mark.parametrize(
    ("a", "b", "tolerance", "close"),
    [
        (0.1 + 0.2, 0.3, 1e-6, True),
        (1.0, 1.1, 0.05, False),
        (1.0, 1.1, 0.11, True),
        ([1, 2], np.array([1.0, 2.0]), 1e-6, True),
        ([1, 2], [1, 2, 3], 1e-6, False),
        ([[1, 2]], [1, 2], 1e-6, False),
        (5, [5], 1e-6, False),
        (pd.Series([1.0, np.nan]), [1.0, np.nan], 1e-6, True),
        (np.nan, 1, 1e-6, False),
        ("1", 1, 1e-6, False),
        (None, 1, 1e-6, False),
        (["a"], [1], 1e-6, False),
        (float("inf"), 1, 1e-6, False),
    ],
)
def test_close_to(a, b, tolerance, close):
    assert close_to(a, b, tolerance) is close


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"id": "t1", "check": print}, "not of the form"),
        ({"id": "2.2.4-t1"}, "either a check or items"),
        ({"id": "2.2.4-t1", "check": print, "items": ("x01",)}, "either a check or items"),
        ({"id": "2.2.4-t1", "check": print, "hints": "Look."}, "comma"),
    ],
)
def test_a_task_is_validated_when_it_is_made(fields, says):
    with pytest.raises(ValueError, match=says):
        Task(**{"title": "A", "outcomes": ("a",), **fields})


def test_a_task_knows_its_unit_and_name():
    task = Task("2.2.10-t3", "A", ("a",), check=print, wrong=(WrongAttempt("slip", "n = 1", "key"),))
    assert (task.unit, task.name) == ("2.2.10", "t3")
