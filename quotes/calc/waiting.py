"""What a logged wait does to a forecast: days on which nobody can go on.

Days that were lost to a wait say nothing about the pace of the days that were not, and
until a wait is over no work is done: a forecast counts neither. What the client owns
moves the promised day as well, as the clause on delivery does. See
docs/model.md#waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scoping.calc.workdays import Calendar, Override

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Days on which a project waits, first and last; `hers`: the client owns them."""

    first: date
    last: date
    hers: bool = False


def without_waits(
    calendar: Calendar, waits: Sequence[Wait], *, on: date, worked: Iterable[date]
) -> Calendar:
    """Return the calendar of the days on which a project can be worked on.

    A day of a wait is taken out, unless somebody worked on it up to the day `on`.

    >>> plain = Calendar(key="plain", weekmask="1111100", holidays=())
    >>> wait = Wait(first=date(2026, 3, 2), last=date(2026, 3, 6))
    >>> held = without_waits(
    ...     plain, [wait], on=date(2026, 3, 3), worked=[date(2026, 3, 3)]
    ... )
    >>> held.count(date(2026, 3, 2), date(2026, 3, 10))
    2
    """
    done = {day for day in worked if day <= on}
    return calendar.with_overrides(
        Override(day=day, worked=False, name="The project waits")
        for day in sorted(set(_days(waits)) - done)
    )


def lost_days(calendar: Calendar, waits: Sequence[Wait], *, on: date) -> int:
    """Return the working days after a day that waits take."""
    return sum(calendar.is_worked(day) for day in set(_days(waits)) if day > on)


def moved_by_client(waits: Iterable[Wait]) -> timedelta:
    """Return by how much the client's waits move what was promised: calendar days.

    Each day counts once, as in the clause on delivery.
    """
    return len(set(_days(wait for wait in waits if wait.hers))) * A_DAY


def until_day(waits: Iterable[Wait], day: date) -> tuple[Wait, ...]:
    """Return the waits as they were known at the end of a day."""
    return tuple(
        Wait(first=one.first, last=min(one.last, day), hers=one.hers)
        for one in waits
        if one.first <= day
    )


def _days(waits: Iterable[Wait]) -> Iterator[date]:
    for wait in waits:
        for step in range((wait.last - wait.first).days + 1):
            yield wait.first + step * A_DAY
