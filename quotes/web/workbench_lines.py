"""The lines of the workbench: price by line, fees, and the scope beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from quotes.queries.trial import reach_of
from quotes.web.pages import (
    BindingChoice,
    Fact,
    FeeRow,
    LineRow,
    Revision,
    Slider,
    WayRow,
)
from scoping.calc.layout import with_article
from scoping.calc.worth import in_words
from scoping.templatetags.plumbline import (
    count,
    day,
    money,
    number,
    plural,
    share_percent,
    unit_price,
)
from scoping.web.components import Badge
from scoping.web.drawings import market_band
from scoping.web.outcome import BINDINGS
from scoping.web.scope_pages import SITES
from scoping.web.spec_entries import BASES

BEARERS = {
    "client": "the client's risk",
    "vendor": "our risk",
    "shared": "shared: ours above the amount",
}
CLOCKS = {
    "gesture": "drawing alone",
    "label": "time on the label",
    "session": "time in the session",
}


def line_row(row: Mapping[str, Any], revision: Revision, *, currency: str) -> LineRow:
    """Return a line of the estimate with its price on its market range."""
    suggested, band = row["suggested"], row["band"]
    decided = Decimal(row["decided_price"])
    typed = row["binding"] == "typed"
    why = revision.decisions.get(row["index"], "")
    words = BINDINGS[row["binding"]]
    return LineRow(
        index=row["index"],
        name=row["name"],
        notes=tuple(_notes(row, currency=currency)),
        badges=tuple(_line_badges(row)),
        units=count(row["units"]),
        unit=plural(row["units"], row["unit"]),
        pace=(
            f"{number(row['seconds_per_unit'])} s, "
            f"{number(row['throughput']['per_hour'], 0)} an hour, "
            f"{count(row['throughput']['per_person_day'])} a person-day "
            f"({CLOCKS.get(row['clock'], row['clock'])})"
        ),
        band=market_band(
            Decimal(band["low"]),
            Decimal(band["high"]),
            prices=(
                Decimal(suggested["list"]),
                Decimal(suggested["target"]),
                Decimal(suggested["floor"]),
                decided,
            ),
        ),
        weak=bool(band["weak"]),
        price=unit_price(decided),
        binding=f"{words}: {why}" if typed and why else words,
        amount=_amount(row),
        margin=""
        if row["margin_share"] is None
        else share_percent(row["margin_share"], 1),
        choices=tuple(
            BindingChoice(
                key=key,
                words=words
                if key == "typed"
                else f"{words} {unit_price(suggested[key])}",
                chosen=row["binding"] == key,
                price="" if key == "typed" else suggested[key],
            )
            for key, words in BINDINGS.items()
        ),
        slider=_slider(row),
        why=why,
    )


def _slider(row: Mapping[str, Any]) -> Slider:
    band, prices = row["band"], (*row["suggested"].values(), row["decided_price"])
    reach = reach_of(
        (Decimal(band["low"]), Decimal(band["high"])),
        tuple(Decimal(price) for price in prices),
    )
    return Slider(least=f"{reach.least}", most=f"{reach.most}", step=f"{reach.step}")


def _amount(row: Mapping[str, Any]) -> str:
    if row.get("booked"):
        return "included"
    return "on request" if row["amount"] is None else money(row["amount"])


def _notes(row: Mapping[str, Any], *, currency: str) -> Iterator[str]:
    yield f"{number(row['position'])} into the market range"
    # Estimates of before have no worth of pre-labels.
    worth = row.get("prelabels")
    if worth is not None:
        yield in_words(worth, currency=currency)


def _line_badges(row: Mapping[str, Any]) -> Iterator[Badge]:
    if row["above_band"]:
        yield Badge(words="above range", kind="bad", icon="warning")
    if row["optional"]:
        yield Badge(words="optional")
    if row["alternative_to"] is not None:
        yield Badge(words=f"instead of line {row['alternative_to'] + 1}")
    if row["band"]["weak"]:
        yield Badge(words="weak evidence", kind="warn", icon="question")


def fee_rows(estimate: Mapping[str, Any]) -> Iterator[FeeRow]:
    """Yield what stands below the lines: booked teams, discount, fees, tax."""
    currency, price = estimate["currency"], estimate["price"]
    booked = estimate.get("basis", {}).get("booked")
    if booked is not None:
        yield FeeRow(
            name=f"{plural(booked['teams'], 'Team').capitalize()} of "
            f"{booked['people']}: {booked['teams']} for {booked['months']} months",
            detail=f"{booked['team_months']} × {money(booked['unit_price'], currency)}",
            amount=money(booked["amount"], currency),
        )
    if Decimal(price["discount"]):
        minus = Decimal(price["discount"]).copy_negate()
        yield FeeRow(
            name="Discount", detail="on the rows above", amount=money(minus, currency)
        )
    for fee in estimate["fees"]:
        yield FeeRow(
            name=fee["name"],
            detail=_times(fee, currency),
            amount=money(fee["amount"], currency),
        )
    for tax in price["tax"]:
        if Decimal(tax["amount"]):
            yield FeeRow(
                name="Tax in the total" if tax["mode"] == "inclusive" else "Tax",
                detail=f"{share_percent(tax['rate'])}, {tax['reason']}",
                amount=money(tax["amount"], currency),
            )


def way_rows(estimate: Mapping[str, Any]) -> Iterator[WayRow]:
    """Yield the ways to sell the project; documents before them have none."""
    currency, names = estimate["currency"], dict(BASES)
    for way in estimate.get("bases", ()):
        share, teams = way["margin_share"], way["teams"]
        yield WayRow(
            name=names[way["basis"]],
            taken=way["taken"],
            total=money(way["total"], currency),
            equivalents=tuple(_comes_to(one) for one in way["equivalents"]),
            margin="" if share is None else share_percent(share, 1),
            loss=share_percent(way["loss_probability"], 1),
            volume_risk=BEARERS[way["volume_risk"]],
            time_risk=BEARERS[way["time_risk"]],
            note=""
            if teams is None
            else f"the months are enough in {share_percent(teams['chance_enough'], 0)}",
        )


def _times(fee: Mapping[str, Any], currency: str) -> str:
    """Return how often a fee is due: once, 2 × 400.00, 3 months × 320.00."""
    many, price = fee["quantity"], money(fee["unit_price"], currency)
    if fee["every"] == "month":
        return f"{many} {plural(many, 'month')} × {price}"
    return "once" if many == 1 else f"{many} × {price}"


def _comes_to(one: Mapping[str, Any]) -> str:
    """Return what a unit comes to at four decimals: 0.0840 a box."""
    each = Decimal(one["unit_price"]).quantize(Decimal("0.0001"))
    return f"{unit_price(each)} {with_article(one['unit'])}"


def tax_words(estimate: Mapping[str, Any]) -> str:
    """Return what is said of tax beside the total."""
    taxes = estimate["price"]["tax"]
    if any(Decimal(tax["amount"]) for tax in taxes):
        return "tax included"
    reason = next((tax["reason"] for tax in taxes if tax["reason"]), "")
    return f"no tax: {reason}" if reason else "no tax"


def scope_facts(spec: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the answers of the scope that a reader looks for first."""
    kind = plural(spec["items"], spec["item_kind"])
    quality, team, terms = spec["quality"], spec["team"], spec["commercial"]
    yield Fact(name=kind.capitalize(), value=count(spec["items"]))
    yield Fact(name="Start", value=day(spec["start_on"]))
    if spec["deadline"]:
        yield Fact(name="Deadline", value=day(spec["deadline"]))
    yield Fact(name="Right", value=share_percent(quality["accuracy"]))
    yield Fact(name="Agreement", value=share_percent(quality["agreement"]))
    yield Fact(name="Batch", value=f"{count(quality['batch_items'])} {kind}")
    yield Fact(name="Reviews", value=count(quality["reviews"]))
    yield Fact(
        name="Annotators",
        value=count(team["annotators"]) if team["annotators"] else "standard team",
    )
    yield Fact(name="Site", value=SITES.get(spec["site"], spec["site"]))
    yield Fact(name="Plan at", value=share_percent(terms["confidence"]))
    yield Fact(name="Discount", value=share_percent(terms["discount"]))


def scope_line_facts(
    spec: Mapping[str, Any], estimate: Mapping[str, Any]
) -> Iterator[Fact]:
    """Yield how many units an item holds, line by line."""
    for said, row in zip(spec["lines"], estimate["lines"], strict=True):
        article = "an" if spec["item_kind"] == "image" else "a"
        shown = _per_item(said["units_per_item"].get("mean"))
        yield Fact(
            name=row["name"],
            value=f"{shown} {article} {spec['item_kind']}, {said['complexity']}",
        )


def _per_item(mean: Any) -> str:
    if isinstance(mean, Mapping):
        return " – ".join(number(value, 1) for value in mean.values())
    return "measured on a sample:" if mean is None else number(mean, 1)
