"""The four boxes of a tool that flags people, as whole people."""

import math

__all__ = ["people_counts"]


def _whole(people: float) -> int:
    """Return a number of people rounded half up, as the explorable does."""
    return math.floor(people + 0.5)


def people_counts(need=80, found_rate=85, false_flag_rate=15, total=1000, not_readable=0) -> dict:
    """Return the four boxes, their sums, and rates of 100 (None where nobody can be counted).

    Parameters
    ----------
    need : int
        People of `total` who have the condition.
    found_rate, false_flag_rate : float
        Of 100 people with and without the condition, how many the tool flags.
    total : int
        All people.
    not_readable : int
        People of `total` whose photo cannot be read, spread over both groups in proportion; never counted as quiet.

    Examples
    --------
    >>> n = people_counts(need=80, found_rate=85, false_flag_rate=15)
    >>> n["found"], n["flags"], round(n["flag_right_of_100"])
    (68, 206, 33)
    """
    if need > total or not_readable > total:
        raise ValueError(f"need ({need}) and not_readable ({not_readable}) are people of total ({total}).")
    lost_need = _whole(not_readable * need / total)
    need_read = need - lost_need
    fine_read = total - need - (not_readable - lost_need)
    found = _whole(need_read * found_rate / 100)
    false = _whole(fine_read * false_flag_rate / 100)
    quiet, missed = fine_read - false, need_read - found
    read = need_read + fine_read

    def of_100(part, group):
        return 100 * part / group if group else None

    return {
        "total": total,
        "need": need,
        "fine": total - need,
        "found": found,
        "missed": missed,
        "false_flag": false,
        "quiet": quiet,
        "not_readable": not_readable,
        "not_readable_need": lost_need,
        "flags": found + false,
        "no_flag": missed + quiet,
        "flag_right_of_100": of_100(found, found + false),
        "quiet_right_of_100": of_100(quiet, missed + quiet),
        "right_of_100": of_100(found + quiet, read),
        "nobody_of_100": of_100(fine_read, read),
    }
