"""Actuals: a file becomes entries of the ledger, or is held with its reasons.

Path of a file: hash, read, check every row, verdict, and then one transaction. The same
bytes again change nothing; the same rows in another file change nothing; the same key
with other figures is a restatement, which needs a reason and is kept as a reversal and
a replacement. A file with refused rows is held unless a person publishes the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from quotes import models
from quotes.calc.names import Matched
from quotes.ingest.fields import KEY
from quotes.ingest.reading import (
    MappingError,
    MappingFile,
    Reading,
    Refusal,
    Row,
    read_work,
)
from quotes.ingest.work import Stated
from quotes.queries.actuals import current_records
from quotes.queries.erased import names_now
from quotes.queries.rollups import sharing
from quotes.queries.source_rows import same_rows_as
from scoping import audit

from .differing import FIGURES, other_figures
from .elsewhere import one_at_a_time, without_counted_elsewhere
from .keys import told_apart
from .meant import Meant, OpenName, key_now, new_names, open_names
from .overlapping import in_order, without_overlaps
from .rollups import roll_up
from .telling import A_YEAR, Early, Facts, remarks, verdict_sentence

MOST_REFUSED_KEPT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a file would do to the ledger."""

    reading: Reading
    new: tuple[Row, ...]
    restated: tuple[tuple[Row, models.WorkRecord], ...]
    repeated: int
    refused: tuple[Refusal, ...]
    seen_before: bool
    twice: tuple[tuple[int, int], ...] = ()
    """Rows that say what an earlier row of the file says: the earlier one, and it."""
    early: Early | None = None
    same_as: str = ""
    names: Mapping[str, tuple[Matched, ...]] = field(default_factory=dict)
    """By kind what each name of a line or batch in the file means, or may mean."""
    meant: tuple[str, ...] = ()
    """Which names were replaced by what they mean, in sentences."""

    @property
    def verdict(self) -> str:
        """Return in a sentence whether the file can be trusted."""
        reading = self.reading
        return verdict_sentence(
            reading.verdict.findings,
            seen_before=self.seen_before,
            nothing=reading.read == reading.blank + reading.left_out,
            refused=self.refused_rows,
            good=self.new_rows + self.restated_rows + self.repeated,
        )

    @property
    def open_names(self) -> tuple[OpenName, ...]:
        """Return the names in the file that nobody has said the meaning of."""
        return open_names(self.names)

    @property
    def refused_rows(self) -> int:
        """Return how many rows of the file are refused, named one by one or not."""
        return sum(1 + one.beside for one in self.refused)

    @property
    def new_rows(self) -> int:
        """Return how many rows of the file stand behind the new records."""
        return sum(row.many for row in self.new)

    @property
    def restated_rows(self) -> int:
        """Return how many rows of the file stand behind the restated records."""
        return sum(row.many for row, _ in self.restated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a file. `file` is None for a dry run and for a repeated file."""

    plan: Plan
    file: models.SourceFile | None
    state: str


def plan_ingest(
    project: models.Project,
    body: bytes,
    *,
    mapping: MappingFile | None,
    restate: bool = False,
    stated: Stated | None = None,
) -> Plan:
    """Return what a file would do, without doing it.

    Raises TableError or MappingError for a file that is no table of work records.
    """
    reading = read_work(
        body,
        mapping=mapping,
        zone=project.time_zone,
        stated=stated or stated_for(project),
    )
    return plan_reading(project, reading, restate=restate)


def plan_reading(
    project: models.Project, reading: Reading, *, restate: bool = False
) -> Plan:
    """Return what a file that was read would do, without doing it."""
    seen = project.files.filter(
        sha256=reading.sha256, state=models.SourceFile.PUBLISHED
    ).exists()
    current = current_records(project)
    refused = list(reading.refused)
    new: dict[str, Row] = {}
    restated: dict[str, tuple[Row, models.WorkRecord]] = {}
    repeated = 0
    again: list[tuple[int, int]] = []
    names = names_now(project.workspace)
    meant = Meant.of(project)
    matched = meant.matched(reading.rows)
    moved = meant.keys(current)
    rows = [_renamed(row, names) for row in meant.rows(reading.rows, current)]
    for row in told_apart(rows, current) if reading.is_added_up else rows:
        key = row.key if row.key in current else key_now(row, moved)
        earlier = new.get(key) or (restated[key][0] if key in restated else None)
        if earlier is not None:
            if earlier.content == row.content:
                repeated += row.many
                again += [(earlier.number, one) for one in row.sources]
            else:
                refused += row.refused(partial(twice, earlier=earlier.number))
        elif key not in current:
            new[key] = row
        elif _same(current[key], row):
            repeated += row.many
        elif restate:
            restated[key] = (row, current[key])
        else:
            before = current[key]
            refused += row.refused(
                partial(other_figures, counted=before, said=row.values)
            )
    new, refused = without_overlaps(new, refused, current, zone=project.time_zone)
    new, refused = without_counted_elsewhere(project, new, refused)
    new, refused = in_order(new, refused, current, zone=project.time_zone)
    return Plan(
        reading=reading,
        new=tuple(new.values()),
        restated=tuple(restated.values()),
        repeated=repeated,
        refused=tuple(sorted(refused, key=lambda one: one.row)),
        seen_before=seen,
        twice=tuple(again),
        early=_early(reading, project),
        same_as="" if seen else same_rows_as(project, reading.content_digest),
        names=matched,
        meant=tuple(meant.told(matched)),
    )


def stated_for(
    project: models.Project, *, now: datetime | None = None, **said: Any
) -> Stated:
    """Return what is said about a file, completed by what the project knows.

    A project of a single annotation type names the type of files that name none.
    """
    types = {str(line["type"]) for line in project.baseline.document["lines"]}
    if not said.get("annotation_type") and len(types) == 1:
        said["annotation_type"] = types.pop()
    latest = None if now is None else now + timedelta(days=1)
    return Stated(zone=project.time_zone, latest=latest, **said)


def twice(number: int, *, earlier: int) -> Refusal:
    """Return why a row is refused that says otherwise what an earlier one said."""
    return Refusal(
        row=number,
        column="batch",
        code="duplicate_key",
        message=(
            f"Rows {earlier} and {number} are the same work with other figures: line, "
            f"batch, stage, period, person and clock are the same. Keep one of them; "
            f"of different work, name the line or write from when to when each ran."
        ),
    )


def _renamed(row: Row, names: Callable[[str], str]) -> Row:
    """Return a row of an erased person under the name that is left, its key kept."""
    actor = row.values.get("actor", "")
    name = names(actor)
    if name == actor:
        return row
    return replace(row, values={**row.values, "actor": name}, written_key=row.key)


def _same(record: models.WorkRecord, row: Row) -> bool:
    """Return whether an entry says what a row says; their keys are the same already."""
    return all(
        getattr(record, name) == value
        for name, value in row.values.items()
        if name not in KEY
    ) and all(
        getattr(record, name) in (None, "")
        for name in FIGURES
        if name not in row.values
    )


def ingest_file(  # noqa: PLR0913 - what a file is published with, named
    project: models.Project,
    body: bytes,
    *,
    name: str,
    mapping: MappingFile | None,
    by: Any,
    now: datetime,
    publish_good: bool = False,
    restate_reason: str = "",
    stated: Stated | None = None,
    hold_names: bool = False,
) -> Outcome:
    """Publish a file's rows in one transaction, or hold the file with its reasons."""
    reading = read_work(
        body,
        mapping=mapping,
        zone=project.time_zone,
        stated=stated or stated_for(project, now=now),
    )
    return ingest_reading(
        project,
        reading,
        name=name,
        mapping=mapping,
        by=by,
        now=now,
        publish_good=publish_good,
        restate_reason=restate_reason,
        hold_names=hold_names,
    )


def ingest_reading(  # noqa: PLR0913 - what a file is published with, named
    project: models.Project,
    reading: Reading,
    *,
    name: str,
    by: Any,
    now: datetime,
    mapping: MappingFile | None = None,
    publish_good: bool = False,
    restate_reason: str = "",
    hold_names: bool = False,
) -> Outcome:
    """Publish the rows of a file that was read in one transaction, or hold it.

    `hold_names` keeps a file out of the ledger while it has names that nobody has said
    the meaning of, nothing of which was counted before; no held file is kept of it.
    """
    with transaction.atomic():
        # The project's row is the lock: two files of one project are counted in turn.
        models.Project.objects.select_for_update().get(pk=project.pk)
        one_at_a_time(project, reading.content_digest)
        plan = plan_reading(project, reading, restate=bool(restate_reason))
        if plan.reading.kind != "work":
            raise MappingError(
                f"{plan.reading.reader}: paid time is no work of a project, so it is "
                f"not counted here."
            )
        if plan.seen_before or not (plan.new or plan.restated or plan.refused):
            return Outcome(plan=plan, file=None, state=models.SourceFile.REPEATED)
        if hold_names and new_names(project, plan.open_names):
            return Outcome(plan=plan, file=None, state=models.SourceFile.HELD)
        held = bool(plan.refused) and not publish_good
        file = _file(
            project, plan, name=name, mapping=mapping, held=held, by=by, now=now
        )
        if not held:
            _publish(project, file, plan, reason=restate_reason, now=now)
            roll_up(sharing(project), now=now)
        audit.record(
            workspace=project.workspace,
            actor=str(by or "command line"),
            action="hold_file" if held else "ingest_file",
            subject=f"project {project.slug}",
            after={"file": plan.reading.sha256, "rows": len(plan.new)},
            at=now,
        )
    return Outcome(plan=plan, file=file, state=file.state)


def _file(  # noqa: PLR0913 - a row's particulars, named
    project: models.Project,
    plan: Plan,
    *,
    name: str,
    mapping: MappingFile | None,
    held: bool,
    by: Any,
    now: datetime,
) -> models.SourceFile:
    reading = plan.reading
    published = 0 if held else plan.new_rows + plan.restated_rows
    file = models.SourceFile.objects.create(
        workspace=project.workspace,
        project=project,
        name=name[:200],
        sha256=reading.sha256,
        content_digest=reading.content_digest,
        mapping="" if mapping is None else mapping.name,
        state=models.SourceFile.HELD if held else models.SourceFile.PUBLISHED,
        rows_read=reading.read,
        rows_published=published,
        rows_refused=plan.refused_rows,
        rows_repeated=plan.repeated,
        rows_left_out=reading.left_out,
        rows_blank=reading.blank,
        findings=[*findings(plan)],
        by=by,
        at=now,
    )
    keep_refused(file, plan.refused)
    return file


def keep_refused(file: models.SourceFile, refused: Sequence[Refusal]) -> None:
    """Keep the first refused rows of a file with their reasons."""
    models.RefusedRow.objects.bulk_create(
        models.RefusedRow(
            workspace=file.workspace,
            file=file,
            row=one.row,
            column=one.column[:80],
            code=one.code,
            message=one.message[:500],
        )
        for one in refused[:MOST_REFUSED_KEPT]
    )


def findings(plan: Plan, *, with_verdict: bool = True) -> list[str]:
    """Return what is worth knowing about a file that is no reason to refuse a row.

    Without the verdict: what stands beside it where a page shows that as a table.
    """
    reading = plan.reading
    untimed = [row for row in plan.new if "active_seconds" not in row.values]
    facts = Facts(
        reader=reading.reader,
        remarks=(*plan.meant, *reading.findings),
        verdict=reading.verdict.findings,
        untimed=len(untimed),
        untimed_batches=[str(row.values["batch"]) for row in untimed[:5]],
        scope=reading.scope,
        ignored=reading.ignored_columns,
        clocks={str(row.values["clock"]) for row in plan.new},
        twice=plan.twice,
        early=plan.early,
        same_as=plan.same_as,
    )
    return remarks(facts, with_verdict=with_verdict)


def _early(reading: Reading, project: models.Project) -> Early | None:
    """Return what lies so long before the project that it may be another's work."""
    found, seconds, all_seconds = [], Decimal(0), Decimal(0)
    for row in reading.rows:
        timed = row.values.get("active_seconds") or Decimal(0)
        moment = row.values.get("period_end") or row.values.get("period_start")
        all_seconds += timed
        if moment is None:
            continue
        day = moment.astimezone(ZoneInfo(project.time_zone)).date()
        if day < project.start_on - A_YEAR:
            found.append((day, row.many))
            seconds += timed
    if not found:
        return None
    return Early(
        rows=sum(many for _, many in found),
        first=min(found)[0],
        begins=project.start_on,
        share=float(seconds / all_seconds) if all_seconds else None,
    )


def _publish(
    project: models.Project,
    file: models.SourceFile,
    plan: Plan,
    *,
    reason: str,
    now: datetime,
) -> None:
    records = [
        models.WorkRecord(
            workspace=project.workspace,
            project=project,
            file=file,
            kind="entry",
            key=row.key,
            recorded_at=now,
            **row.values,
        )
        for row in plan.new
    ]
    for row, earlier in plan.restated:
        reversal = copied(earlier)
        reversal.kind, reversal.file = "reversal", file
        reversal.edition, reversal.reason = earlier.edition + 1, reason[:300]
        reversal.recorded_at = now
        records.append(reversal)
        records.append(
            models.WorkRecord(
                workspace=project.workspace,
                project=project,
                file=file,
                kind="replacement",
                key=earlier.key,
                edition=earlier.edition + 1,
                reason=reason[:300],
                recorded_at=now,
                **row.values,
            )
        )
    _publish_times(models.WorkRecord.objects.bulk_create(records, batch_size=500), plan)


def _publish_times(records: Sequence[models.WorkRecord], plan: Plan) -> None:
    """Write down how long the items behind new records took, where that is known."""
    rows = {row.key: row for row in plan.new}
    rows |= {earlier.key: row for row, earlier in plan.restated}
    models.ItemTimes.objects.bulk_create(
        (
            models.ItemTimes(
                workspace_id=record.workspace_id, record=record, **asdict(times)
            )
            for record in records
            if record.kind != "reversal"
            and (times := rows[record.key].times) is not None
            and times.n
        ),
        batch_size=500,
    )


def copied(record: models.WorkRecord) -> models.WorkRecord:
    """Return an entry once more, not yet stored."""
    values = {
        field.attname: getattr(record, field.attname)
        for field in models.WorkRecord._meta.concrete_fields  # noqa: SLF001 - Django's own
        if not field.primary_key
    }
    return models.WorkRecord(**values)
