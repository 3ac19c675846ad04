"""One project many times over, business day by business day.

Annotators label at the pace of their tenure; some leave and are replaced by newcomers.
What was labelled until yesterday is reviewed today, failed batches first. A batch whose
review is complete meets its gate in the evening: it is released, or it fails, and is
reviewed again and sampled afresh. The project ends on the day of the last release.
All runs are walked together. See docs/model.md#scopingcalcplanning.
"""

from __future__ import annotations

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
    is the share of paid hours worked on units.
    """

    batches: int
    labelling: Draws
    reviewing: Draws
    redoing: Draws
    rereviewing: Draws
    released: Draws
    released_again: Draws
    utilisation: Draws

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
    """When each run reached what: working days, the first day of production is 1.

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
    day = 0
    while job.runs and not (stop and found.may_stop(day, stop)):
        if day == MOST_RUN_DAYS:
            raise EndlessError(crew.annotators)
        seconds = crew.hours(day) * 3600 * job.utilisation
        # Reviewers first: they see what was labelled until yesterday.
        again = floor.review(crew.reviewers * crew.shifts * seconds)
        floor.label(staff.pace() * seconds)
        floor.send_back(gate.evening(floor.seen, again, rng=rng))
        staff.evening(rng)
        day += 1
        found.mark(day, floor, gate)
        going = gate.released < job.batches
        # Runs that are over are let go in groups: most end long before the last.
        if np.mean(going) < KEPT:
            job = job.only(going)
            for part in (staff, floor, gate, found):
                part.keep(going, job)
    return found.runs(staff.present)


KEPT = 0.75
"""While so many of the walked runs are still going, they are walked together."""


class _Marks:
    """The days on which each run reached what, and what was released by each day."""

    def __init__(self, job: Job) -> None:
        self.batches = job.batches
        self.rows = np.arange(job.runs)
        self.days = {
            name: np.zeros(job.runs, dtype=np.int64)
            for name in ("labelled", "first_release", "reviewed", "finished")
        }
        self.failed = np.zeros(job.runs, dtype=np.int64)
        self.waiting = np.zeros(job.runs)
        self.progress: list[NDArray[np.int32]] = []

    def keep(self, some: NDArray[np.bool_], _: Job) -> None:
        """Follow these runs alone."""
        self.rows = self.rows[some]

    def may_stop(self, day: int, stop: Stop) -> bool:
        """Return whether nothing is asked of the days to come."""
        if day >= stop.until:
            return True
        return day >= stop.least and self.done() >= stop.enough

    def done(self) -> float:
        """Return the share of runs that are done."""
        return float(np.mean(self.days["finished"] > 0))

    def mark(self, day: int, floor: _Floor, gate: _Gate) -> None:
        """Note who reached what today."""
        reached = {
            "labelled": floor.labelled >= 1,
            "first_release": gate.released > 0,
            "reviewed": gate.checked == self.batches,
            "finished": gate.released == self.batches,
        }
        for name, now in reached.items():
            rows = self.rows[now]
            marks = self.days[name]
            marks[rows[marks[rows] == 0]] = day
        self.failed[self.rows] = gate.failed
        self.waiting[self.rows] += floor.labelled * self.batches - gate.released
        released = np.full(len(self.failed), self.batches, dtype=np.int32)
        released[self.rows] = gate.released
        self.progress.append(released)

    def runs(self, present: list[float]) -> Runs:
        """Return what was noted."""
        return Runs(
            **self.days,
            failed=self.failed,
            waiting=self.waiting,
            progress=np.array(self.progress).reshape(-1, len(self.failed)),
            people=tuple(present),
        )


class _Staff:
    """People by day of tenure, in every run; without leavers all runs are alike."""

    def __init__(self, job: Job, crew: Crew) -> None:
        self.leaving_day = crew.tenure.leaving_day
        self.paces = np.append(np.asarray(crew.tenure.ramp, dtype=np.float64), 1.0)
        runs = job.runs if self.leaving_day else 1
        # Whole numbers, kept as floats: they are weighed by pace every day.
        self.people = np.zeros((runs, len(self.paces)))
        self.people[:, 0] = crew.people
        self.total = np.full(runs, crew.people, dtype=np.int64)
        self.coming = [np.zeros(runs, dtype=np.int64)] * crew.tenure.hire_days
        self.present: list[float] = []

    def keep(self, some: NDArray[np.bool_], _: Job) -> None:
        """Follow the people of these runs alone."""
        if self.leaving_day:
            self.people, self.total = self.people[some], self.total[some]
            self.coming = [people[some] for people in self.coming]

    def pace(self) -> Draws:
        """Return the people of the day, each by their pace."""
        self.present.append(float(self.total.mean()))
        found: Draws = self.people @ self.paces
        return found

    def evening(self, rng: Generator) -> None:
        """Let people leave, the others grow older, and new ones come."""
        leaving = self._leave(rng)
        arriving, *self.coming = [*self.coming, leaving]
        self._grow_older()
        self.people[:, 0] += arriving
        self.total += arriving - leaving

    def _grow_older(self) -> None:
        """Move everybody a day on; those at full pace stay in the last column."""
        people = self.people
        if people.shape[1] > 1:
            people[:, -1] += people[:, -2]
            people[:, 1:-1] = people[:, :-2]
            people[:, 0] = 0

    def _leave(self, rng: Generator) -> Counts:
        """Take out who leaves this evening; return how many in each run."""
        if not self.leaving_day:
            return np.zeros_like(self.total)
        leaving: Counts = rng.binomial(self.total, self.leaving_day)
        rows = np.flatnonzero(leaving)
        left, rest = leaving[rows], self.total[rows]
        # Whoever leaves is any of the people: split without replacement. Most are at
        # full pace, the last column, so the others are seldom asked.
        for column in reversed(range(self.people.shape[1])):
            if not len(rows):
                break
            here = self.people[rows, column].astype(np.int64)
            rest = rest - here
            taken = rng.hypergeometric(here, rest, left)
            self.people[rows, column] -= taken
            left = left - taken
            some = left > 0
            rows, left, rest = rows[some], left[some], rest[some]
        return leaving


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

    def label(self, seconds: Draws) -> None:
        """Label for a day; what failed is redone first."""
        redone = np.minimum(self.redo, seconds)
        self.redo -= redone
        self.labelled = _moved(self.labelled, seconds - redone, self.job.labelling)

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
        self.spent += spent
        each = self.job.rereviewing
        with np.errstate(divide="ignore", invalid="ignore"):
            complete = np.where(
                each > 0, np.floor(self.spent / each + 1e-6), self.waiting
            ).astype(np.int64)
        complete = np.minimum(complete, self.waiting)
        self.spent = np.where(
            complete == self.waiting, 0.0, self.spent - complete * each
        )
        return complete


def _failing(batches: Counts, released: Draws, *, rng: Generator) -> Counts:
    """Return how many of the batches fail; most days most runs have none to check."""
    found = np.zeros_like(batches)
    rows = np.flatnonzero(batches)
    if len(rows):
        found[rows] = rng.binomial(batches[rows], 1 - released[rows])
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
