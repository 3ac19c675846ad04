"""One way in for a file, whichever door it came through, and one report of it.

A long canonical CSV is staged in the database, a long log of items, events or
judgements added up by a child; every other file is read in memory, after a child has
read it first where it comes from a stranger. The report is the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from quotes import models
from quotes.ingest.apart import survive
from quotes.ingest.head_apart import head_of
from quotes.ingest.items_apart import read_items_apart
from quotes.ingest.logs_apart import read_log_apart
from quotes.ingest.long_tables import header_in, is_long_table
from quotes.ingest.mappings import MappingFile, read_mapping
from quotes.ingest.readers import is_paid
from quotes.ingest.reading import Reading, is_item_log
from quotes.ingest.row_logs import is_long_log
from quotes.ingest.tables import TableError
from quotes.ingest.work import Refusal, Stated
from quotes.queries.actuals import mapping_of

from .actuals import (
    Plan,
    findings,
    ingest_file,
    ingest_reading,
    plan_ingest,
    plan_reading,
)
from .long_files import DRY, LongOutcome, ingest_long
from .meant import OpenName
from .paid import PaidPlan, ingest_paid, plan_paid
from .staging import Told, nobody

SHORT_BYTES = 8_000_000
"""Up to here a file is read in memory: the child and the staging would take longer."""
HEAD = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a file is to be counted, by whom, and what is said of it.

    `apart` is for files of strangers: a child reads them first. A dry run counts
    nothing. `told` is called between two blocks of a long file, and may raise.
    """

    name: str
    by: Any
    now: datetime
    stated: Stated
    mapping: MappingFile | None = None
    publish_good: bool = False
    restate_reason: str = ""
    apart: bool = True
    dry: bool = False
    told: Told = nobody
    hold_names: bool = False
    """Whether a file with names that nobody has said the meaning of is held."""
    items: Callable[[Stated], Reading] | None = None
    """How a long log of items is read, where not by a child of this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a file. `refused` holds the first refused rows, not all of them.

    Rows read = new + restated + repeated + refused + left out + blank. `state` is
    published, held, repeated or, of a dry run, dry; `file` is the row of a file that
    was published or held.
    """

    kind: str
    state: str
    sha256: str
    sentence: str
    remarks: tuple[str, ...]
    read: int
    new: int
    restated: int
    repeated: int
    refused_rows: int
    left_out: int
    blank: int
    refused: tuple[Refusal, ...]
    records: int
    """New records: several rows of one day, batch, stage and person are one."""
    reading: Reading | None = None
    """The file as it was read, where it was short enough to be held."""
    file: models.SourceFile | None = None
    names: tuple[OpenName, ...] = ()
    """Names in the file that nobody has said the meaning of."""


def receive(project: models.Project, opened: IO[bytes], asked: Asked) -> Report:
    """Count a file, hold it, or know it again; the same bytes are counted once.

    Raises TableError and MappingError for a file that is no work and no paid time, and
    BusyError while others are being read.
    """
    if asked.mapping is None and is_long(opened):
        names = header_in(_head(opened)) or ()
        if is_item_log(names) or is_long_log(_head(opened)):
            reading = _added_up(opened, asked, items=is_item_log(names))
            return _log(project, reading, asked)
        return _long(
            ingest_long(
                project,
                opened,
                name=asked.name,
                by=asked.by,
                now=asked.now,
                stated=asked.stated,
                publish_good=asked.publish_good,
                restate_reason=asked.restate_reason,
                dry=asked.dry,
                told=asked.told,
                hold_names=asked.hold_names,
            )
        )
    opened.seek(0)
    body = opened.read()
    document = None if asked.mapping else known_mapping(project.workspace, body)
    if asked.apart:
        survive(body, stated=asked.stated, mapping=document)
    mapping = read_mapping(document) if document else asked.mapping
    if mapping is None and is_paid(body):
        return _paid(project, body, asked)
    if asked.dry:
        plan = plan_ingest(
            project,
            body,
            mapping=mapping,
            restate=bool(asked.restate_reason),
            stated=asked.stated,
        )
        return _short(plan, state=DRY)
    outcome = ingest_file(
        project,
        body,
        name=asked.name,
        mapping=mapping,
        by=asked.by,
        now=asked.now,
        publish_good=asked.publish_good,
        restate_reason=asked.restate_reason,
        stated=asked.stated,
        hold_names=asked.hold_names,
    )
    return _short(outcome.plan, state=outcome.state, file=outcome.file)


def known_mapping(workspace: Any, body: bytes) -> dict[str, Any] | None:
    """Return the remembered mapping of a file whose columns were mapped before.

    Raises BusyError while as many files are being read as may be.
    """
    try:
        table = head_of(body)
    except TableError:
        return None
    return None if table is None else mapping_of(workspace, table.names)


def is_long(opened: IO[bytes]) -> bool:
    """Return whether a file is staged, or added up, and never held in memory."""
    size = opened.seek(0, os.SEEK_END)
    if size <= SHORT_BYTES:
        return False
    head = _head(opened)
    return is_long_table(head) or is_long_log(head)


def _head(opened: IO[bytes]) -> bytes:
    opened.seek(0)
    return opened.read(HEAD)


def _added_up(opened: IO[bytes], asked: Asked, *, items: bool) -> Reading:
    """Return what a child says of a long log of items, or of another tool's rows."""
    if not items:
        return read_log_apart(opened, stated=asked.stated, told=asked.told)
    if asked.items is not None:
        return asked.items(asked.stated)
    return read_items_apart(opened, stated=asked.stated, told=asked.told)


def _log(project: models.Project, reading: Reading, asked: Asked) -> Report:
    """Count a long log that a child added up: its records are few."""
    restate = bool(asked.restate_reason)
    if asked.dry:
        return _short(plan_reading(project, reading, restate=restate), state=DRY)
    outcome = ingest_reading(
        project,
        reading,
        name=asked.name,
        by=asked.by,
        now=asked.now,
        publish_good=asked.publish_good,
        restate_reason=asked.restate_reason,
        hold_names=asked.hold_names,
    )
    return _short(outcome.plan, state=outcome.state, file=outcome.file)


def _long(found: LongOutcome) -> Report:
    return Report(
        kind="work",
        state=found.state,
        sha256=found.sha256,
        sentence=found.sentence,
        remarks=found.remarks,
        read=found.read,
        new=found.new,
        restated=found.restated,
        repeated=found.repeated,
        refused_rows=found.refused_rows,
        left_out=0,
        blank=found.blank,
        refused=found.refused,
        records=found.new,
        file=found.file,
        names=found.names,
    )


def _short(plan: Plan, *, state: str, file: models.SourceFile | None = None) -> Report:
    reading = plan.reading
    return Report(
        kind="work",
        state=state,
        sha256=reading.sha256,
        sentence=plan.verdict,
        remarks=tuple(findings(plan)),
        read=reading.read,
        new=plan.new_rows,
        restated=plan.restated_rows,
        repeated=plan.repeated,
        refused_rows=plan.refused_rows,
        left_out=reading.left_out,
        blank=reading.blank,
        refused=plan.refused,
        records=len(plan.new),
        reading=reading,
        file=file,
        names=plan.open_names,
    )


def _paid(project: models.Project, body: bytes, asked: Asked) -> Report:
    """Count paid time, which belongs to all projects of the company together."""
    if asked.dry:
        state = DRY
        plan = plan_paid(
            project.workspace,
            body,
            stated=asked.stated,
            restate=bool(asked.restate_reason),
        )
    else:
        plan, state = ingest_paid(
            project.workspace,
            body,
            name=asked.name,
            stated=asked.stated,
            by=asked.by,
            now=asked.now,
            publish_good=asked.publish_good,
            restate_reason=asked.restate_reason,
        )
    return _pay(plan, state)


def _pay(plan: PaidPlan, state: str) -> Report:
    reading = plan.reading
    return Report(
        kind="paid",
        state=state,
        sha256=reading.sha256,
        sentence=plan.verdict,
        remarks=(f"Read as: {reading.reader}.", *reading.findings),
        read=reading.read,
        new=len(plan.new),
        restated=len(plan.restated),
        repeated=plan.repeated,
        refused_rows=len(plan.refused),
        left_out=reading.left_out,
        blank=reading.blank,
        refused=plan.refused,
        records=len(plan.new),
    )
