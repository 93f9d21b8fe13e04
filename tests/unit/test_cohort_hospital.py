"""The book's hospital has the marginals, effects and difficulty that were written down."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from ai2med import scores
from ai2med.cohort import _hospital, _tables
from ai2med.cohort._parameters import PARAMETERS, STROKE_PER_100_YEARS, value
from ai2med.cohort._samples import stroke_inputs


@pytest.fixture(scope="module")
def hospital():
    return _tables.simulate_hospital(int(value("population.patients")), _hospital.SEED)


@pytest.fixture(scope="module")
def tables(hospital):
    return hospital.tables


@pytest.fixture(scope="module")
def stays(tables):
    return tables["admissions"].merge(tables["outcomes"], on="admission_id", validate="one_to_one")


@pytest.fixture(scope="module")
def task(hospital):
    return _tables.running_task(hospital)


@pytest.fixture(scope="module")
def marks(tables):
    return tables["landmarks"].merge(tables["predictions"].drop(columns=["admission_id", "site"]), on="landmark_id")


def test_keys_are_unique_and_references_hold(tables):
    keys = {
        "patients": ["patient_id"], "admissions": ["admission_id"], "vitals": ["admission_id", "taken_at"],
        "scores": ["admission_id", "taken_at"], "outcomes": ["admission_id"], "costs": ["admission_id"],
        "landmarks": ["landmark_id"], "predictions": ["landmark_id"], "alerts": ["alert_id"],
        "conditions": ["patient_id"], "profiles": ["profile_id"], "af_followup": ["patient_id"],
    }  # fmt: skip
    for name, key in keys.items():
        assert not tables[name].duplicated(key).any(), name
    people, stays = set(tables["patients"]["patient_id"]), set(tables["admissions"]["admission_id"])
    for table in tables.values():
        assert set(table.get("patient_id", pd.Series(dtype=object))) <= people
        assert set(table.get("admission_id", pd.Series(dtype=object))) <= stays


def test_time_runs_forwards(stays, tables):
    assert (stays["admitted_at"] < stays["ward_arrival_at"]).all()
    assert (stays["ward_arrival_at"] < stays["discharged_at"]).all()
    assert (tables["labs"]["taken_at"] < tables["labs"]["available_at"]).all()
    assert (tables["diagnoses"]["occurred_at"] < tables["diagnoses"]["coded_at"]).all()
    icu = stays.dropna(subset="icu_transfer_at")
    assert (icu["icu_transfer_at"] > icu["ward_arrival_at"]).all()
    assert (icu["icu_discharged_at"] > icu["icu_transfer_at"]).all()
    asked = icu[icu["bed_request_code"] == "H2"]
    assert (asked["bed_requested_at"] <= asked["icu_transfer_at"]).all()


def test_no_person_is_in_two_stays_at_once(stays):
    ordered = stays.sort_values(["patient_id", "admitted_at"])
    before = ordered.groupby("patient_id")["discharged_at"].shift()
    assert not (ordered["admitted_at"] < before).any()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("died_in_hospital", 0.025, 0.045), ("sepsis", 0.055, 0.08), ("aki", 0.09, 0.13),
        ("fall_in_hospital", 0.008, 0.02), ("readmitted_30d", 0.11, 0.16), ("los_days", 5, 8),
    ],
)  # fmt: skip
def test_outcome_rates(stays, name, low, high):
    assert low < stays[name].mean() < high


def test_people(tables):
    people, stays = tables["patients"], tables["admissions"]
    assert abs(people["sex"].eq("F").mean() - value("population.women")) < 0.02
    assert 62 < stays["age"].mean() < 68
    by_site = stays.groupby("site")["age"].mean()
    assert by_site["C"] - by_site["A"] > 2.5
    assert people["bmi"].isna().mean() == pytest.approx(0.28, abs=0.04)
    known = people.dropna(subset="bmi")
    assert np.allclose(known["bmi"], known["weight_kg"] / (known["height_cm"] / 100) ** 2, atol=0.051)


def test_ward_signs_look_like_a_ward(tables):
    vitals = tables["vitals"]
    published = [("resp_rate", 17, 3), ("heart_rate", 82, 15), ("sbp", 128, 20), ("temperature", 36.8, 0.6)]
    for name, centre, spread in published:
        assert abs(vitals[name].mean() - centre) < 0.2 * spread + 0.5
        assert 0.6 * spread < vitals[name].std() < 1.3 * spread
        assert 0.01 < vitals[name].isna().mean() < 0.05


def test_the_running_task_is_as_rare_as_promised(task, tables):
    at_risk = task[task["at_risk"]].merge(tables["admissions"], on="admission_id")
    assert 0.043 < at_risk["deteriorated_48h"].mean() < 0.056
    third = at_risk[(at_risk["site"] == "C") & (at_risk["ward_arrival_at"].dt.year == 2025)]
    assert third["deteriorated_48h"].sum() >= 20
    assert 0.017 < tables["landmarks"]["deteriorated_24h"].mean() < 0.023
    assert 0.025 < tables["landmarks"]["deteriorated_48h"].mean() < 0.036


def test_learners_can_rebuild_the_target_from_the_tables(task, stays):
    start = stays["ward_arrival_at"] + pd.Timedelta(hours=24)
    event = stays["icu_transfer_at"].fillna(stays["died_at"].where(stays["died_on_ward"] == 1))
    at_risk = (stays["discharged_at"] > start) & ~(event <= start)
    hit = (event > start) & (event <= start + pd.Timedelta(hours=48))
    truth = task.set_index("admission_id").loc[stays["admission_id"]]
    assert (at_risk.to_numpy() == truth["at_risk"].to_numpy()).all()
    assert (hit[at_risk].to_numpy() == truth.loc[truth["at_risk"], "deteriorated_48h"].to_numpy()).all()


def test_landmark_targets_follow_from_outcomes(marks, stays):
    joined = marks[["admission_id", "t0", "deteriorated_24h", "deteriorated_48h"]].merge(stays, on="admission_id")
    event = joined["icu_transfer_at"].fillna(joined["died_at"].where(joined["died_on_ward"] == 1))
    for hours in (24, 48):
        hit = (event > joined["t0"]) & (event <= joined["t0"] + pd.Timedelta(hours=hours))
        assert (hit.astype(int) == joined[f"deteriorated_{hours}h"]).all()
    assert (joined["t0"].dt.hour == 8).all()
    assert not (event <= joined["t0"]).any()


def test_landmarks_use_only_what_was_available(hospital, tables):
    labs, marks = tables["labs"], tables["landmarks"]
    crp = labs[labs["test"] == "crp"].sort_values("available_at")
    expected = pd.merge_asof(
        marks[["landmark_id", "admission_id", "t0"]].sort_values("t0"),
        crp[["admission_id", "available_at", "value"]],
        left_on="t0", right_on="available_at", by="admission_id",
    ).set_index("landmark_id")["value"].loc[marks["landmark_id"]]  # fmt: skip
    assert np.array_equal(expected.to_numpy(), marks["crp"].to_numpy(), equal_nan=True)


def test_news2_of_landmarks_recomputes(tables):
    marks = tables["landmarks"]
    assert np.array_equal(scores.news2(marks), marks["news2"], equal_nan=True)
    complete = marks.dropna(subset=["news2", "news2_max_24h"])
    assert (complete["news2_max_24h"] >= complete["news2"]).mean() > 0.99


def test_discrimination_is_realistic(task, tables, marks):
    at_risk = task[task["at_risk"]]
    assert 0.82 < roc_auc_score(at_risk["deteriorated_48h"], at_risk["risk_48h"]) < 0.89
    complete = marks.dropna(subset="news2")
    assert 0.69 < roc_auc_score(complete["deteriorated_48h"], complete["news2"]) < 0.76


def test_the_vendor_is_flattered_by_calls_and_worse_at_site_c(marks):
    def auroc(rows):
        return roc_auc_score(rows["deteriorated_24h"], rows["risk_24h"])

    early = marks[marks["team_called"] == 0]
    for site in "ABC":
        assert auroc(marks[marks["site"] == site]) - auroc(early[early["site"] == site]) > 0.03
    assert auroc(early[early["site"] == "C"]) < auroc(early[early["site"] == "A"]) - 0.03
    assert 0.82 < auroc(marks) < 0.88


def test_the_vendor_is_miscalibrated_at_c_and_after_the_version_change(marks):
    ratio = marks.groupby(["site", "model_version"])[["risk_24h", "deteriorated_24h"]].mean()
    ratio = ratio["risk_24h"] / ratio["deteriorated_24h"]
    for site in "AB":
        assert 0.75 < ratio[site, "1.4"] < 1.4
        assert ratio[site, "2.0"] > ratio[site, "1.4"] * 1.2
    assert ratio["C", "1.4"] > 1.5


def test_the_lost_feed_lowers_the_risk_at_site_a(marks):
    def middle(site, start, end):
        rows = marks[(marks["site"] == site) & (marks["t0"] >= start) & (marks["t0"] < end)]
        return np.log(rows["risk_24h"].median())

    lost = middle("A", "2024-10-07", "2024-10-28")
    around = (middle("A", "2024-07-01", "2024-10-07") + middle("A", "2024-10-28", "2025-02-01")) / 2
    assert lost < around - 0.25


def test_random_rows_flatter_a_flexible_model(marks):
    """The same person's mornings on both sides of a split make a forest look better than it is on new people."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import GroupKFold, KFold, cross_val_predict

    columns = ["age", "n_conditions", "news2", "resp_rate", "heart_rate", "creatinine", "crp", "haemoglobin", "wbc"]
    X = marks[columns].fillna(-1).to_numpy()
    y = marks["deteriorated_48h"].to_numpy()
    forest = RandomForestClassifier(60, min_samples_leaf=3, random_state=0, n_jobs=1)

    def auroc(folds):
        return roc_auc_score(y, cross_val_predict(forest, X, y, cv=folds, method="predict_proba")[:, 1])

    by_row = auroc(KFold(3, shuffle=True, random_state=0))
    by_person = auroc(list(GroupKFold(3).split(X, y, marks["patient_id"])))
    assert by_row - by_person > 0.02


def test_known_effects_are_recovered(stays, hospital, tables):
    """Drawn with the right sign and size: readmission, cost, coding, ordering, calibration of an assay."""
    costs = stays.merge(tables["costs"], on="admission_id").merge(tables["patients"], on="patient_id")
    costs = costs.dropna(subset="cost_next_12m_eur")
    burden = pd.Series(hospital.stays.facts["burden"], hospital.admission_ids).loc[costs["admission_id"]].to_numpy()
    design = np.column_stack([np.ones(len(costs)), burden, costs["deprivation_quintile"]])
    slope = np.linalg.lstsq(design, np.log(costs["cost_next_12m_eur"]), rcond=None)[0]
    assert slope[1] == pytest.approx(value("cost.condition"), abs=0.02)
    assert slope[2] == pytest.approx(value("cost.deprivation"), abs=0.025)

    labs = tables["labs"].merge(stays[["admission_id", "site", "age", "ward_arrival_at"]], on="admission_id")
    log = np.log(labs.loc[labs["test"] == "creatinine"].groupby("site")["value"].median())
    assert 0.04 < log["C"] - log["A"] < 0.2

    early = labs[(labs["test"] == "lactate") & (labs["taken_at"] < labs["ward_arrival_at"] + pd.Timedelta(hours=2))]
    late = stays["ward_arrival_at"].dt.year == 2025
    tested = stays["admission_id"].isin(early["admission_id"])
    assert tested[late & (stays["site"] != "C")].mean() > 0.9
    assert tested[~late & (stays["site"] != "C")].mean() < 0.5
    assert tested[late & (stays["site"] == "C")].mean() < 0.5


def test_lactate_is_ordered_when_people_are_ill(hospital):
    stays, labs = hospital.stays, hospital.labs
    before = np.flatnonzero(stays.arrival < 2 * 365 * 24)
    lactate = (labs["test"] == 12) & (labs["hour"] == 0)
    tested = np.isin(before, labs["stay"][lactate])
    severity = stays.severity[before, 0]
    assert severity[tested].mean() - severity[~tested].mean() > 0.6


def test_codes_bear_one_title_of_icd_10_each(tables):
    titles = tables["diagnoses"][["code", "name"]].drop_duplicates().set_index("code")["name"]
    assert titles.index.is_unique
    assert len(titles) == 35
    # They name diseases, and not the operation for which a patient comes.
    assert titles["M16"] == "Coxarthrosis [arthrosis of hip]"
    assert titles["K40"] == "Inguinal hernia"


def test_coding_drifts_and_sites_differ(stays, tables):
    codes = tables["diagnoses"].merge(stays[["admission_id", "site", "ward_arrival_at", "sepsis"]], on="admission_id")
    per_stay = codes[codes["position"] == "secondary"].groupby("admission_id").size()
    count = stays.set_index("admission_id").assign(codes=per_stay).fillna({"codes": 0})
    late = count["ward_arrival_at"].dt.year == 2025
    mean = count.groupby(["site", late])["codes"].mean()
    assert mean["A", True] > mean["A", False] + 0.2
    assert mean["C", False] < mean["A", False] - 0.2
    coded = stays["admission_id"].isin(codes.loc[codes["code"] == "A41", "admission_id"])
    year3 = stays["ward_arrival_at"].dt.year == 2025
    septic = stays["sepsis"] == 1
    assert coded[septic & year3].mean() - coded[septic & ~year3].mean() > 0.2
    assert coded[~septic & year3].mean() > 2 * coded[~septic & ~year3].mean()


def test_the_clip_flatters_darker_skin(hospital):
    tone = hospital.hidden["tone"][hospital.stays.person[hospital.vitals["stay"]]]
    shown, true = hospital.vitals["spo2"], hospital.vitals["sao2"]
    inside = (true > 85) & (true < 95)  # away from the ceiling of 100 percent
    error = [np.nanmean((shown - true)[inside & (tone == group)]) for group in range(3)]
    assert error[0] == pytest.approx(value("oximeter.lighter"), abs=0.1)
    assert error[2] == pytest.approx(value("oximeter.darker"), abs=0.15)
    normal = (shown >= 92) & (shown <= 96)
    hidden = [np.mean(true[normal & (tone == group)] < 88) for group in range(3)]
    assert hidden[2] > 2.5 * hidden[0] > 0


def test_the_leak_leaks_and_is_empty_at_time_zero(stays, task):
    both = stays.merge(task[["admission_id", "at_risk", "deteriorated_48h"]], on="admission_id")
    risk = both[both["at_risk"]]
    flag = (risk["bed_request_code"] == "H2").astype(int)
    assert roc_auc_score(risk["deteriorated_48h"], flag) > 0.8
    start = risk["ward_arrival_at"] + pd.Timedelta(hours=24)
    assert roc_auc_score(risk["deteriorated_48h"], flag * (risk["bed_requested_at"] <= start)) < 0.6


def test_outreach_lactate_leaks_more_quietly(stays, tables):
    outreach = tables["labs"].loc[tables["labs"]["requested_by"] == "outreach", "admission_id"]
    event = stays["icu_transfer_at"].notna() | (stays["died_on_ward"] == 1)
    called = stays["admission_id"].isin(outreach)
    assert event[called].mean() > 3 * event[~called].mean()
    assert set(tables["labs"].loc[tables["labs"]["requested_by"] == "outreach", "test"]) == {"lactate"}


def test_alerts_follow_their_rules(tables):
    alerts = tables["alerts"]
    silent = alerts["mode"] == "silent"
    assert (alerts.loc[silent, "shown_to"] == "nobody").all()
    assert alerts.loc[silent, "response"].isna().all()
    vendor = alerts[alerts["rule"] == "wardsignal"]
    assert (vendor.loc[vendor["site"] == "C", "mode"] == "silent").all()
    live_a = vendor[(vendor["site"] == "A") & (vendor["mode"] == "live")]
    assert live_a["raised_at"].min() >= pd.Timestamp("2024-01-01")
    gap = vendor.sort_values(["admission_id", "raised_at"]).groupby("admission_id")["raised_at"].diff().dropna()
    assert gap.min() > pd.Timedelta(hours=11.5)
    hour = alerts["raised_at"].dt.hour
    assert ((alerts["shift"] == "night") == ((hour >= 23) | (hour < 7))).all()


def test_conditions_hang_together_and_profiles_do_not_cluster(hospital, tables):
    from sklearn.mixture import GaussianMixture

    chronic = tables["conditions"]
    assert chronic[["copd", "asthma"]].corr().iloc[0, 1] > 0.05
    assert chronic[["depression", "chronic_pain"]].corr().iloc[0, 1] > 0.08
    assert set(hospital.hidden["group"]) == {0, 1, 2, 3}
    profiles = tables["profiles"].drop(columns=["profile_id", "site"])
    profiles[["creatinine", "urea", "crp", "wbc", "glucose"]] = np.log(
        profiles[["creatinine", "urea", "crp", "wbc", "glucose"]].clip(lower=0.5)
    )
    scaled = (profiles - profiles.mean()) / profiles.std()
    bic = [GaussianMixture(k, random_state=0, reg_covar=1e-2).fit(scaled).bic(scaled) for k in (1, 2, 3)]
    assert np.argmin(bic) == 0


def test_drug_rules_are_in_the_data(tables):
    drugs = pd.crosstab(tables["medications"]["admission_id"], tables["medications"]["drug"])

    def lift(a, b):
        return (drugs[a] * drugs[b]).mean() / (drugs[a].mean() * drugs[b].mean())

    assert lift("furosemide", "potassium chloride") > 3
    assert lift("prednisolone", "pantoprazole") > 2
    assert lift("paracetamol", "zopiclone") == pytest.approx(1, abs=0.1)
    site = tables["admissions"].set_index("admission_id")["site"].loc[drugs.index].to_numpy()
    pair = drugs["co-amoxiclav"] * drugs["clarithromycin"]
    assert pair[site == "A"].mean() > 5 * pair[site == "B"].mean()


def test_strokes_follow_the_published_rates(hospital, tables):
    found = tables["af_followup"]
    row = pd.Series(np.arange(len(hospital.patient_ids)), hospital.patient_ids).loc[found["patient_id"]].to_numpy()
    inputs = stroke_inputs(hospital.conditions[row], found["age"].to_numpy(), found["sex"].to_numpy())
    score = scores.cha2ds2_vasc(inputs)
    rate = np.array(STROKE_PER_100_YEARS)[score.astype(int)] / 100
    rate = rate * np.where(found["anticoagulated"] == 1, value("stroke.anticoagulant"), 1.0)
    expected = (rate * found["followed_days"] / 365).sum()
    assert abs(found["stroke_1y"].sum() - expected) < 3 * np.sqrt(expected)


def test_every_parameter_says_where_it_comes_from():
    assert all(parameter.source and parameter.meaning for parameter in PARAMETERS)
    assert len({parameter.name for parameter in PARAMETERS}) == len(PARAMETERS)
