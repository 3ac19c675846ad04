"""What was delivered and what was found in it: all that a clause is evaluated on.

Plain counts, as a ledger holds them. What was not recorded is None and never 0: where
nobody looked for missed objects, nothing is said about them. See docs/model.md#sla.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from scoping.calc.layout import batch_at_start


class EvidenceError(ValueError):
    """Raised for counts that nothing can have; says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Errors found in checked units.

    `checked`: delivered labels that were checked. `wrong`: of them, not right, whether
    by class, by shape, or because there is no such object; `extra`: of those, the last
    kind. `missed`: objects of the checked items without a label. `critical`, `minor`:
    how many of all errors are of that severity; the rest are major. `excluded_wrong`,
    `excluded_missed`: errors that turned out to be no labelling errors.
    """

    checked: int
    wrong: int
    missed: int | None = None
    extra: int | None = None
    critical: int | None = None
    minor: int | None = None
    excluded_wrong: int = 0
    excluded_missed: int = 0

    def __post_init__(self) -> None:
        """Refuse counts that nothing can have."""
        errors = self.wrong + (self.missed or 0)
        possible = (
            0 <= self.wrong <= self.checked
            and (self.missed or 0) >= 0
            and 0 <= (self.extra or 0) <= self.wrong
            and min(self.critical or 0, self.minor or 0) >= 0
            and (self.critical or 0) + (self.minor or 0) <= errors
            and 0 <= self.excluded_wrong <= self.wrong
            and 0 <= self.excluded_missed <= (self.missed or 0)
        )
        if not possible:
            raise EvidenceError(
                f"{self.wrong} wrong of {self.checked} checked, {self.missed} missed, "
                f"{self.critical} critical and {self.minor} minor is no result."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEvidence:
    """One check of a batch: of `items` images, `sampled_items` were drawn whole.

    `units`: how many the batch holds of what the clause counts. `classes`: the counts
    of each class of labels that was counted by itself, with the class's units in the
    batch. `clusters`: the sample again, image by image or annotator by annotator, from
    which it is seen how alike errors are. `attempt` counts checks of the same batch
    from 1: credits follow the first, the state the last one.
    """

    batch: str
    items: int
    sampled_items: int
    units: int
    counts: Counts
    classes: Mapping[str, tuple[int, Counts]] = field(default_factory=dict)
    clusters: tuple[Counts, ...] = ()
    attempt: int = 1

    def __post_init__(self) -> None:
        """Refuse a sample that is larger than its batch."""
        if (
            self.counts.checked > self.units
            or not 0 <= self.sampled_items <= self.items
            or self.attempt < 1
        ):
            raise EvidenceError(
                f"{batch_at_start(self.batch)} holds {self.units} units in "
                f"{self.items} images; {self.counts.checked} in {self.sampled_items} "
                f"cannot have been checked."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Days on which the work stood still, first and last day, and whose delay it is."""

    owner: Literal["client", "vendor"]
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything known of a project on a day.

    `batches`: of the clause's line. `unchecked`: delivered batches of it without any
    check; those whose checks show nothing of what a clause counts are added there.
    `gold`: our labels of the reference set. `took`: the business days that each thing
    took, by the key of its obligation; `done_on`: the day on which something was done,
    by key; `weekly`: items that came, by finished week. `price`: what the lines come to
    as agreed, before fees.
    """

    as_of: date
    batches: tuple[BatchEvidence, ...] = ()
    unchecked: int = 0
    gold: Counts | None = None
    delivered_on: date | None = None
    delays: tuple[Delay, ...] = ()
    took: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    done_on: Mapping[str, date] = field(default_factory=dict)
    weekly: tuple[int, ...] = ()
    price: Decimal | None = None
