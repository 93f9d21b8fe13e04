"""The narration as sentences: for captions, for the browser's voice, for the file of an audio or video build.

A voice reads ``AUROC`` or ``NEWS2`` wrongly; `pronunciations.yml` says how each is spoken. It drops the sign of
``-0.3``: signs become words here, and those of which no rule makes a word `unspeakable` names for the linter.
"""

import re
from functools import cache
from pathlib import Path

import yaml

__all__ = ["narration", "pronunciations", "split_sentences", "spoken", "unspeakable"]

# A dot ends a sentence if a capital follows, unless it stands behind one of these.
_END = re.compile(r"(?<=[.?!])[\"”’)]*\s+(?=[A-Z0-9\"“‘(])|(?<=[.?!][\"”’)])\s+(?=[A-Z0-9\"“‘(])")
_ABBREVIATION = re.compile(r"(?:\b(?:Art|Dr|Mr|Mrs|Ms|No|e\.g|i\.e|approx|vs|cf)\.)$")

# Signs beside a number, in the order in which they are replaced.
_SIGNS = [
    (re.compile(sign), said)
    for sign, said in (
        (r"(?<=\d)\s*–\s*(?=[-−+]?\d)", " to "),
        (r"±\s*(?=\d)", "plus or minus "),
        (r"(?<![\w)])[-−](?=\d)", "minus "),
        (r"(?<![\w)])\+(?=\d)", "plus "),
        (r"(?<=\d)\s*[×·]\s*(?=\d)", " times "),
        (r"(?<=\d)/(?=\d)", " over "),
        (r"(?<=\d)\s*%", " per cent"),
        (r"(?<=\d)\s*°C\b", " degrees Celsius"),
        (r"≥\s*(?=\d)", "at least "),
        (r"≤\s*(?=\d)", "at most "),
    )
]
_SPEAKABLE = re.compile(r"[\w\s.,;:?!'’\"“”‘()…-]")


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with the space behind it, so that they join to the same text.

    >>> split_sentences("See Art. 6 first. Then ask: who? Dr. Ek knows.")
    ['See Art. 6 first. ', 'Then ask: who? ', 'Dr. Ek knows.']
    """
    found, start = [], 0
    for end in _END.finditer(text):
        if not _ABBREVIATION.search(text[start : end.start()].rstrip('"”’)')):
            found.append(text[start : end.end()])
            start = end.end()
    return [*found, text[start:]] if text[start:] else found


@cache
def pronunciations() -> dict[str, str]:
    """Return how terms are spoken, by the form that is written."""
    path = Path(__file__).parent / "pronunciations.yml"
    return {str(word): str(said) for word, said in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


@cache
def _pattern() -> re.Pattern:
    longest_first = sorted(pronunciations(), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def spoken(text: str) -> str:
    """Return a text as a voice should say it.

    >>> spoken("The AUROC is 0.86.")
    'The A U rock is 0.86.'
    >>> spoken("It loses -7.1 on 48-hour targets, ±2 % or 10–12.")
    'It loses minus 7.1 on 48-hour targets, plus or minus 2 per cent or 10 to 12.'
    """
    said = _pattern().sub(lambda word: pronunciations()[word[0]], text)
    for sign, words in _SIGNS:
        said = sign.sub(words, said)
    return said


def unspeakable(text: str) -> str:
    """Return the signs that a voice would still drop or spell.

    >>> unspeakable("The AUROC is +0.1, A → B & C.")
    '→&'
    """
    return "".join(dict.fromkeys(_SPEAKABLE.sub("", spoken(text))))


def narration(unit_id: str, title: str, minutes: int, slides: list[dict]) -> dict:
    """Return what the narration file of a unit holds.

    Parameters
    ----------
    unit_id, title, minutes : str, str, int
        Of the presentation.
    slides : list of dict
        Each with ``title``, ``sentences`` (list of str) and ``questions`` (list of ids).

    Returns
    -------
    dict
        With the number of each slide, and for each sentence ``text`` and, where a voice would read it wrongly, ``say``.
    """
    words = sorted({word for slide in slides for text in slide["sentences"] for word in _pattern().findall(text)})
    return {
        "format": "ai2med-narration-1",
        "unit": unit_id,
        "title": title,
        "language": "en",
        "minutes": minutes,
        "pronunciations": {word: pronunciations()[word] for word in words},
        "slides": [
            {
                "slide": number,
                "title": slide["title"],
                "questions": slide["questions"],
                "sentences": [
                    {"text": text} if spoken(text) == text else {"text": text, "say": spoken(text)}
                    for text in slide["sentences"]
                ],
            }
            for number, slide in enumerate(slides, 1)
        ],
    }
