"""Why the scenarios of an offer differ in price, as its client is told; frozen with it.

Made of offers alone, which know no cost: quantities, unit prices as they were decided,
discount, fees, tax. It is made once, when the quote is sent, so that no later card and
no later release says otherwise. See docs/model.md#differences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoping.calc.difference import Diff, DiffError
from scoping.calc.offer import Offer
from scoping.calc.offer_diff import client_diff
from scoping.calc.workdays import Workdays

EXACT_UP_TO = 8
"""Changes for which every order counts: 256 bills, under a second."""


def differences(
    offers: Mapping[str, Offer], *, workdays: Workdays
) -> list[dict[str, Any]]:
    """Return why each further scenario costs more or less than the first one.

    `offers` are the scenarios by letter, the first one first. Scenarios that are sold
    in another currency have no difference and are left out.
    """
    (first, before), *others = offers.items()
    found = (_between(before, after, workdays=workdays) for _, after in others)
    return [
        {"from": first, "to": letter, **_told(one)}
        for (letter, _), one in zip(others, found, strict=True)
        if one is not None
    ]


def _between(before: Offer, after: Offer, *, workdays: Workdays) -> Diff | None:
    try:
        return client_diff(before, after, workdays=workdays, exact_up_to=EXACT_UP_TO)
    except DiffError:
        return None


def _told(found: Diff) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "before": str(found.price.before),
        "after": str(found.price.after),
        "by": str(found.price.by),
        "parts": [
            {
                "changes": [
                    {"about": one.about, "words": one.words, "how_far": one.how_far}
                    for one in part.changes
                ],
                "amount": str(part.price),
            }
            for part in found.parts
        ],
        "method": found.method,
    }
