"""A unit price that is tried on the workbench: the picture moves, nothing is stored.

With scripts the slider asks again while it is moved. Each question has a number, and
its answer carries it, so that one that was overtaken is dropped. Without scripts the
button of the same form shows the workbench with the picture in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from quotes.actions import RefusedError
from quotes.actions.drafts import refuse_odd_price
from quotes.queries.trial import Trial, trial_of
from quotes.web.bench import (
    bench_address,
    revision_here,
    scenario_here,
    show_bench,
    summary,
)
from quotes.web.pages import LossAt, PriceTrial
from quotes.web.preview import numbered
from scoping.access import Act
from scoping.templatetags.plumbline import money, number, share_percent, unit_price
from scoping.web.components import Badge
from scoping.web.desk import Desk, at_desk
from scoping.web.drawings import margin_drawing, market_band
from scoping.web.preview import moves_between
from scoping.web.said import UnclearNumberError, number_said

PART = "quotes/staff/workbench_trial.html"


@require_POST
@at_desk(Act.EDIT_QUOTE)
def attempt(request: HttpRequest, desk: Desk, name: str, line: int) -> HttpResponse:
    """Show what a price would come to: a part of the page, or the page with it."""
    revision = revision_here(name, desk)
    scenario = scenario_here(request, revision)
    if revision.frozen_at is not None:
        return redirect(bench_address(name, scenario.letter))
    part = request.headers.get("X-Part") == "trial"
    try:
        value = number_said(request.POST.get("value", ""))
        refuse_odd_price(value)
    except (UnclearNumberError, RefusedError) as error:
        if part:
            # Half a price is no mistake yet: the field says it once it is decided.
            shown = PriceTrial(line=line, problem=str(error))
            return numbered(request, render(request, PART, {"trial": shown}))
        found = summary(error, field_id=f"value-{line}")
        return show_bench(request, desk, name, problem=found, status=400)
    tried = trial_of(scenario, line=line, value=value, today=now().date())
    if tried is None:
        raise Http404(f"{name} has no line {line + 1}.")
    shown = shown_trial(tried)
    if part:
        return numbered(request, render(request, PART, {"trial": shown}))
    return show_bench(request, desk, name, trial=shown)


def shown_trial(trial: Trial) -> PriceTrial:
    """Return the picture of a tried price, with the same numbers in words."""
    said, suggested = trial.said, trial.suggested
    row = _row_of(said, trial.line)
    loss = Decimal(said["margin"]["loss_probability"])
    return PriceTrial(
        line=trial.line,
        price=unit_price(trial.value),
        band=market_band(
            *trial.band,
            prices=(
                suggested["list"],
                suggested["target"],
                suggested["floor"],
                trial.value,
            ),
            scale=(trial.reach.least, trial.reach.most),
        ),
        badges=tuple(_badges(trial, row)),
        drawing=_drawing(trial),
        sentence=_sentence(trial, row),
        moves=tuple(moves_between(said, trial.saved)),
        losses=tuple(_losses(trial)),
        over=loss > trial.loss_limit,
        limit=share_percent(trial.loss_limit, 1),
    )


def _row_of(said: Mapping[str, Any], line: int) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(
        row for row in said["lines"] if row["index"] == line
    )
    return found


def _sentence(trial: Trial, row: Mapping[str, Any]) -> str:
    said, at = trial.said, f"At {unit_price(trial.value)}"
    currency = said["currency"]
    if not row["in_total"]:
        return (
            f"{at} the line comes to {money(row['amount'])} {currency}. It is not in "
            f"the total, so neither total nor margin moves."
        )
    chances = number(Decimal(said["margin"]["loss_probability"]) * 100, 0)
    return (
        f"{at} the total is {money(said['price']['total'], currency)} {currency}, "
        f"with {chances} chances in 100 of a loss."
    )


def _badges(trial: Trial, row: Mapping[str, Any]) -> Iterator[Badge]:
    low, high = trial.band
    if row["below_floor"]:
        yield Badge(words="below floor, needs approval", kind="bad", icon="warning")
    if trial.value > high:
        yield Badge(words="above market range", kind="warn", icon="warning")
    elif trial.value < low:
        yield Badge(words="below market range", kind="warn", icon="warning")
    else:
        yield Badge(words="in market range", kind="good", icon="check")


def _histogram(said: Mapping[str, Any]) -> tuple[list[Decimal], list[Decimal]]:
    found = said["margin"]["histogram"]
    return (
        [Decimal(edge) for edge in found["edges"]],
        [Decimal(share) for share in found["shares"]],
    )


def _drawing(trial: Trial) -> Any:
    edges, shares = _histogram(trial.said)
    ends = [edge for end in trial.ends for edge in _histogram(end)[0]]
    return margin_drawing(
        edges,
        shares,
        mean=Decimal(trial.said["margin"]["p50"]),
        before=_histogram(trial.saved),
        axis=(min(ends), max(ends)),
    )


def _losses(trial: Trial) -> Iterator[LossAt]:
    """Yield the chance of a loss at both ends of the slider and at the tried price."""
    reach = trial.reach
    for price, said, here in (
        (reach.least, trial.ends[0], False),
        (trial.value, trial.said, True),
        (reach.most, trial.ends[1], False),
    ):
        if price == trial.value and not here:
            continue  # it is at the end itself
        yield LossAt(
            price=unit_price(price),
            loss=share_percent(said["margin"]["loss_probability"], 1),
            here=here,
        )
