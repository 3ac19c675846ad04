"""What a client sees behind a private link: one quote, to read and to answer.

The link itself shows one button and changes nothing, because mail scanners follow
links. The button exchanges the token for a session cookie, so that the token stands in
no later address. Everything shown is the frozen client document; no page here reads a
spec, an estimate or a rate card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from quotes.actions import RefusedError
from quotes.actions.answers import (
    CONSENT,
    accept_quote,
    ask_question,
    decline_quote,
    note_opened,
)
from quotes.actions.people import is_a_name
from quotes.calc.choices import Choice, ChoiceError, scenario_in
from quotes.calc.sheet import Sheet, sheet
from quotes.calc.snapshot import canonical
from quotes.pdf import SIZES, logo_address
from quotes.queries import quotes as queries
from quotes.queries.quotes import Sent
from quotes.web.choosing import Choosing, choice_said, choosing, oddly_chosen
from quotes.web.client_beside import ClientBeside, client_beside
from quotes.web.link_changes import agreed_since
from scoping.web.language import spoken

LINK = "quote_link"
"""The session's key for the link whose token was exchanged."""

View = Callable[..., HttpResponse]
LOST = frozenset({"withdrawn", "superseded"})
TEMPLATES = {
    "accepted": "quotes/link/accepted.html",
    "declined": "quotes/link/declined.html",
    "expired": "quotes/link/expired.html",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    """What the page of a quote is given."""

    sent: Sent
    sheet: Sheet
    logo: str
    consent: str
    choosing: Choosing | None = None
    beside: ClientBeside | None = None
    address: str = ""
    since: str = ""
    question: str = ""
    typed_name: str = ""
    reason: str = ""
    message: str = ""
    is_done: bool = False
    faults: dict[str, str] = field(default_factory=dict)


def private(view: View) -> View:
    """Keep a page out of caches and of search engines.

    The address itself stays out of other sites' logs by the service's referrer policy,
    same-origin. A stricter one would empty the Origin that the form check reads.
    """

    @wraps(view)
    def kept_private(
        request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return kept_private


def with_quote(view: View) -> View:
    """Give a view the quote of this session's link; without one, say what to do."""

    @wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        link = queries.live_link(request.session.get(LINK))
        if link is None:
            return _gone(request, status=403, reason="no_link")
        sent = queries.sent_document(link.revision, at=datetime.now(UTC))
        speak_as(request, sent)
        if sent.state in LOST:
            # An answer to it meets what has happened since; a look finds nothing more.
            status = 410 if request.method in ("GET", "HEAD") else 409
            return _gone(request, status=status, reason=sent.state)
        return view(request, sent, *args, **kwargs)

    return opened


def speak_as(request: HttpRequest, sent: Sent) -> None:
    """Let the page speak the language of its quote, unless another was chosen."""
    request.quote_language = sent.document["offer"]["language"]  # type: ignore[attr-defined]  # read by SpeakTheirLanguage


@private
@require_http_methods(["GET", "HEAD", "POST"])
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button; pressed, it exchanges the token for a session cookie."""
    link = queries.link_for(token)
    if link is None:
        return _gone(request, status=404, reason="unknown")
    if request.method != "POST":
        sent = queries.sent_document(link.revision, at=datetime.now(UTC))
        speak_as(request, sent)
        return render(
            request,
            "quotes/link/landing.html",
            {"sheet": sheet(sent.document), "logo": logo_of(sent)},
        )
    request.session.cycle_key()
    request.session[LINK] = link.pk
    note_opened(link.revision, now=datetime.now(UTC))
    return redirect("offer")


@private
@require_safe
@with_quote
def offer(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Show the quote in the state that it is in."""
    try:
        page = _page(sent, choice_said(request.GET))
    except ChoiceError as error:
        return _again(request, sent, status=400, message=str(error))
    return render(
        request, TEMPLATES.get(sent.state, "quotes/link/offer.html"), {"page": page}
    )


@private
@require_safe
@with_quote
def offer_pdf(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Return the PDF that was frozen when the quote was sent, on A4 or Letter."""
    size = request.GET.get("size", SIZES[0])
    if size not in SIZES:
        return _gone(request, status=404, reason="no_such_size")
    etag = f'"{sent.digest}-{size}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    response = HttpResponse(
        queries.frozen_pdf(sent.revision, size=size), content_type="application/pdf"
    )
    name = f"{sent.revision}-{sent.digest[:12]}-{size}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["ETag"] = etag
    return response


@private
@require_safe
@with_quote
def offer_json(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Return the frozen client document byte for byte, so that its hash can be checked.

    The SHA-256 of the body is the fingerprint that the page and the PDF print.
    """
    etag = f'"{sent.digest}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    response = HttpResponse(canonical(sent.document), content_type="application/json")
    response.headers["ETag"] = etag
    return response


@private
@require_POST
@with_quote
def accept(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Accept the quote with a typed name and consent."""
    name = request.POST.get("typed_name", "").strip()
    faults = {}
    if not is_a_name(name):
        faults["typed_name"] = "Type your full name, as you would sign."
    if request.POST.get("consent") != "yes":
        faults["consent"] = "Tick the box to say that you may order."
    choice = choice_said(request.POST)
    if oddly_chosen(request.POST):
        # Looked at, it chooses nothing; accepted, it would be another thing than meant.
        message = (
            "What was chosen could not be read. Choose again, and look at the total."
        )
        return _again(request, sent, status=400, typed_name=name, message=message)
    if faults:
        return _again(
            request, sent, status=400, choice=choice, typed_name=name, faults=faults
        )
    try:
        accept_quote(
            sent.revision,
            typed_name=name,
            client_digest=request.POST.get("client_digest", ""),
            address=_address(request),
            user_agent=request.headers.get("User-Agent", ""),
            now=datetime.now(UTC),
            choice=choice,
            language=spoken(request),
        )
    except RefusedError as refused:
        return _again(
            request,
            sent,
            status=refused.status,
            typed_name=name,
            message=str(refused),
        )
    return redirect("offer")


@private
@require_POST
@with_quote
def ask(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Put a question to sales; the quote stays what it is."""
    text = request.POST.get("question", "")
    try:
        ask_question(sent.revision, text=text, now=datetime.now(UTC))
    except RefusedError as refused:
        return _again(
            request, sent, status=refused.status, question=text, message=str(refused)
        )
    return _again(request, sent, status=200, message=ASKED, is_done=True)


ASKED = "Your question is with us. The answer comes by mail; the quote stays open."


@private
@require_POST
@with_quote
def decline(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Decline the quote, with a reason if the client gives one."""
    reason = request.POST.get("reason", "")
    try:
        decline_quote(sent.revision, reason=reason, now=datetime.now(UTC))
    except RefusedError as refused:
        return _again(request, sent, status=409, reason=reason, message=str(refused))
    return redirect("offer")


def _page(sent: Sent, choice: Choice, **said: object) -> OfferPage:
    """Return the page of what is chosen. Raises ChoiceError."""
    document = sent.document
    since = ""
    if sent.state == "accepted":
        since = agreed_since(sent.revision)
        choice = queries.accepted_choice(sent.revision)
    offered = scenario_in(document, choice.scenario)
    view = offered.chosen(choice.taken)
    return OfferPage(
        sent=sent,
        sheet=sheet(document, offer=view, starts=offered.starts),
        choosing=choosing(document, offered, choice),
        beside=client_beside(document),
        address=reverse("offer"),
        since=since,
        logo=logo_of(sent),
        consent=CONSENT.format(client=document["client"], digest=sent.digest),
        **said,  # type: ignore[arg-type]  # what the person typed, and what is wrong
    )


def _again(
    request: HttpRequest,
    sent: Sent,
    *,
    status: int,
    choice: Choice | None = None,
    **said: object,
) -> HttpResponse:
    """Show the page again in the state that holds now, with a sentence."""
    now = queries.sent_document(
        queries.revision_again(sent.revision), at=datetime.now(UTC)
    )
    if now.state in LOST:
        return _gone(request, status=status, reason=now.state)
    try:
        page = _page(now, choice or Choice(), **said)
    except ChoiceError as error:
        page = _page(now, Choice(), **said | {"message": str(error)})
    return render(
        request,
        TEMPLATES.get(now.state, "quotes/link/offer.html"),
        {"page": page},
        status=status,
    )


def _gone(request: HttpRequest, *, status: int, reason: str) -> HttpResponse:
    return render(request, "quotes/link/gone.html", {"reason": reason}, status=status)


def logo_of(sent: Sent) -> str:
    """Return the address of the sender's logo."""
    workspace = sent.revision.workspace
    return logo_address(bytes(workspace.logo), workspace.logo_type)


def _address(request: HttpRequest) -> str:
    """Return where the request came from, behind as many proxies as are trusted."""
    hops = [
        hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")
    ]
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and hops[0] and len(hops) >= trusted:
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))
