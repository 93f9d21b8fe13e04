"""Questions: their model, their files, their marking and the rules that good ones keep.

>>> from ai2med.items import load_items, lint_bank, mark, item_json
"""

from ai2med.problems import ContentError, Problem

from .export import item_json
from .lint import lint_bank, lint_files
from .loader import ItemBank, load_items, read_items
from .marking import Mark, Note, mark
from .models import InvalidItem, Item
from .order import shuffled, variant_index
from .text import rich

__all__ = [
    "ContentError",
    "InvalidItem",
    "Item",
    "ItemBank",
    "Mark",
    "Note",
    "Problem",
    "item_json",
    "lint_bank",
    "lint_files",
    "load_items",
    "mark",
    "read_items",
    "rich",
    "shuffled",
    "variant_index",
]
