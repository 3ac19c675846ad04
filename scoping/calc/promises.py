"""Whether the inputs of a spec imply what is promised about it.

The card's preset states promises as numbers. An estimate says of each whether its own
figures imply it, and which figure does; reconciliation later asks the same of actuals.
"98 % and rework under 5 %" is a statement about first-pass yield, and is answered as
one (METHODS 2). Staff only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .agreement import gold_lower_bound
from .rates.values import Figure
from .rework import first_pass_defect_implied
from .spec.values import Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an estimate implies about quality, as shares; None: nothing is labelled.

    `outgoing_defect` is of what the clause counts, units or images;
    `allowed_unit_defect` is what the promised accuracy leaves of units.
    """

    first_pass_defect: Decimal | None
    rejected: Decimal | None
    outgoing_defect: Decimal | None
    wrongly_rejected: Decimal | None
    allowed_unit_defect: Decimal
    prelabel_saving: Decimal | None


def promises(
    promised: Mapping[str, Figure], quality: Quality, outcome: Outcome
) -> Iterator[dict[str, str | bool | None]]:
    """Yield each promise with what the inputs imply and whether that keeps it.

    `holds` is None where the inputs cannot say: an agreement is shown by a gold set.
    """
    for key, figure in promised.items():
        answer = _answer(key, figure.value, quality, outcome)
        if answer is None:
            continue
        holds, text = answer
        yield {
            "key": key,
            "promised": str(figure.value),
            "holds": holds,
            "text": text,
        }


_Answer = tuple[bool | None, str]
NOTHING_LABELLED: _Answer = (None, "Not known, because no line is labelled.")


def _answer(
    key: str, promised: Decimal, quality: Quality, outcome: Outcome
) -> _Answer | None:
    """Return the answer to one promise, None for a key that is no promise of these."""
    answers: Mapping[str, Callable[[], _Answer]] = {
        "accuracy": lambda: _accuracy(quality, outcome),
        "agreement": lambda: _agreement(promised, quality),
        "rework": lambda: _rework(promised, quality, outcome),
        "audit_share": lambda: _audit(promised, quality),
        "edge_case_rules": lambda: _rules(promised, quality),
        "prelabel_saving": lambda: _prelabels(promised, outcome),
        "error": lambda: _error(promised, outcome),
    }
    return answers[key]() if key in answers else None


def _accuracy(quality: Quality, outcome: Outcome) -> _Answer:
    """Answer for the accuracy of this very quote, whatever the preset says."""
    if outcome.outgoing_defect is None:
        return NOTHING_LABELLED
    promised, comes_out = quality.accuracy, 1 - outcome.outgoing_defect
    counted = "images " if quality.unit == "image" else ""
    return comes_out >= promised, (
        f"{percent(comes_out)} {counted}right after review, "
        f"{percent(promised)} promised."
    )


def _agreement(promised: Decimal, quality: Quality) -> _Answer:
    gold = quality.gold_items
    if gold == 0:
        return None, "No gold set is planned, so no agreement can be shown."
    right = int((gold * promised).to_integral_value(rounding=ROUND_HALF_UP))
    proven = gold_lower_bound(right, gold)
    return None, (
        f"Shown on the gold set only: {right} right of {gold} proves at least "
        f"{percent(Decimal(str(proven)))}."
    )


def _rework(promised: Decimal, quality: Quality, outcome: Outcome) -> _Answer:
    rejected, first = outcome.rejected, outcome.first_pass_defect
    if rejected is None or first is None or outcome.wrongly_rejected is None:
        return NOTHING_LABELLED
    implied = first_pass_defect_implied(
        outcome.allowed_unit_defect, promised, outcome.wrongly_rejected
    )
    return rejected <= promised, (
        f"{percent(rejected)} sent back, under {percent(promised)} promised. "
        f"{percent(quality.accuracy)} with that little rework needs "
        f"{percent(1 - implied)} right at first attempt; "
        f"{percent(1 - first)} is expected."
    )


def _audit(promised: Decimal, quality: Quality) -> _Answer:
    share = quality.audit.share
    if share is None:
        return None, "Another rule than a share of the batch samples the batches."
    return share >= promised, f"{percent(share)} of each batch is sampled."


def _rules(promised: Decimal, quality: Quality) -> _Answer:
    return quality.edge_case_rules >= promised, (
        f"{quality.edge_case_rules} edge-case rules are planned."
    )


def _prelabels(promised: Decimal, outcome: Outcome) -> _Answer:
    if outcome.prelabel_saving is None:
        return None, "No pre-labels are planned."
    return outcome.prelabel_saving <= promised, (
        f"Pre-labels are planned to save {percent(outcome.prelabel_saving)} of "
        f"labelling time; up to {percent(promised)} is what may be said."
    )


def _error(promised: Decimal, outcome: Outcome) -> _Answer:
    if outcome.outgoing_defect is None:
        return NOTHING_LABELLED
    return outcome.outgoing_defect <= promised, (
        f"{percent(outcome.outgoing_defect)} wrong after review, under "
        f"{percent(promised)} promised."
    )


def percent(share: Decimal) -> str:
    """Return a share as per cent with one decimal, as pages print it."""
    return f"{(share * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)} %"
