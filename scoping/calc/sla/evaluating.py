"""Is a promise kept? A clause held against what was delivered.

Two answers that are not the same. Whether a sample passed follows from its count alone,
and remedy and credit follow from that. Whether the promise is met is a statement about
everything delivered: met only where even the worst that the counts leave possible keeps
it, not met only where even the best does not, and otherwise not shown yet. Pure and
with a stable signature: `evaluate(clause, evidence)`. See docs/model.md#sla.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from scoping.calc.audit import CONFIDENCE
from scoping.calc.lateness import share_back
from scoping.calc.money import to_coins

from .bounds import wrong_in_batch, wrong_on_average
from .clause import Clause
from .counting import Check, checks_of, credit_of, credit_on_average, passes, unseen
from .evidence import Evidence
from .reasons import (
    because,
    by_date,
    by_days,
    by_week,
    given_back,
    moved_by,
    no_sample,
)
from .verdict import BatchVerdict, State, Verdict

WEEK = timedelta(days=6)
"""A promised week ends six days after its Monday."""


def evaluate(clause: Clause, evidence: Evidence) -> Verdict:
    """Return whether the evidence shows a clause met, with interval and credit due.

    Of a batch that was checked more than once, its state follows the last check and
    its credit the first. Batches count once. A batch in which nobody looked at what
    the clause counts is as one without a sample: it keeps the clause from being met.
    """
    if clause.metric == "agreement":
        return _agreement(clause, evidence)
    if not clause.is_counted:
        return _about_time(clause, evidence)
    checks = [*checks_of(clause, evidence)]
    if not checks:
        return Verdict(
            state="not_shown_yet",
            why=no_sample(clause),
            low=Decimal(0),
            high=Decimal(1),
            currency=clause.currency,
        )
    unchecked = evidence.unchecked + unseen(clause, evidence)
    evidence = replace(evidence, unchecked=unchecked)
    verdicts = tuple(_of_batch(clause, first, last) for first, last in checks)
    if clause.per == "project":
        return _on_average(clause, evidence, checks, verdicts)
    return _in_every_batch(clause, evidence, checks, verdicts)


def _of_batch(clause: Clause, first: Check, last: Check) -> BatchVerdict:
    credit = Decimal(0) if clause.per == "project" else credit_of(clause, first)
    if last.wrong is None:
        return BatchVerdict(
            batch=last.batch,
            state="not_shown_yet",
            passed=None,
            first_passed=passes(clause, first),
            checked=last.checked,
            wrong=None,
            observed=None,
            low=Decimal(0),
            high=Decimal(1),
            credit=credit,
        )
    found = wrong_in_batch(last.lot, last.checked, last.wrong, effect=last.effect)
    low, high = 1 - found.high, 1 - found.low
    return BatchVerdict(
        batch=last.batch,
        state=_state(clause, low, high),
        passed=passes(clause, last),
        first_passed=passes(clause, first),
        checked=last.checked,
        wrong=last.wrong,
        observed=1 - found.seen,
        low=low,
        high=high,
        credit=credit,
    )


def _in_every_batch(
    clause: Clause,
    evidence: Evidence,
    checks: list[tuple[Check, Check]],
    verdicts: tuple[BatchVerdict, ...],
) -> Verdict:
    """Return the verdict of a floor that every batch has to keep.

    Met where every batch is, at 95 % each: then the worst of them is, too. Not met
    where a batch falls short although as many were looked at: each is held at
    1 − 5 % ÷ batches, so that one unlucky sample among many says nothing.
    """
    strict = 1 - (1 - CONFIDENCE) / len(verdicts)
    short = [
        last.batch
        for _, last in checks
        if last.wrong is not None
        and 1
        - wrong_in_batch(
            last.lot, last.checked, last.wrong, effect=last.effect, confidence=strict
        ).low
        < (clause.floor or 0)
    ]
    state: State = "not_shown_yet"
    if short:
        state = "not_met"
    elif evidence.unchecked == 0 and all(one.state == "met" for one in verdicts):
        state = "met"
    return _verdict(clause, evidence, checks, verdicts, state=state, short=short)


def _on_average(
    clause: Clause,
    evidence: Evidence,
    checks: list[tuple[Check, Check]],
    verdicts: tuple[BatchVerdict, ...],
) -> Verdict:
    """Return the verdict of a floor that the average of all batches has to keep."""
    found = _pooled(checks)
    if found is None:
        return _verdict(
            clause, evidence, checks, verdicts, state="not_shown_yet", short=[]
        )
    state = _state(clause, found[1], found[2])
    if state == "met" and evidence.unchecked:
        state = "not_shown_yet"
    return _verdict(clause, evidence, checks, verdicts, state=state, short=[])


def _verdict(
    clause: Clause,
    evidence: Evidence,
    checks: list[tuple[Check, Check]],
    verdicts: tuple[BatchVerdict, ...],
    *,
    state: State,
    short: list[str],
) -> Verdict:
    found = _pooled(checks)
    observed, low, high = found or (None, Decimal(0), Decimal(1))
    credit = sum((one.credit for one in verdicts), Decimal(0))
    passed = [one.first_passed for one in verdicts]
    every: bool | None = None if None in passed else all(passed)
    if clause.per == "project" and found is not None:
        every = found[0] >= (clause.floor or 0)
        credit = credit_on_average(clause, 1 - found[0])
    return Verdict(
        state=state,
        why=because(
            clause,
            state=state,
            low=low,
            high=high,
            batches=len(verdicts),
            unchecked=evidence.unchecked,
            short=short,
        ),
        observed=observed,
        low=low,
        high=high,
        passed=every,
        credit=to_coins(credit, clause.currency),
        currency=clause.currency,
        batches=verdicts,
    )


def _pooled(
    checks: list[tuple[Check, Check]],
) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return the share right over all batches: seen, least and greatest possible."""
    known = [last for _, last in checks if last.wrong is not None]
    if not known:
        return None
    found = wrong_on_average(
        [(one.lot, one.checked, one.wrong or 0) for one in known],
        effect=max(one.effect for one in known),
    )
    return 1 - found.seen, 1 - found.high, 1 - found.low


def _agreement(clause: Clause, evidence: Evidence) -> Verdict:
    """Return the verdict on labels of a reference set: a sample of work to come."""
    gold = evidence.gold
    if gold is None or gold.checked == 0:
        return Verdict(
            state="not_shown_yet",
            why=no_sample(clause),
            low=Decimal(0),
            high=Decimal(1),
            currency=clause.currency,
        )
    wrong = gold.wrong - gold.excluded_wrong
    # One lot that is never exhausted: a set is a sample of the work to come.
    found = wrong_on_average([(10 * gold.checked, gold.checked, wrong)])
    low, high = 1 - found.high, 1 - found.low
    state = _state(clause, low, high)
    return Verdict(
        state=state,
        why=because(
            clause, state=state, low=low, high=high, batches=0, unchecked=0, short=[]
        ),
        observed=1 - found.seen,
        low=low,
        high=high,
        passed=1 - found.seen >= (clause.floor or 0),
        currency=clause.currency,
    )


def _about_time(clause: Clause, evidence: Evidence) -> Verdict:
    """Return the verdict on a day, on business days, or on a weekly number."""
    due, credit, waited = None, Decimal(0), 0
    if clause.due is not None:
        done = evidence.done_on.get(clause.key)
        due = clause.due
        if clause.metric == "on_time":
            done = evidence.delivered_on
            waited = stood_still(evidence)
            due += WEEK + timedelta(days=waited)
        kept, why = by_date(done, due=due, as_of=evidence.as_of)
        if waited:
            why = f"{why} {moved_by(waited)}"
        if clause.late is not None and kept is False:
            days = ((done or evidence.as_of) - due).days
            share = share_back(Decimal(days), clause.late)
            credit = to_coins(share * (evidence.price or 0), clause.currency)
            why = f"{why} {given_back(clause, days, share=share, of=evidence.price)}"
    elif clause.days is not None:
        kept, why = by_days(evidence.took.get(clause.key, ()), most=clause.days)
    else:
        kept, why = by_week(evidence.weekly, least=clause.per_week or 0)
    states: dict[bool | None, State] = {
        True: "met",
        False: "not_met",
        None: "not_shown_yet",
    }
    return Verdict(
        state=states[kept], why=why, due=due, credit=credit, currency=clause.currency
    )


def stood_still(evidence: Evidence) -> int:
    """Return on how many days the client kept the work waiting, each counted once.

    Days after everything was delivered kept nothing waiting that was promised.
    """
    until = min(evidence.as_of, evidence.delivered_on or evidence.as_of)
    days = {
        delay.first + timedelta(days=step)
        for delay in evidence.delays
        if delay.owner == "client"
        for step in range((min(delay.last, until) - delay.first).days + 1)
    }
    return len(days)


def _state(clause: Clause, low: Decimal, high: Decimal) -> State:
    floor_ = clause.floor or Decimal(0)
    if low >= floor_:
        return "met"
    return "not_met" if high < floor_ else "not_shown_yet"
