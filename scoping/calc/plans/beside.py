"""The published rule beside a sized plan, for a line of a quote.

"Audit 10 %, block release above 2 %" is a share of each batch: it gives a client of
small batches next to nothing and one of large batches more than needed. So each quote
says what the rule, as it is written, does to its own batches, and what a plan does that
is sized for the promise: work half as wrong as promised passes, work twice as wrong
does not. Made of the spec and the card's price side alone, because clients read it.
See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from scoping.calc.pipeline import per_cent
from scoping.calc.rates.values import PriceSide
from scoping.calc.sampling import LotPlan, lot_plan
from scoping.calc.sla import COUNTED, counts_images, sampled_words, tenth_up
from scoping.calc.spec.values import AuditRule, Line, Spec
from scoping.calc.trace import plain
from scoping.calc.volume import LineVolume

from .score import Score, score

PRODUCER_RISK, CONSUMER_RISK = Decimal("0.05"), Decimal("0.10")
"""Good work blocked, bad work released: the risks of the sized plan (METHODS 3)."""
SHARE, GATE = "audit_share", "accuracy"
"""The published promises that make the rule: what is sampled, what passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One plan of a line. `key`: published | quoted | sized; `chosen`: it is quoted."""

    key: str
    chosen: bool
    rule: AuditRule
    plan: LotPlan
    score: Score


def two_points(wrong: Decimal) -> tuple[Decimal, Decimal]:
    """Return the good and the bad share for a promise: half of it, and twice."""
    return plain(wrong / 2), plain(min(wrong * 2, Decimal(1)))


def sized_rule(good: Decimal, bad: Decimal) -> AuditRule:
    """Return the rule that passes good work and stops bad work, at stated risks."""
    return AuditRule(
        rule="two_point",
        good=good,
        bad=bad,
        producer_risk=PRODUCER_RISK,
        consumer_risk=CONSUMER_RISK,
    )


def published_rule(price: PriceSide) -> AuditRule | None:
    """Return the published rule of a card; None where the card publishes none."""
    if not {SHARE, GATE} <= price.promises.keys():
        return None
    return AuditRule(
        rule="percent",
        share=price.promises[SHARE].value,
        max_defect_share=1 - price.promises[GATE].value,
    )


def candidates(
    spec: Spec, line: Line, volume: LineVolume, *, price: PriceSide
) -> tuple[Candidate, ...]:
    """Return the published rule, the quoted one and the sized one, each once."""
    quoted = spec.quality.audit
    good, bad = two_points(1 - spec.quality.accuracy)
    sized = sized_rule(good, bad)
    rules: list[tuple[str, AuditRule]] = []
    published = published_rule(price)
    for key, rule in (("published", published), ("quoted", quoted), ("sized", sized)):
        if rule is not None and all(rule != other for _, other in rules):
            rules.append((key, rule))
    return tuple(
        Candidate(
            key=key,
            chosen=rule == quoted,
            rule=rule,
            plan=plan,
            score=score(*_worth(plan), good=good, bad=bad),
        )
        for key, rule in rules
        for plan in (
            lot_plan(
                replace(spec, quality=replace(spec.quality, audit=rule)),
                line,
                volume,
                price=price,
            ),
        )
    )


def _worth(plan: LotPlan) -> tuple[int, int, int]:
    lot, n, c = (
        int(step.value) for step in (plan.worth_lot, plan.worth_n, plan.worth_c)
    )
    return lot, n, c


def to_data(found: Candidate, *, kind: str, line: Line) -> dict[str, Any]:
    """Return a candidate as documents hold it: shares as text, and the same in words.

    `kind`: what an item is called.
    """
    plan, scored = found.plan, found.score
    words = sampled_words(
        plan,
        many=COUNTED[line.type][1],
        kind=kind,
        by_image=counts_images(plan, line),
    )
    return {
        "key": found.key,
        "chosen": found.chosen,
        "name": name_of(found),
        "unit": plan.counts,
        "lot": int(plan.lot.value),
        "n": int(plan.n.value),
        "c": int(plan.c.value),
        "items": plan.items,
        "of_items": plan.batch_items,
        "sample_text": words,
        "proves_text": f"at most {per_cent(tenth_up(scored.proves))} wrong",
        **score_data(scored),
    }


def score_data(scored: Score) -> dict[str, Any]:
    """Return a score as documents hold it."""
    return {
        "release_probability": [
            {"defect_share": str(share), "probability": f"{chance:.9f}"}
            for share, chance in scored.releases
        ],
        "proves": str(scored.proves),
        "holds_at": str(scored.holds_at),
        "seldom_at": str(scored.seldom_at),
        "good": str(scored.good),
        "good_blocked": f"{scored.good_blocked:.9f}",
        "bad": str(scored.bad),
        "bad_released": f"{scored.bad_released:.9f}",
    }


NAMES = {
    "percent": "{share} of each batch, at most {max_defect_share} wrong",
    "two_point": "sized to pass {good} wrong and stop {bad} wrong",
    "zero_defect": "sized to rule out {bad} wrong, none may be wrong",
}


def name_of(found: Candidate) -> str:
    """Return what a plan is called: the rule as it is written, or what it is for."""
    rule = found.rule
    shares = {
        key: per_cent(value)
        for key in ("share", "max_defect_share", "good", "bad")
        if (value := getattr(rule, key)) is not None
    }
    said = NAMES[rule.rule].format(**shares)
    first = "As written: " if found.key == "published" else ""
    return f"{first}{said}" if first else said.capitalize()
