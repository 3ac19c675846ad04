"""The endpoint that sizes gold sets: no rate card enters, and nothing is stored."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scoping.api.audit_plans import Staff
from scoping.api.parsers import StrictJsonParser
from scoping.calc.gold_sets.design import design
from scoping.calc.gold_sets.document import document
from scoping.calc.gold_sets.question import question_schema, read_question


class GoldSets(APIView):
    """Gold sets for posted questions."""

    permission_classes = [Staff]
    parser_classes = [StrictJsonParser]

    @extend_schema(
        operation_id="create_gold_set",
        request={"application/json": question_schema()},
        responses={200: dict, 400: dict, 403: dict, 413: dict, 415: dict},
    )
    def post(self, request: Request) -> Response:
        """Return the gold set of a question: `{}` is one, with standard values."""
        found = document(design(read_question(request.data)))
        return Response(found, headers={"Cache-Control": "no-store"})
