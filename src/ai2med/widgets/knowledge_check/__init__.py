"""The knowledge check as a widget: the questions of a unit, answered and explained in the page or notebook."""

from collections.abc import Sequence
from typing import ClassVar

import traitlets

from ai2med import paths
from ai2med.curriculum import load_curriculum
from ai2med.items import item_json, load_items

from .._base import Widget
from .static_items import MODES, items_html

__all__ = ["KnowledgeCheck", "knowledge_check"]


class KnowledgeCheck(Widget):
    """Questions with feedback for every option, retries, explanations and a result by outcome.

    Answers stay in the reader's browser: no trait carries them to the kernel.

    Parameters
    ----------
    unit : str
        Id of the unit, for example ``"2.2.4"``.
    items : list of dict
        The questions as `ai2med.items.item_json` gives them.
    outcomes : dict of str to str
        Letter of an outcome to its text.
    mode : {"closing", "inline", "opening", "exercise"}
        Where the questions stand.
    title : str
        Shown above the questions; may be empty.
    """

    module: ClassVar[str] = "knowledge_check.mjs"

    unit = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    items = traitlets.List(traitlets.Dict()).tag(sync=True)
    outcomes = traitlets.Dict().tag(sync=True)
    mode = traitlets.Enum(MODES, default_value="closing").tag(sync=True)

    def describe(self) -> str:
        """Return the text alternative: how many questions there are, and to which unit."""
        count = len(self.items)
        return f"Knowledge check of unit {self.unit}: {count} question{'' if count == 1 else 's'}."

    def page_html(self) -> str:
        """Return the questions with folded answers, which ``host.mjs`` brings to life on a built page."""
        return items_html(self.items, self.outcomes, self.mode, self.title or None)


def knowledge_check(unit_id: str, place: str = "closing", items: Sequence[str] = ()) -> KnowledgeCheck:
    """Return the questions of a unit as a widget.

    Parameters
    ----------
    unit_id : str
        For example ``"2.2.4"``.
    place : {"closing", "inline", "opening", "exercise", "bank"}
        Which of the unit's questions: the closing check, or those that stand elsewhere.
    items : sequence of str, optional
        Names of single questions, such as ``["q01", "q02"]``; they decide the place.

    Raises
    ------
    KeyError
        If there is no such unit or no such question.
    ValueError
        If the unit has no questions at that place.
    """
    paths.bring(unit_id)
    unit = load_curriculum().unit(unit_id)
    bank = load_items(unit.items_path)
    chosen = tuple(bank[name] for name in items) or bank.at(place)
    if not chosen:
        raise ValueError(f"Unit {unit_id} has no questions with `place: {place}` in {unit.items_path.name}.")
    outcomes = {outcome.letter: outcome.text for outcome in unit.page.outcomes}
    shown = [item_json(item) for item in chosen]
    # Questions of the bank are answered as those of the closing check are: one after the other, with a result.
    mode = "closing" if chosen[0].place == "bank" else chosen[0].place
    return KnowledgeCheck(unit=unit_id, title="", items=shown, outcomes=outcomes, mode=mode)
