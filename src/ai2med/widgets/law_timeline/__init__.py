"""The dates of law on one line: what applies today, what comes, and to whom."""

import datetime

import traitlets

from ... import law
from .._base import Widget


class LawTimeline(Widget):
    """Show the book's table of dates, with a filter by act and role and a "today" that can be moved.

    Parameters
    ----------
    dates : DataFrame or list of dict, optional
        Rows as in `ai2med.law.law_dates`, the default.
    act, who : str, optional
        First filter: an act or a role of the table, or "all".
    on : str or datetime.date, optional
        First "today", for example "2026-10-01". Default: the reader's clock.

    Raises
    ------
    ai2med.law.LawError
        If a row breaks a rule of the table.
    ValueError
        If `act` or `who` does not occur in the table, or `on` is no date.

    Examples
    --------
    >>> row = {"key": "x", "date": datetime.date(2028, 8, 2), "act": "AI Act", "what": "Rules apply to devices.",
    ...        "who": ["provider"], "article": "Art. 113", "source": "ai_act_2024"}
    >>> print(LawTimeline([row]).describe())
    Dates of law, earliest first. 2 August 2028, AI Act: Rules apply to devices. (Art. 113; provider)
    """

    module = "law_timeline.mjs"

    dates = traitlets.List().tag(sync=True)
    act = traitlets.Unicode("all").tag(sync=True)
    who = traitlets.Unicode("all").tag(sync=True)
    on = traitlets.Unicode("").tag(sync=True)

    def __init__(self, dates=None, *, act="all", who="all", on=None):
        table = law.law_dates() if dates is None else dates
        rows = table.to_dict("records") if hasattr(table, "to_dict") else [dict(row) for row in table]
        for row in rows:
            if isinstance(row.get("date"), datetime.datetime):  # pandas timestamps are datetimes
                row["date"] = row["date"].date()
        if problems := law.check_rows(rows, "dates"):
            raise law.LawError(problems)
        rows.sort(key=lambda row: (row["date"], row["key"]))
        for name, value, known in (
            ("act", act, {row["act"] for row in rows}),
            ("who", who, {role for row in rows for role in row["who"]}),
        ):
            if value != "all" and value not in known:
                raise ValueError(
                    f"{name}={value!r} is not in the table. Use all or one of: {', '.join(sorted(known))}."
                )
        day = "" if on is None else datetime.date.fromisoformat(str(on)).isoformat()
        fields = ("key", "act", "what", "who", "article", "note")
        super().__init__(
            dates=[{"date": row["date"].isoformat()} | {each: row.get(each, "") for each in fields} for row in rows],
            act=act,
            who=who,
            on=day,
        )

    def describe(self):
        """Return the whole table as sentences."""
        lines = [
            f"{law.format_date(datetime.date.fromisoformat(row['date']))}, {row['act']}: {row['what']} "
            f"({row['article']}; {', '.join(row['who'])})"
            for row in self.dates
        ]
        return " ".join(["Dates of law, earliest first.", *lines])
