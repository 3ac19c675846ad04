"""Why two offers differ, as a client may know it: prices and quantities alone.

Made of two offers, which know no cost. A unit price stands here as it was decided: why
it is what it is stays ours. See docs/model.md#offer_diff.
"""

from __future__ import annotations

from .bill import make_bill
from .difference import Diff, Move, Results, check_same_currency, parts_between
from .mixing import Scope
from .money import coin
from .offer import Offer, decided_price, months_of_work
from .quantities import quantities
from .rates.values import MissingRateError
from .spec import SpecError
from .workdays import Workdays

EXACT_UP_TO = 10
"""A bill is made in a hundredth of the time of an estimate, so more are tried."""


def client_diff(
    before: Offer,
    after: Offer,
    *,
    workdays: Workdays,
    exact_up_to: int = EXACT_UP_TO,
) -> Diff:
    """Return what moved the price, from two offers alone: all that a client may know.

    An offer knows no cost, and a unit price stands here as it was decided: why it is
    what it is stays ours. Raises DiffError for two currencies.
    """
    check_same_currency(before.bill.currency, after.bill.currency)
    made = parts_between(
        (_offered(before), (before.total,)),
        (_offered(after), (after.total,)),
        results=lambda scope: _billed(scope, workdays=workdays),
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


def _offered(made: Offer) -> Scope:
    rows = (*made.bill.lines, *made.bill.beside)
    return Scope(
        spec=made.spec,
        price=made.price,
        cost=None,
        decided={row.line.index: row.decided.value for row in rows},
    )


def _billed(scope: Scope, *, workdays: Workdays) -> Results | None:
    """Return the total of a mixed offer, None where the card cannot price it."""
    spec, price = scope.spec, scope.price
    try:
        volumes = quantities(spec, price, workdays=workdays).volumes
    except (SpecError, MissingRateError):
        return None
    bill = make_bill(
        spec,
        price=price,
        volumes=volumes,
        unit_prices={
            index: decided_price(spec.lines[index], value, price=price)
            for index, value in scope.decided.items()
        },
        months=months_of_work(spec, price=price, volumes=volumes),
    )
    return (bill.total.value,)
