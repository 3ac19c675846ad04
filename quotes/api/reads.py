"""Quotes as they are: the list, a revision, its estimate, its client view, its PDF."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import quote_etag
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions.forms import draft_from_form
from quotes.api.doors import QuoteDoor
from quotes.api.shown import (
    APPROVAL,
    EVENT,
    QUOTE,
    QUOTE_ROW,
    approval_data,
    event_data,
    row_data,
)
from quotes.calc.choices import ChoiceError, scenario_in
from quotes.models import State
from quotes.pdf import SIZES, render_quote
from quotes.queries import quotes as queries
from quotes.queries.client_side import client_side_of
from quotes.queries.totals import totals
from scoping.actions.repeating import Answer
from scoping.api.doors import REVALIDATE, shown
from scoping.api.listing import list_query, page, place
from scoping.api.problems import refuse
from scoping.api.reading import Said, lines, one_of, text
from scoping.api.schema import exactly, many, page_of
from scoping.calc.document import document
from scoping.calc.spec import json_schema

ANY_OBJECT = {"type": "object"}
LETTERS = ("A", "B", "C")


class Quotes(QuoteDoor):
    """The quotes of a workspace."""

    operations = {"GET": "list_quotes", "POST": "draft_quote"}
    bodies = {"POST": json_schema("staff")}
    query = {
        "GET": list_query(
            state=one_of(*State), client=text(most=200), number=text(most=30)
        )
    }
    answers = {"GET": (200, page_of(QUOTE_ROW)), "POST": (201, QUOTE)}

    def get(self, request: Request) -> Response:
        """List the revisions of quotes, newest first.

        `client` finds a part of a name; `number` all revisions of one quote. A sent one
        is `expired` after its last day.
        """
        moment = now()
        every = queries.revisions(self.member.workspace)
        rows = every
        if self.asked["state"]:
            rows = queries.in_state(rows, self.asked["state"], at=moment)
        if self.asked["client"]:
            rows = rows.filter(quote__client__name__icontains=self.asked["client"])
        if self.asked["number"]:
            rows = rows.filter(quote__number=self.asked["number"])
        after = self.asked["after"]
        if after:
            rows = rows.filter(pk__lt=place(self._last(after), after).pk)
        return shown(request, self._page(rows, moment))

    def post(self, request: Request) -> Response:
        """Save a posted spec as a draft quote for the client that it names."""

        def draft(_: object) -> Answer:
            made = draft_from_form(
                request.data,
                workspace=self.member.workspace,
                by=self.member.user,
                role=self.member.role,
                now=now(),
                form_token="",
            )
            return self.answer(made, status=201)

        return self.once(request, draft)

    def _last(self, name: str) -> Any:
        try:
            return queries.revision_named(name, workspace=self.member.workspace)
        except queries.NoQuoteError:
            return None

    def _page(self, rows: Any, moment: datetime) -> dict[str, Any]:
        limit = self.asked["limit"]
        found = list(rows[: limit + 1])
        sums = totals(found)
        return page(
            found,
            limit=limit,
            show=lambda row: row_data(row, totals=sums, at=moment),
            name=str,
        )


class OneQuote(QuoteDoor):
    """One revision of a quote."""

    operations = {"GET": "read_quote"}
    answers = {"GET": (200, QUOTE)}

    def get(self, request: Request, name: str) -> Response:
        """Return a revision with its scenarios and decisions; its ETag is for If-Match.

        `moves` are what you may do to it as it stands.
        """
        return shown(request, self.data(self.revision(name)))


class QuoteEstimate(QuoteDoor):
    """What stands behind a price; for staff."""

    operations = {"GET": "read_quote_estimate"}
    query = {"GET": Said({"scenario": one_of(*LETTERS, default="A")})}
    answers = {"GET": (200, ANY_OBJECT)}

    def get(self, request: Request, name: str) -> Response:
        """Return the estimate of a scenario: made now for a draft, frozen once sent."""
        revision = self.revision(name)
        scenario = self.scenario(revision, self.asked["scenario"])
        if revision.frozen_at is None:
            made = queries.estimate_of(scenario, today=now().date())
            return shown(request, document(made))
        frozen = json.loads(revision.documents.get(kind="internal").body)
        plan = queries.frozen_plan(frozen, scenario.letter)
        return shown(request, plan["estimate"])


class ClientDocument(QuoteDoor):
    """What the client is shown."""

    operations = {"GET": "read_client_document"}
    answers = {
        "GET": (
            200,
            exactly(
                digest={"type": "string"},
                frozen={"type": "boolean"},
                document=ANY_OBJECT,
            ),
        )
    }

    def get(self, request: Request, name: str) -> Response:
        """Return the client document: as it was sent, or as sending would freeze it."""
        revision = self.revision(name)
        sent = client_side_of(revision, at=now())
        found = {
            "digest": sent.digest,
            "frozen": revision.frozen_at is not None,
            "document": sent.document,
        }
        return shown(request, found)


class ChosenOffer(QuoteDoor):
    """What a client's choice comes to."""

    operations = {"GET": "read_choice"}
    query = {
        "GET": Said(
            {
                "scenario": one_of(*LETTERS, default="A"),
                "take": lines(),
            }
        )
    }
    answers = {
        "GET": (
            200,
            exactly(
                scenario={"type": "string"},
                take=many({"type": "integer"}),
                digest={"type": "string"},
                offer=ANY_OBJECT,
            ),
        )
    }

    def get(self, request: Request, name: str) -> Response:
        """Return the offer with these options taken, priced as it was frozen."""
        taken = self.asked["take"]
        sent = client_side_of(self.revision(name), at=now())
        try:
            offered = scenario_in(sent.document, self.asked["scenario"])
        except ChoiceError as error:
            raise Http404(str(error)) from error
        try:
            view = offered.chosen(taken)
        except ChoiceError as error:
            refuse(400, "no_such_choice", str(error), "?take")
        found = {
            "scenario": offered.letter,
            "take": sorted(taken),
            "digest": sent.digest,
            "offer": view,
        }
        return shown(request, found)


class QuotePdf(QuoteDoor):
    """The document on paper."""

    operations = {"GET": "read_quote_pdf"}
    query = {"GET": Said({"size": one_of(*SIZES, default=SIZES[0])})}
    answers = {"GET": (200, {"type": "string", "format": "binary"})}
    media_type = "application/pdf"

    def get(self, request: Request, name: str) -> HttpResponse:
        """Return the PDF: what was frozen, or what sending this draft would freeze."""
        size = self.asked["size"]
        sent = client_side_of(self.revision(name), at=now())
        tag, frozen = f"{sent.digest}-{size}", sent.revision.frozen_at is not None
        if request.headers.get("If-None-Match") == quote_etag(tag):
            return shown(request, None, etag=tag)
        workspace = sent.revision.workspace
        body = (
            queries.frozen_pdf(sent.revision, size=size)
            if frozen
            else render_quote(
                sent.document,
                digest=sent.digest,
                size=size,
                logo=(bytes(workspace.logo), workspace.logo_type),
            )
        )
        mark = "" if frozen else "-draft"
        return HttpResponse(
            body,
            content_type="application/pdf",
            headers=REVALIDATE
            | {
                "ETag": quote_etag(tag),
                "Content-Disposition": (
                    f'attachment; filename="{sent.revision}{mark}-{size}.pdf"'
                ),
            },
        )


class QuoteEvents(QuoteDoor):
    """What the client did, and asked."""

    operations = {"GET": "list_quote_events"}
    query = {
        "GET": Said({"kind": one_of("opened", "reopened", "declined", "question")})
    }
    answers = {"GET": (200, exactly(items=many(EVENT)))}

    def get(self, request: Request, name: str) -> Response:
        """List what happened to a quote, the last first; questions among it."""
        rows = self.revision(name).events.order_by("-at", "-pk")
        if self.asked["kind"]:
            rows = rows.filter(kind=self.asked["kind"])
        return shown(request, {"items": [event_data(row) for row in rows[:500]]})


class Approvals(QuoteDoor):
    """Who was asked to approve what is out of policy, and what they said."""

    operations = {"GET": "list_approvals"}
    answers = {"GET": (200, exactly(items=many(APPROVAL)))}

    def get(self, request: Request, name: str) -> Response:
        """List the requests for approval of a revision, the last first."""
        rows = (
            self.revision(name)
            .approvals.select_related("requested_by", "decided_by")
            .order_by("-pk")
        )
        return shown(request, {"items": [approval_data(row) for row in rows]})
