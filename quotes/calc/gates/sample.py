"""A sample that was read at a gate: what was found in it, and what follows from that.

Wrong labels are counted always; missed objects, how bad errors are, and classes by
themselves only where somebody looked. What nobody looked for is None, never 0. The
decision is not typed by anyone: it follows from the counts and from what each promise
allows. See docs/model.md#gates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scoping.calc.sla import Counts, EvidenceError

from .error import GateError

MOST_CLASSES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFound:
    """What was found of one class of labels, by itself.

    `missed`: objects of the class without a label, in the images that were read.
    `units`: how many labels of the class the whole batch holds; None: not counted.
    """

    name: str
    checked: int
    wrong: int
    missed: int | None = None
    units: int | None = None

    def __post_init__(self) -> None:
        """Refuse counts that nothing can have."""
        if not self.name.strip():
            raise GateError("class_without_name", "A class that was read has a name.")
        if self.units is not None and self.checked > self.units:
            raise GateError(
                "impossible_count",
                f"{self.checked:,} of {self.name} were checked; the batch holds "
                f"{self.units:,}.",
            )
        self.counts  # noqa: B018 - a class that cannot be counted does not exist

    @property
    def counts(self) -> Counts:
        """Return what was found as a promise counts it."""
        return _counts(
            f"{self.name}: ",
            checked=self.checked,
            wrong=self.wrong,
            missed=self.missed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one promise allows in this sample, and what was found of it."""

    promise: str
    found: int
    allowed: int

    @property
    def kept(self) -> bool:
        """Return whether no more was found than is allowed."""
        return self.found <= self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample that was drawn and read: what the plan asked for and what was found.

    `seed` drew it, so that anybody can draw it again; `max_wrong` is the plan's
    acceptance number, `size` its n, both in the unit that the clause counts. `whole`:
    every image of the batch was read, so that no more can be checked. `missed`, `extra`
    (labels without an object, some of the wrong ones), `critical`, `minor` (of all
    errors) and `classes`: where somebody looked. `limits`: each promise on the line
    that the sample decides; empty for a plan without promises.
    """

    seed: str
    auditor: str
    size: int
    max_wrong: int
    checked: int
    wrong: int
    on: date
    whole: bool = False
    missed: int | None = None
    extra: int | None = None
    critical: int | None = None
    minor: int | None = None
    classes: tuple[ClassFound, ...] = ()
    limits: tuple[Limit, ...] = ()

    def __post_init__(self) -> None:
        """Refuse counts that nothing can have, and a sample that nobody can repeat."""
        if not self.seed or not self.auditor:
            raise GateError(
                "sample_without_origin",
                "A sample names the seed that drew it and the person who read it.",
            )
        if self.size < 1 or self.max_wrong < 0:
            raise GateError(
                "impossible_count",
                f"A sample of {self.size} with at most {self.max_wrong} wrong is none.",
            )
        names = [one.name for one in self.classes]
        if len(set(names)) < len(names) or len(names) > MOST_CLASSES:
            raise GateError(
                "class_twice",
                f"Each class is counted once, {MOST_CLASSES} classes at most.",
            )
        self.counts  # noqa: B018 - a sample that cannot be counted does not exist

    @property
    def counts(self) -> Counts:
        """Return what was found as a promise counts it."""
        return _counts(
            "",
            checked=self.checked,
            wrong=self.wrong,
            missed=self.missed,
            extra=self.extra,
            critical=self.critical,
            minor=self.minor,
        )

    @property
    def passes(self) -> bool:
        """Return the decision: it follows from the counts alone."""
        if self.limits:
            return not self.broken
        return self.wrong <= self.max_wrong

    @property
    def broken(self) -> tuple[Limit, ...]:
        """Return the promises that the sample does not keep."""
        return tuple(limit for limit in self.limits if not limit.kept)


def _counts(of: str, **said: int | None) -> Counts:
    try:
        return Counts(**said)  # type: ignore[arg-type]  # checked and wrong are given
    except EvidenceError as error:
        told = {
            "missed": said["missed"],
            "labels without an object": said.get("extra"),
            "critical": said.get("critical"),
            "minor": said.get("minor"),
        }
        others = "".join(
            f", {value} {name}" for name, value in told.items() if value is not None
        )
        raise GateError(
            "impossible_count",
            f"{of}{said['wrong']} wrong of {said['checked']} checked{others} is no "
            f"result.",
        ) from error
