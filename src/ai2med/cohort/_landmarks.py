"""One row a patient and morning: only what had been recorded *and was available* by 08:00."""

import numpy as np
import pandas as pd

from ai2med import scores
from ai2med.cohort import _risk, _ward
from ai2med.cohort._labs import TEST_NAMES
from ai2med.cohort._stays import HOURS, Stays
from ai2med.cohort._vitals import LEVELS

MORNINGS = 8
CLOCK = 8  # 08:00
LAB_COLUMNS = ("creatinine", "sodium", "crp", "lactate", "wbc", "haemoglobin", "albumin")
VITAL_COLUMNS = ("resp_rate", "spo2", "on_oxygen", "spo2_scale", "sbp", "heart_rate", "temperature", "consciousness")


def grid(stays: Stays) -> dict[str, np.ndarray]:
    """Return stay, hour since ward arrival and number of every morning at risk."""
    first = (CLOCK - stays.arrival % 24) % 24
    first = np.where(first == 0, 24, first)
    stay, hour, morning = [], [], []
    for number in range(MORNINGS):
        at = first + 24 * number
        # Outcomes of the next 48 hours must lie inside the period for which there are data.
        rows = np.flatnonzero((at < stays.ward.end) & (stays.arrival + at + 48 <= HOURS))
        stay.append(rows)
        hour.append(at[rows])
        morning.append(np.full(len(rows), number + 1))
    stay, hour, morning = map(np.concatenate, (stay, hour, morning))
    order = np.lexsort((hour, stay))
    return {"stay": stay[order], "hour": hour[order], "morning": morning[order]}


def last_row(keys_stay, keys_minutes, stay, minutes) -> np.ndarray:
    """Return for each (stay, minutes) the last row of a sorted series at or before it, or -1.

    Examples
    --------
    >>> last_row(np.array([0, 0, 2]), np.array([5, 9, 1]), np.array([0, 0, 1]), np.array([8, 4, 99])).tolist()
    [0, -1, -1]
    """
    scale = 1 << 32
    place = np.searchsorted(keys_stay * scale + keys_minutes, stay * scale + minutes, side="right") - 1
    found = place >= 0
    found[found] = keys_stay[place[found]] == stay[found]
    return np.where(found, place, -1)


def build(stays: Stays, vitals, labs, at) -> dict[str, np.ndarray]:
    """Return the predictors and targets of the landmarks.

    Parameters
    ----------
    stays, vitals, labs
        As simulated, before any planted defect.
    at : dict
        From :func:`grid`.
    """
    stay, hour = at["stay"], at["hour"]
    now = (stays.arrival[stay] + hour) * 60
    out = {"minutes": now}
    row = last_row(vitals["stay"], vitals["minutes"], stay, now)
    for name in VITAL_COLUMNS:
        out[name] = np.where(row >= 0, vitals[name][row], np.nan)
    total = news2_of(vitals)
    out["news2"] = np.where(row >= 0, total[row], np.nan)
    out["set_row"] = row
    out["news2_max_24h"], out["n_sets_24h"] = _last_day(vitals, total, stay, now)
    arrived = np.argsort(labs["stay"] * (1 << 32) + labs["available"], kind="stable")
    for name in LAB_COLUMNS:
        rows = arrived[labs["test"][arrived] == TEST_NAMES.index(name)]
        last = last_row(labs["stay"][rows], labs["available"][rows], stay, now)
        values = labs["value"][rows]
        out[name] = np.where(last >= 0, values[last], np.nan) if len(rows) else np.full(len(stay), np.nan)
    event, end = stays.ward.how[stay] == _ward.DETERIORATED, stays.ward.end[stay]
    out["deteriorated_24h"] = (event & (end <= hour + 24)).astype(int)
    out["deteriorated_48h"] = (event & (end <= hour + 48)).astype(int)
    return out


def news2_of(vitals) -> np.ndarray:
    """Return NEWS2 of every observation set as it should have been charted."""
    table = pd.DataFrame({name: vitals[name] for name in VITAL_COLUMNS if name != "consciousness"})
    level = vitals["consciousness"]
    table["consciousness"] = np.where(np.isnan(level), None, LEVELS[np.nan_to_num(level).astype(int)])
    return scores.news2(table).to_numpy()


def _last_day(vitals, total, stay, now):
    """Return the highest NEWS2 and the number of sets in the 24 hours up to each morning."""
    scale = 1 << 32
    keys = vitals["stay"] * scale + vitals["minutes"]
    stop = np.searchsorted(keys, stay * scale + now, side="right")
    start = np.searchsorted(keys, stay * scale + np.maximum(now - 1440, 0), side="right")
    count = stop - start
    highest = np.full(len(stay), -1.0)
    known = np.nan_to_num(total, nan=-1.0)
    for step in range(int(count.max(initial=0))):
        inside = step < count
        highest[inside] = np.maximum(highest[inside], known[start[inside] + step])
    return np.where(highest >= 0, highest, np.nan), count


def risks(stays: Stays, stay, hour, horizon: int) -> np.ndarray:
    """Return the data-generating risk of stays at an hour since ward arrival."""
    return _risk.exact(
        stays.severity[stay, hour],
        stays.offset[stay],
        stays.kind[stay],
        stays.ward.team[stay, hour],
        (stays.arrival[stay] + hour) % 24,
        horizon,
    )
