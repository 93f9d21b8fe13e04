"""The synthetic hospital: three sites, three years, known causes, planted faults, no real patient.

``load`` reads a table, ``make_data`` makes all of them, ``write_parquet`` writes a hospital of any size, and ``truth``
answers what no table shows. Only reading is imported at once: a page that needs one table does not pay for the
generator.
"""

from importlib import import_module as _import_module

from ai2med.cohort._store import SEED, TABLES, generator_hash, load, make_data

_LATER = {
    "datasheet_markdown": "_datasheets",
    "parameters_markdown": "_datasheets",
    "truth": None,
    "write_parquet": "_stream",
}

__all__ = [
    "SEED",
    "TABLES",
    "datasheet_markdown",
    "generator_hash",
    "load",
    "make_data",
    "parameters_markdown",
    "truth",
    "write_parquet",
]


def __getattr__(name):
    if name not in _LATER:
        raise AttributeError(f"module 'ai2med.cohort' has no attribute {name!r}")
    home = _LATER[name]
    found = (
        _import_module(f"ai2med.cohort.{name}")
        if home is None
        else getattr(_import_module(f"ai2med.cohort.{home}"), name)
    )
    globals()[name] = found
    return found
