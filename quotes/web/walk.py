"""From one price to another, change by change: a picture and the table that it is.

Each row of the table draws its own part of the picture: a bar from where the change
before it ended to where this one ends. What makes it dearer comes first, then what
makes it cheaper, so that no step falls below both ends. Whole pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

WIDTH = 240
"""Pixels of the picture in a row."""
CUT_ABOVE = Decimal("0.6")
"""The axis is cut where even the lowest level lies above this share of the highest."""
NARROWEST = 2

Kind = Literal["total", "over", "less", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A change in words: the line it is of, what changed, from what to what."""

    words: str
    about: str = ""
    how_far: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSaid:
    """A step before it is drawn: its changes, its amount, and further columns."""

    changes: tuple[Said, ...]
    amount: Decimal
    more: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of the picture, and where the level is that it leads to."""

    kind: Kind
    x: int
    width: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkRow:
    """A step with its bar; amounts are not formatted yet."""

    changes: tuple[Said, ...]
    amount: Decimal
    bar: Bar
    more: tuple[Decimal, ...] = ()

    @property
    def moves(self) -> bool:
        """Return whether it moves the first column; it may move another one alone."""
        return self.amount != 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The way from one amount to another; `cut` is where the axis begins, 0 for 0."""

    before: Decimal
    after: Decimal
    rows: tuple[WalkRow, ...]
    first: Bar
    last: Bar
    cut: Decimal

    @property
    def by(self) -> Decimal:
        """Return by how much the amounts differ: the sum of the rows."""
        return self.after - self.before


def walk(before: Decimal, after: Decimal, steps: Sequence[StepSaid]) -> Walk:
    """Return the way between two amounts. The steps have to add up to it.

    Raises ValueError where they do not: a picture that is a coin off explains nothing.
    """
    ordered = sorted(steps, key=_rises_first)
    levels = [*_levels(before, ordered)]
    if levels[-1] != after:
        raise ValueError(f"The steps lead from {before} to {levels[-1]}, not {after}.")
    low, high = min(levels), max(levels)
    cut = _cut(low, high)
    room = high - cut

    def place(level: Decimal) -> int:
        share = (level - cut) / room if room else Decimal(0)
        return int((share * WIDTH).to_integral_value(ROUND_HALF_UP))

    places = [place(level) for level in levels]
    return Walk(
        before=before,
        after=after,
        rows=tuple(
            WalkRow(
                changes=step.changes,
                amount=step.amount,
                bar=_bar(step.amount, places[at], places[at + 1]),
                more=step.more,
            )
            for at, step in enumerate(ordered)
        ),
        first=Bar(kind="total", x=0, width=places[0], level=places[0]),
        last=Bar(kind="total", x=0, width=places[-1], level=places[-1]),
        cut=cut,
    )


def _rises_first(step: StepSaid) -> tuple[int, Decimal]:
    """Put what rises first, then what falls, then what moves another column alone."""
    if step.amount == 0:
        return 2, Decimal(0)
    return int(step.amount < 0), -abs(step.amount)


def _levels(before: Decimal, steps: Sequence[StepSaid]) -> Iterator[Decimal]:
    yield before
    for step in steps:
        before += step.amount
        yield before


def _bar(amount: Decimal, start: int, end: int) -> Bar:
    if amount == 0:
        return Bar(kind="none", x=start, width=0, level=end)
    left = min(start, end, WIDTH - NARROWEST)
    width = max(NARROWEST, abs(end - start))
    return Bar(kind="over" if amount > 0 else "less", x=left, width=width, level=end)


def _cut(low: Decimal, high: Decimal) -> Decimal:
    """Return where the axis begins: 0, or a round amount well below every level."""
    if low <= 0 or low < high * CUT_ABOVE:
        return Decimal(0)
    room = low - (high - low) if high > low else low / 2
    digits = Decimal(1).scaleb(room.adjusted() - 1)
    return (room // digits) * digits
