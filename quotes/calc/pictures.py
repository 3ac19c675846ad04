"""Where the marks of a client's two pictures stand: the range and the weeks.

The picture of the range is a band from low to high with a plumb line at the quoted
total; that of the weeks is a bar from the start to the promised week. Both are
positions on a scale from 0 to `WIDTH`, which a template draws as SVG, and both repeat
numbers that stand beside them in words. See docs/model.md#pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

WIDTH = Decimal(280)
MARGIN = Decimal(26)
TICKS_AT_MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A value on an axis and where it stands."""

    x: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range as a bar from `start`, `width` long, with the plumb line at `mark`."""

    start: Decimal
    width: Decimal
    mark: Decimal
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """The work as a bar up to the promised week, which begins at `week`."""

    width: Decimal
    week: Decimal
    week_width: Decimal
    mark: Decimal


def band(low: Decimal, typical: Decimal, high: Decimal) -> Band | None:
    """Return the picture of a range; None where low and high are one: nothing moves.

    >>> drawn = band(Decimal(58150), Decimal(61786), Decimal(66340))
    >>> [int(tick.value) for tick in drawn.ticks]
    [57500, 60000, 62500, 65000]
    """
    if low >= high:
        return None
    step = _step((high - low) / TICKS_AT_MOST)
    first = (low / step).to_integral_value(ROUND_FLOOR) * step
    last = (high / step).to_integral_value(ROUND_CEILING) * step
    values = []
    value = first
    while value <= last:
        if low - step / 3 <= value <= high + step / 3:
            values.append(value)
        value += step
    left = min([low, *values])
    scale = (WIDTH - 2 * MARGIN) / (max([high, *values]) - left)

    def at(value: Decimal) -> Decimal:
        return _tenth(MARGIN + (value - left) * scale)

    return Band(
        start=at(low),
        width=_tenth((high - low) * scale),
        mark=at(typical),
        ticks=tuple(Tick(x=at(value), value=value) for value in values),
    )


def weeks(start: date, week: date) -> Weeks | None:
    """Return the picture of the time up to a week; None if the week is not after."""
    days = (week - start).days
    if days <= 0:
        return None
    end = week + timedelta(days=7)
    scale = WIDTH / (end - start).days
    return Weeks(
        width=_tenth(days * scale),
        week=_tenth(days * scale),
        week_width=_tenth(7 * scale),
        mark=_tenth((days + Decimal("3.5")) * scale),
    )


def _step(at_least: Decimal) -> Decimal:
    """Return the smallest of 1, 2, 2.5 and 5, with noughts, that is large enough."""
    power = Decimal(1).scaleb(at_least.adjusted())
    for factor in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5)):
        if power * factor >= at_least:
            return power * factor
    return power * 10


def _tenth(x: Decimal) -> Decimal:
    return x.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
