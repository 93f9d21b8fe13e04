"""Natural frequencies as icons, tree and sentence, with the rules of honest numbers beside them."""

import math

import traitlets

from ._base import Explorable

_TOTALS = (100, 200, 500, 1000)


def whole(people: float) -> int:
    """Return a number of people rounded half up, as the browser's ``Math.round`` does.

    Examples
    --------
    >>> whole(89.5), whole(2.5), whole(89.1)
    (90, 3, 89)
    """
    return math.floor(people + 0.5)


class IconArray(Explorable):
    """Show what a test result means, as whole people of one group.

    Parameters
    ----------
    prevalence : float
        Of 100 people, how many have the condition; 0.1 to 50.
    sensitivity, false_positive_rate : float
        Percent of those with and without the condition whose test is positive; 0 to 100.
    total : {100, 200, 500, 1000}
        Icons in the figure.
    frame : {"both", "ill", "well"}
        Which side of the number the sentence tells.
    what, group : str
        The condition ("breast cancer") and a plural noun for the people ("women").
    sentence : {"people", "percent"}
        Count people, or use percentages without "of whom" to see why not to.
    deceive : bool
        Begin with the misleading bars shown.

    Examples
    --------
    >>> print(IconArray().describe())
    Of 1,000 women, 10 have breast cancer and 990 do not. The test is positive for 9 of the 10 and for 89 of the ...
    """

    module = "icon_array.mjs"

    prevalence = traitlets.Float(1.0, min=0.1, max=50).tag(sync=True)
    sensitivity = traitlets.Float(90.0, min=0, max=100).tag(sync=True)
    false_positive_rate = traitlets.Float(9.0, min=0, max=100).tag(sync=True)
    total = traitlets.Enum(_TOTALS, 1000).tag(sync=True)
    frame = traitlets.Enum(("both", "ill", "well"), "both").tag(sync=True)
    what = traitlets.Unicode("breast cancer").tag(sync=True)
    group = traitlets.Unicode("women").tag(sync=True)
    sentence = traitlets.Enum(("people", "percent"), "people").tag(sync=True)
    deceive = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        prevalence=1.0,
        sensitivity=90,
        false_positive_rate=9,
        total=1000,
        frame="both",
        what="breast cancer",
        group="women",
        sentence="people",
        deceive=False,
    ):
        super().__init__(
            prevalence=prevalence,
            sensitivity=sensitivity,
            false_positive_rate=false_positive_rate,
            total=total,
            frame=frame,
            what=what,
            group=group,
            sentence=sentence,
            deceive=deceive,
        )

    def counts(self) -> dict[str, int]:
        """Return the whole people of every branch of the tree.

        Examples
        --------
        >>> n = IconArray().counts()
        >>> n["true_positive"], n["positive"]
        (9, 98)
        """
        ill = whole(self.total * self.prevalence / 100)
        well = self.total - ill
        hit = whole(ill * self.sensitivity / 100)
        false = whole(well * self.false_positive_rate / 100)
        return {
            "total": self.total,
            "ill": ill,
            "well": well,
            "true_positive": hit,
            "missed": ill - hit,
            "false_positive": false,
            "quiet": well - false,
            "positive": hit + false,
            "negative": self.total - hit - false,
        }

    def describe(self):
        """Return both sides of the tree in sentences, on one denominator."""
        n = {name: f"{count:,}" for name, count in self.counts().items()}
        return (
            f"Of {n['total']} {self.group}, {n['ill']} have {self.what} and {n['well']} do not. The test is positive "
            f"for {n['true_positive']} of the {n['ill']} and for {n['false_positive']} of the {n['well']}: "
            f"{n['positive']} positive tests. Of these {n['positive']}, {n['true_positive']} have {self.what} and "
            f"{n['false_positive']} do not."
        )
