"""Published projects: mapped by one rule set, predicted without their own source."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from functools import cache
from math import comb, exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.bands import Z90
from scoping.calc.spec import read_spec
from scoping.calc.validation import report
from scoping.calc.validation.baselines import GLOBAL, SPREAD, TASK, flat_predictions
from scoping.calc.validation.leaving import exponent, leaving_out, sources_of
from scoping.calc.validation.mapping import mapped
from scoping.calc.validation.predicting import predicted
from scoping.calc.validation.reading import (
    ValidationFileError,
    read_evidence,
    read_projects,
)
from scoping.calc.validation.scoring import (
    exact_interval,
    log_loss,
    pinball,
    scores,
)
from scoping.calc.validation.values import Mapped, NotMapped, Prediction
from tests.calc.an_estimate import FIXTURES, START, a_figure, the_card, the_workdays

D = Decimal
ROW = {
    "row_id": "X1",
    "dataset": "Harbour boats",
    "task": "bounding_box",
    "n_images": "1000",
    "n_objects": "5000",
    "hours_used": "20",
    "includes": "labelling only",
    "split": "calibration",
}


@cache
def the_evidence():
    folder = FIXTURES / "effort"
    document = yaml.safe_load((folder / "evidence.yaml").read_text("utf-8"))
    with (folder / "measured_times.csv").open(encoding="utf-8", newline="") as file:
        return read_evidence(document, csv.DictReader(file))


def a_project(**changes):
    return read_projects([ROW | changes])[0]


def a_mapped(**changes):
    found = mapped(a_project(**changes), cost=the_card().cost)
    assert isinstance(found, Mapped), found
    return found


def the_line(**changes):
    return a_mapped(**changes).document["lines"][0]


def reason(**changes):
    found = mapped(a_project(**changes), cost=the_card().cost)
    assert isinstance(found, NotMapped)
    return found.reason


def an_answer(found, *, card=None, **more):
    spec = read_spec({**found.document, **more}, door="staff", today=START)
    return predicted(
        found,
        spec,
        card or the_card(),
        evidence=the_evidence(),
        workdays=the_workdays(),
        draws=1024,
    )


def a_prediction(**changes):
    found = an_answer(a_mapped(**changes))
    assert isinstance(found, Prediction), found
    return found


def the_scores(rows):
    found = scores(rows)
    assert found is not None
    return found


# --- What the card rests on -----------------------------------------------------------


def test_every_cell_of_the_card_is_its_prior_times_its_factor():
    for (type_, complexity), cell in the_card().cost.effort.items():
        # R27 is one figure over three speed-ups, and has no rows of its own.
        if cell.prior == "R27":
            continue
        prior = the_evidence().priors[cell.prior]
        logs = [log(the_evidence().timed[row].seconds) for row in prior.rows]
        middle = exp(sum(logs) / len(logs)) / prior.units * float(cell.times)
        # One study, or a factor of ours: widened before it is used.
        widened = sqrt(2) if cell.seconds.p50.weak else 1
        far = float(Z90) * prior.sigma * widened

        # Published priors are rounded to the hundredth before the factor.
        for figure, expected in (
            (cell.seconds.p10, middle * exp(-far)),
            (cell.seconds.p50, middle),
            (cell.seconds.p90, middle * exp(far)),
        ):
            assert float(figure.value) == pytest.approx(expected, rel=0.01), (
                f"{figure.key} of {type_}/{complexity}"
            )


def test_a_prior_on_a_row_that_is_not_there_is_refused():
    document = {
        "priors": {"R1": {"type": "polygon", "rows": ["U9"], "sigma": "1"}},
        "classes": [],
        "sources": {},
    }

    with pytest.raises(ValidationFileError, match="row U9"):
        read_evidence(document, [])


# --- Rows into specs ------------------------------------------------------------------


def test_a_row_becomes_a_spec_that_the_reader_takes():
    found = a_mapped(n_classes="about 12 used", crew_size="3 experts")

    spec = read_spec(found.document, door="staff", today=START)

    assert (spec.items, spec.team.annotators) == (1000, 3)
    assert spec.lines[0].units_per_item.mean == 5
    assert (spec.lines[0].complexity, spec.lines[0].classes) == ("standard", 12)
    assert (found.units, found.hours) == (5000, 20)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"task": "panoptic"}, {"type": "semantic_mask", "complexity": "standard"}),
        ({"task": "semantic_mask (fine polygons)"}, {"complexity": "hard"}),
        ({"task": "instance_mask (very fine)"}, {"complexity": "expert"}),
        ({"task": "semantic_mask (coarse)"}, {"complexity": "simple"}),
        ({"task": "rating"}, {"type": "image_tag", "complexity": "expert"}),
        ({"task": "instance_mask (SAM-assisted)"}, {"complexity": "simple"}),
        ({"task": "cuboid_3d"}, {"type": "cuboid"}),
        ({"task": "polygon", "avg_vertices": "24.5"}, {"vertices": "24.500000"}),
        ({"task": "polygon (histology)"}, {"domain": "medical"}),
        ({"dataset": "Aerial roofs"}, {"domain": "geo"}),
        ({"n_classes": "class-agnostic"}, {"classes": 1}),
        ({"n_classes": "1,000"}, {"classes": 1000}),
        ({"includes": "labelling, 8 workers per image"}, {"redundancy": 8}),
        ({"review_scheme": "3-fold redundancy"}, {"redundancy": 3}),
        ({"task": "semantic_mask"}, {"units_per_item": "1.000000"}),
        (
            {"task": "image_tagging", "n_objects": ""},
            {"units_per_item": "1.000000"},
        ),
        ({"n_images": ""}, {"units_per_item": "1.000000"}),
    ],
)
def test_a_rule_reads_what_the_row_says(changes, expected):
    line = the_line(**changes)

    assert {key: line[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("changes", "units"),
    [
        ({"object_unit": "persons"}, 5000 * 17),
        ({"task": "keypoint (21-point hand)"}, 5000 * 21),
        ({"object_unit": "keypoints"}, 5000),
        ({"task": "polygon", "object_unit": "persons"}, 5000),
    ],
)
def test_keypoints_of_a_body_are_counted_one_by_one(changes, units):
    assert a_mapped(**{"task": "keypoint", **changes}).units == units


def test_assisted_work_without_a_cell_of_its_own_takes_the_typical_model():
    line = the_line(task="bounding_box (model-assisted)")

    assert line["complexity"] == "standard"
    assert line["prelabel"]["accept_rate"] == {"p10": "0.45", "p50": "0.65"} | {
        "p90": "0.80"
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task": "text_caption"}, "none of the product's annotation types"),
        ({"task": "point_click"}, "none of the product's annotation types"),
        ({"task": "image_tagging+polygon"}, "several tasks"),
        ({"hours_used": ""}, "no hours"),
        ({"n_objects": ""}, "how many objects"),
        ({"task": "semantic_mask", "n_images": ""}, "how many images there are"),
        ({"task": "image_tagging", "n_images": "", "n_objects": ""}, "or labels"),
        ({"object_unit": "organ-volumes"}, "neither an image nor a frame"),
        ({"hours_used": "12,5"}, "hours_used is “12,5”"),
        ({"n_images": "0"}, "n_images is “0”, and no whole number above 0"),
        ({"n_objects": "10.5"}, "n_objects is “10.5”"),
        ({"n_images": "1", "n_objects": "90000"}, "units an image: no spec"),
    ],
)
def test_a_row_that_cannot_be_mapped_says_why(changes, said):
    assert said in reason(**changes)


def test_what_the_hours_hold_is_read_and_not_guessed():
    assert not a_mapped().with_checks
    assert a_mapped(includes="labelling incl. checks").with_checks
    assert a_mapped(includes="labelling + review").with_checks
    assert not a_mapped(includes="drawing; 3-5 verifiers not counted").with_checks
    assert a_mapped(includes="platform session hours").clock == "session"
    assert a_mapped().clock == "label"


def test_hours_are_those_used_then_reported_then_derived():
    later = {"hours_used": "", "derived_total_hours": "7"}

    assert a_mapped(**later).hours == 7
    assert a_mapped(**later, reported_total_hours="9").hours == 9


def test_a_file_without_rows_or_columns_is_refused():
    with pytest.raises(ValidationFileError, match="no rows"):
        read_projects([])
    with pytest.raises(ValidationFileError, match="no column task"):
        read_projects([{"row_id": "1", "dataset": "x"}])


# --- A source left out ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"dataset": "MS COCO: segmentation stage"}, ("coco",)),
        ({"source_url": "https://arxiv.org/abs/1405.0312/"}, ("coco",)),
        ({"dataset": "COCO+Stuff"}, ("coco-stuff", "fluid-annotation")),
        ({}, ()),
    ],
)
def test_the_sources_of_a_project_are_told_by_name_or_address(changes, expected):
    assert sources_of(a_project(**changes), the_evidence()) == expected


def test_nothing_is_left_out_of_a_card_by_nobody():
    found = leaving_out(the_card().cost, the_evidence(), without=())

    assert found.cost == the_card().cost
    assert not found.pooled


def test_a_cell_without_one_of_its_sources_is_the_mean_of_the_others():
    found = leaving_out(the_card().cost, the_evidence(), without=("coco",))

    # √(54 × 55.4) = 54.6955; two sources left: 0.45 × √1.5 = 0.551135.
    seconds = found.cost.effort["polygon", "standard"].seconds
    assert float(seconds.p50.value) == pytest.approx(sqrt(54 * 55.4), rel=1e-6)
    far = exp(float(Z90) * 0.45 * sqrt(1.5))
    assert float(seconds.p90.value) == pytest.approx(54.6955 * far, rel=1e-4)
    # A cell that takes a prior with a factor keeps the factor: × 1.3.
    masks = found.cost.effort["instance_mask", "standard"].seconds
    # It is weak, and stays as wide as weak cells are: 0.45 × √2, more than 0.551.
    far = exp(float(Z90) * 0.45 * sqrt(2))
    assert float(masks.p90.value / masks.p50.value) == pytest.approx(far, rel=1e-4)
    assert float(masks.p50.value) == pytest.approx(54.6955 * 1.3, rel=1e-4)
    # What nobody touched stays as it was.
    untouched = ("bounding_box", "simple")
    assert found.cost.effort[untouched] == the_card().cost.effort[untouched]


def test_what_rests_on_a_left_out_source_goes_with_it():
    # Corrective clicks are published as a third of the seconds of COCO: U058.
    found = leaving_out(the_card().cost, the_evidence(), without=("coco",))

    seconds = found.cost.effort["instance_mask", "simple"].seconds.p50.value
    assert float(seconds) == pytest.approx(sqrt(34 * 10), rel=1e-6)


def test_a_cell_without_any_source_left_knows_its_type_alone():
    found = leaving_out(the_card().cost, the_evidence(), without=("whats-the-point",))

    key = ("semantic_mask", "standard")
    assert key in found.pooled
    # The other priors of full-scene masks: 760.25 s, 3,600 s and 420 s.
    middle = float(found.cost.effort[key].seconds.p50.value)
    assert middle == pytest.approx((760.25 * 3600 * 420) ** (1 / 3), rel=1e-4)
    seconds = found.cost.effort[key].seconds
    assert seconds.p90.value / seconds.p50.value > 4


def test_a_type_without_any_source_left_is_gone():
    found = leaving_out(the_card().cost, the_evidence(), without=("pathtrack",))

    assert ("video_box", "standard") in found.gone
    assert ("video_box", "standard") not in found.cost.effort


def test_a_cell_that_nobody_published_stays():
    cost = the_card().cost
    own = replace(cost.effort["polygon", "standard"], prior=None)
    cost = replace(cost, effort={("polygon", "standard"): own})

    found = leaving_out(cost, the_evidence(), without=("coco", "jain-grauman"))

    assert found.cost.effort["polygon", "standard"] == own


def test_the_factor_of_classes_goes_on_the_power_that_is_left():
    pairs = [
        log(4.2) / log(10),
        log(15.27) / log(100),
        log(1.37) / log(4.55),
        log(2) / log(2.95),
    ]
    assert exponent(the_evidence()) == pytest.approx(sum(pairs) / 4)

    found = leaving_out(the_card().cost, the_evidence(), without=("cifar-n",))

    hundred = found.cost.drivers_steps["classes"][-1].figure.value
    power = sum(pairs[1:]) / 3 / (sum(pairs) / 4)
    assert float(hundred) == pytest.approx(4.2**power, rel=1e-6)
    everybody = [pair.source for pair in the_evidence().classes]
    assert exponent(the_evidence(), without=everybody) == 0


# --- Predictions ----------------------------------------------------------------------


def test_hours_are_those_of_labelling_alone():
    found = a_prediction()

    # 1,000 images × 2.4 s + 5,000 boxes × 12.97 s = 67,250 s = 18.7 h.
    assert found.p50 == pytest.approx(67_250 / 3600, rel=0.03)
    assert found.p10 < found.p50 < found.p90
    assert found.left_out == ()
    assert found.covered


def test_checks_sessions_and_people_add_hours():
    alone = a_prediction()

    assert a_prediction(includes="labelling and review").p50 > 1.1 * alone.p50
    # One second of session is half a second of label time.
    session = a_prediction(includes="session hours")
    assert session.p50 == pytest.approx(2 * alone.p50)
    three = a_prediction(review_scheme="3-fold redundancy")
    assert three.p50 == pytest.approx(3 * alone.p50)


def test_one_person_is_less_certain_than_twenty():
    one, many = a_prediction(crew_size="1"), a_prediction(crew_size="200")

    assert one.p90 / one.p10 > 1.2 * many.p90 / many.p10


def test_a_project_is_not_predicted_by_itself():
    named = a_prediction(task="semantic_mask", dataset="PASCAL VOC 2012 aug")
    other = a_prediction(task="semantic_mask")

    assert named.fallback
    assert "whats-the-point" in named.left_out
    assert named.p90 / named.p10 > 3 * other.p90 / other.p10


def test_without_its_own_source_a_type_may_be_unknown():
    found = an_answer(a_mapped(task="video_box", dataset="PathTrack"))

    assert isinstance(found, NotMapped)
    assert "nothing is known" in found.reason


# --- Baselines and scores -------------------------------------------------------------


def test_baselines_are_medians_of_what_others_timed():
    found = flat_predictions(a_mapped(), the_evidence(), without=("coco",))
    rows = [
        one
        for one in the_evidence().timed.values()
        if "coco" not in (one.source, one.rests_on)
    ]
    boxes = sorted(one.seconds for one in rows if one.task == "bounding_box")

    middle = np.median(boxes) * 5000 / 3600
    assert found[TASK] == pytest.approx((middle, middle, middle))
    everything = np.median([one.seconds for one in rows]) * 5000 / 3600
    assert found[GLOBAL] == pytest.approx((everything,) * 3)
    points = found[SPREAD.format(TASK)]
    assert points is not None
    low, middle_again, high = points
    assert middle_again == pytest.approx(middle)
    assert low < middle < high


def test_a_task_is_counted_in_images_where_an_image_was_timed():
    found = flat_predictions(a_mapped(task="image_tagging"), the_evidence(), without=())
    tags = [
        one.seconds
        for one in the_evidence().timed.values()
        if one.task == "image_tagging"
    ]

    assert found[TASK] == pytest.approx((np.median(tags) * 1000 / 3600,) * 3)


def test_without_a_time_there_is_no_baseline():
    found = flat_predictions(
        a_mapped(task="video_box"),
        the_evidence(),
        without=("pathtrack", "sa-v"),
    )

    assert found[TASK] is None
    assert found[GLOBAL] is not None


@given(
    quantile=st.floats(-9, 9), seen=st.floats(-9, 9), level=st.sampled_from([0.1, 0.9])
)
def test_a_pinball_loss_is_never_below_nothing(quantile, seen, level):
    assert pinball(quantile, seen, level=level) >= 0
    assert pinball(seen, seen, level=level) == 0


def test_a_pinball_loss_is_least_at_the_quantile():
    # The slow opinion: of all places, the true P10 has the least mean loss.
    seen = [NormalDist().inv_cdf((place + 0.5) / 2000) for place in range(2000)]
    places = np.linspace(-2.5, 0, 251)

    losses = [
        np.mean([pinball(place, one, level=0.1) for one in seen]) for place in places
    ]

    assert places[int(np.argmin(losses))] == pytest.approx(-1.2816, abs=0.02)


def test_a_loss_is_of_logarithms():
    # ln 2 above at each level: 0.9, 0.5 and 0.1 of it, mean half of it.
    assert log_loss((20, 20, 20), 10) == pytest.approx(log(2) / 2)
    assert log_loss((2000, 2000, 2000), 1000) == pytest.approx(log(2) / 2)


@pytest.mark.parametrize(("hits", "rows"), [(0, 5), (8, 12), (12, 12), (1, 3)])
def test_the_interval_is_exact(hits, rows):
    low, high = exact_interval(hits, rows)

    def at_least(share):
        return sum(
            comb(rows, k) * share**k * (1 - share) ** (rows - k)
            for k in range(hits, rows + 1)
        )

    # So many hits or more have 2.5 % at the low end, so many or fewer at the high end.
    if hits:
        assert at_least(low) == pytest.approx(0.025, abs=1e-6)
    else:
        assert low == 0
    if hits < rows:
        few = (
            1
            - at_least(high)
            + comb(rows, hits) * high**hits * (1 - high) ** (rows - hits)
        )
        assert few == pytest.approx(0.025, abs=1e-6)
    else:
        assert high == 1


def test_scores_count_what_lies_within():
    hit, missed = a_prediction(), a_prediction(hours_used="900")

    found = the_scores([hit, missed])

    assert (found.rows, found.covered) == (2, 1)
    assert found.holds_stated
    ratios = [abs(log(one.p50 / one.mapped.hours)) for one in (hit, missed)]
    assert found.error == pytest.approx(sum(ratios) / 2)
    assert found.against[TASK].rows == 2
    assert scores([]) is None


def test_a_narrow_estimator_is_found_out():
    # Negative control: one that is sure of a wrong number, ten times over.
    wrong = [replace(a_prediction(), p10=39, p50=40, p90=41)] * 10

    found = the_scores(wrong)

    assert not found.holds_stated
    assert found.loss > the_scores([a_prediction()] * 10).loss


def test_the_split_is_scored_and_other_rows_are_shown():
    rows = [a_prediction(), a_prediction(split="noise_check")]

    assert len(report.scored(rows)) == 1
    assert len(report.scored([a_prediction(split="")] * 2)) == 2


def test_the_report_says_every_row_and_every_reason():
    project = a_project(task="text_caption")
    left = mapped(project, cost=the_card().cost)
    assert isinstance(left, NotMapped)
    aside = [left]
    rows = [
        a_prediction(),
        a_prediction(includes="labelling and checks", split="held_out"),
        a_prediction(task="semantic_mask", dataset="PASCAL VOC 2012"),
    ]
    result = scores(report.scored(rows))

    lines = "\n".join(report.text(rows, aside, result, card="2026-01"))

    assert "Harbour boats" in lines
    assert "only its type is known then" in lines
    assert "with checks" in lines
    assert "none of the product's annotation types" in lines
    assert "Scored: the 2 rows" in lines
    assert "95 % interval" in lines
    found = report.data(rows, aside, result, card="2026-01")
    assert found["rows"][0]["reported"] == "20.0"
    assert found["scores"]["baselines"][TASK]["rows"] == 2


def test_a_file_that_nothing_can_be_said_of_says_so():
    lines = "\n".join(report.text([], [], None, card="2026-01"))

    assert "No row of this file can be estimated." in lines
    assert "Nothing to score." in lines
    assert report.data([], [], None, card="2026-01")["scores"] is None


def test_a_baseline_that_has_no_time_is_said():
    one = a_prediction()
    blind = replace(one, flat=dict.fromkeys(one.flat))

    lines = "\n".join(report.text([blind], [], scores([blind]), card="2026-01"))

    assert "does not hold" not in lines
    assert "no published time is left" in lines


def test_interpolated_frames_are_in_the_hours():
    video = {"clips": 10, "seconds_per_clip": 10, "fps": 10, "label_every": 5}
    cost = replace(the_card().cost, video_check_seconds=a_figure("36"))

    found = an_answer(
        a_mapped(task="video_box"), card=replace(the_card(), cost=cost), video=video
    )

    # 800 frames between key frames × 36 s = 8 h, beside boxes of 200 frames.
    assert isinstance(found, Prediction)
    assert found.p10 > 8
