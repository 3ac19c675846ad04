"""Evidence in what a clause counts: how many of how many, and does the sample pass.

Only labelling errors of severities that count are counted; what nobody looked for stays
unknown. See docs/model.md#sla.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import floor

from scoping.calc.money import to_coins

from .bounds import effect_seen
from .clause import SEVERITIES, Clause, ClauseError
from .evidence import BatchEvidence, Counts, Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One sample in what the clause counts; `wrong` None: nobody looked for it."""

    batch: str
    items: int
    sampled_items: int
    lot: int
    checked: int
    wrong: int | None
    effect: Fraction


def checks_of(clause: Clause, evidence: Evidence) -> Iterator[tuple[Check, Check]]:
    """Yield the first and the last check of each batch, in the order of delivery."""
    order: dict[str, int] = {}
    for row in evidence.batches:
        order.setdefault(row.batch, len(order))
    rows = sorted(evidence.batches, key=lambda row: (order[row.batch], row.attempt))
    for _, group in groupby(rows, key=lambda row: row.batch):
        found = [one for row in group if (one := check_of(clause, row)) is not None]
        if found:
            yield found[0], found[-1]


def unseen(clause: Clause, evidence: Evidence) -> int:
    """Return how many batches' last check shows nothing of what the clause counts."""
    last: dict[str, BatchEvidence] = {}
    for row in sorted(evidence.batches, key=lambda row: row.attempt):
        last[row.batch] = row
    return sum(not is_seen(clause, row) for row in last.values())


def is_seen(clause: Clause, row: BatchEvidence) -> bool:
    """Return whether all that a clause counts was looked at in a batch.

    Of a group, every class: counted, or known to have no label in the batch.
    """
    if clause.classes:
        known = [row.classes[name] for name in clause.classes if name in row.classes]
        if len(known) < len(clause.classes):
            return False
        if not any(units or counts.missed for units, counts in known):
            return True
    check = check_of(clause, row)
    return check is not None and check.wrong is not None


def check_of(clause: Clause, row: BatchEvidence) -> Check | None:
    """Return a row in what the clause counts; None where its classes were not."""
    lot, counts, clusters = row.units, row.counts, row.clusters
    if clause.classes:
        named = [row.classes[name] for name in clause.classes if name in row.classes]
        # Of a class without a label nothing is known that the others' counts lack.
        named = [one for one in named if one[0] or one[1].missed is not None]
        if not named:
            return None
        lot = sum(units for units, _ in named)
        counts = _together(one for _, one in named)
        clusters = ()
    checked, wrong = _counted(clause, counts)
    if checked == 0:
        return None
    parts = [_counted(clause, cluster) for cluster in clusters]
    seen = effect_seen((n, x) for n, x in parts if x is not None)
    return Check(
        batch=row.batch,
        items=row.items,
        sampled_items=row.sampled_items,
        lot=max(checked, round(Fraction(lot * checked, max(counts.checked, 1)))),
        checked=checked,
        wrong=wrong,
        effect=max(Fraction(clause.effect), seen),
    )


def _together(counts: Iterable[Counts]) -> Counts:
    """Return counts of several classes in one; what one does not know, none does."""
    rows = list(counts)

    def added(name: str) -> int | None:
        found = [getattr(row, name) for row in rows]
        return None if None in found else sum(found)

    return Counts(
        checked=sum(row.checked for row in rows),
        wrong=sum(row.wrong for row in rows),
        excluded_wrong=sum(row.excluded_wrong for row in rows),
        excluded_missed=sum(row.excluded_missed for row in rows),
        **{name: added(name) for name in ("missed", "extra", "critical", "minor")},
    )


def _counted(clause: Clause, counts: Counts) -> tuple[int, int | None]:
    """Return how many a clause counts and how many of them are wrong.

    What turned out to be no labelling error is taken off, and so are severities that
    do not count. An unknown number of labels without an object is taken as all that
    are wrong: the cautious side.
    """
    missed = counts.missed
    wrong = counts.wrong - counts.excluded_wrong
    if clause.metric == "precision":
        checked, errors = counts.checked, wrong
    elif missed is None:
        return counts.checked, None
    elif clause.metric == "recall":
        extra = counts.wrong if counts.extra is None else counts.extra
        checked, errors = counts.checked - extra + missed, missed
        errors -= counts.excluded_missed
    else:
        checked = counts.checked + missed
        errors = wrong + missed - counts.excluded_missed
    return checked, min(errors, _severe(clause, counts))


def _severe(clause: Clause, counts: Counts) -> int:
    """Return how many errors are of a severity that counts; all, where not recorded.

    Either those that count were recorded, or those that do not; what is left is major.
    """
    every = counts.wrong + (counts.missed or 0)
    each = {"critical": counts.critical, "minor": counts.minor}
    if None not in each.values():
        each["major"] = every - sum(value or 0 for value in each.values())
    inside = [each.get(severity) for severity in clause.counts]
    outside = [each.get(one) for one in SEVERITIES if one not in clause.counts]
    if None not in inside:
        return sum(value or 0 for value in inside)
    if None not in outside:
        return every - sum(value or 0 for value in outside)
    return every


def passes(clause: Clause, check: Check) -> bool | None:
    """Return whether a sample passes: at most as many wrong as the clause allows.

    None: nobody looked, or fewer were looked at than the clause says and no more are
    wrong yet than it allows; or the clause is about an average.
    """
    sample = clause.sample
    if check.wrong is None or sample is None or clause.per == "project":
        return None
    drawn = check.sampled_items
    # A part of an image cannot be drawn: what is planned is rounded down here.
    needed = max(1, floor(Fraction(sample.units * check.items, sample.lot)))
    if clause.classes:
        drawn, needed = check.checked, min(sample.units, check.lot)
    if check.wrong > allowed_in(clause, check):
        return False
    return True if drawn >= needed else None


def allowed_in(clause: Clause, check: Check) -> int:
    """Return how many may be wrong in a sample; the clause has one of its own.

    The number printed holds for a full batch and the sample printed; another batch, or
    a larger sample, is allowed in proportion to what was checked, rounded down.
    """
    sample = clause.sample
    if sample is None:
        raise ClauseError(f"“{clause.promise}” draws no sample.")
    is_other = check.items < sample.of_items or check.sampled_items > sample.items
    if clause.classes:
        is_other = check.lot < sample.units or check.checked > sample.units
    if not is_other:
        return sample.max_defects
    return floor(Fraction(sample.max_defects * check.checked, max(sample.units, 1)))


def credit_of(clause: Clause, check: Check) -> Decimal:
    """Return what one failed sample is credited with: the greatest step reached."""
    due = Decimal(0)
    if clause.credit is not None and passes(clause, check) is False:
        due = clause.credit
    wrong = check.wrong or 0
    for step in clause.ladder:
        if wrong > step.wrong_over * check.checked:
            due = max(due, step.amount)
    return to_coins(due, clause.currency)


def credit_on_average(clause: Clause, wrong: Decimal) -> Decimal:
    """Return the credit of a project whose samples had this share wrong in all."""
    due = Decimal(0)
    if clause.credit is not None and 1 - wrong < (clause.floor or 0):
        due = clause.credit
    reached = [step.amount for step in clause.ladder if wrong > step.wrong_over]
    return max([due, *reached])
