"""The parts of a page: what stands beside its text on a wide screen, and folded above it on a narrow one.

On a unit's page each part has its minutes. Words are written here, so that the script that follows the reader
(``theme/static/parts.mjs``) has none.
"""

import re
from dataclasses import dataclass

from docutils import nodes

from ..curriculum import load_curriculum
from ..minutes import part_minutes, unit_minutes
from .references import SOURCES

__all__ = ["Part", "labelled", "page_parts", "told"]

# The last part that a reader comes back to.
_LAST = "Knowledge check"
_NUMBERED = re.compile(r"(?P<number>\d+)\. |(?P<kind>Task) (?P<task>\d+): ")


@dataclass(frozen=True)
class Part:
    """A part of a page.

    Parameters
    ----------
    anchor : str
        Its id.
    title : str
        Its heading.
    minutes : int or None
        How long it takes, where that is known.
    now : str
        What is said while the reader is in it.
    offered : bool
        Whether a reader who left in it is offered to go on there: what follows the knowledge check ends the page.
    """

    anchor: str
    title: str
    minutes: int | None = None
    now: str = ""
    offered: bool = True


def labelled(titles: list[tuple[str, str]], minutes: list[int]) -> list[Part]:
    """Return the parts of a page with what is said while the reader is in them.

    Parameters
    ----------
    titles : list of (str, str)
        Id and heading of each part.
    minutes : list of int
        The minutes of the first ones; the sources at the foot of a page have none.

    Examples
    --------
    >>> [part.now for part in labelled([("a", "1. What"), ("b", "2. Why"), ("c", "Case study: a ward")], [4, 6, 1])]
    ['Part 1 of 2 · 4 min', 'Part 2 of 2 · 6 min', 'Case study · 1 min']
    >>> labelled([("a", "Task 1: Count")], [12])[0].now
    'Task 1 of 1 · 12 min'
    >>> [part.offered for part in labelled([("a", "Knowledge check"), ("b", "Key points")], [5, 1])]
    [True, False]
    """
    numbered = [_NUMBERED.match(title) for _, title in titles]
    last = max((int(found["number"] or found["task"]) for found in numbered if found), default=0)
    end = next((k for k, (_, title) in enumerate(titles) if title == _LAST), len(titles))
    made = []
    for k, ((anchor, title), found) in enumerate(zip(titles, numbered, strict=True)):
        name = (
            f"{found['kind'] or 'Part'} {found['number'] or found['task']} of {last}"
            if found
            else title.partition(": ")[0]
        )
        time = minutes[k] if k < len(minutes) else None
        offered = k <= end and title != SOURCES
        made.append(Part(anchor, title, time, f"{name} · {time} min" if time else name, offered))
    return made


def page_parts(app, pagename: str) -> list[Part]:
    """Return the parts of a page: its headings of the second level."""
    entry = app.env.tocs.get(pagename)
    if entry is None:
        return []
    lists = [child for child in entry.findall(nodes.bullet_list) if child is not entry]
    titles = []
    for item in lists[0].children if lists else []:
        reference = next(item.findall(nodes.reference), None)
        # A list of other pages is no part of this one.
        if item.tagname == "list_item" and reference is not None and reference.get("anchorname"):
            titles.append((reference["anchorname"].removeprefix("#"), reference.astext()))
    unit = load_curriculum().by_docname(pagename)
    minutes = part_minutes(unit, exercise=pagename == unit.exercise_docname) if unit else []
    own = len([title for _, title in titles if title != SOURCES])
    return labelled(titles, minutes if len(minutes) == own else [])


def told(parts: list[Part], pagename: str) -> str:
    """Return what is said of all parts before the reader is in one of them: how many there are, how long they take."""
    numbered = [found for part in parts if (found := _NUMBERED.match(part.title))]
    unit = load_curriculum().by_docname(pagename)
    if not numbered or unit is None:
        return ""
    minutes = unit_minutes(unit)
    time = minutes.reading if pagename == unit.docname else minutes.doing
    name = "task" if numbered[0]["kind"] else "part"
    # The parts that have no number, such as the case study, take their time as well.
    return f"{len(numbered)} {name}{'s' * (len(numbered) > 1)} · {time} min in all"
