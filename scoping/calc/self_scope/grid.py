"""Rows of a request for quotation: each its own project, answered by the list.

A row says a method, how many images, and perhaps how many objects in each, how well and
by when. What it does not say is taken as on the public form. Price-side data alone.
See docs/model.md#scopingcalcself_scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scoping.calc.offer import make_offer
from scoping.calc.rates.values import PriceSide
from scoping.calc.spec import Spec, read_spec
from scoping.calc.workdays import Workdays

from .answers import ONE_AN_IMAGE
from .rows import GridRow
from .unknowns import Unknown, Unknowns

FRIDAY = timedelta(days=4)
"""From the Monday that names a week to its last working day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridAnswer:
    """The list's answer to a row. No price: it is priced on request.

    `amount` is units × unit price; `total` is the order alone, with its fees and the
    smallest order. `in_time`: the indicative week ends by the day; None without a day.
    """

    units: int
    unit_price: Decimal | None
    amount: Decimal | None
    low: Decimal | None
    high: Decimal | None
    total: Decimal | None
    week: date
    in_time: bool | None
    assumed: tuple[str, ...]


def document_of(
    row: GridRow, unknowns: Unknowns, *, workdays: Workdays, today: date
) -> dict[str, Any]:
    """Return the spec document of a row, its deadline as a day."""
    document: dict[str, Any] = {
        "spec": 1,
        "name": row.name,
        "items": row.images,
        "item_kind": "frame" if row.type == "video_box" else "image",
        "lines": [{"type": row.type, "units_per_item": _per_item(row, unknowns)}],
    }
    if row.accuracy is not None:
        document["quality"] = {"accuracy": row.accuracy}
    day = row.by
    if row.within is not None:
        spec = read_spec(document, door="client", today=today)
        day = workdays.calendar(spec.client_calendar).add(spec.start_on, row.within)
    if day is not None:
        document["deadline"] = day.isoformat()
    return document


def answer_row(
    row: GridRow,
    unknowns: Unknowns,
    *,
    price: PriceSide,
    workdays: Workdays,
    today: date,
) -> tuple[GridAnswer, Spec]:
    """Return the answer of the list and the spec that it answers. Raises SpecError."""
    document = document_of(row, unknowns, workdays=workdays, today=today)
    document["currency"] = price.currency
    spec = read_spec(document, door="staff", today=today)
    made = make_offer(spec, price, unit_prices=None, week=None, workdays=workdays)
    priced = not made.on_request
    (line,) = made.bill.lines if priced else (None,)
    day = spec.deadline
    return (
        GridAnswer(
            units=int(made.volumes[0].quoted.value),
            unit_price=None if line is None else made.unit_prices[0].value,
            amount=None if line is None else line.amount.value,
            low=made.low if priced else None,
            high=made.high if priced else None,
            total=made.total if priced else None,
            week=made.week,
            in_time=None if day is None else made.week + FRIDAY <= day,
            assumed=tuple(_assumed(row, unknowns)),
        ),
        spec,
    )


def _per_item(row: GridRow, unknowns: Unknowns) -> Any:
    if row.type in ONE_AN_IMAGE:
        return 1
    if row.objects is not None:
        return row.objects
    known, times = _unknown(row, unknowns)
    low, typical, high = (one * times for one in (known.low, known.typical, known.high))
    return {"mean": {"p10": low, "p50": typical, "p90": high}}


def _unknown(row: GridRow, unknowns: Unknowns) -> tuple[Unknown, int]:
    """Return what stands for a count that a row does not say, and points on each."""
    if row.type == "image_tag":
        return unknowns.objects["classification"], 1
    if row.type == "keypoint":
        return unknowns.objects["pose"], int(unknowns.figures["points"])
    return unknowns.objects["object_detection"], 1


def _assumed(row: GridRow, unknowns: Unknowns) -> Iterator[str]:
    if row.objects is None and row.type not in ONE_AN_IMAGE:
        known, times = _unknown(row, unknowns)
        yield (
            f"{known.low * times:f} to {known.high * times:f} in an image, because the "
            f"row does not say"
        )
    if row.accuracy is None:
        yield "98 of 100 right"
    yield "everyday scenes"
