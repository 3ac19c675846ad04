"""Batches through the gates: laid out, moved on evidence, sampled, answered.

The batch's row is the lock: of two people who would move it, the second is told what
the first did. A move is one row that is added, with its entry in the record; where a
criterion is not met nothing is added and the sentence says what is missing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import convert, models
from quotes.actions import RefusedError
from quotes.actions.gate_evidence import (
    CLIENT,
    MOST_NAME,
    Facts,
    Said,
    evidence_for,
    known_classes,
)
from quotes.calc.gates import GateError, advance, allowed, words
from quotes.calc.gates.batch import (
    Batch,
)
from quotes.calc.gates.plan import layout, read_plan
from quotes.calc.gates.promised import asked
from quotes.calc.gates.record import to_data
from quotes.calc.gates.strata import class_draws
from quotes.queries.gates import rows_of, work_day
from quotes.queries.plans import gate_plan_of, plan_of, promised_on
from scoping import audit
from scoping.access import Act, may
from scoping.actions import enqueue
from scoping.calc.layout import batch_at_start

from .inbox_of_projects import put_rejection
from .rollups import roll_up_gates

ANSWERS = frozenset({"accept", "reject"})
"""Moves of the client; a manager may record what the client said by other ways."""
TOLD = frozenset({"blocked", "delivered", "redelivered", "rejected"})
"""States whose coming somebody waits for: the outbox says so."""


@transaction.atomic
def plan_batches(
    project: models.Project, *, by: Any, role: str, now: datetime
) -> list[models.GateBatch]:
    """Lay out the batches of a project by the plan that holds for it, once."""
    _may(role, Act.MOVE_BATCH)
    models.Project.objects.select_for_update().get(pk=project.pk)
    if rows_of(project).exists():
        raise RefusedError("batches_planned", "The batches are laid out already.")
    try:
        found = layout(read_plan(plan_of(project)))
    except GateError as error:
        raise RefusedError(error.code, str(error), field=error.field) from error
    rows = models.GateBatch.objects.bulk_create(
        [
            models.GateBatch(
                workspace=project.workspace,
                project=project,
                line=one.line[:200],
                key=one.key,
                items=one.items,
                at=now,
            )
            for one in found
        ],
        batch_size=500,
    )
    roll_up_gates(project, now=now)
    audit.record(
        workspace=project.workspace,
        actor=str(by),
        action="plan_batches",
        subject=f"project {project.slug}",
        after={"batches": len(rows)},
        at=now,
    )
    return rows


@transaction.atomic
def draw_sample(
    batch: models.GateBatch,
    *,
    auditor: str,
    by: Any,
    role: str,
    now: datetime,
    class_units: Mapping[str, int] | None = None,
) -> models.SampleDraw:
    """Draw a fresh sample of a batch at its sample check, for somebody to read.

    `class_units`: how many labels of each class with a promise of its own the batch
    holds, as far as somebody counted; samples of these are drawn beside it.
    """
    _may(role, Act.MOVE_BATCH)
    locked, standing = _locked(batch)
    name = auditor.strip()
    if not 2 <= len(name) <= MOST_NAME:  # noqa: PLR2004 - an initial is no name
        raise RefusedError("auditor_missing", "Type the name of who reads the sample.")
    if standing.state != "in_audit":
        raise RefusedError(
            "not_in_audit",
            f"{batch_at_start(locked.key)} is {words(standing.state)}: a sample is "
            f"drawn at the sample check.",
        )
    if locked.draws.filter(decision__isnull=True).exists():
        raise RefusedError(
            "sample_drawn", "A sample of this batch is drawn and waits to be read."
        )
    plan = gate_plan_of(locked.project)
    line = plan.line(locked.line)
    promised = promised_on(locked)
    counted = dict(class_units or {})
    try:
        known_classes(counted, asked(promised).classes, field="class_units")
        beside = class_draws(promised, counted, plan=plan)
    except GateError as error:
        raise RefusedError(error.code, str(error), field=error.field) from error
    made = models.SampleDraw.objects.create(
        workspace=locked.workspace,
        batch=locked,
        seed=secrets.token_hex(8),
        auditor=name,
        size=line.size,
        max_wrong=line.max_wrong,
        images=min(line.images, locked.items),
        strata=[one.to_data() for one in beside] or None,
        on=work_day(locked.project, now),
        at=now,
        by=str(by),
    )
    _write_down(
        locked,
        "draw_sample",
        by=by,
        now=now,
        after={
            "seed": made.seed,
            "auditor": name,
            "size": made.size,
            "strata": made.strata,
        },
    )
    return made


@transaction.atomic
def move_batch(  # noqa: PLR0913 - who moves what, how, on what, when, all named
    batch: models.GateBatch,
    move: str,
    said: Said | None = None,
    *,
    by: Any,
    role: str,
    now: datetime,
    seen: int | None = None,
) -> models.GateMove:
    """Move a batch, on evidence. `seen` is how many moves the person saw.

    Raises RefusedError with the code of what is missing; nothing is changed then.
    """
    if move in ANSWERS and may(role, Act.ANSWER_BATCH):
        pass
    elif move != "lapse":
        _may(role, Act.MOVE_BATCH)
    locked, standing = _locked(batch)
    number = len(standing.history)
    if seen is not None and seen != number:
        raise RefusedError(
            "stale_version",
            f"{batch_at_start(locked.key)} was moved meanwhile and is now "
            f"{words(standing.state)}. Nothing of yours was saved.",
        )
    try:
        plan = gate_plan_of(locked.project)
        allowed(standing, move, reviewed=plan.reviewed)
        drawn = locked.draws.filter(decision__isnull=True).last()
        evidence = evidence_for(
            move, said or Said(), Facts(locked, standing, plan, drawn), by=by, now=now
        )
        after = advance(standing, move, evidence, reviewed=plan.reviewed)
    except GateError as error:
        raise RefusedError(error.code, str(error), field=error.field) from error
    made = models.GateMove.objects.create(
        workspace=locked.workspace,
        batch=locked,
        number=number + 1,
        move=move,
        before=standing.state,
        state=after.state,
        evidence=to_data(evidence),
        draw=drawn if move == "decide" else None,
        on=evidence.on,
        at=now,
        by=str(by),
    )
    roll_up_gates(locked.project, now=now)
    key = _write_down(
        locked,
        f"{move}_batch",
        by=by,
        now=now,
        before={"state": standing.state},
        after={"state": after.state, "evidence": made.evidence},
        topic=f"batch_{after.state}" if after.state in TOLD else "",
    )
    if move == "reject":
        put_rejection(locked, key=key, text=said.text if said else "", now=now)
    return made


@transaction.atomic
def accept_batches(
    project: models.Project, numbers: list[int], *, role: str, now: datetime
) -> int:
    """Accept several delivered batches of a project at once, all of them or none."""
    if not numbers:
        raise RefusedError("no_such_batch", "Tick the batches that you accept.")
    # All of them in one order before any is moved: each move also locks the roll-up
    # and the head of the record, on which a move of a later batch may be waiting.
    asked_for = rows_of(project).filter(pk__in=set(numbers))
    rows = list(asked_for.select_for_update(of=("self",)))
    if len(rows) != len(set(numbers)):
        raise RefusedError(
            "no_such_batch", "One of these batches is not of this quote."
        )
    for row in rows:
        move_batch(row, "accept", by=CLIENT, role=role, now=now)
    return len(rows)


def lapse_batch(batch: models.GateBatch, *, now: datetime) -> bool:
    """Count a delivered batch as accepted if its window is over; whether it was."""
    try:
        move_batch(batch, "lapse", by="the clock", role="", now=now)
    except RefusedError as error:
        if error.code in {"window_open", "not_from_here"}:
            return False
        raise
    return True


def lock_batch(batch: models.GateBatch) -> models.GateBatch:
    """Lock a batch until the transaction ends: nobody else moves it meanwhile."""
    return _locked(batch)[0]


def _locked(batch: models.GateBatch) -> tuple[models.GateBatch, Batch]:
    row = (
        models.GateBatch.objects.select_for_update(of=("self",))
        .select_related("project", "project__baseline", "workspace")
        .get(pk=batch.pk)
    )
    return row, convert.batch_of(row)


def _may(role: str, act: Act) -> None:
    if not may(role, act):
        raise RefusedError("not_allowed", f"The role {role} may not move batches.")


def _write_down(  # noqa: PLR0913 - what was done, by whom, when, to what, all named
    batch: models.GateBatch,
    action: str,
    *,
    by: Any,
    now: datetime,
    after: object,
    before: object = None,
    topic: str = "",
) -> str:
    """Add an entry to the record and, with a topic, a message to the outbox.

    Return what names the event.
    """
    entry = audit.record(
        workspace=batch.workspace,
        actor=str(by),
        action=action,
        subject=f"batch {batch.pk} of project {batch.project.slug}",
        before=before,
        after=after,
        at=now,
    )
    key = f"{topic or action} {batch.pk} {entry.seq}"
    if topic:
        enqueue(
            topic,
            {
                "project": batch.project.slug,
                "batch": batch.pk,
                "by": getattr(by, "pk", None),
            },
            workspace=batch.workspace,
            dedupe_id=key,
            now=now,
        )
    return key
