"""What is done to the runs of rich text, once, for every place that shows them."""

import re

from .text import Rich

__all__ = ["with_tails", "without_verdict"]

_SAID_ALREADY = {
    "right": re.compile(r"(?:Right|Yes|Correct)[.:!] +"),
    "wrong": re.compile(r"(?:Not right|Wrong|No)[.:!] +"),
}
# What belongs to a gap must not begin the next line.
_TAIL = re.compile(r"(?: ?%)?[.,;:!?)\]\"\u201d\u2019\u00bb]*")


def without_verdict(rich: Rich, kind: str) -> Rich:
    """Return feedback without a first word that only repeats its verdict.

    Parameters
    ----------
    rich : list of list of dict
        What an author says of a part.
    kind : {"right", "wrong"}
        The verdict beside which it is shown.

    Examples
    --------
    >>> without_verdict([[{"t": "Right. Bars are read."}]], "right")
    [[{'t': 'Bars are read.'}]]
    >>> without_verdict([[{"t": "Right. Bars are read."}]], "wrong")
    [[{'t': 'Right. Bars are read.'}]]
    """
    if not rich:
        return rich
    first = rich[0][0]
    found = _SAID_ALREADY[kind].match(first["t"])
    if not found:
        return rich
    rest = first["t"][found.end() :]
    runs = [{**first, "t": rest[0].upper() + rest[1:]}, *rich[0][1:]] if rest else rich[0][1:]
    return [runs, *rich[1:]]


def with_tails(runs: list[dict]) -> list[dict]:
    """Return runs in which each gap carries, as ``tail``, the signs that follow it.

    Examples
    --------
    >>> with_tails([{"blank": "n"}, {"t": ". Then"}])
    [{'blank': 'n', 'tail': '.'}, {'t': ' Then'}]
    """
    made: list[dict] = []
    for run in runs:
        follows = made and "blank" in made[-1] and "blank" not in run
        tail = _TAIL.match(run["t"])[0] if follows else ""
        if tail:
            made[-1] = {**made[-1], "tail": tail}
        if run.get("t") != tail:
            made.append({**run, "t": run["t"][len(tail) :]} if tail else run)
    return made
