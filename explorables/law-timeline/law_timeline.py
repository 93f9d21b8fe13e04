"""The rows of the book's table of dates, as the timeline takes them."""

import datetime

from ai2med import law

__all__ = ["prepare"]

HOSPITAL = "hospital"
"""A filter for all roles of a hospital that uses AI; the declaration knows which."""


def prepare(dates=None, *, act=None, who=None, day=None, show=None) -> dict:
    """Return data and first state of the timeline.

    Parameters
    ----------
    dates : DataFrame or list of dict, optional
        Rows as in `ai2med.law.law_dates`, the default.
    act, who : str, optional
        First filter: an act or a role of the table, "hospital", or "all".
    day : str or datetime.date, optional
        First "today", for example "2026-10-01". Default: the reader's clock.
    show : str, optional
        "all", "past" or "later".

    Raises
    ------
    ai2med.law.LawError
        If a row breaks a rule of the table.
    ValueError
        If `act` or `who` does not occur in the table, or `day` is no date.

    Examples
    --------
    >>> made = prepare(act="MDR", day="2026-10-01")
    >>> made["dates"][0]["date"], made["day"]
    ('2018-05-25', '2026-10-01')
    """
    table = law.law_dates() if dates is None else dates
    rows = table.to_dict("records") if hasattr(table, "to_dict") else [dict(row) for row in table]
    for row in rows:
        if isinstance(row.get("date"), datetime.datetime):  # pandas timestamps are datetimes
            row["date"] = row["date"].date()
    if problems := law.check_rows(rows, "dates"):
        raise law.LawError(problems)
    known = {"act": {row["act"] for row in rows}, "who": {role for row in rows for role in row["who"]} | {HOSPITAL}}
    for name, value in (("act", act), ("who", who)):
        if value not in (None, "all", *known[name]):
            raise ValueError(
                f"{name}={value!r} is not in the table. Use all or one of: {', '.join(sorted(known[name]))}."
            )
    fields = ("key", "act", "what", "who", "article", "note")
    return {
        "dates": [
            {"date": row["date"].isoformat()} | {name: row[name] for name in fields if row.get(name)}
            for row in sorted(rows, key=lambda row: (row["date"], row["key"]))
        ],
        "roles": {role: name for role, name in law.ROLES.items() if role in known["who"]},
        "act": act,
        "who": who,
        "day": day and datetime.date.fromisoformat(str(day)).isoformat(),
        "show": show,
    }
