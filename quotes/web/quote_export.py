"""A quote to take away: what its client is told, as a workbook, one table or JSON.

All of it comes from the client's document, so each file may be passed on to the client.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from quotes.calc.snapshot import canonical
from quotes.queries.offers import TooManyChoicesError
from scoping.access import Act
from scoping.web.desk import Desk, at_desk
from scoping.web.spreadsheets import CSV, XLSX, Cell, Sheet, as_csv, as_xlsx

from .bench import client_side, show_bench, summary

Row = tuple[Cell, ...]
Part = Mapping[str, Any]
KINDS = ("xlsx", "csv", "json")
EVERY = {"month": "each month"}
PRICES = ("Name", "Charged", "Unit", "Units", "Unit price", "Amount", "Currency")
PROMISES = ("Promise", "How much", "Checked in each batch", "A pass proves", "If not")


@require_safe
@at_desk(Act.EDIT_QUOTE)
def export(request: HttpRequest, desk: Desk, name: str, kind: str) -> HttpResponse:
    """Return what was frozen, or what sending this draft would freeze, as a file.

    JSON is the document byte for byte: its SHA-256 is the fingerprint of the quote.
    """
    if kind not in KINDS:
        raise Http404(f"A quote is exported as {', '.join(KINDS)}, not as {kind}.")
    try:
        sent = client_side(name, desk)
    except TooManyChoicesError as error:
        return show_bench(request, desk, name, problem=summary(error), status=409)
    body: str | bytes
    if kind == "json":
        body, content_type = canonical(sent.document), "application/json"
    elif kind == "xlsx":
        body, content_type = as_xlsx(sheets_of(sent.document)), XLSX
    else:
        body, content_type = as_csv(PRICES, list(_prices(sent.document["offer"]))), CSV
    mark = "" if sent.revision.frozen_at is not None else "-draft"
    answer = HttpResponse(body, content_type=content_type)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{sent.revision}{mark}.{kind}"'
    )
    return answer


def sheets_of(document: Part) -> list[Sheet]:
    """Return the sheets of a client's document: name, header and rows."""
    offer = document["offer"]
    return [
        ("Prices", PRICES, list(_prices(offer))),
        ("Promises", PROMISES, [_promise(one) for one in offer["clauses"]]),
        (
            "Assumptions",
            ("No", "The price assumes", "Holds while"),
            [(one["number"], one["text"], one["tolerance"]) for one in _assumed(offer)],
        ),
    ]


def _assumed(offer: Part) -> list[Part]:
    return list(offer["assumptions"])


def _prices(offer: Part) -> Iterator[Row]:
    """Yield the price list: lines, their tiers, fees, and what they come to."""
    currency = offer["currency"]
    for line in offer["lines"]:
        yield _priced(line, line["name"], _charged(line), currency)
        if len(line["tiers"]) > 1:
            for at, tier in enumerate(line["tiers"], start=1):
                name = f"{line['name']}, tier {at}"
                yield _priced(
                    {**tier, "unit": line["unit"]}, name, "part of it", currency
                )
    for fee in offer["fees"]:
        yield _priced(fee, fee["name"], EVERY.get(fee["every"], fee["every"]), currency)
    price = offer["price"]
    yield _sum("Discount", price["discount"], currency)
    for tax in price["tax"]:
        yield _sum(f"Tax: {tax['reason'] or tax['mode']}", tax["amount"], currency)
    yield _sum("Total", price["total"], currency)


def _priced(row: Part, name: str, charged: str, currency: str) -> Row:
    units = row["quantity"] if "quantity" in row else row["units"]
    figures = (_number(units), _number(row["unit_price"]), _number(row["amount"]))
    return (name, charged, row["unit"] or None, *figures, currency)


def _sum(name: str, amount: str, currency: str) -> Row:
    return (name, "together", None, None, None, _number(amount), currency)


def _charged(line: Part) -> str:
    if line["on_request"]:
        return "on request"
    return "option" if line["optional"] else "in the total"


def _promise(clause: Part) -> Row:
    names = ("promise", "how_much", "sample_text", "proves_text", "remedy")
    return tuple(clause[name] or None for name in names)


def _number(value: Any) -> Cell:
    return None if value is None else Decimal(str(value))
