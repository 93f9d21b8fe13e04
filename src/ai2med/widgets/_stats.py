"""What the modelling explorables compute and check in Python: the same formulas as ``stats.mjs``."""

import numpy as np

SMALLEST = 1e-4
"""Risks closer than this to 0 or 1 count as that far away in log-odds: a page carries four digits."""


def as_outcomes(outcomes) -> np.ndarray:
    """Return outcomes as 0 and 1, or say what to mend.

    Examples
    --------
    >>> as_outcomes([False, True]).tolist()
    [0, 1]
    """
    values = np.asarray(outcomes, dtype=float)
    if values.ndim != 1 or not len(values):
        raise ValueError("outcomes must be one column with at least one row: pass for example table['deteriorated'].")
    if not np.isin(values, (0, 1)).all():
        raise ValueError(
            "outcomes must be 0 or 1 without gaps: drop rows with an unknown outcome and map yes/no to 1/0."
        )
    if values.min() == values.max():
        raise ValueError("outcomes holds only one class: the figure needs people with and without the event.")
    return values.astype(int)


def as_risks(risks, size: int, name: str = "risks") -> np.ndarray:
    """Return risks between 0 and 1, one for each of `size` outcomes, or say what to mend.

    Examples
    --------
    >>> as_risks([0.1, 1.2], 2)
    Traceback (most recent call last):
    ...
    ValueError: risks must lie between 0 and 1, but 1 of 2 do not: pass predict_proba(X)[:, 1], not a score or per cent.
    """
    values = np.asarray(risks, dtype=float)
    if values.shape != (size,):
        raise ValueError(
            f"{name} must hold one value for each outcome: got shape {values.shape} for {size} outcomes. "
            "Take both from the same rows; of predict_proba(X) use column 1."
        )
    outside = int((~((values >= 0) & (values <= 1))).sum())
    if outside:
        raise ValueError(
            f"{name} must lie between 0 and 1, but {outside} of {size} do not: "
            "pass predict_proba(X)[:, 1], not a score or per cent."
        )
    return values


def within(value: float, low: float, high: float, name: str) -> float:
    """Return the value as a float if it lies in the range that the slider offers."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, not {value:g}.")
    return float(value)


def thin(outcomes: np.ndarray, rows: int, seed: int) -> tuple[np.ndarray, list[float]]:
    """Choose the rows that travel with the page.

    Every case is kept while the cases fill at most half of `rows`; the rest is a random sample of the non-cases. One
    weight for each class then restores the rates of the full table, so that sensitivity, specificity, prevalence and
    calibration stay what they were.

    Parameters
    ----------
    outcomes : array of int, shape (n,)
        0 or 1.
    rows : int
        At most this many rows, at least 20.
    seed : int
        Seed of the sample and of the order of the rows, which is random.

    Returns
    -------
    chosen : array of int
        Row numbers, in random order.
    weights : list of float
        Weight of a non-case and of a case.

    Examples
    --------
    >>> chosen, weights = thin(np.repeat([0, 1], [900, 100]), rows=300, seed=1)
    >>> len(chosen), weights
    (300, [4.5, 1.0])
    """
    within(rows, 20, 20_000, "rows")
    random = np.random.default_rng(seed)
    cases, others = np.flatnonzero(outcomes == 1), np.flatnonzero(outcomes == 0)
    if len(outcomes) <= rows:
        kept_cases, kept_others = len(cases), len(others)
    else:
        kept_cases = min(len(cases), max(rows // 2, rows - len(others)))
        kept_others = min(len(others), rows - kept_cases)
    picked = [random.permutation(cases)[:kept_cases], random.permutation(others)[:kept_others]]
    weights = [round(len(others) / kept_others, 6), round(len(cases) / kept_cases, 6)]
    return random.permutation(np.concatenate(picked)), weights


def logit(risks) -> np.ndarray:
    """Return the log-odds, held away from infinity by `SMALLEST`."""
    inside = np.clip(risks, SMALLEST, 1 - SMALLEST)
    return np.log(inside / (1 - inside))


def expit(scores) -> np.ndarray:
    """Return the risk that belongs to log-odds."""
    return 1 / (1 + np.exp(-np.asarray(scores, dtype=float)))


def auroc(outcomes: np.ndarray, risks: np.ndarray) -> float:
    """Return the chance that a random case has the higher risk than a random non-case; ties count half.

    Examples
    --------
    >>> auroc(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.4, 0.9]))
    0.875
    """
    others = np.sort(risks[outcomes == 0])
    cases = risks[outcomes == 1]
    wins = np.searchsorted(others, cases, "left") + np.searchsorted(others, cases, "right")
    return float(wins.mean() / 2 / len(others))


def rates(outcomes: np.ndarray, risks: np.ndarray, threshold: float) -> tuple[float, float]:
    """Return sensitivity and false-alarm rate when everyone at or above the threshold is flagged."""
    flagged = risks >= threshold
    return float(flagged[outcomes == 1].mean()), float(flagged[outcomes == 0].mean())


def net_benefit(sensitivity: float, false_alarm_rate: float, prevalence: float, threshold: float) -> float:
    """Return the net benefit per person (Vickers and Elkin 2006).

    Examples
    --------
    1,000 people, 40 found and 160 false alarms at a threshold of 10 %:

    >>> round(net_benefit(40 / 50, 160 / 950, 0.05, 0.10), 4)
    0.0222
    """
    return sensitivity * prevalence - false_alarm_rate * (1 - prevalence) * threshold / (1 - threshold)


def people(sensitivity: float, false_alarm_rate: float, prevalence: float, of: int = 1000) -> dict[str, int]:
    """Return whole people in the four cells of the table; the cells always add up.

    Examples
    --------
    >>> people(0.33, 0.17, 0.066)
    {'cases': 66, 'found': 22, 'missed': 44, 'false_alarms': 159, 'quiet': 775}
    """
    cases = round_half_up(of * prevalence)
    found = min(cases, round_half_up(of * prevalence * sensitivity))
    false_alarms = min(of - cases, round_half_up(of * (1 - prevalence) * false_alarm_rate))
    quiet = of - cases - false_alarms
    return {"cases": cases, "found": found, "missed": cases - found, "false_alarms": false_alarms, "quiet": quiet}


def round_half_up(value: float) -> int:
    """Round as the browser does, so that page and text alternative never differ by one person."""
    return int(np.floor(value + 0.5))


def calibration(outcomes: np.ndarray, risks: np.ndarray, weights) -> dict[str, float]:
    """Return mean and weak calibration of risks.

    Parameters
    ----------
    outcomes, risks : array, shape (n,)
        0 or 1, and risks between 0 and 1.
    weights : sequence of float
        Weight of a non-case and of a case.

    Returns
    -------
    dict of str to float
        ``observed`` and ``expected`` share, ``intercept`` (logistic, slope held at 1) and ``slope`` (of a logistic
        regression of the outcome on the log-odds of the risk), ``brier`` and ``base_brier`` (that of the constant
        prediction).

    Examples
    --------
    >>> found = calibration(np.array([0, 1] * 50), np.full(100, 0.5), [1, 1])
    >>> found["observed"], found["expected"], round(found["intercept"], 6)
    (0.5, 0.5, 0.0)
    """
    weight = np.asarray(weights, dtype=float)[outcomes]
    observed = float(np.average(outcomes, weights=weight))
    scores = logit(risks)
    shift = _newton(outcomes, np.ones((len(scores), 1)), scores, weight)[0]
    slope = _newton(outcomes, np.column_stack([np.ones_like(scores), scores]), 0, weight)[1]
    return {
        "observed": observed,
        "expected": float(np.average(risks, weights=weight)),
        "intercept": float(shift),
        "slope": float(slope),
        "brier": float(np.average((risks - outcomes) ** 2, weights=weight)),
        "base_brier": observed * (1 - observed),
    }


def _newton(outcomes, design, offset, weight):
    beta = np.zeros(design.shape[1])
    for _ in range(100):
        p = expit(design @ beta + offset)
        gradient = design.T @ (weight * (outcomes - p))
        curvature = (design * (weight * p * (1 - p))[:, None]).T @ design
        # The least-squares step exists even when all risks are equal and the slope is not defined.
        step = np.clip(np.linalg.lstsq(curvature, gradient, rcond=None)[0], -2, 2)
        beta = beta + step
        if np.abs(step).sum() < 1e-10:
            break
    return beta


def percent(share: float) -> str:
    """Write a share as the figures do: one decimal near 0 and near 1, where it matters.

    Examples
    --------
    >>> percent(0.05), percent(0.123), percent(0.946)
    ('5 %', '12 %', '94.6 %')
    """
    rounded = round_half_up(1000 * share)
    digits = 1 if (rounded < 100 or rounded > 900) and rounded % 10 else 0
    return f"{100 * share:.{digits}f} %"
