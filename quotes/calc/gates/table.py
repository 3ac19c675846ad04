"""The moves of a batch as data: from where, on which evidence, under which criteria.

A criterion returns what is missing, as a sentence. See docs/model.md#gates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scoping.calc.layout import batch_called

from .batch import (
    WITH_CLIENT,
    Batch,
    Counted,
    Evidence,
    Fix,
    Handover,
    Measured,
    Silence,
    State,
    Word,
    day_in_words,
)
from .sample import Sample

Check = Callable[[Batch, Any], str | None]
"""Returns what is missing, as a sentence, or None where the criterion is met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the table: from where, on which evidence, under which criteria.

    `to` is where the move leads, unless the evidence says otherwise: a sample that
    fails leads to `blocked`, a delivery that is not the first one to `redelivered`.
    """

    name: str
    starts: tuple[State, ...]
    to: State
    evidence: type[Evidence]
    criteria: tuple[tuple[str, Check], ...] = ()


def _all_done(batch: Batch, counted: Counted) -> str | None:
    if counted.of != batch.items:
        return (
            f"The count speaks of {counted.of:,} items; "
            f"{batch_called(batch.key)} holds {batch.items:,}."
        )
    if counted.done < counted.of:
        return (
            f"{counted.of - counted.done:,} of {counted.of:,} items are not done yet."
        )
    return None


def _enough_right(_batch: Batch, measured: Measured) -> str | None:
    if measured.right >= measured.needed:
        return None
    return (
        f"{measured.right:,} of {measured.of:,} are right; "
        f"{measured.needed:,} are needed."
    )


def _read_in_full(_batch: Batch, sample: Sample) -> str | None:
    if sample.checked >= sample.size or (sample.whole and sample.checked > 0):
        return None
    return (
        f"The plan asks for {sample.size:,} checked; {sample.checked:,} were. "
        f"Check the rest of the sample first."
    )


def _afresh(batch: Batch, sample: Sample) -> str | None:
    if all(sample.seed != earlier.seed for earlier in batch.samples):
        return None
    return (
        f"Seed {sample.seed} drew a sample of this batch before. "
        f"Draw a fresh one: the old one was fixed because it was seen."
    )


def _fixed_something(_batch: Batch, fix: Fix) -> str | None:
    if fix.units > 0 and fix.what.strip():
        return None
    return "A batch comes back only after a fix: say what was done, to how many units."


def _next_version(batch: Batch, handover: Handover) -> str | None:
    due = 1 if batch.delivered is None else batch.delivered.version + 1
    if handover.version == due:
        return None
    return f"The next delivery of {batch_called(batch.key)} is version {due}."


def _window_ahead(_batch: Batch, handover: Handover) -> str | None:
    if handover.answer_by > handover.on:
        return None
    return "The acceptance window ends after the day of the delivery."


def _says_why(_batch: Batch, word: Word) -> str | None:
    return None if word.why.strip() else "A rejection says why."


def _in_the_window(batch: Batch, word: Word) -> str | None:
    last = batch.delivered
    if last is None or word.on <= last.answer_by:
        return None
    return (
        f"The acceptance window ended on {day_in_words(last.answer_by)}; what is "
        f"found later is a free redo within the remedy, not a rejection."
    )


def _window_over(batch: Batch, silence: Silence) -> str | None:
    last = batch.delivered
    if last is None or silence.on > last.answer_by:
        return None
    until = day_in_words(last.answer_by)
    return f"The client may answer until {until}, that day included."


MOVES: tuple[Move, ...] = (
    Move(
        name="try_out",
        starts=("planned",),
        to="pilot",
        evidence=Measured,  # the rules of stage 1: agreed, of those that are needed
        criteria=(("rules_not_agreed", _enough_right),),
    ),
    Move(
        name="produce",
        starts=("planned", "pilot"),
        to="in_production",
        evidence=Measured,  # the gold set of stage 2
        criteria=(("gold_set_not_passed", _enough_right),),
    ),
    Move(
        name="review",
        starts=("in_production",),
        to="in_review",
        evidence=Counted,
        criteria=(("items_not_done", _all_done),),
    ),
    Move(
        name="check",
        starts=("in_review",),
        to="in_audit",
        evidence=Counted,
        criteria=(("items_not_reviewed", _all_done),),
    ),
    Move(
        name="check_unreviewed",
        starts=("in_production",),
        to="in_audit",
        evidence=Counted,
        criteria=(("items_not_done", _all_done),),
    ),
    Move(
        name="decide",
        starts=("in_audit",),
        to="released",
        evidence=Sample,
        criteria=(("sample_not_read", _read_in_full), ("sample_seen", _afresh)),
    ),
    Move(
        name="resubmit",
        starts=("blocked", "rejected"),
        to="in_audit",
        evidence=Fix,
        criteria=(("nothing_fixed", _fixed_something),),
    ),
    Move(
        name="deliver",
        starts=("released",),
        to="delivered",
        evidence=Handover,
        criteria=(("wrong_version", _next_version), ("no_window", _window_ahead)),
    ),
    Move(name="accept", starts=WITH_CLIENT, to="accepted", evidence=Word),
    Move(
        name="reject",
        starts=WITH_CLIENT,
        to="rejected",
        evidence=Word,
        criteria=(("no_reason", _says_why), ("window_over", _in_the_window)),
    ),
    Move(
        name="lapse",
        starts=WITH_CLIENT,
        to="deemed_accepted",
        evidence=Silence,
        criteria=(("window_open", _window_over),),
    ),
)
BY_NAME: Mapping[str, Move] = {move.name: move for move in MOVES}
