"""What a client sees of the batches of a project: an allow-list, made here alone.

Results of checks and what may be answered until when; never who worked or read, how
long anything took, or a seed. See docs/model.md#gates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .batch import WITH_CLIENT, Batch, State

SAID: Mapping[State, str] = {
    "planned": "not begun",
    "pilot": "in the pilot",
    "in_production": "being labelled",
    "in_review": "in our second review",
    "in_audit": "in our sample check",
    "blocked": "held back by our sample check, being put right",
    "released": "passed our checks",
    "delivered": "delivered, yours to check",
    "redelivered": "delivered again, yours to check",
    "accepted": "accepted",
    "rejected": "rejected, being put right",
    "deemed_accepted": "accepted: the time to answer has passed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientBatch:
    """A batch as its client sees it.

    `checked`, `wrong` and `missed` (None: nobody looked) are of the last sample.
    """

    line: str
    key: str
    images: int
    state: State
    says: str
    checked: int | None
    wrong: int | None
    missed: int | None
    version: int | None
    delivered: date | None
    answer_by: date | None
    open: bool


def client_batches(batches: Sequence[Batch], *, today: date) -> list[ClientBatch]:
    """Return the batches of a project as its client sees them."""
    return [_seen(batch, today=today) for batch in batches]


def _seen(batch: Batch, *, today: date) -> ClientBatch:
    read = batch.samples_delivered
    sample = read[-1] if read else None
    last = batch.delivered
    return ClientBatch(
        line=batch.line,
        key=batch.key,
        images=batch.items,
        state=batch.state,
        says=SAID[batch.state],
        # Of a sample that failed the client sees that it did; the count is of work
        # that was delivered.
        checked=sample.checked if sample is not None else None,
        wrong=sample.wrong if sample is not None else None,
        missed=sample.missed if sample is not None else None,
        version=last.version if last is not None else None,
        delivered=last.on if last is not None else None,
        answer_by=last.answer_by if last is not None else None,
        open=(
            batch.state in WITH_CLIENT and last is not None and today <= last.answer_by
        ),
    )
