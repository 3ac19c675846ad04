"""What an offer says about how it is sold: risks, equivalents, caps, as plain data.

For clients and staff alike, so it is made of the bill and the card's price side alone.
See docs/model.md#selling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from .bases import RISKS, SELLS, density_cap, equivalent
from .bill import Bill, BillLine
from .layout import percent
from .money import to_coins
from .rates.values import PriceSide
from .spec.values import Spec
from .volume import LineVolume

WARN_AT = (Decimal("0.5"), Decimal("0.8"), Decimal(1))
"""The shares of a cap at which the client is told; at the last one work stops."""


def basis_view(
    spec: Spec,
    bill: Bill,
    volumes: Mapping[int, LineVolume],
    *,
    price: PriceSide,
) -> dict[str, Any]:
    """Return how a bill is sold: what, who bears which risk, what a unit comes to."""
    basis = spec.commercial.basis
    risks = RISKS[basis]
    return {
        "key": basis,
        "sells": SELLS[basis],
        "volume_risk": {"bearer": risks.volume, "text": risks.volume_text},
        "time_risk": {"bearer": risks.time, "text": risks.time_text},
        "equivalents": [
            _equivalent(spec, row, volumes[row.line.index], price=price)
            for row in bill.lines
        ],
        "booked": _booked(bill),
    }


def _equivalent(
    spec: Spec, row: BillLine, volume: LineVolume, *, price: PriceSide
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "index": row.line.index,
        "unit": row.line.unit,
        "units": int(volume.quoted.value),
        "unit_price": str(equivalent(row.amount.value, volume.quoted.value)),
        "amount": str(row.amount.value),
    }
    if spec.commercial.basis == "image":
        cap = density_cap(row.line, volume, price=price)
        found["density_cap"] = None if cap is None else str(cap)
        found["above_cap"] = None if cap is None else str(row.decided.value)
    return found


def _booked(bill: Bill) -> dict[str, Any] | None:
    found = bill.booked
    if found is None:
        return None
    return {
        "teams": int(found.teams.value),
        "people": found.people,
        "months": int(found.months.value),
        "team_months": int(found.team_months.value),
        "unit_price": str(to_coins(found.price.value, bill.currency)),
        "amount": str(found.amount.value),
    }


def cap_view(spec: Spec, *, currency: str) -> dict[str, Any] | None:
    """Return the cap of a bill with the amounts at which the client is told."""
    cap = spec.commercial.cap
    if cap is None:
        return None
    return {
        "amount": str(to_coins(cap, currency)),
        "warn_at": [
            {"share": str(share), "amount": str(to_coins(cap * share, currency))}
            for share in WARN_AT
        ],
        "then": "work stops",
    }


def exchange_view(price: PriceSide) -> dict[str, str | None] | None:
    """Return the rate at which prices were turned, None in the card's own currency."""
    found = price.exchanged
    if found is None:
        return None
    return {
        "base": found.base,
        "quote": found.quote,
        "rate": str(found.rate.value),
        "as_of": found.rate.as_of,
        "source": found.rate.source,
        "buffer": None if found.buffer is None else str(found.buffer.value),
    }


def cap_reached(cap: Decimal, billed: Decimal) -> tuple[Decimal, ...]:
    """Return the shares of a cap that a billed amount has reached, lowest first.

    Work stops where the last one, 1, is among them.

    >>> cap_reached(Decimal(1000), Decimal("800.00"))
    (Decimal('0.5'), Decimal('0.8'))
    """
    return tuple(share for share in WARN_AT if billed >= cap * share)


def selling_terms(
    spec: Spec,
    bill: Bill,
    volumes: Mapping[int, LineVolume],
    *,
    price: PriceSide,
) -> Iterator[tuple[str, str, str]]:
    """Yield what the basis and the cap assume: text, what holds while, path."""
    currency = bill.currency
    if spec.commercial.basis == "image":
        yield from _density(spec, bill, volumes, price=price)
    if spec.commercial.basis == "hour" and bill.lines:
        whole = sum((row.amount.value for row in bill.lines), Decimal(0))
        units = ", ".join(
            f"{int(volumes[row.line.index].quoted.value):,} {_many(row)}"
            for row in bill.lines
        )
        yield (
            (
                f"Labelling and checking are billed by the hour and do not exceed "
                f"{whole:,.{_digits(currency)}f} {currency} for {units}"
            ),
            "more of them need an order of yours",
            "/commercial/basis",
        )
    if bill.booked is not None:
        many = int(bill.booked.teams.value)
        months = int(bill.booked.months.value)
        yield (
            (
                f"{_plural(many, 'team')} of {_plural(bill.booked.people, 'person')} "
                f"{'works' if many == 1 else 'work'} for {_plural(months, 'month')}; "
                f"how much is finished in that time is not promised"
            ),
            "another month is ordered before the last one ends",
            "/commercial/basis",
        )
    yield from _exchange(price)
    cap = cap_view(spec, currency=currency)
    if cap is not None:
        *before, last = (
            f"{Decimal(step['amount']):,.{_digits(currency)}f}"
            for step in cap["warn_at"]
        )
        yield (
            f"Nothing is billed above {last} {currency}, tax included",
            f"we tell you at {' and '.join(before)}, and at {last} work stops",
            "/commercial/cap",
        )
    if spec.commercial.holdback is not None:
        yield (
            f"{percent(str(spec.commercial.holdback))} of each invoice is held back",
            "it is invoiced once the last batch is accepted",
            "/commercial/holdback",
        )


def _exchange(price: PriceSide) -> Iterator[tuple[str, str, str]]:
    found = price.exchanged
    if found is None:
        return
    rate = f"{found.rate.value:,f}"
    moved = "" if found.buffer is None else f" {percent(str(found.buffer.value))}"
    yield (
        (
            f"One {found.base} is {rate} {found.quote} ({found.rate.source}, "
            f"{found.rate.as_of})"
        ),
        f"a rate more than{moved} away is priced anew" if moved else "as stated",
        "/currency",
    )


def _density(
    spec: Spec,
    bill: Bill,
    volumes: Mapping[int, LineVolume],
    *,
    price: PriceSide,
) -> Iterator[tuple[str, str, str]]:
    kind = spec.item_kind
    article = "an" if kind[0] in "aeiou" else "a"
    for row in bill.lines:
        cap = density_cap(row.line, volumes[row.line.index], price=price)
        if cap is None:
            continue
        yield (
            (
                f"The price of {article} {kind} covers up to {cap.normalize():f} "
                f"{_many(row)} {article} {kind} on average"
            ),
            (
                f"what is above is billed at {row.decided.value.normalize():f} "
                f"{bill.currency} for each"
            ),
            f"{row.line.path}/units_per_item",
        )


def _many(row: BillLine) -> str:
    unit = row.line.unit
    return f"{unit}es" if unit.endswith("x") else f"{unit}s"


def _plural(count: int, word: str) -> str:
    many = "people" if word == "person" else f"{word}s"
    return f"{count:,} {word if count == 1 else many}"


def _digits(currency: str) -> int:
    return -int(to_coins(Decimal(0), currency).as_tuple().exponent)
