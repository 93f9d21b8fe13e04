"""Shuffling that gives every reader, and every language, the same order for the same question."""

from collections.abc import Sequence
from typing import TypeVar

_Value = TypeVar("_Value")
_WORD = 0xFFFFFFFF


def hashed(text: str) -> int:
    """Return the 32-bit FNV-1a hash of a text's UTF-8 bytes.

    Examples
    --------
    >>> hashed("a")
    3826002220
    """
    made = 0x811C9DC5
    for byte in text.encode("utf-8", "replace"):
        made = ((made ^ byte) * 0x01000193) & _WORD
    return made


def shuffled(values: Sequence[_Value], seed: str) -> list[_Value]:
    """Return the values in an order that depends only on `seed`, and is never the given order.

    Parameters
    ----------
    values : sequence
        What to shuffle. One value, or none, comes back as it is.
    seed : str
        Usually an item's id.

    Examples
    --------
    >>> shuffled("abcd", "2.2.4-q01") == shuffled("abcd", "2.2.4-q01")
    True
    >>> shuffled("ab", "any seed")
    ['b', 'a']
    """
    places = list(range(len(values)))
    state = hashed(seed)
    for last in range(len(places) - 1, 0, -1):
        state = (state + 0x6D2B79F5) & _WORD
        other = _mulberry32(state) * (last + 1) >> 32
        places[last], places[other] = places[other], places[last]
    if places == sorted(places):
        places = places[1:] + places[:1]
    return [values[place] for place in places]


def variant_index(count: int, seed: str, attempt: int = 0) -> int:
    """Return which of `count` variants to show: fixed by the seed, the next one at each new attempt.

    Examples
    --------
    >>> sorted(variant_index(3, "reader", attempt) for attempt in range(3))
    [0, 1, 2]
    """
    return (hashed(seed) + attempt) % count


def _mulberry32(state: int) -> int:
    mixed = ((state ^ state >> 15) * (state | 1)) & _WORD
    mixed ^= (mixed + ((mixed ^ mixed >> 7) * (mixed | 61) & _WORD)) & _WORD
    return (mixed ^ mixed >> 14) & _WORD
