"""The endpoints of scoping: an estimate for a spec, and the schema of a spec."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from scoping import queries
from scoping.access import Act, may
from scoping.api.parsers import StrictJsonParser
from scoping.calc.document import document
from scoping.calc.estimate import estimate
from scoping.calc.offer import offer
from scoping.calc.planning.design import Ask, design
from scoping.calc.planning.document import to_document
from scoping.calc.spec import Problem, SpecError, json_schema, read_spec

NO_STORE = {"Cache-Control": "no-store"}
DOORS = ("public", "client", "staff")


class PublicThrottle(ScopedRateThrottle):
    """Counts visitors without an account; a calculator is a rate-card oracle."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Let signed-in people through uncounted."""
        if request.user and request.user.is_authenticated:
            return True
        return super().allow_request(request, view)


class Estimates(APIView):
    """Estimates of posted specs; nothing is stored."""

    permission_classes = [AllowAny]
    parser_classes = [StrictJsonParser]
    throttle_classes = [PublicThrottle]
    throttle_scope = "public_estimates"

    @extend_schema(
        operation_id="create_estimate",
        request={"application/json": json_schema("staff")},
        responses={200: dict, 400: dict, 413: dict, 415: dict, 429: dict},
        parameters=[
            OpenApiParameter("view", str, enum=["client"], description="staff only")
        ],
    )
    def post(self, request: Request) -> Response:
        """Return the estimate of a spec.

        Staff get the estimate document, or the client view with `?view=client`.
        Everybody else gets the client view of list prices.
        """
        today = now().date()
        membership = (
            queries.membership_of(request.user)
            if request.user.is_authenticated
            else None
        )
        if membership is None or not may(membership.role, Act.SEE_COST):
            return self._public(request, today=today)
        workspace = membership.workspace
        spec = read_spec(request.data, door="staff", today=today)
        if request.query_params.get("view") == "client":
            price = queries.price_side_on(today, workspace=workspace)
            view = offer(
                spec, price, unit_prices=None, week=None, workdays=queries.workdays()
            )
            return Response(view, headers=NO_STORE)
        made = estimate(
            spec,
            queries.card_on(today, workspace=workspace),
            workdays=queries.workdays(workspace),
        )
        return Response(document(made), headers=NO_STORE)

    def _public(self, request: Request, *, today: Any) -> Response:
        workspace = queries.public_workspace(settings.PUBLIC_WORKSPACE)
        spec = read_spec(request.data, door="public", today=today)
        if workspace is None:
            raise Http404
        view = offer(
            spec,
            queries.price_side_on(today, workspace=workspace),
            unit_prices=None,
            week=None,
            workdays=queries.workdays(),
        )
        return Response(view, headers=NO_STORE)


class Schedules(APIView):
    """Schedules of posted specs, day by day, for staff; nothing is stored."""

    permission_classes = [AllowAny]
    parser_classes = [StrictJsonParser]

    @extend_schema(
        operation_id="create_schedule",
        request={"application/json": json_schema("staff")},
        responses={200: dict, 400: dict, 403: dict, 413: dict, 415: dict},
        parameters=[
            OpenApiParameter("streams", int, description="pieces done side by side"),
            OpenApiParameter(
                "overtime_used", int, description="hours a person, this year"
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Return the schedule of a spec: gates, chances, what would be sooner.

        People, hours and cost are in it: clients see the promised week alone.
        """
        membership = (
            queries.membership_of(request.user)
            if request.user.is_authenticated
            else None
        )
        if membership is None or not may(membership.role, Act.SEE_COST):
            raise PermissionDenied
        today, workspace = now().date(), membership.workspace
        spec = read_spec(request.data, door="staff", today=today)
        ask = Ask(
            streams=_whole(request, "streams", default=1, least=1, most=1000),
            used_year=_whole(request, "overtime_used", default=0, least=0, most=1000),
        )
        workdays = queries.workdays(workspace)
        card = queries.card_on(today, workspace=workspace)
        made = estimate(spec, card, workdays=workdays)
        found = design(made, workdays=workdays, ask=ask)
        return Response(to_document(found), headers=NO_STORE)


def _whole(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    """Return a whole number of the query, or raise a problem that names it."""
    said = request.query_params.get(name, str(default))
    if not said.isascii() or not said.isdecimal() or not least <= int(said[:9]) <= most:
        raise SpecError(
            (
                Problem(
                    code="invalid_parameter",
                    path=f"?{name}",
                    message=f"{name} must be a whole number from {least} to {most:,}.",
                ),
            )
        )
    return int(said)


class SpecSchema(APIView):
    """The JSON Schema of the spec document, as each door may write it."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="read_spec_schema",
        responses={200: dict},
        parameters=[OpenApiParameter("door", str, enum=list(DOORS))],
    )
    def get(self, request: Request) -> Response:
        """Return the schema of a door; the public one unless another is named."""
        door = request.query_params.get("door", "public")
        if door not in DOORS:
            raise Http404
        return Response(json_schema(door))  # type: ignore[arg-type]
