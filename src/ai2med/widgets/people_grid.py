"""A thousand people, a tool that flags some of them, and how far a small test can be trusted."""

import traitlets

from ._base import Explorable
from .icon_array import whole


class PeopleGrid(Explorable):
    """Count whom a tool finds, misses and flags for nothing, from the people or from the flags.

    Parameters
    ----------
    need : int
        People of `total` who have the condition, 0 to `total`.
    found_rate, false_flag_rate : float
        Of 100 people with and without the condition, how many the tool flags.
    total : int
        People on the ward, 20 to 1000.
    not_readable : int
        People of `total` whose photo cannot be read, spread over both groups in proportion. They are never counted
        as quiet.
    words : {"plain", "technical"}
        Whether the technical terms stand beside the plain ones.
    condition : str
        A plural verb phrase, as in "80 of 1,000 people need the nurse".
    start : {"people", "flags"}
        From which side the figure is sorted at first.
    mode : {"ward", "draw"}
        The ward's people, or 30 repeated small tests.
    tested : int
        People of each repeated test, 5 to 200.
    seed : int
        First seed of the repeated tests.

    Examples
    --------
    >>> print(PeopleGrid().describe())
    Of 1,000 people, 80 need the nurse. The tool finds 68 of these 80 and misses 12. It also flags 138 of the 920 ...
    """

    module = "people_grid.mjs"

    need = traitlets.Int(80, min=0).tag(sync=True)
    found_rate = traitlets.Float(85.0, min=0, max=100).tag(sync=True)
    false_flag_rate = traitlets.Float(15.0, min=0, max=100).tag(sync=True)
    total = traitlets.Int(1000, min=20, max=1000).tag(sync=True)
    not_readable = traitlets.Int(0, min=0).tag(sync=True)
    words = traitlets.Enum(("plain", "technical"), "plain").tag(sync=True)
    condition = traitlets.Unicode("need the nurse").tag(sync=True)
    start = traitlets.Enum(("people", "flags"), "people").tag(sync=True)
    mode = traitlets.Enum(("ward", "draw"), "ward").tag(sync=True)
    tested = traitlets.Int(20, min=5, max=200).tag(sync=True)
    seed = traitlets.Int(533).tag(sync=True)

    def __init__(
        self,
        need=80,
        found_rate=85,
        false_flag_rate=15,
        total=1000,
        not_readable=0,
        words="plain",
        condition="need the nurse",
        start="people",
        mode="ward",
        tested=20,
        seed=533,
    ):
        if need > total or not_readable > total:
            raise ValueError(f"need ({need}) and not_readable ({not_readable}) are people of total ({total}).")
        super().__init__(
            need=need,
            found_rate=found_rate,
            false_flag_rate=false_flag_rate,
            total=total,
            not_readable=not_readable,
            words=words,
            condition=condition,
            start=start,
            mode=mode,
            tested=tested,
            seed=seed,
        )

    def counts(self) -> dict[str, int | float | None]:
        """Return the four boxes, their sums, and rates of 100 (None where nobody can be counted).

        Examples
        --------
        >>> n = PeopleGrid().counts()
        >>> n["found"], n["flags"], round(n["flag_right_of_100"])
        (68, 206, 33)
        """
        lost_need = whole(self.not_readable * self.need / self.total)
        need_read = self.need - lost_need
        fine_read = self.total - self.need - (self.not_readable - lost_need)
        found = whole(need_read * self.found_rate / 100)
        false = whole(fine_read * self.false_flag_rate / 100)
        quiet, missed = fine_read - false, need_read - found
        read = need_read + fine_read

        def of_100(part, group):
            return 100 * part / group if group else None

        return {
            "total": self.total,
            "need": self.need,
            "fine": self.total - self.need,
            "found": found,
            "missed": missed,
            "false_flag": false,
            "quiet": quiet,
            "not_readable": self.not_readable,
            "not_readable_need": lost_need,
            "flags": found + false,
            "no_flag": missed + quiet,
            "flag_right_of_100": of_100(found, found + false),
            "quiet_right_of_100": of_100(quiet, missed + quiet),
            "right_of_100": of_100(found + quiet, read),
            "nobody_of_100": of_100(fine_read, read),
        }

    def describe(self):
        """Return the ward in sentences: first from the people, then from the flags."""
        n = self.counts()
        text = (
            f"Of {n['total']:,} people, {n['need']:,} {self.condition}. The tool finds {n['found']:,} of these "
            f"{n['need']:,} and misses {n['missed']:,}. It also flags {n['false_flag']:,} of the {n['fine']:,} others. "
            f"So of {n['flags']:,} flags, {n['found']:,} are right"
        )
        right = n["flag_right_of_100"]
        text += f": {whole(right)} of 100." if right is not None else "."
        if n["not_readable"]:
            text += f" Not readable: {n['not_readable']:,} people, {n['not_readable_need']:,} of whom {self.condition}."
        return text
