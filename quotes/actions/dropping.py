"""Dropped files and remembered mappings: what is kept before anything counts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.ingest.mappings import header_digest, read_mapping
from scoping import audit

LONGEST_NAME = 200


def keep_dropped(
    project: models.Project, body: bytes, *, name: str, by: Any, now: datetime
) -> models.DroppedFile:
    """Keep the bytes of a file, once whatever it is called."""
    sha256 = hashlib.sha256(body).hexdigest()
    found, _ = models.DroppedFile.objects.get_or_create(
        project=project,
        sha256=sha256,
        defaults={
            "workspace": project.workspace,
            "name": plain_name(name),
            "body": body,
            "by": by,
            "at": now,
        },
    )
    return found


def plain_name(name: str) -> str:
    """Return a name of a file without folders and control characters.

    It is shown and never used as a path.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(mark for mark in last if mark.isprintable())
    return kept[:LONGEST_NAME] or "file"


def dropped_named(project: models.Project, sha256: str) -> models.DroppedFile | None:
    """Return a file that was dropped on a project, by its hash."""
    return models.DroppedFile.objects.filter(project=project, sha256=sha256).first()


@transaction.atomic
def remember_mapping(
    workspace: Any,
    names: Sequence[str],
    document: dict[str, Any],
    *,
    by: Any,
    now: datetime,
) -> models.ColumnMapping:
    """Remember how a kind of file has its columns mapped; a later answer replaces it.

    Raises MappingError for a mapping that cannot work.
    """
    mapping = read_mapping(document)
    found, _ = models.ColumnMapping.objects.update_or_create(
        workspace=workspace,
        header=header_digest(names),
        defaults={
            "name": mapping.name or "columns",
            "document": document,
            "by": by,
            "at": now,
        },
    )
    audit.record(
        workspace=workspace,
        actor=str(by or "command line"),
        action="remember_mapping",
        subject=f"columns {mapping.name}",
        after={"header": found.header, "mapping": document},
        at=now,
    )
    return found
