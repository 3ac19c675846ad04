"""Methods: what satisfies a need, and what is lighter than what."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from scoping.calc.methods import ENOUGH, GIVEN_UP, enough, lighter_methods, satisfies
from scoping.calc.spec.values import Need
from tests.calc.an_estimate import a_line, a_spec

NEEDS = get_args(Need)


def lighter(need, type_, **changes):
    spec = a_spec(a_line(type=type_), need=need, **changes)
    return {method.type for method in lighter_methods(spec, spec.lines[0])}


def test_every_need_has_its_methods_and_a_reason():
    assert set(ENOUGH) == set(NEEDS)
    assert all(row.because.endswith(".") for row in ENOUGH.values())
    assert all(set() < row.lightest <= row.types for row in ENOUGH.values())


def test_masks_become_boxes_where_objects_are_to_be_found():
    assert lighter("object_detection", "instance_mask") == {"bounding_box"}
    assert lighter("object_detection", "polygon") == {"bounding_box"}
    assert lighter("instance_segmentation", "instance_mask") == {"polygon"}


def test_boxes_become_tags_only_where_kinds_are_enough():
    assert lighter("classification", "bounding_box") == {"image_tag"}
    assert lighter("object_detection", "bounding_box") == set()


def test_nothing_is_lighter_than_what_a_need_asks_for():
    assert lighter("semantic_segmentation", "semantic_mask") == set()
    assert lighter("pose", "keypoint") == set()
    assert lighter("pose", "polygon") == set()


def test_without_a_need_nothing_is_known_to_be_enough():
    assert lighter(None, "polygon") == set()
    assert not enough(a_spec(), "polygon")
    assert satisfies(a_spec(a_line(type="polygon")))


def test_objects_are_tracked_in_frames_and_not_in_images():
    boxes = a_spec(need="tracking")

    assert not satisfies(boxes)
    assert satisfies(replace(boxes, item_kind="frame"))
    assert lighter("tracking", "polygon") == set()
    assert lighter("tracking", "polygon", item_kind="frame") == {
        "bounding_box",
        "video_box",
    }
    assert lighter("object_detection", "bounding_box", item_kind="frame") == {
        "video_box"
    }


def test_existing_labels_keep_their_method():
    spec = a_spec(a_line(type="polygon", work="correct"), need="object_detection")

    assert list(lighter_methods(spec, spec.lines[0])) == []


def test_a_need_is_satisfied_by_what_is_in_the_total():
    masks, boxes = a_line(type="semantic_mask"), a_line(optional=True)

    assert not satisfies(a_spec(masks, boxes, need="object_detection"))
    assert satisfies(a_spec(masks, a_line(), need="object_detection"))


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("pair", GIVEN_UP)
def test_a_lighter_method_always_satisfies_the_need(need, pair):
    spec = a_spec(a_line(type=pair[0]), need=need, item_kind="frame")

    for method in lighter_methods(spec, spec.lines[0]):
        line = replace(spec.lines[0], type=method.type)
        assert satisfies(replace(spec, lines=(line,)))
        assert method.gives_up.endswith(".")
