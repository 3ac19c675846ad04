"""Why two estimates differ: a part for each change, adding up to the cent.

The parts are Shapley shares (`shapley.py`) over the changes that lead from the first to
the second: answers of the spec, lines, and rows of the card. For each set of changes
the whole estimate is made again, on the draws of one seed. The price total, the mean
cost and the paid hours are each taken apart. Money is rounded to coins once, at the
end, so that the parts of a difference add up in any order. See docs/model.md#diff.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from .difference import Diff, Move, Results, check_same_currency, parts_between
from .estimate import Estimate, estimate
from .mixing import Scope, compared
from .money import coin
from .rates.values import MissingRateError
from .shapley import EXACT_UP_TO
from .spec import SpecError
from .suggest import Decision
from .workdays import Workdays

HUNDREDTH = Decimal("0.01")


def diff(
    before: Estimate,
    after: Estimate,
    *,
    workdays: Workdays,
    exact_up_to: int = EXACT_UP_TO,
) -> Diff:
    """Return what moved the price, the mean cost and the hours from one to the other.

    Raises DiffError for two currencies. Estimates of different seeds or numbers of
    draws differ by chance too, so the second is made again with the first's; a note
    says so.
    """
    check_same_currency(before.bill.currency, after.bill.currency)
    second, notes = _on_the_draws_of(before, after, workdays=workdays)
    made = parts_between(
        (_scope(before), _results(before)),
        (_scope(second), _results(second)),
        results=lambda scope: _estimated(scope, like=before, workdays=workdays),
        units=(coin(before.bill.currency), HUNDREDTH, HUNDREDTH),
        exact_up_to=exact_up_to,
    )
    price, cost, hours = (
        Move(before=old, after=new)
        for old, new in zip(_results(before), _results(second), strict=True)
    )
    return Diff(
        currency=before.bill.currency,
        price=price,
        cost=cost,
        hours=hours,
        parts=made.moving,
        silent=made.silent,
        method=made.method,
        cards=(before.card.version, after.card.version),
        notes=notes,
    )


def changes_between(before: Estimate, after: Estimate) -> int:
    """Return how many changes lead from one to the other: what `diff` takes time for.

    Without all orders it makes about two estimates for each.
    """
    return len(compared(_scope(before), _scope(after)).changes)


def _on_the_draws_of(
    before: Estimate, after: Estimate, *, workdays: Workdays
) -> tuple[Estimate, tuple[str, ...]]:
    """Return the second estimate on the first's draws, with a note if it was not."""
    seed, draws = before.spec.seed, before.draws
    if (after.spec.seed, after.draws) == (seed, draws):
        return after, ()
    again = estimate(
        replace(after.spec, seed=seed),
        after.card,
        workdays=workdays,
        decisions=_decisions(after),
        draws=draws,
    )
    note = (
        f"The second spec has seed {after.spec.seed} and {after.draws:,} draws; it is "
        f"estimated here with the first's seed {seed} and {draws:,} draws, so that "
        f"chance moves nothing."
    )
    return again, (note,)


def _scope(made: Estimate) -> Scope:
    return Scope(
        spec=made.spec,
        price=made.card.price,
        cost=made.card.cost,
        decided=_decisions(made),
    )


def _decisions(made: Estimate) -> dict[int, Decision]:
    """Return the unit prices that were decided, not worked out: they have no formula.

    Who decided and why is left out, for it moves no amount.
    """
    return {
        index: Decision(
            value=found.decided.value, binding=found.binding, who="staff", why="decided"
        )
        for index, found in made.suggested.items()
        if found.decided.formula is None
    }


def _results(made: Estimate) -> Results:
    return made.bill.total.value, made.cost.mean, made.hours.mean


def _estimated(scope: Scope, *, like: Estimate, workdays: Workdays) -> Results | None:
    """Return the results of a mixed scope, None where it cannot be estimated."""
    # A scope of ours has its cost side; only a client's has none.
    cost = scope.cost or like.card.cost
    try:
        made = estimate(
            scope.spec,
            replace(like.card, price=scope.price, cost=cost),
            workdays=workdays,
            decisions=scope.decided,
            draws=like.draws,
        )
    except (SpecError, MissingRateError):
        return None
    return _results(made)
