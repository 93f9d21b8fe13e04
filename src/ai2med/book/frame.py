"""What every unit page carries: the header strip, the links, and below the opening case the outcomes. All is made."""

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from ..curriculum import load_curriculum
from ..minutes import routes_of, unit_minutes
from ..problems import ContentError
from .boxes import fold, fold_title
from .facts import depend
from .links import notebook_links, unit_links
from .tasks import task_section

_logger = logging.getLogger(__name__)


def minutes_text(minutes: int) -> str:
    """Return a duration as readers say it.

    >>> minutes_text(45), minutes_text(60), minutes_text(125)
    ('about 45 min', 'about 1 h', 'about 2 h 5 min')
    """
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    if rest:
        parts.append(f"{rest} min")
    return "about " + " ".join(parts)


def routes_text(routes: dict[str, int]) -> str:
    """Return the routes through an exercise, each with its time.

    >>> routes_text({"": 50})
    '50 min'
    >>> routes_text({"with code": 60, "without code": 55})
    '60 min with code, 55 min without code'
    """
    return ", ".join(f"{minutes} min {name}".strip() for name, minutes in routes.items()) or "none"


def _list_of(links: list[tuple[str, str]]) -> nodes.bullet_list:
    made = nodes.bullet_list()
    for text, address in links:
        link = nodes.reference("", text, refuri=address, internal=False)
        made += nodes.list_item("", nodes.paragraph("", "", link))
    return made


def _reference(curriculum, wanted):
    """Return the node that names a prerequisite: a link to a unit, None where that cannot be read yet."""
    try:
        unit = curriculum.unit(wanted)
    except KeyError:
        return nodes.Text(wanted)
    if not unit.finished:
        return None
    text = f"{unit.id} {unit.title}"
    from sphinx.addnodes import pending_xref

    link = pending_xref(
        "", nodes.inline("", text), refdomain="std", reftype="doc", reftarget=f"/{unit.docname}", refexplicit=True
    )
    link["refwarn"] = True
    return link


class UnitFrame(SphinxTransform):
    """Insert the header strip after the title of a unit page, and the outcomes after its opening case."""

    default_priority = 400

    def apply(self, **kwargs):
        curriculum = load_curriculum()
        unit = curriculum.by_docname(self.env.docname)
        if unit is None:
            return
        depend(self.env, "unit", unit.id)
        depend(self.env, "title", unit.id)
        try:
            page = unit.page
        except ContentError as error:
            for problem in error.problems:
                _logger.warning("%s", problem)
            return
        for wanted in page.prerequisites:
            depend(self.env, "title", wanted)
        section = next(self.document.findall(nodes.section), None)
        if section is None:
            return
        is_exercise = self.env.docname == unit.exercise_docname
        title = section.next_node(nodes.title).astext()
        wanted = f"Exercise: {unit.title}" if is_exercise else unit.title
        if title != wanted:
            _logger.warning("The title is %r; curriculum.yml gives %r.", title, wanted, location=section)
        made = [*self._strip(curriculum, unit, page, is_exercise), self._links(unit)]
        section[1:1] = made
        if not is_exercise:
            # After the opening case and its question, whose answer the outcomes would give away.
            first = next((k for k, child in enumerate(section) if isinstance(child, nodes.section)), len(section))
            section.insert(first, self._outcomes(page))
        for node in made:
            for link in node.findall(lambda n: n.tagname == "pending_xref"):
                link["refdoc"] = self.env.docname

    def _routes(self, unit, minutes):
        """Return the routes through the exercise, each as a link to its first task."""
        places = {task["name"]: task.parent["ids"] for task in self.document.findall(task_section) if task.parent}
        line = nodes.paragraph("", "", nodes.strong("", "Exercise"))
        for k, (name, tasks) in enumerate(routes_of(unit.exercise_path).items()):
            text = f"{minutes[name]} min {name}"
            ids = places.get(tasks[0] if tasks else "", [])
            line += nodes.Text(", " if k else " ")
            line += nodes.reference("", text, refid=ids[0], internal=True) if ids else nodes.Text(text)
        return line

    def _strip(self, curriculum, unit, page, is_exercise):
        mooc, module = curriculum.mooc_of(unit), curriculum.module_of(unit)
        minutes = unit_minutes(unit)
        facts = [
            ("MOOC", f"{mooc.id} {mooc.title}"),
            ("Module", f"{module.id} {module.title}"),
            ("Unit", unit.id),
            ("Level", mooc.level),
        ]
        if not is_exercise:
            facts.append(("Reading and questions", f"{minutes.reading} min"))
        facts.append(("Exercise", routes_text(minutes.routes)))
        strip = nodes.bullet_list(classes=["unit-strip"])
        for label, text in facts:
            line = nodes.paragraph("", "", nodes.strong("", label), nodes.Text(f" {text}"))
            strip += nodes.list_item("", line)
        if is_exercise and len(minutes.routes) > 1:
            strip[-1] = nodes.list_item("", self._routes(unit, minutes.routes))
        if not is_exercise:
            named = [_reference(curriculum, wanted) for wanted in page.prerequisites]
            readable = [node for node in named if node is not None]
            if not named:
                readable = [nodes.Text("nothing needed")]
            line = nodes.paragraph("", "", nodes.strong("", "Before this"), nodes.Text(" "))
            for k, node in enumerate(readable):
                line += [nodes.Text("; ")] * bool(k) + [node]
            if readable:
                strip += nodes.list_item("", line)
        return [strip]

    def _links(self, unit):
        links = _list_of(unit_links(self.app, unit, self.env.docname))
        links["classes"].append("unit-actions")
        notebooks = _list_of(notebook_links(self.app, unit, self.env.docname))
        links += nodes.list_item("", fold("", fold_title("", "Notebook"), notebooks, classes=["menu"]))
        return links

    @staticmethod
    def _outcomes(page):
        box = nodes.container(classes=["outcomes"])
        box += nodes.paragraph("", "You will be able to")
        items = nodes.bullet_list()
        for outcome in page.outcomes:
            text = outcome.text[:1].lower() + outcome.text[1:]
            items += nodes.list_item("", nodes.paragraph("", text), ids=[f"outcome-{outcome.letter}"])
        box += items
        return box


def setup(app):
    """Register the transform."""
    app.add_transform(UnitFrame)
