"""What the gates of a project know about its promises: samples read, words given.

A sample at a gate was drawn by its seed and read in full before anything was decided,
so it is a check whatever a tool exports. How long the client took for her word follows
from deliveries and words on record. See docs/model.md#kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from math import ceil

from scoping.calc.sla import BatchEvidence, Clause, Counts
from scoping.calc.workdays import Calendar

from .gates.batch import Batch, Handover, Word

WORD = "your_acceptance"
"""The key of the clause on the client's word."""


def checks_at_gates(
    clause: Clause, batches: Sequence[Batch], *, until: date
) -> Iterator[BatchEvidence]:
    """Yield the samples of a line's batches, each check of a batch an attempt.

    The images of a sample are not on its record: at least those that the clause asks
    for were drawn, for it is read in full. A batch holds units as a planned one does.
    """
    sample = clause.sample
    if sample is None:
        return
    for batch in batches:
        read = [one for one in batch.samples if one.on <= until]
        planned = ceil(sample.lot * batch.items / sample.of_items)
        for attempt, one in enumerate(read, start=1):
            images = ceil(sample.items * batch.items / sample.of_items)
            lot = one.checked if one.whole else max(planned, one.checked)
            yield BatchEvidence(
                batch=batch.key,
                items=batch.items,
                sampled_items=batch.items if one.whole else min(images, batch.items),
                units=lot,
                counts=Counts(checked=one.checked, wrong=one.wrong),
                attempt=attempt,
            )


def passed_unchecked(batches: Sequence[Batch]) -> int:
    """Return how many batches were handed over without a sample on record."""
    return sum(one.delivered is not None and not one.samples for one in batches)


def days_for_a_word(
    batches: Sequence[Batch], calendar: Calendar, *, until: date
) -> tuple[int, ...]:
    """Return the business days that each word of the client took, on her calendar.

    A batch without a word so far has none yet; once it counts as accepted, its window
    has passed, and the client has not kept hers.
    """
    found = []
    for batch in batches:
        handed: Handover | None = None
        for made in batch.history:
            one = made.evidence
            if one.on > until:
                break
            if isinstance(one, Handover):
                handed = one
            elif handed is not None and (
                isinstance(one, Word) or made.state == "deemed_accepted"
            ):
                found.append(calendar.count(handed.on, one.on))
                handed = None
    return tuple(found)
