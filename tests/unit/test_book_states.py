"""Large states stand beside their page, small ones in it, and none is left over."""

import json
from types import SimpleNamespace

import pytest

from ai2med.book import states

WIDGET = (
    '<div class="ai2med-widget" data-widget="{0}" data-module="{0}.mjs">'
    '<script type="application/json">{1}</script>{2}</div>'
)
SMALL, LARGE = json.dumps({"rows": [1]}), json.dumps({"rows": list(range(3000)), "text": "\\u003cb>"})


def page(*parts):
    return "<h1>Page</h1>" + "".join(parts)


@pytest.fixture
def build(tmp_path):
    """Return a function that writes pages as a build does, and gives the names of all files."""
    app = SimpleNamespace(
        outdir=tmp_path, builder=SimpleNamespace(format="html"), env=SimpleNamespace(found_docs=set())
    )

    def run(**bodies):
        for name, body in bodies.items():
            app.env.found_docs.add(f"moocs/{name}")
            context = {"body": body}
            states._keep_beside(app, f"moocs/{name}", "page.html", context, None)
            (tmp_path / "moocs").mkdir(exist_ok=True)
            (tmp_path / "moocs" / f"{name}.html").write_text(context["body"])
        states._drop_unused(app, None)
        return {path.name: path.read_text() for path in sorted((tmp_path / "moocs").iterdir())}

    return run


def test_a_large_state_leaves_the_page_and_what_is_shown_without_scripts_stays(build):
    fallback = "<p>The first state</p>"
    files = build(one=page(WIDGET.format("small", SMALL, ""), WIDGET.format("large", LARGE, fallback)))
    assert json.loads(files["one.state-1.json"]) == json.loads(LARGE)
    assert SMALL in files["one.html"]
    assert LARGE not in files["one.html"]
    assert fallback in files["one.html"]
    assert 'data-src="one.state-1.json?v=' in files["one.html"]


def test_a_changed_state_has_another_address(build):
    first = build(one=page(WIDGET.format("large", LARGE, "")))["one.html"]
    second = build(one=page(WIDGET.format("large", LARGE.replace("2999", "3000"), "")))["one.html"]
    assert first != second


def test_states_that_no_page_asks_for_go(build):
    two = [WIDGET.format("large", LARGE, ""), WIDGET.format("other", LARGE.replace("1", "2"), "")]
    assert set(build(one=page(*two))) == {"one.html", "one.state-1.json", "one.state-2.json"}
    assert set(build(one=page(two[1]))) == {"one.html", "one.state-1.json"}
    assert set(build(one=page(WIDGET.format("small", SMALL, "")))) == {"one.html"}
