"""Hospital stays: who comes when and where, what happens on the ward, how it ends, and who comes back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ai2med.cohort import _ward
from ai2med.cohort._parameters import DRIFT_DAY, FIRST_DAY, LAST_DAY, value
from ai2med.cohort._population import NAMES
from ai2med.cohort._random import logistic, stream

START = np.datetime64(FIRST_DAY, "m")
HOURS = int((np.datetime64(LAST_DAY, "D") - np.datetime64(FIRST_DAY, "D")).astype(int) + 1) * 24
DRIFT_HOUR = int((np.datetime64(DRIFT_DAY, "D") - np.datetime64(FIRST_DAY, "D")).astype(int)) * 24
PROBLEMS = ("respiratory", "infection", "heart", "stroke", "gut", "injury", "kidney", "other", "planned_surgery")
PROBLEM_SHARES = (0.20, 0.15, 0.17, 0.06, 0.13, 0.10, 0.05, 0.14)
PROBLEM_SEVERITY = np.array([0.35, 0.35, 0.05, 0.05, -0.05, -0.35, 0.0, -0.25, -0.75])
WAVES = 4  # first stay and up to three returns


@dataclass(frozen=True)
class Stays:
    """All stays of one partition, sorted by admission; every array has one entry a stay.

    Times are minutes since the first day, ``MISSING`` where something did not happen. ``facts`` holds the small
    columns by name, ``severity`` the hidden path, shape (stays, hours).
    """

    person: np.ndarray
    arrival: np.ndarray  # hours since the first day
    ward: _ward.WardStays
    offset: np.ndarray
    kind: np.ndarray
    facts: dict[str, np.ndarray]

    def __len__(self):
        return len(self.person)

    @property
    def severity(self) -> np.ndarray:
        """Hidden severity at the start of each hour on the ward."""
        return self.ward.severity

    def time(self, name: str) -> pd.DatetimeIndex:
        """Return a minutes column as dates."""
        return dates(self.facts[name])


def dates(minutes) -> pd.DatetimeIndex:
    """Return minutes since the first day as dates; the number ``MISSING`` becomes a missing date.

    Examples
    --------
    >>> dates(np.array([61, MISSING])).tolist()
    [Timestamp('2023-01-01 01:01:00'), NaT]
    """
    minutes = np.asarray(minutes, dtype=np.int64)
    out = START + minutes.astype("timedelta64[m]")
    out[minutes == MISSING] = np.datetime64("NaT")
    return pd.DatetimeIndex(out.astype("datetime64[ns]"))


MISSING = np.iinfo(np.int64).min // 2


def simulate(table, conditions, hidden, seed: int, partition: int) -> Stays:
    """Simulate every stay of the people of one partition.

    Parameters
    ----------
    table, conditions, hidden
        As returned by :func:`ai2med.cohort._population.people`.
    """
    rng = stream(seed, partition, "stays")
    count = len(table)
    person = np.arange(count)
    hour = _clock(rng, rng.integers(0, HOURS // 24 - 3, count), np.zeros(count, bool))
    planned = rng.random(count) < 0.24
    hour = _clock(rng, hour // 24, planned)
    previous = rng.poisson(0.25 + 0.10 * conditions.sum(axis=1))
    site = hidden["site"]
    waves = []
    for _ in range(WAVES):
        wave = _wave(rng, person, hour, planned, site, previous, conditions, hidden)
        waves.append(wave)
        back, hour, planned = _returns(rng, wave, table)
        person, site, previous = wave["person"][back], wave["site"][back], wave["admissions_12m"][back] + 1
        hour, planned = hour[back], planned[back]
    width = max(wave["ward"].severity.shape[1] for wave in waves)
    merged = {name: np.concatenate([wave[name] for wave in waves]) for name in waves[0] if name != "ward"}
    order = np.lexsort((merged["person"], merged["admitted"]))
    paths = np.full((len(order), width), np.nan, dtype=np.float32)
    team = np.zeros((len(order), width), dtype=bool)
    row = 0
    for wave in waves:
        block = wave["ward"].severity
        paths[row : row + len(block), : block.shape[1]] = block
        team[row : row + len(block), : block.shape[1]] = wave["ward"].team
        row += len(block)
    end, how, jumped = (
        np.concatenate([getattr(wave["ward"], name) for wave in waves])[order] for name in ("end", "how", "jumped")
    )
    merged = {name: column[order] for name, column in merged.items()}
    merged["admitted"] = _not_before_leaving(merged)
    merged["readmitted"] = _readmitted(merged)
    return Stays(
        person=merged.pop("person"),
        arrival=merged.pop("arrival"),
        ward=_ward.WardStays(paths[order], end, how, team[order], jumped),
        offset=merged.pop("offset"),
        kind=merged.pop("kind"),
        facts=merged,
    )


def _clock(rng, day, planned):
    """Return an hour of arrival on the ward: mornings of weekdays when planned, afternoons and nights otherwise."""
    day = np.where(planned & ((day + 6) % 7 >= 5), day + 2, day)  # 1 January 2023 was a Sunday
    emergency = rng.choice(24, len(day), p=_EMERGENCY_HOURS)
    return day * 24 + np.where(planned, rng.integers(7, 12, len(day)), emergency)


_EMERGENCY_HOURS = np.array([4, 4, 3, 3, 2, 2, 2, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 7, 6, 6, 6, 5, 4, 3], float)
_EMERGENCY_HOURS /= _EMERGENCY_HOURS.sum()


def _wave(rng, person, hour, planned, site, previous, conditions, hidden):
    """Simulate one stay for each of the given people."""
    n = len(person)
    age = np.clip(hidden["age"][person] + (hour - HOURS / 2) / 8766, 18, 102)
    ill = conditions[person]
    burden = ill.sum(axis=1)
    has = {name: ill[:, column] for column, name in enumerate(NAMES)}
    late = hour >= DRIFT_HOUR
    problem = np.where(planned, 8, rng.choice(8, n, p=PROBLEM_SHARES))
    problem = np.where(~planned & has["copd"] & (rng.random(n) < 0.35), 0, problem)
    problem = np.where(~planned & has["heart_failure"] & (rng.random(n) < 0.3), 2, problem)
    start = rng.normal(value("ward.severity_start") + PROBLEM_SEVERITY[problem], 1.0)
    start += value("ward.site_c_severity") * (site == 2) + value("ward.year3_severity") * late
    # The emergency department sends the sickest straight to intensive care: they never reach a ward.
    start = np.minimum(start, value("ward.severity_limit") - 0.3 * np.abs(rng.normal(size=n)))
    offset = (
        hidden["frailty"][person]
        + value("ward.age_effect") * (age - 65)
        + value("ward.condition_effect") * (burden - 3)
        + value("ward.site_c_effect") * (site == 2)
    )
    kinds = np.where(planned[:, None], (0.30, 0.56, 0.14), (0.13, 0.52, 0.35))
    kind = (rng.random(n)[:, None] > np.cumsum(kinds, axis=1)).sum(axis=1).clip(0, 2)
    ward = _ward.run(rng, start, offset, kind, hour % 24)
    limited = rng.random(n) < logistic(
        -2.9 + 0.055 * (age - 68) + 1.0 * has["dementia"] + 0.5 * has["cancer"] + 0.4 * start
    )
    facts = {
        "person": person,
        "arrival": hour,
        "offset": offset,
        "kind": kind,
        "site": site,
        "age": age,
        "ward": ward,
        "planned": planned,
        "problem": problem,
        "burden": burden,
        "admissions_12m": previous,
        "source": rng.choice(3, n, p=(0.86, 0.08, 0.06)),
        "surgery": (problem == 8) | ((problem == 5) & (rng.random(n) < 0.7)) | ((problem == 4) & (rng.random(n) < 0.4)),
        "ed_visits": rng.poisson(0.3 + 0.12 * burden),
        "admitted": hour * 60 - np.where(planned, 12, rng.integers(20, 130, n)) * 5,
    }
    facts["procedure"] = rng.random(n) < np.where(facts["surgery"], 0.9, 0.15)
    facts["source"] = np.where(has["dementia"] & (rng.random(n) < 0.4), 1, facts["source"])
    facts["limited"] = np.where(
        limited, hour * 60 + np.minimum(rng.integers(1, 40, n), ward.end - 1) * 60 + 15, MISSING
    )
    facts.update(_endings(rng, facts, has, limited))
    facts.update(_complications(rng, facts, has, start))
    return facts


def _endings(rng, facts, has, limited):
    """Decide what followed the ward stay: home, intensive care, death; all in minutes since the first day."""
    ward, n = facts["ward"], len(facts["person"])
    over = facts["arrival"] * 60 + ward.end * 60 - rng.integers(0, 60, n)
    event = ward.how == _ward.DETERIORATED
    on_ward = event & (rng.random(n) < np.where(limited, 0.93, 0.06))
    to_icu = event & ~on_ward
    icu_death = to_icu & (rng.random(n) < logistic(-2.2 + 0.035 * (facts["age"] - 65) + 0.12 * (facts["burden"] - 3)))
    icu_minutes = (np.exp(rng.normal(np.log(2.5 * 1440), 0.8, n))).astype(int).clip(180, 40 * 1440)
    after = (rng.exponential(6 * 1440, n)).astype(int) + 720
    icu_out = np.where(to_icu, over + icu_minutes, MISSING)
    died = np.where(on_ward, over, np.where(icu_death, icu_out, MISSING))
    left = np.where(on_ward, over, np.where(icu_death, icu_out, np.where(to_icu, icu_out + after, over)))
    home = np.where(
        facts["source"] == 1, 1, np.where(rng.random(n) < logistic(-3.6 + 0.05 * (facts["age"] - 65)), 1, 0)
    )
    home = np.where(rng.random(n) < 0.03, 2, home)
    return {
        "icu_in": np.where(to_icu, over, MISSING),
        "icu_out": icu_out,
        "died": died,
        "left": left,
        "on_ward": on_ward,
        "event": np.where(event, over, MISSING),
        "destination": np.where(died > MISSING, 3, home),
        "has_dementia": has["dementia"],
    }


def _complications(rng, facts, has, start):
    """Draw sepsis, kidney injury and falls, which hang on severity but do not drive it."""
    ward, n = facts["ward"], len(facts["person"])
    peak = np.nanmax(ward.severity, axis=1) if n else np.zeros(0)
    infection, lungs = facts["problem"] == 1, facts["problem"] == 0
    early = rng.random(n) < logistic(np.select([infection, lungs], [-1.9, -3.6], -5.2) + 1.0 * start)
    jumped = ward.jumped <= ward.end
    late = ~early & jumped & (rng.random(n) < 0.3)
    onset_hour = np.where(early, rng.integers(0, 10, n), ward.jumped)
    onset = np.where(early | late, facts["arrival"] * 60 + np.minimum(onset_hour, ward.end - 1) * 60 + 30, MISSING)
    days = ward.end / 24
    return {
        "sepsis_onset": onset,
        "aki": rng.random(n) < logistic(-3.15 + 0.75 * peak + 1.1 * has["kidney"]),
        "fall": rng.random(n) < 1 - (1 - logistic(-6.2 + 0.03 * (facts["age"] - 65) + 0.9 * has["dementia"])) ** days,
        "readmission_lp": value("outcome.readmission")
        + 0.13 * (facts["burden"] - 3)
        + 0.45 * (facts["kind"] == 2)
        + 0.5 * (has["heart_failure"] | has["copd"])
        + 0.25 * (peak > 1.5)
        - 0.6 * facts["planned"],
    }


def _returns(rng, wave, table):
    """Decide who comes back, when, and whether that stay is planned."""
    n = len(wave["person"])
    alive = wave["died"] == MISSING
    deprivation = table["deprivation_quintile"].to_numpy()[wave["person"]]
    soon = rng.random(n) < logistic(wave["readmission_lp"] + 0.08 * (deprivation - 3) + 0.06 * wave["admissions_12m"])
    later = ~soon & (rng.random(n) < 0.12)
    gap = np.where(soon, 1 + (29 * rng.random(n) ** 1.5).astype(int), rng.integers(32, 500, n))
    planned = later & (rng.random(n) < 0.35)
    day = wave["left"] // 1440 + gap
    back = alive & (soon | later) & (day < HOURS // 24 - 3)
    return back, _clock(rng, day, planned), planned


def _not_before_leaving(merged):
    """Return times of admission, none of them before the same person has left the stay before."""
    order = np.lexsort((merged["arrival"], merged["person"]))
    person, left = merged["person"][order], merged["left"][order]
    free = np.full(len(order), MISSING)
    free[1:] = np.where(person[1:] == person[:-1], left[:-1] + 1, MISSING)
    admitted = merged["admitted"].copy()
    admitted[order] = np.maximum(admitted[order], free)
    return admitted


def _readmitted(merged):
    """Return 1, 0 or -1 (unknown): an unplanned return within 30 days, read off the stays themselves."""
    order = np.lexsort((merged["admitted"], merged["person"]))
    person, admitted = merged["person"][order], merged["admitted"][order]
    following = np.full(len(order), np.iinfo(np.int64).max // 4)
    same = person[1:] == person[:-1]
    following[:-1] = np.where(same & ~merged["planned"][order][1:], admitted[1:], following[:-1])
    gap = np.empty(len(order), dtype=np.int64)
    gap[order] = following
    returned = gap - merged["left"] <= 30 * 1440
    unknown = (merged["died"] != MISSING) | (~returned & (merged["left"] + 30 * 1440 > HOURS * 60))
    return np.where(unknown, -1, returned.astype(int))
