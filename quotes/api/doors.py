"""What the endpoints of quotes share: one revision of one's own company, or 404."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.http import quote_etag
from django.utils.timezone import now
from rest_framework.response import Response

from quotes.actions import RefusedError
from quotes.api.shown import quote_data
from quotes.queries import quotes as queries
from quotes.queries.offers import TooManyChoicesError
from quotes.queries.totals import totals
from scoping.actions.repeating import Answer
from scoping.api.doors import Door, etag_of
from scoping.api.problems import RefusalError

CREATED = 201


class QuoteDoor(Door):
    """An endpoint about quotes."""

    fields: dict[str, str] = {}
    """Where in the body a refusal by its code is about."""

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal of an action as a problem, at the field it is about."""
        if isinstance(exc, RefusedError):
            path = self.fields.get(exc.code, f"/{exc.field}" if exc.field else "")
            exc = RefusalError(exc.status, exc.code, str(exc), path)
        elif isinstance(exc, TooManyChoicesError):
            exc = RefusalError(409, "too_many_choices", str(exc))
        return super().handle_exception(exc)

    def revision(self, name: str) -> Any:
        """Return a revision of the caller's workspace, 404 if it has none."""
        try:
            return queries.revision_named(name, workspace=self.member.workspace)
        except queries.NoQuoteError as error:
            raise Http404(str(error)) from error

    def scenario(self, revision: Any, letter: str) -> Any:
        """Return a scenario of a revision, 404 if there is none."""
        try:
            return queries.scenario_of(revision, letter)
        except queries.NoQuoteError as error:
            raise Http404(str(error)) from error

    def answer(self, revision: Any, *, status: int = 200) -> Answer:
        """Return the answer to what was done: the revision as it is now."""
        body = self.data(self.revision(str(revision)))
        headers = {"ETag": quote_etag(etag_of(body))}
        if status == CREATED:
            headers["Location"] = f"/api/v1/quotes/{revision}"
        return Answer(status=status, body=body, headers=headers)

    def data(self, revision: Any, *, at: datetime | None = None) -> dict[str, Any]:
        """Return a revision as this caller is shown it."""
        return quote_data(
            revision,
            totals=totals([revision]),
            role=self.member.role,
            at=at or now(),
        )
