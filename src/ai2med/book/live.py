"""Live cells: wrap the code cells of unit and exercise pages, and tell the page which packages they need.

A cell stays as it was built, with its stored output; ``live.mjs`` adds a Run button to it. What a page does not show
but its cells build on goes along as data.
"""

import ast
from html import escape
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

from .. import paths
from ..changes import digest
from ..exercises import blocks
from ..exercises.dependence import built_on
from ..exercises.notebook import read_exercise
from ..problems import ContentError
from ..runtime import live_version
from ..runtime.bundle import answer_key, check_packages, part_name, used_parts
from ..runtime.markup import cell_attributes, page_html, scratch_html
from ..runtime.needs import computes, has_settings, only_shows_widget, packages_for
from ..uses import Uses
from .code_layer import FOLDERS, CodeRules, code_cells, code_of
from .tasks import cell_role, task_section

__all__ = ["cell_attributes", "may_have_cells", "needed_hidden", "page_html", "setup"]

# An author's way to leave a cell out: code that cannot run in a browser, such as a download.
_LEFT_OUT = "not-live"
_CHECK = 'from ai2med import check\ncheck("%s")'


class live_cell(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """The element around a cell that a reader can run."""


class WrapCells(SphinxPostTransform):
    """Make the page's visible code cells live."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs):
        docname = self.env.docname
        if not may_have_cells(docname):
            return
        runs = CodeRules.of(docname).runs
        shown = {}
        seen = set()
        exercise = self._exercise(docname)
        uses = built_on(exercise) if exercise else {}
        versions = {task.id: _version(exercise, task) for task in exercise.tasks if task.cell} if exercise else {}
        for cell in code_cells(self.document):
            seen.add(cell["cell_index"])
            role = cell_role(cell)
            if role and role[0] == "check":
                cell["classes"].append("live-check-cell")
                continue
            code = code_of(cell)
            code = code and code.astext()
            left_out = _LEFT_OUT in cell.get("cell_metadata", {}).get("tags", [])
            if not code or left_out or not runs or only_shows_widget(code):
                seen.discard(cell["cell_index"])
                continue
            shown[cell["cell_index"]] = code
            self._wrap(cell, docname, len(shown), has_settings(code), uses, versions)
        if not shown:
            return
        hidden = needed_hidden(self._unseen(docname, seen), shown)
        asked = [_CHECK % wrapped["check"] for wrapped in self.document.findall(live_cell) if wrapped["check"]]
        codes = [*shown.values(), *hidden.values(), *asked]
        target = self.app.builder.get_target_uri(docname)
        script = relative_uri(target, f"_static/live/{live_version()}/live.mjs")
        told = page_html(
            docname,
            packages_for(codes, check_packages(paths.root(), codes)),
            hidden,
            script,
            *book_files(self.app, codes),
            bool(asked) or any(map(computes, shown.values())),
        )
        if exercise:
            told = scratch_html(docname, max(seen | set(shown)) + 1, len(shown) + 1) + told
        self.document += nodes.raw("", told, format="html")

    def _exercise(self, docname):
        """Return the exercise that a page is; None for another, and for one whose mistakes the build tells."""
        if not docname.startswith("exercises/"):
            return None
        try:
            return read_exercise(Path(self.env.doc2path(docname)))
        except ContentError:
            return None

    @staticmethod
    def _wrap(cell, docname, number, form, uses, versions):
        role = cell_role(cell)
        section = next((node for node in _ancestors(cell) if isinstance(node, task_section)), None)
        task = section["task_id"] if section is not None and role and "task_id" in section else ""
        raises = "raises-exception" in cell.get("cell_metadata", {}).get("tags", [])
        wrapped = live_cell("", index=cell["cell_index"], number=number, check=task, raises=raises, form=form)
        wrapped["key"] = task or f"{docname}#{cell['cell_index']}"
        wrapped["uses"] = uses.get(cell["cell_index"], ())
        wrapped["version"] = versions.get(task, "")
        cell.replace_self(wrapped)
        wrapped += cell

    def _unseen(self, docname, seen):
        """Return the sources of code cells that the page does not show, by their place."""
        notebook = Path(self.app.outdir).parent / "jupyter_execute" / f"{docname}.ipynb"
        if not notebook.is_file():
            return {}
        cells = nbformat.read(notebook, as_version=4).cells
        return {
            index: cell.source
            for index, cell in enumerate(cells)
            if cell.cell_type == "code" and index not in seen and cell.source.strip()
        }


def _version(exercise, task) -> str:
    """Return a hash of what a task asks: that it was passed holds for this, not for what it asked before."""
    return digest(task.statement, blocks.starter_source(exercise.cells[task.cell].source))[:8]


def may_have_cells(docname: str) -> bool:
    """Tell whether a page is of the kind whose cells readers run."""
    return docname.startswith(FOLDERS)


def needed_hidden(hidden: dict[int, str], shown: dict[int, str]) -> dict[int, str]:
    """Return the unseen cells that make a name which a later cell uses, as the cell before it that made the name last.

    Examples
    --------
    >>> needed_hidden({1: "from ai2med import glue", 3: "assert n"}, {0: "n = 1", 2: "m = n", 4: "glue('n', n)"})
    {1: 'from ai2med import glue'}
    >>> needed_hidden({0: "a = 1", 1: "b = a", 3: "b = 2"}, {2: "print(b)"})
    {0: 'a = 1', 1: 'b = a'}
    """
    bound = {index: _bound(code) for index, code in {**hidden, **shown}.items()}
    chosen: set[int] = set()
    waiting = list(shown)
    while waiting:
        user = waiting.pop()
        for name in _loaded(hidden.get(user) or shown[user]):
            makers = [index for index, names in bound.items() if index < user and name in names]
            maker = max(makers, default=None)
            if maker in hidden and maker not in chosen:
                chosen.add(maker)
                waiting.append(maker)
    return {index: hidden[index] for index in sorted(chosen)}


def _names(code: str):
    try:
        return list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return []


def _bound(code: str) -> set[str]:
    found = set()
    for node in _names(code):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return found


def _loaded(code: str) -> set[str]:
    return {node.id for node in _names(code) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node


def uses_of(app) -> Uses:
    """Return what finds out what cells use, the same for all pages of a build."""
    if not hasattr(app, "ai2med_uses"):
        app.ai2med_uses = Uses(paths.root())
    return app.ai2med_uses


def book_files(app, codes) -> tuple[list[str], str]:
    """Return the names of the archives that cells read from ``_static/book``, and that of the hospital's answer key."""
    root = paths.root()
    key = answer_key(root)
    return [part_name(root, part) for part in used_parts(uses_of(app), codes)], key[0] if key else ""


def _visit_cell(self, node):
    names = ("index", "number", "key", "check", "raises", "form", "uses", "version")
    attributes = cell_attributes(*(node[name] for name in names))
    told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    self.body.append(f"<live-cell{told}>\n")


def _depart_cell(self, _node):
    self.body.append("</live-cell>\n")


def _skip(_self, _node):
    """Let other builders show the cell as it stands."""


def setup(app):
    """Register the node and the transform."""
    app.add_node(live_cell, html=(_visit_cell, _depart_cell), latex=(_skip, _skip), text=(_skip, _skip))
    app.add_post_transform(WrapCells)
