"""An event log that was added up, as the reading of any other file of work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from quotes.calc.findings import (
    Finding,
    above_elapsed,
    clock,
    left_out,
    one_instant,
    spans_window,
    unallocated,
    window,
)
from quotes.calc.verdict import Verdict

from .event_logs import EventLog
from .event_sums import Record, Sums
from .fields import STAGES
from .moments import NO_DAY, moment_of
from .readers.base import MISSHAPEN, known
from .readers.cvat import EVENT_LOG, NO_WORK, SENT_BACK, TWO_CLOCKS, UNALLOCATED
from .readers.netting import FROM_BEFORE, TAKEN_OFF
from .reading import RESEMBLES, Reading
from .summed_rows import records_of, seconds
from .tables import Table, TableError
from .work import Stated


def events_of(table: Table, *, stated: Stated, sha256: str) -> Reading:
    """Return the reading of events of a workbook or a list of objects."""
    log = EventLog(table.names, stated)
    found = _summed(log, lambda: log.table(table), table.remarks)
    return reading_of(found, stated=stated, sha256=sha256)


def events_from(
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    names: Sequence[str],
    stated: Stated,
    remarks: Sequence[str],
) -> dict[str, Any]:
    """Return what the rows of a CSV of events come to, as plain data.

    Raises TableError for what is no table, or not as CVAT writes it.
    """
    log = EventLog(names, stated)
    return _summed(log, lambda: log.take(rows), remarks)


def _summed(log: EventLog, read: Any, remarks: Sequence[str]) -> dict[str, Any]:
    try:
        with log.tape:
            read()
            log.close()
            return data_of(log, Sums(log), remarks)
    except TableError:
        raise
    except MISSHAPEN as error:
        raise TableError(RESEMBLES, code="misshapen") from error


def data_of(log: EventLog, sums: Sums, remarks: Sequence[str]) -> dict[str, Any]:
    """Return all that is known of a log as plain data, for a child to write."""
    told, netting = sums.told, sums.netting
    left = [(NO_WORK, log.no_work, 0), (SENT_BACK, log.sent_back, 0)]
    left += [(TAKEN_OFF, netting.taken_off, 0), (FROM_BEFORE, netting.from_before, 0)]
    left.append((TWO_CLOCKS, told.two_clocks, told.two_clocks_spent))
    return {
        "reader": EVENT_LOG.key,
        "records": [
            _said_of(log, sums, key, record)
            for key, record in sorted(
                sums.records.items(), key=lambda pair: pair[1].first
            )
        ],
        "refused": [asdict(one) for one in sums.refused.shown()],
        "read": log.read,
        "blank": log.blank,
        "left": [
            (reason, many.rows, spent)
            for reason, many, spent in sorted(left, key=lambda one: one[1].first)
            if many.rows
        ],
        "remarks": list(remarks),
        "told": {
            name: getattr(told, name)
            for name in told.__dataclass_fields__
            if name != "two_clocks"
        },
    }


def _said_of(
    log: EventLog, sums: Sums, key: tuple[int, ...], record: Record
) -> dict[str, Any]:
    batch, stage, kind, actor, day = key
    return {
        "values": known(
            batch=sums.batches.texts[batch],
            stage=STAGES[stage],
            annotation_type=log.types.texts[kind],
            actor=sums.actors.texts[actor],
            clock=EVENT_LOG.clock,
            tool="CVAT",
            units_produced=record.units,
        ),
        "models": sorted(record.models),
        "day": None if day == NO_DAY else date.fromordinal(day).isoformat(),
        "spent": record.spent,
        "rows": record.rows,
        "first": record.first,
        "named": sorted(record.named),
    }


def reading_of(said: Mapping[str, Any], *, stated: Stated, sha256: str) -> Reading:
    """Return what `data_of` wrote as records of work, and the verdict on them."""
    rows, refused = records_of(said, stated)
    return Reading(
        sha256=sha256,
        reader=EVENT_LOG.name,
        rows=rows,
        refused=refused,
        read=said["read"],
        blank=said["blank"],
        left_out=sum(many for _, many, _ in said["left"]),
        verdict=verdict_of(said),
        each_is=EVENT_LOG.each_is,
        scope=EVENT_LOG.scope,
        findings=tuple(said["remarks"]),
    )


def verdict_of(said: Mapping[str, Any]) -> Verdict:
    """Return what is to be said of a log: what `judge` says of its rows one by one."""
    written = seconds(said["told"]["written"])
    return Verdict(
        findings=tuple(_findings(said, written)),
        seconds={0: written},
        undated=frozenset(),
        written=written,
    )


def _findings(said: Mapping[str, Any], written: Decimal) -> Iterator[Finding]:
    told = said["told"]
    seen = told["seen"]
    if told["imported"]:
        yield one_instant(told["imported"], of=seen)
    if told["excess_days"]:
        excess = Decimal(told["excess"])
        yield above_elapsed(told["excess_days"], excess=excess, total=written)
    if told["lost"]:
        yield unallocated(
            told["lost"],
            lost=seconds(told["lost_spent"]),
            total=written,
            batch=UNALLOCATED,
        )
    days = EVENT_LOG.window_days
    if days is not None and seen:
        first, last = moment_of(told["first_at"]), moment_of(told["last_at"])
        if spans_window(first, last, days=days):
            yield window(seen, days=days, last=last)
    for reason, rows, spent in said["left"]:
        code = "two_clocks" if reason == TWO_CLOCKS else "no_work"
        yield left_out(
            rows, code=code, reason=reason, seconds=seconds(spent), written=written
        )
    yield clock(seen, scope=EVENT_LOG.scope)
