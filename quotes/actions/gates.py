"""Batches through the gates: laid out, moved on evidence, sampled, answered.

The batch's row is the lock: of two people who would move it, the second is told what
the first did. A move is one row that is added, with its entry in the record; where a
criterion is not met nothing is added and the sentence says what is missing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from quotes import convert, models
from quotes.actions import RefusedError
from quotes.calc.gates import GateError, advance, allowed, words
from quotes.calc.gates.batch import (
    Batch,
    Counted,
    Evidence,
    Fix,
    Handover,
    Measured,
    Silence,
    Word,
)
from quotes.calc.gates.plan import GatePlan, layout
from quotes.calc.gates.promised import asked, clauses_on, limits
from quotes.calc.gates.record import to_data
from quotes.calc.gates.sample import ClassFound, Sample
from quotes.calc.gates.table import BY_NAME
from quotes.queries.gates import rows_of, work_day
from scoping import audit
from scoping import queries as scoping
from scoping.access import Act, may
from scoping.actions import enqueue

from .rollups import roll_up_gates

MOST_TEXT, MOST_NAME = 500, 120
ANSWERS = frozenset({"accept", "reject"})
"""Moves of the client; a manager may record what the client said by other ways."""
CLIENT = "the client"
"""Who answers by the private link; the name is with the acceptance of the quote."""
TOLD = frozenset({"blocked", "delivered", "redelivered", "rejected"})
"""States whose coming somebody waits for: the outbox says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person states for a move; what the plan and the clock know is not typed.

    `done`: items done. `right`: right answers of the gold set, or rules agreed.
    `checked`, `wrong`: of the sample, `whole` if the whole batch was read; `missed`,
    `extra`, `critical`, `minor`, `classes` as far as somebody looked for it. `units`,
    `text`: a fix, and what was done; `text` is also why a delivery is rejected.
    """

    done: int | None = None
    right: int | None = None
    checked: int | None = None
    wrong: int | None = None
    whole: bool = False
    missed: int | None = None
    extra: int | None = None
    critical: int | None = None
    minor: int | None = None
    classes: tuple[ClassFound, ...] = ()
    units: int | None = None
    text: str = ""


@transaction.atomic
def plan_batches(
    project: models.Project, *, by: Any, role: str, now: datetime
) -> list[models.GateBatch]:
    """Lay out the batches of a project by its plan, once."""
    _may(role, Act.MOVE_BATCH)
    models.Project.objects.select_for_update().get(pk=project.pk)
    if rows_of(project).exists():
        raise RefusedError("batches_planned", "The batches are laid out already.")
    try:
        found = layout(convert.gate_plan_of(project))
    except GateError as error:
        raise RefusedError(error.code, str(error)) from error
    rows = models.GateBatch.objects.bulk_create(
        [
            models.GateBatch(
                workspace=project.workspace,
                project=project,
                line=one.line[:200],
                key=one.key,
                items=one.items,
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
) -> models.SampleDraw:
    """Draw a fresh sample of a batch at its sample check, for somebody to read."""
    _may(role, Act.MOVE_BATCH)
    locked, standing = _locked(batch)
    name = auditor.strip()
    if not 2 <= len(name) <= MOST_NAME:  # noqa: PLR2004 - an initial is no name
        raise RefusedError("auditor_missing", "Type the name of who reads the sample.")
    if standing.state != "in_audit":
        raise RefusedError(
            "not_in_audit",
            f"Batch {locked.key} is {words(standing.state)}: a sample is drawn at the "
            f"sample check.",
        )
    if locked.draws.filter(decision__isnull=True).exists():
        raise RefusedError(
            "sample_drawn", "A sample of this batch is drawn and waits to be read."
        )
    line = convert.gate_plan_of(locked.project).line(locked.line)
    made = models.SampleDraw.objects.create(
        workspace=locked.workspace,
        batch=locked,
        seed=secrets.token_hex(8),
        auditor=name,
        size=line.size,
        max_wrong=line.max_wrong,
        images=min(line.images, locked.items),
        on=work_day(locked.project, now),
        at=now,
        by=str(by),
    )
    _write_down(
        locked,
        "draw_sample",
        by=by,
        now=now,
        after={"seed": made.seed, "auditor": name, "size": made.size},
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
            f"Batch {locked.key} was moved meanwhile and is now "
            f"{words(standing.state)}. Nothing of yours was saved.",
        )
    try:
        plan = convert.gate_plan_of(locked.project)
        allowed(standing, move, reviewed=plan.reviewed)
        drawn = locked.draws.filter(decision__isnull=True).last()
        evidence = _evidence(
            move, said or Said(), _Facts(locked, standing, plan, drawn), by=by, now=now
        )
        after = advance(standing, move, evidence, reviewed=plan.reviewed)
    except GateError as error:
        raise RefusedError(error.code, str(error)) from error
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
    _write_down(
        locked,
        f"{move}_batch",
        by=by,
        now=now,
        before={"state": standing.state},
        after={"state": after.state, "evidence": made.evidence},
        topic=f"batch_{after.state}" if after.state in TOLD else "",
    )
    return made


@transaction.atomic
def accept_batches(
    project: models.Project, numbers: list[int], *, role: str, now: datetime
) -> int:
    """Accept several delivered batches of a project at once, all of them or none."""
    if not numbers:
        raise RefusedError("no_such_batch", "Tick the batches that you accept.")
    rows = list(rows_of(project).filter(pk__in=set(numbers)))
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


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a batch without being typed."""

    row: models.GateBatch
    batch: Batch
    plan: GatePlan
    drawn: models.SampleDraw | None


def _evidence(
    move: str, said: Said, facts: _Facts, *, by: Any, now: datetime
) -> Evidence:
    """Return the evidence of a move: from what was said, the plan and the clock."""
    on, who = work_day(facts.row.project, now), str(by)
    told = CLIENT if who == CLIENT else f"{CLIENT}, recorded by {who}"
    ways: dict[type[Evidence], Callable[[], Evidence]] = {
        Measured: lambda: _measured(move, said, facts.plan, on=on, by=who),
        Counted: lambda: Counted(
            done=_number(said.done, "how many images are done"),
            of=facts.batch.items,
            on=on,
            by=who,
        ),
        Sample: lambda: _sample(said, facts, on=on),
        Fix: lambda: Fix(
            what=_text(said.text),
            units=_number(said.units, "how many units were gone over again"),
            on=on,
            by=who,
        ),
        Handover: lambda: _handover(facts, on=on, by=who),
        Word: lambda: Word(on=on, by=told, why=_text(said.text)),
        Silence: lambda: Silence(on=on),
    }
    return ways[BY_NAME[move].evidence]()


def _measured(move: str, said: Said, plan: GatePlan, *, on: date, by: str) -> Measured:
    if move == "try_out":
        right = _number(said.right, "how many rules are agreed")
        return Measured(right=right, of=plan.rules, needed=plan.rules, on=on, by=by)
    right = _number(said.right, "how many images of the gold set are right")
    return Measured(
        right=right, of=plan.gold_items, needed=plan.gold_needed, on=on, by=by
    )


def _sample(said: Said, facts: _Facts, *, on: date) -> Sample:
    drawn = facts.drawn
    if drawn is None:
        raise GateError("no_sample", "Draw a sample first, and name who reads it.")
    read = Sample(
        seed=drawn.seed,
        auditor=drawn.auditor,
        size=drawn.size,
        max_wrong=drawn.max_wrong,
        checked=_number(said.checked, "how many units were checked"),
        wrong=_number(said.wrong, "how many of them are wrong"),
        on=on,
        whole=said.whole,
        missed=said.missed,
        extra=said.extra,
        critical=said.critical,
        minor=said.minor,
        classes=said.classes,
    )
    promised = clauses_on(facts.row.project.baseline.document, facts.row.line)
    wanted = asked(promised)
    _known_classes(said, wanted.classes)
    if wanted.critical and said.critical is None and read.wrong + (read.missed or 0):
        raise GateError(
            "number_missing",
            "Write how many of all errors are critical: a promise is about these.",
            field="critical",
        )
    held = limits(promised, read, items=facts.batch.items)
    return replace(read, limits=tuple(held))


def _known_classes(said: Said, promised: tuple[str, ...]) -> None:
    for one in said.classes:
        if one.name not in promised:
            known = ", ".join(promised) or "none"
            raise GateError(
                "no_such_class",
                f"No promise on this line is about “{one.name[:MOST_NAME]}”. Classes "
                f"with a promise of their own: {known}.",
                field="classes",
            )


def _handover(facts: _Facts, *, on: date, by: str) -> Handover:
    """Return the delivery, with its window on the client's calendar."""
    last = facts.batch.delivered
    client = scoping.workdays(facts.row.workspace).calendar(facts.plan.client_calendar)
    return Handover(
        version=1 if last is None else last.version + 1,
        on=on,
        answer_by=client.add(on, facts.plan.acceptance_days),
        by=by,
    )


def _number(value: int | None, what: str) -> int:
    if value is None:
        raise GateError("number_missing", f"Write {what}, as a whole number.")
    return value


def _text(text: str) -> str:
    found = text.strip().replace("\r\n", "\n")
    if len(found) > MOST_TEXT:
        raise GateError(
            "text_too_long", f"This has at most {MOST_TEXT} characters; shorten it."
        )
    return found


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
) -> None:
    """Add an entry to the record and, with a topic, a message to the outbox."""
    entry = audit.record(
        workspace=batch.workspace,
        actor=str(by),
        action=action,
        subject=f"batch {batch.pk} of project {batch.project.slug}",
        before=before,
        after=after,
        at=now,
    )
    if topic:
        enqueue(
            topic,
            {"project": batch.project.slug, "batch": batch.pk},
            workspace=batch.workspace,
            dedupe_id=f"{topic} {batch.pk} {entry.seq}",
            now=now,
        )
