"""What a name in files means: confirmed once, remembered, and forgotten when asked.

What was counted under the written name before moves to the line or batch that it means,
as a reversal and a replacement that say why. Work of a closed month stays where it was
counted, and so does work that stands under both names: neither is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from quotes import models
from quotes.calc.names import KNOWN, Names, Written, same
from quotes.ingest.fields import READERS
from quotes.queries.grouped import is_large
from quotes.queries.ledger import current_records
from quotes.queries.names import BATCH, LINE, names_of
from quotes.queries.names import remembered as all_remembered
from quotes.queries.rollups import sharing
from scoping import audit

from . import RefusedError
from .actuals import copied
from .meant import MATCHED, moved_from, row_of, work_of
from .rollups import roll_up

LONGEST = {LINE: 60, BATCH: 120}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What somebody says that a name means; the name itself: it stays as it is."""

    kind: str
    written: str
    means: str


def saying_of(text: str) -> Saying:
    """Return what is said as `batch:street 3 FINAL=street-scenes/003`.

    Raises RefusedError for anything else. A name in a file may hold a colon, and one
    of ours none of `=`, so that the last one parts them.
    """
    kind, colon, rest = text.partition(":")
    written, equals, means = rest.rpartition("=")
    if not (colon and equals and written.strip() and means.strip()):
        raise RefusedError(
            "name_missing",
            f"“{text[:80]}” does not say what a name means. Write it as "
            f"batch:name in the file=name here.",
        )
    return Saying(kind=kind.strip(), written=_bare(written), means=_bare(means))


def _bare(name: str) -> str:
    """Return a name without quotes around it that a shell left."""
    found = name.strip()
    quoted = len(found) > 1 and found[0] == found[-1] == '"'
    return found[1:-1].strip() if quoted else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """How many names were new or mean another thing now, and what moved with them.

    `moved` entries of the ledger bear the other name now; `stayed` do not, because
    their month is closed or the same work stands under both names.
    """

    names: int = 0
    moved: int = 0
    stayed: int = 0

    @property
    def sentence(self) -> str:
        """Return what was done in words."""
        if not self.names:
            return "Nothing new: these names were confirmed before."
        word = "name is" if self.names == 1 else "names are"
        said = f"{self.names:,} {word} remembered."
        if self.moved:
            rows = "record" if self.moved == 1 else "records"
            said += f" {self.moved:,} {rows} counted before moved with them."
        if self.stayed:
            rows = "record stays" if self.stayed == 1 else "records stay"
            said += (
                f" {self.stayed:,} {rows} under the name as written: of a closed "
                f"month, or counted under both names, or too many to move."
            )
        return said


@transaction.atomic
def remember_names(
    project: models.Project,
    sayings: Iterable[Saying],
    *,
    by: Any,
    now: datetime,
) -> Remembered:
    """Remember what names of lines and batches mean in files of a project.

    What was confirmed so before changes nothing. Raises RefusedError for a meaning that
    is not ours, and for a name that is ours already.
    """
    models.Project.objects.select_for_update().get(pk=project.pk)
    told = [*sayings]
    kept = [one for one in _checked(project, told) if one is not None]
    rows = [_row(one, project=project, by=by, now=now) for one in kept]
    if not rows:
        return Remembered()
    models.RememberedName.objects.bulk_create(rows)
    _record(project, rows, by=by, now=now, action="remember_names")
    moved, stayed = _move(project, rows, now=now)
    if moved:
        roll_up(sharing(project), now=now)
    return Remembered(names=len(rows), moved=moved, stayed=stayed)


@transaction.atomic
def forget_name(
    project: models.Project, kind: str, written: str, *, by: Any, now: datetime
) -> models.RememberedName:
    """Forget what a name means: what was counted stays where it is.

    Raises RefusedError for a name that is not remembered.
    """
    models.Project.objects.select_for_update().get(pk=project.pk)
    known = all_remembered(project, kind)
    found = known.get(same(written))
    if found is None:
        raise RefusedError("no_such_name", "No such name is remembered.")
    row = _row(
        Saying(kind=kind, written=found.written, means=""),
        project=project,
        by=by,
        now=now,
    )
    row.save(force_insert=True)
    _record(project, [row], by=by, now=now, action="forget_name")
    return row


def _row(
    one: Saying, *, project: models.Project, by: Any, now: datetime
) -> models.RememberedName:
    return models.RememberedName(
        workspace=project.workspace,
        project=project,
        kind=one.kind,
        name=same(one.written),
        written=one.written.strip(),
        means=one.means,
        by=by,
        at=now,
    )


def _record(
    project: models.Project,
    rows: Sequence[models.RememberedName],
    *,
    by: Any,
    now: datetime,
    action: str,
) -> None:
    audit.record(
        workspace=project.workspace,
        actor=str(by or "command line"),
        action=action,
        subject=f"project {project.slug}",
        after=[
            {"kind": one.kind, "written": one.written, "means": one.means}
            for one in rows
        ],
        at=now,
    )


def _checked(
    project: models.Project, told: Sequence[Saying]
) -> Iterator[Saying | None]:
    """Yield what is said, in our own spelling; None for what is known already."""
    by_kind: dict[str, Names | None] = {}
    seen: dict[tuple[str, str], str] = {}
    known: dict[str, dict[str, models.RememberedName]] = {}
    for one in told:
        if one.kind not in LONGEST:
            raise RefusedError("name_kind", "A name is one of a line or of a batch.")
        if one.kind not in by_kind:
            by_kind[one.kind] = names_of(project, one.kind)
            known[one.kind] = all_remembered(project, one.kind)
        found = _one(one, by_kind[one.kind])
        before = seen.setdefault((one.kind, same(one.written)), found.means)
        if before != found.means:
            raise RefusedError(
                "name_twice",
                f"“{one.written}” is said to be “{before}” and “{found.means}”.",
                field="means",
            )
        last = known[one.kind].get(same(one.written))
        yield (
            None
            if last is not None and same(last.means) == same(found.means)
            else found
        )


def _one(one: Saying, names: Names | None) -> Saying:
    """Return what is said in our own spelling. Raises RefusedError."""
    written = one.written.strip()
    if not written or len(written) > LONGEST[one.kind] or not written.isprintable():
        raise RefusedError(
            "name_missing",
            f"Say which name of the file is meant, in at most {LONGEST[one.kind]} "
            f"characters.",
            field="written",
        )
    if names is None:
        raise RefusedError(
            "no_batches",
            "No batch of this project is laid out: every name in a file is one.",
        )
    (own,) = names.matched([Written(name=written)])
    if own.state == KNOWN:
        raise RefusedError(
            "name_is_ours",
            f"“{written}” is the name of a {one.kind} here: it always means that.",
            field="written",
        )
    if same(one.means) == same(written):
        return Saying(kind=one.kind, written=written, means=written)
    means = names.own(one.means)
    if means is None:
        raise RefusedError(
            "no_such_meaning",
            f"There is no {one.kind} “{one.means[:80]}” here.",
            field="means",
        )
    # As readers write it: batches are the same whatever their case.
    means = str(READERS[BATCH](means)) if one.kind == BATCH else means
    return Saying(kind=one.kind, written=written, means=means)


def _move(
    project: models.Project, rows: Sequence[models.RememberedName], *, now: datetime
) -> tuple[int, int]:
    """Move what was counted under written names; return what moved and what stayed."""
    if is_large(project):
        names = Q()
        for row in rows:
            names |= Q(**{row.kind: row.written})
        return 0, project.records.filter(names).order_by().count()
    current = current_records(project)
    wanted = {(row.kind, row.name): row for row in rows if row.name != same(row.means)}
    through = _closed_through(project)
    taken = {work_of(row_of(record)) for record in current.values()}
    moves: list[tuple[models.WorkRecord, models.WorkRecord]] = []
    before = moved_from(project)
    stayed = 0
    for record in current.values():
        borne = [*_names(record), *sorted(before.get(record.key, ()))]
        said = [row for row in map(wanted.get, borne) if row is not None]
        said = [row for row in said if getattr(record, row.kind) != row.means]
        if not said:
            continue
        made = copied(record)
        for row in said:
            setattr(made, row.kind, row.means)
        moment = record.period_end or record.period_start
        day = moment and moment.astimezone(ZoneInfo(project.time_zone)).date()
        if work_of(row_of(made)) in taken or (through and day and day <= through):
            stayed += 1
            continue
        taken.add(work_of(row_of(made)))
        reversal = copied(record)
        reason = "; ".join(
            f"{MATCHED}{row.kind} “{row.written}” is “{row.means}”" for row in said
        )
        for one, kind in ((reversal, "reversal"), (made, "replacement")):
            one.kind, one.edition = kind, record.edition + 1
            one.reason, one.recorded_at = reason[:300], now
        moves.append((record, made))
        moves.append((record, reversal))
    models.WorkRecord.objects.bulk_create(
        [
            made
            for _, made in sorted(moves, key=lambda pair: pair[1].kind != "reversal")
        ],
        batch_size=500,
    )
    _move_times(moves)
    return len(moves) // 2, stayed


def _names(record: models.WorkRecord) -> Iterator[tuple[str, str]]:
    """Yield the names that an entry bears."""
    for kind in (LINE, BATCH):
        yield kind, same(getattr(record, kind))


def _closed_through(project: models.Project) -> Any:
    """Return the last day of the books that are closed, None where none are."""
    found = models.ClosedPeriod.objects.filter(project=project).order_by("-through")
    return found.values_list("through", flat=True).first()


def _move_times(
    moves: Iterable[tuple[models.WorkRecord, models.WorkRecord]],
) -> None:
    """Give replacements the times of items that their entries had."""
    made = {record.pk: one for record, one in moves if one.kind == "replacement"}
    times = models.ItemTimes.objects.filter(record__in=[*made])
    models.ItemTimes.objects.bulk_create(
        models.ItemTimes(
            workspace_id=one.workspace_id,
            record=made[one.record_id],
            **{
                name: getattr(one, name)
                for name in ("n", "milliseconds", "logs", "squares", "longest")
            },
        )
        for one in times
    )
