"""The synthetic hospital in the book: a page for every dataset, made from its datasheet, and a list of all of them."""

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from .. import cohort
from .facts import depend


class _Told(SphinxDirective):
    """Show Markdown that the hospital writes about itself; what it cannot tell is an error at the directive's place."""

    def run(self):
        try:
            text, source = self.told()
        except (FileNotFoundError, ValueError) as error:
            raise self.error(str(error)) from error
        box = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), source=source), 0, box, match_titles=True)
        return box.children

    def told(self) -> tuple[str, str]:
        """Return the Markdown, and the file that it is from."""
        raise NotImplementedError

    def depends(self, path: str):
        depend(self.env, "file", path)
        depend(self.env, "code", "cohort")


class Datasheet(_Told):
    """``{datasheet} admissions``: the description of a dataset; ``{datasheet} parameters``: the core's numbers."""

    required_arguments = 1

    def told(self):
        name = self.arguments[0]
        source = f"data/datasheets/{name}.yml"
        if name != "parameters":
            self.depends("data/manifest.json")
        self.depends(source)
        return cohort.datasheet_markdown(name), source


class Datasets(_Told):
    """``{datasets}``: all datasets with what one row is and how many there are."""

    def told(self):
        self.depends("data/manifest.json")
        for name in cohort.datasheets():
            self.depends(f"data/datasheets/{name}.yml")
        return cohort.datasets_markdown(), "data/datasheets"


def _write_pages(app, _config):
    """Write the pages before Sphinx looks for them, whoever called it."""
    if (Path(app.srcdir) / "data" / "datasheets").is_dir():
        cohort.write_pages(Path(app.srcdir))


def setup(app):
    """Register the directives, and the pages before the contents list is read."""
    app.add_directive("datasheet", Datasheet)
    app.add_directive("datasets", Datasets)
    app.connect("config-inited", _write_pages, priority=100)
