"""Clauses about time: the delivery week, the reference set, and what the client owes.

A promise of ours holds as long as the client keeps hers: data by a day, answers in so
many days, a word on a batch within its window, access to the tool. A delay of hers
stops our clock, and is a clause like any other. See docs/model.md#sla.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from scoping.calc.agreement import gold_lower_bound
from scoping.calc.lateness import DAYS_A_WEEK, day_of_most, share_back
from scoping.calc.pipeline import acceptance_days, business_days, per_cent
from scoping.calc.rates.values import PriceSide
from scoping.calc.spec.service import Late
from scoping.calc.spec.values import Spec
from scoping.calc.trace import plain

from .clause import Clause, Sample
from .wording import tenth_up

MOVES = "the delivery week moves by the delay"
NOTHING_PROVED = "does not apply"


def reference_set(spec: Spec) -> Iterator[Clause]:
    """Yield the clause on agreement with the reference set, if one is agreed."""
    items, floor = spec.quality.gold_items, spec.quality.agreement
    if items == 0:
        return
    right = -int((-items * floor).to_integral_value(rounding=ROUND_FLOOR))
    shown = Decimal(repr(gold_lower_bound(right, items)))
    proves = (1 - shown).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    wrong = items - right
    yield Clause(
        **_plain(
            key="agreement",
            promise="Agreement with you",
            how_much=f"{per_cent(floor)} of the reference set labelled as you do",
            unit=spec.item_kind,
        ),
        metric="agreement",
        floor=floor,
        sample=Sample(
            items=items,
            of_items=items,
            units=items,
            max_defects=wrong,
            lot=items,
            worth_lot=items,
            worth_units=items,
            worth_defects=wrong,
        ),
        sample_text=f"all {items:,} of it, once, before production begins",
        proves=plain(proves),
        proves_text=f"at most {per_cent(tenth_up(proves))} labelled otherwise",
        remedy="no production begins before it is reached",
        per="project",
    )


def delivery(week: date, *, late: Late | None = None, currency: str = "USD") -> Clause:
    """Return the clause on the delivery week, with what a late delivery gives back."""
    checked = "days you keep us waiting move it, each counted once"
    if late is not None:
        checked += "; what you reject counts when it is delivered again"
    return Clause(
        **_plain(
            key="delivery",
            promise="Delivery",
            how_much=f"everything in the week of {_day(week)}",
            unit="week",
        ),
        metric="on_time",
        sample_text=checked,
        proves_text=NOTHING_PROVED,
        remedy=_late_remedy(late),
        per="project",
        due=week,
        late=late,
        currency=currency,
        consequence="" if late is None else _late_consequence(late),
    )


def _late_remedy(late: Late | None) -> str:
    """Return what follows from a late delivery, in words."""
    said = "we say so as soon as we know, with the new week and the reason"
    if late is None:
        return said
    after = ""
    if late.grace_days:
        after = f" after {_days(late.grace_days)} of grace"
    return (
        f"{said}; credited: {per_cent(late.per_week)} of the price of the lines for "
        f"each week begun{after}, at most {per_cent(late.most)}"
    )


def _late_consequence(late: Late) -> str:
    """Return what a delay comes to, with one that is common and the most."""
    some = late.grace_days + DAYS_A_WEEK + 1
    back = share_back(Decimal(some), late)
    most = ""
    if back < late.most:
        most = f"; from {_days(day_of_most(late))} on it is {per_cent(late.most)}"
    return (
        f"Delivery: {_days(some)} after the end of that week, {per_cent(back)} of the "
        f"price of the lines is given back{most}."
    )


def _days(days: int) -> str:
    return f"{days:,} day{'' if days == 1 else 's'}"


def obligations(spec: Spec, price: PriceSide) -> Iterator[Clause]:
    """Yield what the client owes, each with what follows from a delay."""
    sla, kind = spec.quality.sla, spec.item_kind
    first = spec.start_on if sla.data_by is None else sla.data_by
    yield _owed(
        key="your_data",
        promise=f"Your {kind}s",
        how_much=f"by {_day(first)}",
        unit="day",
        due=first,
    )
    if sla.weekly_items is not None:
        yield _owed(
            key="your_volume",
            promise=f"Your {kind}s each week",
            how_much=f"at least {sla.weekly_items:,} until all are here",
            unit=kind,
            per="week",
            per_week=sla.weekly_items,
        )
    if sla.tool_access_by is not None:
        yield _owed(
            key="your_tool",
            promise="Access to your tool",
            how_much=f"by {_day(sla.tool_access_by)}",
            unit="day",
            due=sla.tool_access_by,
        )
    yield _owed(
        key="your_answers",
        promise="Your answers",
        how_much=f"{business_days(spec.client_turnaround_days)} to a question",
        unit="question",
        per="question",
        days=spec.client_turnaround_days,
    )
    window = acceptance_days(spec.quality, price)
    yield _owed(
        key="your_acceptance",
        promise="Your word on a batch",
        how_much=f"{business_days(window)} from its delivery",
        unit="batch",
        per="batch",
        days=window,
        remedy="a batch without a word by then counts as accepted",
    )


def _owed(**said: Any) -> Clause:
    names = ("key", "promise", "how_much", "unit")
    rest = {key: value for key, value in said.items() if key not in names}
    return Clause(
        **_plain(**{key: said[key] for key in names}),
        **{
            "metric": "obligation",
            "sample_text": "logged with date and owner",
            "proves_text": NOTHING_PROVED,
            "remedy": MOVES,
            "per": "day",
            **rest,
        },
    )


def _plain(*, key: str, promise: str, how_much: str, unit: str) -> dict[str, Any]:
    """Return the fields of a clause that belongs to no line."""
    nothing = dict.fromkeys(("floor", "match_iou", "sample", "proves", "remedy_days"))
    return {
        "key": key,
        "promise": promise,
        "how_much": how_much,
        "unit": unit,
        "line": None,
        **(nothing if key != "agreement" else {"match_iou": None, "remedy_days": None}),
    }


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
