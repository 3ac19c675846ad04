"""The clauses of a quote, made of its spec and the card's price side.

Wrong and missed are two clauses, or one that counts both: an accuracy that leaves out
missed objects would reward leaving objects out. Rare classes have floors of their own.
Made of the price side alone, because clients read it. See docs/model.md#sla.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import partial

from scoping.calc.assumptions import NAMES
from scoping.calc.audit import design_effect, holds_at, worst_passing
from scoping.calc.memory import Memory
from scoping.calc.pipeline import acceptance_days, per_cent, remedy_days
from scoping.calc.rates.values import PriceSide
from scoping.calc.sampling import LotPlan
from scoping.calc.spec.values import Line, Spec
from scoping.calc.strata import Stratum

from .clause import SEVERITIES, Clause, CreditStep, Metric, Sample, Severity
from .owed import delivery, obligations, reference_set
from .wording import (
    COUNTED,
    allowed_words,
    consequence_words,
    counts_images,
    image_note,
    remedy_words,
    sampled_words,
    tenth_up,
    with_article,
)

DOES_NOT_COUNT = (
    "a case the guideline does not cover",
    "a guideline changed after delivery",
    "an image that cannot be read",
    "an error in your own reference",
)
"""What is no labelling error, as a sentence's parts."""

CANNOT_BE_MISSED = frozenset({"image_tag", "semantic_mask"})
"""Types that every item has by its nature: there is no object to overlook."""

SERIOUS: tuple[Severity, ...] = ("critical", "major")


def clauses(
    spec: Spec,
    price: PriceSide,
    *,
    plans: Mapping[int, LotPlan],
    week: date | None = None,
    memory: Memory | None = None,
) -> tuple[Clause, ...]:
    """Return all clauses of a quote: each line's, the project's, what the client owes.

    `week` is the promised delivery week, None where none is promised yet. Lines that
    only check existing labels promise nothing about those labels. A `memory` of earlier
    questions saves time and changes nothing.
    """
    memory = memory or Memory()
    besides = memory.besides(spec, price)
    found: list[Clause] = []
    for line in spec.lines:
        if line.work != "audit":
            plan = plans[line.index]
            terms = _Terms(spec=spec, price=price, line=line, plan=plan)
            found.extend(
                memory.keep(
                    ("clauses", besides, line, plan), partial(tuple, _of_line(terms))
                )
            )
    found.extend(reference_set(spec))
    if week is not None:
        late = spec.quality.sla.late
        found.append(delivery(week, late=late, currency=spec.currency))
    return (*found, *obligations(spec, price))


def does_not_count(spec: Spec) -> tuple[str, ...]:
    """Return what is no labelling error in a project, as a sentence's parts."""
    return (*DOES_NOT_COUNT, *spec.quality.sla.exclusions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What the clauses of one line are made of."""

    spec: Spec
    price: PriceSide
    line: Line
    plan: LotPlan

    @property
    def by_image(self) -> bool:
        return counts_images(self.plan, self.line)

    @property
    def batches(self) -> int:
        return -(-self.spec.items // self.plan.batch_items)

    @property
    def counts(self) -> tuple[Severity, ...]:
        return SEVERITIES if self.spec.quality.sla.minor_counts else SERIOUS

    @property
    def where(self) -> str:
        if self.spec.quality.sla.per == "project":
            return "on the average of all batches"
        return "in every batch"


def _of_line(terms: _Terms) -> Iterator[Clause]:
    """Yield the clauses of a line; the first one bears the credits of its sample."""
    sla, line = terms.spec.quality.sla, terms.line
    can_miss = line.type not in CANNOT_BE_MISSED
    if can_miss and sla.measure == "both":
        yield _both(terms)
    else:
        yield _right(terms)
        if can_miss:
            yield _missed(terms)
    if sla.critical is not None:
        yield _critical(terms, sla.critical)
    for stratum in terms.plan.strata:
        yield _of_classes(terms, stratum)


def _right(terms: _Terms) -> Clause:
    one, many = COUNTED[terms.line.type]
    floor, kind = terms.spec.quality.accuracy, terms.spec.item_kind
    how_much = f"{per_cent(floor)} of {many} {terms.where}"
    if terms.by_image:
        how_much = f"{per_cent(floor)} of {kind}s with every {one} right"
    return _clause(
        terms,
        _Words(
            key=f"{terms.line.type}_right",
            promise=f"{NAMES[terms.line.type]} right",
            how_much=how_much,
            sample_text=_sampled(terms),
            fault="wrong",
        ),
        metric="precision",
    )


def _missed(terms: _Terms) -> Clause:
    floor, kind = terms.spec.quality.accuracy, terms.spec.item_kind
    one = with_article(COUNTED[terms.line.type][0])
    how_much = f"{per_cent(floor)} of real objects have {one}"
    if terms.by_image:
        how_much = f"{per_cent(floor)} of {kind}s with no object missed"
    return _clause(
        terms,
        _Words(
            key=f"{terms.line.type}_missed",
            promise="Nothing missed",
            how_much=how_much,
            sample_text=(
                f"the same {terms.plan.items:,} {kind}s, read again from scratch"
            ),
            fault="missed",
        ),
        metric="recall",
    )


def _both(terms: _Terms) -> Clause:
    one, many = COUNTED[terms.line.type]
    floor, kind = terms.spec.quality.accuracy, terms.spec.item_kind
    how_much = f"{per_cent(floor)} of {many} and missed objects {terms.where}"
    if terms.by_image:
        how_much = f"{per_cent(floor)} of {kind}s with every {one} right, none missed"
    return _clause(
        terms,
        _Words(
            key=f"{terms.line.type}_right",
            promise=f"{NAMES[terms.line.type]} right, nothing missed",
            how_much=how_much,
            sample_text=_sampled(terms),
            fault="wrong or missed",
        ),
        metric="defect_share",
    )


def _critical(terms: _Terms, floor: Decimal) -> Clause:
    """Return the clause on critical errors: the line's sample, fewer allowed."""
    kind = terms.spec.item_kind
    counted = f"{kind}s" if terms.by_image else COUNTED[terms.line.type][1]
    sample = _allowing(_sample(terms.plan), 1 - floor)
    allowed = allowed_words(sample.max_defects, how="critical")
    return _clause(
        terms,
        _Words(
            key=f"{terms.line.type}_critical",
            promise=f"{NAMES[terms.line.type]}: critical errors",
            how_much=f"{per_cent(floor)} of {counted} without one {terms.where}",
            sample_text=f"the same {terms.plan.items:,} {kind}s; {allowed}",
            fault="critically wrong",
            note="A critical error is one that the guideline names so.",
        ),
        metric=_any_error(terms),
        own=_Own(floor=floor, sample=sample, counts=("critical",)),
    )


def _of_classes(terms: _Terms, stratum: Stratum) -> Clause:
    """Return the clause on some classes, with a sample of their own."""
    floor, plan = stratum.floor, stratum.plan
    many = COUNTED[terms.line.type][1]
    counted = f"{terms.spec.item_kind}s with" if terms.by_image else f"{many} of"
    drawn, lot = int(plan.n.value), int(stratum.lot.value)
    whole = "all of" if drawn == lot else f"{drawn:,} of"
    sample = Sample(
        items=drawn,
        of_items=lot,
        units=drawn,
        max_defects=int(plan.c.value),
        lot=lot,
        worth_lot=int(plan.worth_lot.value),
        worth_units=int(plan.worth_n.value),
        worth_defects=int(plan.worth_c.value),
    )
    return _clause(
        terms,
        _Words(
            key=f"{terms.line.type}_{floor.name}",
            promise=f"{floor.name} right",
            how_much=(
                f"{per_cent(floor.accuracy)} of {counted} {_listed(floor.classes)} "
                f"{terms.where}"
            ),
            sample_text=(
                f"{whole} about {lot:,} in a batch, drawn by class; "
                f"{allowed_words(sample.max_defects)}"
            ),
            fault="wrong",
        ),
        metric=_any_error(terms),
        own=_Own(
            floor=floor.accuracy,
            sample=sample,
            counts=terms.counts,
            group=floor.name,
            classes=floor.classes,
            per_item=stratum.per_item,
        ),
    )


def _any_error(terms: _Terms) -> Metric:
    """Return the measure that counts every error of a line's type."""
    return "precision" if terms.line.type in CANNOT_BE_MISSED else "defect_share"


def _sampled(terms: _Terms) -> str:
    many, kind = COUNTED[terms.line.type][1], terms.spec.item_kind
    return sampled_words(terms.plan, many=many, kind=kind, by_image=terms.by_image)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How a clause reads."""

    key: str
    promise: str
    how_much: str
    sample_text: str
    fault: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """What a clause beside the line's first ones holds by itself."""

    floor: Decimal
    sample: Sample
    counts: tuple[Severity, ...]
    group: str = ""
    classes: tuple[str, ...] = ()
    per_item: Decimal | None = None


def _clause(
    terms: _Terms, words: _Words, *, metric: Metric, own: _Own | None = None
) -> Clause:
    spec, plan, per = terms.spec, terms.plan, terms.spec.quality.sla.per
    # The first clauses of a line read one sample, and its failure is credited once.
    bears = own is None and metric != "recall"
    note = words.note
    if own is None:
        note = "" if terms.by_image else image_note(spec, terms.line, plan)
        own = _Own(
            floor=spec.quality.accuracy, sample=_sample(plan), counts=terms.counts
        )
    sample, sample_text = own.sample, words.sample_text
    if per == "project":
        sample = _together(sample, terms.batches, floor=own.floor)
        sample_text = f"{sample_text.split(';')[0]} of each batch; all together count"
    worth = sample.worth_lot, sample.worth_units, sample.worth_defects
    proves, days = worst_passing(*worth), remedy_days(spec.quality, terms.price)
    credit = spec.commercial.credits.failed_batch if bears else None
    ladder = _ladder(spec) if bears else ()
    return Clause(
        key=words.key,
        promise=words.promise,
        how_much=words.how_much,
        metric=metric,
        unit=spec.item_kind if terms.by_image else terms.line.unit,
        floor=own.floor,
        match_iou=None if terms.line.type == "image_tag" else spec.quality.match_iou,
        sample=sample,
        sample_text=sample_text,
        proves=proves,
        proves_text=f"at most {per_cent(tenth_up(proves))} {words.fault}",
        remedy=remedy_words(
            days,
            credit=credit,
            ladder=ladder,
            currency=spec.currency,
            once=per == "project",
        ),
        credit=credit,
        ladder=ladder,
        currency=spec.currency,
        remedy_days=days,
        acceptance_days=acceptance_days(spec.quality, terms.price),
        per=per,
        counts=own.counts,
        group=own.group,
        classes=own.classes,
        holds_at=holds_at(*worth),
        # What is missed is read in the same sample, and asks the same.
        consequence=""
        if metric == "recall"
        else consequence_words(
            sample, own.floor, batches=terms.batches, per=per, subject=words.promise
        ),
        line=terms.line.index,
        note=note,
        effect=_effect(terms, own.per_item),
        does_not_count=does_not_count(spec),
    )


def _effect(terms: _Terms, per_item: Decimal | None) -> Decimal:
    """Return how many sampled units tell as much as one that errs by itself."""
    if terms.by_image:
        return Decimal(1)
    each = terms.plan.per_item if per_item is None else per_item
    return design_effect(each, terms.price.icc.value)


def _sample(plan: LotPlan) -> Sample:
    return Sample(
        items=plan.items,
        of_items=plan.batch_items,
        units=int(plan.n.value),
        max_defects=int(plan.c.value),
        lot=int(plan.lot.value),
        worth_lot=int(plan.worth_lot.value),
        worth_units=int(plan.worth_n.value),
        worth_defects=int(plan.worth_c.value),
    )


def _allowing(sample: Sample, wrong: Decimal) -> Sample:
    """Return the same sample with as many wrong as this share of it, rounded down."""
    allowed = int((sample.units * wrong).to_integral_value(rounding=ROUND_FLOOR))
    return replace(
        sample,
        max_defects=allowed,
        worth_defects=-(-allowed * sample.worth_units // max(sample.units, 1)),
    )


def _together(sample: Sample, batches: int, *, floor: Decimal) -> Sample:
    """Return the samples of all batches as one, at the floor itself."""
    whole = Sample(
        items=sample.items * batches,
        of_items=sample.of_items * batches,
        units=sample.units * batches,
        max_defects=0,
        lot=sample.lot * batches,
        worth_lot=sample.worth_lot * batches,
        worth_units=sample.worth_units * batches,
        worth_defects=0,
    )
    return _allowing(whole, 1 - floor)


def _ladder(spec: Spec) -> tuple[CreditStep, ...]:
    return tuple(
        CreditStep(wrong_over=step.wrong_over, amount=step.amount)
        for step in spec.quality.sla.ladder
    )


def _listed(names: tuple[str, ...]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
