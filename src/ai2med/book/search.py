"""The search of the book: what each page says, section by section, and an index of its words.

``search.mjs`` reads three kinds of files from ``_static/search``: ``index.json`` (pages, all words, other names of
terms), ``words-N.json`` (where each word stands, a part of the alphabet a file) and ``pages/…json`` (the sections of a
page). A search fetches the first, one of the second for each word, and the third of pages that it shows, so that its
cost grows slowly with the book. Words are kept as they are written; what differs in accents, spelling or ending only is
brought together in the browser.

Answers to questions, hints and solutions are never found: they would be read before the question.
"""

import json
import re
import unicodedata
from collections import Counter
from functools import partial
from math import sqrt
from pathlib import Path

from docutils import nodes

from ..changes import prune, write_changed
from ..curriculum import load_curriculum
from ..glossary import terms

__all__ = ["FOLDER", "other_names", "places", "sections", "setup"]

FOLDER = "_static/search"

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
_ADDRESS = re.compile(r"\bdoi:\S+|\bhttps?://\S+")
# They stand everywhere and tell nothing: known as words, but their places are not kept.
_EVERYWHERE = frozenset(
    re.findall(
        r"\w+",
        """a about all also am an and any are as at be been being both but by can could did do does each few for from
        had has have he her here him his how i if in into is it its just may me might more most must my no nor not
        of on one only onto or other our out over own same shall she should so some such than that the their them
        then there these they this those to too up us very was we were what when where which who whom whose why will
        with without would you your""",
    )
)
# Answers, and the lists of facts and links that stand on every unit's page.
_LEFT_OUT = {"task-hint", "task-solution", "task-output", "model-answer", "unit-strip", "unit-actions"}
# What is drawn or worked out is no text, and questions come as raw HTML with their answers.
_NO_TEXT = (nodes.raw, nodes.Invisible, nodes.system_message, nodes.math, nodes.math_block, nodes.label)
_NO_TEXT += (nodes.footnote_reference, nodes.image)

# Of the measure BM25: how soon more of the same word adds little, how much long sections lose, a usual length in words.
_SATURATION, _LENGTH, _USUAL = 1.2, 0.75, 150
# What a word that is the whole heading counts more, or the whole title; one that stands in code only counts least.
_HEADING, _TITLE = 2.2, 3.3
_STEPS = 2
# Characters of a file of places; about 20 kB on the way.
_PART = 40_000

_ALSO = re.compile(r"\bAlso called ([^.;]+)[.;]")


def sections(doctree: nodes.document) -> list[list[str]]:
    """Return for each section of a page its id, title, text and code; a term of the glossary counts as a section."""
    found: list[list] = []
    _gather(doctree, ["", "", [], []], found)
    return [[anchor, title, _joined(text), _joined(code)] for anchor, title, text, code in found]


def _gather(node, place, found):
    if isinstance(node, _NO_TEXT) or (isinstance(node, nodes.Element) and _LEFT_OUT & set(node["classes"])):
        return
    if isinstance(node, nodes.section):
        place = [node["ids"][0], "", [], []]
        found.append(place)
    elif isinstance(node, nodes.term) and node["ids"]:
        place[:2] = node["ids"][0], _line(node)
        return
    elif isinstance(node, nodes.definition_list_item) and node.next_node(nodes.term)["ids"]:
        place = ["", "", [], []]
        found.append(place)
    elif isinstance(node, nodes.title) and isinstance(node.parent, nodes.section):
        place[1] = _line(node)
        return
    elif isinstance(node, nodes.literal_block):
        place[3].append(node.astext())
        return
    elif isinstance(node, nodes.TextElement):
        place[2].append(_line(node))
        return
    for child in node.children:
        _gather(child, place, found)


def _line(node) -> str:
    if isinstance(node, nodes.Text):
        return node.astext()
    return "" if isinstance(node, _NO_TEXT) else "".join(map(_line, node.children))


def _joined(parts) -> str:
    return " ".join(" ".join(parts).split())


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", _ADDRESS.sub(" ", text)).lower())


def places(found: list[list[str]]) -> dict[str, str]:
    """Return where the words of a page stand: for each, its sections in order, and what it weighs there.

    A section is written as the steps from the one before (in capital letters, nothing for one step), and a small letter
    for the weight, from ``a`` to ``i``.

    Examples
    --------
    >>> places([["a", "Alarm fatigue", "Each false alarm costs.", ""], ["b", "", "Rest.", ""], ["c", "", "Costs.", ""]])
    {'alarm': 'h', 'fatigue': 'h', 'each': '', 'false': 'c', 'costs': 'cAc', 'rest': 'Ac'}
    """
    made: dict[str, str] = {}
    last: dict[str, int] = {}
    for number, (_, title, text, code) in enumerate(found):
        heading = _words(title)
        counts = Counter(heading + _words(text))
        length = counts.total()
        counts |= dict.fromkeys(set(_words(code)) - set(counts), 0)
        for word, times in counts.items():
            made.setdefault(word, "")
            if word in _EVERYWHERE:
                continue
            steps = number - last.get(word, -1) - 1
            last[word] = number
            extra = (_HEADING if number else _TITLE) / sqrt(len(heading)) if word in heading else 0
            made[word] += _steps(steps) + _weight(times, length, extra)
    return made


def _weight(times: int, length: int, extra: float) -> str:
    share = times * (_SATURATION + 1) / (times + _SATURATION * (1 - _LENGTH + _LENGTH * length / _USUAL))
    return "abcdefghi"[max(0, min(8, round(_STEPS * (share + extra)) - 1))]


def _steps(number: int) -> str:
    """Write a number in capital letters, as columns of a table are named; nothing for 0.

    >>> [_steps(number) for number in (0, 1, 26, 27, 703)]
    ['', 'A', 'Z', 'AA', 'AAA']
    """
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def other_names(root: Path) -> list[list[str]]:
    """Return what terms of the glossary are also called, each with the term: from ``Also called`` and from initials."""
    made = set()
    for term in terms(root).values():
        words = _words(term.name)
        names = [name for told in _ALSO.findall(term.plain) for name in re.split(r",? or |, ", told)]
        if len(words) > 2:
            names.append("".join(word[0] for word in words))
        made |= {(" ".join(_words(name)), " ".join(words)) for name in names}
    return [list(pair) for pair in sorted(made)]


def _shown(env, docname: str) -> bool:
    return docname in env.found_docs and "nosearch" not in env.metadata.get(docname, {})


def _title(env, docname: str) -> str:
    unit = load_curriculum().by_docname(docname)
    title = env.titles[docname].astext()
    return f"{unit.id} {title}" if unit else title


def _files(app, docname: str) -> tuple[Path, Path]:
    """Return the file of a page's sections, which readers get, and that of its words' places, which the build keeps."""
    return Path(app.outdir) / FOLDER / "pages" / f"{docname}.json", Path(app.doctreedir) / "words" / f"{docname}.json"


def _missing(app, env):
    """Name pages of which the search knows nothing; they are written again."""
    return [
        name
        for name in filter(partial(_shown, env), env.found_docs)
        if not all(path.is_file() for path in _files(app, name))
    ]


def _note(app, docname, _template, _context, doctree):
    """Keep what a page says when it is written; several processes may write pages."""
    if doctree is None or not _shown(app.env, docname):
        return
    found = sections(doctree)
    if found:
        found[0][1] = _title(app.env, docname)
    for path, content in zip(_files(app, docname), (found, places(found)), strict=True):
        write_changed(path, _json(content))


def _json(content) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _write_index(app, exception):
    if exception or app.builder.format != "html":
        return
    env, folder = app.env, Path(app.outdir) / FOLDER
    # Of places that weigh the same the first page comes first: a unit before its exercise.
    names = sorted(filter(partial(_shown, env), env.found_docs), key=lambda name: (name.startswith("exercises/"), name))
    where: dict[str, list[str]] = {}
    count = 0
    for number, name in enumerate(names):
        shown, kept = _files(app, name)
        count += len(json.loads(shown.read_text(encoding="utf-8")))
        for word, stands in json.loads(kept.read_text(encoding="utf-8")).items():
            told = where.setdefault(word, [])
            if stands:
                told.append(f"{number}{stands}")
    words = sorted(where)
    starts, parts, size = [], [], _PART
    for number, word in enumerate(words):
        if size >= _PART:
            starts.append(number)
            parts.append([])
            size = 0
        parts[-1].append("".join(where[word]))
        size += len(parts[-1][-1])
    index = {
        "pages": [[name, _title(env, name)] for name in names],
        "sections": count,
        "words": " ".join(words),
        "starts": starts,
        "also": other_names(Path(app.srcdir)),
    }
    made = {f"words-{number}.json": _json(part) for number, part in enumerate(parts)} | {"index.json": _json(index)}
    for name, text in made.items():
        write_changed(folder / name, text)
    prune(folder, [*made, *(f"pages/{name}.json" for name in names)])


def _replace_sphinx(app):
    """Let Sphinx make no index of its own."""
    app.builder.search = False


def _search_page(app):
    yield "search", {}, "search.html"


def setup(app):
    """Register the index and the page that searches."""
    app.connect("builder-inited", _replace_sphinx)
    app.connect("env-updated", _missing)
    app.connect("html-page-context", _note)
    app.connect("html-collect-pages", _search_page)
    app.connect("build-finished", _write_index)
