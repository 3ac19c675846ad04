"""What a client could do otherwise and what it saves her: list prices, nothing else.

Each piece is a patch of the spec; what it saves is the difference of two totals of the
list, to the coin. This module is given the spec and the card's price side, so that no
cost, effort or date can move a word of it. See docs/model.md#offer_advice.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .exchange import price_in
from .fit import check_fits
from .offer import bill_of, budget_advice, list_prices
from .proposals import (
    MOST_LINES,
    Advice,
    Proposal,
    at_lightest,
    best_of_each,
    counted,
    keeps_need,
    of_client,
    ranked,
)
from .rates.values import MissingRateError, PriceSide
from .spec import SpecError
from .spec.patch import Patch, patched
from .spec.values import Line, Spec
from .workdays import Workdays

ONE_OF_EACH = frozenset({"tracked", "lighter_method", "other_site"})


def client_advice(
    spec: Spec, price: PriceSide, *, workdays: Workdays
) -> tuple[Advice, ...]:
    """Return what saves a client money by the list, most first, her need satisfied.

    Nothing is said where a line of the total is priced on request: the list knows no
    total then. What a budget buys as it stands is in every client view already; what it
    buys at the lightest methods is here. Raises SpecError as an offer does.
    """
    check_fits(spec, price, workdays=workdays)
    price = price_in(price, spec.currency)
    before = listed_total(spec, price)
    if before is None:
        return ()
    found = []
    for proposal in of_client(spec, _largest(spec, price), price=price):
        after = _tried(spec, proposal.patch, price=price, workdays=workdays)
        if after is None or after >= before or not keeps_need(spec, proposal):
            continue
        found.append(_advised(proposal, before - after, currency=price.currency))
    best = best_of_each(found, codes=ONE_OF_EACH)
    return ranked([*best, *_lightest_for_budget(spec, best, price=price)])


def listed_total(spec: Spec, price: PriceSide) -> Decimal | None:
    """Return the total at list prices, None where one of its lines is on request."""
    unit_prices = list_prices(spec, price=price)
    if any(line.index not in unit_prices for line in counted(spec)):
        return None
    return bill_of(spec, price=price, unit_prices=unit_prices).total.value


def _largest(spec: Spec, price: PriceSide) -> tuple[Line, ...]:
    """Return the lines of the total with the greatest amounts, in their order."""
    bill = bill_of(spec, price=price, unit_prices=list_prices(spec, price=price))
    rows = sorted(bill.lines, key=lambda row: -row.amount.value)[:MOST_LINES]
    return tuple(sorted((row.line for row in rows), key=lambda line: line.index))


def _tried(
    spec: Spec, patch: Patch, *, price: PriceSide, workdays: Workdays
) -> Decimal | None:
    """Return the list total of a patched spec, None where the list has none."""
    try:
        changed = patched(spec, patch)
        check_fits(changed, price, workdays=workdays)
        return listed_total(changed, price)
    except (SpecError, MissingRateError):
        return None


def _advised(proposal: Proposal, saves: Decimal, *, currency: str) -> Advice:
    gives_up = proposal.gives_up
    given_up = f"Given up: {gives_up[0].lower()}{gives_up[1:]}"
    note = f"{proposal.because} {given_up}".lstrip()
    return Advice(
        code=proposal.code,
        path=proposal.path,
        text=f"{proposal.does}: {saves:,.2f} {currency} less. {note}",
        does=proposal.does,
        note=note,
        side="price",
        saves=saves,
        gives_up=gives_up,
        patch=proposal.patch,
        price=saves,
    )


def _lightest_for_budget(
    spec: Spec, found: list[Advice], *, price: PriceSide
) -> Iterator[Advice]:
    """Yield what the budget buys when every line takes its lighter method."""
    lighter = tuple(
        one for row in found if row.code == "lighter_method" for one in row.patch
    )
    if spec.budget is None or not lighter:
        return
    changed = patched(spec, lighter)
    for row in budget_advice(
        changed,
        spec.budget,
        price=price,
        unit_prices=list_prices(changed, price=price),
    ):
        yield at_lightest(row, lighter)
