"""How big a gold set must be, and what it can be trusted to show.

Three questions that are settled before a set is built. How many items, so that a good
team can *prove* the target and not merely reach it? What does a set of whole images
prove about objects, when errors of one image come together? And how right must the gold
labels themselves be, when the best team can only agree with them as far as they are?

What a result on the set then proves is in `agreement.py`. Samples are taken as small
beside the work they stand for, so errors are binomial. See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

import numpy as np
from scipy.special import bdtr

from .agreement import CONFIDENCE, GoldSetError

MOST_ITEMS = 100_000
"""The largest gold set that is searched for: nobody labels more to judge a team."""
TEETH = 10
"""Errors more that are allowed before a search is sure to be over."""
CURVE_POINTS = 41


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSize:
    """How many items a set needs, with the errors that it then allows.

    `power` is how often a team of the supposed accuracy proves the target.
    `settled` is the size from which on every larger set has the power, too: between
    the two a larger set may do worse, because errors are whole.
    """

    items: int
    most_errors: int
    power: float
    settled: int


def gold_size_for_power(
    target: float, *, truth: float, power: float, confidence: float = CONFIDENCE
) -> GoldSize:
    """Return the smallest set on which a team this good proves the target this often.

    Raises GoldSetError where no set can: a team that is not better than the target
    never proves it, and one a hair better needs more items than anybody labels.

    >>> gold_size_for_power(0.95, truth=0.98, power=0.8).items
    234
    """
    _open_shares(target=target, power=power, confidence=confidence)
    _shares(truth=truth)
    if truth <= target:
        raise GoldSetError(
            f"A team that is {_percent(truth)} right cannot prove {_percent(target)}, "
            f"however many items it labels. Suppose a better team, or a lower target."
        )
    found: tuple[int, int, float] | None = None
    last_weak = calm = 0
    for items, errors, chance, is_new in _sizes(target, truth, confidence):
        if chance < power:
            last_weak, calm = items, 0
            continue
        found = found or (items, errors, chance)
        # Chances fall until one error more is allowed: where none of several such
        # teeth falls short, none of the later and shallower ones does.
        calm += is_new
        if calm > TEETH:
            break
    if found is None:
        raise GoldSetError(
            f"More than {MOST_ITEMS:,} items would be needed: {_percent(truth)} and "
            f"{_percent(target)} are too close to be told apart."
        )
    items, errors, chance = found
    return GoldSize(
        items=items, most_errors=errors, power=chance, settled=last_weak + 1
    )


def _sizes(
    target: float, truth: float, confidence: float
) -> Iterator[tuple[int, int, float, bool]]:
    """Yield each size with the errors it allows and how often they are kept.

    One item more never allows two errors more, so each size follows from the one
    before it. The last entry says whether the size allows an error more than that.
    """
    errors = -1
    for items in range(1, MOST_ITEMS + 1):
        proves = float(bdtr(errors + 1, items, 1 - target)) <= 1 - confidence
        is_new = proves and errors + 1 < items
        errors += is_new
        chance = float(bdtr(errors, items, 1 - truth)) if errors >= 0 else 0.0
        yield items, errors, chance, is_new


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPoint:
    """How often a team of this true accuracy passes the gate at one attempt."""

    truth: float
    chance: float


def errors_allowed(items: int, required: Decimal) -> int:
    """Return the errors of a set with which the required share is still reached.

    >>> errors_allowed(500, Decimal("0.95"))
    25
    """
    if items < 1 or not 0 < required <= 1:
        raise GoldSetError(
            "A gate needs a set of at least one item, and a share above 0 %, at most "
            "100 %."
        )
    return items - int((required * items).to_integral_value(rounding=ROUND_CEILING))


def passing_chance(items: int, errors: int, *, truth: float) -> float:
    """Return how often a team of this accuracy makes at most this many errors."""
    return float(bdtr(errors, items, 1 - truth))


def pass_curve(items: int, errors: int, *, low: float) -> tuple[PassPoint, ...]:
    """Return the chance to pass against true accuracy, from `low` to 1.

    The gate: at most this many errors on this many items.
    """
    if not 0 <= errors <= items or not 0 <= low < 1:
        raise GoldSetError(
            f"{errors} errors on {items} items are no gate. Allow from none to all, "
            f"and begin the curve below 100 %."
        )
    truths = np.linspace(low, 1, CURVE_POINTS)
    chances = bdtr(errors, items, 1 - truths)
    return tuple(
        PassPoint(truth=float(truth), chance=float(chance))
        for truth, chance in zip(truths, chances, strict=True)
    )


def gold_noise_ceiling(
    accuracy: float, *, gold_accuracy: float, classes: int = 2
) -> float:
    """Return the agreement that is measured when the gold labels err, too.

    Both right, or both wrong in the same way: a g + (1 - a)(1 - g) / (q - 1). Errors
    are taken as independent and spread evenly over the other classes. Whoever errs
    where the gold label errs agrees with it more often than this.

    >>> round(gold_noise_ceiling(0.97, gold_accuracy=0.99), 4)
    0.9606
    """
    _shares(accuracy=accuracy, gold_accuracy=gold_accuracy)
    _several(classes)
    by_luck = (1 - accuracy) * (1 - gold_accuracy) / (classes - 1)
    return accuracy * gold_accuracy + by_luck


def accuracy_behind(
    measured: float, *, gold_accuracy: float, classes: int = 2
) -> float | None:
    """Return the true accuracy that a measured agreement stands for.

    None where such gold labels cannot show it: more agreement than a perfect team
    would reach, or labels no better than chance.
    """
    _shares(measured=measured, gold_accuracy=gold_accuracy)
    _several(classes)
    missed = (1 - gold_accuracy) / (classes - 1)
    slope = gold_accuracy - missed
    if slope <= 0 or not missed <= measured <= gold_accuracy:
        return None
    return (measured - missed) / slope


def per_class(items: int, classes: int) -> int:
    """Return the items that each class has when all are as frequent, rounded down."""
    if items < 1 or classes < 1:
        raise GoldSetError("A gold set has at least one item and one class.")
    return items // classes


def _several(classes: int) -> None:
    if classes < 2:  # noqa: PLR2004 - between fewer there is nothing to choose
        raise GoldSetError("Somebody chooses between two classes at least.")


def _open_shares(**named: float) -> None:
    """Refuse what is no share, and the ends: nothing is proven at 0 % or 100 %."""
    _shares(**named)
    for name, share in named.items():
        if share in (0, 1):
            raise GoldSetError(
                f"{_said(name)} is {_percent(share)}. Write more than 0 % and less "
                f"than 100 %."
            )


def _shares(**named: float) -> None:
    for name, share in named.items():
        if not 0 <= share <= 1:
            raise GoldSetError(
                f"{_said(name)} is {_percent(share)}. Write a share from 0 % to 100 %."
            )


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _percent(share: float) -> str:
    return f"{share * 100:g} %"
