"""What may be asked of the numbers of a quote, in words.

The reasons of one number are hundreds of rows: the workbench asks the questions alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scoping.templatetags.plumbline import money, number, unit_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a number: its root in the trace, a key for addresses, its words."""

    root: str
    key: str
    words: str


def questions(estimate: Mapping[str, Any]) -> Iterator[Question]:
    """Yield what may be asked and has an answer: total, cost, lines' prices, times.

    A number of which a frozen document keeps no reasons is not asked about.
    """
    roots = estimate["trace"]["roots"]
    return (one for one in _all_questions(estimate) if one.root in roots)


def _all_questions(estimate: Mapping[str, Any]) -> Iterator[Question]:
    total = money(estimate["price"]["total"], estimate["currency"])
    yield Question(root="/price/total", key="total", words=f"Why the total is {total}")
    yield Question(root="/cost", key="cost", words="What it costs us")
    for row in estimate["lines"]:
        yield from _of_a_line(row)


def _of_a_line(row: Mapping[str, Any]) -> Iterator[Question]:
    path, index = f"/lines/{row['index']}", row["index"]
    one = f"{row['name']}: why one {row['unit']}"
    price = unit_price(row["decided_price"])
    seconds = number(row["seconds_per_unit"])
    hourly = number(row["throughput"]["per_hour"], 0)
    yield Question(
        root=f"{path}/unit_price",
        key=f"price-{index}",
        words=f"{one} is priced {price}",
    )
    yield Question(
        root=f"{path}/seconds_per_unit",
        key=f"time-{index}",
        words=f"{one} takes {seconds} s, {hourly} an hour",
    )
