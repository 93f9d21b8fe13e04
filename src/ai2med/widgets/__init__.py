"""The book's widgets: one Python class and one front-end module each, the same in notebook and page."""

from importlib import import_module

_HOMES = {
    "KnowledgeCheck": "knowledge_check",
    "CalibrationExplorer": "calibration_explorer",
    "ClusterMirage": "cluster_mirage",
    "IconArray": "icon_array",
    "LawPath": "law_path",
    "LawTimeline": "law_timeline",
    "NetBenefitExplorer": "net_benefit_explorer",
    "PeopleGrid": "people_grid",
    "ReadabilityMeter": "readability_meter",
    "SplitExplorer": "split_explorer",
    "ThresholdExplorer": "threshold_explorer",
    "TimeZeroExplorer": "time_zero_explorer",
}

__all__ = sorted(_HOMES)


def __getattr__(name):
    if name in _HOMES:
        module = import_module(f"ai2med.widgets.{_HOMES[name]}")
        value = getattr(module, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'ai2med.widgets' has no attribute {name!r}")
