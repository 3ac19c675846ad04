"""Two real passes over the same images, against a slow second opinion."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from scoping.samples.comparing import compare_files
from scoping.samples.report import data_of, shown, text_of
from scoping.samples.values import ComparisonError
from tests import slow_agreement
from tests.samples.files import a_region, a_task, coco, cvat, cvat_image
from tests.shared import shared

PEDESTRIANS = "data/samples/logs/pedestrians"


@pytest.fixture
def write(tmp_path):
    def made(name, text):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return made


def pedestrians(name):
    """Return the boxes of the first worker for each image: (left, top, right, bottom).

    The log gives the middle of a box and its sides: only so do the figures that were
    published with it come back (18 matched in HIT 58199, mean overlap 0.809).
    """
    log = json.loads((shared(PEDESTRIANS) / name).read_text())
    found: dict[str, Any] = {}
    for answer in sorted(log["annotations"], key=lambda one: one["id"]):
        for image, marks in answer["answer"]["images"].items():
            boxes = [mark[1] for mark in marks if mark]
            found.setdefault(
                image,
                [
                    (
                        box["x"] - box["scaleX"] / 2,
                        box["y"] - box["scaleY"] / 2,
                        box["x"] + box["scaleX"] / 2,
                        box["y"] + box["scaleY"] / 2,
                    )
                    for box in boxes
                ],
            )
    return found


def as_coco(images):
    return coco(
        [
            {"image_id": image, "bbox": [a, b, c - a, d - b]}
            for image, boxes in images.items()
            for a, b, c, d in boxes
        ],
        images=[{"id": image, "file_name": f"{image}.jpg"} for image in images],
        categories=[{"id": 1, "name": "pedestrian"}],
    )


def agrees_with_the_slow_way(row, images, *, draws=300):
    counts = slow_agreement.counts(images, least=0.5)
    figures = slow_agreement.figures(counts)
    intervals = slow_agreement.intervals(counts, draws=draws)
    totals = [sum(column) for column in zip(*counts, strict=True)]
    assert [row["matched"], row["first"], row["second"]] == totals[:3]
    for name, key in (
        ("precision", "precision"),
        ("recall", "recall"),
        ("f1", "f1"),
        ("overlap", "mean_overlap"),
    ):
        assert row[key]["value"] == pytest.approx(figures[name], abs=1e-6)
        if figures[name] == 1:
            # Images drawn out of a hat all agree. That so many do not by chance leaves
            # at least 2.5 % ^ (1 ÷ images).
            assert row[key]["low"] == pytest.approx(
                0.025 ** (1 / len(images)), abs=1e-6
            )
            assert row[key]["high"] == 1
            continue
        wide = intervals[name][1] - intervals[name][0]
        assert row[key]["low"] == pytest.approx(intervals[name][0], abs=wide / 5)
        assert row[key]["high"] == pytest.approx(intervals[name][1], abs=wide / 5)


def test_a_crowd_against_an_expert_on_938_images(write):
    crowd, expert = (
        pedestrians(name) for name in ("179_mturk_wh.json", "177_expert_wh.json")
    )
    first = write("crowd.json", as_coco(crowd))
    second = write("expert.json", as_coco(expert))

    found = data_of(compare_files(first, second))

    (regions,) = found["families"]
    assert found["images"] == 938
    assert found["first"]["alone"] == 1448 - 938
    assert len(found["first"]["alone_names"]) == 100
    images = [
        (
            [("pedestrian", box) for box in crowd[image]],
            [("pedestrian", box) for box in expert[image]],
        )
        for image in expert
    ]
    agrees_with_the_slow_way(regions["named"], images)
    # What the two are: 917 of 1,065 marks are right, 917 of 1,218 people are found.
    assert regions["named"]["precision"]["value"] == pytest.approx(917 / 1065, abs=1e-6)
    assert regions["named"]["recall"]["value"] == pytest.approx(917 / 1218, abs=1e-6)
    assert regions["named"]["mean_overlap"]["value"] == pytest.approx(0.7536, abs=1e-4)
    assert regions["alpha"]["value"] == pytest.approx(
        slow_agreement.alpha(images, least=0.5), abs=1e-6
    )


def cats_of_cvat(path):
    """Return the boxes by image, read line by line."""
    found: dict[str, Any] = {}
    for line in path.read_text("utf-8").splitlines():
        said = dict(re.findall(r'(\w+)="([^"]*)"', line))
        if "<image " in line:
            boxes = found.setdefault(said["name"], [])
        elif "<box " in line:
            corners = (float(said[one]) for one in ("xtl", "ytl", "xbr", "ybr"))
            boxes.append((said["label"], tuple(corners)))
    return found


def cats_of_label_studio(path):
    """Return the boxes by image, of hundredths of its sides; an upload has a prefix."""
    found: dict[str, Any] = {}
    for task in json.loads(path.read_text("utf-8")):
        boxes = found.setdefault(task["file_upload"].split("-", 1)[1], [])
        for one in task["annotations"][0]["result"]:
            at, wide, high = (
                one["value"],
                one["original_width"] / 100,
                one["original_height"] / 100,
            )
            left, top = at["x"] * wide, at["y"] * high
            right, bottom = left + at["width"] * wide, top + at["height"] * high
            boxes.append((at["rectanglelabels"][0], (left, top, right, bottom)))
    return found


def test_cats_in_two_tools_under_two_names():
    first = shared("data/samples/exports/cvat/cats_annotations.xml")
    second = shared("data/samples/logs/labelstudio/cats_project-1.json")

    found = data_of(compare_files(first, second))

    (regions,) = found["families"]
    one, other = cats_of_cvat(first), cats_of_label_studio(second)
    assert one.keys() == other.keys()
    agrees_with_the_slow_way(
        regions["named"], [(one[image], other[image]) for image in one], draws=2000
    )
    assert (found["images"], regions["named"]["matched"]) == (14, 24)
    assert [found[side]["format"] for side in ("first", "second")] == [
        "CVAT",
        "Label Studio",
    ]
    assert regions["named"]["mean_overlap"]["value"] == pytest.approx(0.9349, abs=1e-4)
    assert {one["name"]: one["matched"] for one in regions["classes"]} == {
        "Cat": 19,
        "Cats": 5,
    }


def test_a_coco_file_against_itself_agrees_wholly():
    path = shared("data/samples/exports/coco/sahi_terrain_all.json")

    (regions,) = data_of(compare_files(path, path))["families"]

    assert regions["named"]["f1"]["value"] == 1
    assert regions["named"]["mean_overlap"]["value"] == pytest.approx(1)
    assert regions["named"]["matched"] == 22


def test_the_report_says_the_same_as_the_data(write):
    first = write(
        "a.xml",
        cvat(
            cvat_image('<box label="car" xtl="0" ytl="0" xbr="10" ybr="10"/>')
            + cvat_image('<tag label="day"/><polyline points="1,1"/>', name="b.jpg")
            + "".join(cvat_image("", name=f"only{n}.jpg") for n in range(7))
        ),
    )
    second = write(
        "b.json",
        json.dumps(
            [
                a_task(
                    a_region("rectangle", {"x": 0, "y": 0, "width": 10, "height": 10}),
                    a_region("rectangle", {"x": 50, "y": 0, "width": 9, "height": 9}),
                ),
                a_task(
                    {"id": "c", "type": "choices", "value": {"choices": ["day"]}},
                    number=2,
                    image="b.jpg",
                ),
            ]
        ),
    )

    found = compare_files(first, second)

    text = "\n".join(text_of(found))
    data = data_of(found)
    regions, tags = data["families"]
    assert "2 images in both; one object from an overlap of 0.5 on" in text
    assert "7 images are in a.xml alone: only0.jpg" in text
    assert "and 2 more" in text
    assert "1 polylines are left out" in text
    # 10 × 5 pixels lie inside of 10 × 10: an overlap of exactly 0.5.
    assert regions["named"]["matched"] == 1
    assert "With one class alpha can only punish" in text
    assert "1 × first: not marked; second: car" in text
    assert "By image, 1 tagged in both:" in text
    assert "agreement: 1.000 (" in text
    assert tags["tags"]["percent"]["value"] == 1
    assert tags["tags"]["cohen"] == {"value": None, "low": None, "high": None}
    assert "Cohen's kappa: not known" in text
    row = found.agreement.families[0].named
    assert shown(row.precision) in text


@pytest.mark.parametrize(
    ("second", "least", "sentence", "field"),
    [
        (coco([], images=[{"id": 9}]), 0.5, "no image in common", "second"),
        (coco([]), 0.5, "nothing to agree on", "second"),
        (coco([]), 0, "above 0", "iou"),
        (coco([]), float("nan"), "above 0", "iou"),
    ],
)
def test_two_files_that_cannot_be_compared(write, second, least, sentence, field):
    first = write("a.json", coco([]))

    with pytest.raises(ComparisonError, match=sentence) as refused:
        compare_files(first, write("b.json", second), least=least)

    assert refused.value.field == field
