"""Every planted fault is in the learner's tables, in the answer key, and nowhere else."""

import numpy as np
import pandas as pd
import pytest

from ai2med import scores
from ai2med.cohort import _defects, _hospital

PEOPLE = 3000


@pytest.fixture(scope="module")
def made():
    return _hospital.build(people=PEOPLE)


@pytest.fixture(scope="module")
def clean(made):
    return made[0].tables


@pytest.fixture(scope="module")
def faulty(made):
    return made[1]


@pytest.fixture(scope="module")
def key(made):
    return made[2]


def keyed(table):
    """Return a table indexed by the key of the answer key."""
    parts = [table["admission_id"], table["taken_at"].dt.strftime("%Y-%m-%d %H:%M")]
    if "test" in table:
        parts.append(table["test"])
    return table.set_index(parts[0].str.cat(parts[1:], sep="|"))


def rows_of(key, kind, table, column=None):
    found = key[(key["kind"] == kind) & (key["table"] == table) & key["key"].notna()]
    return found if column is None else found[found["column"] == column]


def test_only_the_keyed_laboratory_values_differ(clean, faulty, key):
    before, after = clean["labs"], faulty["labs"]
    site = before["admission_id"].map(clean["admissions"].set_index("admission_id")["site"])
    in_mg = (site == "B") & (before["test"] == "creatinine") & (before["taken_at"] >= _defects.MIXED_UNITS[0])
    expected = before["value"].where(~in_mg, (before["value"] / _defects.UMOL_PER_MG).round(2))
    changed = keyed(before)[(after["value"] != expected).to_numpy()]
    late_label = in_mg & (before["taken_at"] < _defects.MIXED_UNITS[1])
    listed = rows_of(key, "unit_mixup", "labs")
    assert set(changed.index) | set(keyed(before[late_label]).index) == set(listed["key"])
    assert (after["unit"] == before["unit"].where(~in_mg | late_label, "mg/dL")).all()
    assert late_label.sum() > 20


def test_the_key_knows_the_true_laboratory_value(clean, key):
    before = keyed(clean["labs"])
    before = before[~before.index.duplicated(keep=False)]
    listed = rows_of(key, "unit_mixup", "labs").set_index("key")
    both = listed.index.intersection(before.index)
    assert len(both) > 0.95 * len(listed)
    assert (before.loc[both, "value"] == listed.loc[both, "true_value"].astype(float)).all()


@pytest.mark.parametrize(
    ("test", "factor"), [("potassium", 10), ("haemoglobin", 0.1), ("glucose", 18), ("creatinine", 1 / 88.4)]
)
def test_unit_faults_have_the_named_size(faulty, key, test, factor):
    listed = rows_of(key, "unit_mixup", "labs")
    listed = listed[listed["key"].str.endswith(f"|{test}")]
    after = keyed(faulty["labs"])
    after = after[~after.index.duplicated(keep=False)]
    listed = listed[listed["key"].isin(after.index)]
    assert len(listed) >= 10
    ratio = after.loc[listed["key"], "value"].to_numpy() / listed["true_value"].astype(float).to_numpy()
    assert np.allclose(ratio, factor, rtol=0.06)


def test_some_results_are_available_before_they_were_taken(faulty, key):
    early = faulty["labs"]["available_at"] < faulty["labs"]["taken_at"]
    assert set(keyed(faulty["labs"][early]).index) == set(rows_of(key, "impossible_date", "labs")["key"])
    assert early.sum() > 10


def test_fahrenheit(faulty, key):
    hot = keyed(faulty["vitals"][faulty["vitals"]["temperature"] > 60])
    listed = rows_of(key, "unit_mixup", "vitals").set_index("key")
    assert set(hot.index) == set(listed.index)
    true = listed.loc[hot.index, "true_value"].astype(float)
    assert np.allclose((hot["temperature"] - 32) * 5 / 9, true, atol=0.04)


def test_duplicated_sets_and_stays(clean, faulty, key):
    again = faulty["vitals"].duplicated(["admission_id", "taken_at"])
    assert set(keyed(faulty["vitals"][again]).index) == set(rows_of(key, "duplicate", "vitals")["key"])
    assert len(faulty["vitals"]) == len(clean["vitals"]) + again.sum()
    stays = faulty["admissions"]
    assert set(stays.loc[stays.duplicated(), "admission_id"]) == set(rows_of(key, "duplicate", "admissions")["key"])
    assert stays.duplicated().sum() == stays.duplicated("admission_id").sum() > 5


def test_impossible_discharges(faulty, key):
    stays = faulty["admissions"]
    wrong = stays.loc[stays["discharged_at"] < stays["admitted_at"], "admission_id"]
    listed = rows_of(key, "impossible_date", "admissions")
    assert set(wrong) == set(listed["key"])
    assert len(listed) >= 5
    left = stays.drop_duplicates("admission_id").set_index("admission_id").loc[listed["key"], "discharged_at"]
    assert (pd.to_datetime(listed["true_value"]).to_numpy() - left.to_numpy() == np.timedelta64(365, "D")).all()


def test_charting_errors_are_keyed_and_about_one_in_twenty(clean, faulty, key):
    both = faulty["scores"].merge(clean["vitals"], on=["admission_id", "taken_at"])
    wrong = both["news2_charted"] != scores.news2(both)
    assert set(keyed(both[wrong]).index) == set(rows_of(key, "charting_error", "scores")["key"])
    assert wrong.mean() == pytest.approx(0.05, abs=0.006)
    share = wrong.groupby(both["charted_by"]).mean()
    assert share["agency"] > 2 * share["registered"]
    assert both["news2_charted"].between(0, 20).all()


def test_people_registered_twice(clean, faulty, key):
    people = faulty["patients"].set_index("patient_id")
    listed = rows_of(key, "duplicate", "patients")
    assert len(people) == len(clean["patients"]) + len(listed)
    assert people.index.is_unique
    for second, first in zip(listed["key"], listed["true_value"], strict=True):
        assert people.loc[second].equals(people.loc[first].rename(second))
    for name in ("admissions", "diagnoses", "medications", "landmarks"):
        owner = faulty[name].groupby("admission_id")["patient_id"].nunique()
        assert (owner == 1).all()
    back = dict(zip(listed["key"], listed["true_value"], strict=True))
    owner = faulty["admissions"].drop_duplicates("admission_id").set_index("admission_id")["patient_id"]
    true = clean["admissions"].set_index("admission_id")["patient_id"]
    assert (owner.replace(back) == true).all()
    assert set(back) <= set(owner)


def test_every_kind_of_fault_is_in_the_key(key):
    assert set(key["kind"]) == {
        "missing_not_at_random",
        "missing_at_random",
        "leaking_column",
        "quiet_leak",
        "coding_drift",
        "ordering_drift",
        "policy_drift",
        "site_shift",
        "oximeter_bias",
        "cost_label_bias",
        "lost_feed",
        "version_change",
        "unit_mixup",
        "impossible_date",
        "duplicate",
        "charting_error",
    }
    assert key.loc[key["key"].isna(), "note"].str.len().gt(20).all()


def test_planting_leaves_the_clean_tables_alone(made):
    hospital = made[0]
    before = {name: table.copy() for name, table in hospital.tables.items()}
    _defects.plant(hospital.tables, 1, 0)
    for name, table in before.items():
        pd.testing.assert_frame_equal(hospital.tables[name], table)
