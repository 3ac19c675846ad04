"""What a proposal is worth, and what it must not break: two estimates side by side.

Amounts are differences of what the two documents print, to the coin. Staff only.
See docs/model.md#weighing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from .audit import worst_passing
from .bill import in_total
from .estimate import Estimate
from .layout import at_most
from .methods import satisfies
from .proposals import Advice, Proposal
from .spec.values import Spec

WORTH_SAYING = Decimal("0.001")
"""Of the mean cost or of the total: less than this is not worth a reader's time, and
a line that is named anew takes other draws, which alone may move a mean a little."""

SIGNED = frozenset({"prelabels_on", "frame_by_frame", "tracked"})
"""Codes that are said where they lose money too."""

IN_HOURS = frozenset({"frame_by_frame", "tracked"})
"""Codes that compare two ways of working, whose hours are said beside the money."""

SMALLER = frozenset({"deadline_buys"})
"""Codes of less work: what it comes to is said, but to do less saves nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds of an estimate.

    `need`: the total buys what the model needs. `accuracy`: every checked line of the
    total is typically as right as promised. `deadline`: it is met at the planning
    confidence. `proves`: most wrong in a batch that passes, at 95 % confidence.
    """

    need: bool
    accuracy: bool
    deadline: bool
    proves: Decimal


def standing(made: Estimate) -> Standing:
    """Return what holds of an estimate; without a deadline none is missed."""
    chance = made.schedule.deadline_chance
    lines = [line.index for line in made.spec.lines if in_total(line)]
    plans = [made.offer.plans[index] for index in lines]
    wrong = [_wrong(made, index) for index in lines if index in made.checkings]
    return Standing(
        need=satisfies(made.spec),
        accuracy=max(wrong, default=Decimal(0)) <= 1 - made.spec.quality.accuracy,
        deadline=chance is None or chance >= made.spec.commercial.confidence,
        proves=max(
            worst_passing(
                int(plan.worth_lot.value),
                int(plan.worth_n.value),
                int(plan.worth_c.value),
            )
            for plan in plans
        ),
    )


def weighed(
    made: Estimate, after: Estimate, proposal: Proposal, *, before: Standing
) -> Iterator[Advice]:
    """Yield a proposal as advice, unless it breaks something or saves next to nothing.

    `before` is the standing of `made`. What mends a promise, and a sample check that
    proves more, are said whatever they cost; a lower price alone is not, where the cost
    rises.
    """
    now = standing(after)
    cost = made.cost.mean - after.cost.mean
    price = made.bill.total.value - after.bill.total.value
    gives_up = _gives_up(proposal, before, now)
    saves_cost = cost > 0 and _matters(cost, made.cost.mean)
    saves_price = (
        price > 0
        and _matters(price, made.bill.total.value)
        and not (cost < 0 and _matters(cost, made.cost.mean))
    )
    if _breaks(proposal, before, now) or not (
        saves_cost
        or saves_price
        or _mends(proposal, before, now)
        or (proposal.code in SIGNED and _matters(cost, made.cost.mean))
    ):
        return
    by_price = saves_price and not saves_cost
    pays = proposal.code not in SIGNED or cost >= 0
    note = _note(_with_hours(proposal, made, after), pays=pays, gives_up=gives_up)
    yield Advice(
        code=proposal.code,
        path=proposal.path,
        text=f"{_first(proposal.does, cost, price, made.bill.currency)} {note}",
        does=proposal.does,
        note=note,
        pays=pays,
        side="price" if by_price else "cost",
        saves=None if proposal.code in SMALLER else price if by_price else cost,
        gives_up=gives_up,
        patch=proposal.patch,
        cost=cost,
        price=price,
    )


def day_of(spec: Spec) -> str:
    """Return the deadline as people write a day; nothing where there is none."""
    day = spec.deadline
    return "" if day is None else f"{day.day} {day:%B %Y}"


def _matters(change: Decimal, whole: Decimal) -> bool:
    return abs(change) >= whole * WORTH_SAYING


def _breaks(proposal: Proposal, before: Standing, now: Standing) -> bool:
    """Return whether something that holds no longer would; reviews must reach it."""
    must_be_right = before.accuracy or proposal.code == "reviews"
    return (
        not now.need
        or (must_be_right and not now.accuracy)
        or (before.deadline and not now.deadline)
    )


def _mends(proposal: Proposal, before: Standing, now: Standing) -> bool:
    if now.accuracy and not before.accuracy:
        return True
    if now.deadline and not before.deadline:
        return True
    return _checks(proposal) and now.proves < before.proves


def _checks(proposal: Proposal) -> bool:
    return proposal.path == "/quality/audit"


def _gives_up(proposal: Proposal, before: Standing, now: Standing) -> str:
    """Return what is given up; of a sample check it is seen only in its estimate."""
    if not _checks(proposal):
        return proposal.gives_up
    what = "Nothing" if now.proves <= before.proves else "Proof"
    return (
        f"{what}: a batch that passes is at most {at_most(str(now.proves))} wrong, "
        f"where it was at most {at_most(str(before.proves))}."
    )


def _first(does: str, cost: Decimal, price: Decimal, currency: str) -> str:
    """Return what is done with both amounts, the first sentence of the advice."""
    moves = f"the mean cost {_moves(cost, currency)}, the price"
    return f"{does}: {moves} {_moves(price, currency)}."


def _note(proposal: Proposal, *, pays: bool, gives_up: str) -> str:
    """Return why, and what is given up; of what loses money, that it does."""
    sentences = (
        "" if pays else "That does not pay.",
        proposal.because,
        f"Given up: {gives_up[0].lower()}{gives_up[1:]}" if pays else "",
    )
    return " ".join(one for one in sentences if one)


def _with_hours(proposal: Proposal, made: Estimate, after: Estimate) -> Proposal:
    """Return a proposal that compares two ways of working with the hours of both."""
    if proposal.code not in IN_HOURS:
        return proposal
    hours = f"{after.hours.mean:,.0f} instead of {made.hours.mean:,.0f} paid hours."
    return replace(proposal, because=f"{proposal.because} {hours}".strip())


def _moves(saved: Decimal, currency: str) -> str:
    if saved == 0:
        return "stays"
    return f"{'falls' if saved > 0 else 'rises'} by {abs(saved):,.2f} {currency}"


def _wrong(made: Estimate, index: int) -> Decimal:
    """Return the typical share wrong after review, of what the accuracy counts."""
    return made.checkings[index].counted_defect.value
