"""Why, in words: three sentences about a project, each with the rows that it rests on.

How much, which part, where it leads: always the same three, from the numbers alone, so
that the same numbers always say the same. See docs/model.md#why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .cells import NOTHING
from .gap import NAMES, TIME, VOLUME, Split
from .matching import LABEL, REWORK
from .words import chances

ONE, TENTH, HUNDREDTH = Decimal(1), Decimal("0.1"), Decimal("0.01")
REWORKING = "rework"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence and the filter of the ledger rows that it rests on."""

    text: str
    rows: Mapping[str, str]

    def to_data(self) -> dict[str, Any]:
        """Return the sentence as data."""
        return {"text": self.text, "rows": dict(self.rows)}


def why(
    splits: Sequence[Split],
    gap: Mapping[str, Any],
    ending: Mapping[str, Any],
    *,
    lines: Sequence[Mapping[str, Any]],
    currency: str,
) -> list[dict[str, Any]]:
    """Return the three sentences as data; none where no work can be compared."""
    if not splits or not Decimal(gap["planned"]):
        return []
    said = [
        _how_much(gap, currency),
        _which_part(splits, gap, lines={line["index"]: line for line in lines}),
        _where_to(ending, currency),
    ]
    return [sentence.to_data() for sentence in said]


def _how_much(gap: Mapping[str, Any], currency: str) -> Sentence:
    total, planned = Decimal(gap["total"]), Decimal(gap["planned"])
    if total == 0:
        text = f"The work done cost {planned:,.2f} {currency}, exactly as planned."
        return Sentence(text=text, rows={})
    share = abs(total) / planned * 100
    word = "more" if total > 0 else "less"
    return Sentence(
        text=(
            f"The work done cost {abs(total):,.2f} {currency} {word} than was planned "
            f"for the same images, {share.quantize(TENTH, ROUND_HALF_UP)} % of "
            f"{planned:,.2f}."
        ),
        rows={},
    )


def _which_part(
    splits: Sequence[Split],
    gap: Mapping[str, Any],
    *,
    lines: Mapping[int, Mapping[str, Any]],
) -> Sentence:
    if not gap["parts"]:
        return Sentence(text="No part of it moved.", rows={})
    key, amount = gap["parts"][0]["key"], Decimal(gap["parts"][0]["amount"])
    index, of_line = _largest(splits, key, lambda row: row.cell.line, amount)
    own = [row for row in splits if row.cell.line == index]
    week, of_week = _largest(own, key, lambda row: row.cell.week, amount)
    line = lines[index]
    text = f"The largest part is {NAMES[key]}, {_signed(amount)}"
    if len({row.cell.line for row in splits}) > 1:
        text += f"; {_signed(of_line)} of it on {line['name']}"
    fact = _fact(key, own)
    if fact:
        text += f", {fact}"
    text += f", most of it, {_signed(of_week)}, in the week of {_day(week)}."
    return Sentence(text=text, rows={"line": str(line["name"]), "week": str(week)})


def _day(week: str) -> str:
    """Return the Monday of a week as sentences say it: 16 March 2026."""
    monday = date.fromisoformat(week)
    return f"{monday.day} {monday:%B %Y}"


def _largest(
    splits: Sequence[Split], key: str, of: Callable[[Split], Any], sign: Decimal
) -> tuple[Any, Decimal]:
    """Return the group in which a part is largest, in the direction of the whole."""
    found: dict[Any, Decimal] = {}
    for row in splits:
        found[of(row)] = found.get(of(row), NOTHING) + row.parts.get(key, NOTHING)
    way = 1 if sign > 0 else -1
    name = max(found, key=lambda one: (way * found[one], str(one)))
    return name, found[name]


def _fact(key: str, rows: Sequence[Split]) -> str:
    """Return the measured figure behind a part, where there is one."""
    label = [row.cell for row in rows if row.cell.kind == LABEL]
    planned = sum((cell.planned_seconds for cell in label), NOTHING)
    batches = {cell.batch: cell for cell in label}.values()
    units = sum((cell.planned_units for cell in batches), NOTHING)
    done = sum((cell.planned_units * cell.units_ratio for cell in batches), NOTHING)
    seconds = sum((cell.seconds for cell in label), NOTHING)
    if key == TIME and units and done:
        was, is_now = planned / units, seconds / done
        return f"where a unit took {_two(is_now)} s instead of {_two(was)} s"
    if key == VOLUME and units:
        share = (done / units * 100).quantize(ONE, ROUND_HALF_UP)
        return f"where images held {share} % of the planned units"
    if key == REWORKING and seconds and planned:
        again = [row.cell for row in rows if row.cell.kind == REWORK]
        was = sum((cell.planned_seconds for cell in again), NOTHING) / planned
        is_now = sum((cell.seconds for cell in again), NOTHING) / seconds
        return (
            f"where it took {_percent(is_now)} of the time of first labels instead of "
            f"{_percent(was)}"
        )
    return ""


def _where_to(ending: Mapping[str, Any], currency: str) -> Sentence:
    if not ending["known"]:
        return Sentence(text=f"Where it will end is {ending['text']}.", rows={})
    cost = Decimal(ending["cost"]["p50"])
    text = (
        f"It will typically end at {cost:,.2f} {currency}, with "
        f"{chances(ending['within_reserve'])} to stay within budget and reserve"
    )
    finish = ending["finish"]
    if finish["known"]:
        text += f" and {chances(finish['by_promised'])} to keep the promised day"
    return Sentence(text=f"{text}.", rows={})


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount > 0 else '−'}{abs(amount):,.2f}"


def _two(value: Decimal) -> str:
    return str(value.quantize(HUNDREDTH, ROUND_HALF_UP))


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(TENTH, ROUND_HALF_UP)} %"
