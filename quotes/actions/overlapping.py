"""New work whose days cannot be so beside others: held, with both sides shown.

It shares days with the same work, or a batch was checked before its labelling began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from quotes import models
from quotes.calc.matching import LABEL
from quotes.calc.periods import Period, out_of_order, overlaps, whole_days
from quotes.ingest.reading import Refusal, Row

BATCH = ("line", "batch", "delivery_version", "annotation_type")
"""What is the same of all stages of one batch."""
WORK = (*BATCH, "stage", "actor", "clock")
"""What is the same of all days of one piece of work."""


def _period(
    number: int, values: Mapping[str, Any], zone: ZoneInfo, *, of: Iterable[str]
) -> Period | None:
    """Return when work was done, and which work it is; None where that is not known."""
    start, end = values.get("period_start"), values.get("period_end")
    if start is None or end is None:
        return None
    first, last = whole_days(start.astimezone(zone), end.astimezone(zone))
    return Period(
        number=number,
        of=tuple(_part(values.get(name)) for name in of),
        start=first,
        end=last,
        stage=values["stage"],
    )


def _part(value: Any) -> Any:
    """Return a part of what work is of: no text is a missing one, version 0 is not."""
    return None if value == "" else value


def without_overlaps(
    new: Mapping[str, Row],
    refused: list[Refusal],
    current: Mapping[str, models.WorkRecord],
    *,
    zone: str,
) -> tuple[dict[str, Row], list[Refusal]]:
    """Return new rows without those that share days with other records of the work.

    What overlaps is the new row, whichever begins first.
    """
    places = list(new.items())
    kept = dict(new)
    for one, other in overlaps(_periods(new, current, zone=zone, of=WORK)):
        found = held_of(one, other)
        if found is None:
            continue
        held, beside = found
        key, row = places[held.number]
        if kept.pop(key, None) is not None:
            refused += row.refused(partial(overlap, held=held, beside=beside))
    return kept, refused


def in_order(
    new: Mapping[str, Row],
    refused: list[Refusal],
    current: Mapping[str, models.WorkRecord],
    *,
    zone: str,
) -> tuple[dict[str, Row], list[Refusal]]:
    """Return new rows without those of batches checked before they were labelled."""
    places = list(new.items())
    kept = dict(new)
    for number, sides in held_back(_periods(new, current, zone=zone, of=BATCH)).items():
        key, row = places[number]
        del kept[key]
        refused += row.refused(partial(early, sides=sides))
    return kept, refused


def _periods(
    new: Mapping[str, Row],
    current: Mapping[str, models.WorkRecord],
    *,
    zone: str,
    of: Iterable[str],
) -> list[Period]:
    """Return when new rows and records of their batches were worked on.

    Records of the ledger have numbers below 0.
    """
    site, parts = ZoneInfo(zone), tuple(of)
    batches = {row.values["batch"] for row in new.values()}
    known = [one for one in current.values() if one.batch in batches]
    return [
        period
        for number, values in (
            *((place, row.values) for place, row in enumerate(new.values())),
            *((-1 - place, vars(one)) for place, one in enumerate(known)),
        )
        if (period := _period(number, values, site, of=parts)) is not None
    ]


def held_back(periods: Iterable[Period]) -> dict[int, tuple[Period, Period]]:
    """Return what is held of the stages of batches, with both sides of each."""
    labels: list[Period] = []
    checks: list[Period] = []
    for one in periods:
        (labels if one.stage == LABEL else checks).append(one)
    return out_of_order(checks, labels)


def held_of(one: Period, other: Period) -> tuple[Period, Period] | None:
    """Return which of two periods is held, and beside which; None if neither is new."""
    if one.number < 0 and other.number < 0:
        return None
    return (one, other) if other.number < 0 else (other, one)


def overlap(number: int, held: Period, beside: Period) -> Refusal:
    """Return why a row is held whose period shares time with another's."""
    return Refusal(
        row=number,
        column="period_start",
        code="overlapping_period",
        message=(
            f"{_shown(held)} shares time with {_shown(beside)} {_where(beside)}, of "
            f"the same work. Counting both would count those hours twice."
        ),
    )


def early(number: int, sides: tuple[Period, Period]) -> Refusal:
    """Return why a row is held whose batch was checked before it was labelled."""
    check, first = sides
    return Refusal(
        row=number,
        column="period_start",
        code="out_of_order",
        message=(
            f"The {check.stage} of {_shown(check)} {_where(check)} ended before "
            f"labelling of its batch began: {_shown(first)} {_where(first)}. Correct "
            f"the day of one of them, or drop the earlier labelling first."
        ),
    )


def _shown(period: Period) -> str:
    return f"{period.start:%Y-%m-%d %H:%M} to {period.end:%Y-%m-%d %H:%M}"


def _where(period: Period) -> str:
    return "in the ledger" if period.number < 0 else "in this file"
