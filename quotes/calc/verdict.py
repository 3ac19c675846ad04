"""Can a file of work be trusted, and what do its hours come to, read with care.

Every finding says what was seen, in how many rows, what that means for the hours of the
file as a share of them, and what was done. Where a figure is wrong for certain it is
mended here (the time of a page that stands in several rows counts once); where it is
only odd it is left as written, and the effect of a remedy is shown beside it, because a
cap that depended on the rest of the file would change with every later export.

See docs/model.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

from .findings import (
    BAD,
    CARE,
    GOOD,
    NOTHING,
    Finding,
    above_elapsed,
    clock,
    idle,
    left_out,
    level_of,
    no_time,
    one_instant,
    page_rows,
    score,
    sentence_of,
    share,
    spans_window,
    unallocated,
    window,
    zero_time,
)

IDLE_TIMES = 20
"""How many times the median item an item may take before it looks like an idle tab."""
FEWEST_ITEMS = 10
"""Items below which a median says nothing about the rest."""
OF_A_DAY = frozenset({"shift", "record"})
"""Rows of timesheets and of work records: many of one day, and no hour beside it."""
CLUSTER = 10
"""Rows of one second that no hand can have sent in one by one."""
TOLERANCE_SECONDS = Decimal(1)
DAY_SECONDS = Decimal(86400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A row of work as far as the verdict needs it; None is missing."""

    row: int
    actor: str = ""
    batch: str = ""
    seconds: Decimal | None = None
    units: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    scored: int | None = None
    correct: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A row that is not counted: under which code and why, and the time it carries."""

    code: str
    reason: str
    seconds: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is known of the tool that wrote the file.

    `each_is` says what one row is: only items may be held against the median item, and
    only events may lack a time because another row carries it.
    `window_days` is what the tool exports where nobody asks for more. `begins` is the
    start of the project, `unallocated` the batch of work that belongs to none.
    """

    scope: str
    each_is: str = "item"
    window_days: int | None = None
    begins: datetime | None = None
    unallocated: str = "unallocated"
    cap_seconds: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All findings of a file, the seconds that count by row, the rows without a day."""

    findings: tuple[Finding, ...]
    seconds: Mapping[int, Decimal | None]
    undated: frozenset[int]
    written: Decimal

    @property
    def level(self) -> str:
        """Return the worst level of a finding: good, care or bad."""
        return level_of(self.findings)

    @property
    def sentence(self) -> str:
        """Return in a sentence whether the file can be trusted."""
        return sentence_of(self.findings)

    @property
    def counted(self) -> Decimal:
        """Return the seconds that count."""
        return sum((one for one in self.seconds.values() if one is not None), NOTHING)


def judge(seen: Sequence[Seen], left: Iterable[Left], source: Source) -> Verdict:
    """Return the verdict on a file, and the seconds of each row that count.

    >>> page = datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 9)
    >>> rows = [Seen(row=n, actor="a", seconds=Decimal(3600), units=1, start=page[0],
    ...              end=page[1]) for n in (2, 3)]
    >>> found = judge(rows, (), Source(scope="over a page"))
    >>> found.counted, found.findings[0].code, found.findings[0].effect
    (Decimal('3600'), 'page_rows', Decimal('-0.5000'))
    """
    written = _total(one.seconds for one in seen)
    seconds: dict[int, Decimal | None] = {}
    findings: list[Finding] = []
    seconds |= _zeros(seen, findings) | _pages(seen, findings, written)
    known = [_with(one, seconds) for one in seen]
    capped = _idle(known, source, findings)
    seconds = {one.row: one.seconds for one in known} | capped
    undated = frozenset() if source.each_is in OF_A_DAY else _instants(known, findings)
    findings += [
        *_above(known),
        *_unallocated(known, source),
        *_window(known, source),
        *_left(left, written),
        *(() if source.each_is == "event" else _untimed(known)),
        *_scores(known),
    ]
    if source.scope:
        findings.append(clock(len(seen), scope=source.scope))
    return Verdict(
        findings=tuple(findings), seconds=seconds, undated=undated, written=written
    )


def _total(values: Iterable[Decimal | None]) -> Decimal:
    return sum((one for one in values if one is not None), NOTHING)


def _with(one: Seen, seconds: Mapping[int, Decimal | None]) -> Seen:
    if one.row not in seconds:
        return one
    return Seen(
        row=one.row,
        actor=one.actor,
        batch=one.batch,
        seconds=seconds[one.row],
        units=one.units,
        start=one.start,
        end=one.end,
        scored=one.scored,
        correct=one.correct,
    )


def _zeros(seen: Sequence[Seen], findings: list[Finding]) -> dict[int, Decimal | None]:
    """Take a time of 0 for work that gave units as a time that was not measured."""
    zero = [one for one in seen if one.seconds == 0 and one.units]
    if not zero:
        return {}
    findings.append(zero_time(len(zero)))
    return {one.row: None for one in zero}


def _pages(
    seen: Sequence[Seen], findings: list[Finding], written: Decimal
) -> dict[int, Decimal | None]:
    """Count the time of a page once where each of its rows carries all of it."""
    pages: dict[tuple[str, datetime, datetime], list[Seen]] = {}
    for one in seen:
        if one.start is not None and one.end is not None and one.seconds and one.actor:
            pages.setdefault((one.actor, one.start, one.end), []).append(one)
    again = [
        one
        for rows in pages.values()
        for one in rows[1:]
        if one.seconds == rows[0].seconds
    ]
    if not again:
        return {}
    twice = _total(one.seconds for one in again)
    findings.append(page_rows(len(again), twice=twice, written=written))
    return {one.row: NOTHING for one in again}


def _idle(
    seen: Sequence[Seen], source: Source, findings: list[Finding]
) -> dict[int, Decimal | None]:
    """Say which items took far longer than the median; cap them if that was asked."""
    timed = [one for one in seen if one.seconds]
    total = _total(one.seconds for one in timed)
    stated = source.cap_seconds
    if source.each_is != "item" or (stated is None and len(timed) < FEWEST_ITEMS):
        return {}
    if not timed:
        return {}
    cap = stated or IDLE_TIMES * median([one.seconds or NOTHING for one in timed])
    over = [one for one in timed if (one.seconds or NOTHING) > cap]
    if not over:
        return {}
    effect = share(-_total((one.seconds or NOTHING) - cap for one in over), total)
    most = max(one.seconds or NOTHING for one in over)
    rule = (
        f"the {cap:,.0f} s that you stated"
        if stated is not None
        else f"{IDLE_TIMES} times the median item, {cap:,.0f} s"
    )
    findings.append(
        idle(
            len(over),
            rule=rule,
            longest=most,
            effect=effect,
            cap=None if stated is None else cap,
        )
    )
    return {one.row: cap for one in over} if stated is not None else {}


def _instants(seen: Sequence[Seen], findings: list[Finding]) -> frozenset[int]:
    """Return the rows whose moment is that of an import: many in one second."""
    at: dict[datetime, list[Seen]] = {}
    for one in seen:
        if one.end is not None and one.start is None:
            at.setdefault(one.end.replace(microsecond=0), []).append(one)
    rows = [one.row for found in at.values() if len(found) >= CLUSTER for one in found]
    if rows:
        findings.append(one_instant(len(rows), of=len(seen)))
    return frozenset(rows)


def _above(seen: Sequence[Seen]) -> Iterator[Finding]:
    """Yield what took longer than there was: than begin to end, or than a day has."""
    within = [excess for one in seen if (excess := _excess(one)) > TOLERANCE_SECONDS]
    days: Counter[tuple[str, object]] = Counter()
    for one in seen:
        moment = one.end or one.start
        if one.seconds and moment and one.actor and not _excess(one):
            days[one.actor, moment.date()] += int(one.seconds)
    beyond = [
        seconds - DAY_SECONDS
        for seconds in days.values()
        if seconds > DAY_SECONDS + TOLERANCE_SECONDS
    ]
    if not within and not beyond:
        return
    total = _total(one.seconds for one in seen)
    yield above_elapsed(
        len(within) + len(beyond), excess=_total([*within, *beyond]), total=total
    )


def _excess(one: Seen) -> Decimal:
    """Return by how many seconds a row says more than lies between its two moments."""
    if one.seconds is None or one.start is None or one.end is None:
        return NOTHING
    passed = one.end - one.start
    if not passed:
        return NOTHING
    return max(NOTHING, one.seconds - Decimal(str(passed.total_seconds())))


def _unallocated(seen: Sequence[Seen], source: Source) -> Iterator[Finding]:
    lost = [one for one in seen if one.batch == source.unallocated]
    if lost:
        total = _total(one.seconds for one in seen)
        yield unallocated(
            len(lost),
            lost=_total(one.seconds for one in lost),
            total=total,
            batch=source.unallocated,
        )


def _window(seen: Sequence[Seen], source: Source) -> Iterator[Finding]:
    """Yield that the file ends where the tool's own window ends, not the work."""
    moments = [one.end or one.start for one in seen if one.end or one.start]
    known = [one for one in moments if one is not None]
    if source.window_days is None or not known:
        return
    first, last = min(known), max(known)
    earlier = source.begins is None or source.begins < first
    if spans_window(first, last, days=source.window_days) and earlier:
        yield window(len(seen), days=source.window_days, last=last)


def _left(left: Iterable[Left], written: Decimal) -> Iterator[Finding]:
    """Yield a finding for each reason for which rows were left out."""
    reasons: dict[tuple[str, str], list[Left]] = {}
    for one in left:
        reasons.setdefault((one.code, one.reason), []).append(one)
    for (code, reason), rows in reasons.items():
        seconds = _total(one.seconds for one in rows)
        yield left_out(
            len(rows), code=code, reason=reason, seconds=seconds, written=written
        )


def _untimed(seen: Sequence[Seen]) -> Iterator[Finding]:
    untimed = [one for one in seen if one.seconds is None and one.scored is None]
    if untimed and len(untimed) < len(seen):
        named = dict.fromkeys(one.batch for one in untimed[:5])
        yield no_time(len(untimed), batches=named)


def _scores(seen: Sequence[Seen]) -> Iterator[Finding]:
    """Yield what the scores of a file prove, with how many decisions they rest on."""
    scored = [one for one in seen if one.scored and one.correct is not None]
    if not scored:
        return
    yield score(
        len(scored),
        right=sum(one.correct or 0 for one in scored),
        decisions=sum(one.scored or 0 for one in scored),
        fewest=min(one.scored or 0 for one in scored),
    )


__all__ = [
    "BAD",
    "CARE",
    "GOOD",
    "Finding",
    "Left",
    "Seen",
    "Source",
    "Verdict",
    "judge",
]
