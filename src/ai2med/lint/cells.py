"""The code cells of a page: they are Python, they say what they draw, and what the text quotes is glued once."""

import ast
import re
from collections import Counter
from contextlib import suppress

from ..pages import Page
from .facts import PageFacts, UnitFacts
from .registry import Found, rule

_DRAWS = re.compile(r"\bplt\.show\(\)|\bfig\s*,?\s*\w*\s*=\s*plt\.")
_QUOTED = re.compile(r"\{glue:(?:text|figure|math)?\}`([^`]+)`")
# Lines for IPython, which no Python parser reads.
_MAGIC = re.compile(r"^\s*[%!]", re.MULTILINE)


@rule(
    "page",
    "alternative-text",
    "A cell that draws says in words what it shows.",
    "Add --- mystnb: {image: {alt: What it shows.}} --- at the head of the cell.",
)
def _alternative_text(facts: PageFacts):
    for cell in facts.page.cells:
        if _DRAWS.search(cell.source) and "alt:" not in cell.head:
            yield Found(facts.path, cell.line, "The cell draws a figure without alternative text.")


@rule("page", "cell-syntax", "Every cell is Python.", "Mend the line.")
def _cell_syntax(facts: PageFacts):
    for cell in facts.page.cells:
        if _MAGIC.search(cell.source):
            continue
        try:
            _ = cell.tree
        except SyntaxError as error:
            line = cell.line + (error.lineno or 1) - 1
            yield Found(facts.path, line, f"{error.msg[:1].upper()}{error.msg[1:]}: {(error.text or '').strip()}")


@rule(
    "unit",
    "glue",
    "What the text quotes by {glue:text} is glued in the page's cells, and only once.",
    'Write glue("name", value) in a cell of this page, or correct the name.',
)
def _glue(facts: UnitFacts):
    if facts.page is None:
        return
    names, patterns, anything = Counter(), [], False
    for first, tree in _gluing(facts.page):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "glue" and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant):
                    names[name.value] += 1
                    if names[name.value] == 2:
                        line = first + node.lineno - 1
                        message = f"{name.value!r} is glued a second time."
                        yield Found(facts.path, line, message, "Give each value its own name.")
                elif isinstance(name, ast.JoinedStr):
                    patterns.append(re.compile("".join(map(_pattern, name.values))))
                else:
                    anything = True  # a name that only running the cell can tell
    for line in facts.page.markdown:
        for quoted in _QUOTED.findall(line.text):
            key = quoted.partition("<")[2].strip(" >") or quoted
            key = key.partition(":")[0].strip()
            if not (anything or key in names or any(pattern.fullmatch(key) for pattern in patterns)):
                yield Found(facts.path, line.number, f"Nothing is glued as {key!r}.")


def _gluing(page: Page):
    """Yield the first line and the syntax tree of each cell that may glue."""
    for cell in page.cells:
        if "glue" in cell.source:
            with suppress(SyntaxError):
                yield cell.line, cell.tree


def _pattern(part) -> str:
    return re.escape(part.value) if isinstance(part, ast.Constant) else ".*"
