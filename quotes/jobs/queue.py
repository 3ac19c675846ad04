"""The worker of long work: takes a job, does it step by step, writes down how far.

A kind of work is a generator: it does a little, yields how far it is, and is asked for
more. Between two steps it can be cancelled, and what it did stays. A kind must bear
being begun again from the start, because a worker that dies leaves the job to the next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError

from quotes.actions.jobs import (
    LEASE,
    LostError,
    Outcome,
    carry_on,
    end_job,
    forget_jobs,
    give_back,
    is_allowed,
    make_room_for,
    take_job,
)
from quotes.models import Job, JobState
from scoping.access import Act

NOTED_EVERY = timedelta(milliseconds=500)
"""Progress is written down no oftener: a row of a grid takes a few milliseconds."""
OURS = "It stopped for a reason of ours, which is in the log of the worker."

NOT_ALLOWED = "{} may not do this any more. Ask somebody who may to start it again."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is. The last one of a job may hold what came out.

    With that the work is done: it can be neither cancelled nor given back any more.
    `lease` is how long the step that follows may take, where it is a long one.
    """

    done: int
    total: int | None
    message: str = ""
    result: dict[str, Any] | None = None
    lease: timedelta = LEASE


class JobError(ValueError):
    """Raised by a kind of work for what it cannot do; says why to who asked."""


class CancelledError(Exception):
    """Raised between two steps where somebody cancelled."""


Kind = Callable[[Job], Iterator[Progress]]
Clock = Callable[[], datetime]
Through = Callable[[Job], Outcome | None]
"""Says of a job that a worker left what it came to, None where it is not through."""


def run_jobs(
    kinds: Mapping[str, Kind],
    *,
    clock: Clock,
    acts: Mapping[str, Act] | None = None,
    through: Mapping[str, Through] | None = None,
    most: int | None = None,
    told_to_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Do the jobs that wait, one after the other; return how many were ended.

    `acts` says what whoever asked must still be allowed to do when their job is begun;
    `through`, of kinds whose work is there before the job says so, what it came to.
    """
    ended, known = 0, _guarded(kinds, acts or {})

    def came_to(job: Job) -> Outcome | None:
        asked = (through or {}).get(job.kind)
        return None if asked is None else asked(job)

    forget_jobs(now=clock())
    while (most is None or ended < most) and not told_to_stop():
        job = take_job(now=clock(), came_to=came_to)
        if job is None:
            break
        try:
            ended += _do(job, known, clock=clock, told_to_stop=told_to_stop)
        except LostError:
            log.warning("%s was taken over by another worker", job)
    return ended


def _do(
    job: Job,
    kinds: Mapping[str, Kind],
    *,
    clock: Clock,
    told_to_stop: Callable[[], bool],
) -> bool:
    """Do one job and write its end down; return whether it has one."""
    try:
        last = _last_of(
            job, kinds.get(job.kind, _unknown), clock=clock, told_to_stop=told_to_stop
        )
        if last is None:
            give_back(job)
            return False
        _end(job, last, now=clock())
    except (DatabaseError, LostError):
        raise  # it is tried again once the lease is over
    except CancelledError:
        end_job(job, JobState.CANCELLED, message=_message(job), now=clock())
    except JobError as error:
        end_job(job, JobState.FAILED, message=str(error), now=clock())
    except Exception:
        log.exception("%s failed", job)
        end_job(job, JobState.FAILED, message=OURS, now=clock())
    make_room_for(job)
    return True


def _guarded(kinds: Mapping[str, Kind], acts: Mapping[str, Act]) -> dict[str, Kind]:
    """Return kinds of work that refuse who may not do them any more."""

    def guarded(kind: Kind, act: Act) -> Kind:
        def steps(job: Job) -> Iterator[Progress]:
            if not is_allowed(job, act):
                raise JobError(NOT_ALLOWED.format(job.owner))
            yield from kind(job)

        return steps

    return {
        name: guarded(kind, acts[name]) if name in acts else kind
        for name, kind in kinds.items()
    }


def _unknown(_job: Job) -> Iterator[Progress]:
    raise JobError("This worker is older than what was asked of it.")


def _last_of(
    job: Job, kind: Kind, *, clock: Clock, told_to_stop: Callable[[], bool]
) -> Progress | None:
    """Take every step and return the last, None where the worker is to stop before."""
    last = Progress(done=0, total=0)
    for one in _noted(job, kind(job), clock=clock):
        if one.result is None and told_to_stop():
            return None
        last = one
    return last


def _end(job: Job, last: Progress, *, now: datetime) -> None:
    carry_on(job, done=last.done, total=last.total, message=last.message, now=now)
    end_job(job, JobState.DONE, message=last.message, result=last.result, now=now)


def _noted(job: Job, steps: Iterator[Progress], *, clock: Clock) -> Iterator[Progress]:
    """Take every step and note it now and then. Raises CancelledError on the way."""
    noted: datetime | None = None
    for one in steps:
        moment = clock()
        if noted is None or moment - noted >= NOTED_EVERY:
            noted = moment
            stop = carry_on(
                job,
                done=one.done,
                total=one.total,
                message=one.message,
                now=moment,
                lease=one.lease,
            )
            if stop and one.result is None:
                raise CancelledError
        yield one


def _message(job: Job) -> str:
    return str(Job.objects.values_list("message", flat=True).get(pk=job.pk))
