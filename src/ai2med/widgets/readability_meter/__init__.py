"""A leaflet that the reader rewrites, with its readability and what it still lacks beside it."""

import traitlets

from ... import leaflet
from ...readability import measure
from .._base import Widget


class ReadabilityMeter(Widget):
    """Measure the reader's own rewrite of a leaflet while they type.

    Parameters
    ----------
    text : str
        The leaflet that the reader starts from.
    target_grade : float, optional
        Flesch-Kincaid grade to reach or stay under.
    checks : list of str, optional
        Ids of `ai2med.leaflet.CHECKS`, in the order to show. Default: all.
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
    >>> meter = ReadabilityMeter("Please call us.", checks=["action", "contact"])
    >>> print(meter.describe())
    The letter: “Please call us.” It has 3 words in 1 sentence and Flesch-Kincaid grade -2.6 (target: 8 or lower). Met:
    What to do next. Missing: How to reach you.
    """

    module = "readability_meter.mjs"

    text = traitlets.Unicode().tag(sync=True)
    target_grade = traitlets.Float(8.0).tag(sync=True)
    checks = traitlets.List().tag(sync=True)
    rules = traitlets.Dict().tag(sync=True)
    key = traitlets.Unicode("leaflet").tag(sync=True)
    label = traitlets.Unicode("Your leaflet").tag(sync=True)

    def __init__(self, text, *, target_grade=8, checks=None, key="leaflet", label="Your leaflet"):
        chosen = leaflet.as_data(leaflet.select(checks))
        super().__init__(text=text, target_grade=target_grade, checks=chosen, rules=leaflet.RULES, key=key, label=label)

    def describe(self):
        """Return the letter, its counts, and which checks it meets."""
        made = measure(self.text)
        findings = leaflet.check_leaflet(self.text, [check["id"] for check in self.checks])
        met = "; ".join(finding.looks_for for finding in findings if finding.ok) or "none"
        missing = "; ".join(finding.looks_for for finding in findings if not finding.ok) or "none"
        grade = "no grade" if made.grade is None else f"Flesch-Kincaid grade {made.grade:.1f}"
        plural = "" if made.sentences == 1 else "s"
        return (
            f"The letter: “{self.text}” It has {made.words} words in {made.sentences} sentence{plural} and {grade} "
            f"(target: {self.target_grade:g} or lower). Met: {met}. Missing: {missing}."
        )
