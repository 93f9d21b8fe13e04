"""What no table shows: true risks, labels, groups, effects and the key of planted faults.

Everything is computed again from the seed when it is first asked for, and kept under ``.cache/`` of the book. It cannot
be loaded with ``load``. Exercise checks compare an analysis with it; a learner who looks gains nothing but the answer.
"""

import pickle
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from ai2med import paths
from ai2med.cohort import _coding, _landmarks, _parameters, _tables
from ai2med.cohort._hospital import SEED, build
from ai2med.cohort._sources import generator_hash
from ai2med.cohort._stays import dates
from ai2med.cohort._store import load_key

GROUPS = ("no pattern", "heart and metabolism", "lungs", "mood and pain")


def risk(table: str) -> pd.DataFrame:
    """Return the data-generating risk of deterioration, known only to somebody who sees the hidden state.

    Parameters
    ----------
    table : {"landmarks", "admissions"}
        ``landmarks``: columns ``landmark_id``, ``risk_24h``, ``risk_48h``. ``admissions``: columns ``admission_id``,
        ``risk_48h``, only stays still at risk 24 hours after ward arrival.

    Raises
    ------
    ValueError
        For another table.
    """
    return _pick("risk", table)


def labels(table: str) -> pd.DataFrame:
    """Return true labels.

    Parameters
    ----------
    table : {"admissions", "conditions", "profiles"}
        ``admissions``: ``admission_id``, ``at_risk`` (on the ward without event 24 hours after ward arrival),
        ``deteriorated_48h``, ``deteriorated_at``, ``left_before_t0``. ``conditions``: ``patient_id`` and planted
        ``group`` (0 no pattern, 1 heart and metabolism, 2 lungs, 3 mood and pain). ``profiles``: ``profile_id`` and
        ``group``, which is 0 for everybody: there are no groups.

    Raises
    ------
    ValueError
        For another table.
    """
    return _pick("labels", table)


def defects() -> pd.DataFrame:
    """Return the key of planted faults: ``kind``, ``table``, ``key``, ``column``, ``true_value``, ``note``.

    ``key`` is the id of the row, for series ``admission_id|taken_at`` or ``admission_id|taken_at|test``. Faults of a
    whole column or period have one row without a key.
    """
    return _known()["defects"].copy()


def key(name: str) -> pd.DataFrame:
    """Return what is true behind one dataset that has a generator of its own, such as the misuse in ``access_log``.

    The datasheet of the dataset says what its truth holds.

    Raises
    ------
    ValueError
        If there is no such dataset, or no truth about it.
    """
    return load_key(name)


def spo2() -> pd.DataFrame:
    """Return displayed and true arterial saturation of every observation set: ``spo2``, ``sao2``."""
    return _known()["spo2"].copy()


def effects() -> pd.DataFrame:
    """Return the parameters of the generator: ``name``, ``value``, ``unit``, ``meaning``, ``source``."""
    return pd.DataFrame([vars(parameter) for parameter in _parameters.PARAMETERS])


def rules() -> pd.DataFrame:
    """Return the planted drug rules: ``antecedent``, ``consequent``, ``site``, the shares and ``lift_planted``.

    ``lift_planted`` is the chance of the consequent with the antecedent over its chance without: a rule mined from
    the data has a somewhat lower lift, because lift compares with everybody.
    """
    rows = []
    for antecedents, drug, _, share, base, site in _coding.RULES:
        where = None if site is None else _parameters.SITES[site]
        rows += [
            {
                "antecedent": name,
                "consequent": drug,
                "site": where,
                "share_with": share,
                "share_without": base,
                "lift_planted": round(share / base, 2),
            }
            for name in antecedents
        ]
    rows += [
        {
            "antecedent": condition,
            "consequent": drug,
            "site": None,
            "share_with": share,
            "share_without": base,
            "lift_planted": round(share / base, 2) if base else np.inf,
        }
        for drug, _, base, condition, share in _coding.HOME
    ]
    return pd.DataFrame(rows)


def auroc(table: str = "landmarks", target: str = "deteriorated_48h") -> pd.DataFrame:
    """Return the AUROC of the true risk, overall and by site: nobody can rank better on average.

    Parameters
    ----------
    table : {"landmarks", "admissions"}
    target : {"deteriorated_48h", "deteriorated_24h"}
        The 24-hour target exists for landmarks only.
    """
    from sklearn.metrics import roc_auc_score

    known = _known()
    rows = known["scored", table]
    if target not in rows:
        raise ValueError(f"table {table!r} has no target {target!r}.")
    score = "risk_24h" if target == "deteriorated_24h" else "risk_48h"
    parts = [("all", rows), *rows.groupby("site")]
    return pd.DataFrame(
        [
            {
                "site": site,
                "n": len(part),
                "events": int(part[target].sum()),
                "auroc": roc_auc_score(part[target], part[score]),
            }
            for site, part in parts
        ]
    )


def _pick(kind, table):
    known = _known()
    if (kind, table) not in known:
        names = ", ".join(repr(key[1]) for key in known if isinstance(key, tuple) and key[0] == kind)
        raise ValueError(f"truth.{kind} knows {names}, not {table!r}.")
    return known[kind, table].copy()


@cache
def _known() -> dict:
    """Return everything, from memory, from the cache on disk, or computed from the seed."""
    file = _cache_file()
    if file is not None and file.is_file():
        return pickle.loads(file.read_bytes())
    known = compute(SEED)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written whole, then renamed: a page that runs at the same moment never reads half a file.
        part = file.with_suffix(f".{np.random.SeedSequence().entropy:x}")
        part.write_bytes(pickle.dumps(known))
        part.replace(file)
        for older in file.parent.glob("truth-*.pickle"):
            if older != file:
                older.unlink(missing_ok=True)
    return known


def _cache_file() -> Path | None:
    try:
        return paths.root() / ".cache" / f"truth-{generator_hash()[:16]}.pickle"
    except FileNotFoundError:
        return None


def compute(seed: int, people: int | None = None) -> dict:
    """Compute the truth of a hospital.

    Parameters
    ----------
    seed : int
    people : int, optional
        As for ``make_data``.
    """
    hospital, tables, key = build(seed, people)
    stays, grid = hospital.stays, hospital.grid
    marks = hospital.tables["landmarks"]
    at_marks = pd.DataFrame({"landmark_id": marks["landmark_id"]})
    for horizon in (24, 48):
        at_marks[f"risk_{horizon}h"] = _landmarks.risks(stays, grid["stay"], grid["hour"], horizon)
    task = _tables.running_task(hospital)
    at_risk = task[task["at_risk"]].reset_index(drop=True)
    site = hospital.tables["admissions"].set_index("admission_id")["site"]
    vitals = hospital.vitals
    return {
        ("risk", "landmarks"): at_marks,
        ("risk", "admissions"): at_risk[["admission_id", "risk_48h"]],
        ("labels", "admissions"): task.drop(columns="risk_48h"),
        ("labels", "conditions"): pd.DataFrame({"patient_id": hospital.patient_ids, "group": hospital.hidden["group"]}),
        ("labels", "profiles"): tables["profiles"][["profile_id"]].assign(group=0),
        ("scored", "landmarks"): at_marks.assign(
            site=marks["site"], deteriorated_24h=marks["deteriorated_24h"], deteriorated_48h=marks["deteriorated_48h"]
        ),
        ("scored", "admissions"): at_risk.assign(site=site.loc[at_risk["admission_id"]].to_numpy()),
        "defects": key,
        "spo2": pd.DataFrame(
            {
                "admission_id": hospital.admission_ids[vitals["stay"]],
                "taken_at": dates(vitals["minutes"]),
                "spo2": vitals["spo2"],
                "sao2": vitals["sao2"],
            }
        ),
    }
