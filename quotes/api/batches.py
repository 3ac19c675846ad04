"""Batches at the gates over the API: laid out, sampled, moved on evidence.

The same actions as the pages. Whoever moves a batch says in If-Match which one they
saw; of two who saw the same, the second is told. What the client said by other ways
than the link is recorded here by staff, as on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

from django.http import Http404
from django.utils.http import quote_etag
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions.gate_evidence import MOST_NAME, MOST_TEXT
from quotes.actions.gate_evidence import Said as Evidence
from quotes.actions.gates import draw_sample, lock_batch, move_batch, plan_batches
from quotes.api.doors import QuoteDoor
from quotes.api.gate_said import MOST, class_units, classes_found
from quotes.api.gate_shapes import (
    BATCH,
    BATCH_ROW,
    BATCH_STATE,
    batch_data,
    batch_row,
)
from quotes.calc.gates.table import MOVES
from quotes.queries import actuals, gates
from quotes.queries.plans import gate_plan_of
from scoping.actions.repeating import Answer
from scoping.api.doors import etag_of, seen, shown
from scoping.api.listing import list_query, page, place
from scoping.api.problems import refuse
from scoping.api.reading import Said, one_of, text, whole, yes_or_no
from scoping.api.schema import exactly, page_of


class GateDoor(QuoteDoor):
    """An endpoint about the batches of a project."""

    fields = {
        "auditor_missing": "/auditor",
        "no_reason": "/text",
        "nothing_fixed": "/text",
        "text_too_long": "/text",
    }

    def project(self, slug: str) -> Any:
        """Return a project of the caller's workspace, 404 if it has none."""
        try:
            return actuals.project_named(slug, workspace=self.member.workspace)
        except actuals.NoProjectError as error:
            raise Http404(str(error)) from error

    def batch(self, project: Any, number: int) -> gates.AtGate:
        """Return a batch of a project, 404 if it has none of this number."""
        try:
            return gates.batch_of(project, number)
        except gates.NoBatchError as error:
            raise Http404(str(error)) from error

    def data(self, one: gates.AtGate) -> dict[str, Any]:  # type: ignore[override]
        """Return a batch as it is shown."""
        project = one.row.project
        today = gates.work_day(project, now())
        return batch_data(one, gate_plan_of(project), today=today)

    def change_batch(
        self,
        request: Request,
        slug: str,
        number: int,
        act: Callable[[Any], object],
        *,
        status: int = 200,
    ) -> Response:
        """Do something to a batch that its caller has seen, and answer with it."""
        found = self.batch(self.project(slug), number)

        def do(_: object) -> Answer:
            locked = lock_batch(found.row)
            seen(request, etag_of(self.data(gates.at_gate(locked))))
            act(locked)
            body = self.data(gates.at_gate(locked))
            headers = {"ETag": quote_etag(etag_of(body))}
            return Answer(status=status, body=body, headers=headers)

        return self.once(
            request,
            do,
            prepare=lambda: seen(request, etag_of(self.data(found))),
        )

    def by(self) -> dict[str, Any]:
        """Return who does it and when, as every action asks."""
        return {"by": self.member.user, "role": self.member.role, "now": now()}


class Batches(GateDoor):
    """The batches of a project."""

    operations = {"GET": "list_batches", "POST": "plan_batches"}
    query = {
        "GET": list_query(
            state=one_of(*BATCH_STATE["enum"], default=""), line=text(most=200)
        )
    }
    answers = {
        "GET": (200, page_of(BATCH_ROW)),
        "POST": (201, exactly(batches={"type": "integer"})),
    }

    def get(self, request: Request, slug: str) -> Response:
        """List the batches in the order in which they were laid out.

        By `state` and `line`. A project of before there were gates has none.
        """
        project = self.project(slug)
        rows = gates.standing_rows(project)
        if self.asked["state"]:
            rows = rows.filter(standing=self.asked["state"])
        if self.asked["line"]:
            rows = rows.filter(line=self.asked["line"])
        after = self.asked["after"]
        if after:
            last = gates.rows_of(project).filter(pk=_number_of(after)).first()
            rows = rows.filter(pk__gt=place(last, after).pk)
        today, plan = gates.work_day(project, now()), cache(gate_plan_of)
        found = page(
            rows,
            limit=self.asked["limit"],
            show=lambda row: batch_row(gates.loaded(row), plan(project), today=today),
            name=lambda row: str(row.pk),
        )
        return shown(request, found)

    def post(self, request: Request, slug: str) -> Response:
        """Lay the batches of a project out by its quote, once."""
        project = self.project(slug)

        def do(_: object) -> Answer:
            made = plan_batches(project, **self.by())
            return Answer(status=201, body={"batches": len(made)}, headers={})

        return self.once(request, do)


def _number_of(after: str) -> int:
    if not (after.isascii() and after.isdecimal()) or len(after) > len(str(MOST)):
        refuse(400, "invalid_parameter", f"No page ends with {after}.", path="?after")
    return int(after)


class OneBatch(GateDoor):
    """A batch with all that it went through."""

    operations = {"GET": "read_batch"}
    answers = {"GET": (200, BATCH)}

    def get(self, request: Request, slug: str, number: int) -> Response:
        """Return a batch: its samples with their decisions, its moves, what may come.

        Its ETag is asked for by whoever moves it.
        """
        return shown(request, self.data(self.batch(self.project(slug), number)))


class Samples(GateDoor):
    """Drawing a sample of a batch."""

    operations = {"POST": "draw_sample"}
    changes = frozenset({"POST"})
    bodies: ClassVar[Any] = {
        "POST": Said(
            {
                "auditor": text(most=MOST_NAME, least=1, required=True),
                "class_units": class_units(),
            }
        )
    }
    answers = {"POST": (201, BATCH)}

    def post(self, request: Request, slug: str, number: int) -> Response:
        """Draw a fresh sample of a batch at its sample check.

        `class_units` are the labels of each class in the batch that has a promise of
        its own, as far as somebody counted: samples of these are drawn beside it.
        """
        said = self.body(request)
        return self.change_batch(
            request,
            slug,
            number,
            lambda row: draw_sample(row, **said, **self.by()),
            status=201,
        )


class Moves(GateDoor):
    """Moving a batch."""

    operations = {"POST": "move_batch"}
    changes = frozenset({"POST"})
    bodies: ClassVar[Any] = {
        "POST": Said(
            {
                "move": one_of(*(move.name for move in MOVES), required=True),
                **{
                    name: whole(least=0, most=MOST)
                    for name in (
                        *("done", "right", "checked", "wrong"),
                        *("missed", "extra", "critical", "minor", "units"),
                    )
                },
                "whole": yes_or_no(),
                "classes": classes_found(),
                "text": text(most=MOST_TEXT),
            }
        )
    }
    answers = {"POST": (200, BATCH)}

    def post(self, request: Request, slug: str, number: int) -> Response:
        """Move a batch on its evidence; without it nothing changes, and 409 says why.

        `decide` takes what the sample showed, `resubmit` the fix, `deliver` nothing;
        `accept` and `reject` record what the client said by other ways than the link.
        """
        said = self.body(request)
        move = said.pop("move")
        said["whole"] = bool(said["whole"])
        return self.change_batch(
            request,
            slug,
            number,
            lambda row: move_batch(row, move, Evidence(**said), **self.by()),
        )
