"""The core of the hospital: one simulation of people, stays, measurements and a vendor's model, as sixteen tables."""

from ai2med.cohort import _defects, _tables
from ai2med.cohort._parameters import value

SEED = 2026


def build(seed: int = SEED, people: int | None = None):
    """Return the hospital, the learner's tables and the answer key for a seed."""
    hospital = _tables.simulate_hospital(people or int(value("population.patients")), seed)
    tables, key = _defects.plant(hospital.tables, seed, 0)
    return hospital, tables, key
