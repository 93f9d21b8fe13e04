"""The rules of a leaflet as data, for the meter in the reader's browser."""

from ai2med.explorables import leaflet

__all__ = ["prepare"]


def prepare(text, *, target_grade=None, checks=None, key="leaflet", label=None) -> dict:
    """Return the data of the meter.

    Parameters
    ----------
    text : str
        The leaflet that the reader starts from.
    target_grade : float, optional
        Flesch-Kincaid grade to reach or stay under.
    checks : list of str, optional
        Ids of `ai2med.explorables.leaflet.CHECKS`, in the order to show. Default: all.
    key : str, optional
        Name under which the browser keeps the rewrite. Another text needs another key.
    label : str, optional
        Name of the text box.

    Raises
    ------
    ValueError
        If a check is unknown.

    Examples
    --------
    >>> [check["id"] for check in prepare("Please call us.", checks=["contact", "action"])["checks"]]
    ['contact', 'action']
    """
    chosen = leaflet.as_data(leaflet.select(checks))
    return {"text": text, "target": target_grade, "checks": chosen, "rules": leaflet.RULES, "key": key, "label": label}
