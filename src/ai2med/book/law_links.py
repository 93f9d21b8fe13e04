"""Law in the text: dates and articles lead to the act's text, and what they are is shown beside them.

``{law-date}`ai-act-devices` `` writes a date of the table, ``{article}`Art. 6(1) <ai-act 6>` `` links an article. What
is shown beside them is put into the page by ``notes``.
"""

import re

from docutils import nodes

from .. import paths
from ..articles import article
from ..law import format_date, law_row
from ..problems import ContentError
from ..sources import source_entries
from .facts import depend

__all__ = ["article_note", "date_note", "setup"]

_SHOWN = re.compile(r"(?P<text>.+?)\s*<(?P<key>[^<>]+)>", re.DOTALL)


class law_link(nodes.Inline, nodes.TextElement):  # noqa: N801 - docutils names node classes in lower case
    """A date or an article of law: `note` names what is shown beside it, `address` is that of the text."""


def date_note(key: str) -> tuple[str, str]:
    """Return title and text of what is shown beside a date of law.

    Examples
    --------
    >>> date_note("ai-act-in-force")[0]
    'AI Act, Art. 113'
    """
    row = law_row(key)
    return f"{row['act']}, {row['article']}", f"{format_date(row['date'])}: {row['what']}"


def article_note(key: str) -> tuple[str, str]:
    """Return title and text of what is shown beside an article.

    Examples
    --------
    >>> article_note("ai-act 27")
    ('AI Act, Art. 27: Fundamental rights impact assessment', 'Applies from 2 December 2027.')
    """
    found = article(key)
    return f"{found.act}, Art. {found.number}: {found.title}", found.told


def _address(source: str) -> str:
    entry = source_entries(paths.root()).get(source)
    fields = entry.fields if entry else {}
    return fields.get("url") or (f"https://doi.org/{fields['doi']}" if "doi" in fields else "")


def _linked(rawtext, text, inliner, note, source):
    depend(inliner.document.settings.env, "source", source)
    return [law_link(rawtext, text, note=note, address=_address(source))], []


def _wrong(rawtext, inliner, error):
    message = inliner.reporter.error(str(error))
    return [inliner.problematic(rawtext, rawtext, message)], [message]


def _law_date(_name, rawtext, text, _lineno, inliner, _options=None, _content=None):
    key = text.strip()
    try:
        depend(inliner.document.settings.env, "law", key)
        row = law_row(key)
    except (ContentError, KeyError) as error:
        return _wrong(rawtext, inliner, error)
    return _linked(rawtext, format_date(row["date"]), inliner, f"law {key}", row["source"])


def _article(_name, rawtext, text, _lineno, inliner, _options=None, _content=None):
    found = _SHOWN.fullmatch(text)
    key = (found["key"] if found else text).strip()
    try:
        depend(inliner.document.settings.env, "article", key)
        linked = article(key)
    except ContentError as error:
        return _wrong(rawtext, inliner, error)
    shown = found["text"] if found else f"Art. {linked.number}"
    return _linked(rawtext, shown, inliner, f"article {key}", linked.source)


def _visit(self, node):
    kind = "law-date" if node["note"].startswith("law ") else "law-article"
    if node["address"]:
        address = {"href": node["address"], "data-note": node["note"]}
        self.body.append(self.starttag(node, "a", "", CLASS=kind, **address))
    else:
        self.body.append(self.starttag(node, "span", "", CLASS=kind, **{"data-note": node["note"]}))


def _depart(self, node):
    self.body.append("</a>" if node["address"] else "</span>")


def _skip(_self, _node):
    """Let other builders show the words without a link."""


def setup(app):
    """Register the node and the roles ``law-date`` and ``article``."""
    app.add_node(law_link, html=(_visit, _depart), latex=(_skip, _skip), text=(_skip, _skip), man=(_skip, _skip))
    app.add_role("law-date", _law_date)
    app.add_role("article", _article)
