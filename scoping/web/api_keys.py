"""The page of API keys: what there is, who made it, what it may, and when it was used.

An admin makes a key for somebody who works here and sees its token once. Revoking it is
one press, and for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from scoping import queries
from scoping.access import Act, Grant, Role
from scoping.actions.keys import ApiKeyError, make_api_key, revoke_api_key
from scoping.templatetags.plumbline import day
from scoping.web.components import (
    Badge,
    Empty,
    ErrorSummary,
    FoundProblem,
)
from scoping.web.desk import Desk, at_desk

WORDS: dict[Grant, tuple[str, str]] = {
    Grant.READ_SCOPES: ("Read scopes", "What clients said their projects are."),
    Grant.WRITE_SCOPES: (
        "Save scopes",
        "Add a scope that a client filled in elsewhere.",
    ),
    Grant.CALCULATE: (
        "Calculate",
        "Estimates, schedules, audit plans, gold sets, agreement. Costs are in them.",
    ),
    Grant.READ_RATE_CARDS: ("Read rate cards", "Prices and costs of published cards."),
    Grant.READ_QUOTES: (
        "Read quotes",
        "With estimate, client document, PDF, texts, and the inbox.",
    ),
    Grant.WRITE_QUOTES: (
        "Make and change drafts",
        "New quotes, scenarios, prices, texts, revisions, losses; items of the inbox.",
    ),
    Grant.SEND_QUOTES: ("Send quotes", "Send, withdraw, record a signed order."),
    Grant.APPROVE_QUOTES: (
        "Approve quotes",
        "What is out of policy. Only for managers and admins.",
    ),
    Grant.READ_PROJECTS: ("Read projects", "What was delivered against the estimate."),
    Grant.MOVE_BATCHES: (
        "Move batches",
        "Lay out, draw samples, decide, deliver. Only for managers and admins.",
    ),
    Grant.WRITE_ACTUALS: ("Send files of work", "Count exports and timesheets."),
    Grant.READ_RECORD: ("Read the record", "Who did what, when. Only for admins."),
}
"""Each grant as an admin reads it: what it is called, and what is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key in the list."""

    number: int
    name: str
    prefix: str
    member: str
    may: str
    made: str
    used: str
    state: Badge
    can_revoke: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One thing to choose in the form."""

    value: str
    words: str
    help: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeysPage:
    """The keys of a workspace, and the form of a new one."""

    rows: list[KeyRow]
    members: list[Pick]
    grants: list[Pick]
    empty: Empty
    name: str = ""
    ends: str = ""
    token: str = ""
    problem: ErrorSummary | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


@require_safe
@at_desk(Act.MANAGE_PEOPLE)
def api_keys(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the keys, revoked ones among them."""
    return _show(request, desk)


@require_POST
@at_desk(Act.MANAGE_PEOPLE)
def new_api_key(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make a key and show its token, once.

    The answer itself shows it. A redirect would have to keep it somewhere.
    """
    said = request.POST
    member = next(
        (
            one.user
            for one in queries.memberships(desk.workspace)
            if str(one.user.pk) == said.get("member")
        ),
        None,
    )
    try:
        made = make_api_key(
            workspace=desk.workspace,
            user=member,
            name=said.get("name", ""),
            grants=said.getlist("grants"),
            by=desk.user,
            now=now(),
            ends_at=_end_of(said.get("ends", ""), desk),
        )
    except ApiKeyError as error:
        return _show(request, desk, fault=error, status=400)
    return _show(request, desk, token=made.token)


@require_POST
@at_desk(Act.MANAGE_PEOPLE)
def revoke(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Revoke a key."""
    found = queries.api_keys(desk.workspace).filter(pk=number).first()
    if found is None:
        raise Http404
    revoke_api_key(found, by=desk.user, now=now())
    return redirect("api_keys")


def _end_of(said: str, desk: Desk) -> datetime | None:
    """Return the end of the day that was typed, in the workspace's zone."""
    if not said.strip():
        return None
    try:
        last = date.fromisoformat(said.strip())
    except ValueError as error:
        raise ApiKeyError("ends", "Write a day as 2026-12-31, or none.") from error
    midnight = datetime.combine(last, time.min, ZoneInfo(desk.workspace.timezone))
    return midnight + timedelta(days=1)


def _show(
    request: HttpRequest,
    desk: Desk,
    *,
    token: str = "",
    fault: ApiKeyError | None = None,
    status: int = 200,
) -> HttpResponse:
    moment = now()
    # What was typed stays, unless a key was made of it.
    said = request.POST if fault is not None else {}
    chosen = set(request.POST.getlist("grants")) if fault is not None else set()
    page = ApiKeysPage(
        rows=[_row(one, desk, moment) for one in queries.api_keys(desk.workspace)],
        members=[
            Pick(
                value=str(one.user.pk),
                words=f"{one.user}, {one.get_role_display().lower()}",
                chosen=str(one.user.pk) == said.get("member"),
            )
            for one in queries.memberships(desk.workspace)
            if one.role != Role.CLIENT
        ],
        grants=[
            Pick(value=one, words=words, help=more, chosen=one in chosen)
            for one, (words, more) in WORDS.items()
        ],
        empty=Empty(
            heading="No key yet",
            text="A program that asks for prices or makes quotes shows a key.",
        ),
        name=said.get("name", ""),
        ends=said.get("ends", ""),
        token=token,
        problem=None
        if fault is None
        else ErrorSummary(
            problems=(FoundProblem(text=str(fault), field_id=fault.field),)
        ),
        faults={} if fault is None else {fault.field: str(fault)},
    )
    response = render(request, "scoping/api_keys.html", {"page": page}, status=status)
    if token:
        response.headers["Cache-Control"] = "no-store, private"
    return response


def _row(row: Any, desk: Desk, moment: datetime) -> KeyRow:
    zone = desk.workspace.timezone
    over = row.ends_at is not None and row.ends_at <= moment
    if row.revoked_at is not None:
        state = Badge(words="Revoked", kind="bad", icon="cross")
    elif over:
        state = Badge(words="Ended", icon="clock")
    else:
        state = Badge(
            words="In use" if row.last_used_at else "New", kind="good", icon="check"
        )
    return KeyRow(
        number=row.pk,
        name=row.name,
        prefix=f"pl_{row.prefix}…",
        member=str(row.user),
        may=", ".join(WORDS[Grant(one)][0].lower() for one in row.grants),
        made=f"{day(row.made_at, zone)} by {row.made_by}",
        used="never" if row.last_used_at is None else day(row.last_used_at, zone),
        state=state,
        can_revoke=row.revoked_at is None,
    )
