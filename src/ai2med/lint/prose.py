"""What pages say: length, level, sources and terms that exist, dates of law, blocks that close."""

import re
from pathlib import Path

from ..pages import plain_prose, read_page
from ..readability import flesch_kincaid_grade
from .facts import PageFacts, UnitFacts
from .registry import Found, rule

_WORDS = {"HEI": (1600, 2400), "VET": (1000, 1600)}
_HIGHEST_GRADE = 8.0
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b(\d{{1,2}})\s+({_MONTHS})\s+(\d{{4}})\b")
_UNFINISHED = re.compile(r"\b(HINT|TODO|FIXME|TBD|lorem ipsum|coming soon|to be written)\b")
_GUIDELINE = re.compile(
    r"\b(?:19|20)\d\d\)?\s+(?:[\w/+-]+\s+){0,4}(?:guidelines?|guidance|recommendations?|consensus statement)\b"
    r"|\b(?:guidelines?|guidance|recommendations?|consensus statement)\b[^.;()]{0,40}\(?(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])[)”\"*]*\s+(?=[A-Z(“\"*{])")
_ARTICLE = re.compile(r"\bArt\.\s?\d+[a-z]?")
_TERM = re.compile(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`")
# What is no running text for a search of terms: roles, code, addresses of links.
_NO_TEXT = re.compile(r"\{[\w:-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|<https?:[^>]*>")
_TABLE_HEAD = re.compile(r"\s*\|?[ :-]*-[ :-]*(?:\|[ :-]*-[ :-]*)+\|?\s*")
_MOST_COLUMNS = 4
_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def prose_words(path: Path) -> int:
    """Count the words of a page's running text: no code, tables, questions, folded parts or teacher notes."""
    return read_page(path).prose_words


@rule("page", "block-open", "Every block of colons or backticks is closed.", "Close it with its own marks.")
def _block_open(facts: PageFacts):
    for block in facts.page.unclosed:
        name = f"{block.fence}{{{block.kind}}}" if block.kind else block.fence
        yield Found(facts.path, block.line, f"Nothing closes the block {name}.", f"Close it with {block.fence}")
    for number in facts.page.strays:
        yield Found(
            facts.path, number, "These colons open or close nothing.", "Take the line out, or name a directive."
        )


@rule(
    "page",
    "block-inside",
    "A block around another has more colons (or backticks) than the inner one.",
    "Give the outer block one mark more.",
)
def _block_inside(facts: PageFacts):
    for block in facts.page.crowded:
        yield Found(facts.path, block.line, f"{block.fence}{{{block.kind}}} stands in a block with no more marks.")


@rule(
    "page",
    "unfinished",
    "No hint of the scaffold and no promise of something later is left.",
    "Finish it or take it out.",
)
def _unfinished(facts: PageFacts):
    if not _UNFINISHED.search(facts.text):
        return  # as nearly always: one search instead of one a line
    for number, text in enumerate(facts.text.splitlines(), 1):
        if _UNFINISHED.search(text):
            yield Found(facts.path, number, "The line promises something later.")


@rule(
    "page",
    "table-columns",
    f"A table has at most {_MOST_COLUMNS} columns, so that it can be read on a phone.",
    "Leave a column out, turn rows into columns, or make two tables of it.",
    gap=True,
)
def _table_columns(facts: PageFacts):
    for line in facts.page.markdown:
        count = line.text.strip().strip("|").count("|") + 1
        if count > _MOST_COLUMNS and _TABLE_HEAD.fullmatch(line.text):
            yield Found(facts.path, line.number, f"The table has {count} columns.")


@rule("page", "source", "Every cited source is among the references.", "Correct the key, or add a checked entry.")
def _source(facts: PageFacts):
    for line in facts.page.lines:
        for keys in re.findall(r"\{cite:[pt]\}`([^`]+)`", line.text):
            for key in keys.split(","):
                if key.strip() not in facts.book.sources:
                    yield Found(facts.path, line.number, f"The source {key.strip()!r} is not among the references.")


@rule("page", "glossary", "Every linked term is in the glossary.", "Add it there, or write {term}`shown <entry>`.")
def _glossary(facts: PageFacts):
    known = facts.book.terms
    for line in facts.page.lines if known else ():
        for term in _TERM.findall(line.text):
            if term.strip() not in known:
                yield Found(facts.path, line.number, f"The term {term.strip()!r} is not in the glossary.")


@rule("page", "law-date", "Dates of law come from the table of dates.", "Write {law-date}`key`.")
def _law_date(facts: PageFacts):
    for line in facts.page.lines:
        for found in _DATE.finditer(line.text):
            key = facts.book.dates_of_law.get(f"{int(found[1])} {found[2]} {found[3]}")
            if key:
                message = f"The date {found[0]} is typed; the table of dates of law holds it."
                yield Found(facts.path, line.number, message, "Write {law-date}`" + key + "`.")


@rule(
    "unit",
    "article",
    "An article of law in a unit's text is linked, so that it says what it is and from when it applies.",
    "Write {article}`Art. 6(1) <ai-act 6>`; headings stand in law/articles/.",
)
def _article(facts: UnitFacts):
    if facts.page is None:
        return
    for line in facts.page.markdown:
        for found in _ARTICLE.finditer(_NO_TEXT.sub("", line.text)):
            yield Found(facts.path, line.number, f"{found[0]} is not linked.")


@rule(
    "page",
    "guideline-cited",
    "A guideline, guidance or recommendation that is named with its year is cited in the same sentence.",
    "Add {cite:p}`key` to the sentence.",
    gap=True,
)
def _guideline_cited(facts: PageFacts):
    for number, text in facts.page.paragraphs():
        for sentence in _SENTENCE_END.split(text):
            named = _GUIDELINE.search(sentence)
            if named and "{cite" not in sentence:
                yield Found(facts.path, number, f"“{named[0]}” is named without a source.")


@rule(
    "unit",
    "length",
    "The core text has 1,600 to 2,400 words (HEI) or 1,000 to 1,600 (VET).",
    "Cut what a reader would not miss, move it into a folded part, or explain more.",
    gap=True,
)
def _length(facts: UnitFacts):
    if facts.page is None:
        return
    low, high = _WORDS[facts.level]
    count = facts.page.prose_words
    if not low <= count <= high:
        yield Found(facts.path, 1, f"The core text has {count} words; {facts.level} units have {low} to {high}.")


@rule(
    "unit",
    "grade",
    "The core text of a VET unit has a Flesch-Kincaid grade of 8 or lower.",
    "Shorten sentences; choose shorter words.",
    gap=True,
)
def _grade(facts: UnitFacts):
    if facts.page is None or facts.level != "VET":
        return
    text = "\n\n".join(plain_prose(line.text) for line in facts.page.prose)
    grade = flesch_kincaid_grade(text)
    if grade is not None and grade > _HIGHEST_GRADE:
        yield Found(facts.path, 1, f"The core text has grade {grade:.1f}.")


@rule(
    "unit",
    "term-first-use",
    "The first use of a glossary term in a unit's text is a link to the glossary.",
    "Write {term}`...` there. A word used in its everyday sense goes into plain_words: [...] of the front matter.",
    gap=True,
)
def _term_first_use(facts: UnitFacts):
    if facts.page is None:
        return
    plain = {str(word).lower() for word in facts.front.get("plain_words") or ()}
    seen = {term for term in facts.book.terms if term.lower() in plain}
    for line in facts.page.markdown:
        if line.text.startswith(("#", "%", ":")) or "check" in line.inside or "teacher-notes" in line.inside:
            continue
        linked = {term.strip() for term in _TERM.findall(line.text)}
        for term in _terms_in(_NO_TEXT.sub(" ~ ", line.text), facts.book.terms_by_word):
            if term not in seen and term not in linked:
                yield Found(facts.path, line.number, f"“{term}” is first used here and does not link to the glossary.")
            seen.add(term)
        seen |= linked


def _terms_in(text: str, by_word):
    """Yield the terms that stand in a text; of two that begin alike the longer one."""
    tokens = _TOKEN.findall(text)
    place = 0
    while place < len(tokens):
        step = 1
        for split, term in by_word.get(tokens[place].lower(), by_word.get(tokens[place].lower().rstrip("s"), ())):
            window = tokens[place : place + len(split)]
            if len(window) == len(split) and all(map(_same_word, window, split)):
                yield term
                step = len(split)
                break
        place += step


def _same_word(written: str, term: str) -> bool:
    """Tell whether a word is that of a term, its plural included; capitals inside a term (AUROC) have to agree."""
    if term.lower() != term:
        return written in (term, term + "s")
    return written.lower() in (term, term + "s")
