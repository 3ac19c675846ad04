"""A difference taken apart: a part for each change, rounded so that the parts add up.

The sum behind `diff.py` (estimates, for staff) and `offer_diff.py` (offers, for
clients): it is told how to make the results of a mixed scope, and no more. See
docs/model.md#difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from .mixing import Comparison, Scope, compared
from .money import rounded_together
from .shapley import Block, contributions
from .wording import Named, named

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


Results = tuple[Decimal, ...]
Side = tuple[Scope, Results]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a difference: those that moved something, and the changes left."""

    moving: tuple[Part, ...]
    silent: tuple[Named, ...]
    method: Method


def parts_between(
    before: Side,
    after: Side,
    *,
    results: Callable[[Scope], Results | None],
    units: tuple[Decimal, ...],
    exact_up_to: int,
) -> Parts:
    """Return what each change between two sides did, rounded so that parts add up.

    A side is a scope with its results: the price, or price, cost and hours. `results`
    makes those of a mixed scope, None where it cannot be priced; `units` are what each
    result is rounded to.
    """
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
    return Parts(
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


def check_same_currency(before: str, after: str) -> None:
    """Raise DiffError for amounts that have no difference."""
    if before != after:
        raise DiffError(
            f"The first estimate is in {before}, the second in {after}. Amounts of two "
            f"currencies have no difference: estimate both under cards of one currency."
        )
