"""The data of the calibration explorer: rows of several groups, thinned so that each keeps its share."""

import numpy as np

from ai2med.explorables._data import checked
from ai2med.explorables._thin import ROWS, SEED, compact, thin

_COLUMNS = {
    "data": {"outcomes": {"kind": "outcomes"}, "risks": {"kind": "shares", "like": "outcomes"}},
    "controls": {},
}


def prepare(outcomes, risks, *, groups=None, group=None, label=None, unit=None, rows=ROWS, seed=SEED, **state) -> dict:
    """Return the rows that travel with the page.

    Parameters
    ----------
    outcomes, risks : sequence, shape (n,)
        0 or 1, and predicted risks between 0 and 1.
    groups : sequence, shape (n,), optional
        For example the site of each row; at most six different labels. Each group needs cases and non-cases.
    group : optional
        The group shown first; all rows if left out.
    label : str, optional
        What a case is; goes into sentences.
    unit : str, optional
        What a row is, such as ``"mornings"``; people if left out.
    rows, seed : int, optional
        At most this many rows travel with the page. With groups each keeps its share.
    """
    columns, _ = checked(_COLUMNS, {"outcomes": outcomes, "risks": risks})
    y = np.array(columns["outcomes"])
    p = np.array(columns["risks"]).clip(1e-4, 1 - 1e-4)
    names, members = _as_groups(groups, y, p)
    if group is not None and str(group) not in names:
        raise ValueError(f"group {group!r} is none of the groups: choose one of {names or 'no groups given'}.")
    chosen, weights = _thin_groups(y, members, len(names), rows, seed)
    chosen = compact(chosen, y, members, p)
    return {
        "outcomes": y[chosen],
        "risks": p[chosen],
        "members": members[chosen].tolist() if names else [],
        "group_names": names,
        "weights": weights,
        "group": None if group is None else str(group),
        "label": label,
        "unit": unit,
        **state,
    }


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
        chosen, weights = thin(outcomes, rows, seed)
        return chosen, [weights]
    parts, pairs = [], []
    for number in range(count):
        inside = np.flatnonzero(members == number)
        share = max(20, rows * len(inside) // len(outcomes))
        chosen, weights = thin(outcomes[inside], share, seed + number)
        parts.append(inside[chosen])
        pairs.append(weights)
    chosen = np.concatenate(parts)
    kept = outcomes[chosen]
    overall = [round(float((outcomes == c).sum() / (kept == c).sum()), 6) for c in (0, 1)]
    return chosen, [*pairs, overall]
