"""What the database says of staged rows: the verdict on a file too long to hold.

The sentences are those of every verdict; the counting is the database's. Seconds are
summed as whole milliseconds, because SQLite keeps decimals as floating numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from quotes.calc import findings
from quotes.calc.findings import Finding
from quotes.calc.verdict import DAY_SECONDS, TOLERANCE_SECONDS
from quotes.ingest.readers.cvat import UNALLOCATED

MOST_TWICE = 6
MILLI = Decimal("0.001")
ABOVE_MS = int(TOLERANCE_SECONDS * 1000)
MS = "CAST(round(active_seconds * 1000) AS BIGINT)"
ROWS = "FROM quotes_stagedrow WHERE staging_id = %s"
PAGES = """
    WITH pages AS (
        SELECT actor, period_start, period_end FROM quotes_stagedrow
        WHERE staging_id = %s AND actor <> '' AND active_seconds > 0
            AND period_start IS NOT NULL AND period_end IS NOT NULL {among}
        GROUP BY actor, period_start, period_end, active_seconds HAVING count(*) > 1
    ), of_pages AS (
        SELECT s.number, {ms} AS ms, row_number() OVER page AS place,
            first_value({ms}) OVER page AS first_ms
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
    batches: tuple[str, ...] = ()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT clock, count(*) - count(active_seconds) {new} GROUP BY clock",
            [staging],
        )
        by_clock = dict(cursor.fetchall())
        many = sum(by_clock.values())
        if many:
            cursor.execute(
                f"SELECT batch {new} AND active_seconds IS NULL "
                f"ORDER BY number LIMIT 5",
                [staging],
            )
            batches = tuple(batch for (batch,) in cursor.fetchall())
        cursor.execute(
            f"SELECT first, number {ROWS} AND fate = 'repeated' AND first IS NOT NULL "
            f"ORDER BY number LIMIT {MOST_TWICE}",
            [staging],
        )
        twice = tuple((first, number) for first, number in cursor.fetchall())
    return New(
        untimed=many, untimed_batches=batches, clocks=tuple(by_clock), twice=twice
    )


def verdict_of(
    staging: int, cursor: Any, *, doubted: Sequence[int] | None
) -> list[dict[str, Any]]:
    """Return the findings in the staged rows of a file, as JSON holds them.

    `doubted` are the numbers of rows that may be one page of a tool; None: any may.
    """
    return [_data(one) for one in _findings(staging, cursor, doubted=doubted)]


def _pages(doubted: Sequence[int] | None) -> str:
    """Return SQL of the rows that repeat the page of a tool, as `again`."""
    among = "" if doubted is None else f"AND number IN ({', '.join(map(str, doubted))})"
    return PAGES.format(ms=MS.replace("active", "s.active"), among=among)


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


def _findings(
    staging: int, cursor: Any, *, doubted: Sequence[int] | None
) -> Iterator[Finding]:
    seen = _seen(staging, cursor)
    pages = "" if doubted == () else _pages(doubted)
    written = _seconds(seen.written_ms)
    if seen.zeros:
        yield findings.zero_time(seen.zeros)
    again, twice_ms = (
        _one(cursor, f"{pages} SELECT count(*), sum(ms) FROM again", [staging, staging])
        if pages
        else (0, 0)
    )
    twice = _seconds(twice_ms)
    if again:
        yield findings.page_rows(again, twice=twice, written=written)
    total = written - twice
    yield from _above(
        staging, cursor, total, again=pages if again else "", above=seen.above
    )
    if seen.lost:
        yield _unallocated(staging, cursor, seen, total, again=pages if again else "")
    if 0 < seen.untimed < seen.rows:
        yield findings.no_time(
            seen.untimed, batches=dict.fromkeys(_untimed(staging, cursor))
        )
    if seen.scored:
        yield findings.score(
            seen.scored,
            right=int(seen.right),
            decisions=int(seen.decisions),
            fewest=seen.fewest,
        )


class _Seen(NamedTuple):
    """What one look at all rows of a file tells."""

    rows: int
    written_ms: Any
    zeros: int
    untimed: int
    above: int
    """Rows that claim more than lies between begin and end."""
    lost: int
    lost_ms: Any
    scored: int
    right: Any
    decisions: Any
    fewest: Any


def _seen(staging: int, cursor: Any) -> _Seen:
    zero = "active_seconds = 0 AND units_produced > 0"
    scored = "FILTER (WHERE gold_n > 0 AND gold_correct IS NOT NULL)"
    return _Seen(
        *_one(
            cursor,
            f"""SELECT count(*), sum({_ms()}), count(*) FILTER (WHERE {zero}),
                count(*) FILTER (WHERE gold_n IS NULL
                    AND (active_seconds IS NULL OR {zero})),
                count(*) FILTER (WHERE {_above_ms()} > {ABOVE_MS}),
                count(*) FILTER (WHERE batch = %s),
                sum({_ms()}) FILTER (WHERE batch = %s),
                count(*) {scored}, sum(gold_correct) {scored}, sum(gold_n) {scored},
                min(gold_n) {scored} {ROWS}""",
            [UNALLOCATED, UNALLOCATED, staging],
        )
    )


def _above(
    staging: int, cursor: Any, total: Decimal, *, again: str, above: int
) -> Iterator[Finding]:
    """Yield what claims more than lies between begin and end, or than a day has."""
    known = f"{ROWS} AND active_seconds > 0"
    first, values = "", [staging]
    if again:
        known += " AND number NOT IN (SELECT number FROM again)"
        first, values = again, [staging] * 3
    many, above_ms = (
        _one(
            cursor,
            f"""{first} SELECT count(*), sum(excess) FROM (
                SELECT {_above_ms()} AS excess {known}) one
                WHERE excess > {ABOVE_MS}""",
            values,
        )
        if above
        else (0, 0)
    )
    within = f"coalesce({_above_ms()}, 0) > 0"
    days, beyond = _one(
        cursor,
        f"""{first} SELECT count(*), sum(seconds - {DAY_SECONDS}) FROM (
            SELECT sum({_ms()} / 1000) AS seconds {known} AND actor <> ''
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
    staging: int, cursor: Any, seen: _Seen, total: Decimal, *, again: str
) -> Finding:
    twice_ms = 0
    if again:
        (twice_ms,) = _one(
            cursor,
            f"""{again} SELECT sum({_ms()}) {ROWS} AND batch = %s
                AND number IN (SELECT number FROM again)""",
            [staging, staging, staging, UNALLOCATED],
        )
    return findings.unallocated(
        seen.lost,
        lost=_seconds(seen.lost_ms) - _seconds(twice_ms),
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


def _one(cursor: Any, statement: str, values: list[Any]) -> Any:
    cursor.execute(statement, values)
    return cursor.fetchone()


def _day(column: str) -> str:
    if _is_exact():
        return f"CAST({column} AT TIME ZONE 'UTC' AS date)"
    return f"substr({column}, 1, 10)"


def _ms() -> str:
    """Return SQL of the milliseconds of a row: on PostgreSQL decimals are exact."""
    return "CAST(active_seconds * 1000 AS BIGINT)" if _is_exact() else MS


def _above_ms() -> str:
    """Return SQL of the milliseconds that a row claims above its begin to its end."""
    elapsed = (
        "CAST(extract(epoch FROM period_end - period_start) * 1000 AS BIGINT)"
        if _is_exact()
        else "CAST(round((julianday(period_end) - julianday(period_start)) * 86400000) "
        "AS BIGINT)"
    )
    return (
        f"CASE WHEN period_start <> period_end AND active_seconds > 0 "
        f"THEN {_ms()} - {elapsed} END"
    )


def _is_exact() -> bool:
    return connection.vendor == "postgresql"
