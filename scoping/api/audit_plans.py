"""The endpoint that designs audits: no rate card enters, and nothing is stored."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from scoping.actions.repeating import Answer
from scoping.api.doors import REVALIDATE, Door
from scoping.calc.plans.design import design
from scoping.calc.plans.document import document
from scoping.calc.plans.question import question_schema, read_question


class AuditPlans(Door):
    """Audits for posted questions."""

    operations = {"POST": "create_audit_plan"}
    bodies = {"POST": question_schema()}
    answers = {"POST": (200, {"type": "object"})}

    def post(self, request: Request) -> Response:
        """Return the audit of a question: `{"batch_items": 1000}` is one."""

        def made(_: object) -> Answer:
            found = document(design(read_question(request.data)))
            return Answer(status=200, body=found, headers={})

        return self.once(request, made, stores=False)


class AuditPlanSchema(Door):
    """The JSON Schema of a question."""

    operations = {"GET": "read_audit_plan_schema"}
    answers = {"GET": (200, {"type": "object"})}

    def get(self, request: Request) -> Response:
        """Return the schema."""
        return Response(question_schema(), headers=REVALIDATE)
