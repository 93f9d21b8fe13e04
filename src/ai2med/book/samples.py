"""Show questions outside a unit: each form once, with its source, for people who write them."""

from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ..items import load_items
from ..problems import ContentError
from ..widgets.knowledge_check.static_items import items_html
from .boxes import make_fold

_logger = logging.getLogger(__name__)

_NAMES = {
    "single": "Single best answer",
    "multiple": "Multiple response: each option is its own decision",
    "numeric": "A number, with unit and tolerance",
    "ordering": "Ordering",
    "matching": "Matching",
    "fill": "Gaps in a text",
    "predict": "What does this code print?",
    "parsons": "Lines of code to put in order (Parsons problem)",
    "branching": "A conversation that branches",
    "text": "A free text that its reader judges",
}


class SampleQuestions(SphinxDirective):
    """``{sample-questions}``: every question of the items file that has the page's name, each with its source."""

    has_content = False

    def run(self):
        path = Path(self.env.doc2path(self.env.docname)).with_suffix(".items.yml")
        self.env.note_dependency(str(path))
        try:
            bank = load_items(path)
        except ContentError as error:
            for problem in error.problems:
                _logger.warning("%s", problem, location=self.get_location())
            return []
        source = path.read_text(encoding="utf-8").splitlines()
        starts = [bank.line(item.name) for item in bank]
        made = []
        for item, first, after in zip(bank, starts, [*starts[1:], len(source) + 1], strict=True):
            part = nodes.section(ids=[f"type-{item.type}"])
            part += nodes.title("", "", nodes.Text(f"{_NAMES[item.type]}: "), nodes.literal("", item.type))
            part += nodes.raw("", items_html([item], {}, "inline"), format="html")
            text = "\n".join(source[first - 1 : after - 1]).rstrip()
            code = nodes.literal_block(text, text, language="yaml")
            part += make_fold("Its source", code)
            made.append(part)
        return made


def setup(app):
    """Register the directive."""
    app.add_directive("sample-questions", SampleQuestions)
