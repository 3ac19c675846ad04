"""A log of items that was added up, as the reading of any other file of work.

Where rows go wrong together they are refused together, under the number of the first:
millions of them are not named one by one. Of single items only how often a time of
which size was seen is left, so that the median item, and with it the rule on idle tabs,
is true to a per cent.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from math import ceil, log2

from quotes.calc.findings import Finding, idle, share, zero_time
from quotes.calc.verdict import FEWEST_ITEMS, IDLE_TIMES, Seen, Source, Verdict, judge

from .content import ZIP, Content, as_table
from .formats import told_apart
from .item_logs import MODELS, Log, read_log
from .item_sums import MODEL, Rolled, Sums
from .item_totals import SECONDS, TIMED
from .reading import Reading, Row, with_more, wrong_between
from .refusals import and_more
from .statistics import STEPS, begin_of
from .tables import Table
from .work import Refusal, Stated, midnight

LOG = "Log of items"
NOTHING = Decimal(0)


def read_items(
    body: bytes, content: Content, *, stated: Stated, sha256: str
) -> Reading:
    """Return the reading of a short log of items, in whichever container."""
    if isinstance(content, Table) and not body.startswith(ZIP):
        log, _ = read_log(io.BytesIO(body), stated)
        remarks = log.remarks
    else:
        table = as_table(content)
        if table is None:
            raise TypeError("A log of items is a table.")
        log, remarks = Log(table.names, ",", stated), table.remarks
        log.table(table)
    return reading_of(
        log.rolled,
        stated=stated,
        sha256=sha256,
        ignored=log.ignored,
        remarks=remarks,
    )


def reading_of(
    rolled: Rolled,
    *,
    stated: Stated,
    sha256: str,
    ignored: Iterable[str] = (),
    remarks: Iterable[str] = (),
) -> Reading:
    """Return a log as records of work, its refused rows, and the verdict on it."""
    number = rolled.numbered()
    rows: list[Row] = []
    rolled.keep_first()
    refused = [
        replace(one, row=number(place))
        for place, one in sorted(rolled.refused, key=lambda one: one[0])
    ]
    more = rolled.refused_rows - len(refused)
    if more:
        refused[-1] = and_more(refused[-1], more)
    for sums in sorted(rolled.groups.values(), key=lambda one: one.first):
        found = _row(sums, number(sums.first), stated)
        if isinstance(found, Row):
            rows.append(found)
        else:
            refused.append(found)
    return Reading(
        sha256=sha256,
        reader=LOG,
        rows=tuple(rows),
        refused=tuple(told_apart(sorted(refused, key=lambda one: one.row))),
        read=rolled.read,
        blank=rolled.blank,
        left_out=0,
        verdict=verdict_of(rolled, rows, stated),
        each_is="item",
        ignored_columns=tuple(ignored),
        findings=tuple(remarks),
    )


def _row(sums: Sums, number: int, stated: Stated) -> Row | Refusal:
    """Return the record of rows that were added up, or why they cannot be one."""
    values = {**sums.values, "items": sums.totals.rows}
    models = []
    for name, total in sums.totals.sums.items():
        if name.startswith(MODEL):
            untold = sums.totals.known[name]
            models.append([name.removeprefix(MODEL), None if untold else total])
            continue
        values[name] = _seconds(total) if name in SECONDS else total
    if models:
        values[MODELS] = sorted(models)
    values["period_start"] = midnight(sums.day, stated.zone)
    if TIMED in values:
        values["period_end"] = values["period_start"]
    wrong = wrong_between(number, values)
    if wrong is not None:
        return with_more(wrong, sums.totals.rows - 1) if sums.totals.rows > 1 else wrong
    return Row(
        number=number,
        values=values,
        sources=(number,),
        beside=sums.totals.rows - 1,
        times=sums.totals.times,
    )


def _seconds(thousandths: int) -> Decimal:
    return Decimal(thousandths).scaleb(-3)


def verdict_of(rolled: Rolled, rows: Iterable[Row], stated: Stated) -> Verdict:
    """Return what is to be said of a log, from what is left of its items."""
    seen = [
        Seen(
            row=row.number,
            actor=str(row.values.get("actor", "")),
            batch=str(row.values["batch"]),
            seconds=row.values.get(TIMED),
            units=row.values.get("units_produced"),
            start=row.values["period_start"],
            scored=row.values.get("gold_n"),
            correct=row.values.get("gold_correct"),
        )
        for row in rows
    ]
    found = judge(seen, (), Source(scope="", each_is="record"))
    return replace(found, findings=(*_of_items(rolled, stated), *found.findings))


def _of_items(rolled: Rolled, stated: Stated) -> Iterator[Finding]:
    if rolled.zeros:
        yield zero_time(rolled.zeros)
    longest = _seconds(rolled.longest)
    written = sum(rolled.within.values()) + rolled.cut
    if rolled.capped:
        cap = stated.cap_seconds or NOTHING
        yield idle(
            rolled.capped,
            rule=f"the {cap:,.0f} s that you stated",
            longest=longest,
            effect=share(_seconds(-rolled.cut), _seconds(written)),
            cap=cap,
        )
    timed = sum(rolled.spread.values())
    if stated.cap_seconds is not None or timed < FEWEST_ITEMS:
        return
    size = _median(rolled) + ceil(log2(IDLE_TIMES) * STEPS)
    over = sum(n for one, n in rolled.spread.items() if one >= size)
    if over:
        cap = begin_of(size)
        above = sum(total for one, total in rolled.within.items() if one >= size)
        beyond = _seconds(above) - over * cap
        yield idle(
            over,
            rule=f"{IDLE_TIMES} times the median item, {cap:,.0f} s",
            longest=longest,
            effect=share(-beyond, _seconds(written)),
            cap=None,
        )


def _median(rolled: Rolled) -> int:
    """Return the size of the time of the item in the middle."""
    left = (sum(rolled.spread.values()) + 1) // 2
    for size in sorted(rolled.spread):
        left -= rolled.spread[size]
        if left <= 0:
            return size
    raise ValueError("Of nothing there is no median.")
