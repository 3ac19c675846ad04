"""Rows of a long log that were added up, as the records of any other file of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .formats import told_apart
from .reading import Row, with_more, wrong_between
from .statistics import Times
from .work import MILLI, Refusal, Stated, midnight

FINE = 9
"""Decimals of a second that are kept of a single row."""


def row_of(said: Mapping[str, Any], stated: Stated) -> Row | list[Refusal]:
    """Return the record of rows that were added up, or why they cannot be one.

    `values` are its texts and counts, `spent` and `review` thousand millionths of a
    second or None, `day` the day at the site or None, `rows` how many there are,
    `first` the first of them, `named` all where they are few; `models` and `times` are
    those of the record.
    """
    values = {**said["values"]}
    if said.get("models"):
        values["prelabel_models"] = [[name, None] for name in said["models"]]
    for name, spent in (("active", said["spent"]), ("review", said.get("review"))):
        if spent is not None:
            whole = seconds(spent).quantize(MILLI, rounding=ROUND_HALF_UP)
            values[f"{name}_seconds"] = whole
    if said["day"] is not None:
        day = date.fromisoformat(said["day"])
        values["period_start"] = midnight(day, stated.zone)
        if "active_seconds" in values:
            values["period_end"] = values["period_start"]
    first, many, named = said["first"], said["rows"], tuple(said["named"])
    wrong = wrong_between(first, values)
    if wrong is None:
        times = said.get("times")
        return Row(
            number=first,
            values=values,
            sources=named or (first,),
            beside=0 if named else many - 1,
            times=None if times is None else Times.from_data(times),
        )
    if named:
        return [replace(wrong, row=number) for number in named]
    return [with_more(wrong, many - 1) if many > 1 else wrong]


def seconds(spent: int) -> Decimal:
    """Return thousand millionths of a second as seconds."""
    return Decimal(spent).scaleb(-FINE)


def records_of(
    said: Mapping[str, Any], stated: Stated
) -> tuple[tuple[Row, ...], tuple[Refusal, ...]]:
    """Return the records of a log that was added up, and its refusals told apart."""
    rows: list[Row] = []
    refused = [Refusal(**one) for one in said["refused"]]
    for one in said["records"]:
        found = row_of(one, stated)
        if isinstance(found, Row):
            rows.append(found)
        else:
            refused += found
    return tuple(rows), tuple(told_apart(sorted(refused, key=lambda one: one.row)))
