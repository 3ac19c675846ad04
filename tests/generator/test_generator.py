"""The generator: what it says is true shows in what it makes."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from quotes.generator.people import hire, working_day
from quotes.generator.truth import TruthError
from tests.generator.truths import EVEN, a_project, a_truth, of_stage


def test_the_same_seed_makes_the_same_project():
    assert a_project(seed=1) == a_project(seed=1)


def test_another_seed_makes_another_project():
    assert a_project(seed=1).entries != a_project(seed=2).entries


def test_units_an_item_come_out_as_true():
    events = a_project(batches=100)

    counts = np.array([one.units for one in of_stage(events, "label")])

    # 20,000 items of variance 15: the mean errs by 0.027, var/mean by about 0.06.
    assert counts.mean() == pytest.approx(5.0, abs=0.11)
    assert counts.var() / counts.mean() == pytest.approx(3.0, abs=0.25)


def test_a_spread_of_one_is_poisson():
    counts = np.array(
        [one.units for one in of_stage(a_project(var_to_mean=1.0), "label")]
    )

    assert counts.var() / counts.mean() == pytest.approx(1.0, abs=0.08)


def test_a_spread_of_none_is_one_number_in_every_image():
    counts = {one.units for one in of_stage(a_project(var_to_mean=0.0), "label")}

    assert counts == {5}


def test_without_spreads_the_seconds_are_the_truth():
    events = a_project(**EVEN, seconds_per_item=2.0)

    for one in of_stage(events, "label"):
        assert one.seconds == pytest.approx(12.0 * one.units + 2.0)


def test_the_effect_of_a_project_is_on_all_of_it():
    events = a_project(**EVEN, seconds_per_item=0.0, project_effect=0.25)

    labelled = of_stage(events, "label")

    pace = sum(one.seconds for one in labelled) / sum(one.units for one in labelled)
    assert pace == pytest.approx(12.0 * np.exp(0.25))


def test_spreads_lift_the_mean_above_the_median_as_a_lognormal_does():
    events = a_project(
        batches=400,
        items_per_batch=50,
        annotators=400,
        items_per_job=5,
        seconds_per_item=0.0,
    )

    labelled = of_stage(events, "label")

    pace = sum(one.seconds for one in labelled) / sum(one.units for one in labelled)
    lift = np.exp((0.42**2 + 0.20**2 + 0.36**2) / 2)
    # Quick people are free sooner and label more, so the mean over units lies below.
    assert 12.0 < pace < 12.0 * lift * 1.03


@pytest.mark.parametrize(
    ("layer", "group"),
    [
        ("worker_sigma", lambda one: one.actor),
        ("batch_sigma", lambda one: one.batch),
        ("item_sigma", lambda one: (one.batch, one.item)),
    ],
    ids=["people", "batches", "items"],
)
def test_each_layer_shows_the_spread_it_was_given(layer, group):
    sigmas = EVEN | {layer: 0.3}
    events = a_project(
        **sigmas,
        batches=400,
        items_per_batch=20,
        items_per_job=10,
        annotators=400,
        seconds_per_item=0.0,
    )
    logs = defaultdict(list)
    for one in of_stage(events, "label"):
        if one.units:
            logs[group(one)].append(np.log(one.seconds / one.units))

    between = np.std([np.mean(found) for found in logs.values()], ddof=1)

    # 400 people or batches give a standard deviation to 3.5 %.
    assert between == pytest.approx(0.3, rel=0.12)


def test_practice_makes_the_first_units_the_slowest():
    events = a_project(
        **EVEN, annotators=1, seconds_per_item=0.0, practice=2.0, practice_units=500
    )
    labelled = [one for one in of_stage(events, "label") if one.units]

    assert labelled[0].seconds / labelled[0].units == pytest.approx(24.0)
    assert labelled[-1].seconds / labelled[-1].units == pytest.approx(12.0)


def test_errors_at_first_attempt_come_out_as_true():
    events = a_project(
        batches=100, annotators=600, reviewers=200, items_per_job=5, rework_effort=0.0
    )

    labelled = of_stage(events, "label")

    wrong = sum(one.wrong for one in labelled) / sum(one.units for one in labelled)
    # 600 people around 6 %, each 5.3 points off: the mean errs by 0.2 points.
    assert wrong == pytest.approx(0.06, abs=0.009)


def test_errors_cluster_by_person():
    crew = hire(a_truth(annotators=4000, defect_clustering=0.05), rng=_rng())

    shares = np.array([person.defect for person in crew.annotators])

    # The variance of a beta is correlation × mean × (1 − mean).
    assert shares.mean() == pytest.approx(0.06, rel=0.05)
    assert shares.var() == pytest.approx(0.05 * 0.06 * 0.94, rel=0.12)


def test_people_who_do_not_cluster_are_all_alike():
    crew = hire(a_truth(defect_clustering=0.0), rng=_rng())

    assert {person.defect for person in crew.annotators} == {0.06}


def test_wholly_clustered_people_are_always_wrong_or_never():
    crew = hire(a_truth(defect_clustering=1.0, annotators=200), rng=_rng())

    assert {person.defect for person in crew.annotators} == {0.0, 1.0}


def test_reviews_catch_and_err_as_true():
    events = a_project(
        batches=100, first_pass_defect=0.2, defect_clustering=0.0, detection=0.7
    )

    first = of_stage(events, "review", attempt=0)
    sent_back = sum(one.found for one in first) / sum(one.units for one in first)

    # 100,000 units: the share errs by 0.1 points.
    assert events.truth.reject_share == pytest.approx(0.2 * 0.7 + 0.8 * 0.01)
    assert sent_back == pytest.approx(events.truth.reject_share, abs=0.006)


def test_a_rework_takes_its_effort_of_hand_time():
    events = a_project(
        **EVEN, seconds_per_item=0.0, rework_effort=0.5, review_effort=0.25
    )

    for one in of_stage(events, "rework"):
        if "lead" not in one.actor:
            assert one.seconds == pytest.approx(12.0 * one.units * 0.5)
    for one in of_stage(events, "review"):
        assert one.seconds == pytest.approx(12.0 * one.units * 0.25)


def test_what_is_sent_back_is_redone_and_nothing_else():
    events = a_project(first_pass_defect=0.3)
    sent_back: Counter = Counter()
    redone: Counter = Counter()
    for one in events.entries:
        key = (one.batch, one.item)
        if one.stage == "review":
            sent_back[key, one.attempt] += one.found
        elif one.stage == "rework":
            redone[key, one.attempt - 1] += one.units

    assert +sent_back == +redone


def test_nothing_is_lost_between_labelling_and_the_end_of_a_batch():
    events = a_project()
    labelled: Counter = Counter()
    for one in of_stage(events, "label"):
        labelled[one.batch] += one.units

    ended = {one.batch: one.units for one in events.outcomes}

    assert ended == labelled
    assert sum(ended.values()) == sum(
        one.units for one in events.outcomes if one.released
    ) + sum(one.units for one in events.outcomes if not one.released)
    for one in events.entries:
        assert 0 <= one.found <= one.units
        assert 0 <= one.wrong <= one.units


def test_wrong_units_escape_only_past_a_reviewer():
    blind = a_project(detection=0.0, false_rejection=0.0)
    perfect = a_project(detection=1.0)

    first = sum(one.wrong for one in of_stage(blind, "label"))

    assert sum(one.wrong for one in blind.outcomes) == first
    assert sum(one.wrong for one in perfect.outcomes) == 0


def test_the_lead_settles_what_is_sent_back_too_often():
    events = a_project(
        batches=4, first_pass_defect=1.0, detection=1.0, max_loops=2, annotators=2
    )

    reworks = of_stage(events, "rework")

    assert {one.attempt for one in reworks} == {1, 2, 3}
    assert {one.actor for one in reworks if one.attempt == 3} == {"lead"}
    assert all(one.released and one.wrong == 0 for one in events.outcomes)


def test_a_sample_over_its_limit_blocks_the_batch():
    events = a_project(detection=0.3, first_pass_defect=0.08)

    for one in events.outcomes:
        assert one.released == (one.defects <= int(one.sampled_units * 0.02))
    assert {one.released for one in events.outcomes} == {True, False}


def test_the_sample_is_a_tenth_of_the_items():
    sampled = Counter(one.batch for one in of_stage(a_project(), "audit"))

    assert set(sampled.values()) == {20}


def test_accepted_prelabels_take_only_a_check():
    events = a_project(
        **EVEN,
        seconds_per_item=0.0,
        prelabel_accept=0.6,
        prelabel_check=0.25,
        prelabel_fix=0.75,
    )

    labelled = of_stage(events, "label")
    units = sum(one.units for one in labelled)
    accepted = sum(one.prelabels_accepted or 0 for one in labelled)
    pace = sum(one.seconds for one in labelled) / units

    assert accepted / units == pytest.approx(0.6, abs=0.02)
    assert pace == pytest.approx(12.0 * (0.25 + 0.5 * (1 - accepted / units)))


def test_nobody_does_two_things_at_once_or_reviews_their_own_work():
    events = a_project(batches=6)
    by_person = defaultdict(list)
    labellers = {}
    for one in events.entries:
        by_person[one.actor].append(one)
        if one.stage == "label":
            labellers[one.batch, one.item] = one.actor
        elif one.stage == "review":
            assert one.actor != labellers[one.batch, one.item]
    for found in by_person.values():
        for one, after in pairwise(found):
            worked = timedelta(seconds=one.seconds)
            # Clock time holds idle time too, so an event never starts too early.
            assert one.start + worked <= after.start + timedelta(microseconds=2) or (
                after.start.date() > one.start.date()
            )


def test_nobody_works_at_weekends():
    days = {one.start.date() for one in a_project().entries}

    assert {day.weekday() for day in days} <= {0, 1, 2, 3, 4}


def test_working_days_are_counted_from_the_next_working_one():
    saturday = date(2026, 1, 10)

    assert working_day(saturday, 0) == date(2026, 1, 12)
    assert working_day(date(2026, 1, 8), 2) == date(2026, 1, 12)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"first_pass_defect": 1.2}, "first_pass_defect: 1.2 is no share"),
        ({"wage": -1.0}, "wage: -1.0 is negative"),
        ({"seconds_per_unit": float("nan")}, "seconds_per_unit: nan"),
        ({"batches": 0}, "batches: 0 is less than 1"),
        ({"detection": 0.1, "false_rejection": 0.2}, "detection:"),
        ({"var_to_mean": 0.5}, "var_to_mean:"),
        ({"var_to_mean": 0.0, "units_per_item": 2.5}, "units_per_item:"),
        ({"idle_share": 1.0}, "hours_per_day: nobody ever works"),
    ],
)
def test_a_truth_that_cannot_be_is_refused(changes, named):
    with pytest.raises(TruthError, match=named):
        a_truth(**changes)


def _rng():
    return np.random.Generator(np.random.PCG64DXSM(1))
