"""One batch as a page: what holds it, its samples, its record, what may be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from quotes.calc.gates import possible, words
from quotes.calc.gates.batch import (
    Counted,
    Evidence,
    Fix,
    Handover,
    Measured,
    Silence,
    Word,
)
from quotes.calc.gates.drawing import reading_order
from quotes.calc.gates.plan import GatePlan
from quotes.calc.gates.sample import Sample
from quotes.calc.gates.strata import draw_words
from quotes.calc.gates.wording import (
    MOVE_WORDS,
    found_words,
    next_step,
    sample_words,
)
from quotes.convert import class_draws_of, draw_of
from quotes.queries.gates import AtGate
from scoping.templatetags.plumbline import count, day
from scoping.web.components import Badge, Message

from .batches_page import badge
from .sample_form import MOST_FIRST, ClassFields, MoveForm, Typing, filled, to_count


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """A move that was made: when, what, on which evidence, by whom."""

    at: str
    what: str
    evidence: str
    by: str
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRow:
    """A sample that was drawn: its seed, who reads it, the first images to read."""

    seed: str
    auditor: str
    drawn: str
    size: str
    found: str
    promises: tuple[str, ...]
    decision: str
    bad: bool
    images: str
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """One batch: where it stands, what holds it, what may be done."""

    name: str
    slug: str
    number: int
    project: str
    state: Badge
    blocked: bool
    next: str
    facts: tuple[tuple[str, str], ...]
    history: tuple[HistoryRow, ...]
    draws: tuple[DrawRow, ...]
    moves: tuple[MoveForm, ...]
    can_draw: bool
    count_first: tuple[ClassFields, ...]
    seen: int
    message: Message | None = None


def batch_page(
    project: tuple[str, str],
    one: AtGate,
    plan: GatePlan,
    *,
    today: date,
    typing: Typing | None,
) -> BatchPage:
    """Return the page of a batch; `project` is its name and slug.

    `typing` is None for who may only look.
    """
    batch, line = one.batch, plan.line(one.row.line)
    draw = draw_of(one.drawn)
    waits_for_draw = batch.state == "in_audit" and draw is None
    return BatchPage(
        name=f"{one.row.line}, {one.row.key}",
        slug=project[1],
        number=one.row.pk,
        project=project[0],
        state=badge(batch.state),
        blocked=batch.state in ("blocked", "rejected"),
        next=next_step(batch, plan, draw=draw, today=today),
        facts=(
            ("Images", count(batch.items)),
            (
                "Sample by the quote",
                sample_words(line, batch.items),
            ),
            ("Samples read", count(len(batch.samples))),
            ("Came back to its check", count(batch.resubmissions)),
            ("Version delivered", _version(batch.delivered)),
        ),
        history=tuple(_history(one)),
        draws=tuple(_draws(one)),
        moves=()
        if typing is None
        else tuple(
            filled(form, typing, one.drawn) for form in _forms(one, plan, today=today)
        ),
        count_first=() if typing is None else tuple(to_count(typing)),
        can_draw=typing is not None and waits_for_draw,
        seen=len(batch.history),
    )


def _version(last: Handover | None) -> str:
    if last is None:
        return "none yet"
    return f"{last.version}, on {day(last.on)}; answer by {day(last.answer_by)}"


def _history(one: AtGate) -> Iterator[HistoryRow]:
    for row, made in zip(
        one.row.moves.order_by("number"), one.batch.history, strict=True
    ):
        yield HistoryRow(
            at=day(row.on),
            what=words(made.state).capitalize(),
            evidence=evidence_words(made.evidence),
            by=row.by,
            bad=made.state in ("blocked", "rejected"),
        )


EVIDENCE_WORDS: dict[type[Evidence], Callable[[Any], str]] = {
    Counted: lambda one: f"{one.done:,} of {one.of:,} images done",
    Measured: lambda one: f"{one.right:,} of {one.of:,} right, {one.needed:,} needed",
    Sample: lambda one: f"{found_words(one)}; seed {one.seed}, read by {one.auditor}",
    Fix: lambda one: f"{one.units:,} units gone over again: {one.what}",
    Handover: lambda one: f"version {one.version}, answer by {day(one.answer_by)}",
    Word: lambda one: f"{one.by}: “{one.why}”" if one.why else one.by,
    Silence: lambda _: "no answer in the window",
}


def evidence_words(found: Evidence) -> str:
    """Return what a move was made on, in words."""
    return EVIDENCE_WORDS[type(found)](found)


def _draws(one: AtGate) -> Iterator[DrawRow]:
    read = {sample.seed: sample for sample in one.batch.samples}
    for row in one.row.draws.order_by("-pk"):
        sample = read.get(row.seed)
        first = reading_order(row.seed, one.batch.items)[:MOST_FIRST]
        yield DrawRow(
            seed=row.seed,
            auditor=row.auditor,
            drawn=day(row.on),
            size=f"{row.size:,}, at most {row.max_wrong:,} wrong",
            found=(
                "waits to be read"
                if sample is None
                else "; ".join([found_words(sample), *_of_classes(sample)])
            ),
            promises=() if sample is None else tuple(_promises(sample)),
            decision=_decision(sample),
            bad=sample is not None and not sample.passes,
            images=", ".join(str(number) for number in first),
            beside=tuple(draw_words(found) for found in class_draws_of(row)),
        )


def _of_classes(sample: Sample) -> Iterator[str]:
    """Yield what was found of each class that was counted by itself."""
    for one in sample.classes:
        missed = "" if one.missed is None else f", {one.missed:,} missed"
        yield f"{one.name}: {one.wrong:,} of {one.checked:,}{missed}"


def _promises(sample: Sample) -> Iterator[str]:
    """Yield what each promise on the line says to a sample."""
    for limit in sample.limits:
        word = "kept" if limit.kept else "broken"
        yield f"{limit.promise}: {limit.found:,}, at most {limit.allowed:,}, {word}"


def _decision(sample: Sample | None) -> str:
    if sample is None:
        return ""
    return "released" if sample.passes else "blocked"


FIELDS: dict[str, tuple[str, str]] = {
    "try_out": ("right", "Rules agreed, of {rules:,}"),
    "produce": ("right", "Images of the gold set right, of {gold:,}"),
    "review": ("done", "Images labelled, of {items:,}"),
    "check": ("done", "Images reviewed, of {items:,}"),
    "check_unreviewed": ("done", "Images labelled, of {items:,}"),
    "decide": ("sample", ""),
    "resubmit": ("fix", ""),
    "deliver": ("", "The client then has {days} business days to answer."),
    "accept": ("", "As the client told us by other ways than the link."),
    "reject": ("text", "Why, as the client told us"),
}


def _forms(one: AtGate, plan: GatePlan, *, today: date) -> Iterator[MoveForm]:
    batch = one.batch
    moves = [move.name for move in possible(batch, reviewed=plan.reviewed)]
    for place, name in enumerate(moves):
        if name == "decide" and one.drawn is None:
            continue
        if name == "lapse":
            last = batch.delivered
            if last is not None and today > last.answer_by:
                yield MoveForm(
                    name=name, label=MOVE_WORDS[name], field="", asks="", main=True
                )
            continue
        field, asks = FIELDS[name]
        yield MoveForm(
            name=name,
            label=MOVE_WORDS[name],
            field=field,
            asks=asks.format(
                rules=plan.rules,
                gold=plan.gold_items,
                items=batch.items,
                days=plan.acceptance_days,
            ),
            main=place == 0 and name != "accept",
        )
