"""Code is a layer of its own: each code cell's source stands under a fold, open where code is what the page teaches.

What is open: cells in MOOC 2, in units that say ``code: open`` in their front matter, and starters that a learner has
to write. A cell that only shows a widget is folded everywhere, and so is one that its author tagged ``hide-input``. A
reader can open or fold all code of the book at once; ``theme/head.html`` applies that choice before a page is drawn.
"""

from dataclasses import dataclass

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..curriculum import load_curriculum
from ..runtime.needs import has_settings, only_shows_widget
from .tasks import cell_role

__all__ = ["FOLDERS", "CodeRules", "code_cells", "code_of", "setup"]

FOLDERS = ("moocs/", "exercises/")
_OPEN_IN = "2"
_SHOW, _HIDE = "Show the code", "Hide the code"
# Who needs no code at work is told what the fold is, and not asked to read it.
_LOOK_BEHIND = "Look behind: the code"
_SWITCH = (
    '<button type="button" class="code-switch" data-action="code" data-here="%s">'
    '<span class="code-show">Show code on all pages</span>'
    '<span class="code-fold">Fold code on all pages</span></button>'
)


class code_fold(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """The fold around the source of a cell."""


@dataclass(frozen=True)
class CodeRules:
    """How a page treats code.

    Parameters
    ----------
    opens : bool
        Whether cells are open as the page comes.
    vocational : bool
        Whether its readers need no code.
    runs : bool
        Whether readers can run its cells.
    """

    opens: bool = True
    vocational: bool = False
    runs: bool = True

    @classmethod
    def of(cls, docname: str) -> "CodeRules":
        """Return the rules of a page; one that belongs to no unit shows its code."""
        curriculum = load_curriculum()
        unit = curriculum.by_docname(docname)
        if unit is None:
            return cls()
        mooc = curriculum.mooc_of(unit)
        vocational = mooc.level == "VET"
        chosen = unit.page.code or ("open" if str(mooc.id) == _OPEN_IN else "folded")
        return cls(chosen == "open", vocational, not vocational or docname == unit.exercise_docname)

    def open_for(self, code: str, tags=(), role=None) -> bool:
        """Tell whether a cell is open as the page comes.

        Parameters
        ----------
        code : str
            What the cell shows.
        tags : sequence of str
            Its tags.
        role : tuple, optional
            As `cell_role` gives it.

        Examples
        --------
        >>> clinical = CodeRules(opens=False)
        >>> clinical.open_for("table.describe()"), CodeRules().open_for("table.describe()")
        (False, True)
        >>> clinical.open_for("rate = ...", role=("task", "t1"))
        True
        >>> clinical.open_for('rate = 0  # @param {type:"number"}', role=("task", "t1"))
        False
        """
        if "hide-input" in tags or only_shows_widget(code):
            return False
        # What a learner has to write is no layer that one may leave out; a form stands outside of the fold.
        to_write = role is not None and role[0] == "task" and not self.vocational and not has_settings(code)
        return self.opens or to_write


def code_cells(document) -> list[nodes.container]:
    """Return the code cells of a page."""
    return [node for node in document.findall(nodes.container) if node.get("nb_element") == "cell_code"]


def code_of(cell) -> nodes.container | None:
    """Return the part of a cell that shows its source; None if it shows none."""
    return next((part for part in cell.findall(nodes.container) if part.get("nb_element") == "cell_code_source"), None)


class FoldCode(SphinxPostTransform):
    """Put the source of every cell under a fold, in place of the one that a tag asked for."""

    default_priority = 390
    formats = ("html",)

    def run(self, **kwargs):
        docname = self.env.docname
        if not docname.startswith(FOLDERS):
            return
        rules, folds = CodeRules.of(docname), []
        for cell in code_cells(self.document):
            source, role = code_of(cell), cell_role(cell)
            if source is None or (role and role[0] == "check"):
                continue
            text = source.astext()
            opens = rules.open_for(text, cell.get("cell_metadata", {}).get("tags", ()), role)
            fold = code_fold(open=opens, vocational=rules.vocational)
            fold["away"] = not opens
            tagged = source.parent if isinstance(source.parent, HideCodeCellNode) else None
            old = tagged if tagged is not None and len(tagged.children) == 1 else source
            # Not `replace_self`, which would hand the classes of the source on to the fold.
            old.parent.replace(old, fold)
            fold += source
            folds.append(fold)
        if folds:
            first = next((fold for fold in folds if fold["open"]), folds[0])
            switch = nodes.raw("", _SWITCH % ("open" if first["open"] else "folded"), format="html")
            first.parent.insert(first.parent.index(first), switch)


def _visit_fold(self, node):
    shown = _LOOK_BEHIND if node["vocational"] else _SHOW
    attributes = {"data-layer": "code"}
    if node["away"]:
        # Paper has no room for it, unless a reader has opened all code.
        attributes["data-paper"] = "away"
    if node["open"]:
        attributes["open"] = "open"
    self.body.append(self.starttag(node, "details", **attributes))
    words = f'<span class="collapsed">{shown}</span><span class="expanded">{_HIDE}</span>'
    self.body.append(f"<summary>{words}</summary>\n")


def _depart_fold(self, _node):
    self.body.append("</details>\n")


def _skip(_self, _node):
    """Let other builders show the code as it stands."""


def setup(app):
    """Register the fold and what makes it."""
    app.add_node(code_fold, html=(_visit_fold, _depart_fold), latex=(_skip, _skip), text=(_skip, _skip))
    app.add_post_transform(FoldCode)
