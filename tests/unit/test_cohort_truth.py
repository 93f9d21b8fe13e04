"""The true risk is the risk: calibrated, the best ranking there is, and out of the learner's reach."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai2med.cohort import _hospital, _risk, _ward, truth
from ai2med.cohort._population import NAMES


@pytest.fixture(scope="module")
def known():
    return truth.compute(_hospital.SEED)


@pytest.fixture
def asked(known, monkeypatch):
    monkeypatch.setattr(truth, "_known", lambda: known)
    return truth


@pytest.mark.parametrize("horizon", [24, 48])
def test_landmark_risks_are_calibrated(known, horizon):
    rows = known["scored", "landmarks"]
    risk, event = rows[f"risk_{horizon}h"], rows[f"deteriorated_{horizon}h"]
    # Mornings of one stay share their fate, so the bound is wider than for independent rows.
    assert abs(event.sum() - risk.sum()) < 5 * np.sqrt((risk * (1 - risk)).sum())
    low = risk < 0.05
    assert event[low].mean() == pytest.approx(risk[low].mean(), rel=0.2)
    assert event[~low].mean() == pytest.approx(risk[~low].mean(), rel=0.2)


def test_the_48_hour_risk_is_calibrated_at_time_zero(known):
    rows = known["scored", "admissions"]
    variance = (rows["risk_48h"] * (1 - rows["risk_48h"])).sum()
    assert abs(rows["deteriorated_48h"].sum() - rows["risk_48h"].sum()) < 3 * np.sqrt(variance)


def test_a_longer_horizon_never_lowers_the_risk(known):
    rows = known["risk", "landmarks"]
    assert (rows["risk_48h"] >= rows["risk_24h"]).all()
    assert rows["risk_24h"].between(0, 1).all()


def test_exact_risk_agrees_with_brute_force():
    """Start many stays in one hidden state and count."""
    n = 40_000
    for severity, offset, kind, hour in [(1.0, 0.3, 1, 8), (-0.5, 0.0, 2, 20), (2.0, -0.5, 0, 3)]:
        stays = _ward.run(
            np.random.default_rng(1), np.full(n, severity), np.full(n, offset), np.full(n, kind), np.full(n, hour)
        )
        for horizon in (24, 48):
            seen = np.mean((stays.how == _ward.DETERIORATED) & (stays.end <= horizon))
            told = _risk.exact([severity], [offset], [kind], [0], hour, horizon)[0]
            assert abs(seen - told) < 4 * np.sqrt(told * (1 - told) / n) + 0.03 * told


@settings(max_examples=25, deadline=None)
@given(st.floats(-4, 6), st.floats(-2, 2), st.integers(0, 2))
def test_risk_rises_with_severity_offset_and_a_call(severity, offset, kind):
    risk = _risk.exact(
        np.array([severity, severity + 0.2, severity, severity]),
        np.array([offset, offset, offset + 0.2, offset]),
        np.full(4, kind),
        np.array([0, 0, 0, 1]),
        8,
        48,
    )
    assert risk[1] >= risk[0]
    assert risk[2] >= risk[0]
    assert risk[3] >= risk[0]


def test_labels_and_risks_can_be_asked_for(asked):
    assert list(asked.risk("landmarks")) == ["landmark_id", "risk_24h", "risk_48h"]
    assert list(asked.risk("admissions")) == ["admission_id", "risk_48h"]
    labels = asked.labels("admissions")
    assert set(labels.loc[labels["at_risk"], "left_before_t0"].dropna()) == set()
    assert set(labels.loc[~labels["at_risk"], "left_before_t0"]) == {"discharged", "icu", "died"}
    assert labels.loc[~labels["at_risk"], "deteriorated_48h"].isna().all()
    assert set(asked.labels("conditions")["group"]) == set(range(len(truth.GROUPS)))
    assert set(asked.labels("profiles")["group"]) == {0}


def test_the_ceiling_is_told_by_site(asked):
    table = asked.auroc("landmarks", "deteriorated_24h").set_index("site")
    assert list(table.index) == ["all", "A", "B", "C"]
    assert table.loc["all", "events"] == table.loc[["A", "B", "C"], "events"].sum()
    assert table["auroc"].between(0.8, 0.95).all()
    with pytest.raises(ValueError, match="no target"):
        asked.auroc("admissions", "deteriorated_24h")


@pytest.mark.parametrize("ask", ["risk", "labels"])
def test_an_unknown_table_is_named(asked, ask):
    with pytest.raises(ValueError, match="not 'labs'"):
        getattr(asked, ask)("labs")


def test_answers_are_copies(asked):
    spoiled = asked.risk("landmarks")
    spoiled["risk_48h"] = 0
    assert (asked.risk("landmarks")["risk_48h"] > 0).all()


def test_no_truth_in_the_learners_tables():
    hidden = {"risk_48h", "sao2", "severity", "frailty", "group", "true_value", "offset"}
    hospital, tables, _ = _hospital.build(people=200)
    for table in (*tables.values(), *hospital.tables.values()):
        assert not hidden & set(table.columns)


def test_true_saturation_covers_every_set(asked):
    table = asked.spo2()
    assert table["sao2"].between(70, 99.5).all()
    assert not table.duplicated(["admission_id", "taken_at"]).any()


def test_effects_and_rules_name_what_was_planted(asked):
    assert {"name", "value", "unit", "meaning", "source"} == set(asked.effects())
    rules = asked.rules()
    assert (rules["lift_planted"] > 1).all()
    assert set(rules["antecedent"]) & set(NAMES)
    assert rules.loc[rules["consequent"] == "clarithromycin", "site"].tolist() == ["A"]


def test_the_truth_is_cached_on_disk_and_older_truths_go(tmp_path, monkeypatch, known):
    (tmp_path / "curriculum.yml").write_text("")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "truth-old.pickle").write_bytes(b"old")
    monkeypatch.setattr(truth.paths, "root", lambda: tmp_path)
    calls = []
    monkeypatch.setattr(truth, "compute", lambda seed: calls.append(seed) or {"defects": known["defects"]})
    for _ in range(2):
        truth._known.cache_clear()
        assert len(truth.defects()) == len(known["defects"])
    truth._known.cache_clear()
    assert calls == [_hospital.SEED]
    assert [file.name for file in (tmp_path / ".cache").iterdir()] != ["truth-old.pickle"]
    assert len(list((tmp_path / ".cache").iterdir())) == 1
