"""Money given back for a batch that fails its check: promised, and so expected.

A credit is part of what a promise costs us, and stands in the cost of its line like
rework does: target and floor carry it. It is due for each batch whose sample fails the
first time, with the chance that the plan and the expected quality give. See
docs/model.md#credits.
"""

from __future__ import annotations

from typing import Any

from .spec.values import Spec
from .trace import Step, derive
from .volume import answer


def expected_credit(batches: Any, released: Any, credit: Any) -> Any:
    """Return the credits to expect: batches × the chance to fail × credit for one.

    Each batch is a lot of its own, checked once; `released` is the share that passes.
    """
    return batches * (1 - released) * credit


def credit_of(
    spec: Spec, released: Step, *, batches: Step, currency: str
) -> Step | None:
    """Return what a line's promised credits come to, None where none is promised."""
    promised = spec.commercial.credits.failed_batch
    if promised is None:
        return None
    return derive(
        "Credits for failed batches",
        expected_credit,
        batches,
        released,
        answer(
            "Credit for a failed batch",
            promised,
            unit=currency,
            path="/commercial/credits/failed_batch",
        ),
        unit=currency,
        because="batches × (1 − released at the first check) × credit for one",
    )
