"""Projects event by event: worker by worker, batch by batch, item by item.

A batch is dealt out in jobs to whoever is free. Each item of a job is labelled, then
reviewed by somebody else; what the review sends back is redone by its labeller and
reviewed again, while the next batch is being labelled. When its last item has passed, a
sample of the batch's items is read again, and the batch is released or stays blocked.
What comes out is what an observer would write down who sees every error; `rollup` makes
of it what tools export. See docs/generator.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .people import Desk, Floor, first_free, hire, moment, seat
from .truth import Truth
from .values import Event, Events, Outcome

Counts = NDArray[np.int64]
Seconds = NDArray[np.float64]


@dataclass(slots=True, kw_only=True)
class _Job:
    """Items that one person labels; `pending` and `wrong` are units under review.

    `ready`: worked seconds of the project's start until somebody may go on with it.
    """

    items: Counts
    labeller: Desk
    pending: Counts
    wrong: Counts
    ready: float
    attempt: int = 0


@dataclass(slots=True, kw_only=True)
class _Batch:
    """A batch under way; `hand` are an average person's seconds for each item."""

    number: int
    counts: Counts
    hand: Seconds
    escaped: Counts
    jobs: list[_Job] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Run:
    """A project while it is being generated."""

    truth: Truth
    floor: Floor
    rng: Generator
    entries: list[Event] = field(default_factory=list)


def generate(truth: Truth, *, rng: Generator) -> Events:
    """Return a whole project. The same truth and generator state give the same one."""
    crew = hire(truth, rng=rng)
    run = _Run(truth=truth, floor=seat(crew), rng=rng)
    under_way: list[_Batch] = []
    outcomes: list[Outcome] = []
    for number in range(truth.batches):
        opened = _open(run, number)
        outcomes.extend(_advance(run, under_way, closing=False))
        under_way.append(opened)
    while under_way:
        outcomes.extend(_advance(run, under_way, closing=True))
    return Events(
        truth=truth,
        crew=crew,
        entries=tuple(
            sorted(run.entries, key=lambda one: (one.start, one.batch, one.item))
        ),
        outcomes=tuple(sorted(outcomes, key=lambda one: one.batch)),
    )


def _open(run: _Run, number: int) -> _Batch:
    """Label and review a batch for the first time."""
    truth, rng = run.truth, run.rng
    size = truth.items_per_batch
    counts = _units(truth, rng)
    mood = rng.normal(truth.project_effect, truth.batch_sigma)
    luck = rng.normal(0.0, truth.item_sigma, size)
    batch = _Batch(
        number=number,
        counts=counts,
        hand=np.asarray(counts * truth.seconds_per_unit * np.exp(mood + luck)),
        escaped=np.zeros(size, dtype=np.int64),
    )
    for first in range(0, size, truth.items_per_job):
        items = np.arange(first, min(first + truth.items_per_job, size))
        batch.jobs.append(_label(run, batch, items))
    for job in batch.jobs:
        _review(run, batch, job)
    return batch


def _units(truth: Truth, rng: Generator) -> Counts:
    """Return units per item: negative binomial, so that images differ as they do."""
    mean, ratio = truth.units_per_item, truth.var_to_mean
    if ratio == 0:
        return np.full(truth.items_per_batch, int(mean), dtype=np.int64)
    if ratio == 1 or mean == 0:
        return rng.poisson(mean, truth.items_per_batch)
    return rng.negative_binomial(mean / (ratio - 1), 1 / ratio, truth.items_per_batch)


def _advance(run: _Run, under_way: list[_Batch], *, closing: bool) -> Iterator[Outcome]:
    """Take each batch one round further; yield how the finished ones ended.

    Nobody waits for a review while there is something to label: what comes back later
    than its labeller has come is left for the next round. Otherwise the careless, who
    get most back, would wait most and label least.
    """
    for batch in list(under_way):
        sent_back = [job for job in batch.jobs if job.pending.any()]
        if not sent_back:
            under_way.remove(batch)
            yield _audit(run, batch)
        for job in sent_back:
            if closing or job.ready <= job.labeller.worked:
                last = job.attempt == run.truth.max_loops
                job.attempt += 1
                (_settle if last else _redo)(run, batch, job)


def _label(run: _Run, batch: _Batch, items: Counts) -> _Job:
    truth, rng = run.truth, run.rng
    desk = first_free(run.floor.annotators)
    counts = batch.counts[items]
    done = desk.units + np.cumsum(counts) - counts
    desk.units += int(counts.sum())
    new = 1 + (truth.practice - 1) * np.maximum(0.0, 1 - done / truth.practice_units)
    helped, accepted = _prelabelled(truth, counts, rng)
    seconds = (
        batch.hand[items] * desk.worker.pace * new * helped + truth.seconds_per_item
    )
    wrong = rng.binomial(counts, desk.worker.defect)
    for place, item in enumerate(items):
        _log(
            run,
            desk,
            _Doing("label", batch, int(item), 0),
            seconds=float(seconds[place]),
            units=int(counts[place]),
            wrong=int(wrong[place]),
            prelabels=None if accepted is None else int(accepted[place]),
        )
    return _Job(
        items=items, labeller=desk, pending=counts, wrong=wrong, ready=desk.worked
    )


def _prelabelled(
    truth: Truth, counts: Counts, rng: Generator
) -> tuple[Seconds, Counts | None]:
    """Return what machine labels do to the hand time of items, and the accepted."""
    if truth.prelabel_accept is None:
        return np.ones(len(counts)), None
    accepted = rng.binomial(counts, truth.prelabel_accept)
    share = accepted / np.maximum(counts, 1)
    return share * truth.prelabel_check + (1 - share) * truth.prelabel_fix, accepted


def _review(run: _Run, batch: _Batch, job: _Job) -> None:
    """Review what is pending of a job; afterwards what was sent back is pending."""
    truth, rng = run.truth, run.rng
    desk = first_free(run.floor.reviewers)
    caught = rng.binomial(job.wrong, truth.detection)
    rejected = caught + rng.binomial(job.pending - job.wrong, truth.false_rejection)
    effort = truth.review_effort * desk.worker.pace
    seconds = _share_of_hand(batch, job) * effort
    desk.worked = max(desk.worked, job.ready)
    for place in np.flatnonzero(job.pending):
        _log(
            run,
            desk,
            _Doing("review", batch, int(job.items[place]), job.attempt),
            seconds=float(seconds[place]),
            units=int(job.pending[place]),
            wrong=int(job.wrong[place]),
            found=int(rejected[place]),
        )
    batch.escaped[job.items] += job.wrong - caught
    job.pending, job.ready = rejected, desk.worked


def _redo(run: _Run, batch: _Batch, job: _Job) -> None:
    """Let the labeller redo what was sent back, and somebody review it again."""
    worker = job.labeller.worker
    job.wrong = run.rng.binomial(job.pending, worker.defect)
    _rework(run, batch, job, job.labeller)
    _review(run, batch, job)


def _settle(run: _Run, batch: _Batch, job: _Job) -> None:
    """Let the lead settle what was sent back too often: rightly, and for good."""
    job.wrong = np.zeros_like(job.pending)
    _rework(run, batch, job, run.floor.lead)
    job.pending = np.zeros_like(job.pending)


def _rework(run: _Run, batch: _Batch, job: _Job, desk: Desk) -> None:
    effort = run.truth.rework_effort * desk.worker.pace
    seconds = _share_of_hand(batch, job) * effort
    desk.worked = max(desk.worked, job.ready)
    for place in np.flatnonzero(job.pending):
        _log(
            run,
            desk,
            _Doing("rework", batch, int(job.items[place]), job.attempt),
            seconds=float(seconds[place]),
            units=int(job.pending[place]),
            wrong=int(job.wrong[place]),
        )
    job.ready = desk.worked


def _audit(run: _Run, batch: _Batch) -> Outcome:
    """Read a sample of whole items again, without an error, and decide."""
    truth, rng = run.truth, run.rng
    size = len(batch.counts)
    desk = first_free(run.floor.reviewers)
    desk.worked = max(desk.worked, *(job.ready for job in batch.jobs))
    drawn = np.sort(
        rng.choice(size, int(np.ceil(size * truth.audit_share)), replace=False)
    )
    for item in drawn:
        _log(
            run,
            desk,
            _Doing("audit", batch, int(item), 0),
            seconds=float(batch.hand[item]) * truth.review_effort * desk.worker.pace,
            units=int(batch.counts[item]),
            wrong=int(batch.escaped[item]),
            found=int(batch.escaped[item]),
        )
    sampled = int(batch.counts[drawn].sum())
    defects = int(batch.escaped[drawn].sum())
    return Outcome(
        batch=batch.number,
        items=size,
        units=int(batch.counts.sum()),
        wrong=int(batch.escaped.sum()),
        sampled_units=sampled,
        defects=defects,
        released=defects <= int(sampled * truth.max_defect_share),
        at=moment(desk.worked, truth=truth),
    )


def _share_of_hand(batch: _Batch, job: _Job) -> Seconds:
    """Return an average person's seconds for the pending units of a job's items."""
    counts = batch.counts[job.items]
    return batch.hand[job.items] * job.pending / np.maximum(counts, 1)


@dataclass(frozen=True, slots=True)
class _Doing:
    """What is being done, to which item of which batch, for which time."""

    stage: str
    batch: _Batch
    item: int
    attempt: int


def _log(  # noqa: PLR0913 - the particulars of an event, named
    run: _Run,
    desk: Desk,
    doing: _Doing,
    *,
    seconds: float,
    units: int,
    wrong: int,
    found: int = 0,
    prelabels: int | None = None,
) -> None:
    """Write an event down, and move its person's clock on."""
    run.entries.append(
        Event(
            stage=doing.stage,
            batch=doing.batch.number,
            item=doing.item,
            actor=desk.worker.name,
            start=moment(desk.worked, truth=run.truth),
            seconds=seconds,
            units=units,
            wrong=wrong,
            found=found,
            attempt=doing.attempt,
            prelabels_accepted=prelabels,
        )
    )
    desk.worked += seconds
