"""The deal sheet: one page of price, cost and risk for whoever decides. Staff only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from quotes.models import Approval
from quotes.pdf import PdfLibraryMissingError, render_deal_sheet
from quotes.queries import policy
from quotes.queries import quotes as queries
from quotes.web.bench import revision_here, scenario_here
from quotes.web.deal_sheet_page import Deal, Scenario, deal_sheet
from quotes.web.pages import valid_words
from scoping.access import Act
from scoping.calc.document import document
from scoping.calc.estimate import Estimate
from scoping.templatetags.plumbline import day
from scoping.web.components import STATE_BADGES
from scoping.web.desk import Desk, at_desk


@require_safe
@at_desk(Act.SEE_COST)
def shown(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Return the deal sheet of a revision as a PDF, as it stands now or was sent."""
    revision, moment = revision_here(name, desk), now()
    letter = scenario_here(request, revision).letter
    made = _made(revision, at=moment)
    page = deal_sheet(
        _deal(revision, made, at=moment),
        [*_scenarios(revision, made)],
        letter=letter,
    )
    digest = hashlib.sha256(repr(page).encode()).hexdigest()
    try:
        body = render_deal_sheet(page, digest=digest)
    except PdfLibraryMissingError as problem:
        return HttpResponse(str(problem), status=503, content_type="text/plain")
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{revision}-internal-deal-sheet.pdf"'
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _made(revision: Any, *, at: datetime) -> dict[str, Estimate]:
    """Return the estimates of a draft by letter; of what was sent they are frozen."""
    if revision.frozen_at is not None:
        return {}
    return {
        scenario.letter: queries.estimate_of(scenario, today=at.date())
        for scenario in revision.scenarios.order_by("letter")
    }


def _scenarios(revision: Any, made: dict[str, Estimate]) -> Iterator[Scenario]:
    frozen: dict[str, Any] = {}
    if revision.frozen_at is not None:
        frozen = json.loads(revision.documents.get(kind="internal").body)
    for scenario in revision.scenarios.order_by("letter"):
        letter = scenario.letter
        yield Scenario(
            letter=letter,
            name=scenario.spec["name"] or revision.name,
            estimate=document(made[letter])
            if made
            else queries.frozen_plan(frozen, letter)["estimate"],
        )


def _deal(revision: Any, made: dict[str, Estimate], *, at: datetime) -> Deal:
    state = queries.state_at(revision, at=at)
    findings = _findings(revision, made, at=at)
    limits = [one.card.cost.policy.loss_limit.value for one in made.values()]
    return Deal(
        reference=str(revision),
        client=str(revision.quote.client),
        vendor=revision.workspace.name,
        state=STATE_BADGES[state].words,
        dated=at.date(),
        valid=_valid(revision),
        by=str(revision.created_by),
        findings=findings,
        approval=_approval(revision, findings),
        # What was sent was judged when it was sent.
        loss_limit=limits[0] if limits else None,
    )


def _valid(revision: Any) -> str:
    words = valid_words(revision.valid_until)
    return words if revision.valid_until is None else f"Valid {words}"


def _findings(
    revision: Any, made: dict[str, Estimate], *, at: datetime
) -> tuple[str, ...]:
    """Return what is out of policy: in a draft now, in what was sent as approved."""
    if made:
        found = policy.out_of_policy(revision, today=at.date(), made=made)
        return tuple(one.text for one in found)
    last = revision.approvals.filter(verdict=Approval.APPROVED).order_by("pk").last()
    return () if last is None else tuple(one["text"] for one in last.findings)


def _approval(revision: Any, findings: Sequence[str]) -> str:
    """Return how far the approval is that the findings need."""
    if not findings:
        return "Within policy: none needed."
    last, zone = revision.approvals.order_by("pk").last(), revision.time_zone
    if last is None or last.verdict == Approval.VOIDED:
        return "Needed, and not asked for yet."
    if not last.verdict:
        when = day(last.requested_at, zone)
        return f"Asked for by {last.requested_by} on {when}; nobody has answered."
    said = f"{last.verdict.capitalize()} by {last.decided_by} on "
    said += day(last.decided_at, zone)
    known = {one["text"] for one in last.findings}
    if last.verdict == Approval.APPROVED and set(findings) <= known:
        return f"{said}."
    if last.verdict == Approval.REFUSED:
        return f"{said}; needed before it can be sent."
    return f"{said}, for less than this: needed again."
