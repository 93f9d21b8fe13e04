"""The scores follow their published tables at every boundary, and say nothing when an input is missing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai2med import scores

NORMAL = {
    "resp_rate": 16, "spo2": 97, "on_oxygen": 0, "sbp": 120, "heart_rate": 70, "consciousness": "A",
    "temperature": 37.0, "spo2_scale": 1,
}  # fmt: skip
WELL = {"age": 50, "sex": "M", "heart_failure": 0, "hypertension": 0, "diabetes": 0, "stroke": 0, "vascular": 0}


def row(**changes):
    return pd.DataFrame([NORMAL | changes])


def news2(**changes):
    return scores.news2(row(**changes)).iloc[0]


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("resp_rate", {8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3}),
        ("spo2", {91: 3, 92: 2, 93: 2, 94: 1, 95: 1, 96: 0, 100: 0}),
        ("sbp", {90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 219: 0, 220: 3}),
        ("heart_rate", {40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3}),
        ("temperature", {35.0: 3, 35.1: 1, 36.0: 1, 36.1: 0, 38.0: 0, 38.1: 1, 39.0: 1, 39.1: 2}),
        ("on_oxygen", {0: 0, 1: 2}),
        ("consciousness", {"A": 0, "C": 3, "V": 3, "P": 3, "U": 3}),
    ],
)
def test_news2_gives_the_charts_points_at_every_boundary(name, points):
    table = pd.DataFrame([NORMAL | {name: value} for value in points])
    assert scores.news2_points(table)[name].tolist() == list(points.values())
    assert scores.news2(table).tolist() == list(points.values())


@pytest.mark.parametrize(
    ("oxygen", "points"),
    [
        (0, {83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 0, 100: 0}),
        (1, {83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 1, 94: 1, 95: 2, 96: 2, 97: 3, 100: 3}),
    ],
)
def test_scale_2_depends_on_oxygen(oxygen, points):
    table = pd.DataFrame([NORMAL | {"spo2": value, "on_oxygen": oxygen, "spo2_scale": 2} for value in points])
    assert scores.news2_points(table)["spo2"].tolist() == list(points.values())


def test_news2_reaches_its_ends():
    worst = {"resp_rate": 30, "spo2": 80, "on_oxygen": 1, "sbp": 80, "heart_rate": 140, "consciousness": "U"}
    assert news2() == 0
    assert news2(**worst, temperature=34.0) == 20


@pytest.mark.parametrize("name", scores.NEWS2_INPUTS)
def test_an_incomplete_set_has_no_news2(name):
    assert np.isnan(news2(**{name: None}))


def test_missing_oxygen_leaves_scale_2_open_only_where_it_matters():
    table = pd.DataFrame([NORMAL | {"spo2": value, "on_oxygen": np.nan, "spo2_scale": 2} for value in (85, 90, 97)])
    assert scores.news2_points(table)["spo2"].tolist()[:2] == [2, 0]
    assert np.isnan(scores.news2_points(table)["spo2"].iloc[2])


def test_without_a_scale_column_scale_1_holds():
    assert scores.news2(row(spo2=90).drop(columns="spo2_scale")).iloc[0] == 3


def test_values_between_two_bands_are_rounded_as_they_would_be_charted():
    assert scores.news2_points(row(temperature=38.04))["temperature"].iloc[0] == 0
    assert scores.news2_points(row(temperature=38.06))["temperature"].iloc[0] == 1
    assert scores.news2_points(row(resp_rate=20.5))["resp_rate"].iloc[0] == 2


def test_the_index_is_kept():
    table = pd.DataFrame([NORMAL, NORMAL], index=["x", "y"])
    assert scores.news2(table).index.tolist() == ["x", "y"]
    assert scores.qsofa(table).index.tolist() == ["x", "y"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"consciousness": "alert"}, "consciousness"), ({"on_oxygen": 2}, "on_oxygen"), ({"spo2_scale": 3}, "spo2_scale")],
)
def test_a_value_outside_its_list_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        scores.news2(row(**changes))


def test_a_missing_column_is_named():
    with pytest.raises(KeyError, match="heart_rate"):
        scores.news2(row().drop(columns="heart_rate"))


@given(
    st.integers(4, 60), st.integers(60, 100), st.booleans(), st.integers(50, 250), st.integers(20, 200),
    st.sampled_from("ACVPU"), st.integers(320, 420), st.integers(1, 2),
)  # fmt: skip
def test_news2_is_the_sum_of_its_points_and_stays_in_range(rate, spo2, oxygen, sbp, pulse, level, tenths, scale):
    table = row(resp_rate=rate, spo2=spo2, on_oxygen=int(oxygen), sbp=sbp, heart_rate=pulse, consciousness=level,
                temperature=tenths / 10, spo2_scale=scale)  # fmt: skip
    points = scores.news2_points(table).iloc[0]
    assert scores.news2(table).iloc[0] == points.sum()
    assert 0 <= points.sum() <= 20
    assert points.between(0, 3).all()


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, 0), ({"resp_rate": 21}, 0), ({"resp_rate": 22}, 1), ({"sbp": 101}, 0), ({"sbp": 100}, 1),
        ({"consciousness": "C"}, 1), ({"consciousness": "U", "sbp": 80, "resp_rate": 30}, 3),
    ],
)  # fmt: skip
def test_qsofa(changes, score):
    assert scores.qsofa(row(**changes)).iloc[0] == score


@pytest.mark.parametrize("name", scores.QSOFA_INPUTS)
def test_an_incomplete_set_has_no_qsofa(name):
    assert np.isnan(scores.qsofa(row(**{name: None})).iloc[0])


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, 0), ({"age": 64}, 0), ({"age": 65}, 1), ({"age": 74}, 1), ({"age": 75}, 2), ({"sex": "F"}, 1),
        ({"heart_failure": 1}, 1), ({"hypertension": 1}, 1), ({"diabetes": 1}, 1), ({"stroke": 1}, 2),
        ({"vascular": 1}, 1),
        ({"age": 80, "sex": "F", "heart_failure": 1, "hypertension": 1, "diabetes": 1, "stroke": 1, "vascular": 1}, 9),
    ],
)  # fmt: skip
def test_cha2ds2_vasc(changes, score):
    assert scores.cha2ds2_vasc(pd.DataFrame([WELL | changes])).iloc[0] == score


@pytest.mark.parametrize("name", scores.CHA2DS2_VASC_INPUTS)
def test_an_incomplete_history_has_no_cha2ds2_vasc(name):
    assert np.isnan(scores.cha2ds2_vasc(pd.DataFrame([WELL | {name: None}])).iloc[0])


def test_booleans_are_accepted():
    table = pd.DataFrame([WELL | {"stroke": True, "diabetes": True}])
    assert scores.cha2ds2_vasc(table).iloc[0] == 3
