"""What the gates of a project know about its promises: samples read, words given.

A sample at a gate was drawn by its seed and read in full before anything was decided,
so it is a check whatever a tool exports. How long the client took for her word follows
from deliveries and words on record. See docs/model.md#kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from scoping.calc.sla import BatchEvidence, Clause
from scoping.calc.workdays import Calendar

from .gates.batch import Batch, Handover, Word
from .gates.promised import evidence_of

WORD = "your_acceptance"
"""The key of the clause on the client's word."""


def checks_at_gates(
    clause: Clause, batches: Sequence[Batch], *, until: date
) -> Iterator[BatchEvidence]:
    """Yield the samples of a line's batches, each check of a batch an attempt."""
    if clause.sample is None:
        return
    for batch in batches:
        read = [one for one in batch.samples if one.on <= until]
        for attempt, one in enumerate(read, start=1):
            yield evidence_of(
                clause, one, batch=batch.key, items=batch.items, attempt=attempt
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
