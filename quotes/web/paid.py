"""The page of paid time: a month over projects and bench, which add up to payroll."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes.actions import RefusedError
from quotes.actions.project_words import confirm_project_word
from quotes.models import Project
from quotes.queries.paid import PaidMonth, likely_project, months, paid_month
from scoping.access import Act
from scoping.calc.money import to_coins
from scoping.templatetags.plumbline import share_percent
from scoping.web.components import Empty, Message
from scoping.web.desk import Desk, at_desk

HOUR = Decimal(3600)
MOST_ASKED, MOST_NAMED = 30, 20
CHOOSE = "Choose which project is meant."
CONFIRMED = "Remembered: “{}” in a timesheet is {}."
NO_PAID_TIME = Empty(
    heading="No paid time yet",
    text="Drop a timesheet or a payroll on any project. It is split over all of them.",
    act="Projects",
    url="/projects/",
    is_main=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """What a project or the bench has of a month, as the page prints it."""

    name: str
    hours: str
    named: str
    costs: tuple[str, ...]
    is_bench: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownWord:
    """What a timesheet calls a project, and the project that is likely meant."""

    number: int
    word: str
    likely: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidPage:
    """A month of paid time over projects."""

    months: tuple[str, ...]
    month: str
    rows: tuple[ShareRow, ...]
    total: ShareRow | None
    capture: str
    remarks: tuple[str, ...]
    title: str = "Paid time"
    unknown: tuple[UnknownWord, ...] = ()
    more: int = 0
    projects: tuple[tuple[str, str], ...] = ()
    problem: Message | None = None
    empty: Empty = NO_PAID_TIME


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.INGEST_ACTUALS)
def paid_time(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a month of paid time over projects; the newest unless one is asked for.

    A post says which project a timesheet means by a word that no project bears.
    """
    problem = None
    if request.method == "POST":
        try:
            if _confirmed(request, desk):
                return redirect(request.get_full_path())
            why = CHOOSE
        except RefusedError as refused:
            why = str(refused)
        problem = Message(text=why, kind="bad", role="alert")
    known = months(desk.workspace)
    asked = request.GET.get("month", "")
    month = asked if asked in known else next(iter(known), "")
    page = PaidPage(
        months=tuple(known), month=month, rows=(), total=None, capture="", remarks=()
    )
    if month:
        page = _page(paid_month(desk.workspace, month), tuple(known), desk)
    page = replace(page, problem=problem)
    status = 200 if problem is None else 400
    context = {"page": page}
    return render(request, "quotes/projects/paid.html", context, status=status)


def _confirmed(request: HttpRequest, desk: Desk) -> bool:
    """Remember which project a word means; return whether one was chosen."""
    word = request.POST.get("word", "").strip()
    slug = request.POST.get("project", "")
    rows = Project.objects.filter(workspace=desk.workspace, slug=slug)
    project = rows.first() if word else None
    if project is None:
        return False
    confirm_project_word(project, word, by=desk.user, now=now())
    messages.success(request, CONFIRMED.format(word, project.name))
    return True


def _page(found: PaidMonth, known: tuple[str, ...], desk: Desk) -> PaidPage:
    rows = Project.objects.filter(workspace=desk.workspace).order_by("name", "slug")
    projects = dict(rows.values_list("slug", "name")) if found.unknown else {}
    return PaidPage(
        projects=tuple(projects.items()),
        unknown=tuple(
            UnknownWord(number=place, word=word, likely=likely_project(word, projects))
            for place, word in enumerate(found.unknown[:MOST_ASKED])
        ),
        more=max(0, len(found.unknown) - MOST_ASKED),
        months=known,
        month=found.month,
        title=f"Paid time, {_month(found.month)}",
        rows=tuple(
            ShareRow(
                name=one.name or "No project (bench)",
                hours=hours(one.seconds),
                named=hours(one.named_seconds) if one.named_seconds else "",
                costs=_costs(one.costs),
                is_bench=one.project is None,
            )
            for one in found.shares
        ),
        total=ShareRow(
            name="Paid",
            hours=hours(found.paid_seconds),
            named="",
            costs=_costs(found.wages),
            is_bench=False,
        ),
        capture=_capture(found),
        remarks=tuple(_remarks(found)),
    )


def _month(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def hours(seconds: Decimal) -> str:
    """Return seconds as hours with two decimals."""
    return f"{seconds / HOUR:,.2f}"


def _costs(costs: dict[str, Decimal]) -> tuple[str, ...]:
    return tuple(
        f"{to_coins(amount, currency):,} {currency}"
        for currency, amount in sorted(costs.items())
    )


def _capture(found: PaidMonth) -> str:
    if found.capture is None:
        return ""
    whole, low, high = found.capture
    seen = (
        f"Tools saw {share_percent(whole, 0)} of the paid time of days that both know"
    )
    if low == high:
        return f"{seen}."
    return (
        f"{seen}; one day in ten below {share_percent(low, 0)}, one in ten above "
        f"{share_percent(high, 0)}."
    )


def _remarks(found: PaidMonth) -> Iterator[str]:
    if found.unmatched:
        yield (
            f"Seen by tools, in no timesheet: {', '.join(found.unmatched)}. A person "
            f"bears one name in both."
        )
    if found.unknown:
        more = ("…",) if len(found.unknown) > MOST_NAMED else ()
        yield (
            f"Timesheets name projects that there are not: "
            f"{', '.join((*found.unknown[:MOST_NAMED], *more))}. Until you say which "
            f"are meant, their time follows the tools, or is on the bench."
        )
