"""What stands in a page before any script runs, read from its HTML."""

import functools
import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

__all__ = ["Written", "broken_links", "read"]

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SILENT = {"script", "style", "template"}


@dataclass
class Written:
    """What a page holds.

    Parameters
    ----------
    ids : set of str
        Targets of links.
    targets : list of str
        Addresses of links, scripts, pictures and sheets.
    words : int
        Words of the main part that are seen or can be unfolded.
    questions : int
        Places of questions.
    answers : list of int
        Words of each folded answer.
    headings : list of int
        Levels of the headings in the main part, in their order.
    deck_for : str
        The unit whose presentation the page is, if it is one.
    """

    ids: set = field(default_factory=set)
    targets: list = field(default_factory=list)
    words: int = 0
    questions: int = 0
    answers: list = field(default_factory=list)
    headings: list = field(default_factory=list)
    deck_for: str = ""


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.open, self.stack = Written(), Counter(), []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.found.targets += [attributes[name] for name in ("href", "src") if attributes.get(name)]
        if attributes.get("id"):
            self.found.ids.add(attributes["id"])
        if attributes.get("data-deck-for"):
            self.found.deck_for = attributes["data-deck-for"]
        rooms = [name for name in ("answers",) if attributes.get("id") == name]
        rooms += [tag] if tag in _SILENT | {"main"} else []
        if self.open["main"]:
            self.found.questions += attributes.get("data-widget") == "knowledge-check"
            if re.fullmatch("h[1-6]", tag):
                self.found.headings.append(int(tag[1]))
        if tag == "details" and self.open["answers"]:
            self.found.answers.append(0)
        if tag not in _VOID:
            self.stack.append((tag, rooms))
            self.open.update(rooms)

    def handle_endtag(self, tag):
        if not any(name == tag for name, _ in self.stack):
            return
        while self.stack:
            name, rooms = self.stack.pop()
            self.open.subtract(rooms)
            if name == tag:
                return

    def handle_data(self, data):
        if self.open["main"] <= 0 or any(self.open[name] > 0 for name in _SILENT):
            return
        words = len(data.split())
        self.found.words += words
        if self.open["answers"] > 0 and self.found.answers:
            self.found.answers[-1] += words


@functools.cache
def read(path: Path) -> Written:
    """Read a page of the built book."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.found


def broken_links(html: Path, name: str) -> list[str]:
    """Return the addresses within the book that lead nowhere."""
    page = html / name
    broken = []
    for target in dict.fromkeys(read(page).targets):
        if re.match(r"[a-z][a-z+.-]*:", target) or target == "#":
            continue
        address, _, fragment = target.partition("#")
        address = address.partition("?")[0]
        file = page.parent / address if address else page
        if not file.exists() or (fragment and file.suffix == ".html" and fragment not in read(file.resolve()).ids):
            broken.append(target)
    return broken
