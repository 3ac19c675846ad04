"""What is done to a revision on its page: priced, approved, sent, revised, closed.

Each view calls one action and shows the page again. An act is a POST; one that comes
too late, or from somebody who may not, is answered with the sentence of its refusal.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from quotes.actions import RefusedError
from quotes.actions.answers import MOST_ORDER_BYTES, Order, record_order
from quotes.actions.approvals import answer_request, request_approval
from quotes.actions.drafts import add_scenario, decide_price, remove_scenario
from quotes.actions.links import close_links, renew_link
from quotes.actions.losses import mark_lost
from quotes.actions.revisions import revise_quote, withdraw_quote
from quotes.actions.sending import send_quote
from quotes.actions.suggestions import suggested_price
from quotes.jobs.sendings import SEND, link_of, start_sending, takes_long, token_of
from quotes.queries import quotes as queries
from quotes.queries.jobs import job_here
from quotes.web.bench import (
    bench_address,
    edition_of,
    revision_here,
    scenario_here,
    show_bench,
    show_refusal,
    summary,
)
from quotes.web.moves_page import choice_of_order
from quotes.web.pages import SentLink
from scoping.access import Act
from scoping.web.desk import Desk, at_desk
from scoping.web.said import UnclearNumberError, number_said, whole_said


@require_POST
@at_desk(Act.EDIT_QUOTE)
def decide(request: HttpRequest, desk: Desk, name: str, line: int) -> HttpResponse:
    """Decide the unit price of a line."""
    revision = revision_here(name, desk)
    letter = scenario_here(request, revision).letter
    binding = request.POST.get("binding", "")
    try:
        decide_price(
            revision,
            line=line,
            value=_decided_value(request, revision, line=line, binding=binding),
            binding=binding,
            why=request.POST.get("why", ""),
            by=desk.user,
            role=desk.role,
            now=now(),
            letter=letter,
            edition=edition_of(request),
        )
    except UnclearNumberError as error:
        found = summary(error, field_id=f"value-{line}")
        return show_bench(request, desk, name, problem=found, status=400)
    except RefusedError as error:
        field = "why" if error.code == "why_missing" else "value"
        at = f"{field}-{line}" if error.status == 400 else ""  # noqa: PLR2004
        return show_refusal(request, desk, name, error, field_id=at)
    messages.success(request, "The price is decided. Total and margin follow it.")
    return HttpResponseRedirect(f"{bench_address(name, letter)}#line-{line}")


@require_POST
@at_desk(Act.EDIT_QUOTE)
def add(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Add a scenario like the one that is looked at."""
    revision = revision_here(name, desk)
    try:
        made = add_scenario(
            revision,
            like=scenario_here(request, revision).letter,
            edition=edition_of(request) or revision.edition,
            by=desk.user,
            role=desk.role,
            now=now(),
        )
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(request, f"This is scenario {made.letter}. Change what differs.")
    return HttpResponseRedirect(bench_address(name, made.letter))


@require_POST
@at_desk(Act.EDIT_QUOTE)
def remove(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Take the scenario that is looked at out of the draft."""
    revision = revision_here(name, desk)
    letter = scenario_here(request, revision).letter
    try:
        remove_scenario(
            revision,
            letter=letter,
            edition=edition_of(request) or revision.edition,
            by=desk.user,
            role=desk.role,
            now=now(),
        )
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(request, f"Scenario {letter} is gone.")
    return redirect("workbench", name=name)


@require_POST
@at_desk(Act.EDIT_QUOTE)
def ask_approval(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Ask a second person to approve what is out of policy."""
    revision = revision_here(name, desk)
    try:
        request_approval(
            revision,
            edition=edition_of(request) or revision.edition,
            by=desk.user,
            role=desk.role,
            now=now(),
            note=request.POST.get("note", ""),
        )
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(request, "Asked. It can be sent once somebody else approves it.")
    return redirect("workbench", name=name)


@require_POST
@at_desk(Act.APPROVE_QUOTE)
def answer_approval(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Approve what was asked for, or send it back with a reason."""
    revision = revision_here(name, desk)
    approved = request.POST.get("verdict") == "approve"
    try:
        answer_request(
            revision,
            approved=approved,
            edition=edition_of(request) or revision.edition,
            by=desk.user,
            role=desk.role,
            now=now(),
            note=request.POST.get("note", ""),
        )
    except RefusedError as error:
        at = "answer" if error.code == "why_missing" else ""
        return show_refusal(request, desk, name, error, field_id=at)
    said = "Approved as it stands." if approved else "Sent back with your reason."
    messages.success(request, said)
    return redirect("workbench", name=name)


@require_POST
@at_desk(Act.SEND_QUOTE)
def send(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Send a draft: freeze it and show its private link, once.

    The answer itself shows it. A redirect would have to keep the token somewhere, and
    it is kept nowhere. Sent again, the draft is none any more and is refused. A large
    one is sent as a job, which shows the link to who asked for it.
    """
    revision = revision_here(name, desk)
    said: dict[str, Any] = {
        "edition": edition_of(request),
        "recipient_name": request.POST.get("recipient_name", "").strip(),
        "recipient_email": request.POST.get("recipient_email", "").strip(),
        "by": desk.user,
        "now": now(),
    }
    try:
        if takes_long(revision):
            return redirect("job", start_sending(revision, **said).pk)
        sent = send_quote(revision, role=desk.role, **said)
    except RefusedError as error:
        at = "recipient_email" if error.code == "email_not_an_address" else ""
        return show_refusal(request, desk, name, error, field_id=at)
    return _with_link(request, desk, name, token=sent.token)


@require_safe
@never_cache
@at_desk(Act.SEND_QUOTE)
def sent_by_job(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Show a quote that a job sent; its link to who asked for it, while it is open."""
    job = job_here(key, workspace=desk.workspace, kind=SEND)
    if job is None:
        raise Http404("There is no such job here.")
    link, name = link_of(job), job.asked["revision"]
    if link is None or link.revoked_at is not None or job.owner_id != desk.user.pk:
        return redirect("workbench", name=name)
    return _with_link(request, desk, name, token=token_of(job))


@require_POST
@at_desk(Act.SEND_QUOTE)
def new_link(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Close every link of a sent quote and show a new one, once."""
    try:
        made = renew_link(
            revision_here(name, desk),
            by=desk.user,
            role=desk.role,
            now=now(),
            recipient_name=request.POST.get("recipient_name", "").strip(),
            recipient_email=request.POST.get("recipient_email", "").strip(),
        )
    except RefusedError as error:
        at = "link_email" if error.code == "email_not_an_address" else ""
        return show_refusal(request, desk, name, error, field_id=at)
    return _with_link(request, desk, name, token=made.token)


@require_POST
@at_desk(Act.SEND_QUOTE)
def close(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Close every link of a quote."""
    try:
        close_links(revision_here(name, desk), by=desk.user, role=desk.role, now=now())
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(request, "Every link is closed. Nobody opens the quote by one.")
    return redirect("workbench", name=name)


def _with_link(
    request: HttpRequest, desk: Desk, name: str, *, token: str
) -> HttpResponse:
    address = reverse("quote_link", args=[token])
    link = SentLink(url=request.build_absolute_uri(address))
    return show_bench(request, desk, name, link=link)


@require_POST
@at_desk(Act.SEND_QUOTE)
def withdraw(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Withdraw a draft, or a sent quote that nobody has answered."""
    try:
        withdraw_quote(
            revision_here(name, desk), by=desk.user, role=desk.role, now=now()
        )
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(request, f"{name} is withdrawn. Its link opens nothing any more.")
    return redirect("workbench", name=name)


@require_POST
@at_desk(Act.EDIT_QUOTE)
def revise(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Make a draft of the next revision; this one stays open until that is sent."""
    try:
        made = revise_quote(
            revision_here(name, desk), by=desk.user, role=desk.role, now=now()
        )
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(
        request, f"This is revision {made.revision}. {name} stays as it is meanwhile."
    )
    return redirect("workbench", name=str(made))


@require_POST
@at_desk(Act.SEND_QUOTE)
def order(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Record a signed order that came on paper."""
    posted = request.FILES.get("order")
    body = b"" if posted is None else posted.read(MOST_ORDER_BYTES + 1)
    try:
        record_order(
            revision_here(name, desk),
            Order(
                po_number=request.POST.get("po_number", ""),
                file_name="" if posted is None else str(posted.name),
                content_type="" if posted is None else str(posted.content_type),
                body=body,
            ),
            signed_by=request.POST.get("signed_by", ""),
            by=desk.user,
            role=desk.role,
            now=now(),
            choice=choice_of_order(request.POST.get("ordered", "")),
        )
    except RefusedError as error:
        at = ORDER_FIELDS.get(error.code, "")
        return show_refusal(request, desk, name, error, field_id=at)
    messages.success(request, "The order is recorded and the project has begun.")
    return redirect("workbench", name=name)


@require_safe
@at_desk(Act.SEND_QUOTE)
def order_file(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Return the file of a signed order, to be kept and not shown by the browser."""
    found = queries.order_of(revision_here(name, desk))
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.body), content_type=found.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=found.file_name or "order"
    )
    response.headers["Cache-Control"] = "no-store, private"
    return response


ORDER_FIELDS = {
    "no_such_choice": "ordered",
    "po_number_too_long": "po_number",
    "po_number_missing": "po_number",
    "name_missing": "signed_by",
    "order_missing": "order",
    "order_not_readable": "order",
    "order_too_large": "order",
}


@require_POST
@at_desk(Act.EDIT_QUOTE)
def lose(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Write down why a quote was lost, to whom and at which price."""
    said = request.POST
    try:
        price = said.get("unit_price", "").strip()
        mark_lost(
            revision_here(name, desk),
            reason=said.get("reason", ""),
            competitor=said.get("competitor", ""),
            line=whole_said(said.get("line", "")),
            unit_price=number_said(price) if price else None,
            by=desk.user,
            role=desk.role,
            now=now(),
        )
    except UnclearNumberError as error:
        found = summary(error, field_id="unit_price")
        return show_bench(request, desk, name, problem=found, status=400)
    except RefusedError as error:
        at = "reason" if error.code == "why_missing" else ""
        return show_refusal(request, desk, name, error, field_id=at)
    messages.success(request, "Written down. It counts in what we learn from prices.")
    return redirect("workbench", name=name)


def _decided_value(
    request: HttpRequest, revision: Any, *, line: int, binding: str
) -> Decimal:
    """Return the price that was typed, or the suggestion that was chosen."""
    typed = request.POST.get("value", "").strip()
    if binding == "typed":
        return number_said(typed)
    return suggested_price(
        scenario_here(request, revision), line=line, binding=binding, today=now().date()
    )
