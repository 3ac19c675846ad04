"""The staff pages of quotes: the list, the workbench, and what is done on it.

Each view reads one query or calls one action and shows a page. An act is a POST, and a
second one of the same act changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_safe

from quotes.actions.forms import draft_from_form
from quotes.calc.choices import ChoiceError, scenario_in
from quotes.calc.sheet import sheet
from quotes.jobs.documents import QUOTE, Document
from quotes.models import InboxKind
from quotes.pdf import SIZES, logo_address, quote_html
from quotes.queries import quotes as queries
from quotes.queries.offers import TooManyChoicesError
from quotes.queries.pipeline import Waiting, waiting
from quotes.queries.totals import Total, totals
from quotes.web.bench import (
    client_side,
    show_bench,
    summary,
)
from quotes.web.choosing import choice_said, choosing
from quotes.web.client_beside import client_beside
from quotes.web.client_home import client_home
from quotes.web.documents import LongDocument, answered, as_file
from quotes.web.link import OfferPage
from quotes.web.pages import (
    Needs,
    QuoteRow,
    QuotesPage,
    ends_badge,
    total_words,
    valid_words,
)
from quotes.web.pipeline import steps
from scoping import queries as scoping
from scoping.access import Act, Role
from scoping.calc.spec import SpecError
from scoping.templatetags.plumbline import day
from scoping.web.components import (
    STATE_BADGES,
    Empty,
    Message,
)
from scoping.web.desk import Desk, at_desk, desk_of
from scoping.web.scope_pages import Posted
from scoping.web.scopes import form_of, refused

EMPTY = Empty(
    heading="No quote yet",
    text=(
        "A quote begins with a scope: what the client has, and what should be "
        "labelled. The price follows from it within a minute."
    ),
    act="New scope",
    url="/scopes/new",
    is_main=True,
)
NONE_HERE = Empty(
    heading="No quote stands here",
    text="No quote of the workspace is in this state now.",
    act="All quotes",
    url="/quotes/",
)
TO_DO: dict[str, str] = {
    InboxKind.OPENED: "Follow up: it was opened",
    InboxKind.QUESTION: "Answer a question",
    InboxKind.ACCEPTED: "Begin the work",
    InboxKind.DECLINED: "Read why",
    InboxKind.ENDS_SOON: "Follow up: it ends soon",
    InboxKind.EXPIRED: "Revise it or let it go",
    InboxKind.APPROVAL_REQUESTED: "Decide about the approval",
    InboxKind.APPROVAL_GIVEN: "Send it",
    InboxKind.APPROVAL_REFUSED: "Change it",
}
"""What an item of the inbox about a quote asks for: its state stands beside it."""
PAGE_LENGTH = 200
SENT = "sent"


def home(request: HttpRequest) -> HttpResponse:
    """Bring managers to their projects, sales to quotes, clients to their own."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    desk = desk_of(request)
    if desk.role == Role.CLIENT:
        request.desk = desk  # type: ignore[attr-defined]  # for partials/top.html
        return client_home(request, desk)
    return redirect("portfolio" if desk.may(Act.SEE_ACTUALS) else "quotes")


@require_safe
@at_desk(Act.EDIT_QUOTE)
def quotes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the quotes of the workspace, newest first; `state` shows one state alone."""
    moment = now()
    only = request.GET.get("state", "")
    known = only if only in STATE_BADGES else ""
    revisions = queries.revisions(desk.workspace)
    if known:
        revisions = queries.in_state(revisions, known, at=moment)
    found = list(revisions[:PAGE_LENGTH])
    sums, waits = totals(found), waiting(found)
    rows = [
        _row(one, sums.get(one.pk), desk, moment, waits=waits.get(one.pk))
        for one in found
    ]
    page = QuotesPage(
        rows=rows,
        empty=NONE_HERE if known else EMPTY,
        steps=steps(desk, at=moment, only=known),
        only=STATE_BADGES[known].words if known else "",
    )
    return render(request, "quotes/staff/quotes.html", {"page": page})


def _row(
    revision: Any,
    total: Total | None,
    desk: Desk,
    moment: datetime,
    *,
    waits: Waiting | None,
) -> QuoteRow:
    state = queries.state_at(revision, at=moment)
    today = moment.astimezone(ZoneInfo(revision.time_zone)).date()
    amount, note = total_words(total)
    return QuoteRow(
        name=str(revision),
        url=f"/quotes/{revision}/",
        title=revision.name,
        client=str(revision.quote.client),
        state=STATE_BADGES[state],
        amount=amount,
        amount_note=note,
        made=day(revision.created_at, desk.workspace.timezone),
        valid=valid_words(revision.valid_until),
        ends=ends_badge(revision.valid_until, today=today) if state == SENT else None,
        by=str(revision.created_by),
        waits=None
        if waits is None
        else Needs(
            words=TO_DO[InboxKind(waits.kind)], url=f"/inbox/?kind={waits.kind}"
        ),
        since="" if waits is None else day(waits.since, desk.workspace.timezone),
    )


@at_desk(Act.EDIT_QUOTE)
def draft(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Save a posted scope form as a draft quote; sent twice, it is one draft."""
    if request.method != "POST":
        return redirect("new_scope")
    moment = now()
    posted = Posted.read(request.POST, request.FILES)
    try:
        said = posted.document(today=moment.date(), form=form_of(posted, desk))
        revision = draft_from_form(
            said,
            workspace=desk.workspace,
            by=desk.user,
            role=desk.role,
            now=moment,
            form_token=posted.target.token,
        )
    except SpecError as error:
        return refused(request, desk, posted, error)
    except scoping.NoCardError as error:
        missing = Message(kind="bad", strong="There is no price yet.", text=str(error))
        return refused(request, desk, posted, SpecError(()), message=missing)
    return redirect("workbench", name=str(revision))


@require_safe
@at_desk(Act.SEE_COST)
def workbench(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Show a revision with price, cost, margin, promises and reasons."""
    return show_bench(request, desk, name)


@require_safe
@at_desk(Act.EDIT_QUOTE)
def preview(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Show the client's page of a revision, marked as a preview."""
    try:
        sent = client_side(name, desk)
    except TooManyChoicesError as error:
        return show_bench(request, desk, name, problem=summary(error), status=409)
    try:
        choice = choice_said(request.GET)
        offered = scenario_in(sent.document, choice.scenario)
        view = offered.chosen(choice.taken)
    except ChoiceError as error:
        return show_bench(request, desk, name, problem=summary(error), status=400)
    page = OfferPage(
        sent=sent,
        sheet=sheet(sent.document, offer=view, starts=offered.starts),
        choosing=choosing(sent.document, offered, choice),
        beside=client_beside(sent.document),
        address=request.path,
        logo=logo_address(
            bytes(sent.revision.workspace.logo), sent.revision.workspace.logo_type
        ),
        consent="",
    )
    request.quote_language = sent.document["offer"]["language"]  # type: ignore[attr-defined]  # read by SpeakTheirLanguage
    return render(request, "quotes/staff/preview.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.EDIT_QUOTE)
def pdf(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Return the PDF: what was frozen, or what sending this draft would freeze.

    A long draft is printed as a job, which a post asks for.
    """
    size = request.GET.get("size", SIZES[0])
    if size not in SIZES:
        raise Http404
    try:
        sent = client_side(name, desk)
    except TooManyChoicesError as error:
        return show_bench(request, desk, name, problem=summary(error), status=409)
    revision, workspace = sent.revision, sent.revision.workspace
    if revision.frozen_at is not None:
        body = queries.frozen_pdf(revision, size=size)
        return as_file(body, name=f"{revision}-{size}.pdf")
    html = quote_html(
        sent.document,
        digest=sent.digest,
        size=size,
        logo=(bytes(workspace.logo), workspace.logo_type),
    )
    file = f"{revision}-draft-{size}.pdf"
    return answered(
        request,
        desk,
        Document(html=html, identifier=sent.digest, file=file),
        kind=QUOTE,
        of=LongDocument(
            file=file, name=str(revision), url=reverse("workbench", args=[name])
        ),
    )
