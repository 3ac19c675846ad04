"""What a change is called: by the direction of the answer, not of the amount."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoping.calc.mixing import Scope, compared
from scoping.calc.spec.values import (
    Commercial,
    Conditions,
    Credits,
    Prelabel,
    Quality,
    Tax,
    Team,
    Video,
)
from scoping.calc.wording import named

from .an_estimate import a_line, a_spec, the_card

D = Decimal


def said(before, after, *, prices=({}, {})):
    """Return the words of all changes from one spec to the other."""
    first, second = (
        Scope(spec=spec, price=the_card().price, cost=the_card().cost, decided=decided)
        for spec, decided in zip((before, after), prices, strict=True)
    )
    found = compared(first, second)
    return [named(change, found).sentence for change in found.changes]


def of_lines(before, after, **changes):
    return said(a_spec(a_line(**before)), a_spec(a_line(**after)), **changes)


@pytest.mark.parametrize(
    ("changes", "forth", "back"),
    [
        (
            {"items": 5},
            "fewer images (100,000 → 5)",
            "more images (5 → 100,000)",
        ),
        (
            {"quality": Quality(gold_items=0)},
            "a smaller gold set (500 → 0)",
            "a larger gold set (0 → 500)",
        ),
        (
            {"quality": Quality(edge_case_rules=21)},
            "more edge-case rules (20 → 21)",
            "fewer edge-case rules (21 → 20)",
        ),
        (
            {"commercial": Commercial(confidence=D("0.9"))},
            "more confidence (80 % → 90 %)",
            "less confidence (90 % → 80 %)",
        ),
        (
            {"commercial": Commercial(tax=Tax(rate=D("0.0825"), mode="exclusive"))},
            "more tax (0 % → 8.3 %)",
            "less tax (8.3 % → 0 %)",
        ),
        ({"commercial": Commercial(rush=True)}, "rush", "no rush"),
        ({"commercial": Commercial(pilot=False)}, "no pilot", "a pilot"),
        (
            {"commercial": Commercial(basis="image")},
            "another billing basis (unit → image)",
            "another billing basis (image → unit)",
        ),
        (
            {"commercial": Commercial(basis="pod_month", pods=2, months=3)},
            "another billing basis (unit → pod month of 2 teams, 3 months)",
            "another billing basis (pod month of 2 teams, 3 months → unit)",
        ),
        (
            {"commercial": Commercial(credits=Credits(failed_batch=D(400)))},
            "larger credits (0 → 400)",
            "smaller credits (400 → 0)",
        ),
        (
            {"team": Team()},
            "another team (20 → not stated)",
            "another team (not stated → 20)",
        ),
        (
            {"team": Team(annotators=20, hours_per_day=D(8))},
            "another team",
            "another team",
        ),
        (
            {"conditions": Conditions(secure_room=True)},
            "other conditions and their fees",
            "other conditions and their fees",
        ),
        (
            {
                "video": Video(
                    clips=100, seconds_per_clip=D(100), fps=D(10), label_every=3
                ),
                "item_kind": "frame",
            },
            "other frames",
            "other images",
        ),
    ],
)
def test_a_change_of_the_project(changes, forth, back):
    before, after = a_spec(), a_spec(**changes)

    assert said(before, after) == [forth]
    assert said(after, before) == [back]


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (
            {"per_item": D(5)},
            {"per_item": D("6.2")},
            "Boxes: more units in an image (5 → 6.2)",
        ),
        (
            {"per_item": D(5)},
            {"share_of_items": D("0.5")},
            "Boxes: fewer units in an image (5 → 2.5)",
        ),
        (
            {"redundancy": 3},
            {"redundancy": 1},
            "Boxes: fewer people on each (3 → 1)",
        ),
        ({}, {"prelabel": Prelabel(saving=D("0.2"))}, "Boxes: pre-labels"),
        ({"prelabel": Prelabel(saving=D("0.2"))}, {}, "Boxes: no pre-labels"),
        (
            {"prelabel": Prelabel(saving=D("0.2"))},
            {"prelabel": Prelabel(saving=D("0.3"))},
            "Boxes: other pre-labels",
        ),
        (
            {},
            {"work": "correct"},
            "Boxes: another kind of work (label → correct)",
        ),
        (
            {"name": "Cars"},
            {"name": "Cars", "complexity": "hard", "occlusion": "now_and_then"},
            (
                "Cars: another difficulty (complexity standard → hard, "
                "occlusion not stated → now and then)"
            ),
        ),
    ],
)
def test_a_change_of_a_line(before, after, text):
    assert of_lines(before, after) == [text]


def test_a_line_may_be_offered_beside_the_total():
    tags = a_line(type="image_tag")

    found = said(
        a_spec(tags, a_line(optional=True)), a_spec(tags, a_line(optional=False))
    )

    assert found == ["Boxes: now counted"]


def test_a_frame_is_called_a_frame():
    frames = {"item_kind": "frame"}

    found = said(a_spec(a_line(), **frames), a_spec(a_line(per_item=D(9)), **frames))

    assert found == ["Boxes: more units in a frame (5 → 9)"]


@pytest.mark.parametrize(
    ("prices", "text"),
    [
        (({0: D("0.1")}, {0: D("0.12")}), "Boxes: a dearer unit price (0.1 → 0.12)"),
        (({0: D("0.1")}, {}), "Boxes: another unit price"),
    ],
)
def test_a_decided_price(prices, text):
    assert of_lines({}, {}, prices=prices) == [text]


def test_the_name_of_a_line_is_told_from_what_is_said_of_it():
    first = Scope(spec=a_spec(a_line()), price=the_card().price, cost=None, decided={})
    second = Scope(
        spec=a_spec(a_line(name="Kerb: left", per_item=D(9)), items=7),
        price=the_card().price,
        cost=None,
        decided={},
    )
    found = compared(first, second)

    whole, units = (named(change, found) for change in found.changes[:2])

    assert (whole.about, whole.words) == ("", "fewer images")
    assert (units.about, units.words) == ("Kerb: left", "more units in an image")
