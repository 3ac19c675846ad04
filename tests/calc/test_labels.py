"""Labels: how alike two are, whose is whose, and how alike two passes are."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.labels import counting
from scoping.calc.labels.agreement import agreement
from scoping.calc.labels.counting import TooMuchError
from scoping.calc.labels.overlap import (
    box_overlap,
    keypoint_similarity,
    likeness,
    outline_overlap,
    overlaps,
    runs_common,
)
from scoping.calc.labels.pairs import matched
from scoping.calc.labels.values import (
    COCO_PERSON,
    Box,
    Image,
    Label,
    LabelError,
    Mask,
    Outline,
    Pair,
    Points,
    Sigmas,
    Tag,
)
from tests import slow_agreement

SQUARE = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], float)
sides = st.integers(0, 12)


@st.composite
def boxes(draw):
    left, top = draw(sides), draw(sides)
    return (left, top, left + draw(st.integers(1, 9)), top + draw(st.integers(1, 9)))


named = st.lists(st.tuples(st.sampled_from(["car", "van"]), boxes()), max_size=5)


def a_box(name, corners):
    left, top, right, bottom = corners
    return Label(name=name, shape=Box(left=left, top=top, right=right, bottom=bottom))


def a_pair(first, second, name="1.jpg"):
    return Pair(
        first=Image(name=name, labels=tuple(a_box(*one) for one in first)),
        second=Image(name=name, labels=tuple(a_box(*one) for one in second)),
    )


def a_mask(rows):
    """Return the mask of a picture: one text a row, # is covered."""
    height, width = len(rows), len(rows[0])
    flat = [rows[y][x] == "#" for x in range(width) for y in range(height)]
    steps = np.diff(np.array([0, *flat, 0], int))
    return Mask(
        height=height,
        width=width,
        starts=np.flatnonzero(steps == 1),
        ends=np.flatnonzero(steps == -1),
    )


def compared(pairs, **options):
    return agreement(pairs, rng=np.random.default_rng(1), **options)


# --- how alike two shapes are -------------------------------------------------------


def test_the_inclusive_convention_would_give_another_overlap():
    # 25 / 175; with inclusive pixels 36 / 206 = 0.1748.
    assert box_overlap((0, 0, 10, 10), (5, 5, 15, 15)) == pytest.approx(25 / 175)


def test_a_box_without_area_overlaps_nothing():
    assert box_overlap((0, 0, 0, 5), (0, 0, 0, 5)) == 0


@given(first=boxes(), second=boxes())
def test_a_box_is_an_outline_of_four_corners(first, second):
    corners = [
        np.array([[a, b], [c, b], [c, d], [a, d]], float)
        for a, b, c, d in (first, second)
    ]

    by_box, by_outline = (
        box_overlap(first, second),
        outline_overlap(*[[c] for c in corners]),
    )

    assert by_box == pytest.approx(by_outline, abs=1e-9)
    assert by_box == pytest.approx(slow_agreement.overlap(first, second), abs=1e-12)


@given(first=st.sets(st.integers(0, 40)), second=st.sets(st.integers(0, 40)))
def test_runs_share_what_both_sets_of_pixels_hold(first, second):
    assert runs_common(_runs(first), _runs(second)) == len(first & second)


def test_masks_boxes_and_outlines_are_laid_on_each_other():
    mask = a_mask(["##..", "##..", "....", "...."])
    box = Box(left=0, top=0, right=2, bottom=4)
    outline = Outline((np.array([[0, 0], [2, 0], [2, 2], [0, 2]], float),))

    # 4 of 8 pixels; the outline is the same four.
    assert likeness(mask, box, sigmas=COCO_PERSON) == 0.5
    assert likeness(outline, mask, sigmas=COCO_PERSON) == 1
    assert likeness(outline, box, sigmas=COCO_PERSON) == pytest.approx(0.5)
    empty = a_mask(["....", "...."])
    assert likeness(empty, empty, sigmas=COCO_PERSON) == 0
    assert likeness(Tag(), Tag(), sigmas=COCO_PERSON) == 1


def test_masks_of_two_sizes_are_refused():
    with pytest.raises(LabelError, match="not of the same image"):
        likeness(a_mask(["#."]), a_mask(["#"]), sigmas=COCO_PERSON)


@pytest.mark.parametrize(
    ("first", "second"),
    [(Tag(), Box(left=0, top=0, right=1, bottom=1)), (Points(at={}), Tag())],
)
def test_shapes_of_two_kinds_are_refused(first, second):
    with pytest.raises(LabelError, match="two kinds"):
        likeness(first, second, sigmas=COCO_PERSON)


def test_keypoints_are_as_alike_as_coco_says():
    reference = Points(at={"nose": (10, 10), "tail": (50, 50)}, area=400)
    other = Points(at={"nose": (13, 14), "tail": (50, 50), "ear": (1, 1)})

    found = keypoint_similarity(other, reference, sigmas=COCO_PERSON)

    # The nose is 5 away: exp(-25 / (2 x 400 x 0.052^2)); the tail is on the spot.
    assert found == pytest.approx((exp(-25 / (2 * 400 * 0.052**2)) + 1) / 2)


def test_a_point_that_is_missing_counts_as_nothing():
    reference = Points(at={"a": (0, 0), "b": (9, 9)}, area=100)

    assert keypoint_similarity(
        Points(at={"a": (0, 0)}), reference, sigmas=Sigmas()
    ) == pytest.approx(0.5)


def test_an_object_without_area_takes_the_frame_of_its_points_or_of_the_image():
    frame = Points(at={"a": (0, 0), "b": (10, 10)})
    single = Points(at={"a": (0, 0)})
    near = Points(at={"a": (3, 4)})
    sigmas = Sigmas(other=0.1)

    # 5 away, once in 100 square pixels (and b missing), once in 10,000.
    assert keypoint_similarity(near, frame, sigmas=sigmas) == pytest.approx(
        exp(-25 / (2 * 100 * 0.04)) / 2
    )
    assert keypoint_similarity(
        near, single, sigmas=sigmas, image_area=10_000
    ) == pytest.approx(exp(-25 / (2 * 10_000 * 0.04)))
    assert keypoint_similarity(near, single, sigmas=sigmas) == 0
    assert keypoint_similarity(near, Points(at={}), sigmas=sigmas, image_area=9) == 0


def test_frames_that_leave_no_room_are_not_laid_on_each_other():
    far = Label(name="car", shape=Outline((SQUARE + 9,)))
    near = Label(name="car", shape=Outline((SQUARE,)))

    least, all_ = (
        overlaps([near], [far], sigmas=COCO_PERSON, least=least) for least in (0.5, 0)
    )

    assert least[0, 0] == 0
    assert all_[0, 0] == pytest.approx(1 / 199)


def test_a_mask_meets_only_what_its_columns_meet():
    mask = Label(name="car", shape=a_mask(["....#", "....#"]))
    left = a_box("car", (0, 0, 2, 2))
    right = a_box("car", (4, 0, 5, 2))

    assert overlaps([mask], [left, right], sigmas=COCO_PERSON).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Box(left=2, top=0, right=1, bottom=1),
        lambda: Outline(()),
        lambda: Outline((SQUARE[:2],)),
        lambda: Label(name="", shape=Tag()),
    ],
)
def test_a_shape_that_cannot_be_is_refused(wrong):
    with pytest.raises(LabelError):
        wrong()


# --- whose is whose -----------------------------------------------------------------


def test_the_greatest_total_finds_what_a_greedy_choice_loses():
    # Greedy takes 0.9 first and leaves one pair; the best total is 0.8 + 0.7.
    found = matched(np.array([[0.9, 0.8], [0.7, 0.1]]), least=0.5)

    assert [(one.first, one.second) for one in found] == [(0, 1), (1, 0)]


def test_pairs_below_the_least_never_cost_a_pair_above_it():
    # Over all pairs 0.45 + 0.45 > 0.8, and neither of them is the same object.
    found = matched(np.array([[0.8, 0.45], [0.45, 0.0]]), least=0.5)

    assert [(one.first, one.second) for one in found] == [(0, 0)]


def test_an_overlap_of_exactly_the_least_is_enough():
    assert len(matched(np.array([[1 - 0.5]]), least=0.5)) == 1
    assert matched(np.zeros((0, 3)), least=0.5) == ()


@given(first=named, second=named, classed=st.booleans())
def test_no_other_pairing_has_a_greater_total(first, second, classed):
    pairs = slow_agreement.best_pairs(first, second, least=0.3, classed=classed)

    likely = np.array(
        [
            [
                slow_agreement.overlap(a[1], b[1])
                if not classed or a[0] == b[0]
                else 0.0
                for b in second
            ]
            for a in first
        ]
    ).reshape(len(first), len(second))
    found = matched(likely, least=0.3)

    assert sum(one.overlap for one in found) == pytest.approx(
        sum(value for *_, value in pairs)
    )


# --- how alike two passes are -------------------------------------------------------


@given(images=st.lists(st.tuples(named, named), min_size=1, max_size=5))
def test_it_agrees_with_trying_every_pairing(images):
    if not any(first or second for first, second in images):
        return
    (found,) = compared(
        [a_pair(*image) for image in images], least=0.4, draws=200
    ).families

    for row, classed in ((found.named, True), (found.found, False)):
        counts = slow_agreement.counts(images, least=0.4, classed=classed)
        total = [sum(column) for column in zip(*counts, strict=True)]
        assert [row.first, row.second] == total[1:3]
        # Of equal totals two pairings may differ in number.
        if row.matched == total[0] and row.matched:
            expected = slow_agreement.figures(counts)
            assert row.f1.value == pytest.approx(expected["f1"])
            assert row.precision.value == pytest.approx(expected["precision"])
            assert row.recall.value == pytest.approx(expected["recall"])
            assert row.overlap.value == pytest.approx(expected["overlap"])


def test_a_wrong_class_is_one_missed_and_one_too_many():
    pairs = [a_pair([("car", (0, 0, 9, 9))], [("van", (0, 0, 9, 9))])]

    (found,) = compared(pairs).families

    assert (found.named.matched, found.found.matched) == (0, 1)
    assert found.named.f1.value == 0
    assert found.same_class.value == 0
    assert [(one.first, one.second, one.times) for one in found.confusions] == [
        ("car", "van", 1)
    ]
    assert {one.name: one.row.recall.value for one in found.classes} == {
        "car": None,
        "van": 0,
    }


def test_intervals_and_alpha_agree_with_drawing_from_a_hat():
    dice = Random(6)
    images = []
    for _ in range(60):
        second = [
            (dice.choice(["car", "van"]), _a_place(dice))
            for _ in range(dice.randint(1, 5))
        ]
        careful = dice.random() < 0.7
        first = [
            (name if dice.random() < 0.9 else "van", _moved(dice, box))
            for name, box in second
            if dice.random() < (0.97 if careful else 0.5)
        ]
        images.append((first, second))

    (found,) = compared([a_pair(*image) for image in images], draws=2000).families

    counts = slow_agreement.counts(images, least=0.5)
    expected = slow_agreement.intervals(counts, draws=2000)
    row = found.named
    for name, figure in (
        ("precision", row.precision),
        ("recall", row.recall),
        ("f1", row.f1),
        ("overlap", row.overlap),
    ):
        assert figure.value == pytest.approx(slow_agreement.figures(counts)[name])
        assert figure.low == pytest.approx(expected[name][0], abs=0.015)
        assert figure.high == pytest.approx(expected[name][1], abs=0.015)
    assert found.alpha.value == pytest.approx(slow_agreement.alpha(images, least=0.5))
    assert found.alpha.low < found.alpha.value < found.alpha.high
    for one in found.classes:
        counted = slow_agreement.counts(images, least=0.5, only=one.name)
        assert one.row.matched == sum(row[0] for row in counted)


def test_twice_the_same_agrees_wholly_and_says_what_that_proves():
    image = [("car", (0, 0, 9, 9)), ("van", (20, 0, 29, 9))]

    (found,) = compared([a_pair(image, image, str(n)) for n in range(20)]).families

    assert found.named.f1.value == found.alpha.value == 1
    # All of 20 images: 0.025 ^ (1 / 20), two-sided.
    assert found.named.f1.low == pytest.approx(0.025 ** (1 / 20))
    assert found.named.overlap.low is None


def test_one_image_has_no_interval_by_resampling():
    boxes = [("car", (0, 0, 9, 9)), ("car", (20, 0, 29, 9))]

    (found,) = compared([a_pair(boxes, boxes[:1])]).families

    assert found.named.precision.value == 0.5
    assert found.named.precision.low is None


def test_many_classes_get_fewer_resamples_and_too_many_none(monkeypatch):
    images = [a_pair([(f"c{n}", (0, 0, 9, 9))], [], str(n)) for n in range(6)]
    monkeypatch.setattr("scoping.calc.labels.agreement.MOST_DRAWN", 10)
    (found,) = compared(images).families
    monkeypatch.setattr(counting, "MOST_CLASSES", 5)

    assert len(found.classes) == 6
    with pytest.raises(TooMuchError, match="6 classes"):
        compared(images)


def test_what_would_take_too_long_is_refused_at_its_image():
    detailed = Label(name="car", shape=Outline((SQUARE,)))
    pair = Pair(
        first=Image(name="1", labels=(detailed,)),
        second=Image(name="1", labels=(detailed,)),
    )

    # 1 pair of labels and (4 + 4)^2 cells an image.
    compared([pair, pair], most_work=130)
    with pytest.raises(TooMuchError, match="image 2 of 2"):
        compared([pair, pair], most_work=129)


def test_a_shape_that_cannot_be_compared_names_its_image():
    one, other = (Label(name="car", shape=a_mask(rows)) for rows in (["#."], ["#"]))

    with pytest.raises(LabelError, match="Image street"):
        compared(
            [
                Pair(
                    first=Image(name="a", labels=(one,)),
                    second=Image(name="street", labels=(other,)),
                )
            ]
        )


def test_tags_are_compared_by_image_too():
    def an_image(*words):
        return Image(name="1", labels=tuple(Label(name=w, shape=Tag()) for w in words))

    pairs = [
        Pair(first=an_image("day"), second=an_image("day")),
        Pair(first=an_image("day", "rain"), second=an_image("rain", "day")),
        Pair(first=an_image("day"), second=an_image("night")),
        Pair(first=an_image("day"), second=an_image()),
    ]

    (found,) = compared(pairs).families

    assert found.family == "tags"
    assert (found.named.matched, found.named.first, found.named.second) == (3, 5, 4)
    # Three images were tagged twice; two of them alike, in whatever order.
    assert found.tags.items == 3
    assert found.tags.percent.value == pytest.approx(2 / 3)
    (lonely,) = compared(pairs[3:]).families
    assert lonely.tags is None


def test_keypoints_of_one_point_take_the_size_of_their_image():
    point = Label(name="cat", shape=Points(at={"1": (5, 5)}))
    image = Image(name="1", labels=(point,), width=100, height=100)

    for first, second in (
        (image, replace(image, width=None)),
        (replace(image, height=None), image),
    ):
        (found,) = compared([Pair(first=first, second=second)]).families
        assert (found.family, found.named.matched) == ("keypoints", 1)
    bare = replace(image, width=None)
    (found,) = compared([Pair(first=bare, second=bare)]).families
    assert found.named.matched == 0


@pytest.mark.parametrize(
    ("pairs", "options", "sentence"),
    [
        ([], {}, "no image in common"),
        ([a_pair([], [])], {}, "nothing to agree on"),
        ([a_pair([], [("a", (0, 0, 1, 1))])], {"least": 0}, "above 0"),
    ],
)
def test_without_anything_to_compare_it_says_so(pairs, options, sentence):
    with pytest.raises(LabelError, match=sentence):
        compared(pairs, **options)


def _runs(pixels):
    flat = [place in pixels for place in range(41)]
    steps = np.diff(np.array([0, *flat, 0], int))
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


def _a_place(dice):
    x, y = dice.uniform(0, 300), dice.uniform(0, 300)
    return (x, y, x + dice.uniform(10, 40), y + dice.uniform(10, 40))


def _moved(dice, box):
    return tuple(side + dice.gauss(0, 2) for side in box)
