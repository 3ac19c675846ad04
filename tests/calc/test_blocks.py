"""Which change each answer and each row belongs to: all of them, and truly."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from scoping.calc import blocks
from scoping.calc.blocks import NOTHING, change_at
from scoping.calc.rates.values import CostSide, PriceSide, ReviewFigures, Site
from scoping.calc.spec.values import Commercial, Line, Quality, Spec
from scoping.calc.wording import CARD, OF_LINE, PROJECT

from .an_estimate import a_line, a_spec, an_estimate, the_card, the_workdays

D = Decimal
SECTIONS = {
    "spec": Spec,
    "line": Line,
    "price": PriceSide,
    "cost": CostSide,
    "spec/quality": Quality,
    "spec/commercial": Commercial,
    "cost/sites": Site,
    "cost/review": ReviewFigures,
}


@pytest.mark.parametrize("section", ["spec", "price", "cost", "spec/commercial"])
def test_every_field_has_a_change_of_its_own_name(section):
    paths = [f"{section}/{field.name}" for field in fields(SECTIONS[section])]

    unnamed = [
        path
        for path in paths
        if change_at(path) in {"other", "card_other"} and not blocks.divided(path)
    ]
    assert unnamed == []


def test_every_path_is_one_that_there_is():
    known = {
        f"{section}/{field.name}"
        for section, kind in SECTIONS.items()
        for field in fields(kind)
    }

    assert set(blocks.CHANGE_OF) - known == {"spec", "line", "price", "cost"}
    assert known >= blocks.BY_ROW | blocks.ASKED | blocks.NEEDED


def test_every_change_has_words():
    said = {*PROJECT, *CARD, *OF_LINE}

    assert set(blocks.CHANGE_OF.values()) - {NOTHING} == said - {"line", "unit_price"}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Other", "client": "Other", "language": "de", "need": "pose"},
        {"budget": D(5), "stated": frozenset({"/items"})},
        {"quality": Quality(agreement=D("0.5"), match_iou=D("0.9"))},
        {"commercial": Commercial(cap=D(1), holdback=D("0.1"))},
    ],
)
def test_what_is_said_to_move_nothing_moves_nothing(changes):
    before, after = an_estimate(a_spec()), an_estimate(a_spec(**changes))

    assert results(after) == results(before)


def test_rows_of_a_card_that_are_said_to_move_nothing_move_nothing():
    card = the_card()
    rows = [
        field.name
        for field in fields(PriceSide)
        if change_at(f"price/{field.name}") == NOTHING
        and isinstance(getattr(card.price, field.name), type(card.price.icc))
    ]
    other = {name: replace(getattr(card.price, name), value=D("0.9")) for name in rows}
    spec = a_spec(a_line(), a_line(type="polygon"))

    after = an_estimate(
        spec,
        card=replace(card, price=replace(card.price, **other)),
        workdays=the_workdays(),
    )

    assert len(rows) == 8
    assert results(after) == results(an_estimate(spec))


def results(made):
    """Return what a difference takes apart."""
    return made.bill.total.value, made.cost, made.hours
