"""Shift and stretch predicted risks, see the reliability curve move and the AUROC stand still, then repair."""

import numpy as np
import traitlets

from . import _stats
from ._base import Explorable


class CalibrationExplorer(Explorable):
    """Show whether predicted risks are right, and what recalibration changes.

    Parameters
    ----------
    outcomes : sequence of 0 and 1, shape (n,)
        Whether each person had the event.
    risks : sequence of float, shape (n,)
        Predicted risks between 0 and 1.
    groups : sequence, shape (n,), optional
        For example the site of each row; at most six different labels. Each group needs cases and non-cases.
    group : optional
        The group shown first; all rows if left out.
    label : str, optional
        What a case is; goes into sentences.
    rows, seed : int, optional
        At most this many rows travel with the page; see `ai2med.widgets._stats.thin`. With groups each keeps its
        share.

    Notes
    -----
    Points are ten groups of equal weight along the risk with Wilson intervals. The line is a local-linear fit with
    tricube weights on the nearest 40 % of the rows, over the log-odds of the risk, from the 1st to the 99th percentile.
    "Update" fits on the rows in view and shows the same rows, which flatters; the figure says so.

    Examples
    --------
    >>> widget = CalibrationExplorer([0, 0, 0, 1] * 25, [0.05, 0.1, 0.05, 0.2] * 25)
    >>> print(widget.describe())
    The model expects 100 of 1,000 people to have deterioration within 48 h, 250 were observed: it underestimates ...
    """

    module = "calibration_explorer.mjs"

    outcomes = traitlets.List().tag(sync=True)
    risks = traitlets.List().tag(sync=True)
    members = traitlets.List().tag(sync=True)
    group_names = traitlets.List().tag(sync=True)
    weights = traitlets.List().tag(sync=True)
    group = traitlets.Int(-1).tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, outcomes, risks, *, groups=None, group=None, label="deterioration within 48 h", rows=2000, seed=2026
    ):
        y = _stats.as_outcomes(outcomes)
        p = np.clip(_stats.as_risks(risks, len(y)), _stats.SMALLEST, 1 - _stats.SMALLEST).round(4)
        names, members = _as_groups(groups, y, p)
        if group is not None and str(group) not in names:
            raise ValueError(f"group {group!r} is none of the groups: choose one of {names or 'no groups given'}.")
        chosen, weights = _thin_groups(y, members, len(names), rows, seed)
        super().__init__(
            outcomes=y[chosen].tolist(),
            risks=p[chosen].tolist(),
            members=members[chosen].tolist() if names else [],
            group_names=names,
            weights=weights,
            group=-1 if group is None else names.index(str(group)),
            label=label,
        )

    def numbers(self, group: int | None = None) -> dict[str, float]:
        """Return what the figure shows for a group (by number; -1 for all rows) before anything is moved."""
        group = self.group if group is None else group
        y, p = np.array(self.outcomes), np.array(self.risks)
        if group >= 0:
            inside = np.array(self.members) == group
            weights = self.weights[group]
        else:
            inside = np.ones(len(y), dtype=bool)
            weights = self.weights[-1]
        found = _stats.calibration(y[inside], p[inside], weights)
        return {**found, "ratio": found["observed"] / found["expected"], "auroc": _stats.auroc(y[inside], p[inside])}

    def describe(self) -> str:
        """Return the text alternative: expected and observed, slope and AUROC, for the first group and each group."""
        found = self.numbers()
        lines = [
            f"The model expects {1000 * found['expected']:.0f} of 1,000 people to have {self.label}, "
            f"{1000 * found['observed']:.0f} were observed: {_verdict(found)}",
            f"Observed to expected {found['ratio']:.2f}, calibration intercept {found['intercept']:.2f}, calibration "
            f"slope {found['slope']:.2f}, Brier score {found['brier']:.4f} (constant prediction "
            f"{found['base_brier']:.4f}), AUROC {found['auroc']:.2f}.",
        ]
        for number, name in enumerate(self.group_names):
            each = self.numbers(number)
            lines.append(
                f"Group {name}: expected {1000 * each['expected']:.0f}, observed {1000 * each['observed']:.0f} per "
                f"1,000, slope {each['slope']:.2f}, AUROC {each['auroc']:.2f}."
            )
        lines.append("Recalibration by intercept, or by intercept and slope, leaves the AUROC unchanged.")
        return " ".join(lines)


def _verdict(found) -> str:
    difference = _stats.round_half_up(1000 * found["observed"]) - _stats.round_half_up(1000 * found["expected"])
    if abs(difference) < 3:
        return "on average the risks are right."
    return f"it {'under' if difference > 0 else 'over'}estimates for {abs(difference)} of 1,000."


def _as_groups(groups, outcomes, risks):
    if len(np.unique(risks)) < 2:
        raise ValueError("risks are all the same: a slope needs at least two different risks.")
    if groups is None:
        return [], np.zeros(len(outcomes), dtype=int)
    labels = np.asarray([str(each) for each in groups])
    if len(labels) != len(outcomes):
        raise ValueError(f"groups must hold one label for each row: got {len(labels)} for {len(outcomes)} outcomes.")
    names, members = np.unique(labels, return_inverse=True)
    if len(names) > 6:
        raise ValueError(f"groups holds {len(names)} different labels; the figure shows at most 6: join small ones.")
    for number, name in enumerate(names):
        if len(set(outcomes[members == number].tolist())) < 2:
            raise ValueError(f"group {name} holds no case or only cases: leave it out or join it with another.")
        if len(np.unique(risks[members == number])) < 2:
            raise ValueError(f"group {name} has the same risk for everybody: leave it out or join it with another.")
    return names.tolist(), members


def _thin_groups(outcomes, members, count, rows, seed):
    """Thin each group in proportion; return row numbers and one pair of weights for each group, then one for all.

    Weights that differ by group would make the rows of one class unequal. So the pair for all rows is found after
    the fact, from what is left of each class: exact overall, and within each group by its own pair.
    """
    if not count:
        chosen, weights = _stats.thin(outcomes, rows, seed)
        return chosen, [weights]
    parts, pairs = [], []
    for number in range(count):
        inside = np.flatnonzero(members == number)
        share = max(20, rows * len(inside) // len(outcomes))
        chosen, weights = _stats.thin(outcomes[inside], share, seed + number)
        parts.append(inside[chosen])
        pairs.append(weights)
    chosen = np.random.default_rng(seed).permutation(np.concatenate(parts))
    kept = outcomes[chosen]
    overall = [round(float((outcomes == c).sum() / (kept == c).sum()), 6) for c in (0, 1)]
    return chosen, [*pairs, overall]
