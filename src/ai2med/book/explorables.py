"""Explorables in pages: the first state of each, drawn by the build, and a directive for pages without code.

A reader without scripts, a printer, a slide and an e-book show what stands here; ``host.mjs`` puts the living
explorable in its place.
"""

import json
import re

import yaml
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from ..explorables import ExplorableError, explorable
from ..explorables._faces import known, module
from ..explorables._node import HERE, ask

_logger = logging.getLogger(__name__)

_PLACE = re.compile(
    r'(?P<head><div class="ai2med-widget" data-widget="(?P<name>[\w-]+)"[^>]* data-explorable>'
    r'<script type="application/json">(?P<state>.*?)</script>)<div class="ai2med-fallback">.*?</div></div>',
    re.DOTALL,
)


class ExplorableDirective(Directive):
    """``{explorable} name``, with data and first state as YAML in its body."""

    required_arguments = 1
    has_content = True

    def run(self):
        """Return the element that the page brings to life."""
        try:
            given = yaml.safe_load("\n".join(self.content)) or {}
            if not isinstance(given, dict):
                raise ValueError("Write one `name: value` a line.")
            made = explorable(self.arguments[0], **given)
        except (ValueError, ExplorableError, yaml.YAMLError) as error:
            raise self.error(f"explorable {self.arguments[0]}: {error}") from None
        return [nodes.raw("", made.page_html(), format="html")]


class DrawFirstState(SphinxTransform):
    """Draw the first state of every explorable of a page, asked all at once; a change of an explorable draws again."""

    default_priority = 900

    def apply(self, **kwargs):
        found = [node for node in self.document.findall(nodes.raw) if " data-explorable>" in node.astext()]
        if not found:
            return
        for name in {match["name"] for node in found for match in _PLACE.finditer(node.astext())}:
            for path in [*module(known(name)).parent.glob("*.mjs"), *HERE.rglob("*.mjs")]:
                self.env.note_dependency(str(path))
        try:
            texts = with_first_states([node.astext() for node in found], module)
        except ExplorableError as error:
            _logger.warning("%s", error, location=found[0])
            return
        for node, text in zip(found, texts, strict=True):
            node.rawsource = text
            node.children = []
            node += nodes.Text(text)


def with_first_states(texts: list[str], module_of) -> list[str]:
    """Return texts of HTML with the first state of every explorable drawn into its element, asked all at once.

    Parameters
    ----------
    texts : list of str
        With elements as `ai2med.explorables.explorable` writes them.
    module_of : callable
        From an explorable's name to the path of its module.
    """
    requests = []
    for match in (match for text in texts for match in _PLACE.finditer(text)):
        state = json.loads(match["state"])
        place = {"file": str(module_of(match["name"])), "key": f"a2-first-{len(requests)}"}
        requests.append({"ask": "first", **place, "data": state["data"], "state": state["state"]})
    drawn = iter(ask(requests))

    def filled(match):
        return f'{match["head"]}<div class="ai2med-fallback">{next(drawn)["html"]}</div></div>'

    return [_PLACE.sub(filled, text) for text in texts]


def setup(app):
    """Register the directive and the transform."""
    app.add_directive("explorable", ExplorableDirective)
    app.add_transform(DrawFirstState)
