"""In which month work is booked: its own, or where that was closed, the next open one.

A closed month does not move any more. What is recorded after its closing belongs to the
first day after all that was closed by then, whatever is closed later: so a report
as it was known on a day never changes. Overlapping periods of one piece of work are
found here too, because counting both would count the days they share twice; so is a
check of a batch from before its labelling, because one of the two days is wrong.
See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Books closed through a day, at a moment."""

    through: date
    at: datetime


def booked_on(day: date, *, recorded_at: datetime, closings: Iterable[Closing]) -> date:
    """Return the day in whose month work is booked.

    >>> from datetime import UTC
    >>> march = Closing(through=date(2026, 3, 31), at=datetime(2026, 4, 3, tzinfo=UTC))
    >>> late = datetime(2026, 4, 5, tzinfo=UTC)
    >>> booked_on(date(2026, 3, 30), recorded_at=late, closings=[march]).isoformat()
    '2026-04-01'
    """
    closed = [one.through for one in closings if one.at <= recorded_at]
    last = max(closed, default=None)
    return day if last is None or day > last else last + ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """When a record's work was done, and which work it is. `number` tells records."""

    number: int
    of: Hashable
    start: datetime
    end: datetime
    stage: str = ""


def whole_days(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return a period whose days are whole: an `end` at midnight ends that day."""
    if end.time() == time() and start.time() == time():
        return start, end + ONE_DAY
    return start, end


def overlaps(periods: Sequence[Period]) -> list[tuple[Period, Period]]:
    """Return pairs of periods of one work that share time, each with its earlier one.

    Periods that only touch share none; the same period twice is one record restated.
    """
    found: list[tuple[Period, Period]] = []
    by_work: dict[Hashable, list[Period]] = {}
    for one in periods:
        by_work.setdefault(one.of, []).append(one)
    for rows in by_work.values():
        rows.sort(key=_by_start)
        latest = rows[0]
        for one in rows[1:]:
            if one.start < latest.end and (one.start, one.end) != (
                latest.start,
                latest.end,
            ):
                found.append((latest, one))
            latest = max(latest, one, key=lambda period: period.end)
    return found


def out_of_order(
    checks: Sequence[Period], labels: Sequence[Period]
) -> dict[int, tuple[Period, Period]]:
    """Return new records of batches that were checked before labelling of them began.

    `of` is the batch, without the stage; `checks` are all that follows labelling by its
    name. Records with numbers below 0 are counted already. By the number of what is
    held: the check that ended first, and the labelling of its batch that began first.
    What is held is the check, where that is new, else all new labelling of its batch.
    A batch of which no labelling is known has none.

    >>> from datetime import datetime
    >>> def on(number, day):
    ...     return Period(number=number, of="b1", start=datetime(2026, 3, day),
    ...         end=datetime(2026, 3, day + 1))
    >>> found = out_of_order([on(1, 4), on(2, 5)], [on(3, 9), on(-4, 5)])
    >>> {held: first.number for held, (_, first) in found.items()}
    {1: -4}
    >>> sorted(out_of_order([on(-1, 4)], [on(3, 9), on(4, 5)]))
    [3, 4]
    """
    labelled: dict[Hashable, list[Period]] = {}
    for one in sorted(labels, key=_by_start):
        labelled.setdefault(one.of, []).append(one)
    found: dict[int, tuple[Period, Period]] = {}
    held_whole: set[Hashable] = set()
    for check in sorted(checks, key=_by_end):
        batch = labelled.get(check.of)
        if batch is None or check.end > batch[0].start:
            continue
        first = batch[0]
        if check.number >= 0:
            found[check.number] = check, first
        elif first.number >= 0 and check.of not in held_whole:
            held_whole.add(check.of)
            # What a ledger of before this rule counts of the batch stays counted.
            found |= {one.number: (check, first) for one in batch if one.number >= 0}
    return found


def _by_start(one: Period) -> tuple[datetime, datetime, int]:
    return one.start, one.end, one.number


def _by_end(one: Period) -> tuple[datetime, datetime, int]:
    return one.end, one.start, one.number
