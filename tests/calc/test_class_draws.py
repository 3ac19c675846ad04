"""Samples of rare classes beside a line's own: how many, which labels, or why none."""

from __future__ import annotations

import hashlib
from collections import Counter
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from quotes.calc.gates import GateError, strata
from quotes.calc.gates.plan import GatePlan, LinePlan
from quotes.calc.gates.promised import clauses_on
from quotes.calc.gates.sample import ClassFound
from quotes.calc.gates.strata import (
    class_draw_from_data,
    class_draws,
    draw_words,
    labels_to_read,
    read_by_class,
)
from scoping.calc.spec.service import ClassFloor
from tests.calc.test_promised_samples import a_baseline

D = Decimal
RIDERS = ClassFloor(
    line=0,
    name="Riders",
    classes=("cyclist", "horse"),
    share=D("0.05"),
    accuracy=D("0.9"),
    sample=60,
)


@pytest.fixture(scope="module")
def clauses():
    return clauses_on(a_baseline(floors=(RIDERS,)), "Boxes")


def the_plan(**changes) -> GatePlan:
    line = LinePlan(
        line="Boxes", items=2000, unit="box", size=500, max_wrong=10, images=100
    )
    fields: dict[str, Any] = {
        "reviewed": True,
        "items": 2000,
        "batch_items": 1000,
        "rules": 20,
        "gold_items": 500,
        "gold_needed": 475,
        "acceptance_days": 10,
        "client_calendar": "us",
        "lines": (line,),
    }
    return GatePlan(**(fields | changes))


def drawn(clauses, **counted):
    (found,) = class_draws(clauses, counted, plan=the_plan())
    return found


def test_as_many_are_drawn_as_the_promise_says_or_all_there_are(clauses):
    many = drawn(clauses, cyclist=150, horse=50)
    few = drawn(clauses, cyclist=40, horse=0)

    # 10 % of 60, and of all 40 that there are.
    assert (many.size, many.lot, many.max_wrong, many.why) == (60, 200, 6, "")
    assert (few.size, few.lot, few.max_wrong) == (40, 40, 4)
    assert draw_words(many) == (
        "Riders right: 60 of 200 drawn by class, at most 6 wrong"
    )


def test_why_none_is_drawn_is_said(clauses):
    unknown, none = drawn(clauses, cyclist=40), drawn(clauses, cyclist=0, horse=0)

    assert (unknown.size, none.size) == (0, 0)
    assert draw_words(unknown) == (
        "How many of horse this batch holds was not counted when the sample was drawn, "
        "so that none could be drawn by class. “Riders right” asks for 60."
    )
    assert draw_words(none) == "This batch holds none of cyclist and horse."
    assert labels_to_read("271", unknown) == ()


def test_a_promise_on_the_average_asks_each_batch_for_its_part():
    average = clauses_on(a_baseline(floors=(RIDERS,), per="project"), "Boxes")

    found = drawn(average, cyclist=150, horse=50)

    # 120 of both batches, 12 of them wrong at most.
    assert (found.size, found.max_wrong) == (60, 6)


def test_an_impossible_number_of_labels_is_refused(clauses):
    for units in (-1, 1_000_001):
        with pytest.raises(GateError, match="no number of labels"):
            drawn(clauses, cyclist=units)


def test_labels_are_ordered_by_seed_and_number_as_anybody_can_again(clauses):
    found = drawn(clauses, cyclist=150, horse=50)

    digests = {
        hashlib.sha256(f"s1:{name}:{number}".encode()).hexdigest(): (name, number)
        for name, units in (("cyclist", 150), ("horse", 50))
        for number in range(1, units + 1)
    }
    expected = tuple(digests[one] for one in sorted(digests))[:60]

    assert labels_to_read("s1", found) == expected
    assert labels_to_read("s2", found) != expected


def test_every_label_of_the_classes_is_as_likely_to_be_read(clauses):
    found = drawn(clauses, cyclist=75, horse=25)
    seeds = 400

    read = Counter(
        label for seed in range(seeds) for label in labels_to_read(str(seed), found)
    )

    # 60 of 100: 240 times of 400, give or take 5 sigmas of 9.8.
    assert len(read) == 100
    assert all(abs(times - 240) < 49 for times in read.values())


def test_a_draw_is_kept_as_data_and_read_back(clauses):
    for found in (drawn(clauses, cyclist=150, horse=50), drawn(clauses)):
        assert class_draw_from_data(found.to_data()) == found


def test_what_was_drawn_must_be_read_and_knows_its_batch(clauses):
    draws = [drawn(clauses, cyclist=150, horse=50)]

    def of(name, checked):
        return ClassFound(name=name, checked=checked, wrong=0)

    for found in ((), (of("cyclist", 59),)):
        with pytest.raises(GateError, match="asks for 60 of cyclist and horse") as no:
            read_by_class(draws, found)
        assert no.value.code == "sample_not_read"
    read = read_by_class(draws, (of("cyclist", 50), of("horse", 10)))
    assert [one.units for one in read] == [150, 50]
    with pytest.raises(GateError, match="the batch holds 50"):
        read_by_class(draws, (of("cyclist", 50), of("horse", 51)))
    # A class that the batch is known to hold none of is on record with that.
    only = [drawn(clauses, cyclist=150, horse=0)]
    read = read_by_class(only, (of("cyclist", 100),))
    assert [(one.name, one.checked, one.units) for one in read] == [
        ("cyclist", 100, 150),
        ("horse", 0, 0),
    ]
    # Where none was drawn, what the main sample met is taken as it was counted.
    met = ClassFound(name="cyclist", checked=3, wrong=1, units=9)
    assert read_by_class([drawn(clauses)], (met,)) == (met,)


def test_the_labels_of_a_large_batch_are_put_in_order_once(clauses, monkeypatch):
    found = drawn(clauses, cyclist=1_500, horse=500)
    asked: list[bytes] = []

    def counted(text: bytes):
        asked.append(text)
        return hashlib.sha256(text)

    monkeypatch.setattr(strata, "hashlib", SimpleNamespace(sha256=counted))

    first = labels_to_read("seed of this test", found)

    assert len(asked) == 2_000
    assert labels_to_read("seed of this test", found) == first
    assert len(asked) == 2_000
    assert labels_to_read("another", found) != first
