"""Presentations as pages: slides that quote the unit's executed cells, its numbers and its questions, and a narration.

A presentation is a document of its own beside the unit's page, outside the contents list. It executes nothing: what it
shows is taken from what the page has computed.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from ..changes import write_changed
from ..curriculum import load_curriculum
from ..decks import read_deck
from ..decks.narration import narration, split_sentences, spoken
from ..offline.site import script
from ..widgets.knowledge_check.static_items import items_html
from .facts import depend
from .questions import read_bank
from .references import SOURCES

__all__ = ["FOLDER", "setup", "static_files", "unit_of"]

_logger = logging.getLogger(__name__)
_WEB = Path(__file__).parents[1] / "decks" / "web"
_SUFFIX = ".deck"
_GLUE = re.compile(r"\{glue:text\}`(?![^`]*::)([^`]+)`")

FOLDER = "deck"


class slides(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """All slides of a presentation."""


class slide(nodes.General, nodes.Element):  # noqa: N801
    """One slide: its title, its body, its narration."""


class slide_title(nodes.TextElement):  # noqa: N801
    """The heading of a slide."""


class narrated(nodes.General, nodes.Element):  # noqa: N801
    """What is said to a slide."""


class sentence(nodes.Inline, nodes.TextElement):  # noqa: N801
    """One sentence of a narration; `say` is how a voice says it, where that differs."""


class unit_cell(nodes.General, nodes.Element):  # noqa: N801
    """The place of a cell of the unit's page, until its output is there."""


def unit_of(docname: str):
    """Return the unit whose presentation a document is, or None."""
    return next((unit for unit in load_curriculum().units if unit.deck_docname == docname), None)


class Narration(SphinxDirective):
    """``{narration}``: what is said to a slide."""

    has_content = True

    def run(self):
        self.assert_has_content()
        made = narrated("")
        self.state.nested_parse(self.content, self.content_offset, made)
        return [made]


class Cell(SphinxDirective):
    """``{cell} fig-splits``: the output of the cell of that name in the unit's page."""

    required_arguments = 1

    def run(self):
        made = unit_cell("", wanted=self.arguments[0])
        self.set_source_info(made)
        return [made]


class Question(SphinxDirective):
    """``{question} q10``: a question of the unit, to think about before going on."""

    required_arguments = 1

    def run(self):
        unit = unit_of(self.env.docname)
        if unit is None:
            _logger.warning("Only a presentation asks with this directive.", location=self.get_location())
            return []
        bank = read_bank(self, unit)
        if bank is None:
            return []
        chosen = [item for item in bank.items if item.id.rpartition("-")[2] == self.arguments[0]]
        if not chosen:
            message = "%s has no question %s."
            _logger.warning(message, unit.items_path.name, self.arguments[0], location=self.get_location())
            return []
        outcomes = {outcome.letter: outcome.text for outcome in unit.page.outcomes}
        self.env.metadata[self.env.docname].setdefault("ai2med_asked", []).append(chosen[0].id)
        return [nodes.raw("", items_html(chosen, outcomes, "inline"), format="html", item_id=chosen[0].id)]


class MakeSlides(SphinxTransform):
    """Turn the sections of a presentation into slides; the list of sources stays below them."""

    default_priority = 450

    def apply(self, **kwargs):
        unit = unit_of(self.env.docname)
        if unit is None:
            return
        # Neither in the contents list nor among the results of a search: it is reached from its unit.
        self.env.metadata[self.env.docname].update(orphan=True, nosearch=True)
        depend(self.env, "unit", unit.id)
        depend(self.env, "outputs", unit.docname)
        top = next(self.document.findall(nodes.section), None)
        if top is None:
            _logger.warning("A presentation begins with a title: # What it is about.", location=self.env.docname)
            return
        self.env.metadata[self.env.docname]["deck_title"] = top.next_node(nodes.title).astext()
        made, rest = slides(""), []
        for section in [child for child in top.children if isinstance(child, nodes.section)]:
            if section.next_node(nodes.title).astext() == SOURCES:
                rest.append(self._sources(section))
            else:
                made += self._slide(section, len(made) + 1)
        self.document.children = []
        self.document += [made, *rest]

    @staticmethod
    def _sources(section):
        title = section.next_node(nodes.title)
        rest = [child for child in section.children if child is not title]
        return nodes.container("", slide_title("", "", *title.children), *rest, classes=["deck-sources"])

    @staticmethod
    def _slide(section, number):
        title = section.next_node(nodes.title)
        body, said = nodes.container(classes=["slide-body"]), []
        for child in [child for child in section.children if child is not title]:
            if isinstance(child, narrated):
                said.append(child)
            else:
                body += child
        made = slide("", number=number, ids=[f"slide-{number}"])
        made += [slide_title("", "", *title.children), body, *said]
        return made


class PlaceCells(SphinxPostTransform):
    """Put the outputs of the unit's named cells into the slides, before one of their forms is chosen."""

    default_priority = 1

    def run(self, **kwargs):
        places = list(self.document.findall(unit_cell))
        unit = unit_of(self.env.docname)
        if not places or unit is None:
            return
        page = self.env.get_doctree(unit.docname)
        named = {
            cell["cell_metadata"]["name"]: cell
            for cell in page.findall(nodes.container)
            if cell.get("nb_element") == "cell_code" and cell.get("cell_metadata", {}).get("name")
        }
        for place in places:
            cell = named.get(place["wanted"])
            shown = [part.deepcopy() for part in cell.children if _is_output(part)] if cell is not None else []
            if not shown:
                message = "%s has no cell with the name %s that shows something. It has: %s."
                _logger.warning(
                    message, unit.path.name, place["wanted"], ", ".join(sorted(named)) or "none", location=place
                )
            for part in shown:
                for element in part.findall(nodes.Element):
                    # Sphinx wants figures to have ids, and an id of the page may be taken here.
                    element["ids"] = [f"{place['wanted']}-{name}" for name in element["ids"]]
                    element["names"] = []
            box = nodes.container("", *shown, classes=["unit-cell"])
            place.replace_self(box)


def _is_output(node) -> bool:
    return isinstance(node, nodes.Element) and node.get("nb_element") == "cell_code_output"


class SplitNarration(SphinxPostTransform):
    """Make the sentences of a narration one element each, when all numbers and names are in their place."""

    default_priority = 900

    def run(self, **kwargs):
        for said in self.document.findall(narrated):
            for paragraph in said.findall(nodes.paragraph):
                made = [sentence("")]
                for child in list(paragraph.children):
                    if not isinstance(child, nodes.Text):
                        made[-1] += child
                        continue
                    first, *more = split_sentences(child.astext().replace("\n", " ")) or [""]
                    made[-1] += nodes.Text(first)
                    made += [sentence("", text) for text in more]
                    # The text ended its sentence, so what follows begins another.
                    if re.search(r"[.?!][\"”’)]*\s+$", child.astext()):
                        made.append(sentence(""))
                made = [part for part in made if part.astext().strip()]
                for part in made:
                    text = _text_of(part)
                    if spoken(text) != text:
                        part["say"] = spoken(text)
                paragraph.children = []
                paragraph.extend(made)


def _text_of(node) -> str:
    """Return what a voice reads: the words, without the marks of citations."""
    shown = node.deepcopy()
    for mark in list(shown.findall(nodes.footnote_reference)):
        mark.parent.remove(mark)
    return re.sub(r"\s+([.,;:?!])", r"\1", " ".join(shown.astext().split()))


def _numbers_of_the_page(app, docname, source):
    """Let a glued value of a presentation be looked up in the unit's page, which has computed it."""
    unit = unit_of(docname) if docname.endswith(_SUFFIX) else None
    if unit is not None:
        source[0] = _GLUE.sub(lambda found: f"{{glue:text}}`{unit.slug}.md::{_formatted(found[1])}`", source[0])


def _formatted(key: str) -> str:
    """Return a key with its format: without one MyST-NB would take the key for it."""
    return key if ":" in key else f"{key}:s"


def _deck_page(app, pagename, templatename, context, doctree):
    unit = unit_of(pagename) if pagename.endswith(_SUFFIX) else None
    if unit is None or doctree is None:
        return None
    deck = read_deck(unit.deck_path)
    meta = app.env.metadata[pagename]
    told = [
        {
            "title": part.next_node(slide_title).astext(),
            "sentences": [_text_of(one) for one in part.findall(sentence)],
            "questions": [raw["item_id"] for raw in part.findall(nodes.raw) if "item_id" in raw],
        }
        for part in doctree.findall(slide)
    ]
    title = meta.get("deck_title", unit.title)
    made = narration(unit.id, title, deck.minutes, told)
    place = Path(app.outdir) / f"{unit.docname}.narration.json"
    write_changed(place, json.dumps(made, indent=1, ensure_ascii=False) + "\n")
    context.update(
        title=f"Presentation: {unit.title}",
        deck_title=title,
        deck_unit=unit,
        deck_minutes=deck.minutes,
        unit_address=relative_uri(app.builder.get_target_uri(pagename), app.builder.get_target_uri(unit.docname)),
        page_description=f"{title}: a presentation of {deck.minutes} minutes with narration, unit {unit.id} of AI2MED.",
    )
    return "deck.html"


def static_files() -> dict[str, bytes]:
    """Return the front end of presentations by file name."""
    vendor = _WEB / "vendor"
    sheets = [vendor / "reveal.css", _WEB / "deck.css"]
    return {
        "deck.css": b"\n".join(sheet.read_bytes() for sheet in sheets),
        "deck.mjs": script("deck.mjs", _WEB).encode(),
        "reveal.mjs": (vendor / "reveal.mjs").read_bytes(),
        "notes.mjs": (vendor / "notes.mjs").read_bytes(),
        "LICENSE-reveal.txt": (vendor / "LICENSE-reveal.txt").read_bytes(),
    }


def _write_static(app, exception):
    if exception or app.builder.format != "html":
        return
    if not any(docname.endswith(_SUFFIX) for docname in app.env.all_docs):
        return
    folder = Path(app.outdir) / "_static" / FOLDER
    for name, content in static_files().items():
        write_changed(folder / name, content)


def _let_decks_in(app, config):
    """Build presentations though no contents list names them; each goes with its unit's page."""
    left_out = set(config.exclude_patterns)
    units = [unit for unit in load_curriculum().finished if f"{unit.docname}.md" not in left_out]
    decks = {f"{unit.deck_docname}.md" for unit in units}
    config.exclude_patterns = [pattern for pattern in config.exclude_patterns if pattern not in decks]


def _visit_slides(self, node):
    self.body.append('<div class="deck-stage"><div class="slides">\n')


def _depart_slides(self, _node):
    self.body.append("</div></div>\n")


def _visit_slide(self, node):
    self.body.append(f'<section id="{node["ids"][0]}" data-slide="{node["number"]}">\n')


def _depart_slide(self, _node):
    self.body.append("</section>\n")


def _visit_title(self, _node):
    self.body.append("<h2>")


def _depart_title(self, _node):
    self.body.append("</h2>\n")


def _visit_narrated(self, _node):
    self.body.append('<aside class="notes" data-narration>\n')


def _depart_narrated(self, _node):
    self.body.append("</aside>\n")


def _visit_sentence(self, node):
    say = {"data-say": node["say"]} if "say" in node else {}
    self.body.append(self.starttag(node, "span", "", CLASS="sentence", **say))


def _depart_sentence(self, _node):
    self.body.append("</span>")


def _skip(_self, _node):
    """Let other builders show the content as it stands."""


def setup(app):
    """Register nodes, directives and transforms, and the page."""
    visitors = {
        slides: (_visit_slides, _depart_slides),
        slide: (_visit_slide, _depart_slide),
        slide_title: (_visit_title, _depart_title),
        narrated: (_visit_narrated, _depart_narrated),
        sentence: (_visit_sentence, _depart_sentence),
        unit_cell: (_skip, _skip),
    }
    for node, html in visitors.items():
        app.add_node(node, html=html, latex=(_skip, _skip), text=(_skip, _skip))
    app.add_directive("narration", Narration)
    app.add_directive("cell", Cell)
    app.add_directive("question", Question)
    app.add_transform(MakeSlides)
    app.add_post_transform(PlaceCells)
    app.add_post_transform(SplitNarration)
    app.connect("config-inited", _let_decks_in, priority=950)
    app.connect("source-read", _numbers_of_the_page)
    app.connect("html-page-context", _deck_page, priority=950)
    app.connect("build-finished", _write_static)
