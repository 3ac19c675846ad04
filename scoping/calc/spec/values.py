"""The dataset spec as values: what a project is, as its client and sales said it.

One document serves form, API and command line. Every value here has been checked by
`reading.py`: ranges, cross-field rules, limits. Numbers are exact decimals as written.
A triple is kept as it was said; what it means as a distribution is `bands.py`'s matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from .service import Sla

Need = Literal[
    "classification",
    "object_detection",
    "instance_segmentation",
    "semantic_segmentation",
    "pose",
    "tracking",
]
AnnotationType = Literal[
    "image_tag",
    "bounding_box",
    "polygon",
    "semantic_mask",
    "keypoint",
    "polyline",
    "cuboid",
    "instance_mask",
    "video_box",
]
Complexity = Literal["simple", "standard", "hard", "expert"]
Work = Literal["label", "audit", "correct"]
Basis = Literal["unit", "image", "hour", "pod_month", "fixed"]
Effect = Literal["factor", "hours", "cost"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
"""What a risk event may do: slow all work, add paid hours, add money."""

UNIT_OF: dict[str, str] = {
    "image_tag": "label",
    "bounding_box": "box",
    "polygon": "object",
    "semantic_mask": "image",
    "keypoint": "keypoint",
    "polyline": "object",
    "cuboid": "object",
    "instance_mask": "segment",
    "video_box": "box",
}
"""What is counted and billed for each annotation type."""

WORD_DRIVERS = ("occlusion", "domain", "density", "resolution")
"""What makes a line harder and is said in a word that the card knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """Three numbers: not passed one time in ten, one in two, nine in ten."""

    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LowModeHigh:
    """Three numbers: never below low, most often near mode, never above high."""

    low: Decimal
    mode: Decimal
    high: Decimal


Range = Decimal | Quantiles | LowModeHigh
"""A number as said: exact, or one of the two range forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """How images differ in what they hold: variance over mean, and the most of one."""

    var_to_mean: Decimal
    max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsPerItem:
    """How many units an item holds.

    Either `mean` (what is not known about the project's average), or `sample` (counts
    of an uploaded file, one per item), never both; `spread` says how images differ.
    """

    mean: Range | None = None
    spread: Density | None = None
    sample: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prelabel:
    """First labels by a machine: on which share of the units, and how good.

    One of three: `accept_rate` (share of proposals that need no work, with the card's
    missed and false ones); the model's measured `recall`, `precision` and
    `no_fix_share`; or `saving` (a bare share of labelling time, capped by the card's
    policy). `share` is that of the units on which people really use them.
    """

    share: Decimal = Decimal(1)
    accept_rate: Range | None = None
    saving: Decimal | None = None
    recall: Decimal | None = None
    precision: Decimal | None = None
    no_fix_share: Range | None = None

    @property
    def unchanged(self) -> Range | None:
        """Return the share of proposals that need no work, as the spec states it."""
        return self.accept_rate if self.no_fix_share is None else self.no_fix_share


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One annotation type of the spec, with its units per item."""

    index: int
    type: AnnotationType
    units_per_item: UnitsPerItem
    name: str = ""
    work: Work = "label"
    share_of_items: Decimal = Decimal(1)
    complexity: Complexity = "standard"
    classes: int | None = None
    attributes: int = 0
    vertices: Decimal | None = None
    occlusion: str | None = None
    domain: str | None = None
    density: str | None = None
    resolution: str | None = None
    redundancy: int = 1
    optional: bool = False
    alternative_to: int | None = None
    prelabel: Prelabel | None = None

    @property
    def unit(self) -> str:
        """Return what is counted and billed on this line."""
        return UNIT_OF[self.type]

    @property
    def path(self) -> str:
        """Return the JSON pointer of this line."""
        return f"/lines/{self.index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """Clips from which items and key frames are derived."""

    clips: int
    seconds_per_clip: Decimal
    fps: Decimal
    label_every: int = 1
    interpolate: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRule:
    """How a batch is sampled before release.

    `percent`: share and max_defect_share; `two_point`: good, bad and the two risks;
    `zero_defect`: bad and confidence. Fields of the other rules are None.
    """

    rule: Literal["percent", "two_point", "zero_defect"] = "percent"
    share: Decimal | None = None
    max_defect_share: Decimal | None = None
    good: Decimal | None = None
    bad: Decimal | None = None
    producer_risk: Decimal | None = None
    consumer_risk: Decimal | None = None
    confidence: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What is promised about labels and how it is checked. Defaults: the preset."""

    accuracy: Decimal = Decimal("0.98")
    unit: Literal["object", "image"] = "object"
    match_iou: Decimal = Decimal("0.5")
    agreement: Decimal = Decimal("0.95")
    gold_items: int = 500
    edge_case_rules: int = 20
    reviews: int = 1
    batch_items: int = 1000
    audit: AuditRule = field(
        default_factory=lambda: AuditRule(
            share=Decimal("0.10"), max_defect_share=Decimal("0.02")
        )
    )
    sla: Sla = field(default_factory=Sla)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who works on it. `annotators` None: the card's standard team, or solved for."""

    pod: str | None = None
    annotators: int | None = None
    hours_per_day: Decimal = Decimal("7.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Under which conditions the work is done."""

    tool: str | None = None
    secure_room: bool = False
    residency: str | None = None
    guideline_languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """The tax on the whole: a rate and the reason for it, never inferred.

    `rounding`: once on the sum of all rows, or row by row.
    """

    rate: Decimal = Decimal(0)
    mode: Literal["none", "exclusive", "inclusive", "reverse_charge"] = "none"
    reason: str = "export of services"
    rounding: Literal["sum", "line"] = "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """Fees by the card's keys: added although nothing asks for them, or waived."""

    added: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """Money given back: for each batch whose sample fails the first time."""

    failed_batch: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commercial:
    """How the price is made.

    `pods` and `months`: the teams and months that are sold under `pod_month`, None to
    find them from the prices. `holdback`: the share of each invoice that the client
    keeps until the last batch is accepted, None where nothing is kept.
    """

    basis: Basis = "unit"
    pods: int | None = None
    months: int | None = None
    confidence: Decimal = Decimal("0.8")
    discount: Decimal = Decimal(0)
    rush: bool = False
    pilot: bool = True
    cap: Decimal | None = None
    holdback: Decimal | None = None
    tax: Tax = field(default_factory=Tax)
    fees: Fees = field(default_factory=Fees)
    credits: Credits = field(default_factory=Credits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """An event that may happen. `event` is the card's word for it, None for one's own.

    `probability` that it happens at all. One effect: `factor` on the time of all work,
    paid `hours`, or `cost`; what is None is taken from the card.
    """

    event: str | None = None
    name: str = ""
    probability: Range | None = None
    factor: Range | None = None
    hours: Range | None = None
    cost: Range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One project, as said, checked."""

    items: int
    lines: tuple[Line, ...]
    seed: int
    start_on: date
    name: str = ""
    client: str = ""
    currency: str = "USD"
    language: str = "en"
    need: Need | None = None
    item_kind: Literal["image", "frame"] = "image"
    video: Video | None = None
    deadline: date | None = None
    budget: Decimal | None = None
    site: str = "vn"
    client_calendar: str = "us"
    client_turnaround_days: int = 2
    quality: Quality = field(default_factory=Quality)
    team: Team = field(default_factory=Team)
    conditions: Conditions = field(default_factory=Conditions)
    commercial: Commercial = field(default_factory=Commercial)
    risks: tuple[Risk, ...] = ()
    stated: frozenset[str] = frozenset()
    """JSON pointers that the document itself gave; the rest are standard values."""
