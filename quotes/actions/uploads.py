"""Files that come in parts: what is there is said, what is missing is taken.

Parts come in order. One that came before changes nothing, so that a program may send
again whatever it did not see arrive. Before a file is read, the hash of its bytes has
to be the one that was announced; else they are thrown away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum

from quotes import models
from scoping.queries import locked_workspace

from . import RefusedError
from .dropping import plain_name

MOST_PART_BYTES = 8_000_000
MOST_UNFINISHED = 20
"""Files of a project that may be on their way at a time."""
MOST_LARGEST = 4
"""So many files of the largest size a company may have on their way at a time."""
KEPT_FOR = timedelta(days=1)
BLOCK = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Bytes of a file of `size` bytes, from `start` on."""

    start: int
    size: int
    body: bytes

    @property
    def end(self) -> int:
        """Return where the bytes end: the first byte that is not among them."""
        return self.start + len(self.body)


def keep_part(
    project: models.Project, sha256: str, part: Part, *, by: Any, now: datetime
) -> models.Upload:
    """Keep a part of a file; what came before changes nothing.

    Raises RefusedError for a part beyond a gap, of a file of another size, of one that
    is too large, and of a new one while too many are on their way.
    """
    if part.size > settings.STAFF_UPLOAD_BYTES:
        raise RefusedError(
            "upload_too_large",
            f"This file is larger than {settings.STAFF_UPLOAD_BYTES / 1e6:,.0f} MB. "
            f"Count it on the command line.",
        )
    with transaction.atomic():
        # The project's row is the lock: parts of one file are taken in turn.
        models.Project.objects.select_for_update().get(pk=project.pk)
        _old(now).filter(workspace=project.workspace).delete()
        upload = _upload(project, sha256, part, by=by, now=now)
        there = received(upload)
        if part.start > there:
            raise RefusedError(
                "gap", f"The next byte is {there}. Send the parts in order."
            )
        if part.end > there:
            models.UploadPart.objects.create(
                workspace=project.workspace,
                upload=upload,
                start=there,
                end=part.end,
                body=part.body[there - part.start :],
            )
        return upload


def _upload(
    project: models.Project, sha256: str, part: Part, *, by: Any, now: datetime
) -> models.Upload:
    found = upload_named(project, sha256)
    if found is None:
        if models.Upload.objects.filter(project=project).count() >= MOST_UNFINISHED:
            raise RefusedError(
                "too_many_uploads",
                f"{MOST_UNFINISHED} files of this project are on their way. Count or "
                f"finish them first; what is left of a file goes after a day.",
            )
        _refuse_beyond_room(project, part.size)
        return models.Upload.objects.create(
            workspace=project.workspace,
            project=project,
            sha256=sha256,
            size=part.size,
            name=sha256[:12],
            by=by,
            at=now,
        )
    if found.size != part.size:
        raise RefusedError(
            "other_size", f"This file was announced with {found.size} bytes."
        )
    found.at = now
    found.save(update_fields=["at"])
    return found


def _refuse_beyond_room(project: models.Project, size: int) -> None:
    """Refuse a new file while those of its company fill what is kept for them."""
    locked_workspace(project.workspace)
    ours = models.Upload.objects.filter(workspace=project.workspace)
    there = ours.aggregate(bytes=Sum("size"))["bytes"] or 0
    most = MOST_LARGEST * settings.STAFF_UPLOAD_BYTES
    if there + size > most:
        raise RefusedError(
            "too_many_uploads",
            f"Files of {there / 1e6:,.0f} MB are on their way, and there is room for "
            f"{most / 1e6:,.0f} MB. Count or finish some first; what is left of a file "
            f"goes after a day.",
        )


def upload_named(project: models.Project, sha256: str) -> models.Upload | None:
    """Return a file of which parts have come, by its hash."""
    return models.Upload.objects.filter(project=project, sha256=sha256).first()


def received(upload: models.Upload) -> int:
    """Return how many bytes of a file are there, from the first on without a gap."""
    found = upload.parts.aggregate(end=Max("end"))["end"]
    return int(found or 0)


def keep_long(
    project: models.Project, opened: IO[bytes], *, name: str, by: Any, now: datetime
) -> models.Upload:
    """Keep a long file that came whole, part by part, so that it is chosen only once.

    Raises RefusedError.
    """
    digest = hashlib.sha256()
    size = 0
    opened.seek(0)
    while block := opened.read(BLOCK):
        digest.update(block)
        size += len(block)
    sha256 = digest.hexdigest()
    found = upload_named(project, sha256)
    there = 0 if found is None else received(found)
    opened.seek(there)
    while there < size:
        part = Part(start=there, size=size, body=opened.read(MOST_PART_BYTES))
        found = keep_part(project, sha256, part, by=by, now=now)
        there = part.end
    if found is None:
        raise RefusedError("empty_file", "This file is empty.")
    found.name = plain_name(name)
    found.save(update_fields=["name"])
    return found


@contextmanager
def opened_upload(upload: models.Upload) -> Iterator[IO[bytes]]:
    """Open a file that is all there, from a copy on the disk that nobody else sees.

    Raises RefusedError for one of which parts are missing, or whose bytes have another
    hash than was announced; those are deleted.
    """
    there = received(upload)
    if there < upload.size:
        raise RefusedError(
            "incomplete", f"{there} of {upload.size} bytes are there. Send the rest."
        )
    digest = hashlib.sha256()
    with TemporaryFile() as copy:
        for body in _bodies(upload):
            digest.update(body)
            copy.write(body)
        if digest.hexdigest() != upload.sha256:
            upload.delete()
            raise RefusedError(
                "hash_mismatch",
                "The bytes that came have another hash than was announced, so none of "
                "them was kept. Send the file again from its first byte.",
            )
        copy.seek(0)
        yield copy


def forget_upload(upload: models.Upload) -> None:
    """Delete the parts of a file: what it said is in the ledger."""
    upload.delete()


def forget_old_uploads(*, now: datetime) -> int:
    """Delete what is left of files that nobody went on with; return of how many."""
    rows = _old(now)
    many: int = rows.count()
    rows.delete()
    return many


def _old(now: datetime) -> Any:
    return models.Upload.objects.filter(at__lte=now - KEPT_FOR)


def _bodies(upload: models.Upload) -> Iterator[bytes]:
    """Yield the parts in order, one in memory at a time.

    Raises RefusedError where they go away meanwhile.
    """
    for pk in list(upload.parts.order_by("start").values_list("pk", flat=True)):
        found = models.UploadPart.objects.filter(pk=pk)
        body = found.values_list("body", flat=True).first()
        if body is None:
            raise RefusedError(
                "incomplete",
                "The parts of this file are gone: it was counted meanwhile, or its "
                "day was over. Ask what became of it.",
            )
        yield bytes(body)
