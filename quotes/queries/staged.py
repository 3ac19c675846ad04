"""What the database says of staged rows: the verdict on a file too long to hold.

The sentences are those of every verdict; the counting is the database's. Seconds are
summed as whole milliseconds, because SQLite keeps decimals as floating numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from quotes.calc import findings
from quotes.calc.findings import Finding
from quotes.calc.verdict import CLUSTER, DAY_SECONDS, TOLERANCE_SECONDS
from quotes.ingest.readers.cvat import UNALLOCATED

MOST_TWICE = 6
MILLI = Decimal("0.001")
MS = "CAST(round(active_seconds * 1000) AS BIGINT)"
ROWS = "FROM quotes_stagedrow WHERE staging_id = %s"
PAGES = f"""
    WITH pages AS (
        SELECT actor, period_start, period_end FROM quotes_stagedrow
        WHERE staging_id = %s AND actor <> '' AND active_seconds > 0
            AND period_start IS NOT NULL AND period_end IS NOT NULL
        GROUP BY actor, period_start, period_end, active_seconds HAVING count(*) > 1
    ), of_pages AS (
        SELECT s.number, {MS.replace("active", "s.active")} AS ms,
            row_number() OVER page AS place,
            first_value({MS.replace("active", "s.active")}) OVER page AS first_ms
        FROM quotes_stagedrow s
        JOIN (SELECT DISTINCT actor, period_start, period_end FROM pages) p
            ON p.actor = s.actor AND p.period_start = s.period_start
            AND p.period_end = s.period_end
        WHERE s.staging_id = %s AND s.active_seconds > 0
        WINDOW page AS (
            PARTITION BY s.actor, s.period_start, s.period_end ORDER BY s.number
        )
    ), again AS (SELECT number, ms FROM of_pages WHERE place > 1 AND ms = first_ms)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """What is said of the new rows of a file: how many lack a time, their clocks."""

    untimed: int
    untimed_batches: tuple[str, ...]
    clocks: tuple[str, ...]
    twice: tuple[tuple[int, int], ...]
    """The first rows that say what an earlier one says: the earlier one, and it."""


def facts_of_new(staging: int) -> New:
    """Return what is said of the staged rows that are new."""
    new = f"{ROWS} AND fate IS NULL"
    untimed = f"{new} AND active_seconds IS NULL"
    with connection.cursor() as cursor:
        (many,) = _one(cursor, f"SELECT count(*) {untimed}", [staging])
        cursor.execute(f"SELECT batch {untimed} ORDER BY number LIMIT 5", [staging])
        batches = tuple(batch for (batch,) in cursor.fetchall())
        cursor.execute(f"SELECT DISTINCT clock {new}", [staging])
        clocks = tuple(clock for (clock,) in cursor.fetchall())
        cursor.execute(
            f"SELECT first, number {ROWS} AND fate = 'repeated' AND first IS NOT NULL "
            f"ORDER BY number LIMIT {MOST_TWICE}",
            [staging],
        )
        twice = tuple((first, number) for first, number in cursor.fetchall())
    return New(untimed=many, untimed_batches=batches, clocks=clocks, twice=twice)


def verdict_of(staging: int, cursor: Any) -> list[dict[str, Any]]:
    """Return the findings in the staged rows of a file, as JSON holds them."""
    return [_data(one) for one in _findings(staging, cursor)]


def read_verdict(data: list[dict[str, Any]]) -> list[Finding]:
    """Return findings as they were kept."""
    return [
        Finding(
            **{
                **one,
                "effect": None if one["effect"] is None else Decimal(one["effect"]),
            }
        )
        for one in data
    ]


def _data(one: Finding) -> dict[str, Any]:
    effect = None if one.effect is None else str(one.effect)
    return asdict(one) | {"effect": effect}


def _seconds(milliseconds: Any) -> Decimal:
    return int(milliseconds or 0) * MILLI


def _findings(staging: int, cursor: Any) -> Iterator[Finding]:
    rows, written_ms, zeros, untimed, timed_zero = _one(
        cursor,
        f"""SELECT count(*), sum({MS}),
            count(CASE WHEN active_seconds = 0 AND units_produced > 0 THEN 1 END),
            count(CASE WHEN active_seconds IS NULL AND gold_n IS NULL THEN 1 END),
            count(CASE WHEN active_seconds = 0 AND units_produced > 0
                AND gold_n IS NULL THEN 1 END) {ROWS}""",
        [staging],
    )
    written = _seconds(written_ms)
    if zeros:
        yield findings.zero_time(zeros)
    again, twice_ms = _one(
        cursor, f"{PAGES} SELECT count(*), sum(ms) FROM again", [staging, staging]
    )
    twice = _seconds(twice_ms)
    if again:
        yield findings.page_rows(again, twice=twice, written=written)
    (imported,) = _one(
        cursor,
        f"""SELECT sum(many) FROM (SELECT count(*) AS many {ROWS}
            AND period_start IS NULL AND period_end IS NOT NULL
            GROUP BY {_second("period_end")} HAVING count(*) >= {CLUSTER}) one""",
        [staging],
    )
    if imported:
        yield findings.one_instant(int(imported), of=rows)
    total = written - twice
    yield from _above(staging, cursor, total, again=bool(again))
    yield from _unallocated(staging, cursor, total, again=bool(again))
    if 0 < untimed + timed_zero < rows:
        yield findings.no_time(
            untimed + timed_zero, batches=dict.fromkeys(_untimed(staging, cursor))
        )
    yield from _scores(staging, cursor)


def _above(
    staging: int, cursor: Any, total: Decimal, *, again: bool
) -> Iterator[Finding]:
    """Yield what claims more than lies between begin and end, or than a day has."""
    tolerance = int(TOLERANCE_SECONDS * 1000)
    excess = f"{MS} - {_elapsed_ms()}"
    known = f"{ROWS} AND active_seconds > 0"
    first, values = "", [staging]
    if again:
        known += " AND number NOT IN (SELECT number FROM again)"
        first, values = PAGES, [staging] * 3
    both = "period_start IS NOT NULL AND period_end IS NOT NULL"
    many, above_ms = _one(
        cursor,
        f"""{first} SELECT count(*), sum(excess) FROM (SELECT {excess} AS excess {known}
            AND {both} AND period_start <> period_end) one
            WHERE excess > {tolerance}""",
        values,
    )
    within = f"({both} AND period_start <> period_end AND {excess} > 0)"
    days, beyond = _one(
        cursor,
        f"""{first} SELECT count(*), sum(seconds - {DAY_SECONDS}) FROM (
            SELECT sum({MS} / 1000) AS seconds {known} AND actor <> ''
            AND coalesce(period_end, period_start) IS NOT NULL AND NOT {within}
            GROUP BY actor, {_day("coalesce(period_end, period_start)")}) one
            WHERE seconds > {DAY_SECONDS + TOLERANCE_SECONDS}""",
        values,
    )
    if many or days:
        yield findings.above_elapsed(
            many + days, excess=_seconds(above_ms) + Decimal(beyond or 0), total=total
        )


def _unallocated(
    staging: int, cursor: Any, total: Decimal, *, again: bool
) -> Iterator[Finding]:
    batch = f"{ROWS} AND batch = %s"
    lost, lost_ms = _one(
        cursor, f"SELECT count(*), sum({MS}) {batch}", [staging, UNALLOCATED]
    )
    if not lost:
        return
    twice_ms = 0
    if again:
        (twice_ms,) = _one(
            cursor,
            f"""{PAGES} SELECT sum({MS}) {batch}
                AND number IN (SELECT number FROM again)""",
            [staging, staging, staging, UNALLOCATED],
        )
    yield findings.unallocated(
        lost,
        lost=_seconds(lost_ms) - _seconds(twice_ms),
        total=total,
        batch=UNALLOCATED,
    )


def _untimed(staging: int, cursor: Any) -> Iterator[str]:
    cursor.execute(
        f"""SELECT batch {ROWS} AND gold_n IS NULL AND (active_seconds IS NULL
            OR (active_seconds = 0 AND units_produced > 0)) ORDER BY number LIMIT 5""",
        [staging],
    )
    for (batch,) in cursor.fetchall():
        yield batch


def _scores(staging: int, cursor: Any) -> Iterator[Finding]:
    rows, right, decisions, fewest = _one(
        cursor,
        f"""SELECT count(*), sum(gold_correct), sum(gold_n), min(gold_n) {ROWS}
            AND gold_n > 0 AND gold_correct IS NOT NULL""",
        [staging],
    )
    if rows:
        yield findings.score(
            rows, right=int(right), decisions=int(decisions), fewest=fewest
        )


def _one(cursor: Any, statement: str, values: list[Any]) -> Any:
    cursor.execute(statement, values)
    return cursor.fetchone()


def _second(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"date_trunc('second', {column})"
    return f"substr({column}, 1, 19)"


def _day(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"CAST({column} AT TIME ZONE 'UTC' AS date)"
    return f"substr({column}, 1, 10)"


def _elapsed_ms() -> str:
    """Return SQL of the milliseconds from begin to end."""
    if connection.vendor == "postgresql":
        return "CAST(extract(epoch FROM period_end - period_start) * 1000 AS BIGINT)"
    return (
        "CAST(round((julianday(period_end) - julianday(period_start)) * 86400000) "
        "AS BIGINT)"
    )
