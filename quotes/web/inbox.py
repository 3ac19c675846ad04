"""The inbox: what came in, whose it is, what is done; and the mails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from quotes.actions import RefusedError
from quotes.actions.inbox import assign_item, finish_item
from quotes.models import InboxKind
from quotes.queries.inbox import DONE, EVERYTHING, MINE, NOBODY, OPEN, Sought
from quotes.queries.inbox import people as people_of
from quotes.queries.inbox import sought as sought_by
from scoping import queries as scoping
from scoping.access import Act
from scoping.actions import retry_message
from scoping.templatetags.plumbline import day
from scoping.web.components import Badge, Empty
from scoping.web.desk import Desk, at_desk
from scoping.web.said import whole_said

PAGE_LENGTH = 50
MOST_MESSAGES = 100
BADGES: dict[str, Badge] = {
    InboxKind.SCOPE_REQUESTED: Badge(words="Quote asked for", kind="info", icon="page"),
    InboxKind.OPENED: Badge(words="Opened", icon="arrow"),
    InboxKind.QUESTION: Badge(words="Question", kind="info", icon="question"),
    InboxKind.ACCEPTED: Badge(words="Accepted", kind="good", icon="check"),
    InboxKind.DECLINED: Badge(words="Declined", kind="bad", icon="cross"),
    InboxKind.ENDS_SOON: Badge(words="Ends soon", kind="warn", icon="clock"),
    InboxKind.EXPIRED: Badge(words="Expired", icon="clock"),
    InboxKind.APPROVAL_REQUESTED: Badge(
        words="Approval asked", kind="warn", icon="question"
    ),
    InboxKind.APPROVAL_GIVEN: Badge(words="Approved", kind="good", icon="check"),
    InboxKind.APPROVAL_REFUSED: Badge(words="Sent back", kind="bad", icon="again"),
    InboxKind.DISPUTED: Badge(words="Labels disputed", kind="warn", icon="question"),
    InboxKind.REJECTED: Badge(words="Batch rejected", kind="bad", icon="again"),
}
PAGES = {InboxKind.DISPUTED: "project_disputes", InboxKind.REJECTED: "batches"}
SHOWS = ((OPEN, "Open"), (DONE, "Done"), (EVERYTHING, "All"))
NOTHING_OPEN = Empty(
    heading="Nothing is waiting",
    text=(
        "When a client opens a quote, asks, accepts or declines, when a quote ends "
        "soon, somebody asks for an approval, or a client disputes labels or rejects a "
        "batch, it stands here and its owner gets a mail."
    ),
    act="Quotes",
    url="/quotes/",
)
NOTHING_FOUND = Empty(
    heading="Nothing here",
    text="No item of the inbox is of this kind and owner.",
    act="Show all that is open",
    url="/inbox/",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One thing that came in."""

    pk: int
    badge: Badge
    title: str
    url: str
    about: str
    text: str
    at: str
    owner: int | None
    owner_name: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value of a choice in a form."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """What the inbox is given."""

    rows: tuple[ItemRow, ...]
    shows: tuple[Option, ...]
    kinds: tuple[Option, ...]
    owners: tuple[Option, ...]
    people: tuple[tuple[int, str], ...]
    empty: Empty
    back: str
    newer: str
    older: str
    failed_mails: int
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRow:
    """One message that waits, failed or was sent."""

    pk: int
    what: str
    badge: Badge
    at: str
    tries: int
    error: str
    failed: bool


@require_safe
@at_desk(Act.EDIT_QUOTE)
def inbox(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what came in, newest first."""
    return _shown(request, desk)


@require_POST
@at_desk(Act.EDIT_QUOTE)
def assign(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Give an item to somebody, or to nobody."""
    typed = request.POST.get("owner", "")
    to = whole_said(typed)
    if to is None and typed:
        return _shown(request, desk, problem="Choose who should have it.", status=400)
    try:
        item = assign_item(
            pk, to=to, workspace=desk.workspace, by=desk.user, role=desk.role, now=now()
        )
    except RefusedError as error:
        return _shown(request, desk, problem=str(error), status=error.status)
    whose = "nobody's" if item.owner is None else f"{item.owner}'s"
    messages.success(request, f"It is {whose} now.")
    return _back(request)


@require_POST
@at_desk(Act.EDIT_QUOTE)
def finish(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Call an item done, or open again."""
    done = request.POST.get("done") == "yes"
    try:
        finish_item(
            pk,
            done=done,
            workspace=desk.workspace,
            by=desk.user,
            role=desk.role,
            now=now(),
        )
    except RefusedError as error:
        return _shown(request, desk, problem=str(error), status=error.status)
    messages.success(request, "Done." if done else "It is open again.")
    return _back(request)


@require_safe
@at_desk(Act.EDIT_QUOTE)
def mails(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the latest mails: those that failed first."""
    found = scoping.outbox(desk.workspace).filter(topic="mail")
    failed = found.filter(failed_at__isnull=False)[:MOST_MESSAGES]
    others = found.filter(failed_at__isnull=True)[:MOST_MESSAGES]
    zone = desk.workspace.timezone
    rows = [_mail_row(one, zone, desk) for one in (*failed, *others)]
    empty = Empty(
        heading="No mail yet",
        text="Mails to clients and to you stand here from when they are written.",
    )
    return render(
        request, "quotes/inbox/mails.html", {"page": {"rows": rows, "empty": empty}}
    )


@require_POST
@at_desk(Act.SEND_QUOTE)
def retry(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Let a mail that was given up be tried again."""
    if retry_message(pk, workspace=desk.workspace, by=desk.user, now=now()):
        messages.success(request, "It is tried again within the minute.")
    else:
        messages.warning(request, "This mail does not wait for you any more.")
    return redirect("inbox_mails")


def _shown(
    request: HttpRequest, desk: Desk, *, problem: str = "", status: int = 200
) -> HttpResponse:
    wanted = sought_by(request.GET, workspace=desk.workspace)
    found = wanted.found(workspace=desk.workspace, user=desk.user)
    part = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    people = tuple(people_of(desk.workspace))
    plain = wanted == Sought()
    page = InboxPage(
        rows=tuple(_row(one, desk) for one in part),
        shows=_options(SHOWS, wanted.show),
        kinds=_options((("", "any kind"), *InboxKind.choices), wanted.kind),
        owners=_options(
            (
                ("", "anybody's"),
                (MINE, "mine"),
                (NOBODY, "nobody's"),
                *((str(pk), name) for pk, name in people if pk != desk.user.pk),
            ),
            wanted.owner,
        ),
        people=people,
        empty=NOTHING_OPEN if plain else NOTHING_FOUND,
        back=_address(wanted, part.number),
        newer=(
            _address(wanted, part.previous_page_number()) if part.has_previous() else ""
        ),
        older=_address(wanted, part.next_page_number()) if part.has_next() else "",
        failed_mails=scoping.outbox(desk.workspace)
        .filter(failed_at__isnull=False)
        .count(),
        problem=problem,
    )
    return render(request, "quotes/inbox/inbox.html", {"page": page}, status=status)


def _options(choices: Any, chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(value=str(value), words=str(words), chosen=value == chosen)
        for value, words in choices
    )


def _address(wanted: Sought, number: int) -> str:
    said = {"show": wanted.show, "kind": wanted.kind, "owner": wanted.owner}
    said |= {"page": str(number)} if number > 1 else {}
    kept = {key: value for key, value in said.items() if value and value != OPEN}
    return reverse("inbox") + (f"?{urlencode(kept)}" if kept else "")


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the part of the inbox where the button was pressed."""
    said = request.POST.get("back", "")
    inside = said.startswith(reverse("inbox")) and url_has_allowed_host_and_scheme(
        said, allowed_hosts=None
    )
    return HttpResponseRedirect(said if inside else reverse("inbox"))


def _row(item: Any, desk: Desk) -> ItemRow:
    revision, scope, said = item.revision, item.scope, item.text
    project, zone = item.project, desk.workspace.timezone
    if project is not None:
        # Sales may not open a project: they read what happened and pass it on.
        opens = desk.may(Act.SEE_ACTUALS)
        url = reverse(PAGES[item.kind], args=[project.slug]) if opens else ""
        title, about = project.name, str(project.client or "a project")
    elif revision is not None:
        title, url = revision.name, reverse("workbench", args=[str(revision)])
        about = f"{revision.quote.client} · {revision}"
    else:
        title, url = scope.name or "A scope", reverse("scope", args=[scope.pk])
        asked = scoping.asked_for(scope)
        about = "from the public form" if asked is None else _asked_by(asked)
        said = "" if asked is None else asked.message
    return ItemRow(
        pk=item.pk,
        badge=BADGES[item.kind],
        title=title,
        url=url,
        about=about,
        text=said,
        at=_moment(item.at, zone),
        owner=item.owner_id,
        owner_name="nobody's" if item.owner is None else str(item.owner),
        done="" if item.done_at is None else _done(item, zone),
    )


def _asked_by(asked: Any) -> str:
    """Return who asked on the public form, read from where it can be taken out."""
    return " · ".join(
        part for part in (asked.company, asked.person, asked.email) if part
    )


def _done(item: Any, zone: str) -> str:
    when = _moment(item.done_at, zone)
    return (
        f"{when}, settled by itself"
        if item.done_by is None
        else (f"{when} by {item.done_by}")
    )


def _moment(at: datetime, zone: str) -> str:
    return f"{day(at, zone)}, {at.astimezone(ZoneInfo(zone)):%H:%M}"


def _mail_row(message: Any, zone: str, desk: Desk) -> MailRow:
    said = message.payload
    if message.failed_at is not None:
        badge = Badge(words="Not sent", kind="bad", icon="warning")
    elif message.delivered_at is not None and message.last_error:
        badge = Badge(words="Not needed", icon="again")
    elif message.delivered_at is not None:
        badge = Badge(words="Sent", kind="good", icon="check")
    else:
        badge = Badge(words="Waits", icon="clock")
    return MailRow(
        pk=message.pk,
        what=" ".join(_what(said, desk)),
        badge=badge,
        at=_moment(message.delivered_at or message.created_at, zone),
        tries=message.attempts,
        error=message.last_error,
        failed=message.failed_at is not None,
    )


def _what(said: Any, desk: Desk) -> Iterator[str]:
    yield TOPICS.get(said["topic"], said["topic"].replace("_", " "))
    yield str(said.get("quote") or said.get("project", ""))
    if said["to"] == "client":
        yield "to the client"
        return
    member = scoping.member(int(said["to"]), workspace=desk.workspace)
    yield f"to {member.user}" if member else "to somebody who left"


TOPICS = {
    "quote_sent": "Quote",
    "quote_link_renewed": "New link to quote",
    "quote_ends_soon": "Reminder of quote",
    "quote_accepted": "Acceptance of quote",
    "quote_opened": "Opening of quote",
    "quote_question": "Question on quote",
    "quote_declined": "Decline of quote",
    "quote_expired": "End of quote",
    "approval_requested": "Approval asked for quote",
    "approval_given": "Approval of quote",
    "approval_refused": "No approval of quote",
    "dispute_raised": "Disputed labels of project",
    "dispute_decided": "Verdicts on disputed labels of project",
    "batch_rejected": "Rejected batch of project",
}
