"""The pack of a company with many projects is given out as a job.

Each project takes a tenth of a second to add up, and the files of them all are printed;
what is given out are the ledgers as they are known when the worker begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import now as clock

from quotes.actions import RefusedError
from quotes.actions.jobs import Outcome, role_of_owner, start_job
from quotes.jobs.pack_sheets import month_words
from quotes.jobs.packs import give_out_pack, pack_of_month
from quotes.jobs.queue import JobError, Kind, Progress, Through
from quotes.models import Job, MonthPack
from quotes.queries.actuals import projects
from quotes.queries.jobs import open_job
from scoping.access import Act
from scoping.templatetags.plumbline import count, plural

PACK = "month_pack"
MANY_PROJECTS = 6
STEPS = 2
LEASE = timedelta(minutes=20)


def takes_long(workspace: Any) -> bool:
    """Return whether a pack takes longer than a request should."""
    return bool(projects(workspace).count() > MANY_PROJECTS)


def start_pack(
    workspace: Any,
    month: str,
    *,
    holdback_share: Decimal,
    holdback_why: str,
    by: Any,
    now: datetime,
) -> Job:
    """Leave the pack of a month to a worker; the same one that waits is not left twice.

    Raises RefusedError for a person whose jobs fill the queue already.
    """
    asked = {"month": month, "holdback": str(holdback_share), "why": holdback_why}
    waiting = open_job(workspace, kind=PACK, asked=asked)
    if waiting is not None:
        return waiting
    return start_job(
        PACK,
        name=f"Give out the pack of {month_words(month)}",
        asked=asked,
        workspace=workspace,
        by=by,
        now=now,
        total=STEPS,
    )


def give_out_as_job(job: Job) -> Iterator[Progress]:
    """Give out a pack, once: begun again after it was given out, the job is done."""
    workspace, asked = job.workspace, job.asked
    month = asked["month"]
    if not _is_given_out(job):
        many = projects(workspace).count()
        words = f"{count(many)} {plural(many, 'project')}"
        yield Progress(done=0, total=STEPS, message=f"Adding up {words}.", lease=LEASE)
        try:
            pack = pack_of_month(
                workspace,
                month,
                holdback_share=Decimal(asked["holdback"]),
                holdback_why=asked["why"],
                now=clock(),
            )
            yield Progress(
                done=1, total=STEPS, message="Making its files.", lease=LEASE
            )
            give_out_pack(
                workspace,
                pack,
                by=job.owner,
                role=role_of_owner(job),
                now=clock(),
            )
        except RefusedError as error:
            raise JobError(str(error)) from error
    yield Progress(
        done=STEPS,
        total=STEPS,
        message=_given_words(job),
        result={"month": month},
    )


def given_before(job: Job) -> Outcome | None:
    """Return that a pack was given out, of a worker that died before it could say so.

    Cancelled since, or left too often, the month is closed all the same.
    """
    if not _is_given_out(job):
        return None
    return Outcome(message=_given_words(job), result={"month": job.asked["month"]})


def _is_given_out(job: Job) -> bool:
    given = MonthPack.objects.filter(
        workspace=job.workspace,
        month=job.asked["month"],
        by=str(job.owner),
        at__gte=job.created_at,
    )
    return bool(given.exists())


def _given_words(job: Job) -> str:
    return f"The pack of {month_words(job.asked['month'])} is given out."


KINDS: dict[str, Kind] = {PACK: give_out_as_job}
ACTS = {PACK: Act.GIVE_OUT_PACK}
THROUGH: dict[str, Through] = {PACK: given_before}
