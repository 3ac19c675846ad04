"""What judgements add up to, once all are read; the rules are those of `verdict`.

All of it is arithmetic of whole numbers on columns: a million rows take some hundred
megabytes for the moment. A test holds it against `judge`, which sees rows one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from quotes.calc.findings import (
    Finding,
    above_elapsed,
    clock,
    idle,
    left_out,
    no_time,
    one_instant,
    page_rows,
    share,
    unallocated,
    zero_time,
)
from quotes.calc.verdict import CLUSTER, DAY_SECONDS, FEWEST_ITEMS, IDLE_TIMES

from .judgements import COUNTS, NOWHEN, SPENT, UNKNOWN, Judgements, Rows
from .moments import DAY, MICROS, NO_DAY, Days
from .readers.cvat import UNALLOCATED
from .statistics import Times, logs_of
from .summed_rows import FINE, seconds
from .whole_sums import sums_of, total
from .work import GROUPED, TWICE

Flags: TypeAlias = npt.NDArray[np.bool_]
Whole: TypeAlias = npt.NDArray[np.int64]
MOST_NAMED = 10_000
SECOND = 10**FINE
MILLI = SECOND // 1_000
NANO = 1_000
"""Thousand millionths of a second in a microsecond."""


class JudgementSums:
    """Judgements that were read to their end, added up."""

    def __init__(self, log: Judgements) -> None:
        """Judge them, and add them up."""
        self._log = log
        self.findings: list[Finding] = []
        rows = self._once(log.kept())
        self._rows = rows
        self._actor = self._numbers("actor")[rows["group"]]
        self._batch = self._numbers("batch")[rows["group"]]
        self.left = sum(many.rows for many, _ in log.left.values())
        spent = rows["active_seconds"].astype(np.int64)
        written = total(spent[spent > 0])
        self.written = seconds(written)
        spent = self._pages(self._zeros(spent), written)
        capped = self._idle(spent)
        undated = self._instants()
        self.findings += [*self._above(spent), *self._unallocated(spent)]
        self.findings += self._left()
        self.findings += self._untimed(spent)
        if log.reader.scope:
            self.findings.append(clock(len(rows), scope=log.reader.scope))
        self.counted = seconds(total(capped[capped > 0]))
        self.records = self._add(capped, undated)

    def _once(self, rows: Rows) -> Rows:
        """Return the good rows; a second one of one identity is left out."""
        identity = rows["identity"]
        named = np.flatnonzero(identity.any(axis=1))
        order = named[np.lexsort((named, identity[named, 1], identity[named, 0]))]
        again = np.zeros(len(rows), np.bool_)
        again[order[1:]] = (identity[order[1:]] == identity[order[:-1]]).all(axis=1)
        if again.any():
            self._leave(rows[again])
        found: Rows = rows[~again & (rows["good"] == 1)]
        return found

    def _leave(self, rows: Rows) -> None:
        spent = rows["active_seconds"]
        first, many = int(rows["row"].min()), len(rows)
        took = total(spent[spent > 0])
        self._log.leave("duplicate_row", TWICE, first, took, many)
        refused = set(rows["row"][rows["good"] == 0].tolist())
        if refused:
            self._log.refused.forget(refused)

    def _numbers(self, name: str) -> Whole:
        """Return for each group a number of its actor or batch, 0 for none."""
        at = GROUPED.index(name)
        known: dict[object, int] = {None: 0, "": 0}
        return np.array(
            [known.setdefault(one[at], len(known)) for one in self._log.groups],
            np.int64,
        )

    def _zeros(self, spent: Whole) -> Whole:
        """Take a time of 0 for work that gave units as one that was not measured."""
        zero = (spent == 0) & (self._rows["units_produced"] > 0)
        if zero.any():
            self.findings.append(zero_time(int(zero.sum())))
        return np.where(zero, UNKNOWN, spent)

    def _pages(self, spent: Whole, written: int) -> Whole:
        """Count the time of a page once where each of its rows carries all of it."""
        rows = self._rows
        start, end = rows["start"], rows["end"]
        whole = (start != NOWHEN) & (end != NOWHEN) & (spent > 0) & (self._actor > 0)
        places = np.flatnonzero(whole)
        if not len(places):
            return spent
        keys = (self._actor[places], start[places], end[places])
        order = places[np.lexsort((places, *reversed(keys)))]
        new = news([self._actor[order], start[order], end[order]])
        firsts = order[new][np.cumsum(new) - 1]
        again = order[~new & (spent[order] == spent[firsts])]
        if not len(again):
            return spent
        twice = seconds(total(spent[again]))
        self.findings.append(
            page_rows(len(again), twice=twice, written=seconds(written))
        )
        found = spent.copy()
        found[again] = 0
        return found

    def _idle(self, spent: Whole) -> Whole:
        """Say which took far longer than the median; cap them if that was asked."""
        timed = spent[spent > 0]
        stated = self._log.stated.cap_seconds
        if not len(timed) or (stated is None and len(timed) < FEWEST_ITEMS):
            return spent
        cap = stated or IDLE_TIMES * median(timed)
        limit = int(cap.scaleb(FINE))
        over = timed[timed > limit]
        if not len(over):
            return spent
        beyond = seconds(total(over)) - cap * len(over)
        rule = (
            f"the {cap:,.0f} s that you stated"
            if stated is not None
            else f"{IDLE_TIMES} times the median item, {cap:,.0f} s"
        )
        self.findings.append(
            idle(
                len(over),
                rule=rule,
                longest=seconds(int(over.max())),
                effect=share(-beyond, seconds(total(timed))),
                cap=None if stated is None else cap,
            )
        )
        return spent if stated is None else np.minimum(spent, limit)

    def _instants(self) -> Flags:
        """Return the rows whose moment is that of an import: many in one second."""
        rows = self._rows
        only = np.flatnonzero((rows["start"] == NOWHEN) & (rows["end"] != NOWHEN))
        undated = np.zeros(len(rows), np.bool_)
        _, codes, counts = np.unique(
            rows["end"][only] // MICROS, return_inverse=True, return_counts=True
        )
        undated[only] = counts[codes] >= CLUSTER if len(only) else False
        if undated.any():
            self.findings.append(one_instant(int(undated.sum()), of=len(rows)))
        return undated

    def _above(self, spent: Whole) -> Iterator[Finding]:
        """Yield what took longer than there was: than begin to end, or than a day."""
        rows = self._rows
        start, end = rows["start"], rows["end"]
        both = (start != NOWHEN) & (end != NOWHEN) & (spent >= 0) & (start != end)
        passed = np.where(both, end, 0) - np.where(both, start, 0)
        excess = np.where(both, np.maximum(0, spent - passed * NANO), 0)
        within = excess[excess > SECOND]
        at = np.where(end != NOWHEN, end, start)
        some = (spent > 0) & (at != NOWHEN) & (self._actor > 0) & (excess == 0)
        pairs = np.stack([self._actor[some], at[some] // (DAY * MICROS)])
        order = np.lexsort(pairs)
        sums = np.zeros(0, np.int64)
        if len(order):
            starts = np.flatnonzero(news([*pairs[:, order]]))
            sums = np.add.reduceat((spent[some] // SECOND)[order], starts)
        beyond = sums[sums > int(DAY_SECONDS) + 1] - DAY
        if len(within) or len(beyond):
            yield above_elapsed(
                len(within) + len(beyond),
                excess=seconds(total(within)) + int(beyond.sum()),
                total=seconds(total(spent[spent > 0])),
            )

    def _unallocated(self, spent: Whole) -> Iterator[Finding]:
        at = GROUPED.index("batch")
        lost = np.array([one[at] == UNALLOCATED for one in self._log.groups], np.bool_)
        rows = lost[self._rows["group"]]
        if rows.any():
            yield unallocated(
                int(rows.sum()),
                lost=seconds(total(spent[rows & (spent > 0)])),
                total=seconds(total(spent[spent > 0])),
                batch=UNALLOCATED,
            )

    def _left(self) -> Iterator[Finding]:
        reasons = sorted(self._log.left.items(), key=lambda one: one[1][0].first)
        for (code, reason), (many, spent) in reasons:
            yield left_out(
                many.rows,
                code=code,
                reason=reason,
                seconds=seconds(spent[0]),
                written=self.written,
            )

    def _untimed(self, spent: Whole) -> Iterator[Finding]:
        untimed = np.flatnonzero(spent < 0)
        if 0 < len(untimed) < len(spent):
            at = GROUPED.index("batch")
            groups = self._rows["group"][untimed[:5]].tolist()
            batches = dict.fromkeys(str(self._log.groups[one][at]) for one in groups)
            yield no_time(len(untimed), batches=batches)

    def _add(self, spent: Whole, undated: Flags) -> list[dict[str, Any]]:
        """Return records by group, day and whether a time is known."""
        rows = self._rows
        if not len(rows):
            return []
        at = np.where(rows["end"] != NOWHEN, rows["end"], rows["start"])
        dated = (at != NOWHEN) & ~undated
        days = np.full(len(rows), NO_DAY, np.int64)
        days[dated] = Days(self._log.stated.zone).of(at[dated])
        item = rows["item"]
        keys = [rows["group"].astype(np.int64), days, (spent >= 0).astype(np.int64)]
        order = np.lexsort((item[:, 1], item[:, 0], *reversed(keys)))
        columns = [one[order] for one in keys]
        new = news(columns)
        starts = np.flatnonzero(new)
        # Rows of a record stand by their items: another item than the one above.
        others = new | news([item[order, 0], item[order, 1]])
        numbers = rows["row"][order]
        parts = {
            "rows": np.diff(np.append(starts, len(order))),
            "first": np.minimum.reduceat(numbers, starts),
            "distinct": np.add.reduceat(others.astype(np.int64), starts),
            "nameless": np.add.reduceat(~item[order].any(axis=1) * 1, starts),
        }
        sums = {
            name: known_sums(one[order], starts)
            for name, one in (
                *((name, rows[name].astype(np.int64)) for name in COUNTS),
                (SPENT[0], spent),
                (SPENT[1], rows[SPENT[1]].astype(np.int64)),
            )
        }
        times = times_of(spent[order], starts)
        ends = [*starts[1:].tolist(), len(order)]
        named = len(rows) <= MOST_NAMED
        found = []
        for place, (start, end) in enumerate(zip(starts.tolist(), ends, strict=True)):
            one = {name: int(part[place]) for name, part in parts.items()}
            of = {name: part[place] for name, part in sums.items()}
            if of["items"] is not None and not one["nameless"]:
                of["items"] = one["distinct"]
            group, day = int(columns[0][start]), int(columns[1][start])
            found.append(
                {
                    "values": self._values(group, of),
                    "spent": of["active_seconds"],
                    "review": of["review_seconds"],
                    "day": None if day == NO_DAY else date.fromordinal(day).isoformat(),
                    "rows": one["rows"],
                    "first": one["first"],
                    "named": sorted(numbers[start:end].tolist()) if named else [],
                    "times": times[place].to_data(),
                }
            )
        return sorted(found, key=lambda one: int(one["first"]))

    def _values(self, group: int, sums: Mapping[str, int | None]) -> dict[str, Any]:
        texts = zip(GROUPED, self._log.groups[group], strict=True)
        return {name: said for name, said in texts if said not in (None, "")} | {
            name: sums[name] for name in COUNTS if sums[name] is not None
        }


def news(columns: list[Any]) -> Flags:
    """Return where any of some ordered columns is another than above."""
    found = np.ones(len(columns[0]), np.bool_)
    found[1:] = np.any([one[1:] != one[:-1] for one in columns], axis=0)
    return found


def known_sums(values: Whole, starts: Whole) -> list[int | None]:
    """Return the sum of what is known in each part, None where nothing is."""
    known = values >= 0
    many = np.add.reduceat(known.astype(np.int64), starts).tolist()
    sums = sums_of(np.where(known, values, 0), starts)
    return [one if n else None for one, n in zip(sums, many, strict=True)]


def times_of(spent: Whole, starts: Whole) -> list[Times]:
    """Return the times of each part, as `statistics.times_of` does of one."""
    whole = np.maximum(spent, 0) // MILLI
    timed = whole > 0
    logs, squares = (np.zeros(len(spent), np.int64) for _ in range(2))
    logs[timed], squares[timed] = logs_of(whole[timed])
    columns = [timed.astype(np.int64), whole, logs, squares]
    sums = [np.add.reduceat(one, starts).tolist() for one in columns]
    longest = np.maximum.reduceat(whole, starts).tolist()
    return [Times.from_data(one) for one in zip(*sums, longest, strict=True)]


def median(spent: Whole) -> Decimal:
    """Return the time in the middle, between two the half of both, in seconds."""
    middle = len(spent) // 2
    if len(spent) % 2:
        return seconds(int(np.partition(spent, middle)[middle]))
    both = np.partition(spent, [middle - 1, middle])[middle - 1 : middle + 1]
    return seconds(sum(both.tolist())) / 2
