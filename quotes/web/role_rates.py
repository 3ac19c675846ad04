"""The book of actual rates: what an hour of a role really cost, from which day on."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes.actions.role_rates import add_role_rates
from quotes.ingest.lists import Complaint, Read, refused
from quotes.ingest.role_rates import (
    COLUMNS,
    DatedRate,
    read_rates,
    read_rates_csv,
)
from quotes.queries.role_rates import role_rates as all_rates
from quotes.web.lists import (
    MOST_BYTES,
    MOST_ROWS_SHOWN,
    ListField,
    fields_of,
    messages_of,
)
from scoping.access import Act
from scoping.templatetags.plumbline import day, number
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk

FIELDS = (
    ("site", "Site", "As in the ledger: vn."),
    ("team", "Team", "Empty: every team."),
    ("role", "Role", "annotator, reviewer, auditor, lead."),
    ("valid_from", "From", "2026-04-17"),
    ("hour_cost", "A paid hour costs", "With contributions, seat, overhead, leading."),
    ("currency", "Currency", "VND"),
    (
        "exchange",
        "Exchange rate",
        "For one of the project's. Empty: the same.",
    ),
    ("source", "Source", "April payroll."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesPage:
    """The rates and the two ways to add some."""

    rows: list[dict[str, str]]
    fields: list[ListField]
    columns: str = ", ".join(COLUMNS)
    messages: list[Message] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.INGEST_ACTUALS)
def role_rates(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the book; add one rate from the form or many from a CSV."""
    if request.method != "POST":
        return _page(request, desk)
    found = _said(request)
    if found.complaints:
        return _page(request, desk, complaints=found.complaints, status=400)
    add_role_rates(found.values, workspace=desk.workspace, by=desk.user, now=now())
    return redirect("role_rates")


def _said(request: HttpRequest) -> Read[DatedRate]:
    dropped = request.FILES.get("file")
    if dropped is None:
        return read_rates([{name: request.POST.get(name, "") for name in COLUMNS}])
    if (dropped.size or 0) > MOST_BYTES:
        return refused("", "This file is too large: at most 1 MB.")
    try:
        return read_rates_csv(dropped.read().decode("utf-8"))
    except UnicodeDecodeError:
        return refused("", "This file is not UTF-8. Save it as UTF-8 and try again.")


def _page(
    request: HttpRequest,
    desk: Desk,
    *,
    complaints: tuple[Complaint, ...] = (),
    status: int = 200,
) -> HttpResponse:
    page = RatesPage(
        rows=[
            {
                "who": f"{row.role}, {row.site}" + (f", {row.pod}" if row.pod else ""),
                "from": day(row.valid_from),
                "cost": f"{number(row.hour_cost)} {row.currency}",
                "exchange": "" if row.exchange is None else number(row.exchange),
                "source": row.source,
                "by": f"{row.by or 'command line'}, {day(row.recorded_at)}",
            }
            for row in all_rates(desk.workspace)[:MOST_ROWS_SHOWN]
        ],
        fields=fields_of(FIELDS, request, complaints),
        messages=messages_of(request, complaints),
    )
    return render(
        request, "quotes/projects/role_rates.html", {"page": page}, status=status
    )
