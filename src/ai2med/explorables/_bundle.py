"""The front end of explorables as files of a page, and as one text for a notebook."""

import hashlib
from functools import cache
from pathlib import Path

from .. import paths
from ..widgets._bundle import HERE as WIDGETS
from ..widgets._bundle import Joined
from ._faces import folder, module, names

HERE = Path(__file__).parent

_BESIDE = {f"#stats/{path.stem}": path for path in sorted((HERE / "stats").glob("*.mjs"))}
_BESIDE["#privacy"] = WIDGETS / "shared" / "privacy.mjs"


def kit() -> tuple[str, str]:
    """Return file name and text of the kit; the name changes with the content: browsers may keep it for good."""
    joined = Joined()
    constant = joined.add(HERE / "kit.mjs")
    exports = ", ".join(joined.exports[constant])
    text = "\n".join([*joined.parts, f"export const {{ {exports} }} = {constant};\n"])
    return f"kit.{hashlib.sha256(text.encode()).hexdigest()[:10]}.mjs", text


def _own(path: Path, language: str) -> tuple[list[str], str]:
    """Return an explorable's own modules, written for a constant `kit`, and the widget that they make."""
    joined = Joined({"#kit": "kit", **_BESIDE}, prefix="own_")
    declaration = f"{joined.add(path)}.default"
    words = path.parent / f"words.{language}.mjs"
    if words.is_file():
        declaration = f"kit.translated({declaration}, {joined.add(words)}.default)"
    return joined.parts, f"kit.widget({declaration})"


def page_module(path: Path, kit_name: str, language: str = "en") -> str:
    """Return the module of an explorable for a page, which loads the kit as a file of its own."""
    parts, made = _own(path, language)
    return "\n".join([f'import * as kit from "./{kit_name}";', *parts, f"export default {made};\n"])


def page_modules() -> dict[str, str]:
    """Return the front-end modules of all explorables by file name, the kit among them."""
    kit_name, kit_text = kit()
    made = {f"{name}.mjs": page_module(module(name), kit_name) for name in names()}
    return {kit_name: kit_text, **made} if made else {}


@cache
def module_in_notebook(name: str, language: str = "en") -> str:
    """Return kit and explorable as the one text that a notebook's host loads; made beforehand in archives."""
    paths.bring(f"notebooks/{name}")
    stored = folder() / name / "notebook.mjs"
    if stored.is_file():
        return stored.read_text(encoding="utf-8")
    return for_notebook(module(name), language)


def for_notebook(path: Path, language: str = "en") -> str:
    """Return kit and explorable as one module; keys pressed in it do not reach the notebook's shortcuts."""
    joined = Joined()
    kit_constant = joined.add(HERE / "kit.mjs")
    shield = joined.add(WIDGETS / "shared" / "ui.mjs")
    parts, made = _own(path, language)
    ending = f"export default {shield}.forNotebook({made});\n"
    return "\n".join([*joined.parts, f"const kit = {kit_constant};", *parts, ending])


@cache
def style_sheet(name: str) -> str:
    """Return the rules that an explorable needs in a notebook."""
    paths.bring(f"notebooks/{name}")
    sheets = [WIDGETS / "shared" / "tokens.css", WIDGETS / "shared" / "widgets.css", HERE / "kit.css"]
    sheets.append(module(name).with_suffix(".css"))
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.is_file())
