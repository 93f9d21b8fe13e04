"""What stands behind the links of a page, so that nobody has to leave it: terms, articles and dates of law.

The page carries the notes of its own links and no others, a few hundred bytes; ``theme/static/notes.mjs`` shows one
beside its link. Sources stand at the foot of the page already. A page that speaks of law says as of which day.
"""

import datetime
import json
import re
from html import escape
from pathlib import Path

from ..articles import article, articles
from ..curriculum import load_curriculum
from ..glossary import terms
from ..items import load_items
from ..law import format_date, law_dates, law_row, law_states
from .law_links import article_note, date_note

__all__ = ["later_dates", "law_badge", "law_day", "page_notes", "setup"]

_TERM = re.compile(r'href="[^"]*glossary\.html#(term-[^"]+)"')
_CITED = 'class="footnote-reference'
_LAW = re.compile(r'data-note="(law|article) ([^"]+)"')
_STRIP = re.compile(r'(<ul class="unit-strip[^>]*>.*?)(?=</ul>)', re.DOTALL)


def page_notes(body: str, definitions: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return title and text of the notes of a page's links.

    Parameters
    ----------
    body : str
        The page as HTML.
    definitions : dict
        Name and meaning of each term, by its anchor in the glossary.
    """
    notes = {anchor: definitions[anchor] for anchor in sorted(set(_TERM.findall(body))) if anchor in definitions}
    for kind, key in sorted(set(_LAW.findall(body))):
        notes[f"{kind} {key}"] = date_note(key) if kind == "law" else article_note(key)
    return notes


def law_day(keys: set[tuple[str, str]], items) -> datetime.date | None:
    """Return the day as of which a page shows the law: the oldest of all that it says; None if it says nothing of law.

    Parameters
    ----------
    keys : set of (str, str)
        Dates (``law``) and articles (``article``) that the page quotes.
    items : iterable of Item
        The questions that stand on it.
    """
    dated = [item for item in items if item.valid_on]
    if not keys and not dated:
        return None
    acts = {law_row(key)["act"] if kind == "law" else article(key).act for kind, key in keys}
    states = law_states()
    about_law = {*law_dates()["source"], *(one.source for one in articles().values())}
    days = [states[act] for act in acts if act in states]
    days += [item.valid_on for item in dated if about_law & set(item.source)]
    return min(days, default=None)


def later_dates(body: str, day: datetime.date) -> list[tuple[str, str]]:
    """Return the dates of law later than a day that stand on a page, in order: for a machine, and for people."""
    acts: dict[datetime.date, list[str]] = {}
    for date, act in zip(law_dates()["date"].dt.date, law_dates()["act"], strict=True):
        if date > day and (format_date(date) in body or f'"{date}"' in body):
            acts[date] = sorted({*acts.get(date, []), act})
    return [(str(date), f"{format_date(date)} ({', '.join(named)})") for date, named in sorted(acts.items())]


def law_badge(day: datetime.date, later: list[tuple[str, str]]) -> str:
    """Return the line of the header strip that says as of which day the page shows the law.

    Examples
    --------
    >>> law_badge(datetime.date(2026, 10, 1), [])
    '<li class="law-as-of"><p><strong>Law as of</strong> 1 October 2026</p></li>'
    """
    # The words that a later reader sees: the script counts, by the reader's clock.
    told = {
        "data-dates": json.dumps(later, ensure_ascii=False),
        "data-one": "Since then 1 date of law on this page has passed:",
        "data-more": "Since then {n} dates of law on this page have passed:",
    }
    words = "".join(f' {name}="{escape(text)}"' for name, text in told.items()) if later else ""
    return f'<li class="law-as-of"{words}><p><strong>Law as of</strong> {format_date(day)}</p></li>'


def _with_badge(body: str, badge: str) -> str:
    if _STRIP.search(body):
        return _STRIP.sub(lambda found: f"{found[1]}{badge}\n", body, count=1)
    head, title, rest = body.partition("</h1>")
    return f'{head}{title}\n<ul class="unit-strip">{badge}</ul>{rest}' if title else body


def _definitions(env) -> dict[str, tuple[str, str]]:
    known = terms(Path(env.srcdir))
    places = {name: place for (kind, name), (_, place) in env.domains["std"].objects.items() if kind == "term"}
    return {places[name]: (name, term.plain) for name, term in known.items() if name in places}


def _add(app, pagename, _template, context, _doctree):
    if "body" not in context:
        return
    body = context["body"]
    notes = page_notes(body, _definitions(app.env))
    if notes or _CITED in body:
        text = json.dumps(notes, ensure_ascii=False, separators=(",", ":"))
        context["page_notes"] = text.replace("<", "\\u003c")
    unit, placed = load_curriculum().by_docname(pagename), app.env.metadata.get(pagename, {}).get("ai2med_items", [])
    bank = load_items(unit.items_path) if unit and placed else {}
    if day := law_day(set(_LAW.findall(body)), [bank[name] for name in placed if bank]):
        context["body"] = _with_badge(body, law_badge(day, later_dates(body, day)))


def setup(app):
    """Register what is added to a page when it is written, before its states are taken out."""
    app.connect("html-page-context", _add, priority=920)
