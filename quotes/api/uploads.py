"""Long files in parts, from programs: which bytes are there, and the next ones.

A program announces the hash of a file and sends its bytes in order, as many at a time
as it likes. Cut off, it asks where it was. Then it has the file counted by its hash.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from django.utils.timezone import now
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions.uploads import (
    MOST_PART_BYTES,
    Part,
    keep_part,
    received,
    upload_named,
)
from quotes.api.doors import QuoteDoor
from quotes.api.projects import ProjectDoor
from quotes.models import SourceFile
from quotes.queries.actuals import file_named
from scoping.api.problems import RefusalError
from scoping.api.schema import TEXT, component, exactly, or_null

RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}")
BYTES = {"type": "integer", "minimum": 0}
STATES = ("partial", "complete", "counted")
UPLOAD = component(
    "Upload",
    exactly(
        sha256=TEXT,
        state={
            "type": "string",
            "enum": list(STATES),
            "description": "partial: send the rest; complete: have it counted; "
            "counted: it was counted before, nothing needs to be sent",
        },
        received={**BYTES, "description": "the bytes that are there, from the first"},
        size=or_null(BYTES),
    ),
)


class BytesParser(BaseParser):
    """Takes the bytes of a part as they are, up to the most that one may have."""

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the bytes. Raises RefusalError for too many."""
        body: bytes = stream.read(MOST_PART_BYTES + 1)
        if len(body) > MOST_PART_BYTES:
            raise RefusalError(
                413, "too_large", f"A part has at most {MOST_PART_BYTES:,} bytes."
            )
        return body


class Upload(ProjectDoor, QuoteDoor):
    """A file that comes in parts."""

    operations = {"GET": "read_upload", "PUT": "send_part"}
    parser_classes = [BytesParser]
    bodies = {"PUT": {"type": "string", "format": "binary"}}
    answers: ClassVar[Any] = {"GET": (200, UPLOAD), "PUT": (200, UPLOAD)}

    def get(self, request: Request, slug: str, sha256: str) -> Response:
        """Return which bytes of a file are there, by the SHA-256 of all of it.

        404 where none is: begin with the first. Parts are kept for a day.
        """
        project = self.project(slug)
        found = _shown(project, sha256.lower())
        if found is None:
            raise Http404
        return Response(found, headers={"Cache-Control": "no-store"})

    def put(self, request: Request, slug: str, sha256: str) -> Response:
        """Take bytes of a file; Content-Range says which: bytes 0-3999999/9000000.

        They come in order; what came before changes nothing. A part beyond a gap is
        refused with 409 and the number of the next byte.
        """
        project = self.project(slug)
        name = sha256.lower()
        if not SHA256.fullmatch(name):
            raise RefusalError(
                400, "bad_hash", "Write the SHA-256 of the file in hexadecimal."
            )
        kept = file_named(project, name)
        if kept is None or kept.state != SourceFile.PUBLISHED:
            part = _part(request)
            keep_part(project, name, part, by=self.member.user, now=now())
        return Response(_shown(project, name), headers={"Cache-Control": "no-store"})


def _part(request: Request) -> Part:
    said = RANGE.fullmatch(request.headers.get("Content-Range", ""))
    if said is None:
        raise RefusalError(
            400,
            "bad_range",
            "Say in Content-Range which bytes these are: bytes 0-3999999/9000000.",
        )
    first, last, size = (int(one) for one in said.groups())
    # Of a request without a body there is an empty form.
    data: Any = request.data
    body = bytes(data or b"")
    if not 0 < len(body) == last + 1 - first:
        raise RefusalError(
            400,
            "incomplete",
            f"Content-Range speaks of {max(0, last + 1 - first)} bytes and "
            f"{len(body)} came. Send the part again.",
        )
    if last >= size:
        raise RefusalError(
            400, "bad_range", f"A file of {size} bytes has no byte {last}."
        )
    return Part(start=first, size=size, body=body)


def _shown(project: Any, sha256: str) -> dict[str, Any] | None:
    counted = file_named(project, sha256)
    if counted is not None and counted.state == SourceFile.PUBLISHED:
        return {"sha256": sha256, "state": "counted", "received": 0, "size": None}
    found = upload_named(project, sha256)
    if found is None:
        return None
    there = received(found)
    state = "complete" if there == found.size else "partial"
    return {"sha256": sha256, "state": state, "received": there, "size": found.size}
