"""A batch with its history, and the evidence that its moves were made on.

Impossible counts refuse to exist, and the decision of a sample is not typed by anyone:
it follows from what was counted. See docs/model.md#gates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from .error import GateError
from .sample import Sample

State = Literal[
    "planned",
    "pilot",
    "in_production",
    "in_review",
    "in_audit",
    "blocked",
    "released",
    "delivered",
    "redelivered",
    "accepted",
    "rejected",
    "deemed_accepted",
]
FINAL: frozenset[State] = frozenset({"accepted", "deemed_accepted"})
WITH_CLIENT: tuple[State, ...] = ("delivered", "redelivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Work counted in a batch: `done` of `of` items, on a day."""

    done: int
    of: int
    on: date
    by: str

    def __post_init__(self) -> None:
        """Refuse counts that nothing can have."""
        if not 0 <= self.done <= self.of or self.of == 0:
            raise GateError(
                "impossible_count", f"{self.done} of {self.of} items is no count."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A gate that counts right answers: `right` of `of`, at least `needed` of them."""

    right: int
    of: int
    needed: int
    on: date
    by: str

    def __post_init__(self) -> None:
        """Refuse counts that nothing can have."""
        if not 0 <= self.right <= self.of or not 0 <= self.needed <= self.of:
            raise GateError(
                "impossible_count",
                f"{self.right} right of {self.of}, {self.needed} needed, is no result.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What was done about a failed sample or a rejection: units gone over again."""

    what: str
    units: int
    on: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A delivery: `version` counts from 1, `answer_by` ends the acceptance window."""

    version: int
    on: date
    answer_by: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The client's word on a delivery; a rejection says why."""

    on: date
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A day on which the client had not answered."""

    on: date


Evidence: TypeAlias = Counted | Measured | Sample | Fix | Handover | Word | Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A move that was made, with what it was made on."""

    move: str
    state: State
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch with its whole history; the state is that of the last move."""

    key: str
    items: int
    line: str = ""
    history: tuple[Made, ...] = ()

    @property
    def state(self) -> State:
        """Return where the batch stands."""
        return self.history[-1].state if self.history else "planned"

    @property
    def samples(self) -> tuple[Sample, ...]:
        """Return every sample that was read, the first one first."""
        found = (made.evidence for made in self.history)
        return tuple(one for one in found if isinstance(one, Sample))

    @property
    def blocked_by(self) -> Sample | None:
        """Return the sample that holds the batch: seed, auditor and counts."""
        return self.samples[-1] if self.state == "blocked" else None

    @property
    def resubmissions(self) -> int:
        """Return how often the batch came back to its sample check."""
        return sum(1 for made in self.history if made.move == "resubmit")

    @property
    def samples_delivered(self) -> tuple[Sample, ...]:
        """Return the samples of what was delivered: read before the last delivery.

        What was read after it is of work that is still here.
        """
        places = [
            place
            for place, made in enumerate(self.history)
            if isinstance(made.evidence, Handover)
        ]
        found = (made.evidence for made in self.history[: max(places, default=0)])
        return tuple(one for one in found if isinstance(one, Sample))

    @property
    def delivered(self) -> Handover | None:
        """Return the last delivery, if there was one."""
        found = (made.evidence for made in reversed(self.history))
        return next((one for one in found if isinstance(one, Handover)), None)


EVIDENCE: Mapping[type[Evidence], str] = {
    Counted: "a count of items done",
    Measured: "a count of right answers",
    Sample: "a sample that was read",
    Fix: "a fix",
    Handover: "a delivery",
    Word: "the client's word",
    Silence: "a day without an answer",
}


def words(state: str) -> str:
    """Return a state as a page says it: `in production`."""
    return "in sample check" if state == "in_audit" else state.replace("_", " ")


def day_in_words(day: date) -> str:
    """Return a day as sentences say it: `2 March 2026`."""
    return f"{day.day} {day:%B %Y}"
