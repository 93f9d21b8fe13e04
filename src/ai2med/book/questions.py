"""Place a unit's questions on its pages, from the one file that also feeds notebooks and exports."""

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ..curriculum import Unit, load_curriculum
from ..items import ItemBank, load_items
from ..problems import ContentError
from ..widgets.knowledge_check.static_items import answers_html, items_html
from .facts import depend

_logger = logging.getLogger(__name__)


def read_bank(directive: SphinxDirective, unit: Unit) -> ItemBank | None:
    """Return a unit's questions, on which the page then depends; None after telling what is wrong with them."""
    depend(directive.env, "file", f"{unit.docname}.items.yml")
    depend(directive.env, "law", "*")
    try:
        return load_items(unit.items_path)
    except ContentError as error:
        for problem in error.problems:
            _logger.warning("%s", problem, location=directive.get_location())
        return None


class _Questions(SphinxDirective):
    """Shared work: find the unit, read its questions, note the dependency, say what is wrong."""

    has_content = False

    def bank(self):
        """Return the unit and its questions, or None after a warning."""
        unit = load_curriculum().by_docname(self.env.docname)
        if unit is None:
            _logger.warning("Only pages of units and exercises hold questions.", location=self.get_location())
            return None, None
        bank = read_bank(self, unit)
        if bank is None:
            return unit, None
        self.env.metadata[self.env.docname]["ai2med_bank"] = [item.id for item in bank.shown]
        return unit, bank

    def place(self, unit, items, mode):
        """Return the static questions as a raw node and remember which ones the page shows."""
        placed = self.env.metadata[self.env.docname].setdefault("ai2med_items", [])
        placed.extend(item.id for item in items)
        outcomes = {outcome.letter: outcome.text for outcome in unit.page.outcomes}
        return [nodes.raw("", items_html(items, outcomes, mode, answers="appendix"), format="html")]


class Check(_Questions):
    """``{check} q01 q02``: one or two questions where the reader has just met the idea."""

    required_arguments = 1
    optional_arguments = 20

    def run(self):
        unit, bank = self.bank()
        if bank is None:
            return []
        known = {item.id.rpartition("-")[2]: item for item in bank.items}
        chosen = []
        for short in self.arguments:
            if short in known:
                chosen.append(known[short])
            else:
                _logger.warning(
                    "%s has no question %s. It has %s.",
                    unit.items_path.name,
                    short,
                    ", ".join(known),
                    location=self.get_location(),
                )
        for item in [item for item in chosen if item.place == "bank"]:
            _logger.warning(
                "The question %s belongs to the bank; no page shows it.", item.id, location=self.get_location()
            )
            chosen.remove(item)
        if not chosen:
            return []
        places = {item.place for item in chosen}
        if len(places) > 1:
            _logger.warning("These questions have different places: %s.", places, location=self.get_location())
        return self.place(unit, chosen, chosen[0].place)


class KnowledgeCheck(_Questions):
    """``{knowledge-check}``: all closing questions of the unit, with the score by outcome."""

    def run(self):
        unit, bank = self.bank()
        if bank is None:
            return []
        return self.place(unit, [item for item in bank.items if item.place == "closing"], "closing")


class Appendix(SphinxTransform):
    """Put the answers of a page's questions at its end, for readers without scripts and for paper."""

    default_priority = 840

    def apply(self, **kwargs):
        placed = self.env.metadata[self.env.docname].get("ai2med_items", [])
        unit = load_curriculum().by_docname(self.env.docname)
        if not placed or unit is None:
            return
        bank = load_items(unit.items_path)
        answers = answers_html(bank[item_id] for item_id in placed)
        section = next(self.document.findall(nodes.section))
        text = (
            '<section id="answers" class="answers" aria-labelledby="answers-title">'
            '<h2 id="answers-title">Answers to the questions of this page</h2>'
            f"{answers}</section>"
        )
        section += nodes.raw("", text, format="html")


def _all_placed(app, env):
    """Warn about a question that no page shows: it would look finished and never be asked."""
    for unit in load_curriculum().finished:
        pages = [env.metadata.get(docname, {}) for docname in (unit.docname, unit.exercise_docname)]
        # As the pages were read with it: nothing is read again of a unit that has not changed.
        wanted = {item for page in pages for item in page.get("ai2med_bank", [])}
        shown = [item for page in pages for item in page.get("ai2med_items", [])]
        for missing in sorted(wanted - set(shown)):
            _logger.warning("The question %s is on no page. Place it with the check directive.", missing)
        for twice in sorted({item for item in shown if shown.count(item) > 1}):
            _logger.warning("The question %s is placed twice.", twice)
    return []


def setup(app):
    """Register the directives."""
    app.add_transform(Appendix)
    app.add_directive("check", Check)
    app.add_directive("knowledge-check", KnowledgeCheck)
    app.connect("env-check-consistency", _all_placed)
