"""A project's batches and one batch as pages: rows and what may be done, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from quotes.calc.gates import possible, words
from quotes.calc.gates.batch import (
    FINAL,
    Counted,
    Evidence,
    Fix,
    Handover,
    Measured,
    Sample,
    Silence,
    State,
    Word,
)
from quotes.calc.gates.drawing import reading_order
from quotes.calc.gates.plan import GatePlan
from quotes.calc.gates.wording import MOVE_WORDS, next_step, sample_words
from quotes.convert import draw_of
from quotes.queries.gates import AtGate
from scoping.templatetags.plumbline import count, day
from scoping.web.components import Badge, Cell, Empty, Message

KINDS: dict[State, tuple[str, str]] = {
    "planned": ("planned", ""),
    "pilot": ("making", ""),
    "in_production": ("making", ""),
    "in_review": ("making", ""),
    "in_audit": ("checking", "M9 9h.01"),
    "blocked": ("blocked", "M5 9h8"),
    "released": ("delivered", ""),
    "delivered": ("delivered", "M4 9l3.5 3.5L14 6"),
    "redelivered": ("delivered", "M4 9l3.5 3.5L14 6"),
    "accepted": ("accepted", ""),
    "deemed_accepted": ("accepted", ""),
    "rejected": ("blocked", "M5 5l8 8M13 5l-8 8"),
}
BADGES: dict[State, Badge] = {
    "blocked": Badge(words="", kind="bad", icon="stop"),
    "rejected": Badge(words="", kind="bad", icon="cross"),
    "accepted": Badge(words="", kind="good", icon="check"),
    "deemed_accepted": Badge(words="", kind="good", icon="check"),
    "delivered": Badge(words="", kind="info", icon="arrow"),
    "redelivered": Badge(words="", kind="info", icon="arrow"),
    "in_audit": Badge(words="", kind="warn", icon="clock"),
}
URGENT: tuple[State, ...] = ("blocked", "rejected", "in_audit", "released")
"""States that wait for somebody here, the most pressing first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch in the list of those that wait for somebody."""

    number: int
    name: str
    state: Badge
    images: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """The batches of a line: a square each, and how many are where."""

    name: str
    heading: str
    cells: tuple[Cell, ...]
    legend: tuple[Cell, ...]
    batches: tuple[BatchRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchesPage:
    """The batches of a project."""

    name: str
    slug: str
    summary: str
    waiting: tuple[BatchRow, ...]
    more_waiting: int
    lines: tuple[LineRow, ...]
    empty: Empty | None
    can_plan: bool
    message: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """A move that was made: when, what, on which evidence, by whom."""

    at: str
    what: str
    evidence: str
    by: str
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveForm:
    """A move that may be made next, and the fields that its evidence takes."""

    name: str
    label: str
    field: str
    asks: str
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRow:
    """A sample that was drawn: its seed, who reads it, the first images to read."""

    seed: str
    auditor: str
    drawn: str
    size: str
    found: str
    decision: str
    bad: bool
    images: str


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
    seen: int
    message: Message | None = None


MOST_WAITING, MOST_FIRST = 12, 12


def badge(state: State) -> Badge:
    """Return how a state is shown."""
    return replace(BADGES.get(state, Badge(words="")), words=words(state).capitalize())


def batches_page(
    project: tuple[str, str],
    found: Sequence[AtGate],
    plan: GatePlan | None,
    *,
    today: date,
    empty: Empty,
    may_plan: bool,
) -> BatchesPage:
    """Return the page of a project's batches; `project` is its name and slug."""
    name, slug = project
    if plan is None or not found:
        can = may_plan and plan is not None
        return BatchesPage(
            name=name,
            slug=slug,
            summary="",
            waiting=(),
            more_waiting=0,
            lines=(),
            empty=empty,
            can_plan=can,
        )
    waiting = sorted(
        (one for one in found if one.batch.state in URGENT),
        key=lambda one: URGENT.index(one.batch.state),
    )
    done = sum(1 for one in found if one.batch.state in FINAL)
    return BatchesPage(
        name=name,
        slug=slug,
        summary=f"{done:,} of {len(found):,} batches are accepted.",
        waiting=tuple(_row(one, plan, today=today) for one in waiting[:MOST_WAITING]),
        more_waiting=max(0, len(waiting) - MOST_WAITING),
        lines=tuple(_lines(found, plan, today=today)),
        empty=None,
        can_plan=False,
    )


def _row(one: AtGate, plan: GatePlan, *, today: date) -> BatchRow:
    return BatchRow(
        number=one.row.pk,
        name=f"{one.row.line}, {one.row.key}",
        state=badge(one.batch.state),
        images=count(one.batch.items),
        next=next_step(one.batch, plan, draw=draw_of(one.drawn), today=today),
    )


def _lines(
    found: Sequence[AtGate], plan: GatePlan, *, today: date
) -> Iterator[LineRow]:
    for line in plan.lines:
        here = [one for one in found if one.row.line == line.line]
        states = Counter(one.batch.state for one in here)
        yield LineRow(
            name=line.line,
            heading=f"{len(here):,} batches, {line.items:,} images",
            cells=tuple(
                _cell(one.batch.state, f"{one.row.key}: {words(one.batch.state)}")
                for one in here
            ),
            legend=tuple(
                _cell(state, f"{words(state)} {states[state]:,}")
                for state in KINDS
                if states[state]
            ),
            batches=tuple(_row(one, plan, today=today) for one in here),
        )


def _cell(state: State, said: str) -> Cell:
    kind, glyph = KINDS[state]
    return Cell(kind=kind, words=said, glyph=glyph)


def batch_page(
    project: tuple[str, str],
    one: AtGate,
    plan: GatePlan,
    *,
    today: date,
    may_move: bool,
) -> BatchPage:
    """Return the page of a batch; `project` is its name and slug."""
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
        moves=tuple(_forms(one, plan, today=today)) if may_move else (),
        can_draw=may_move and waits_for_draw,
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
    Sample: lambda one: (
        f"{one.wrong:,} wrong of {one.checked:,} checked, at most "
        f"{one.max_wrong:,}; seed {one.seed}, read by {one.auditor}"
    ),
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
                else f"{sample.wrong:,} wrong of {sample.checked:,}"
            ),
            decision=_decision(sample),
            bad=sample is not None and not sample.passes,
            images=", ".join(str(number) for number in first),
        )


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
