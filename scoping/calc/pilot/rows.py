"""The figures of one comparison: each line's, then the project's, three times each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from scoping.calc.bands import SIX
from scoping.calc.estimate import Estimate
from scoping.calc.layout import with_article
from scoping.calc.posterior import Posterior
from scoping.calc.spec.values import Line
from scoping.calc.trace import Step

from .fitting import card_seconds, typical_accept_rate
from .update import Update
from .values import LineResults, PilotResults

Pair = tuple[Estimate, Estimate]
"""The quoted estimate and the new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure three times. `line` is None for the project as a whole.

    `weight`: how much of the new figure the measurement is. `inside_collar` is None for
    what was not measured, was not quoted, or is not judged.
    """

    line: int | None
    quantity: str
    unit: str
    quoted: Decimal | None
    measured: Decimal | None
    new: Decimal | None
    weight: Decimal | None = None
    saw: str = ""
    inside_collar: bool | None = None


def rows(
    quoted: Estimate, new: Estimate, results: PilotResults, *, update: Update
) -> Iterator[Row]:
    """Yield what was measured or moved, line by line, then prices and costs."""
    by_index = {one.index: one for one in results.lines}
    for line in quoted.spec.lines:
        found = by_index.get(line.index)
        for row in _measurements(line, found, (quoted, new), update=update):
            if row.measured is not None or row.quoted != row.new:
                yield row
        yield from _prices(line, quoted, new)
    if results.agreement is not None:
        seen = results.agreement
        yield Row(
            line=None,
            quantity="agreement",
            unit="of gold items",
            quoted=quoted.spec.quality.agreement,
            measured=_six(Decimal(seen.right) / seen.gold),
            new=None,
            saw=f"{seen.right:,} right of {seen.gold:,}",
        )
    for name, before, after in (
        ("price_total", quoted.bill.total.value, new.bill.total.value),
        ("cost_p50", quoted.cost.p50, new.cost.p50),
        ("cost_p80", quoted.cost.p80, new.cost.p80),
    ):
        yield Row(
            line=None,
            quantity=name,
            unit=quoted.card.currency,
            quoted=before,
            measured=None,
            new=after,
        )
    yield Row(
        line=None,
        quantity="loss_probability",
        unit="",
        quoted=quoted.loss_probability,
        measured=None,
        new=new.loss_probability,
    )


def _measurements(
    line: Line, found: LineResults | None, pair: Pair, *, update: Update
) -> Iterator[Row]:
    index = line.index
    yield _seconds(line, found, pair, update=update)
    counts = None if found is None else found.units_per_item
    before, after = (made.offer.volumes[index].per_item for made in pair)
    yield _row(
        "units_per_item",
        line,
        _values(before, after),
        None if counts is None else (counts.mean, f"{counts.items:,} items"),
        update.per_item.get(index),
        unit=before.unit,
    )
    if line.work != "audit":
        seen = None if found is None else found.defects
        before, after = (made.checkings[index].loop.first_pass_defect for made in pair)
        yield _row(
            "first_pass_defect",
            line,
            _values(before, after),
            None if seen is None else _share(seen.wrong, seen.inspected, "wrong"),
            update.defects.get(line.type),
            unit="of units",
        )
    some = None if found is None else found.prelabel
    yield _row(
        "accept_rate",
        line,
        _rates(index, pair),
        None if some is None else _share(some.accepted, some.proposals, "accepted"),
        update.accepted.get(index),
        unit="of proposals",
    )


def _seconds(
    line: Line, found: LineResults | None, pair: Pair, *, update: Update
) -> Row:
    """Return seconds on the footing on which they were timed: by hand, or as worked."""
    seen = None if found is None else found.seconds
    efforts = [made.efforts[line.index] for made in pair]
    by_hand = seen is not None and seen.basis == "by_hand"
    before, after = (one.by_hand if by_hand else one.per_unit for one in efforts)
    saw = None
    if found is not None and seen is not None:
        saw = (
            card_seconds(found, seen, line=line, card=pair[0].card),
            f"{seen.units:,} units, {seen.people} people, {seen.batches} batches",
        )
    return _row(
        "seconds_per_unit",
        line,
        _values(before, after),
        saw,
        update.seconds.get((line.type, line.complexity)),
        unit=f"s {with_article(line.unit)}" + (" by hand" if by_hand else ""),
    )


def _row(
    quantity: str,
    line: Line,
    values: tuple[Decimal | None, Decimal | None],
    saw: tuple[Decimal, str] | None,
    posterior: Posterior | None,
    *,
    unit: str,
) -> Row:
    return Row(
        line=line.index,
        quantity=quantity,
        unit=unit,
        quoted=values[0],
        measured=None if saw is None else _six(saw[0]),
        new=values[1],
        weight=None if posterior is None else posterior.weight,
        saw="" if saw is None else saw[1],
    )


def _values(before: Step, after: Step) -> tuple[Decimal, Decimal]:
    return _six(before.value), _six(after.value)


def _rates(index: int, pair: Pair) -> tuple[Decimal | None, Decimal | None]:
    """Return the typical accept rate before and after; None where none is stated."""
    before, after = (
        typical_accept_rate(made.spec.lines[index], made.card.cost) for made in pair
    )
    return before, after


def _share(part: int, whole: int, word: str) -> tuple[Decimal, str]:
    return Decimal(part) / whole, f"{part:,} {word} of {whole:,}"


def _prices(line: Line, quoted: Estimate, new: Estimate) -> Iterator[Row]:
    before, after = quoted.suggested[line.index], new.suggested[line.index]
    for name, one, other in (
        ("list_price", before.list, after.list),
        ("target_price", before.target, after.target),
        ("floor_price", before.floor, after.floor),
        ("unit_price", before.decided, after.decided),
    ):
        yield Row(
            line=line.index,
            quantity=name,
            unit=one.unit,
            quoted=one.value,
            measured=None,
            new=other.value,
        )


def _six(value: Decimal) -> Decimal:
    return value.quantize(SIX, ROUND_HALF_UP)
