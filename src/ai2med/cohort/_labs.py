"""Laboratory results: who is tested, when, what the result is, and when the ward can see it."""

import numpy as np

from ai2med.cohort._parameters import RESULTS, value
from ai2med.cohort._population import NAMES
from ai2med.cohort._random import logistic, stream
from ai2med.cohort._stays import DRIFT_HOUR, Stays
from ai2med.cohort._vitals import strain

# name, unit, decimals, share of admission panels, share of follow-up panels
TESTS = (
    ("sodium", "mmol/L", 0, 0.95, 0.95),
    ("potassium", "mmol/L", 1, 0.94, 0.95),
    ("creatinine", "umol/L", 0, 0.95, 0.95),
    ("urea", "mmol/L", 1, 0.70, 0.50),
    ("crp", "mg/L", 0, 0.68, 0.60),
    ("wbc", "10^9/L", 1, 0.94, 0.60),
    ("haemoglobin", "g/L", 0, 0.94, 0.60),
    ("platelets", "10^9/L", 0, 0.90, 0.30),
    ("albumin", "g/L", 0, 0.55, 0.15),
    ("bilirubin", "umol/L", 0, 0.50, 0.10),
    ("glucose", "mmol/L", 1, 0.60, 0.15),
    ("hba1c", "mmol/mol", 0, 0.0, 0.0),
    ("lactate", "mmol/L", 1, 0.0, 0.0),
)
TEST_NAMES = tuple(row[0] for row in TESTS)
UNITS = np.array([row[1] for row in TESTS], object)
DECIMALS = np.array([row[2] for row in TESTS])
LACTATE, HBA1C, CREATININE = (TEST_NAMES.index(name) for name in ("lactate", "hba1c", "creatinine"))


def measure(stays: Stays, conditions, seed: int, partition: int) -> dict[str, np.ndarray]:
    """Draw every laboratory result.

    Returns
    -------
    dict of ndarray
        ``stay``, ``hour`` (since ward arrival), ``minutes`` and ``available`` (since the first day), ``test`` (index
        into ``TEST_NAMES``), ``value`` (in the unit of ``UNITS``, rounded as reported) and ``outreach`` (requested by
        the outreach team). Sorted by stay, time, test.
    """
    rng = stream(seed, partition, "labs")
    stay, hour, first = _panels(rng, stays)
    ordered = np.column_stack([rng.random(len(stay)) < np.where(first, row[3], row[4]) for row in TESTS])
    has = {name: conditions[stays.person[stay], column] for column, name in enumerate(NAMES)}
    ordered[:, HBA1C] = first & (rng.random(len(stay)) < np.where(has["diabetes"], 0.6, 0.12))
    ordered[:, LACTATE] = rng.random(len(stay)) < _lactate_chance(stays, stay, hour, first)
    calls = _calls(stays)
    stay = np.concatenate([stay, calls[0]])
    hour = np.concatenate([hour, calls[1]])
    outreach = np.arange(len(stay)) >= len(first)
    only_lactate = np.zeros((len(calls[0]), len(TESTS)), dtype=bool)
    only_lactate[:, LACTATE] = True
    ordered = np.concatenate([ordered, only_lactate])
    results = _values(rng, stays, conditions, stay, hour)
    minutes = (stays.arrival[stay] + hour) * 60 + np.where(outreach, 20, 5 * rng.integers(0, 9, len(stay)))
    panel, test = np.nonzero(ordered)
    quick = test == LACTATE
    delay = 5 * np.where(quick, rng.integers(1, 4, len(panel)), rng.integers(9, 30, len(panel)))
    # One panel comes back together, so its results share a delay; lactate is measured at the bedside.
    together = 5 * rng.integers(9, 30, len(stay))
    delay = np.where(quick, delay, together[panel])
    value_ = results[panel, test]
    reported = np.round(value_ * 10.0 ** DECIMALS[test]) / 10.0 ** DECIMALS[test]
    order = np.lexsort((test, minutes[panel], stay[panel]))
    columns = {
        "stay": stay[panel],
        "hour": hour[panel],
        "minutes": minutes[panel],
        "available": minutes[panel] + delay,
        "test": test,
        "value": reported,
        "outreach": outreach[panel],
    }
    return {name: column[order] for name, column in columns.items()}


def _panels(rng, stays):
    """Return stay, hour and whether it is the admission panel, for every panel of tests."""
    everyone, end = np.arange(len(stays)), stays.ward.end
    stay, hour = [everyone], [np.zeros(len(stays), dtype=int)]
    clock = stays.arrival % 24
    for at in range(8, stays.severity.shape[1]):
        alive = everyone[(end > at) & ((clock + at) % 24 == 7)]
        if len(alive) == 0:
            continue
        day = (stays.arrival[alive] + at) // 24
        weekend = (day + 6) % 7 >= 5
        wanted = np.where(at < 72, 0.55, 0.25) + 0.3 * (stays.severity[alive, at] > 0.5)
        keep = alive[rng.random(len(alive)) < wanted * np.where(weekend, value("labs.weekend"), 1.0)]
        stay.append(keep)
        hour.append(np.full(len(keep), at))
    first = np.arange(sum(map(len, stay))) < len(stays)
    return np.concatenate(stay), np.concatenate(hour), first


def _lactate_chance(stays, stay, hour, first):
    """Return the chance that lactate is ordered: by severity, and for everybody at A and B from 2025."""
    severity = stays.severity[stay, hour]
    chance = logistic(-1.9 - 1.0 * ~first + value("labs.lactate_severity") * severity)
    routine = first & (stays.facts["site"][stay] < 2) & (stays.arrival[stay] >= DRIFT_HOUR)
    return np.where(routine, value("labs.routine_lactate_2025"), chance)


def call_starts(stays: Stays) -> tuple[np.ndarray, np.ndarray]:
    """Return stay and hour since ward arrival of every call of the outreach team."""
    team = stays.ward.team
    rises = team[:, 1:] & ~team[:, :-1]
    stay, hour = np.nonzero(rises)
    return stay, hour + 1


def _calls(stays):
    """Return the calls after which the team draws a lactate: the patient must still be on the ward."""
    stay, hour = call_starts(stays)
    keep = hour < stays.ward.end[stay]
    return stay[keep], hour[keep]


def _values(rng, stays, conditions, stay, hour):
    """Draw what each test would show, shape (panels, tests)."""
    n, facts, person = len(stay), stays.facts, stays.person[stay]
    has = {name: conditions[person, column] for column, name in enumerate(NAMES)}
    seen = strain(stays.severity[stay, np.minimum(hour, stays.ward.end[stay] - 1)])
    steady = rng.normal(size=(len(stays), len(TESTS)))[stay]
    fresh = rng.normal(size=(n, len(TESTS)))
    z = 0.85 * steady + 0.5 * fresh
    infected, site = facts["problem"][stay] == 1, facts["site"][stay]
    injured = facts["aki"][stay] * np.minimum(1.0, 0.4 + hour / 60)
    age = facts["age"][stay]
    septic = facts["sepsis_onset"][stay] > 0
    column = {name: z[:, index] for index, name in enumerate(TEST_NAMES)}
    kidney = 0.55 * has["kidney"] + 0.45 * injured + 0.004 * (age - 65)
    plain = {
        name: (np.log(result.base) if result.logged else result.base) + result.noise * column[name]
        for name, result in RESULTS.items()
    }
    # CRP stops rising with strain, so that the sickest do not all sit at the upper limit.
    ill = {name: result.strain * (np.minimum(seen, 4) if name == "crp" else seen) for name, result in RESULTS.items()}
    shown = {name: plain[name] + ill[name] for name in RESULTS}
    creatinine = np.exp(shown["creatinine"] + kidney)
    creatinine = creatinine * np.where(site == 2, value("labs.site_c_creatinine"), 1.0)
    crp = np.exp(shown["crp"] + 1.4 * infected + 0.5 * septic)
    out = {
        "sodium": shown["sodium"],
        "potassium": shown["potassium"] + 0.35 * kidney,
        "creatinine": creatinine,
        "urea": np.exp(shown["urea"] + 0.75 * np.log(creatinine / 80)),
        "crp": np.clip(crp, 1, 420),
        "wbc": np.exp(shown["wbc"] + 0.20 * infected),
        "haemoglobin": shown["haemoglobin"] - 4 * has["kidney"] - 7 * has["cancer"],
        "platelets": np.exp(shown["platelets"]),
        "albumin": shown["albumin"] - 1.4 * np.clip(np.log(crp / 25), -2, 3),
        "bilirubin": np.exp(shown["bilirubin"]),
        "glucose": np.exp(shown["glucose"] + 0.32 * has["diabetes"]),
        "hba1c": np.where(has["diabetes"], 56 + 13 * np.abs(column["hba1c"]), shown["hba1c"]),
        "lactate": np.exp(shown["lactate"] + 0.25 * septic),
    }
    # Beyond these limits a value would be an error or a dying patient, and both are planted elsewhere.
    limits = {
        "sodium": (108, 168),
        "potassium": (2.0, 7.6),
        "haemoglobin": (45, 195),
        "albumin": (12, 52),
        "hba1c": (25, 140),
        "creatinine": (25, 900),
        "lactate": (0.4, 15),
    }
    for name, (low, high) in limits.items():
        out[name] = np.clip(out[name], low, high)
    return np.column_stack([out[name] for name in TEST_NAMES])
