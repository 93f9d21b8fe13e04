"""Explorables: the cases of every model, what Python checks, and what the build draws."""

import doctest
import json
import re
import subprocess
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from docutils import nodes

from ai2med.book import explorables as pages
from ai2med.explorables import ExplorableError, _faces, archive_files, explorable, names, notebook_files, page_modules
from ai2med.explorables._bundle import page_module
from ai2med.explorables._data import checked
from ai2med.explorables._faces import folder, module
from ai2med.explorables._node import _program, ask, run_cases
from ai2med.paths import root

CASES = run_cases(sorted(folder().glob("*/*.test.mjs")))


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        pytest.param(path.parent.name, fault, id=f"{path.parent.name}: {case}")
        for path, answer in CASES.items()
        for case, fault in answer["results"]
    ],
)
def test_cases(name, fault):
    assert fault is None, fault


@pytest.mark.parametrize("path", sorted(folder().glob("*/*.py")), ids=lambda path: path.stem)
def test_the_examples_of_python_beside_an_explorable_hold(path):
    found = doctest.testmod(
        import_module(f"ai2med.explorables.{path.stem}"), optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    )
    assert not found.failed


def test_every_explorable_has_cases():
    assert sorted(path.parent.name for path in CASES) == names()
    assert all(answer["results"] for answer in CASES.values())


@pytest.mark.parametrize("name", names())
def test_an_explorable_stays_short(name):
    """A page of code holds the words, the model and the views: what needs more is two explorables."""
    assert len(module(name).read_text(encoding="utf-8").splitlines()) <= 170


OUTCOMES = {
    "data": {
        "y": {"kind": "outcomes"},
        "p": {"kind": "shares", "like": "y"},
        "beds": {"kind": "number", "above": 0, "optional": True},
        "who": {"kind": "text", "value": "you"},
    },
    "controls": {
        "level": {"kind": "slider", "from": 0, "to": 10},
        "stop": {"kind": "slider", "stops": [1, 5]},
        "side": {"kind": "choice", "options": {"left": "L", "right": "R"}},
        "lit": {"kind": "switch"},
    },
}


def test_columns_of_pandas_and_numpy_become_plain_lists():
    given = {"y": pd.Series([0, 1]), "p": np.array([0.123456, 1]), "level": np.int64(3), "lit": np.True_}
    data, state = checked(OUTCOMES, given)
    assert data == {"y": [0, 1], "p": [0.1235, 1.0]}
    assert state == {"level": 3, "lit": True}
    assert json.dumps([data, state])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"p": [0.1, 0.2]}, "y is missing"),
        ({"y": [0, 2]}, "y must be 0 or 1 without gaps"),
        ({"y": [0, float("nan")]}, "y must be 0 or 1 without gaps"),
        ({"y": [1, 1]}, "y holds only one class"),
        ({"y": []}, "y must be one column with at least one row"),
        ({"y": [[0, 1]]}, "y must be one column"),
        ({"y": [0, 1], "p": [0.5, 50]}, r"p must lie between 0 and 1, but 1 of 2 do not.*predict_proba"),
        ({"y": [0, 1], "p": [0.5]}, "p must hold one value for each row of y: got 1 for 2"),
        ({"y": [0, 1], "p": [0, 1], "beds": 0}, "beds must be above 0, not 0: leave it out"),
        ({"y": [0, 1], "p": [0, 1], "beds": "many"}, "beds must be a number"),
        ({"y": [0, 1], "p": [0, 1], "who": 3}, "who must be a text"),
        ({"y": [0, 1], "p": [0, 1], "level": 11}, "level must be from 0 to 10, not 11"),
        ({"y": [0, 1], "p": [0, 1], "stop": 9}, "stop must be from 1 to 5"),
        ({"y": [0, 1], "p": [0, 1], "side": "up"}, "side must be one of left, right"),
        ({"y": [0, 1], "p": [0, 1], "bed": 3}, "'bed' is not known here. Known are: y, p, beds, who, level"),
    ],
)
def test_wrong_data_are_refused_in_words(given, message):
    with pytest.raises(ValueError, match=message):
        checked(OUTCOMES, given)


def test_thinned_columns_keep_their_rates_and_travel_in_order():
    face = {"data": OUTCOMES["data"], "controls": {}, "thin": "y"}
    y = np.repeat([0, 1], [900, 100])
    data, _ = checked(face, {"y": y, "p": y / 2, "rows": 300, "seed": 1})
    assert (len(data["y"]), data["weights"], data["observed"]) == (300, [4.5, 1.0], 0.1)
    assert all(p == label / 2 for p, label in zip(data["p"], data["y"], strict=True))
    assert data["y"] == sorted(data["y"])


def test_what_fits_is_not_thinned_so_that_a_page_and_its_figure_tell_the_same_number():
    rng = np.random.default_rng(1)
    risks = rng.uniform(0.01, 0.5, 1952).round(4)
    made = explorable("calibration-explorer", outcomes=rng.random(1952) < risks, risks=risks).data
    assert made["weights"] == [[1.0, 1.0]]
    assert sorted(made["risks"]) == sorted(risks)


def test_ids_of_thinned_rows_count_from_the_first():
    face = {"data": OUTCOMES["data"] | {"who": {"kind": "ids", "like": "y"}}, "controls": {}, "thin": "y"}
    data, _ = checked(face, {"y": [1, 0, 1, 0], "p": [0.2, 0.4, 0.1, 0.3], "who": ["a", "b", "c", "b"]})
    assert data["p"] == [0.3, 0.4, 0.1, 0.2]
    assert data["who"] == [0, 0, 1, 2]


def test_tables_become_records():
    face = {"data": {"rows": {"kind": "table", "columns": ["day"]}}, "controls": {}}
    table = pd.DataFrame({"day": [pd.Timestamp("2027-08-02")], "n": [np.nan], "who": [("a", "b")]})
    assert checked(face, {"rows": table})[0]["rows"] == [{"day": "2027-08-02", "n": None, "who": ["a", "b"]}]
    with pytest.raises(ValueError, match="rows needs the columns day; 'day' is missing"):
        checked(face, {"rows": [{"n": 1}]})


def test_an_unknown_name_says_which_may_be_meant():
    with pytest.raises(ValueError, match=r"There is no explorable 'icon-aray'\. Do you mean 'icon-array'\?"):
        explorable("icon-aray")


def test_the_element_holds_state_and_no_markup_of_the_data():
    hostile = "</script><script>alert(1)</script><!-- \"q\" & 'q'"
    html = explorable("icon-array", what=hostile, prevalence=2).page_html()
    assert html.count("<script") == 1
    state = json.loads(re.search(r'json">(.*?)</script>', html)[1])
    assert state == {"name": "icon-array", "data": {"what": hostile}, "state": {"prevalence": 2}}
    assert hostile not in html


def test_a_notebook_gets_the_live_widget_and_a_page_the_element():
    widget = explorable("icon-array")
    bundle, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"] == widget.page_html()
    assert not re.search(r"^import ", widget._esm, re.MULTILINE)
    assert "--a2-text" in widget._css


def test_in_a_page_there_is_nothing_to_bundle():
    from ai2med.explorables import _bundle
    from ai2med.runtime.browser import widget_bundle

    for name in ("module_in_notebook", "style_sheet"):
        assert getattr(_bundle, name)("law-path")
        assert getattr(widget_bundle, name)("law-path") == ""


def test_a_notebook_gets_the_rules_of_the_explorable_that_it_shows():
    assert ".a2-dates" in explorable("law-timeline")._css
    assert ".a2-dates" not in explorable("icon-array")._css
    assert "explorables/law-timeline/law-timeline.css" in notebook_files(root(), "law-timeline")


def _runs(text, tmp_path):
    path = tmp_path / "module.mjs"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run([_program(), "--check", path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", names())
def test_the_notebooks_module_is_valid(name, tmp_path):
    _runs(notebook_files(root())[f"explorables/{name}/notebook.mjs"].decode(), tmp_path)


def test_pages_load_the_kit_once_under_a_name_of_its_content():
    modules = page_modules()
    kits = [name for name in modules if name.startswith("kit.")]
    assert len(kits) == 1
    begin = f'import * as kit from "./{kits[0]}";'
    assert all(text.startswith(begin) for name, text in modules.items() if name not in kits)


def test_archives_carry_faces_and_python():
    files = archive_files(root())
    assert json.loads(files["explorables/icon-array/face.json"])["controls"]["total"]["kind"] == "choice"
    assert "explorables/icon-array/natural_frequencies.py" in files


def test_a_face_in_an_archive_needs_no_node(tmp_path, monkeypatch):
    for name, content in archive_files(root()).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.setattr(_faces, "folder", lambda: tmp_path / "explorables")
    assert _faces.names() == names()
    assert _faces.face.__wrapped__("icon-array")["data"]["what"]["kind"] == "text"


def _declared(tmp_path, body):
    path = tmp_path / "sample.mjs"
    path.write_text(
        f"export default {{ title: 'Sample', controls: {{}}, live: 'Hello.', {body} }};\n", encoding="utf-8"
    )
    return {"ask": "first", "file": str(path), "data": {}, "state": {}, "key": "k"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("model: () => ({}), views: { one: { text: '{nobody} here' } }", r'sample\.mjs: "\{nobody\}" stands in what'),
        (
            "model: () => ({ n: 0 / 0 }), views: { one: { text: (m) => `${m.n}` } }",
            '"NaN" stands in what the reader sees',
        ),
        ("model: () => ({}), views: { one: { bars: 'Bars', items: [] } }", 'The view "Bars" has no "alt"'),
        ("model: () => ({}), views: { one: { bar: 'Bars' } }", "A view needs one of curves, run"),
        ("model: () => nothing.here, views: {}", "nothing is not defined .*sample.mjs:1"),
    ],
)
def test_a_wrong_declaration_names_file_and_fault(tmp_path, body, message):
    with pytest.raises(ExplorableError, match=message):
        ask([_declared(tmp_path, body)])


def test_the_first_state_is_drawn_into_the_page():
    [text] = pages.with_first_states([f"<p>before</p>{explorable('people-grid').page_html()}<p>after</p>"], module)
    assert text.startswith("<p>before</p><div")
    assert text.endswith("</div><p>after</p>")
    assert "of 80 who need the nurse, the tool finds 68" in text
    assert text.count("<svg role=") == 1


def test_the_directive_takes_data_and_state(make_directive):
    [made] = make_directive("people-grid", ["need: 80", "mode: draw"])
    assert isinstance(made, nodes.raw)
    assert '"state":{"need":80,"mode":"draw"}' in made.astext()


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("people-gird", [], "Do you mean 'people-grid'"),
        ("people-grid", ["needs: 80"], "'needs' is not known here"),
        ("people-grid", ["just text"], "Write one `name: value` a line"),
        ("people-grid", ["mode: sideways"], "mode must be one of ward, draw"),
    ],
)
def test_the_directive_names_what_is_wrong(make_directive, name, body, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make_directive(name, body)


@pytest.fixture
def make_directive():
    class Machine:
        reporter = type("Reporter", (), {"error": staticmethod(lambda message, *_, **__: message)})

    def make(name, body):
        directive = pages.ExplorableDirective("explorable", [name], {}, body, 1, 0, "", None, Machine())
        directive.directive_error = lambda _level, message: ValueError(message)
        return directive.run()

    return make


@pytest.fixture
def guide(tmp_path):
    """Return the folder of the explorable that the guide for authors writes out."""
    text = (root() / "docs" / "explorables.md").read_text(encoding="utf-8")
    declaration, cases = re.findall(r"```js\n(.*?)```", text, re.DOTALL)
    # Names that begin with # are looked up in the nearest package.json.
    (tmp_path / "package.json").write_text((root() / "package.json").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "src").symlink_to(root() / "src")
    made = tmp_path / "explorables" / "bed-night"
    made.mkdir(parents=True)
    (made / "bed-night.mjs").write_text(declaration, encoding="utf-8")
    (made / "bed-night.test.mjs").write_text(cases, encoding="utf-8")
    return made


def test_the_example_of_the_guide_works(guide):
    [answer] = run_cases([guide / "bed-night.test.mjs"]).values()
    assert answer["results"] == [["two nurses answer sixteen alerts", None]]
    data = {"who": "our ward"}
    request = {"ask": "first", "file": str(guide / "bed-night.mjs"), "data": data, "state": {"beds": 40}, "key": "k"}
    [first] = ask([request])
    assert first["text"].startswith("How many alerts can our ward answer?")
    assert first["live"] == "40 beds give 20 alerts a night. 1 can answer 8: 12 stay open."


def test_a_translation_takes_the_places_of_the_words(guide, tmp_path):
    (guide / "words.de.mjs").write_text(
        'export default { title: "Wie viele Alarme?", controls: { beds: { slider: "Betten" } } };\n', encoding="utf-8"
    )
    german = page_module(guide / "bed-night.mjs", "kit.0.mjs", "de")
    assert "kit.translated(" in german
    _runs(german, tmp_path)
    assert "translated(" not in page_module(guide / "bed-night.mjs", "kit.0.mjs")
