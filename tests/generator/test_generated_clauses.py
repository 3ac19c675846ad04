"""Clauses of a quote, held against generated deliveries: they pass as was computed.

And the negative control: where errors cluster by annotator and the sample is not drawn
across annotators, the same clause passes bad work, as often as was predicted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from quotes.generator.events import generate
from quotes.generator.truth import Truth
from quotes.generator.values import Event, Events
from scoping.calc.plans.annotators import released_of_cluster
from scoping.calc.sla import (
    BatchEvidence,
    Clause,
    Counts,
    Evidence,
    clause_from_data,
    evaluate,
    released_of_work,
)
from scoping.calc.spec.values import AuditRule, Quality
from tests.calc.an_estimate import a_line, a_spec, an_estimate
from tests.scale import count

D = Decimal
STATED = D("0.02")
ITEMS, DRAWN, PEOPLE, ALIKE = 80, 20, 4, 0.2
"""A batch, its sample, and the annotators, who have a quarter of it each."""

Draw = Callable[[list[Event], Generator], list[Event]]


@pytest.fixture(scope="module")
def clause() -> Clause:
    """Return the clause of a quote for tags: 20 of 80 images, none wrong."""
    rule = AuditRule(share=D("0.25"), max_defect_share=STATED)
    made = an_estimate(
        a_spec(
            a_line(type="image_tag", per_item=D(1)),
            items=ITEMS,
            quality=Quality(batch_items=ITEMS, audit=rule),
        ),
        draws=256,
    )
    found = made.offer.clauses[0]
    assert found.sample is not None
    assert (found.sample.items, found.sample.max_defects) == (DRAWN, 0)
    # Evaluated is what the document says, not what was in memory.
    return clause_from_data(found.to_data())


def a_truth(*, batches: int = 1, clustering: float = 0.0) -> Truth:
    """Return work that is wrong at the stated share and that no review improves."""
    even: dict[str, Any] = {"worker_sigma": 0.0, "batch_sigma": 0.0, "item_sigma": 0.0}
    return Truth(
        batches=batches,
        items_per_batch=ITEMS,
        units_per_item=1.0,
        var_to_mean=0.0,
        items_per_job=ITEMS // PEOPLE,
        annotators=PEOPLE,
        reviewers=1,
        first_pass_defect=float(STATED),
        defect_clustering=clustering,
        detection=0.0,
        false_rejection=0.0,
        audit_share=1 / ITEMS,  # each test draws samples of its own
        **even,
    )


def fairly(events: list[Event], rng: Generator) -> list[Event]:
    return [events[at] for at in rng.choice(len(events), DRAWN, replace=False)]


def in_a_run(events: list[Event], rng: Generator) -> list[Event]:
    first = int(rng.integers(PEOPLE)) * (ITEMS // PEOPLE)
    return events[first : first + DRAWN]


def across_annotators(events: list[Event], rng: Generator) -> list[Event]:
    by_actor = defaultdict(list)
    for event in events:
        by_actor[event.actor].append(event)
    assert len(by_actor) == PEOPLE
    each = DRAWN // PEOPLE
    return [
        mine[at]
        for mine in by_actor.values()
        for at in rng.choice(len(mine), each, replace=False)
    ]


def evidence_of(events: Events, draw: Draw, rng: Generator) -> Evidence:
    """Return what a ledger would hold after a sample of each batch was read."""

    def of_batches() -> Iterator[BatchEvidence]:
        for number in range(events.truth.batches):
            labelled = [
                event
                for event in events.entries
                if event.stage == "label" and event.batch == number
            ]
            labelled.sort(key=lambda event: event.item)
            drawn = draw(labelled, rng)
            yield BatchEvidence(
                batch=str(number),
                items=ITEMS,
                sampled_items=len(drawn),
                units=sum(event.units for event in labelled),
                counts=Counts(
                    checked=sum(event.units for event in drawn),
                    wrong=sum(event.wrong for event in drawn),
                ),
            )

    return Evidence(as_of=date(2026, 6, 1), batches=tuple(of_batches()))


def passing(clause: Clause, truth: Truth, *draws: Draw) -> list[tuple[float, float]]:
    """Return the share of projects that pass, and three standard errors of it.

    One for each way to draw the sample, all of the same projects.
    """
    trials = count(10_000)
    passed = [0] * len(draws)
    for seed in range(trials):
        rng = np.random.Generator(np.random.PCG64DXSM([4, seed]))
        events = generate(truth, rng=rng)
        for place, draw in enumerate(draws):
            found = evaluate(clause, evidence_of(events, draw, rng))
            passed[place] += bool(found.passed)
    shares = [one / trials for one in passed]
    return [(share, 3 * (share * (1 - share) / trials) ** 0.5) for share in shares]


@pytest.mark.timeout(900)  # 10,000 projects at full count
def test_at_the_stated_quality_a_clause_passes_at_the_computed_rate(clause):
    computed = float(released_of_work(clause, wrong=STATED)) ** 2

    [(share, error)] = passing(clause, a_truth(batches=2), fairly)

    # 0.98^20 a batch, twice.
    assert computed == pytest.approx(0.98**40)
    assert abs(share - computed) <= error


@pytest.mark.timeout(900)
def test_clustered_errors_break_it_as_predicted_and_a_draw_across_mends_it(clause):
    computed = float(released_of_work(clause, wrong=STATED))
    in_run, each = (
        released_of_cluster(units, 0, share=float(STATED), likeness=ALIKE)
        for units in (DRAWN, DRAWN // PEOPLE)
    )
    truth = a_truth(clustering=ALIKE)

    (run, error), (across, other) = passing(clause, truth, in_a_run, across_annotators)

    assert abs(run - in_run) <= error
    assert run - computed > error, "clustered errors did not break the clause"
    assert abs(across - each**PEOPLE) <= other
    assert across < in_run - other


def test_a_project_of_the_generator_is_credited_batch_by_batch(clause):
    rng = np.random.Generator(np.random.PCG64DXSM(8))
    events = generate(a_truth(batches=12), rng=rng)
    evidence = evidence_of(events, fairly, rng)

    found = evaluate(replace(clause, credit=D("12.50")), evidence)

    failed = [one for one in evidence.batches if one.counts.wrong > 0]
    assert 0 < len(failed) < 12
    assert found.credit == D("12.50") * len(failed)
