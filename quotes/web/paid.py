"""The page of paid time: a month over projects and bench, which add up to payroll."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quotes.queries.paid import PaidMonth, months, paid_month
from scoping.access import Act
from scoping.calc.money import to_coins
from scoping.templatetags.plumbline import share_percent
from scoping.web.components import Empty
from scoping.web.desk import Desk, at_desk

HOUR = Decimal(3600)
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
class PaidPage:
    """A month of paid time over projects."""

    months: tuple[str, ...]
    month: str
    rows: tuple[ShareRow, ...]
    total: ShareRow | None
    capture: str
    remarks: tuple[str, ...]
    title: str = "Paid time"
    empty: Empty = NO_PAID_TIME


@require_safe
@at_desk(Act.INGEST_ACTUALS)
def paid_time(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a month of paid time over projects; the newest unless one is asked for."""
    known = months(desk.workspace)
    asked = request.GET.get("month", "")
    month = asked if asked in known else next(iter(known), "")
    page = PaidPage(
        months=tuple(known), month=month, rows=(), total=None, capture="", remarks=()
    )
    if month:
        page = _page(paid_month(desk.workspace, month), tuple(known))
    return render(request, "quotes/projects/paid.html", {"page": page})


def _page(found: PaidMonth, known: tuple[str, ...]) -> PaidPage:
    return PaidPage(
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
        yield (
            f"Timesheets name projects that there are not: {', '.join(found.unknown)}. "
            f"Their time follows the tools, or is on the bench."
        )
