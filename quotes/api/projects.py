"""Projects, and what was delivered against what was estimated."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.api.shown import PROJECT, project_data
from quotes.queries import actuals as queries
from quotes.queries.gates import work_day
from scoping.api.doors import Door, shown
from scoping.api.listing import list_query, page, place
from scoping.api.reading import Said, day, moment, text
from scoping.api.schema import exactly, page_of


class Projects(Door):
    """The projects of a workspace."""

    operations = {"GET": "list_projects"}
    query = {"GET": list_query(client=text(most=200))}
    answers = {"GET": (200, page_of(PROJECT))}

    def get(self, request: Request) -> Response:
        """List the projects, newest first; `client` finds a part of a name."""
        every = queries.projects(self.member.workspace).order_by("-pk")
        rows = every.select_related("acceptance__revision__quote")
        if self.asked["client"]:
            rows = rows.filter(client__name__icontains=self.asked["client"])
        after = self.asked["after"]
        if after:
            last = every.filter(slug=after).first()
            rows = rows.filter(pk__lt=place(last, after).pk)
        found = page(
            rows,
            limit=self.asked["limit"],
            show=project_data,
            name=lambda row: str(row.slug),
        )
        return shown(request, found)


class ProjectDoor(Door):
    """An endpoint about one project."""

    def project(self, slug: str) -> Any:
        """Return a project of the caller's workspace, 404 if it has none."""
        try:
            return queries.project_named(slug, workspace=self.member.workspace)
        except queries.NoProjectError as error:
            raise Http404(str(error)) from error


class OneProject(ProjectDoor):
    """A project with the plan that it is held against."""

    operations = {"GET": "read_project"}
    answers = {"GET": (200, exactly(project=PROJECT, baseline={"type": "object"}))}

    def get(self, request: Request, slug: str) -> Response:
        """Return a project and its baseline, which never changes."""
        row = self.project(slug)
        found = {"project": project_data(row), "baseline": row.baseline.document}
        return shown(request, found)


class Reconciliation(ProjectDoor):
    """Estimated against delivered."""

    operations = {"GET": "read_reconciliation"}
    query = {"GET": Said({"as_of": moment(), "on": day()})}
    answers = {"GET": (200, {"type": "object"})}

    def get(self, request: Request, slug: str) -> Response:
        """Return what was delivered against what was estimated, and why they differ.

        With `as_of` as it was known at that moment, with `on` as it stood on that day.
        """
        project = self.project(slug)
        found = queries.comparison(
            project,
            as_of=self.asked["as_of"],
            on=self.asked["on"],
            today=work_day(project, now()),
        )
        return shown(request, found)
