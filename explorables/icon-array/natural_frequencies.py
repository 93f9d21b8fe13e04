"""What a test result means, as whole people of one group."""

import math

__all__ = ["natural_frequencies"]


def _whole(people: float) -> int:
    """Return a number of people rounded half up, as the explorable does."""
    return math.floor(people + 0.5)


def natural_frequencies(prevalence=1.0, sensitivity=90, false_positive_rate=9, total=1000) -> dict[str, int]:
    """Return the whole people of every branch of the tree.

    Parameters
    ----------
    prevalence, sensitivity, false_positive_rate : float
        In per cent: of all people, of those with the condition, and of those without it.
    total : int
        All people.

    Examples
    --------
    >>> n = natural_frequencies(prevalence=1, sensitivity=90, false_positive_rate=9)
    >>> n["true_positive"], n["positive"]
    (9, 98)
    """
    ill = _whole(total * prevalence / 100)
    well = total - ill
    hit = _whole(ill * sensitivity / 100)
    false = _whole(well * false_positive_rate / 100)
    return {
        "total": total,
        "ill": ill,
        "well": well,
        "true_positive": hit,
        "missed": ill - hit,
        "false_positive": false,
        "quiet": well - false,
        "positive": hit + false,
        "negative": total - hit - false,
    }
