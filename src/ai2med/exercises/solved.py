"""The exercise with every task solved: run to test the exercise, never given to learners."""

from nbformat import NotebookNode

from . import blocks
from .ipynb import code_cell, markdown_cell, new_notebook
from .notebook import Exercise


def solved_notebook(exercise: Exercise) -> NotebookNode:
    """Return a notebook with the solutions in place and the markers gone; its cells are those of the exercise."""
    cells = []
    for cell in exercise.cells:
        if cell.kind == "code":
            cells.append(code_cell(blocks.solution_source(cell.source), cell.tags))
        else:
            cells.append(markdown_cell(cell.source))
    return new_notebook(f"{exercise.unit} solved", cells, unit=exercise.unit)
