"""Why two estimates differ: a part for each change, adding up to the cent.

The parts are Shapley shares (`shapley.py`) over the changes that lead from the first to
the second: answers of the spec, lines, and rows of the card. For each set of changes
the whole estimate is made again, on the draws of one seed. The price total, the mean
cost and the paid hours are each taken apart. Money is rounded to coins once, at the
end, so that the parts of a difference add up in any order. See docs/model.md#diff.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from .bill import BillLine, image_price, make_bill
from .chances import line_keys
from .estimate import Decision, Estimate, estimate
from .mixing import Comparison, Scope, compared
from .money import coin, rounded_together
from .offer import Offer, decided_price, months_of_work
from .rates.values import CostSide, MissingRateError, PriceSide, RateCard
from .shapley import EXACT_UP_TO, Block, contributions
from .spec import SpecError
from .volume import by_line
from .wording import Named, named
from .workdays import Workdays

HUNDREDTH = Decimal("0.01")
BILLS_EXACT_UP_TO = 10
"""A bill is made in a hundredth of the time of an estimate, so more are tried."""

Method = Literal["all orders", "two orders"]


class DiffError(ValueError):
    """Raised when two estimates cannot be compared; says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A result before and after all changes."""

    before: Decimal
    after: Decimal

    @property
    def by(self) -> Decimal:
        """Return how far the result moved."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one change did, or several that make no sense without one another.

    `price` and `cost` in the currency, `hours` in paid hours; None where a client is
    not told.
    """

    changes: tuple[Named, ...]
    price: Decimal
    cost: Decimal | None = None
    hours: Decimal | None = None

    @property
    def text(self) -> str:
        """Return the changes in words."""
        return " together with ".join(change.sentence for change in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """The difference of two estimates, largest part first.

    `silent` are changes that moved nothing. `cards` and `silent` are empty for clients.
    """

    currency: str
    price: Move
    cost: Move | None
    hours: Move | None
    parts: tuple[Part, ...]
    silent: tuple[Named, ...]
    method: Method
    cards: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


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
    _same_currency(before.bill.currency, after.bill.currency)
    second, notes = _on_the_draws_of(before, after, workdays=workdays)
    made = _parts(
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


def client_diff(before: Offer, after: Offer, *, exact_up_to: int = EXACT_UP_TO) -> Diff:
    """Return what moved the price, from two offers alone: all that a client may know.

    An offer knows no cost, and a unit price stands here as it was decided: why it is
    what it is stays ours. Raises DiffError for two currencies.
    """
    _same_currency(before.bill.currency, after.bill.currency)
    made = _parts(
        (_offered(before), (before.total,)),
        (_offered(after), (after.total,)),
        results=_billed,
        units=(coin(before.bill.currency),),
        exact_up_to=exact_up_to,
    )
    return Diff(
        currency=before.bill.currency,
        price=Move(before=before.total, after=after.total),
        cost=None,
        hours=None,
        parts=made.moving,
        silent=(),
        method=made.method,
    )


Results = tuple[Decimal, ...]
Side = tuple[Scope, Results]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    moving: tuple[Part, ...]
    silent: tuple[Named, ...]
    method: Method


def _parts(
    before: Side,
    after: Side,
    *,
    results: Callable[[Scope], Results | None],
    units: tuple[Decimal, ...],
    exact_up_to: int,
) -> _Parts:
    # One direction is computed and the other is its mirror image: what has to be joined
    # would else depend on where one starts.
    turned = _order(after[0]) < _order(before[0])
    first, second = (after, before) if turned else (before, after)
    comparison = compared(first[0], second[0])
    shares = contributions(
        comparison.changes,
        _worth(comparison, first[1], second[1], results=results),
        exact_up_to=exact_up_to,
    )
    columns = [
        rounded_together([row[place] for row in shares.values()], unit=unit)
        for place, unit in enumerate(units)
    ]
    sign = -1 if turned else 1
    rows = [
        tuple(sign * amount for amount in row) for row in zip(*columns, strict=True)
    ]
    forth = comparison.turned() if turned else comparison
    parts = [
        _part(block, row, comparison=forth)
        for block, row in zip(shares, rows, strict=True)
    ]
    moving = (part for part, row in zip(parts, rows, strict=True) if any(row))
    still = (part for part, row in zip(parts, rows, strict=True) if not any(row))
    return _Parts(
        moving=tuple(sorted(moving, key=_largest_first)),
        silent=tuple(change for part in still for change in part.changes),
        method="all orders" if len(shares) <= exact_up_to else "two orders",
    )


def _worth(
    comparison: Comparison,
    first: Results,
    second: Results,
    *,
    results: Callable[[Scope], Results | None],
) -> Callable[[frozenset[str]], Results | None]:
    everything = frozenset(comparison.changes)

    def worth(made: frozenset[str]) -> Results | None:
        if not made:
            return first
        if made == everything:
            return second
        scope = comparison.mixed(made)
        return None if scope is None else results(scope)

    return worth


def _part(block: Block, row: Results, *, comparison: Comparison) -> Part:
    price, *ours = row
    changes = tuple(named(change, comparison) for change in block)
    if not ours:
        return Part(changes=changes, price=price)
    cost, hours = ours
    return Part(changes=changes, price=price, cost=cost, hours=hours)


def _largest_first(part: Part) -> tuple[Decimal, Decimal, Decimal, str]:
    cost, hours = part.cost or Decimal(0), part.hours or Decimal(0)
    return -abs(part.price), -abs(cost), -abs(hours), part.text


def _order(scope: Scope) -> tuple[str, str, str]:
    """Return by what two scopes are put in order, whichever is named first."""
    # A set has no order of its own, and its text would change from run to run.
    spec = replace(scope.spec, stated=frozenset())
    return repr(spec), scope.price.version, repr(sorted(scope.decided.items()))


def _same_currency(before: str, after: str) -> None:
    if before != after:
        raise DiffError(
            f"The first estimate is in {before}, the second in {after}. Amounts of two "
            f"currencies have no difference: estimate both under cards of one currency."
        )


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
    if scope.cost is None:
        return None
    try:
        made = estimate(
            scope.spec,
            _card(scope.price, scope.cost),
            workdays=workdays,
            decisions=scope.decided,
            draws=like.draws,
        )
    except (SpecError, MissingRateError):
        return None
    return _results(made)


def _card(price: PriceSide, cost: CostSide) -> RateCard:
    return RateCard(
        version=price.version,
        valid_from=price.valid_from,
        currency=price.currency,
        price=price,
        cost=cost,
    )


def _offered(made: Offer) -> Scope:
    rows = (*made.bill.lines, *made.bill.beside)
    return Scope(
        spec=made.spec,
        price=made.price,
        cost=None,
        decided={row.line.index: _sold_at(row) for row in rows},
    )


def _sold_at(row: BillLine) -> Decimal:
    """Return the unit price of a row; an image's price is made of one."""
    step = row.unit_price
    return (step.uses[0] if step.formula is image_price else step).value


def _billed(scope: Scope) -> Results | None:
    """Return the total of a mixed offer, None where the card cannot price it."""
    spec, price = scope.spec, scope.price
    volumes = by_line(spec, keys=line_keys(spec.lines), price=price)
    try:
        months = months_of_work(spec, price=price, volumes=volumes)
    except MissingRateError:
        return None
    bill = make_bill(
        spec,
        price=price,
        volumes=volumes,
        unit_prices={
            index: decided_price(spec.lines[index], value, price=price)
            for index, value in scope.decided.items()
        },
        months=months,
    )
    return (bill.total.value,)
