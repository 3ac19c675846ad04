"""How this differs from a simple calculator: one project through each, beside ours.

Below it rival quotes, sites and published prices, each per accepted unit. All but the
hours and the cost of the last table is made of prices and published figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from scoping import queries
from scoping.access import Act
from scoping.calc.assumptions import line_name
from scoping.calc.comparison import compare
from scoping.calc.estimate import estimate
from scoping.calc.market import market_check
from scoping.calc.offer import Offer, make_offer
from scoping.calc.rates import MissingRateError, PriceSide, RateCard
from scoping.calc.rivals import WORDS, Job, QuoteError, job_of, ours_of
from scoping.calc.sites import compare_sites
from scoping.calc.spec import Spec, SpecError, read_spec
from scoping.calc.spec.values import Prelabel, Quantiles
from scoping.templatetags.plumbline import count, number, unit_price
from scoping.web.calculator_rows import CalculatorRow, price_rows, time_rows
from scoping.web.comparison_rows import (
    COUNTED_PER,
    BoundRow,
    ComparedRow,
    MarketBlock,
    bound_rows,
    compared_rows,
    market_block,
)
from scoping.web.components import Empty, Message
from scoping.web.desk import Desk, at_desk
from scoping.web.rival_form import RivalForm

CURRENCY = "USD"
"""What published figures are in. The price side of a card has no exchange rate."""

DRAWS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSafe:
    """What is made of prices and published figures, and may be shown to a client."""

    project: str
    prices: list[CalculatorRow]
    rivals: list[ComparedRow]
    sites: list[ComparedRow]
    market: list[MarketBlock]
    bounds: list[BoundRow]
    unit: str
    units: str
    price: str
    per: str = COUNTED_PER


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculatorsPage:
    """The page: the part that a client may see, the form, and the staff's part."""

    safe: ClientSafe | None = None
    form: RivalForm | None = None
    times: list[CalculatorRow] = field(default_factory=list)
    example: str = (
        "r1-name=Published+crowd+price&r1-price=0.049&r1-unit=box&r1-includes_review=no"
    )
    message: Message | None = None
    empty: Empty | None = None


@require_safe
@at_desk(Act.SEE_COST)
def calculators(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show one project through simple calculators, and quotes that were typed."""
    today = now().date()
    try:
        card = queries.card_on(today, workspace=desk.workspace)
    except queries.NoCardError as error:
        empty = Empty(heading="No rate card yet", text=str(error))
        return _shown(request, CalculatorsPage(empty=empty))
    if card.currency != CURRENCY:
        return _shown(request, _without_prices(_other_currency(card)))
    try:
        page = page_of(request, card, today=today)
    except (QuoteError, SpecError, MissingRateError) as error:
        return _shown(request, _without_prices(str(error)))
    return _shown(request, page)


def page_of(request: HttpRequest, card: RateCard, *, today: date) -> CalculatorsPage:
    """Return the page under a card. Raises what the card cannot price."""
    spec = read_spec(queries.demo_document(), door="staff", today=today)
    boxes = replace(spec, lines=spec.lines[:1], budget=None)
    made = _offer(boxes, card.price)
    job = job_of(made, 0)
    form = RivalForm.read(request.GET.dict(), units=_units(job))
    return CalculatorsPage(
        form=form,
        safe=client_safe(spec, made, card.price, job=job, form=form),
        times=_times(boxes, card, typical=_typical(made)),
    )


def client_safe(
    spec: Spec, made: Offer, price: PriceSide, *, job: Job, form: RivalForm
) -> ClientSafe:
    """Return what a client may see: this is given no cost side."""
    facts, bounds = queries.calculator_facts(), queries.comparison_bounds()
    workers = int(facts["workers"].high)
    thrice = _offer(
        replace(made.spec, lines=(replace(made.spec.lines[0], redundancy=workers),)),
        price,
    )
    quotes = [ours_of(made, 0, name="Our list price"), *form.quotes]
    found = compare(quotes, job=job, client=form.client, bounds=bounds)
    sites = compare_sites(
        queries.site_facts()[made.spec.lines[0].type],
        job=job,
        client=form.client,
        bounds=bounds,
    )
    return ClientSafe(
        project=(
            f"{spec.name}: {count(spec.items)} images with "
            f"{' – '.join(number(mean, 1) for mean in _means(made))} boxes each"
        ),
        prices=price_rows(made, thrice, facts, typical=_typical(made)),
        rivals=compared_rows(found, quotes=quotes, client=form.client),
        sites=compared_rows(
            [site.compared for site in sites], facts=[site.facts for site in sites]
        ),
        market=_market(spec, price),
        bounds=bound_rows(bounds, WORDS),
        unit=job.unit,
        units=count(job.units),
        price=unit_price(job.price),
    )


def _times(boxes: Spec, card: RateCard, *, typical: Decimal) -> list[CalculatorRow]:
    workdays = queries.workdays()
    proposals = replace(boxes.lines[0], prelabel=Prelabel(share=Decimal(1)))
    found, assisted = (
        estimate(spec, card, workdays=workdays, draws=DRAWS)
        for spec in (boxes, replace(boxes, lines=(proposals,)))
    )
    facts = queries.calculator_facts()
    return time_rows(found, assisted, facts, typical=typical)


def _market(spec: Spec, price: PriceSide) -> list[MarketBlock]:
    made = _offer(spec, price)
    rows = (*made.bill.lines, *made.bill.beside)
    return [
        market_block(
            line_name(row.line),
            row.unit_price.value,
            market_check(
                row.unit_price.value,
                queries.published_prices(),
                type_=row.line.type,
                unit=row.line.unit,
                units=row.units.value,
            ),
        )
        for row in rows
    ]


def _offer(spec: Spec, price: PriceSide) -> Offer:
    return make_offer(
        spec, price, unit_prices=None, week=None, workdays=queries.workdays()
    )


def _units(job: Job) -> tuple[tuple[str, str], ...]:
    """Return what a quote may count by: our own unit first, then what it can be."""
    ours = (job.unit, job.unit)
    others = tuple((unit, unit) for unit in job.units_in if unit != job.unit)
    return (ours, *others, ("hour", "hour"))


def _typical(made: Offer) -> Decimal:
    """Return the one number of units an image that a simple calculator asks for."""
    means = _means(made)
    return means[len(means) // 2]


def _means(made: Offer) -> tuple[Decimal, ...]:
    """Return low, typical and high of the units an image, or the one mean."""
    mean = made.spec.lines[0].units_per_item.mean
    exact = (made.volumes[0].per_item.value,)
    return (mean.p10, mean.p50, mean.p90) if isinstance(mean, Quantiles) else exact


def _other_currency(card: RateCard) -> str:
    return (
        f"Published figures are in {CURRENCY} and rate card {card.version} is in "
        f"{card.currency}: they are not compared, because the price side of a card has "
        f"no exchange rate."
    )


def _without_prices(text: str) -> CalculatorsPage:
    return CalculatorsPage(message=Message(kind="warn", text=text))


def _shown(request: HttpRequest, page: CalculatorsPage) -> HttpResponse:
    wrong = page.form is not None and page.form.summary is not None
    return render(
        request,
        "scoping/calculators.html",
        {"page": page},
        status=400 if wrong else 200,
    )
