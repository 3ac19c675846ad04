"""What is done to a job: asked for, taken, carried on, ended, cancelled, forgotten.

Each step is one conditional update, so that of two workers, or of a worker and a person
who cancels, one is first and the other finds out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Coalesce, Length

from quotes.actions import RefusedError
from quotes.models import ENDED, Job, JobState
from scoping import audit
from scoping.access import Act, may
from scoping.queries import member

LEASE = timedelta(minutes=2)
"""How long a worker may say nothing; longer, and another takes the job up again."""
MOST_ATTEMPTS = 3
MOST_OPEN = 20
"""Jobs of a person that may wait or run at a time: a worker does them one by one."""
KEPT = timedelta(days=30)
"""How long an ended job and its result can be looked at."""
MOST_KEPT_BYTES = 100_000_000
"""What the ended jobs of a company may hold together; beyond, the oldest go first."""
MOST_KEPT = 1_000
LONGEST = 500


class LostError(Exception):
    """Raised where a job is no longer this worker's: another has it, or it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a job came to: what is said of it, and its result."""

    message: str
    result: dict[str, Any]


def _nothing(_job: Job) -> Outcome | None:
    return None


@transaction.atomic
def start_job(  # noqa: PLR0913 - what a job is made of
    kind: str,
    *,
    name: str,
    asked: dict[str, Any],
    workspace: Any,
    by: Any,
    now: datetime,
    total: int | None = None,
) -> Job:
    """Leave a job for a worker; nothing is done yet.

    Raises RefusedError for a person whose jobs fill the queue already.
    """
    mine = Job.objects.filter(workspace=workspace, owner=by).exclude(state__in=ENDED)
    if mine.count() >= MOST_OPEN:
        raise RefusedError(
            "too_many_jobs",
            f"{MOST_OPEN} jobs of yours wait or run. Wait for one, or cancel one.",
        )
    job = Job.objects.create(
        workspace=workspace,
        kind=kind,
        name=name[:200],
        asked=asked,
        owner=by,
        total=total,
        created_at=now,
    )
    _write_down(job, "start_job", by=by, now=now)
    return job


@transaction.atomic
def take_job(
    *, now: datetime, came_to: Callable[[Job], Outcome | None] = _nothing
) -> Job | None:
    """Take the job that has waited longest, or was left by a worker that fell silent.

    On PostgreSQL a row that another worker is taking is skipped; on SQLite the other
    one's transaction is waited for. A job that was left too often is not tried again.
    `came_to` says what a job came to whose worker died after its work was through and
    before that was written down: such a job is done, whoever cancelled it meanwhile.
    """
    left = Q(state=JobState.RUNNING, until__lte=now)
    found = (
        Job.objects.select_for_update(skip_locked=True)
        .filter(Q(state=JobState.WAITING) | left)
        .order_by("created_at", "pk")
        .first()
    )
    if found is None:
        return None
    through = came_to(found) if found.attempts else None
    if through is not None:
        found.result, found.done = through.result, found.total or found.done
        _end(found, JobState.DONE, now=now, message=through.message)
        return take_job(now=now, came_to=came_to)
    if found.stop_asked:
        _end(found, JobState.CANCELLED, now=now, message=found.message)
        return take_job(now=now, came_to=came_to)
    if found.attempts >= MOST_ATTEMPTS:
        said = f"The worker stopped {found.attempts} times in the midst of it."
        _end(found, JobState.FAILED, now=now, message=said)
        return take_job(now=now, came_to=came_to)
    found.attempts += 1
    found.state = JobState.RUNNING
    found.started_at, found.until = now, now + LEASE
    found.save(update_fields=["attempts", "state", "started_at", "until"])
    return found


def carry_on(
    job: Job,
    *,
    done: int,
    total: int | None,
    message: str,
    now: datetime,
    lease: timedelta = LEASE,
) -> bool:
    """Write down how far a job is and renew its lease; return whether it is to stop.

    Raises LostError where the job is another's by now.
    """
    kept = _ours(job).update(
        done=done, total=total, message=message[:LONGEST], until=now + lease
    )
    if not kept:
        raise LostError(f"{job} is no longer this worker's.")
    return Job.objects.filter(pk=job.pk, stop_asked=True).exists()


def end_job(
    job: Job,
    state: JobState,
    *,
    message: str,
    now: datetime,
    result: dict[str, Any] | None = None,
) -> None:
    """End a job that this worker has. Raises LostError where it is another's by now."""
    ended = _ours(job).update(
        state=state, message=message[:LONGEST], result=result, ended_at=now, until=None
    )
    if not ended:
        raise LostError(f"{job} is no longer this worker's.")


def give_back(job: Job) -> None:
    """Leave a job that was begun to the next worker, as if it had not been taken."""
    _ours(job).update(state=JobState.WAITING, attempts=job.attempts - 1, until=None)


@transaction.atomic
def cancel_job(job: Job, *, by: Any, role: str, now: datetime) -> Job:
    """Cancel a job: at once if it was not begun, else before its next step.

    Its owner may, and who approves quotes. What it saved stays. Of one that a worker
    left, the next worker says whether its work was through before that.
    """
    if job.owner_id != by.pk and not may(role, Act.APPROVE_QUOTE):
        raise RefusedError(
            "not_yours", f"{job.owner} asked for this. They or a manager can cancel it."
        )
    idle = Job.objects.filter(state=JobState.WAITING, pk=job.pk).update(
        state=JobState.CANCELLED, stop_asked=True, ended_at=now, until=None
    )
    if not idle:
        # Its worker may have given it back meanwhile: whoever takes it next ends it.
        running = Job.objects.filter(pk=job.pk, stop_asked=False)
        idle = running.exclude(state__in=ENDED).update(stop_asked=True)
    if idle:
        _write_down(job, "cancel_job", by=by, now=now)
    job.refresh_from_db()
    return job


def forget_jobs(*, now: datetime) -> int:
    """Delete what ended long ago, with what it was asked; return how many."""
    gone, _ = Job.objects.filter(state__in=ENDED, ended_at__lt=now - KEPT).delete()
    return gone


def forget_recipient(job: Job) -> None:
    """Take out of a job who its quote goes to; the quote itself holds it."""
    asked = {
        name: "" if name.startswith("recipient_") else said
        for name, said in job.asked.items()
    }
    Job.objects.filter(pk=job.pk).update(asked=asked)


def make_room_for(job: Job) -> int:
    """Delete the oldest ended jobs of a company that hold too much; return how many.

    The one that has just ended stays, whatever it holds.
    """
    held = sum(
        Coalesce(Length(Cast(name, TextField())), 0) for name in ("asked", "result")
    )
    kept, gone = 0, []
    ended = Job.objects.filter(workspace=job.workspace, state__in=ENDED)
    sizes = ended.order_by("-ended_at", "-pk").annotate(held=held)
    for place, (pk, size) in enumerate(sizes.values_list("pk", "held")):
        kept += size
        if pk != job.pk and (place >= MOST_KEPT or kept > MOST_KEPT_BYTES):
            gone.append(pk)
    return Job.objects.filter(pk__in=gone, state__in=ENDED).delete()[0]


def is_allowed(job: Job, act: Act) -> bool:
    """Return whether who asked for a job may still do what it does: roles change."""
    return may(role_of_owner(job), act)


def role_of_owner(job: Job) -> str:
    """Return the role that who asked for a job has now, "" of who has left.

    Long work asks for it again before its last step: a role may have changed meanwhile.
    """
    found = member(job.owner_id, workspace=job.workspace)
    return "" if found is None else found.role


def _write_down(job: Job, what: str, *, by: Any, now: datetime) -> None:
    audit.record(
        workspace=job.workspace,
        actor=str(by),
        action=what,
        subject=f"job {job.pk}",
        after={"kind": job.kind, "name": job.name},
        at=now,
    )


def _ours(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def _end(job: Job, state: JobState, *, now: datetime, message: str) -> None:
    job.state, job.ended_at, job.until, job.message = state, now, None, message
    job.save(update_fields=["state", "ended_at", "until", "message", "result", "done"])
