"""The scenarios of a quote side by side, as its client sees them.

Everything stands in the frozen client document: its views and why their prices differ.
Nothing here knows an estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quotes.calc.choices import Offered, scenarios
from scoping.templatetags.plumbline import (
    count,
    money,
    plural,
    unit_price,
    week,
    whole_money,
)

from .told_apart import NOT_IN, Name, told_apart
from .walk import Said, StepSaid, Walk, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCell:
    """What a scenario says in a row; `other` marks what is not as in the first one."""

    letter: str
    value: str
    note: str
    other: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """Something in which scenarios differ; `typed` where its name is a person's."""

    name: str
    cells: tuple[ClientCell, ...]
    typed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientWhy:
    """The way from the first scenario's price to another's."""

    first: str
    second: str
    currency: str
    way: Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientBeside:
    """What differs between the scenarios, and what each difference is worth."""

    letters: tuple[str, ...]
    rows: tuple[ClientRow, ...]
    whys: tuple[ClientWhy, ...]


View = Mapping[str, Any]
Read = Callable[[View], tuple[str, str]]


def client_beside(document: Mapping[str, Any]) -> ClientBeside | None:
    """Return the scenarios of a client document side by side; None of one alone."""
    every = scenarios(document)
    if len(every) == 1:
        return None
    return ClientBeside(
        letters=tuple(one.letter for one in every),
        rows=tuple(
            row for row in _rows(every) if any(cell.other for cell in row.cells)
        ),
        whys=tuple(_why(one) for one in document.get("differences", ())),
    )


def _rows(every: Sequence[Offered]) -> Iterator[ClientRow]:
    yield _row("Currency", every, lambda view: (view["currency"], ""))
    yield _row(
        "Total",
        every,
        lambda view: (money(view["price"]["total"], view["currency"]), _range(view)),
    )
    yield _row("Delivered by", every, lambda view: (week(view["delivery"]["week"]), ""))
    yield _row(
        "Images" if every[0].view["item_kind"] == "image" else "Frames",
        every,
        lambda view: (count(view["items"]), ""),
    )
    yield from _keyed(every, _lines_of, typed=True)
    yield from _keyed(every, _fees_of)
    yield from _keyed(every, _stages_of)
    yield from _keyed(every, _clauses_of)


def _range(view: View) -> str:
    low, high = (view["price"]["range"][key] for key in ("low", "high"))
    return "" if low == high else f"{whole_money(low)} – {whole_money(high)}"


def _row(
    name: str, every: Sequence[Offered], read: Read, *, typed: bool = False
) -> ClientRow:
    first = read(every[0].view)
    return ClientRow(
        name=name,
        typed=typed,
        cells=tuple(
            ClientCell(
                letter=one.letter, value=value, note=note, other=(value, note) != first
            )
            for one in every
            for value, note in [read(one.view)]
        ),
    )


Keyed = dict[Name, tuple[str, str, str]]
"""Name, value and note by a key and which of its kind it is."""


def _keyed(
    every: Sequence[Offered],
    read: Callable[[View], Iterator[tuple[str, str, str, str]]],
    *,
    typed: bool = False,
) -> Iterator[ClientRow]:
    """Yield a row for everything of a kind that any scenario has, found by its key."""
    found = [_by_key(read(one.view)) for one in every]
    names = {key: row[0] for rows in found for key, row in rows.items()}
    for key, name in names.items():
        cells = [rows.get(key, ("", NOT_IN, ""))[1:] for rows in found]
        yield ClientRow(
            name=name,
            typed=typed,
            cells=tuple(
                ClientCell(
                    letter=one.letter,
                    value=cell[0],
                    note=cell[1],
                    other=cell != cells[0],
                )
                for one, cell in zip(every, cells, strict=True)
            ),
        )


def _by_key(rows: Iterator[tuple[str, str, str, str]]) -> Keyed:
    every = list(rows)
    keys = told_apart(key for key, *_ in every)
    return {key: row[1:] for key, row in zip(keys, every, strict=True)}


def _lines_of(view: View) -> Iterator[tuple[str, str, str, str]]:
    for line in view["lines"]:
        units = f"{count(line['units'])} {plural(line['units'], line['unit'])}"
        price = line["unit_price"]
        value = "on request" if price is None else unit_price(price)
        yield line["name"], line["name"], value, units


def _fees_of(view: View) -> Iterator[tuple[str, str, str, str]]:
    price, currency = view["price"], view["currency"]
    if Decimal(price["discount"]):
        minus = Decimal(price["discount"]).copy_negate()
        yield "discount", "Discount", money(minus, currency), ""
    for fee in view["fees"]:
        yield fee["key"], fee["name"], money(fee["amount"], currency), ""
    for tax in price["tax"]:
        if Decimal(tax["amount"]):
            name = "Tax in the total" if tax["mode"] == "inclusive" else "Tax"
            yield f"tax {tax['mode']}", name, money(tax["amount"], currency), ""


def _stages_of(view: View) -> Iterator[tuple[str, str, str, str]]:
    for stage in view["stages"]:
        yield str(stage["number"]), stage["name"], stage["gate"], ""


def _clauses_of(view: View) -> Iterator[tuple[str, str, str, str]]:
    for clause in view["clauses"]:
        yield clause["key"], clause["promise"], clause["how_much"], ""


def _why(one: Mapping[str, Any]) -> ClientWhy:
    steps = [
        StepSaid(
            changes=tuple(
                Said(
                    words=change["words"],
                    about=change["about"],
                    how_far=change["how_far"],
                )
                for change in part["changes"]
            ),
            amount=Decimal(part["amount"]),
        )
        for part in one["parts"]
    ]
    return ClientWhy(
        first=one["from"],
        second=one["to"],
        currency=one["currency"],
        way=walk(Decimal(one["before"]), Decimal(one["after"]), steps),
    )
