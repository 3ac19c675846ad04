"""What a client finds when she signs in: her quotes, each with its total and its PDF.

Only what was sent to her, and only what is frozen of it: no draft, no withdrawn offer,
no quote of another client. A quote is answered through its private link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quotes.models import State
from quotes.pdf import SIZES
from quotes.queries import quotes as queries
from quotes.queries.totals import totals
from quotes.web.pages import ends_badge, total_words
from scoping import queries as scoping
from scoping.access import Act
from scoping.templatetags.plumbline import day
from scoping.web.components import STATE_BADGES, Badge, Empty
from scoping.web.desk import Desk, at_desk

SHOWN = (State.SENT, State.ACCEPTED, State.DECLINED, State.EXPIRED)
MOST = 200
WORDS: dict[str, Badge] = {
    **STATE_BADGES,
    "sent": Badge(words="Open", kind="info", icon="clock"),
}
"""States as a client sees them: what was sent to her is open."""

EMPTY = Empty(
    heading="No quote yet",
    text="Each quote comes to you as a private link in a mail, and then stands here.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """A quote as its client sees it."""

    name: str
    title: str
    state: Badge
    ends: Badge | None
    valid: str
    total: str
    currency: str
    pdf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHome:
    """The quotes of a client, newest first."""

    vendor: str
    client: str
    rows: tuple[ClientRow, ...]
    empty: Empty = EMPTY


def client_home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the quotes that were sent to a client."""
    member = scoping.membership_of(desk.user)
    owner = None if member is None else member.client
    moment = datetime.now(UTC)
    found = [
        (one, state)
        for one in queries.revisions(desk.workspace).filter(quote__client=owner)[:MOST]
        if (state := queries.state_at(one, at=moment)) in SHOWN
    ]
    sums = totals([one for one, _ in found])
    page = ClientHome(
        vendor=desk.workspace.name,
        client=str(owner),
        rows=tuple(_row(one, state, sums.get(one.pk), moment) for one, state in found),
    )
    return render(request, "quotes/staff/client_home.html", {"page": page})


def _row(revision: Any, state: str, total: Any, moment: datetime) -> ClientRow:
    today = moment.astimezone(ZoneInfo(revision.time_zone)).date()
    amount, _ = total_words(total)
    is_open = state == State.SENT
    return ClientRow(
        name=str(revision),
        title=revision.name,
        state=WORDS[state],
        ends=ends_badge(revision.valid_until, today=today) if is_open else None,
        valid=f"through {day(revision.valid_until)}" if is_open else "",
        total=amount,
        currency="" if total is None else total.currency,
        pdf=reverse("client_pdf", args=[str(revision)]),
    )


@require_safe
@at_desk(Act.SEE_CLIENT_VIEW)
def client_pdf(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Return the PDF that was frozen for a client, to her own people alone."""
    member = scoping.membership_of(desk.user)
    size = request.GET.get("size", SIZES[0])
    if member is None or member.client is None or size not in SIZES:
        raise Http404
    revision = queries.revisions(desk.workspace).filter(quote__client=member.client)
    found = next((one for one in revision if str(one) == name), None)
    if found is None or queries.state_at(found, at=datetime.now(UTC)) not in SHOWN:
        raise Http404
    response = HttpResponse(
        queries.frozen_pdf(found, size=size), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "no-store, private"
    return response
