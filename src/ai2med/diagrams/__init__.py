"""Diagrams written as text in a page: read, laid out by Graphviz while the book is built, told in words as well.

`source` reads the text, `dot` and `grid` say how it is laid out, `drawing` calls Graphviz (WebAssembly, in the Node.js
of the environment) once a build and makes SVG in the book's colours, `words` tells the same as a list. The directive
stands in `ai2med.book.diagrams`.
"""

from .source import KINDS, Diagram, Graph, Label, Rows, read_diagram

__all__ = ["KINDS", "Diagram", "Graph", "Label", "Rows", "read_diagram"]
