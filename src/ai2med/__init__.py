"""The engine of AI2MED, the open book on AI in medical care.

The names below are the public face. They are imported on first use, so that ``import ai2med`` costs a few
milliseconds and a page that needs one table does not pay for the widgets.

>>> import ai2med
>>> "load" in dir(ai2med)
True
"""

from importlib import import_module as _import_module

__version__ = "0.1.0"

_HOMES = {
    "load": "ai2med.cohort",
    "load_files": "ai2med.cohort",
    "check": "ai2med.exercises",
    "explorable": "ai2med.explorables",
    "glue": "ai2med.glue",
    "law_date": "ai2med.law",
    "law_dates": "ai2med.law",
    "knowledge_check": "ai2med.widgets.knowledge_check",
    "use_result": "ai2med.exercises",
}

__all__ = sorted(_HOMES)


def __getattr__(name):
    if name in _HOMES:
        value = getattr(_import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'ai2med' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_HOMES])
