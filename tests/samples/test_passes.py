"""Passes: every label of an annotation file with its place, whatever the tool."""

from __future__ import annotations

import json
from math import cos, radians, sin

import numpy as np
import pytest

from scoping.calc.labels.values import Box, Mask, Outline, Points, Tag
from scoping.samples.limits import Limits
from scoping.samples.passes import measured_of, read_pass
from scoping.samples.values import SampleError
from tests.samples.files import a_region, a_task, coco, cvat, cvat_image
from tests.shared import shared


@pytest.fixture
def read(tmp_path):
    def made(text, *, limits=None, name="labels"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_pass(path, **({} if limits is None else {"limits": limits}))

    return made


def shapes(found):
    return [one.shape for image in found.images for one in image.labels]


def corners(outline):
    return [tuple(point) for point in outline.rings[0].round(6).tolist()]


# --- COCO ----------------------------------------------------------------------------


def test_coco_gives_boxes_outlines_masks_and_points(read):
    found = read(
        coco(
            [
                {"bbox": [1, 2, 3, 4]},
                {"segmentation": [[0, 0, 4, 0, 0, 3], [5, 5, 9, 5, 5, 9]]},
                {"segmentation": [0, 0, 4, 0, 0, 3]},
                {"segmentation": {"size": [2, 3], "counts": [1, 2, 3]}},
                {"keypoints": [1, 2, 2, 0, 0, 0, 5, 6, 1], "area": 30},
                {"keypoints": [1, 2, 2], "bbox": [0, 0, 4, 5]},
                {"keypoints": [1, 2, 2]},
            ],
            categories=[{"id": 1, "name": "car", "keypoints": ["nose", "eye"]}],
        )
    )

    box, outline, flat, mask, points, by_box, bare = shapes(found)
    assert (found.format, found.labels) == ("COCO", 7)
    assert box == Box(left=1, top=2, right=4, bottom=6)
    assert [len(ring) for ring in outline.rings] == [3, 3]
    assert corners(flat) == [(0, 0), (4, 0), (0, 3)]
    assert (mask.starts.tolist(), mask.ends.tolist()) == ([1], [3])
    # The eye is not labelled; the third point has no name and so its number.
    assert points == Points(at={"nose": (1, 2), "3": (5, 6)}, area=30)
    assert (by_box.area, bare.area) == (20, None)
    assert (found.images[0].name, found.images[0].width) == ("a.jpg", 100)


@pytest.mark.parametrize("seed", range(4))
def test_masks_in_letters_are_those_in_numbers(read, seed):
    dice = np.random.default_rng(seed)
    runs = [int(run) for run in dice.integers(0, 400, size=21)]
    said = {"size": [1, sum(runs)]}

    in_letters, in_numbers = shapes(
        read(
            coco(
                [
                    {"segmentation": {**said, "counts": _letters(runs)}},
                    {"segmentation": {**said, "counts": runs}},
                ]
            )
        )
    )

    assert in_letters.starts.tolist() == in_numbers.starts.tolist()
    assert in_letters.ends.tolist() == in_numbers.ends.tolist()


def test_what_coco_leaves_open_is_said(read):
    found = read(
        coco(
            [
                {"bbox": [0, 0, 1, 1], "iscrowd": 1},
                {"bbox": [0, 0, 1, 1], "category_id": None},
                {"bbox": [0, 0, 1, 1], "image_id": 7},
            ],
            images=[{"id": 1, "height": "50", "width": "x" * 20}, {"id": "b"}],
        )
    )

    assert [image.name for image in found.images] == ["1", "b"]
    assert (found.images[0].height, found.images[0].width) == (50, None)
    assert [one.name for one in found.images[0].labels] == ["car", "without a class"]
    assert "1 annotations belong to images" in found.remarks[0]
    assert "1 regions are marked as crowds" in found.remarks[1]


@pytest.mark.parametrize(
    ("annotation", "sentence"),
    [
        ({}, "its bbox is no list"),
        ({"bbox": [1, 2, -3, 4]}, "below 0"),
        ({"bbox": [1, 2, "x", 4]}, "no number: “x”"),
        ({"bbox": [1, 2, True, 4]}, "is no number"),
        ({"bbox": [1, 2, 1e300, 4]}, "outside of any image"),
        ({"bbox": [1, 2, 10**400, 4]}, "is no number"),
        ({"segmentation": "x"}, "neither a list of rings"),
        ({"segmentation": [[1, 2, 3]]}, "no list of x, y pairs"),
        ({"segmentation": [[1, 2, 3, 4]]}, "needs three at least"),
        ({"segmentation": [["x", 2, 3, 4, 5, 6]]}, "no number"),
        ({"segmentation": [{}, {}]}, "no number"),
        ({"segmentation": {"counts": [1]}}, "no size"),
        ({"segmentation": {"size": [2, 2]}}, "no counts"),
        ({"segmentation": {"size": [2, 2], "counts": [1, 2]}}, "do not add up"),
        ({"segmentation": {"size": [2, 2], "counts": [-1, 5]}}, "no whole number"),
        ({"segmentation": {"size": [2, 2], "counts": "\n"}}, "which is no run"),
        ({"segmentation": {"size": [2, 2], "counts": "o" * 40}}, "which is no run"),
        ({"segmentation": {"size": [2, 2], "counts": "P"}}, "cut short"),
        ({"segmentation": {"size": [2, 2], "counts": "N"}}, "do not add up"),
        ({"segmentation": {"size": [10**5, 10**5], "counts": []}}, "pixels in a mask"),
        ({"segmentation": {"size": [2.5, 2], "counts": []}}, "no whole number"),
        ({"keypoints": [1, 2]}, "x, y, visibility"),
        ({"keypoints": {"a": 1}}, "x, y, visibility"),
    ],
)
def test_what_coco_has_wrong_is_refused_with_its_place(read, annotation, sentence):
    with pytest.raises(SampleError, match=sentence) as refused:
        read(coco([annotation]))

    assert "annotations[0]" in str(refused.value)


# --- CVAT ----------------------------------------------------------------------------


def test_cvat_gives_every_kind_of_label(read):
    found = read(
        cvat(
            cvat_image(
                '<tag label="day"/>'
                '<box label="car" xtl="1" ytl="2" xbr="4" ybr="6"/>'
                '<box label="car" xtl="0" ytl="0" xbr="4" ybr="2" rotation="90"/>'
                '<polygon label="car" points="0,0;4,0;0,3"/>'
                '<ellipse label="car" cx="5" cy="5" rx="3" ry="2"/>'
                '<points label="car" points="1,2;3,4"/>'
                '<skeleton label="cat"><points label="nose" points="1,2"/>'
                '<points label="ear" points="3,4" outside="1"/></skeleton>'
                '<skeleton label="cat"><points label="n" points="1,2" outside="1"/>'
                "</skeleton>"
                '<mask label="car" rle="1,2,3" left="1" top="1" width="3" height="2"/>'
                '<polyline label="car" points="0,0;4,0"/><cuboid label="car"/><odd/>'
            ),
            meta="<job><labels><label><name>bus</name></label></labels></job>",
        )
    )

    tag, box, turned, outline, ellipse, points, pose, mask = shapes(found)
    assert (tag, box) == (Tag(), Box(left=1, top=2, right=4, bottom=6))
    # A box of 4 × 2 turned by a quarter about its middle (2, 1).
    assert sorted(corners(turned)) == [(1, -1), (1, 3), (3, -1), (3, 3)]
    assert len(outline.rings[0]) == 3
    assert len(ellipse.rings[0]) == 180
    assert points == Points(at={"1": (1, 2), "2": (3, 4)})
    assert pose == Points(at={"nose": (1, 2)})
    # The frame's rows are .## and ...: pixels (2, 1) and (3, 1) of 100 × 50.
    assert mask.starts.tolist() == [2 * 50 + 1, 3 * 50 + 1]
    assert mask.ends.tolist() == [2 * 50 + 2, 3 * 50 + 2]
    assert found.classes == ("bus",)
    assert found.remarks == (
        "1 cuboids are left out: they have no area to compare.",
        "1 polylines are left out: they have no area to compare.",
    )


def test_tracks_give_the_frames_of_a_video_and_the_empty_ones(read):
    found = read(
        cvat(
            '<track id="0" label="car">'
            '<box frame="0" outside="0" xtl="1" ytl="2" xbr="4" ybr="6"/>'
            '<box frame="2" outside="0" keyframe="0" xtl="2" ytl="2" xbr="5" ybr="6"/>'
            '<box frame="4" outside="1" xtl="2" ytl="2" xbr="5" ybr="6"/></track>'
            '<track id="1" label="cat"><skeleton frame="2" outside="0"/>'
            '<skeleton frame="4" outside="0"/>'
            '<track label="nose"><points frame="2" outside="0" points="1,2"/>'
            '<points frame="4" outside="1" points="1,2"/></track></track>',
            meta="<task><size>4</size><mode>interpolation</mode>"
            "<start_frame>0</start_frame><stop_frame>7</stop_frame>"
            "<frame_filter>step=2</frame_filter>"
            "<original_size><width>25</width><height>20</height></original_size></task>",
        )
    )

    assert [(image.name, len(image.labels)) for image in found.images] == [
        ("frame_000000", 1),
        ("frame_000002", 2),
        ("frame_000004", 0),
        ("frame_000006", 0),
    ]
    assert found.images[0].width == 25
    assert shapes(found)[2] == Points(at={"nose": (1, 2)})


def test_tracks_alone_give_the_frames_that_they_name(read):
    found = read(
        cvat(
            '<track id="0" label="car"><polyline frame="3"/></track>'
            '<track id="1" label="car">'
            '<box frame="5" xtl="1" ytl="2" xbr="4" ybr="6"/></track>'
        )
    )

    assert [image.name for image in found.images] == ["frame_000005"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<annotations><image", "no complete XML, line 1"),
        ("<annotation/>", "not of CVAT: it begins with “annotation”"),
        ("<annotations/>", "holds no image and no track"),
        (cvat("<image/>"), "neither name nor id"),
        (cvat(cvat_image('<box xtl="1"/>')), "a corner of the box is no number"),
        (cvat(cvat_image('<polygon points="1,2;3"/>')), "no list of x,y;x,y"),
        (cvat(cvat_image('<polygon points="1,2;3,4"/>')), "needs three at least"),
        (cvat(cvat_image('<ellipse cx="1"/>')), "a number of the ellipse"),
        (
            cvat(
                '<image name="a"><mask rle="1" left="0" top="0" width="1" height="1"/>'
                "</image>"
            ),
            "no width and height",
        ),
        (
            cvat(cvat_image('<mask rle="1" left="99" top="0" width="2" height="1"/>')),
            "reaches out of its image",
        ),
        (
            cvat(cvat_image('<mask rle="1" left="0" top="0" width="2" height="1"/>')),
            "add up to 1",
        ),
        (
            cvat('<track label="a"><box xtl="1" ytl="1" xbr="2" ybr="2"/></track>'),
            "its frame is no whole number",
        ),
        (
            '<!DOCTYPE a [<!ENTITY b "boo">]><annotations>&b;</annotations>',
            "can hide a bomb",
        ),
        (
            '<?xml version="1.0" encoding="odd-one"?><annotations/>',
            "(encoding|complete XML)",
        ),
    ],
)
def test_what_cvat_has_wrong_is_refused(read, text, sentence):
    with pytest.raises(SampleError, match=sentence):
        read(text)


# --- Label Studio --------------------------------------------------------------------


def test_label_studio_gives_regions_in_pixels(read):
    found = read(
        json.dumps(
            [
                a_task(
                    a_region("rectangle", {"x": 10, "y": 20, "width": 5, "height": 10}),
                    a_region("polygon", {"points": [[0, 0], [10, 0], [0, 10]]}),
                    a_region("ellipse", {"x": 5, "y": 5, "radiusX": 2, "radiusY": 1}),
                    a_region("keypoint", {"x": 50, "y": 50, "width": 1}, label="eye"),
                    {
                        "id": "c",
                        "type": "choices",
                        "value": {"choices": ["day", "dry"]},
                    },
                    {"id": "r", "type": "relation", "from_id": "a", "to_id": "b"},
                )
            ]
        )
    )

    box, outline, ellipse, point, *tags = shapes(found)
    # Of 100 × 50 pixels.
    assert box == Box(left=10, top=10, right=15, bottom=15)
    assert corners(outline) == [(0, 0), (10, 0), (0, 5)]
    assert ellipse.rings[0].max(axis=0) == pytest.approx([7, 3])
    assert point == Points(at={"1": (50, 25)})
    assert tags == [Tag(), Tag()]
    assert found.images[0].name.endswith("a.jpg")
    assert (found.images[0].width, found.images[0].height) == (100, 50)


def test_a_rectangle_turns_about_its_first_corner(read):
    value = {"x": 20, "y": 40, "width": 10, "height": 10, "rotation": 30}

    (outline,) = shapes(read(json.dumps([a_task(a_region("rectangle", value))])))

    # From (20, 20), 10 long and 5 high, clockwise by 30 degrees: y grows downwards.
    c, s = cos(radians(30)), sin(radians(30))
    assert np.array(corners(outline)) == pytest.approx(
        np.array(
            [
                (20, 20),
                (20 + 10 * c, 20 + 10 * s),
                (20 + 10 * c - 5 * s, 20 + 10 * s + 5 * c),
                (20 - 5 * s, 20 + 5 * c),
            ]
        ),
        abs=1e-5,
    )


def test_points_of_a_region_are_one_object(read):
    place = {"x": 0, "y": 0, "width": 10, "height": 20}
    found = read(
        json.dumps(
            [
                a_task(
                    a_region("rectangle", place, label="cat", id="box"),
                    a_region(
                        "keypoint", {"x": 1, "y": 2}, label="nose", parentID="box"
                    ),
                    a_region("polygon", {"points": [[0, 0]]}, label="dog", id="p"),
                    a_region("keypoint", {"x": 3, "y": 4}, label="tail", parentID="p"),
                )
            ]
        )
    )

    cat, dog = found.images[0].labels
    # 10 % of 100 by 20 % of 50.
    assert cat.shape == Points(at={"nose": (1, 1)}, area=100)
    assert (cat.name, dog.name) == ("cat", "dog")
    assert dog.shape == Points(at={"tail": (3, 2)}, area=None)


def test_the_class_may_stand_in_a_result_beside_the_place(read):
    place = a_region("rectangle", {"x": 0, "y": 0, "width": 1, "height": 1}, id="r")
    bare = {**place, "type": "rectangle"}
    bare["value"] = {
        key: one for key, one in place["value"].items() if "label" not in key
    }
    beside = {"id": "r", "type": "labels", "value": {"labels": ["van"]}}
    odd = {"id": "o", "type": "labels", "value": None}

    found = read(json.dumps([a_task(bare, beside, odd)]))

    assert [one.name for one in found.images[0].labels] == ["van"]
    assert found.remarks == ("1 other results are left out: they are not compared.",)


def test_the_last_annotation_counts_and_cancelled_ones_never(read):
    def boxes(count):
        return [
            a_region("rectangle", {"x": n, "y": 0, "width": 1, "height": 1})
            for n in range(count)
        ]

    task = a_task(*boxes(1), updated_at="2026-03-02")
    task["annotations"] += [
        {"result": boxes(2), "created_at": "2026-03-03"},
        {"result": boxes(3), "updated_at": "2026-03-09", "was_cancelled": True},
        {"result": boxes(4), "updated_at": "2026-03-09", "ground_truth": True},
    ]
    skipped = a_task(*boxes(1), number=2, was_cancelled=True, image="b.jpg")
    empty = a_task(number=3, image="c.jpg")
    truth = a_task(*boxes(5), number=4, ground_truth=True, image="d.jpg")

    found = read(json.dumps([task, skipped, empty, truth]))

    assert [len(image.labels) for image in found.images] == [2, 0, 5]
    assert "1 tasks have no annotation" in found.remarks[0]
    assert "1 task has more than one" in found.remarks[1]


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ({"data": {"x": "words", "photo": "b/1.PNG"}}, "b/1.PNG"),
        ({"data": {"x": "words"}, "file_upload": "1.jpg"}, "1.jpg"),
        ({"data": {"url": "somewhere"}}, "somewhere"),
        ({"data": None}, "1"),
    ],
)
def test_an_image_is_called_what_the_task_says(read, task, name):
    found = read(json.dumps([{**a_task(), **task}]))

    assert found.images[0].name == name


@pytest.mark.parametrize(
    ("tasks", "sentence"),
    [
        ([a_task(was_cancelled=True)], "no task with an annotation"),
        ([{"annotations": [7]}], "an annotation is no object"),
        ([{"annotations": [{"result": "x"}]}], "no list of objects"),
        ([{"annotations": [{"result": []}]}], "which image it is about"),
        (
            [
                a_task(
                    {"id": "a", "type": "labels", "value": {"start": 1, "labels": []}}
                )
            ],
            "marks in texts",
        ),
        ([a_task({"type": "rectanglelabels", "value": {}})], "original_width"),
        ([a_task(a_region("rectangle", {"x": 1}))], "“y” of a region"),
        (
            [a_task(a_region("rectangle", {"x": 1, "y": 1, "width": -1, "height": 1}))],
            "below 0",
        ),
        ([a_task(a_region("polygon", {"points": [[1]]}))], "no list of x, y"),
        ([a_task(a_region("polygon", {"points": [[1, 2]]}))], "three at least"),
    ],
)
def test_what_label_studio_has_wrong_is_refused(read, tasks, sentence):
    with pytest.raises(SampleError, match=sentence):
        read(json.dumps(tasks))


def test_brush_masks_are_left_out_and_said(read):
    brush = {"id": "b", "type": "brushlabels", "value": {"rle": [1], "format": "rle"}}

    found = read(json.dumps([a_task(brush)]))

    assert found.remarks == ("1 brush masks are left out: they are not compared.",)


# --- any file ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "neither COCO"),
        ("{}", "neither COCO"),
        ('[{"annotations": 3}]', "neither COCO"),
        ('{"images": 3}', "no list “images”"),
        ('{"images": [{"id": NaN}]}', "holds NaN"),
        ('{"images": [', "no complete JSON, line 1"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5000, "too long to read"),
        (b"\xff\xfe\xfa\x00\xd8", "is not UTF-8 text, and no XML"),
        (b"\x89PNG\r\n\x1a\n", "is not UTF-8 text, and no XML"),
    ],
)
def test_what_is_no_annotation_file_is_refused(read, text, sentence):
    with pytest.raises(SampleError, match=sentence):
        read(text)


def test_xml_in_another_encoding_is_recognised(read):
    text = cvat(cvat_image('<tag label="été"/>')).replace("utf-8", "utf-16")

    found = read(text.encode("utf-16"))

    assert found.images[0].labels[0].name == "été"


BOXES = [{"bbox": [0, 0, 1, 1]}] * 4
MANY = cvat(cvat_image('<box label="a" xtl="0" ytl="0" xbr="1" ybr="1"/>' * 4) * 2)
TRACK = cvat(
    '<track label="a">'
    + '<box frame="0" xtl="0" ytl="0" xbr="1" ybr="1"/>' * 4
    + "</track>"
)
STUDIO = json.dumps(
    [
        a_task(
            *(
                a_region("rectangle", {"x": n, "y": 0, "width": 1, "height": 1})
                for n in range(4)
            ),
            number=number,
        )
        for number in (1, 2)
    ]
)
FRAMES = cvat(
    '<track label="a"/>',
    meta="<task><start_frame>0</start_frame><stop_frame>900000000</stop_frame></task>",
)


@pytest.mark.parametrize(
    ("text", "limits", "sentence"),
    [
        (coco(BOXES), {"bytes": 10}, "at most 0 MB"),
        (coco(BOXES), {"images": 0}, "more than 0 images"),
        (coco(BOXES), {"labels": 3}, "more than 3 labels"),
        (coco(BOXES), {"labels_per_image": 3}, "more than 3 labels"),
        (coco([{"segmentation": [[0] * 10]}]), {"corners_per_label": 4}, "corners"),
        (MANY, {"images": 1}, "more than 1 images"),
        (MANY, {"labels": 7}, "more than 7 labels"),
        (cvat("<odd/>" * 20), {"labels": 2}, "XML elements"),
        (MANY, {"labels_per_image": 3}, "more than 3 labels"),
        (MANY, {"deep": 2}, "more than 2 inside each other"),
        (TRACK, {"labels_per_image": 3}, "more than 3 labels"),
        (FRAMES, {}, "frames"),
        (STUDIO, {"images": 1}, "more than 1 images"),
        (STUDIO, {"labels": 7}, "more than 7 labels"),
        (STUDIO, {"labels_per_image": 3}, "more than 3 results"),
    ],
)
def test_more_than_is_read_is_refused(read, text, limits, sentence):
    with pytest.raises(SampleError, match=sentence):
        read(text, limits=Limits(**limits))


def test_a_pass_is_counted_as_a_sample(read):
    found = measured_of(
        read(
            cvat(
                cvat_image(
                    '<tag label="day"/><polygon label="car" points="0,0;4,0;0,3"/>'
                    '<box label="van" xtl="0" ytl="0" xbr="1" ybr="1"/>'
                )
                + cvat_image("", name="b.jpg"),
                meta="<job><labels><label><name>bus</name></label></labels></job>",
            )
        )
    )

    assert found.counts == (2, 0)
    assert dict(found.classes) == {"car": 1, "van": 1}
    assert found.unused_classes == ("bus",)
    assert dict(found.shapes) == {"polygon": 1, "box": 1}
    assert found.vertices == (3,)


@pytest.mark.parametrize(
    ("path", "images", "labels", "kind"),
    [
        ("exports/cvat/cats_annotations.xml", 14, 24, Box),
        ("exports/cvat/cgras_annotations.xml", 5, 1, Outline),
        ("exports/cvat/estop_keypoints.xml", 19, 19, Points),
        ("exports/cvat/datumaro_for_video.xml", 4, 5, Box),
        ("exports/coco/keypoints_ap10k.json", 2, 2, Points),
        ("exports/coco/keypoints_test_coco.json", 4, 14, Points),
        ("exports/coco/taco_annotations.json", 1500, 4784, Outline),
        ("exports/labelstudio/sdk_yolo_data_obb.json", 3, 25, Outline),
        ("exports/labelstudio/sdk_yolo_data_keypoints.json", 1, 1, Points),
        ("exports/labelstudio/sdk_yolo_data_polygons.json", 1, 1, Outline),
        ("logs/labelstudio/cats_project-1.json", 14, 24, Box),
    ],
)
def test_real_exports_are_read(path, images, labels, kind):
    found = read_pass(shared(f"data/samples/{path}"))

    assert (len(found.images), found.labels) == (images, labels)
    assert isinstance(shapes(found)[0], kind)
    assert not isinstance(shapes(found)[0], Mask)


def _letters(runs):
    """Write runs as COCO does: five bits a letter, from the third the difference."""
    text = ""
    for place, run in enumerate(runs):
        value = run - (runs[place - 2] if place > 2 else 0)
        more = True
        while more:
            bits = value & 31
            value >>= 5
            more = value != (-1 if bits & 16 else 0)
            text += chr((bits | 32 if more else bits) + 48)
    return text
