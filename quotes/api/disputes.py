"""Disputed labels of a project: raised, decided, and who was overturned."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions.disputes import (
    MOST_GUIDELINE,
    MOST_IMAGE,
    MOST_LABEL,
    MOST_READING,
    MOST_RULE,
    Decision,
    Reading,
    decide_dispute,
    raise_dispute,
)
from quotes.api.batches import GateDoor
from quotes.api.gate_said import MOST
from quotes.calc.disputes import CHECKS, RATES, VERDICTS, overturned
from quotes.queries.disputes import (
    again_of,
    dispute_of,
    disputes_of,
    value_of,
    verdict_of,
)
from scoping.actions.repeating import Answer
from scoping.api.doors import shown
from scoping.api.listing import list_query, page, place
from scoping.api.reading import Said, one_of, text, whole, yes_or_no
from scoping.api.schema import (
    DAY,
    MOMENT,
    TEXT,
    component,
    exactly,
    many,
    or_null,
)

NUMBER = {"type": "integer"}
MOST_DIGITS = 10
RATE = exactly(
    decided=NUMBER,
    overturned=NUMBER,
    share=or_null(TEXT),
    low=or_null(TEXT),
    high=or_null(TEXT),
)
DISPUTE = component(
    "Dispute",
    exactly(
        number=NUMBER,
        batch=NUMBER,
        called_wrong_by={"type": "string", "enum": [*CHECKS]},
        image=TEXT,
        label=or_null(TEXT),
        again_of=or_null(NUMBER),
        again_why=or_null(TEXT),
        client_reading=or_null(TEXT),
        our_reading=or_null(TEXT),
        rule=or_null(TEXT),
        guideline=or_null(TEXT),
        in_sample={"type": "boolean"},
        raised_on=DAY,
        raised_by=TEXT,
        verdict=or_null({"type": "string", "enum": [*VERDICTS]}),
        why=or_null(TEXT),
        decided_by=or_null(TEXT),
        decided_at=or_null(MOMENT),
    ),
)


def dispute_data(row: Any) -> dict[str, Any]:
    """Return a dispute as programs are shown it; what nobody said is null."""
    verdict = verdict_of(row)
    other = "" if verdict is None else verdict.reading
    first = again_of(row)
    return {
        "number": row.number,
        "batch": row.batch_id,
        "called_wrong_by": row.called_wrong_by,
        "image": row.image,
        "label": row.label or None,
        "again_of": None if first is None else first.earlier.number,
        "again_why": None if first is None else first.why,
        "client_reading": row.client_reading or (row.our_reading and other) or None,
        "our_reading": row.our_reading or (row.client_reading and other) or None,
        "rule": (verdict and verdict.rule) or row.rule or None,
        "guideline": (verdict and verdict.guideline) or row.guideline or None,
        "in_sample": bool(row.sample),
        "raised_on": row.on.isoformat(),
        "raised_by": row.by,
        "verdict": None if verdict is None else verdict.verdict,
        "why": None if verdict is None else verdict.why,
        "decided_by": None if verdict is None else verdict.by,
        "decided_at": None if verdict is None else verdict.at.isoformat(),
    }


class Disputes(GateDoor):
    """The disputed labels of a project."""

    operations = {"GET": "list_disputes", "POST": "raise_dispute"}
    query = {"GET": list_query()}
    bodies: ClassVar[Any] = {
        "POST": Said(
            {
                "batch": whole(least=1, most=MOST, required=True),
                "called_wrong_by": one_of(*CHECKS, required=True),
                "image": text(most=MOST_IMAGE, least=1, required=True),
                "reading": text(most=MOST_READING, least=1, required=True),
                "label": text(most=MOST_LABEL),
                "rule": text(most=MOST_RULE),
                "guideline": text(most=MOST_GUIDELINE),
                "again_why": text(most=MOST_READING),
                "in_sample": yes_or_no(),
            }
        )
    }
    answers = {
        "GET": (
            200,
            exactly(
                items=many(DISPUTE),
                next=or_null(TEXT),
                overturned=exactly(**dict.fromkeys(RATES, RATE)),
            ),
        ),
        "POST": (201, DISPUTE),
    }

    def get(self, request: Request, slug: str) -> Response:
        """List the disputes, the newest first, with how often each check was wrong."""
        project = self.project(slug)
        rows = disputes_of(project)
        after = self.asked["after"]
        if after:
            known = after.isascii() and after.isdigit() and len(after) < MOST_DIGITS
            last = rows.filter(number=int(after)).first() if known else None
            rows = rows.filter(number__lt=place(last, after).number)
        found = page(
            rows,
            limit=self.asked["limit"],
            show=dispute_data,
            name=lambda row: str(row.number),
        )
        rates = overturned(value_of(row) for row in disputes_of(project))
        return shown(request, {**found, "overturned": rates})

    def post(self, request: Request, slug: str) -> Response:
        """Write down that a label of a batch is read in two ways."""
        said = self.body(request)
        row = self.batch(self.project(slug), said.pop("batch")).row
        reading = Reading(
            called_wrong_by=said["called_wrong_by"],
            image=said["image"],
            text=said["reading"],
            rule=said["rule"] or "",
            guideline=said["guideline"] or "",
            label=said["label"] or "",
            again_why=said["again_why"] or "",
            in_sample=bool(said["in_sample"]),
        )

        def do(_: object) -> Answer:
            made = raise_dispute(row, reading, **self.by())
            return Answer(status=201, body=dispute_data(made), headers={})

        return self.once(request, do)


class Verdicts(GateDoor):
    """The verdict on a dispute."""

    operations = {"POST": "decide_dispute"}
    bodies: ClassVar[Any] = {
        "POST": Said(
            {
                "verdict": one_of(*VERDICTS, required=True),
                "why": text(most=MOST_READING, least=1, required=True),
                "reading": text(most=MOST_READING),
                "rule": text(most=MOST_RULE),
                "guideline": text(most=MOST_GUIDELINE),
            }
        )
    }
    answers = {"POST": (201, DISPUTE)}

    def post(self, request: Request, slug: str, number: int) -> Response:
        """Write down what a disputed label was found to be, once."""
        row = dispute_of(self.project(slug), number)
        if row is None:
            raise Http404(f"There is no dispute {number} in this project.")
        said = {name: value or "" for name, value in self.body(request).items()}

        def do(_: object) -> Answer:
            decide_dispute(row, Decision(**said), **self.by())
            made = disputes_of(row.project).get(number=number)
            return Answer(status=201, body=dispute_data(made), headers={})

        return self.once(request, do)
