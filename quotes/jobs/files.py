"""Long files as jobs: judged, and on a second word counted, however long that takes.

Nothing is done twice by a worker that dies: what is staged is found again, and the same
bytes are counted once. Cancelled while it is read, a file leaves nothing; what is being
counted is finished.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.timezone import now as clock

from quotes.actions import RefusedError
from quotes.actions.actuals import stated_for
from quotes.actions.jobs import Outcome
from quotes.actions.receiving import Asked, Report, receive
from quotes.actions.uploads import forget_upload, opened_upload, upload_named
from quotes.ingest.apart import BusyError
from quotes.ingest.mappings import MappingError
from quotes.ingest.tables import TableError
from quotes.ingest.work import Refusal
from quotes.jobs.beating import beating, lease
from quotes.jobs.queue import JobError, Kind, Progress, Through
from quotes.models import Job, Project, SourceFile
from quotes.queries.actuals import NoProjectError, project_named
from scoping.access import Act
from scoping.templatetags.plumbline import count

CHECK = "file_check"
COUNT = "file_count"
GONE = "This file is no longer kept. Drop it again."
THROUGH_BEFORE = {
    SourceFile.PUBLISHED: "The file is counted. The worker stopped after that.",
    SourceFile.HELD: "The file is held. The worker stopped after that.",
}
FIGURES = (
    *("kind", "state", "sha256", "sentence", "read", "new", "restated", "repeated"),
    *("refused_rows", "left_out", "blank", "records"),
)


def check_file(job: Job) -> Iterator[Progress]:
    """Say what a long file would do; nothing is counted."""
    yield from _received(job, dry=True)


def count_file(job: Job) -> Iterator[Progress]:
    """Count a long file, or hold it with its reasons."""
    yield from _received(job, dry=False)


def _received(job: Job, *, dry: bool) -> Iterator[Progress]:
    try:
        project = project_named(job.asked["project"], workspace=job.workspace)
    except NoProjectError as error:
        raise JobError(str(error)) from error
    upload = upload_named(project, job.asked["sha256"])
    if upload is None:
        raise JobError(GONE)
    size = upload.size
    yield Progress(
        done=0,
        total=size,
        message=f"Reading {count(size)} bytes.",
        lease=lease(),
    )
    try:
        with opened_upload(upload) as opened:
            report = _counted(job, project, opened, dry=dry)
    except (RefusedError, TableError, MappingError, BusyError) as error:
        raise JobError(str(error)) from error
    yield Progress(
        done=size, total=size, message=report.sentence, result=report_data(report)
    )
    # Last of all: a worker that takes the job up again must still find the file.
    if not dry and report.state != SourceFile.HELD:
        forget_upload(upload)


def _counted(job: Job, project: Project, opened: Any, *, dry: bool) -> Report:
    said = job.asked["said"]
    # The child reads by the same description, so its place is that of ours.
    with beating(
        job,
        clock=clock,
        place=lambda: os.lseek(opened.fileno(), 0, os.SEEK_CUR),
    ) as told:
        asked = Asked(
            name=job.asked["name"],
            by=job.owner,
            now=clock(),
            stated=stated_for(
                project,
                now=job.created_at,
                annotation_type=said["type"],
                batch=said["batch"],
                cap_seconds=Decimal(said["cap"]) if said["cap"] else None,
                minutes=bool(said["minutes"]),
            ),
            publish_good=job.asked.get("publish_good", False),
            restate_reason=job.asked.get("restate", ""),
            dry=dry,
            told=told,
        )
        return receive(project, opened, asked)


def counted_before(job: Job) -> Outcome | None:
    """Return what a count came to whose worker died before it could say so.

    The file is in the ledger, or held, by one transaction; the job is told by another.
    """
    try:
        project = project_named(job.asked["project"], workspace=job.workspace)
    except NoProjectError:
        return None
    file = (
        project.files.filter(
            sha256=job.asked["sha256"],
            by=job.owner,
            at__gte=job.created_at,
            state__in=THROUGH_BEFORE,
        )
        .order_by("-state", "pk")  # of both, the one that is counted
        .first()
    )
    if file is None:
        return None
    sentence = THROUGH_BEFORE[file.state]
    return Outcome(message=sentence, result=report_data(_kept(file, sentence)))


def _kept(file: SourceFile, sentence: str) -> Report:
    """Return the report on a file as far as its row says it."""
    restated = file.records.filter(kind="replacement").count()
    return Report(
        kind="work",
        state=file.state,
        sha256=file.sha256,
        sentence=sentence,
        remarks=tuple(file.findings),
        read=file.rows_read,
        new=file.rows_published - restated,
        restated=restated,
        repeated=file.rows_repeated,
        refused_rows=file.rows_refused,
        left_out=file.rows_left_out,
        blank=file.rows_blank,
        refused=tuple(
            Refusal(row=one.row, column=one.column, code=one.code, message=one.message)
            for one in file.refused.all()
        ),
        records=file.records.exclude(kind="reversal").count(),
    )


def report_data(report: Report) -> dict[str, Any]:
    """Return a report as plain data, without the row and the reading behind it."""
    return {name: getattr(report, name) for name in FIGURES} | {
        "remarks": list(report.remarks),
        "refused": [
            {name: getattr(one, name) for name in Refusal.__dataclass_fields__}
            for one in report.refused
        ],
    }


def report_from(data: dict[str, Any]) -> Report:
    """Return the report that `report_data` made data of."""
    return Report(
        **{
            **data,
            "remarks": tuple(data["remarks"]),
            "refused": tuple(Refusal(**one) for one in data["refused"]),
        }
    )


KINDS: dict[str, Kind] = {CHECK: check_file, COUNT: count_file}
ACTS = {CHECK: Act.INGEST_ACTUALS, COUNT: Act.INGEST_ACTUALS}
THROUGH: dict[str, Through] = {COUNT: counted_before}
