"""The synthetic hospital: three sites, three years, known causes, planted faults, no real patient.

``load`` reads a table and ``load_files`` a set of files, ``make_data`` makes all of them, ``write_parquet`` writes the
core of a hospital of any size, and ``truth`` answers what no table shows. Only reading is imported at once: a page that
needs one table does not pay for the generator.
"""

from importlib import import_module as _import_module

from ai2med.cohort._store import load, load_files, table_hash

_LATER = {
    "SEED": "_hospital",
    "datasets_markdown": "_pages",
    "datasheet": "_datasheets",
    "datasheet_markdown": "_pages",
    "datasheets": "_datasheets",
    "generator_hash": "_sources",
    "generators": "_generators",
    "made_files": "_making",
    "make_data": "_making",
    "parameters_markdown": "_pages",
    "truth": None,
    "write_pages": "_pages",
    "write_parquet": "_stream",
}

__all__ = ["load", "load_files", "table_hash"]
__all__ += _LATER


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
