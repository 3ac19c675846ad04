"""The staff pages of quotes: the list, the workbench, and what is done on it.

Each view reads one query or calls one action and shows a page. An act is a POST, and a
second one of the same act changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from quotes.actions import RefusedError
from quotes.actions.answers import withdraw_quote
from quotes.actions.drafts import change_spec, decide_price
from quotes.actions.forms import draft_from_form
from quotes.actions.sending import send_quote
from quotes.calc.sheet import sheet
from quotes.calc.snapshot import digest
from quotes.pdf import SIZES, logo_address, render_quote
from quotes.queries import quotes as queries
from quotes.queries.quotes import NoQuoteError, Sent
from quotes.web.link import OfferPage
from quotes.web.pages import (
    QuoteRow,
    QuotesPage,
    Revision,
    SentLink,
    WorkbenchPage,
    valid_words,
)
from quotes.web.workbench import workbench_page
from scoping import queries as scoping
from scoping.access import Act, Role
from scoping.calc.document import document
from scoping.calc.spec import SpecError
from scoping.templatetags.plumbline import day
from scoping.web.components import (
    STATE_BADGES,
    Empty,
    ErrorSummary,
    FoundProblem,
    Message,
)
from scoping.web.desk import Desk, at_desk, desk_of
from scoping.web.said import UnclearNumberError, number_said
from scoping.web.scope_pages import Posted
from scoping.web.scopes import edited, form_of, refused

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
PAGE_LENGTH = 200


def home(request: HttpRequest) -> HttpResponse:
    """Bring staff to their quotes, clients to their link, strangers to sign-in."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    desk = desk_of(request)
    if desk.role == Role.CLIENT:
        request.desk = desk  # type: ignore[attr-defined]  # for partials/top.html
        return render(request, "quotes/staff/client_home.html")
    return redirect("quotes")


@require_safe
@at_desk(Act.EDIT_QUOTE)
def quotes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the quotes of the workspace, newest first."""
    moment = now()
    rows = [
        QuoteRow(
            name=str(revision),
            url=f"/quotes/{revision}/",
            title=revision.name,
            client=str(revision.quote.client),
            state=STATE_BADGES[queries.state_at(revision, at=moment)],
            made=day(revision.created_at, desk.workspace.timezone),
            valid=valid_words(revision.valid_until),
            by=str(revision.created_by),
        )
        for revision in queries.revisions(desk.workspace)[:PAGE_LENGTH]
    ]
    page = QuotesPage(rows=rows, empty=EMPTY)
    return render(request, "quotes/staff/quotes.html", {"page": page})


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
            now=moment,
            form_token=posted.target.token,
        )
    except SpecError as error:
        return refused(request, desk, posted, error)
    except scoping.NoCardError as error:
        missing = Message(kind="bad", strong="There is no price yet.", text=str(error))
        return refused(request, desk, posted, SpecError(()), message=missing)
    return redirect("workbench", name=str(revision))


@at_desk(Act.EDIT_QUOTE)
def change_scope(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Open the scope of a draft in the form, or take its new answers."""
    revision = _revision(name, desk)
    if request.method != "POST":
        return edited(
            request,
            desk,
            queries.scenario_of(revision).spec,
            quote=name,
            edition=revision.edition,
        )
    moment = now()
    posted = Posted.read(request.POST, request.FILES)
    try:
        said = posted.document(today=moment.date(), form=form_of(posted, desk))
        change_spec(
            revision, said, edition=posted.target.edition, by=desk.user, now=moment
        )
    except SpecError as error:
        return refused(request, desk, posted, error)
    except RefusedError as error:
        return _workbench(request, desk, name, problem=_summary(error), status=409)
    messages.success(request, "The scope is changed; every number follows it.")
    return redirect("workbench", name=name)


@require_safe
@at_desk(Act.SEE_COST)
def workbench(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Show a revision with price, cost, margin, promises and reasons."""
    return _workbench(request, desk, name)


@require_POST
@at_desk(Act.EDIT_QUOTE)
def decide(request: HttpRequest, desk: Desk, name: str, line: int) -> HttpResponse:
    """Decide the unit price of a line."""
    revision = _revision(name, desk)
    binding = request.POST.get("binding", "")
    try:
        decide_price(
            revision,
            line=line,
            value=_decided_value(request, revision, line=line, binding=binding),
            binding=binding,
            why=request.POST.get("why", ""),
            by=desk.user,
            now=now(),
        )
    except UnclearNumberError as error:
        found = _summary(error, field_id=f"value-{line}")
        return _workbench(request, desk, name, problem=found, status=400)
    except RefusedError as error:
        at = "why" if error.code == "why_missing" else "value"
        found = _summary(error, field_id=f"{at}-{line}")
        return _workbench(request, desk, name, problem=found, status=400)
    messages.success(request, "The price is decided. Total and margin follow it.")
    return HttpResponseRedirect(f"{reverse('workbench', args=[name])}#line-{line}")


@require_POST
@at_desk(Act.SEND_QUOTE)
def send(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Send a draft: freeze it and show its private link, once.

    The answer itself shows it. A redirect would have to keep the token somewhere, and
    it is kept nowhere. Sent again, the draft is none any more and is refused.
    """
    revision = _revision(name, desk)
    try:
        sent = send_quote(
            revision,
            by=desk.user,
            role=desk.role,
            now=now(),
            recipient_name=request.POST.get("recipient_name", "").strip(),
            recipient_email=request.POST.get("recipient_email", "").strip(),
        )
    except RefusedError as error:
        return _workbench(request, desk, name, problem=_summary(error), status=409)
    address = reverse("quote_link", args=[sent.token])
    link = SentLink(url=request.build_absolute_uri(address))
    return _workbench(request, desk, name, link=link)


@require_POST
@at_desk(Act.SEND_QUOTE)
def withdraw(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Withdraw a draft, or a sent quote that nobody has answered."""
    try:
        withdraw_quote(_revision(name, desk), by=desk.user, now=now())
    except RefusedError as error:
        return _workbench(request, desk, name, problem=_summary(error), status=409)
    messages.success(request, f"{name} is withdrawn. Its link opens nothing any more.")
    return redirect("workbench", name=name)


@require_safe
@at_desk(Act.SEE_CLIENT_VIEW)
def preview(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Show the client's page of a revision, marked as a preview."""
    sent = _client_side(name, desk)
    page = OfferPage(
        sent=sent,
        sheet=sheet(sent.document),
        logo=logo_address(
            bytes(sent.revision.workspace.logo), sent.revision.workspace.logo_type
        ),
        consent="",
    )
    return render(request, "quotes/staff/preview.html", {"page": page})


@require_safe
@at_desk(Act.SEE_CLIENT_VIEW)
def pdf(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Return the PDF: what was frozen, or what sending this draft would freeze."""
    size = request.GET.get("size", SIZES[0])
    if size not in SIZES:
        raise Http404
    sent = _client_side(name, desk)
    if sent.revision.frozen_at is not None:
        body = queries.frozen_pdf(sent.revision, size=size)
    else:
        body = render_quote(
            sent.document,
            digest=sent.digest,
            size=size,
            logo=(
                bytes(sent.revision.workspace.logo),
                sent.revision.workspace.logo_type,
            ),
        )
    mark = "" if sent.revision.frozen_at is not None else "-draft"
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{sent.revision}{mark}-{size}.pdf"'
    )
    return response


def _revision(name: str, desk: Desk) -> Any:
    try:
        return queries.revision_named(name, workspace=desk.workspace)
    except NoQuoteError as error:
        raise Http404(str(error)) from error


def _client_side(name: str, desk: Desk) -> Sent:
    """Return what the client sees: what was frozen, or what sending would freeze."""
    revision, moment = _revision(name, desk), now()
    if revision.frozen_at is not None:
        return queries.sent_document(revision, at=moment)
    scenario = queries.scenario_of(revision)
    dated = moment.astimezone(ZoneInfo(revision.time_zone)).date()
    made = queries.draft_document(
        revision,
        scenario,
        queries.estimate_of(scenario, today=moment.date()),
        dated=dated,
        valid_until=dated + timedelta(days=queries.VALID_DAYS),
    )
    return Sent(
        revision=revision, document=made, digest=digest(made), state=revision.state
    )


def _workbench(
    request: HttpRequest,
    desk: Desk,
    name: str,
    *,
    problem: ErrorSummary | None = None,
    link: SentLink | None = None,
    status: int = 200,
) -> HttpResponse:
    page = _page(desk, name, problem=problem, link=link)
    return render(request, "quotes/staff/workbench.html", {"page": page}, status=status)


def _page(
    desk: Desk, name: str, *, problem: ErrorSummary | None, link: SentLink | None
) -> WorkbenchPage:
    revision, moment = _revision(name, desk), now()
    scenario = queries.scenario_of(revision)
    loss_limit: Decimal | None = None
    estimate: Mapping[str, Any]
    if revision.frozen_at is None:
        made = queries.estimate_of(scenario, today=moment.date())
        estimate, loss_limit = document(made), made.card.cost.policy.loss_limit.value
    else:
        frozen = revision.documents.get(kind="internal")
        estimate = json.loads(frozen.body)["estimate"]
    return workbench_page(
        Revision(
            name=str(revision),
            title=revision.name,
            client=str(revision.quote.client),
            state=queries.state_at(revision, at=moment),
            edition=revision.edition,
            saved=day(revision.sent_at or revision.created_at, revision.time_zone),
            may_send=desk.may(Act.SEND_QUOTE),
            decisions={one.line: one.why for one in scenario.decisions.all()},
            loss_limit=loss_limit,
            rate_now=queries.rate_today(
                estimate, workspace=desk.workspace, today=moment.date()
            ),
        ),
        estimate=estimate,
        spec=scenario.spec,
        problem=problem,
        link=link,
    )


def _decided_value(
    request: HttpRequest, revision: Any, *, line: int, binding: str
) -> Decimal:
    """Return the price that was typed, or the suggestion that was chosen."""
    typed = request.POST.get("value", "").strip()
    if binding == "typed":
        return number_said(typed)
    made = queries.estimate_of(queries.scenario_of(revision), today=now().date())
    suggested = made.suggested.get(line)
    if suggested is None or binding not in ("list", "target", "floor"):
        raise RefusedError("no_such_price", "Choose list, target, floor or typed.")
    found: Decimal = getattr(suggested, binding).value
    return found


def _summary(error: Exception, *, field_id: str = "") -> ErrorSummary:
    return ErrorSummary(problems=(FoundProblem(text=str(error), field_id=field_id),))
