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
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
# A share is written in many ways; all of them count out of a hundred.
_PERCENT = {"%", "percent", "pct", "per cent", "of 100", "in 100", "out of 100", "per 100"}
_FRACTION = re.compile(
    f"([-+\u2212\u2013]?)[{SPACES}]*([0-9]{{1,9}})[{SPACES}]*[/\u2044][{SPACES}]*([0-9]{{1,9}})(.*)", re.DOTALL
)
_WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_WORDS = {word: number for number, word in enumerate(f"{_WORDS} seventeen eighteen nineteen twenty".split())}
_WORD = re.compile(f"([A-Za-z]+)(?:[{SPACES}]+(.*))?", re.DOTALL)
# What is counted ("5 women"), as against what is measured ("5 mg"): words, and no word that changes the number.
_COUNTED = re.compile(f"[A-Za-z][A-Za-z{SPACES}'\u2019-]*[.]?")
_PEOPLE = {"people", "person", "patient", "women", "woman", "men", "man", "children", "child", "adult"}
_SCALES = {"hundred", "thousand", "million", "billion", "k", "m", "bn", "per", "of", "in", "out", "percent", "pct"}
# A range or a sum is not a number with a unit.
_GOES_ON = "-+*/:;<=>^~\u2012\u2013\u2014\u2212\u00b1\u00d7\u00f7"
_LONGEST = 100


def trimmed(text: str) -> str:
    """Return the text without white space around it."""
    return _TRIM.sub("", text)


def read_number(text: str) -> tuple[tuple[float, ...], str]:
    """Return the values that a typed number can have, and what follows it.

    Decimal point and decimal comma are read; spaces of any width group thousands, and so do commas and points. Where
    a mark can mean either, both values are given: first with thousands, then with decimals. Fractions of whole numbers
    and words up to twenty are read too.

    Returns
    -------
    values : tuple of float
        Empty if there is no number that can be read.
    rest : str
        What stands after the number, trimmed.

    Examples
    --------
    >>> read_number("12,5 %")
    ((12.5,), '%')
    >>> read_number("1 234.5"), read_number("−3"), read_number("3/4"), read_number("two women")
    (((1234.5,), ''), ((-3.0,), ''), ((0.75,), ''), ((2.0,), 'women'))
    >>> read_number("22,222")
    ((22222.0, 22.222), '')
    >>> read_number("a dozen")
    ((), '')
    """
    text = trimmed(text)
    if len(text) > _LONGEST:
        return (), ""
    word = _WORD.fullmatch(text)
    if word and word[1].lower() in _WORDS:
        return (float(_WORDS[word[1].lower()]),), trimmed(word[2] or "")
    fraction = _FRACTION.fullmatch(text)
    if fraction and trimmed(fraction[4])[:1] not in tuple("/.,0123456789") and float(fraction[3]):
        value = float(fraction[2]) / float(fraction[3])
        return (_signed(value, fraction[1]),), trimmed(fraction[4])
    match = _NUMBER.fullmatch(text)
    if not match:
        return (), ""
    sign, digits, exponent, rest = match.groups()
    if len(digits) > 1 and digits[-1] in ".,":
        digits = digits[:-1]
    rest = trimmed(rest)
    if rest[:1] and rest[0] in _GOES_ON:
        return (), rest
    if _AMBIGUOUS.fullmatch(digits):
        both = (float(re.sub("[.,]", "", digits)), float(digits.replace(",", ".")))
        return tuple(_signed(value, sign) for value in both), rest
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
        return (), rest
    value = float(digits + ("e" + exponent.replace("\u2212", "-") if exponent else ""))
    return ((_signed(value, sign),), rest) if math.isfinite(value) else ((), rest)


def _signed(value: float, sign: str) -> float:
    return -value if sign and sign != "+" else value


def unit_factor(typed: str, unit: str) -> float | None:
    """Return by what a number is multiplied, given what a person typed after it; None if that is another unit.

    Nothing typed is always right, and so is another word for people. Where no unit is asked for, words that say what
    was counted are right too, and a share in per cent is read as the share.

    Examples
    --------
    >>> unit_factor("", "%"), unit_factor("of 100", "%"), unit_factor("Patient", "patients"), unit_factor("kg", "%")
    (1.0, 1.0, 1.0, None)
    >>> unit_factor("women", ""), unit_factor("%", ""), unit_factor("thousand", "")
    (1.0, 0.01, None)
    """
    wanted, given = _unit(unit), _unit(typed)
    if given in ("", wanted):
        return 1.0
    if wanted == "" and given == "%":
        return 0.01
    if {wanted, given} <= _PEOPLE:
        return 1.0
    words = _SPACE.split(trimmed(typed).lower())
    counted = bool(_COUNTED.fullmatch(typed)) and not _SCALES & set(words) and len(words[0]) > 2
    return 1.0 if wanted == "" and counted else None


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
    # A mark that can be read in two ways is read so that an accepted "1,000" is met by 1000, and "0.500" by "0,500".
    (first, first_unit), (second, second_unit) = read_number(one), read_number(other)
    return bool(set(first) & set(second)) and _unit(first_unit) == _unit(second_unit)


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
