"""Which packages a cell needs, found by reading sources: a page then loads these and no others."""

import ast
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from .. import paths
from .browser.kernel import imported
from .pins import Pins, load_pins

__all__ = ["CHECK", "check_needs", "computes", "has_settings", "needs_table", "only_shows_widget", "packages_for"]

_ENGINE = Path(__file__).parent.parent
CHECK = re.compile(r"""\bcheck\(\s*["'](\d+\.\d+\.\d+)-t\d+["']""")
_EXPLORABLE = re.compile(r"""\bexplorable\(\s*["']([\w-]+)["']""")
# Bundled with the engine, so never a package to load.
_BUNDLED = {"yaml", "anywidget", "IPython", "ai2med"}


@cache
def _module_path(name: str) -> Path | None:
    if name.startswith("ai2med.explorables.") and not name.rpartition(".")[2].startswith("_"):
        # Python beside an explorable stands in the book's own room.
        return next(paths.root().glob(f"explorables/*/{name.rpartition('.')[2]}.py"), None)
    base = _ENGINE.joinpath(*name.split(".")[1:])
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if path.is_file():
            return path
    return None


@cache
def _outside(name: str) -> frozenset[str]:
    """Return the third-party modules that importing and using the engine's module `name` needs.

    What a function imports counts for the module's own functions, but is not followed into other modules of ours:
    reading a table must not cost the page what making the tables needs.
    """
    return frozenset(_walk(name, set()))


def _walk(name: str, seen: set[str]) -> set[str]:
    if name in seen:
        return set()
    seen.add(name)
    imported = _imported_by(name)
    if imported is None:
        return set()
    outside, ours = imported
    found = set(outside)
    for module in (name.rpartition(".")[0], *ours):
        if module:
            found |= _walk(module, seen)
    return found


@cache
def _imported_by(name: str) -> tuple[frozenset[str], tuple[str, ...]] | None:
    """Return what a module of the engine imports: from outside, and of ours at its top; None for what is no module."""
    path = _module_path(name)
    if path is None:
        return None
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {node for top in tree.body if isinstance(top, ast.FunctionDef) for node in ast.walk(top)}
    outside, ours = set(), []
    for node in ast.walk(tree):
        for module in _imports(node, package):
            if module.split(".")[0] != "ai2med":
                outside.add(module.split(".")[0])
            elif node not in inside:
                ours.append(module)
    return frozenset(outside), tuple(ours)


def _imports(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        parts = package.split(".")
        base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
    return [base, *(f"{base}.{alias.name}" for alias in node.names if base.startswith("ai2med"))]


@cache
def _homes() -> dict[str, str]:
    from ai2med import _HOMES
    from ai2med.explorables import _HOMES as EXPLORABLES
    from ai2med.widgets import _homes as widgets

    inner = {name: f"ai2med.widgets.{module}" for name, module in widgets().items()}
    inner |= {name: f"ai2med.explorables.{module}" for name, module in EXPLORABLES.items()}
    return {name: inner.get(name, home) for name, home in _HOMES.items()}


def _module_needs(module: str) -> set[str]:
    """Return the third-party modules behind an imported module, given as `imported` gives it."""
    top = module.split(".")[0]
    if top != "ai2med":
        return {top}
    home = _homes().get(module.partition(".")[2], module)
    # `from ai2med.plots import style` arrives as ai2med.plots, `from ai2med import plots` too.
    return set(_outside(home))


def _to_packages(modules: Iterable[str], pins: Pins) -> set[str]:
    served = {name: entry for name, entry in pins.lock["packages"].items() if not entry.get("lite_only")}
    homes = {module: name for name, entry in served.items() for module in entry["imports"]}
    standard = sys.stdlib_module_names
    return {homes[module] for module in modules if module not in standard | _BUNDLED and module in homes}


def check_needs(path: Path, pins: Pins | None = None) -> set[str]:
    """Return the packages that a checks module needs."""
    modules = set().union(*map(_module_needs, imported(path.read_text(encoding="utf-8"))), _outside("ai2med.exercises"))
    return _to_packages(modules, pins or load_pins())


def packages_for(codes: Iterable[str], checks: dict[str, Iterable[str]] | None = None, pins: Pins | None = None):
    """Return the packages that cells need, sorted: those they import, and those behind the engine's functions.

    Parameters
    ----------
    codes : iterable of str
        Sources of cells.
    checks : dict, optional
        For a unit's id, the packages its checks need.
    pins : Pins, optional
        By default those of the book.

    Examples
    --------
    >>> packages_for(["from ai2med import load", "import math"])
    ['pandas']
    >>> packages_for(["from ai2med.plots import style"])
    ['cycler', 'matplotlib']
    """
    pins = pins or load_pins()
    modules: set[str] = set()
    found: set[str] = set()
    for code in codes:
        modules = modules.union(*map(_module_needs, imported(code)))
        for name in _EXPLORABLE.findall(code):
            modules |= _module_needs(f"ai2med.explorables.{name.replace('-', '_')}")
        for unit in CHECK.findall(code):
            found |= set((checks or {}).get(unit, ()))
    return sorted(found | _to_packages(modules, pins))


def computes(code: str) -> bool:
    r"""Tell whether a cell gives numbers, tables or text, or has settings; not if it only draws a widget or a figure.

    Examples
    --------
    >>> computes("table.describe()")
    True
    >>> computes("from ai2med import explorable\nexplorable('icon-array')") or computes("ax.plot(x)\nplt.show()")
    False
    """
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return True
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    if has_settings(code) or called & {"print", "display", "check"}:
        return True
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return False
    node, names = last.value, []
    while isinstance(node, (ast.Call, ast.Attribute)):
        names.append(getattr(node, "attr", ""))
        node = node.func if isinstance(node, ast.Call) else node.value
    return "show" not in names and getattr(node, "id", "") not in _widget_makers() | {"alt"}


@cache
def _widget_makers() -> frozenset[str]:
    """Return the names of the engine's public face that make something which lives without Python."""
    ours = ("ai2med.widgets", "ai2med.explorables")
    return frozenset(name for name, home in _homes().items() if home.startswith(ours))


def has_settings(code: str) -> bool:
    """Tell whether a cell has settings that the page shows as a form."""
    return "@param" in code


def only_shows_widget(code: str) -> bool:
    r"""Tell whether a cell does nothing but show a widget, which lives on the page already and needs no Python there.

    Examples
    --------
    >>> only_shows_widget("from ai2med import explorable\nexplorable('icon-array', rows=table)")
    True
    >>> only_shows_widget("table = load('stays')\nexplorable('icon-array', rows=table)") or only_shows_widget("table")
    False
    """
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return False
    if not body or has_settings(code) or not isinstance(body[-1], ast.Expr) or not isinstance(body[-1].value, ast.Call):
        return False
    rest = all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in body[:-1])
    return rest and getattr(body[-1].value.func, "id", "") in _widget_makers()


def needs_table(pins: Pins | None = None) -> dict[str, list[str]]:
    """Return what the page's front end looks up: packages by imported name of the engine.

    >>> needs_table()["ai2med.load"]
    ['pandas']
    """
    pins = pins or load_pins()
    names = {f"ai2med.{name}" for name in _homes()}
    for path in _ENGINE.rglob("*.py"):
        parts = path.relative_to(_ENGINE).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if parts and parts[0] not in ("book", "runtime") and not parts[-1].startswith("_"):
            names.add(".".join(("ai2med", *parts)))
    table = {name: sorted(_to_packages(_module_needs(name), pins)) for name in sorted(names)}
    return {name: needed for name, needed in table.items() if needed}
