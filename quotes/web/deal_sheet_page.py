"""What the deal sheet says: one page for whoever decides about a price.

Read from the estimate documents of a revision, live ones of a draft or those frozen
with what was sent. It computes nothing that is not in there, and has room for one page:
of what is long, the largest rows stand on it and the rest is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from scoping.templatetags.plumbline import (
    change,
    count,
    money,
    plural,
    share_percent,
    unit_price,
    week,
    whole_money,
)
from scoping.web.components import Stat
from scoping.web.outcome import BINDINGS, FIRST, stats_of, three

from .deal_sheet_room import HEAD, ROOM, shares

FEWEST = (5, 4, 4)
"""Lines, promises and assumptions that stand on the fullest page."""
MOST_FINDINGS = 3
MOST_TEXT = 120
POLICY = ("loss_likely", "below_floor")
"""Warnings that policy speaks of too: they stand under the approval."""
RISKS = 3
QUARTERS = (("low", "p10"), ("typical", "p50"), ("8 in 10", "p80"), ("high", "p90"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of cells; `strong` for a total, `kind` over where it asks for attention."""

    cells: tuple[str, ...]
    note: str = ""
    strong: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows with what stands on the quote and has no room here."""

    rows: tuple[Row, ...]
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario of the revision with its estimate document."""

    letter: str
    name: str
    estimate: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What the sheet says of a revision besides its estimates."""

    reference: str
    client: str
    vendor: str
    state: str
    dated: date
    valid: str
    by: str
    findings: Sequence[str]
    approval: str
    loss_limit: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DealSheet:
    """One page; `letter` is the scenario whose lines, risks and promises it prints.

    `scenarios` stand side by side where there are several.
    """

    deal: Deal
    title: str
    letter: str
    currency: str
    stats: tuple[Stat, ...]
    warnings: tuple[str, ...]
    scenarios: tuple[Row, ...]
    measures: tuple[str, ...]
    lines: Part
    stages: tuple[Row, ...]
    risks: tuple[Row, ...]
    finish: tuple[Row, ...]
    promises: Part
    missed: tuple[Row, ...]
    assumed: Part
    findings: Part
    made_with: str


def deal_sheet(deal: Deal, scenarios: Sequence[Scenario], *, letter: str) -> DealSheet:
    """Return the sheet of a revision, in detail for one of its scenarios."""
    shown = next(one for one in scenarios if one.letter == letter)
    estimate = shown.estimate
    warnings = tuple(
        _short(one["text"])
        for one in estimate["warnings"]
        if one["code"] in FIRST and one["code"] not in POLICY
    )[:MOST_FINDINGS]
    sides = (
        tuple(_side_by_side(scenarios, limit=deal.loss_limit))
        if len(scenarios) > 1
        else ()
    )
    missed = tuple(_missed(estimate))
    lines, clauses, assumed = _lines(estimate), _clauses(estimate), _assumed(estimate)
    parts = [[row.cells for row in rows] for rows in (lines, clauses, assumed)]
    stages = tuple(_stages(estimate))
    free = ROOM - len(warnings) - min(len(deal.findings), MOST_FINDINGS)
    free -= len(missed) + bool(missed) + (HEAD + len(sides) if sides else 0)
    free -= len(QUARTERS) + HEAD + sum(map(min, map(len, parts), FEWEST))
    if free < len(stages) + HEAD:
        stages = ()
    else:
        free -= len(stages) + HEAD
    most = shares(parts, fewest=FEWEST, free=max(0, free))
    return DealSheet(
        deal=deal,
        title=_short(shown.name, 46),
        letter=letter,
        currency=estimate["currency"],
        stats=tuple(stats_of(estimate, loss_limit=deal.loss_limit)),
        warnings=warnings,
        measures=tuple(f"{one.letter}: {_short(one.name, 26)}" for one in scenarios),
        scenarios=sides,
        lines=_cut(lines, most=most[0], word="line"),
        stages=stages,
        risks=tuple(_risks(estimate))[:RISKS],
        finish=tuple(_finish(estimate["schedule"])),
        promises=_cut(clauses, most=most[1], word="promise"),
        missed=missed,
        assumed=_cut(assumed, most=most[2], word="assumption"),
        findings=_cut(
            [Row(cells=(_short(one),)) for one in deal.findings],
            most=MOST_FINDINGS,
            word="finding",
        ),
        made_with=(
            f"Rate card {estimate['card']}, {count(estimate['draws'])} draws, engine "
            f"{estimate['engine']}."
        ),
    )


def _side_by_side(
    scenarios: Sequence[Scenario], *, limit: Decimal | None
) -> Iterator[Row]:
    """Yield what a reader compares, a row each, a scenario in each column."""
    found = [one.estimate for one in scenarios]

    def row(name: str, *cells: str, strong: bool = False) -> Row:
        return Row(cells=(name, *cells), strong=strong)

    currencies = {one["currency"] for one in found}
    if len(currencies) > 1:
        yield row("Currency", *(one["currency"] for one in found))
    yield row(
        f"Price, {', '.join(sorted(currencies))}",
        *(money(one["price"]["total"], one["currency"]) for one in found),
        strong=True,
    )
    yield row("Price, by quantity", *(_price_range(one) for one in found))
    yield row(
        "Cost, low – typical – high",
        *(three(one["cost"], ("p10", "p50", "p90")) for one in found),
    )
    yield row(
        "Margin, mean",
        *(
            f"{whole_money(one['margin']['mean'])}, "
            f"{share_percent(one['margin']['share'], 1)}"
            for one in found
        ),
    )
    allowed = "" if limit is None else f" (at most {share_percent(limit, 1)})"
    yield row(
        f"Chance of a loss{allowed}",
        *(share_percent(one["margin"]["loss_probability"], 1) for one in found),
    )
    yield row("Promised", *(week(one["schedule"]["promised"]) for one in found))


def _price_range(estimate: Mapping[str, Any]) -> str:
    return three(estimate["price"]["range"], ("low", "typical", "high"))


def _clauses(estimate: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            cells=(
                _short(one["promise"], 60),
                _short(one["how_much"], 80),
                _short(one["remedy"], 60),
            )
        )
        for one in estimate["clauses"]
    ]


def _assumed(estimate: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            cells=(
                str(one["number"]),
                _short(one["text"], 90),
                _short(one["tolerance"], 60),
            )
        )
        for one in estimate["assumptions"]
    ]


def _stages(estimate: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the stages that are worked: gate, paid hours, mean cost."""
    for one in estimate["stages"]:
        if one["used"]:
            yield Row(
                cells=(
                    f"{one['number']}. {one['name']}",
                    _short(one["gate"], 60),
                    count(round(Decimal(one["hours"]))),
                    money(one["cost"], estimate["currency"]),
                )
            )


def _lines(estimate: Mapping[str, Any]) -> list[Row]:
    """Return the lines by amount, the largest first; what is beside the total last."""
    rows = sorted(
        estimate["lines"],
        key=lambda one: (not one["in_total"], -Decimal(one["amount"] or 0)),
    )
    return [_line(one) for one in rows]


def _line(row: Mapping[str, Any]) -> Row:
    suggested, band = row["suggested"], row["band"]
    share = row["margin_share"]
    amount = "on request" if row["amount"] is None else money(row["amount"])
    return Row(
        cells=(
            _short(row["name"], 40),
            f"{count(row['units'])} {plural(row['units'], row['unit'])}",
            unit_price(row["decided_price"]),
            unit_price(suggested["floor"]),
            unit_price(suggested["list"]),
            f"{band['low']}–{band['high']}",
            "included" if row.get("booked") else amount,
            "" if share is None else share_percent(share, 1),
        ),
        note=", ".join(
            (
                BINDINGS[row["binding"]],
                *(() if row["in_total"] else ("not in the total",)),
            )
        ),
        kind="over" if row["below_floor"] or row["above_band"] else "",
    )


def _risks(estimate: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what may cost most: events by what they are expected to, then doubts.

    An event is known by its chance and its worth; a doubt by what the cost would be
    with it alone at its high end, against the typical cost.
    """
    currency = estimate["currency"]
    events = sorted(
        estimate.get("risks", ()), key=lambda one: -Decimal(one["expected_cost"])
    )
    for one in events:
        yield Row(
            cells=(
                one["name"],
                f"happens in {share_percent(one['probability'])}",
                f"{change(one['expected_cost'], currency)} on average",
            )
        )
    typical = Decimal(estimate["cost"]["p50"])
    for one in sorted(estimate["sensitivity"], key=lambda one: -Decimal(one["high"])):
        what, worse = str(one["what"]), Decimal(one["high"]) - typical
        if worse <= 0:
            break
        yield Row(
            cells=(
                f"{what[:1].upper()}{what[1:]}",
                f"{share_percent(one['share'], 0)} of the doubt",
                f"{change(worse, currency)} at its high end",
            )
        )


def _finish(schedule: Mapping[str, Any]) -> Iterator[Row]:
    for name, key in QUARTERS:
        yield Row(cells=(name, week(schedule["finish"][key])))
    yield Row(cells=("promised", week(schedule["promised"])), strong=True)
    people = f"{schedule['annotators']} + {schedule['reviewers']} reviewing"
    yield Row(cells=("people", people))


def _missed(estimate: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what keeping the promises is expected to cost; older plans do not say."""
    for name, spread in (
        (
            "Redoing what fails, and free redo",
            estimate["quality"].get("relabelling"),
        ),
        ("Credits", (estimate.get("credits") or {}).get("spread")),
    ):
        if spread is not None:
            yield Row(
                cells=(
                    name,
                    three(spread, ("p10", "p50", "p90")),
                    money(spread["mean"], estimate["currency"]),
                )
            )


def _cut(rows: Sequence[Row], *, most: int, word: str) -> Part:
    """Return as many rows as there is room for, and how many there are besides."""
    others = len(rows) - most
    more = f"{others} more {plural(others, word)} on the quote." if others > 0 else ""
    return Part(rows=tuple(rows[:most]), more=more)


def _short(text: str, most: int = MOST_TEXT) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
