"""What sources import of the engine, found by reading them."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["ENGINE", "bound_imports", "module_file"]

ENGINE = Path(__file__).parent


def module_file(name: str) -> Path | None:
    """Return the file of a module or package of the engine; None if there is none.

    Examples
    --------
    >>> module_file("ai2med.cohort").name, module_file("ai2med.imports").name, module_file("ai2med.nothing")
    ('__init__.py', 'imports.py', None)
    """
    base = ENGINE.joinpath(*name.split(".")[1:])
    return next((path for path in (base / "__init__.py", base.with_suffix(".py")) if path.is_file()), None)


def bound_imports(nodes: Iterable[ast.AST], package: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield what statements import of the engine: the module, the name taken, and the name that it then has.

    Parameters
    ----------
    nodes : iterable of ast.AST
        Statements, or whole modules.
    package : str
        Where relative imports begin; empty outside the engine.

    Examples
    --------
    >>> list(bound_imports([ast.parse("import ai2med.law; from .items import loader as read")], "ai2med"))
    [('ai2med.law', None, 'ai2med'), ('ai2med.items', 'loader', 'read')]
    """
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.split(".")[0] == "ai2med":
                        yield alias.name, None, alias.asname or "ai2med"
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    parts = package.split(".")
                    base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
                if base.split(".")[0] == "ai2med":
                    yield from ((base, alias.name, alias.asname or alias.name) for alias in node.names)
