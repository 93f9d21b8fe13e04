"""The browser's kernel, run here: outputs as messages, errors that point at the reader's line, limits."""

import asyncio
import builtins
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from ai2med.runtime.browser import kernel as page_kernel


@pytest.fixture
def run(monkeypatch):
    """Return a function that runs cells and gives how each ended, and its outputs."""
    outputs = []
    for name in ("input", "exit", "quit"):
        monkeypatch.setattr(f"builtins.{name}", getattr(builtins, name))
    monkeypatch.setattr("builtins.display", None, raising=False)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    made = page_kernel.Kernel(lambda text: outputs.append(json.loads(text)))

    def run_cell(code, name="Cell 1", **options):
        outputs.clear()
        # In a thread of its own: browser tests that ran before have left a loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            ended = json.loads(pool.submit(asyncio.run, made.run(code, name, **options)).result())
        return ended, list(outputs)

    run_cell.kernel = made
    yield run_cell
    monkeypatch.setattr(page_kernel, "_kernel", None)


def kinds(outputs):
    return [output["kind"] for output in outputs]


def test_the_last_line_is_shown_and_kept_for_the_next_cell(run):
    assert run("n = 3\nn * 2")[1] == [{"kind": "display", "data": {"text/plain": "6"}, "metadata": {}}]
    assert run("_ + n")[1][0]["data"] == {"text/plain": "9"}


def test_a_semicolon_or_none_shows_nothing(run):
    assert run("1 + 1;")[1] == []
    assert run("None")[1] == []


def test_prints_come_before_what_is_shown_after_them(run):
    _, outputs = run("import sys\nprint('a')\nprint('b', file=sys.stderr)\n'c'")
    assert [(one["kind"], one.get("text")) for one in outputs] == [
        ("stream", "a\n"),
        ("stream", "b\n"),
        ("display", None),
    ]
    assert outputs[1]["name"] == "stderr"


def test_a_table_is_shown_as_html(run):
    _, outputs = run("import pandas as pd\npd.DataFrame({'a': [1]})")
    assert "<table" in outputs[0]["data"]["text/html"]


def test_await_works_at_the_top_of_a_cell(run):
    ended, outputs = run("import asyncio\nawait asyncio.sleep(0)\n'slept'")
    assert ended == {"ok": True}
    assert outputs[0]["data"]["text/plain"] == "'slept'"


def test_an_error_shows_only_the_readers_lines_and_points_at_the_part_that_failed(run):
    ended, outputs = run("import json\n\ndef f(x):\n    return json.loads(x) + 1\n\nf('{')", "Cell 7")
    assert ended["ename"] == "JSONDecodeError"
    assert ended["line"] == 4
    text = outputs[-1]["text"]
    assert text.startswith("Cell 7, line 6:\n    f('{')\nCell 7, line 4, in f:\n    return json.loads(x) + 1\n")
    assert "           ^^^^^^^^^^^^^\n" in text
    assert "decoder.py" not in text
    assert text.endswith("JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)")


def test_marks_stand_below_the_right_characters_after_letters_with_accents(run):
    _, outputs = run("né = 'é'; né / 1", "Cell 1")
    _, line, marks, _ = outputs[-1]["text"].split("\n")
    assert line[marks.index("^") : len(marks)] == "né / 1"


def test_an_error_in_a_function_of_an_earlier_cell_names_that_cell(run):
    run("def f():\n    return 1 / 0", "Cell 1")
    ended, outputs = run("\nf()", "Cell 2")
    assert ended["line"] == 2
    assert outputs[-1]["text"].split("\n")[0:3:2] == ["Cell 2, line 2:", "Cell 1, line 2, in f:"]


def test_a_syntax_error_names_line_and_place(run):
    ended, outputs = run("a = 1\nb = = 2", "Cell 3")
    assert ended["line"] == 2
    assert outputs[-1]["text"] == "Cell 3, line 2:\n    b = = 2\n        ^\nSyntaxError: invalid syntax"


@pytest.mark.parametrize("line", ["%matplotlib inline", "!pip install numpy"])
def test_a_command_of_jupyter_is_refused_in_plain_words(run, line):
    _, outputs = run(f"a = 1\n{line}", "Cell 1")
    assert "is a command of Jupyter, not Python" in outputs[-1]["text"]
    assert "Cell 1, line 2:" in outputs[-1]["text"]


def test_one_error_after_another_tells_both(run):
    _, outputs = run("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('no') from error")
    first, link, second = outputs[-1]["text"].split("\n\n")
    assert first.endswith("ZeroDivisionError: division by zero")
    assert link == "That led to:"
    assert second.endswith("ValueError: no")


def test_input_says_what_to_do_instead(run):
    ended, outputs = run("name = input('Name? ')")
    assert ended["ename"] == "RuntimeError"
    assert "Write the answer into the code instead" in outputs[-1]["text"]


def test_endless_printing_is_cut_once(run):
    _, outputs = run("for k in range(100_000):\n    print(k)")
    assert kinds(outputs).count("cut") == 1
    assert sum(len(one["text"]) for one in outputs if one["kind"] == "stream") == page_kernel.STREAM_LIMIT


def test_too_many_shown_values_are_cut_once(run):
    _, outputs = run(f"for k in range({page_kernel.DISPLAY_LIMIT + 20}): show(k)")
    assert kinds(outputs) == ["error"]  # `show` is no name of the reader's
    run.kernel.namespace["show"] = page_kernel.show_object
    _, outputs = run(f"for k in range({page_kernel.DISPLAY_LIMIT + 20}): show(k)")
    assert kinds(outputs) == ["display"] * page_kernel.DISPLAY_LIMIT + ["cut"]


def test_a_quiet_cell_shows_nothing_but_its_error(run):
    assert run("print(1)\n2", quiet=True) == ({"ok": True}, [])
    assert kinds(run("print(1)\n1 / 0", quiet=True)[1]) == ["error"]


def test_an_interrupt_says_so(run):
    ended, outputs = run("raise KeyboardInterrupt")
    assert ended["ename"] == "KeyboardInterrupt"
    assert kinds(outputs) == ["stopped"]


@pytest.mark.parametrize("code", ["exit()", "quit(1)", "import sys\nsys.exit('done')", "raise SystemExit"])
def test_exit_ends_the_cell_and_nothing_else(run, code):
    ended, outputs = run(f"n = 1\n{code}\nn = 2")
    assert ended == {"ok": True}
    assert kinds(outputs) == ["exit"]
    assert run("n")[1][0]["data"] == {"text/plain": "1"}


def test_display_is_there_without_an_import(run):
    _, outputs = run("display(1, 'two')\nprint(3)")
    assert [one.get("data", {}).get("text/plain") for one in outputs] == ["1", "'two'", None]
    assert "display" not in run.kernel.namespace


def test_an_import_that_is_missing_is_named(run):
    assert run("import not_a_package.inner")[0]["module"] == "not_a_package"


def test_reset_forgets_variables(run):
    run("n = 1")
    run.kernel.reset()
    assert run("n")[0]["ename"] == "NameError"


def test_a_class_is_shown_by_its_name_and_not_by_its_instances_method(run):
    _, outputs = run("class A:\n    def _repr_html_(self): return '<b>'\nA")
    assert outputs[0]["data"] == {"text/plain": "<class '__main__.A'>"}


def test_a_failing_representation_does_not_fail_the_cell(run):
    ended, outputs = run("class A:\n    def _repr_html_(self): 1 / 0\n    def __repr__(self): return 'a'\nA()")
    assert ended == {"ok": True}
    assert outputs[0]["data"] == {"text/plain": "a"}


# Matplotlib of this version uses names that its parser has renamed.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_figures_are_shown_once_and_closed(run):
    import matplotlib as mpl

    mpl.use("agg")
    _, outputs = run("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nfig")
    assert kinds(outputs) == ["display"]
    assert outputs[0]["data"]["image/png"].startswith("iVBOR")
    assert run("plt.get_fignums()")[1][0]["data"]["text/plain"] == "[]"
    assert kinds(run("fig, ax = plt.subplots()")[1]) == ["display"]
    assert run("fig, ax = plt.subplots()", quiet=True)[1] == []


def test_a_checks_feedback_travels_with_its_data(run):
    _, outputs = run("from ai2med.exercises import Feedback\nFeedback(True, 'Yes.', '', '2.2.4-t1')")
    told = json.loads(outputs[0]["data"]["application/vnd.ai2med.feedback+json"])
    assert told["passed"] is True
    assert "ai2med-feedback-passed" in outputs[0]["data"]["text/html"]


def test_warming_imports_what_exists_and_ignores_the_rest(run):
    page_kernel.warm("import colorsys\nimport not_there\nfrom ai2med import load, nothing")
    assert "colorsys" in sys.modules


def test_a_chart_is_sent_as_what_it_shows_and_asks_no_other_host(run):
    _, outputs = run(
        "import altair as alt, pandas as pd\nalt.Chart(pd.DataFrame({'a': [1]})).mark_point().encode(x='a')"
    )
    assert kinds(outputs) == ["display"]
    assert set(outputs[0]["data"]) == {page_kernel.CHART, "text/plain"}
    assert outputs[0]["data"][page_kernel.CHART]["encoding"] == {"x": {"field": "a", "type": "quantitative"}}


def test_a_faulty_chart_says_what_is_wrong_and_the_cell_fails(run):
    ended, outputs = run("import altair as alt\nalt.Chart().mark_point(size='big')")
    assert ended["ename"] == "SchemaValidationError"
    assert "'big' is an invalid value for `size`" in outputs[-1]["text"]


def test_a_package_that_pandas_asks_for_in_words_is_named(run):
    said = "Missing optional dependency 'Jinja2'. DataFrame.style requires jinja2. Use pip or conda to install Jinja2."
    assert run(f"raise ImportError({said!r})")[0]["module"] == "jinja2"
    assert run("raise ImportError('matplotlib is required for plotting')")[0]["module"] == "matplotlib"


def test_another_page_begins_without_variables_figures_and_settings_of_the_last(run):
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    before = mpl.rcParamsDefault["figure.dpi"]
    run("mine = 1\nimport matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 33")
    plt.figure()
    run.kernel.renew()
    assert run("'mine' in globals()")[1][0]["data"] == {"text/plain": "False"}
    assert plt.get_fignums() == []
    assert mpl.rcParams["figure.dpi"] == before
