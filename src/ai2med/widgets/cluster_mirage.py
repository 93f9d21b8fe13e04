"""Let k-means find groups in any table, and see what tells groups from a mirage."""

import json
from functools import cache

import numpy as np
import traitlets

from . import _stats
from ._base import Explorable

COPIES = 20
RESTARTS = 6


class ClusterMirage(Explorable):
    """Show a clustering, its silhouette beside shuffled copies, and its stability under resampling.

    Parameters
    ----------
    points : dict of str to array, shape (n, 2), optional
        Up to six named tables of two columns and 20 to 400 rows; columns are standardised. Left out: three synthetic
        tables of 200 patients, one with clear, one with weak and one with no groups, whose making a button reveals.
    k : int, optional
        First number of groups, 2 to 8.
    seed : int, optional
        Seed of the built-in tables and of everything drawn in the browser.

    Notes
    -----
    k-means with k-means++ starts, best of 6; 20 copies with independently permuted columns (keeps each column, breaks
    their association); 20 bootstrap samples, whose centres then assign all rows, compared by the adjusted Rand index.

    Examples
    --------
    >>> widget = ClusterMirage(k=3)
    >>> print(widget.describe())
    k-means with 3 groups. Table 1: silhouette ...
    """

    module = "cluster_mirage.mjs"

    names = traitlets.List().tag(sync=True)
    tables = traitlets.List().tag(sync=True)
    truths = traitlets.List().tag(sync=True)
    table = traitlets.Int(0).tag(sync=True)
    k = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)

    def __init__(self, points=None, *, k=3, seed=2026):
        if int(k) != _stats.within(k, 2, 8, "k"):
            raise ValueError(f"k must be a whole number, not {k}.")
        made = _synthetic(seed) if points is None else points
        if not 1 <= len(made) <= 6:
            raise ValueError(f"points must hold one to six tables, not {len(made)}.")
        super().__init__(
            names=list(made),
            tables=[_standardised(name, values) for name, values in made.items()],
            truths=["none", "weak", "clear"] if points is None else [],
            k=int(k),
            seed=seed,
        )

    def numbers(self, table: int | None = None) -> dict[str, float]:
        """Return silhouette, the range of the permuted copies and the stability for one table (by number)."""
        return dict(_measures(str(self.tables[self.table if table is None else table]), self.k, self.seed))

    def describe(self) -> str:
        """Return the text alternative: the three measures of each table at the first k."""
        lines = [f"k-means with {self.k} groups."]
        for number, name in enumerate(self.names):
            found = self.numbers(number)
            lines.append(
                f"{name}: silhouette {found['silhouette']:.2f}, shuffled copies {found['null_low']:.2f} to "
                f"{found['null_high']:.2f}, stability {found['stability']:.2f}."
            )
        lines.append("The algorithm returns groups in every table; only the comparison tells whether they are there.")
        return " ".join(lines)


@cache
def _measures(table: str, k: int, seed: int) -> dict[str, float]:
    """Compute the measures once for each table: page and notebook both ask for the text alternative."""
    X = np.array(json.loads(table))
    random = np.random.default_rng(seed)
    labels = nearest(X, k_means(X, k, random))
    copies, agreement = [], []
    for _ in range(COPIES):
        copy = np.column_stack([random.permutation(column) for column in X.T])
        copies.append(silhouette(copy, nearest(copy, k_means(copy, k, random))))
    for _ in range(COPIES):
        sample = X[random.integers(len(X), size=len(X))]
        agreement.append(adjusted_rand(labels, nearest(X, k_means(sample, k, random))))
    return {
        "silhouette": silhouette(X, labels),
        "null_low": min(copies),
        "null_high": max(copies),
        "stability": float(np.mean(agreement)),
    }


def k_means(X: np.ndarray, k: int, random: np.random.Generator) -> np.ndarray:
    """Return the centres, shape (k, 2), with the smallest sum of squares over `RESTARTS` k-means++ starts."""
    best, smallest = None, np.inf
    for _ in range(RESTARTS):
        centres = X[[random.integers(len(X))]]
        while len(centres) < k:
            gaps = _squares(X, centres).min(1)
            centres = np.vstack([centres, X[random.choice(len(X), p=gaps / gaps.sum())]])
        for _ in range(50):
            labels = nearest(X, centres)
            moved = np.array([X[labels == j].mean(0) if (labels == j).any() else centres[j] for j in range(k)])
            if np.allclose(moved, centres, atol=1e-9):
                break
            centres = moved
        cost = _squares(X, centres).min(1).sum()
        if cost < smallest:
            best, smallest = centres, cost
    return best


def _squares(X, centres):
    return ((X[:, None] - centres[None]) ** 2).sum(-1)


def nearest(X: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the number of the nearest centre for each row."""
    return _squares(X, centres).argmin(1)


def silhouette(X: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean silhouette width: 1 for far groups, about 0 where groups touch.

    Examples
    --------
    >>> silhouette(np.array([[0, 0], [0, 1], [9, 0], [9, 1]]), np.array([0, 0, 1, 1])) > 0.8
    True
    """
    distances = np.sqrt(((X[:, None] - X[None]) ** 2).sum(-1))
    groups = np.unique(labels)
    sums = np.column_stack([distances[:, labels == group].sum(1) for group in groups])
    sizes = np.array([(labels == group).sum() for group in groups])
    place = np.searchsorted(groups, labels)
    rows = np.arange(len(X))
    own = sums[rows, place] / np.maximum(sizes[place] - 1, 1)
    means = sums / sizes
    means[rows, place] = np.inf
    other = means.min(1)
    return float(np.where(sizes[place] > 1, (other - own) / np.maximum(own, other), 0).mean())


def adjusted_rand(left: np.ndarray, right: np.ndarray) -> float:
    """Return the agreement of two groupings: 1 the same, 0 on average for chance; names do not matter.

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    table = np.zeros((left.max() + 1, right.max() + 1))
    np.add.at(table, (left, right), 1)

    def pairs(n):
        return (n * (n - 1) / 2).sum()

    together, rows, columns, all_ = pairs(table), pairs(table.sum(1)), pairs(table.sum(0)), pairs(np.array([len(left)]))
    expected = rows * columns / all_
    return float((together - expected) / ((rows + columns) / 2 - expected)) if rows + columns > 2 * expected else 1.0


def _standardised(name, values):
    X = np.asarray(values, dtype=float)
    if X.ndim != 2 or X.shape[1] != 2 or not 20 <= len(X) <= 400:
        raise ValueError(f"points[{name!r}] must have 20 to 400 rows and 2 columns, but its shape is {X.shape}.")
    if not np.isfinite(X).all() or (X.std(0) == 0).any():
        raise ValueError(f"points[{name!r}] must have no gaps and no constant column.")
    return ((X - X.mean(0)) / X.std(0)).round(3).tolist()


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
