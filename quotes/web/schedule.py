"""The schedule of a quote: when it is done, what would be sooner, what is promised.

For staff. The dates rest on the calendars that are frozen with a quote once it is sent.
The promised week is a decision: suggested as the one kept eight times in ten, and said
with how often any other would be kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from quotes.actions import RefusedError
from quotes.actions.drafts import decide_week
from quotes.models.lifecycle import open_moves
from quotes.queries import quotes as queries
from quotes.web.bench import edition_of, revision_here, scenario_here
from scoping import queries as scoping
from scoping.access import Act
from scoping.calc.planning.design import Design, design
from scoping.calc.promises import percent
from scoping.calc.rates import MissingRateError
from scoping.calc.schedule import monday_of
from scoping.calc.spec import SpecError
from scoping.calc.workdays import CalendarError
from scoping.templatetags.plumbline import day, week
from scoping.web.components import Message, Stat
from scoping.web.desk import Desk, at_desk
from scoping.web.schedules import SchedulePage, answered

A_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekChoice:
    """A week that may be promised: its Monday, in words, and how often it is kept."""

    monday: str
    words: str
    kept: str
    why: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSchedulePage:
    """The schedule of a quote's scenario."""

    name: str
    title: str
    letter: str
    edition: int
    calendars: str
    promised: str
    weeks: tuple[WeekChoice, ...]
    can_decide: bool
    answer: SchedulePage | None
    problem: Message | None = None


@require_safe
@at_desk(Act.SEE_COST)
def shown(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Show the schedule of a scenario."""
    return _shown(request, desk, name)


@require_POST
@at_desk(Act.EDIT_QUOTE)
def decide(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Decide the promised week of a draft; nothing said takes the suggested one."""
    revision = revision_here(name, desk)
    letter = scenario_here(request, revision).letter
    said = request.POST.get("day", "").strip() or request.POST.get("week", "")
    try:
        decide_week(
            revision,
            week=_day_said(said),
            by=desk.user,
            role=desk.role,
            now=now(),
            letter=letter,
            edition=edition_of(request),
        )
    except RefusedError as error:
        return _shown(request, desk, name, error=error)
    messages.success(request, "The promised week is decided. The client sees it alone.")
    address = reverse("quote_schedule", args=[name])
    return HttpResponseRedirect(f"{address}?scenario={letter}#promise")


EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)


def _day_said(said: str) -> date | None:
    """Return the day that was chosen or typed. Raises RefusedError."""
    if not said:
        return None
    try:
        found = date.fromisoformat(said)
    except ValueError:
        found = None
    if found is None or not EARLIEST <= found <= LATEST:
        raise RefusedError(
            "no_such_week", "Write the day as year-month-day: 2026-03-09."
        )
    return found


def _shown(
    request: HttpRequest,
    desk: Desk,
    name: str,
    *,
    error: RefusedError | None = None,
) -> HttpResponse:
    revision = revision_here(name, desk)
    scenario = scenario_here(request, revision)
    moment = now()
    try:
        made, days = queries.planned_as(scenario, today=moment.date())
        found = design(made, workdays=days)
    except (SpecError, MissingRateError, CalendarError, scoping.NoCardError) as wrong:
        page = _page(revision, scenario, desk, None, moment=moment, problem=wrong)
        return render(request, "quotes/staff/schedule.html", {"page": page})
    page = _page(revision, scenario, desk, found, moment=moment, problem=error)
    status = 200 if error is None else error.status
    return render(request, "quotes/staff/schedule.html", {"page": page}, status=status)


def _page(
    revision: Any,
    scenario: Any,
    desk: Desk,
    found: Design | None,
    *,
    moment: Any,
    problem: Exception | None,
) -> QuoteSchedulePage:
    state = queries.state_at(revision, at=moment)
    frozen = revision.frozen_at is not None
    promised = None if found is None else found.made.schedule.promised
    return QuoteSchedulePage(
        name=str(revision),
        title=revision.name,
        letter=scenario.letter,
        edition=revision.edition,
        calendars=FROZEN if frozen else OPEN,
        promised="" if promised is None else week(promised),
        weeks=() if found is None else tuple(_weeks(found, scenario.promised_week)),
        can_decide=found is not None and "edit" in open_moves(state, desk.role),
        answer=None if found is None else _answer(found),
        problem=(
            None
            if problem is None
            else Message(kind="bad", text=str(problem), role="alert")
        ),
    )


def _answer(found: Design) -> SchedulePage:
    """Return what is said of the schedule, with the week that stands in first place."""
    monday = found.made.schedule.promised
    page = answered(found, promised=monday)
    kept = percent(Decimal(str(found.chance_by(monday + A_WEEK))))
    promised = Stat(
        name="Promised week",
        value=f"Week of {day(monday)}",
        notes=(f"kept in {kept} of the runs",),
        is_words=True,
    )
    return replace(page, stats=[promised, *page.stats[1:]])


FROZEN = "The holidays are those that were frozen with this quote when it was sent."
OPEN = "The holidays are today's; they are frozen with the quote when it is sent."


def _weeks(found: Design, decided: date | None) -> list[WeekChoice]:
    """Return weeks that may be promised, earliest first, the one that stands marked."""
    stands = found.made.schedule.promised
    reasons: dict[date, list[str]] = {}

    def also(on: date, why: str) -> None:
        reasons.setdefault(monday_of(on), []).append(why)

    also(found.finish["p50"], "the typical end")
    also(found.finish["p80"], "suggested: kept eight times in ten or more")
    also(found.finish["p90"], "kept nine times in ten or more")
    if found.made.spec.deadline is not None:
        also(found.made.spec.deadline, "the deadline")
    if decided is not None:
        also(decided, "as decided")
    reasons.setdefault(stands, ["as the estimate has it"])
    return [
        WeekChoice(
            monday=monday.isoformat(),
            words=week(monday),
            kept=percent(Decimal(str(found.chance_by(monday + A_WEEK)))),
            why="; ".join(why),
            chosen=monday == stands,
        )
        for monday, why in sorted(reasons.items())
    ]
