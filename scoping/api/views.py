"""Estimates and schedules of posted specs, and the schema of a spec."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from scoping import queries
from scoping.access import Act, may
from scoping.actions.repeating import Answer
from scoping.api.doors import REVALIDATE, Door
from scoping.api.reading import Said, one_of, whole
from scoping.api.throttling import CallerThrottle
from scoping.calc.document import document
from scoping.calc.estimate import estimate
from scoping.calc.offer import offer
from scoping.calc.planning.design import Ask, design
from scoping.calc.planning.document import to_document
from scoping.calc.spec import json_schema, read_spec

ANY_OBJECT = {"type": "object"}


class PublicThrottle(ScopedRateThrottle):
    """Counts visitors without an account; a calculator is a rate-card oracle."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Let signed-in people through uncounted."""
        if request.user and request.user.is_authenticated:
            return True
        return super().allow_request(request, view)


class Estimates(Door):
    """Estimates of posted specs; nothing is stored."""

    operations = {"POST": "create_estimate"}
    query = {"POST": Said({"view": one_of("client")})}
    bodies = {"POST": json_schema("staff")}
    answers = {"POST": (200, ANY_OBJECT)}
    throttle_classes = [CallerThrottle, PublicThrottle]
    throttle_scope = "public_estimates"

    def post(self, request: Request) -> Response:
        """Return the estimate of a spec.

        Staff get the estimate document, or the client view with `?view=client`.
        Everybody else gets the client view of list prices.
        """
        return self.once(request, lambda _: self._made(request), stores=False)

    def _made(self, request: Request) -> Answer:
        today, caller = now().date(), self.caller
        if caller is None or not may(caller.role, Act.SEE_COST):
            body = self._public(request, today=today)
        else:
            spec = read_spec(request.data, door="staff", today=today)
            if self.asked["view"] == "client":
                price = queries.price_side_on(today, workspace=caller.workspace)
                body = offer(
                    spec,
                    price,
                    unit_prices=None,
                    week=None,
                    workdays=queries.workdays(),
                )
            else:
                card = queries.card_on(today, workspace=caller.workspace)
                days = queries.workdays(caller.workspace)
                body = document(estimate(spec, card, workdays=days))
        return Answer(status=200, body=body, headers={})

    def _public(self, request: Request, *, today: Any) -> dict[str, Any]:
        workspace = queries.public_workspace(settings.PUBLIC_WORKSPACE)
        spec = read_spec(request.data, door="public", today=today)
        if workspace is None:
            raise Http404
        return offer(
            spec,
            queries.price_side_on(today, workspace=workspace),
            unit_prices=None,
            week=None,
            workdays=queries.workdays(),
        )


class Schedules(Door):
    """Schedules of posted specs, day by day, for staff; nothing is stored."""

    operations = {"POST": "create_schedule"}
    query = {
        "POST": Said(
            {
                "streams": whole(least=1, most=1000, default=1),
                "overtime_used": whole(least=0, most=1000, default=0),
            }
        )
    }
    bodies = {"POST": json_schema("staff")}
    answers = {"POST": (200, ANY_OBJECT)}

    def post(self, request: Request) -> Response:
        """Return the schedule of a spec: gates, chances, what would be sooner.

        People, hours and cost are in it: clients see the promised week alone.
        `streams` are pieces done side by side, `overtime_used` the hours of overtime a
        person has worked this year.
        """
        return self.once(request, lambda _: self._made(request), stores=False)

    def _made(self, request: Request) -> Answer:
        today, workspace = now().date(), self.member.workspace
        spec = read_spec(request.data, door="staff", today=today)
        ask = Ask(streams=self.asked["streams"], used_year=self.asked["overtime_used"])
        workdays = queries.workdays(workspace)
        card = queries.card_on(today, workspace=workspace)
        made = estimate(spec, card, workdays=workdays)
        found = design(made, workdays=workdays, ask=ask)
        return Answer(status=200, body=to_document(found), headers={})


class SpecSchema(Door):
    """The JSON Schema of the spec document, as each door may write it."""

    operations = {"GET": "read_spec_schema"}
    query = {
        "GET": Said({"door": one_of("public", "client", "staff", default="public")})
    }
    answers = {"GET": (200, ANY_OBJECT)}

    def get(self, request: Request) -> Response:
        """Return the schema of a door; the public one unless another is named."""
        return Response(json_schema(self.asked["door"]), headers=REVALIDATE)
