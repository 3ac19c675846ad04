"""The plan of a project: as it began, as it holds now, and what changed it and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from quotes.actions import RefusedError
from quotes.actions.changes import Agreed, draw_reserve, order_change
from quotes.actions.delays import end_delay, record_delay
from quotes.calc.change import Change
from quotes.queries import plans
from quotes.queries.delays import delay_of, delays_of
from quotes.queries.gates import work_day
from scoping.access import Act
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk

from .plan_page import plan_page
from .projects import project_or_404

MOST_DIGITS = 16


@require_safe
@at_desk(Act.SEE_ACTUALS)
def shown(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Show the plan with everything that changed it, and the forms to do so."""
    return _page(request, desk, slug)


@require_POST
@at_desk(Act.CHANGE_PLAN)
def change(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Record a change order: the plan that holds from now on."""
    project = project_or_404(desk, slug)
    said = request.POST
    try:
        order = order_change(
            project,
            _change(said, plans.plan_of(project)),
            Agreed(
                why=said.get("why", ""),
                clause=said.get("clause", ""),
                client_word=said.get("client_word", ""),
                client_name=said.get("client_name", ""),
            ),
            by=desk.user,
            role=desk.role,
            now=now(),
            seen=_seen(said.get("seen", "")),
        )
    except RefusedError as error:
        return _page(request, desk, slug, problem=error)
    messages.success(request, f"Change order {order.number} is recorded.")
    return redirect("project_plan", slug=slug)


@require_POST
@at_desk(Act.CHANGE_PLAN)
def draw(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Take money from the reserve, with the reason."""
    project = project_or_404(desk, slug)
    try:
        draw_reserve(
            project,
            _money(request.POST.get("amount", ""), "the amount", field="amount"),
            why=request.POST.get("draw_why", ""),
            by=desk.user,
            role=desk.role,
            now=now(),
            seen=_seen(request.POST.get("seen", "")),
        )
    except RefusedError as error:
        return _page(request, desk, slug, problem=error)
    messages.success(request, "The draw on the reserve is recorded.")
    return redirect("project_plan", slug=slug)


@require_POST
@at_desk(Act.CHANGE_PLAN)
def delay(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Write down that the project waits, and by whose delay."""
    project, said = project_or_404(desk, slug), request.POST
    try:
        record_delay(
            project,
            owner=said.get("owner", ""),
            begun=_day(said.get("begun", ""), "since when it waits"),
            why=said.get("delay_why", ""),
            clause=said.get("delay_clause", ""),
            by=desk.user,
            role=desk.role,
            now=now(),
        )
    except RefusedError as error:
        return _page(request, desk, slug, problem=error)
    messages.success(request, "The delay is in the log.")
    return redirect("project_plan", slug=slug)


@require_POST
@at_desk(Act.CHANGE_PLAN)
def end(request: HttpRequest, desk: Desk, slug: str, number: int) -> HttpResponse:
    """Write down the last day of a delay."""
    row = delay_of(project_or_404(desk, slug), number)
    if row is None:
        raise Http404(f"There is no delay {number} in this project.")
    try:
        through = _day(request.POST.get("through", ""), "its last day")
        end_delay(row, through, by=desk.user, role=desk.role, now=now())
    except RefusedError as error:
        return _page(request, desk, slug, problem=error)
    messages.success(request, "The end of the delay is in the log.")
    return redirect("project_plan", slug=slug)


def _page(
    request: HttpRequest,
    desk: Desk,
    slug: str,
    *,
    problem: RefusedError | None = None,
) -> HttpResponse:
    project = project_or_404(desk, slug)
    page = plan_page(
        project,
        plan=plans.plan_of(project),
        changes=plans.changes_of(project),
        draws=plans.draws_of(project),
        delays=delays_of(project, today=work_day(project, now())),
        said=_typed(request.POST, problem),
        may_change=desk.may(Act.CHANGE_PLAN),
        problem=None
        if problem is None
        else ErrorSummary(
            problems=(
                FoundProblem(
                    text=str(problem),
                    code=problem.code,
                    field_id=problem.field or FIELD_OF.get(problem.code, ""),
                ),
            )
        ),
    )
    status = 200 if problem is None else problem.status
    return render(request, "quotes/projects/plan.html", {"page": page}, status=status)


FIELD_OF = {
    "why_missing": "why",
    "client_word_missing": "client_word",
    "before_start": "effective",
    "promised_before": "promised",
    "owner_missing": "owner",
    "reserve_spent": "amount",
}


def _typed(said: Mapping[str, str], problem: RefusedError | None) -> Mapping[str, str]:
    """Return what the forms show again: all of it, or no figures of a plan of before.

    Sent once more, those would undo what somebody else has changed since.
    """
    if problem is None or problem.code != "stale_version":
        return said
    return {name: said[name] for name in said if name in WORDS}


WORDS = ("why", "clause", "client_word", "client_name")


def _seen(text: str) -> int | None:
    """Return how many there were when the page was made; what is no number is none."""
    if not text:
        return None
    known = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if known else -1


def _change(said: Mapping[str, str], plan: Mapping[str, Any]) -> Change:
    """Return what was typed; RefusedError names what is no number or no day."""
    units = {}
    for line in plan["lines"]:
        text = said.get(f"units_{line['index']}", "").strip()
        if text and _whole(text, line["name"]) != int(line["units"]):
            units[int(line["index"])] = _whole(text, line["name"])
    effective = _day(said.get("effective", ""), "from which day it holds")
    if effective is None:
        raise RefusedError("before_start", "Write from which day the change holds.")
    return Change(
        effective=effective,
        units=units,
        lost_days=_whole(said.get("lost_days", "").strip() or "0", "days lost"),
        promised=_day(said.get("promised", ""), "the promised day"),
        cost=_money(
            said.get("cost", "").strip() or "0", "the planned cost", field="cost"
        ),
        price=_money(said.get("price", "").strip() or "0", "the price", field="price"),
    )


def _whole(text: str, what: str) -> int:
    plain = text.replace(",", "").replace(" ", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= MOST_DIGITS):
        raise RefusedError("number_missing", f"Write {what} as a whole number: 12000.")
    return int(plain)


def _money(text: str, what: str, *, field: str) -> Decimal:
    plain = text.strip().replace(",", "").replace("−", "-")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not (
        found.is_finite() and len(plain) <= MOST_DIGITS and "e" not in plain.lower()
    ):
        raise RefusedError(
            "amount_wrong", f"Write {what} as a number: 1250.00.", field=field
        )
    return found


def _day(text: str, what: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise RefusedError(
            "before_start", f"Write {what} as a day: 2026-04-17."
        ) from None
