"""What is out of policy in a draft, and whether it was approved as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from quotes import models
from quotes.calc.choices import MOST, every_choice, inside, ways
from quotes.calc.policy import (
    Facts,
    Finding,
    Limits,
    PricedLine,
    PromisedDays,
    PromisedFloor,
    findings,
    findings_of_choices,
)
from quotes.calc.snapshot import digest
from quotes.queries import quotes as queries
from quotes.queries.capacity import people_free
from quotes.queries.offers import plan_of
from quotes.queries.quotes import estimate_of
from quotes.queries.texts import chosen_texts, contents_of
from scoping import queries as scoping
from scoping.calc.assumptions import line_name
from scoping.calc.costing import batches_of
from scoping.calc.estimate import Estimate
from scoping.calc.offer import client_view
from scoping.calc.pipeline import acceptance_days, remedy_days
from scoping.calc.security import remains, site_name


def out_of_policy(
    revision: models.QuoteRevision,
    *,
    today: date,
    made: dict[str, Estimate] | None = None,
) -> tuple[Finding, ...]:
    """Return what is out of policy in any scenario of a revision, however chosen.

    `made` are estimates by letter that were made before. Where there are several
    scenarios, each sentence begins with the one that it is about.
    """
    found: list[Finding] = []
    scenarios = list(revision.scenarios.order_by("letter"))
    for scenario in scenarios:
        estimate = (made or {}).get(scenario.letter) or estimate_of(
            scenario, today=today
        )
        policy = estimate.card.cost.policy
        limits = Limits(
            discount=policy.discount_limit.value, loss=policy.loss_limit.value
        )
        texts = other_texts(scenario)
        standing = facts_of(scenario, estimate, texts=texts)
        found += findings(standing, limits)
        chosen = dict(_facts_of_choices(scenario, estimate, texts=texts))
        found += findings_of_choices(standing, chosen, limits)
    if len(scenarios) == 1:
        return tuple(found)
    return tuple(
        replace(one, text=f"Scenario {one.scenario}. {one.text}") for one in found
    )


def _facts_of_choices(
    scenario: models.Scenario, made: Estimate, *, texts: tuple[str, ...]
) -> Iterator[tuple[str, Facts]]:
    """Yield what policy looks at in every other way to choose, by what is taken.

    More ways than are priced cannot be sent, so that they need no judging.
    """
    view = client_view(made.offer)
    if ways(view) > MOST:
        return
    days = scoping.workdays(scenario.workspace)
    names = {line.index: line_name(line).lower() for line in made.spec.lines}
    for taken in every_choice(view):
        chosen = plan_of(made, lines=inside(view, taken), workdays=days)
        what = " and ".join(
            f"line {index + 1} ({names[index]})" for index in sorted(taken)
        )
        yield what, facts_of(scenario, chosen, texts=texts)


def facts_of(
    scenario: models.Scenario, made: Estimate, *, texts: tuple[str, ...]
) -> Facts:
    """Return what policy looks at: every line that a client can order, at its price.

    `texts` are `other_texts` of the scenario: the same however it is chosen.
    """
    discount = made.spec.commercial.discount
    inside = {row.line.index for row in made.bill.lines}
    lines = []
    for line in made.spec.lines:
        suggested = made.suggested[line.index]
        net = made.net_unit_price(line)
        lines.append(
            PricedLine(
                index=line.index,
                name=line_name(line).lower(),
                # What is offered beside the total takes the discount once it is taken.
                net=net if line.index in inside else net * (1 - discount),
                discounted=suggested.decided.value * (1 - discount),
                floor=suggested.floor.value,
                list=suggested.list.value,
                target=suggested.target.value,
            )
        )
    return Facts(
        scenario=scenario.letter,
        lines=lines,
        discount=discount,
        loss_probability=made.loss_probability,
        credit_share=credit_share(made),
        days=promised_days(made),
        floors=promised_floors(made),
        other_terms=texts,
        outside=outside_of(made),
        people_needed=made.schedule.annotators,
        people_free=people_free(
            scenario.revision.workspace,
            site=made.spec.site,
            start=made.schedule.start,
            end=made.schedule.finish["p80"],
            but_not=scenario.revision.quote_id,
        ),
    )


def outside_of(made: Estimate) -> str:
    """Return the site of an estimate where the images may not go, empty if they may."""
    spec, price = made.spec, made.card.price
    if remains(spec.site, spec.conditions, price):
        return ""
    return site_name(spec.site, price)


def other_texts(scenario: models.Scenario) -> tuple[str, ...]:
    """Return the texts that were written for a quote alone, once: of scenario A."""
    if scenario.letter != "A":
        return ()
    return chosen_texts(scenario.revision).written


def credit_share(made: Estimate) -> Decimal:
    """Return the most that credits can give back, as a share of the lines' price."""
    sla, flat = made.spec.quality.sla, made.spec.commercial.credits.failed_batch
    most = max([flat or Decimal(0), *(step.amount for step in sla.ladder)])
    checked = sum(1 for one in made.work.counted if one.credit is not None)
    times = 1 if sla.per == "project" else batches_of(made.spec).value
    net = sum((row.net for row in made.bill.lines), Decimal(0))
    late = Decimal(0) if sla.late is None else sla.late.most
    if most == 0 or checked == 0:
        return late
    return most * checked * times / net + late if net > 0 else Decimal(1)


def promised_days(made: Estimate) -> tuple[PromisedDays, ...]:
    """Return the days of the quote beside those of the card."""
    quality, price = made.spec.quality, made.card.price
    return (
        PromisedDays(
            name="Failed batches redone",
            promised=remedy_days(quality, price),
            standard=int(price.remedy_days.value),
            fewest=True,
        ),
        PromisedDays(
            name="Acceptance window",
            promised=acceptance_days(quality, price),
            standard=int(price.acceptance_window_days.value),
            fewest=False,
        ),
    )


def promised_floors(made: Estimate) -> tuple[PromisedFloor, ...]:
    """Return each floor of classes beside what is expected of its line."""
    return tuple(
        PromisedFloor(
            name=floor.name,
            allowed=1 - floor.accuracy,
            expected=made.checkings[floor.line].counted_defect.value,
        )
        for floor in made.spec.quality.sla.floors
        if floor.line in made.checkings
    )


def contents(revision: models.QuoteRevision) -> dict[str, Any]:
    """Return all that sending a draft would freeze, before it is estimated."""
    return {
        "card": revision.card_version,
        "terms": digest(queries.terms_of(revision.workspace)),
        "texts": digest(contents_of(revision)),
        "scenarios": [
            {
                "letter": scenario.letter,
                "spec": scenario.spec,
                "week": str(scenario.promised_week),
                "decisions": [
                    [row.line, str(row.value), row.binding]
                    for row in scenario.decisions.order_by("line")
                ],
                "choices": [
                    [row.line, row.taken] for row in scenario.choices.order_by("line")
                ],
            }
            for scenario in revision.scenarios.order_by("letter")
        ],
    }


def contents_digest(revision: models.QuoteRevision) -> str:
    """Return the SHA-256 of all that sending a draft would freeze."""
    return digest(contents(revision))


def approval_of(revision: models.QuoteRevision) -> models.Approval | None:
    """Return the approval that holds for a revision as it stands now, None if none."""
    row: models.Approval | None = revision.approvals.order_by("pk").last()
    if (
        row is None
        or row.verdict != models.Approval.APPROVED
        or row.edition != revision.edition
        or row.contents_digest != contents_digest(revision)
    ):
        return None
    return row


def request_of(revision: models.QuoteRevision) -> models.Approval | None:
    """Return the request that waits for a verdict, None if none does."""
    return revision.approvals.filter(verdict="").first()
