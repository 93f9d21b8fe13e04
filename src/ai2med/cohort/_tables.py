"""The hospital as tables: one partition of people in, a dictionary of data frames out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ai2med.cohort import _coding, _labs, _landmarks, _population, _samples, _vendor, _vitals, _ward
from ai2med.cohort._parameters import SITES, WARDS, value
from ai2med.cohort._random import stream
from ai2med.cohort._stays import MISSING, PROBLEMS, Stays, dates, simulate

SOURCES = np.array(["home", "care_home", "other_hospital"], object)
DESTINATIONS = np.array(["home", "care_home", "other_hospital", "died"], object)
CHARTERS = np.array(["registered", "agency", "student"], object)


@dataclass(frozen=True)
class Hospital:
    """One simulated partition: the clean tables and what is hidden behind them."""

    tables: dict[str, pd.DataFrame]
    stays: Stays
    conditions: np.ndarray
    hidden: dict[str, np.ndarray]
    vitals: dict[str, np.ndarray]
    labs: dict[str, np.ndarray]
    grid: dict[str, np.ndarray]
    patient_ids: np.ndarray
    admission_ids: np.ndarray


def simulate_hospital(people: int, seed: int, partition: int = 0, first_patient: int = 1) -> Hospital:
    """Simulate one partition without planted faults of recording.

    Parameters
    ----------
    people : int
        Number of people.
    seed : int
        Seed of the whole hospital.
    partition : int
        Number of the partition; partitions with different numbers are independent replicas of the hospital.
    first_patient : int
        Number of the first patient id.
    """
    table, conditions, hidden = _population.people(people, seed, partition)
    stays = simulate(table, conditions, hidden, seed, partition)
    _assign_wards(stays)
    patient_ids = _population.labels("P", first_patient, people)
    # Stays are numbered with room to spare, so that partitions never share an id.
    admission_ids = _population.labels("A", 1 + (first_patient - 1) * 4, len(stays))
    vitals = _vitals.observe(stays, conditions, hidden, seed, partition)
    labs = _labs.measure(stays, conditions, seed, partition)
    grid = _landmarks.grid(stays)
    drugs = _coding.medications(stays, conditions, seed, partition)
    sex = table["sex"].to_numpy()
    ids = patient_ids[stays.person]
    tables = {
        "patients": table.assign(patient_id=patient_ids)[["patient_id", *table.columns]],
        "admissions": _admissions(stays, ids, admission_ids, seed, partition),
        "vitals": _vitals_table(vitals, admission_ids),
        "labs": _labs_table(labs, admission_ids),
        "diagnoses": _diagnoses_table(_coding.diagnoses(stays, conditions, seed, partition), ids, admission_ids),
        "medications": _medications_table(drugs, ids, admission_ids),
        "scores": _scores_table(vitals, admission_ids, seed, partition),
        "outcomes": _outcomes(stays, admission_ids),
        "costs": _costs(stays, table, admission_ids, seed, partition),
    }
    tables["landmarks"] = _landmark_table(stays, vitals, labs, grid, ids, admission_ids, sex, table)
    model = _vendor.WardSignal(stays, vitals, seed, partition)
    tables["predictions"] = _predictions(model, grid, tables["landmarks"])
    tables["vendor_claims"] = _vendor.claims()
    tables["alerts"] = _alerts(model, vitals, admission_ids, seed, partition)
    tables["conditions"] = _samples.conditions_table(conditions, hidden, hidden["age"], sex)
    tables["conditions"].insert(0, "patient_id", patient_ids)
    tables["profiles"] = _samples.profiles(seed, partition)
    tables["af_followup"] = _af_table(stays, conditions, sex, drugs, patient_ids, seed, partition)
    return Hospital(tables, stays, conditions, hidden, vitals, labs, grid, patient_ids, admission_ids)


def _assign_wards(stays):
    """Give every stay a ward: the second ward of A and B takes surgery."""
    surgical = stays.facts["surgery"] & (stays.facts["site"] < 2)
    stays.facts["ward_number"] = stays.facts["site"] * 2 + surgical


def _admissions(stays, ids, admission_ids, seed, partition):
    rng = stream(seed, partition, "admissions")
    facts = stays.facts
    site = np.array(SITES, object)[facts["site"]]
    wards = np.array([ward for name in SITES for ward in WARDS[name]], object)
    code, asked = _bed_requests(rng, stays)
    return pd.DataFrame(
        {
            "admission_id": admission_ids,
            "patient_id": ids,
            "site": site,
            "ward": wards[facts["ward_number"]],
            "admitted_at": stays.time("admitted"),
            "ward_arrival_at": dates(stays.arrival * 60),
            "discharged_at": stays.time("left"),
            "age": facts["age"].astype(int),
            "admission_type": np.where(facts["planned"], "planned", "emergency").astype(object),
            "source": SOURCES[facts["source"]],
            "specialty": np.where(facts["surgery"], "surgery", "medicine").astype(object),
            "main_problem": np.array(PROBLEMS, object)[facts["problem"]],
            "treatment_limited_at": stays.time("limited"),
            "ed_visits_6m": facts["ed_visits"],
            "admissions_12m": facts["admissions_12m"],
            "procedure": facts["procedure"].astype(int),
            "discharged_to": DESTINATIONS[facts["destination"]],
            "bed_request_code": code,
            "bed_requested_at": dates(asked),
        }
    )


def _bed_requests(rng, stays):
    """Fill the leaking column: H2 when an intensive-care bed is being arranged, W1 for an ordinary move."""
    facts, n = stays.facts, len(stays)
    icu = (facts["icu_in"] > MISSING) & (rng.random(n) < 0.95)
    cancelled = ~icu & (rng.random(n) < 0.012)
    moved = ~icu & ~cancelled & (rng.random(n) < 0.09)
    code = np.select([icu | cancelled, moved], ["H2", "W1"], "").astype(object)
    code[code == ""] = None
    begin, length = stays.arrival * 60, stays.ward.end * 60
    before = facts["icu_in"] - np.ceil(rng.lognormal(3.6, 0.5, n)).astype(int)
    some = begin + (length * rng.random(n)).astype(int)
    return code, np.where(icu, np.maximum(before, begin), np.where(cancelled | moved, some, MISSING))


def _vitals_table(vitals, admission_ids):
    out = pd.DataFrame({"admission_id": admission_ids[vitals["stay"]], "taken_at": dates(vitals["minutes"])})
    for name in _vitals.COLUMNS[:-1]:
        out[name] = vitals[name]
    out["on_oxygen"], out["spo2_scale"] = out["on_oxygen"].astype(int), out["spo2_scale"].astype(int)
    out["consciousness"] = _level(vitals["consciousness"])
    return out


def _level(numbers):
    letters = _vitals.LEVELS[np.nan_to_num(numbers).astype(int)]
    letters[np.isnan(numbers)] = None
    return letters


def _labs_table(labs, admission_ids):
    return pd.DataFrame(
        {
            "admission_id": admission_ids[labs["stay"]],
            "taken_at": dates(labs["minutes"]),
            "available_at": dates(labs["available"]),
            "test": np.array(_labs.TEST_NAMES, object)[labs["test"]],
            "value": labs["value"],
            "unit": _labs.UNITS[labs["test"]],
            "requested_by": np.where(labs["outreach"], "outreach", "ward").astype(object),
        }
    )


def _diagnoses_table(codes, ids, admission_ids):
    names = pd.Series(_coding.CODE_NAMES)
    return pd.DataFrame(
        {
            "patient_id": ids[codes["stay"]],
            "admission_id": admission_ids[codes["stay"]],
            "code": codes["code"],
            "name": names.loc[codes["code"]].to_numpy(),
            "position": np.where(codes["main"], "main", "secondary").astype(object),
            "occurred_at": dates(codes["occurred"]).floor("D"),
            "coded_at": dates(codes["coded"]).floor("D"),
        }
    )


def _medications_table(drugs, ids, admission_ids):
    return pd.DataFrame(
        {
            "admission_id": admission_ids[drugs["stay"]],
            "patient_id": ids[drugs["stay"]],
            "drug": drugs["drug"],
            "drug_class": drugs["drug_class"],
            "source": np.where(drugs["home"], "home", "ward").astype(object),
            "started_at": dates(drugs["started"]),
        }
    )


def _scores_table(vitals, admission_ids, seed, partition):
    """NEWS2 as charted: complete sets only, with adding errors, most of them by agency staff and students."""
    rng = stream(seed, partition, "scores")
    total = _landmarks.news2_of(vitals)
    charted = np.flatnonzero(~np.isnan(total) & (rng.random(len(total)) < 0.97))
    who = rng.choice(3, len(charted), p=(0.74, 0.16, 0.10))
    wrong = rng.random(len(charted)) < value("charting.error") * np.array([0.6, 2.0, 2.4])[who]
    slip = rng.choice([-3, -2, -1, 1, 2, 3], len(charted), p=(0.10, 0.25, 0.30, 0.20, 0.10, 0.05))
    score = total[charted].astype(int)
    moved = np.where(wrong, np.clip(score + slip, 0, 20), score)
    # A slip below zero is not possible: such nurses add a point instead.
    moved = np.where(wrong & (moved == score), score + 1, moved)
    return pd.DataFrame(
        {
            "admission_id": admission_ids[vitals["stay"][charted]],
            "taken_at": dates(vitals["minutes"][charted]),
            "news2_charted": moved,
            "charted_by": CHARTERS[who],
        }
    )


def _outcomes(stays, admission_ids):
    facts = stays.facts
    known = facts["readmitted"] >= 0
    return pd.DataFrame(
        {
            "admission_id": admission_ids,
            "icu_transfer_at": stays.time("icu_in"),
            "icu_discharged_at": stays.time("icu_out"),
            "died_at": stays.time("died"),
            "died_in_hospital": (facts["died"] > MISSING).astype(int),
            "died_on_ward": facts["on_ward"].astype(int),
            "sepsis": (facts["sepsis_onset"] > MISSING).astype(int),
            "sepsis_onset_at": stays.time("sepsis_onset"),
            "aki": facts["aki"].astype(int),
            "fall_in_hospital": facts["fall"].astype(int),
            "readmitted_30d": np.where(known, facts["readmitted"], np.nan),
            "los_days": np.round((facts["left"] - facts["admitted"]) / 1440, 1),
        }
    )


def _costs(stays, table, admission_ids, seed, partition):
    """Return costs; next year's cost is a biased measure of need, because deprived people get less care for it."""
    rng = stream(seed, partition, "costs")
    facts, n = stays.facts, len(stays)
    icu = np.where(facts["icu_in"] > MISSING, (facts["icu_out"] - facts["icu_in"]) / 1440, 0.0)
    ward_days = np.maximum(0.25, (facts["left"] - facts["admitted"]) / 1440 - icu)
    ward = value("cost.ward_day") * ward_days
    intensive = value("cost.icu_day") * icu
    tests = rng.lognormal(np.log(180), 0.5, n) + 60 * ward_days + 900 * facts["procedure"]
    drugs = rng.lognormal(np.log(40), 0.6, n) + 18 * ward_days
    deprivation = table["deprivation_quintile"].to_numpy()[stays.person]
    log = np.log(2100) + value("cost.condition") * facts["burden"] + value("cost.deprivation") * (deprivation - 3)
    following = np.exp(log + rng.normal(0, 0.8, n))
    out = pd.DataFrame(
        {
            "admission_id": admission_ids,
            "cost_ward_eur": ward,
            "cost_icu_eur": intensive,
            "cost_diagnostics_eur": tests,
            "cost_drugs_eur": drugs,
        }
    ).round(0)
    out = out.astype(dict.fromkeys(out.columns[1:], int))
    out["cost_total_eur"] = out[[name for name in out if name.startswith("cost_")]].sum(axis=1)
    out["cost_next_12m_eur"] = np.where(facts["died"] > MISSING, np.nan, np.round(following, -1))
    return out


def _landmark_table(stays, vitals, labs, grid, ids, admission_ids, sex, table):
    found = _landmarks.build(stays, vitals, labs, grid)
    stay, facts = grid["stay"], stays.facts
    when = dates(found["minutes"])
    seen_weight = table["weight_kg"].to_numpy()[stays.person[stay]]
    out = pd.DataFrame(
        {
            "landmark_id": np.arange(len(stay)),
            "admission_id": admission_ids[stay],
            "patient_id": ids[stay],
            "site": np.array(SITES, object)[facts["site"][stay]],
            "split_year": when.year,
            "t0": when,
            "morning": grid["morning"],
            "hours_on_ward": grid["hour"],
            "age": facts["age"][stay].astype(int),
            "sex": sex[stays.person[stay]],
            "emergency": (~facts["planned"][stay]).astype(int),
            "specialty": np.where(facts["surgery"][stay], "surgery", "medicine").astype(object),
            "treatment_limited": (
                (facts["limited"] > MISSING)[stay] & (facts["limited"][stay] <= found["minutes"])
            ).astype(int),
            "weight_kg": seen_weight,
            "n_conditions": facts["burden"][stay],
        }
    )
    for name in (*_landmarks.VITAL_COLUMNS[:-1], "news2", "news2_max_24h", "n_sets_24h", *_landmarks.LAB_COLUMNS):
        out[name] = found[name]
    place = out.columns.get_loc("temperature") + 1
    out.insert(place, "consciousness", _level(found["consciousness"]))
    out["deteriorated_24h"], out["deteriorated_48h"] = found["deteriorated_24h"], found["deteriorated_48h"]
    first = 1 + 8 * (int(admission_ids[0][1:]) - 1) if len(admission_ids) else 1
    out["landmark_id"] = _population.labels("L", first, len(out))
    return out


def _predictions(model, grid, landmarks):
    said = _vendor.predictions(model, grid)
    return pd.DataFrame(
        {
            "landmark_id": landmarks["landmark_id"],
            "admission_id": landmarks["admission_id"],
            "site": landmarks["site"],
            "predicted_at": landmarks["t0"],
            "model_version": np.where(said["second"], "2.0", "1.4").astype(object),
            "risk_24h": said["risk_24h"],
            "alert": said["alert"],
            "team_called": said["team_called"],
        }
    )


def _alerts(model, vitals, admission_ids, seed, partition):
    stays = model.stays
    raised = _vendor.alerts(model, _landmarks.news2_of(vitals), seed, partition)
    stay = raised["stay"].to_numpy()
    wards = np.array([ward for name in SITES for ward in WARDS[name]], object)
    first = 1 + 16 * (int(admission_ids[0][1:]) - 1) if len(admission_ids) else 1
    return pd.DataFrame(
        {
            "alert_id": _population.labels("W", first, len(raised)),
            "admission_id": admission_ids[stay],
            "site": np.array(SITES, object)[stays.facts["site"][stay]],
            "ward": wards[stays.facts["ward_number"][stay]],
            "raised_at": dates(raised["minutes"]),
            "rule": raised["rule"],
            "shift": raised["shift"],
            "mode": raised["mode"],
            "shown_to": raised["shown_to"],
            "acknowledged_at": dates(raised["acknowledged"]),
            "response": raised["response"],
            "action": raised["action"],
            "nurses_on_shift": raised["nurses_on_shift"],
            "patients_on_ward": raised["patients_on_ward"],
        }
    )


def _af_table(stays, conditions, sex, drugs, patient_ids, seed, partition):
    found = _samples.fibrillation(stays, conditions, sex, _coding.anticoagulated(stays, drugs), seed, partition)
    return pd.DataFrame(
        {
            "patient_id": patient_ids[found["person"]],
            "index_at": dates(found["minutes"]),
            "age": found["age"],
            "sex": found["sex"],
            "anticoagulated": found["anticoagulated"],
            "stroke_1y": found["stroke_1y"],
            "followed_days": found["followed_days"],
        }
    )


def running_task(hospital: Hospital) -> pd.DataFrame:
    """Return the true state of every stay 24 hours after ward arrival, and its true 48-hour label and risk."""
    stays = hospital.stays
    end, event = stays.ward.end, stays.ward.how == _ward.DETERIORATED
    # A stay whose ward time ends exactly at t0 is no longer at risk.
    at_risk = end > 24
    left = np.select([at_risk, ~event, stays.facts["on_ward"]], ["", "discharged", "died"], "icu").astype(object)
    left[at_risk] = None
    risk = np.full(len(stays), np.nan)
    rows = np.flatnonzero(at_risk)
    risk[rows] = _landmarks.risks(stays, rows, np.full(len(rows), 24), 48)
    return pd.DataFrame(
        {
            "admission_id": hospital.admission_ids,
            "at_risk": at_risk,
            "deteriorated_48h": np.where(at_risk, (event & (end <= 72)).astype(float), np.nan),
            "deteriorated_at": stays.time("event"),
            "left_before_t0": left,
            "risk_48h": risk,
        }
    )
