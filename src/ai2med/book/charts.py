"""Charts of Altair on built pages: drawn by the site's own Vega when a reader comes near, told in words before that.

An author's cell calls ``alt.renderers.enable("mimetype")`` once, and gives each chart a description, as figures have
alternative text: ``alt.Chart(stays, description="...")``. The build fails without.
"""

import json
from html import escape
from typing import Any, ClassVar

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from ..runtime import live_version
from ..runtime.browser.kernel import CHART

__all__ = ["ChartOutput", "chart", "chart_html", "setup"]

_logger = logging.getLogger(__name__)
_ROWS = 100


class chart(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """A chart, as its specification in Vega-Lite."""


class ChartOutput:
    """What MyST-NB asks for outputs of Altair; pyproject.toml names it as ``myst_nb.mime_renderers``."""

    mime_priority_overrides: ClassVar = [("html", CHART, 4)]

    @staticmethod
    def handle_mime(_renderer, data, inline):
        """Return the node for a chart; None for any other output."""
        if data.mime_type != CHART or inline:
            return None
        made = chart("", spec=json.dumps(data.content))
        made.line = data.line
        return [made]


class CheckCharts(SphinxPostTransform):
    """Warn, which fails the strict build, about charts that not everyone can read; name the module that draws."""

    default_priority = 300
    formats = ("html",)

    def run(self, **kwargs):
        for raw in self.document.findall(nodes.raw):
            if "altair-viz-" in raw.astext():
                _logger.warning(
                    "This Altair chart would ask other hosts for scripts. Add to the page's first cell: "
                    'alt.renderers.enable("mimetype");',
                    location=raw,
                )
        charts = list(self.document.findall(chart))
        for found in charts:
            if len(str(json.loads(found["spec"]).get("description", "")).strip()) < 15:
                _logger.warning(
                    "A chart has no description that says what it shows. Add it: "
                    'alt.Chart(table, description="..."), or .properties(description="...").',
                    location=found,
                )
        if charts:
            target = self.app.builder.get_target_uri(self.env.docname)
            script = relative_uri(target, f"_static/live/{live_version()}/stored_charts.mjs")
            self.document += nodes.raw("", f'<script type="module" src="{escape(script)}"></script>\n', format="html")


def chart_html(spec: dict[str, Any]) -> str:
    """Return a chart as a page holds it before any script runs: its description, its data, and what draws it."""
    # "<" would let a string of the data end the script element early.
    text = json.dumps(spec, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")
    return (
        '<figure class="output chart" data-chart>\n'
        f'<div class="chart-picture"><p>{escape(spec.get("description", ""))}</p></div>\n{_table_html(spec)}'
        f'<script type="application/json">{text}</script></figure>\n'
    )


def _table_html(spec: dict[str, Any]) -> str:
    """Return the data of a chart as a folded table; nothing for a chart that makes its data by itself."""
    inline = spec.get("data") or {}
    rows = inline.get("values") or next(iter(spec.get("datasets", {}).values()), [])
    asked = _fields(spec)
    columns = [name for name in (rows[0] if rows else {}) if name in asked]
    if not columns:
        return ""
    many = (
        f"first {_ROWS} of {len(rows)} rows"
        if len(rows) > _ROWS
        else "1 row"
        if len(rows) == 1
        else f"{len(rows)} rows"
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(f"<tr>{''.join(_cell(row.get(name)) for name in columns)}</tr>\n" for row in rows[:_ROWS])
    return (
        f'<details class="chart-data"><summary>Data of the chart ({many})</summary><div class="table-box">'
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div></details>\n"
    )


def _cell(value: Any) -> str:
    if isinstance(value, float):
        value = f"{value:.4g}"
    elif isinstance(value, str):
        # A day is stored with a time that nobody asked for.
        value = value.removesuffix("T00:00:00")
    return f"<td>{'' if value is None else escape(str(value))}</td>"


def _fields(part: Any) -> set[str]:
    """Return the columns that the encodings and transforms of a chart name."""
    if isinstance(part, list):
        return set().union(*map(_fields, part))
    if not isinstance(part, dict):
        return set()
    own = {part["field"]} if isinstance(part.get("field"), str) else set()
    return own.union(*(_fields(value) for key, value in part.items() if key not in ("data", "datasets")))


def _visit_chart(self, node):
    self.body.append(chart_html(json.loads(node["spec"])))
    raise nodes.SkipNode


def _skip_chart(_self, _node):
    raise nodes.SkipNode


def setup(app):
    """Register the node and the check."""
    app.add_node(chart, html=(_visit_chart, None), latex=(_skip_chart, None), text=(_skip_chart, None))
    app.add_post_transform(CheckCharts)
