"""A client document as the rows that its page and its PDF print.

Page and paper show the same rows in the same words, so both are given this one value,
made of the client document and of nothing else. It holds no sums: every number is
copied from the document, where the parts already add up. See docs/model.md#sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .client_dates import ClientDate, client_dates
from .pictures import Band, Weeks, band, weeks
from .snapshot import digest
from .texts import PARTS

WORK = {"audit": "existing labels checked", "correct": "existing labels corrected"}
EVERY = {"once": "once", "month": "monthly"}
COUNTED_IN_MONEY = frozenset({"team month", "hour", "fixed price"})
BILLED = "billed as more, which cost less"
TAX_NAMES = {
    "none": "Tax",
    "exclusive": "Tax",
    "inclusive": "Tax in the total",
    "reverse_charge": "Tax, reverse charge: you account for it",
}
FOLLOWS = {
    "unit": "You pay for accepted units.",
    "image": "You pay for accepted images, and for units above the cap.",
    "hour": "You pay for hours worked, never above the amount in this quote.",
    "pod_month": "You pay for teams by the month.",
    "fixed": "You pay one fixed amount.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """A row of the cost table; a price and an amount of None are on request.

    What is included in another row has no price of its own.
    """

    name: str
    detail: str
    quantity: int
    unit: str
    unit_price: str | None
    amount: str | None
    is_fee: bool = False
    is_included: bool = False

    @property
    def in_coins(self) -> bool:
        """Return whether the unit price is an amount of money, in whole coins."""
        return self.is_fee or self.unit in COUNTED_IN_MONEY


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRow:
    """Tax as the document states it: a rate, why, and an amount.

    `is_contained`: the total holds it already, so it is no summand.
    """

    name: str
    rate: str
    reason: str
    amount: str
    is_contained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One way to check a batch: as written, as quoted, or sized for the promise.

    `good_held`: how often good work is held back; `bad_passed`: how often bad work
    passes.
    """

    line: str
    name: str
    chosen: bool
    checked: str
    proves: str
    good_held: str
    bad_passed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """The ways to check batches beside each other, and the two qualities held to."""

    good: str
    bad: str
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A section in its place: a part that the document fills, or a text of its own."""

    part: str
    text: Mapping[str, Any] | None = None

    @property
    def page(self) -> str:
        """Return the template that prints it on the page."""
        return f"quotes/link/sections/{self.part}.html"

    @property
    def paper(self) -> str:
        """Return the template that prints it in the PDF."""
        return f"quotes/pdf/sections/{self.part}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that is printed for a client, in the order of the page."""

    document: Mapping[str, Any]
    offer: Mapping[str, Any]
    digest: str
    reference: str
    summary: str
    rows: tuple[CostRow, ...]
    tax: tuple[TaxRow, ...]
    beside: tuple[CostRow, ...]
    range_band: Band | None
    weeks: Weeks | None
    notes: tuple[str, ...]
    consequences: tuple[str, ...]
    selling: tuple[str, ...]
    plans: Plans | None
    dates: tuple[ClientDate, ...]

    @property
    def sections(self) -> tuple[Shown, ...]:
        """Return the sections in their order; older documents have the usual one."""
        said = self.document.get("texts")
        if said is None:
            return tuple(Shown(part=part) for part in PARTS)
        texts = {one["section"]: one for one in said["sections"]}
        return tuple(
            Shown(part="text", text=texts[key]) if key in texts else Shown(part=key)
            for key in said["order"]
        )

    @property
    def follows(self) -> str:
        """Return what the bill follows, as a sentence."""
        return FOLLOWS[basis_of(self.offer)]

    @property
    def still(self) -> str:
        """Return why the total does not move, as a sentence."""
        if basis_of(self.offer) == "pod_month":
            return "The total is the teams' price for these months."
        return "The number of objects does not move this total."

    @property
    def promises(self) -> tuple[Mapping[str, Any], ...]:
        """Return what the vendor promises, clause by clause."""
        return tuple(one for one in self.offer["clauses"] if not _is_owed(one))

    @property
    def owed(self) -> tuple[Mapping[str, Any], ...]:
        """Return what the client owes, clause by clause."""
        return tuple(one for one in self.offer["clauses"] if _is_owed(one))

    @property
    def has_discount(self) -> bool:
        """Return whether a discount is taken off."""
        return Decimal(self.offer["price"]["discount"]) != 0

    @property
    def monogram(self) -> str:
        """Return the letter that stands where a vendor has no logo."""
        return str(self.document["vendor"]["name"])[:1].upper()

    @property
    def batches(self) -> int:
        """Return in how many batches the items are delivered."""
        size = self.offer["audit"]["batch_items"]
        return -(-int(self.offer["items"]) // int(size))


def sheet(
    document: Mapping[str, Any],
    *,
    offer: Mapping[str, Any] | None = None,
    starts: str | None = None,
) -> Sheet:
    """Return a client document as rows.

    `offer` is one of its scenarios as it is chosen, with its first day; without it, the
    first scenario as it is offered.
    """
    view = document["offer"] if offer is None else offer
    price = view["price"]["range"]
    low, typical, high = (Decimal(price[key]) for key in ("low", "typical", "high"))
    lines = [line for line in view["lines"] if _in_total(line)]
    others = [line for line in view["lines"] if not _in_total(line)]
    starts = starts or document.get("starts")
    return Sheet(
        document=document,
        offer=view,
        digest=digest(document),
        reference=f"{document['number']}-{document['revision']}",
        summary=_summary(view, lines),
        rows=(
            *_booked_rows(view),
            *_line_rows(lines),
            *_fee_rows(view["fees"]),
        ),
        tax=tuple(_tax_row(tax) for tax in view["price"]["tax"]),
        beside=tuple(_beside_rows(others, view["lines"])),
        range_band=band(low, typical, high),
        weeks=weeks(
            date.fromisoformat(starts), date.fromisoformat(view["delivery"]["week"])
        )
        if starts
        else None,
        notes=tuple(dict.fromkeys(c["note"] for c in view["clauses"] if c.get("note"))),
        consequences=consequences(view["clauses"]),
        selling=tuple(_selling(view)),
        plans=plans(view["audit"]["lines"]),
        dates=client_dates(view, starts=starts),
    )


def consequences(clauses: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what the promises ask of the work; older documents do not say it."""
    found = (clause.get("consequence", "") for clause in clauses)
    return tuple(dict.fromkeys(one for one in found if one))


def _is_owed(clause: Mapping[str, Any]) -> bool:
    return bool(clause["metric"] == "obligation")


def plans(lines: Sequence[Mapping[str, Any]]) -> Plans | None:
    """Return the plans of all lines; None in a document that does not compare them.

    A line is named where there are several.
    """
    found = [(line, row) for line in lines for row in line.get("compared", ())]
    if not found:
        return None
    _, first = found[0]
    return Plans(
        good=first["good"],
        bad=first["bad"],
        rows=tuple(
            PlanRow(
                line=line["line"] if len(lines) > 1 else "",
                name=row["name"],
                chosen=row["chosen"],
                checked=row["sample_text"],
                proves=row["proves_text"],
                good_held=row["good_blocked"],
                bad_passed=row["bad_released"],
            )
            for line, row in found
        ),
    )


def basis_of(view: Mapping[str, Any]) -> str:
    """Return by what a document sells; those before it was stated sell by the unit."""
    return str(view.get("basis", {}).get("key", "unit"))


def _tax_row(tax: Mapping[str, Any]) -> TaxRow:
    return TaxRow(
        name=TAX_NAMES[tax["mode"]],
        rate=tax["rate"],
        reason=tax["reason"],
        amount=tax["amount"],
        is_contained=tax["mode"] == "inclusive",
    )


def _booked_rows(view: Mapping[str, Any]) -> Iterator[CostRow]:
    """Yield the teams that are sold for months; the lines are included in them."""
    booked = view.get("basis", {}).get("booked")
    if booked is None:
        return
    teams, months = booked["teams"], booked["months"]
    yield CostRow(
        name=f"{teams:,} team{'' if teams == 1 else 's'} of {booked['people']:,}",
        detail=f"for {months:,} month{'' if months == 1 else 's'}",
        quantity=booked["team_months"],
        unit="team month",
        unit_price=booked["unit_price"],
        amount=booked["amount"],
    )


def _selling(view: Mapping[str, Any]) -> Iterator[str]:
    """Yield who bears which risk, what a unit comes to, and the cap, as sentences."""
    found = view.get("basis")
    if found is None:
        return
    yield found["volume_risk"]["text"]
    yield found["time_risk"]["text"]
    printed = {line["index"]: line["unit_price"] for line in view["lines"]}
    said = [
        f"{_short(one['unit_price'])} {view['currency']} for each {one['unit']}"
        for one in found["equivalents"]
        if printed[one["index"]] is None
        or Decimal(printed[one["index"]]) != Decimal(one["unit_price"])
    ]
    if said:
        yield f"This comes to {', '.join(said)}."


def _short(price: str) -> str:
    """Return a price without idle zeros, four decimals at least."""
    value = Decimal(price)
    four = value.quantize(Decimal("0.0001"))
    return str(four if four == value else value)


def _in_total(line: Mapping[str, Any]) -> bool:
    return (
        not line["optional"]
        and line["alternative_to"] is None
        and (line["amount"] is not None or line.get("booked", False))
    )


def _summary(view: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> str:
    """Return what is ordered in one sentence: 100,000 images, with boxes."""
    kind = view["item_kind"]
    items = f"{int(view['items']):,} {kind}{'' if view['items'] == 1 else 's'}"
    names = list(dict.fromkeys(str(line["name"]).lower() for line in lines))
    listed = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    return f"{items}, with {listed}" if listed else items


def _line_rows(lines: Iterable[Mapping[str, Any]]) -> Iterator[CostRow]:
    for line in lines:
        tiers, detail = line["tiers"], WORK.get(line.get("work", ""), "")
        if len(tiers) == 1 and tiers[0]["units"] != line["units"]:
            # One price for all units, of which more cost less.
            detail = ", ".join(filter(None, [detail, f"{line['units']:,} {BILLED}"]))
            yield CostRow(
                name=line["name"],
                detail=detail,
                quantity=tiers[0]["units"],
                unit=line["unit"],
                unit_price=tiers[0]["unit_price"],
                amount=tiers[0]["amount"],
            )
            continue
        if len(tiers) <= 1:
            price = tiers[0]["unit_price"] if tiers else line["unit_price"]
            yield CostRow(
                name=line["name"],
                detail=detail,
                quantity=line["units"],
                unit=line["unit"],
                unit_price=price,
                amount=line["amount"],
                is_included=line.get("booked", False),
            )
            continue
        for place, tier in enumerate(tiers):
            yield CostRow(
                name=line["name"],
                detail=", ".join(filter(None, [detail, _tier(place, tier["units"])])),
                quantity=tier["units"],
                unit=line["unit"],
                unit_price=tier["unit_price"],
                amount=tier["amount"],
            )


def _tier(place: int, units: int) -> str:
    return f"{'the next' if place else 'the first'} {units:,}"


def _fee_rows(fees: Iterable[Mapping[str, Any]]) -> Iterator[CostRow]:
    for fee in fees:
        yield CostRow(
            name=fee["name"],
            detail=EVERY.get(fee["every"], "")
            if fee.get("kind", "fee") == "fee"
            else "",
            quantity=fee["quantity"],
            unit=str(fee["unit"]).removesuffix("s"),
            unit_price=fee["unit_price"],
            amount=fee["amount"],
            is_fee=True,
        )


def _beside_rows(
    lines: Iterable[Mapping[str, Any]], every: list[Mapping[str, Any]]
) -> Iterator[CostRow]:
    """Yield what can be added or taken instead: not in the total."""
    for line in lines:
        own = str(line["name"])
        name, detail = f"Optional: {own.lower()}", "not in the total"
        if line["alternative_to"] is not None:
            other = str(every[line["alternative_to"]]["name"]).lower()
            name = f"{own} instead of {other}"
        if line["amount"] is None:
            detail = "priced on request, not in the total"
        yield CostRow(
            name=name,
            detail=detail,
            quantity=line["units"],
            unit=line["unit"],
            unit_price=line["unit_price"],
            amount=line["amount"],
        )
