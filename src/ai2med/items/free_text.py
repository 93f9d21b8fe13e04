"""Look in a free text for wordings that an author listed.

A text is never judged by this: what is found is shown to the reader, who judges. ``marking.mjs`` holds the same rules.
Patterns are regular expressions of the syntax that Python and JavaScript share. A space in a pattern stands for any
white space; case does not matter; typographic quotes and dashes count as plain ones.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from .answers import SPACES

# One sign for one sign, so that places in the plain text are places in the reader's own.
_PLAIN = (
    (re.compile(f"[{SPACES}]"), " "),
    (re.compile("[\u2018\u2019\u02bc]"), "'"),
    (re.compile("[\u2010-\u2015\u2212]"), "-"),
)
# Python reads these, JavaScript does not, or in another way.
_ONLY_PYTHON = re.compile(r"\(\?P|\(\?[aiLmsux(#>]|\\[AZ]|[*+?}]\+")

_ONE_SPACE = re.compile(" (?![?*+{])")

# "A doctor decides nothing" does not say who decides. A count is said all the same: "82 of 100 women have no cancer".
_FLAGS = re.IGNORECASE | re.ASCII
_NEGATION = re.compile(r"\b(?:no|not|nothing|nobody|none|never|neither|nor|cannot|without)\b|n't\b", _FLAGS)
_COUNT = re.compile(
    r"[0-9%]|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|per ?cent)\b",
    _FLAGS,
)
_CLAUSE_END = re.compile(
    r"[.,](?![0-9])|[:;!?()\n]| - "
    r"|\b(?:and|or|but|so|then|because|if|whether|who|which|that|while|until|before|after)\b",
    _FLAGS,
)


def source(pattern: str) -> str:
    """Return a pattern as both languages run it."""
    return _ONE_SPACE.sub(" +", pattern)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern:
    """Return a pattern ready to search.

    Raises
    ------
    ValueError
        If it is no pattern, or one that JavaScript would read otherwise.
    """
    if found := _ONLY_PYTHON.search(pattern):
        raise ValueError(f"JavaScript does not read {found[0]!r} as Python does")
    try:
        made = re.compile(source(pattern), re.IGNORECASE | re.ASCII)
    except re.error as error:
        raise ValueError(str(error)) from None
    if made.match(""):
        raise ValueError("it is found in an empty text")
    return made


def plainly(text: str) -> str:
    """Return the text with plain spaces, quotes and dashes, sign for sign.

    Examples
    --------
    >>> plainly("it\u2019s 3\u00a0\u2212 1")
    "it's 3 - 1"
    """
    for signs, one in _PLAIN:
        text = signs.sub(one, text)
    return text


def found_in(item, text: str) -> dict[str, list[tuple[int, int]]]:
    """Return where each danger and each fact of an item is found in a text.

    Parameters
    ----------
    item : TextItem
        Its `facts` and `dangers` are looked for.
    text : str
        What the reader wrote.

    Returns
    -------
    dict of str to list of (int, int)
        For each id the places, from start to end: all of a danger, at most one of a fact. What stands inside a danger
        counts for no fact: "no doctor looked" does not say that a doctor looks. Nor does what is denied in its clause.
    """
    plain = plainly(text)
    places = {danger.id: _apart(_spans(danger.find, plain)) for danger in item.dangers}
    taken = [place for found in places.values() for place in found]
    for fact in item.facts:
        free = (
            place
            for place in _apart(span for span in _spans(fact.find, plain) if not is_denied(plain, *span))
            if all(place[1] <= start or end <= place[0] for start, end in taken)
        )
        places[fact.id] = [first] if (first := next(free, None)) else []
    return places


def is_denied(text: str, start: int, end: int) -> bool:
    """Return whether a negation stands in the same clause, before or after the words from start to end.

    Examples
    --------
    >>> is_denied("A doctor decides nothing.", 2, 16)
    True
    >>> is_denied("A doctor decides, not the computer.", 2, 16)
    False
    """
    words = text[start:end]
    if _NEGATION.search(words) or _COUNT.search(words):
        return False
    before, after = _CLAUSE_END.split(text[:start])[-1], _CLAUSE_END.split(text[end:])[0]
    return bool(_NEGATION.search(before) or _NEGATION.search(after))


def _spans(patterns: Iterable[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for pattern in patterns for match in compiled(pattern).finditer(text)]


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return places in the order of the text; of two that overlap the one that begins first."""
    kept: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
