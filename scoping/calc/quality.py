"""What quality comes out, in what the clause counts: units, or whole images.

Accuracy, sample and clause count the same (`quality.unit`), and so does every figure
here that is held against a promise. Where no line is labelled nothing is known, and
nothing is 0. Staff only. See docs/model.md#quality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .checking import LineChecking, unit_defect_allowed
from .estimate import Estimate
from .needed import Loop, needed
from .promises import Outcome, promises
from .spec.values import Line
from .trace import Step

SIX = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """A line in the total that is checked, with its units and its items."""

    line: Line
    checking: LineChecking
    units: Decimal
    items: Decimal


def quality(made: Estimate) -> dict[str, Any]:
    """Return what comes out: shares weighted by what they are shares of."""
    checked = _checked(made)
    good = sum(
        (one.units * (1 - one.checking.loop.outgoing_defect.value) for one in checked),
        Decimal(0),
    )
    outcome = outcome_of(made)
    return {
        "counted_in": made.spec.quality.unit,
        "first_pass_defect": _six(outcome.first_pass_defect),
        "rework_share": _six(outcome.rejected),
        "outgoing_defect": _six(_by_units(checked, _outgoing)),
        "counted_defect": _six(outcome.outgoing_defect),
        "defects_escaping": _whole(
            one.checking.counted_defect.value * _weight(made, one) for one in checked
        ),
        "defects_allowed": _whole(
            (1 - made.spec.quality.accuracy) * _weight(made, one) for one in checked
        ),
        "cost_per_accepted_unit": (
            str((made.cost.mean / good).quantize(Decimal("0.0001"), ROUND_HALF_UP))
            if good
            else None
        ),
        "promises": list(
            promises(made.card.price.promises, made.spec.quality, outcome)
        ),
    }


def outcome_of(made: Estimate) -> Outcome:
    """Return what the estimate implies about quality; None where none is labelled."""
    checked = _checked(made)
    return Outcome(
        first_pass_defect=_by_units(
            checked, lambda one: one.checking.loop.first_pass_defect
        ),
        rejected=_by_units(checked, lambda one: one.checking.loop.rejected),
        outgoing_defect=_mean(
            (one.checking.counted_defect.value, _weight(made, one)) for one in checked
        ),
        wrongly_rejected=_by_units(
            checked, lambda one: one.checking.loop.wrongly_rejected
        ),
        allowed_unit_defect=min(
            (allowed_unit_defect(made, one.line) for one in checked),
            default=1 - made.spec.quality.accuracy,
        ),
        prelabel_saving=_prelabel_saving(made),
    )


def allowed_unit_defect(made: Estimate, line: Line) -> Decimal:
    """Return the share of wrong units that the promised accuracy leaves a line."""
    allowed = 1 - made.spec.quality.accuracy
    if made.spec.quality.unit == "object":
        return allowed
    per_item = made.offer.volumes[line.index].per_item.value
    return unit_defect_allowed(allowed, per_item, line.share_of_items)


def needed_of(made: Estimate, line: Line) -> dict[str, Any] | None:
    """Return what the promised accuracy needs of a line; None where none is reviewed.

    Of its figures, None says that nothing of the kind is enough.
    """
    checking = made.checkings.get(line.index)
    if checking is None:
        return None
    figures = checking.loop.figures
    found = needed(
        Loop(
            first_pass_defect=figures.first_pass_defect.p50.value,
            detection=figures.detection.p50.value,
            false_rejection=figures.false_rejection.value,
            likeness=figures.likeness.value,
            reviewers=made.spec.quality.reviews,
            loops=figures.loops.value,
            repaired=None if figures.repaired is None else figures.repaired.value,
        ),
        accuracy=1 - allowed_unit_defect(made, line),
    )
    return {
        "first_pass_defect": str(found.first_pass_defect),
        "reviewers": found.reviewers,
        "detection": None if found.detection is None else str(found.detection),
    }


def _checked(made: Estimate) -> list[_Checked]:
    volumes = made.offer.volumes
    return [
        _Checked(
            line=row.line,
            checking=made.checkings[row.line.index],
            units=volumes[row.line.index].quoted.value,
            items=volumes[row.line.index].items.value / row.line.share_of_items,
        )
        for row in made.bill.lines
        if row.line.index in made.checkings
    ]


def _weight(made: Estimate, one: _Checked) -> Decimal:
    """Return how many of what the clause counts a line has: units, or all images."""
    return one.units if made.spec.quality.unit == "object" else one.items


def _outgoing(one: _Checked) -> Step:
    return one.checking.loop.outgoing_defect


def _by_units(
    checked: list[_Checked], share: Callable[[_Checked], Step]
) -> Decimal | None:
    return _mean((share(one).value, one.units) for one in checked)


def _mean(weighted: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    rows = list(weighted)
    whole = sum((weight for _, weight in rows), Decimal(0))
    if whole == 0:
        return None
    return sum((share * weight for share, weight in rows), Decimal(0)) / whole


def _prelabel_saving(made: Estimate) -> Decimal | None:
    """Return the greatest planned saving; correcting a client's labels is none."""
    left = [
        effort.prelabel_factor.value
        for index, effort in made.efforts.items()
        if effort.prelabel_factor is not None
        and effort.prelabel_used
        and made.spec.lines[index].prelabel is not None
    ]
    return 1 - min(left) if left else None


def _six(value: Decimal | None) -> str | None:
    return None if value is None else str(value.quantize(SIX, ROUND_HALF_UP))


def _whole(values: Iterable[Decimal]) -> str | None:
    rows = list(values)
    if not rows:
        return None
    return str(sum(rows, Decimal(0)).quantize(Decimal(1), ROUND_HALF_UP))
