"""Compare four ways to split data with the truth each claims to estimate, over a grid of simulated studies."""

from functools import cache

import numpy as np
from threadpoolctl import threadpool_limits

PATIENT = (0.0, 1.0, 2.0)
DRIFT = (0.0, 15.0, 30.0)
SITE = (0.0, 0.8, 1.6)
MORNINGS = (1, 2, 4)
SEARCHED = (20, 200, 2000)

PATIENTS = 180
SITES = 4
YEARS = 3
FOLDS = 5
RIDGE = 1.0


def prepare(grid=None, *, seed=2026, **state) -> dict:
    """Return the grid of simulated studies: one that `split_grid` made, or a new one.

    Parameters
    ----------
    grid : dict, optional
        As `split_grid` returns it.
    seed : int, optional
        Seed of the grid if it is made here.
    """
    grid = split_grid(seed) if grid is None else grid
    needed = {"levels", "cells", "noise", "patients", "repetitions"}
    if not isinstance(grid, dict) or not needed <= set(grid):
        raise ValueError("grid must be the dict that split_grid(seed) returns: pass that, or leave it out.")
    return {"grid": grid, **state}


@cache
def split_grid(seed: int = 2026, repetitions: int = 20) -> dict:
    """Simulate studies over a grid of patient effect, drift, site effect and mornings, and validate each four ways.

    The model is a regularised least-squares fit with a linear plus a radial-basis kernel. Its out-of-fold predictions
    are linear in the outcomes and known in closed form for every split, so one matrix inverse serves 27 studies;
    nothing is approximated. AUROC is averaged over the repetitions.

    Parameters
    ----------
    seed : int, optional
        Seed of all studies; the same random draws serve every point of the grid.
    repetitions : int, optional
        Simulated studies at each point; 20 take a few seconds.

    Returns
    -------
    dict
        ``levels`` of the four sliders; ``cells``, 81 lists in the order patient, drift, site, mornings (last fastest),
        each with four estimates (random, by patient, by time, by site), four standard deviations over the studies and
        four truths (new mornings of the same patients, new patients, new patients next year, new sites); ``noise``,
        for each number of searched columns the AUROC with selection before and inside the folds; ``patients`` and
        ``repetitions``.

    Notes
    -----
    A row is a morning of a patient. Two signs change every morning; their meaning turns by `drift` degrees a year,
    from the first sign to the second. Three lasting traits of a patient say nothing about risk but identify the
    patient, whose own level is normal with standard deviation `patient` (log-odds). Sites differ in level with
    standard deviation `site` (log-odds) and leave a fingerprint in one column. Time: train on the first two years, test
    on the third. Site: each of the four sites in turn, AUROC within the site.

    Examples
    --------
    >>> grid = split_grid(seed=1, repetitions=1)
    >>> len(grid["cells"]), len(grid["cells"][0])
    (81, 12)
    """
    random = np.random.default_rng(seed)
    found = np.zeros((repetitions, 27, len(MORNINGS), 8))
    # These matrices are small: on a busy machine, waiting for a second thread takes seven times as long as one alone.
    with threadpool_limits(limits=1, user_api="blas"):
        for repetition in range(repetitions):
            for number, mornings in enumerate(MORNINGS):
                found[repetition, :, number] = _one_study(random, mornings)
        noise = [[round(value, 3) for value in noise_selection(seed, searched)] for searched in SEARCHED]
    means, spread = found.mean(0), found[..., :4].std(0, ddof=min(1, repetitions - 1))
    cells = np.concatenate([means[..., :4], spread, means[..., 4:]], axis=-1).reshape(81, 12)
    return {
        "levels": {"patient": list(PATIENT), "drift": list(DRIFT), "site": list(SITE), "mornings": list(MORNINGS)},
        "searched": list(SEARCHED),
        "cells": cells.round(3).tolist(),
        "noise": noise,
        "patients": PATIENTS,
        "repetitions": repetitions,
    }


def _people(random, patients, mornings, years, sites, fingerprints):
    """Draw the rows of some patients: everything but the outcome, which depends on the point of the grid."""
    year, site = random.choice(years, patients), random.choice(sites, patients)
    traits, level = random.normal(size=(patients, 3)), random.normal(size=patients)
    return _mornings(random, np.arange(patients), mornings, year, site, traits, level, fingerprints)


def _mornings(random, ids, mornings, year, site, traits, level, fingerprints):
    who = np.repeat(ids, mornings)
    signs = random.normal(size=(len(who), 2))
    fingerprint = fingerprints[site[who]] + 0.1 * random.normal(size=len(who))
    # Traits are spread out so that the model can tell patients apart, as names and charts let it in life.
    columns = np.column_stack([signs, 1.7 * traits[who], fingerprint])
    return {"who": who, "year": year[who], "site": site[who], "level": level[who], "X": columns,
            "chance": random.random(len(who)), "patient": (year, site, traits, level)}  # fmt: skip


def _outcomes(rows, site_levels):
    """Return the outcomes of all 27 points (patient, drift, site), shape (rows, 27), with common random numbers."""
    columns = []
    for patient in PATIENT:
        for drift in DRIFT:
            turn = np.deg2rad(drift * rows["year"])
            signs = 1.3 * (np.cos(turn) * rows["X"][:, 0] + np.sin(turn) * rows["X"][:, 1])
            for site in SITE:
                score = -1.1 + signs + patient * rows["level"] + site * site_levels[rows["site"]]
                columns.append(rows["chance"] < 1 / (1 + np.exp(-score)))
    return np.column_stack(columns).astype(float)


def _kernel(left, right):
    products = left @ right.T
    squares = (left**2).sum(1)[:, None] + (right**2).sum(1)[None] - 2 * products
    # Single precision halves the time, and the penalty on the diagonal keeps the inverse well conditioned.
    return 0.3 * products + np.exp((-squares / 3).astype(np.float32))


def _area(outcomes, scores):
    """Return the AUROC of each column; the scores are continuous, so ranks need no care for ties."""
    ranks = scores.argsort(0).argsort(0) + 1.0
    cases = outcomes.sum(0)
    # A small site without cases has no AUROC: it becomes NaN and is left out of the mean over sites.
    with np.errstate(invalid="ignore"):
        return ((ranks * outcomes).sum(0) - cases * (cases + 1) / 2) / (cases * (len(outcomes) - cases))


def _one_study(random, mornings):
    new_sites = 10
    fingerprints, site_levels = random.normal(size=SITES + new_sites), random.normal(size=SITES + new_sites)
    here = np.arange(SITES)
    data = _people(random, PATIENTS, mornings, np.arange(YEARS), here, fingerprints)
    Y = _outcomes(data, site_levels)
    inverse = np.linalg.inv(_kernel(data["X"], data["X"]) + RIDGE * np.eye(len(Y)))
    centre = Y.mean(0)
    weights = inverse @ (Y - centre)

    def out_of_fold(test):
        # For regularised least squares, leaving rows out changes their prediction in closed form.
        return Y[test] - np.linalg.solve(inverse[np.ix_(test, test)], weights[test])

    def pooled(folds):
        scores = np.empty_like(Y)
        for fold in range(FOLDS):
            test = np.flatnonzero(folds == fold)
            scores[test] = out_of_fold(test)
        return _area(Y, scores)

    by_row = random.permutation(np.arange(len(Y)) % FOLDS)
    by_patient = random.permutation(np.arange(PATIENTS) % FOLDS)[data["who"]]
    last_year = np.flatnonzero(data["year"] == YEARS - 1)
    left_out = [np.flatnonzero(data["site"] == site) for site in here]
    estimates = [
        pooled(by_row),
        pooled(by_patient),
        _area(Y[last_year], out_of_fold(last_year)),
        np.nanmean([_area(Y[test], out_of_fold(test)) for test in left_out], axis=0),
    ]

    def score(rows):
        return _kernel(rows["X"], data["X"]) @ weights

    again = _mornings(random, np.arange(PATIENTS), 4, *data["patient"], fingerprints)
    fresh = _people(random, 700, 1, np.arange(YEARS), here, fingerprints)
    later = _people(random, 700, 1, np.array([YEARS]), here, fingerprints)
    away = _people(random, 900, 1, np.arange(YEARS), SITES + np.arange(new_sites), fingerprints)
    truths = [_area(_outcomes(rows, site_levels), score(rows)) for rows in (again, fresh, later)]
    away_outcomes, away_scores = _outcomes(away, site_levels), score(away)
    inside = [away["site"] == site for site in SITES + np.arange(new_sites)]
    truths.append(np.nanmean([_area(away_outcomes[rows], away_scores[rows]) for rows in inside], axis=0))
    return np.column_stack([*estimates, *truths])


def noise_selection(seed: int = 2026, searched: int = 2000, repetitions: int = 20) -> tuple[float, float]:
    """Return the cross-validated AUROC of pure noise with columns chosen before, and inside, the folds.

    100 patients, 30 of them cases; the 20 columns most correlated with the outcome enter a least-squares fit with a
    ridge penalty, in 5 folds with equal shares of cases; mean over folds and repetitions.

    Examples
    --------
    >>> before, inside = noise_selection(searched=2000, repetitions=2)
    >>> before > 0.85, 0.3 < inside < 0.7
    (True, True)
    """
    random = np.random.default_rng(seed)
    outcomes = np.repeat([0.0, 1.0], [70, 30])
    folds = np.concatenate([np.arange(70) % FOLDS, np.arange(30) % FOLDS])
    areas = np.zeros((repetitions, FOLDS, 2))

    def best(X, y):
        return np.argsort(-np.abs((y - y.mean()) @ X / X.std(0)))[:20]

    for repetition in range(repetitions):
        X = random.normal(size=(100, searched))
        everywhere = best(X, outcomes)
        for fold in range(FOLDS):
            train, test = folds != fold, folds == fold
            for way, columns in enumerate((everywhere, best(X[train], outcomes[train]))):
                A = X[train][:, columns]
                beta = np.linalg.solve(A.T @ A + 5 * np.eye(20), A.T @ (outcomes[train] - outcomes[train].mean()))
                areas[repetition, fold, way] = _area(outcomes[test][:, None], X[test][:, columns] @ beta[:, None])[0]
    before, inside = areas.mean((0, 1))
    return float(before), float(inside)
