"""The rows of the ledger that a figure rests on, with the file each came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from quotes.queries.source_rows import source_rows
from scoping.access import Act
from scoping.calc.layout import batch_called
from scoping.templatetags.plumbline import count, day, number, week
from scoping.web.desk import Desk, at_desk

from .column_form import KINDS, STAGE_WORDS
from .projects import known_on, project_or_404

FILTERS = ("line", "batch", "stage", "week")
A_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsPage:
    """Rows of the ledger; `said` is what they were filtered by.

    `known` is the day as of which they are shown, empty where that is now; `back` leads
    to the project as of the same day.
    """

    name: str
    slug: str
    said: str
    rows: list[dict[str, str]]
    found: str
    total: int
    has_teams: bool
    next_url: str
    problem: str
    known: str
    back: str


@require_safe
@at_desk(Act.SEE_ACTUALS)
def rows(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Show the entries that stand, filtered by line, batch, stage and week.

    `known_on` asks for those that stood at the end of an earlier day.
    """
    project = project_or_404(desk, slug)
    moment = now()
    known, odd = known_on(project, request.GET.get("known_on", ""), moment=moment)
    then = {"known_on": known.day} if known.until else {}
    wanted = {name: request.GET.get(name, "").strip() for name in FILTERS}
    days = _week(wanted["week"])
    problem = "" if days or not wanted["week"] else "Write a week as 2026-04-13."
    problem = problem if odd is None else odd.problems[0].text
    found = (
        [] if problem else source_rows(project, wanted, week=days, as_of=known.until)
    )
    start = _start(request.GET.get("from", ""))
    shown = found[start : start + A_PAGE]
    following = {**{key: value for key, value in wanted.items() if value}, **then}
    more = start + A_PAGE < len(found)
    page = RowsPage(
        name=project.name,
        slug=project.slug,
        said=_said(wanted, days),
        rows=[
            {
                "batch": row.batch,
                "stage": STAGE_WORDS.get(row.stage, row.stage),
                "day": _day(row, project.time_zone),
                "line": row.line or KINDS.get(row.annotation_type, row.annotation_type),
                "team": row.pod,
                "units": ""
                if row.units_produced is None
                else count(row.units_produced),
                "seconds": ""
                if row.active_seconds is None
                else number(row.active_seconds),
                "file": row.file.name,
                "place": row.source_ref,
            }
            for row in shown
        ],
        found=count(len(found)),
        total=len(found),
        has_teams=any(row.pod for row in found),
        next_url=f"?{urlencode({**following, 'from': start + A_PAGE})}" if more else "",
        problem=problem,
        known=known.words if then else "",
        back=f"?{urlencode(then)}" if then else "",
    )
    return render(
        request,
        "quotes/projects/rows.html",
        {"page": page},
        status=400 if problem else 200,
    )


def _day(row: Any, zone: str) -> str:
    """Return the last day of a row at the site; the first where no last is given."""
    moment = row.period_end or row.period_start
    return "" if moment is None else day(moment, zone)


def _said(wanted: Mapping[str, str], found: tuple[date, date] | None) -> str:
    """Return what rows were filtered by, as a person says it."""
    said = [
        f"line {wanted['line']}" if wanted["line"] else "",
        batch_called(wanted["batch"]) if wanted["batch"] else "",
        STAGE_WORDS.get(wanted["stage"], wanted["stage"]),
        "" if found is None else week(found[0]),
    ]
    return ", ".join(one for one in said if one)


def _week(said: str) -> tuple[date, date] | None:
    try:
        first = date.fromisoformat(said)
        return first, first + timedelta(days=6)
    except (ValueError, OverflowError):
        return None


def _start(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0  # noqa: PLR2004
