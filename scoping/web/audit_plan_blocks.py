"""What moves an audit beside its plan, as headings, sentences and tables of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.layout import percent
from scoping.calc.plans.design import Design
from scoping.calc.plans.standard import standard_plan
from scoping.templatetags.plumbline import count, number, share_percent

NOT_SUMMED = "not known, because the batch is too large to sum all cases"
SWITCH = (
    "The standard protects a client only together with its switch to tightened "
    "inspection. For single batches take the sized plan."
)
SAME_WORK = (
    "The history must be of the same work: the sample alone proves only what stands "
    "above."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading with sentences and, where there is one, a table."""

    heading: str
    sentences: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def blocks(made: Design) -> Iterator[Block]:
    """Yield what was asked about beside the plan, and only that."""
    for block in (_standard, _early, _belief, _auditor, _annotators):
        yield from block(made)


def _standard(made: Design) -> Iterator[Block]:
    asked = made.asked
    if asked.rule != "standard":
        return
    lot = int(made.chosen.lot.value)
    found = standard_plan(lot, aql=asked.aql, level=asked.level)
    letter = f"Level {asked.level}, letter {found.letter}."
    if found.moved:
        letter = (
            f"Level {asked.level}: the cell of letter {found.asked} holds an arrow, so "
            f"the plan of letter {found.letter} counts, with its own sample."
        )
    yield Block(heading="What the standard says", sentences=(letter, SWITCH))


def _early(made: Design) -> Iterator[Block]:
    found = made.early
    if found is None:
        return
    n = count(int(made.chosen.plan.n.value))
    yield Block(
        heading="When the check may stop",
        sentences=(f"Count after each unit; after {n} the sized plan decides.",),
        columns=("After", "Release at", "Block at"),
        rows=tuple(
            (
                count(one.units),
                "go on" if one.release is None else f"{one.release:,} or fewer",
                f"{one.reject:,} or more",
            )
            for one in found.checkpoints
        ),
    )
    yield Block(
        heading="What stopping early saves",
        sentences=(f"On average, instead of {n}. Chances are exact for the batch.",),
        columns=("Wrong", "Passes", "Checked"),
        rows=tuple(
            (
                share_percent(share),
                share_percent(f"{released:.6f}", 1),
                number(f"{checked:.1f}", 0),
            )
            for share, released, checked in found.rows
        ),
    )


def _belief(made: Design) -> Iterator[Block]:
    found = made.believed
    if found is None:
        return
    certain = (
        f"Certainty that at most {share_percent(made.asked.limit)} is wrong: "
        f"{_per(found.before)} before, {_per(found.after_worst)} after the worst "
        f"sample that passes, {_per(found.after_none)} after one with nothing wrong."
    )
    passes = f"The next batch passes with {_per(found.passes)} chance. {SAME_WORK}"
    yield Block(
        heading="What was known, and what the sample adds", sentences=(certain, passes)
    )


def _auditor(made: Design) -> Iterator[Block]:
    found = made.auditor
    if found is None:
        return
    passes = (
        f"A batch with nothing wrong passes {_per(found.perfect_released)} of the "
        f"time, yours {_per(found.released)} instead of "
        f"{_per(made.chosen.released.value)}."
    )
    truth = f"Where a sample just passes, {_per(found.true_share)} is wrong in truth."
    yield Block(heading="An auditor who errs", sentences=(passes, truth))


def _annotators(made: Design) -> Iterator[Block]:
    found = made.draws
    if found is None:
        return
    run, shared = (
        NOT_SUMMED if chance is None else share_percent(chance, 1)
        for chance in (found.run, found.shared)
    )
    says = (
        f"A batch {share_percent(found.share)} wrong, made by "
        f"{made.asked.annotators:,} people who each err in their own way. Draw so many "
        f"from each: a run may miss the one who errs."
    )
    yield Block(
        heading="Errors that cluster by annotator",
        sentences=(says,),
        columns=("How the sample is drawn", "The bad batch passes"),
        rows=(
            ("in a run, one person's work after the other", run),
            ("at random from the whole batch", share_percent(found.fair, 1)),
            (f"about {found.each:,} from each person", shared),
        ),
    )


def _per(value: Decimal) -> str:
    return percent(f"{value:.6f}")
