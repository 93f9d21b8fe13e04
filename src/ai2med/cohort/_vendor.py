"""The fictional vendor model WardSignal: what it sees, what it says, and the alerts it raises."""

import numpy as np
import pandas as pd

from ai2med.cohort import _landmarks
from ai2med.cohort._labs import call_starts
from ai2med.cohort._parameters import FIRST_DAY, value
from ai2med.cohort._random import logistic, stream
from ai2med.cohort._stays import MISSING, Stays

VERSION_DAY = "2025-03-01"
LOST_FEED = ("2024-10-07", "2024-10-28")  # laboratory feed of site A, first day lost and first day back
LIVE_FROM = {"A": "2024-01-01", "B": "2024-07-01"}
SHIFTS = np.array(["night", "day", "late"], object)
INTERCEPT = -5.45


def claims() -> pd.DataFrame:
    """Return the vendor's claims sheet, one row a version."""
    text = "Finds deterioration 12 hours earlier and reduces alarms."
    return pd.DataFrame(
        {
            "product": "WardSignal",
            "model_version": ["1.4", "2.0"],
            "live_from": pd.to_datetime([FIRST_DAY, VERSION_DAY]),
            "horizon_hours": 24,
            "threshold": [value("vendor.threshold_v1"), value("vendor.threshold_v2")],
            "claim_auroc": 0.86,
            "claim_sensitivity": [0.75, 0.80],
            "claim_lead_time_hours": 12,
            "claim_population": "adult ward patients of four hospitals, 2019 to 2021",
            "claim_text": text,
        }
    )


def minute_of(day: str) -> int:
    """Return a date as minutes since the first day.

    Examples
    --------
    >>> minute_of("2023-01-02")
    1440
    """
    return int((np.datetime64(day, "m") - np.datetime64(FIRST_DAY, "m")).astype(int))


class WardSignal:
    """The model's view of one partition: its error about each stay is drawn once and then kept.

    Parameters
    ----------
    stays : Stays
    vitals : dict of ndarray
        Observation sets; the saturation error of the last set moves the risk.
    seed, partition : int
    """

    def __init__(self, stays: Stays, vitals, seed: int, partition: int):
        self.stays, self.vitals = stays, vitals
        self.rng = stream(seed, partition, "vendor")
        noise = np.where(stays.facts["site"] == 2, value("vendor.site_c_noise"), value("vendor.noise"))
        self.bias = noise * self.rng.normal(size=len(stays))

    def risk(self, stay, hour, minutes) -> tuple[np.ndarray, np.ndarray]:
        """Return the stated risk of deterioration within 24 hours, and whether version 2.0 stated it."""
        stays = self.stays
        row = _landmarks.last_row(self.vitals["stay"], self.vitals["minutes"], stay, minutes)
        shown = self.vitals["spo2"][row] - self.vitals["sao2"][row]
        flattered = np.where(row >= 0, np.nan_to_num(shown), 0.0)
        site = stays.facts["site"][stay]
        seen = stays.severity[stay, hour] + self.bias[stay] + 0.3 * self.rng.normal(size=len(stay))
        lp = INTERCEPT + value("vendor.severity") * (seen + 0.5) + value("vendor.call") * stays.ward.team[stay, hour]
        lp += 0.012 * (stays.facts["age"][stay] - 65) - value("vendor.saturation") * flattered
        lp += value("vendor.site_c_shift") * (site == 2)
        lost = (site == 0) & (minutes >= minute_of(LOST_FEED[0])) & (minutes < minute_of(LOST_FEED[1]))
        lp += value("vendor.lost_feed") * lost
        second = minutes >= minute_of(VERSION_DAY)
        steeper = INTERCEPT + value("vendor.v2_slope") * (lp - INTERCEPT) + value("vendor.v2_shift")
        return np.round(logistic(np.where(second, steeper, lp)), 4), second


def predictions(model: WardSignal, at) -> dict[str, np.ndarray]:
    """Return what WardSignal said at every landmark."""
    stays, stay, hour = model.stays, at["stay"], at["hour"]
    minutes = (stays.arrival[stay] + hour) * 60
    risk, second = model.risk(stay, hour, minutes)
    threshold = np.where(second, value("vendor.threshold_v2"), value("vendor.threshold_v1"))
    return {
        "minutes": minutes,
        "second": second,
        "risk_24h": risk,
        "alert": (risk >= threshold).astype(int),
        "team_called": stays.ward.team[stay, hour].astype(int),
    }


def alerts(model: WardSignal, news2, seed: int, partition: int) -> pd.DataFrame:
    """Return all alerts: WardSignal over its threshold, charted NEWS2 of 7 or more, and calls of the outreach team.

    A rule stays quiet for 12 hours after it has fired for a stay.
    """
    rng = stream(seed, partition, "alerts")
    stays, vitals = model.stays, model.vitals
    stay, minutes = vitals["stay"], vitals["minutes"]
    risk, second = model.risk(stay, vitals["hour"], minutes)
    fires = risk >= np.where(second, value("vendor.threshold_v2"), value("vendor.threshold_v1"))
    called, hour = call_starts(stays)
    frames = []
    for rule, who, when in (
        ("wardsignal", stay[fires], minutes[fires] + rng.integers(1, 10, int(fires.sum()))),
        ("news2_7", stay[news2 >= 7], minutes[news2 >= 7] + 1),
        # The call falls within the hour before the team counts as involved.
        ("outreach_call", called, (stays.arrival[called] + hour) * 60 - rng.integers(0, 60, len(called))),
    ):
        keep = slice(None) if rule == "outreach_call" else _first_in_12_hours(who, when)
        frames.append(pd.DataFrame({"stay": who[keep], "minutes": when[keep], "rule": rule}))
    out = pd.concat(frames, ignore_index=True).sort_values(["minutes", "stay", "rule"], ignore_index=True)
    return _responses(rng, out, stays)


def _first_in_12_hours(stay, minutes):
    """Return which of the sorted firings open a new episode."""
    keep = np.zeros(len(stay), dtype=bool)
    last_stay, last_minutes = -1, 0
    for row, (who, when) in enumerate(zip(stay.tolist(), minutes.tolist(), strict=True)):
        if who != last_stay or when - last_minutes >= 720:
            keep[row] = True
            last_stay, last_minutes = who, when
    return keep


def _responses(rng, out, stays):
    """Add who saw the alert, what they did, and how busy the ward was."""
    n = len(out)
    site = stays.facts["site"][out["stay"]]
    minutes = out["minutes"].to_numpy()
    hour = minutes // 60 % 24
    shift = SHIFTS[np.select([(hour >= 7) & (hour < 15), (hour >= 15) & (hour < 23)], [1, 2], 0)]
    live_from = np.array([minute_of(LIVE_FROM["A"]), minute_of(LIVE_FROM["B"]), np.iinfo(np.int64).max])[site]
    vendor = (out["rule"] == "wardsignal").to_numpy()
    call = (out["rule"] == "outreach_call").to_numpy()
    live = ~vendor | (minutes >= live_from)
    census = _census(stays, out["stay"].to_numpy(), minutes)
    nurses = np.maximum(1, np.ceil(census / np.where(shift == "night", 12, 7))).astype(int)
    busy = census / nurses
    reads = rng.random(n)
    ignore = np.where(call, 0.0, logistic(-2.2 + 0.12 * (busy - 6) + 0.5 * (shift == "night")))
    accept = np.where(call, 1.0, np.where(vendor, 0.38, 0.70))
    response = np.select(
        [~live, reads < ignore, reads < ignore + (1 - ignore) * accept], ["", "no_answer", "accepted"], "overridden"
    ).astype(object)
    response[response == ""] = None
    wait = np.ceil(rng.lognormal(2.4, 0.8, n)).astype(int)
    answered = live & (response != "no_answer")
    action = np.where(call, "outreach_call", np.where(response == "accepted", "review", "none")).astype(object)
    out["shift"], out["mode"] = shift, np.where(live, "live", "silent")
    out["shown_to"] = np.where(~live, "nobody", np.where(call | (rng.random(n) < 0.25), "doctor", "nurse"))
    out["acknowledged"] = np.where(answered, minutes + wait, MISSING)
    out["response"], out["action"] = response, action
    out["nurses_on_shift"], out["patients_on_ward"] = nurses, census
    return out


def _census(stays, stay, minutes):
    """Return how many patients of the partition were on the same ward at that minute."""
    ward, count = stays.facts["ward_number"], np.zeros(len(stay), dtype=int)
    for number in np.unique(ward):
        rows = ward == number
        begins = np.sort(stays.arrival[rows] * 60)
        ends = np.sort((stays.arrival[rows] + stays.ward.end[rows]) * 60)
        here = ward[stay] == number
        count[here] = np.searchsorted(begins, minutes[here], side="right") - np.searchsorted(
            ends, minutes[here], side="right"
        )
    return np.maximum(count, 1)
