"""Whether everything was delivered in the promised week, by the deliveries on record.

A delivery is on record once its batch was handed over at the gates. What the client
rejected has not been delivered: it counts from the day on which it is handed over
again. See docs/model.md#delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scoping.calc.sla import Delay

from .gates.batch import Batch, Handover

LONGEST_GAP = timedelta(days=4)
"""How many days without any work, a weekend with a holiday, a wait goes on over."""


def are_handed_over(batches: Sequence[Batch]) -> bool:
    """Return whether any batch was delivered through the gates."""
    return any(one.delivered is not None for one in batches)


def planned_items(plan: Mapping[str, Any]) -> dict[str, int]:
    """Return the images of each line that the plan wants; none in a plan of before."""
    return {row["line"]: row["items"] for row in plan.get("gates", {}).get("lines", ())}


def delivered_on(
    batches: Sequence[Batch], *, until: date, planned: Mapping[str, int]
) -> date | None:
    """Return the day on which all was delivered, None while something is missing.

    `planned` are the images of each line in the plan that holds: batches which a change
    order has made needless stay laid out, and nobody waits for them. Without it every
    batch is wanted.
    """
    found = [(batch, _stands_from(batch, until=until)) for batch in batches]
    wanted = planned or {
        line: sum(one.items for one in batches if one.line == line)
        for line in {one.line for one in batches}
    }
    days = [
        _covered_on(
            [(day, one.items) for one, day in found if day and one.line == line], items
        )
        for line, items in wanted.items()
    ]
    known = [day for day in days if day is not None]
    return max(known) if days and len(known) == len(days) else None


def _covered_on(delivered: Iterable[tuple[date, int]], items: int) -> date | None:
    """Return the day from which what was delivered holds so many images."""
    for day, held in sorted(delivered):
        items -= held
        if items <= 0:
            return day
    return None


def _stands_from(batch: Batch, *, until: date) -> date | None:
    """Return the day of the delivery that the client has not rejected, None if none."""
    found: date | None = None
    for made in batch.history:
        if made.evidence.on > until:
            break
        if isinstance(made.evidence, Handover):
            found = made.evidence.on
        elif made.state == "rejected":
            found = None
    return found


def agreed_price(baseline: Mapping[str, Any]) -> Decimal | None:
    """Return what the lines come to as agreed, None in a baseline of before."""
    found = baseline.get("lines_price")
    return None if found is None else Decimal(found)


def client_delays(
    paid: Mapping[date, tuple[Decimal, Decimal]],
) -> tuple[Delay, ...]:
    """Return the days on which a project waited for its client, as delays of hers.

    `paid`: by day, the paid time of everybody on the project less leave, and how much
    of it was waiting that the client owns. The work stood still where that is at least
    half; a single person who waits delays nobody else. A wait that goes on after at
    most four days without any work, a weekend, is one: the promised week moves by
    calendar days, and those between were lost too.
    """
    found: list[Delay] = []
    before: date | None = None
    for day, (worked, waited) in sorted(paid.items()):
        if worked <= 0:
            continue
        if 2 * waited >= worked:
            if before and found and found[-1].last == before and _is_near(before, day):
                found[-1] = replace(found[-1], last=day)
            else:
                found.append(Delay(owner="client", first=day, last=day))
        before = day
    return tuple(found)


def _is_near(before: date, day: date) -> bool:
    return day - before <= LONGEST_GAP + timedelta(days=1)
