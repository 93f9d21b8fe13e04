"""Draw layouts: Graphviz once for all that are new, the book's colours and font, and a cache by content."""

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from pathlib import Path

from .. import paths
from .dot import INK, Layout

__all__ = ["NARROWEST", "WIDEST", "draw", "svg_html", "width_of"]

_HERE = Path(__file__).parent
# Text is drawn at 15 pixels. At 280 pixels, what a phone of 320 leaves, a drawing of 380 has text of 11; beyond 900 it
# would have less than 12 in the column of a page.
NARROWEST = 380
WIDEST = 900
_SECONDS = 120

_HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_TITLE = re.compile(r"<title>.*?</title>\n?", re.DOTALL)
_SVG = re.compile(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"\s+viewBox="([^"]+)"[^>]*>')
_ATTRIBUTES = re.compile(r' (?:id|font-family|font-size|xlink:title|target)="[^"]*"')
_BOLD = re.compile(r'font-family="Arial bold[^"]*"')
_CLUSTER = re.compile(r'<g id="clust\d+" class="cluster">.*?</g>\n', re.DOTALL)
_OPEN = re.compile(r"<a [^>]*>")
_TEXTS = re.compile(r"<text .*?</text>\n?")
_LINK = re.compile(r'<a xlink:href="term:([^"]*)">')


@cache
def _tool() -> str:
    """Return a hash of what draws, so that a new version draws again."""
    parts = [_HERE / "layout_in_node.mjs", _HERE / "vendor" / "graphviz.mjs", Path(__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()


def _place(layout: Layout) -> Path:
    key = hashlib.sha256(f"{_tool()}\n{layout.engine}\n{layout.text}".encode()).hexdigest()[:32]
    return paths.root() / ".cache" / "diagrams" / f"{key}.svg"


def draw(layouts: Iterable[Layout]) -> dict[Layout, str]:
    """Return a drawing for each layout; those that no earlier build has drawn go to Graphviz in one call.

    Raises
    ------
    RuntimeError
        If Graphviz fails; the message holds its words.
    """
    wanted = list(dict.fromkeys(layouts))
    new = [layout for layout in wanted if not _place(layout).is_file()]
    if new:
        for layout, drawing in zip(new, _graphviz(new), strict=True):
            place = _place(layout)
            place.parent.mkdir(parents=True, exist_ok=True)
            # Under another name first: a build that is stopped leaves no half drawing, and two may run at a time.
            half = place.with_suffix(f".{os.getpid()}")
            half.write_text(_cleaned(drawing), encoding="utf-8", newline="\n")
            half.replace(place)
    return {layout: _place(layout).read_text(encoding="utf-8") for layout in wanted}


def _graphviz(layouts: list[Layout]) -> list[str]:
    from ..runtime.node import program

    jobs = json.dumps([{"engine": layout.engine, "text": layout.text} for layout in layouts])
    done = subprocess.run(
        [program(), _HERE / "layout_in_node.mjs"],
        input=jobs,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode or done.stderr.strip():
        raise RuntimeError(f"Graphviz could not draw a diagram: {done.stderr.strip() or 'no reason given'}")
    return json.loads(done.stdout)


def _cleaned(drawing: str) -> str:
    """Return a drawing without what names Graphviz's own things, in the colours and the font of the page."""
    svg = _TITLE.sub("", _COMMENT.sub("", _HEAD.sub("", drawing)))
    svg = _ATTRIBUTES.sub("", _BOLD.sub('font-weight="bold"', _titles_last(svg)))
    for name, ink in INK.items():
        svg = svg.replace(f'"{ink}"', f'"var(--a2-{name})"')
    return svg.strip() + "\n"


def _titles_last(svg: str) -> str:
    """Move the titles of boxes to the end, so that no arrow is drawn across them."""
    over = []

    def without(cluster):
        texts = "".join(_TEXTS.findall(cluster[0]))
        link = _OPEN.search(cluster[0])
        over.append(f"{link[0]}{texts}</a>" if link else texts)
        plain = _OPEN.sub("", cluster[0]).replace("</a>", "") if link else cluster[0]
        return _TEXTS.sub("", plain)

    svg = _CLUSTER.sub(without, svg)
    end = svg.rindex("</g>\n</svg>")
    return f'{svg[:end]}<g class="over">{"".join(over)}</g>\n{svg[end:]}' if over else svg


def width_of(drawing: str) -> float:
    """Return the width of a drawing in pixels, at its natural size."""
    return float(_SVG.match(drawing)[1])


def svg_html(drawing: str, key: str, title: str, description: str, address: Callable[[str], str]) -> str:
    """Return a drawing as a page holds it: named, described, with links to terms.

    Parameters
    ----------
    drawing : str
        From `draw`.
    key : str
        Unique in the page.
    title, description : str
        What a screen reader says of it.
    address : callable
        Gives the address of a term; empty for one that the glossary lacks.
    """
    found = _SVG.match(drawing)
    width, height = float(found[1]), float(found[2])
    inner = drawing[found.end() :]
    links = 0

    def link(match):
        nonlocal links
        links += 1
        return f'<a href="{escape(address(match[1]))}">'

    inner = _LINK.sub(link, inner)
    # With links inside it is a group whose words, but for the links, are not read one by one: the description says it.
    if links:
        inner = re.sub(r"<text (?![^\n]*aria-)", '<text aria-hidden="true" ', inner)
        inner = re.sub(r"(<a .*?</a>)", lambda part: part[1].replace(' aria-hidden="true"', ""), inner, flags=re.DOTALL)
    return (
        f'<svg role="{"group" if links else "img"}" aria-labelledby="{key}-t" aria-describedby="{key}-d" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="{found[3]}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(description)}</desc>\n{inner}'
    )
