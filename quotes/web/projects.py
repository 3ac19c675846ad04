"""The pages of projects: the list, and one project against its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from quotes.queries import actuals as queries
from quotes.queries.gates import work_day
from scoping.access import Act
from scoping.templatetags.plumbline import day, money
from scoping.web.components import Empty
from scoping.web.desk import Desk, at_desk

from .project_page import project_page


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
    """Show a project: estimated against delivered, and why they differ."""
    row = project_or_404(desk, slug)
    page = project_page(row, queries.comparison(row, today=work_day(row, now())))
    return render(request, "quotes/projects/project.html", {"page": page})


def project_or_404(desk: Desk, slug: str) -> Any:
    """Return a project of the desk's workspace, or answer that it is not there."""
    try:
        return queries.project_named(slug, workspace=desk.workspace)
    except queries.NoProjectError as error:
        raise Http404(str(error)) from error
