"""One batch as a page: what holds it, its samples, its record, what may be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
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
from quotes.calc.gates.promised import Asked
from quotes.calc.gates.sample import Sample
from quotes.calc.gates.wording import (
    MOVE_WORDS,
    found_words,
    next_step,
    sample_words,
)
from quotes.convert import draw_of
from quotes.queries.gates import AtGate
from scoping.templatetags.plumbline import count, day
from scoping.web.components import Badge, Message

from .batches_page import badge

MOST_FIRST = 12
"""Images of a sample that are named; the list has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """A move that was made: when, what, on which evidence, by whom."""

    at: str
    what: str
    evidence: str
    by: str
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountField:
    """A count that is typed: its name in the form, its words, what was typed."""

    name: str
    words: str
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFields:
    """The counts of a class that has a promise of its own."""

    place: int
    name: str
    counts: tuple[CountField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveForm:
    """A move that may be made next, and the fields that its evidence takes."""

    name: str
    label: str
    field: str
    asks: str
    main: bool
    counts: tuple[CountField, ...] = ()
    classes: tuple[ClassFields, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """What promises want counted in a sample, and what was typed and refused."""

    asked: Asked
    typed: Mapping[str, str]


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
        else tuple(_filled(form, typing) for form in _forms(one, plan, today=today)),
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
    Sample: lambda one: (
        f"{found_words(one)} checked, at most {one.max_wrong:,}; "
        f"seed {one.seed}, read by {one.auditor}"
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
                else "; ".join([found_words(sample), *_of_classes(sample)])
            ),
            promises=() if sample is None else tuple(_promises(sample)),
            decision=_decision(sample),
            bad=sample is not None and not sample.passes,
            images=", ".join(str(number) for number in first),
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


OF_CLASS = (
    ("checked", "Checked"),
    ("wrong", "Of them wrong"),
    ("missed", "Missed"),
    ("units", "In the whole batch"),
)


def _filled(form: MoveForm, typing: Typing) -> MoveForm:
    """Return the form of a sample with the counts that it takes; others as they are."""
    if form.field != "sample":
        return form
    asked, typed = typing.asked, typing.typed
    wanted = [("checked", "Checked"), ("wrong", "Of them wrong")]
    if asked.missed:
        wanted += [
            ("missed", "Objects missed"),
            ("extra", "Of the wrong, labels without an object"),
        ]
    if asked.critical:
        wanted.append(("critical", "Of all errors, critical"))
    if asked.minor:
        wanted.append(("minor", "Of all errors, minor"))
    return replace(
        form,
        counts=tuple(
            CountField(name=name, words=words, typed=typed.get(name, ""))
            for name, words in wanted
        ),
        classes=tuple(
            ClassFields(
                place=place,
                name=name,
                counts=tuple(
                    CountField(name=key, words=words, typed=typed.get(key, ""))
                    for what, words in OF_CLASS
                    for key in [f"class-{place}-{what}"]
                ),
            )
            for place, name in enumerate(asked.classes, start=1)
        ),
    )


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
