"""The single file that a page asks for and a notebook's host loads."""

import gzip
import re

import pytest

from ai2med.widgets import _bundle


@pytest.fixture
def room(tmp_path):
    """Return a function that writes a module into an empty folder and gives its path."""

    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def joined(path, **given):
    made = _bundle.Joined(**given)
    constant = made.add(path)
    return made, constant, "\n".join(made.parts)


def test_a_shared_helper_is_written_once_before_its_users(room):
    room("base.mjs", "export const one = 1;\n")
    room("left.mjs", 'import { one } from "./base.mjs";\nexport const left = one;\n')
    room("right.mjs", 'import { one } from "./base.mjs";\nexport async function right() {}\n')
    imports = 'import {\n  left,\n} from "./left.mjs";\nimport { right as other } from "./right.mjs";\n'
    made, constant, text = joined(room("top.mjs", imports + "export default { left, other };\n"))
    assert text.count("const one = 1;") == 1
    assert text.index("const one") < text.index("const left") < text.index(f"const {constant} ")
    assert not re.findall(r"^(?:import|export).*", text, re.M)
    assert [path.name for path in made.files] == ["base.mjs", "left.mjs", "right.mjs", "top.mjs"]
    assert made.exports[constant] == ("default",)


def test_the_same_name_in_two_modules_does_no_harm(room):
    room("base.mjs", "const size = 1;\nexport const base = size;\n")
    source = 'import { base } from "./base.mjs";\nconst size = 2;\nexport const both = [base, size];\n'
    _, constant, text = joined(room("top.mjs", source))
    assert text.count("const size") == 2
    assert f"const {constant} = (() => {{" in text


def test_what_is_passed_on_is_exported(room):
    room("base.mjs", "export const one = 1;\nexport const two = 2;\n")
    made, constant, text = joined(room("top.mjs", 'export { one, two } from "./base.mjs";\n'))
    assert made.exports[constant] == ("one", "two")
    assert "one: base_0.one, two: base_0.two" in text


def test_what_stands_outside_is_taken_from_its_constant(room):
    path = room("top.mjs", 'import { h } from "#kit";\nexport const made = h;\n')
    assert re.search(r"const \{ ?h ?\} = kit;", joined(path, outside={"#kit": "kit"})[2])


def test_a_circle_of_imports_is_named(room):
    top = room("a.mjs", 'import { b } from "./b.mjs";\nexport default { render() {} };\n')
    room("b.mjs", 'import { a } from "./a.mjs";\n')
    with pytest.raises(ValueError, match=r"a\.mjs > b\.mjs > a\.mjs"):
        joined(top)


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./ui.mjs";',
        'import { x } from "https://example.org/x.mjs";',
        'import { x } from "./nowhere.mjs";',
        "export { x };",
    ],
)
def test_a_form_that_cannot_be_joined_is_refused(room, line):
    with pytest.raises(ValueError, match=r"top\.mjs: this (line|import) cannot be joined"):
        joined(room("top.mjs", f"{line}\nexport default {{ render() {{}} }};\n"))


def test_a_template_over_several_lines_is_refused(room):
    with pytest.raises(ValueError, match=r"top\.mjs: a template of several lines"):
        joined(room("top.mjs", "export const text = `one\n  two`;\n"))


def test_comments_stay_at_home_and_strings_do_not(room):
    source = '/** About.\n * More.\n */\n  // why\nconst url = "https://x/y"; // end\nexport default { url };\n'
    _, _, text = joined(room("top.mjs", source))
    assert "About" not in text
    assert "why" not in text
    assert '"https://x/y"' in text


def test_a_widget_without_a_default_export_is_refused(room, monkeypatch):
    path = room("top.mjs", "export function render() {}\n")
    monkeypatch.setattr(_bundle, "home", lambda _name: path)
    with pytest.raises(ValueError, match="export default"):
        _bundle.bundle.__wrapped__("top.mjs")


def test_styles_hold_the_tokens_and_the_widgets_own_rules(room, monkeypatch):
    path = room("top.css", ".top{}")
    monkeypatch.setattr(_bundle, "home", lambda _name: path)
    made = _bundle.styles.__wrapped__("top.mjs")
    assert made.startswith("/* Colours")
    assert made.endswith("\n.top{}")


def test_the_knowledge_check_stays_small():
    style = _bundle.home("knowledge_check.mjs").with_suffix(".css").read_bytes()
    size = sum(len(gzip.compress(text, mtime=0)) for text in (_bundle.bundle("knowledge_check.mjs").encode(), style))
    assert size <= 27_000
