"""Turn a page's MyST into Markdown that Jupyter shows as it stands.

Jupyter knows no directives and no roles. Boxes become block quotes, folds become ``<details>``, roles become the words
a reader would see in the book. Nothing here runs code: numbers that cells compute come from the last build of the book,
where there is one.
"""

import ast
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>:{3,}|`{3,})\{(?P<name>[\w:-]+)\}[ \t]*(?P<argument>.*?)[ \t]*$")
_ANY_FENCE = re.compile(r"^ *(`{3,}|~{3,}|:{3,})")
_ROLE = re.compile(r"\{(?P<name>[a-z][\w:-]*)\}(?P<ticks>`+)(?P<text>.+?)(?P=ticks)", re.DOTALL)
_TARGET = re.compile(r"^\([\w./-]+\)=[ \t]*$\n?", re.MULTILINE)
_MARKED = re.compile(r"^[ >]*@@(questions|explorable) ([^\n]*)$", re.MULTILINE)
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)")

_TITLES = {
    "note": "Note",
    "tip": "Tip",
    "warning": "Warning",
    "caution": "Caution",
    "important": "Important",
    "danger": "Danger",
    "attention": "Attention",
    "hint": "Hint",
    "seealso": "See also",
    "error": "Error",
    "in-your-work": "In your work",
    "pocket-card": "Pocket card",
    "case": "Case",
}
_DROPPED = {
    "bibliography",
    "toctree",
    "tableofcontents",
    "teacher-notes",
    "raw",
    "contents",
    "index",
    "glossary",
    "knowledge-check",
}


@dataclass(frozen=True)
class Book:
    """What the conversion looks up.

    Parameters
    ----------
    root : pathlib.Path
        The book's folder.
    page : pathlib.Path
        The page that is being converted.
    out : pathlib.Path
        The folder into which the notebook goes; paths of images lead from there.
    glued : mapping
        Values that the page's cells compute, by name.
    mark : bool
        Whether the places where the page asks questions or shows an explorable are marked for `split_at_marks`; else
        a sentence stands there.
    """

    root: Path
    page: Path
    out: Path
    glued: Mapping[str, Any] = field(default_factory=dict)
    mark: bool = False


def plain_markdown(text: str, book: Book) -> str:
    r"""Return a Markdown text without directives and roles.

    Examples
    --------
    >>> book = Book(Path(), Path("a.md"), Path())
    >>> print(plain_markdown(":::{note}\nA {term}`cohort <Cohort>` is a group.\n:::", book))
    > **Note**
    >
    > A cohort is a group.
    """
    lines = _TARGET.sub("", text).split("\n")
    made: list[str] = []
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        if opening:
            end = _closing(lines, at, opening["fence"])
            inner = _dedented(lines[at + 1 : end], len(opening["indent"]))
            block = _directive(opening["name"], opening["argument"], inner, book)
            made += [opening["indent"] + line if line else "" for line in block.split("\n")]
            at = end + 1
            continue
        literal = _ANY_FENCE.match(lines[at])
        if literal and not literal[1].startswith(":"):
            end = _closing(lines, at, literal[1])
            made += lines[at : end + 1]
            at = end + 1
            continue
        start = at
        while at < len(lines) and not _ANY_FENCE.match(lines[at]):
            at += 1
        if at == start:
            at += 1  # a stray closing fence
            continue
        made += _inline("\n".join(lines[start:at]), book).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(made)).strip("\n")


def split_at_marks(text: str) -> Iterator[tuple[str, str]]:
    r"""Yield the parts of a marked text in their order.

    Examples
    --------
    >>> list(split_at_marks('One.\n\n@@questions q01 q02\n@@explorable "icon-array"'))
    [('text', 'One.'), ('questions', 'q01 q02'), ('explorable', '"icon-array"')]
    """
    texts = _MARKED.split(text)
    for text, kind, part in zip(texts[::3], [*texts[1::3], ""], [*texts[2::3], ""], strict=True):
        if text.strip():
            yield "text", text.strip("\n")
        if kind:
            yield kind, part


def quote(text: str) -> str:
    r"""Return a block quote.

    >>> quote("One.\n\nTwo.")
    '> One.\n>\n> Two.'
    """
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def details(summary: str, text: str) -> str:
    """Return a folded part that Jupyter renders; the blank lines let it read the Markdown inside."""
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


def _directive(name, argument, lines, book) -> str:
    options, body = _options(lines)
    inner = "\n".join(body).strip("\n")
    if name in _DROPPED:
        return ""
    if name == "check":
        if book.mark:
            return f"@@questions {argument}"
        return quote("**Questions.** The book's page asks them here, and answers.")
    if name == "explorable":
        given = yaml.safe_load(inner) or {}
        if book.mark:
            return "@@explorable " + ", ".join([f'"{argument}"', *(f"{key}={value!r}" for key, value in given.items())])
        return quote("**To try out.** The book's page shows it here.")
    if name == "task":
        return plain_markdown(inner, book)  # its heading stands above it
    if name == "discussion":
        return f"**{_inline(argument, book)}**\n\n{details('A model answer', plain_markdown(inner, book))}"
    if name in ("dropdown", "toggle", "deeper", "fold"):
        title, text = _inline(argument, book) or "More", plain_markdown(inner, book)
        # A cell cannot stand inside a fold.
        return f"**{title}**\n\n{text}" if _MARKED.search(text) else details(title, text)
    if name in ("code-block", "code", "sourcecode", "literalinclude", "mermaid"):
        return f"```{argument if name != 'mermaid' else ''}\n{inner}\n```"
    if name == "math":
        return f"$$\n{inner}\n$$"
    if name in ("figure", "image"):
        return _figure(argument, options, plain_markdown(inner, book), book)
    if name == "diagram":
        return _diagram(argument, options, inner)
    if name == "list-table":
        return _list_table(_inline(argument, book), plain_markdown(inner, book))
    if name in ("table", "div", "container", "figure-md", "grid", "glue:figure"):
        title = _inline(argument, book) if name == "table" else ""
        return "\n\n".join(part for part in (title and f"*{title}*", plain_markdown(inner, book)) if part)
    title = _TITLES.get(name, "")
    if argument:
        title = f"{title}: {argument}" if name == "case" else argument
    return quote("\n\n".join(p for p in (title and f"**{_inline(title, book)}**", plain_markdown(inner, book)) if p))


def _figure(path, options, caption, book) -> str:
    alt = options.get("alt", "")
    return "\n\n".join(part for part in (f"![{alt}]({_moved(path, book)})", caption and f"*{caption}*") if part)


def _diagram(kind, options, text) -> str:
    from ..diagrams import read_diagram
    from ..diagrams.words import words_html

    read = read_diagram(kind, text, options.get("title", ""), options.get("description", ""))
    return f"**{read.title}.** {read.description}\n\n{words_html(read, lambda _term: '')}"


def _list_table(title, text) -> str:
    rows: list[list[str]] = []
    for line in text.split("\n"):
        row, cell = re.match(r"^\* - ?(.*)$", line), re.match(r"^  - ?(.*)$", line)
        if row:
            rows.append([row[1].strip()])
        elif cell and rows:
            rows[-1].append(cell[1].strip())
        elif line.strip() and rows:
            rows[-1][-1] += " " + line.strip()
    if not rows:
        return text
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    table = [f"| {' | '.join(cells[0])} |", "|" + " --- |" * len(cells[0])]
    table += [f"| {' | '.join(row)} |" for row in cells[1:]]
    return "\n".join(([f"*{title}*", ""] if title else []) + table)


def _inline(text: str, book: Book) -> str:
    def moved(match):
        return f"![{match['alt']}]({_moved(match['path'], book)})"

    return _ROLE.sub(
        lambda match: _role(match["name"], match["text"].replace("\n", " "), book), _IMAGE.sub(moved, text)
    )


def _role(name, text, book) -> str:
    shown, target = _split(text)
    if name.startswith("cite"):
        return _citation(name, text, book)
    if name == "law-date":
        return _law_date(text)
    if name.startswith("glue"):
        return _glued(text, book)
    if name == "doc":
        return shown if shown != target else f"*{_page_title(target, book)}*"
    if name in ("math", "eval"):
        return f"${text}$" if name == "math" else f"`{text}`"
    if name in ("sub", "sup"):
        return f"<{name}>{text}</{name}>"
    if name in ("abbr",):
        return re.sub(r"\s*\(.*\)$", "", text)
    return shown


def _split(text) -> tuple[str, str]:
    match = re.fullmatch(r"(.+?)\s*<([^<>]+)>", text)
    return (match[1], match[2]) if match else (text, text)


def _glued(text, book) -> str:
    key, _, spec = text.partition(":")
    if key not in book.glued:
        return f"`{key}`"
    value = book.glued[key]
    return format(value, spec) if spec else str(value)


def _law_date(key) -> str:
    from ..law import format_date, law_date

    return format_date(law_date(key))


def _citation(name, keys, book) -> str:
    known = _references(book.root)
    named = [known.get(key.strip()) for key in keys.split(",")]
    named = [one for one in named if one]
    if not named:
        return ""
    if name == "cite:t":
        return ", ".join(f"{who} ({year})" for who, year in named)
    return f"({'; '.join(f'{who}, {year}' for who, year in named)})"


@cache
def _references(root: Path) -> dict[str, tuple[str, str]]:
    """Return authors and year for each source of a book."""
    from ..sources import source_entries

    found = {}
    for key, entry in source_entries(root).items():
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        names = [_unbraced(" ".join(person.prelast_names + person.last_names)) for person in people]
        if len(names) > 2:
            who = f"{names[0]} et al."
        else:
            who = " and ".join(names) or _unbraced(entry.fields.get("title", key))
        found[key] = (who, entry.fields.get("year", "n.d."))
    return found


def _unbraced(text) -> str:
    return re.sub(r"[{}]", "", text)


def _page_title(target, book) -> str:
    start = book.root / target.lstrip("/") if target.startswith("/") else book.page.parent / target
    for path in (start, start.with_name(start.name + ".md")):
        if path.is_file():
            heading = re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            if heading:
                return heading[1].strip()
    return Path(target).stem.replace("_", " ")


def _moved(path, book) -> str:
    if re.match(r"^[a-z]+:|^#", path):
        return path
    there = book.root / path.lstrip("/") if path.startswith("/") else book.page.parent / path
    return Path(os.path.relpath(there, book.out)).as_posix()


def _options(lines) -> tuple[dict[str, str], list[str]]:
    options = {}
    at = 0
    while at < len(lines):
        match = re.match(r"^:([\w-]+):[ \t]*(.*)$", lines[at])
        if not match:
            break
        options[match[1]] = match[2]
        at += 1
    return options, lines[at:]


def _closing(lines, at, fence) -> int:
    mark, least = fence[0], len(fence)
    for index in range(at + 1, len(lines)):
        text = lines[index].strip()
        if not text.startswith(mark * least):
            continue
        if not text.strip(mark):
            return index
    return len(lines)


def _dedented(lines, width) -> list[str]:
    return [line[width:] if line[:width].isspace() or not width else line.lstrip() for line in lines]


def glued_values(root: Path, docname: str) -> dict[str, Any]:
    """Return the values that the last build of the book stored for a page; none without a build."""
    path = root / "_build" / "jupyter_execute" / f"{docname}.glue.json"
    if not path.is_file():
        return {}
    values = {}
    for key, output in json.loads(path.read_text(encoding="utf-8")).items():
        values[key] = _literal(output.get("data", {}).get("text/plain", ""))
    return values


def _literal(text):
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
