"""What a client sees: an allow-list of its own, made of prices, promises and the spec.

This module is given the card's price side and the spec, and nothing else; what it does
not know it cannot leak. With no unit prices it offers the list; a quote passes its
decided prices and its promised week. The range moves only with how many units there
are: how long a unit takes is the vendor's risk. See docs/model.md#offer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from . import number, pipeline, sla
from .assumptions import Assumption, assumptions, line_name, numbered_on
from .bases import nothing
from .bill import Bill, BillLine, in_total, make_bill
from .budget import bought, buys, resizing
from .earning import volume_range
from .exchange import price_in
from .fit import check_currency
from .layout import with_article
from .listing import list_price
from .memory import Memory
from .money import to_coins
from .plans import beside
from .proposals import Advice
from .quantities import Quantities, counted_volumes, quantities
from .rates.values import LeadTime, PriceSide
from .sampling import LotPlan
from .schedule import monday_of
from .security import security_view
from .selling import basis_view, cap_view, exchange_view, selling_terms
from .spec.values import Line, Spec
from .trace import Origin, Step, derive, given
from .volume import LineVolume
from .workdays import Workdays

BUSINESS_DAYS_A_MONTH = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A priced project as its client may see it.

    `unit_prices` are those of the lines' own units, before the billing basis.
    """

    spec: Spec
    price: PriceSide
    unit_prices: Mapping[int, Step]
    bill: Bill
    volumes: Mapping[int, LineVolume]
    plans: Mapping[int, LotPlan]
    low: Decimal
    high: Decimal
    week: date
    indicative: bool
    on_request: frozenset[int]
    assumptions: tuple[Assumption, ...]
    clauses: tuple[sla.Clause, ...]
    warnings: tuple[dict[str, str], ...] = field(default=())

    @property
    def total(self) -> Decimal:
        """Return what the quoted quantities come to."""
        return self.bill.total.value


def offer(
    spec: Spec,
    price: PriceSide,
    *,
    unit_prices: Mapping[int, Decimal] | None,
    week: date | None,
    workdays: Workdays,
    advice: Sequence[Advice] = (),
) -> dict[str, Any]:
    """Return the client view of DESIGN 4 as plain data.

    `unit_prices` None prices by the list, and leaves out what the card marks as priced
    on request. `week` None reads an indicative week off the card's lead times.
    `advice` is what `offer_advice.py` found, where somebody asked for it.
    Raises SpecError where the spec asks for what the card does not name.
    """
    made = make_offer(
        spec, price, unit_prices=unit_prices, week=week, workdays=workdays
    )
    return client_view(made, advice=advice)


def make_offer(  # noqa: PLR0913 - everything that a question may name
    spec: Spec,
    price: PriceSide,
    *,
    unit_prices: Mapping[int, Decimal | Step] | None,
    week: date | None,
    workdays: Workdays,
    counted: Quantities | None = None,
    memory: Memory | None = None,
) -> Offer:
    """Return the offer as a value.

    A unit price may be a step with its explanation, for staff; the client view prints
    its value only. `counted` are the quantities, where they were made before, and a
    `memory` of earlier questions saves time and changes nothing.
    """
    check_currency(spec, price)
    price = price_in(price, spec.currency)
    counted = counted or quantities(spec, price, workdays=workdays)
    volumes = counted.volumes
    on_request = frozenset[int]()
    if unit_prices is None:
        steps = list_prices(spec, price=price)
        on_request = frozenset(line.index for line in spec.lines) - steps.keys()
    else:
        steps = {
            line.index: decided_price(line, unit_prices[line.index], price=price)
            for line in spec.lines
            if line.index in unit_prices
        }
    bill = bill_of(spec, price=price, unit_prices=steps, volumes=volumes)
    plans = counted.plans
    low, high = volume_range(spec, bill, volumes, price=price, memory=memory)
    promised = week or indicative_week(
        spec, price=price, volumes=volumes, workdays=workdays
    )
    calendar = workdays.calendar(spec.client_calendar)
    is_gap = calendar.gap(spec.start_on, promised) is not None
    return Offer(
        spec=spec,
        price=price,
        unit_prices=steps,
        bill=bill,
        volumes=volumes,
        plans=plans,
        low=low,
        high=high,
        week=promised,
        indicative=week is None,
        on_request=on_request,
        assumptions=numbered_on(
            assumptions(spec, price=price, volumes=volumes),
            selling_terms(spec, bill, volumes, price=price),
        ),
        clauses=sla.clauses(spec, price, plans=plans, week=week, memory=memory),
        warnings=tuple(_warnings(spec, on_request, high=high, is_gap=is_gap)),
    )


def list_prices(spec: Spec, *, price: PriceSide) -> dict[int, Step]:
    """Return the list price of each line, without those that are priced on request."""
    return {
        line.index: list_price(spec, line, price=price)
        for line in spec.lines
        if (line.type, line.complexity) not in price.quote_only
    }


def bill_of(
    spec: Spec,
    *,
    price: PriceSide,
    unit_prices: Mapping[int, Step],
    volumes: Mapping[int, LineVolume] | None = None,
) -> Bill:
    """Return the bill of a spec at these unit prices, as many months as it takes."""
    if volumes is None:
        volumes = counted_volumes(spec, price)
    return make_bill(
        spec,
        price=price,
        volumes=volumes,
        unit_prices=unit_prices,
        months=months_of_work(spec, price=price, volumes=volumes),
    )


def decided_price(line: Line, value: Decimal | Step, *, price: PriceSide) -> Step:
    """Return a decided unit price as a leaf: a client is not told how it was made."""
    if isinstance(value, Step):
        return value
    return given(
        "Unit price",
        value,
        unit=f"{price.currency} {with_article(line.unit)}",
        because="decided",
        origin=Origin(kind="spec", at=line.path),
    )


def months_of_work(
    spec: Spec, *, price: PriceSide, volumes: Mapping[int, LineVolume]
) -> Step:
    """Return the months for which monthly fees are due, by the card's lead times."""
    return derive(
        "Months of the work",
        months_of,
        lead_days(spec, price=price, volumes=volumes),
        unit="months",
        because=f"business days ÷ {BUSINESS_DAYS_A_MONTH}, in whole months, up",
    )


def months_of(days: Any) -> Any:
    """Return business days in months, rounded up, one at least."""
    return max(Decimal(1), number.ceiling(days / BUSINESS_DAYS_A_MONTH))


def lead_days(
    spec: Spec, *, price: PriceSide, volumes: Mapping[int, LineVolume]
) -> Step:
    """Return indicative business days: the longest lead time of any counted line."""
    found = [
        _lead_time(
            price.lead_times[price.band(line.type).throughput_class],
            volumes[line.index].quoted.value,
        )
        for line in spec.lines
        if in_total(line)
    ]
    if not found:
        return derive("Lead time", nothing, unit="days", because="no line counts")
    longest = max(found, key=lambda step: step.business_days.value)
    return longest.business_days.step("Lead time, business days")


def _lead_time(steps: tuple[LeadTime, ...], units: Decimal) -> LeadTime:
    for step in steps:
        if step.up_to_units is None or units <= step.up_to_units:
            return step
    return steps[-1]


def indicative_week(
    spec: Spec,
    *,
    price: PriceSide,
    volumes: Mapping[int, LineVolume],
    workdays: Workdays,
) -> date:
    """Return the Monday of the week read off the price side's lead times."""
    calendar = workdays.calendar(spec.client_calendar)
    days = int(lead_days(spec, price=price, volumes=volumes).value)
    return monday_of(
        calendar.add(spec.start_on, days + 2 * spec.client_turnaround_days)
    )


def client_view(made: Offer, *, advice: Sequence[Advice] = ()) -> dict[str, Any]:
    """Return the allow-list: what a client page, JSON or PDF may say, as plain data.

    `advice` stands first; what a stated budget buys is always said.
    """
    spec, bill = made.spec, made.bill
    rows = {row.line.index: row for row in (*bill.lines, *bill.beside)}
    return {
        "client_view": 1,
        "name": spec.name,
        "currency": bill.currency,
        "language": spec.language,
        "items": spec.items,
        "item_kind": spec.item_kind,
        "price": price_view(made),
        "basis": basis_view(spec, bill, made.volumes, price=made.price),
        "cap": cap_view(spec, currency=bill.currency),
        "exchange": exchange_view(made.price),
        "lines": [_line(made, line, rows.get(line.index)) for line in spec.lines],
        "fees": [*_fees(bill)],
        "pilot": _pilot(made),
        "stages": [
            {
                "number": stage.number,
                "name": stage.name,
                "gate": stage.gate,
                "used": stage.used,
            }
            for stage in pipeline.stages(spec, made.price)
        ],
        "clauses": [clause.to_data() for clause in made.clauses],
        "audit": _audit(made),
        "does_not_count": list(sla.does_not_count(made.spec)),
        "security": security_view(spec, made.price),
        "delivery": {"week": made.week.isoformat(), "indicative": made.indicative},
        "assumptions": [
            {"number": row.number, "text": row.text, "tolerance": row.tolerance}
            for row in made.assumptions
        ],
        "advice": [one.to_data() for one in (*advice, *_budget_advice(made))],
        "warnings": list(made.warnings),
    }


def price_view(made: Offer) -> dict[str, Any]:
    """Return the price as plain data: its parts, the total and the range of it."""
    bill, spec = made.bill, made.spec
    tax = spec.commercial.tax
    return {
        "subtotal": str(bill.subtotal.value),
        "discount": str(bill.discount.value),
        "fees": str(bill.fees_total.value),
        "tax": [
            {
                "rate": str(tax.rate),
                "mode": tax.mode,
                "reason": tax.reason,
                "rounding": tax.rounding,
                "amount": str(bill.tax.value),
            }
        ],
        "total": str(bill.total.value),
        "range": {
            "low": str(made.low),
            "typical": str(bill.total.value),
            "high": str(made.high),
        },
    }


def _line(made: Offer, line: Line, row: BillLine | None) -> dict[str, Any]:
    view: dict[str, Any] = {
        "index": line.index,
        "type": line.type,
        "name": line_name(line),
        "work": line.work,
        "unit": line.unit if row is None else row.unit,
        "units": int(made.volumes[line.index].quoted.value),
        "unit_price": None,
        "tiers": [],
        "amount": None,
        "optional": line.optional,
        "alternative_to": line.alternative_to,
        "on_request": line.index in made.on_request,
        "booked": False,
    }
    if row is not None and made.bill.booked is not None and in_total(line):
        # Sold with the other lines as teams and months: no price of its own.
        view["units"], view["booked"] = int(row.units.value), True
    elif row is not None:
        view["units"] = int(row.units.value)
        view["unit_price"] = str(row.unit_price.value)
        view["amount"] = str(row.amount.value)
        view["tiers"] = [
            {
                "units": tier.units,
                "unit_price": str(tier.unit_price),
                "amount": str(tier.amount.value),
            }
            for tier in row.tiers
        ]
    return view


def _fees(bill: Bill) -> Iterator[dict[str, Any]]:
    for row in bill.fees:
        each = to_coins(row.amount.value / row.quantity, bill.currency)
        yield {
            "key": row.fee.key
            if row.kind in ("fee", "pilot")
            else f"{row.fee.key}_{row.kind}",
            "kind": row.kind,
            "name": row.name,
            "every": row.fee.every,
            "quantity": row.quantity,
            "unit": "months" if row.fee.every == "month" else "",
            "unit_price": str(each),
            "amount": str(to_coins(row.amount.value, bill.currency)),
        }
    if bill.minimum_top_up is not None:
        amount = str(to_coins(bill.minimum_top_up.value, bill.currency))
        yield {
            "key": "minimum_order",
            "kind": "minimum",
            "name": "Up to the minimum order",
            "every": "once",
            "quantity": 1,
            "unit": "",
            "unit_price": amount,
            "amount": amount,
        }


def _pilot(made: Offer) -> dict[str, Any] | None:
    if not made.spec.commercial.pilot:
        return None
    price = made.price
    return {
        "items": min(int(price.pilot_items.value), made.spec.items),
        "price": str(to_coins(price.pilot_price.value, made.bill.currency)),
        "credited": True,
        "collar": str(price.pilot_collar.value),
    }


def _audit(made: Offer) -> dict[str, Any]:
    rule = made.spec.quality.audit
    return {
        "rule": rule.rule,
        "unit": made.spec.quality.unit,
        "batch_items": min(made.spec.quality.batch_items, made.spec.items),
        "lines": [
            {
                "index": line.index,
                "line": line_name(line),
                "unit": plan.counts,
                "lot": int(plan.lot.value),
                "n": int(plan.n.value),
                "c": int(plan.c.value),
                "items": plan.items,
                "compared": [
                    beside.to_data(found, kind=made.spec.item_kind, line=line)
                    for found in beside.candidates(
                        made.spec, line, made.volumes[line.index], price=made.price
                    )
                ],
            }
            for line in made.spec.lines
            for plan in (made.plans[line.index],)
        ],
    }


def _budget_advice(made: Offer) -> Iterator[Advice]:
    if made.spec.budget is not None:
        yield from budget_advice(
            made.spec, made.spec.budget, price=made.price, unit_prices=made.unit_prices
        )


def budget_advice(
    spec: Spec,
    budget: Decimal,
    *,
    price: PriceSide,
    unit_prices: Mapping[int, Step],
) -> Iterator[Advice]:
    """Yield what a budget buys at these unit prices; it never changes a price.

    Nothing is said where a line of the total has no price, or where items are free.
    """
    lines = [line for line in spec.lines if in_total(line)]
    if any(line.index not in unit_prices for line in lines):
        return
    if bill_of(spec, price=price, unit_prices=unit_prices).lines_total == 0:
        return
    most = bought(
        spec,
        budget,
        total_of=lambda one: (
            bill_of(one, price=price, unit_prices=unit_prices).total.value
        ),
    )
    yield Advice(
        code="budget_buys",
        path="/budget",
        text=buys(spec, budget, most, prices="at these unit prices"),
        side="price",
        saves=None,
        patch=() if most is None else resizing(most),
    )


def _warnings(
    spec: Spec, on_request: frozenset[int], *, high: Decimal, is_gap: bool
) -> Iterator[dict[str, str]]:
    for index in sorted(on_request):
        line = spec.lines[index]
        yield {
            "code": "on_request",
            "path": line.path,
            "text": (
                f"{line_name(line)}: {line.complexity} scenes differ too much for a "
                f"published price. Ask for a quote."
            ),
        }
    cap = spec.commercial.cap
    if cap is not None and high > cap:
        yield {
            "code": "cap_may_bind",
            "path": "/commercial/cap",
            "text": (
                f"The total may reach {high:,.2f}, above the cap of {cap:,.2f}. "
                f"We warn at 50, 80 and 100 % of the cap and stop there."
            ),
        }
    if is_gap:
        yield {
            "code": "holidays_unknown",
            "path": "/start_on",
            "text": (
                "The public holidays of those years are not known yet, so the delivery "
                "week may be later."
            ),
        }
