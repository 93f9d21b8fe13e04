"""How hard an English text looks: words, sentences, syllables, and the grades made from them.

The formulas measure length, not understanding: a text of short words can still be wrong, or say nothing to do. They
hold for English; a German or Italian text needs its own formula. The same rules run in the reader's browser
(``explorables/readability-meter/readability.mjs``); one file of test vectors holds both to the same answers.

What counts, so that anyone can count by hand:

- A *word* is a run of letters, with inner apostrophes, hyphens and digits (``X-ray`` is one word), or a number
  (``1,000``; ``6.7``; ``90%``).
- A *sentence* ends at ``.``, ``!``, ``?`` or ``…`` before a space, at a blank line, and before a list mark. The dot of
  an abbreviation (``Dr.``) or of an initial (``K.``) ends nothing unless the text stops there.
- A *syllable* is a group of vowels, corrected for the commonest silent letters and split vowels. A number has one
  syllable, because digits are looked at, not sounded out. Two or three capitals are spelled: ``AI`` has two.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "Measure",
    "flesch_kincaid_grade",
    "lix",
    "measure",
    "normalise",
    "reading_ease",
    "sentences",
    "smog",
    "syllables",
    "words",
]

_LETTER = "A-Za-z\u00c0-\u024f"
_WORD = re.compile(rf"[{_LETTER}][{_LETTER}0-9]*(?:['-][{_LETTER}0-9]+)*|[0-9]+(?:[.,:][0-9]+)*%?")
_BREAK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*\u2022]|[0-9]+[.)])[ \t])")
_END = re.compile(r"([.!?\u2026]+[\"')\]]*)(?:\s+|$)")
_NO_END = re.compile(r"(?:^|[\s(\"'])(?:dr|mr|mrs|ms|prof|st|vs|approx|e\.g|i\.e|[A-Z])\.$", re.IGNORECASE)

# Words that leaflets use and the rules below would miscount; the number is what a speaker says.
_KNOWN = {
    "aches": 1, "anyone": 3, "argue": 2, "business": 2, "cafe": 2, "caregiver": 3, "caregivers": 3, "cruel": 2,
    "diabetes": 4, "element": 3, "elements": 3, "evening": 2, "every": 2, "everyone": 3, "everything": 3, "eye": 1,
    "eyes": 1, "fuel": 2, "headaches": 2, "homepage": 2, "homework": 2, "household": 2, "lifestyle": 2, "lion": 2,
    "medicine": 3, "people": 2, "pier": 1, "poem": 2, "prayer": 1, "recipe": 3, "safety": 2, "science": 2,
    "somebody": 3, "someone": 2, "something": 2, "sometimes": 2, "somewhere": 2, "theatre": 3, "therefore": 2,
    "tier": 1,
}  # fmt: skip

# Letters that are written and not spoken: each place found takes one from the count of vowel groups.
_SILENT = (
    r"[^aeiouyl]e$|[aeiouy]le$",  # nurse, whole; not table
    r"[aeiou][gq]ue$",  # league
    r"[^aeiouylsxzcgh]es$|[aeiouy]les$|thes$",  # tests with e: times, rules, clothes; not nurses, tables
    r"[^aeiouytdlr]ed$|[aeiouyrl]led$|[aeiouyr]red$",  # looked, called, shared; not needed, handled, hundred
    r"[aeiouy][^aeiouy]*[^aeiouyl]e(?:ly|ments?|ful|fully|less|ness)$",  # safely, movement, careful; not settlement
    r"[cgstx]i(?:a[ln]|ou|on|en)|[ln]ion|tia$",  # special, station, patient, opinion: taken back from _APART
)

# Vowels written together and spoken apart: each place found adds one.
_APART = (
    r"i[aou]",  # radiation, biopsy, previous, radius
    r"ien[ct]|^scien|i(?:er|ers|est)$|iet(?:y|ies)$|^diet|quiet",  # experience, earlier, society
    r"eo(?!u|n$|ns$)",  # video, theory; not surgeon
    r"^crea(?!tu)|^rea(?:ct|ss)|^area|idea|ausea",  # create, reassure, idea
    r"[^qg]u(?:a[lrt]|ou|en)|uit(?:y|ies)$|fluid|ruin|genuin",  # actual, situation, influenza; not equal
    r"[eio]ing|[^aeiou]ying|[aeiou]y[aeiou](?!d$)",  # being, trying, loyal; not employed
    r"^co(?:operat|ordin)|[aeiouy](?:s|th)ms?$|[ds]nt$",  # cooperate, algorithm, isn't
)


def normalise(text: str) -> str:
    """Return `text` with one form for accents, quotation marks, dashes and spaces.

    Examples
    --------
    >>> normalise("caf\u00e9\u00a0\u2018x\u2019")
    "cafe 'x'"
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not "\u0300" <= c <= "\u036f")
    bare = re.sub("[\u2018\u2019\u02bc]", "'", bare)
    bare = re.sub("[\u201c\u201d\u201e\u00ab\u00bb]", '"', bare)
    bare = re.sub("[\u2010\u2011]", "-", bare)
    bare = re.sub("[\u00a0\u2007\u2009\u202f]", " ", bare)
    return re.sub("\r\n?", "\n", bare)


def words(text: str) -> list[str]:
    """Return the words of `text`, in order.

    Examples
    --------
    >>> words("Of 1,000 women, 6.7 % don't need an X-ray.")
    ['Of', '1,000', 'women', '6.7', "don't", 'need', 'an', 'X-ray']
    """
    return _WORD.findall(normalise(text))


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`; a piece without a word is none.

    Examples
    --------
    >>> sentences("Dr. K. looked too. Call us: 6.7 of 100! Is that all?")
    ['Dr. K. looked too.', 'Call us: 6.7 of 100!', 'Is that all?']
    """
    found = []
    for block in _BREAK.split(normalise(text)):
        start = 0
        for end in _END.finditer(block):
            piece = block[start : end.end(1)]
            if _NO_END.search(piece) and end.end() < len(block):
                continue
            found.append(piece)
            start = end.end()
        found.append(block[start:])
    return [" ".join(piece.split()) for piece in found if _WORD.search(piece)]


def _spoken(part: str) -> int:
    letters = re.sub(r"[^a-z]", "", part.lower())
    if letters in _KNOWN:
        return _KNOWN[letters]
    groups = len(re.findall(r"[aeiouy]+", letters))
    apart = sum(len(re.findall(rule, letters)) for rule in _APART)
    silent = sum(len(re.findall(rule, letters)) for rule in _SILENT)
    return max(1, groups + apart - silent)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Return how many syllables a speaker gives `word`, by rule.

    Examples
    --------
    >>> [syllables(word) for word in ("test", "cancer", "radiation", "X-ray", "AI", "1,000")]
    [1, 2, 4, 2, 2, 1]
    """
    word = normalise(word)
    if re.match(r"[0-9]", word):
        return 1
    if re.fullmatch(r"[A-Z]{2,3}", word):
        return len(word) + 2 * word.count("W")
    return sum(_spoken(part) for part in word.split("-") if part)


@dataclass(frozen=True)
class Measure:
    """Counts of a text and the grades made from them; a grade is None for a text without words."""

    words: int
    sentences: int
    syllables: int
    polysyllables: int
    long_words: int
    grade: float | None
    ease: float | None
    smog: float | None
    lix: float | None


def measure(text: str) -> Measure:
    """Count `text` once and compute every grade from the counts.

    Parameters
    ----------
    text : str
        Plain text in English.

    Returns
    -------
    Measure
        `polysyllables` have three syllables or more, `long_words` more than six letters.

    Notes
    -----
    With W words, S sentences, Y syllables, P polysyllables and L long words: Flesch-Kincaid grade
    0.39 W/S + 11.8 Y/W - 15.59; Flesch reading ease 206.835 - 1.015 W/S - 84.6 Y/W; SMOG
    3.1291 + 1.0430 sqrt(30 P/S); LIX W/S + 100 L/W.

    Examples
    --------
    >>> m = measure("A doctor looked at your X-ray. One area needs a second look.")
    >>> m.words, m.sentences, m.syllables
    (12, 2, 17)
    >>> round(m.grade, 1), round(m.ease, 1)
    (3.5, 80.9)
    """
    found = words(text)
    stops = len(sentences(text))
    if not found:
        return Measure(0, 0, 0, 0, 0, None, None, None, None)
    spoken = [syllables(word) for word in found]
    total, count, poly = sum(spoken), len(found), sum(each >= 3 for each in spoken)
    long_words = sum(len(re.findall(rf"[{_LETTER}]", word)) > 6 for word in found)
    return Measure(
        words=count,
        sentences=stops,
        syllables=total,
        polysyllables=poly,
        long_words=long_words,
        grade=0.39 * count / stops + 11.8 * total / count - 15.59,
        ease=206.835 - 1.015 * count / stops - 84.6 * total / count,
        smog=3.1291 + 1.0430 * math.sqrt(30 * poly / stops),
        lix=count / stops + 100 * long_words / count,
    )


def flesch_kincaid_grade(text: str) -> float | None:
    """Return the Flesch-Kincaid grade: years of US school that the lengths in `text` suggest.

    Examples
    --------
    >>> flesch_kincaid_grade("") is None
    True
    """
    return measure(text).grade


def reading_ease(text: str) -> float | None:
    """Return the Flesch reading ease of `text`: about 0 (hard) to 100 (easy)."""
    return measure(text).ease


def smog(text: str) -> float | None:
    """Return the SMOG grade of `text`; made for 30 sentences, so rough on a short leaflet.

    Examples
    --------
    >>> round(smog("We read the medicine. " * 30), 1)
    8.8
    """
    return measure(text).smog


def lix(text: str) -> float | None:
    """Return LIX of `text`: sentence length plus the share of long words; it needs no syllables."""
    return measure(text).lix
