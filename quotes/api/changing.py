"""What every change of a quote has in common: seen as it is, locked, done, shown.

Whoever changes a revision says in If-Match which one they saw. It is compared before
anything that takes time, and again under the lock, so that of two who saw the same one
is refused and nothing of theirs has happened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import Http404
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions.locking import lock
from quotes.api.doors import QuoteDoor
from quotes.api.shown import QUOTE
from scoping.actions.repeating import Answer
from scoping.api.doors import etag_of, seen

Act = Callable[[Any, Any], Any]


class Change(QuoteDoor):
    """An endpoint that changes a revision by POST and answers with it."""

    changes = frozenset({"POST"})
    answers: ClassVar[Any] = {"POST": (200, QUOTE)}

    def change(
        self,
        request: Request,
        name: str,
        act: Act,
        *,
        prepare: Callable[[Any], Any] = lambda _: None,
        status: int = 200,
    ) -> Response:
        """Do what an endpoint does to a revision that its caller has seen.

        `act` is given the revision as it was locked, and what `prepare` made of it
        before; it returns the revision to show, None for this one.
        """
        revision = self.revision(name)

        def ready() -> Any:
            self._seen(request, revision)
            return prepare(revision)

        def do(prepared: Any) -> Answer:
            locked = self.revision(str(lock(revision)))
            self._seen(request, locked)
            made = act(locked, prepared)
            return self.answer(locked if made is None else made, status=status)

        return self.once(request, do, prepare=ready)

    def _seen(self, request: Request, revision: Any) -> None:
        seen(request, etag_of(self.data(revision)))

    def by(self) -> dict[str, Any]:
        """Return who does it and when, as every action asks."""
        return {"by": self.member.user, "role": self.member.role, "now": now()}

    def line(self, scenario: Any, line: int) -> int:
        """Return a line of a scenario, 404 if there is none."""
        if not 0 <= line < len(scenario.spec["lines"]):
            raise Http404
        return line
