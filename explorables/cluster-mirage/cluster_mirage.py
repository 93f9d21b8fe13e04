"""The tables of the cluster mirage: the author's, or three synthetic ones whose making a switch reveals."""

import numpy as np


def prepare(points=None, *, k=None, seed=2026, **state) -> dict:
    """Return standardised tables.

    Parameters
    ----------
    points : dict of str to array, shape (n, 2), optional
        Up to six named tables of two columns and 20 to 400 rows. Left out: three synthetic tables of 200 patients,
        one with clear, one with weak and one with no groups.
    k : int, optional
        First number of groups, 2 to 8.
    seed : int, optional
        Seed of the built-in tables and of everything drawn in the browser.
    """
    made = _synthetic(seed) if points is None else points
    if not 1 <= len(made) <= 6:
        raise ValueError(f"points must hold one to six tables, not {len(made)}.")
    return {
        "names": list(made),
        "tables": [_standardised(name, values) for name, values in made.items()],
        "truths": ["none", "weak", "clear"] if points is None else [],
        "seed": seed,
        "k": k,
        **state,
    }


def _standardised(name, values):
    X = np.asarray(values, dtype=float)
    if X.ndim != 2 or X.shape[1] != 2 or not 20 <= len(X) <= 400:
        raise ValueError(f"points[{name!r}] must have 20 to 400 rows and 2 columns, but its shape is {X.shape}.")
    if not np.isfinite(X).all() or (X.std(0) == 0).any():
        raise ValueError(f"points[{name!r}] must have no gaps and no constant column.")
    return ((X - X.mean(0)) / X.std(0)).round(2).tolist()


def _synthetic(seed):
    """Make three tables of 200 synthetic patients: no groups, weak groups, clear groups."""
    random = np.random.default_rng(seed)
    corners = np.array([[0, 1.15], [-1, -0.58], [1, -0.58]])
    groups = random.integers(3, size=(2, 200))
    return {
        "Table 1": random.normal(size=(200, 2)),
        "Table 2": corners[groups[0]] + 0.72 * random.normal(size=(200, 2)),
        "Table 3": corners[groups[1]] + 0.27 * random.normal(size=(200, 2)),
    }
