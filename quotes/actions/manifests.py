"""Manifests of deliveries: all of a file or nothing; the same rows change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.ingest.manifests import Line, read_manifest
from quotes.ingest.work import Refusal
from scoping import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What became of a manifest. With a refused row nothing of it was kept."""

    new: int
    repeated: int
    refused: tuple[Refusal, ...]


@transaction.atomic
def load_manifest(
    project: models.Project, body: bytes, *, by: Any, now: datetime
) -> Manifest:
    """Keep which items were delivered in which version of which batch.

    Raises TableError and MappingError.
    """
    models.Project.objects.select_for_update().get(pk=project.pk)
    lines, refused = read_manifest(body)
    batches = {line.batch for line in lines}
    known: dict[tuple[str, int, str], tuple[str, str | None]] = {
        (row.batch, row.version, row.item): (row.digest, row.prelabel_model)
        for row in models.DeliveredItem.objects.filter(
            project=project, batch__in=batches
        ).iterator()
    }
    new: list[Line] = []
    repeated = 0
    for line in lines:
        key = (line.batch, line.version, line.item)
        if key not in known:
            known[key] = line.digest, line.model
            new.append(line)
        elif known[key] == (line.digest, line.model):
            repeated += 1
        else:
            refused.append(_other_file(line, digest=known[key][0]))
    if refused or not new:
        shown = tuple(sorted(refused, key=lambda one: one.row))
        return Manifest(new=0, repeated=repeated, refused=shown)
    models.DeliveredItem.objects.bulk_create(
        (
            models.DeliveredItem(
                workspace=project.workspace,
                project=project,
                batch=line.batch,
                version=line.version,
                item=line.item,
                digest=line.digest,
                prelabel_model=line.model,
                by=by,
                at=now,
            )
            for line in new
        ),
        batch_size=500,
    )
    audit.record(
        workspace=project.workspace,
        actor=str(by or "command line"),
        action="load_manifest",
        subject=f"project {project.slug}",
        after={"items": len(new), "batches": len(batches)},
        at=now,
    )
    return Manifest(new=len(new), repeated=repeated, refused=())


def _other_file(line: Line, *, digest: str) -> Refusal:
    if digest == line.digest:
        return Refusal(
            row=line.row,
            column="prelabel_model",
            code="other_model",
            message=(
                f"{line.item} was delivered in version {line.version} of {line.batch} "
                f"with pre-labels of another model, or of none that was named."
            ),
        )
    return Refusal(
        row=line.row,
        column="hash",
        code="other_hash",
        message=(
            f"{line.item} was delivered in version {line.version} of {line.batch} with "
            f"another hash. What was delivered again has the next version."
        ),
    )
