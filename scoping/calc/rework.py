"""What rejected units cost and what wrong ones escape: the review loop.

Reviewers send a share of the units back; some of those are wrong, some were right. A
unit that comes back is redone and reviewed again, until it passes or has been redone
`loops` times; then an expert settles it, rightly. We pay for every pass, the client
pays per released unit. A redone unit is as often wrong as a first attempt. METHODS 2
without its infinite series: hopeless work is merely dear, not infinitely so.
See docs/model.md#rework.

p: share wrong at first attempt; d, f: what one reviewer catches of the wrong, and sends
back of the right; dm, fm: the same of all reviewers together.
"""

from __future__ import annotations

from typing import Any

from . import number


class UselessAuditorError(ValueError):
    """Raised when an auditor's findings say nothing about the work."""


def all_pass(each: Any, reviewers: Any, likeness: Any) -> Any:
    """Return how often every one of several reviewers lets the same unit pass.

    `each`: how often one does, of wrong units or of right ones. `likeness` is the
    correlation of any two, 0 to 1. Two pass u² + likeness × u (1 − u) together
    (METHODS 2); for more, how often a unit is passed is taken as beta-distributed,
    whose moments are this product and whose pairs have that correlation. At 0 reviewers
    are independent, at 1 the second is for nothing.
    """
    if int(reviewers) == 0:
        return each * 0 + 1
    passed = each
    for before in range(1, int(reviewers)):
        alike = before * likeness
        passed = passed * (each * (1 - likeness) + alike) / (1 - likeness + alike)
    return passed


def joint_share(each: Any, reviewers: Any, likeness: Any) -> Any:
    """Return what at least one of several reviewers sends back.

    `each`: what one of them does, of wrong units or of right ones: who overlooks the
    same hard units also stumbles over the same right ones. At a likeness of 0.4, two
    who each catch 80 % catch 89.6 % together, not 96 %.

    >>> from decimal import Decimal
    >>> joint_share(Decimal("0.8"), 2, Decimal("0.4"))
    Decimal('0.896')
    >>> joint_share(Decimal("0.8"), 2, 0)
    Decimal('0.96')
    """
    return 1 - all_pass(1 - each, reviewers, likeness)


def reject_rate(p: Any, dm: Any, fm: Any) -> Any:
    """Return the share of reviewed units sent back: wrong and caught, or right."""
    return p * dm + (1 - p) * fm


def reworks_per_unit(rejected: Any, loops: Any) -> Any:
    """Return how often an average unit is redone: r + r² + … up to `loops` times."""
    reworks = rejected * 0
    for _ in range(int(loops)):
        reworks = rejected * (1 + reworks)
    return reworks


def outgoing_defect(p: Any, dm: Any, fm: Any, loops: Any) -> Any:
    """Return the share of released units that is wrong.

    Each review lets p × (1 − dm) of what it sees through, and sees what the one before
    sent back: 1 + r + r² + … up to the review of the last rework. What that one rejects
    too is the expert's, and right.
    """
    reviews = 1 + reworks_per_unit(reject_rate(p, dm, fm), loops)
    return p * (1 - dm) * reviews


def escalated_share(rejected: Any, loops: Any) -> Any:
    """Return the share of units that an expert has to settle: rejected every time."""
    share = rejected
    for _ in range(int(loops)):
        share = share * rejected
    return share


def cost_per_released(label: Any, review: Any, redo: Any, reworks: Any) -> Any:
    """Return what a released unit costs: label + review + reworks × (redo + review).

    `review` is one pass of all reviewers over a unit.
    """
    return label + review + reworks * (redo + review)


def cost_per_good(released: Any, outgoing: Any) -> Any:
    """Return what a right unit costs, given the cost of a released one."""
    return released / (1 - outgoing)


def repaired_defect(p: Any, dm: Any, fixed: Any) -> Any:
    """Return the wrong share where a rejected unit is corrected once, unreviewed.

    `fixed` is the share of corrections that succeed.
    """
    return p * (1 - dm) + p * dm * (1 - fixed)


def first_pass_defect_implied(outgoing: Any, rejected: Any, fm: Any) -> Any:
    """Return the wrong share at first attempt that two promises together demand.

    Of all first attempts, right and not sent back = released × right among them:
    (1 − p)(1 − fm) = (1 − q)(1 − r). 98 % right with 5 % rework means 93.1 % right at
    first attempt if nobody rejects right work: a promise about annotators, not about
    reviewers.
    """
    return 1 - (1 - outgoing) * (1 - rejected) / (1 - fm)


def detection_implied(outgoing: Any, rejected: Any, p: Any) -> Any:
    """Return what the reviewers together catch where p, q and r are known."""
    return 1 - outgoing * (1 - rejected) / p


def detection_needed(p: Any, outgoing: Any) -> Any:
    """Return what the reviewers together must catch, if they reject no right work.

    Nothing where first attempts are good enough already.
    """
    if p <= outgoing:
        return p * 0
    return (p - outgoing) / (p * (1 - outgoing))


def apparent_defect(p: Any, false_alarm: Any, missed: Any) -> Any:
    """Return the share that an erring auditor finds wrong."""
    return p * (1 - missed) + (1 - p) * false_alarm


def true_defect(apparent: Any, sensitivity: Any, specificity: Any) -> Any:
    """Return the true wrong share behind an apparent one (Rogan and Gladen 1978).

    Between 0 and 1. Raises UselessAuditorError where the auditor is no better than
    chance.
    """
    if sensitivity + specificity <= 1:
        raise UselessAuditorError(
            "An auditor who calls right work wrong as often as wrong work says nothing "
            "about it. Train the auditor on planted errors first."
        )
    found = (apparent + specificity - 1) / (sensitivity + specificity - 1)
    return number.smallest(number.largest(found, found * 0), found * 0 + 1)


def true_cost_ratio(p: Any, d: Any, inspect: Any, own_rework: Any, escape: Any) -> Any:
    """Return what a right unit costs a client, as a multiple of its sticker price.

    In stickers: the client inspects each unit (`inspect`), pays `own_rework` for every
    one caught, and bears `escape` for every wrong one that is not; `d` is what the
    client catches. The published "3x" holds only for some inputs.
    """
    rejected = p * d
    outgoing = p * (1 - d) / (1 - rejected)
    again = rejected / (1 - rejected)
    return (1 + inspect + again * (own_rework + inspect) + outgoing * escape) / (
        1 - outgoing
    )
