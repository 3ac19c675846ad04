"""A batch at the gates as programs are shown it: the schemas, and what fills them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from quotes.calc.gates import State, possible
from quotes.calc.gates.drawing import reading_order
from quotes.calc.gates.plan import GatePlan
from quotes.calc.gates.sample import Sample
from quotes.calc.gates.strata import ClassDraw, labels_to_read
from quotes.calc.gates.table import MOVES
from quotes.calc.gates.wording import next_step
from quotes.convert import class_draws_of, draw_of
from quotes.queries.gates import AtGate
from scoping.api.schema import (
    DAY,
    MOMENT,
    TEXT,
    component,
    exactly,
    many,
    or_null,
)

MOST_LISTED = 10_000
WHOLE = {"type": "integer"}
BATCH_STATE = {"type": "string", "enum": list(get_args(State))}
MOVE = {"type": "string", "enum": [move.name for move in MOVES]}
LIMIT = exactly(promise=TEXT, found=WHOLE, allowed=WHOLE, kept={"type": "boolean"})
OF_CLASS = exactly(
    name=TEXT,
    checked=WHOLE,
    wrong=WHOLE,
    missed=or_null(WHOLE),
    units=or_null(WHOLE),
)
BESIDE = exactly(
    promise=TEXT,
    classes=many(TEXT),
    units={"type": "object", "additionalProperties": WHOLE},
    size=WHOLE,
    max_wrong=WHOLE,
    why=TEXT,
)
SAMPLE = component(
    "GateSample",
    exactly(
        seed=TEXT,
        auditor=TEXT,
        size=WHOLE,
        max_wrong=WHOLE,
        images=WHOLE,
        drawn_on=DAY,
        classes_beside=many(BESIDE),
        decision=or_null({"type": "string", "enum": ["released", "blocked"]}),
        checked=or_null(WHOLE),
        wrong=or_null(WHOLE),
        missed=or_null(WHOLE),
        extra=or_null(WHOLE),
        critical=or_null(WHOLE),
        minor=or_null(WHOLE),
        whole=or_null({"type": "boolean"}),
        classes=many(OF_CLASS),
        promises=many(LIMIT),
        read_images={
            **many(WHOLE),
            "description": "which images to read, in order, until `size` are checked; "
            "empty once the sample was read",
        },
        read_labels=many(exactly(name=TEXT, number=WHOLE)),
    ),
)
ROW: dict[str, Mapping[str, Any]] = {
    "number": WHOLE,
    "line": TEXT,
    "key": TEXT,
    "images": WHOLE,
    "state": BATCH_STATE,
    "next": {**TEXT, "description": "what must happen next, in words"},
    "samples_read": WHOLE,
    "resubmissions": WHOLE,
    "version": or_null(WHOLE),
    "answer_by": or_null(DAY),
}
BATCH_ROW = component("BatchInList", exactly(**ROW))
BATCH = component(
    "Batch",
    exactly(
        **ROW,
        samples=many(SAMPLE),
        history=many(
            exactly(
                number=WHOLE,
                move=MOVE,
                state=BATCH_STATE,
                on=DAY,
                at=MOMENT,
                by=TEXT,
                evidence={"type": "object"},
            )
        ),
        moves=many(MOVE),
    ),
)


def batch_row(one: AtGate, plan: GatePlan, *, today: date) -> dict[str, Any]:
    """Return a batch as a list shows it."""
    last = one.batch.delivered
    return {
        "number": one.row.pk,
        "line": one.row.line,
        "key": one.row.key,
        "images": one.batch.items,
        "state": one.batch.state,
        "next": next_step(one.batch, plan, draw=draw_of(one.drawn), today=today),
        "samples_read": len(one.batch.samples),
        "resubmissions": one.batch.resubmissions,
        "version": None if last is None else last.version,
        "answer_by": None if last is None else last.answer_by.isoformat(),
    }


def batch_data(one: AtGate, plan: GatePlan, *, today: date) -> dict[str, Any]:
    """Return a batch with its samples, its history and the moves that may come next."""
    read = {sample.seed: sample for sample in one.batch.samples}
    return {
        **batch_row(one, plan, today=today),
        "samples": [
            _sample(row, read.get(row.seed), items=one.batch.items)
            for row in one.row.draws.order_by("pk")
        ],
        "history": [
            {
                "number": row.number,
                "move": row.move,
                "state": row.state,
                "on": row.on.isoformat(),
                "at": row.at.isoformat(),
                "by": row.by,
                "evidence": row.evidence,
            }
            for row in one.row.moves.order_by("number")
        ],
        "moves": [move.name for move in possible(one.batch, reviewed=plan.reviewed)],
    }


def _sample(row: Any, read: Sample | None, *, items: int) -> dict[str, Any]:
    """Return a sample that was drawn, with what was found in it once it was read."""
    counts = ("checked", "wrong", "missed", "extra", "critical", "minor", "whole")
    found = {name: None if read is None else getattr(read, name) for name in counts}
    decision = None
    if read is not None:
        decision = "released" if read.passes else "blocked"
    return {
        "seed": row.seed,
        "auditor": row.auditor,
        "size": row.size,
        "max_wrong": row.max_wrong,
        "images": row.images,
        "drawn_on": row.on.isoformat(),
        "classes_beside": [_beside(one) for one in class_draws_of(row)],
        "decision": decision,
        **found,
        "classes": [
            {
                "name": one.name,
                "checked": one.checked,
                "wrong": one.wrong,
                "missed": one.missed,
                "units": one.units,
            }
            for one in (() if read is None else read.classes)
        ],
        "promises": [
            {
                "promise": limit.promise,
                "found": limit.found,
                "allowed": limit.allowed,
                "kept": limit.kept,
            }
            for limit in (() if read is None else read.limits)
        ],
        "read_images": [] if read else [*reading_order(row.seed, items)[:MOST_LISTED]],
        "read_labels": [
            {"name": name, "number": number}
            for drawn in (() if read else class_draws_of(row))
            for name, number in labels_to_read(row.seed, drawn)[:MOST_LISTED]
        ],
    }


def _beside(one: ClassDraw) -> dict[str, Any]:
    found = one.to_data()
    del found["group"]
    return found
