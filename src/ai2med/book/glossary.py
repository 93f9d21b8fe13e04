"""The glossary's page shows the file of each term; ``{term}`` links lead there."""

from pathlib import Path

from docutils.statemachine import StringList
from sphinx.domains.std import Glossary
from sphinx.errors import ConfigError

from ..glossary import check_terms, terms


class AllTerms(Glossary):
    """``{all-terms}``: every term in the order of the alphabet, as Sphinx's own ``{glossary}`` would show it."""

    has_content = False

    def run(self):
        lines = StringList()
        for term in terms(self.env.srcdir).values():
            self.env.note_dependency(str(term.file))
            source = str(term.file)
            lines.append(StringList([term.name], items=[(source, 0)]))
            for number, line in enumerate(term.definition.splitlines(), term.line - 1):
                lines.append(StringList([f"  {line}" if line else ""], items=[(source, number)]))
            lines.append(StringList([""], items=[(source, 0)]))
        self.content = lines
        self.env.metadata[self.env.docname]["terms"] = _names(self.env)
        return super().run()


def _names(env) -> tuple[str, ...]:
    return tuple(terms(env.srcdir))


def _outdated(_app, env, _added, _changed, _removed):
    """Name the pages that show terms when one has come or gone; an edit of one is seen by its file."""
    now = _names(env)
    return [name for name, meta in env.metadata.items() if meta.get("terms", now) != now]


def _prepare(app, config):
    if problems := check_terms(Path(app.srcdir)):
        raise ConfigError("\n".join(map(str, problems)))
    # They are parts of one page; most builds list their pages and would not look here, but a small one may not.
    config.exclude_patterns = [*config.exclude_patterns, "glossary/*"]


def setup(app):
    """Register the directive."""
    app.add_directive("all-terms", AllTerms)
    app.connect("config-inited", _prepare)
    app.connect("env-get-outdated", _outdated)
