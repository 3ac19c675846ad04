"""A dated rate card as values: each figure with its source, price and cost side apart.

A card is two separate values that never meet in one function but the staff estimate:
`PriceSide` is all that public, client and link doors are ever given. A figure that the
card lacks is an error that names the gap; it is never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from scoping.calc.trace import Origin, Step, given

ThroughputClass = Literal["very high", "high", "medium", "low"]


class MissingRateError(LookupError):
    """Raised when the card has no figure for what a spec asks; names the gap."""

    def __init__(self, *, what: str, card: str, row: str) -> None:
        """Say which row is missing from which card, and what to do about it."""
        self.what, self.card, self.row = what, card, row
        super().__init__(
            f"Rate card {card} has no {what} ({row}). Add it to a new version of the "
            f"card, or leave it out of the spec."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One sourced number of a card. `key` is its row: `cost/policy/target_margin`."""

    key: str
    value: Decimal
    unit: str
    source: str
    as_of: str
    weak: bool = False

    def step(self, name: str, *, because: str = "") -> Step:
        """Return the figure as a leaf of an explanation."""
        return given(
            name,
            self.value,
            unit=self.unit,
            because=because or f"rate card, {self.source}",
            origin=Origin(
                kind="card",
                at=self.key,
                source=self.source,
                as_of=self.as_of,
                weak=self.weak,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRange:
    """A sourced number with its doubt: three figures of one row."""

    p10: Figure
    p50: Figure
    p90: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketBand:
    """The market range of a unit price."""

    type: str
    unit: str
    throughput_class: ThroughputClass
    low: Figure
    high: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Units up to this number (None: all further) at this share of the unit price."""

    up_to: int | None
    factor: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A factor or an amount that holds from a stated value on (`at_least`)."""

    at_least: Decimal
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePrice:
    """The price side of a fee. `when` names the condition that raises it."""

    key: str
    name: str
    every: Literal["once", "month"]
    waivable: bool
    when: str
    price: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The rate at which a card was turned: so many of `quote` for one of `base`.

    `buffer`: how far the rate may move before a quote is priced anew; None: not stated.
    """

    base: str
    quote: str
    rate: Figure
    buffer: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTime:
    """Indicative business days for up to this many units of a throughput class."""

    up_to_units: int | None
    business_days: Figure


SECURITY: Mapping[str, str] = {
    "certifications": "Certifications",
    "data_location": "Where they are",
    "access": "Who can see them",
    "retention": "How long they are kept",
    "subprocessors": "Other companies that process them",
}
"""What a card may say about the safety of images at a site, as it is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFact:
    """A fact in words with its source and its date; an empty text was not stated."""

    text: str = ""
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSafety:
    """What a card says about the safety of images at one site."""

    name: str = ""
    facts: Mapping[str, StatedFact] = field(default_factory=dict)

    def fact(self, key: str) -> StatedFact:
        """Return a fact; one without a text where the card has none."""
        return self.facts.get(key, StatedFact())


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSide:
    """What a price is made of: market ranges and named drivers. No cost, no effort.

    `position` maps a driver to rows by word or threshold: `complexity/standard`,
    `occlusion/often`, `domain/medical`, and `classes`, `attributes`, `vertices` as
    thresholds. `standard_words` holds the values taken for what a client does not know.
    `hour_prices` and `pod_prices` are by site; `density_cap` is how many times the mean
    units of an image its one price covers. `security` is by site; it moves no price.
    `exchange` are rates by currency, and
    `exchanged` the one at which this side was turned from the card's own.
    """

    version: str
    currency: str
    valid_from: date
    bands: Mapping[str, MarketBand]
    quote_only: frozenset[tuple[str, str]]
    position_words: Mapping[str, Figure]
    position_steps: Mapping[str, tuple[Threshold, ...]]
    accuracy_factors: tuple[Threshold, ...]
    site_factors: Mapping[str, Figure]
    rush_factor: Figure
    redundancy_factor: Figure
    tiers: Mapping[str, tuple[Tier, ...]]
    minimum_order: Figure
    fees: tuple[FeePrice, ...]
    pilot_items: Figure
    pilot_price: Figure
    lead_times: Mapping[str, tuple[LeadTime, ...]]
    prelabel_price_factor: Mapping[str, Figure]
    acceptance_window_days: Figure
    remedy_days: Figure
    pilot_collar: Figure
    volume_tolerance: Figure
    icc: Figure
    sample_to_dataset: Figure
    volume_correlation: Figure
    standard_words: Mapping[str, str]
    promises: Mapping[str, Figure]
    tier_rules: Mapping[str, Literal["graduated", "all_units"]] = field(
        default_factory=dict
    )
    hour_prices: Mapping[str, Figure] = field(default_factory=dict)
    pod_prices: Mapping[str, Figure] = field(default_factory=dict)
    pod_people: Figure | None = None
    density_cap: Figure | None = None
    exchange: Mapping[str, Figure] = field(default_factory=dict)
    exchange_buffer: Figure | None = None
    exchanged: Exchange | None = None
    security: Mapping[str, SiteSafety] = field(default_factory=dict)

    def band(self, type_: str) -> MarketBand:
        """Return the market band of a type, or say that the card has none."""
        if type_ not in self.bands:
            raise MissingRateError(
                what=f"market range for {type_}",
                card=self.version,
                row=f"price/bands/{type_}",
            )
        return self.bands[type_]


Clock = Literal["gesture", "label", "session"]
LABEL_CLOCK: Clock = "label"
"""The clock that all work is planned on: from opening an object to leaving it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Seconds of a person's work for one unit at first attempt; what was timed.

    `prior` names the published prior that the seconds come from and `times` the factor
    they were taken with; None where nobody published one. `timed_at_classes`: with how
    many classes they were timed, so that those are not charged for twice.
    """

    seconds: FigureRange
    clock: Clock
    prior: str | None = None
    times: Decimal = Decimal(1)
    timed_at_classes: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFigures:
    """How good first attempts and reviewers are, and what review and redoing take.

    `likeness`: correlation of two reviewers' verdicts on wrong units, and on right
    ones. `repaired`: the share of corrections that succeed where a rejected unit is
    corrected once and not reviewed again; None where it is redone and reviewed again,
    at most `loops` times.
    """

    first_pass_defect: FigureRange
    detection: FigureRange
    false_rejection: Figure
    likeness: Figure
    review_share: Figure
    rework_effort: Figure
    loops: Figure
    warranty_share: Figure
    repaired: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrelabelFigures:
    """Seconds to check, fix and delete a proposal, as shares of drawing by hand."""

    check_share: Figure
    fix_share: Figure
    delete_share: Figure
    missed_share: Figure
    false_share: Figure
    accept_rate: FigureRange
    setup_hours: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Where doubt lives: spreads as sigma of the logarithm, and what moves together.

    Worker, batch and item spreads average out over the crew, the batches and the items;
    the project's own does not. Two efforts of a project share difficulty
    (`effort_effort`), and difficult work has more errors (`effort_defect`). Risk events
    come together (`risk_risk`); None on cards that know no such events.
    """

    worker: Figure
    batch: Figure
    item: Figure
    effort_effort: Figure
    effort_defect: Figure
    risk_risk: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFigures:
    """An event of the register: how likely it is, and what it does if it happens.

    `size` is a factor on the time of all work, paid hours, or money, by `effect`.
    """

    key: str
    name: str
    probability: FigureRange
    effect: Literal["factor", "hours", "cost"]
    size: FigureRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role's pay at a site, gross per month in the site's currency."""

    key: str
    gross_month: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtime:
    """What overtime is paid, in shares of normal pay, and how much there may be.

    `day_share` is of the day's normal hours, the others are a person's hours. `own`
    names the limits that the company set itself; the law set all others.
    `rest_day_rate` is paid on days off in the week; None: nobody works on them.
    """

    pay_rate: Figure
    day_share: Figure
    month_hours: Figure
    year_hours: Figure
    own: frozenset[str]
    rest_day_rate: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where work is done: what a paid hour costs there and when people work."""

    key: str
    name: str
    currency: str
    units_per_card_currency: Figure
    roles: Mapping[str, Role]
    employer_share: Figure
    months_paid: Figure
    seat_month: Figure
    overhead_share: Figure
    paid_hours_month: Figure
    utilisation: FigureRange
    overtime: Overtime
    second_shift_premium: Figure
    weekmask: str
    calendar: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Hours that are not per unit: rules, pilot, delivery, leading, ramp-up."""

    taxonomy_hours: Figure
    hours_per_edge_rule: Figure
    pilot_rounds: Figure
    pilot_round_days: Figure
    taxonomy_days: Figure
    delivery_hours_per_batch: Figure
    lead_share: Figure
    ramp_hours: Figure
    ramp_days: tuple[Figure, ...]
    leaving_month: Figure
    hire_days: Figure
    reviewers_per_annotator: Figure
    standard_annotators: Figure
    audit_seconds_share: Figure
    auditor_misses: Figure
    auditor_false_alarms: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Margins and limits of the company."""

    target_margin: Figure
    floor_margin: Figure
    planning_cap: Figure
    discount_limit: Figure
    loss_limit: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What people mend of interpolated units: which share, at which part of drawing."""

    share: Figure
    effort: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSide:
    """What work takes and what it costs. Never given to a public or client door.

    `clocks` maps a clock to seconds of label time in one of its own. Cards of before
    know no `video_corrections`; interpolated units were then taken as right.
    """

    version: str
    currency: str
    effort: Mapping[tuple[str, str], Effort]
    clocks: Mapping[str, Figure]
    fixed_seconds: Mapping[str, Figure]
    drivers_words: Mapping[str, Figure]
    drivers_steps: Mapping[str, tuple[Threshold, ...]]
    review: Mapping[str, ReviewFigures]
    prelabel: Mapping[str, PrelabelFigures]
    video_check_seconds: Figure
    video_corrections: Corrections | None
    layers: Layers
    sites: Mapping[str, Site]
    work: Work
    policy: Policy
    fee_costs: Mapping[str, Figure]
    risks: Mapping[str, RiskFigures] = field(default_factory=dict)

    def effort_of(self, type_: str, complexity: str) -> Effort:
        """Return the effort of a cell, or say that the card has none."""
        found = self.effort.get((type_, complexity))
        if found is None:
            raise MissingRateError(
                what=f"effort for {complexity} {type_}",
                card=self.version,
                row=f"cost/effort/{type_}/{complexity}",
            )
        return found

    def site_of(self, key: str) -> Site:
        """Return a site, or say that the card has none."""
        if key not in self.sites:
            raise MissingRateError(
                what=f"site “{key}”", card=self.version, row=f"cost/sites/{key}"
            )
        return self.sites[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """A whole card, as staff doors see it."""

    version: str
    valid_from: date
    currency: str
    price: PriceSide
    cost: CostSide
