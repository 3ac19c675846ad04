"""Moments as whole microseconds since 1970, many at a time, and their days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Whole: TypeAlias = NDArray[np.int64]
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
MICROS = 1_000_000
DAY = 86_400
NO_DAY = -1
QUARTER = 15 * 60 * MICROS


def micros(moment: datetime) -> int:
    """Return a moment as whole microseconds.

    >>> micros(datetime(1970, 1, 1, 0, 0, 2, 5, tzinfo=UTC))
    2000005
    """
    return (moment - BEGIN) // MICRO


FIRST = micros(datetime.min.replace(tzinfo=UTC))
LAST = micros(datetime.max.replace(tzinfo=UTC))
"""The ends of the calendar, beyond which an offset can lead."""


def moment_of(at: int) -> datetime:
    """Return the moment of microseconds since 1970."""
    return BEGIN + timedelta(microseconds=at)


class Days:
    """Days at a site: since 2000 all clocks change on a quarter of an hour of UTC."""

    def __init__(self, zone: str) -> None:
        """Take the site's zone."""
        self._zone = ZoneInfo(zone)
        self._known: dict[int, int] = {}

    def of(self, at: Whole) -> Whole:
        """Return the day of each moment, as `date.toordinal` numbers them."""
        quarters, codes = np.unique(at // QUARTER, return_inverse=True)
        found: Whole = np.array([self._day(one) for one in quarters.tolist()], np.int64)
        return found[codes]

    def _day(self, quarter: int) -> int:
        day = self._known.get(quarter)
        if day is None:
            begin = moment_of(quarter * QUARTER)
            day = begin.astimezone(self._zone).date().toordinal()
            self._known[quarter] = day
        return day
