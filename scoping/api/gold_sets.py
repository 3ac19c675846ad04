"""The endpoint that sizes gold sets: no rate card enters, and nothing is stored."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from scoping.actions.repeating import Answer
from scoping.api.doors import Door
from scoping.calc.gold_sets.design import design
from scoping.calc.gold_sets.document import document
from scoping.calc.gold_sets.question import question_schema, read_question


class GoldSets(Door):
    """Gold sets for posted questions."""

    operations = {"POST": "create_gold_set"}
    bodies = {"POST": question_schema()}
    answers = {"POST": (200, {"type": "object"})}

    def post(self, request: Request) -> Response:
        """Return the gold set of a question: `{}` is one, with standard values."""

        def made(_: object) -> Answer:
            found = document(design(read_question(request.data)))
            return Answer(status=200, body=found, headers={})

        return self.once(request, made, stores=False)
