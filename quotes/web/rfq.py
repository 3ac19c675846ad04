"""A buyer's grid, answered by the list: one scope a row, back in the same sheet.

Nothing is stored before somebody says so. Between the two presses a short grid travels
in the page, signed, so that what is saved and sent back is what was answered. A long
one is answered and saved by jobs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes.actions import RefusedError
from quotes.actions.dropping import plain_name
from quotes.actions.grids import save_row
from quotes.actions.jobs import start_job
from quotes.ingest.apart import BusyError
from quotes.ingest.grid_apart import read_grid_apart
from quotes.ingest.rfq import MOST_ROWS, Grid, grid_from
from quotes.ingest.tables import TableError
from quotes.jobs.grids import ANSWERS as ANSWERS_JOB
from quotes.jobs.grids import SCOPES as SCOPES_JOB
from quotes.jobs.grids import day_of
from quotes.models import Job
from quotes.queries.grids import (
    Answered,
    answered_from,
    answers,
)
from quotes.queries.jobs import job_here
from scoping import queries as scoping
from scoping.access import Act
from scoping.actions import client_named
from scoping.calc.self_scope.grid import GridAnswer
from scoping.templatetags.plumbline import count, money, unit_price, week, whole_money
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk
from scoping.web.said import whole_said
from scoping.web.spreadsheets import XLSX, Cell, as_xlsx

PAGE = "quotes/staff/rfq.html"
SALT = "quotes.rfq"
HOURS = 12 * 3600
ANSWERS = (
    *("Units", "Unit price", "Amount", "Order alone, with fees", "Currency"),
    *("Delivery, indicative week of", "In time", "Assumed", "Note"),
)
ON_REQUEST = "priced on request"
AT_ONCE = 100
"""Rows that are answered while somebody waits; more are a job."""
SHOWN = 100
"""Rows of a long grid on its page, those that need a look first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RfqRow:
    """An answered row as the page prints it."""

    number: int
    name: str
    units: str
    price: str
    amount: str
    range: str
    week: str
    late: bool
    note: str
    is_wrong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RfqPage:
    """The form and, once there is a grid, its answers.

    A short grid is carried in the page as `grid`, a long one kept with its `job`, of
    whose `many` rows the page shows some.
    """

    limit: str
    client: str = ""
    currency: str = ""
    rows: tuple[RfqRow, ...] = ()
    good: int = 0
    many: int = 0
    most: str = ""
    grid: str = ""
    job: int | None = None
    summary: ErrorSummary | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.EDIT_QUOTE)
def rfq(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a grid, show its answers, then give the sheet back or save the scopes."""
    job = whole_said(request.POST.get("job", request.GET.get("job", "")))
    if job is not None:
        return _of_job(request, desk, job)
    if request.method != "POST":
        return render(request, PAGE, {"page": _empty()})
    client = request.POST.get("client", "").strip()[:200]
    try:
        grid = _grid(request)
    except TableError as error:
        return _refused(request, error, client=client, status=400)
    except BusyError as error:
        return _refused(request, error, client=client, status=503)
    if len(grid.lines) > AT_ONCE:
        return _job_for(request, grid, desk, client=client)
    return _at_once(request, grid, desk, client=client)


def _refused(
    request: HttpRequest, error: Exception, *, client: str, status: int
) -> HttpResponse:
    page = replace(_empty(), client=client, summary=_summary(str(error)))
    return render(request, PAGE, {"page": page}, status=status)


def _at_once(
    request: HttpRequest, grid: Grid, desk: Desk, *, client: str
) -> HttpResponse:
    """Show the answers of a short grid, give its sheet back, or save its scopes."""
    answered = tuple(answers(grid.lines, workspace=desk.workspace, today=_today(desk)))
    act = request.POST.get("act", "")
    if act == "sheet":
        return _sheet(grid, answered, desk, today=_today(desk))
    if act == "save":
        return _saved(request, answered, desk, client=client)
    page = replace(
        _page(answered, desk, today=_today(desk)), client=client, grid=_carried(grid)
    )
    return render(request, PAGE, {"page": page})


def _job_for(
    request: HttpRequest, grid: Grid, desk: Desk, *, client: str
) -> HttpResponse:
    """Leave a long grid to a worker, and lead to where one sees how far it is."""
    file = request.FILES.get("file")
    name = plain_name(file.name or "") if file is not None else "a grid"
    try:
        job = start_job(
            ANSWERS_JOB,
            name=f"Answer {count(len(grid.lines))} rows of {name}",
            asked=grid.data,
            workspace=desk.workspace,
            by=desk.user,
            now=now(),
            total=len(grid.lines),
        )
    except RefusedError as error:
        return _refused(request, error, client=client, status=error.status)
    return redirect("job", job.pk)


def _of_job(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Show the kept answers of a long grid, give its sheet back, or have it saved."""
    job = job_here(key, workspace=desk.workspace, kind=ANSWERS_JOB)
    if job is None or job.result is None:
        raise Http404("There are no answers of such a grid here.")
    grid, today = grid_from(job.asked), day_of(job)
    answered = answered_from(grid, job.result["answers"])
    act = request.POST.get("act", "")
    if act == "sheet":
        return _sheet(grid, answered, desk, today=today)
    client, problem = request.POST.get("client", "").strip()[:200], None
    if act == "save":
        try:
            saving = _saving(job, desk, client=client)
        except RefusedError as error:
            problem = error
        else:
            return redirect("job", saving.pk)
    wrong_first = sorted(answered, key=lambda one: one.answer is not None)
    page = replace(
        _page(tuple(wrong_first[:SHOWN]), desk, today=today),
        good=job.result["good"],
        many=len(answered),
        job=job.pk,
        client=client,
        summary=None if problem is None else _summary(str(problem)),
    )
    status = 200 if problem is None else problem.status
    return render(request, PAGE, {"page": page}, status=status)


def _saving(job: Job, desk: Desk, *, client: str) -> Job:
    """Leave the scopes of an answered grid to a worker. Raises RefusedError."""
    good = (job.result or {})["good"]
    return start_job(
        SCOPES_JOB,
        name=f"Save {count(good)} scopes",
        asked={"grid": job.pk, "client": client},
        workspace=desk.workspace,
        by=desk.user,
        now=now(),
        total=good,
    )


def _empty() -> RfqPage:
    return RfqPage(limit=_limit(), most=count(MOST_ROWS))


def _limit() -> str:
    return f"{settings.XLSX_BYTES / 1e6:,.0f} MB"


def _summary(text: str) -> ErrorSummary:
    return ErrorSummary(problems=(FoundProblem(text=text, field_id="id_grid_file"),))


def _grid(request: HttpRequest) -> Grid:
    """Return the grid that was uploaded, or the one that the page carries."""
    file = request.FILES.get("file")
    if file is not None:
        if file.size is None or file.size > settings.XLSX_BYTES:
            raise TableError(f"The file is larger than {_limit()}.")
        return read_grid_apart(file.read())
    try:
        said = signing.loads(request.POST.get("grid", ""), salt=SALT, max_age=HOURS)
    except signing.BadSignature as error:
        raise TableError("Choose the file again: XLSX or CSV.") from error
    return grid_from(said)


def _carried(grid: Grid) -> str:
    return signing.dumps(grid.data, salt=SALT, compress=True)


def _today(desk: Desk) -> date:
    return now().astimezone(ZoneInfo(desk.workspace.timezone)).date()


def _page(answered: tuple[Answered, ...], desk: Desk, *, today: date) -> RfqPage:
    price = scoping.price_side_on(today, workspace=desk.workspace)
    return replace(
        _empty(),
        currency=price.currency,
        rows=tuple(_row(one, price.currency) for one in answered),
        good=sum(one.answer is not None for one in answered),
        many=len(answered),
    )


def _row(one: Answered, currency: str) -> RfqRow:
    answer = one.answer
    name = one.line.name or f"Row {one.line.number}"
    if answer is None:
        return RfqRow(
            number=one.line.number,
            name=name,
            units="",
            price="",
            amount="",
            range="",
            week="",
            late=False,
            note=one.problem,
            is_wrong=True,
        )
    priced = answer.unit_price is not None
    return RfqRow(
        number=one.line.number,
        name=name,
        units=count(answer.units),
        price=unit_price(answer.unit_price) if priced else ON_REQUEST,
        amount=money(answer.amount, currency) if priced else "",
        range=_range(answer) if priced else "",
        week=week(answer.week),
        late=answer.in_time is False,
        note="; ".join(answer.assumed),
        is_wrong=False,
    )


def _range(answer: GridAnswer) -> str:
    if answer.low == answer.high:
        return whole_money(answer.total)
    dash = " \N{EN DASH} "
    return dash.join(
        whole_money(one) for one in (answer.low, answer.total, answer.high)
    )


def _sheet(
    grid: Grid, answered: tuple[Answered, ...], desk: Desk, *, today: date
) -> HttpResponse:
    """Give the same sheet back: its own columns first, the answers after them."""
    price = scoping.price_side_on(today, workspace=desk.workspace)
    rows: list[list[Cell]] = [
        [*one.line.cells, *_cells(one, price.currency)] for one in answered
    ]
    body = as_xlsx([("Answers", [*grid.header, *ANSWERS], rows)])
    response = HttpResponse(body, content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="rfq-answered.xlsx"'
    return response


def _cells(one: Answered, currency: str) -> list[Cell]:
    answer = one.answer
    if answer is None:
        return [*[None] * (len(ANSWERS) - 1), one.problem]
    in_time = {True: "yes", False: "no", None: ""}[answer.in_time]
    return [
        answer.units,
        answer.unit_price,
        answer.amount,
        answer.total,
        currency,
        answer.week.isoformat(),
        in_time,
        "; ".join(answer.assumed),
        ON_REQUEST if answer.unit_price is None else None,
    ]


def _saved(
    request: HttpRequest, answered: tuple[Answered, ...], desk: Desk, *, client: str
) -> HttpResponseRedirect:
    """Save a scope for each row that can be answered."""
    moment, today = now(), _today(desk)
    owner = client_named(client, workspace=desk.workspace) if client else None
    # A page sent twice is saved once.
    sent = sha256(request.POST.get("grid", "").encode()).hexdigest()[:50]
    good = [one.line for one in answered if one.answer is not None]
    for line in good:
        save_row(
            line,
            workspace=desk.workspace,
            client=owner,
            client_name=client,
            by=desk.user,
            today=today,
            now=moment,
            sent=sent,
        )
    messages.success(request, f"{len(good)} scopes are saved, one for each row.")
    return HttpResponseRedirect(reverse("scopes"))
