"""The ward process: hidden severity, hour by hour, and what can end a ward stay.

In every hour, in this order: deterioration (unplanned transfer to intensive care, or death on the ward), else
discharge, else the outreach team may be called or step down; then severity moves on. Because an hour depends only on
the hour before, the risk of deterioration within a horizon can be computed exactly from the hidden state (``_risk``).
"""

from dataclasses import dataclass

import numpy as np

from ai2med.cohort._parameters import value

LONGEST = 480  # hours; ward stays end here at the latest (20 days)
OPEN_HOURS = (10, 18)  # discharges happen from 10:00 to 18:00
# Daily chance of discharge of the three kinds of stay (short, usual, long) when severity is low.
DISCHARGE_PER_DAY = np.array([0.75, 0.24, 0.13])
STEP_DOWN = 1 - float(np.exp(-1 / value("ward.call_hours")))  # chance an hour that the outreach team steps down
DETERIORATED, DISCHARGED = 1, 2


@dataclass(frozen=True)
class WardStays:
    """What happened in a set of ward stays; all arrays have one entry a stay.

    Attributes
    ----------
    severity : ndarray of float32, shape (stays, hours)
        Hidden severity at the start of each hour since ward arrival; NaN after the end.
    end : ndarray of int
        Length of the ward stay in hours; the event falls within the hour before.
    how : ndarray of int
        ``DETERIORATED`` or ``DISCHARGED``.
    team : ndarray of bool, shape (stays, hours)
        Whether the outreach team was involved at the start of each hour.
    jumped : ndarray of int
        Hour of the first complication, or a number beyond every stay.
    """

    severity: np.ndarray
    end: np.ndarray
    how: np.ndarray
    team: np.ndarray
    jumped: np.ndarray


def persistence() -> float:
    """Return the hour-to-hour correlation of severity."""
    return float(np.exp(-1.0 / value("ward.severity_hours")))


def hazard(severity, offset, called):
    """Return the deterioration hazard per hour."""
    log = value("ward.log_hazard") + value("ward.severity_effect") * severity + offset
    return np.exp(np.minimum(log + value("ward.after_call") * called, 1.0))


def call_hazard(severity):
    """Return the hazard per hour of a call of the outreach team."""
    return np.exp(np.minimum(value("ward.call_log_hazard") + value("ward.call_severity") * severity, 0.5))


def discharge_chance(severity, kind, hour_of_day):
    """Return the chance of discharge within the hour; nobody leaves outside the opening hours."""
    is_open = (hour_of_day >= OPEN_HOURS[0]) & (hour_of_day < OPEN_HOURS[1])
    hourly = 1 - (1 - DISCHARGE_PER_DAY[kind]) ** (1 / (OPEN_HOURS[1] - OPEN_HOURS[0]))
    return np.where(is_open, hourly / (1 + np.exp(1.8 * (severity - 0.4))), 0.0)


def run(rng, start, offset, kind, arrival_hour) -> WardStays:
    """Simulate ward stays.

    Parameters
    ----------
    rng : Generator
    start : ndarray of float
        Severity at ward arrival.
    offset : ndarray of float
        Log-hazard of the person and place, relative to the reference patient.
    kind : ndarray of int
        0 short, 1 usual, 2 long stay.
    arrival_hour : ndarray of int
        Hour of the day of ward arrival, 0 to 23.
    """
    count = len(start)
    never = 10 * LONGEST
    severity = np.full((count, LONGEST), np.nan, dtype=np.float32)
    end, how = np.full(count, LONGEST), np.full(count, DISCHARGED)
    team, jumped = np.zeros((count, LONGEST), dtype=bool), np.full(count, never)
    rho, rest = persistence(), value("ward.severity_rest")
    spread = np.sqrt(1 - rho**2)
    rate, size = value("ward.jump_rate"), value("ward.jump_size")
    active, now, involved = np.arange(count), start.astype(float), np.zeros(count, dtype=bool)
    for hour in range(LONGEST):
        severity[active, hour], team[active, hour] = now, involved
        chance = rng.random((3, len(active)))
        noise = rng.normal(size=len(active))
        event = chance[0] < -np.expm1(-hazard(now, offset[active], involved))
        leaves = ~event & (chance[1] < discharge_chance(now, kind[active], (arrival_hour[active] + hour) % 24))
        over = event | leaves
        end[active[over]] = hour + 1
        how[active[event]] = DETERIORATED
        # One number serves two unrelated decisions: its low end calls or ends a call, its high end is a complication.
        involved = np.where(involved, chance[2] >= STEP_DOWN, chance[2] < -np.expm1(-call_hazard(now)))
        jump = chance[2] > 1 - rate
        first = ~over & jump & (jumped[active] == never)
        jumped[active[first]] = hour + 1
        now = rho * now + (1 - rho) * rest + spread * noise + size * jump
        active, now, involved = active[~over], now[~over], involved[~over]
        if len(active) == 0:
            break
    longest = int(end.max(initial=1))
    return WardStays(severity[:, :longest], end, how, team[:, :longest], jumped)
