"""Ranges are honest: what was said to hold eight times in ten does.

The truth is made event by event, person by person, batch by batch, item by item, by
`quotes/generator`, which knows none of our sums. In each design one layer of doubt
dominates; without that layer the same range holds far too seldom.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from math import exp

import numpy as np
import pytest

from quotes.generator.events import generate
from quotes.generator.truth import Truth
from scoping.calc.bands import Z90
from scoping.calc.estimate import estimate
from scoping.calc.rates import RateCard
from scoping.calc.rates.values import Effort, FigureRange
from scoping.calc.simulate import quantile
from scoping.calc.spec.values import Conditions, Quality, Spec, Team
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    the_card,
    the_card_with,
    the_workdays,
)
from tests.scale import count, share_within

D = Decimal
PROJECTS = 1500
SECONDS = D(14)
HONEST = (0.76, 0.84)
TOO_NARROW = (0.0, 0.70)


@dataclass(frozen=True, kw_only=True)
class Design:
    """A project in which one layer of doubt dominates.

    `sigmas` are those of project, worker, batch and item; people, batches and items
    say how far each averages out.
    """

    layer: str
    annotators: int
    batches: int
    items_per_batch: int
    sigmas: dict[str, str] = field(default_factory=dict)

    def sigma(self, layer: str) -> Decimal:
        return D(self.sigmas.get(layer, "0"))


REAL = {"worker": "0.42", "batch": "0.20", "item": "0.36"}
DESIGNS = [
    Design(
        layer="project",
        annotators=20,
        batches=10,
        items_per_batch=40,
        sigmas=REAL | {"project": "0.6"},
    ),
    Design(layer="worker", annotators=2, batches=10, items_per_batch=40, sigmas=REAL),
    Design(
        layer="batch",
        annotators=20,
        batches=3,
        items_per_batch=140,
        sigmas={"worker": "0.10", "batch": "0.20", "item": "0.36"},
    ),
    Design(
        layer="item",
        annotators=15,
        batches=3,
        items_per_batch=10,
        sigmas={"worker": "0.04", "batch": "0.01", "item": "0.36"},
    ),
]
EACH = pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.layer)


@EACH
def test_a_range_holds_eight_times_in_ten(design):
    hits, projects = held(design, the_range(design))

    assert share_within(hits, projects, *HONEST)


@EACH
def test_without_the_layer_that_dominates_it_holds_too_seldom(design):
    hits, projects = held(design, the_range(design, without=design.layer))

    assert share_within(hits, projects, *TOO_NARROW)
    assert not share_within(hits, projects, *HONEST)


def held(design: Design, said: tuple[float, float]) -> tuple[int, int]:
    """Return how many of the design's projects end within a range, and of how many."""
    outcomes = truths(design)
    low, high = said
    return sum(low <= one <= high for one in outcomes), len(outcomes)


@cache
def _truths(place: int) -> list[float]:
    design = DESIGNS[place]
    return [_seconds_of(design, seed) for seed in range(count(PROJECTS))]


def truths(design: Design) -> list[float]:
    """Return the labelling seconds of the design's projects, as they happened."""
    return _truths(DESIGNS.index(design))


def typical(design: Design) -> float:
    """Return the median seconds of an item by which a large project takes `SECONDS`.

    A card says what a project's units take on average. The average of lognormal items
    and batches lies e^(sigma² ÷ 2) above their median; that of people as far below it,
    because who is quick takes more of the jobs.
    """
    above = sum(float(design.sigma(layer)) ** 2 for layer in ("batch", "item"))
    below = float(design.sigma("worker")) ** 2
    return float(SECONDS) * exp((below - above) / 2)


def _seconds_of(design: Design, seed: int) -> float:
    rng = np.random.Generator(np.random.PCG64DXSM(seed))
    truth = Truth(
        batches=design.batches,
        items_per_batch=design.items_per_batch,
        items_per_job=max(1, design.items_per_batch // 20),
        units_per_item=1.0,
        var_to_mean=0.0,
        annotators=design.annotators,
        seconds_per_unit=typical(design),
        seconds_per_item=2.0,
        project_effect=rng.normal(0.0, float(design.sigma("project"))),
        worker_sigma=float(design.sigma("worker")),
        batch_sigma=float(design.sigma("batch")),
        item_sigma=float(design.sigma("item")),
        first_pass_defect=0.0,
        false_rejection=0.0,
    )
    events = generate(truth, rng=rng)
    return sum(one.seconds for one in events.entries if one.stage == "label")


def the_range(design: Design, *, without: str = "") -> tuple[float, float]:
    """Return P10 and P90 of the labelling seconds, as the estimate has them."""
    made = estimate(
        the_spec(design),
        the_card_for(design, without=without),
        workdays=the_workdays(),
        draws=4096,
    )
    ordered = np.sort(made.simulation.of(made.efforts[0].labelling))
    return quantile(ordered, 0.1), quantile(ordered, 0.9)


def the_spec(design: Design) -> Spec:
    return a_spec(
        a_line(per_item=D(1)),
        items=design.batches * design.items_per_batch,
        team=Team(annotators=design.annotators),
        quality=Quality(batch_items=design.items_per_batch),
        conditions=Conditions(),
    )


def the_card_for(design: Design, *, without: str) -> RateCard:
    """Return a card that knows the design's spreads, but for the layer left out."""
    sigmas = {
        layer: D(0) if layer == without else design.sigma(layer)
        for layer in ("project", "worker", "batch", "item")
    }
    factor = (sigmas.pop("project") * Z90).exp()
    cost = the_card().cost
    cell = cost.effort["bounding_box", "standard"]
    seconds = FigureRange(
        p10=a_figure(SECONDS / factor),
        p50=a_figure(SECONDS),
        p90=a_figure(SECONDS * factor),
    )
    effort: Effort = replace(cell, seconds=seconds)
    return the_card_with(
        cost={
            "effort": {**cost.effort, ("bounding_box", "standard"): effort},
            "fixed_seconds": {"default": a_figure("2.0")},
            "layers": replace(
                cost.layers,
                **{layer: a_figure(sigma) for layer, sigma in sigmas.items()},
            ),
        }
    )
