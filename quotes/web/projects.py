"""The pages of projects: the list, and one project against its plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from quotes.queries import actuals as queries
from quotes.queries.gates import batches, work_day
from scoping.access import Act
from scoping.templatetags.plumbline import day, money
from scoping.web.components import Empty, ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk

from .currencies import currency_switch
from .project_page import KnownOn, project_page


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """A project in the list."""

    name: str
    slug: str
    client: str
    started: str
    planned: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """The projects of a workspace."""

    rows: list[ProjectRow]
    empty: Empty


@require_safe
@at_desk(Act.SEE_ACTUALS)
def projects(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the projects of the workspace."""
    page = ListPage(
        rows=[
            ProjectRow(
                name=project.name,
                slug=project.slug,
                client="" if project.client is None else project.client.name,
                started=day(project.start_on),
                planned=(
                    f"{money(project.baseline.document['cost']['p50'])} "
                    f"{project.currency}"
                ),
            )
            for project in queries.projects(desk.workspace)
        ],
        empty=Empty(
            heading="No projects yet",
            text=(
                "A project begins when a client accepts a quote. One without a quote "
                "can be imported from a spec: manage.py import_project."
            ),
            act="See the quotes",
            url="/quotes/",
        ),
    )
    return render(request, "quotes/projects/list.html", {"page": page})


@require_safe
@at_desk(Act.SEE_ACTUALS)
def project(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Show a project: estimated against delivered, and why they differ.

    `known_on` asks for it as it was known at the end of an earlier day at its site,
    `currency` for its answers in the currency of the site.
    """
    row = project_or_404(desk, slug)
    moment = now()
    known, problem = known_on(row, request.GET.get("known_on", ""), moment=moment)
    page = project_page(
        row,
        queries.comparison(row, as_of=known.until, today=work_day(row, moment)),
        at_gates=batches(row, as_of=known.until),
        known=known,
        switch=currency_switch(request, row),
    )
    return render(
        request,
        "quotes/projects/project.html",
        {
            "page": page,
            "problem": problem,
            "may_open_files": desk.may(Act.INGEST_ACTUALS),
        },
        status=HTTPStatus.OK if problem is None else HTTPStatus.BAD_REQUEST,
    )


def known_on(
    row: Any, asked: str, *, moment: datetime
) -> tuple[KnownOn, ErrorSummary | None]:
    """Return the day as known on which is asked for, and what is wrong with it.

    A day that has not ended is now. A day that is none is refused, beside the page as
    it is known now.
    """
    today = work_day(row, moment)
    as_now = KnownOn(day=today.isoformat(), words=day(today), today=today.isoformat())
    if not asked:
        return as_now, None
    try:
        on = date.fromisoformat(asked)
    except ValueError:
        text = f"“{asked[:40]}” is no day. Write it as {today.isoformat()}."
        return as_now, ErrorSummary(
            problems=(FoundProblem(text=text, field_id="known_on"),)
        )
    if on >= today:
        return as_now, None
    until = datetime.combine(on, time.max, tzinfo=ZoneInfo(row.time_zone))
    return (
        KnownOn(
            day=on.isoformat(), words=day(on), today=today.isoformat(), until=until
        ),
        None,
    )


def project_or_404(desk: Desk, slug: str) -> Any:
    """Return a project of the desk's workspace, or answer that it is not there."""
    try:
        return queries.project_named(slug, workspace=desk.workspace)
    except queries.NoProjectError as error:
        raise Http404(str(error)) from error
