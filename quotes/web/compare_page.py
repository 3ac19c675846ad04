"""Scenarios side by side, as rows of a table: what a seller compares, and what differs.

It reads estimate documents, live ones of a draft or those frozen with what was sent,
and computes nothing that is not in there but how far an amount is off the first one's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quotes.queries.comparing import Side
from quotes.web.pages import Fact
from quotes.web.workbench_lines import scope_facts, scope_line_facts
from scoping.calc.difference import Diff, Part
from scoping.calc.wording import Named
from scoping.templatetags.plumbline import (
    change,
    count,
    day,
    money,
    number,
    plural,
    share_percent,
    unit_price,
    week,
    whole_money,
)
from scoping.web.outcome import BINDINGS, three

from .told_apart import NOT_IN, Name, told_apart
from .walk import Said, StepSaid, Walk, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a scenario says in a row: the value, what belongs to it, how far it is off.

    `other` marks what is not as in the first scenario. `typed` is a name by a person.
    """

    letter: str
    value: str
    note: str = ""
    off: str = ""
    other: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideRow:
    """One thing that is compared, with a cell for each scenario."""

    name: str
    cells: tuple[Shown, ...]
    typed: bool = False
    strong: bool = False

    @property
    def differs(self) -> bool:
        """Return whether any scenario is not as the first one is."""
        return any(cell.other for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideGroup:
    """Rows of one kind under a name."""

    name: str
    rows: tuple[BesideRow, ...]


Read = Callable[[Side], tuple[str, str]]
"""A value of a scenario and its note."""


def beside_groups(sides: Sequence[Side]) -> tuple[BesideGroup, ...]:
    """Return all that is compared, by kind; a scenario in each column."""
    made = (
        ("Price", _price_rows(sides)),
        ("Price of one", _line_rows(sides)),
        ("Delivery", _delivery_rows(sides)),
        ("Cost and risk", _risk_rows(sides)),
        ("Work and team", _work_rows(sides)),
        ("Promises", _promise_rows(sides)),
        ("Scope", _scope_rows(sides)),
    )
    return tuple(
        BesideGroup(name=name, rows=rows)
        for name, found in made
        if (rows := tuple(found))
    )


def only_differing(groups: Sequence[BesideGroup]) -> tuple[BesideGroup, ...]:
    """Return the rows in which scenarios differ, and the total even where it is one."""
    kept = (
        BesideGroup(
            name=group.name,
            rows=tuple(row for row in group.rows if row.differs or row.strong),
        )
        for group in groups
    )
    return tuple(group for group in kept if group.rows)


def _row(
    name: str,
    sides: Sequence[Side],
    read: Read,
    *,
    amount: Callable[[Side], Decimal | None] | None = None,
    strong: bool = False,
    typed: bool = False,
) -> BesideRow:
    """Return a row; with an `amount`, each cell says how far it is off the first."""
    first = read(sides[0])
    cells = []
    for side in sides:
        value, note = read(side)
        off = "" if amount is None else _off(amount(sides[0]), amount(side), side)
        cells.append(
            Shown(
                letter=side.letter,
                value=value,
                note=note,
                off=off,
                other=(value, note) != first,
            )
        )
    return BesideRow(name=name, cells=tuple(cells), strong=strong, typed=typed)


def _off(first: Decimal | None, found: Decimal | None, side: Side) -> str:
    if first is None or found is None or first == found:
        return ""
    return change(found - first, side.estimate["currency"])


def _price_rows(sides: Sequence[Side]) -> Iterator[BesideRow]:
    currencies = {side.estimate["currency"] for side in sides}
    alike = len(currencies) == 1

    def of(key: str) -> Callable[[Side], Decimal]:
        return lambda side: _amount(side, key)

    def said(key: str) -> Read:
        return lambda side: (
            money(_amount(side, key), side.estimate["currency"]),
            "" if alike else side.estimate["currency"],
        )

    for key, name in AMOUNTS.items():
        if key in SELDOM and not any(of(key)(side) for side in sides):
            continue
        yield _row(
            name,
            sides,
            said(key),
            amount=of(key) if alike else None,
            strong=key == "total",
        )
    yield _row(
        "Range, by quantity",
        sides,
        lambda side: (
            three(side.estimate["price"]["range"], ("low", "typical", "high")),
            "",
        ),
    )


AMOUNTS = {
    "total": "Total",
    "subtotal": "Lines",
    "discount": "Discount",
    "fees": "Fees",
    "exclusive": "Tax",
    "inclusive": "Tax in the total",
}
"""What stands under Price: all but the last add up to the total."""
SELDOM = ("discount", "exclusive", "inclusive")
"""Left out where no scenario has any."""


def _amount(side: Side, key: str) -> Decimal:
    price = side.estimate["price"]
    if key in ("exclusive", "inclusive"):
        taxes = (tax for tax in price["tax"] if tax["mode"] == key)
        return sum((Decimal(tax["amount"]) for tax in taxes), Decimal(0))
    amount = Decimal(price[key])
    return amount.copy_negate() if key == "discount" and amount else amount


def _line_rows(sides: Sequence[Side]) -> Iterator[BesideRow]:
    """Yield the unit price of each line; lines of one name are told apart by place."""
    rows = {side.letter: _by_name(side.estimate["lines"], "name") for side in sides}
    for key in dict.fromkeys(key for lines in rows.values() for key in lines):
        name, _ = key

        def read(side: Side, key: Name = key) -> tuple[str, str]:
            line = rows[side.letter].get(key)
            return (NOT_IN, "") if line is None else _line_said(line)

        yield _row(name, sides, read, typed=True)


def _by_name(
    rows: Sequence[Mapping[str, Any]], name: str
) -> dict[Name, Mapping[str, Any]]:
    return dict(zip(told_apart(row[name] for row in rows), rows, strict=True))


def _line_said(line: Mapping[str, Any]) -> tuple[str, str]:
    note = f"{count(line['units'])} {plural(line['units'], line['unit'])}"
    words = BINDINGS[line["binding"]]
    return unit_price(line["decided_price"]), f"{note}, {words}"


def _delivery_rows(sides: Sequence[Side]) -> Iterator[BesideRow]:
    yield _row("Promised", sides, lambda side: (week(_dates(side)["promised"]), ""))
    yield _row(
        "Finish, low – typical – high",
        sides,
        lambda side: (
            " – ".join(day(_dates(side)["finish"][key]) for key in QUARTERS),
            "",
        ),
    )
    yield _row("Start", sides, lambda side: (day(_dates(side)["start"]), ""))


QUARTERS = ("p10", "p50", "p90")


def _dates(side: Side) -> Mapping[str, Any]:
    found: Mapping[str, Any] = side.estimate["schedule"]
    return found


def _risk_rows(sides: Sequence[Side]) -> Iterator[BesideRow]:
    def margin(side: Side) -> Mapping[str, Any]:
        found: Mapping[str, Any] = side.estimate["margin"]
        return found

    yield _row(
        "Cost, low – typical – high",
        sides,
        lambda side: (three(side.estimate["cost"], QUARTERS), ""),
    )
    yield _row(
        "Margin, mean",
        sides,
        lambda side: (
            share_percent(margin(side)["share"], 1),
            whole_money(margin(side)["mean"]),
        ),
    )
    yield _row(
        "Chance of a loss",
        sides,
        lambda side: (share_percent(margin(side)["loss_probability"], 1), ""),
    )


def _work_rows(sides: Sequence[Side]) -> Iterator[BesideRow]:
    yield _row(
        "Paid hours, low – typical – high",
        sides,
        lambda side: (
            " – ".join(
                number(side.estimate["hours"]["total"][key], 0) for key in QUARTERS
            ),
            "",
        ),
    )
    yield _row(
        "Annotators", sides, lambda side: (count(_dates(side)["annotators"]), "")
    )
    yield _row("Reviewers", sides, lambda side: (count(_dates(side)["reviewers"]), ""))
    yield _row(
        "Sent back for rework",
        sides,
        lambda side: (share_percent(side.estimate["quality"]["rework_share"], 1), ""),
    )


def _promise_rows(sides: Sequence[Side]) -> Iterator[BesideRow]:
    # Lines of one type promise under one key: told apart by which of them it is.
    found = {side.letter: _by_name(side.estimate["clauses"], "key") for side in sides}
    names = {
        key: one["promise"]
        for clauses in found.values()
        for key, one in clauses.items()
    }
    for key, name in names.items():

        def read(side: Side, key: Name = key) -> tuple[str, str]:
            clause = found[side.letter].get(key)
            if clause is None:
                return NOT_IN, ""
            return clause["how_much"], clause["sample_text"]

        yield _row(name, sides, read)


def _scope_rows(sides: Sequence[Side]) -> Iterator[BesideRow]:
    facts = {side.letter: _facts(scope_facts(side.spec)) for side in sides}
    lines = {
        side.letter: _facts(scope_line_facts(side.spec, side.estimate))
        for side in sides
    }
    for every, typed in ((facts, False), (lines, True)):
        for key in dict.fromkeys(key for one in every.values() for key in one):

            def read(
                side: Side,
                key: Name = key,
                every: Mapping[str, Mapping[Name, str]] = every,
            ) -> tuple[str, str]:
                return every[side.letter].get(key, NOT_IN), ""

            yield _row(key[0], sides, read, typed=typed)


def _facts(facts: Iterator[Fact]) -> dict[Name, str]:
    every = list(facts)
    names = told_apart(fact.name for fact in every)
    return {name: fact.value for name, fact in zip(names, every, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyDiffer:
    """The way from one scenario's price to another's, with cost and hours beside it.

    `silent` changed and moved nothing.
    """

    first: str
    second: str
    currency: str
    way: Walk
    cost: str
    hours: str
    silent: tuple[Said, ...]
    two_orders: bool


def why_differ(found: Diff, *, pair: tuple[str, str]) -> WhyDiffer:
    """Return the way between two scenarios. Of a staff difference: it has costs."""
    cost, hours = found.cost, found.hours
    return WhyDiffer(
        first=pair[0],
        second=pair[1],
        currency=found.currency,
        way=walk(
            found.price.before,
            found.price.after,
            [_step(part) for part in found.parts],
        ),
        cost="" if cost is None else change(cost.by, found.currency),
        hours="" if hours is None else change_of_hours(hours.by),
        silent=tuple(map(_said, found.silent)),
        two_orders=found.method == "two orders",
    )


def _step(part: Part) -> StepSaid:
    return StepSaid(
        changes=tuple(map(_said, part.changes)),
        amount=part.price,
        more=(part.cost or Decimal(0), part.hours or Decimal(0)),
    )


def _said(one: Named) -> Said:
    return Said(words=one.words, about=one.about, how_far=one.how_far)


def change_of_hours(hours: Decimal) -> str:
    """Return a difference of hours, signed: +30.00."""
    text = number(hours)
    return f"+{text}" if hours > 0 else text
