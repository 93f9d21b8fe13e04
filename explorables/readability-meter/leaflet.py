"""What a patient leaflet must say besides being short: people, both sides, doubt, what to do.

A low grade is not a good leaflet. Each `Check` looks for one thing that a reader needs before they can act or choose,
and says kindly what is missing. The checks read patterns, not meaning: they can be fooled, and a person decides.

The rules are data. The readability meter hands `RULES` to its browser module, which applies them in the same way, so
that page and exercise never disagree. Patterns use the syntax that Python and JavaScript share; they meet text that
was lower-cased, with plain spaces and number words turned into digits.
"""

import re
from dataclasses import asdict, dataclass

from ai2med.readability import normalise

__all__ = ["CHECKS", "RULES", "Check", "Finding", "check_leaflet"]

_NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "twenty": "20", "fifty": "50", "a hundred": "100", "1 hundred": "100",
    "a thousand": "1000", "1 thousand": "1000",
}  # fmt: skip

_TIME = r"(?: ?%| per ?cent| (?:minutes?|hours?|days?|weeks?|months?|years?)\b)"
# "9 of 98", "9 women out of every 98 women", and "of 98 women": the last group is the number counted from.
_FREQUENCY = (
    r"\b([0-9][0-9,]*) (?:[a-z]+ )?(?:of|out of|in|per|among) (?:every |the |these |those |about )*([0-9][0-9,]*)\b"
    rf"(?!{_TIME}|[.][0-9])",
    r"\b()(?:of|out of|among) (?:every |the |these |those |about )*([0-9][0-9,]*)\b"
    rf"(?!{_TIME}|[.][0-9])(?= [a-z])",
)
_PERCENT = r"\b[0-9]+(?:[.][0-9]+)? ?(?:%|per ?cent)"
_OF_WHOM = r"^ of (?:the |all |every |these |those |our )*[a-z]+"
_RELATIVE = (
    r"\b[0-9]+(?:[.][0-9]+)? ?(?:%|per ?cent) (?:more|fewer|less|higher|lower|better|safer)\b"
    r"|\b(?:twice|double[ds]?|halve[ds]?|half|threefold|[0-9]+ times) (?:as|the|your|more|higher|likelier|better)\b"
    r"|\b(?:rais|reduc|cut|lower|increas|improv)[a-z]* [a-z ]{0,30}by [0-9]+(?:[.][0-9]+)? ?(?:%|per ?cent)"
)


@dataclass(frozen=True)
class Check:
    """One thing a leaflet needs, or must avoid.

    Parameters
    ----------
    id : str
        Kebab-case name, used by exercises.
    looks_for : str
        What the check looks for, as the reader sees it beside the tick.
    kind : str
        ``need`` (one pattern must match), ``avoid`` (none may), or one of the number rules ``denominator``,
        ``frames``, ``percent``, ``relative``.
    message : str
        What to do when it is missing or broken, at most 40 words.
    patterns : tuple of str
        Regular expressions of the kinds ``need`` and ``avoid``.
    mixed : str
        Second message of a number rule: something is there, but not as it should be.
    """

    id: str
    looks_for: str
    kind: str
    message: str
    patterns: tuple[str, ...] = ()
    mixed: str = ""


@dataclass(frozen=True)
class Finding:
    """What one check found in a text: `ok`, the message to show when not, and the words that decided it."""

    id: str
    ok: bool
    looks_for: str
    message: str
    found: tuple[str, ...]


# Before "program" or "machine" these words say that it is no computer: "the screening program", "the X-ray machine".
_NO_COMPUTER = (
    "screening|mammography|breast|cancer|prevention|vaccination|health|care|treatment|training|exercise|study|national"
    "|ray|ct|mri|mr|ultrasound"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"

CHECKS = (
    Check(
        "one-denominator",
        "Numbers count people, all from one group",
        "denominator",
        "No number counts people yet. Say it as “18 of 100 women”, and keep the same 100 all the way.",
        mixed="The numbers count from different groups, so nobody can compare them. Choose one group, such as 100, "
        "and keep it.",
    ),
    Check(
        "both-frames",
        "Both sides of each number",
        "frames",
        "There is no count of people yet, so both sides cannot be told. Say how many have it and how many do not.",
        mixed="Only one side is told. If 18 of 100 have it, also say that 82 do not: the side you choose changes what "
        "people decide.",
    ),
    Check(
        "of-whom",
        "Every percentage says “of whom”",
        "percent",
        "A percentage does not say of whom. Readers fill the gap with “me”. Write “90 % of women with cancer”, or "
        "better, count people.",
    ),
    Check(
        "absolute-first",
        "Counts come before comparisons",
        "relative",
        "“More”, “twice” or “half” of what? First say how many people of 100 or 1,000, before and after. Then compare, "
        "if you must.",
    ),
    Check(
        "unknowns",
        "What is not known, or can go wrong",
        "need",
        "The letter sounds surer than anyone is. Add one sentence: what is not known, or how the result can be wrong.",
        patterns=(
            r"(?:not|n't|nobody|no 1)(?: yet| been| for| has| have)* "
            r"(?:known?|knows|measured|tested|studied|proven|certain|sure|clear|tell|say)\b",
            r"\b(?:unknown|uncertain|unclear|too early to)\b",
            r"\b(?:can|may|might|could|sometimes|often) (?:also )?(?:be |is |are )?(?:wrong|mistaken|miss|fail)\b",
            r"\b(?:is|are) (?:sometimes|often) (?:wrong|mistaken)\b|\bmakes? mistakes\b",
            r"\bbetween [0-9][0-9,]* and [0-9][0-9,]* (?:[a-z]+ )?(?:of|in|out of)\b",
            r"\bstudied (?:elsewhere|only)\b|\bnot enough (?:people|studies|tests|research)\b",
        ),
    ),
    Check(
        "action",
        "What to do next",
        "need",
        "The reader does not learn what to do. Put it first, with a verb: “Please call us”, “Come to”, “Bring”.",
        patterns=(
            r"\b(?:call|phone|ring|come|visit|book|make an appointment|arrange|write to|reply|e-?mail|bring|contact)\b",
        ),
    ),
    Check(
        "when",
        "By when, or on which day",
        "need",
        "There is something to do, but no day. Add it: “within 3 days”, “by Friday 4 June”.",
        patterns=(
            r"\b(?:within|in the next|after|for the next) [0-9]+ (?:working )?(?:hours?|days?|weeks?|months?)\b",
            rf"\b(?:on|by|before|until|from|this|next|,) (?:the )?(?:{_DAYS}|week|month)\b|\b(?:today|tomorrow)\b",
            rf"\b[0-9]{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})\b",
            r"\b[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}\b|\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b",
            r"\b(?:by|on|before|until) [0-9]{1,2}[./][0-9]{1,2}\b(?! ?%)",
        ),
    ),
    Check(
        "contact",
        "How to reach you",
        "need",
        "A reader with a question is stuck. Add a phone number, or the room and the hours.",
        patterns=(
            r"\+?[0-9][0-9 ()/-]{5,}[0-9]",
            r"[a-z0-9.-]+@[a-z0-9-]+[.][a-z]+",
            r"\bnumber (?:above|below|on (?:this|the)|at the (?:top|bottom|end))\b|\b(?:room|ward|desk) [a-z]?[0-9]+\b",
        ),
    ),
    Check(
        "no-false-comfort",
        "No comfort that may be false",
        "avoid",
        "“{found}” will be false for some readers, and they remember it. Say how many have no illness, and what you "
        "do for those who do.",
        patterns=(
            r"(?:\bnothing|\bno need|\bno reason|not|n't) (?:to )?(?:worry|be worried|be afraid|fear|to worry about)\b",
            r"\bno (?:cause|reason) for (?:concern|alarm|worry)\b|\brest assured\b|\b(?:completely|100 ?%) safe\b",
            r"\b(?:you are|everything is|all is) (?:fine|safe|healthy|ok|okay|well)\b|\bharmless\b|\bnothing serious\b",
            r"\b(?:surely|certainly|definitely) (?:not|no|fine|harmless|benign)\b|\bnever wrong\b|\bguarantee[ds]?\b",
        ),
    ),
    Check(
        "ai-named",
        "The part that a computer program played",
        "need",
        "No computer program is named. Short, but complete? Say in a breath what the program did and who decides.",
        # "Programme" alone never counts: in British English it is organised care, such as screening.
        patterns=(
            r"\b(?:ai|artificial intelligence|computers?|software|algorithms?)\b",
            rf"(?:^|\b(?!(?:{_NO_COMPUTER})\b)[a-z0-9]+[^a-z0-9]+)(?:programs?|machines?)\b",
        ),
    ),
)

RULES = {
    "numberWords": _NUMBER_WORDS,
    "frequency": list(_FREQUENCY),
    "percent": _PERCENT,
    "ofWhom": _OF_WHOM,
    "relative": _RELATIVE,
}
"""Patterns that the number rules share, JSON-ready."""


def _plain(text: str) -> str:
    # Characters beyond the basic plane count twice in JavaScript; without them both sides see the same places.
    text = re.sub("[\U00010000-\U0010ffff]", " ", normalise(text).lower())
    text = " ".join(text.split())
    for word, digits in _NUMBER_WORDS.items():
        text = re.sub(rf"\b{word}\b", digits, text, flags=re.ASCII)
    return text


def _counts(text: str) -> list[tuple[int, str, str]]:
    """Return (place, number, group) of every count of people; the number is "" in "of 98 women"."""
    found = []
    for pattern in _FREQUENCY:
        for match in re.finditer(pattern, text, re.ASCII):
            number, group = (each.replace(",", "") for each in match.groups())
            if int(group) > 1:
                found.append((match.start(), number, group))
    return sorted(found)


def _denominator(check: Check, text: str) -> tuple[bool, str, list[str]]:
    groups = list(dict.fromkeys(group for _, _, group in _counts(text)))
    return len(groups) == 1, check.mixed if groups else check.message, groups


def _frames(check: Check, text: str) -> tuple[bool, str, list[str]]:
    counts = _counts(text)
    counted_from = {place: group for place, number, group in counts if number}
    numbers = [(m.start(), m.group().replace(",", "")) for m in re.finditer(r"\b[0-9][0-9,]*", text, re.ASCII)]
    for place, number, group in counts:
        # The other side stands nearby and is not itself counted from another group.
        near = [
            int(value)
            for at, value in numbers
            if place - 120 <= at < place + 200 and counted_from.get(at, group) == group
        ]
        for one in [int(number)] if number else sorted(set(near)):
            other = int(group) - one
            if other > 0 and near.count(other) > (one == other):
                return True, "", [f"{one} + {other} = {group}"]
    return False, check.mixed if counts else check.message, []


def _percent(check: Check, text: str) -> tuple[bool, str, list[str]]:
    bare = [m.group() for m in re.finditer(_PERCENT, text, re.ASCII) if not re.match(_OF_WHOM, text[m.end() :])]
    return not bare, check.message, bare


def _relative(check: Check, text: str) -> tuple[bool, str, list[str]]:
    first = re.search(_RELATIVE, text, re.ASCII)
    counts = _counts(text)
    ok = first is None or (bool(counts) and counts[0][0] < first.start())
    return ok, check.message, [first.group()] if first else []


def _patterns(check: Check, text: str) -> tuple[bool, str, list[str]]:
    found = [match.group() for p in check.patterns if (match := re.search(p, text, re.ASCII))]
    ok = bool(found) == (check.kind == "need")
    return ok, check.message.replace("{found}", found[0] if found else ""), found


_KINDS = {
    "need": _patterns,
    "avoid": _patterns,
    "denominator": _denominator,
    "frames": _frames,
    "percent": _percent,
    "relative": _relative,
}


def check_leaflet(text: str, checks: list[str] | None = None) -> list[Finding]:
    """Look for each thing a leaflet needs and return one finding a check.

    Parameters
    ----------
    text : str
        The leaflet, in English.
    checks : list of str, optional
        Ids of `CHECKS`, in the order wanted. Default: all.

    Raises
    ------
    ValueError
        If an id is unknown.

    Examples
    --------
    >>> letter = "Of 100 women called back, 18 have cancer and 82 do not. Call us within 3 days."
    >>> [finding.id for finding in check_leaflet(letter) if not finding.ok]
    ['unknowns', 'contact', 'ai-named']
    """
    plain = _plain(text)
    findings = []
    for check in select(checks):
        ok, message, found = _KINDS[check.kind](check, plain)
        findings.append(Finding(check.id, ok, check.looks_for, "" if ok else message, tuple(found)))
    return findings


def select(ids: list[str] | None = None) -> list[Check]:
    """Return the checks of these ids, or all; an unknown id is a `ValueError` that lists the known ones."""
    known = {check.id: check for check in CHECKS}
    if ids is None:
        return list(CHECKS)
    unknown = [each for each in ids if each not in known]
    if unknown:
        raise ValueError(f"No leaflet check is called {unknown[0]!r}. Choose from: {', '.join(known)}.")
    return [known[each] for each in ids]


def as_data(checks: list[Check]) -> list[dict]:
    """Return `checks` as plain dictionaries for the browser."""
    return [{**asdict(check), "patterns": list(check.patterns)} for check in checks]
