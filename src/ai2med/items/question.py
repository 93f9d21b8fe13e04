"""Which words of a stem ask: they are shown bold, and they name the group of fields.

A stem is a scene, a question and sometimes a remark, often in one paragraph. A screen reader that gave all of it as the
name of each field would be unbearable, and bold that marks everything marks nothing.
"""

import re
from itertools import pairwise

from .text import Rich

__all__ = ["with_question"]

# A sentence ends here if a new one begins behind it: with a capital, a number, an opening mark.
_END = re.compile(r"[.?!][\"”’»)]*(?=\s+[^\sa-z])")
_ABBREVIATED = re.compile(r"(?:^|[\s(\"“])(?:e\.g|i\.e|cf|vs|approx|Art|No|Nr|Fig|Dr|Mr|Mrs|Ms|Prof|St|[A-Z])\.$")
_ASKS = re.compile(r"\?[\"”’»)]*$")
_CLOSES = re.compile(r"[.?!][\"”’»)]*$")

# With one of these an author tells the reader what to do.
_INSTRUCTS = re.compile(
    r"[\"“‘]?(?:First |Then |Now )?(?:Advise|Answer|Arrange|Build|Choose|Compare|Complete|Compute|Count|Decide|Explain"
    r"|Fill|Find|Give|Judge|Lead|Mark|Match|Name|Order|Pick|Place|Predict|Put|Rank|Read|Say|Select|Set|Sort|Take|Tell"
    r"|Tick|Type|Write)\b",
    re.IGNORECASE,
)

_Span = tuple[int, int]


def with_question(stem: Rich) -> Rich:
    """Return a stem whose runs that ask carry ``"q": True``; they stand together in one paragraph.

    What an author set in bold asks, if it is one or more whole sentences; at the very start of a stem it is a label
    unless it ends with a question mark. Else the last sentences that end with a question mark ask, else the last
    sentence that tells the reader what to do. In a stem that only tells a scene nothing asks.

    Parameters
    ----------
    stem : list of list of dict
        Rich text, as `ai2med.items.text.rich` gives it.

    Examples
    --------
    >>> from ai2med.items.text import rich
    >>> with_question(rich("Ten fell. Which rate is it? Nothing is graded."))
    [[{'t': 'Ten fell. '}, {'t': 'Which rate is it?', 'q': True}, {'t': ' Nothing is graded.'}]]
    """
    found = _bold(stem) or _last_questions(stem) or _last_instruction(stem)
    if found is None:
        return stem
    paragraph, span = found
    return [_marked(runs, span) if k == paragraph else runs for k, runs in enumerate(stem)]


def _text(runs: list[dict]) -> str:
    return "".join(run.get("t", "…") for run in runs)


def _sentences(runs: list[dict]) -> list[_Span]:
    """Return where each sentence of a paragraph begins and ends, without the spaces around it."""
    text, starts, code = _text(runs), set(), 0
    for run in runs:
        if run.get("c"):
            starts.add(code)
        code += len(run.get("t", "…"))
    ends = [found.end() for found in _END.finditer(text)]
    # A new sentence may begin with the name of a variable, in small letters.
    ends += [len(text[:start].rstrip()) for start in starts if _CLOSES.search(text[:start].rstrip())]
    ends = sorted({end for end in ends if not _ABBREVIATED.search(text[:end])})
    spans, begin = [], 0
    for end in [*ends, len(text)]:
        begin += len(text[begin:end]) - len(text[begin:end].lstrip())
        if text[begin:end].strip():
            spans.append((begin, begin + len(text[begin:end].rstrip())))
        begin = end
    return spans


def _stretches(runs: list[dict]) -> list[_Span]:
    """Return where a paragraph is bold."""
    spans: list[_Span] = []
    place = 0
    for run in runs:
        end = place + len(run.get("t", "…"))
        if run.get("b"):
            joined = bool(spans) and spans[-1][1] == place
            spans = [*spans[:-1], (spans[-1][0], end)] if joined else [*spans, (place, end)]
        place = end
    return spans


def _bold(stem: Rich) -> tuple[int, _Span] | None:
    for paragraph in reversed(range(len(stem))):
        text = _text(stem[paragraph])
        for begin, end in reversed(_stretches(stem[paragraph])):
            words = text[begin:end].rstrip()
            is_alone = len(stem) == 1 and len(words) == len(text.strip())
            is_label = paragraph == 0 and not text[:begin].strip() and not is_alone and not _ASKS.search(words)
            if is_label or not _CLOSES.search(words):
                continue
            touched = [span for span in _sentences(stem[paragraph]) if span[0] < end and span[1] > begin]
            return paragraph, (touched[0][0], touched[-1][1])
    return None


def _last_questions(stem: Rich) -> tuple[int, _Span] | None:
    for paragraph in reversed(range(len(stem))):
        text, found = _text(stem[paragraph]), None
        for begin, end in reversed(_sentences(stem[paragraph])):
            if _ASKS.search(text[begin:end]):
                found = (begin, found[1] if found else end)
            elif found:
                break
        if found:
            return paragraph, found
    return None


def _last_instruction(stem: Rich) -> tuple[int, _Span] | None:
    for paragraph in reversed(range(len(stem))):
        text = _text(stem[paragraph])
        for begin, end in reversed(_sentences(stem[paragraph])):
            if _INSTRUCTS.match(text, begin):
                return paragraph, (begin, end)
    return None


def _marked(runs: list[dict], span: _Span) -> list[dict]:
    """Return the runs of a paragraph, split where the span begins and ends, with those inside marked."""
    made, place = [], 0
    for run in runs:
        text = run.get("t", "…")
        cuts = sorted({0, len(text), *(cut - place for cut in span if 0 < cut - place < len(text))})
        for begin, end in pairwise(cuts):
            asks = span[0] <= place + begin and place + end <= span[1]
            part = run if "t" not in run else {**run, "t": text[begin:end]}
            made.append({**part, "q": True} if asks else part)
        place += len(text)
    return made
