"""What somebody asks about an audit: a batch, a promise, a rule, and how checks work.

One flat document serves the page, the API and the command. Only the size of a batch has
to be stated; everything else has a standard value, or is left out of the answer where
it is not known. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Literal, get_args

from scoping.calc.audit import PlanError
from scoping.calc.spec.problems import Problem, SpecError
from scoping.calc.spec.shapes import (
    Complaints,
    Keys,
    Shape,
    Word,
    number,
    share,
    whole,
)

from .standard import AQLS, Level

RuleName = Literal[
    "percent", "two_point", "zero_defect", "standard", "sequential", "belief"
]
Counted = Literal["object", "image"]

LIKENESS = Decimal("0.05")
"""Our assumption, as on the rate card 2026-01: audit sections use 0.01 to 0.44."""
MOST_UNITS = 10_000_000
MOST_SEQUENTIAL = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. Shares are 0 to 1; None: not known, and left out of the answer.

    `limit`: most wrong that is promised. `good`, `bad`: what an audit should pass and
    stop. `produced`: wrong in what is made, of objects. `likeness`: how alike objects
    of one image err. `history_*`, or `likeliest` with `believed` (how sure it is within
    the limit): what is believed before the sample.
    """

    batch_items: int
    batches: int = 10
    units_per_item: Decimal = Decimal(1)
    counts: Counted = "object"
    likeness: Decimal = LIKENESS
    produced: Decimal = Decimal("0.01")
    limit: Decimal = Decimal("0.02")
    rule: RuleName = "two_point"
    share: Decimal = Decimal("0.10")
    max_defect_share: Decimal = Decimal("0.02")
    good: Decimal = Decimal("0.01")
    bad: Decimal = Decimal("0.04")
    producer_risk: Decimal = Decimal("0.05")
    consumer_risk: Decimal = Decimal("0.10")
    confidence: Decimal = Decimal("0.95")
    aql: Decimal = Decimal("0.01")
    level: Level = "II"
    sample: int | None = None
    history_checked: Decimal | None = None
    history_wrong: Decimal | None = None
    likeliest: Decimal | None = None
    believed: Decimal | None = None
    certainty: Decimal = Decimal("0.95")
    check_seconds: Decimal | None = None
    auditors: int = 1
    hours_per_day: Decimal = Decimal("7.5")
    hour_cost: Decimal | None = None
    missed: Decimal | None = None
    false_alarms: Decimal | None = None
    annotators: int | None = None
    annotator_likeness: Decimal = LIKENESS


OPEN = "0.000001"
FIELDS: dict[str, Shape] = {
    "batch_items": whole(1, 1_000_000),
    "batches": whole(1, 100_000),
    "units_per_item": number("1", "1000"),
    "counts": Word(choices=get_args(Counted)),
    "likeness": share("0", "0.99"),
    "produced": share(),
    "limit": share(OPEN, "0.5"),
    "rule": Word(choices=get_args(RuleName)),
    "share": share(OPEN),
    "max_defect_share": share(),
    "good": share("0", "0.999999"),
    "bad": share(OPEN),
    "producer_risk": share("0.0001", "0.5"),
    "consumer_risk": share("0.0001", "0.5"),
    "confidence": share("0.5", "0.9999"),
    "aql": number("0.0001", "0.1"),
    "level": Word(choices=get_args(Level)),
    "sample": whole(1, MOST_UNITS),
    "history_checked": number("0.01", "1000000000"),
    "history_wrong": number("0.01", "1000000000"),
    "likeliest": share(OPEN, "0.5"),
    "believed": share(OPEN, "0.999999"),
    "certainty": share("0.5", "0.9999"),
    "check_seconds": number("0.01", "100000"),
    "auditors": whole(1, 5_000),
    "hours_per_day": number("0.5", "24"),
    "hour_cost": number("0", "1000000"),
    "missed": share("0", "0.999999"),
    "false_alarms": share("0", "0.999999"),
    "annotators": whole(1, 5_000),
    "annotator_likeness": share("0.0001", "0.99"),
}
NULLABLE = frozenset(one.name for one in fields(Question) if one.default is None)
DOCUMENT = Keys(fields=FIELDS, required=("batch_items",), nullable=NULLABLE)


class QuestionError(SpecError):
    """Raised for a document that asks no question; holds every problem of it."""


def question_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a question."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plumbline audit question, version 1",
        **DOCUMENT.schema(),
    }


def read_question(document: object) -> Question:
    """Return the question of a document. Raises QuestionError with every problem.

    A limit without two qualities means half of it and twice of it; a history without
    its wrong units, and a guess without its certainty, are asked for.
    """
    to = Complaints()
    if not isinstance(document, Mapping):
        to.add("invalid_type", "", "A question is an object with named keys.")
        raise QuestionError(tuple(to.problems))
    found = DOCUMENT.read(document, "", to)
    if not to.problems:
        _check(found, to)
    if to.problems:
        raise QuestionError(tuple(to.problems))
    return Question(**found)


def refused(error: PlanError, path: str) -> QuestionError:
    """Return the complaint of a sum that cannot be done, at the field it is about."""
    return QuestionError((Problem(code="no_plan", path=path, message=str(error)),))


def _check(found: dict[str, Any], to: Complaints) -> None:
    if "limit" in found:
        found.setdefault("good", found["limit"] / 2)
        found.setdefault("bad", min(found["limit"] * 2, Decimal(1)))
    asked = Question(**found)
    if asked.batch_items * asked.units_per_item > MOST_UNITS:
        to.add(
            "too_large",
            "/units_per_item",
            f"Write a batch of at most {MOST_UNITS:,} units.",
        )
    if asked.good >= asked.bad:
        to.add(
            "min_value",
            "/bad",
            f"Write more than {asked.good}, the good share.",
        )
    if asked.rule == "standard":
        _check_standard(asked, to)
    if asked.rule == "sequential" and not 0 < asked.good < asked.bad < 1:
        to.add(
            "out_of_range",
            "/good",
            "Write more than 0: a test that may stop early needs two shares to tell "
            "apart.",
        )
    if asked.rule == "belief":
        _check_belief(asked, to)
    _check_auditor(asked, to)
    _check_people(asked, to)


def _check_standard(asked: Question, to: Complaints) -> None:
    if asked.aql not in AQLS:
        near = min(AQLS, key=lambda column: abs(column - asked.aql))
        columns = ", ".join(str(column) for column in AQLS)
        to.add(
            "unknown_choice",
            "/aql",
            f"The standard has no column {asked.aql}. Did you mean {near}? It has "
            f"{columns}.",
        )
    # In images, too, for what is counted in them stands beside what is in objects.
    if asked.batch_items < 2:  # noqa: PLR2004 - Table I's least
        to.add("min_value", "/batch_items", "The standard starts at batches of 2.")


def _check_belief(asked: Question, to: Complaints) -> None:
    history = (asked.history_checked, asked.history_wrong)
    guess = (asked.likeliest, asked.believed)
    for (first, second), names in (
        (history, ("history_checked", "history_wrong")),
        (guess, ("likeliest", "believed")),
    ):
        if (first is None) != (second is None):
            missing = names[0] if first is None else names[1]
            to.add("required", f"/{missing}", f"{missing} is missing. State it.")
    if history == guess == (None, None):
        to.add(
            "required",
            "/history_checked",
            "State what was checked before and how many of it were wrong, or a "
            "likeliest share.",
        )
    if None not in history and history[1] >= history[0]:  # type: ignore[operator]
        to.add(
            "max_value",
            "/history_wrong",
            "Write fewer wrong than checked; at least one was right.",
        )
    if None not in guess:
        _check_guess(asked, to)


def _check_guess(asked: Question, to: Complaints) -> None:
    likeliest, believed = asked.likeliest or 0, asked.believed or 0
    if likeliest >= asked.limit:
        to.add(
            "max_value",
            "/likeliest",
            f"Write less than the limit of {asked.limit}.",
        )
    elif believed <= asked.limit:
        to.add("min_value", "/believed", f"Write more than {asked.limit}.")


def _check_auditor(asked: Question, to: Complaints) -> None:
    if (asked.missed is None) != (asked.false_alarms is None):
        missing = "missed" if asked.missed is None else "false_alarms"
        to.add("required", f"/{missing}", "State both ways an auditor errs, or none.")
    elif (asked.missed or 0) + (asked.false_alarms or 0) >= 1:
        to.add(
            "max_value",
            "/missed",
            "Write less: an auditor who calls right work wrong as often as wrong work "
            "says nothing about it.",
        )


def _check_people(asked: Question, to: Complaints) -> None:
    if asked.annotators is not None and asked.annotators > asked.batch_items:
        to.add(
            "max_value",
            "/annotators",
            f"Write at most {asked.batch_items:,}: one image each.",
        )
