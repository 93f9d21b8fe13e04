"""Read what people type: numbers in either notation, words, program output.

``marking.mjs`` holds the same rules; the vectors in the tests keep the two alike. Character sets are written out,
because “white space” and “digit” mean different things in Python and JavaScript.
"""

import math
import re
import unicodedata

SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

_TRIM = re.compile(f"^[{SPACES}]+|[{SPACES}]+\\Z")
_SPACE = re.compile(f"[{SPACES}]+")
_NUMBER = re.compile(
    f"([-+\u2212\u2013]?)[{SPACES}]*([0-9.,{SPACES}]*[0-9.,])(?:[eE]([-+\u2212]?[0-9]{{1,3}})(?![0-9A-Za-z]))?(.*)",
    re.DOTALL,
)
_GROUPED_BY_SPACE = re.compile(f"[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+(?:[.,][0-9]*)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_BOTH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*")
_ONE_MARK = re.compile(r"[0-9]+[.,]?[0-9]*|[.,][0-9]+")
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}|\.000)")
_PERCENT = {"%", "percent", "pct", "per cent"}
# A range, a fraction or a sum is not a number with a unit.
_GOES_ON = "-+*/:;<=>^~\u2012\u2013\u2014\u2212\u00b1\u00d7\u00f7"
_LONGEST = 100


def trimmed(text: str) -> str:
    """Return the text without white space around it."""
    return _TRIM.sub("", text)


def read_number(text: str) -> tuple[float | None, str, str]:
    """Return the number that a person typed, what follows it, and what is unclear about it.

    Decimal point and decimal comma are read; spaces of any width group thousands, and so do commas and points where
    nothing else can be meant.

    Returns
    -------
    value : float or None
        None if there is no number, or it has two readings.
    rest : str
        What stands after the number, trimmed.
    problem : str
        ``""``, ``"number_unreadable"`` or ``"number_ambiguous"``.

    Examples
    --------
    >>> read_number("12,5 %")
    (12.5, '%', '')
    >>> read_number("1 234.5"), read_number("−3")
    ((1234.5, '', ''), (-3.0, '', ''))
    >>> read_number("1,000")
    (None, '', 'number_ambiguous')
    >>> read_number("a dozen")
    (None, '', 'number_unreadable')
    """
    value, rest, problem, _ = _reading(text)
    return value, rest, problem


def _reading(text: str) -> tuple[float | None, str, str, float | None]:
    text = trimmed(text)
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    if not match:
        return None, "", "number_unreadable", None
    sign, digits, exponent, rest = match.groups()
    if len(digits) > 1 and digits[-1] in ".,":
        digits = digits[:-1]
    rest = trimmed(rest)
    if rest[:1] and rest[0] in _GOES_ON:
        return None, rest, "number_unreadable", None
    if _AMBIGUOUS.fullmatch(digits):
        grouped = float(re.sub("[.,]", "", digits))
        return None, rest, "number_ambiguous", -grouped if sign and sign != "+" else grouped
    if _GROUPED_BY_SPACE.fullmatch(digits):
        digits = _SPACE.sub("", digits).replace(",", ".")
    elif _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "").replace(".", "")
    elif _BOTH.fullmatch(digits):
        decimal = "," if digits.rfind(",") > digits.rfind(".") else "."
        digits = digits.replace("." if decimal == "," else ",", "").replace(",", ".")
    elif _ONE_MARK.fullmatch(digits):
        digits = digits.replace(",", ".")
    else:
        return None, rest, "number_unreadable", None
    value = float(digits + ("e" + exponent.replace("\u2212", "-") if exponent else ""))
    if not math.isfinite(value):
        return None, rest, "number_unreadable", None
    value = -value if sign and sign != "+" else value
    return value, rest, "", value


def unit_fits(typed: str, unit: str) -> bool:
    """Return whether what a person typed after a number is the unit that was asked for, or nothing.

    Examples
    --------
    >>> unit_fits("", "%"), unit_fits("per cent", "%"), unit_fits("Patient", "patients"), unit_fits("%", "")
    (True, True, True, False)
    """
    return typed == "" or _unit(typed) == _unit(unit)


def _unit(text: str) -> str:
    text = _SPACE.sub(" ", trimmed(text)).lower()
    if text in _PERCENT:
        return "%"
    text = text.replace(" ", "").replace(",", "").replace(".", "")
    return text[:-1] if len(text) > 2 and text.endswith("s") else text


def same_text(one: str, other: str) -> bool:
    """Return whether two short answers are the same, apart from case, spaces and notation.

    Examples
    --------
    >>> same_text(" Positive  predictive value", "positive predictive value"), same_text("0,50", "0.5")
    (True, True)
    """
    one, other = _folded(one), _folded(other)
    if one == other:
        return True
    # A short text is compared as the book writes numbers, so that an accepted "1,000" is met by 1000.
    _, first_unit, _, first = _reading(one)
    _, second_unit, _, second = _reading(other)
    return first is not None and first == second and _unit(first_unit) == _unit(second_unit)


def _folded(text: str) -> str:
    text = _SPACE.sub(" ", trimmed(unicodedata.normalize("NFC", text))).lower()
    return text.replace("\u2019", "'").replace("\u2013", "-").replace("\u2212", "-")


def same_output(one: str, other: str) -> bool:
    r"""Return whether two program outputs are the same, apart from spaces at line ends and empty lines around.

    Examples
    --------
    >>> same_output("1  \n2\n", "1\n2"), same_output("True", "true")
    (True, False)
    """
    return output(one) == output(other)


def output(text: str) -> str:
    """Return program output without spaces at line ends and empty lines around it."""
    lines = [re.sub(f"[{SPACES}]+\\Z", "", line) for line in re.split("\r\n|\r|\n", text)]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)
