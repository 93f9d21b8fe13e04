"""Three small samples for particular questions: chronic conditions, pre-assessment profiles, atrial fibrillation."""

import numpy as np
import pandas as pd

from ai2med import scores
from ai2med.cohort._parameters import SITES, STROKE_PER_100_YEARS, value
from ai2med.cohort._population import NAMES
from ai2med.cohort._random import stream

PROFILES = 1500
# Mean, SD and whether the logarithm is normal; then one loading on a common "general health" direction.
_PROFILE = (
    ("sodium", 139.5, 2.6, False, 0, 0.20),
    ("potassium", 4.2, 0.36, False, 1, -0.10),
    ("creatinine", 78.0, 0.26, True, 0, -0.45),
    ("urea", 5.6, 0.30, True, 1, -0.50),
    ("crp", 2.2, 0.95, True, 0, -0.40),
    ("wbc", 6.9, 0.25, True, 1, -0.25),
    ("haemoglobin", 138.0, 13.0, False, 0, 0.50),
    ("platelets", 245.0, 62.0, False, 0, -0.05),
    ("albumin", 41.5, 3.4, False, 0, 0.55),
    ("glucose", 5.7, 0.17, True, 1, -0.30),
    ("heart_rate", 75.0, 11.0, False, 0, -0.25),
    ("sbp", 133.0, 17.0, False, 0, -0.15),
)


def conditions_table(conditions, hidden, first_age, sex) -> pd.DataFrame:
    """Return true chronic conditions, one row a person (patient ids are added by the writer)."""
    out = pd.DataFrame({"site": np.array(SITES, object)[hidden["site"]], "sex": sex, "age": first_age.astype(int)})
    for column, name in enumerate(NAMES):
        out[name] = conditions[:, column].astype(int)
    return out


def profiles(seed: int, partition: int) -> pd.DataFrame:
    """Return pre-assessment profiles: one cloud around one centre, so there is nothing to find by clustering."""
    rng = stream(seed, partition, "profiles")
    health = rng.normal(size=PROFILES)
    out = pd.DataFrame(
        {
            "profile_id": [f"F{number:05d}" for number in range(1, PROFILES + 1)],
            "site": np.array(SITES, object)[rng.choice(3, PROFILES, p=(0.46, 0.33, 0.21))],
        }
    )
    for name, centre, spread, logged, decimals, loading in _PROFILE:
        z = loading * health + np.sqrt(1 - loading**2) * rng.normal(size=PROFILES)
        out[name] = np.round(np.exp(np.log(centre) + spread * z) if logged else centre + spread * z, decimals)
        if decimals == 0:
            out[name] = out[name].astype(int)
    return out


def stroke_inputs(conditions, age, sex) -> pd.DataFrame:
    """Return the true CHA2DS2-VASc inputs of each person."""
    has = {name: conditions[:, column].astype(int) for column, name in enumerate(NAMES)}
    return pd.DataFrame(
        {
            "age": np.floor(age),
            "sex": sex,
            "heart_failure": has["heart_failure"],
            "hypertension": has["hypertension"],
            "diabetes": has["diabetes"],
            "stroke": has["stroke"],
            "vascular": has["peripheral_artery"] | has["coronary"],
        }
    )


def fibrillation(stays, conditions, sex, treated, seed: int, partition: int) -> pd.DataFrame:
    """Return one year of follow-up of people with atrial fibrillation, from their first stay.

    The stroke rate is Friberg's for the true score, times the rate ratio of anticoagulation where it was given.
    """
    rng = stream(seed, partition, "fibrillation")
    people, first = np.unique(stays.person, return_index=True)
    has = conditions[people, NAMES.index("atrial_fibrillation")]
    survived = stays.facts["died"][first] < 0
    in_time = stays.facts["left"][first] < 365 * 2 * 1440
    people, first = people[has & survived & in_time], first[has & survived & in_time]
    age = stays.facts["age"][first]
    score = scores.cha2ds2_vasc(stroke_inputs(conditions[people], age, sex[people])).to_numpy().astype(int)
    rate = np.array(STROKE_PER_100_YEARS)[score] / 100
    drug = treated[first]
    years = rng.exponential(1 / (rate * np.where(drug, value("stroke.anticoagulant"), 1.0)))
    death = rng.exponential(1 / (0.03 * np.exp(0.06 * (age - 70))))
    stroke = (years < 1) & (years < death)
    days = np.ceil(365 * np.minimum(1, np.minimum(years, death))).astype(int)
    return pd.DataFrame(
        {
            "person": people,
            "minutes": stays.facts["left"][first],
            "age": age.astype(int),
            "sex": sex[people],
            "anticoagulated": drug.astype(int),
            "stroke_1y": stroke.astype(int),
            "followed_days": np.maximum(days, 1),
        }
    )
