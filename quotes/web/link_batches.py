"""What a client sees of an accepted quote's batches, and accepts or rejects.

Behind the same private link as the quote. Everything shown comes from the allow-list of
`calc.gates.client`: results of checks and days, never people, seeds or effort.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from quotes.actions import RefusedError
from quotes.actions.gate_evidence import CLIENT, Said
from quotes.actions.gates import accept_batches, move_batch
from quotes.calc.disputes import (
    ERROR,
    RATES_TO_CLIENT,
    TO_CLIENT,
    Disputed,
    overturned,
)
from quotes.calc.gates.client import ClientBatch
from quotes.calc.kept_client import ClientPromise
from quotes.queries import gates
from quotes.queries.actuals import promises_to_client
from quotes.queries.disputes import (
    again_of,
    disputes_with_client,
    value_of,
    verdict_of,
)
from quotes.queries.plans import changes_to_client
from quotes.queries.quotes import Sent
from quotes.web.link import logo_of, private, with_quote
from quotes.web.link_changes import SeenChange, seen_changes
from scoping.access import LINK_HOLDER
from scoping.templatetags.plumbline import count, day, money, share_percent
from scoping.web.said import whole_said


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBatch:
    """A batch as printed for its client."""

    number: int
    name: str
    says: str
    images: str
    check: str
    delivered: str
    answer_by: str
    open: bool
    begun: bool
    kind: str

    @property
    def form(self) -> str:
        """Return what its forms call it."""
        return str(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPromise:
    """A promise as printed for its client: kept or not, and what shows it."""

    promise: str
    how_much: str
    says: str
    kind: str
    seen: str
    why: str
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDispute:
    """A disputed label as printed for its client: both readings, and the verdict."""

    what: str
    name: str
    again: str
    yours: str
    ours: str
    says: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """The batches of a project behind a link."""

    sent: Sent
    logo: str
    name: str
    summary: str
    open: tuple[SeenBatch, ...]
    others: tuple[SeenBatch, ...]
    not_begun: int
    delivered: tuple[SeenBatch, ...] = ()
    promises: tuple[SeenPromise, ...] = ()
    disputes: tuple[SeenDispute, ...] = ()
    rates: tuple[tuple[str, str], ...] = ()
    changes: tuple[SeenChange, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    at: str = ""
    done: str = ""


@private
@require_safe
@with_quote
def shown(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Show the batches: what is with the client first, then where all others stand."""
    return show_batches(request, sent, done=request.session.pop(DONE, ""))


@private
@require_POST
@with_quote
def accept(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Accept the ticked batches, all of them or none."""
    project = gates.project_of_acceptance(sent.revision)
    if project is None:
        return redirect("offer")
    said = [whole_said(text) for text in request.POST.getlist("batch")]
    numbers = [number for number in said if number is not None]
    try:
        accept_batches(
            project,
            numbers,
            role=LINK_HOLDER,
            now=datetime.now(UTC),
        )
    except RefusedError as error:
        return show_batches(request, sent, status=error.status, message=str(error))
    many = len(set(numbers))
    request.session[DONE] = ACCEPTED if many == 1 else MANY_ACCEPTED.format(many)
    return redirect("offer_batches")


@private
@require_POST
@with_quote
def reject(request: HttpRequest, sent: Sent, number: int) -> HttpResponse:
    """Reject a batch, with the reason why."""
    project = gates.project_of_acceptance(sent.revision)
    row = None if project is None else gates.rows_of(project).filter(pk=number).first()
    if row is None:
        return show_batches(request, sent, status=404, message=NO_BATCH)
    try:
        move_batch(
            row,
            "reject",
            Said(text=request.POST.get("why", "")),
            by=CLIENT,
            role=LINK_HOLDER,
            now=datetime.now(UTC),
        )
    except RefusedError as error:
        return show_batches(
            request, sent, status=error.status, message=str(error), at=str(number)
        )
    request.session[DONE] = REJECTED
    return redirect("offer_batches")


DONE = "done_with_batches"
"""Where a session keeps what was done, until the next page says it."""
ACCEPTED = "Accepted: 1 batch."
MANY_ACCEPTED = "Accepted: {:,} batches."
REJECTED = (
    "Rejected. We put it right, check it again and deliver it again; your reason is "
    "with us."
)
DISPUTED = "Your dispute is with us. The answer comes by mail, and stands on this page."
DISPUTE = "dispute"
NO_BATCH = "There is no such batch in this quote. Nothing was changed."


def show_batches(
    request: HttpRequest,
    sent: Sent,
    *,
    status: int = 200,
    message: str = "",
    at: str = "",
    done: str = "",
) -> HttpResponse:
    """Show the batches, with what went wrong if something did, or what was done.

    `at` is the form to which a fault belongs: `dispute`, or the number of a batch.
    """
    project = gates.project_of_acceptance(sent.revision)
    if project is None:
        return redirect("offer")
    seen = gates.seen_by_client(project, moment=datetime.now(UTC))
    rows = [_row(number, batch) for number, batch in seen]
    disputes = list(disputes_with_client(project))
    forms = {DISPUTE} if any(row.delivered for row in rows) else set()
    forms |= {str(row.number) for row in rows if row.open}
    page = SeenPage(
        sent=sent,
        logo=logo_of(sent),
        name=project.name,
        summary=_summary([batch for _, batch in seen]),
        open=tuple(row for row in rows if row.open),
        others=tuple(row for row in rows if not row.open and row.begun),
        not_begun=sum(not row.begun for row in rows),
        delivered=tuple(row for row in rows if row.delivered),
        disputes=tuple(_dispute(row) for row in disputes),
        rates=tuple(rates_to_client(value_of(row) for row in disputes)),
        said=request.POST,
        promises=tuple(
            _promise(one)
            for one in promises_to_client(project, moment=datetime.now(UTC))
        ),
        changes=seen_changes(changes_to_client(project)),
        message=message,
        at=at if at in forms else "",
        done=done,
    )
    return render(request, "quotes/link/batches.html", {"page": page}, status=status)


def _summary(batches: Sequence[ClientBatch]) -> str:
    if not batches:
        return "The batches of your project appear here once the work is laid out."
    done = sum(1 for one in batches if one.state in ("accepted", "deemed_accepted"))
    waiting = sum(1 for one in batches if one.open)
    return (
        f"{done:,} of {len(batches):,} batches are accepted, "
        f"{waiting:,} are yours to check."
    )


PROMISE_KINDS = {"met": "good", "not_met": "bad", "not_shown_yet": ""}


def _promise(one: ClientPromise) -> SeenPromise:
    seen = "" if one.right is None else f"{share_percent(one.right, 1)} right so far"
    return SeenPromise(
        promise=one.promise,
        how_much=one.how_much,
        says=one.says,
        kind=PROMISE_KINDS[one.state],
        seen=seen,
        why=one.why,
        credit=f"{money(one.credit)} {one.currency}" if one.credit else "",
    )


def _dispute(row: Any) -> SeenDispute:
    """Return a dispute without the names of who raised and decided it here."""
    verdict = verdict_of(row)
    other = "" if verdict is None else verdict.reading
    name, first = f"{row.batch.line}, {row.batch.key}", again_of(row)
    if verdict is None:
        says, kind = "waits for our answer", ""
    else:
        says = TO_CLIENT[verdict.verdict]
        kind = "bad" if verdict.verdict == ERROR else ""
    return SeenDispute(
        what=f"{row.image}, {row.label}" if row.label else row.image,
        name=name,
        again="" if first is None else first.why,
        yours=row.client_reading or (other if row.our_reading else ""),
        ours=row.our_reading or (other if row.client_reading else ""),
        says=says,
        kind=kind,
        why="" if verdict is None else verdict.why,
    )


def rates_to_client(disputes: Iterable[Disputed]) -> Iterator[tuple[str, str]]:
    """Yield how often each check was overturned, in a client's words."""
    for key, one in overturned(disputes).items():
        if one["decided"]:
            yield (
                RATES_TO_CLIENT[key],
                f"{one['overturned']:,} of {one['decided']:,} overturned",
            )


KINDS = {"blocked": "bad", "rejected": "bad", "accepted": "good"}


def _row(number: int, batch: ClientBatch) -> SeenBatch:
    check = ""
    if batch.checked is not None and batch.wrong is not None:
        check = f"our sample: {batch.wrong:,} wrong of {batch.checked:,}"
        if batch.missed is not None:
            check = f"{check}, {batch.missed:,} missed"
    return SeenBatch(
        number=number,
        name=f"{batch.line}, {batch.key}",
        says=batch.says,
        images=count(batch.images),
        check=check,
        delivered=""
        if batch.delivered is None
        else f"version {batch.version}, {day(batch.delivered)}",
        answer_by="" if batch.answer_by is None else day(batch.answer_by),
        open=batch.open,
        begun=batch.state != "planned",
        kind=KINDS.get(batch.state, ""),
    )
