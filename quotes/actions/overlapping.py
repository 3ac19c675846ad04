"""New work that shares days with work of the same kind: held, with both sides shown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from quotes import models
from quotes.calc.periods import Period, overlaps, whole_days
from quotes.ingest.reading import Refusal, Row

WORK = ("line", "batch", "delivery_version", "stage", "annotation_type")


def _period(number: int, values: Mapping[str, Any], zone: ZoneInfo) -> Period | None:
    """Return when work was done, and which work it is; None where that is not known."""
    start, end = values.get("period_start"), values.get("period_end")
    if start is None or end is None:
        return None
    first, last = whole_days(start.astimezone(zone), end.astimezone(zone))
    parts = (*WORK, "actor", "clock")
    return Period(
        number=number,
        of=tuple(values.get(name) or None for name in parts),
        start=first,
        end=last,
    )


def without_overlaps(
    new: dict[str, Row],
    refused: list[Refusal],
    current: Mapping[str, models.WorkRecord],
    *,
    zone: str,
) -> tuple[dict[str, Row], list[Refusal]]:
    """Return new rows without those that share days with other records of the work.

    Records of the ledger have numbers below 0: what overlaps is the new row, whichever
    begins first.
    """
    site = ZoneInfo(zone)
    batches = {row.values["batch"] for row in new.values()}
    known = [one for one in current.values() if one.batch in batches]
    places = list(new.items())
    periods = [
        period
        for number, values in (
            *((place, row.values) for place, (_, row) in enumerate(places)),
            *((-1 - place, vars(one)) for place, one in enumerate(known)),
        )
        if (period := _period(number, values, site)) is not None
    ]
    kept = dict(new)
    for one, other in overlaps(periods):
        found = held_of(one, other)
        if found is None:
            continue
        held, beside = found
        key, row = places[held.number]
        if kept.pop(key, None) is not None:
            refused += row.refused(partial(overlap, held=held, beside=beside))
    return kept, refused


def held_of(one: Period, other: Period) -> tuple[Period, Period] | None:
    """Return which of two periods is held, and beside which; None if neither is new."""
    if one.number < 0 and other.number < 0:
        return None
    return (one, other) if other.number < 0 else (other, one)


def overlap(number: int, held: Period, beside: Period) -> Refusal:
    """Return why a row is held whose period shares time with another's."""

    def shown(period: Period) -> str:
        return f"{period.start:%Y-%m-%d %H:%M} to {period.end:%Y-%m-%d %H:%M}"

    where = "in the ledger" if beside.number < 0 else "in this file"
    return Refusal(
        row=number,
        column="period_start",
        code="overlapping_period",
        message=(
            f"{shown(held)} shares time with {shown(beside)} {where}, of the same "
            f"work. Counting both would count those hours twice."
        ),
    )
