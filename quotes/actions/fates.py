"""What becomes of each staged row, decided by the database: new, known, or refused.

The rules are those of `actuals.plan_ingest`, over sets instead of rows, and in the same
words on both databases. A row whose fate is null is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from quotes import models
from quotes.calc.matching import LABEL
from quotes.calc.periods import Period, overlaps
from quotes.ingest.fields import KEY
from quotes.ingest.long_screens import KEYS_DIFFER, WHOLE_DAYS
from quotes.ingest.work import Refusal

from .actuals import twice
from .differing import FIGURES, other_figures
from .elsewhere import mark_counted_elsewhere, marked_elsewhere
from .overlapping import BATCH, WORK, early, held_back, held_of, overlap

MOST_SHOWN = 1_000
REFUSED = ("other", "twice", "overlap", "abroad", "order")
TEXTS = (
    *("line", "site", "pod", "actor", "role", "tool", "guideline_version"),
    *("skip_reason", "reject_cause", "source_ref"),
)
ALWAYS = ("batch", "stage", "annotation_type", "clock")
FACTS = ("delivery_version", "period_start", "period_end")
VALUES = (*ALWAYS, *FACTS, *TEXTS, *FIGURES)
"""The columns of a row that a ledger entry takes over."""


CURRENT = """
    SELECT w.* FROM quotes_workrecord w
    WHERE w.project_id = %s AND w.kind <> 'reversal' AND NOT EXISTS (
        SELECT 1 FROM quotes_workrecord later
        WHERE later.project_id = w.project_id AND later.key = w.key
            AND later.edition > 1 AND later.edition > w.edition)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """How many staged rows have which fate, and the first of those refused."""

    new: int
    restated: int
    repeated: int
    refused: int
    shown: tuple[Refusal, ...]


def decide(staging: models.Staging, *, project: models.Project, restate: bool) -> Fates:
    """Decide the fate of every staged row against the ledger and against each other."""
    sure = set(staging.reading.get("sure", ()))
    alone = not project.records.order_by().exists()
    with connection.cursor() as cursor:
        _forget(cursor, staging)
        if not alone:
            _against_ledger(cursor, staging, project)
        if restate:
            _restate(cursor, staging)
        if KEYS_DIFFER not in sure:
            _against_each_other(cursor, staging)
        # Whole days of one work that share time are the same day: the same key.
        apart = alone and sure >= {KEYS_DIFFER, WHOLE_DAYS}
        found = [] if apart else list(_overlaps(cursor, staging, project))
        _mark(cursor, staging, "overlap", [one.row for one in found])
        mark_counted_elsewhere(cursor, staging, project)
        if not alone or _checks(cursor, staging):
            unordered = list(_out_of_order(cursor, staging, project))
            _mark(cursor, staging, "order", [one.row for one in unordered])
            found += unordered
        cursor.execute(
            "SELECT fate, count(*) FROM quotes_stagedrow WHERE staging_id = %s "
            "AND fate IS NOT NULL GROUP BY fate",
            [staging.pk],
        )
        many = dict(cursor.fetchall())
        if {"other", "twice"} & many.keys():
            found += _refused(staging)
        if "abroad" in many:
            found += marked_elsewhere(staging)
    return Fates(
        new=staging.rows - sum(many.values()),
        restated=many.get("restated", 0),
        repeated=many.get("repeated", 0),
        refused=sum(many.get(one, 0) for one in REFUSED),
        shown=tuple(sorted(found, key=lambda one: one.row)[:MOST_SHOWN]),
    )


def _forget(cursor: Any, staging: models.Staging) -> None:
    """Forget what was decided before: the ledger may be another one now."""
    cursor.execute(
        "UPDATE quotes_stagedrow SET fate = NULL, first = NULL, record = NULL "
        "WHERE staging_id = %s AND fate IS NOT NULL",
        [staging.pk],
    )


def _against_ledger(
    cursor: Any, staging: models.Staging, project: models.Project
) -> None:
    """Tell rows that the ledger has with the same figures from those with others.

    A text that the file does not give is no difference; a figure that it does not give
    is one. So it is in `actuals`.
    """
    same = " AND ".join(
        [
            *(f"s.{name} = w.{name}" for name in ALWAYS if name not in KEY),
            *(
                f"(s.{name} = '' OR s.{name} = w.{name})"
                for name in TEXTS
                if name not in KEY
            ),
            *(f"s.{name} IS NOT DISTINCT FROM w.{name}" for name in FIGURES),
        ]
    )
    if connection.vendor == "sqlite":  # 3.39 has the standard's words for this
        same = same.replace("IS NOT DISTINCT FROM", "IS")
    cursor.execute(
        f"""UPDATE quotes_stagedrow AS s SET record = w.id,
            fate = CASE WHEN {same} THEN 'repeated' ELSE 'other' END
            FROM ({CURRENT}) AS w WHERE s.staging_id = %s AND s.key = w.key""",
        [project.pk, staging.pk],
    )


def _restate(cursor: Any, staging: models.Staging) -> None:
    """Let the first row with other figures restate; later ones follow it or refuse."""
    cursor.execute(
        """UPDATE quotes_stagedrow AS s SET fate = 'restated'
        FROM (SELECT key, min(number) AS number FROM quotes_stagedrow
            WHERE staging_id = %s AND fate = 'other' GROUP BY key) AS f
        WHERE s.staging_id = %s AND s.key = f.key AND s.number = f.number""",
        [staging.pk, staging.pk],
    )
    _follow(cursor, staging, "fate = 'restated'", "s.fate IN ('other', 'repeated')")


def _against_each_other(cursor: Any, staging: models.Staging) -> None:
    """Let the first of several new rows of one key stand."""
    _follow(
        cursor,
        staging,
        "fate IS NULL AND key IN (SELECT key FROM again)",
        "s.fate IS NULL",
    )


def _follow(cursor: Any, staging: models.Staging, firsts: str, which: str) -> None:
    """Compare rows with an earlier one of their key: repeated, or said twice."""
    cursor.execute(
        f"""WITH again AS (SELECT key FROM quotes_stagedrow WHERE staging_id = %s
            AND fate IS NULL GROUP BY key HAVING count(*) > 1),
        firsts AS (SELECT key, min(number) AS number FROM quotes_stagedrow
            WHERE staging_id = %s AND {firsts} GROUP BY key)
        UPDATE quotes_stagedrow AS s SET first = f.number,
            fate = CASE WHEN s.content = f.content THEN 'repeated' ELSE 'twice' END
        FROM (SELECT one.key, one.number, one.content FROM quotes_stagedrow one
            JOIN firsts ON firsts.key = one.key AND firsts.number = one.number
            WHERE one.staging_id = %s) AS f
        WHERE s.staging_id = %s AND s.key = f.key AND s.number > f.number
            AND {which}""",
        [staging.pk] * 4,
    )


def _overlaps(
    cursor: Any, staging: models.Staging, project: models.Project
) -> Iterator[Refusal]:
    """Yield refusals of new rows that share time with others of the same work.

    The database finds the works in which any two periods that follow each other share
    time; only those are looked at one by one.
    """
    periods, values = _periods(staging, project, of=WORK)
    cursor.execute(
        f"""WITH {periods}, followed AS (SELECT work, a,
            lag(b) OVER (PARTITION BY work ORDER BY a, b, number) AS earlier FROM days)
        SELECT DISTINCT work FROM followed WHERE a < earlier""",
        values,
    )
    for rows in _of_works(cursor, periods, values):
        yield from _shared(rows)


def _checks(cursor: Any, staging: models.Staging) -> bool:
    """Return whether any new row follows labelling."""
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM quotes_stagedrow WHERE staging_id = %s "
        "AND fate IS NULL AND stage <> %s)",
        [staging.pk, LABEL],
    )
    return bool(cursor.fetchone()[0])


def _out_of_order(
    cursor: Any, staging: models.Staging, project: models.Project
) -> Iterator[Refusal]:
    """Yield refusals of rows of batches checked before labelling of them began.

    The database finds the batches of which any check ended before all labelling began;
    only those are looked at one by one.
    """
    periods, values = _periods(staging, project, of=BATCH)
    labelled = f"stage = '{LABEL}'"
    cursor.execute(
        f"""WITH {periods} SELECT work FROM days GROUP BY work
        HAVING min(CASE WHEN NOT {labelled} THEN b END)
            <= min(CASE WHEN {labelled} THEN a END)""",
        values,
    )
    for rows in _of_works(cursor, periods, values):
        for number, sides in held_back(rows).items():
            yield early(number, sides)


def _of_works(
    cursor: Any, periods: str, values: list[Any]
) -> Iterator[Iterator[Period]]:
    """Yield the periods of each work that the last statement named."""
    works = [work for (work,) in cursor.fetchall()]
    for some in _parts(works):
        marks = ", ".join(["%s"] * len(some))
        cursor.execute(
            f"WITH {periods} SELECT number, work, a, b, stage FROM days "
            f"WHERE work IN ({marks}) ORDER BY work",
            [*values, *some],
        )
        for _, rows in groupby(cursor.fetchall(), key=lambda row: row[1]):
            yield (_period(*row) for row in rows)


def _periods(
    staging: models.Staging, project: models.Project, *, of: Sequence[str]
) -> tuple[str, list[Any]]:
    """Return SQL of the days of new rows and of the ledger's of their batches.

    Which work each is of is told by the columns `of`. Also returned: its values.
    """
    zone = project.time_zone
    work = "concat_ws('\x1f', {})" if connection.vendor == "postgresql" else "{}"
    parts = [f"coalesce(CAST({{t}}.{one} AS text), '')" for one in of]
    joined = (
        ", ".join(parts)
        if connection.vendor == "postgresql"
        else (" || '\x1f' || ".join(parts))
    )
    both = "{t}.period_start IS NOT NULL AND {t}.period_end IS NOT NULL"
    columns = (
        f"{work.format(joined)} AS work, {_local('{t}.period_start', zone)} AS a, "
        f"{_local('{t}.period_end', zone)} AS b, {{t}}.stage AS stage"
    )
    periods = f"""periods AS (
        SELECT s.number AS number, {columns.format(t="s")} FROM quotes_stagedrow s
        WHERE s.staging_id = %s AND s.fate IS NULL AND {both.format(t="s")}
        UNION ALL
        SELECT -w.id, {columns.format(t="w")} FROM ({CURRENT}) w
        WHERE {both.format(t="w")} AND w.batch IN (SELECT batch FROM quotes_stagedrow
            WHERE staging_id = %s AND fate IS NULL)
    ), days AS (SELECT number, work, a, {_ends()} AS b, stage FROM periods)"""
    return periods, [staging.pk, project.pk, staging.pk]


def _shared(periods: Iterable[Period]) -> Iterator[Refusal]:
    told: set[int] = set()
    for one, other in overlaps(list(periods)):
        pair = held_of(one, other)
        if pair is not None and pair[0].number not in told:
            told.add(pair[0].number)
            yield overlap(pair[0].number, *pair)


def _period(number: int, work: str, start: Any, end: Any, stage: str) -> Period:
    first, last = _moment(start), _moment(end)
    return Period(number=number, of=work, start=first, end=last, stage=stage)


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _local(column: str, zone: str) -> str:
    """Return SQL of a moment as the clocks of the site show it."""
    if connection.vendor == "postgresql":
        return f"({column} AT TIME ZONE '{ZoneInfo(zone).key}')"
    site = ZoneInfo(zone)

    def local(moment: str | None) -> str | None:
        if moment is None:
            return None
        found = datetime.fromisoformat(f"{moment}+00:00").astimezone(site)
        return found.replace(tzinfo=None).isoformat(" ", timespec="microseconds")

    connection.connection.create_function("plumbline_local", 1, local)
    return f"plumbline_local({column})"


def _ends() -> str:
    """Return SQL of the end of a period whose days are whole: the end of its last."""
    if connection.vendor == "postgresql":
        whole = "a = date_trunc('day', a) AND b = date_trunc('day', b)"
        return f"CASE WHEN {whole} THEN b + interval '1 day' ELSE b END"
    midnight = "' 00:00:00.000000'"
    whole = f"substr(a, 11) = {midnight} AND substr(b, 11) = {midnight}"
    return (
        f"CASE WHEN {whole} THEN date(substr(b, 1, 10), '+1 day') || {midnight} "
        f"ELSE b END"
    )


def _parts(values: list[Any], *, most: int = 500) -> Iterator[list[Any]]:
    for place in range(0, len(values), most):
        yield values[place : place + most]


def _mark(cursor: Any, staging: models.Staging, fate: str, numbers: list[int]) -> None:
    for some in _parts(numbers):
        marks = ", ".join(["%s"] * len(some))
        cursor.execute(
            f"UPDATE quotes_stagedrow SET fate = %s WHERE staging_id = %s "
            f"AND number IN ({marks})",
            [fate, staging.pk, *some],
        )


def _refused(staging: models.Staging) -> Iterator[Refusal]:
    """Yield why the first rows with other figures are refused, with both sides."""
    rows = models.StagedRow.objects.filter(staging=staging, fate__in=("other", "twice"))
    found = list(rows.order_by("number")[:MOST_SHOWN])
    records = models.WorkRecord.objects.in_bulk({one.record for one in found})
    for row in found:
        if row.first is None:
            counted = records[row.record]
            yield other_figures(row.number, counted=counted, said=vars(row))
        else:
            yield twice(row.number, earlier=row.first)
