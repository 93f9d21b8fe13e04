"""Write Jupyter notebooks that are the same, byte for byte, whenever their sources are."""

import hashlib
from collections.abc import Iterable
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def new_notebook(name: str, cells: Iterable[NotebookNode], **metadata: Any) -> NotebookNode:
    """Return a notebook whose cell ids follow from its name and from the order of its cells.

    Parameters
    ----------
    name : str
        Unique in the book, such as ``"2.2.4 solved"``.
    cells : iterable of NotebookNode
        As `code_cell` and `markdown_cell` make them.
    **metadata
        Added under ``ai2med`` to the notebook's metadata.

    Examples
    --------
    >>> made = [new_notebook("2.2.4", [code_cell("1 + 1")]) for _ in range(2)]
    >>> made[0] == made[1]
    True
    """
    cells = list(cells)
    for index, cell in enumerate(cells):
        cell["id"] = hashlib.sha256(f"{name} {index}".encode()).hexdigest()[:12]
    return v4.new_notebook(cells=cells, metadata={**_KERNEL, **({"ai2med": metadata} if metadata else {})})


def code_cell(source: str, tags: Iterable[str] = (), **metadata: Any) -> NotebookNode:
    """Return a code cell without outputs."""
    return v4.new_code_cell(source, metadata=_tagged(tags, metadata))


def markdown_cell(source: str, tags: Iterable[str] = (), **metadata: Any) -> NotebookNode:
    """Return a Markdown cell."""
    return v4.new_markdown_cell(source, metadata=_tagged(tags, metadata))


def to_text(notebook: NotebookNode) -> str:
    """Return the notebook as the text of its file.

    Raises
    ------
    nbformat.ValidationError
        If it is not a valid notebook.
    """
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def _tagged(tags, metadata):
    return {**({"tags": list(tags)} if tags else {}), **metadata}
