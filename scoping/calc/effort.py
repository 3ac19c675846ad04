"""Units into seconds of work: first attempts, reviews, rework and audits of one line.

Seconds of a first attempt = fixed seconds per item opened + units × seconds per unit
× named drivers, once per annotator. The seconds of a unit are a distribution between
projects; within a project people, batches and items differ too, and those spreads
average out over the crew, the batches and the items. See docs/model.md#effort.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from . import bands, number
from .assisted import prelabel_factor
from .chances import chance
from .listing import threshold, word
from .rates.values import (
    LABEL_CLOCK,
    CostSide,
    Effort,
    Figure,
    MissingRateError,
)
from .spec.values import WORD_DRIVERS, Line, Spec
from .trace import Step, derive
from .volume import LineVolume, answer, labelled_items

TIMED = {"gesture": "drawing time", "label": "label time", "session": "session time"}
"""What was timed: mouse down to mouse up, an object from search to check, the tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEffort:
    """The work of one line in seconds, before review.

    `by_hand`: seconds of one unit drawn by hand, one annotator. `per_unit`: the same
    with machine pre-labels, where they are used. `labelling`: all first attempts.
    `prelabel_factor`: assisted over manual, None where no pre-labels are asked for;
    `prelabel_used` is False where they would cost time and were therefore left out.
    """

    by_hand: Step
    per_unit: Step
    opening: Step
    labelling: Step
    frame_checks: Step | None
    prelabel_factor: Step | None
    prelabel_used: bool
    clock: str


def layered_sigma(worker: Any, people: Any, batch: Any, batches: Any) -> Any:
    """Return the spread left of people and batches after averaging over them."""
    return number.square_root(worker * worker / people + batch * batch / batches)


def averaged_sigma(item: Any, units: Any) -> Any:
    """Return the spread left of items after averaging over the units, one at least."""
    return item / number.square_root(number.largest(units, units * 0 + 1))


def batch_count(items: Decimal, batch_items: Decimal) -> Decimal:
    """Return how many batches the items make; the last may be short."""
    # Not -(-a // b): Decimal's // cuts towards nothing, and would drop the last batch.
    return max(
        Decimal(1), (items / batch_items).to_integral_value(rounding=ROUND_CEILING)
    )


def pace(spec: Spec, *, people: Step, cost: CostSide) -> Step:
    """Return the factor by which this crew, in these batches, may be slower."""
    batches = derive(
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
    sigma = derive(
        "Spread of crew and batches",
        layered_sigma,
        cost.layers.worker.step("Spread between people"),
        people,
        cost.layers.batch.step("Spread between batches"),
        batches,
        unit="as sigma of the logarithm",
        because="√(people² ÷ crew + batch² ÷ batches)",
    )
    return derive(
        "Pace of this crew",
        bands.spread,
        chance("pace"),
        sigma,
        unit="×",
        because="1 where typical",
    )


def line_effort(
    line: Line, volume: LineVolume, *, key: str, crew_pace: Step, cost: CostSide
) -> LineEffort:
    """Return the seconds of a line's first attempts, with their reasons."""
    cell = cost.effort_of(line.type, line.complexity)
    by_hand = derive(
        f"Seconds for one {line.unit} by hand",
        number.product,
        _first_attempt(line, cell, key=key, cost=cost),
        *drivers(line, cost=cost),
        crew_pace,
        _item_luck(volume, key=key, cost=cost),
        unit="s",
        because="first attempt × drivers × pace of this crew",
    )
    factor = prelabel_factor(line, key=key, cost=cost)
    used = (
        factor is not None
        and line.work != "audit"
        and (factor.value < 1 or line.work == "correct")
    )
    per_unit = by_hand
    if factor is not None and used:
        per_unit = derive(
            f"Seconds for one {line.unit} with pre-labels",
            number.product,
            by_hand,
            factor,
            unit="s",
            because="by hand × what pre-labels leave of it",
        )
    if line.work == "audit":
        per_unit = derive(
            f"Seconds to check one existing {line.unit}",
            number.product,
            by_hand,
            cost.work.audit_seconds_share.step("Checking, as a share of labelling"),
            unit="s",
            because="by hand × share of a check",
        )
    opening = cost.fixed_seconds.get(line.type) or cost.fixed_seconds["default"]
    opening_step = opening.step("Opening an item")
    return LineEffort(
        by_hand=by_hand,
        per_unit=per_unit,
        opening=opening_step,
        labelling=_labelling(line, volume, per_unit=per_unit, opening=opening_step),
        frame_checks=_frame_checks(line, volume, by_hand=by_hand, cost=cost),
        prelabel_factor=factor,
        prelabel_used=used,
        clock=LABEL_CLOCK,
    )


def _first_attempt(line: Line, cell: Effort, *, key: str, cost: CostSide) -> Step:
    """Return the seconds of a first attempt on the label clock, whatever was timed."""
    seconds, clock = cell.seconds, cell.clock
    timed = derive(
        f"First attempt at one {line.unit}",
        bands.drawn,
        chance(f"effort:{key}"),
        seconds.p10.step("Low, one project in ten is faster"),
        seconds.p50.step("Typical"),
        seconds.p90.step("High, one project in ten is slower"),
        unit="s",
        because=f"typical project, {TIMED[clock]}, {seconds.p50.source}",
    )
    if clock == LABEL_CLOCK:
        return timed
    if clock not in cost.clocks:
        raise MissingRateError(
            what=f"label time for a second of the {clock} clock",
            card=cost.version,
            row=f"cost/clocks/{clock}",
        )
    return derive(
        f"First attempt at one {line.unit}, in label time",
        number.product,
        timed,
        cost.clocks[clock].step(f"Label time for a second of {TIMED[clock]}"),
        unit="s",
        because=f"{TIMED[clock]} × label time for a second of it",
    )


def _item_luck(volume: LineVolume, *, key: str, cost: CostSide) -> Step:
    sigma = derive(
        "Spread of items",
        averaged_sigma,
        cost.layers.item.step("Spread between items"),
        volume.quoted,
        unit="as sigma of the logarithm",
        because="item spread ÷ √units",
    )
    return derive(
        "Luck of the items",
        bands.spread,
        chance(f"items:{key}"),
        sigma,
        unit="×",
        because="1 where typical",
    )


def drivers(line: Line, *, cost: CostSide) -> Iterator[Step]:
    """Yield the factors that make this line's units slower or faster than the prior."""
    for kind in WORD_DRIVERS:
        said = getattr(line, kind)
        if said is not None:
            yield word(cost.drivers_words, kind, said, card=cost.version)
    for kind, value in (
        ("classes", line.classes),
        ("attributes", line.attributes),
        ("vertices", line.vertices),
    ):
        reached = threshold(cost.drivers_steps.get(kind, ()), value)
        timed_at = _timed_at(line, cost=cost) if kind == "classes" else None
        if reached is None or reached == timed_at:
            continue
        step = reached.step(f"{value} {kind}")
        if timed_at is not None and timed_at.value != 1:
            yield derive(
                f"{value} {kind} against those that were timed",
                number.ratio,
                step,
                timed_at.step("Classes that were timed"),
                unit="×",
                because="factor of the classes ÷ factor of the classes timed",
            )
        elif reached.value != 1:
            yield step


def _timed_at(line: Line, *, cost: CostSide) -> Figure | None:
    """Return the factor that the seconds of a cell already hold for their classes."""
    timed = cost.effort_of(line.type, line.complexity).timed_at_classes
    if timed is None:
        return None
    return threshold(cost.drivers_steps.get("classes", ()), timed.value)


def _labelling(
    line: Line, volume: LineVolume, *, per_unit: Step, opening: Step
) -> Step:
    units = derive(
        "Labelling the units",
        number.product,
        volume.units,
        per_unit,
        unit="s",
        because="units × seconds for one",
    )
    opened = derive(
        "Opening the items",
        number.product,
        volume.items,
        opening,
        unit="s",
        because="items × seconds to open one",
    )
    once = derive(
        "Labelling, one person an item",
        number.total,
        units,
        opened,
        unit="s",
        because="labelling the units + opening the items",
    )
    if line.redundancy == 1:
        return once
    return derive(
        f"Labelling, {line.redundancy} people an item",
        number.product,
        once,
        answer(
            "Annotators an item",
            line.redundancy,
            unit="people",
            path=f"{line.path}/redundancy",
        ),
        unit="s",
        because="one person an item × annotators an item, each paid",
    )


def _frame_checks(
    line: Line, volume: LineVolume, *, by_hand: Step, cost: CostSide
) -> Step | None:
    """Return the seconds on frames between key frames: all are seen, some mended."""
    between, units = volume.checked_frames, volume.units_between
    if between is None:
        return None
    looking = derive(
        "Looking at interpolated frames",
        number.product,
        between,
        cost.video_check_seconds.step("Looking at one frame"),
        unit="s",
        because="interpolated frames × seconds to look at one",
    )
    mended = cost.video_corrections
    if mended is None or units is None or line.work == "audit":
        return looking
    correcting = derive(
        "Correcting interpolated units",
        number.product,
        units,
        mended.share.step("Interpolated units that are moved by hand"),
        by_hand,
        mended.effort.step("Moving one, as a share of drawing it"),
        unit="s",
        because="interpolated units × share moved × seconds by hand × effort of a move",
    )
    return derive(
        "Checking interpolated frames",
        number.total,
        looking,
        correcting,
        unit="s",
        because="looking at the frames + correcting units",
    )
