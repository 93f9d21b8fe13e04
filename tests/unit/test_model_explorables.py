"""The modelling explorables in Python: their numbers against scikit-learn and pandas, and what they refuse."""

import gzip
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, brier_score_loss, confusion_matrix, roc_auc_score, silhouette_score

from ai2med.widgets import (
    CalibrationExplorer,
    ClusterMirage,
    NetBenefitExplorer,
    SplitExplorer,
    ThresholdExplorer,
    TimeZeroExplorer,
    _stats,
    cluster_mirage,
    split_explorer,
)

WIDGETS = Path(split_explorer.__file__).parent


@pytest.fixture(scope="module")
def cohort():
    random = np.random.default_rng(11)
    sign = random.normal(size=1500)
    site = random.choice(["A", "B"], 1500)
    truth = _stats.expit(-2.2 + 1.2 * sign + 0.7 * (site == "B"))
    outcomes = (random.random(1500) < truth).astype(int)
    return outcomes, _stats.expit(-2.4 + 1.6 * sign).round(4), site


@pytest.fixture(scope="module")
def grid():
    return split_explorer.split_grid(3, 4)


@pytest.fixture
def stays():
    random = np.random.default_rng(5)
    end = random.gamma(2, 40, 800) + 3
    event = np.where(random.random(800) < 0.2, random.gamma(2, 20, 800), np.nan)
    event = np.where(event < end, event, np.nan)
    lab = np.where(random.random(800) < 0.6, random.exponential(20, 800), np.nan)
    return pd.DataFrame({"event_hour": event, "end_hour": end, "first_lactate_hour": lab})


def test_threshold_numbers_are_those_of_the_confusion_matrix(cohort):
    outcomes, risks, _ = cohort
    widget = ThresholdExplorer(outcomes, risks, threshold=0.15, per_day=30)
    quiet, alarms, missed, found = confusion_matrix(outcomes, risks >= 0.15).ravel() / len(outcomes)
    numbers = widget.numbers()
    assert numbers["ppv"] == pytest.approx(found / (found + alarms), abs=1e-4)
    assert numbers["npv"] == pytest.approx(quiet / (quiet + missed), abs=1e-4)
    assert numbers["sensitivity"] == pytest.approx(found / (found + missed))
    assert numbers["specificity"] == pytest.approx(quiet / (quiet + alarms))
    assert numbers["net_benefit"] == pytest.approx(found - alarms * 0.15 / 0.85, abs=1e-5)
    assert numbers["alerts"] == pytest.approx(30 * (found + alarms), abs=1e-3)
    assert numbers["auroc"] == pytest.approx(roc_auc_score(outcomes, risks))
    assert f"finds {numbers['found']} of them and misses {numbers['missed']}" in widget.describe()
    assert f"AUROC {numbers['auroc']:.2f}" in widget.describe()


def test_prevalence_changes_ppv_and_leaves_the_roc_position(cohort):
    outcomes, risks, _ = cohort
    here, rare = (
        ThresholdExplorer(outcomes, risks).numbers(),
        ThresholdExplorer(outcomes, risks, prevalence=0.02).numbers(),
    )
    assert rare["ppv"] < here["ppv"] / 2
    assert (rare["sensitivity"], rare["specificity"], rare["auroc"]) == (
        here["sensitivity"],
        here["specificity"],
        here["auroc"],
    )


def test_beds_stand_for_patients_assessed(cohort):
    assert ThresholdExplorer(*cohort[:2], beds=28).per_day == 28
    assert ThresholdExplorer(*cohort[:2], beds=28, per_day=20).per_day == 20


def test_published_epic_numbers_come_out():
    people = _stats.people(0.33, 0.17, 0.066)
    assert (people["cases"], people["found"], people["missed"], people["false_alarms"]) == (66, 22, 44, 159)


def test_calibration_agrees_with_scikit_learn(cohort):
    outcomes, risks, _ = cohort
    numbers = CalibrationExplorer(outcomes, risks).numbers()
    scores = np.log(risks / (1 - risks)).reshape(-1, 1)
    fitted = LogisticRegression(penalty=None, tol=1e-10).fit(scores, outcomes)
    assert numbers["slope"] == pytest.approx(fitted.coef_[0, 0], abs=1e-4)
    assert numbers["brier"] == pytest.approx(brier_score_loss(outcomes, risks))
    assert numbers["auroc"] == pytest.approx(roc_auc_score(outcomes, risks))
    assert numbers["ratio"] == pytest.approx(outcomes.mean() / risks.mean())
    shifted = _stats.expit(_stats.logit(risks) + numbers["intercept"])
    assert shifted.mean() == pytest.approx(outcomes.mean(), abs=1e-8)


def test_thinned_tables_keep_cases_and_restore_rates(cohort):
    outcomes, risks, site = cohort
    full, thin = CalibrationExplorer(outcomes, risks), CalibrationExplorer(outcomes, risks, rows=600)
    assert sum(thin.outcomes) == outcomes.sum()
    assert len(thin.outcomes) == 600
    assert thin.numbers()["observed"] == pytest.approx(outcomes.mean(), abs=1e-6)
    assert thin.numbers()["slope"] == pytest.approx(full.numbers()["slope"], abs=0.1)
    grouped = CalibrationExplorer(outcomes, risks, groups=site, rows=600)
    for number, name in enumerate(grouped.group_names):
        assert grouped.numbers(number)["observed"] == pytest.approx(outcomes[site == name].mean(), abs=1e-5)


def test_calibration_text_names_direction_and_groups(cohort):
    outcomes, risks, site = cohort
    text = CalibrationExplorer(outcomes, risks, groups=site, group="B").describe()
    inside = site == "B"
    expected, observed = 1000 * risks[inside].mean(), 1000 * outcomes[inside].mean()
    assert f"expects {expected:.0f} of 1,000" in text
    assert f"underestimates for {round(observed) - round(expected)} of 1,000" in text
    assert "Group A: " in text


def test_net_benefit_is_that_of_the_definition(cohort):
    outcomes, risks, _ = cohort
    widget = NetBenefitExplorer(outcomes, {"Vendor": risks, "Flat": np.full(1500, 0.05)}, threshold=0.2)
    numbers = widget.numbers()
    flagged = risks >= 0.2
    expected = (flagged & (outcomes == 1)).mean() - (flagged & (outcomes == 0)).mean() * 0.25
    assert numbers["Vendor"]["net_benefit"] == pytest.approx(expected, abs=1e-5)
    assert numbers["Vendor"]["low"] < expected < numbers["Vendor"]["high"]
    assert numbers["Flat"] == {"net_benefit": 0.0, "low": 0.0, "high": 0.0}
    assert numbers["all"]["net_benefit"] == pytest.approx(outcomes.mean() - (1 - outcomes.mean()) * 0.25, abs=1e-5)
    assert f"Vendor {1000 * expected:.1f} (95 % interval" in widget.describe()


def test_resampling_patients_widens_the_interval(cohort):
    outcomes, risks, _ = cohort
    fourfold = np.repeat(outcomes, 4), {"Model": np.repeat(risks, 4)}
    ids = np.repeat(np.arange(1500), 4)
    rows = NetBenefitExplorer(*fourfold, rows=6000).numbers()["Model"]
    patients = NetBenefitExplorer(*fourfold, rows=6000, patients=ids).numbers()["Model"]
    assert patients["high"] - patients["low"] > 1.5 * (rows["high"] - rows["low"])


def test_time_zero_counts_are_those_of_pandas(stays):
    widget = TimeZeroExplorer(stays, time_zero=30, horizon=24)
    had = stays.event_hour <= 30
    inside = stays[~had & (stays.end_hour > 30)]
    numbers = widget.numbers()
    assert numbers["stays"] == 800
    assert numbers["event_before"] == had.sum()
    assert numbers["population"] == len(inside)
    assert numbers["left_before"] == 800 - had.sum() - len(inside)
    assert numbers["events"] == (inside.event_hour <= 54).sum()
    assert numbers["later"] == (inside.event_hour > 54).sum()
    assert numbers["left_within"] == ((inside.end_hour <= 54) & ~(inside.event_hour <= 54)).sum()
    known = (inside.first_lactate_hour.dropna() <= 30).mean()
    assert widget.columns[0]["known"][30] == pytest.approx(known, abs=5e-4)
    assert f"{numbers['event_before']:,} had ICU transfer before time zero" in widget.describe()


def test_time_zero_takes_named_columns_and_performance(stays):
    rows = [{"time_zero": 24, "legal": 0.75, "leaking": 0.97}, {"time_zero": 6, "legal": 0.7, "leaking": 0.96}]
    widget = TimeZeroExplorer(stays, columns={"Lactate": "first_lactate_hour"}, performance=rows)
    assert [column["name"] for column in widget.columns] == ["Lactate"]
    assert widget.performance == [[6, 0.7, 0.96], [24, 0.75, 0.97]]
    assert len(widget.stays) == 12
    assert sum(stay["event"] is not None for stay in widget.stays) == 6


def test_cluster_measures_agree_with_scikit_learn():
    widget = ClusterMirage(k=3)
    for number, table in enumerate(widget.tables):
        X = np.array(table)
        centres = cluster_mirage.k_means(X, 3, np.random.default_rng(0))
        labels = cluster_mirage.nearest(X, centres)
        theirs = KMeans(3, n_init=20, random_state=0).fit(X)
        assert cluster_mirage._squares(X, centres).min(1).sum() == pytest.approx(theirs.inertia_, rel=0.02)
        assert cluster_mirage.silhouette(X, labels) == pytest.approx(silhouette_score(X, labels))
        other = KMeans(4, n_init=1, random_state=1).fit_predict(X)
        assert cluster_mirage.adjusted_rand(labels, other) == pytest.approx(adjusted_rand_score(labels, other))
        assert f"silhouette {widget.numbers(number)['silhouette']:.2f}" in widget.describe()


def test_only_the_tables_with_groups_pass_both_comparisons():
    none, weak, clear = (ClusterMirage().numbers(number) for number in range(3))
    assert none["silhouette"] < none["null_high"]
    assert none["stability"] < 0.75
    for found in (weak, clear):
        assert found["silhouette"] > found["null_high"]
        assert found["stability"] > 0.75
    assert clear["stability"] > weak["stability"]


def test_closed_form_folds_equal_refitting():
    """The shortcut behind the grid: leaving rows out by formula gives what a refit without them gives."""
    random = np.random.default_rng(2)
    X, y = random.normal(size=(60, 6)), random.random(60)
    test, train = np.arange(12), np.arange(12, 60)
    gram = split_explorer._kernel(X, X)
    inverse = np.linalg.inv(gram + np.eye(60))
    shortcut = y[test] - np.linalg.solve(inverse[np.ix_(test, test)], (inverse @ y)[test])
    weights = np.linalg.solve(gram[np.ix_(train, train)] + np.eye(48), y[train])
    assert shortcut == pytest.approx(gram[np.ix_(test, train)] @ weights, abs=1e-5)


def test_grid_shows_what_each_split_is_for(grid):
    widget = SplitExplorer(grid)
    clustered = widget.cell(patient=2, drift=0, site=0, mornings=2)
    assert clustered["estimates"][0] > clustered["truths"][1] + 0.05, "random rows flatter when mornings are repeated"
    assert clustered["estimates"][1] == pytest.approx(clustered["truths"][1], abs=0.05)
    single = widget.cell(patient=0, drift=0, site=0, mornings=0)
    assert single["estimates"][0] == pytest.approx(single["truths"][1], abs=0.05), "random is right if nothing clusters"
    drifting = widget.cell(patient=0, drift=2, site=0, mornings=2)
    assert drifting["truths"][2] < drifting["truths"][1] - 0.05
    assert abs(drifting["estimates"][2] - drifting["truths"][2]) < abs(drifting["estimates"][1] - drifting["truths"][2])
    sited = widget.cell(patient=0, drift=0, site=2, mornings=2)
    assert sited["truths"][3] < sited["truths"][1]


def test_grid_is_the_same_for_the_same_seed_and_small(grid):
    assert split_explorer.split_grid.__wrapped__(3, 4) == grid
    assert len(grid["cells"]) == 81
    assert len(json.dumps(grid)) < 12_000


def test_selection_before_the_folds_finds_signal_in_noise(grid):
    before, inside = grid["noise"][-1]
    assert before > 0.85
    assert 0.4 < inside < 0.6
    numbers = SplitExplorer(grid).describe()
    assert f"{before:.2f} when they are chosen before" in numbers


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda y, p: ThresholdExplorer(y, p[:-1]), "one value for each outcome"),
        (lambda y, p: ThresholdExplorer(y, 100 * p), "predict_proba"),
        (lambda y, p: ThresholdExplorer(np.where(y == 1, np.nan, 0), p), "0 or 1 without gaps"),
        (lambda y, p: ThresholdExplorer(0 * y, p), "only one class"),
        (lambda y, p: ThresholdExplorer(y, p, threshold=10), "threshold must lie between"),
        (lambda y, p: ThresholdExplorer(y, p, prevalence=0), "prevalence must lie between"),
        (lambda y, p: ThresholdExplorer(y, p, capacity=0), "leave it out"),
        (lambda y, p: CalibrationExplorer(y, p, groups=["A"]), "one label for each row"),
        (lambda y, p: CalibrationExplorer(y, p, groups=np.arange(len(y)) % 7), "at most 6"),
        (lambda y, p: CalibrationExplorer(y, p, groups=np.where(y == 1, "A", "B")), "no case or only cases"),
        (lambda y, p: CalibrationExplorer(y, p, groups=np.arange(len(y)) % 2, group="C"), "choose one of"),
        (lambda y, p: CalibrationExplorer(y, 0 * p + 0.1), "two different risks"),
        (lambda y, p: NetBenefitExplorer(y, {}), "one or two models"),
        (lambda y, p: NetBenefitExplorer(y, {"Vendor": p[1:]}), r"models\['Vendor'\] must hold one value"),
        (lambda y, p: NetBenefitExplorer(y, {"Vendor": p}, threshold=0.5), "threshold must lie between 0.02 and 0.3"),
        (lambda y, p: NetBenefitExplorer(y, {"Vendor": p}, patients=[1]), "one id for each row"),
        (lambda y, p: SplitExplorer({"cells": []}), "split_grid"),
        (lambda y, p: ClusterMirage({"T": np.zeros((5, 2))}), "20 to 400 rows"),
        (lambda y, p: ClusterMirage({"T": np.zeros((50, 2))}), "no constant column"),
        (lambda y, p: ClusterMirage(k=9), "k must lie between 2 and 8"),
        (lambda y, p: ClusterMirage(k=2.5), "whole number"),
    ],
)
def test_author_mistakes_say_what_to_mend(cohort, make, message):
    with pytest.raises(ValueError, match=message):
        make(*cohort[:2])


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda t: t, {"event": "icu_hour"}, "no column 'icu_hour'; it has event_hour"),
        (lambda t: t.assign(end_hour=np.nan), {}, "every stay needs the hour"),
        (lambda t: t.assign(event_hour=-1), {}, "before admission"),
        (lambda t: t, {"time_zero": 100}, "time_zero must lie between 0 and 72"),
        (lambda t: t, {"performance": [{"time_zero": 3}]}, "performance lacks leaking, legal"),
    ],
)
def test_time_zero_mistakes_say_what_to_mend(stays, change, options, message):
    with pytest.raises(ValueError, match=message):
        TimeZeroExplorer(change(stays), **options)


def test_page_state_is_small_json_and_texts_are_escaped(cohort):
    outcomes, risks, _ = cohort
    page = ThresholdExplorer(outcomes, risks, label="</script><b>harm</b>", rows=1000).page_html()
    assert "</script><b>" not in page
    state = json.loads(re.search(r'json">(.*?)</script>', page, re.DOTALL)[1])
    assert len(state["risks"]) == 1000
    assert len(gzip.compress(page.encode())) < 6000


def test_front_end_stays_within_thirty_kilobytes():
    names = [
        "threshold_explorer",
        "calibration_explorer",
        "split_explorer",
        "net_benefit_explorer",
        "time_zero_explorer",
    ]
    files = [WIDGETS / f"{name}.mjs" for name in [*names, "cluster_mirage", "stats", "plot"]]
    files += [sheet for name in [*names, "cluster_mirage"] if (sheet := WIDGETS / f"{name}.css").exists()]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) < 30_000
