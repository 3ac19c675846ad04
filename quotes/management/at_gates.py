"""The demo's batches led through the gates, as the generated project went.

What the generator saw happen (labelling, reviews, the sample, its decision) becomes the
evidence of a move on its day. The last batch that failed its sample stays blocked;
earlier ones were fixed and sampled afresh. The client accepts most, rejects one, and
lets one window lapse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from numpy.random import PCG64DXSM, Generator

from quotes.actions.gate_evidence import CLIENT, Said
from quotes.actions.gates import draw_sample, lapse_batch, move_batch
from quotes.generator.values import Event, Events, Outcome
from quotes.models import GateBatch, Project
from quotes.queries.gates import asked_of, at_gate, rows_of
from quotes.queries.plans import gate_plan_of
from scoping.access import LINK_HOLDER, Role

FIX_DAYS, ANSWER_DAYS, TILL_DELIVERY = 2, 4, timedelta(hours=2)
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
SEED, MISSED = 271, 0.002
"""Which objects a sample finds without a label is drawn: the generator knows none."""
REJECTED, LAPSED = 1, 3
"""Which delivered batches, counted from 0, the client rejects and leaves alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """How a batch went: when it was begun, labelled, reviewed; who read its sample."""

    begun: datetime
    labelled: datetime
    reviewed: datetime
    auditor: str
    outcome: Outcome


def lead_through_gates(
    project: Project, line: str, events: Events, *, by: Any, until: datetime
) -> None:
    """Move the batches of a line as far as the project had come by a moment."""
    rows = {row.key: row for row in rows_of(project).filter(line=line)}
    size = gate_plan_of(project).line(line).size
    courses = list(_courses(events))
    failed = [
        one.outcome.batch
        for one in courses
        if not one.outcome.released and one.outcome.at < until
    ]
    answered = 0
    for course in courses:
        row = rows[f"batch {course.outcome.batch + 1:03d}"]
        luck = Generator(PCG64DXSM([SEED, course.outcome.batch]))
        walk = _Walk(row=row, by=by, until=until, luck=luck)
        walk.to_its_sample(course, size=size)
        if course.outcome.batch not in failed[-1:]:
            walk.fixed_and_afresh(course, size=size)
        if walk.delivered():
            walk.answered(answered)
            answered += 1


def _courses(events: Events) -> Iterator[_Course]:
    outcomes = {one.batch: one for one in events.outcomes}
    ordered = sorted(events.entries, key=lambda one: (one.batch, one.start))
    for batch, found in groupby(ordered, key=lambda one: one.batch):
        entries = list(found)
        audits = [one for one in entries if one.stage == "audit"]
        yield _Course(
            begun=entries[0].start,
            labelled=_last(entries, ("label",)),
            reviewed=_last(entries, ("label", "review", "rework")),
            auditor=audits[-1].actor,
            outcome=outcomes[batch],
        )


def _last(entries: Sequence[Event], stages: tuple[str, ...]) -> datetime:
    return max(one.start for one in entries if one.stage in stages)


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One batch on its way; what lies after `until` did not happen yet."""

    row: GateBatch
    by: Any
    until: datetime
    luck: Generator
    late: bool = False
    ready: datetime = BEGINNING

    def _move(self, at: datetime, move: str, said: Said) -> bool:
        if self.late or at > self.until:
            self.late = True
            return False
        move_batch(self.row, move, said, by=self.by, role=Role.MANAGER, now=at)
        return True

    def _read(self, at: datetime, *, auditor: str, checked: int, wrong: int) -> None:
        if not self.late:
            draw_sample(
                self.row, auditor=auditor, by=self.by, role=Role.MANAGER, now=self.ready
            )
            missed = None
            if asked_of(self.row).missed:
                missed = int(self.luck.binomial(checked, MISSED))
            self._move(at, "decide", Said(checked=checked, wrong=wrong, missed=missed))
            self.ready = at

    def to_its_sample(self, course: _Course, *, size: int) -> None:
        """Produce, review and read the sample, each on the day that it was done."""
        plan, items = gate_plan_of(self.row.project), self.row.items
        right = (plan.gold_needed + plan.gold_items) // 2
        self._move(course.begun, "produce", Said(right=right))
        if plan.reviewed:
            self._move(course.labelled, "review", Said(done=items))
        move = "check" if plan.reviewed else "check_unreviewed"
        self._move(course.reviewed, move, Said(done=items))
        self.ready = course.reviewed
        found = course.outcome
        self._read(
            max(found.at, course.reviewed),
            auditor=course.auditor,
            # Who has read fewer than the plan asks for reads on.
            checked=max(found.sampled_units, size),
            wrong=found.defects,
        )

    def fixed_and_afresh(self, course: _Course, *, size: int) -> None:
        """Fix what failed, and read a fresh sample a day later."""
        if at_gate(self.row).batch.state != "blocked":
            return
        fixed = self.ready + timedelta(days=FIX_DAYS)
        units = course.outcome.units
        said = Said(units=units, text="reviewed once more in full, errors redone")
        if self._move(fixed, "resubmit", said):
            self.ready = fixed
            wrong = at_gate(self.row).batch.samples[-1].max_wrong // 2
            self._read(
                fixed + timedelta(days=1),
                auditor=course.auditor,
                checked=size,
                wrong=wrong,
            )

    def delivered(self) -> bool:
        """Deliver what was released; whether it was."""
        if at_gate(self.row).batch.state != "released":
            return False
        self.ready += TILL_DELIVERY
        return self._move(self.ready, "deliver", Said())

    def answered(self, place: int) -> None:
        """Let the client answer in a few days, one of them with a rejection."""
        if place == LAPSED:
            lapse_batch(self.row, now=self.until)
            return
        at = self.ready + timedelta(days=ANSWER_DAYS)
        if at > self.until:
            return
        move, said = "accept", Said()
        if place == REJECTED:
            move, said = "reject", Said(text="Cyclists are boxed without their bikes.")
        move_batch(self.row, move, said, by=CLIENT, role=LINK_HOLDER, now=at)
