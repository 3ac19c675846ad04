"""The words of a verdict: what a finding in a file of work says, and what it weighs.

What was seen is counted elsewhere: row by row in `verdict`, or by the database for a
file that fits in no memory. Both say it in these sentences.

See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

BAD_EFFECT = Decimal("0.10")
"""An effect on hours from which a file is not to be trusted as it stands."""
CONFIDENCE = 0.95
FINE = Decimal("0.0001")
NOTHING = Decimal(0)
WINDOW_SLACK = timedelta(days=2)
GOOD, CARE, BAD = "good", "care", "bad"
WITH_CARE = "This file can be used with care."
NOT_TRUSTED = "Do not trust this file as it stands."


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing seen in a file. `effect` is a signed share of its hours, None: none.

    `level` is good for what is merely said, care for what a reader of the figures must
    know, bad for what makes them wrong.
    """

    code: str
    what: str
    rows: int
    effect: Decimal | None
    done: str
    level: str


def level_of(findings: Iterable[Finding]) -> str:
    """Return the worst level of a finding: good, care or bad."""
    levels = {one.level for one in findings}
    return next((level for level in (BAD, CARE) if level in levels), GOOD)


def sentence_of(findings: Iterable[Finding]) -> str:
    """Return in a sentence whether a file with these findings can be trusted.

    >>> sentence_of([])
    'This file can be trusted.'
    """
    every = list(findings)
    level = level_of(every)
    if level == GOOD:
        return "This file can be trusted."
    codes = " ".join([one.what for one in every if one.level == level][:2])
    if level == CARE:
        return f"{WITH_CARE} {codes}"
    return f"{NOT_TRUSTED} {codes}"


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a signed share to four decimals, None of nothing."""
    if not whole:
        return None
    return (part / whole).quantize(FINE, rounding=ROUND_HALF_UP)


def weight(effect: Decimal | None) -> str:
    """Return the level of an effect on hours."""
    return BAD if effect is not None and abs(effect) >= BAD_EFFECT else CARE


def zero_time(rows: int) -> Finding:
    """Say that rows made units in a time of 0."""
    return Finding(
        code="zero_time",
        what=f"{rows_of(rows)} made units in no time at all.",
        rows=rows,
        effect=NOTHING,
        done="their time is taken as not measured; their units count",
        level=CARE,
    )


def page_rows(rows: int, *, twice: Decimal, written: Decimal) -> Finding:
    """Say that rows repeat the time of a page: `twice` of the `written` seconds."""
    return Finding(
        code="page_rows",
        what=(
            f"{_said(rows, 'repeats', 'repeat')} the begin and end of another row of "
            f"the same person: they are one page."
        ),
        rows=rows,
        effect=share(-twice, written),
        done="the time of a page counts once",
        level=CARE,
    )


def one_instant(rows: int, *, of: int) -> Finding:
    """Say that rows bear the moment of an import, `of` all rows."""
    return Finding(
        code="one_instant",
        what=(
            f"{rows_of(rows)} bear the same second as others: that is when they were "
            f"imported, not when they were made."
        ),
        rows=rows,
        effect=NOTHING,
        done="their day is taken as not known; their time and units count",
        level=weight(share(Decimal(rows), Decimal(of))),
    )


def above_elapsed(rows: int, *, excess: Decimal, total: Decimal) -> Finding:
    """Say that rows or days claim `excess` seconds more than passed."""
    effect = share(-excess, total)
    return Finding(
        code="above_elapsed",
        what=(
            f"{_said(rows, 'claims', 'claim')} more time than passed: people queue "
            f"tasks, or the unit of the figure is another."
        ),
        rows=rows,
        effect=effect,
        done="counted as written; the effect is that of the excess",
        level=weight(effect),
    )


def unallocated(rows: int, *, lost: Decimal, total: Decimal, batch: str) -> Finding:
    """Say that rows belong to no job."""
    return Finding(
        code="unallocated",
        what=(
            f"{_said(rows, 'names no job, so its', 'name no job, so their')} time "
            f"belongs to no batch."
        ),
        rows=rows,
        effect=share(lost, total),
        done=f"counted under the batch “{batch}”",
        level=CARE,
    )


def idle(
    rows: int,
    *,
    rule: str,
    longest: Decimal,
    effect: Decimal | None,
    cap: Decimal | None,
) -> Finding:
    """Say that items took far longer than others; they were capped, if `cap` is one."""
    return Finding(
        code="idle",
        what=f"{rows_of(rows)} took more than {rule}; the longest {longest:,.0f} s.",
        rows=rows,
        effect=effect,
        done="counted as written; the effect is that of a cap there"
        if cap is None
        else f"capped at {cap:,.0f} s",
        level=weight(effect) if cap is None else CARE,
    )


def no_time(rows: int, *, batches: Iterable[str]) -> Finding:
    """Say that rows have no time while others have."""
    return Finding(
        code="no_time",
        what=f"{_said(rows, 'has', 'have')} no time, of {', '.join(batches)}.",
        rows=rows,
        effect=None,
        done="their units count; their time is not known and not 0",
        level=CARE,
    )


def clock(rows: int, *, scope: str) -> Finding:
    """Say what the seconds of a file cover; `scope` completes the sentence."""
    return Finding(
        code="clock",
        what=f"The seconds of this file run {scope}.",
        rows=rows,
        effect=None,
        done="stated beside every figure",
        level=GOOD,
    )


def spans_window(first: datetime, last: datetime, *, days: int) -> bool:
    """Return whether a file is as long as what its tool exports unasked, in days.

    >>> spans_window(datetime(2026, 3, 1), datetime(2026, 3, 30), days=30)
    True
    """
    most = timedelta(days=days)
    return most - WINDOW_SLACK <= last - first <= most


def window(rows: int, *, days: int, last: datetime) -> Finding:
    """Say that a file ends where the tool's own window ends, not the work."""
    return Finding(
        code="window",
        what=(
            f"The file covers the {days} days to {last:%d %B %Y}: that is what the "
            f"tool exports when no dates are asked for. What was done before is not in "
            f"it."
        ),
        rows=rows,
        effect=None,
        done="counted; export the days before with a date",
        level=CARE,
    )


def left_out(
    rows: int, *, code: str, reason: str, seconds: Decimal, written: Decimal
) -> Finding:
    """Say why rows are left out that carry so many seconds beside those written."""
    effect = share(seconds, written) if seconds else None
    return Finding(
        code=code,
        what=f"{rows_of(rows)}: {reason}.",
        rows=rows,
        effect=effect,
        done="left out; the effect is what counting them would have added",
        level=CARE if effect else GOOD,
    )


def score(rows: int, *, right: int, decisions: int, fewest: int) -> Finding:
    """Say what the scores of a file prove, with how many decisions they rest on."""
    # Here, because SciPy takes longer to load than most files take to read.
    from scoping.calc.agreement import exact_interval

    low, high = exact_interval(right, decisions, confidence=CONFIDENCE)
    return Finding(
        code="score",
        what=(
            f"{right:,} of {decisions:,} decisions are right, {right / decisions:.1%}: "
            f"between {low:.1%} and {high:.1%} with {CONFIDENCE:.0%} confidence. The "
            f"smallest score rests on {fewest:,}."
        ),
        rows=rows,
        effect=None,
        done="each score is kept with its n",
        level=GOOD,
    )


def _said(many: int, one: str, more: str) -> str:
    return f"{rows_of(many)} {one if many == 1 else more}"


def rows_of(many: int) -> str:
    """Return a number of rows in words.

    >>> rows_of(1), rows_of(1200)
    ('1 row', '1,200 rows')
    """
    return f"{many:,} row" if many == 1 else f"{many:,} rows"
