"""Which tasks a cell builds on, found by reading the cells: the names that it uses, and the cells that make them."""

import ast
from collections.abc import Iterable

from . import blocks
from .notebook import Exercise

__all__ = ["built_on", "names_made", "names_used"]

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def names_made(code: str) -> set[str]:
    r"""Return the names to which a cell gives a value; those inside functions and comprehensions stay there.

    Examples
    --------
    >>> sorted(names_made("n, m = [k for k in (1, 2)]\ndef f(x):\n    y = x"))
    ['f', 'm', 'n']
    """
    return _read(code)[0]


def names_used(code: str) -> set[str]:
    r"""Return the names that a cell takes from cells before it, or from Python itself.

    Examples
    --------
    >>> sorted(names_used("n = a\nb = n + sum(k for k in c)\ndef f(x):\n    return x + d"))
    ['a', 'c', 'd', 'sum']
    """
    return _read(code)[1]


def built_on(exercise: Exercise) -> dict[int, tuple[str, ...]]:
    """Return for each code cell the ids of the tasks whose values it needs, directly or by way of given cells.

    Cells are named by their place in the notebook; those that need no task, and the checks, are left out.
    """
    ids = {task.name: task.id for task in exercise.tasks}
    maker: dict[str, int] = {}
    found: dict[int, dict[str, None]] = {}
    for index, cell in enumerate(exercise.cells):
        role = cell.role()
        if cell.kind != "code" or (role and role[0] == "check"):
            continue
        solved = blocks.solution_source(cell.source)
        used = names_used(solved) | (names_used(blocks.starter_source(cell.source)) if role else set())
        needed: dict[str, None] = {}
        for before in sorted({maker[name] for name in used if name in maker}):
            needed |= found.get(before, {})
            earlier = exercise.cells[before].role()
            if earlier:
                needed[ids[earlier[1]]] = None
        found[index] = needed
        maker |= dict.fromkeys(names_made(solved), index)
    return {index: tuple(needed) for index, needed in found.items() if needed}


def _read(code) -> tuple[set[str], set[str]]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set(), set()
    made: set[str] = set()
    used: set[str] = set()
    _statements(tree.body, made, used)
    return made, used


def _statements(body: Iterable[ast.AST], made: set[str], used: set[str]) -> None:
    """Go through statements in the order in which they run: what a cell has made itself it does not need."""
    for node in body:
        if isinstance(node, (*_SCOPES, ast.ClassDef)):
            used |= _free(node) - made
            made.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            made |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        else:
            inner = [part for name in ("body", "orelse", "finalbody") for part in getattr(node, name, [])]
            handlers = getattr(node, "handlers", [])
            own = [child for child in ast.iter_child_nodes(node) if child not in inner and child not in handlers]
            if isinstance(node, ast.AugAssign):
                used |= _stored(node.target) - made
            used |= set().union(*map(_free, own)) - made
            made |= set().union(*map(_stored, own))
            _statements(inner, made, used)
            for handler in handlers:
                made |= {handler.name} if handler.name else set()
                _statements(handler.body, made, used)


def _free(node: ast.AST) -> set[str]:
    """Return the names that code reads and that it does not make in a scope of its own."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    inside = set().union(*map(_free, ast.iter_child_nodes(node)))
    if isinstance(node, _SCOPES):
        given = node.args
        listed = (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg)
        own = {one.arg for one in listed if one}
        own |= set() if isinstance(node, ast.Lambda) else set().union(*map(_stored, node.body))
        return inside - own
    if isinstance(node, _COMPREHENSIONS):
        own = set().union(*(_stored(part.target) for part in node.generators))
        # What the first loop goes through is found outside, whatever the loop calls its parts.
        return (inside - own) | _free(node.generators[0].iter)
    return inside


def _stored(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return set() if isinstance(node.ctx, ast.Load) else {node.id}
    if isinstance(node, (*_SCOPES, ast.ClassDef)):
        return set() if isinstance(node, ast.Lambda) else {node.name}
    if isinstance(node, _COMPREHENSIONS):
        return set()
    return set().union(*map(_stored, ast.iter_child_nodes(node)))
