"""One project many times over, business day by business day.

Annotators label at the pace of their tenure; some leave and are replaced by newcomers.
What was labelled until yesterday is reviewed today, failed batches first. A batch whose
review is complete meets its gate in the evening: it is released, or it fails, and is
reviewed again and sampled afresh. The project ends on the day of the last release.
All runs are walked together. See docs/model.md#scopingcalcplanning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from scoping.calc.spec import Problem, SpecError
from scoping.calc.tenure import Tenure
from scoping.calc.trace import Draws

MOST_RUN_DAYS = 4_000
"""Working days, sixteen years, after which a walk is given up."""
SMALL, ROUNDING = 1e-9, 1e-6
"""What a share of the project, and what batches in a queue, may be off by rounding."""

Counts = NDArray[np.int64]


class EndlessError(SpecError):
    """Raised for work that so few people are not done with in sixteen years."""

    def __init__(self, annotators: int) -> None:
        """Say who is not done, and what to do about it."""
        super().__init__(
            (
                Problem(
                    code="estimate_too_large",
                    path="/team/annotators",
                    message=(
                        f"{annotators:,} annotators are not done with this in "
                        f"{MOST_RUN_DAYS:,} working days. State more annotators, or "
                        f"split the project."
                    ),
                ),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The work of each run, in worked seconds, and how its batches fare at the gate.

    `labelling` and `reviewing` are of the whole project without failed batches;
    `redoing` and `rereviewing` are of one batch that failed. `released` is the chance
    of a batch at its first check, `released_again` at each later one. `utilisation`
    is the share of paid hours worked on units. `starts`: the working days that pass
    before production begins, while the pilot goes on.
    """

    batches: int
    labelling: Draws
    reviewing: Draws
    redoing: Draws
    rereviewing: Draws
    released: Draws
    released_again: Draws
    utilisation: Draws
    starts: Counts

    @property
    def runs(self) -> int:
        """Return how many projects are walked."""
        return len(self.labelling)

    def only(self, some: NDArray[np.bool_] | Counts) -> Job:
        """Return the job of some of the runs."""
        return Job(
            batches=self.batches,
            labelling=self.labelling[some],
            reviewing=self.reviewing[some],
            redoing=self.redoing[some],
            rereviewing=self.rereviewing[some],
            released=self.released[some],
            released_again=self.released_again[some],
            utilisation=self.utilisation[some],
            starts=self.starts[some],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who works how long. `overtime` holds hours beyond the day's, by working day.

    A second shift doubles the people, each shift with its own newcomers.
    """

    annotators: int
    reviewers: int
    hours_per_day: float
    tenure: Tenure
    shifts: int = 1
    overtime: tuple[float, ...] = ()

    @property
    def people(self) -> int:
        """Return the annotators of all shifts."""
        return self.annotators * self.shifts

    def hours(self, day: int) -> float:
        """Return the hours of a working day, the first is 0."""
        extra = self.overtime[day] if day < len(self.overtime) else 0.0
        return self.hours_per_day + extra

    def with_annotators(self, annotators: int, *, reviewers: int) -> Crew:
        """Return a crew of another size, otherwise the same."""
        return replace(self, annotators=annotators, reviewers=reviewers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """When each run reached what: working days, the first that may be worked is 1.

    0: not in the days that were walked. `waiting` adds up, over the evenings, the
    batches that were labelled and not yet released. `progress` holds the batches
    released by the end of each day, a row a day; `people` the mean annotators at work.
    """

    labelled: Counts
    first_release: Counts
    reviewed: Counts
    finished: Counts
    failed: Counts
    waiting: Draws
    progress: NDArray[np.int32]
    people: tuple[float, ...]

    @property
    def done(self) -> float:
        """Return the share of runs that were done in the days walked."""
        return float(np.mean(self.finished > 0))

    def dated(self) -> Runs:
        """Return the runs with what was not reached set a day past the last walked."""
        past = len(self.progress) + 1

        def day(found: Counts) -> Counts:
            return np.where(found == 0, past, found)

        return replace(
            self,
            labelled=day(self.labelled),
            first_release=day(self.first_release),
            reviewed=day(self.reviewed),
            finished=day(self.finished),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where a walk may end before its last run does.

    After day `until` at the latest, and as soon as the share `enough` of the runs is
    done and day `least` is over. A run is the same, however far it is followed.
    """

    until: int = MOST_RUN_DAYS
    enough: float = 1.0
    least: int = 0


def walk(job: Job, crew: Crew, *, rng: Generator, stop: Stop | None = None) -> Runs:
    """Return the runs of a job by a crew. Raises EndlessError for too few people.

    With `stop` the walk ends there; what a run has not reached by then is day 0.
    """
    found = _Marks(job)
    staff, floor, gate = _Staff(job, crew), _Floor(job), _Gate(job)
    last_start, day = int(job.starts.max(initial=0)), 0
    while job.runs and not (stop and found.may_stop(day, stop)):
        if day == MOST_RUN_DAYS:
            raise EndlessError(crew.annotators)
        seconds = crew.hours(day) * 3600 * job.utilisation
        begun = None if day >= last_start else job.starts <= day
        # Reviewers first: they see what was labelled until yesterday.
        again = floor.review(crew.reviewers * crew.shifts * seconds)
        floor.label(staff.pace() * seconds, begun=begun)
        floor.send_back(gate.evening(floor.seen, again, rng=rng))
        staff.evening(rng, begun=begun)
        day += 1
        found.mark(floor, gate)
        going = gate.released < job.batches
        # Runs that are over are let go in groups: most end long before the last.
        if np.count_nonzero(going) < KEPT * len(going):
            job = job.only(going)
            for part in (found, staff, floor, gate):
                part.keep(going, job)
    return found.runs(staff.present)


KEPT = 0.75
"""While so many of the walked runs are still going, they are walked together."""


class _Marks:
    """The days on which each run reached what, and what was released by each day.

    While a run is walked the evenings are counted on which it had not reached a thing;
    once it is let go, the day after them is noted.
    """

    NAMES = ("labelled", "first_release", "reviewed", "finished")

    def __init__(self, job: Job) -> None:
        self.batches = job.batches
        self.rows = np.arange(job.runs)
        self.days = {name: np.zeros(job.runs, dtype=np.int64) for name in self.NAMES}
        self.not_yet = {name: np.zeros(job.runs, dtype=np.int64) for name in self.NAMES}
        self.failed = np.zeros(job.runs, dtype=np.int64)
        self.waiting = np.zeros(job.runs)
        self.left = np.zeros(job.runs)
        self.progress: list[NDArray[np.int32]] = []
        self.over = 0
        self.last: tuple[_Floor, _Gate] | None = None

    def keep(self, some: NDArray[np.bool_], _: Job) -> None:
        """Note what the others have reached, and follow these runs alone."""
        self._note(~some)
        self.rows, self.left = self.rows[some], self.left[some]
        self.not_yet = {name: days[some] for name, days in self.not_yet.items()}

    def may_stop(self, day: int, stop: Stop) -> bool:
        """Return whether nothing is asked of the days to come."""
        if day >= stop.until:
            return True
        return day >= stop.least and self.done() >= stop.enough

    def done(self) -> float:
        """Return the share of runs that are done."""
        return self.over / len(self.days["finished"])

    def mark(self, floor: _Floor, gate: _Gate) -> None:
        """Note who has not reached what today."""
        for name, reached in self._reached(floor, gate):
            self.not_yet[name] += ~reached
        self.left += floor.labelled * self.batches - gate.released
        gone = len(self.failed) - len(self.rows)
        self.over = gone + int(np.count_nonzero(gate.released == self.batches))
        released = np.full(len(self.failed), self.batches, dtype=np.int32)
        released[self.rows] = gate.released
        self.progress.append(released)
        self.last = floor, gate

    def runs(self, present: list[float]) -> Runs:
        """Return what was noted."""
        self._note(np.ones(len(self.rows), dtype=np.bool_))
        return Runs(
            **self.days,
            failed=self.failed,
            waiting=self.waiting,
            progress=np.array(self.progress).reshape(-1, len(self.failed)),
            people=tuple(present),
        )

    def _reached(
        self, floor: _Floor, gate: _Gate
    ) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        yield "labelled", floor.labelled >= 1
        yield "first_release", gate.released > 0
        yield "reviewed", gate.checked == self.batches
        yield "finished", gate.released == self.batches

    def _note(self, some: NDArray[np.bool_]) -> None:
        """Note the days of some of the runs that are walked; 0 for what is to come."""
        if self.last is None:
            return
        rows = self.rows[some]
        for name, reached in self._reached(*self.last):
            days = self.not_yet[name][some] + 1
            self.days[name][rows] = np.where(reached[some], days, 0)
        self.failed[rows] = self.last[1].failed[some]
        self.waiting[rows] = self.left[some]


class _Staff:
    """People by day of tenure, in every run; without leavers all runs are alike."""

    def __init__(self, job: Job, crew: Crew) -> None:
        self.leaving_day = crew.tenure.leaving_day
        self.paces = np.append(np.asarray(crew.tenure.ramp, dtype=np.float64), 1.0)
        self.by_run = bool(self.leaving_day or job.starts.any())
        runs = job.runs if self.by_run else 1
        # Whole numbers, kept as floats: they are weighed by pace every day.
        self.people = np.zeros((runs, len(self.paces)))
        self.people[:, 0] = crew.people
        self.total = np.full(runs, crew.people, dtype=np.int64)
        self.coming = [np.zeros(runs, dtype=np.int64)] * crew.tenure.hire_days
        self.present: list[float] = []

    def keep(self, some: NDArray[np.bool_], _: Job) -> None:
        """Follow the people of these runs alone."""
        if self.by_run:
            self.people, self.total = self.people[some], self.total[some]
            self.coming = [people[some] for people in self.coming]

    def pace(self) -> Draws:
        """Return the people of the day, each by their pace."""
        self.present.append(float(self.total.mean()))
        found: Draws = self.people @ self.paces
        return found

    def evening(self, rng: Generator, *, begun: NDArray[np.bool_] | None) -> None:
        """Let people leave, the others grow older, and new ones come.

        `begun` None: production has begun in every run. In the others nobody comes,
        leaves or learns until it does.
        """
        new = self.people.copy() if begun is not None and self.by_run else None
        leaving = self._leave(rng, begun=begun)
        arriving, *self.coming = [*self.coming, leaving]
        self._grow_older()
        self.people[:, 0] += arriving
        self.total += arriving - leaving
        if new is not None and begun is not None:
            self.people[~begun] = new[~begun]

    def _grow_older(self) -> None:
        """Move everybody a day on; those at full pace stay in the last column."""
        people = self.people
        if people.shape[1] > 1:
            people[:, -1] += people[:, -2]
            people[:, 1:-1] = people[:, :-2]
            people[:, 0] = 0

    def _leave(self, rng: Generator, *, begun: NDArray[np.bool_] | None) -> Counts:
        """Take out who leaves this evening; return how many in each run."""
        if not self.leaving_day:
            return np.zeros_like(self.total)
        # Everybody of every run is as likely to leave, so that all who leave in one
        # evening are drawn at once: how many, who they are, and so in which run.
        total = self.total if begun is None else self.total * begun
        ends = np.cumsum(total)
        everybody = int(ends[-1])
        many = rng.binomial(everybody, self.leaving_day)
        if not many:
            return np.zeros_like(total)
        gone = rng.choice(everybody, many, replace=False, shuffle=False)
        rows = np.searchsorted(ends, gone, side="right")
        place = gone - (ends[rows] - total[rows])
        # The people of a run stand in the order of their tenure.
        tenures = np.cumsum(self.people[rows], axis=1)
        columns = np.count_nonzero(tenures <= place[:, np.newaxis], axis=1)
        np.subtract.at(self.people, (rows, columns), 1)
        return np.bincount(rows, minlength=len(total))


class _Floor:
    """Work that is done and waits: in shares of the project and seconds of failures."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.labelled = np.zeros(job.runs)
        self.seen = np.zeros(job.runs)
        self.redo = np.zeros(job.runs)
        self.again = np.zeros(job.runs)

    def keep(self, some: NDArray[np.bool_], job: Job) -> None:
        """Follow the work of these runs alone."""
        self.job = job
        self.labelled, self.seen = self.labelled[some], self.seen[some]
        self.redo, self.again = self.redo[some], self.again[some]

    def label(self, seconds: Draws, *, begun: NDArray[np.bool_] | None) -> None:
        """Label for a day; what failed is redone first.

        `begun`: the runs in which production has begun, None for all.
        """
        redone = np.minimum(self.redo, seconds)
        self.redo -= redone
        labelled = _moved(self.labelled, seconds - redone, self.job.labelling)
        self.labelled = labelled if begun is None else np.where(begun, labelled, 0.0)

    def review(self, seconds: Draws) -> Draws:
        """Review for a day, failed batches first; return seconds spent on those."""
        spent = np.minimum(self.again, seconds)
        self.again -= spent
        further = _moved(self.seen, seconds - spent, self.job.reviewing)
        # Work of no seconds would run ahead of labelling; nothing is seen before that.
        self.seen = np.minimum(further, self.labelled)
        return spent

    def send_back(self, failures: Counts) -> None:
        """Queue the work of batches that failed this evening."""
        self.redo += failures * self.job.redoing
        self.again += failures * self.job.rereviewing


def _moved(share: Draws, seconds: Draws, work: Draws) -> Draws:
    """Return the share done after so many seconds more, at most 1."""
    more = np.divide(
        np.minimum(seconds, work), work, out=np.ones_like(work), where=work > 0
    )
    found: Draws = share + more
    found[found > 1 - SMALL] = 1.0
    return found


class _Gate:
    """Batches that are waiting, failed and released."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.checked = np.zeros(job.runs, dtype=np.int64)
        self.waiting = np.zeros(job.runs, dtype=np.int64)
        self.spent = np.zeros(job.runs)
        self.released = np.zeros(job.runs, dtype=np.int64)
        self.failed = np.zeros(job.runs, dtype=np.int64)

    def keep(self, some: NDArray[np.bool_], job: Job) -> None:
        """Follow the batches of these runs alone."""
        self.job = job
        self.checked, self.waiting = self.checked[some], self.waiting[some]
        self.spent = self.spent[some]
        self.released, self.failed = self.released[some], self.failed[some]

    def evening(self, seen: Draws, again: Draws, *, rng: Generator) -> Counts:
        """Check the batches that are complete today; return how many failed.

        `seen` is the share of the project reviewed, `again` the seconds of the day
        that went into batches that had failed.
        """
        ready = np.floor(seen * self.job.batches + SMALL).astype(np.int64)
        new = ready - self.checked
        repeated = self._reviewed_again(again)
        failures = _failing(new, self.job.released, rng=rng)
        failures += _failing(repeated, self.job.released_again, rng=rng)
        self.checked = ready
        self.waiting += failures - repeated
        self.failed += failures
        self.released += new + repeated - failures
        return failures

    def _reviewed_again(self, spent: Draws) -> Counts:
        """Return failed batches whose second review is complete, oldest first."""
        complete = np.zeros_like(self.waiting)
        rows = np.flatnonzero(self.waiting)
        if not len(rows):
            return complete
        each, waiting = self.job.rereviewing[rows], self.waiting[rows]
        found = self.spent[rows] + spent[rows]
        whole = np.divide(found, each, out=np.full_like(found, np.inf), where=each > 0)
        # All of them where a second review takes no time.
        done = np.minimum(np.floor(whole + ROUNDING), waiting).astype(np.int64)
        complete[rows] = done
        self.spent[rows] = np.where(done == waiting, 0.0, found - done * each)
        return complete


MOST_TOSSED = 40
"""Batches of a run and day, on average, up to which each is tossed for by itself."""


def _failing(batches: Counts, released: Draws, *, rng: Generator) -> Counts:
    """Return how many of the batches fail; most days most runs have none to check."""
    found = np.zeros_like(batches)
    rows = np.flatnonzero(batches)
    some = batches[rows]
    checked = int(some.sum())
    if checked > MOST_TOSSED * len(rows):
        found[rows] = rng.binomial(some, 1 - released[rows])
    elif checked:
        row = np.repeat(rows, some)
        fails = rng.random(checked) >= released[row]
        found += np.bincount(row[fails], minlength=len(found))
    return found


def hopeless(job: Job, crew: Crew, *, days: int) -> float:
    """Return the share of runs with more work than anybody could do in the days.

    Nobody is faster than people of whom none ever left, and no gate sends nothing back;
    what is labelled on the last day is not reviewed on it.
    """
    hours = np.array([crew.hours(day) for day in range(days)])
    fastest = np.ones(days)
    ramp = np.maximum.accumulate(np.array([*crew.tenure.ramp, 1.0]))[:days]
    fastest[: len(ramp)] = ramp
    fastest[len(ramp) :] = ramp.max(initial=1.0)
    labelled = crew.people * float((hours * fastest)[:-1].sum())
    reviewed = crew.reviewers * crew.shifts * float(hours.sum())
    an_hour = 3600 * job.utilisation * (1 + SMALL)
    late = (job.labelling > labelled * an_hour) | (job.reviewing > reviewed * an_hour)
    return float(np.mean(late))
