"""Navigation and overviews, all drawn from the curriculum: finished units are links, the rest plain titles."""

import html

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from ..curriculum import load_curriculum
from ..minutes import unit_minutes
from . import offline
from .facts import depend
from .frame import minutes_text


def navigation_html(curriculum, pagename, uri, extra) -> str:
    """Return the programme menu.

    Parameters
    ----------
    pagename : str
        The page that carries the menu; its MOOC is open and it is marked.
    uri : callable
        Turns a document name into a relative address.
    extra : list of (docname, title)
        Pages beside the programme.
    """
    current = curriculum.by_docname(pagename)

    def link(docname, text):
        here = ' aria-current="page"' if docname == pagename else ""
        return f'<a href="{html.escape(uri(docname))}"{here}>{html.escape(text)}</a>'

    def plain(text):
        return f'<span class="plain">{html.escape(text)}</span>'

    lines = ["<ul>", *(f"<li>{link(docname, text)}</li>" for docname, text in extra[:2]), "</ul>"]
    for mooc in curriculum.moocs:
        inside = pagename.startswith(f"moocs/{mooc.folder}/") or (current and current.id.startswith(f"{mooc.id}."))
        lines.append(
            f"<details{' open' if inside else ''}><summary>MOOC {mooc.id}: {html.escape(mooc.title)}</summary>"
        )
        lines.append("<ul>")
        if mooc.path.is_file():
            lines.append(f"<li>{link(mooc.docname, 'About this MOOC')}</li>")
        for module in mooc.modules:
            title = f"{module.id} {module.title}"
            name = link(module.docname, title) if module.path.is_file() else plain(title)
            lines.append(f'<li><span class="module-title">{name}</span><ul>')
            for unit in module.units:
                text = f"{unit.id} {unit.title}"
                if not unit.finished:
                    lines.append(f"<li>{plain(text)}</li>")
                    continue
                lines.append(f"<li>{link(unit.docname, text)}")
                if unit is current and unit.exercise_path.is_file():
                    lines.append(f"<ul><li>{link(unit.exercise_docname, 'Exercise')}</li></ul>")
                lines.append("</li>")
            lines.append("</ul></li>")
        lines.append("</ul></details>")
    lines += ["<ul>", *(f"<li>{link(docname, text)}</li>" for docname, text in extra[2:]), "</ul>"]
    return "\n".join(lines)


def readable_text(finished: int, units: int, minutes: int) -> str:
    """Return how much of a MOOC or module can be read now.

    >>> readable_text(2, 5, 125)
    '2 of 5 units can be read now: about 2 h 5 min of work.'
    >>> readable_text(0, 4, 0)
    'None of the 4 units can be read yet.'
    """
    if not finished:
        return f"None of the {units} units can be read yet."
    return f"{finished} of {units} units can be read now: {minutes_text(minutes)} of work."


class Overview(SphinxDirective):
    """Shared work of the overview directives, here and on the home page: links and times."""

    def run(self):
        curriculum = load_curriculum()
        depend(self.env, "programme", *self.arguments)
        return self.nodes_for(curriculum)

    def link(self, docname, text):
        from sphinx.addnodes import pending_xref

        link = pending_xref(
            "", nodes.inline("", text), refdomain="std", reftype="doc", reftarget=f"/{docname}", refexplicit=True
        )
        link["refwarn"] = True
        link["refdoc"] = self.env.docname
        return link

    def unit_item(self, unit):
        text = f"{unit.id} {unit.title}"
        note = " (added by this book; the deliverable counts it but names none)" if unit.added else ""
        if not unit.finished:
            line = nodes.paragraph("", "", nodes.inline("", text + note, classes=["plain"]))
        else:
            time = f" ({minutes_text(unit_minutes(unit).both)})"
            line = nodes.paragraph("", "", self.link(unit.docname, text), nodes.Text(time + note))
        return nodes.list_item("", line)

    def module_list(self, module):
        items = nodes.bullet_list(classes=["programme-list"])
        items += [self.unit_item(unit) for unit in module.units]
        return items


class Programme(Overview):
    """``{programme}``: all MOOCs with modules and units."""

    def nodes_for(self, curriculum):
        made = []
        for mooc in curriculum.moocs:
            section = nodes.section(ids=[f"mooc-{mooc.id}"])
            section += nodes.title("", f"MOOC {mooc.id}: {mooc.title}")
            section += nodes.paragraph("", mooc.goal)
            if mooc.path.is_file():
                section += nodes.paragraph("", "", self.link(mooc.docname, f"About MOOC {mooc.id}"))
            for module in mooc.modules:
                part = nodes.section(ids=[f"module-{module.id.replace('.', '-')}"])
                part += nodes.title("", f"{module.id} {module.title}")
                if module.path.is_file():
                    part += nodes.paragraph("", "", self.link(module.docname, f"About module {module.id}"))
                part += self.module_list(module)
                section += part
            made.append(section)
        return made


class MoocOverview(Overview):
    """``{mooc-overview} 2``: level, audience, goal, competences, map and time of a MOOC."""

    required_arguments = 1

    def nodes_for(self, curriculum):
        mooc = curriculum.mooc(self.arguments[0])
        level = {"HEI": "higher education", "VET": "vocational education and training"}[mooc.level]
        minutes = sum(unit_minutes(unit).both for unit in mooc.finished)
        facts = [
            ("Level", level),
            ("For", mooc.audience),
            ("Goal", mooc.goal),
            ("Ready", readable_text(len(mooc.finished), len(mooc.units), minutes)),
        ]
        strip = nodes.definition_list()
        for label, text in facts:
            strip += nodes.definition_list_item(
                "", nodes.term("", label), nodes.definition("", nodes.paragraph("", text))
            )
        competences = nodes.bullet_list()
        competences += [nodes.list_item("", nodes.paragraph("", text)) for text in mooc.competences]
        strip += nodes.definition_list_item("", nodes.term("", "Competences"), nodes.definition("", competences))
        made = [strip]
        for module in mooc.modules:
            part = nodes.section(ids=[f"module-{module.id.replace('.', '-')}"])
            name = f"{module.id} {module.title}"
            part += nodes.title("", name)
            if module.path.is_file():
                part += nodes.paragraph("", "", self.link(module.docname, f"About module {module.id}"))
            part += self.module_list(module)
            made.append(part)
        if mooc.finished and "offline" in self.env.found_docs:
            made.append(offline.section(mooc, self.link("offline", "More about reading offline")))
        return made


class ModuleOverview(Overview):
    """``{module-overview} 2.2``: the units of a module in their order, with time and summary of what can be read."""

    required_arguments = 1

    def nodes_for(self, curriculum):
        module = curriculum.module(self.arguments[0])
        minutes = sum(unit_minutes(unit).both for unit in module.finished)
        state = nodes.paragraph("", readable_text(len(module.finished), len(module.units), minutes))
        if not module.finished and "programme" in self.env.found_docs:
            state += [nodes.Text(" "), self.link("programme", "The programme")]
            state += nodes.Text(" shows which units can be read now.")
        made = [state]
        for unit in module.units:
            part = nodes.section(ids=[f"unit-{unit.id.replace('.', '-')}"])
            part += nodes.title("", f"{unit.id} {unit.title}")
            if unit.finished:
                part += nodes.paragraph("", unit.page.summary)
                line = nodes.paragraph("", "", self.link(unit.docname, "Read the unit"))
                line += nodes.Text(f" ({minutes_text(unit_minutes(unit).reading)})")
                if unit.exercise_path.is_file():
                    line += [nodes.Text(" · "), self.link(unit.exercise_docname, "Do the exercise")]
                    line += nodes.Text(f" ({minutes_text(unit_minutes(unit).doing)})")
                part += line
                made.append(part)
        rest = [unit for unit in module.units if not unit.finished]
        if rest:
            part = nodes.section(ids=["further-units"])
            part += nodes.title("", "Planned units")
            items = nodes.bullet_list(classes=["programme-list"])
            items += [self.unit_item(unit) for unit in rest]
            part += items
            made.append(part)
        return made


def setup(app):
    """Register the directives."""
    app.add_directive("programme", Programme)
    app.add_directive("mooc-overview", MoocOverview)
    app.add_directive("module-overview", ModuleOverview)
