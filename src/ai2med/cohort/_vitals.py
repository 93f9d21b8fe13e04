"""Vital signs: when they are taken, what they show of the hidden severity, and what the pulse oximeter adds."""

import numpy as np

from ai2med.cohort._parameters import SIGNS, SYSTOLIC_MEAN, value
from ai2med.cohort._population import NAMES
from ai2med.cohort._random import logistic, stream
from ai2med.cohort._stays import DRIFT_HOUR, Stays

FIRST_SETS = (0, 4, 8, 12, 18, 23)  # hours after ward arrival, for everybody
COLUMNS = (
    "resp_rate",
    "spo2",
    "on_oxygen",
    "spo2_scale",
    "sbp",
    "dbp",
    "heart_rate",
    "temperature",
    "consciousness",
)
LEVELS = np.array(["A", "C", "V", "P", "U"], object)


def strain(severity):
    """Return what the body shows of severity: nothing when well, then rising.

    Examples
    --------
    >>> [round(float(strain(s)), 2) for s in (-3, -1, 1)]
    [0.07, 0.58, 2.07]
    """
    return np.log1p(np.exp(1.2 * (np.asarray(severity, float) + 1))) / 1.2


def observe(stays: Stays, conditions, hidden, seed: int, partition: int) -> dict[str, np.ndarray]:
    """Draw every observation set.

    Returns
    -------
    dict of ndarray
        ``stay`` (row number of the stay), ``hour`` (since ward arrival), ``minutes`` (since the first day), the columns
        of the ``vitals`` table as floats with NaN where not recorded, and the hidden ``sao2``.
    """
    rng = stream(seed, partition, "vitals")
    stay, hour = _schedule(rng, stays)
    n = len(stay)
    person, facts = stays.person[stay], stays.facts
    ill, site, age = conditions[person], facts["site"][stay], facts["age"][stay]
    has = {name: ill[:, column] for column, name in enumerate(NAMES)}
    seen = strain(stays.severity[stay, hour])
    late = stays.arrival[stay] + hour >= DRIFT_HOUR
    # People show the same severity in different signs: their own loadings, and the organ that is ill.
    loading = np.exp(rng.normal(0, 0.18, (len(stays), 5)))[stay]
    lungs, infected = facts["problem"][stay] == 0, facts["problem"][stay] == 1
    habitus = hidden["habitus"][person]
    woman = hidden["woman"][person]
    out = {"stay": stay, "hour": hour}
    out["minutes"] = (stays.arrival[stay] + hour) * 60 + 5 * rng.integers(0, 6, n)
    sign = SIGNS["resp_rate"]
    breaths = sign.base + sign.person * habitus[:, 0]
    breaths = breaths + np.where(lungs, sign.special, sign.strain) * loading[:, 0] * seen + rng.normal(0, sign.noise, n)
    out["resp_rate"] = np.clip(np.round(breaths), 6, 45)
    sign = SIGNS["heart_rate"]
    beats = sign.base + sign.person * habitus[:, 1] + 5 * has["atrial_fibrillation"]
    beats = beats + sign.strain * loading[:, 1] * seen + rng.normal(0, sign.noise, n)
    out["heart_rate"] = np.clip(np.round(beats), 34, 190)
    band = np.searchsorted([30, 45, 60, 75], age, side="right")
    sign = SIGNS["sbp"]
    usual = np.array(SYSTOLIC_MEAN, float)[(~woman).astype(int), band] + sign.person * habitus[:, 2] + sign.base
    systolic = usual + sign.strain * loading[:, 2] * seen + rng.normal(0, sign.noise, n)
    systolic = np.clip(np.round(systolic), 60, 235)
    tens = rng.random(n) < value("vitals.tens")
    out["sbp"] = np.where(tens, 10 * np.round(systolic / 10), systolic)
    out["dbp"] = np.clip(np.round(42 + 0.28 * systolic + 5 * habitus[:, 3] + rng.normal(0, 5.5, n)), 30, 130)
    sign = SIGNS["temperature"]
    warmth = np.where(infected, sign.special, sign.strain) * loading[:, 3] * seen
    warm = sign.base + sign.person * habitus[:, 4] + warmth + rng.normal(0, sign.noise, n)
    out["temperature"] = np.round(np.clip(warm, 34.0, 41.5), 1)
    _oxygen(rng, out, stays, stay, seen, loading, lungs, has, site, late, hidden["tone"][person])
    level = logistic(-6.0 + 1.05 * loading[:, 4] * np.minimum(seen, 4) + 1.2 * has["dementia"])
    draw = rng.random(n)
    out["consciousness"] = np.select(
        [draw > level, draw > 0.3 * level, draw > 0.1 * level, draw > 0.03 * level], [0.0, 1.0, 2.0, 3.0], 4.0
    )
    for name in ("resp_rate", "spo2", "sbp", "heart_rate", "temperature", "consciousness"):
        factor = {"temperature": 1.8, "consciousness": 1.2}.get(name, 0.7)
        gone = rng.random(n) < factor * value("vitals.missing")
        out[name] = np.where(gone, np.nan, out[name])
    out["dbp"] = np.where(np.isnan(out["sbp"]), np.nan, out["dbp"])
    return out


def _schedule(rng, stays):
    """Return stay and hour of every set: six on the first day, then mornings and evenings, more when ill."""
    rows, hours = [], []
    end = stays.ward.end
    everyone = np.arange(len(stays))
    for hour in FIRST_SETS:
        keep = everyone[end > hour]
        rows.append(keep)
        hours.append(np.full(len(keep), hour))
    clock = stays.arrival % 24
    for hour in range(24, stays.severity.shape[1]):
        alive = everyone[end > hour]
        if len(alive) == 0:
            break
        of_day = (clock[alive] + hour) % 24
        severity = stays.severity[alive, hour]
        wanted = np.select(
            [of_day == 6, of_day == 18, (of_day == 0) | (of_day == 12)],
            [0.98, np.where(hour < 72, 0.75, 0.3) + 0.6 * (severity > 0.3), 0.85 * (severity > 0.6)],
            0.0,
        )
        keep = alive[rng.random(len(alive)) < wanted]
        rows.append(keep)
        hours.append(np.full(len(keep), hour))
    stay, hour = np.concatenate(rows), np.concatenate(hours)
    order = np.lexsort((hour, stay))
    return stay[order], hour[order]


def _oxygen(rng, out, stays, stay, seen, loading, lungs, has, site, late, tone):
    """Draw true saturation, oxygen therapy, the prescribed scale and the displayed saturation."""
    n, people = len(stay), len(stays)
    hypercapnic = has["copd"] & (rng.random(people)[stay] < 0.35)
    out["spo2_scale"] = np.where(hypercapnic, 2.0, 1.0)
    # From 2025 a new policy at A and B gives oxygen early, so oxygen says less about the patient.
    generous = late & (site < 2) & (rng.random(people)[stay] < 0.10)
    appetite = rng.normal(0, 1.0, people)[stay]
    odds = -4.4 + 1.4 * seen + 1.2 * lungs + 0.8 * has["copd"] + appetite
    out["on_oxygen"] = np.where(generous, 1.0, (rng.random(n) < logistic(odds)).astype(float))
    sign = SIGNS["sao2"]
    change = np.where(lungs, sign.special, sign.strain) * loading[:, 4] * seen
    true = sign.base + change - 0.9 * has["copd"] - 4.5 * hypercapnic + 1.4 * out["on_oxygen"]
    true = np.clip(true - rng.exponential(sign.noise, n), 70, 99.5)
    out["sao2"] = np.round(true, 1)
    error = np.array([value("oximeter.lighter"), value("oximeter.medium"), value("oximeter.darker")])[tone]
    out["spo2"] = np.clip(np.round(true + error + rng.normal(0, value("oximeter.noise"), n)), 65, 100)
