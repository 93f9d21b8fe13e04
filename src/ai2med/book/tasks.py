"""Tasks on an exercise page: the starter in the cell, and folded below it the hints, the solution and what it gives.

The page is executed with its solutions. Once a page is read, `ShowStarters` turns what was executed into what a learner
may see: nothing of the solution stands outside a fold.
"""

from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ..exercises import blocks
from ..exercises.feedback import inline_html
from ..exercises.notebook import Exercise, read_exercise
from ..exercises.running import load_checks
from ..problems import ContentError
from .boxes import make_fold
from .facts import depend

__all__ = ["setup", "task_section"]

_LOGGER = logging.getLogger(__name__)


class task_section(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """All of a task but its heading: statement, cell, folds, check. Carries the id that front ends look for."""


class TaskDirective(SphinxDirective):
    """The statement of a task; ``ShowStarters`` adds the rest."""

    has_content = True
    required_arguments = 1

    def run(self):
        self.assert_has_content()
        section = task_section("", name=self.arguments[0], classes=["task"])
        self.set_source_info(section)
        statement = nodes.container(classes=["task-statement"])
        self.state.nested_parse(self.content, self.content_offset, statement)
        section += statement
        return [section]


class ShowStarters(SphinxTransform):
    """Show starters for solutions, and fold what helps a learner who is stuck."""

    default_priority = 400

    def apply(self, **_kwargs):
        sections = list(self.document.findall(task_section))
        if not sections:
            return
        path = Path(self.env.doc2path(self.env.docname))
        try:
            exercise = read_exercise(path)
        except ContentError as error:
            for problem in error.problems:
                _LOGGER.warning(str(problem), location=(self.env.docname, problem.line))
            return
        if not exercise.checks_path.is_file():
            _LOGGER.warning(f"{exercise.checks_path.name} is missing.", location=(self.env.docname, 1))
            return
        depend(self.env, "file", f"{self.env.docname}.py")
        declared = {task.id: task for task in load_checks(exercise.checks_path).TASKS}
        for section in sections:
            self._complete(section, exercise, declared)

    def _complete(self, section, exercise: Exercise, declared):
        task = exercise.task(section["name"])
        section["task_id"], section["title"] = task.id, task.title
        if task.id not in declared:
            _LOGGER.warning(f"{task.id} is not in {exercise.checks_path.name}.", location=section)
            return
        helps = [
            make_fold(f"Hint {step}", _paragraph(text), classes=["task-hint"])
            for step, text in enumerate(declared[task.id].hints, 1)
        ]
        if task.cell is None:
            section += _helps(helps)
            return
        parts = {cell_role(node): node for node in section.parent.children if cell_role(node)}
        solved, check = parts.get(("task", task.name)), parts.get(("check", task.name))
        if solved is None or check is None:
            _LOGGER.warning(f"The cells of {task.id} are not in its section.", location=section)
            return
        self._gather(section, check)
        source = exercise.cells[task.cell].source
        helps.append(make_fold("Solution", _show_starter(solved, source), classes=["task-solution"]))
        # What the check answered belongs to the solution: a learner is told by a check of their own.
        for output in _outputs(check):
            check.remove(output)
        given = _outputs(solved)
        if given:
            for output in given:
                solved.remove(output)
            shown = nodes.container("", *given, classes=["cell", "solution-output"])
            helps.append(make_fold("What the solution gives", shown, classes=["task-output"]))
        section.insert(section.index(solved) + 1, _helps(helps))

    @staticmethod
    def _gather(section, check):
        """Move everything from the statement to the check's cell into the task's section."""
        parent = section.parent
        start, stop = parent.index(section) + 1, parent.index(check) + 1
        moved = parent.children[start:stop]
        for node in moved:
            parent.remove(node)
        section.extend(moved)


def cell_role(node) -> tuple[str, str] | None:
    """Return ``("task", "t1")`` or ``("check", "t1")`` for the cell of a task, else None."""
    if not isinstance(node, nodes.container) or node.get("nb_element") != "cell_code":
        return None
    tags = node.get("cell_metadata", {}).get("tags", [])
    role = next((tag for tag in tags if tag in ("task", "check")), None)
    name = next((tag for tag in tags if tag[:1] == "t" and tag[1:].isdigit()), None)
    return (role, name) if role and name else None


def _show_starter(cell, source) -> nodes.literal_block:
    """Put the starter into a cell; return the solved source in the same highlighting."""
    block = next(cell.findall(nodes.literal_block))
    solution = block.copy()
    for node, text in ((block, blocks.starter_source(source)), (solution, blocks.solution_source(source))):
        node.rawsource = text
        node.children = []
        node += nodes.Text(text)
    return solution


def _outputs(cell) -> list[nodes.Node]:
    return [node for node in cell.children if isinstance(node, nodes.Element) and _is_output(node)]


def _is_output(node) -> bool:
    return node.get("nb_element") == "cell_code_output"


def _helps(folds) -> nodes.container:
    return nodes.container("", *folds, classes=["task-help"])


def _paragraph(text) -> nodes.paragraph:
    """Return a hint's text; its inline Markdown is that of the feedback, so both read the same."""
    return nodes.paragraph("", "", nodes.raw("", inline_html(text), format="html"))


def _visit_section(self, node):
    attributes = {"data-task-id": node.get("task_id", ""), "aria-label": node.get("title", "")}
    self.body.append(self.starttag(node, "section", **attributes))


def _depart_section(self, _node):
    self.body.append("</section>\n")


def _skip(_self, _node):
    """Let other builders show the content as it stands."""


def setup(app):
    """Register the directive, its node and the transform."""
    app.add_node(
        task_section, html=(_visit_section, _depart_section), **dict.fromkeys(("latex", "text", "man"), (_skip, _skip))
    )
    app.add_directive("task", TaskDirective)
    app.add_transform(ShowStarters)
