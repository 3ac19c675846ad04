"""Names in files, from a program: what they mean is said once, and remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions import RefusedError
from quotes.actions.naming import Saying, forget_name, remember_names
from quotes.api.projects import ProjectDoor
from quotes.queries.names import BATCH, LINE, remembered
from scoping.actions.repeating import Answer
from scoping.api.doors import shown
from scoping.api.problems import RefusalError
from scoping.api.reading import Said, one_of, text
from scoping.api.schema import MOMENT, TEXT, exactly, many, or_null

COUNT = {"type": "integer", "minimum": 0}
KIND = {"type": "string", "enum": [LINE, BATCH]}


class Names(ProjectDoor):
    """The names that were confirmed for files of a project."""

    operations = {"GET": "list_names", "POST": "say_name"}
    bodies: ClassVar[Any] = {
        "POST": Said(
            {
                "kind": one_of(LINE, BATCH, required=True),
                "written": text(most=120, least=1, required=True),
                "means": text(
                    most=200,
                    description="a line or batch of the project; the written name "
                    "itself: it stays as it is; left out: it is forgotten",
                ),
            }
        )
    }
    answers: ClassVar[Any] = {
        "GET": (
            200,
            exactly(
                names=many(
                    exactly(
                        kind=KIND, written=TEXT, means=TEXT, by=or_null(TEXT), at=MOMENT
                    )
                )
            ),
        ),
        "POST": (200, exactly(names=COUNT, moved=COUNT, stayed=COUNT)),
    }

    def get(self, request: Request, slug: str) -> Response:
        """List what names in files were confirmed to mean, lines first."""
        return shown(request, {"names": [*_remembered(self.project(slug))]})

    def post(self, request: Request, slug: str) -> Response:
        """Say once what a name in files means; without `means` it is forgotten.

        `moved` records that were counted under the name bear the other one now;
        `stayed` do not, because their month is closed or the work stands under both.
        Said again it changes nothing.
        """
        project = self.project(slug)
        said = self.body(request)

        def say(_: object) -> Answer:
            if not said["means"]:
                forget_name(
                    project,
                    said["kind"],
                    said["written"],
                    by=self.member.user,
                    now=now(),
                )
                body = {"names": 1, "moved": 0, "stayed": 0}
                return Answer(status=200, body=body, headers={})
            found = remember_names(
                project,
                [
                    Saying(
                        kind=said["kind"], written=said["written"], means=said["means"]
                    )
                ],
                by=self.member.user,
                now=now(),
            )
            body = {"names": found.names, "moved": found.moved, "stayed": found.stayed}
            return Answer(status=200, body=body, headers={})

        try:
            return self.once(request, say)
        except RefusedError as error:
            path = f"/{error.field}" if error.field else ""
            raise RefusalError(error.status, error.code, str(error), path) from error


def _remembered(project: Any) -> Iterator[dict[str, Any]]:
    for kind in (LINE, BATCH):
        for row in remembered(project, kind).values():
            yield {
                "kind": kind,
                "written": row.written,
                "means": row.means,
                "by": None if row.by is None else str(row.by),
                "at": row.at.isoformat().replace("+00:00", "Z"),
            }
