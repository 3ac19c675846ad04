"""What a client is shown of the promises: an allow-list, of delivered work alone.

Samples of work that was not delivered yet are our own affair; what was delivered is
held against the clauses of the quote, with the words of a client. What a tool exported
says nothing here about samples: it does not know what was delivered. See
docs/model.md#kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from scoping.calc.sla import Delay
from scoping.calc.workdays import Calendar

from .gates.batch import Batch
from .gates.sample import Sample
from .kept import kept
from .matching import Actual

SAID = {"met": "kept", "not_met": "not kept", "not_shown_yet": "not shown yet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPromise:
    """A promise as its client sees it: what it says, whether it is kept, and why.

    `right` is the share right that was seen; None: nothing was counted. `credit` is
    money that is due back to the client.
    """

    promise: str
    how_much: str
    state: str
    says: str
    why: str
    right: Decimal | None
    credit: Decimal
    currency: str


def client_promises(
    baseline: Mapping[str, Any],
    rows: Sequence[Actual],
    *,
    batches: Sequence[Batch],
    as_of: date,
    calendar: Calendar | None,
    delays: Sequence[Delay] = (),
) -> list[ClientPromise]:
    """Return the promises of a project as its client sees them; none before a delivery.

    A line is named where more than one has promises.
    """
    if all(one.delivered is None for one in batches):
        return []
    shown = [_as_delivered(one) for one in batches]
    unsampled = [replace(row, audit_n=None, audit_defects=None) for row in rows]
    found = kept(
        baseline,
        unsampled,
        as_of=as_of,
        batches=shown,
        calendar=calendar,
        delays=delays,
    )
    lines = {one["line"] for one in found if one["line"]}
    return [_shown(one, named=len(lines) > 1) for one in found]


def _as_delivered(batch: Batch) -> Batch:
    """Return a batch without what our samples found in work that is still here."""
    known = batch.samples_delivered
    shown = [
        one
        for one in batch.history
        if not isinstance(one.evidence, Sample) or one.evidence in known
    ]
    return replace(batch, history=tuple(shown))


def _shown(one: Mapping[str, Any], *, named: bool) -> ClientPromise:
    line = f"{one['line']}: " if named and one["line"] else ""
    return ClientPromise(
        promise=f"{line}{one['promise']}",
        how_much=one["how_much"],
        state=one["state"],
        says=SAID[one["state"]],
        why=one["why"],
        right=None if one["observed"] is None else Decimal(one["observed"]),
        credit=Decimal(one["credit"]),
        currency=one["currency"],
    )
