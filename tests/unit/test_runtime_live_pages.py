"""On a built page every visible cell is live, and the page says what its cells need, and no more."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from html import unescape
from pathlib import Path

import pytest

from ai2med.book.live import needed_hidden, page_html
from ai2med.runtime import bundle, live_version, needs, write_live

ROOT = Path(__file__).parent / "fixtures/exercises/good"
CONF = """
extensions = ["myst_nb", "questions"]
extensions += ["ai2med.book." + name for name in ("boxes", "tasks", "code_layer", "live")]
import sys; sys.path.insert(0, {here!r})
project = "Sample"
html_theme = "basic"
root_doc = "index"
exclude_patterns = ["moocs/mooc9/ward_rounds/counting_stays.md"]
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["config.cache", "myst-nb.lexer"]
"""
QUESTIONS = """
from docutils import nodes
from docutils.parsers.rst import Directive

class Check(Directive):
    required_arguments, final_argument_whitespace = 1, True

    def run(self):
        return [nodes.paragraph("", "Questions: " + self.arguments[0])]

def setup(app):
    app.add_directive("check", Check)
"""
INDEX = "# Sample\n\n```{toctree}\nmoocs/plain\nexercises/mooc9/ward_rounds/counting_stays\n```\n"
UNIT = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
# Plain

```{code-cell} ipython3
:tags: [remove-cell]
from ai2med import glue
n = 1
```

```{code-cell} ipython3
import pandas as pd
text = "</script><b>"
```

```{code-cell} ipython3
:tags: [remove-cell]
glue("n", n)
```

```{code-cell} ipython3
:tags: [hide-input]
glue("m", pd.Series([1]).sum())
```

```{code-cell} ipython3
:tags: [not-live]
open("/etc/hosts")
```

```{code-cell} ipython3
from ai2med import explorable

explorable("icon-array")
```

```{code-cell} ipython3
share = 3  # @param {type:"integer"}
```

```{code-cell} ipython3
:tags: [remove-input]
import math
```
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Build a unit page and an exercise page; return their HTML."""
    source = tmp_path_factory.mktemp("book")
    shutil.copytree(ROOT, source, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (source / "conf.py").write_text(CONF.format(here=str(source)))
    (source / "questions.py").write_text(QUESTIONS)
    (source / "index.md").write_text(INDEX + "\n```python\nno = 'cell'\n```\n")
    (source / "moocs" / "plain.md").write_text(UNIT)
    html = source / "_build" / "html"
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", str(source), str(html)]
    environment = {**os.environ, "AI2MED_ROOT": str(source)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    names = {"unit": "moocs/plain", "exercise": "exercises/mooc9/ward_rounds/counting_stays", "index": "index"}
    return {kind: (html / f"{name}.html").read_text() for kind, name in names.items()}


def cells(page):
    """Return the attributes of every live cell."""
    tags = re.findall(r"<live-cell ([^>]*)>", page)
    return [{name: unescape(value) for name, value in re.findall(r'data-([\w-]+)="([^"]*)"', tag)} for tag in tags]


def config(page):
    return json.loads(re.search(r'id="live-page"[^>]*>(.*?)</script>', page)[1])


def test_visible_cells_are_live_and_numbered(pages):
    assert [(cell["index"], cell["number"], cell["state"]) for cell in cells(pages["unit"])] == [
        ("2", "1", "idle"),
        ("4", "2", "idle"),
        ("7", "3", "idle"),
    ]


def test_settings_are_marked_and_a_cell_that_only_shows_a_widget_has_nothing_to_run(pages):
    assert [cell.get("form") for cell in cells(pages["unit"])] == [None, None, "true"]
    assert not re.search(r"<live-cell[^>]*>(?:(?!</live-cell>).)*icon-array", pages["unit"], re.DOTALL)


def test_the_code_of_every_cell_is_a_layer_and_the_page_has_one_switch(pages):
    folds = re.findall(r'<details ([^>]*)data-layer="code"([^>]*)>', pages["unit"])
    assert ["open" in before + after for before, after in folds] == [True, False, True, False, True]
    assert pages["unit"].count('data-action="code"') == 1
    assert "Toggle hidden content" not in pages["unit"]
    assert 'data-layer="code"' not in pages["index"]


def test_a_live_cell_holds_its_source(pages):
    inside = re.search(r"<live-cell.*?</live-cell>", pages["unit"], re.DOTALL)[0]
    assert "cell_input" in inside
    assert "pandas" in inside


def test_a_page_names_what_its_cells_need(pages):
    found = config(pages["unit"])
    assert found["packages"] == ["pandas"]
    assert found["page"] == "moocs/plain"


def test_a_page_tells_whether_its_cells_compute(pages):
    assert 'id="live-page" data-computes=true>' in pages["exercise"]
    assert "data-computes" not in page_html("p", [], {}, "_static/live/0123456789/live.mjs", computes=False)


@pytest.mark.parametrize(
    "code",
    [
        "from ai2med import explorable\n\nexplorable('law-path', file='a.yml')",
        "explorable('icon-array', what='x')",
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()",
        "chart = alt.Chart(table)\nalt.layer(chart, chart).properties(width=3)",
        "table = load('admissions')",
        "",
    ],
)
def test_a_cell_that_only_draws_computes_nothing(code):
    assert not needs.computes(code)


@pytest.mark.parametrize(
    "code",
    [
        "load('admissions').describe()",
        "x",
        "print(1)\nexplorable('icon-array')",
        "n = 3  # @param {type:\"integer\"}\nexplorable('icon-array', n=n)",
        "check('9.1.1-t1')",
        "a =",
    ],
)
def test_a_cell_that_gives_values_or_has_settings_computes(code):
    assert needs.computes(code)


def test_an_unseen_cell_goes_along_only_if_a_shown_one_builds_on_it(pages):
    assert [cell["code"].split("\n")[0] for cell in config(pages["unit"])["hidden"]] == ["from ai2med import glue"]


def test_a_task_has_its_check_and_is_kept_under_its_own_name(pages):
    tasks = [cell for cell in cells(pages["exercise"]) if "check" in cell]
    assert tasks
    for task in tasks:
        assert re.fullmatch(r"9\.\d+\.\d+-t\d+", task["check"])
        assert task["key"] == task["check"]
    assert "live-check-cell" in pages["exercise"]
    assert {"pandas", "numpy"} <= set(config(pages["exercise"])["packages"])


def test_a_cell_names_the_tasks_on_whose_values_it_builds(pages):
    built = {cell["key"]: cell["uses"] for cell in cells(pages["exercise"]) if "uses" in cell}
    assert built == {"9.1.1-t2": "9.1.1-t1"}
    assert not any("uses" in cell for cell in cells(pages["unit"]))


def test_a_page_without_cells_loads_nothing(pages):
    assert "live.mjs" not in pages["index"]
    assert "live-page" not in pages["index"]


def test_the_module_is_named_by_a_relative_path_with_the_version(pages):
    for page, up in ((pages["unit"], "../"), (pages["exercise"], "../../../")):
        assert re.search(rf'<script type="module" src="{re.escape(up)}_static/live/[0-9a-f]{{10}}/live.mjs">', page)


def test_code_cannot_end_the_data_of_the_page():
    made = page_html("p", [], {0: "a = '</script><b>'"}, "_static/live/0123456789/live.mjs")
    assert made.count("</script>") == 2
    assert config(made)["hidden"][0]["code"] == "a = '</script><b>'"


def test_unseen_cells_that_cannot_be_read_are_left_out():
    assert needed_hidden({0: "%matplotlib inline", 1: "a ="}, {2: "a"}) == {}


def test_the_cell_that_makes_a_name_last_decides():
    code = "def f(): pass"
    assert needed_hidden({1: code}, {0: "f = 1", 2: "f"}) == {1: code}
    assert needed_hidden({0: code}, {1: "f = 1", 2: "f"}) == {}


@pytest.mark.parametrize(
    ("code", "packages"),
    [
        ("import sklearn.metrics", ["scikit-learn"]),
        ("from scipy.special import expit", ["scipy"]),
        ("from ai2med import explorable", ["traitlets"]),
        ('explorable("cluster-mirage", k=3)', ["numpy"]),
        ("from ai2med.explorables.people_counts import people_counts", []),
        ("from ai2med import glue", []),
        ("import json, yaml", []),
        ("from ai2med import load\nfrom ai2med.plots import style", ["cycler", "matplotlib", "pandas"]),
        ("not python at all", []),
        ("import requests", []),
    ],
)
def test_packages_follow_from_imports(code, packages):
    assert needs.packages_for([code]) == packages


def test_a_check_brings_the_packages_of_its_unit():
    assert needs.packages_for(['check("2.2.4-t1")'], {"2.2.4": ["scipy"]}) == ["scipy"]


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_what_the_browser_gets_is_the_engine_and_the_checks_without_the_build(book, tmp_path):
    made = write_live(tmp_path / "_static", book)
    assert made == tmp_path / "_static" / "live" / live_version()
    with zipfile.ZipFile(made / "lib.zip") as library:
        names = {name.removesuffix("c") for name in library.namelist()}
    assert {
        "ai2med/exercises/running.py",
        "ai2med/runtime/browser/kernel.py",
        "anywidget.py",
        "yaml/__init__.py",
    } <= names
    assert not [name for name in names if name.startswith(("ai2med/book", "ai2med/runtime/fetch"))]
    archive = tmp_path / "_static" / "book" / bundle.part_name(book, "9.1.1")
    with zipfile.ZipFile(archive) as contents:
        assert "exercises/mooc9/ward_rounds/counting_stays.py" in contents.namelist()
    assert (made / "live.mjs").is_file()
    assert (made / "vendor" / "codemirror.mjs").is_file()
    assert json.loads((made / "needs.json").read_text())["ai2med.load"] == ["pandas"]


def test_the_same_book_gives_the_same_files(book, tmp_path):
    first, second = (write_live(tmp_path / name, book) for name in ("one", "two"))
    for path in first.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (second / path.relative_to(first)).read_bytes(), path.name


def files_of(static):
    return {
        path.relative_to(static).as_posix(): path.stat().st_mtime_ns for path in static.rglob("*") if path.is_file()
    }


def test_a_change_of_a_unit_gives_its_archive_another_name_and_touches_nothing_else(book, tmp_path):
    static = tmp_path / "_static"
    engine = write_live(static, book)
    before, old = files_of(static), bundle.part_name(book, "9.1.1")
    checks = next((book / "exercises").rglob("*.py"))
    checks.write_text(checks.read_text() + "\n# changed\n")
    assert write_live(static, book) == engine
    after, new = files_of(static), bundle.part_name(book, "9.1.1")
    assert new != old
    assert {name for name, _ in before.items() ^ after.items()} == {f"book/{old}", f"book/{new}"}


def test_the_prose_of_a_page_is_nothing_to_the_archive_of_its_unit(book):
    before = bundle.part_name(book, "9.1.1")
    page = book / "moocs/mooc9/ward_rounds/counting_stays.md"
    page.write_text(page.read_text() + "\nOne more sentence.\n")
    assert bundle.part_name(book, "9.1.1") == before


def test_a_page_names_the_parts_of_the_book_that_its_cells_read(pages, book):
    named = config(pages["exercise"])["files"]
    assert [name.partition("-")[0] for name in named] == ["9.1.1"]
    assert config(pages["unit"])["files"] == []


def test_every_import_of_the_front_end_leads_to_a_file():
    web = Path(bundle.__file__).parent / "web"
    for module in web.glob("*.mjs"):
        for name in re.findall(r"""(?:from|import\()\s*["'](\./[^"']+)["']""", module.read_text()):
            assert (web / name).is_file(), f"{module.name}: {name}"


def test_no_words_for_readers_stand_outside_the_catalogue():
    web = Path(bundle.__file__).parent / "web"
    for module in web.glob("*.mjs"):
        if module.name == "strings_en.mjs":
            continue
        code = re.sub(r"/\*.*?\*/|//[^\n]*|console\.\w+\([^;]*;", "", module.read_text(), flags=re.DOTALL)
        # A sentence: a capital, then words with spaces, in quotes, in a place where an element takes its text.
        found = re.findall(r"""textContent = "[A-Z][^"]+"|\}, "[A-Z][a-z]+[^"]*"\)""", code)
        assert found == [], f"{module.name}: {found}"
