"""Drafts over the API: specs, scenarios, decided prices and weeks, approvals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions.approvals import answer_request, request_approval
from quotes.actions.drafts import (
    add_scenario,
    change_spec,
    decide_price,
    decide_week,
    remove_scenario,
)
from quotes.actions.suggestions import suggested_price
from quotes.api.changing import Change
from quotes.api.shown import BINDINGS, QUOTE
from quotes.queries import policy
from scoping.api.problems import refuse
from scoping.api.reading import Said, day, decimal, one_of, text, yes_or_no
from scoping.calc.spec import json_schema

LETTERS = ("A", "B", "C")


class SpecOfScenario(Change):
    """The spec of a scenario of a draft."""

    operations = {"PUT": "change_spec"}
    changes = frozenset({"PUT"})
    bodies = {"PUT": json_schema("staff")}
    answers: ClassVar[Any] = {"PUT": (200, QUOTE)}

    def put(self, request: Request, name: str, letter: str) -> Response:
        """Replace the spec; decided prices stay only if the types of its lines stay."""
        self.scenario(self.revision(name), letter)

        def change(revision: Any, _: Any) -> None:
            change_spec(
                revision,
                request.data,
                edition=revision.edition,
                letter=letter,
                **self.by(),
            )

        return self.change(request, name, change)


class PriceOfLine(Change):
    """The decided unit price of a line of a draft."""

    operations = {"PUT": "decide_price"}
    changes = frozenset({"PUT"})
    bodies = {
        "PUT": Said(
            {
                "binding": one_of(*BINDINGS, required=True),
                "value": decimal(),
                "why": text(most=300, least=1, required=True),
            }
        )
    }
    answers: ClassVar[Any] = {"PUT": (200, QUOTE)}
    fields = {
        "why_missing": "/why",
        "price_out_of_range": "/value",
        "too_precise": "/value",
        "no_such_price": "/binding",
    }

    def put(self, request: Request, name: str, letter: str, line: int) -> Response:
        """Decide a unit price: what it follows, or a `typed` one with its `value`."""
        said = self.body(request)
        typed, value = said["binding"] == "typed", said["value"]
        if typed != (value is not None):
            refuse(
                400,
                "required" if typed else "not_expected",
                "A typed price has a value; one that follows list, target or floor has "
                "none.",
                "/value",
            )
        self.line(self.scenario(self.revision(name), letter), line)

        def suggested(revision: Any) -> Decimal:
            return suggested_price(
                self.scenario(revision, letter),
                line=line,
                binding=said["binding"],
                today=now().date(),
            )

        def decide(revision: Any, followed: Any) -> None:
            decide_price(
                revision,
                line=line,
                value=value if typed else followed,
                binding=said["binding"],
                why=said["why"],
                letter=letter,
                edition=revision.edition,
                **self.by(),
            )

        return self.change(
            request, name, decide, prepare=(lambda _: None) if typed else suggested
        )


class WeekOfScenario(Change):
    """The promised week of a scenario of a draft."""

    operations = {"PUT": "decide_week"}
    changes = frozenset({"PUT"})
    bodies = {"PUT": Said({"week": day(required=True)})}
    answers: ClassVar[Any] = {"PUT": (200, QUOTE)}

    def put(self, request: Request, name: str, letter: str) -> Response:
        """Promise the week of a day; null takes the week that follows from the plan."""
        week = self.body(request)["week"]
        self.scenario(self.revision(name), letter)

        def decide(revision: Any, _: Any) -> None:
            decide_week(
                revision,
                week=week,
                letter=letter,
                edition=revision.edition,
                **self.by(),
            )

        return self.change(request, name, decide)


class Scenarios(Change):
    """The scenarios of a draft."""

    operations = {"POST": "add_scenario"}
    bodies = {"POST": Said({"like": one_of(*LETTERS, default="A")})}
    answers: ClassVar[Any] = {"POST": (201, QUOTE)}
    fields = {"no_such_scenario": "/like"}

    def post(self, request: Request, name: str) -> Response:
        """Add a scenario as a copy of another one, to be changed; three at most."""
        like = self.body(request)["like"]

        def add(revision: Any, _: Any) -> None:
            add_scenario(revision, like=like, edition=revision.edition, **self.by())

        return self.change(request, name, add, status=201)


class OneScenario(Change):
    """A scenario of a draft."""

    operations = {"DELETE": "remove_scenario"}
    changes = frozenset({"DELETE"})
    answers: ClassVar[Any] = {"DELETE": (200, QUOTE)}

    def delete(self, request: Request, name: str, letter: str) -> Response:
        """Take a scenario out of a draft; the first one stays."""
        self.scenario(self.revision(name), letter)

        def remove(revision: Any, _: Any) -> None:
            remove_scenario(
                revision, letter=letter, edition=revision.edition, **self.by()
            )

        return self.change(request, name, remove)


class ApprovalRequest(Change):
    """Asking for an approval."""

    operations = {"POST": "request_approval"}
    bodies = {"POST": Said({"note": text(most=500)})}

    def post(self, request: Request, name: str) -> Response:
        """Ask a second person to approve what is out of policy, as it stands."""
        note = self.body(request)["note"]

        def ask(revision: Any, found: Any) -> None:
            request_approval(
                revision,
                edition=revision.edition,
                note=note,
                found=found,
                **self.by(),
            )

        return self.change(
            request,
            name,
            ask,
            prepare=lambda one: policy.out_of_policy(one, today=now().date()),
        )


class ApprovalAnswer(Change):
    """Answering a request for approval."""

    operations = {"POST": "answer_approval"}
    bodies = {
        "POST": Said(
            {"approved": yes_or_no(required=True), "note": text(most=500)},
        )
    }
    fields = {"why_missing": "/note"}

    def post(self, request: Request, name: str) -> Response:
        """Approve what was asked for, or refuse it with a `note`.

        Whoever asked does not answer.
        """
        said = self.body(request)

        def answer(revision: Any, _: Any) -> None:
            answer_request(revision, **said, edition=revision.edition, **self.by())

        return self.change(request, name, answer)
