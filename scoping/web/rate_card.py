"""A rate card opened: its price list, and every figure with its source and date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scoping import queries
from scoping.access import Act
from scoping.calc.price_list import COMPLEXITIES, ListRow, price_list
from scoping.calc.rates import PriceSide
from scoping.calc.security import site_name
from scoping.templatetags.plumbline import count, day, hash_groups, unit_price
from scoping.web.desk import Desk, at_desk
from scoping.web.spreadsheets import CSV, XLSX, Cell, Sheet, as_csv, as_xlsx

ACCURACIES = ("0.95", "0.98", "0.99", "0.995")
USUAL = "0.98"
ON_REQUEST = "on request"
SECTIONS = {
    "price": "Price side: all that clients and the public form are ever given",
    "cost": "Cost side: for us alone",
}
FIGURE_HEADER = ("Side", "Row", "Value", "Unit", "Source", "As of", "Evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """One method in the price list."""

    name: str
    unit: str
    band: str
    weak: bool
    prices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure of the card."""

    name: str
    value: str
    unit: str
    source: str
    as_of: str
    weak: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureGroup:
    """Figures of one part of the card, folded."""

    name: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two sides of a card."""

    name: str
    groups: tuple[FigureGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCardPage:
    """A published card as the template prints it."""

    version: str
    valid_from: str
    published: str
    currency: str
    fingerprint: str
    figures: str
    site: str
    sites: tuple[tuple[str, str], ...]
    accuracy: str
    accuracies: tuple[tuple[str, str], ...]
    complexities: tuple[str, ...]
    prices: tuple[PriceRow, ...]
    sides: tuple[Side, ...]
    query: str


@require_safe
@at_desk(Act.SEE_RATE_CARD)
def rate_card(request: HttpRequest, desk: Desk, version: str) -> HttpResponse:
    """Open a published card; `format` is csv, xlsx or json for its price list."""
    try:
        row = queries.card_row(version, workspace=desk.workspace)
        price = queries.price_side_of(row)
    except queries.NoCardError as error:
        raise Http404 from error
    site = _one_of(request, "site", tuple(price.site_factors), desk.workspace.site)
    accuracy = _one_of(request, "accuracy", ACCURACIES, USUAL)
    rows = price_list(price, site=site, accuracy=Decimal(accuracy))
    how = request.GET.get("format", "")
    if how:
        return _exported(how, row, rows, site=site, accuracy=accuracy)
    page = _page(row, price, rows, desk, site=site, accuracy=accuracy)
    return render(request, "scoping/rate_card.html", {"page": page})


def _one_of(request: HttpRequest, name: str, known: tuple[str, ...], usual: str) -> str:
    said = request.GET.get(name, "")
    if said in known:
        return said
    return usual if usual in known else known[0]


def _page(
    row: Any,
    price: PriceSide,
    rows: tuple[ListRow, ...],
    desk: Desk,
    *,
    site: str,
    accuracy: str,
) -> RateCardPage:
    figures = list(queries.figures(row))
    return RateCardPage(
        version=row.version,
        valid_from=day(row.valid_from),
        published=day(row.published_at, desk.workspace.timezone),
        currency=row.currency,
        fingerprint=hash_groups(row.digest, 4),
        figures=count(len(figures)),
        site=site,
        sites=tuple((one, site_name(one, price)) for one in price.site_factors),
        accuracy=accuracy,
        accuracies=tuple(
            (one, f"{(Decimal(one) * 100).normalize():f}") for one in ACCURACIES
        ),
        complexities=COMPLEXITIES,
        prices=tuple(_price_row(one) for one in rows),
        sides=tuple(_sides(figures)),
        query=f"site={site}&accuracy={accuracy}",
    )


def _price_row(row: ListRow) -> PriceRow:
    return PriceRow(
        name=row.name,
        unit=row.unit,
        band=f"{row.low:f}\N{EN DASH}{row.high:f}",
        weak=row.weak,
        prices=tuple(
            ON_REQUEST if price is None else unit_price(price)
            for price in row.prices.values()
        ),
    )


GROUPS = {
    "icc": "Errors that cluster in images",
    "pod": "Teams sold by the month",
}
"""Groups of figures whose key says nothing to who reads the page."""


def _sides(figures: list[Any]) -> Iterator[Side]:
    for side, name in SECTIONS.items():
        groups: dict[str, list[FigureRow]] = {}
        for one in figures:
            if one.side == side:
                _, group, *rest = one.key.split("/")
                groups.setdefault(group, []).append(
                    FigureRow(
                        name=" / ".join(rest).replace("_", " ") or "value",
                        value=_value(one.value),
                        unit=one.unit,
                        source=one.source,
                        as_of=one.as_of,
                        weak=one.weak,
                    )
                )
        yield Side(
            name=name,
            groups=tuple(
                FigureGroup(
                    name=GROUPS.get(group, group.replace("_", " ").capitalize()),
                    rows=tuple(rows),
                )
                for group, rows in groups.items()
            ),
        )


def _value(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _exported(
    how: str, row: Any, rows: tuple[ListRow, ...], *, site: str, accuracy: str
) -> HttpResponse:
    header = ["Method", "Unit", "Market low", "Market high", *COMPLEXITIES]
    cells: list[list[Cell]] = [
        [
            one.name,
            one.unit,
            one.low,
            one.high,
            *(ON_REQUEST if price is None else price for price in one.prices.values()),
        ]
        for one in rows
    ]
    name = f"rate-card-{row.version}-{site}-{accuracy}"
    if how == "json":
        return JsonResponse(_data(row, rows, site=site, accuracy=accuracy))
    if how == "csv":
        return _file(as_csv(header, cells), CSV, f"{name}.csv")
    if how == "xlsx":
        figures: list[list[Cell]] = [
            [
                one.side,
                one.key,
                one.value.normalize(),
                one.unit,
                one.source,
                one.as_of,
                "weak" if one.weak else "",
            ]
            for one in queries.figures(row)
        ]
        title = f"List {row.currency} {site} {accuracy}"
        sheets: list[Sheet] = [
            (title, header, cells),
            ("Figures", FIGURE_HEADER, figures),
        ]
        return _file(as_xlsx(sheets), XLSX, f"{name}.xlsx")
    raise Http404


def _data(
    row: Any, rows: tuple[ListRow, ...], *, site: str, accuracy: str
) -> dict[str, Any]:
    return {
        "price_list": 1,
        "card": row.version,
        "currency": row.currency,
        "site": site,
        "accuracy": accuracy,
        "rows": [
            {
                "type": one.type,
                "unit": one.unit,
                "band": {"low": str(one.low), "high": str(one.high)},
                "weak": one.weak,
                "prices": {
                    key: None if price is None else str(price)
                    for key, price in one.prices.items()
                },
            }
            for one in rows
        ],
    }


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
