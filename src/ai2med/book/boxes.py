"""Boxes and folds that authors write: opening case, discussion, deeper parts, in your work, teacher notes."""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

__all__ = ["fold", "fold_title", "setup"]


class fold(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """A ``<details>`` element: the first child is its ``fold_title``."""


class fold_title(nodes.TextElement):  # noqa: N801
    """The visible line of a fold."""


def make_fold(title: str, *children: nodes.Node, classes=()) -> fold:
    """Return a folded part with a plain-text title."""
    return fold("", fold_title("", title), *children, classes=["fold", *classes])


def _visit_fold(self, node):
    layer = {"data-layer": node["layer"]} if "layer" in node else {}
    self.body.append(self.starttag(node, "details", **layer))


def _depart_fold(self, _node):
    self.body.append("</details>\n")


def _visit_fold_title(self, node):
    self.body.append(self.starttag(node, "summary", ""))


def _depart_fold_title(self, _node):
    self.body.append("</summary>\n")


def _skip(_self, _node):
    """Let other builders show the content without the fold."""


class _Box(SphinxDirective):
    """A titled box; its title never enters the page's headings, so the outline stays the unit's sections."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {"name": directives.unchanged}  # noqa: RUF012 - the shape docutils asks for
    kind = ""
    label = ""

    def run(self):
        self.assert_has_content()
        title = self.label
        if self.arguments:
            title = f"{self.label}: {self.arguments[0]}" if self.label else self.arguments[0]
        box = nodes.container(classes=["box", self.kind])
        titles, messages = self.state.inline_text(title, self.lineno)
        box += nodes.paragraph(title, "", *titles, *messages, classes=["box-title"])
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class Case(_Box):
    """The opening case of a unit: a person, a place, a decision."""

    kind = "case"
    label = "Case"


class InYourWork(_Box):
    """One action that the reader can take this week."""

    kind = "in-your-work"
    label = ""

    def run(self):
        self.arguments = self.arguments or ["This week"]
        return super().run()


class Discussion(SphinxDirective):
    """A question for a group, with a model answer under a fold."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        self.assert_has_content()
        question, messages = self.state.inline_text(self.arguments[0], self.lineno)
        answer = make_fold("A model answer", classes=["model-answer"])
        self.state.nested_parse(self.content, self.content_offset, answer)
        return [nodes.paragraph("", "", *question, *messages, classes=["discussion-question"]), answer]


class Deeper(SphinxDirective):
    """Optional matter under a fold: a derivation, a variant, a second model. It is never tested."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        self.assert_has_content()
        part = make_fold(f"Deeper: {self.arguments[0]}", classes=["deeper"])
        part["layer"] = "deeper"
        self.state.nested_parse(self.content, self.content_offset, part)
        return [part]


class Fold(SphinxDirective):
    """A part that readers open when they have done something, such as the answer to what they were asked."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        self.assert_has_content()
        part = make_fold(self.arguments[0])
        self.state.nested_parse(self.content, self.content_offset, part)
        return [part]


class PocketCard(_Box):
    """What to do on the ward, on one screen; a button prints the card alone."""

    kind = "pocket-card"
    label = "Pocket card"

    def run(self):
        made = super().run()
        button = '<button type="button" class="a2-button" data-action="print-card">Print this card</button>\n'
        made[0] += nodes.raw("", button, format="html")
        return made


class TeacherNotes(SphinxDirective):
    """Timing, misconceptions and a group activity, folded at the end of the unit."""

    has_content = True

    def run(self):
        self.assert_has_content()
        notes = make_fold("Teacher notes", classes=["teacher-notes"])
        self.state.nested_parse(self.content, self.content_offset, notes)
        return [notes]


def setup(app):
    """Register nodes and directives."""
    visitors = {
        fold: (_visit_fold, _depart_fold),
        fold_title: (_visit_fold_title, _depart_fold_title),
    }
    for node, html in visitors.items():
        app.add_node(node, html=html, latex=(_skip, _skip), text=(_skip, _skip), man=(_skip, _skip))
    app.add_directive("case", Case)
    app.add_directive("in-your-work", InYourWork)
    app.add_directive("discussion", Discussion)
    app.add_directive("deeper", Deeper)
    app.add_directive("fold", Fold)
    app.add_directive("pocket-card", PocketCard)
    app.add_directive("teacher-notes", TeacherNotes)
