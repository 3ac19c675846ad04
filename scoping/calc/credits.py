"""Money given back for a batch that fails its check: promised, and so expected.

A credit is part of what a promise costs us, and stands in the cost of its line like
rework does: target and floor carry it. It is due for each batch whose sample fails the
first time, and more of it where more of the sample is wrong, with the chances that the
plan and the expected quality give. Of a promise on the average of the project it is due
once. See docs/model.md#credits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import audit, number
from .drawing import most_wrong, worth_of_wrong
from .sampling import LotPlan
from .spec.values import Spec
from .trace import Step, derive
from .volume import answer


def expected_credit(batches: Any, released: Any, credit: Any) -> Any:
    """Return the credits to expect: batches × the chance to fail × credit for one.

    Each batch is a lot of its own, checked once; `released` is the share that passes.
    """
    return batches * (1 - released) * credit


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What credits follow: how many samples of which plan, at which share wrong.

    `released`: how often the plan's own number is kept.
    """

    batches: Step
    found_wrong: Step
    lot: Step
    n: Step
    worth_n: Step
    released: Step


def credit_of(
    spec: Spec,
    *,
    plan: LotPlan,
    found_wrong: Step,
    released: Step,
    batches: Step,
    currency: str,
) -> Step | None:
    """Return what a line's promised credits come to, None where none is promised."""
    promised = spec.commercial.credits.failed_batch
    if promised is None and not spec.quality.sla.ladder:
        return None
    checked = Checked(
        batches=batches,
        found_wrong=found_wrong,
        lot=plan.worth_lot,
        n=plan.n,
        worth_n=plan.worth_n,
        released=released,
    )
    if spec.quality.sla.per == "project":
        checked = _on_average(spec, checked)
    parts = [*_parts(spec, checked, currency=currency)]
    if len(parts) == 1 and promised is not None:
        return parts[0]
    return derive(
        "Credits for what fails its check",
        number.total,
        *parts,
        unit=currency,
        because="what each step of the credits adds to the one before",
    )


def _parts(spec: Spec, checked: Checked, *, currency: str) -> Iterator[Step]:
    """Yield what is expected at each step: what it gives more than the one before."""
    before: Step | None = None
    once = spec.quality.sla.per == "project"
    promised = spec.commercial.credits.failed_batch
    if promised is not None:
        before = answer(
            "Credit for a failed batch",
            promised,
            unit=currency,
            path="/commercial/credits/failed_batch",
        )
        yield derive(
            "Credits for failed batches",
            expected_credit,
            checked.batches,
            checked.released,
            before,
            unit=currency,
            because="batches × (1 − released at the first check) × credit for one"
            if not once
            else "(1 − chance that the average is kept) × credit",
        )
    for at, step in enumerate(spec.quality.sla.ladder):
        path = f"/quality/sla/ladder/{at}"
        over = answer(
            "Wrong over", step.wrong_over, unit="of units", path=f"{path}/wrong_over"
        )
        amount = answer(
            "Credit of this step", step.amount, unit=currency, path=f"{path}/amount"
        )
        more = amount
        if before is not None:
            more = derive(
                "More than the step before",
                number.difference,
                amount,
                before,
                unit=currency,
                because="credit of this step − credit of the one before",
            )
        before = amount
        yield derive(
            f"Credits over {_percent(step.wrong_over)} wrong",
            expected_credit,
            checked.batches,
            _kept(checked, over, name=_percent(step.wrong_over)),
            more,
            unit=currency,
            because="batches × chance that more of the sample is wrong × credit more",
        )


def _kept(checked: Checked, over: Step, *, name: str) -> Step:
    """Return how often at most this share of a sample is wrong."""
    allowed = derive(
        f"Wrong units at {name}",
        most_wrong,
        checked.n,
        over,
        unit=checked.n.unit,
        because="sample × share, rounded down",
    )
    return derive(
        f"Samples with at most {name} wrong",
        audit.released_share,
        checked.found_wrong,
        checked.lot,
        checked.worth_n,
        derive(
            f"Their worth at {name}",
            worth_of_wrong,
            allowed,
            checked.worth_n,
            checked.n,
            unit=checked.n.unit,
            because="wrong units × worth ÷ sample, rounded up",
        ),
        unit="of samples",
        because="exact chance that no more of the sample are wrong",
    )


def _on_average(spec: Spec, checked: Checked) -> Checked:
    """Return all samples as one, held against the average that is promised."""
    lot, n, worth_n = (
        derive(
            f"{step.name}, all batches",
            number.product,
            step,
            checked.batches,
            unit=step.unit,
            because="of one batch × batches",
        )
        for step in (checked.lot, checked.n, checked.worth_n)
    )
    one = answer("Credited for the project", 1, unit="times", path="/quality/sla/per")
    whole = Checked(
        batches=one,
        found_wrong=checked.found_wrong,
        lot=lot,
        n=n,
        worth_n=worth_n,
        released=checked.released,
    )
    may = derive(
        "Share that may be wrong",
        number.complement,
        answer("Accuracy", spec.quality.accuracy, unit="", path="/quality/accuracy"),
        unit="",
        because="1 − accuracy",
    )
    kept = _kept(whole, may, name=_percent(1 - spec.quality.accuracy))
    return Checked(
        batches=one,
        found_wrong=whole.found_wrong,
        lot=lot,
        n=n,
        worth_n=worth_n,
        released=kept,
    )


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
