"""What the browser keeps: a saved file loads back and harms nothing, and two tabs lose no text. Run by Node.js."""

import json
import subprocess
from pathlib import Path

import pytest

import ai2med
from ai2med.runtime import node

ENGINE = Path(ai2med.__file__).parent
THEME, WEB = ENGINE / "book/theme/static", ENGINE / "runtime/web"
# A storage, and the events by which one tab hears of another's writing; `tab` is the one that acts.
BROWSER = """
const stored = new Map(), ears = [], later = [];
function tell(key, newValue) {
  if (globalThis.asleep) return;
  for (const { heard, tab } of ears)
    if (tab !== globalThis.tab)
      later.push(() => {
        globalThis.tab = tab;
        heard({ key, newValue });
      });
}
globalThis.localStorage = {
  getItem: (key) => stored.get(key) ?? null,
  setItem(key, value) {
    if (globalThis.full) throw new Error("full");
    stored.set(key, String(value));
    tell(key, value);
  },
  removeItem(key) {
    stored.delete(key);
    tell(key, null);
  },
};
globalThis.addEventListener = (kind, heard) => ears.push({ heard, tab: globalThis.tab });
globalThis.dispatchEvent = () => {};
globalThis.Event ??= class {};
const settle = () => { while (later.length) later.shift()(); };
"""


def run(code):
    """Run a module in Node.js and return what it puts into `answer`."""
    whole = f"{BROWSER}\nlet answer;\n{code}\nconsole.log(JSON.stringify(answer));"
    command = [node.program(), "--input-type=module", "-"]
    done = subprocess.run(command, input=whole, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def loader(tmp_path_factory):
    """The address of the module that loads files back, without the versions that the build writes."""
    folder = tmp_path_factory.mktemp("theme")
    for name in ("kept.mjs", "load_back.mjs"):
        text = (THEME / name).read_text(encoding="utf-8").replace(f"{{v:{name}}}", "").replace("{v:kept.mjs}", "")
        (folder / name).write_text(text, encoding="utf-8")
    return (folder / "load_back.mjs").as_uri()


def load(loader, saved, here=None, more=""):
    """Load a file beside what is here; return what was done, and what is stored then."""
    text = saved if isinstance(saved, str) else json.dumps(saved)
    return run(
        f"""
        const {{ parse, merge }} = await import("{loader}");
        for (const [key, value] of Object.entries({json.dumps(here or {})})) stored.set(key, value);
        {more}
        try {{
          const found = parse({json.dumps(text)});
          const done = merge(found.entries);
          answer = {{ ...done, odd: found.odd, notebooks: found.notebooks, stored: Object.fromEntries(stored) }};
        }} catch (error) {{
          answer = {{ refused: error.message, stored: Object.fromEntries(stored) }};
        }}"""
    )


ANSWER = {
    "response": "b",
    "attempts": 2,
    "first": {"correct": False, "score": 0},
    "last": {"correct": True, "score": 1},
}
SAVED = {
    "book": "AI2MED",
    "format": 2,
    "answers": {"2.2.4-q01:v1": ANSWER},
    "texts": {"1:letter": "Dear Ms Ito"},
    "code": {"2.2.4-t1": {"code": "n = 1", "hash": "00ff", "version": "x"}, "exercises/a/b#scratch": "1 + 1"},
    "tasks": {"2.2.4-t1:0a1b": {"at": "2026-11-29"}},
}
STORED = {
    "ai2med:item:2.2.4-q01:v1": ANSWER,
    "ai2med:meter:1:letter": {"text": "Dear Ms Ito"},
    "ai2med:code:2.2.4-t1": {"code": "n = 1", "hash": "00ff", "version": "x"},
    "ai2med:code:exercises/a/b#scratch": {"code": "1 + 1"},
    "ai2med:task:2.2.4-t1:0a1b": {"at": "2026-11-29"},
}


def test_a_saved_file_loads_back(loader):
    done = load(loader, SAVED)
    assert {key: json.loads(value) for key, value in done["stored"].items()} == STORED
    assert len(done["loaded"]) == 5
    assert done["odd"] == 0
    again = load(loader, SAVED, done["stored"])
    assert (again["loaded"], again["same"]) == ([], 5)


def test_what_is_here_stays_and_two_texts_of_a_cell_are_both_kept(loader):
    mine = {"code": "mine = 2", "hash": "00ff"}
    here = {"ai2med:item:2.2.4-q01:v1": '{"attempts": 1}', "ai2med:code:2.2.4-t1": json.dumps(mine)}
    done = load(loader, SAVED, here)
    assert done["stored"]["ai2med:item:2.2.4-q01:v1"] == here["ai2med:item:2.2.4-q01:v1"]
    assert json.loads(done["stored"]["ai2med:code:2.2.4-t1"]) == {**mine, "other": "n = 1"}
    assert (done["stayed"], done["both"], len(done["loaded"])) == (1, 1, 3)


@pytest.mark.parametrize(
    ("saved", "refused"),
    [
        ("PK\x03\x04 no text", "unreadable"),
        ("", "unreadable"),
        ('{"book": "AI2MED", "code":', "unreadable"),
        ("[" * 200_000, "unreadable"),
        ("[]", "foreign"),
        ('"AI2MED"', "foreign"),
        ('{"answers": {}}', "foreign"),
    ],
)
def test_another_file_is_refused_and_changes_nothing(loader, saved, refused):
    done = load(loader, saved, {"ai2med:theme": "dark"})
    assert done == {"refused": refused, "stored": {"ai2med:theme": "dark"}}


HOSTILE = {
    "settings": {"theme": "dark"},
    "answers": {"../../theme": ANSWER, "2.2.4-q01:v1": "<img src=x onerror=alert(1)>", "q:v1": {"attempts": "many"}},
    "texts": {"__proto__x y": "a", "letter": {"text": "a"}, "long": "x" * 300_000},
    "code": {"a b": "1", "a#b#c": "1", "t": 5, "u": {"code": {"toString": 1}}, "v" * 300: "1"},
    "tasks": {"2.2.4-t1:0a1b": {"at": "<b>today</b>"}, "x": None},
    "notebooks": {"../up.ipynb": {"cells": []}, "a.html": {"cells": []}, "b.ipynb": {"cells": "many"}},
}


def test_what_is_in_no_known_form_is_left_out(loader):
    text = json.dumps({"book": "AI2MED", **HOSTILE}).replace('"x": null', '"__proto__": {"at": "2026-11-29"}')
    done = load(loader, text)
    assert done["stored"] == {}
    assert done["notebooks"] == []
    assert done["odd"] == sum(len(HOSTILE[kind]) for kind in ("answers", "texts", "code", "tasks", "notebooks"))


def test_deep_or_endless_content_is_left_out(loader):
    deep = '{"attempts": 1, "response": ' + "[" * 3000 + "]" * 3000 + "}"
    many = {f"k{n}": "1" for n in range(5100)}
    told = json.dumps({"book": "AI2MED", "code": many})[:-1] + f', "answers": {{"a:v1": {deep}}}}}'
    done = load(loader, told)
    assert len(done["loaded"]) <= 5000
    assert done["odd"] >= 100


def test_a_notebook_brings_no_outputs_and_no_trust(loader):
    cell = {
        "cell_type": "code",
        "source": "1",
        "metadata": {"trusted": True, "tags": ["a"]},
        "outputs": [{"output_type": "display_data", "data": {"application/javascript": "alert(1)"}}],
    }
    saved = {"book": "AI2MED", "notebooks": {"m/a.ipynb": {"cells": [cell], "metadata": {}, "nbformat": 4}}}
    (model,) = load(loader, saved)["notebooks"]
    assert (model["path"], model["name"], model["type"]) == ("m/a.ipynb", "a.ipynb", "notebook")
    assert model["content"]["cells"] == [
        {"cell_type": "code", "source": "1", "metadata": {"tags": ["a"]}, "outputs": [], "execution_count": None}
    ]


def test_a_full_storage_is_counted(loader):
    done = load(loader, SAVED, more="globalThis.full = true;")
    assert (done["full"], done["stored"]) == (5, {})


def tabs(code):
    """Two tabs with the same cell; `a` and `b` are their texts, `seen` what each was told."""
    return run(
        f"""
        const seen = {{ a: [], b: [] }};
        async function open(name) {{
          globalThis.tab = name;
          const {{ KeptText }} = await import("{(WEB / "edits.mjs").as_uri()}");
          const heard = (what) => (text) => seen[name].push(text === undefined ? what : `${{what}} ${{text}}`);
          const tell = Object.fromEntries(["follow", "differ", "erased"].map((what) => [what, heard(what)]));
          return new KeptText("cell", "original", "v", tell);
        }}
        const a = await open("a"), b = await open("b");
        const type = (name, text) => {{ globalThis.tab = name; ({{ a, b }})[name].keep(text); settle(); }};
        const parsed = () => JSON.parse(stored.get("ai2med:code:cell") ?? "null");
        {code}"""
    )


def test_a_tab_in_which_nothing_was_typed_follows():
    assert tabs('type("a", "one"); answer = [seen.b, b.text, b.other, parsed().code];') == [
        ["follow one"],
        "one",
        None,
        "one",
    ]


def test_two_texts_are_both_kept_and_each_tab_is_told():
    code = """type("a", "one"); type("b", "two");
    answer = [a.text, seen.a, b.text, parsed().code, parsed().other, seen.b.at(-1)];"""
    assert tabs(code) == ["one", ["differ"], "two", "two", "one", "differ"]


def test_a_tab_that_slept_overwrites_nothing():
    code = """globalThis.asleep = true; type("a", "one"); type("b", "two");
    answer = [b.text, b.other, seen.b, parsed().code, parsed().other];"""
    assert tabs(code) == ["two", "one", ["differ"], "two", "one"]


def test_the_other_text_can_be_shown_and_one_be_forgotten():
    code = """type("a", "one"); type("b", "two"); globalThis.tab = "a";
    const shown = a.swap(); settle(); const both = parsed(); a.forgetOther(); settle();
    answer = [shown, both.code, both.other, parsed().code, parsed().other ?? null];"""
    assert tabs(code) == ["two", "two", "one", "two", None]


def test_what_is_erased_is_forgotten_in_both():
    code = """type("a", "one"); type("b", "two"); globalThis.tab = "c";
    localStorage.removeItem("ai2med:code:cell"); settle();
    answer = [a.text, b.text, a.other, b.other, seen.a.at(-1), seen.b.at(-1), stored.size];"""
    assert tabs(code) == ["original", "original", None, None, "erased", "erased", 0]
