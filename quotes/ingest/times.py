"""Moments and durations as tools write them. A moment is in UTC, or it is refused.

Each shape is one that a tool documents or was seen to write; a reader says which of
them it may meet. What could be read in two ways is refused with both readings.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from .fields import CellError, moment

SPACED = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(UTC|Z)?"
)
US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2}):(\d{2})")
NAMED = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\w{3}) (\d{1,2}) "
    r"(\d{2}:\d{2}:\d{2}) (\w{3}) (\d{4})"
)
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
OFFSETS = {"UTC": 0, "GMT": 0, "PDT": -7, "PST": -8}
"""Hours from UTC of the only zone names that a crowd platform was seen to write."""
CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?")
EPOCH_DIGITS = re.compile(r"\d{13}")


def instant(cell: str, zone: str) -> datetime:
    """Return the moment of a cell of ISO 8601, with a space or T, Z or UTC, or none.

    Without an offset it is in `zone`. Thirteen digits are milliseconds since 1970.
    """
    if EPOCH_DIGITS.fullmatch(cell):
        return datetime.fromtimestamp(int(cell) / 1000, tz=UTC)
    spaced = SPACED.fullmatch(cell)
    if spaced is not None:
        day, clock, utc = spaced.groups()
        return moment(f"{day}T{clock}{'+00:00' if utc else ''}", zone)
    return moment(cell, zone)


def us_instant(cell: str, zone: str) -> datetime:
    """Return a moment that a tool documents as month/day/year, else as `instant`."""
    found = US.fullmatch(cell)
    if found is None:
        return instant(cell, zone)
    month, day, year, hour, minute, second = (int(part) for part in found.groups())
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError(
            "invalid_date", f"“{cell[:40]}” is no month/day/year and time."
        ) from None


def named_instant(cell: str, zone: str) -> datetime:
    """Return a moment such as `Mon Jul 16 16:08:12 PDT 2018`, else as `instant`."""
    found = NAMED.fullmatch(cell)
    if found is None:
        return instant(cell, zone)
    month, day, clock, name, year = found.groups()
    if month not in MONTHS or name not in OFFSETS:
        raise CellError(
            "unknown_zone",
            f"“{cell[:40]}” names a month or time zone that is not known here. Known "
            f"zones are {', '.join(OFFSETS)}.",
        )
    away = timezone(timedelta(hours=OFFSETS[name]))
    number = MONTHS.index(month) + 1
    local = moment(f"{year}-{number:02}-{int(day):02}T{clock}", "UTC")
    try:
        return local.replace(tzinfo=away).astimezone(UTC)
    except OverflowError:
        raise CellError("invalid_date", f"“{cell[:40]}” is no date.") from None


def clock_seconds(cell: str, *, minutes: bool) -> Decimal:
    """Return the seconds of `h:mm` or `h:mm:ss`.

    With `minutes` it is minutes:seconds that a spreadsheet keeps as hours:minutes: a
    typed 7:08 comes back as 07:08:00 and means 428 seconds.
    """
    found = CLOCK.fullmatch(cell)
    if found is None:
        raise CellError("invalid_duration", f"“{cell[:40]}” is no duration as 7:30.")
    first, second, third = (int(part or 0) for part in found.groups())
    if minutes:
        if third:
            raise CellError(
                "invalid_duration",
                f"“{cell[:40]}” has three parts, so it is no minutes and seconds.",
            )
        return Decimal(first * 60 + second)
    return Decimal(first * 3600 + second * 60 + third)
