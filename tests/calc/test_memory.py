"""Memory: the same figures with what is known from before, in less work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from scoping.calc import memory as memories
from scoping.calc import trace
from scoping.calc.document import document
from scoping.calc.memory import Memory
from scoping.calc.spec.values import (
    Commercial,
    Conditions,
    Prelabel,
    Quality,
    Quantiles,
    Team,
    UnitsPerItem,
)
from tests.calc.an_estimate import (
    a_line,
    a_spec,
    an_estimate,
    random_spec,
    the_card_with,
)

D = Decimal
BASE = a_spec(
    a_line(), a_line(type="polygon", per_item=D("0.4")), a_line(type="image_tag")
)


def changed(index: int, **fields):
    lines = list(BASE.lines)
    lines[index] = replace(lines[index], **fields)
    return replace(BASE, lines=tuple(lines))


QUESTIONS = [
    BASE,
    changed(0, complexity="hard"),
    changed(0, prelabel=Prelabel(accept_rate=D("0.9"))),
    changed(1, optional=True),
    replace(BASE, items=120_000),
    replace(BASE, quality=Quality(reviews=2)),
    replace(BASE, team=Team(annotators=11)),
    replace(BASE, lines=BASE.lines[:2]),
    replace(BASE, name="Another name", site="us"),
    replace(BASE, seed=7),
    replace(BASE, quality=Quality(accuracy=D("0.99"), agreement=D("0.9"))),
    replace(BASE, commercial=Commercial(discount=D("0.1"), confidence=D("0.9"))),
    replace(BASE, commercial=Commercial(rush=True, basis="image")),
    replace(BASE, need="classification", budget=D(9000), client_turnaround_days=5),
    replace(BASE, start_on=date(2026, 6, 1), client_calendar="vn"),
    replace(BASE, deadline=date(2026, 9, 1), team=Team()),
    replace(BASE, conditions=Conditions(secure_room=True)),
    BASE,
]


def test_a_session_of_questions_answers_as_strangers_would():
    known = Memory()

    for spec in QUESTIONS:
        with_memory = an_estimate(spec, memory=known)

        assert document(with_memory) == document(an_estimate(spec))


def test_another_card_is_not_taken_for_the_first():
    known = Memory()
    an_estimate(BASE, memory=known)
    dearer = the_card_with(cost={"fixed_seconds": {"default": _thrice()}})

    found = an_estimate(BASE, card=dearer, memory=known)

    assert document(found) == document(an_estimate(BASE, card=dearer))


def _thrice():
    figure = an_estimate(BASE).card.cost.fixed_seconds["default"]
    return replace(figure, value=figure.value * 3)


def test_steps_of_lines_that_did_not_change_are_the_same_steps():
    known = Memory()
    before = an_estimate(BASE, memory=known)
    after = an_estimate(changed(0, complexity="hard"), memory=known)

    assert after.work.lines[1].cost is before.work.lines[1].cost
    assert after.work.lines[0].cost is not before.work.lines[0].cost
    clauses = zip(before.offer.clauses, after.offer.clauses, strict=True)
    # Those on boxes are made anew, and so are the project's own.
    assert {one.line for one, other in clauses if one is other} == {1, 2}


@pytest.mark.parametrize("number", range(5))
def test_random_projects_asked_in_a_row_keep_apart(number):
    known = Memory()
    for offset in (0, 50, 0):
        spec = random_spec(number + offset)

        found = an_estimate(spec, memory=known)

        assert found.cost == an_estimate(spec).cost


def test_a_long_session_does_not_grow_without_end(monkeypatch):
    after_each = []
    for most in (10**6, 40):
        monkeypatch.setattr(memories, "MOST_KNOWN", most)
        known = Memory()
        for items in range(100_000, 100_012):
            found = an_estimate(replace(BASE, items=items), memory=known)
        after_each.append(known.draws_kept)
        assert found.cost == an_estimate(replace(BASE, items=100_011)).cost

    endless, kept = after_each
    alone = Memory()
    an_estimate(BASE, memory=alone)
    assert kept <= 40 + alone.draws_kept < endless


def test_a_changed_line_draws_its_own_units_and_effort_and_nothing_twice(monkeypatch):
    uncertain = [
        replace(line, units_per_item=a_range(D(at + 2)))
        for at, line in enumerate(BASE.lines)
    ]
    fuller = [*uncertain[:2], replace(uncertain[2], units_per_item=a_range(D(5)))]
    known = Memory()
    drawn: list[str] = []
    monkeypatch.setattr(trace, "_computed", seen(trace._computed, by=drawn.append))

    an_estimate(replace(BASE, lines=tuple(uncertain)), memory=known)
    first, drawn[:] = sorted(drawn), []
    an_estimate(replace(BASE, lines=tuple(fuller)), memory=known)

    # The staff's draws and the fewer of the client's range; efforts in the first only.
    assert first == [
        *("First attempt at one box", "First attempt at one label"),
        "First attempt at one object",
        *["Units in an item"] * 6,
    ]
    assert sorted(drawn) == ["First attempt at one label", *["Units in an item"] * 2]


def a_range(middle: D) -> UnitsPerItem:
    """Return units per item that are not known: 20 % to either side."""
    return UnitsPerItem(
        mean=Quantiles(p10=middle * D("0.8"), p50=middle, p90=middle * D("1.2"))
    )


def seen(compute, *, by):
    """Return the evaluation of a step, with the names of drawn ones handed on."""

    def computed(step, arguments):
        if step.operation == "drawn" and not isinstance(arguments[0], float):
            by(step.name)
        return compute(step, arguments)

    return computed
