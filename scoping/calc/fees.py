"""Fees: which are due, which are waived, and the pilot that production is credited.

A fee is due under its condition, or because staff added it. A waived one stays on the
bill as two rows, its price and the same taken off, so that a client sees what is given;
its cost stays ours. A paid pilot is two rows too: its price, and the credit that it
becomes when production starts. See docs/model.md#fees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from . import number
from .rates.values import FeePrice, PriceSide
from .spec.values import Spec
from .trace import Step, derive

PILOT = "pilot"
RowKind = Literal["fee", "waiver", "pilot", "credit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """One fee: how many times, at which price. A waiver or a credit is below nothing.

    `kind`: a fee, what is taken off because it is waived, the pilot, its credit.
    """

    fee: FeePrice
    kind: RowKind
    quantity: int
    amount: Step

    @property
    def name(self) -> str:
        """Return what the row is called on a bill."""
        if self.kind == "waiver":
            return f"{self.fee.name}, waived"
        if self.kind == "credit":
            return f"{self.fee.name}, credited when production starts"
        return self.fee.name


def taken_off(amount: Any) -> Any:
    """Return an amount as one that is taken off."""
    return -amount


def fee_quantity(fee: FeePrice, spec: Spec, *, months: int) -> int:
    """Return how many times a fee is due under the spec's conditions; 0 if not."""
    conditions = spec.conditions
    times = {
        "always": 1,
        "never": 0,
        "pilot": int(spec.commercial.pilot),
        "tool": int(conditions.tool is None),
        "secure_room": int(conditions.secure_room),
        "residency": int(conditions.residency is not None),
        "extra_language": max(0, len(conditions.guideline_languages) - 1),
    }[fee.when]
    if fee.key in spec.commercial.fees.added:
        times = max(times, 1)
    return times * (months if fee.every == "month" else 1)


def fee_rows(spec: Spec, *, price: PriceSide, months: int) -> Iterator[FeeRow]:
    """Yield every fee that is due, each waived one followed by what is taken off."""
    waived = spec.commercial.fees.waived
    for fee in price.fees:
        quantity = fee_quantity(fee, spec, months=months)
        if quantity == 0:
            continue
        amount = fee.price.step(fee.name)
        if quantity > 1:
            amount = derive(
                f"{fee.name}, {quantity} times",
                number.total,
                *([amount] * quantity),
                unit=price.currency,
                because="once for each time it is due",
            )
        yield FeeRow(fee=fee, kind="fee", quantity=quantity, amount=amount)
        if fee.key in waived:
            yield FeeRow(
                fee=fee, kind="waiver", quantity=quantity, amount=_off(amount, "waived")
            )
    if spec.commercial.pilot:
        yield from _pilot(price)


def _pilot(price: PriceSide) -> Iterator[FeeRow]:
    fee = FeePrice(
        key=PILOT,
        name="Pilot",
        every="once",
        waivable=True,
        when=PILOT,
        price=price.pilot_price,
    )
    amount = fee.price.step("Pilot")
    yield FeeRow(fee=fee, kind="pilot", quantity=1, amount=amount)
    yield FeeRow(
        fee=fee,
        kind="credit",
        quantity=1,
        amount=_off(amount, "credited to production"),
    )


def _off(amount: Step, why: str) -> Step:
    return derive(
        f"{amount.name}, {why}",
        taken_off,
        amount,
        unit=amount.unit,
        because=f"the same amount, {why}",
    )
