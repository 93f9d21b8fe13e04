"""Planted faults: the clean tables in, the learner's tables and the answer key out."""

import numpy as np
import pandas as pd

from ai2med.cohort._parameters import value
from ai2med.cohort._random import stream

MIXED_UNITS = (
    "2025-04-01",
    "2025-05-01",
)  # site B reports creatinine in mg/dL from the first day; the label follows late
UMOL_PER_MG = 88.4  # creatinine, µmol/L per mg/dL

# Faults that live in a whole column or period, not in single rows: kind, table, column, note.
SYSTEMATIC = (
    (
        "missing_not_at_random",
        "labs",
        "lactate",
        "ordered when the patient looks ill; until 2024 absence means 'looked well'",
    ),
    ("missing_not_at_random", "patients", "bmi", "not weighed more often when young or very old; height is known"),
    ("missing_at_random", "labs", "value", "fewer follow-up panels at the weekend"),
    ("leaking_column", "admissions", "bed_request_code", "H2 is filled when an intensive-care bed is arranged"),
    ("quiet_leak", "labs", "requested_by", "lactate requested by the outreach team is drawn because the team has come"),
    (
        "coding_drift",
        "diagnoses",
        "code",
        "from 2025 more comorbidity codes at A and B and more sepsis codes everywhere",
    ),
    ("ordering_drift", "labs", "lactate", "from 2025 lactate belongs to the admission panel at A and B"),
    ("policy_drift", "vitals", "on_oxygen", "from 2025 oxygen is given early to some patients at A and B"),
    ("site_shift", "admissions", "site", "C: older, sicker, fewer codes, creatinine assay reads 8 percent high"),
    ("oximeter_bias", "vitals", "spo2", "displayed saturation is too high, more so with darker skin"),
    ("cost_label_bias", "costs", "cost_next_12m_eur", "at equal illness, deprived people cost less"),
    ("lost_feed", "predictions", "risk_24h", "site A, 7 to 27 October 2024: the model received no laboratory results"),
    ("version_change", "predictions", "model_version", "2.0 from 1 March 2025: risks more extreme, other threshold"),
)


def plant(tables: dict[str, pd.DataFrame], seed: int, partition: int) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return tables with planted faults, and the key that names every one of them.

    Parameters
    ----------
    tables : dict of DataFrame
        Clean tables; they are not changed.
    seed, partition : int

    Returns
    -------
    tables : dict of DataFrame
    key : DataFrame
        Columns ``kind``, ``table``, ``key`` (id of the row; for series ``id|time`` or ``id|time|test``), ``column``,
        ``true_value`` and ``note``. Systematic faults have one row without a key.
    """
    rng = stream(seed, partition, "defects")
    out, key = (
        dict(tables),
        [
            {"kind": kind, "table": table, "key": None, "column": column, "true_value": None, "note": note}
            for kind, table, column, note in SYSTEMATIC
        ],
    )
    out["labs"] = _laboratory(rng, tables["labs"], tables["admissions"], key)
    out["vitals"] = _vital_signs(rng, tables["vitals"], key)
    out["admissions"] = _admission_dates(rng, tables["admissions"], key)
    _charting(tables["scores"], tables["vitals"], key)
    _twice_registered(rng, out, key)
    return out, pd.DataFrame(key, columns=["kind", "table", "key", "column", "true_value", "note"])


def _note(key, kind, table, row, column, true, note):
    key.append({"kind": kind, "table": table, "key": row, "column": column, "true_value": true, "note": note})


def _row_key(table, row):
    parts = [table["admission_id"].iat[row], f"{table['taken_at'].iat[row]:%Y-%m-%d %H:%M}"]
    if "test" in table:
        parts.append(table["test"].iat[row])
    return "|".join(parts)


def _laboratory(rng, labs, admissions, key):
    """Mix units, shift decimal points, and let some results be 'available' before they were taken."""
    labs = labs.reset_index(drop=True)
    values, units = labs["value"].to_numpy(copy=True), labs["unit"].to_numpy(copy=True)
    available = labs["available_at"].to_numpy(copy=True)
    test, taken = labs["test"].to_numpy(), labs["taken_at"]
    at_b = labs["admission_id"].isin(admissions.loc[admissions["site"] == "B", "admission_id"]).to_numpy()
    changed = at_b & (test == "creatinine") & (taken >= MIXED_UNITS[0]).to_numpy()
    unlabelled = changed & (taken < MIXED_UNITS[1]).to_numpy()
    true = values.copy()
    values[changed] = np.round(values[changed] / UMOL_PER_MG, 2)
    units[changed & ~unlabelled] = "mg/dL"
    for row in np.flatnonzero(unlabelled):
        _note(key, "unit_mixup", "labs", _row_key(labs, row), "value", true[row], "creatinine in mg/dL labelled umol/L")
    faults = (
        ("potassium", lambda x: x * 10, "decimal point lost"),
        ("haemoglobin", lambda x: np.round(x / 10, 1), "g/dL labelled g/L"),
        ("glucose", lambda x: np.round(x * 18), "mg/dL labelled mmol/L"),
    )
    share = value("labs.unit_error")
    for name, change, note in faults:
        rows = np.flatnonzero(test == name)
        rows = np.sort(rng.choice(rows, round(share * len(rows)), replace=False)) if len(rows) else rows
        for row in rows:
            _note(key, "unit_mixup", "labs", _row_key(labs, row), "value", true[row], note)
        values[rows] = change(values[rows])
    rows = np.sort(rng.choice(len(labs), int(0.0005 * len(labs)), replace=False))
    for row in rows:
        _note(
            key,
            "impossible_date",
            "labs",
            _row_key(labs, row),
            "available_at",
            str(labs["available_at"].iat[row]),
            "available one day before it was taken",
        )
    available[rows] = taken.to_numpy()[rows] - np.timedelta64(1, "D")
    return labs.assign(value=values, unit=units, available_at=available)


def _vital_signs(rng, vitals, key):
    """Enter some temperatures in Fahrenheit and some sets twice."""
    vitals = vitals.reset_index(drop=True)
    known = np.flatnonzero(vitals["temperature"].notna())
    rows = np.sort(rng.choice(known, int(0.001 * len(known)), replace=False))
    temperature = vitals["temperature"].to_numpy(copy=True)
    for row in rows:
        _note(key, "unit_mixup", "vitals", _row_key(vitals, row), "temperature", temperature[row], "degrees Fahrenheit")
    temperature[rows] = np.round(temperature[rows] * 9 / 5 + 32, 1)
    vitals = vitals.assign(temperature=temperature)
    again = np.sort(rng.choice(len(vitals), int(0.004 * len(vitals)), replace=False))
    for row in again:
        _note(key, "duplicate", "vitals", _row_key(vitals, row), None, None, "observation set entered twice")
    return vitals.iloc[np.sort(np.concatenate([np.arange(len(vitals)), again]))].reset_index(drop=True)


def _admission_dates(rng, admissions, key):
    """Let some stays end before they begin, and enter some stays twice."""
    admissions = admissions.reset_index(drop=True)
    n = len(admissions)
    rows = np.sort(rng.choice(n, max(1, int(0.002 * n)), replace=False))
    left = admissions["discharged_at"].to_numpy(copy=True)
    for row in rows:
        _note(
            key,
            "impossible_date",
            "admissions",
            admissions["admission_id"].iat[row],
            "discharged_at",
            str(admissions["discharged_at"].iat[row]),
            "year typed one too low",
        )
    left[rows] = left[rows] - np.timedelta64(365, "D")
    admissions = admissions.assign(discharged_at=left)
    again = np.sort(rng.choice(n, max(1, int(0.003 * n)), replace=False))
    for row in again:
        _note(key, "duplicate", "admissions", admissions["admission_id"].iat[row], None, None, "stay entered twice")
    return admissions.iloc[np.sort(np.concatenate([np.arange(n), again]))].reset_index(drop=True)


def _charting(scores, vitals, key):
    """Name every charted NEWS2 that does not follow from its inputs."""
    from ai2med.scores import news2

    clean = vitals.assign(true=news2(vitals))[["admission_id", "taken_at", "true"]]
    both = scores.merge(clean, on=["admission_id", "taken_at"], how="left", validate="one_to_one")
    wrong = both[both["news2_charted"] != both["true"]]
    stamps = wrong["taken_at"].dt.strftime("%Y-%m-%d %H:%M")
    for admission, stamp, true in zip(wrong["admission_id"], stamps, wrong["true"], strict=True):
        _note(key, "charting_error", "scores", f"{admission}|{stamp}", "news2_charted", true, "adding error")


def _twice_registered(rng, out, key):
    """Register some people a second time, under a new id that takes over their later stays."""
    patients, admissions = out["patients"], out["admissions"]
    order = admissions.sort_values("ward_arrival_at", kind="stable").drop_duplicates("admission_id")
    number = order.groupby("patient_id").cumcount()
    returning = np.sort(order.loc[number > 0, "patient_id"].unique().astype(str))
    if len(returning) == 0:
        return
    chosen = np.sort(rng.choice(returning, max(1, int(0.02 * len(returning))), replace=False))
    # Second registrations keep the number under another letter, so that no other person can have the id.
    second = {old: f"Q{old[1:]}" for old in chosen}
    later = order.loc[
        (number > 0).to_numpy() & order["patient_id"].isin(chosen).to_numpy(), ["admission_id", "patient_id"]
    ]
    moved = dict(zip(later["admission_id"], later["patient_id"].map(second), strict=True))
    for name in ("admissions", "diagnoses", "medications", "landmarks"):
        table = out[name]
        new = table["admission_id"].map(moved)
        out[name] = table.assign(patient_id=new.where(new.notna(), table["patient_id"]))
    copies = patients[patients["patient_id"].isin(chosen)]
    out["patients"] = pd.concat(
        [patients, copies.assign(patient_id=copies["patient_id"].map(second))], ignore_index=True
    )
    for old, new in second.items():
        _note(key, "duplicate", "patients", new, "patient_id", old, "person registered twice")
