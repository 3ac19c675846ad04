"""Why a clause is met, not met or not shown yet, in a sentence for its readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from scoping.calc.lateness import weeks_begun
from scoping.calc.layout import batches_called
from scoping.calc.money import to_coins
from scoping.calc.pipeline import business_days, per_cent
from scoping.calc.trace import plain

from .clause import Clause

TENTH = Decimal("0.001")
NAMED = 3
"""So many batches are named, more are counted."""


def no_sample(clause: Clause) -> str:
    """Return what is missing where nothing was checked."""
    if clause.classes:
        return f"Nothing of {', '.join(clause.classes)} has been checked yet."
    return "Nothing has been checked yet."


def because(  # noqa: PLR0913 - what is known, named
    clause: Clause,
    *,
    state: str,
    low: Decimal,
    high: Decimal,
    batches: int,
    unchecked: int,
    short: Sequence[str],
) -> str:
    """Return why counts show a clause met, not met, or nothing yet."""
    if high == 1 and low == 0:
        return "The errors that this promise counts were not looked for."
    floor = per_cent(clause.floor or Decimal(0))
    found = _between(low, high)
    if clause.metric == "agreement":
        return f"On the reference set, {found}; {floor} is promised."
    whole = clause.per == "project"
    if state == "met":
        where = "on average" if whole else "in every batch"
        return f"Over all batches, {found}: {floor} is kept {where}."
    if state == "not_met":
        where = "on average" if whole else f"in {_listed(short)}"
        return f"{floor} is not reached {where}. Over all batches, {found}."
    if unchecked:
        left = f"{unchecked:,} batch{'' if unchecked == 1 else 'es'}"
        return (
            f"Over what was checked, {found}. What this promise counts was not looked "
            f"at in {left}."
        )
    sample = "The samples are" if batches > 1 else "The sample is"
    each = "" if whole else " for each batch by itself"
    return f"{sample} too small to show {floor}{each}. Over all, {found}."


def by_date(done: date | None, *, due: date, as_of: date) -> tuple[bool | None, str]:
    """Return whether something was done by a day, and why."""
    if done is not None:
        kept = done <= due
        word = "by" if kept else "after"
        return kept, f"Done on {_day(done)}, {word} {_day(due)}."
    if as_of > due:
        return False, f"Not done by {_day(due)}."
    return None, f"Due by {_day(due)}."


def moved_by(days: int) -> str:
    """Return by how many days of waiting a promised week has moved."""
    return (
        f"{days:,} day{'' if days == 1 else 's'} on which the work waited for data or "
        f"answers moved it to that day."
    )


def given_back(clause: Clause, days: int, *, share: Decimal, of: Decimal | None) -> str:
    """Return what so many days late give back of the agreed price, and why."""
    grace = 0 if clause.late is None else clause.late.grace_days
    late = f"{days:,} day{'' if days == 1 else 's'} late"
    if share == 0:
        return f"{late}, of which {grace} cost nothing: nothing is given back."
    begun = int(weeks_begun(Decimal(days - grace)))
    weeks = f"{begun:,} week{'' if begun == 1 else 's'} begun"
    if grace:
        weeks += f" after {grace} day{'' if grace == 1 else 's'} of grace"
    if of is None:
        return (
            f"{late}: {weeks}, {per_cent(share)} of a price that is not known here. "
            f"Look it up on the order."
        )
    whole = f"{to_coins(of, clause.currency):,f} {clause.currency}"
    gives = "gives" if begun == 1 else "give"
    return f"{late}: {weeks} {gives} back {per_cent(share)} of {whole}."


def by_days(took: Sequence[int], *, most: int) -> tuple[bool | None, str]:
    """Return whether everything took at most so many business days, and why."""
    if not took:
        return None, "There was none yet."
    late = sum(days > most for days in took)
    if late == 0:
        return True, f"All {len(took):,} within {business_days(most)}."
    return False, (
        f"{late:,} of {len(took):,} took more than {business_days(most)}, the longest "
        f"{max(took):,}."
    )


def by_week(weekly: Sequence[int], *, least: int) -> tuple[bool | None, str]:
    """Return whether every finished week brought enough, and why."""
    if not weekly:
        return None, "No week has ended yet."
    short = sum(items < least for items in weekly)
    if short == 0:
        return True, f"Every week brought at least {least:,}."
    return False, (
        f"{short:,} of {len(weekly):,} weeks brought fewer than {least:,}, the least "
        f"{min(weekly):,}."
    )


def _listed(batches: Sequence[str]) -> str:
    if len(batches) > NAMED:
        return f"{len(batches):,} batches"
    return batches_called(batches)


def _between(low: Decimal, high: Decimal) -> str:
    if low == high:  # every unit was checked
        return f"{_down(low)} are right"
    return f"at least {_down(low)} and at most {_up(high)} are right"


def _down(share: Decimal) -> str:
    return per_cent(plain(share.quantize(TENTH, ROUND_FLOOR)))


def _up(share: Decimal) -> str:
    return per_cent(plain(share.quantize(TENTH, ROUND_CEILING)))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
