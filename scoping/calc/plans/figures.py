"""The figures of an audit that explain themselves: what it proves, holds and takes.

Hours, days and money are made only where it is known how long a check takes and what
an hour costs. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scoping.calc import number
from scoping.calc.audit import SAFE
from scoping.calc.drawing import DrawnPlan
from scoping.calc.trace import Origin, Step, derive, given
from scoping.calc.volume import answer

from .outgoing import (
    chance_for_each,
    checks_a_batch,
    days_of_hours,
    holds_all,
    hours_of_checks,
    limit_of_outgoing,
    outgoing_of_batch,
)
from .question import Counted, Question
from .rules import per_image
from .score import held_at, proven_by, wrong_units

Figures = Iterator[tuple[str, Step]]


def figures(
    asked: Question,
    plan: DrawnPlan,
    lot: Step,
    *,
    counts: Counted,
    share: Step,
    released: Step,
) -> Figures:
    """Yield the figures of a plan by their keys, each with its reasons."""
    worth = (plan.worth_lot, plan.worth_n, plan.worth_c)
    batches = answer("Batches", asked.batches, unit="batches", path="/batches")
    yield "n", plan.n
    yield "c", plan.c
    yield "released", released
    yield (
        "proves",
        derive(
            "Most wrong in a batch that passes",
            proven_by,
            *worth,
            unit="of units",
            because="with more, a sample this good comes less than 5 times in 100",
        ),
    )
    yield (
        "holds_at",
        derive(
            "Most wrong in work that passes 19 times in 20",
            held_at,
            *worth,
            unit="of units",
            because="with more, more than 5 batches in 100 are blocked",
        ),
    )
    yield (
        "all_released",
        derive(
            "All batches released at the first check",
            all_first_time,
            released,
            batches,
            unit="of projects",
            because="released at the first check, once for each batch",
        ),
    )
    yield "holds_all_at", _holds_all(worth, batches)
    yield from _outgoing(plan, share=share)
    yield from _checks(
        asked, plan, lot, counts=counts, released=released, batches=batches
    )


def all_first_time(released: Any, batches: Any) -> Any:
    """Return how often all batches pass at the first check."""
    return released**batches


def failed_batches(released: Any, batches: Any) -> Any:
    """Return the batches that are blocked at the first check, on average."""
    return (1 - released) * batches


def _holds_all(worth: tuple[Step, ...], batches: Step) -> Step:
    each = derive(
        "Chance that each batch needs",
        chance_for_each,
        given(
            "Chance that all pass",
            SAFE,
            unit="",
            because="19 times in 20",
            origin=Origin(kind="spec", at="/rule"),
        ),
        batches,
        unit="of batches",
        because="the chance that all pass, to the power of 1 ÷ batches",
    )
    return derive(
        "Most wrong in work of which all batches pass 19 times in 20",
        holds_all,
        *worth,
        each,
        unit="of units",
        because="with more, some batch is blocked more often",
    )


def _outgoing(plan: DrawnPlan, *, share: Step) -> Figures:
    worth = (plan.worth_lot, plan.worth_n, plan.worth_c)
    wrong = derive(
        "Wrong units of a batch",
        wrong_units,
        plan.worth_lot,
        share,
        unit=plan.worth_lot.unit,
        because="batch × wrong as produced, in whole units",
    )
    yield (
        "outgoing",
        derive(
            "Wrong after the gate, on average",
            outgoing_of_batch,
            *worth,
            wrong,
            unit="of units",
            because="what released batches still hold; blocked ones are put right",
        ),
    )
    yield (
        "worst_outgoing",
        derive(
            "Most that is wrong after the gate, on average",
            limit_of_outgoing,
            *worth,
            unit="of units",
            because="the most over all that could be produced",
        ),
    )


def _checks(
    asked: Question,
    plan: DrawnPlan,
    lot: Step,
    *,
    counts: Counted,
    released: Step,
    batches: Step,
) -> Figures:
    checks = derive(
        "Checked in an average batch",
        checks_a_batch,
        released,
        lot,
        plan.n,
        unit=lot.unit,
        because="sample + blocked × the rest of the batch, checked in full",
    )
    yield "checks", checks
    yield (
        "failed_batches",
        derive(
            "Batches blocked at the first check",
            failed_batches,
            released,
            batches,
            unit="batches",
            because="(1 − released) × batches",
        ),
    )
    if asked.check_seconds is None:
        return
    seconds = answer(
        "Time to check one object", asked.check_seconds, unit="s", path="/check_seconds"
    )
    if counts == "image" and asked.units_per_item > 1:
        seconds = derive(
            "Time to check one image",
            number.product,
            seconds,
            per_image(asked),
            unit="s",
            because="time of one object × objects in an image",
        )
    yield from _time(asked, checks, lot, seconds, batches=batches)


def _time(
    asked: Question, checks: Step, lot: Step, seconds: Step, *, batches: Step
) -> Figures:
    hours = derive(
        "Hours of checking a batch",
        hours_of_checks,
        checks,
        seconds,
        unit="h",
        because="checked × time of one ÷ 3,600",
    )
    yield "hours", hours
    project = derive(
        "Hours of checking all batches",
        number.product,
        hours,
        batches,
        unit="h",
        because="hours of a batch × batches",
    )
    yield "project_hours", project
    crew = (
        answer("Auditors", asked.auditors, unit="people", path="/auditors"),
        answer("Hours a day", asked.hours_per_day, unit="h", path="/hours_per_day"),
    )
    yield (
        "days",
        derive(
            "Working days of checking all batches",
            days_of_hours,
            project,
            *crew,
            unit="days",
            because="hours ÷ (auditors × hours a day), rounded up",
        ),
    )
    full = derive(
        "Hours of checking a whole batch",
        hours_of_checks,
        lot,
        seconds,
        unit="h",
        because="batch × time of one ÷ 3,600",
    )
    yield (
        "blocked_days",
        derive(
            "Working days that a blocked batch is late",
            days_of_hours,
            full,
            *crew,
            unit="days",
            because="checking all of it: hours ÷ (auditors × hours a day), rounded up",
        ),
    )
    if asked.hour_cost is not None:
        yield (
            "cost",
            derive(
                "Cost of checking all batches",
                number.product,
                project,
                answer(
                    "Cost of an hour",
                    asked.hour_cost,
                    unit="an hour",
                    path="/hour_cost",
                ),
                unit="",
                because="hours × cost of an hour",
            ),
        )
