"""Compare numbers as a fair reader would: a value that was rounded is right if the true value rounds to it."""

import math
from typing import Any

_MOST_DECIMALS = 6
_ROUNDED = 1e-7  # a value is written with so many decimals if rounding to them changes less than this, relatively


def close_to(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Tell whether numbers, or arrays of the same shape, differ by at most `tolerance` everywhere.

    Missing values are equal to missing values in the same place. Values that are not numbers are not close.

    Examples
    --------
    >>> close_to(0.1 + 0.2, 0.3), close_to([1, 2], [1, 2.1]), close_to([1, 2], 1), close_to("1", 1)
    (True, False, False, False)
    """
    import numpy as np

    try:
        left, right = (np.asarray(value) for value in (a, b))
        if left.dtype.kind not in "biufO" or right.dtype.kind not in "biufO" or left.shape != right.shape:
            return False
        return bool(np.allclose(left.astype(float), right.astype(float), rtol=0, atol=tolerance, equal_nan=True))
    except (TypeError, ValueError):
        return False


def decimals(value: float) -> int:
    """Return with how many decimals a number is written: seven for one that was not rounded.

    Examples
    --------
    >>> decimals(9.2), decimals(57), decimals(1 / 3)
    (1, 0, 7)
    """
    for places in range(_MOST_DECIMALS + 1):
        if abs(round(value, places) - value) <= _ROUNDED * max(abs(value), 1e-9):
            return places
    return _MOST_DECIMALS + 1


def agrees(value: float, truth: float, tolerance: float = 1e-6, figures: int = 2) -> bool:
    """Tell whether a number is the true one, exactly or as a person rounds it.

    Parameters
    ----------
    value, truth : float
        The learner's number and the reference.
    tolerance : float
        How far a number that was not rounded may be off: what another solver or another order of sums changes.
    figures : int
        How many significant figures a rounded value needs. Without a limit, 0 would be right for 0.4.

    Examples
    --------
    >>> agrees(9.2, 9.18), agrees(9.1, 9.18), agrees(57, 57.14), agrees(0, 0.4), agrees(0.6, 0.598)
    (True, False, True, False, True)
    """
    value, truth = float(value), float(truth)
    off = abs(value - truth)
    if off <= tolerance or not math.isfinite(off):
        return off <= tolerance
    least = figures - 1 - math.floor(math.log10(abs(truth))) if truth else figures
    # 0.6 may be 0.598 rounded to two decimals: the last zero is not written.
    places = max(decimals(value), least, 0)
    return places <= _MOST_DECIMALS and off <= 0.5 * 10**-places * (1 + 1e-9) + tolerance


def all_agree(values: Any, truths: Any, tolerance: float = 1e-6, figures: int = 2) -> bool:
    """Tell whether every number agrees with its reference; missing agrees with missing.

    Examples
    --------
    >>> all_agree([0.12, 0.5], [0.1234, 0.5]), all_agree([0.12], [0.1234, 0.5])
    (True, False)
    """
    pairs = list(values), list(truths)
    if len(pairs[0]) != len(pairs[1]):
        return False
    return all(
        agrees(one, other, tolerance, figures) or (one != one and other != other)
        for one, other in zip(*pairs, strict=True)
    )


def apart(value: float, truth: float) -> tuple[str, str]:
    """Return two numbers as texts, with as many decimals as it takes to see that they differ.

    Examples
    --------
    >>> apart(9.2, 9.1794), apart(0.5, 0.0313), apart(1200, 7)
    (('9.20', '9.18'), ('0.500', '0.031'), ('1,200', '7'))
    """
    whole = value == round(value) and truth == round(truth)
    smallest = min((abs(number) for number in (value, truth) if number), default=1)
    least = 0 if whole else min(max(2, 1 - math.floor(math.log10(smallest))), _MOST_DECIMALS)
    for places in range(least, 10):
        said, right = (f"{number:,.{places}f}" for number in (value, truth))
        if said != right:
            break
    return said, right
