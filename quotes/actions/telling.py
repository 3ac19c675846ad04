"""What is told of a file that was read: in a sentence, and in remarks beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quotes.calc.findings import (
    BAD,
    CARE,
    GOOD,
    NOT_TRUSTED,
    WITH_CARE,
    Finding,
    level_of,
    sentence_of,
)

MOST_NAMED = 5
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """Rows whose work lies more than a year before the project began.

    `share` is their part of the hours of all rows, None: no row has a time.
    """

    rows: int
    first: date
    begins: date
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file turned out to be. `untimed` counts its new records without a time."""

    reader: str
    remarks: Sequence[str]
    verdict: Sequence[Finding]
    untimed: int = 0
    untimed_batches: Sequence[str] = ()
    scope: str = ""
    ignored: Sequence[str] = ()
    clocks: Collection[str] = ()
    twice: Sequence[tuple[int, int]] = ()
    """Rows that say what an earlier row of the file says: the earlier one, and it."""
    early: Early | None = None
    same_as: str = ""
    """The name of a file that was counted and holds the same rows."""


def verdict_sentence(
    found: Sequence[Finding],
    *,
    seen_before: bool,
    nothing: bool,
    refused: int,
    good: int | None = None,
) -> str:
    """Return in a sentence whether a file can be trusted, and what it would do.

    `good` counts the rows that are not refused; None: some are.
    """
    if seen_before:
        return "This file was counted before. Nothing changes."
    if nothing:
        return "The file holds no rows for this project."
    if refused and good == 0:
        return "No row of this file can be counted: every one was refused."
    is_good = level_of(found) == GOOD
    if refused:
        word = "row" if refused == 1 else "rows"
        if is_good:
            return f"Can be trusted, except for {refused:,} {word}."
        was = "was" if refused == 1 else "were"
        return f"{sentence_of(found)} {refused:,} {word} {was} refused."
    return "Can be trusted: every row was read." if is_good else sentence_of(found)


def level_said(sentence: str) -> str:
    """Return the level of the findings that a sentence was made of.

    For files whose findings are not at hand any more, only what was said of them.
    """
    if NOT_TRUSTED in sentence:
        return BAD
    return CARE if WITH_CARE in sentence else GOOD


def remarks(facts: Facts, *, with_verdict: bool = True) -> list[str]:
    """Return what is worth knowing about a file that is no reason to refuse a row.

    Without the verdict: what stands beside it where a page shows that as a table.
    """
    return [*_remarks(facts, with_verdict=with_verdict)]


def _remarks(facts: Facts, *, with_verdict: bool) -> Iterator[str]:
    if with_verdict:
        yield f"Read as: {facts.reader}."
    yield from facts.remarks
    yield from _same(facts)
    if with_verdict:
        for one in facts.verdict:
            if one.code not in ("clock", "no_time"):
                yield f"{one.what} {one.done.capitalize()}{effect_of(one)}."
    yield from _early(facts)
    yield from _untimed(facts, said=not with_verdict)
    if facts.scope and with_verdict:
        yield f"The seconds of this file run {facts.scope}."
    yield from _twice(facts)
    if facts.ignored:
        yield f"Columns not used: {', '.join(facts.ignored)}."
    if len(facts.clocks) > 1:
        yield f"The file mixes clocks: {', '.join(sorted(facts.clocks))}."


def _same(facts: Facts) -> Iterator[str]:
    if facts.same_as:
        yield f"Its rows are those of {facts.same_as}, in another file."


def _early(facts: Facts) -> Iterator[str]:
    """Yield sentences on work that lies long before its project."""
    one = facts.early
    if one is None:
        return
    lie = "1 row lies" if one.rows == 1 else f"{one.rows:,} rows lie"
    hold = "" if one.share is None else f" {_share(one.share)} of the hours lie there."
    yield (
        f"{lie} more than a year before the project began on {_day(one.begins)}. The "
        f"first is of {_day(one.first)}.{hold} Counted as written; look whether it is "
        f"this project, and the right year."
    )


def _day(found: date) -> str:
    return f"{found.day} {found:%B %Y}"


def _twice(facts: Facts) -> Iterator[str]:
    if facts.twice:
        shown = [f"row {row} is row {first}" for first, row in facts.twice[:MOST_NAMED]]
        more = ", ..." if len(facts.twice) > MOST_NAMED else ""
        yield f"Rows that stand twice count once: {', '.join(shown)}{more}."


def _untimed(facts: Facts, *, said: bool) -> Iterator[str]:
    """Yield how many records have no time, unless the verdict beside it `said` so."""
    if said and any(one.code == "no_time" for one in facts.verdict):
        return
    if facts.untimed:
        one = facts.untimed == 1
        named = ", ".join(dict.fromkeys(facts.untimed_batches))
        yield (
            f"{'1 record has' if one else f'{facts.untimed:,} records have'} no time, "
            f"of {named}: units count, and the time is not known."
        )


def effect_of(finding: Finding) -> str:
    """Return the effect of a finding on hours in words, empty where it has none."""
    if not finding.effect:
        return ""
    return f" ({finding.effect * 100:+.1f} % of the hours)"


def _share(share: float) -> str:
    return f"{share * 100:.1f} %"
