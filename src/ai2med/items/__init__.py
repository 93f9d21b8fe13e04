"""Questions: their model, their files and their marking. The rules that good ones keep are in `ai2med.lint`.

>>> from ai2med.items import load_items, mark, item_json
"""

from ai2med.problems import ContentError, Problem

from .export import item_json
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
    "load_items",
    "mark",
    "read_items",
    "rich",
    "shuffled",
    "variant_index",
]
