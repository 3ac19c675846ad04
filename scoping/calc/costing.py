"""Seconds into paid hours, and paid hours into money, by role and site.

A paid hour is built bottom-up in the site's own currency: gross pay, months paid a
year, the employer's share, a seat, overhead; divided by the hours paid in a month and
turned into the card's currency. Productive time becomes paid time by utilisation: of
eight paid hours perhaps six and a half are worked on units. Leading is a share of all
other hours; ramp-up is per annotator, never per batch. See docs/model.md#costing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import bands, number
from .chances import chance
from .checking import LineChecking
from .effort import LineEffort, batch_count
from .layout import with_article
from .rates.values import CostSide, MissingRateError, Site
from .spec.values import Spec
from .trace import Step, derive
from .volume import answer, labelled_items

ROLES = ("annotator", "reviewer", "auditor", "lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Paid work of one role in one stage. `line` None: the project's, not a line's.

    `seconds` is the work on units that the hours are paid for, None for hours that are
    stated outright. `cost` includes the leading that goes with the hours. `kind` is
    what a work record calls it (label, review, rework, audit), empty for a project's.
    """

    stage: int
    role: str
    line: int | None
    seconds: Step | None
    hours: Step
    cost: Step
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What an hour costs at the spec's site, and how much of it is worked on units."""

    by_role: Mapping[str, Step]
    led: Mapping[str, Step]
    utilisation: Step
    worked_seconds: Step
    lead_share: Step


def month_cost(gross: Any, months: Any, employer: Any, seat: Any, overhead: Any) -> Any:
    """Return what a person costs a month, in the site's currency."""
    return (gross * months / 12 * (1 + employer) + seat) * (1 + overhead)


def hour_cost(month: Any, hours: Any, units_per_card_currency: Any) -> Any:
    """Return what a paid hour costs, in the card's currency."""
    return month / hours / units_per_card_currency


def seconds_worked(worked: Any) -> Any:
    """Return the seconds of a paid hour that are worked on units."""
    return 3600 * worked


def hour_with_lead(rate: Any, lead_share: Any, lead_rate: Any) -> Any:
    """Return the cost of a paid hour with the leading that goes with it."""
    return rate + lead_share * lead_rate


def rates_of(spec: Spec, cost: CostSide) -> Rates:
    """Return the cost of a paid hour of each role at the spec's site."""
    site = cost.site_of(spec.site)
    by_role = {role: _hour(site, role, card=cost) for role in ROLES}
    lead_share = cost.work.lead_share.step("Leading, per hour of the others")
    utilisation = derive(
        "Paid hours that are worked on units",
        bands.drawn_share,
        chance("utilisation"),
        site.utilisation.p10.step("Worked share, low"),
        site.utilisation.p50.step("Worked share, typical"),
        site.utilisation.p90.step("Worked share, high"),
        unit="of paid time",
        because="typical month",
    )
    return Rates(
        by_role=by_role,
        led={
            role: rate
            if role == "lead"
            else _with_lead(role, rate, lead_share, by_role)
            for role, rate in by_role.items()
        },
        utilisation=utilisation,
        worked_seconds=derive(
            "Worked seconds of a paid hour",
            seconds_worked,
            utilisation,
            unit="s",
            because="3,600 × share worked on units",
        ),
        lead_share=lead_share,
    )


def _with_lead(
    role: str, rate: Step, lead_share: Step, by_role: Mapping[str, Step]
) -> Step:
    return derive(
        f"A paid hour of {with_article(role)}, with leading",
        hour_with_lead,
        rate,
        lead_share,
        by_role["lead"],
        unit=rate.unit,
        because="hour + leading per hour × a lead's hour",
    )


def _hour(site: Site, role: str, *, card: CostSide) -> Step:
    if role not in site.roles:
        raise MissingRateError(
            what=f"pay of {with_article(role)} in {site.name}",
            card=card.version,
            row=f"cost/sites/{site.key}/roles/{role}",
        )
    month = derive(
        f"A month of {with_article(role)}",
        month_cost,
        site.roles[role].gross_month.step("Gross pay a month"),
        site.months_paid.step("Months paid a year"),
        site.employer_share.step("Employer's contributions"),
        site.seat_month.step("Seat and equipment a month"),
        site.overhead_share.step("Overhead"),
        unit=site.currency,
        because="(pay × months ÷ 12 × (1 + employer) + seat) × (1 + overhead)",
    )
    return derive(
        f"A paid hour of {with_article(role)}, {site.name}",
        hour_cost,
        month,
        site.paid_hours_month.step("Hours paid a month"),
        site.units_per_card_currency.step(f"{site.currency} for 1 {card.currency}"),
        unit=card.currency,
        because="month ÷ hours paid ÷ exchange rate",
    )


def task(  # noqa: PLR0913 - one row of the hours table, named
    name: str,
    seconds: Step,
    *,
    stage: int,
    role: str,
    line: int | None,
    rates: Rates,
    currency: str,
) -> Task:
    """Return paid work from seconds of it, at the role's rate and with its leading."""
    hours = derive(
        f"{name}, paid hours",
        number.ratio,
        seconds,
        rates.worked_seconds,
        unit="h",
        because="seconds ÷ worked seconds of a paid hour",
    )
    paid = paid_task(
        name, hours, stage=stage, role=role, line=line, rates=rates, currency=currency
    )
    return replace(paid, seconds=seconds)


def paid_task(  # noqa: PLR0913 - one row of the hours table, named
    name: str,
    hours: Step,
    *,
    stage: int,
    role: str,
    line: int | None,
    rates: Rates,
    currency: str,
) -> Task:
    """Return paid work from paid hours, at the role's rate and with its leading."""
    cost = derive(
        f"{name}, {role}",
        number.product,
        hours,
        rates.led[role],
        unit=currency,
        because="paid hours × cost of a paid hour with leading",
    )
    return Task(stage=stage, role=role, line=line, seconds=None, hours=hours, cost=cost)


def line_tasks(
    index: int,
    effort: LineEffort,
    checking: LineChecking | None,
    *,
    rates: Rates,
    currency: str,
) -> list[Task]:
    """Return the paid work of one line, stage by stage."""
    rows: list[tuple[str, str, Step, int, str]] = [
        ("Labelling", "label", effort.labelling, 3, "annotator")
    ]
    if effort.frame_checks is not None:
        rows.append(
            ("Checking frames", "label", effort.frame_checks, 3, "annotator"),
        )
    if checking is not None:
        rows += [
            ("Reworking", "rework", checking.reworking, 3, "annotator"),
            ("Reviewing", "review", checking.reviewing, 5, "reviewer"),
            ("Sample check", "audit", checking.auditing, 6, "auditor"),
            (
                "Failed batches, reviewed again",
                "review",
                checking.rereviewing,
                6,
                "reviewer",
            ),
            ("Failed batches, redone", "rework", checking.redoing, 3, "annotator"),
            ("Free redo", "rework", checking.warranty, 7, "annotator"),
        ]
    return [
        replace(
            task(
                name,
                seconds,
                stage=stage,
                role=role,
                line=index,
                rates=rates,
                currency=currency,
            ),
            kind=kind,
        )
        for name, kind, seconds, stage, role in rows
    ]


def rule_hours(fixed: Any, rules: Any, hours_a_rule: Any) -> Any:
    """Return the hours to write the kinds and the edge-case rules down."""
    return fixed + rules * hours_a_rule


def batches_of(spec: Spec) -> Step:
    """Return in how many batches the items are delivered."""
    return derive(
        "Batches",
        batch_count,
        labelled_items(spec)[0],
        answer(
            "Items in a batch",
            spec.quality.batch_items,
            unit="items",
            path="/quality/batch_items",
        ),
        unit="batches",
        because="items ÷ items in a batch, rounded up",
    )


def project_tasks(
    spec: Spec,
    *,
    efforts: Mapping[int, LineEffort],
    people: Step,
    cost: CostSide,
    rates: Rates,
) -> list[Task]:
    """Return the paid work that belongs to the project and not to one line."""
    work, currency = cost.work, cost.currency
    rules = derive(
        "Rules and kinds",
        rule_hours,
        work.taxonomy_hours.step("Kinds of objects"),
        answer(
            "Edge-case rules",
            spec.quality.edge_case_rules,
            unit="rules",
            path="/quality/edge_case_rules",
        ),
        work.hours_per_edge_rule.step("Hours for one rule"),
        unit="h",
        because="hours for the kinds + rules × hours for one",
    )
    ramp = derive(
        "Ramp-up",
        number.product,
        people,
        work.ramp_hours.step("Training of one annotator"),
        unit="h",
        because="annotators × hours of training",
    )
    delivery = derive(
        "Delivering",
        number.product,
        batches_of(spec),
        work.delivery_hours_per_batch.step("Report and hand-over of one batch"),
        unit="h",
        because="batches × hours for one",
    )
    rows: list[tuple[str, Step, int, str]] = [
        ("Rules and kinds", rules, 1, "lead"),
        # Without a pilot people are trained in production.
        ("Ramp-up", ramp, 2 if spec.quality.gold_items else 3, "annotator"),
        ("Delivery", delivery, 7, "lead"),
        *_model_setup(spec, efforts=efforts, cost=cost),
    ]
    tasks = [
        paid_task(
            name,
            hours,
            stage=stage,
            role=role,
            line=None,
            rates=rates,
            currency=currency,
        )
        for name, hours, stage, role in rows
    ]
    if spec.quality.gold_items:
        tasks.append(
            task(
                "Gold set",
                _gold_seconds(spec, efforts=efforts, cost=cost),
                stage=2,
                role="annotator",
                line=None,
                rates=rates,
                currency=currency,
            )
        )
    return tasks


def _gold_seconds(
    spec: Spec,
    *,
    efforts: Mapping[int, LineEffort],
    cost: CostSide,
) -> Step:
    items = labelled_items(spec)[0]
    shares: Sequence[Step] = [
        derive(
            "Labelling of one item",
            number.ratio,
            efforts[index].labelling,
            items,
            unit="s",
            because="labelling of the line ÷ items",
        )
        for index in efforts
    ]
    item = derive(
        "Labelling of one item, all lines",
        number.total,
        *shares,
        unit="s",
        because="sum over the lines",
    )
    gold = derive(
        "Items of the gold set",
        number.smallest,
        answer(
            "Items of the gold set, as stated",
            spec.quality.gold_items,
            unit="items",
            path="/quality/gold_items",
        ),
        items,
        unit="items",
        because="as stated, or all items where they are fewer",
    )
    return derive(
        "Labelling the gold set",
        number.product,
        gold,
        item,
        cost.work.pilot_rounds.step("Rounds until agreement"),
        unit="s",
        because="gold items × seconds of one × expected rounds",
    )


def _model_setup(
    spec: Spec, *, efforts: Mapping[int, LineEffort], cost: CostSide
) -> list[tuple[str, Step, int, str]]:
    rows = []
    for line in spec.lines:
        effort = efforts.get(line.index)
        if effort is None or not effort.prelabel_used or line.prelabel is None:
            continue
        figures = cost.prelabel.get(line.type) or cost.prelabel["default"]
        hours = figures.setup_hours.step("Setting the model up")
        rows.append((f"Pre-label model, line {line.index + 1}", hours, 4, "lead"))
    return rows


def added(steps: Sequence[Step], name: str, *, unit: str) -> Step:
    """Return the sum of steps, or the one step itself."""
    if not steps:
        raise ValueError(f"{name} is a sum of nothing.")
    if len(steps) == 1:
        return steps[0]
    return derive(name, number.total, *steps, unit=unit, because="sum of the parts")
