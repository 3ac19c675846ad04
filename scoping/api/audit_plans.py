"""The endpoint that designs audits: no rate card enters, and nothing is stored."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scoping import queries
from scoping.access import Act, may
from scoping.api.parsers import StrictJsonParser
from scoping.calc.plans.design import design
from scoping.calc.plans.document import document
from scoping.calc.plans.question import question_schema, read_question


class Staff(IsAuthenticated):
    """Lets people in who may edit scopes."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether a signed-in person's role may design an audit."""
        if not super().has_permission(request, view):
            return False
        member = queries.membership_of(request.user)  # type: ignore[arg-type]
        if member is None or not may(member.role, Act.EDIT_SCOPE):
            raise PermissionDenied("Your role does not include designing audits.")
        return True


class AuditPlans(APIView):
    """Audits for posted questions."""

    permission_classes = [Staff]
    parser_classes = [StrictJsonParser]

    @extend_schema(
        operation_id="create_audit_plan",
        request={"application/json": question_schema()},
        responses={200: dict, 400: dict, 403: dict, 413: dict, 415: dict},
    )
    def post(self, request: Request) -> Response:
        """Return the audit of a question: `{"batch_items": 1000}` is one."""
        found = document(design(read_question(request.data)))
        return Response(found, headers={"Cache-Control": "no-store"})


class AuditPlanSchema(APIView):
    """The JSON Schema of a question."""

    permission_classes = [Staff]

    @extend_schema(operation_id="read_audit_plan_schema", responses={200: dict})
    def get(self, request: Request) -> Response:
        """Return the schema."""
        found: dict[str, Any] = question_schema()
        return Response(found)
