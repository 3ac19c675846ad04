"""A designed audit as what its page prints: sentences, rows, a drawing, reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.audit import SHOWN_SHARES
from scoping.calc.layout import at_most, percent, up_to
from scoping.calc.plans.design import Design, Sized, curve_points, widest
from scoping.calc.plans.document import drawn_words, sentences
from scoping.calc.trace import Step, to_data
from scoping.templatetags.plumbline import count, number, share_percent
from scoping.web.audit_plan_blocks import Block, blocks
from scoping.web.audit_plan_form import AuditPlanForm
from scoping.web.components import Message, Stat, Tree
from scoping.web.reasons import tree_of
from scoping.web.release_drawing import ReleaseDrawing, release_drawing

NAMES = {
    "percent": "Fixed share",
    "two_point": "Sized",
    "zero_defect": "None wrong",
    "standard": "Z1.4",
    "belief": "With history",
}
"""What a plan is called on the page."""
CUT_OFF_AT = {"sequential": "two_point"}
"""The plan that settles one which may stop early, and whose figures are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCells:
    """A plan in the table of plans: what it takes, and what it does."""

    name: str
    is_chosen: bool
    checked: str
    allowed: str
    proves: str
    holds: str
    good_held: str
    bad_passed: str
    released: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCells:
    """The same plan in one unit: what is counted, and how often it is released."""

    name: str
    batch: str
    checked: str
    allowed: str
    wrong: str
    released: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValue:
    """A figure with its name, and what stands behind it."""

    name: str
    value: str
    tree: Tree | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The audit of a question."""

    says: str
    more: tuple[str, ...]
    stats: tuple[Stat, ...]
    plans: tuple[PlanCells, ...]
    shares: tuple[str, ...]
    good: str
    bad: str
    counted: tuple[CountedCells, ...]
    why_counted: str
    drawing: ReleaseDrawing
    drawing_says: str
    points: tuple[tuple[str, str], ...]
    figures: tuple[NamedValue, ...]
    unknown: str
    blocks: tuple[Block, ...]
    warning: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlanPage:
    """The page: the form, and the answer where the form asks a question."""

    form: AuditPlanForm
    answer: Answer | None = None


def answer_of(made: Design) -> Answer:
    """Return what the page prints of an audit."""
    asked, chosen = made.asked, made.chosen
    plans = [*made.compared]
    shown = CUT_OFF_AT.get(asked.rule, asked.rule)
    if shown not in {one.rule for one in plans}:
        plans.append(chosen)
    says = sentences(made)
    return Answer(
        says=says[0],
        more=tuple(says[1:]),
        stats=tuple(_stats(made)),
        plans=tuple(_plan(one, chosen=one.rule == shown) for one in plans),
        shares=tuple(share_percent(share) for share in SHOWN_SHARES),
        good=share_percent(asked.good),
        bad=share_percent(asked.bad),
        counted=tuple(_counted(one) for one in made.counted),
        why_counted=_why_counted(made),
        drawing=_drawing(made),
        drawing_says=_drawing_says(made),
        points=tuple(
            (share_percent(f"{share:.6f}"), share_percent(f"{chance:.6f}", 1))
            for share, chance in curve_points(
                chosen.score, most=widest((chosen.score,))
            )[::5]
        ),
        figures=tuple(_figures(made)),
        unknown=""
        if "hours" in made.steps
        else "Hours and days are not known, because the time of a check is not said.",
        blocks=tuple(blocks(made)),
        warning=_warning(made),
    )


def _stats(made: Design) -> Iterator[Stat]:
    chosen, scored = made.chosen, made.chosen.score
    c = int(chosen.plan.c.value)
    yield Stat(
        name="Check in each batch",
        value=count(int(chosen.plan.n.value)),
        notes=(f"{drawn_words(chosen)} of {count(int(chosen.lot.value))}",),
    )
    yield Stat(
        name="Wrong at most", value=count(c), notes=("one more blocks the batch",)
    )
    yield Stat(
        name="A pass proves",
        value=at_most(str(scored.proves)),
        notes=("wrong at most, 95 % confidence",),
    )
    yield Stat(
        name="Passes 19 times in 20",
        value=up_to(str(scored.holds_at)) if scored.holds_at else "0 %",
        notes=("wrong in the work, at most",),
    )
    yield Stat(
        name="Your work passes",
        value=percent(f"{chosen.released.value:.6f}"),
        notes=(f"at {percent(f'{chosen.share.value:.6f}')} wrong",),
    )


def _plan(one: Sized, *, chosen: bool) -> PlanCells:
    scored = one.score
    return PlanCells(
        name=_called(one),
        is_chosen=chosen,
        checked=drawn_words(one),
        allowed=count(int(one.plan.c.value)),
        proves=at_most(str(scored.proves)),
        holds=up_to(str(scored.holds_at)) if scored.holds_at else "0 %",
        good_held=share_percent(scored.good_blocked, 1),
        bad_passed=share_percent(scored.bad_released, 1),
        released=tuple(share_percent(chance, 1) for _, chance in scored.releases),
    )


def _called(one: Sized) -> str:
    return NAMES[CUT_OFF_AT.get(one.rule, one.rule)]


def _counted(one: Sized) -> CountedCells:
    units = "objects" if one.counts == "object" else "images"
    return CountedCells(
        name=f"In {units}",
        batch=f"{count(int(one.lot.value))} {units}",
        checked=f"{count(int(one.plan.n.value))} {units}",
        allowed=count(int(one.plan.c.value)),
        wrong=share_percent(one.share.value, 1),
        released=share_percent(one.released.value, 1),
    )


def _why_counted(made: Design) -> str:
    if not made.counted:
        return ""
    by_object, by_image = made.counted
    asked = made.asked
    many = number(asked.units_per_item, 1).removesuffix(".0")
    worth = by_object.plan.n.value / by_object.plan.worth_n.value
    objects = share_percent(by_object.share.value)
    images = share_percent(by_image.share.value, 1)
    said = [
        f"An image is wrong as soon as one of its {many} objects is.",
        f"{objects} of objects wrong is {images} of images.",
        _met("objects", by_object),
        _met("images", by_image),
    ]
    if worth > 1:
        said.append(
            f"Objects of one image err alike: {number(worth)} of them tell as much as "
            f"one."
        )
    said.append("Clause, accuracy and check have to count the same unit.")
    return " ".join(said)


def _met(units: str, one: Sized) -> str:
    """Return what a check of so many meets on average, and how often that passes."""
    n, c = int(one.plan.n.value), int(one.plan.c.value)
    met = number(n * one.share.value, 1).removesuffix(".0")
    return (
        f"Of {count(n)} {units} checked about {met} are wrong and {count(c)} may be: "
        f"{share_percent(one.released.value, 1)} of batches pass."
    )


def _drawing(made: Design) -> ReleaseDrawing:
    chosen = made.chosen
    fixed = made.compared[0]
    shown = (chosen,) if chosen.rule == "percent" else (chosen, fixed)
    most = widest(tuple(one.score for one in shown))
    return release_drawing(
        [(_called(one), curve_points(one.score, most=most)) for one in shown],
        most=most,
        limit=made.asked.limit,
    )


def _drawing_says(made: Design) -> str:
    scored = made.chosen.score
    parts = ", ".join(
        f"{share_percent(share)} wrong passes {share_percent(chance, 1)}"
        for share, chance in scored.releases
    )
    return f"How often a batch passes, by how much of it is wrong: {parts}."


SHARES = {
    "released": "Released at the first check",
    "all_released": "All batches released at the first check",
    "outgoing": "Wrong after the gate, on average",
}
AT_MOST = {
    "proves": "A pass proves at most",
    "worst_outgoing": "Wrong after the gate at most, on average",
}
UP_TO = {
    "holds_at": "Work passes 19 times in 20 up to",
    "holds_all_at": "All batches pass 19 times in 20 up to",
}
NUMBERS = {
    "n": "Sample",
    "c": "Most wrong that pass",
    "checks": "Checked in an average batch",
    "failed_batches": "Batches blocked at the first check",
    "hours": "Hours of checking a batch",
    "project_hours": "Hours of checking all batches",
    "days": "Working days of checking",
    "blocked_days": "Days that a blocked batch is late",
    "cost": "Cost of checking",
}


def _figures(made: Design) -> Iterator[NamedValue]:
    """Yield every figure with its reasons, in the order they were made."""
    trace = to_data({f"/{key}": step for key, step in made.steps.items()})
    for key, step in made.steps.items():
        name, value = _named(key, step)
        yield NamedValue(
            name=name, value=value, tree=tree_of(trace, f"/{key}", key=key)
        )


def _named(key: str, step: Step) -> tuple[str, str]:
    said = f"{step.value:.6f}"
    if key in SHARES:
        return SHARES[key], percent(said)
    if key in AT_MOST:
        return AT_MOST[key], at_most(str(step.value))
    if key in UP_TO:
        return UP_TO[key], up_to(str(step.value)) if step.value else "0 %"
    return NUMBERS[key], number(step.value).removesuffix(".00")


def _warning(made: Design) -> Message | None:
    """Return what to say first: work that fails, or a promise that is not proven."""
    asked, proves = made.asked, made.chosen.score.proves
    if made.chosen.released.value < Decimal("0.5"):
        return Message(
            kind="warn",
            text=(
                f"Work at {share_percent(made.chosen.share.value, 1)} wrong is blocked "
                f"more often than not. Improve the work before the check, or promise "
                f"less."
            ),
        )
    faultless = next(one for one in made.compared if one.rule == "zero_defect")
    if proves > asked.limit and faultless.score.proves <= asked.limit:
        limit = share_percent(asked.limit)
        return Message(
            kind="info",
            text=(
                f"A pass proves {at_most(str(proves))}, not the promised {limit}. To "
                f"prove {limit} of a batch, check {drawn_words(faultless)} and let "
                f"none be wrong."
            ),
        )
    return None
