"""The home page's doors and its map of the programme: both made, so that they grow with the book."""

from docutils import nodes

from .. import paths
from ..doors import FILE, read_doors, tasks_without_code
from .boxes import make_fold
from .code_layer import CodeRules
from .facts import depend
from .frame import minutes_text
from .programme import Overview


def pass_over_text(tasks: list[str]) -> str:
    """Return what a reader without code does with a unit that shows some.

    >>> pass_over_text([])
    'Shows code: read it without.'
    >>> pass_over_text(["t5"])
    'Shows code: read it without. Of the exercise, task 5 needs none.'
    >>> pass_over_text(["t1", "t5", "t6"])
    'Shows code: read it without. Of the exercise, tasks 1, 5 and 6 need none.'
    """
    told = "Shows code: read it without."
    numbers = [name[1:] for name in tasks]
    if not numbers:
        return told
    if len(numbers) == 1:
        return f"{told} Of the exercise, task {numbers[0]} needs none."
    return f"{told} Of the exercise, tasks {', '.join(numbers[:-1])} and {numbers[-1]} need none."


class Doors(Overview):
    """``{doors}``: a fold for each kind of reader, with the units to read, their order and their time."""

    def nodes_for(self, curriculum):
        depend(self.env, "file", FILE)
        folds = []
        for door in read_doors(paths.root() / FILE):
            units = door.path(curriculum)
            if not units:
                continue
            times = [door.minutes(unit) for unit in units]
            reading, doing = (sum(part) for part in zip(*times, strict=True))
            steps = nodes.enumerated_list(enumtype="arabic", suffix=".", prefix="")
            for unit, (minutes, _) in zip(units, times, strict=True):
                line = nodes.paragraph("", "", self.link(unit.docname, unit.title))
                line += nodes.inline("", f" {minutes_text(minutes)}", classes=["door-time"])
                step = nodes.list_item("", line)
                if door.passes_over_code and CodeRules.of(unit.docname).opens:
                    step += nodes.paragraph("", pass_over_text(tasks_without_code(unit)), classes=["door-note"])
                steps += step
            time = f"{len(units)} unit{'s' * (len(units) > 1)}, {minutes_text(reading)} of reading"
            exercises = f"Their exercises take {minutes_text(doing)} more."
            fold = make_fold(door.reader, nodes.paragraph("", door.about), steps, nodes.paragraph("", exercises))
            fold["classes"].append("door")
            fold[0] += nodes.inline("", f" {time}", classes=["door-time"])
            folds.append(fold)
        return [nodes.container("", *folds, classes=["doors"])]


class ProgrammeMap(Overview):
    """``{programme-map}``: the courses with their modules; each unit is a mark, filled where it can be read."""

    def nodes_for(self, curriculum):
        courses = nodes.bullet_list(classes=["map"])
        for mooc in curriculum.moocs:
            name = f"{mooc.id} {mooc.title}"
            title = self.link(mooc.docname, name) if mooc.path.is_file() else nodes.Text(name)
            ready = nodes.inline("", f" {len(mooc.finished)} of {len(mooc.units)} units ready", classes=["map-count"])
            modules = nodes.bullet_list()
            modules += [self.module_item(module) for module in mooc.modules]
            courses += nodes.list_item("", nodes.paragraph("", "", nodes.strong("", "", title), ready), modules)
        return [courses]

    def module_item(self, module):
        name = self.link(module.docname, module.title) if module.path.is_file() else nodes.Text(module.title)
        planned = len(module.units) - len(module.finished)
        told = nodes.inline("", f", {len(module.finished)} ready, {planned} planned", classes=["visually-hidden"])
        marks = nodes.paragraph("", "", *map(self.mark, module.units), classes=["map-units"])
        return nodes.list_item("", nodes.paragraph("", "", name, told), marks)

    def mark(self, unit):
        """Return the number of a unit in its module; one that can be read is a link, whose title is heard."""
        number = unit.id.rpartition(".")[2]
        if not unit.finished:
            return nodes.inline("", number, classes=["map-planned"], **{"aria-hidden": "true"})
        address = self.env.app.builder.get_relative_uri(self.env.docname, unit.docname)
        # What Sphinx makes of a reference to a page holds plain text only.
        link = nodes.reference("", number, refuri=address, internal=True, classes=["map-ready"], reftitle=unit.title)
        link += nodes.inline("", f" {unit.title}", classes=["visually-hidden"])
        return link


def setup(app):
    """Register the directives."""
    app.add_directive("doors", Doors)
    app.add_directive("programme-map", ProgrammeMap)
