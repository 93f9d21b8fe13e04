"""Choose the rows that travel with a page: two thousand show what a hundred thousand show."""

import numpy as np

ROWS, SEED = 2000, 2026


def thin(outcomes: np.ndarray, rows: int, seed: int) -> tuple[np.ndarray, list[float]]:
    """Choose rows by outcome.

    Every case is kept while the cases fill at most half of `rows`; the rest is a random sample of the non-cases. One
    weight for each class then restores the rates of the full table, so that sensitivity, specificity, prevalence and
    calibration stay what they were.

    Parameters
    ----------
    outcomes : array of int, shape (n,)
        0 or 1.
    rows : int
        At most this many rows, 20 to 20,000.
    seed : int
        Seed of the sample.

    Returns
    -------
    chosen : array of int
        Row numbers, the non-cases first, each in the order of the table.
    weights : list of float
        Weight of a non-case and of a case.

    Examples
    --------
    >>> chosen, weights = thin(np.repeat([0, 1], [900, 100]), rows=300, seed=1)
    >>> len(chosen), weights
    (300, [4.5, 1.0])
    """
    if not 20 <= rows <= 20_000:
        raise ValueError(f"rows must lie between 20 and 20,000, not {rows}.")
    random = np.random.default_rng(seed)
    cases, others = np.flatnonzero(outcomes == 1), np.flatnonzero(outcomes == 0)
    if len(outcomes) <= rows:
        kept_cases, kept_others = len(cases), len(others)
    else:
        kept_cases = min(len(cases), max(rows // 2, rows - len(others)))
        kept_others = min(len(others), rows - kept_cases)
    picked = [random.permutation(cases)[:kept_cases], random.permutation(others)[:kept_others]]
    weights = [round(len(others) / kept_others, 6), round(len(cases) / kept_cases, 6)]
    return np.concatenate([np.sort(part) for part in reversed(picked)]), weights


def compact(chosen: np.ndarray, *columns: np.ndarray) -> np.ndarray:
    """Return row numbers in the order of columns, the first before the others.

    >>> compact(np.array([0, 1, 2]), np.array([1, 0, 1]), np.array([0.5, 0.9, 0.1])).tolist()
    [1, 2, 0]
    """
    return chosen[np.lexsort([column[chosen] for column in reversed(columns)])]


def thinned(data: dict, specs: dict, by: str, rows: int | None, seed: int | None) -> dict:
    """Return data with all columns thinned together by outcomes; adds ``observed``, ``weights`` and ``seed``."""
    seed = SEED if seed is None else seed
    outcomes = np.array(data[by])
    chosen, weights = thin(outcomes, ROWS if rows is None else rows, seed)
    firsts = [data[name] for name in data if specs[name]["kind"] in ("shares", "models")]
    first = firsts[0] if firsts else data[by]
    # In this order a page carries the rows in half the space.
    chosen = compact(chosen, outcomes, np.array(first[0]["risks"] if isinstance(first[0], dict) else first))

    def short(values):
        if isinstance(values[0], dict):
            return [{**each, "risks": short(each["risks"])} for each in values]
        return [values[i] for i in chosen]

    columns = {name: short(data[name]) for name in data if name == by or specs[name].get("like") == by}
    for name in columns:
        if specs[name]["kind"] == "ids":
            places: dict = {}
            columns[name] = [places.setdefault(each, len(places)) for each in columns[name]]
    return {**data, **columns, "observed": round(float(outcomes.mean()), 5), "weights": weights, "seed": int(seed)}
