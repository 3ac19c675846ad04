"""What is true of a generated project: the figures that later tests look for.

Imports nothing of the product's sums, so that it can be a witness: a mistake made in
both would otherwise look like an agreement.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

SHARES = (
    *("first_pass_defect", "defect_clustering", "detection", "false_rejection"),
    *("audit_share", "max_defect_share", "idle_share", "prelabel_accept"),
)
NOT_NEGATIVE = (
    *("seconds_per_unit", "seconds_per_item", "units_per_item", "wage"),
    *("worker_sigma", "batch_sigma", "item_sigma", "rework_effort", "review_effort"),
    *("prelabel_check", "prelabel_fix", "practice"),
)
AT_LEAST_ONE = (
    *("batches", "items_per_batch", "items_per_job", "annotators", "reviewers"),
    *("practice_units", "max_loops"),
)
AN_HOUR = 3600
A_DAY = 24


class TruthError(ValueError):
    """Raised for a truth that no project can have; names the figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A project as it really is. Sigmas are of the logarithm; shares are 0 to 1.

    Pace: `seconds_per_unit` is the median hand time of a practised person;
    `project_effect` is added to its logarithm for the whole project, and the three
    sigmas spread it between people, batches and items. A person's first units take
    `practice` times as long, falling evenly to 1 over `practice_units`. Opening an item
    takes `seconds_per_item`.

    Errors: people differ by a beta around `first_pass_defect` whose correlation is
    `defect_clustering`. A reviewer sends back `detection` of the wrong units and
    `false_rejection` of the right ones; a unit sent back is redone at `rework_effort`
    and reviewed again, until it passes or was redone `max_loops` times, when the lead
    settles it, rightly. A review takes `review_effort`. Efforts are shares of an
    average person's hand time.

    Volume: units an item are negative binomial (`var_to_mean` 1 is Poisson; 0 is the
    same whole number in every item).

    Gate: `audit_share` of a batch's items is read again, rightly; above
    `max_defect_share` of the units read the batch stays blocked.

    Pre-labels: None, or the share of units whose machine label is accepted: such a unit
    takes `prelabel_check` of hand time, any other `prelabel_fix`.

    Money: `idle_share` of paid time is not worked; `wage` is paid an hour.
    """

    batches: int
    items_per_batch: int
    units_per_item: float
    var_to_mean: float = 2.0
    items_per_job: int = 50
    annotators: int = 12
    reviewers: int = 4
    seconds_per_unit: float = 15.0
    seconds_per_item: float = 2.4
    project_effect: float = 0.0
    worker_sigma: float = 0.42
    batch_sigma: float = 0.20
    item_sigma: float = 0.36
    practice: float = 1.0
    practice_units: int = 400
    first_pass_defect: float = 0.06
    defect_clustering: float = 0.05
    detection: float = 0.82
    false_rejection: float = 0.01
    rework_effort: float = 0.9
    review_effort: float = 0.3
    max_loops: int = 3
    audit_share: float = 0.10
    max_defect_share: float = 0.02
    prelabel_accept: float | None = None
    prelabel_check: float = 0.25
    prelabel_fix: float = 0.85
    idle_share: float = 0.20
    wage: float = 4.2
    acceptance_days: int = 5
    start: date = date(2026, 1, 5)
    hours_per_day: float = 7.5
    crew: str = ""

    def __post_init__(self) -> None:
        """Refuse what no project can be."""
        for field in fields(self):
            problem = _problem(field.name, getattr(self, field.name))
            if problem:
                raise TruthError(f"{field.name}: {problem}")
        if self.detection < self.false_rejection:
            raise TruthError("detection: reviewers who reject right units more often.")
        if self.var_to_mean == 0:
            if self.units_per_item != int(self.units_per_item):
                raise TruthError("units_per_item: every item holds a whole number.")
        elif self.var_to_mean < 1:
            raise TruthError("var_to_mean: below 1 is no negative binomial.")
        if self.idle_share == 1 or not 0 < self.hours_per_day <= A_DAY:
            raise TruthError("hours_per_day: nobody ever works.")

    @property
    def reject_share(self) -> float:
        """Return the share of first attempts that an average review sends back."""
        wrong = self.first_pass_defect
        return wrong * self.detection + (1 - wrong) * self.false_rejection

    @property
    def daily_seconds(self) -> float:
        """Return the seconds of a person's day that are worked on items."""
        return self.hours_per_day * AN_HOUR * (1 - self.idle_share)


def _problem(name: str, value: object) -> str:
    if not isinstance(value, int | float):
        return ""
    if name in SHARES and not 0 <= value <= 1:
        return f"{value} is no share between 0 and 1."
    if name in NOT_NEGATIVE and not value >= 0:
        return f"{value} is negative."
    if name in AT_LEAST_ONE and value < 1:
        return f"{value} is less than 1."
    return ""
