"""Costs beside wages: what a month's pack counts as other cost, by form and CSV."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes.actions import RefusedError
from quotes.actions.other_costs import Added, add_other_costs
from quotes.ingest.lists import Complaint, Read, refused
from quotes.ingest.other_costs import COLUMNS, Cost, read_cost, read_costs_csv
from quotes.queries.other_costs import other_costs as all_costs
from quotes.web.lists import (
    MOST_BYTES,
    MOST_ROWS_SHOWN,
    ListField,
    fields_of,
    messages_of,
)
from scoping.access import Act
from scoping.templatetags.plumbline import day, money
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk

FIELDS = (
    ("project", "Project", "As in its address: streets. Empty: of no project."),
    ("month", "Month", "2026-03"),
    ("what", "What for", "Tool licence, storage, travel."),
    ("amount", "Amount", "1250.00. A bill that was stated wrongly: the right amount."),
    ("currency", "Currency", "USD"),
    ("source", "Source", "The bill: the same one counts once."),
    ("reason", "Why restated", "Only for a bill that was stated otherwise before."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsPage:
    """The costs and the two ways to add some."""

    rows: list[dict[str, str]]
    fields: list[ListField]
    messages: list[Message]
    columns: str = ", ".join(COLUMNS)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.INGEST_ACTUALS)
def other_costs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the costs; add one from the form or many from a CSV."""
    if request.method != "POST":
        return _page(request, desk)
    found = _said(request)
    if found.complaints:
        return _page(request, desk, complaints=found.complaints)
    try:
        added = add_other_costs(
            found.values,
            workspace=desk.workspace,
            by=desk.user,
            now=now(),
            reason=request.POST.get("reason", ""),
        )
    except RefusedError as error:
        told = Complaint(row=0, column=error.field, message=str(error))
        return _page(request, desk, complaints=(told,))
    tell = messages.success if added.new or added.restated else messages.info
    tell(request, _done(added))
    return redirect("other_costs")


def _done(added: Added) -> str:
    """Return what became of the costs that were sent, in a sentence or two."""
    if not (added.new or added.restated):
        known = "This cost was" if added.known == 1 else f"All {added.known:,} were"
        return f"{known} stated before. Nothing was counted again."
    parts = (
        (added.new, "added"),
        (added.restated, "stated anew"),
        (added.known, "stated before and not counted again"),
    )
    return f"{'; '.join(f'{many:,} {words}' for many, words in parts if many)}."


def _said(request: HttpRequest) -> Read[Cost]:
    dropped = request.FILES.get("file")
    if dropped is None:
        return read_cost({name: request.POST.get(name, "") for name in COLUMNS})
    if (dropped.size or 0) > MOST_BYTES:
        return refused("", "This file is too large: at most 1 MB.")
    try:
        return read_costs_csv(dropped.read().decode("utf-8"))
    except UnicodeDecodeError:
        return refused("", "This file is not UTF-8. Save it as UTF-8 and try again.")


def _page(
    request: HttpRequest, desk: Desk, *, complaints: tuple[Complaint, ...] = ()
) -> HttpResponse:
    page = CostsPage(
        rows=[
            {
                "month": row.month,
                "what": row.what,
                "project": "" if row.project is None else row.project.name,
                "amount": f"{money(row.amount, row.currency)} {row.currency}",
                "source": row.source,
                "reason": row.reason or "",
                "by": f"{row.by or 'command line'}, {day(row.recorded_at)}",
            }
            for row in all_costs(desk.workspace)[:MOST_ROWS_SHOWN]
        ],
        fields=fields_of(FIELDS, request, complaints),
        messages=messages_of(request, complaints),
    )
    return render(
        request,
        "quotes/projects/other_costs.html",
        {"page": page},
        status=400 if complaints else 200,
    )
