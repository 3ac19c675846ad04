"""A buyer's grid, answered by the list: one scope a row, back in the same sheet.

Nothing is stored before somebody says so. Between the two presses the grid travels in
the page, signed, so that what is saved and sent back is what was answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes.ingest.rfq import Grid, GridLine, grid_of, read_grid
from quotes.ingest.tables import Line, Table, TableError
from scoping import queries as scoping
from scoping.access import Act
from scoping.actions import client_named, save_scope
from scoping.calc.self_scope.grid import GridAnswer, answer_row, document_of
from scoping.calc.spec import SpecError
from scoping.templatetags.plumbline import count, money, unit_price, week, whole_money
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk
from scoping.web.spreadsheets import XLSX, Cell, as_xlsx

PAGE = "quotes/staff/rfq.html"
SALT = "quotes.rfq"
HOURS = 12 * 3600
ANSWERS = (
    *("Units", "Unit price", "Amount", "Order alone, with fees", "Currency"),
    *("Delivery, indicative week of", "In time", "Assumed", "Note"),
)
ON_REQUEST = "priced on request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A row of the grid with its answer, or what is wrong with it."""

    line: GridLine
    answer: GridAnswer | None
    problem: str


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
    """The form and, once there is a grid, its answers."""

    limit: str
    client: str = ""
    currency: str = ""
    rows: tuple[RfqRow, ...] = ()
    good: int = 0
    grid: str = ""
    summary: ErrorSummary | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.EDIT_QUOTE)
def rfq(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a grid, show its answers, then give the sheet back or save the scopes."""
    if request.method != "POST":
        return render(request, PAGE, {"page": RfqPage(limit=_limit())})
    client = request.POST.get("client", "").strip()[:200]
    try:
        grid = _grid(request)
    except TableError as error:
        page = RfqPage(limit=_limit(), client=client, summary=_summary(str(error)))
        return render(request, PAGE, {"page": page}, status=400)
    answered = tuple(_answers(grid, desk))
    act = request.POST.get("act", "")
    if act == "sheet":
        return _sheet(grid, answered, desk)
    if act == "save":
        return _saved(request, answered, desk, client=client)
    return render(request, PAGE, {"page": _page(grid, answered, desk, client=client)})


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
        return read_grid(file.read())
    try:
        said = signing.loads(request.POST.get("grid", ""), salt=SALT, max_age=HOURS)
    except signing.BadSignature as error:
        raise TableError("Choose the file again: XLSX or CSV.") from error
    lines = tuple(Line(number, tuple(cells)) for number, cells in said["lines"])
    return grid_of(Table(names=tuple(said["header"]), lines=lines))


def _carried(grid: Grid) -> str:
    return signing.dumps(
        {
            "header": grid.header,
            "lines": [[line.number, line.cells] for line in grid.lines],
        },
        salt=SALT,
        compress=True,
    )


def _today(desk: Desk) -> date:
    return now().astimezone(ZoneInfo(desk.workspace.timezone)).date()


def _answers(grid: Grid, desk: Desk) -> Iterator[Answered]:
    today = _today(desk)
    price = scoping.price_side_on(today, workspace=desk.workspace)
    workdays = scoping.workdays(desk.workspace)
    for line in grid.lines:
        if line.row is None:
            yield Answered(line=line, answer=None, problem=line.problem)
            continue
        try:
            found, _ = answer_row(
                line.row,
                scoping.unknowns(),
                price=price,
                workdays=workdays,
                today=today,
            )
        except SpecError as error:
            text = " ".join(one.message for one in error.problems)
            yield Answered(line=line, answer=None, problem=text)
            continue
        yield Answered(line=line, answer=found, problem="")


def _page(
    grid: Grid, answered: tuple[Answered, ...], desk: Desk, *, client: str
) -> RfqPage:
    price = scoping.price_side_on(_today(desk), workspace=desk.workspace)
    return RfqPage(
        limit=_limit(),
        client=client,
        currency=price.currency,
        rows=tuple(_row(one, price.currency) for one in answered),
        good=sum(one.answer is not None for one in answered),
        grid=_carried(grid),
    )


def _row(one: Answered, currency: str) -> RfqRow:
    row, answer = one.line.row, one.answer
    name = (row.name if row is not None else "") or f"Row {one.line.number}"
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


def _sheet(grid: Grid, answered: tuple[Answered, ...], desk: Desk) -> HttpResponse:
    """Give the same sheet back: its own columns first, the answers after them."""
    price = scoping.price_side_on(_today(desk), workspace=desk.workspace)
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
    price = scoping.price_side_on(today, workspace=desk.workspace)
    # A page sent twice is saved once.
    sent = sha256(request.POST.get("grid", "").encode()).hexdigest()[:50]
    saved = 0
    for one in answered:
        if one.answer is None or one.line.row is None:
            continue
        document: dict[str, Any] = document_of(
            one.line.row,
            scoping.unknowns(),
            workdays=scoping.workdays(desk.workspace),
            today=today,
        )
        document |= {"client": client, "currency": price.currency}
        document["name"] = document["name"] or f"Row {one.line.number} of a grid"
        save_scope(
            document,
            workspace=desk.workspace,
            client=owner,
            by=desk.user,
            now=moment,
            form_token=f"{sent}-{one.line.number}",
        )
        saved += 1
    messages.success(request, f"{saved} scopes are saved, one for each row.")
    return HttpResponseRedirect(reverse("scopes"))
