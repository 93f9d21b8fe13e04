"""Join a front-end module and what it imports into one file: one request on a page, one blob in a notebook.

JupyterLab and its relatives hand a widget's code to the browser as one text, where relative imports lead nowhere. Each
module becomes a function of its own, so that names of different modules never meet.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_REEXPORT = re.compile(r'^export \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
# Whole lines only: what looks like a comment inside a line may stand in a string.
_COMMENT = re.compile(r"^[ ]*(?://[^\n]*|/\*\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^ +", re.MULTILINE)
_STRAY = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class Joined:
    """The modules that an entry needs, each as a constant that holds its exports, dependencies first.

    Parameters
    ----------
    outside : mapping, optional
        Names of imports that are not files beside the module: a path to a file that is joined as well, or a string,
        the name of a constant that holds the exports already.
    prefix : str, optional
        Begins the names of the constants, so that two joined sets can stand in one file.

    Raises
    ------
    ValueError
        If modules import each other in a circle, or an import or export has a form that cannot be joined. The message
        names the files.
    """

    def __init__(self, outside: Mapping[str, Path | str] | None = None, prefix: str = ""):
        self._outside = dict(outside or {})
        self._prefix = prefix
        self._names: dict[Path, str] = {}
        self._open: list[Path] = []
        self.parts: list[str] = []
        self.exports: dict[str, tuple[str, ...]] = {}

    @property
    def files(self) -> tuple[Path, ...]:
        """The joined files, dependencies first."""
        return tuple(self._names)

    def add(self, path: Path) -> str:
        """Join a module with all that it imports, and return the name of the constant that holds its exports."""
        path = path.resolve()
        if path in self._names:
            return self._names[path]
        if path in self._open:
            circle = " > ".join(each.name for each in (*self._open, path))
            raise ValueError(f"{path.name}: modules import each other in a circle: {circle}")
        self._open.append(path)
        source = path.read_text(encoding="utf-8")
        exported = {name: name for name in _EXPORTED.findall(source)}

        def taken(match):
            return f"const {{{_renamed(match[1])}}} = {self._home(match[2], path)};\n"

        def passed_on(match):
            names = [name.strip() for name in match[1].split(",") if name.strip()]
            home = self._home(match[2], path)
            exported.update({name: f"{home}.{name}" for name in names})
            return ""

        source = _REEXPORT.sub(passed_on, _IMPORT.sub(taken, source))
        source = _INDENT.sub("", _COMMENT.sub("", _EXPORT.sub("", source)))
        if any(line.count("`") % 2 for line in source.splitlines()):
            raise ValueError(f"{path.name}: a template of several lines would lose its indentation; write one line.")
        source, found = _DEFAULT.subn("const defaultExport = ", source)
        if found:
            exported["default"] = "defaultExport"
        if stray := _STRAY.search(source):
            raise ValueError(f"{path.name}: this line cannot be joined: {stray.group()}")
        self._open.remove(path)
        name = f"{self._prefix}{re.sub(r'[^a-z0-9]+', '_', path.stem.lower())}_{len(self._names)}"
        self._names[path] = name
        self.exports[name] = tuple(exported)
        given = ", ".join(key if key == value else f"{key}: {value}" for key, value in exported.items())
        self.parts.append(f"const {name} = (() => {{\n{source}\nreturn {{ {given} }};\n}})();\n")
        return name

    def _home(self, named: str, importer: Path) -> str:
        home = self._outside.get(named)
        if isinstance(home, str):
            return home
        path = home or importer.parent / named
        if not (home or named.startswith(".")) or not path.is_file():
            raise ValueError(f"{importer.name}: this import cannot be joined: {named}")
        return self.add(path)


def _renamed(names: str) -> str:
    return re.sub(r"(\w+) as (\w+)", r"\1: \2", " ".join(names.split()))


def home(name: str) -> Path:
    """Return the path of a widget's module, which stands in a folder of its own name."""
    return HERE / Path(name).stem / name


@cache
def bundle(name: str) -> str:
    """Return one self-contained module for the widget module `name`, which ends in ``export default { render };``.

    Examples
    --------
    >>> 'from "./' in bundle("knowledge_check.mjs")
    False
    """
    joined = Joined()
    widget = joined.add(home(name))
    if joined.exports[widget] != ("default",):
        raise ValueError(f"{name}: write one `export default {{ render }};` and export nothing else.")
    shield = joined.add(HERE / "shared" / "ui.mjs")
    return "\n".join([*joined.parts, f"export default {shield}.forNotebook({widget}.default);\n"])


@cache
def styles(name: str) -> str:
    """Return the colour tokens and a widget's own rules as one style sheet."""
    sheets = [*(HERE / "shared" / sheet for sheet in ("tokens.css", "widgets.css")), home(name).with_suffix(".css")]
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.is_file())
