"""What tests remember of one another is what they would have made themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import pytest
import yaml

from scoping.calc.advice import advice
from scoping.calc.document import document
from scoping.calc.estimate import estimate
from scoping.calc.rates import read_card
from scoping.calc.spec import read_spec
from scoping.calc.suggest import Decision
from scoping.calc.workdays import Override, Workdays
from scoping.models import RateCard
from scoping.queries import workdays
from tests.factories import LAUNCH_CARD, NOON
from tests.remembered import (
    remembered_advice,
    remembered_card,
    remembered_document,
    remembered_estimate,
)

LINES = [{"type": "bounding_box", "units_per_item": 5}]


@cache
def the_card():
    return read_card(yaml.safe_load(LAUNCH_CARD))


def asked(**changes):
    said = {"items": 1000, "start_on": "2026-03-02", "seed": 7, "lines": LINES}
    return read_spec(said | changes, door="staff", today=NOON.date())


def typed(value):
    return Decision(value=Decimal(value), binding="typed", who="", why="agreed")


def one_day_off():
    days = workdays()
    off = Override(day=date(2026, 3, 3), worked=False, name="Flood")
    return Workdays(
        calendars={
            key: calendar.with_overrides([off])
            for key, calendar in days.calendars.items()
        }
    )


def another_card():
    policy = the_card().cost.policy
    margin = replace(policy.target_margin, value=Decimal("0.5"))
    cost = replace(the_card().cost, policy=replace(policy, target_margin=margin))
    return replace(the_card(), cost=cost)


@pytest.mark.parametrize(
    ("spec", "card", "said"),
    [
        ({"items": 1001}, the_card, {}),
        ({"seed": 8}, the_card, {}),
        ({"commercial": {"discount": "0.10"}}, the_card, {}),
        ({}, another_card, {}),
        ({}, the_card, {"decisions": {0: typed("0.09")}}),
        ({}, the_card, {"draws": 512}),
        ({}, the_card, {"promised": date(2026, 6, 1)}),
        ({}, the_card, {"workdays": one_day_off()}),
    ],
)
def test_another_question_is_not_answered_from_memory(spec, card, said):
    usual = remembered_estimate(asked(), the_card(), workdays=workdays())
    given = {"workdays": workdays(), "draws": 256} | said

    found = remembered_document(remembered_estimate(asked(**spec), card(), **given))

    assert found == document(estimate(asked(**spec), card(), **given))
    assert found != document(usual)


def test_the_same_question_is_and_its_document_is_nobody_elses():
    made = remembered_estimate(asked(), the_card(), workdays=workdays())

    again = remembered_estimate(asked(), the_card(), workdays=workdays())
    remembered_document(again)["lines"].clear()

    assert again is made
    assert remembered_document(again) == document(
        estimate(asked(), the_card(), workdays=workdays(), draws=256)
    )


def test_advice_is_that_on_the_very_estimate():
    made = remembered_estimate(asked(), the_card(), workdays=workdays())
    dearer = remembered_estimate(asked(items=9000), the_card(), workdays=workdays())

    assert remembered_advice(made, workdays=workdays()) == advice(
        made, workdays=workdays()
    )
    assert remembered_advice(dearer, workdays=workdays()) == advice(
        dearer, workdays=workdays()
    )


def test_a_row_with_another_figure_is_another_card():
    said = yaml.safe_load(LAUNCH_CARD)

    def a_row():
        return RateCard(
            version=said["version"],
            valid_from=said["valid_from"],
            currency=said["currency"],
            price_document=said["price"],
            cost_document=said["cost"],
        )

    first = remembered_card(a_row())
    assert remembered_card(a_row()) is first == read_card(said)

    said["price"]["remedy_days"] = {**said["price"]["remedy_days"], "value": "9"}
    assert remembered_card(a_row()) == read_card(said) != first
