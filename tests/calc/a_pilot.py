"""Results of pilots for tests, and what is asked of them."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest

from scoping.calc.pilot import (
    PilotError,
    comparison,
    measured,
    read_pilot,
)
from scoping.calc.spec.values import (
    Prelabel,
    Quantiles,
)
from tests.calc.an_estimate import (
    D,
    an_estimate,
    the_card,
)

TODAY = date(2026, 6, 1)
SECONDS = {
    "per_unit": D(18),
    "clock": "label",
    "opening": "excluded",
    "units": 400,
    "people": 6,
    "batches": 2,
}
PER_ITEM = {"mean": D(6), "variance": D(18), "items": 500}
DEFECTS = {"inspected": 600, "wrong": 45, "items": 120, "people": 6}
PROPOSALS = {"proposals": 900, "accepted": 360, "items": 180}
MODEL = Prelabel(recall=D("0.9"), precision=D("0.8"), no_fix_share=D("0.7"))
ACCEPT = Quantiles(p10=D("0.5"), p50=D("0.65"), p90=D("0.8"))
BOXES = ("bounding_box", "standard")


def a_document(*lines, **changes):
    """Return a document of results: 400 boxes timed, unless said otherwise."""
    said = lines or ({"seconds": SECONDS},)
    return {
        "pilot": 1,
        "measured_on": date(2026, 5, 4),
        "lines": [
            {"line": place, "type": "bounding_box"} | deepcopy(line)
            for place, line in enumerate(said)
        ],
    } | changes


def results(*lines, **changes):
    return read_pilot(a_document(*lines, **changes), today=TODAY)


def refused(document):
    with pytest.raises(PilotError) as error:
        read_pilot(document, today=TODAY)
    return {(one.code, one.path): one.message for one in error.value.problems}


def misfit(spec, found, *, card=None):
    with pytest.raises(PilotError) as error:
        measured(spec, card or the_card(), found)
    return {(one.code, one.path): one.message for one in error.value.problems}


def line_of(said, place=0):
    """Return a line of a spec or of results, whatever it holds."""
    return said.lines[place]


def seconds_of(card, cell=BOXES):
    return card.cost.effort[cell].seconds


def compared(spec, found, *, card=None):
    card = card or the_card()
    new_spec, new_card = measured(spec, card, found)
    return comparison(
        an_estimate(spec, card=card), an_estimate(new_spec, card=new_card), found
    )


def row_of(found, quantity, line=0):
    [row] = [one for one in found.rows if (one.line, one.quantity) == (line, quantity)]
    return row
