"""The little Markdown of questions, as data that a page can turn into elements without parsing HTML.

Rich text is a list of paragraphs; a paragraph is a list of runs. A run is ``{"t": text}`` with, where they apply,
``"b": True`` (bold), ``"i": True`` (emphasis), ``"c": True`` (code) and ``"href"``; in fill-in texts it may instead be
``{"blank": name}``; in a stem, runs that ask have ``"q": True`` (`ai2med.items.question`). Everything else an author
writes, HTML included, stays text.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_MARKS = re.compile(
    r"""
    \\(?P<escaped>[\\`*_\[\]{}])
  | (?P<ticks>`+)(?P<code>(?!`).+?(?<!`))(?P=ticks)(?!`)
  | \*\*(?P<bold>(?=\S).+?(?<=\S))\*\*(?!\*)
  | \*(?P<star>(?=[^\s*]).+?(?<=[^\s*]))\*(?!\*)
  | (?<!\w)_(?P<score>(?=[^\s_]).+?(?<=[^\s_]))_(?!\w)
  | \[(?P<label>[^\[\]]+)\]\((?P<href>[^()\s]+)\)
  | \{\{(?P<blank>[a-z][a-z0-9_]*)\}\}
    """,
    re.VERBOSE | re.DOTALL,
)
_WEB = re.compile(r"https?://[^\s<>\"'\\]+\Z")
# Without a colon there is no scheme, so nothing but another place on this site can be meant.
_RELATIVE = re.compile(r"(?!//)[A-Za-z0-9_./#?=&%~+-]+\Z")
_DEEPEST = 4

Rich = list[list[dict]]


def safe_link(href: str) -> bool:
    """Return whether a link may be shown: to the web by http(s), or relative.

    Examples
    --------
    >>> safe_link("https://example.org/"), safe_link("../notes.html#a")
    (True, True)
    >>> safe_link("javascript:alert(1)"), safe_link("//example.org")
    (False, False)
    """
    return bool(_WEB.match(href) or _RELATIVE.match(href))


def rich(markdown: str, blanks: bool = False) -> Rich:
    """Return the rich text of a little Markdown: bold, emphasis, code, links, paragraphs.

    Parameters
    ----------
    markdown : str
        Source text. A blank line starts a new paragraph; a line break is a space.
    blanks : bool
        Whether ``{{name}}`` is a blank to fill.

    Examples
    --------
    >>> rich("A **large** `AUROC`.")
    [[{'t': 'A '}, {'t': 'large', 'b': True}, {'t': ' '}, {'t': 'AUROC', 'c': True}, {'t': '.'}]]
    >>> rich("<script>alert(1)</script>")
    [[{'t': '<script>alert(1)</script>'}]]
    """
    paragraphs = [part.strip() for part in _PARAGRAPHS.split(markdown.strip())]
    return [_joined(_runs(" ".join(part.split()), {}, blanks, 0)) for part in paragraphs if part]


# Rules ask for the same text again and again.
@lru_cache(maxsize=4096)
def plain(markdown: str) -> str:
    """Return the visible text of a little Markdown on one line.

    Examples
    --------
    >>> plain("The **odds**, as [defined](x.html).")
    'The odds, as defined.'
    """
    return " ".join("".join(run.get("t", "…") for run in paragraph) for paragraph in rich(markdown))


def blank_names(markdown: str) -> list[str]:
    """Return the names of the blanks in a fill-in text, in order.

    Examples
    --------
    >>> blank_names("Of {{n}} women, `{{x}}`, {{k}} are ill.")
    ['n', 'k']
    """
    return [run["blank"] for paragraph in rich(markdown, blanks=True) for run in paragraph if "blank" in run]


def _runs(text: str, style: dict, blanks: bool, depth: int) -> Iterator[dict]:
    position = 0
    for match in _MARKS.finditer(text):
        made = _styled(match, style, blanks, depth)
        if made is None:
            continue
        if match.start() > position:
            yield {"t": text[position : match.start()], **style}
        yield from made
        position = match.end()
    if position < len(text):
        yield {"t": text[position:], **style}


def _styled(match: re.Match, style: dict, blanks: bool, depth: int) -> list[dict] | None:
    found = match.groupdict()
    if found["escaped"]:
        return [{"t": found["escaped"], **style}]
    if found["code"]:
        return [{"t": found["code"].strip() or found["code"], **style, "c": True}]
    if found["blank"]:
        return [{"blank": found["blank"]}] if blanks else None
    if depth >= _DEEPEST:
        return None
    if found["bold"]:
        return list(_runs(found["bold"], {**style, "b": True}, blanks, depth + 1))
    if found["href"]:
        if not safe_link(found["href"]) or "href" in style:
            return None
        return list(_runs(found["label"], {**style, "href": found["href"]}, blanks, depth + 1))
    return list(_runs(found["star"] or found["score"], {**style, "i": True}, blanks, depth + 1))


def _joined(runs: Iterator[dict]) -> list[dict]:
    made: list[dict] = []
    for run in runs:
        if made and "t" in run and {**made[-1], "t": ""} == {**run, "t": ""}:
            made[-1] = {**made[-1], "t": made[-1]["t"] + run["t"]}
        else:
            made.append(run)
    return made
