"""Paid time and wages: a file of them becomes entries of their ledger, or is held.

As with work: the same bytes or the same rows again change nothing, the same day of the
same person with other figures is a restatement that needs a reason, and a file with a
refused row is held unless somebody publishes the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from quotes import models
from quotes.ingest.reading import MappingError, Reading, Refusal, read_work
from quotes.ingest.work import Piece, Stated
from quotes.queries.erased import names_now
from quotes.queries.paid import current_paid
from quotes.queries.rollups import moved_by_pay
from scoping import audit

from .rollups import roll_up

FIGURES = (
    *("paid_seconds", "normal_seconds", "overtime_seconds", "night_seconds"),
    *("productive_seconds", "training_seconds", "meeting_seconds"),
    *("waiting_seconds", "leave_seconds", "idle_seconds", "amount"),
)
MOST_KEPT = 1_000
HELD, PUBLISHED, REPEATED = "held", "published", "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """One row of paid time or wages, ready for the ledger."""

    row: int
    values: dict[str, Any]
    written_key: str = ""
    """The key by the person's name as written, where the values bear another."""

    @property
    def key(self) -> str:
        """Return the digest of whose time or wage it is, and of when and for what."""
        if self.written_key:
            return self.written_key
        parts = ("what", "day", "month", "person", "project_name", "currency")
        said = [str(self.values.get(part) or "").casefold() for part in parts]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidPlan:
    """What a file of paid time would do to its ledger."""

    reading: Reading
    new: tuple[Pay, ...]
    restated: tuple[tuple[Pay, models.PaidRecord], ...]
    repeated: int
    refused: tuple[Refusal, ...]
    seen_before: bool

    @property
    def verdict(self) -> str:
        """Return in a sentence whether the file can be trusted."""
        if self.seen_before:
            return "This file was counted before. Nothing changes."
        if self.refused:
            word = "row" if len(self.refused) == 1 else "rows"
            return f"Can be trusted, except for {len(self.refused):,} {word}."
        return "Can be trusted: every row was read."


def plan_paid(
    workspace: Any, body: bytes, *, stated: Stated, restate: bool = False
) -> PaidPlan:
    """Return what a file of paid time would do, without doing it.

    Raises TableError or MappingError for a file that holds none.
    """
    reading = read_work(body, mapping=None, zone=stated.zone, stated=stated)
    if reading.kind != "paid":
        raise MappingError(f"{reading.reader}: this is work, and no paid time.")
    current = current_paid(workspace)
    new: dict[str, Pay] = {}
    restated: dict[str, tuple[Pay, models.PaidRecord]] = {}
    refused, repeated = list(reading.refused), 0
    for piece in reading.pieces:
        pay = _pay(piece, stated)
        key = pay.key
        if key in new or key in restated:
            refused.append(_refusal(pay, "duplicate_key", TWICE))
        elif key not in current:
            new[key] = pay
        elif _same(current[key], pay):
            repeated += 1
        elif restate:
            restated[key] = (pay, current[key])
        else:
            refused.append(_refusal(pay, "restatement", OTHER))
    return PaidPlan(
        reading=reading,
        new=tuple(new.values()),
        restated=tuple(restated.values()),
        repeated=repeated,
        refused=tuple(sorted(refused, key=lambda one: one.row)),
        seen_before=models.PaidFile.objects.filter(
            workspace=workspace, sha256=reading.sha256
        ).exists(),
    )


TWICE = (
    "This person has another row of that day and project. Add them up at the source."
)
OTHER = "This was counted with other figures. Give a reason to restate it."


def _refusal(pay: Pay, code: str, message: str) -> Refusal:
    return Refusal(row=pay.row, column="person", code=code, message=message)


def _pay(piece: Piece, stated: Stated) -> Pay:
    values = dict(piece.values)
    values["project_name"] = values.pop("project", "")
    if "amount" in values:
        return Pay(row=piece.row, values=values | {"what": models.PaidRecord.WAGE})
    day = _day(piece, stated)
    what = {"what": models.PaidRecord.TIME, "day": day, "month": f"{day:%Y-%m}"}
    return Pay(row=piece.row, values=values | what)


def _day(piece: Piece, stated: Stated) -> date:
    if piece.end is None:
        raise ValueError(f"Row {piece.row} of a timesheet has no day.")
    return piece.end.astimezone(ZoneInfo(stated.zone)).date()


def _named(pay: Pay, names: Callable[[str], str]) -> dict[str, Any]:
    """Return the values of a row, an erased person under the name that is left."""
    return {**pay.values, "person": names(pay.values.get("person", ""))}


def _same(record: models.PaidRecord, pay: Pay) -> bool:
    return all(
        _decimal(getattr(record, name)) == _decimal(pay.values.get(name))
        for name in FIGURES
    )


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal("0.0001"))


@transaction.atomic
def ingest_paid(  # noqa: PLR0913 - what a file is published with, named
    workspace: Any,
    body: bytes,
    *,
    name: str,
    stated: Stated,
    by: Any,
    now: datetime,
    publish_good: bool = False,
    restate_reason: str = "",
) -> tuple[PaidPlan, str]:
    """Publish paid time in one transaction, or hold the file; return plan and state."""
    # The workspace's row is the lock: two files of one company are read in turn.
    type(workspace).objects.select_for_update().get(pk=workspace.pk)
    plan = plan_paid(workspace, body, stated=stated, restate=bool(restate_reason))
    if plan.seen_before or not (plan.new or plan.restated or plan.refused):
        return plan, REPEATED
    if plan.refused and not publish_good:
        return plan, HELD
    file = _file(workspace, plan, name=name, by=by, now=now)
    names = names_now(workspace)
    records = [
        models.PaidRecord(
            workspace=workspace,
            file=file,
            kind="entry",
            key=pay.key,
            recorded_at=now,
            **_named(pay, names),
        )
        for pay in plan.new
    ]
    for pay, earlier in plan.restated:
        named = replace(pay, values=_named(pay, names), written_key=pay.key)
        records += _restate(file, named, earlier, reason=restate_reason[:300], now=now)
    models.PaidRecord.objects.bulk_create(records, batch_size=500)
    timed = [one for one in records if one.day is not None]
    if timed:
        moved = moved_by_pay(
            workspace,
            people=[one.person for one in timed],
            named={one.project_name for one in timed} - {""},
            since=min(one.day for one in timed if one.day is not None),
        )
        roll_up(moved, now=now)
    audit.record(
        workspace=workspace,
        actor=str(by or "command line"),
        action="ingest_paid_time",
        subject=f"file {name}"[:120],
        after={"file": plan.reading.sha256, "rows": len(records)},
        at=now,
    )
    return plan, PUBLISHED


def _file(
    workspace: Any, plan: PaidPlan, *, name: str, by: Any, now: datetime
) -> models.PaidFile:
    reading = plan.reading
    return models.PaidFile.objects.create(
        workspace=workspace,
        name=name[:200],
        sha256=reading.sha256,
        reader=reading.reader,
        rows_read=reading.read,
        rows_published=len(plan.new) + len(plan.restated),
        rows_refused=len(plan.refused),
        rows_repeated=plan.repeated,
        rows_left_out=reading.left_out,
        rows_blank=reading.blank,
        refused=[
            {"row": one.row, "code": one.code, "message": one.message}
            for one in plan.refused[:MOST_KEPT]
        ],
        by=by,
        at=now,
    )


def _restate(
    file: models.PaidFile,
    pay: Pay,
    earlier: models.PaidRecord,
    *,
    reason: str,
    now: datetime,
) -> list[models.PaidRecord]:
    values = {
        one.attname: getattr(earlier, one.attname)
        for one in models.PaidRecord._meta.concrete_fields  # noqa: SLF001 - Django's own
        if not one.primary_key
    }
    edition = earlier.edition + 1
    changed = {"reason": reason, "recorded_at": now, "edition": edition}
    reversal = models.PaidRecord(
        **(values | changed | {"kind": "reversal", "file_id": file.pk})
    )
    replacement = models.PaidRecord(
        workspace=earlier.workspace,
        file=file,
        kind="replacement",
        key=pay.key,
        **changed,
        **pay.values,
    )
    return [reversal, replacement]
