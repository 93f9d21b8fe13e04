"""Slide time zero and horizon along real stays: who is in the population, what counts, which columns exist."""

import numpy as np
import pandas as pd

NEVER = 9999
LONGEST_HORIZON = 168


def prepare(
    stays,
    *,
    event="event_hour",
    end="end_hour",
    columns=None,
    performance=None,
    label=None,
    longest=72,
    shown=12,
    seed=2026,
    **state,
) -> dict:
    """Return what the page needs of a table of stays.

    Parameters
    ----------
    stays : DataFrame
        One row a stay, all columns used in hours since admission.
    event : str, optional
        Column with the hour of the event; missing where there was none.
    end : str, optional
        Column with the hour at which the stay ended.
    columns : dict of str to str, optional
        Readable name of a predictor to the column that holds the hour at which its value became known (missing where it
        never did). Left out: every other column of `stays` whose name ends in ``_hour``.
    performance : DataFrame or list of dict, optional
        ``time_zero`` (hours), ``legal`` and ``leaking``: AUROC with the columns known at time zero and with all.
    label : str, optional
        What the event is; goes into sentences.
    longest : int, optional
        Largest time zero on the slider, hours.
    shown, seed : int, optional
        How many stays are drawn, half of them with the event, and the seed of their choice.

    Notes
    -----
    Counts are exact for the whole table: the page receives how many stays share each pair of hours. Hours are rounded
    up, which changes nothing, because both sliders move in whole hours.
    """
    if columns is None:
        columns = {
            name.removesuffix("_hour").replace("_", " ").capitalize(): name
            for name in stays.columns
            if name.endswith("_hour") and name not in (event, end)
        }
    for name in (event, end, *columns.values()):
        if name not in stays.columns:
            raise ValueError(f"stays has no column {name!r}; it has {', '.join(map(str, stays.columns))}.")
    hours = stays[[event, end, *columns.values()]].astype(float).reset_index(drop=True)
    if hours[end].isna().any():
        raise ValueError(f"column {end!r} has gaps: every stay needs the hour at which it ended or was last seen.")
    if (hours < 0).any().any():
        raise ValueError("Hours before 0 lie before admission: count from admission, or drop those stays.")
    events, ends = hours[event].to_numpy(), hours[end].to_numpy()
    known = {name: hours[column].to_numpy() for name, column in columns.items()}
    return {
        "cells": _count_cells(events, ends, longest + LONGEST_HORIZON),
        "columns": [_availability(name, at, events, ends, longest) for name, at in known.items()],
        "examples": _examples(events, ends, known, shown, seed),
        "performance": _performance(performance),
        "longest": int(longest),
        "label": label,
        **state,
    }


def _up(hours, cap):
    """Round hours up to whole ones; missing becomes `NEVER`."""
    return np.where(np.isnan(hours), NEVER, np.minimum(np.ceil(hours), cap)).astype(int)


def _count_cells(events, ends, last):
    pairs = np.column_stack([_up(events, NEVER - 1), _up(ends, last + 1)])
    distinct, counts = np.unique(pairs, axis=0, return_counts=True)
    return [[*pair, count] for pair, count in zip(distinct.tolist(), counts.tolist(), strict=True)]


def _availability(name, at, events, ends, longest):
    """Return, for each time zero, how much of a column is known, and for whom it is ever filled."""
    ever = ~np.isnan(at)
    known, cases, others = [], [], []
    for time_zero in range(longest + 1):
        inside = ~(events <= time_zero) & (ends > time_zero)
        filled = inside & ever
        known.append(_share(at[filled] <= time_zero))
        cases.append(_share(ever[inside & ~np.isnan(events)]))
        others.append(_share(ever[inside & np.isnan(events)]))
    return {"name": name, "known": known, "cases": cases, "others": others}


def _share(mask):
    return round(float(mask.mean()), 3) if len(mask) else None


def _examples(events, ends, known, shown, seed):
    random = np.random.default_rng(seed)
    with_event = random.permutation(np.flatnonzero(~np.isnan(events)))[: shown // 2]
    without = random.permutation(np.flatnonzero(np.isnan(events)))[: shown - len(with_event)]
    order = [*sorted(with_event, key=lambda i: events[i]), *sorted(without, key=lambda i: ends[i])]

    def one(value):
        return None if np.isnan(value) else round(float(value), 1)

    return [
        {"event": one(events[i]), "end": one(ends[i]), "known": [one(at[i]) for at in known.values()]} for i in order
    ]


def _performance(rows):
    if rows is None:
        return []
    rows = pd.DataFrame(rows)
    missing = {"time_zero", "legal", "leaking"} - set(rows.columns)
    if missing:
        raise ValueError(f"performance lacks {', '.join(sorted(missing))}: give time_zero, legal and leaking.")
    return rows[["time_zero", "legal", "leaking"]].astype(float).round(3).sort_values("time_zero").to_numpy().tolist()
