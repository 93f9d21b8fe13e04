"""Turn a front-end module and its helpers into the single file that a notebook host can load.

On the built pages the browser loads the modules as they are. JupyterLab and its relatives hand a widget's code to
the browser as one blob, where relative imports lead nowhere, so the imported modules are written in front of it.
"""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+\.mjs)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default \{", re.MULTILINE)
# Whole lines only: what looks like a comment inside a line may stand in a string.
_COMMENT = re.compile(r"^[ ]*(?://[^\n]*|/\*\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
_SPACE = re.compile(r"^  (\w+): \{\n.*?^  \},\n", re.MULTILINE | re.DOTALL)
_STRAY = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def _collect(name: str, order: list[str], open_: tuple[str, ...] = ()) -> None:
    if name in open_:
        raise ValueError(f"{name}: modules import each other in a circle: {' > '.join((*open_, name))}")
    source = (HERE / name).read_text(encoding="utf-8")
    for dependency in _IMPORT.findall(source):
        if dependency not in order:
            _collect(dependency, order, (*open_, name))
    order.append(name)


def _own_words(catalogue: str, users: str) -> str:
    """Return the catalogue of strings with only the name spaces that the bundle's modules use."""
    used = set(re.findall(r"\bSTRINGS\.(\w+)", users))
    return _SPACE.sub(lambda space: space.group() if space.group(1) in used else "", catalogue)


def modules(name: str) -> tuple[str, ...]:
    """Return the files that the widget module `name` needs, dependencies first and itself last."""
    order: list[str] = []
    _collect(name, order)
    return tuple(order)


@cache
def bundle(name: str) -> str:
    """Return one self-contained ES module for the widget module `name`.

    Parameters
    ----------
    name : str
        File name in this folder, for example ``"knowledge_check.mjs"``. Its imports must be relative and without
        renaming; top-level names must be unique across the bundle; it ends in ``export default { render };``.

    Returns
    -------
    str
        Source text with every dependency once, before its users, and only the default export left; without comments
        and without the words of other widgets.

    Raises
    ------
    ValueError
        If modules import each other in a circle, two of them use the same top-level name, or an import or export
        has a form that cannot be inlined. The message names the files.

    Examples
    --------
    >>> 'from "./' in bundle("knowledge_check.mjs")
    False
    """
    owners: dict[str, str] = {}
    parts = []
    names = dict.fromkeys(("ui.mjs", *modules(name)))
    sources = {part: (HERE / part).read_text(encoding="utf-8") for part in names}
    users = "\n".join(text for part, text in sources.items() if not part.startswith("strings_"))
    for part, source in sources.items():
        if part.startswith("strings_"):
            source = _own_words(source, users)
        for known in _TOP_LEVEL.findall(source):
            if known in owners:
                raise ValueError(f"{part}: the top-level name {known} is also used in {owners[known]}; rename one.")
            owners[known] = part
        source = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", source)))
        if part == name:
            source, found = _DEFAULT.subn("const bundledWidget = {", source)
            if found != 1:
                raise ValueError(f"{part}: write one `export default {{ render }};`, found {found}.")
        if stray := _STRAY.search(source):
            raise ValueError(f"{part}: this line cannot be inlined: {stray.group()}")
        parts.append(source)
    return "\n".join(parts) + "\nexport default forNotebook(bundledWidget);\n"


@cache
def styles(name: str) -> str:
    """Return the colour tokens and a widget's own rules as one style sheet."""
    sheets = [HERE / "tokens.css", HERE / "widgets.css", (HERE / name).with_suffix(".css")]
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.is_file())
