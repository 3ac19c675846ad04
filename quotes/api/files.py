"""Files of work and of paid time, from a program: counted once, whatever happens.

A file is known by its hash. A program that was cut off sends it again, or asks by the
hash what became of it; nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import IO, Any, ClassVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils.timezone import now
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions import RefusedError
from quotes.actions.actuals import stated_for
from quotes.actions.dropping import plain_name
from quotes.actions.meant import OpenName
from quotes.actions.receiving import Asked, Report, receive
from quotes.actions.uploads import forget_upload, opened_upload, upload_named
from quotes.api.projects import ProjectDoor
from quotes.ingest.apart import BusyError
from quotes.ingest.fields import TYPES
from quotes.ingest.mappings import MappingError
from quotes.ingest.tables import TableError
from quotes.models import SourceFile
from quotes.queries.actuals import file_named
from scoping.actions.repeating import Answer
from scoping.api.problems import RefusalError, problem
from scoping.api.reading import Said, one_of, text
from scoping.api.schema import MOMENT, TEXT, component, exactly, many, or_null
from scoping.calc.spec import Problem

MOST_REFUSED_SHOWN = MOST_NAMES_SHOWN = 100
COUNT = {"type": "integer", "minimum": 0}
COUNTS: dict[str, Any] = dict.fromkeys(
    ("read", "new", "restated", "repeated", "refused", "left_out", "blank"), COUNT
)
STATES = ("published", "held", "repeated", "dry")
REFUSED = exactly(row=COUNT, column=TEXT, code=TEXT, message=TEXT)
NAME = exactly(
    kind={"type": "string", "enum": ["line", "batch"]},
    written=TEXT,
    rows=COUNT,
    share_of_hours=or_null(TEXT),
    suggested=or_null(TEXT),
    why=or_null(TEXT),
    candidates=many(TEXT),
)
RECEIVED = component(
    "ReceivedFile",
    exactly(
        sha256=TEXT,
        kind={"type": "string", "enum": ["work", "paid"]},
        state={"type": "string", "enum": list(STATES)},
        verdict=TEXT,
        remarks=many(TEXT),
        rows=exactly(**COUNTS),
        refused=many(REFUSED),
        names=many(NAME),
    ),
)
KEPT = component(
    "KeptFile",
    exactly(
        sha256=TEXT,
        name=TEXT,
        state={"type": "string", "enum": list(STATES)},
        remarks=many(TEXT),
        rows=exactly(
            read=COUNT,
            published=COUNT,
            refused=COUNT,
            repeated=COUNT,
            left_out=COUNT,
            blank=COUNT,
        ),
        refused=many(REFUSED),
        by=or_null(TEXT),
        at=MOMENT,
    ),
)
YES, NO = "true", "false"


class Files(ProjectDoor):
    """Files of work that are sent to a project."""

    operations = {"POST": "upload_file"}
    parser_classes = [MultiPartParser]
    answers: ClassVar[Any] = {"POST": (200, RECEIVED)}
    also_wrong = frozenset({503})
    said = Said(
        {
            "sha256": text(
                most=64,
                description="instead of file: the hash of one whose parts were sent",
            ),
            "name": text(
                most=200, description="what a file that was sent in parts is called"
            ),
            "type": one_of(*TYPES),
            "batch": text(most=120),
            "minutes": one_of(YES, NO, default=NO),
            "pseudonyms": text(most=200),
            "restate": text(most=300),
            "publish_good": one_of(YES, NO, default=NO),
            "dry_run": one_of(YES, NO, default=NO),
        }
    )
    bodies = {
        "POST": {
            "type": "object",
            "properties": {
                "file": {
                    "type": "string",
                    "format": "binary",
                    "description": "the export as the tool wrote it; either this or "
                    "sha256",
                },
                **{name: dict(one.schema) for name, one in said.fields.items()},
            },
        }
    }

    def post(self, request: Request, slug: str) -> Response:
        """Count a file on a project, whichever tool wrote it; the same file once.

        `state` says what became of it: published, repeated (its rows were counted
        before, nothing changed), dry. A file with refused rows is held: 409 names them,
        nothing was counted; `publish_good` counts the others. `restate` is the reason
        for other figures of work that was counted. `names` are those of lines and
        batches that are not ours, with what they probably mean (`say_name`); a long
        file lists them on a dry run. It may come in parts first (`send_part`); `sha256`
        then stands for it.
        """
        project = self.project(slug)
        said = self.said.read(request.POST.dict())
        source = _source(project, _posted(request), said)
        moment = now()
        asked = Asked(
            name=plain_name(source.name),
            by=self.member.user,
            now=moment,
            stated=stated_for(
                project,
                now=moment,
                annotation_type=said["type"] or "",
                batch=said["batch"] or "",
                minutes=said["minutes"] == YES,
                pseudonyms=said["pseudonyms"] or "",
            ),
            publish_good=said["publish_good"] == YES,
            restate_reason=(said["restate"] or "").strip(),
            dry=said["dry_run"] == YES,
        )

        def count(_: object) -> Answer:
            with source.opened() as opened:
                report = receive(project, opened, asked)
            if report.state == SourceFile.HELD:
                raise _HeldError(report)
            if source.sent is not None and not asked.dry:
                forget_upload(source.sent)
            return Answer(status=200, body=_received(report), headers={})

        try:
            # The hash of the file is what makes it count once, key or no key.
            return self.once(request, count, stores=False)
        except _HeldError as held:
            return _held(held.report)
        except (TableError, MappingError) as error:
            raise RefusalError(400, error.code, str(error), "/file") from error
        except RefusedError as error:
            raise RefusalError(
                error.status, error.code, str(error), "/sha256"
            ) from error
        except BusyError as error:
            busy = problem(503, code="busy", title="Too busy", detail=str(error))
            busy.headers["Retry-After"] = "60"
            return busy


class OneFile(ProjectDoor):
    """A file that was sent to a project."""

    operations = {"GET": "read_file"}
    answers: ClassVar[Any] = {"GET": (200, KEPT)}

    def get(self, request: Request, slug: str, sha256: str) -> Response:
        """Return what became of a file, by the SHA-256 of its bytes.

        404 until it is counted or held: then it can be sent, again if need be.
        """
        found = file_named(self.project(slug), sha256.lower())
        if found is None:
            raise Http404
        return Response(_kept(found), headers={"Cache-Control": "no-store"})


class _HeldError(Exception):
    """Raised to keep no answer: a held file may be sent again, to be counted."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(report.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A file to be counted: one in the form, or one whose parts were sent before."""

    name: str
    posted: Any = None
    sent: Any = None

    def opened(self) -> AbstractContextManager[IO[bytes]]:
        """Open the file."""
        if self.sent is None:
            return nullcontext(self.posted.file)
        return opened_upload(self.sent)


def _source(project: Any, posted: Any, said: Mapping[str, Any]) -> _Source:
    """Return the file that a form holds, or whose hash it names."""
    sha256 = said["sha256"]
    if posted is not None:
        if sha256:
            raise RefusalError(
                400, "said_twice", "Send the file or its sha256, not both.", "/sha256"
            )
        return _Source(name=said["name"] or posted.name or "file", posted=posted)
    if not sha256:
        raise RefusalError(400, "required", "Send the export as file.", "/file")
    found = upload_named(project, sha256.lower())
    if found is None:
        raise RefusalError(
            409,
            "not_sent",
            "No part of a file with this hash is here. Send it, or ask what became "
            "of it.",
            "/sha256",
        )
    return _Source(name=said["name"] or found.name, sent=found)


def _posted(request: Request) -> Any:
    """Return the file that a form holds, None if it holds none."""
    posted = request.FILES.get("file")
    plain: Any = request._request  # noqa: SLF001 - the stream that the form was read from
    stream = getattr(plain, "_stream", None)
    if getattr(stream, "_pos", 0) < getattr(stream, "limit", 0):
        # Django takes the part of a file that came for the whole of it.
        raise RefusalError(
            400, "incomplete", "The connection broke off. Send the file again.", "/file"
        )
    if not isinstance(posted, UploadedFile):
        return None
    if (posted.size or 0) > settings.STAFF_UPLOAD_BYTES:
        raise RefusalError(
            413,
            "too_large",
            f"This file is larger than {settings.STAFF_UPLOAD_BYTES / 1e6:,.0f} MB. "
            f"Count it on the command line.",
            "/file",
        )
    return posted


def _received(report: Report) -> dict[str, Any]:
    return {
        "sha256": report.sha256,
        "kind": report.kind,
        "state": report.state,
        "verdict": report.sentence,
        "remarks": list(report.remarks),
        "rows": {
            "read": report.read,
            "new": report.new,
            "restated": report.restated,
            "repeated": report.repeated,
            "refused": report.refused_rows,
            "left_out": report.left_out,
            "blank": report.blank,
        },
        "refused": [_refused(one) for one in report.refused[:MOST_REFUSED_SHOWN]],
        "names": [_name(one) for one in report.names[:MOST_NAMES_SHOWN]],
    }


def _name(one: OpenName) -> dict[str, Any]:
    found = one.name
    share = None if found.share is None else str(round(found.share, 4))
    return {
        "kind": one.kind,
        "written": found.name,
        "rows": found.rows,
        "share_of_hours": share,
        "suggested": found.means,
        "why": found.why or None,
        "candidates": list(found.candidates),
    }


def _refused(one: Any) -> dict[str, Any]:
    return {
        "row": one.row,
        "column": one.column,
        "code": one.code,
        "message": one.message,
    }


def _kept(file: SourceFile) -> Mapping[str, Any]:
    return {
        "sha256": file.sha256,
        "name": file.name,
        "state": file.state,
        "remarks": list(file.findings),
        "rows": {
            "read": file.rows_read,
            "published": file.rows_published,
            "refused": file.rows_refused,
            "repeated": file.rows_repeated,
            "left_out": file.rows_left_out,
            "blank": file.rows_blank,
        },
        "refused": [_refused(one) for one in file.refused.all()[:MOST_REFUSED_SHOWN]],
        "by": None if file.by is None else str(file.by),
        "at": file.at.isoformat().replace("+00:00", "Z"),
    }


def _held(report: Report) -> Response:
    return problem(
        409,
        code="file_held",
        title="The file is held",
        detail=(
            f"{report.sentence} Nothing was counted. Correct the rows, or send it "
            f"again with publish_good=true to count the others."
        ),
        errors=[
            Problem(
                code=one.code,
                path=f"/file/rows/{one.row}" + (f"/{one.column}" if one.column else ""),
                message=one.message,
            )
            for one in report.refused[:MOST_REFUSED_SHOWN]
        ],
    )
