"""Reference projects: whether the market range pays for each cell of a card."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from scoping.calc.reference import reference_floors, reference_spec, unmarked
from tests.calc.an_estimate import the_card, the_workdays


@cache
def floors():
    return {
        (cell.type, cell.complexity): cell
        for cell in reference_floors(the_card(), workdays=the_workdays())
    }


def test_the_launch_card_marks_every_cell_that_its_range_does_not_pay():
    assert [cell for cell in floors().values() if not cell.band_pays] == [
        cell for cell in floors().values() if cell.marked
    ]


def test_a_hard_mask_costs_more_than_its_range_pays():
    cell = floors()["semantic_mask", "hard"]

    assert cell.floor > cell.band_high
    assert cell.marked
    assert not cell.band_pays


def test_a_harder_cell_never_has_a_lower_floor():
    for type_ in the_card().price.bands:
        row = [
            floors()[type_, complexity].floor
            for complexity in ("simple", "standard", "hard", "expert")
        ]
        assert row == sorted(row)


def test_a_cell_without_a_mark_is_found():
    card = only("semantic_mask")
    bare = replace(card, price=replace(card.price, quote_only=frozenset()))

    found = unmarked(bare, workdays=the_workdays())

    assert [(cell.type, cell.complexity) for cell in found] == [
        ("semantic_mask", "expert"),
        ("semantic_mask", "hard"),
    ]
    assert unmarked(card, workdays=the_workdays()) == []


def only(type_: str):
    """Return the launch card with the efforts of one type, and one without a range."""
    card = the_card()
    effort = {
        key: cell
        for key, cell in card.cost.effort.items()
        if key[0] in (type_, "cuboid")
    }
    bands = {key: band for key, band in card.price.bands.items() if key != "cuboid"}
    return replace(
        card,
        cost=replace(card.cost, effort=effort),
        price=replace(card.price, bands=bands),
    )


def test_a_reference_project_is_100_000_images_of_a_usual_density():
    tags = reference_spec("image_tag", "simple", card=the_card())
    boxes = reference_spec("bounding_box", "simple", card=the_card())

    assert tags.items == 100_000
    assert tags.lines[0].units_per_item.mean == 2
    assert boxes.lines[0].units_per_item.mean == 5
