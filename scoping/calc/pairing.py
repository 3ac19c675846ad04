"""Which line of one spec is which line of another.

Lines are matched by what they say, never by where they stand: first those that say the
same, then those of one type with the same name, then those that differ least. A type
that only one spec has is a line added or left out. See docs/model.md#pairing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from .bill import in_total
from .spec.values import Line

SAID = tuple(
    one.name for one in fields(Line) if one.name not in {"index", "alternative_to"}
)
"""Fields of a line that say the same wherever the line stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One line as both scopes have it; None where a scope does not have it."""

    first: Line | None
    second: Line | None

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the line as the scopes have it, the second scope's first."""
        return tuple(line for line in (self.second, self.first) if line is not None)


def matched(first: Sequence[Line], second: Sequence[Line]) -> tuple[Pair, ...]:
    """Return the lines of two specs in pairs, in an order that is not theirs.

    >>> matched([], [])
    ()
    """
    waiting = sorted(
        (
            (_unlikeness(old, new), said(old), said(new), old.index, new.index)
            for old in first
            for new in second
            if old.type == new.type
        ),
    )
    pairs: list[Pair] = []
    left, right = {one.index: one for one in first}, {one.index: one for one in second}
    for *_, old, new in waiting:
        if old in left and new in right:
            pairs.append(Pair(first=left.pop(old), second=right.pop(new)))
    pairs += [Pair(first=line, second=None) for line in left.values()]
    pairs += [Pair(first=None, second=line) for line in right.values()]
    return tuple(
        sorted(
            pairs,
            key=lambda pair: sorted(said(line) for line in pair.lines),
        )
    )


def said(line: Line) -> str:
    """Return all that a line says, not where it stands nor what it is called."""
    return repr(replace(line, index=0, name="", alternative_to=None))


def _unlikeness(old: Line, new: Line) -> tuple[bool, bool, int]:
    """Return how far two lines are apart; least is most alike."""
    return (
        said(old) != said(new) or in_total(old) != in_total(new),
        not old.name or old.name != new.name,
        sum(getattr(old, name) != getattr(new, name) for name in SAID),
    )


def place_of(pairs: Sequence[Pair], index: int | None, *, of: str) -> int | None:
    """Return the place of the pair that holds this line of one scope."""
    return next(
        (
            place
            for place, pair in enumerate(pairs)
            for line in (getattr(pair, of),)
            if index is not None and line is not None and line.index == index
        ),
        None,
    )
