"""Pipeline: seven stages as data, each with a gate a client can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from scoping.calc.pipeline import NOT_USED, business_days, per_cent, stages
from scoping.calc.spec.values import Line, Prelabel, Quality, Spec, UnitsPerItem

D = Decimal
PRICE: Any = SimpleNamespace(acceptance_window_days=SimpleNamespace(value=D(10)))
LINE = Line(index=0, type="bounding_box", units_per_item=UnitsPerItem(mean=D(5)))
SPEC = Spec(items=100_000, lines=(LINE,), seed=271, start_on=date(2026, 3, 2))


def test_the_gates_of_a_usual_quote():
    assert [(stage.name, stage.gate) for stage in stages(SPEC, PRICE)] == [
        ("Rules and kinds", "20 edge-case rules agreed by you"),
        ("Pilot", "95 % agreement on 500 images"),
        ("Production", "every image of the batch done"),
        ("Machine pre-labels", "not used in this quote"),
        ("Second review", "98 % right, every image"),
        ("Sample check", "the sample passes, or the batch stays"),
        ("Delivery", "report, and free redo for 10 business days"),
    ]


def test_stages_are_numbered_for_display():
    assert [stage.number for stage in stages(SPEC, PRICE)] == [1, 2, 3, 4, 5, 6, 7]


def test_pre_labels_are_number_four_and_feed_production():
    line = replace(LINE, prelabel=Prelabel(saving=D("0.25")))

    found = stages(replace(SPEC, lines=(line,)), PRICE)

    assert found[2].needs == (2, 4)
    assert found[3].used
    assert found[3].gate == "first labels on every image of the batch"


def test_without_pre_labels_production_waits_for_the_pilot_alone():
    found = stages(SPEC, PRICE)

    assert found[2].needs == (2,)
    assert [stage.number for stage in found if not stage.used] == [4]


def test_without_a_review_the_sample_follows_production():
    quality = Quality(reviews=0, gold_items=0, edge_case_rules=0)

    found = stages(replace(SPEC, quality=quality), PRICE)

    assert found[5].needs == (3,)
    assert [stage.gate for stage in found if not stage.used] == [NOT_USED] * 3
    assert found[0].gate == "the guideline agreed by you"


def test_every_stage_needs_stages_that_exist_and_none_needs_itself():
    for stage in stages(SPEC, PRICE):
        assert set(stage.needs) <= set(range(1, 8)) - {stage.number}


def test_frames_and_single_things_are_called_by_their_names():
    quality = Quality(gold_items=1, edge_case_rules=1, accuracy=D("0.995"))

    found = stages(replace(SPEC, item_kind="frame", quality=quality), PRICE)

    assert found[0].gate == "1 edge-case rule agreed by you"
    assert found[1].gate == "95 % agreement on 1 frame"
    assert found[4].gate == "99.5 % right, every frame"


@pytest.mark.parametrize(
    ("share", "text"), [("0.98", "98 %"), ("1", "100 %"), ("0.1", "10 %"), ("0", "0 %")]
)
def test_a_share_is_written_without_idle_zeros(share, text):
    assert per_cent(D(share)) == text


def test_one_day_is_a_day():
    assert (business_days(1), business_days(D("5.0"))) == (
        "1 business day",
        "5 business days",
    )
