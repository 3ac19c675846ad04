"""COCO files: what is counted, what is left out and said, what is refused."""

from __future__ import annotations

import json

import pytest

from scoping.samples.coco import measure, read_coco
from scoping.samples.values import SampleError
from tests.shared import shared

SQUARE = [0, 0, 10, 0, 10, 10, 0, 10]


def a_document(**changes):
    return {
        "images": [{"id": 1}, {"id": 2}, {"id": 3}],
        "annotations": [
            {"image_id": 1, "category_id": 7, "segmentation": [SQUARE]},
            {"image_id": 1, "category_id": 8, "bbox": [0, 0, 5, 5]},
            {"image_id": 3, "category_id": 7, "segmentation": {"counts": "a"}},
        ],
        "categories": [
            {"id": 7, "name": "car"},
            {"id": 8, "name": "bus"},
            {"id": 9, "name": "tram"},
        ],
    } | changes


def one_annotation(**said):
    return a_document(annotations=[{"image_id": 1} | said])


def test_images_without_an_object_count_as_zero():
    sample = measure(a_document(), name="a file")

    assert sample.counts == (2, 0, 1)
    assert (sample.images, sample.objects) == (3, 3)


def test_classes_are_those_listed_used_or_not():
    sample = measure(a_document(), name="a file")

    assert sample.classes == {"car": 2, "bus": 1}
    assert sample.unused_classes == ("tram",)
    assert sample.class_count == 3


def test_shapes_are_told_apart():
    sample = measure(a_document(), name="a file")

    assert sample.shapes == {"polygon": 1, "box": 1, "rle": 1}
    assert sample.vertices == (4,)


def test_the_type_is_that_of_most_objects():
    boxes = a_document(annotations=[{"image_id": 1, "bbox": [0, 0, 1, 1]}] * 2)
    masks = one_annotation(segmentation={"counts": [1], "size": [1, 1]})

    assert measure(boxes, name="a file").annotation_type == "bounding_box"
    assert measure(masks, name="a file").annotation_type == "instance_mask"
    assert measure(a_document(annotations=[]), name="").annotation_type == (
        "bounding_box"
    )


def test_all_rings_of_an_object_count_as_one_outline():
    sample = measure(one_annotation(segmentation=[SQUARE, SQUARE[:6]]), name="a file")

    assert sample.shapes == {"polygon": 1}
    assert sample.vertices == (7,)


def test_a_ring_that_stands_alone_is_read_too():
    sample = measure(one_annotation(segmentation=SQUARE), name="a file")

    assert sample.vertices == (4,)


def test_objects_with_points_are_objects_and_the_points_are_said():
    sample = measure(one_annotation(keypoints=[1, 2, 2], category_id=7), name="a file")

    assert sample.shapes == {"keypoints": 1}
    assert "a line of their own" in sample.remarks[0]


def test_annotations_of_unlisted_images_are_left_out_and_named():
    strangers = [{"image_id": image, "category_id": 7} for image in "abcda"]

    sample = measure(
        a_document(annotations=[*a_document()["annotations"], *strangers]),
        name="a file",
    )

    assert sample.objects == 3
    [remark] = sample.remarks
    assert remark.startswith("5 annotations belong to images that the file does not")
    assert "(a, b, c and 1 more)" in remark


def test_objects_without_a_listed_class_count_and_are_said():
    sample = measure(one_annotation(category_id=99), name="a file")

    assert sample.objects == 1
    assert sample.class_count == 3
    assert "1 annotations name no class" in sample.remarks[0]


def test_a_file_without_classes_is_still_counted():
    sample = measure(a_document(categories=None), name="a file")

    assert sample.objects == 3
    assert sample.class_count == 0


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "a file is no COCO file: a COCO file is an object"),
        ("text", "is no COCO file"),
        ({}, "it has no list “images”"),
        (a_document(annotations={}), "it has no list “annotations”"),
        (a_document(categories=5), "it has no list “categories”"),
        (a_document(images=[]), "lists no images"),
        (a_document(images=[{"id": None}]), r"images\[0\]: there is no id"),
        (a_document(images=[{"id": True}]), r"images\[0\]: there is no id"),
        (a_document(images=[{"id": [1]}]), r"images\[0\]: there is no id"),
        (a_document(images=[5]), r"images\[0\]: there is no id"),
        (a_document(images=[{"id": 1}] * 2), "the image id 1 stands 2 times"),
        (a_document(categories=[{"name": "car"}]), r"categories\[0\]: there is no id"),
        (a_document(annotations=[5]), r"annotations\[0\]: there is no image_id"),
        (a_document(annotations=[{}]), r"annotations\[0\]: there is no image_id"),
        (a_document(annotations=[{"image_id": {}}]), "there is no image_id"),
        (one_annotation(category_id=[7]), "its category_id is no number"),
        (one_annotation(segmentation="x"), "neither a list of rings"),
        (one_annotation(segmentation=[[1, 2, 3, 4]]), "three at least"),
        (one_annotation(segmentation=[SQUARE[:7]]), "three at least"),
        (one_annotation(segmentation=[[*SQUARE, "1", 2]]), "three at least"),
        (one_annotation(segmentation=[[*SQUARE, True, 2]]), "three at least"),
        (one_annotation(segmentation=[[*SQUARE, float("inf"), 2]]), "three at least"),
        (one_annotation(segmentation=[SQUARE, None]), "three at least"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_place(document, sentence):
    with pytest.raises(SampleError, match=sentence):
        measure(document, name="a file")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"images": [{"id": 1}], "annotations": [', "no complete JSON, line 1"),
        (b"", "no complete JSON"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b'{"images": [{"id": NaN}]}', "holds NaN, which is no number"),
        (b'{"images": -Infinity}', "holds -Infinity, which is no number"),
        (b"[" * 100_000, "nested too deeply|no complete JSON"),
        (b'{"images": ' + b"9" * 5000 + b"}", "a number that is too long"),
    ],
    ids=["truncated", "empty", "utf-16", "nan", "infinity", "deep", "long number"],
)
def test_a_file_that_is_no_json_is_refused(body, sentence, tmp_path):
    path = tmp_path / "sample.json"
    path.write_bytes(body)

    with pytest.raises(SampleError, match=sentence):
        read_coco(path)


def test_a_coordinate_beyond_floats_is_refused_or_whole(tmp_path):
    path = tmp_path / "sample.json"
    text = json.dumps(one_annotation(segmentation=[SQUARE]))
    path.write_text(text.replace("[[0,", "[[1e999,"), "utf-8")

    with pytest.raises(SampleError, match="three at least"):
        read_coco(path)


def test_a_file_over_the_limit_is_not_opened(tmp_path):
    path = tmp_path / "sample.json"
    path.write_text(json.dumps(a_document()), "utf-8")

    with pytest.raises(SampleError, match="Take a part of it"):
        read_coco(path, most_bytes=10)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "sample.json"
    path.write_text(json.dumps(a_document()), "utf-8-sig")

    assert read_coco(path).objects == 3


def test_litter_in_the_wild_is_counted():
    path = shared("data/samples/exports/coco/taco_annotations.json")

    sample = read_coco(path)

    assert (sample.images, sample.objects, sample.class_count) == (1500, 4784, 60)
    assert sample.median_vertices == 15
    assert sample.annotation_type == "polygon"
    assert max(sample.counts) == 90
    assert sample.remarks == ()
