"""What a move of a batch is made on: from what was said, the plan and the clock.

Nobody types what the plan knows (how many are needed, which seed was drawn), nor what
the clock knows; what is typed is checked here before anything is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from quotes import convert, models
from quotes.calc.gates import GateError
from quotes.calc.gates.batch import (
    Batch,
    Counted,
    Evidence,
    Fix,
    Handover,
    Measured,
    Silence,
    Word,
)
from quotes.calc.gates.plan import GatePlan
from quotes.calc.gates.promised import (
    asked,
    held_again,
    limits,
    read_whole,
)
from quotes.calc.gates.sample import ClassFound, Sample
from quotes.calc.gates.strata import read_by_class
from quotes.calc.gates.table import BY_NAME
from quotes.queries.gates import work_day
from quotes.queries.plans import promised_on
from scoping import queries as scoping

MOST_TEXT, MOST_NAME = 500, 120
CLIENT = "the client"
"""Who answers by the private link; the name is with the acceptance of the quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person states for a move; what the plan and the clock know is not typed.

    `done`: items done. `right`: right answers of the gold set, or rules agreed.
    `checked`, `wrong`: of the sample, `whole` if the whole batch was read; `missed`,
    `extra`, `critical`, `minor`, `classes` as far as somebody looked for it. `units`,
    `text`: a fix, and what was done; `text` is also why a delivery is rejected.
    """

    done: int | None = None
    right: int | None = None
    checked: int | None = None
    wrong: int | None = None
    whole: bool = False
    missed: int | None = None
    extra: int | None = None
    critical: int | None = None
    minor: int | None = None
    classes: tuple[ClassFound, ...] = ()
    units: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a batch without being typed."""

    row: models.GateBatch
    batch: Batch
    plan: GatePlan
    drawn: models.SampleDraw | None


def evidence_for(
    move: str, said: Said, facts: Facts, *, by: Any, now: datetime
) -> Evidence:
    """Return the evidence of a move: from what was said, the plan and the clock."""
    on, who = work_day(facts.row.project, now), str(by)
    told = CLIENT if who == CLIENT else f"{CLIENT}, recorded by {who}"
    ways: dict[type[Evidence], Callable[[], Evidence]] = {
        Measured: lambda: _measured(move, said, facts.plan, on=on, by=who),
        Counted: lambda: Counted(
            done=_number(said.done, "how many images are done", field="done"),
            of=facts.batch.items,
            on=on,
            by=who,
        ),
        Sample: lambda: _sample(said, facts, on=on),
        Fix: lambda: Fix(
            what=_text(said.text),
            units=_number(
                said.units, "how many units were gone over again", field="units"
            ),
            on=on,
            by=who,
        ),
        Handover: lambda: _handover(facts, on=on, by=who),
        Word: lambda: Word(on=on, by=told, why=_text(said.text)),
        Silence: lambda: Silence(on=on),
    }
    return ways[BY_NAME[move].evidence]()


def _measured(move: str, said: Said, plan: GatePlan, *, on: date, by: str) -> Measured:
    if move == "try_out":
        right = _number(said.right, "how many rules are agreed", field="right")
        return Measured(right=right, of=plan.rules, needed=plan.rules, on=on, by=by)
    right = _number(
        said.right, "how many images of the gold set are right", field="right"
    )
    return Measured(
        right=right, of=plan.gold_items, needed=plan.gold_needed, on=on, by=by
    )


def _sample(said: Said, facts: Facts, *, on: date) -> Sample:
    drawn = facts.drawn
    if drawn is None:
        raise GateError("no_sample", "Draw a sample first, and name who reads it.")
    promised = promised_on(facts.row)
    wanted = asked(promised)
    known_classes([one.name for one in said.classes], wanted.classes, field="classes")
    read = Sample(
        seed=drawn.seed,
        auditor=drawn.auditor,
        size=drawn.size,
        max_wrong=drawn.max_wrong,
        checked=_number(said.checked, "how many units were checked", field="checked"),
        wrong=_number(said.wrong, "how many of them are wrong", field="wrong"),
        on=on,
        whole=said.whole,
        missed=said.missed,
        extra=said.extra,
        critical=said.critical,
        minor=said.minor,
        classes=read_by_class(convert.class_draws_of(drawn), said.classes),
    )
    if wanted.critical and said.critical is None and read.wrong + (read.missed or 0):
        raise GateError(
            "number_missing",
            "Write how many of all errors are critical: a promise is about these.",
            field="critical",
        )
    items = facts.batch.items
    read_whole(read, unit=facts.plan.line(facts.row.line).unit, items=items)
    read = replace(read, limits=tuple(limits(promised, read, items=items)))
    held_again(promised, read, facts.batch.samples, items=items)
    return read


def known_classes(
    names: Iterable[str], promised: tuple[str, ...], *, field: str
) -> None:
    """Refuse classes that no promise on a line is about, as `no_such_class`."""
    for name in names:
        if name not in promised:
            known = ", ".join(promised) or "none"
            raise GateError(
                "no_such_class",
                f"No promise on this line is about “{name[:MOST_NAME]}”. Classes with "
                f"a promise of their own: {known}.",
                field=field,
            )


def _handover(facts: Facts, *, on: date, by: str) -> Handover:
    """Return the delivery, with its window on the client's calendar."""
    last = facts.batch.delivered
    client = scoping.workdays(facts.row.workspace).calendar(facts.plan.client_calendar)
    return Handover(
        version=1 if last is None else last.version + 1,
        on=on,
        answer_by=client.add(on, facts.plan.acceptance_days),
        by=by,
    )


def _number(value: int | None, what: str, *, field: str) -> int:
    if value is None:
        raise GateError(
            "number_missing", f"Write {what}, as a whole number.", field=field
        )
    return value


def _text(text: str) -> str:
    found = text.strip().replace("\r\n", "\n")
    if len(found) > MOST_TEXT:
        raise GateError(
            "text_too_long", f"This has at most {MOST_TEXT} characters; shorten it."
        )
    return found
