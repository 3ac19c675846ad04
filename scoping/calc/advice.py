"""What else could be done and what it is worth: advice for staff, ranked by money.

Each piece is a patch of the spec. The patched spec is estimated again with the same
seed and as many draws, and what is printed is the difference of the two estimates: of
their mean costs and of their totals. Nothing is advised that fails the need, breaks a
promise of accuracy that holds, or misses a deadline that is met. Staff only; what a
client reads is made by `offer_advice.py`. See docs/model.md#advice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from . import arrangements, proposals
from .assumptions import line_name
from .bill import in_total
from .budget import buys, greatest, resized, resizing, steps_of
from .deadline import done_by, team_that_meets
from .estimate import Estimate, estimate
from .memory import Memory
from .offer import budget_advice
from .proposals import Advice, Proposal, at_lightest, best_of_each, many, ranked
from .rates.values import MissingRateError
from .spec import SpecError
from .spec.patch import Patch, patched, replacing
from .spec.values import Line, Spec
from .suggest import Decision
from .weighing import day_of, standing, weighed
from .workdays import Workdays
from .worth import worth_of

ONE_OF_EACH = frozenset(
    {"lighter_method", "reviews", "batch_size", "other_site", "tracked"}
)
"""Codes whose proposals at one place exclude each other: the best one is said."""

ANEW = "budget_buys_anew"
MOST_PEOPLE_MORE = 5
SMALLER = Decimal("0.97")
"""By how much a project is made smaller until its own estimate meets the date."""


def advice(
    made: Estimate, *, workdays: Workdays, memory: Memory | None = None
) -> tuple[Advice, ...]:
    """Return what else could be done with an estimated project, most money first.

    What the stated budget buys at the present unit prices is in every document already
    and not here; what it buys where they do not hold, and at the lightest method, is.
    `memory` is what the estimate was made with, if anything: each proposal changes
    little, and what it leaves as it was is not worked out again.
    """
    memory = memory or Memory()
    before = standing(made)
    found: list[Advice] = []
    for proposal in _proposals(made, workdays=workdays, memory=memory):
        after = _tried(made, proposal.patch, workdays=workdays, memory=memory)
        if after is not None:
            found += weighed(made, after, proposal, before=before)
    found = best_of_each(found, codes=ONE_OF_EACH)
    lighter = tuple(
        one for row in found if row.code == "lighter_method" for one in row.patch
    )
    if before.need:
        found += _for_budget(made, (), workdays=workdays, memory=memory)
    if lighter:
        found += _for_budget(made, lighter, workdays=workdays, memory=memory)
    found += _by_deadline(made, workdays=workdays, memory=memory)
    return ranked(found)


def re_estimate(
    made: Estimate, patch: Patch, *, workdays: Workdays, memory: Memory | None = None
) -> Estimate:
    """Return the estimate of the patched spec: same card, seed and number of draws.

    Decided prices stay only if the types of the lines stay, as when a draft's spec is
    changed. Raises SpecError and MissingRateError as an estimate does.
    """
    spec = patched(made.spec, patch)
    return estimate(
        spec,
        made.card,
        workdays=workdays,
        decisions=decisions_kept(made, spec),
        draws=made.draws,
        memory=memory,
    )


def decisions_kept(made: Estimate, spec: Spec) -> dict[int, Decision]:
    """Return the prices somebody decided that a changed spec keeps, by line."""
    if [line.type for line in made.spec.lines] != [line.type for line in spec.lines]:
        return {}
    return {
        index: Decision(
            value=item.decided.value,
            binding=item.binding,
            who="the same",
            why=item.decided.because,
        )
        for index, item in made.suggested.items()
        # A suggested price was computed; one without a formula was decided.
        if item.decided.formula is None
    }


def lost_prelabels(made: Estimate) -> Iterator[Advice]:
    """Yield a no for each line whose pre-labels would cost time, with about how much.

    They are left out of the estimate, so there is nothing to patch: the amount is that
    of using them all the same, at typical figures.
    """
    for line in made.spec.lines:
        effort = made.efforts[line.index]
        yield from _dear_model(made, line)
        if effort.prelabel_factor is None or effort.prelabel_used:
            continue
        slower = effort.prelabel_factor.value - 1
        paid = sum(
            Decimal(repr(made.simulation.mean(task.cost)))
            for task in made.tasks
            if task.line == line.index and task.seconds is effort.labelling
        )
        more = (paid * slower).quantize(Decimal("0.01"), ROUND_HALF_UP)
        amount = f", about {more:,.2f} {made.bill.currency}" if more else ""
        yield Advice(
            code="prelabels_lose",
            path=f"{line.path}/prelabel",
            text=(
                f"Pre-labels would make {line_name(line).lower()} {slower * 100:.0f} % "
                f"slower than drawing by hand{amount}. They are left out of this "
                f"estimate."
            ),
            side="cost",
            saves=None,
        )


def _dear_model(made: Estimate, line: Line) -> Iterator[Advice]:
    """Yield a no where pre-labels save time, and less of it than their model costs."""
    worth = worth_of(made, line)
    if worth is None or not worth.used or worth.pays:
        return
    currency = made.bill.currency
    pays = (
        f" It pays from {worth.pays_from:,} units on."
        if worth.pays_from is not None
        else ""
    )
    yield Advice(
        code="prelabels_lose",
        path=f"{line.path}/prelabel",
        text=(
            f"Pre-labels save about {worth.saved:,.2f} {currency} of labelling "
            f"{line_name(line).lower()}, and their model costs {worth.set_up:,.2f} "
            f"{currency} to set up.{pays} Leave them out."
        ),
        side="cost",
        saves=None,
    )


def _proposals(
    made: Estimate, *, workdays: Workdays, memory: Memory
) -> Iterator[Proposal]:
    spec, card = made.spec, made.card
    lines = _dearest(made)
    yield from proposals.of_client(spec, lines, price=card.price)
    for line in lines:
        yield from arrangements.of_line(spec, line, cost=card.cost)
    yield from arrangements.of_project(spec)
    yield from _team(made, workdays=workdays, memory=memory)


def _dearest(made: Estimate) -> tuple[Line, ...]:
    """Return the lines of the total that cost most, in the order of the spec."""
    costs = {
        line.index: made.simulation.mean(made.line_costs[line.index])
        for line in made.spec.lines
        if in_total(line)
    }
    dearest = sorted(costs, key=lambda index: -costs[index])[: proposals.MOST_LINES]
    return tuple(made.spec.lines[index] for index in sorted(dearest))


def _team(made: Estimate, *, workdays: Workdays, memory: Memory) -> Iterator[Proposal]:
    """Yield the smallest team that meets the deadline, and a few people more.

    More people have more to average out, but each is trained; the first team whose own
    estimate keeps the date is advised.
    """
    spec = made.spec
    if spec.deadline is None or spec.team.annotators is None:
        return
    stated = spec.team.annotators
    needed = team_that_meets(made, workdays=workdays)
    if needed is None:
        return

    def meets(people: int) -> bool:
        after = _tried(made, _of_people(people), workdays=workdays, memory=memory)
        return after is not None and standing(after).deadline

    people = next(
        (
            people
            for people in range(needed, needed + MOST_PEOPLE_MORE)
            if people == stated or meets(people)
        ),
        stated,
    )
    if people != stated:
        yield Proposal(
            code="team_for_deadline",
            path="/team/annotators",
            does=f"{many(people, 'annotator')} instead of {stated:,}",
            because=f"The smallest team that finishes by {day_of(spec)}.",
            gives_up=(
                "Nothing but the training of more people."
                if people > stated
                else "Time in hand before the deadline."
            ),
            patch=_of_people(people),
        )


def _of_people(people: int) -> Patch:
    return (replacing("/team/annotators", value=people),)


def _tried(
    made: Estimate, patch: Patch, *, workdays: Workdays, memory: Memory
) -> Estimate | None:
    """Return the estimate of a patched spec, None where it cannot be priced."""
    try:
        return re_estimate(made, patch, workdays=workdays, memory=memory)
    except (SpecError, MissingRateError):
        return None


def _for_budget(
    made: Estimate, lighter: Patch, *, workdays: Workdays, memory: Memory
) -> Iterator[Advice]:
    """Yield what the budget buys at the lighter methods, or at prices made anew.

    Fewer items at the same unit prices may come to more when they are estimated: what
    belongs to no item is spread over fewer, and prices that follow the cost rise.
    """
    budget = made.spec.budget
    if budget is None:
        return
    after = (
        re_estimate(made, lighter, workdays=workdays, memory=memory)
        if lighter
        else made
    )
    for row in budget_advice(
        after.spec,
        budget,
        price=after.card.price,
        unit_prices=after.offer.unit_prices,
    ):
        if not _within(after, row.patch, budget, workdays=workdays, memory=memory):
            row = _priced_anew(after, row, budget, workdays=workdays, memory=memory)
        if lighter:
            yield at_lightest(row, lighter)
        elif row.code == ANEW:
            yield row


def _within(
    made: Estimate, patch: Patch, budget: Decimal, *, workdays: Workdays, memory: Memory
) -> bool:
    """Return whether a budget covers what a patched spec is estimated at."""
    after = _tried(made, patch, workdays=workdays, memory=memory)
    return after is not None and after.bill.total.value <= budget


def _priced_anew(
    made: Estimate, row: Advice, budget: Decimal, *, workdays: Workdays, memory: Memory
) -> Advice:
    """Return what a budget buys where unit prices are made anew for so few items."""
    spec = made.spec
    steps = greatest(
        1,
        steps_of(patched(spec, row.patch)) - 1,
        fits=lambda many: _within(
            made,
            resizing(resized(spec, many)),
            budget,
            workdays=workdays,
            memory=memory,
        ),
    )
    smaller = resized(spec, steps) if steps else None
    return replace(
        row,
        code=ANEW,
        text=buys(spec, budget, smaller, prices="at unit prices made anew for so few"),
        patch=() if smaller is None else resizing(smaller),
    )


def _by_deadline(
    made: Estimate, *, workdays: Workdays, memory: Memory
) -> Iterator[Advice]:
    """Yield how many items the team does by a deadline that it does not meet.

    The smaller project is estimated, and made smaller until it does meet the date.
    """
    before = standing(made)
    if made.spec.deadline is None or before.deadline:
        return
    smaller = done_by(made, made.spec.deadline, workdays=workdays)
    while smaller is not None:
        proposal = _fewer(made, smaller)
        after = _tried(made, proposal.patch, workdays=workdays, memory=memory)
        if after is not None and standing(after).deadline:
            yield from weighed(made, after, proposal, before=before)
            return
        steps = int(steps_of(smaller) * SMALLER)
        smaller = resized(smaller, steps) if steps else None


def _fewer(made: Estimate, smaller: Spec) -> Proposal:
    kind, people = made.spec.item_kind, many(made.schedule.annotators, "annotator")
    return Proposal(
        code="deadline_buys",
        path="/deadline",
        does=(
            f"{smaller.items:,} of {made.spec.items:,} {kind}s, which {people} can do "
            f"by {day_of(made.spec)}"
        ),
        gives_up=f"The {kind}s that come later.",
        patch=resizing(smaller),
    )
