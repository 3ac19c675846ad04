"""How often a clause passes at a stated quality: what its floor asks of the work.

A floor that is only just kept fails most projects of many batches, because each batch
has its own luck; a clause says what quality holds it. See docs/model.md#sla.
"""

from __future__ import annotations

from decimal import Decimal

from scipy.special import bdtr

from scoping.calc.audit import all_released, released_share

from .clause import Clause, ClauseError


def released_at(clause: Clause, *, wrong: Decimal) -> Decimal:
    """Return how often one batch's sample passes at this share wrong.

    Of a clause on an average, how often the whole project does.
    """
    sample = clause.sample
    if sample is None:
        raise ClauseError(f"“{clause.promise}” draws no sample.")
    found: Decimal = released_share(
        wrong, sample.worth_lot, sample.worth_units, sample.worth_defects
    )
    return found


def released_of_work(clause: Clause, *, wrong: Decimal) -> Decimal:
    """Return how often a sample of work that errs at this share passes.

    Every unit is wrong by itself with this chance, so that batches of the same work
    differ. Above, the batch has exactly this share wrong.
    """
    sample = clause.sample
    if sample is None:
        raise ClauseError(f"“{clause.promise}” draws no sample.")
    chance = bdtr(sample.worth_defects, sample.worth_units, float(wrong))
    return Decimal(repr(float(chance)))


def pass_chance(clause: Clause, *, wrong: Decimal, batches: int) -> Decimal:
    """Return how often all batches of a project pass the first time."""
    one = released_at(clause, wrong=wrong)
    if clause.per == "project":
        return one
    found: Decimal = all_released(one, batches)
    return found
