"""Working calendars: which days are worked at a site or answered at a client's.

A calendar is a week mask, public holidays with their names, and the weekend days that
are worked in exchange (Vietnam swaps days around Tet, and says so late). It is a dated
value that is stored with a quote, so that a library release cannot move a schedule.
(Not called `calendar`: that is the standard library's.) See docs/model.md#workdays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

LUNAR_NEW_YEAR, TET = "Lunar New Year", "Lunar New Year (Tet)"
"""The days of Tet have a name each; read together they are one holiday."""


class CalendarError(LookupError):
    """Raised for a calendar that is not there, or a day that it does not reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A day that people say is otherwise than the calendar has it, and why."""

    day: date
    worked: bool
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Working days of one place. `weekmask` starts on Monday: `1111100`.

    `years`: first and last year whose holidays are known, by default read off them.
    """

    key: str
    weekmask: str
    holidays: tuple[tuple[date, str], ...]
    worked: tuple[date, ...] = ()
    source: str = ""
    as_of: str = ""
    years: tuple[int, int] | None = None
    _off: frozenset[date] = field(init=False, repr=False, compare=False)
    _worked: frozenset[date] = field(init=False, repr=False, compare=False)
    _lost: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _won: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a week without working days."""
        if len(self.weekmask) != 7 or "1" not in self.weekmask:  # noqa: PLR2004
            raise CalendarError(
                f"Calendar {self.key} needs a week of seven marks, Monday first, with "
                f"at least one 1: 1111100."
            )
        off, worked = frozenset(day for day, _ in self.holidays), frozenset(self.worked)
        lost = sorted(d.toordinal() for d in off - worked if self._in_week(d))
        won = sorted(d.toordinal() for d in worked if not self._in_week(d))
        object.__setattr__(self, "_off", off)
        object.__setattr__(self, "_worked", worked)
        object.__setattr__(self, "_lost", tuple(lost))
        object.__setattr__(self, "_won", tuple(won))

    def is_worked(self, day: date) -> bool:
        """Return whether people work on a day."""
        if day in self._worked:
            return True
        return self._in_week(day) and day not in self._off

    def _in_week(self, day: date) -> bool:
        return self.weekmask[day.weekday()] == "1"

    def _worked_before(self, day: date) -> int:
        """Return the days worked from Monday 1 January of year 1 to the day before.

        Those of the weeks, less the holidays in them, plus what is worked in exchange.
        """
        ordinal = day.toordinal()
        weeks, rest = divmod(ordinal - 1, 7)
        usual = weeks * self.weekmask.count("1") + self.weekmask.count("1", 0, rest)
        return (
            usual - bisect_left(self._lost, ordinal) + bisect_left(self._won, ordinal)
        )

    def add(self, day: date, business_days: int) -> date:
        """Return the day so many working days on; 0: this day, or the next worked one.

        2 February 2026 and 20 working days: 9 March in Vietnam, 3 March in the US.
        """
        forward = business_days >= 0
        found = self._roll(day, forward=forward)
        asked = self._worked_before(found) + business_days
        # No stretch of days has more working days than days: no step goes too far.
        while left := asked - self._worked_before(found):
            found += timedelta(days=left)
        return self._roll(found, forward=forward)

    def count(self, start: date, end: date) -> int:
        """Return the working days from start (included) to end (not included)."""
        if end <= start:
            return 0
        return self._worked_before(end) - self._worked_before(start)

    def names_between(self, start: date, end: date) -> list[str]:
        """Return the holidays that fall on working days between two dates, in words."""
        runs: list[tuple[str, list[date]]] = []
        for day, full_name in sorted(self.holidays):
            name = TET if LUNAR_NEW_YEAR in full_name else full_name
            if not (start <= day <= end and self._in_week(day)):
                continue
            if runs and runs[-1][0] == name and self._joined(runs[-1][1][-1], day):
                runs[-1][1].append(day)
            else:
                runs.append((name, [day]))
        return [_named(name, days) for name, days in runs]

    def _joined(self, before: date, after: date) -> bool:
        """Return whether nobody works between two days: a weekend joins holidays."""
        return self.count(before, after) == 0

    def with_overrides(self, overrides: Iterable[Override]) -> Calendar:
        """Return the calendar with days changed; of two for a day the later holds."""
        said = {override.day: override for override in overrides}
        if not said:
            return self
        off = [
            (one.day, one.name or "Day off") for one in said.values() if not one.worked
        ]
        kept = [(day, name) for day, name in self.holidays if day not in said]
        swapped = [day for day in self.worked if day not in said]
        worked = [one.day for one in said.values() if one.worked]
        return replace(
            self,
            holidays=tuple(sorted([*kept, *off])),
            worked=tuple(sorted([*swapped, *worked])),
            years=self.years_known,
        )

    @property
    def years_known(self) -> tuple[int, int] | None:
        """Return the first and last year of public holidays; None: it has none."""
        if self.years is not None:
            return self.years
        found = [day.year for day, _ in self.holidays]
        return (min(found), max(found)) if found else None

    def gap(self, start: date, end: date) -> str | None:
        """Return a sentence where dates leave the years of known public holidays.

        Such dates are not refused: every weekday counts as worked there, and whoever
        reads them must know.
        """
        known = self.years_known
        if known is None or (known[0] <= start.year and end.year <= known[1]):
            return None
        return (
            f"Public holidays of calendar “{self.key}” are known for {known[0]} to "
            f"{known[1]} only. In other years every weekday counts as worked, so a "
            f"date there is early by the holidays that are not known."
        )

    def _roll(self, day: date, *, forward: bool) -> date:
        step = timedelta(days=1 if forward else -1)
        while not self.is_worked(day):
            day += step
        return day


def _named(name: str, days: list[date]) -> str:
    first, last = days[0], days[-1]
    if first == last:
        return f"{name}, {first.day} {first:%B %Y}"
    return f"{name}, {first.day} {first:%B} to {last.day} {last:%B %Y}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workdays:
    """All calendars that are known, by key."""

    calendars: Mapping[str, Calendar]

    def calendar(self, key: str) -> Calendar:
        """Return a calendar, or say which ones there are."""
        if key not in self.calendars:
            known = ", ".join(sorted(self.calendars))
            raise CalendarError(f"There is no calendar “{key}”. There are: {known}.")
        return self.calendars[key]


def read_calendar(document: Mapping[str, Any]) -> Calendar:
    """Return a calendar from its document (fixtures/workdays/*.yaml)."""
    years = document.get("years")
    return Calendar(
        key=str(document["key"]),
        weekmask=str(document["weekmask"]),
        holidays=tuple(
            (_day(row["day"]), str(row["name"])) for row in document["holidays"]
        ),
        worked=tuple(_day(day) for day in document.get("worked", ())),
        source=str(document["source"]),
        as_of=str(document["as_of"]),
        years=(years[0], years[1]) if years is not None else None,
    )


def calendar_document(calendar: Calendar) -> dict[str, Any]:
    """Return a calendar as data that outlives the release and later changes of days."""
    known = calendar.years_known
    return {
        "key": calendar.key,
        "weekmask": calendar.weekmask,
        "holidays": [
            {"day": day.isoformat(), "name": name} for day, name in calendar.holidays
        ],
        "worked": [day.isoformat() for day in calendar.worked],
        "source": calendar.source,
        "as_of": calendar.as_of,
        "years": None if known is None else list(known),
    }


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
