"""What a pilot measured, as values: counts and means, each with how much was seen.

Nothing here is an estimate. What was not measured is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from scoping.calc.spec.values import AnnotationType

Clock = Literal["gesture", "label", "session"]
Opening = Literal["included", "excluded"]
Basis = Literal["by_hand", "as_worked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFactor:
    """Seconds of the card's clock for one of the pilot's, and who says so."""

    value: Decimal
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Mean seconds of one annotator for one unit at first attempt.

    `opening`: whether the time to open an item is in them. `basis`: drawn by hand, or
    as the line is worked (with pre-labels, or a check of labels that exist); None where
    that is the same.
    """

    per_unit: Decimal
    clock: Clock
    opening: Opening
    units: int
    people: int
    batches: int
    basis: Basis | None = None
    clock_factor: ClockFactor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCounts:
    """Mean and variance of the units in an item, over items that carry the line."""

    mean: Decimal
    variance: Decimal
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Defects:
    """Units inspected and wrong at first attempt; from how many items and people."""

    inspected: int
    wrong: int
    items: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Pre-labels proposed and accepted unchanged, and on how many items."""

    proposals: int
    accepted: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Gold items labelled and right in the last round."""

    gold: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResults:
    """What was measured of one line of the spec; `index` is its place, from 0."""

    index: int
    type: AnnotationType
    path: str
    seconds: Seconds | None = None
    units_per_item: ItemCounts | None = None
    defects: Defects | None = None
    prelabel: Proposals | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotResults:
    """All results of one pilot."""

    measured_on: date
    lines: tuple[LineResults, ...]
    agreement: Agreement | None = None
