"""The single file that notebook hosts load."""

import gzip
import re

import pytest

from ai2med.widgets import _bundle


@pytest.fixture
def room(tmp_path, monkeypatch):
    """An empty widgets folder with the shared helper that every bundle starts with."""
    monkeypatch.setattr(_bundle, "HERE", tmp_path)
    _bundle.bundle.cache_clear()
    _bundle.styles.cache_clear()
    write = lambda name, text: (tmp_path / name).write_text(text, encoding="utf-8")  # noqa: E731
    write("ui.mjs", "export function forNotebook(widget) {\n  return widget;\n}\n")
    yield write
    _bundle.bundle.cache_clear()
    _bundle.styles.cache_clear()


def test_a_shared_helper_is_written_once_before_its_users(room):
    room("base.mjs", "export const one = 1;\n")
    room("left.mjs", 'import { one } from "./base.mjs";\nexport const left = one;\n')
    room("right.mjs", 'import { one } from "./base.mjs";\nexport async function right() {}\n')
    imports = 'import {\n  left,\n} from "./left.mjs";\nimport { right } from "./right.mjs";\n'
    room("top.mjs", imports + "export default { render() {} };\n")
    made = _bundle.bundle("top.mjs")
    assert made.count("const one = 1;") == 1
    assert made.index("const one") < made.index("const left") < made.index("const bundledWidget")
    assert re.findall(r"^(?:import|export).*", made, re.M) == ["export default forNotebook(bundledWidget);"]


def test_two_modules_with_the_same_top_level_name_are_refused(room):
    room("base.mjs", "const size = 1;\n")
    room("top.mjs", 'import { x } from "./base.mjs";\nconst size = 2;\nexport default { render() {} };\n')
    with pytest.raises(ValueError, match=r"top\.mjs: the top-level name size is also used in base\.mjs"):
        _bundle.bundle("top.mjs")


def test_a_circle_of_imports_is_named(room):
    room("a.mjs", 'import { b } from "./b.mjs";\nexport default { render() {} };\n')
    room("b.mjs", 'import { a } from "./a.mjs";\n')
    with pytest.raises(ValueError, match=r"a\.mjs > b\.mjs > a\.mjs"):
        _bundle.bundle("a.mjs")


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./ui.mjs";',
        'export { x } from "./ui.mjs";',
        'import { x } from "https://example.org/x.mjs";',
    ],
)
def test_a_form_that_cannot_be_inlined_is_refused(room, line):
    room("top.mjs", f"{line}\nexport default {{ render() {{}} }};\n")
    with pytest.raises(ValueError, match="cannot be inlined"):
        _bundle.bundle("top.mjs")


def test_a_module_without_a_default_export_is_refused(room):
    room("top.mjs", "export function render() {}\n")
    with pytest.raises(ValueError, match="export default"):
        _bundle.bundle("top.mjs")


def test_styles_hold_the_tokens_and_the_widgets_own_rules(room):
    room("tokens.css", ":root{}")
    room("top.css", ".top{}")
    assert _bundle.styles("top.mjs") == ":root{}\n.top{}"


CATALOGUE = """export const STRINGS = {
  mine: {
    a: { deep: "kept" },
  },
  other: {
    a: "left out",
  },
};
"""


def test_only_the_words_of_the_widget_travel_with_it(room):
    room("strings_en.mjs", CATALOGUE)
    use = 'import { STRINGS } from "./strings_en.mjs";\nconst own = STRINGS.mine;\n'
    room("top.mjs", use + "export default { render() {} };\n")
    made = _bundle.bundle("top.mjs")
    assert "kept" in made
    assert "left out" not in made


def test_comments_stay_at_home_and_strings_do_not(room):
    room(
        "top.mjs",
        '/** About.\n * More.\n */\n  // why\nconst url = "https://x/y"; // end\nexport default { render() {} };\n',
    )
    made = _bundle.bundle("top.mjs")
    assert "About" not in made
    assert "why" not in made
    assert '"https://x/y"' in made


def test_the_knowledge_check_stays_small():
    style = (_bundle.HERE / "knowledge_check.css").read_bytes()
    size = sum(len(gzip.compress(text, mtime=0)) for text in (_bundle.bundle("knowledge_check.mjs").encode(), style))
    assert size <= 25_000
