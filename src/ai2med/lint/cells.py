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
# A figure is a picture: a phone 390 pixels wide has 323 pixels for it on a slide, and letters need 11 of them. With
# 12 points and 4.6 inches, to which the margin adds a tenth, they have 11.4.
FIGURE_POINTS, _INCHES = 12, 4.6
_LETTERS = re.compile(r"(?:font|label|title_font|leaf_font_)?size")
_SETTINGS = re.compile(r"font\.size|(?:axes|figure|legend|[xy]tick)\.\w*size")


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


@rule(
    "page",
    "figure-letters",
    f"Figures have letters of at least {FIGURE_POINTS} points in at most {_INCHES} inches: 11 pixels on a phone.",
    "Leave sizes to style(); show fewer panels and ticks; shorten labels.",
)
def _figure_letters(facts: PageFacts):
    for cell in facts.page.cells:
        if not _DRAWS.search(cell.source):
            continue
        with suppress(SyntaxError):
            for node in ast.walk(cell.tree):
                for name, value in _numbers(node):
                    line = cell.line + node.lineno - 1
                    if name in ("figsize", "figure.figsize") and value > _INCHES:
                        yield Found(facts.path, line, f"The figure is {value} inches wide: a phone makes it too small.")
                    elif value < FIGURE_POINTS and (_LETTERS.fullmatch(name) or _SETTINGS.fullmatch(name)):
                        yield Found(facts.path, line, f"Letters of {value} points ({name}) are too small on a phone.")


def _numbers(node: ast.AST):
    """Yield each option of a call or a dictionary, and each assigned item, with its number; of a pair the first."""
    pairs = []
    if isinstance(node, ast.Call):
        pairs = [(keyword.arg, keyword.value) for keyword in node.keywords]
    elif isinstance(node, ast.Dict):
        pairs = [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        pairs = [(getattr(node.targets[0].slice, "value", None), node.value)]
    for name, value in pairs:
        first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
        if isinstance(name, str) and isinstance(first, ast.Constant) and isinstance(first.value, int | float):
            yield name, first.value


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
