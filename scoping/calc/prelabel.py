"""First labels by a machine: what they leave of the work, which may be more than all.

Every proposal is checked, some are fixed, false ones deleted, missed units drawn. Below
a break-even quality this takes longer than drawing by hand, so savings are signed. The
saving is on labelling, never on review. See docs/model.md#prelabel.
"""

from __future__ import annotations

from typing import Any

from . import number


def left_by_proposals(  # noqa: PLR0913, PLR0917 - the seven figures of one formula
    share: Any,
    accepted: Any,
    check: Any,
    fix: Any,
    missed: Any,
    false: Any,
    delete: Any,
) -> Any:
    """Return assisted time over manual time where a share of units is pre-labelled.

    `check`, `fix` and `delete` are times of one proposal as shares of drawing by hand;
    `missed`, units the model misses, drawn by hand; `false`, false proposals per unit.
    Above 1, pre-labels cost time.

    >>> from decimal import Decimal as D
    >>> left_by_proposals(D(1), D("0.65"), D("0.2"), D("0.6"), D("0.1"), D("0.1"), D(0))
    Decimal('0.510')
    """
    assisted = check + (1 - accepted) * fix + missed + false * delete
    return 1 - share + share * assisted


def left_by_model(  # noqa: PLR0913, PLR0917 - the seven figures of one formula
    share: Any,
    recall: Any,
    precision: Any,
    unchanged: Any,
    check: Any,
    fix: Any,
    delete: Any,
) -> Any:
    """Return assisted time over manual time with a model of known recall and precision.

    1 − share + share × (R (check + (1 − unchanged) fix) + 1 − R + R (1/P − 1) delete),
    times as shares of drawing by hand; opening an item stands outside (METHODS 2).

    >>> from decimal import Decimal as D
    >>> model, times = (D("0.8"), D("0.8"), D("0.8")), (D("0.2"), D("0.6"), D("0.15"))
    >>> left_by_model(D(1), *model, *times)
    Decimal('0.48600')
    """
    assisted = seconds_per_true_unit(
        1,
        check,
        fix,
        delete,
        recall=recall,
        unchanged=unchanged,
        precision=precision,
        scan=0,
    )
    return 1 - share + share * assisted


def left_by_bare_saving(share: Any, saving: Any, cap: Any) -> Any:
    """Return assisted time over manual time where only a saving is stated.

    A saving that nobody measured counts up to the planning cap and no further.
    """
    return 1 - share * number.smallest(saving, cap)


def accept_rate_needed(
    check: Any, fix: Any, missed: Any, false: Any, delete: Any
) -> Any:
    """Return the share of proposals that must need no work for pre-labels to pay.

    Signed: below 0 any model pays, above 1 none does.
    """
    return 1 - (1 - check - missed - false * delete) / fix


def seconds_per_true_unit(  # noqa: PLR0913 - the eight figures of one formula
    draw: Any,
    check: Any,
    fix: Any,
    delete: Any,
    *,
    recall: Any,
    unchanged: Any,
    precision: Any,
    scan: Any,
) -> Any:
    """Return seconds for one true unit with a model of known recall and precision.

    scan + R(check + (1 − unchanged) fix) + (1 − R) draw + R(1/P − 1) delete; R of the
    true units are proposed, and 1/P − 1 false proposals come with each (METHODS 2).
    """
    proposed = recall * (check + (1 - unchanged) * fix)
    deleted = recall * (1 / precision - 1) * delete
    return scan + proposed + (1 - recall) * draw + deleted


def saving(assisted: Any, manual: Any) -> Any:
    """Return the share of time saved, below 0 where time is lost."""
    return 1 - assisted / manual


def quality_needed(draw: Any, check: Any, fix: Any, delete: Any, *, saved: Any) -> Any:
    """Return the q = recall = precision = unchanged share that saves this much.

    The root of fix × q² + (draw + delete − check − fix) × q = delete + saved × draw;
    with `saved` 0 the break-even.
    """
    slope = draw + delete - check - fix
    target = delete + saved * draw
    # The form without fix below the line holds where nothing ever needs fixing.
    return 2 * target / (slope + number.square_root(slope * slope + 4 * fix * target))
