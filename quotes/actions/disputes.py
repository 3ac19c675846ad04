"""Disputes: the client or we say that a check read a label wrongly, and a verdict.

Both are rows that are added. What a verdict does to the counts of a sample follows from
it (`calc.disputes`); what a gate decided before stays decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.inbox_of_projects import keep_disputes, put_disputes
from quotes.calc.disputes import CHECKS, VERDICTS, same_label
from quotes.queries.gates import at_gate, work_day
from scoping import audit
from scoping.access import Act, may
from scoping.actions import enqueue
from scoping.calc.layout import batch_at_start, batch_called

MOST_IMAGE, MOST_READING, MOST_RULE, MOST_GUIDELINE = 200, 500, 200, 60
MOST_LABEL = 200
MOST_OPEN = 200
"""Disputes of a client that may wait for a verdict in one project."""

RAISED, DECIDED = "dispute_raised", "dispute_decided"
TOPICS = {"raise_dispute": RAISED, "decide_dispute": DECIDED}
TOGETHER = timedelta(minutes=10)
"""Verdicts that fall within this time go to the client in one mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A label as somebody reads it: in which image, what, by which rule.

    `label` says which label of the image it is, where it is not the only one in doubt.
    `again_why`: what a verdict on the same label overlooked, to dispute it once more.
    `called_wrong_by`: whose check calls the label wrong. `in_sample`: it is one of the
    labels that our last sample of the batch counted.
    """

    called_wrong_by: str
    image: str
    text: str
    rule: str = ""
    guideline: str = ""
    label: str = ""
    again_why: str = ""
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
            f"{batch_at_start(batch.key)} was not delivered yet: there is no label to "
            f"dispute.",
        )
    if said.called_wrong_by not in CHECKS:
        raise RefusedError(
            "no_such_choice",
            "Say whose check calls the label wrong.",
            field="called_wrong_by",
        )
    if said.in_sample and not samples:
        raise RefusedError(
            "no_sample",
            f"No sample of {batch_called(batch.key)} was read.",
            field="in_sample",
        )
    mine = models.Dispute.objects.filter(project=project)
    if is_client and mine.filter(verdict__isnull=True).count() >= MOST_OPEN:
        raise RefusedError(
            "too_many_questions",
            f"{MOST_OPEN} disputes wait for us already. Send us the rest as one file.",
        )
    reading = _text(said.text, "what the label should be", "reading", MOST_READING)
    image = _text(said.image, "in which image it is", "image", MOST_IMAGE)
    label = said.label.strip()[:MOST_LABEL]
    earlier = _earlier(batch, (image, label), again_why=said.again_why)
    sample = samples[-1].seed if said.in_sample else ""
    made = models.Dispute.objects.create(
        workspace=project.workspace,
        project=project,
        batch=batch,
        number=mine.count() + 1,
        # Of the same label: the later verdict moves the sample that the first one did.
        called_wrong_by=(earlier or said).called_wrong_by,
        image=image,
        label=label,
        client_reading=reading if is_client else "",
        our_reading="" if is_client else reading,
        rule=said.rule.strip()[:MOST_RULE],
        guideline=said.guideline.strip()[:MOST_GUIDELINE],
        sample=sample if earlier is None else earlier.sample or sample,
        on=work_day(project, now),
        by=str(by),
        at=now,
    )
    after = {
        "batch": batch.pk,
        "image": made.image,
        "label": made.label,
        "by": made.called_wrong_by,
    }
    if earlier is not None:
        again = models.DisputedAgain.objects.create(
            workspace=project.workspace,
            dispute=made,
            earlier=earlier,
            why=_text(
                said.again_why,
                f"why the verdict on dispute {earlier.number} does not hold",
                "again_why",
                MOST_READING,
            ),
        )
        after |= {"again_of": earlier.number, "again_why": again.why}
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


def _earlier(
    batch: models.GateBatch, label: tuple[str, str], *, again_why: str
) -> models.Dispute | None:
    """Return the decided dispute of the same label that this one is about, if any.

    A label that waits for a verdict is disputed already. After a verdict it may be
    disputed once more, by who says what was overlooked; that verdict is the last.
    """
    rows = models.Dispute.objects.filter(batch=batch).select_related(
        "verdict", "again_of"
    )
    same = [row for row in rows if same_label((row.image, row.label or ""), label)]
    if not same:
        return None
    last = max(same, key=lambda row: row.number)
    other = "another label of this image, say which one"
    if getattr(last, "verdict", None) is None:
        raise RefusedError(
            "dispute_waits",
            f"Dispute {last.number} of this label waits for its verdict. If you mean "
            f"{other}.",
            field="label",
        )
    if hasattr(last, "again_of"):
        raise RefusedError(
            "dispute_settled",
            f"This label was decided twice: dispute {last.number} is the last word. "
            f"If you mean {other}.",
            field="label",
        )
    if not again_why.strip():
        raise RefusedError(
            "dispute_again",
            f"Dispute {last.number} of this label has its verdict. To dispute it once "
            f"more, say what the verdict overlooked. If you mean {other}.",
            field="again_why",
        )
    return last


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
    message = enqueue(
        TOPICS[action],
        {
            "project": dispute.project.slug,
            "dispute": dispute.number,
            "by": getattr(by, "pk", None),
        },
        workspace=dispute.workspace,
        dedupe_id=f"{action} {dispute.pk} {entry.seq}",
        now=now,
        due=now + TOGETHER if action == "decide_dispute" else None,
    )
    if action == "raise_dispute":
        put_disputes(dispute.project, key=message.dedupe_id, now=now)
    else:
        keep_disputes(dispute.project, now=now)
