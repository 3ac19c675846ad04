"""What batches say of the rest: seconds as the cost is forecast, shares by counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.ending import doubt_of
from quotes.calc.learned import NOTHING_KNOWN, learned, learned_share
from quotes.calc.report import report
from quotes.calc.words import learned_rows
from scoping.calc.posterior import Beta
from tests.calc.a_project import a_check, a_plan, a_row, an_estimate_line, as_planned
from tests.scale import count, share_within

D = Decimal


def figures(rows, *, plan=None) -> dict[str, dict[str, Any]]:
    plan = plan or a_plan(quality={"rework_share": "0.06", "outgoing_defect": "0.01"})
    found = learned(plan, rows, paid_clock="label", doubt=doubt_of(plan))
    return {one["key"]: one for one in found[0]["figures"]}


def batches(many: int, *, factor: str = "1", **counts: Any):
    """Make batches whose every work took so many times the plan."""
    return [
        replace(row, active_seconds=(row.active_seconds or D(0)) * D(factor), **more)
        for at in range(many)
        for row in as_planned(f"b{at}", after=at)
        for more in [counts if row.stage == "label" else {}]
    ]


def test_few_batches_move_the_quoted_seconds_part_of_the_way_and_many_further():
    few, many = (figures(batches(n, factor="1.5"))["seconds"] for n in (1, 8))

    # Quoted 10 s, measured 15 s.
    assert few["so_far"] == many["so_far"] == "15.0000"
    assert 10 < float(few["p50"]) < float(many["p50"]) < 15
    spread = [float(one["p90"]) / float(one["p10"]) for one in (few, many)]
    assert spread[1] < spread[0]
    assert float(many["above_planned"]) > 0.95


def test_batches_are_held_against_what_was_forecast_before_them():
    even, jumping = (
        figures([*batches(6), *more])["seconds"]
        for more in (
            batches(0),
            [
                replace(row, batch="late", day=date(2026, 4, 1))
                for row in batches(1, factor="4")
            ],
        )
    )

    # Two batches are there before the first that is forecast; four times is no luck.
    assert (even["held"], even["forecast"]) == (4, 4)
    assert (jumping["held"], jumping["forecast"]) == (4, 5)
    row = {"unit": "box", "figures": [jumping]}
    assert "low to high held 4 of 5 batches" in next(learned_rows(row))[2]
    row = {"unit": "box", "figures": [figures(batches(3))["seconds"]]}
    assert "held 1 of the one batch" in next(learned_rows(row))[2]


def test_one_batch_of_known_likeness_is_a_beta():
    # 6 of 100 on Beta(1.5, 23.5): Beta(7.5, 117.5) without any likeness, wider with.
    found = learned_share([(6, 100)], prior=Beta(a=1.5, b=23.5))

    known = Beta(a=7.5, b=117.5)
    assert found.quantile(0.5) == pytest.approx(known.quantile(0.5), rel=0.05)
    assert found.quantile(0.9) > known.quantile(0.9)


def test_a_share_agrees_with_drawing_worlds_and_keeping_those_that_fit():
    seen = [(3, 40), (9, 50), (0, 30)]

    found = learned_share(seen, prior=Beta(a=2.0, b=20.0))

    shares, weights = worlds(seen, a=2.0, b=20.0, number=1_000_000)
    order = np.argsort(shares)
    running = np.cumsum(weights[order])
    for at in (0.1, 0.5, 0.9):
        by_worlds = shares[order][np.searchsorted(running, at)]
        assert found.quantile(at) == pytest.approx(by_worlds, rel=0.03)


def worlds(seen, *, a, b, number):
    """Draw a share, a likeness and each batch's own share, and count what comes back.

    The slow and obvious way: a second opinion that shares no code.
    """
    rng = np.random.default_rng(4)
    share = rng.beta(a, b, number)
    alike = rng.choice([1e-8, 0.003, 0.01, 0.03, 0.1], number)
    weights = np.ones(number)
    for hits, trials in seen:
        strength = 1 / alike - 1
        own = np.clip(
            rng.beta(share * strength + 1e-12, (1 - share) * strength), 1e-9, 1 - 1e-9
        )
        weights *= own**hits * (1 - own) ** (trials - hits)
    return share, weights / weights.sum()


def test_the_range_of_a_share_holds_eight_times_in_ten():
    inside, trials = held(spread=True)

    assert share_within(inside, trials, 0.76, 0.84)


def test_units_taken_for_as_many_witnesses_do_not():
    # Negative control: a Beta that counts every unit of a batch as one of its own.
    inside, trials = held(spread=False)

    assert not share_within(inside, trials, 0.76, 0.84)


def held(*, spread: bool) -> tuple[int, int]:
    rng = np.random.default_rng(23)
    inside, trials = 0, count(2000)
    for _ in range(trials):
        share = rng.beta(2, 30)
        alike = rng.choice([0.003, 0.01, 0.03, 0.1])
        own = rng.beta(share * (1 / alike - 1), (1 - share) * (1 / alike - 1), 8)
        seen = [(int(rng.binomial(400, one)), 400) for one in own]
        prior = Beta(a=2.0, b=30.0)
        whole = sum(hits for hits, _ in seen), 8 * 400
        found = learned_share(seen, prior=prior) if spread else prior.updated(*whole)
        inside += found.quantile(0.1) <= share <= found.quantile(0.9)
    return inside, trials


@settings(max_examples=30)
@given(
    seen=st.lists(
        st.integers(1, 3000).flatmap(
            lambda of: st.tuples(st.integers(0, of), st.just(of))
        ),
        min_size=1,
        max_size=130,
    )
)
def test_a_share_ascends_stays_a_share_and_cares_for_no_order(seen):
    found = learned_share(seen, prior=NOTHING_KNOWN)

    low, typical, high = (found.quantile(at) for at in (0.1, 0.5, 0.9))
    assert 0 < low <= typical <= high < 1
    assert found.below(typical) == pytest.approx(0.5, abs=1e-6)
    if len(seen) <= 60:
        back = learned_share(seen[::-1], prior=NOTHING_KNOWN)
        assert back.quantile(0.5) == pytest.approx(typical, rel=1e-6)


def test_every_share_comes_from_what_counts_it():
    rows = [
        *batches(3, prelabel_units=500, prelabel_accepted=300),
        a_check("review", 10, batch="b0", units_rejected=50),
    ]

    found = figures(rows)

    assert found["sent_back"]["so_far"] == "0.1000"
    assert found["sent_back"]["batches"] == 1
    # Quoted 0.06 with half to 1.83 times of it: 50 of 500 pull it up, not all the way.
    assert 0.06 < float(found["sent_back"]["p50"]) < 0.1
    assert found["wrong"]["so_far"] == "0.0000"
    assert float(found["wrong"]["p50"]) < 0.01
    assert found["kept"]["so_far"] == "0.6000"
    assert found["kept"]["planned"] is None
    assert "pays" not in found["kept"]


def test_machine_labels_are_held_against_where_they_break_even():
    line = an_estimate_line(prelabels={"break_even_accept_rate": "0.35"})
    rows = batches(4, prelabel_units=500, prelabel_accepted=300)

    found = figures(rows, plan=a_plan(line))["kept"]

    assert found["needed"] == "0.35"
    assert float(found["pays"]) > 0.95


def test_what_was_not_counted_is_not_known():
    # Tags of the second row belong to no line of this plan.
    rows = [a_row(active_seconds=None), a_row(annotation_type="image_tag", line="9")]

    found = figures(rows)

    assert {key: one["because"] for key, one in found.items()} == {
        "seconds": "no batch has units and a time",
        "sent_back": "no review counted what it sent back",
        "wrong": "no sample was checked",
        "kept": "no machine labels were reported",
    }


def test_when_all_units_are_labelled_no_seconds_are_forecast():
    assert figures(batches(10))["seconds"]["because"] == "all of its units are labelled"


def test_rows_of_no_line_teach_nothing():
    plan = a_plan()

    assert learned(plan, [a_row(line="9")], paid_clock="label", doubt=0.3) == []


def test_the_report_says_what_was_learned_and_of_what_it_knows_nothing():
    plan = a_plan(an_estimate_line(prelabels={"break_even_accept_rate": "0.35"}))
    found: dict[str, Any] = {
        "whole": {"gap": None, "cost": {"known": False, "text": "not known"}},
        "lines": [],
        "scopes": [],
        "outside": None,
        "learned": learned(
            plan,
            batches(1, prelabel_units=500, prelabel_accepted=300),
            paid_clock="label",
            doubt=0.3,
        ),
    }

    said = report("Streets", found)

    assert "Boxes, time per box: " in said
    assert "10.00 s in 1 batch; quoted 10.00 s, above it " in said
    assert "they pay from 35.0 % on" in said
    assert "sent back at review: not known, because no review" in said


def test_a_line_says_its_figures_in_the_words_of_pages():
    found = learned(a_plan(), batches(2), paid_clock="label", doubt=0.3)

    names = [name for name, *_ in learned_rows(found[0])]

    assert names[0] == "Time per box"
    assert names[1:] == [
        "Sent back at review",
        "Wrong in samples",
        "Machine labels kept as they were",
    ]
