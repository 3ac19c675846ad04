"""Published projects, what was timed, and what priors rest on, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One published time. `source` is who measured it, `rests_on` whom they used."""

    id: str
    source: str
    rests_on: str
    task: str
    seconds: float
    timed: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """The geometric mean of its rows ÷ `units`; sigma of ln between projects."""

    id: str
    type: str
    rows: tuple[str, ...]
    units: float
    sigma: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPair:
    """How time grew between two numbers of classes, by one source."""

    source: str
    fewer: float
    more: float
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the effort figures of a card rest on; `names` tell a project's source."""

    timed: Mapping[str, Timed]
    priors: Mapping[str, Prior]
    classes: tuple[ClassPair, ...]
    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One row of a file of published projects. What is not said is None.

    `trouble` says in a sentence which number of the row cannot be read.
    """

    id: str
    dataset: str
    task: str
    split: str
    includes: str
    review_scheme: str
    object_unit: str
    source_url: str
    images: int | None
    objects: int | None
    classes: int | None
    vertices: float | None
    crew: int | None
    hours: float | None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMapped:
    """A row that cannot be estimated, with the reason as a sentence."""

    project: Project
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A row as a spec: which of its work the reported hours hold, on which clock."""

    project: Project
    document: Mapping[str, Any]
    type: str
    units: float
    redundancy: int
    with_checks: bool
    clock: str
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Predicted against reported hours of one project; `left_out`: its own sources.

    `fallback` is True where no evidence for the cell was left but the type's other
    priors. `flat` is the prediction of each baseline, None where it has none.
    """

    mapped: Mapped
    left_out: tuple[str, ...]
    p10: float
    p50: float
    p90: float
    fallback: bool
    flat: Mapping[str, tuple[float, float, float] | None]

    @property
    def covered(self) -> bool:
        """Return whether the reported hours lie within P10 to P90."""
        return self.p10 <= self.mapped.hours <= self.p90
