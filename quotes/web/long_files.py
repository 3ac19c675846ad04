"""A long file that was dropped: kept part by part, judged and counted from the disk.

Its page is that of every file. Of its rows only the refused ones are shown: the others
were never in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.timezone import now

from quotes.actions.dropping import dropped_named, keep_dropped, plain_name
from quotes.actions.receiving import Asked, Report, is_long, receive
from quotes.actions.telling import level_said
from quotes.actions.uploads import (
    forget_upload,
    keep_long,
    opened_upload,
    received,
    upload_named,
)
from quotes.ingest.work import Stated
from quotes.models import DroppedFile, SourceFile, Upload
from scoping.templatetags.plumbline import count
from scoping.web.components import Message
from scoping.web.desk import Desk

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


def receive_long(
    request: HttpRequest, desk: Desk, row: Any, upload: Upload, *, stated: Stated
) -> Report:
    """Say what a long file would do or, where that was asked, have it counted.

    Raises RefusedError, TableError, MappingError and BusyError.
    """
    dry = request.POST.get("act") != "count"
    asked = Asked(
        name=plain_name(upload.name),
        by=desk.user,
        now=now(),
        stated=stated,
        publish_good="publish_good" in request.POST,
        restate_reason=request.POST.get("restate", "").strip(),
        dry=dry,
    )
    with opened_upload(upload) as opened:
        report = receive(row, opened, asked)
    if not dry and report.state != SourceFile.HELD:
        forget_upload(upload)
    return report


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
