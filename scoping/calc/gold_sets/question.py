"""What somebody asks about a gold set: a target, a team, a gate, and pilot rounds.

One flat document serves page and API. Everything has a standard value; what is not
known is left out of the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from scoping.calc.gold import MOST_ITEMS
from scoping.calc.spec.problems import SpecError
from scoping.calc.spec.shapes import Complaints, Keys, Shape, number, share, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuestion:
    """What is asked. Shares are 0 to 1; None: not known.

    `truth`: how right the team is hoped to be, `power`: how often such a team is to
    prove the target. `items`: the set at hand; None, the one that is big enough.
    `start`: how right the first round is, `removed`: the share of errors that a session
    takes away; None, as much as makes the second round work at the target.
    """

    target: Decimal = Decimal("0.95")
    truth: Decimal = Decimal("0.98")
    power: Decimal = Decimal("0.8")
    confidence: Decimal = Decimal("0.95")
    items: int | None = None
    units_per_item: Decimal = Decimal(1)
    likeness: Decimal = Decimal("0.05")
    classes: int = 1
    gold_accuracy: Decimal | None = None
    attempts: int = 3
    start: Decimal = Decimal("0.80")
    removed: Decimal | None = None
    most_rounds: int = 5
    seconds_per_item: Decimal | None = None
    session_hours: Decimal = Decimal(0)
    days_per_round: Decimal = Decimal(3)
    answer_days: Decimal = Decimal(2)


class GoldQuestionError(SpecError):
    """Raised for a document that asks no question; holds every problem of it."""


INNER = ("0.001", "0.9999")
FIELDS: dict[str, Shape] = {
    "target": share(*INNER),
    "truth": share("0.001", "1"),
    "power": share("0.01", "0.999"),
    "confidence": share("0.5", "0.9999"),
    "items": whole(1, MOST_ITEMS),
    "units_per_item": number("1", "1000"),
    "likeness": share("0", "0.99"),
    "classes": whole(1, 10_000),
    "gold_accuracy": share("0.5", "1"),
    "attempts": whole(1, 10),
    "start": share("0", "0.9999"),
    "removed": share("0", "1"),
    "most_rounds": whole(1, 10),
    "seconds_per_item": number("0.01", "100000"),
    "session_hours": number("0", "100000"),
    "days_per_round": number("0", "100"),
    "answer_days": number("0", "100"),
}
NULLABLE = frozenset(one.name for one in fields(GoldQuestion) if one.default is None)
DOCUMENT = Keys(fields=FIELDS, nullable=NULLABLE)


def question_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a question."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plumbline gold set question, version 1",
        **DOCUMENT.schema(),
    }


def read_question(document: object) -> GoldQuestion:
    """Return the question of a document.

    Raises GoldQuestionError with every problem of it.
    """
    to = Complaints()
    if not isinstance(document, Mapping):
        to.add("invalid_type", "", "A question is an object with named keys.")
        raise GoldQuestionError(tuple(to.problems))
    found = DOCUMENT.read(document, "", to)
    if not to.problems:
        asked = GoldQuestion(**found)
        if asked.truth <= asked.target:
            to.add(
                "not_apart",
                "/truth",
                "Write more than the target: a team that is no better never proves "
                "it, however many items it labels.",
            )
        if asked.removed is None and asked.start >= asked.target:
            to.add(
                "not_apart",
                "/start",
                "Write less than the target, or say what a session removes: a team "
                "that begins at the target needs no rounds to reach it.",
            )
    if to.problems:
        raise GoldQuestionError(tuple(to.problems))
    return GoldQuestion(**found)
