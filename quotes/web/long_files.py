"""A long file that was dropped: kept part by part, judged and counted by a worker.

That takes from seconds to many minutes, so it is a job; its page is that of every file.
Of its rows only the refused ones are shown: the others were never in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest
from django.utils.timezone import now

from quotes.actions.dropping import dropped_named, keep_dropped, plain_name
from quotes.actions.jobs import start_job
from quotes.actions.receiving import Report, is_long
from quotes.actions.telling import level_said
from quotes.actions.uploads import keep_long, received, upload_named
from quotes.jobs.files import CHECK, COUNT, report_from
from quotes.models import DroppedFile, Job, Upload
from quotes.queries.jobs import job_here, open_job
from scoping.templatetags.plumbline import count
from scoping.web.components import Message
from scoping.web.desk import Desk
from scoping.web.said import whole_said

KINDS = {"good": "good", "care": "warn", "bad": "bad"}


def keep_chosen(
    row: Any, chosen: UploadedFile[Any], *, by: Any
) -> DroppedFile | Upload:
    """Keep the file of a form: a long one in parts, of which none is held in memory.

    Raises RefusedError.
    """
    opened: Any = chosen.file
    name = chosen.name or "file"
    if is_long(opened):
        return keep_long(row, opened, name=name, by=by, now=now())
    opened.seek(0)
    return keep_dropped(row, opened.read(), name=name, by=by, now=now())


def kept_before(row: Any, sha256: str) -> DroppedFile | Upload | None:
    """Return a file that was chosen before, by its hash; None if there is none."""
    found = upload_named(row, sha256)
    if found is not None and received(found) == found.size:
        return found
    return dropped_named(row, sha256)


def leave_long(
    request: HttpRequest, desk: Desk, row: Any, upload: Upload, said: Mapping[str, str]
) -> Job:
    """Leave a long file to a worker, to be judged or, where that was asked, counted.

    Asked twice, it is one job. Raises RefusedError.
    """
    counts = request.POST.get("act") == "count"
    kind, name = COUNT if counts else CHECK, plain_name(upload.name)
    asked = {
        "project": row.slug,
        "sha256": upload.sha256,
        "name": name,
        "said": dict(said),
        "publish_good": counts and "publish_good" in request.POST,
        "restate": request.POST.get("restate", "").strip(),
    }
    return open_job(desk.workspace, kind=kind, asked=asked) or start_job(
        kind,
        name=f"{'Count' if counts else 'Check'} {name} for {row.name}",
        asked=asked,
        workspace=desk.workspace,
        by=desk.user,
        now=now(),
        total=upload.size,
    )


def said_before(desk: Desk, row: Any, key: str) -> tuple[Job, Report]:
    """Return a job on a file of a project and its report, 404 if there is none."""
    number = whole_said(key)
    found = None if number is None else job_here(number, workspace=desk.workspace)
    if (
        found is None
        or found.kind not in (CHECK, COUNT)
        or found.result is None
        or found.asked["project"] != row.slug
    ):
        raise Http404("Nothing is said of such a file here.")
    return found, report_from(found.result)


def shown(report: Report, *, most: int) -> Mapping[str, Any]:
    """Return what the page prints of a long file; `most` refused rows are named."""
    level = level_said(report.sentence)
    kind: Any = KINDS[level] if not report.refused_rows or level == "bad" else "warn"
    read_as, *remarks = report.remarks or ("",)
    return {
        "verdict": Message(
            text="Nothing has been counted yet.",
            strong=report.sentence,
            kind=kind,
            role="status",
        ),
        "read_as": read_as.removeprefix("Read as: ").removesuffix("."),
        "remarks": tuple(remarks),
        "counts": (
            ("Rows read", count(report.read)),
            ("New", count(report.new)),
            ("Counted before", count(report.repeated)),
            ("Refused", count(report.refused_rows)),
            ("Left out", count(report.left_out)),
            ("Blank", count(report.blank)),
        ),
        "refused": report.refused[:most],
        "more_refused": max(0, report.refused_rows - most),
    }
