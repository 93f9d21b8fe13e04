"""Who worked when and where, for eight weeks of 2025: a rota with eleven hours between two shifts."""

import numpy as np
import pandas as pd

FIRST_DAY = pd.Timestamp("2025-03-03")  # a Monday
DAYS = 56
SHIFTS = {"day": 7, "late": 15, "night": 23}  # hour of the beginning; each lasts eight hours
WARDS = ("A1", "A2", "B1", "B2", "C1")
# Role, people in the pool, and how many a shift needs: day, late, night. First those of a ward, then those of a site.
WARD_ROLES = (("nurse", 15, (3, 2, 2)), ("doctor", 6, (2, 1, 1)), ("ward clerk", 2, (1, 0, 0)))
SITE_ROLES = (
    ("laboratory", 6, (1, 1, 1)),
    ("pharmacist", 2, (1, 0, 0)),
    ("physiotherapist", 2, (1, 0, 0)),
    ("coder", 2, (1, 0, 0)),
)
READS = ()


def make(inputs):
    """Return one row a shift worked."""
    rng = inputs.stream()
    rest = pd.Timedelta(hours=inputs.value("rest"))
    rows, first = [], 1
    places = [(ward[0], ward, WARD_ROLES) for ward in WARDS] + [(site, None, SITE_ROLES) for site in "ABC"]
    for site, ward, roles in places:
        for role, people, needed in roles:
            ids = [f"S{number:04d}" for number in range(first, first + people)]
            first += people
            agency = (rng.random(people) < inputs.value("agency")) & (role == "nurse")
            rows += [
                (ids[who], role, "agency" if agency[who] else "employed", site, ward, shift, start)
                for who, shift, start in _rota(rng, people, needed, rest)
            ]
    table = pd.DataFrame(rows, columns=["staff_id", "role", "contract", "site", "ward", "shift", "starts_at"])
    table["ends_at"] = table["starts_at"] + pd.Timedelta(hours=8)
    return table.sort_values(["starts_at", "staff_id"], ignore_index=True)


def _rota(rng, people, needed, rest):
    """Yield person, shift and beginning; the least worked of the rested come first."""
    free, worked = np.full(people, FIRST_DAY - rest, dtype="M8[ns]"), np.zeros(people)
    for day in range(DAYS):
        for (shift, hour), count in zip(SHIFTS.items(), needed, strict=True):
            start = FIRST_DAY + pd.Timedelta(days=day, hours=hour)
            rested = np.flatnonzero(free + rest <= np.datetime64(start))
            chosen = rested[np.argsort(worked[rested] + rng.random(len(rested)), kind="stable")][:count]
            for who in np.sort(chosen).tolist():
                yield who, shift, start
            free[chosen], worked[chosen] = np.datetime64(start + pd.Timedelta(hours=8)), worked[chosen] + 1


def check(content, truth, inputs):
    """Assert that every shift is filled, that everybody rests between shifts, and that hours are shared evenly."""
    assert truth is None
    first, last = content["starts_at"].min(), content["starts_at"].max()
    assert (first, last) == (FIRST_DAY + pd.Timedelta(hours=7), FIRST_DAY + pd.Timedelta(days=55, hours=23))
    nurses = content[content["role"] == "nurse"].groupby(["ward", "starts_at"]).size()
    assert len(nurses) == len(WARDS) * DAYS * 3
    assert nurses.min() == 2
    ordered = content.sort_values(["staff_id", "starts_at"])
    gap = ordered["starts_at"] - ordered.groupby("staff_id")["ends_at"].shift()
    assert gap.min() >= pd.Timedelta(hours=inputs.value("rest"))
    worked = content.groupby(["role", "staff_id"]).size() * 8 / (DAYS / 7)
    for role, hours in worked.groupby("role"):
        assert abs(hours.mean() - {"nurse": 26, "doctor": 37}.get(role, 28)) < 0.5, role
        assert hours.max() - hours.min() <= 3, role
    # Rest between shifts is planned, a weekly rest is not.
    since = (gap.isna() | (gap >= pd.Timedelta(hours=24 + inputs.value("rest")))).groupby(ordered["staff_id"]).cumsum()
    runs = ordered.groupby(["role", "staff_id", since])
    longest = (runs["ends_at"].max() - runs["starts_at"].min()).groupby("role").max()
    assert longest["doctor"] > pd.Timedelta(days=14)
    share = content.drop_duplicates("staff_id").query("role == 'nurse'")["contract"].eq("agency").mean()
    assert 0.05 < share < 0.35
