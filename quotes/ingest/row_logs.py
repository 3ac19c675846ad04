"""A file with a row for each event or judgement, read row by row to its records."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import IO, Any

from quotes.calc.findings import Finding
from quotes.calc.verdict import Verdict

from .content import loaded
from .event_logs import rows_of
from .event_readings import events_from
from .event_readings import reading_of as events_read
from .item_texts import before
from .judgement_sums import JudgementSums
from .judgements import Judgements
from .long_tables import Hashed, header_in
from .readers import READERS, Reader
from .readers.base import MISSHAPEN
from .readers.cvat import EVENT_LOG, is_event_log
from .readers.platforms import LABELBOX, is_data_row, labels_of
from .reading import RESEMBLES, Reading, is_canonical, is_item_log
from .summed_rows import records_of
from .tables import Table, TableError, header_of, remarks_of
from .work import Stated


def long_reader(names: Sequence[str]) -> Reader | None:
    """Return who reads a long table with such columns row by row, None if nobody."""
    if is_event_log(names):
        return EVENT_LOG
    table = Table(names=tuple(names), lines=())
    if is_item_log(names) or is_canonical(table):
        return None
    found = next((one for one in READERS if one.recognises(table)), None)
    return found if found is not None and found.by_row is not None else None


def is_long_log(head: bytes) -> bool:
    """Return whether a file that begins so is read row by row where it is long."""
    if long_reader(header_in(head) or ()) is not None:
        return True
    line, end, _ = head.partition(b"\n")
    try:
        return bool(end) and is_data_row(loaded(line.decode("utf-8-sig")))
    except ValueError:
        return False


def read_rows(opened: IO[bytes], stated: Stated) -> tuple[dict[str, Any], str]:
    """Return what a long file comes to, as plain data, and the hash of its bytes.

    Raises TableError for what is no table, or not as its tool writes it.
    """
    raw = Hashed(opened)
    texts = raw.texts()
    first = next(texts, "")
    try:
        if first.lstrip()[:1] == "{":
            found = _labels(before(first, texts), stated)
        else:
            found = _table(first, texts, stated)
    except TableError:
        raise
    except MISSHAPEN as error:
        raise TableError(RESEMBLES, code="misshapen") from error
    return found, raw.sha256


def _table(first: str, texts: Iterator[str], stated: Stated) -> dict[str, Any]:
    names, delimiter, body, above = header_of(first)
    rows = rows_of(before(body, texts), delimiter, above=above)
    reader, remarks = long_reader(names), remarks_of(delimiter)
    if reader is None:
        raise TableError(RESEMBLES, code="misshapen")
    if reader is EVENT_LOG:
        return events_from(rows, names=names, stated=stated, remarks=remarks)
    with Judgements(names, reader, stated) as log:
        log.take(rows)
        return _judged(log, remarks)


def _labels(texts: Iterator[str], stated: Stated) -> dict[str, Any]:
    """Return what Labelbox's data rows come to, one on each line."""
    lines = (line for text in texts for line in text.split("\n") if line.strip())
    with Judgements((), LABELBOX, stated) as log:
        for number, line in enumerate(lines, start=1):
            row = _data_row(number, line)
            for at, found in labels_of(row, stated, above=log.read):
                log.read = at
                log.found(at, found)
        return _judged(log, ())


def _data_row(number: int, line: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = loaded(line)
    except TableError:
        raise
    except ValueError as error:
        raise TableError(
            f"Line {number:,} is no JSON: {error}.", code="bad_json"
        ) from error
    if not is_data_row(found):
        raise TableError(RESEMBLES, code="misshapen")
    return found


def rows_in(body: bytes, *, stated: Stated) -> Reading:
    """Return the reading of a file that is held in memory, row by row."""
    found, sha256 = read_rows(io.BytesIO(body), stated)
    return reading_of(found, stated=stated, sha256=sha256)


def _judged(log: Judgements, remarks: Sequence[str]) -> dict[str, Any]:
    sums = JudgementSums(log)
    return {
        "reader": log.reader.key,
        "remarks": list(remarks),
        "records": sums.records,
        "refused": [asdict(one) for one in log.refused.shown()],
        "read": log.read,
        "blank": log.blank,
        "left": sums.left,
        "findings": [_said(one) for one in sums.findings],
        "written": str(sums.written),
        "counted": str(sums.counted),
    }


def _said(finding: Finding) -> dict[str, Any]:
    effect = finding.effect
    return asdict(finding) | {"effect": None if effect is None else str(effect)}


def reading_of(said: Mapping[str, Any], *, stated: Stated, sha256: str) -> Reading:
    """Return what `read_rows` wrote as records of work, and the verdict on them."""
    if said["reader"] == EVENT_LOG.key:
        return events_read(said, stated=stated, sha256=sha256)
    reader = next(one for one in READERS if one.key == said["reader"])
    rows, refused = records_of(said, stated)
    return Reading(
        sha256=sha256,
        reader=reader.name,
        rows=rows,
        refused=refused,
        read=said["read"],
        blank=said["blank"],
        left_out=said["left"],
        verdict=Verdict(
            findings=tuple(_finding(one) for one in said["findings"]),
            seconds={0: Decimal(said["counted"])},
            undated=frozenset(),
            written=Decimal(said["written"]),
        ),
        each_is=reader.each_is,
        scope=reader.scope,
        findings=tuple(said["remarks"]),
    )


def _finding(said: Mapping[str, Any]) -> Finding:
    effect = said["effect"]
    return Finding(**{**said, "effect": None if effect is None else Decimal(effect)})
