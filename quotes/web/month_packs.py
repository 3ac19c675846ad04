"""The packs of months: looked at, given out, and taken as files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from quotes.actions import RefusedError
from quotes.calc.month_pack import month_before
from quotes.jobs.pack_jobs import start_pack, takes_long
from quotes.jobs.pack_sheets import PackSheet, month_words, pack_sheet
from quotes.jobs.packs import give_out_pack, pack_of_month
from quotes.queries import month_packs as queries
from scoping.access import Act
from scoping.templatetags.plumbline import day
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk
from scoping.web.spreadsheets import XLSX

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
PDF = "application/pdf"
MOST_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A pack that was given out."""

    month: str
    words: str
    by: str
    digest: str
    has_pdf: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PacksPage:
    """The packs so far, and the month that can be given out next."""

    rows: tuple[Issued, ...]
    month: str
    holdback: str
    why: str
    preview: PackSheet | None
    preview_words: str
    may_give_out: bool
    problem: ErrorSummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPage:
    """A pack as it was given out."""

    sheet: PackSheet
    words: str
    issued: Issued


@require_safe
@at_desk(Act.SEE_ACTUALS)
def packs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the packs; of a month that is asked for, show what its pack would hold."""
    month = request.GET.get("month", "")
    try:
        share = _share(request.GET.get("holdback", "")) if month else Decimal(0)
        why = request.GET.get("why", "")
        pack = _pack(desk, month, share, why=why) if month else None
    except RefusedError as error:
        return _list(request, desk, problem=error)
    return _list(request, desk, pack=pack)


@require_POST
@at_desk(Act.GIVE_OUT_PACK)
def issue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give out the pack of a month: its figures and files are kept for good.

    That of many projects is given out as a job.
    """
    month, why = request.POST.get("month", ""), request.POST.get("why", "")
    try:
        share = _share(request.POST.get("holdback", ""))
        if takes_long(desk.workspace) and MONTH.fullmatch(month):
            job = start_pack(
                desk.workspace,
                month,
                holdback_share=share,
                holdback_why=why,
                by=desk.user,
                now=now(),
            )
            return redirect("job", job.pk)
        pack = _pack(desk, month, share, why=why)
        give_out_pack(desk.workspace, pack, by=desk.user, role=desk.role, now=now())
    except RefusedError as error:
        return _list(request, desk, problem=error)
    return redirect("month_pack", month=month)


@require_safe
@at_desk(Act.SEE_ACTUALS)
def one(request: HttpRequest, desk: Desk, month: str) -> HttpResponse:
    """Show a pack as it was given out."""
    row = _row(desk, month)
    pack = json.loads(row.body)
    page = PackPage(
        sheet=pack_sheet(pack),
        words=month_words(month),
        issued=_issued(row, desk),
    )
    return render(request, "quotes/projects/month_pack.html", {"page": page})


@require_safe
@at_desk(Act.SEE_ACTUALS)
def file(request: HttpRequest, desk: Desk, month: str, kind: str) -> HttpResponse:
    """Return a file of a pack: the bytes that were kept when it was given out."""
    row = _row(desk, month)
    bodies = {"xlsx": (row.xlsx, XLSX), "pdf": (row.pdf, PDF)}
    body, content_type = bodies.get(kind, (b"", ""))
    if not body:
        raise Http404(f"There is no {kind} of the pack of {month}.")
    answer = HttpResponse(bytes(body), content_type=content_type)
    name = f"pack-{month}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pack(desk: Desk, month: str, share: Decimal, *, why: str) -> dict[str, Any]:
    """Return what the pack of a month holds now. RefusedError for what is no month."""
    if not MONTH.fullmatch(month):
        raise RefusedError("month_missing", "Write a month as 2026-03.")
    return pack_of_month(
        desk.workspace, month, holdback_share=share, holdback_why=why, now=now()
    )


def _share(said: str) -> Decimal:
    """Return the share that is typed as per cent, 0 to 50, empty for none."""
    text = said.strip().rstrip("%").strip()
    try:
        found = Decimal(text or "0") / 100 if len(text) <= MOST_DIGITS else Decimal(-1)
    except InvalidOperation:
        found = Decimal(-1)
    if not (found.is_finite() and 0 <= found <= Decimal("0.5")):
        raise RefusedError(
            "amount_wrong", "Write what is held back as per cent, 0 to 50: 5."
        )
    return found


def _list(
    request: HttpRequest,
    desk: Desk,
    *,
    pack: Mapping[str, Any] | None = None,
    problem: RefusedError | None = None,
) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    rows = tuple(_issued(row, desk) for row in queries.packs(desk.workspace))
    zone = ZoneInfo(desk.workspace.timezone)
    page = PacksPage(
        rows=rows,
        month=said.get("month", "")[:10] or _next(rows, now().astimezone(zone)),
        holdback=said.get("holdback", "")[:10],
        why=said.get("why", "")[:200],
        preview=None if pack is None else pack_sheet(pack),
        preview_words="" if pack is None else month_words(pack["month"]),
        may_give_out=desk.may(Act.GIVE_OUT_PACK),
        problem=None
        if problem is None
        else ErrorSummary(
            problems=(
                FoundProblem(text=str(problem), field_id=problem.field or "month"),
            )
        ),
    )
    status = 200 if problem is None else problem.status
    return render(
        request, "quotes/projects/month_packs.html", {"page": page}, status=status
    )


def _next(rows: tuple[Issued, ...], moment: datetime) -> str:
    """Return the month that is to be given out next: the one that was over last."""
    last = month_before(f"{moment:%Y-%m}")
    if not rows or rows[0].month >= last:
        return last
    year, number = (int(part) for part in rows[0].month.split("-"))
    return (
        f"{datetime(year, number, 28, tzinfo=moment.tzinfo) + timedelta(days=5):%Y-%m}"
    )


def _row(desk: Desk, month: str) -> Any:
    found = queries.pack_of(desk.workspace, month)
    if found is None:
        raise Http404(f"The pack of {month} was not given out.")
    return found


def _issued(row: Any, desk: Desk) -> Issued:
    return Issued(
        month=row.month,
        words=month_words(row.month),
        by=f"{row.by}, {day(row.at, desk.workspace.timezone)}",
        digest=row.digest,
        has_pdf=bool(row.pdf),
    )
