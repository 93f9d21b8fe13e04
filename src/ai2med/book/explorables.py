"""Explorables in pages: the first state of each, drawn by the build, and a directive for pages without code.

A reader without scripts, a printer, a slide and an e-book show what stands here; ``host.mjs`` puts the living
explorable in its place.
"""

import json
import re
from html import unescape

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
        places = [(node, match) for node in found for match in _PLACE.finditer(node.astext())]
        if not places:
            return
        for name in {match["name"] for _, match in places}:
            for path in [*module(known(name)).parent.glob("*.mjs"), *HERE.glob("*.mjs")]:
                self.env.note_dependency(str(path))
        requests = [_request(match, number) for number, (_, match) in enumerate(places)]
        try:
            first = ask(requests)
        except ExplorableError as error:
            _logger.warning("%s", error, location=places[0][0])
            return
        drawn = iter(first)
        for node in found:
            text = _PLACE.sub(lambda match: _filled(match, next(drawn)), node.astext())
            node.children = []
            node.rawsource = text
            node += nodes.Text(text)


def _request(match: re.Match, number: int) -> dict:
    state = json.loads(unescape(match["state"]))
    key = f"a2-first-{number}"
    return {
        "ask": "first",
        "file": str(module(match["name"])),
        "data": state["data"],
        "state": state["state"],
        "key": key,
    }


def _filled(match: re.Match, first: dict) -> str:
    return f'{match["head"]}<div class="ai2med-fallback">{first["html"]}</div></div>'


def setup(app):
    """Register the directive and the transform."""
    app.add_directive("explorable", ExplorableDirective)
    app.add_transform(DrawFirstState)
