"""Scenarios beside one another: which row of one is which of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

NOT_IN = "not in it"
"""What stands where a scenario has no such line, fee or promise."""
Name = tuple[str, int]
"""What a row is called, and which of that name it is, from 1."""


def told_apart(names: Iterable[str]) -> Iterator[Name]:
    """Yield names, each with which of that name it is: two lines may have one.

    >>> list(told_apart(["Boxes", "Tags", "Boxes"]))
    [('Boxes', 1), ('Tags', 1), ('Boxes', 2)]
    """
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name, seen[name]
