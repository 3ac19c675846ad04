"""What is out of policy in a draft, and whether it was approved as it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from quotes import models
from quotes.calc.policy import Facts, Finding, Limits, PricedLine, findings
from quotes.calc.snapshot import digest
from quotes.queries.capacity import people_free
from quotes.queries.quotes import estimate_of
from scoping.calc.assumptions import line_name
from scoping.calc.estimate import Estimate


def out_of_policy(
    revision: models.QuoteRevision,
    *,
    today: date,
    made: dict[str, Estimate] | None = None,
) -> tuple[Finding, ...]:
    """Return what is out of policy in any scenario of a revision.

    `made` are estimates by letter that were made before.
    """
    found: list[Finding] = []
    for scenario in revision.scenarios.order_by("letter"):
        estimate = (made or {}).get(scenario.letter) or estimate_of(
            scenario, today=today
        )
        policy = estimate.card.cost.policy
        limits = Limits(
            discount=policy.discount_limit.value, loss=policy.loss_limit.value
        )
        found += findings(facts_of(scenario, estimate), limits)
    return tuple(found)


def facts_of(scenario: models.Scenario, made: Estimate) -> Facts:
    """Return what policy looks at: every line that a client can order, at its price."""
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
        people_needed=made.schedule.annotators,
        people_free=people_free(
            scenario.revision.workspace,
            site=made.spec.site,
            start=made.schedule.start,
            end=made.schedule.finish["p80"],
            but_not=scenario.revision.quote_id,
        ),
    )


def contents(revision: models.QuoteRevision) -> dict[str, Any]:
    """Return all that sending a draft would freeze, before it is estimated."""
    return {
        "card": revision.card_version,
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
