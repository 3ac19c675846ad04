"""The answer of an estimate as figures and sentences, for workbench and preview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from scoping.templatetags.plumbline import day, money, share_percent, whole_money
from scoping.web.components import Kind, Message, Stat

KIND_OF: dict[str, Kind] = {
    "band_does_not_pay": "bad",
    "below_floor": "bad",
    "loss_likely": "warn",
}
FIRST = ("band_does_not_pay", "below_floor", "loss_likely", "deadline_at_risk")
"""Warnings that stand above the answer, the most serious first."""
BINDINGS = {
    "list": "list price",
    "target": "target",
    "floor": "floor",
    "typed": "typed",
}
"""What a decided unit price follows."""


def warning_message(warning: Mapping[str, str]) -> Message:
    """Return a warning with its first sentence set apart."""
    first, stop, rest = str(warning["text"]).partition(". ")
    kind = KIND_OF.get(warning["code"], "warn" if warning["code"] in FIRST else "info")
    if not stop:
        return Message(kind=kind, text=first)
    return Message(kind=kind, strong=f"{first}.", text=rest)


def stats_of(
    estimate: Mapping[str, Any], *, loss_limit: Decimal | None
) -> Iterator[Stat]:
    """Yield the five figures of an estimate: price, cost, margin, loss, week."""
    currency, cost = estimate["currency"], estimate["cost"]
    price, margin = estimate["price"], estimate["margin"]
    loss = Decimal(margin["loss_probability"])
    yield Stat(
        name=f"Price, {currency}",
        value=money(price["total"], currency),
        notes=(
            three(price["range"], ("low", "typical", "high")),
            "low – typical – high",
        ),
    )
    yield Stat(
        name=f"Cost, typical, {currency}",
        value=whole_money(cost["p50"]),
        notes=(three(cost, ("p10", "p50", "p90")),),
    )
    yield Stat(
        name="Margin, mean",
        value=share_percent(margin["share"], 1),
        notes=(f"{whole_money(margin['mean'])} {currency}",),
        kind="over" if Decimal(margin["mean"]) < 0 else "",
    )
    limit = () if loss_limit is None else (share_percent(loss_limit, 1),)
    yield Stat(
        name="Chance of a loss",
        value=share_percent(loss, 1),
        notes=tuple(f"policy allows {one}" for one in limit),
        kind="over" if loss_limit is not None and loss > loss_limit else "",
    )
    yield Stat(
        name="Promised, week of",
        value=day(estimate["schedule"]["promised"]),
        notes=(f"typical finish {day(estimate['schedule']['finish']['p50'])}",),
        is_words=True,
    )


def three(said: Mapping[str, str], keys: tuple[str, str, str]) -> str:
    """Return three amounts as a range: low – typical – high."""
    return " – ".join(whole_money(said[key]) for key in keys)
