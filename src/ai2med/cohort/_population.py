"""The people: age, sex, place, deprivation, skin tone, body, habits and chronic conditions."""

import numpy as np
import pandas as pd

from ai2med.cohort._parameters import value
from ai2med.cohort._random import logistic, stream

# name, ICD-10 code, log-odds at 65 years, per decade, in groups 1, 2, 3 (group 0 adds nothing)
CONDITIONS = (
    ("hypertension", "I10", -0.35, 0.45, (1.5, 0.0, 0.0)),
    ("diabetes", "E11", -1.95, 0.25, (1.6, 0.0, 0.0)),
    ("obesity", "E66", -1.75, -0.10, (1.0, 0.4, 0.4)),
    ("dyslipidaemia", "E78", -1.20, 0.25, (1.6, 0.0, 0.0)),
    ("coronary", "I25", -2.30, 0.45, (1.7, 0.0, 0.0)),
    ("heart_failure", "I50", -2.80, 0.60, (1.4, 0.5, 0.0)),
    ("atrial_fibrillation", "I48", -2.25, 0.75, (0.8, 0.0, 0.0)),
    ("peripheral_artery", "I70", -3.00, 0.40, (1.5, 0.6, 0.0)),
    ("stroke", "I63", -2.90, 0.50, (0.8, 0.0, 0.3)),
    ("kidney", "N18", -2.40, 0.60, (1.1, 0.0, 0.0)),
    ("copd", "J44", -3.00, 0.30, (0.0, 3.0, 0.2)),
    ("asthma", "J45", -2.90, -0.10, (0.0, 1.9, 0.4)),
    ("sleep_apnoea", "G47", -3.10, 0.00, (0.5, 1.9, 0.3)),
    ("depression", "F32", -2.50, -0.05, (0.0, 0.4, 2.3)),
    ("anxiety", "F41", -2.80, -0.15, (0.0, 0.5, 2.2)),
    ("chronic_pain", "R52", -2.60, 0.10, (0.0, 0.2, 2.2)),
    ("arthritis", "M19", -1.50, 0.40, (0.2, 0.0, 1.2)),
    ("osteoporosis", "M81", -2.70, 0.60, (0.0, 0.6, 0.6)),
    ("dementia", "F03", -3.20, 0.95, (0.0, 0.0, 0.5)),
    ("cancer", "C80", -2.10, 0.30, (0.0, 0.0, 0.0)),
)
NAMES = tuple(row[0] for row in CONDITIONS)


def labels(letter: str, first: int, count: int) -> np.ndarray:
    """Return readable ids: a letter and a number of at least five digits.

    Examples
    --------
    >>> labels("P", 1, 2).tolist()
    ['P00001', 'P00002']
    """
    return np.array([f"{letter}{number:05d}" for number in range(first, first + count)], dtype=object)


def people(count: int, seed: int, partition: int) -> tuple[pd.DataFrame, np.ndarray, dict[str, np.ndarray]]:
    """Draw the people of one partition.

    Returns
    -------
    table : DataFrame
        The ``patients`` table without ids, in the order of drawing.
    conditions : ndarray of bool, shape (count, 20)
        True chronic conditions, columns in the order of ``NAMES``.
    hidden : dict of ndarray
        What no table shows: ``group`` (multimorbidity group), ``frailty`` (log-hazard), ``site`` (0, 1, 2),
        ``age`` (years at the middle of the period), ``habitus`` (person effects of the vital signs, shape (count, 6)).
    """
    rng = stream(seed, partition, "people")
    site = rng.choice(3, size=count, p=_site_shares())
    age = rng.normal(value("population.age_mean"), value("population.age_sd"), count)
    age = np.clip(age + value("population.site_c_older") * (site == 2), 18, 101)
    woman = rng.random(count) < value("population.women")
    deprivation = 1 + np.searchsorted(np.cumsum([0.22, 0.20, 0.20, 0.20, 0.18]), rng.random(count))
    # Sites B and C serve poorer districts.
    worse = rng.random(count) < 0.2 * site
    deprivation = np.clip(deprivation + worse, 1, 5)
    tone = rng.choice(3, size=count, p=(0.62, 0.22, 0.16))
    height = np.round(rng.normal(np.where(woman, 163, 176), 6.8))
    bmi = np.exp(rng.normal(value("population.bmi_log_mean"), value("population.bmi_log_sd"), count))
    weight = np.round(bmi * (height / 100) ** 2, 1)
    # Weight is left out more often for the young and for people who cannot stand on a scale.
    unweighed = rng.random(count) < np.clip(0.22 + 0.1 * (age < 45) + 0.12 * (age > 80), 0, 1)
    smoking = np.array(["never", "former", "current"], object)[
        np.searchsorted(np.array([0.5, 0.78]), rng.random(count) - 0.04 * (deprivation - 3))
    ]
    smoking[rng.random(count) < 0.3] = None
    group, conditions = _conditions(rng, age, woman, deprivation, bmi)
    table = pd.DataFrame(
        {
            "sex": np.where(woman, "F", "M").astype(object),
            "birth_year": (2024 - age).astype(int),
            "region": np.array(["North", "East", "South", "West"], object)[
                (site + rng.choice(4, count, p=(0.6, 0.2, 0.1, 0.1))) % 4
            ],
            "deprivation_quintile": deprivation,
            "skin_tone_group": np.array(["lighter", "medium", "darker"], object)[tone],
            "language_group": np.where(rng.random(count) < 0.08 + 0.06 * (tone > 0), "other", "local").astype(object),
            "lives_alone": (rng.random(count) < logistic(-1.2 + 0.025 * (age - 65))).astype(int),
            "height_cm": height.astype(int),
            "weight_kg": np.where(unweighed, np.nan, weight),
            "bmi": np.where(unweighed, np.nan, np.round(weight / (height / 100) ** 2, 1)),
            "smoking": smoking,
        }
    )
    hidden = {
        "group": group,
        "frailty": rng.normal(0, value("ward.frailty_sd"), count),
        "site": site,
        "age": age,
        "tone": tone,
        "weight": weight,
        "woman": woman,
        "habitus": rng.normal(size=(count, 6)),
    }
    return table, conditions, hidden


def _site_shares():
    a, b = value("population.site_a"), value("population.site_b")
    return (a, b, 1 - a - b)


def _conditions(rng, age, woman, deprivation, bmi):
    """Draw chronic conditions that hang together in three weak groups, plus one group without a pattern."""
    count = len(age)
    pull = np.column_stack(
        [
            np.full(count, 0.75),
            -0.35 + 0.03 * (age - 65),
            np.full(count, -0.75) + 0.15 * (deprivation - 3),
            -0.55 + 0.35 * woman - 0.012 * (age - 65),
        ]
    )
    shares = np.exp(pull)
    shares /= shares.sum(axis=1, keepdims=True)
    group = (rng.random(count)[:, None] > np.cumsum(shares, axis=1)).sum(axis=1)
    conditions = np.zeros((count, len(CONDITIONS)), dtype=bool)
    for column, (name, _, base, decade, boosts) in enumerate(CONDITIONS):
        boost = np.array((0.0, *boosts))[group]
        odds = base + decade * (age - 65) / 10 + boost - 0.35
        odds += value("population.deprivation_conditions") * (deprivation - 3)
        if name == "obesity":
            conditions[:, column] = bmi >= 30
            continue
        conditions[:, column] = rng.random(count) < logistic(odds)
    return group, conditions
