"""A month's pack as a page, as sheets of a workbook, and as what its PDF prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from quotes.calc.month_pack import (
    HOLDBACK,
    INVOICEABLE,
    NAMES,
    OF_PAY,
    OF_PROJECT,
    OTHER,
)
from scoping.templatetags.plumbline import change, count, day, money, share_percent
from scoping.web.spreadsheets import Sheet

NOTHING = Decimal(0)
CARRIED = ("opening", "restated", "month", "closing")
NOT_KNOWN = ("not known",) * len(CARRIED)
CARRIED_WORDS = ("As given out before", "Restated", "This month", "So far")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A figure carried on, as text: its name, four amounts, and a note."""

    name: str
    amounts: tuple[str, ...]
    note: str = ""
    is_main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A project, the bench or a total: figures carried on, and what is beside them."""

    name: str
    client: str
    currency: str
    lines: tuple[Line, ...]
    beside: tuple[tuple[str, str], ...]
    statement: tuple[Mapping[str, str], ...]
    statement_total: str
    statement_held: str = ""
    statement_due: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSheet:
    """A pack as it is read: totals first, projects, restatements, what ties."""

    month: str
    company: str
    known_until: str
    previous: str
    totals: tuple[Part, ...]
    projects: tuple[Part, ...]
    labour: tuple[Part, ...]
    restatements: tuple[Mapping[str, str], ...]
    late: tuple[str, ...]
    ties: tuple[Mapping[str, Any], ...]
    holds: bool
    words: tuple[str, ...] = CARRIED_WORDS


def pack_sheet(pack: Mapping[str, Any]) -> PackSheet:
    """Return a pack as text, ready to be shown or printed."""
    previous = pack["previous"]
    return PackSheet(
        month=pack["month"],
        company=pack["company"],
        known_until=_moment(pack["known_until"]),
        previous="" if previous is None else month_words(previous["month"]),
        totals=tuple(
            _part(
                f"Together, {currency}",
                currency,
                {key: totals[key] for key in OF_PROJECT},
                beside=_of_totals(totals),
                known=_is_known(totals),
            )
            for currency, totals in pack["totals"].items()
        ),
        projects=tuple(_project(one, pack) for one in pack["projects"]),
        labour=(*_labour(pack), *_other_parts(pack)),
        restatements=tuple(
            {
                **one,
                "given_out": money(one["given_out"], one["currency"]),
                "now_known": money(one["now_known"], one["currency"]),
                "difference": change(one["difference"], one["currency"]),
            }
            for one in pack["restatements"]
        ),
        late=tuple(pack["late"]),
        ties=tuple(_tie(one, previous) for one in pack["ties"]),
        holds=all(one["holds"] for one in pack["ties"]),
    )


def _moment(known_until: str) -> str:
    """Return until when the ledgers were read, as it is printed."""
    at = datetime.fromisoformat(known_until).astimezone(UTC)
    return f"{day(at)}, {at:%H:%M} UTC"


def _is_known(totals: Mapping[str, Any]) -> bool:
    """Return whether the revenue of any project in a sum is known."""
    return bool(totals["not_known"] < totals["projects"])


def _tie(one: Mapping[str, Any], previous: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what has to be equal as it is printed: money with its cents."""
    what, _, currency = str(one["what"]).rpartition(", ")
    is_money = bool(what) and len(currency) == len("USD") and currency.isupper()
    said = str(one["what"])
    if previous is not None:
        said = said.replace(previous["month"], month_words(previous["month"]))
    sides = {
        side: money(one[side], currency) if is_money else _grouped(one[side])
        for side in ("left", "right")
    }
    return {**one, **sides, "what": said}


def _grouped(amount: str) -> str:
    """Return an amount as it is, with thousands apart."""
    return f"{Decimal(amount):,}"


def _of_totals(totals: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    said = [("Projects", count(totals["projects"]))]
    if totals["not_known"]:
        said.append(
            (
                "Without revenue that could be known",
                f"{count(totals['not_known'])}: no batch is confirmed",
            )
        )
    return tuple(said)


def _part(  # noqa: PLR0913 - a part's particulars, named
    name: str,
    currency: str,
    figures: Mapping[str, Mapping[str, str]],
    *,
    client: str = "",
    beside: tuple[tuple[str, str], ...] = (),
    statement: Sequence[Mapping[str, Any]] = (),
    held: Decimal = NOTHING,
    known: bool = True,
) -> Part:
    rows = tuple(
        {
            **{key: str(value) for key, value in row.items()},
            "units": count(row["units"]),
            "amount": money(row["amount"], currency),
        }
        for row in statement
    )
    whole = sum((Decimal(row["amount"]) for row in statement), NOTHING)
    return Part(
        name=name,
        client=client,
        currency=currency,
        lines=tuple(
            Line(
                name=NAMES[key],
                amounts=tuple(
                    money(figure[at] if known else None, currency) for at in CARRIED
                ),
                is_main=key == INVOICEABLE,
            )
            for key, figure in figures.items()
        ),
        beside=beside,
        statement=rows,
        statement_total=money(whole, currency),
        statement_held=change(-held, currency) if held else "",
        statement_due=money(whole - held, currency),
    )


def _project(one: Mapping[str, Any], pack: Mapping[str, Any]) -> Part:
    return _part(
        one["name"],
        one["currency"],
        one["figures"],
        client=one["client"],
        beside=tuple(_beside(one, pack)),
        statement=one["statement"],
        held=_held(one),
        known=one["revenue_known"]["known"],
    )


def _held(one: Mapping[str, Any]) -> Decimal:
    """Return what is held back of a month's statement, below 0 where it is released."""
    figure = one["figures"][HOLDBACK]
    return Decimal(figure["month"]) + Decimal(figure["restated"])


def _held_words(one: Mapping[str, Any], pack: Mapping[str, Any]) -> str:
    """Return what is held back of a project and why; packs of before have one share."""
    said = one.get("holdback", {"share": pack["holdback_share"], "of_quote": False})
    if said.get("over"):
        return "nothing: every batch is accepted"
    if not Decimal(said["share"]):
        return "nothing: the quote names none"
    why = "as the quote says" if said["of_quote"] else pack.get("holdback_why", "")
    words = f"{share_percent(said['share'])}{', ' if why else ''}{why}"
    if not Decimal(said.get("let_go", "0")):
        return words
    return f"{words}; not of {money(said['let_go'], one['currency'])}, let go before"


def _beside(
    one: Mapping[str, Any], pack: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    currency = one["currency"]
    if not one["revenue_known"]["known"]:
        yield "Revenue", one["revenue_known"]["text"]
    yield "Held back of each invoice", _held_words(one, pack)
    for of, figures in one["pay"].items():
        for key in OF_PAY:
            yield (
                f"{NAMES[key]} this month, {of}",
                money(figures[key]["month"], of),
            )
        rate = one["exchange"][of]
        if not rate["known"]:
            yield f"In {currency}", rate["text"]
            continue
        yield (
            f"In {currency}, at the pinned rate",
            money(rate["at_pinned"], currency),
        )
        effect = rate["effect"]
        yield (
            "Exchange effect",
            change(effect["value"], currency) if effect["known"] else effect["text"],
        )
    yield from _other(one["other"])
    yield from _margin(one["margin"], currency)
    forecast = one["forecast"]
    if forecast.get("known"):
        ends = (forecast[name] for name in ("low", "typical", "high"))
        said = " – ".join(money(amount, currency) for amount in ends)
        yield "Cost at the end: low – typical – high", said
    else:
        yield "Cost at the end", forecast["text"]


def _other(other: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield costs beside wages of this month; margin and forecast leave them out."""
    if not other["known"]:
        yield NAMES[OTHER], other["text"]
        return
    for currency, figure in other["by"].items():
        yield f"{NAMES[OTHER]} this month, {currency}", money(figure["month"], currency)


def _margin(margin: Mapping[str, Any], currency: str) -> Iterator[tuple[str, str]]:
    if not margin.get("known"):
        yield "Margin against the quote", margin["text"]
        return
    yield "Margin quoted, same images", money(margin["planned"], currency)
    yield "Margin realised", money(margin["actual"], currency)
    yield "Margin against the quote", change(margin["total"], currency)


def _labour(pack: Mapping[str, Any]) -> Iterator[Part]:
    for currency, figures in pack["labour_totals"].items():
        bench = pack["bench"].get(currency)
        beside = []
        if bench is not None:
            idle = sum((Decimal(bench[key]["month"]) for key in OF_PAY), Decimal(0))
            beside.append(("Of it on the bench this month", money(idle, currency)))
        paid = pack["payroll"].get(currency)
        if paid is not None:
            beside.append(("Payroll this month", money(paid["month"], currency)))
        yield _part(
            f"Labour and overtime, {currency}", currency, figures, beside=tuple(beside)
        )


def _other_parts(pack: Mapping[str, Any]) -> Iterator[Part]:
    """Yield costs beside wages, together, by currency; packs of before have none."""
    of_none = pack.get("other", {}).get("by", {})
    for currency, figure in pack.get("other_totals", {}).items():
        beside: tuple[tuple[str, str], ...] = ()
        if currency in of_none:
            amount = money(of_none[currency]["month"], currency)
            beside = (("Of it of no project this month", amount),)
        yield _part(f"Other cost, {currency}", currency, {OTHER: figure}, beside=beside)


def sheets(pack: Mapping[str, Any]) -> list[Sheet]:
    """Return the sheets of the workbook: figures, statement, restatements, ties."""
    return [
        (
            f"Pack {pack['month']}",
            ("What", "Client", "Figure", "Currency", *CARRIED_WORDS),
            list(_rows(pack)),
        ),
        (
            "Accepted by batch",
            ("Project", "Line", "Batch", "Units", "Unit", "Each", "Currency", "Amount"),
            [
                (
                    *(one["name"], row["line"], row["batch"], row["units"]),
                    *(row["unit"], Decimal(row["each"]), one["currency"]),
                    Decimal(row["amount"]),
                )
                for one in pack["projects"]
                for row in one["statement"]
            ]
            + [*_invoices(pack)],
        ),
        (
            "Margin, forecast, exchange",
            ("Project", "Currency", "Figure", "Value"),
            [
                (one["name"], one["currency"], name, value)
                for one in pack["projects"]
                for name, value in _beside(one, pack)
            ],
        ),
        (
            "Restated",
            ("What", "Figure", "Currency", "Given out", "Known now", "Difference"),
            [
                (
                    *(one["who"], one["figure"], one["currency"]),
                    *(
                        Decimal(one[key])
                        for key in ("given_out", "now_known", "difference")
                    ),
                )
                for one in pack["restatements"]
            ]
            + [(text, None, None, None, None, None) for text in pack["late"]],
        ),
        (
            "What ties",
            ("What has to be equal", "One side", "Other side", "Equal"),
            [
                (
                    one["what"],
                    Decimal(one["left"]),
                    Decimal(one["right"]),
                    "yes" if one["holds"] else "NO",
                )
                for one in pack["ties"]
            ],
        ),
    ]


def _invoices(pack: Mapping[str, Any]) -> Iterator[tuple[str | Decimal | None, ...]]:
    """Yield what each project's statement comes to, less what is held back of it."""
    for one in pack["projects"]:
        if not one["statement"]:
            continue
        whole = sum((Decimal(row["amount"]) for row in one["statement"]), NOTHING)
        held = _held(one)
        for name, amount in (
            ("Together", whole),
            ("Held back", -held),
            ("To invoice, before credits", whole - held),
        ):
            blank = (None,) * 4
            yield (one["name"], name, *blank, one["currency"], amount)


def _rows(pack: Mapping[str, Any]) -> Iterator[tuple[str | Decimal, ...]]:
    for one in pack["projects"]:
        known = one["revenue_known"]["known"]
        for key in OF_PROJECT:
            amounts = _amounts(one["figures"][key]) if known else NOT_KNOWN
            yield (
                *(one["name"], one["client"], NAMES[key], one["currency"]),
                *amounts,
            )
        yield from _pay_rows(one["name"], one["client"], one["pay"])
        yield from _other_rows(one["name"], one["client"], one["other"].get("by", {}))
    yield from _other_rows("No project", "", pack.get("other", {}).get("by", {}))
    yield from _pay_rows("Bench", "", pack["bench"])
    for currency, totals in pack["totals"].items():
        for key in OF_PROJECT:
            amounts = _amounts(totals[key]) if _is_known(totals) else NOT_KNOWN
            yield ("Together", "", NAMES[key], currency, *amounts)
    yield from _pay_rows("Together", "", pack["labour_totals"])
    yield from _other_rows("Together", "", pack.get("other_totals", {}))
    for currency, figure in pack["payroll"].items():
        yield ("Payroll", "", "Paid", currency, *_amounts(figure))


def _pay_rows(
    name: str, client: str, pay: Mapping[str, Any]
) -> Iterator[tuple[str | Decimal, ...]]:
    for currency, figures in pay.items():
        for key in OF_PAY:
            yield (name, client, NAMES[key], currency, *_amounts(figures[key]))


def _other_rows(
    name: str, client: str, by: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str | Decimal, ...]]:
    for currency, figure in by.items():
        yield (name, client, NAMES[OTHER], currency, *_amounts(figure))


def _amounts(figure: Mapping[str, str]) -> Iterator[Decimal]:
    return (Decimal(figure[at]) for at in CARRIED)


def month_words(month: str) -> str:
    """Return a month in words: March 2026.

    >>> month_words("2026-03")
    'March 2026'
    """
    return day(f"{month}-01").split(" ", 1)[1]
