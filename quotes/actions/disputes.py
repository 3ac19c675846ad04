"""Disputes: the client or we say that a check read a label wrongly, and a verdict.

Both are rows that are added. What a verdict does to the counts of a sample follows from
it (`calc.disputes`); what a gate decided before stays decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.calc.disputes import CHECKS, VERDICTS
from quotes.queries.gates import at_gate, work_day
from scoping import audit
from scoping.access import Act, may
from scoping.actions import enqueue

MOST_IMAGE, MOST_READING, MOST_RULE, MOST_GUIDELINE = 200, 500, 200, 60
MOST_OPEN = 200
"""Disputes of a client that may wait for a verdict in one project."""

TOPICS = {"raise_dispute": "dispute_raised", "decide_dispute": "dispute_decided"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A label as somebody reads it: in which image, what, by which rule.

    `called_wrong_by`: whose check calls the label wrong. `in_sample`: it is one of the
    labels that our last sample of the batch counted.
    """

    called_wrong_by: str
    image: str
    text: str
    rule: str = ""
    guideline: str = ""
    in_sample: bool = False


@transaction.atomic
def raise_dispute(
    batch: models.GateBatch, said: Reading, *, by: Any, role: str, now: datetime
) -> models.Dispute:
    """Write down that a label of a batch is read in two ways."""
    is_client = not may(role, Act.MOVE_BATCH)
    if is_client and not may(role, Act.ANSWER_BATCH):
        raise RefusedError("not_allowed", f"The role {role} may not dispute labels.")
    project = _locked(batch.project)
    standing = at_gate(batch).batch
    samples = standing.samples_delivered if is_client else standing.samples
    if standing.delivered is None and (is_client or not samples):
        raise RefusedError(
            "not_delivered",
            f"Batch {batch.key} was not delivered yet: there is no label to dispute.",
        )
    if said.called_wrong_by not in CHECKS:
        raise RefusedError(
            "no_such_choice",
            "Say whose check calls the label wrong.",
            field="called_wrong_by",
        )
    if said.in_sample and not samples:
        raise RefusedError(
            "no_sample", f"No sample of batch {batch.key} was read.", field="in_sample"
        )
    mine = models.Dispute.objects.filter(project=project)
    if is_client and mine.filter(verdict__isnull=True).count() >= MOST_OPEN:
        raise RefusedError(
            "too_many_questions",
            f"{MOST_OPEN} disputes wait for us already. Send us the rest as one file.",
        )
    reading = _text(said.text, "what the label should be", "reading", MOST_READING)
    made = models.Dispute.objects.create(
        workspace=project.workspace,
        project=project,
        batch=batch,
        number=mine.count() + 1,
        called_wrong_by=said.called_wrong_by,
        image=_text(said.image, "in which image it is", "image", MOST_IMAGE),
        client_reading=reading if is_client else "",
        our_reading="" if is_client else reading,
        rule=said.rule.strip()[:MOST_RULE],
        guideline=said.guideline.strip()[:MOST_GUIDELINE],
        sample=samples[-1].seed if said.in_sample else "",
        on=work_day(project, now),
        by=str(by),
        at=now,
    )
    after = {"batch": batch.pk, "image": made.image, "by": said.called_wrong_by}
    _write_down(made, "raise_dispute", after, by=by, now=now)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a disputed label was found to be, the other reading, and the reason."""

    verdict: str
    why: str
    reading: str = ""
    rule: str = ""
    guideline: str = ""


@transaction.atomic
def decide_dispute(
    dispute: models.Dispute, said: Decision, *, by: Any, role: str, now: datetime
) -> models.DisputeVerdict:
    """Write down what a disputed label was found to be, once."""
    if not may(role, Act.MOVE_BATCH):
        raise RefusedError("not_allowed", f"The role {role} may not decide disputes.")
    project = _locked(dispute.project)
    if models.DisputeVerdict.objects.filter(dispute=dispute).exists():
        raise RefusedError(
            "dispute_decided", f"Dispute {dispute.number} has its verdict already."
        )
    if said.verdict not in VERDICTS:
        raise RefusedError(
            "no_such_choice",
            "Say what the label was found to be.",
            field=f"verdict-{dispute.number}",
        )
    made = models.DisputeVerdict.objects.create(
        workspace=project.workspace,
        dispute=dispute,
        verdict=said.verdict,
        why=_text(said.why, "why", f"why-{dispute.number}", MOST_READING),
        reading=said.reading.strip()[:MOST_READING],
        rule=said.rule.strip()[:MOST_RULE],
        guideline=said.guideline.strip()[:MOST_GUIDELINE],
        on=work_day(project, now),
        by=str(by),
        at=now,
    )
    after = {"verdict": made.verdict, "why": made.why}
    _write_down(dispute, "decide_dispute", after, by=by, now=now)
    return made


def _locked(project: models.Project) -> models.Project:
    """Lock a project: disputes are numbered, and decided, one after the other."""
    return (
        models.Project.objects.select_for_update(of=("self",))
        .select_related("workspace")
        .get(pk=project.pk)
    )


def _text(text: str, what: str, field: str, most: int) -> str:
    found = text.strip().replace("\r\n", "\n")
    if not found:
        raise RefusedError("why_missing", f"Write {what}.", field=field)
    if len(found) > most:
        raise RefusedError(
            "text_too_long",
            f"This has at most {most} characters; shorten it.",
            field=field,
        )
    return found


def _write_down(
    dispute: models.Dispute, action: str, after: object, *, by: Any, now: datetime
) -> None:
    entry = audit.record(
        workspace=dispute.workspace,
        actor=str(by),
        action=action,
        subject=f"dispute {dispute.number} of project {dispute.project.slug}",
        after=after,
        at=now,
    )
    enqueue(
        TOPICS[action],
        {"project": dispute.project.slug, "dispute": dispute.number},
        workspace=dispute.workspace,
        dedupe_id=f"{action} {dispute.pk} {entry.seq}",
        now=now,
    )
