"""Long files: staged, decided by the database, published in one transaction or held.

The rules and the words are those of `actuals`; only who does the work is another. Each
step can be cut off and the file given again: what was staged is taken up where it is,
what was published is known by its hash.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any

from django.db import transaction

from quotes import models
from quotes.ingest.reading import CANONICAL
from quotes.ingest.work import Refusal, Stated
from quotes.queries.rollups import sharing
from quotes.queries.room import make_room, many_expected
from quotes.queries.source_rows import same_rows_as
from quotes.queries.staged import facts_of_new, read_verdict
from scoping import audit

from . import failpoints, long_names
from .actuals import MOST_REFUSED_KEPT, keep_refused
from .elsewhere import one_at_a_time
from .entries import publish, restate
from .fates import Fates, decide
from .meant import OpenName, new_names
from .rollups import roll_up
from .staging import Told, clear, hash_of, nobody, rows_of, staged
from .telling import Facts, remarks, verdict_sentence

DRY = "dry"


@dataclass(frozen=True, slots=True, kw_only=True)
class LongOutcome:
    """What became of a long file, or would: `file` is None where nothing was kept."""

    state: str
    file: models.SourceFile | None
    sha256: str
    sentence: str
    remarks: tuple[str, ...] = ()
    read: int = 0
    new: int = 0
    restated: int = 0
    repeated: int = 0
    refused_rows: int = 0
    blank: int = 0
    refused: tuple[Refusal, ...] = ()
    names: tuple[OpenName, ...] = ()
    """Names that nobody has said the meaning of, of a dry run or where they hold it."""


class _GoneError(LookupError):
    """Raised where staged rows went away meanwhile: somebody else was through first."""


def ingest_long(  # noqa: PLR0913 - what a file is published with, named
    project: models.Project,
    opened: IO[bytes],
    *,
    name: str,
    by: Any,
    now: datetime,
    stated: Stated,
    publish_good: bool = False,
    restate_reason: str = "",
    dry: bool = False,
    told: Told = nobody,
    hold_names: bool = False,
) -> LongOutcome:
    """Publish a long canonical CSV in one transaction, or hold it with its reasons.

    Raises TableError and MappingError. A dry run leaves the rows staged, so that
    counting them afterwards does not read the file again.
    """
    sha256 = hash_of(opened)
    failpoints.reached(failpoints.HASHED)
    meanings = long_names.meanings(project)
    while True:
        if _seen(project, sha256):
            found = _repeated(sha256)
            break
        staging = staged(
            project,
            opened,
            sha256=sha256,
            stated=stated,
            now=now,
            told=told,
            meant=meanings,
        )
        said = _Said(
            name=name[:200],
            by=by,
            now=now,
            publish_good=publish_good,
            reason=restate_reason[:300],
            dry=dry,
            hold_names=hold_names,
        )
        try:
            found = _count(project, staging, said)
        except _GoneError:
            continue
        break
    failpoints.reached(failpoints.PUBLISHED)
    if not dry:
        clear(project, sha256=sha256, now=now)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """How a file is to be counted, and by whom."""

    name: str
    by: Any
    now: datetime
    publish_good: bool
    reason: str
    dry: bool
    hold_names: bool


def _seen(project: models.Project, sha256: str) -> bool:
    return project.files.filter(
        sha256=sha256, state=models.SourceFile.PUBLISHED
    ).exists()


def _repeated(sha256: str) -> LongOutcome:
    sentence = verdict_sentence((), seen_before=True, nothing=False, refused=0)
    return LongOutcome(
        state=models.SourceFile.REPEATED, file=None, sha256=sha256, sentence=sentence
    )


@transaction.atomic
def _count(
    project: models.Project, staging: models.Staging, said: _Said
) -> LongOutcome:
    # The project's row is the lock: two files of one project are counted in turn.
    models.Project.objects.select_for_update().get(pk=project.pk)
    one_at_a_time(project, staging.reading["content"])
    make_room()
    if _seen(project, staging.sha256):
        return _repeated(staging.sha256)
    many, last = rows_of(staging)
    if many != staging.rows:
        raise _GoneError
    renamed = long_names.known_keys(staging)
    fates = decide(staging, project=project, restate=bool(said.reason))
    failpoints.reached(failpoints.DECIDED)
    found = _with_names(_outcome(staging, fates), staging, said, renamed)
    if said.dry:
        transaction.set_rollback(True)
        return replace(found, state=DRY)
    if not (fates.new or fates.restated or found.refused_rows):
        return found
    if said.hold_names and new_names(project, found.names):
        return replace(found, state=models.SourceFile.HELD)
    held = bool(found.refused_rows) and not said.publish_good
    file = _file(project, staging, found, said, held=held)
    failpoints.reached(failpoints.FILED)
    if not held:
        publish(staging, file, last=last)
        if fates.restated:
            restate(staging, file, reason=said.reason)
        with many_expected():
            roll_up(sharing(project), now=said.now)
        failpoints.reached(failpoints.PUBLISHING)
    audit.record(
        workspace=project.workspace,
        actor=str(said.by or "command line"),
        action="hold_file" if held else "ingest_file",
        subject=f"project {project.slug}",
        after={"file": staging.sha256, "rows": found.new},
        at=said.now,
    )
    return replace(found, file=file, state=file.state)


def _outcome(staging: models.Staging, fates: Fates) -> LongOutcome:
    """Return what a file would do, in the words of every file."""
    reading = staging.reading
    read_refused = [Refusal(**one) for one in reading["refused"]]
    verdict = read_verdict(reading["verdict"])
    refused = reading["refused_rows"] + fates.refused
    new = facts_of_new(staging.pk)
    facts = Facts(
        reader=CANONICAL,
        remarks=reading["remarks"],
        verdict=verdict,
        ignored=reading["ignored"],
        untimed=new.untimed,
        untimed_batches=new.untimed_batches,
        clocks=new.clocks,
        twice=new.twice,
        same_as=same_rows_as(staging.project, reading["content"]),
    )
    shown = sorted([*read_refused, *fates.shown], key=lambda one: one.row)
    return LongOutcome(
        state=models.SourceFile.REPEATED,
        file=None,
        sha256=staging.sha256,
        sentence=verdict_sentence(
            verdict,
            seen_before=False,
            nothing=reading["read"] == reading["blank"],
            refused=refused,
            good=fates.new + fates.restated + fates.repeated,
        ),
        remarks=tuple(remarks(facts)),
        read=reading["read"],
        new=fates.new,
        restated=fates.restated,
        repeated=fates.repeated,
        refused_rows=refused,
        blank=reading["blank"],
        refused=tuple(shown[:MOST_REFUSED_KEPT]),
    )


def _with_names(
    found: LongOutcome,
    staging: models.Staging,
    said: _Said,
    renamed: tuple[str, ...],
) -> LongOutcome:
    """Say which names were replaced; where nothing is counted, which are not known."""
    asks = said.dry or said.hold_names
    return replace(
        found,
        remarks=(*found.remarks, *renamed),
        names=long_names.open_in(staging) if asks else (),
    )


def _file(
    project: models.Project,
    staging: models.Staging,
    found: LongOutcome,
    said: _Said,
    *,
    held: bool,
) -> models.SourceFile:
    file = models.SourceFile.objects.create(
        workspace=project.workspace,
        project=project,
        name=said.name,
        sha256=staging.sha256,
        content_digest=staging.reading["content"],
        state=models.SourceFile.HELD if held else models.SourceFile.PUBLISHED,
        rows_read=found.read,
        rows_published=0 if held else found.new + found.restated,
        rows_refused=found.refused_rows,
        rows_repeated=found.repeated,
        rows_blank=found.blank,
        findings=list(found.remarks),
        by=said.by,
        at=said.now,
    )
    keep_refused(file, found.refused)
    return file
