"""A client disputes a label of a batch that was delivered, behind her private link."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from quotes.actions import RefusedError
from quotes.actions.disputes import Reading, raise_dispute
from quotes.actions.gate_evidence import CLIENT
from quotes.queries import gates
from quotes.queries.quotes import Sent
from quotes.web.link import private, with_quote
from quotes.web.link_batches import DISPUTE, DISPUTED, DONE, NO_BATCH, show_batches
from scoping.access import LINK_HOLDER
from scoping.web.said import whole_said


@private
@require_POST
@with_quote
def dispute(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Write down how she reads a label that a check of hers or ours is about."""
    project = gates.project_of_acceptance(sent.revision)
    if project is None:
        return redirect("offer")
    said = request.POST
    number = whole_said(said.get("disputed", ""))
    row = None if number is None else gates.rows_of(project).filter(pk=number).first()
    if row is None:
        return show_batches(request, sent, status=404, message=NO_BATCH)
    reading = Reading(
        called_wrong_by=said.get("called_wrong_by", ""),
        image=said.get("image", ""),
        text=said.get("reading", ""),
        rule=said.get("rule", ""),
        label=said.get("label", ""),
        again_why=said.get("again_why", ""),
    )
    try:
        raise_dispute(row, reading, by=CLIENT, role=LINK_HOLDER, now=datetime.now(UTC))
    except RefusedError as error:
        return show_batches(
            request, sent, status=error.status, message=str(error), at=DISPUTE
        )
    request.session[DONE] = DISPUTED
    return redirect(f"{reverse('offer_batches')}#done")
