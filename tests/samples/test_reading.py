"""Samples of every format that is known: told by content, counted image by image."""

from __future__ import annotations

import csv
import json
import os
import resource
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from xml.etree import ElementTree as ET

import pytest

from scoping.samples.apart import Bounds
from scoping.samples.limits import UPLOAD, Limits
from scoping.samples.measuring import data_of, measure_apart, sample_of
from scoping.samples.pictures import Pictures
from scoping.samples.reading import read_sample
from scoping.samples.values import NO_CLASS, Measured, SampleError
from tests.samples import archives as made
from tests.shared import shared


@pytest.fixture
def write(tmp_path):
    def write(body, name="sample"):
        path = tmp_path / name
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return path

    return write


LABEL_STUDIO = json.dumps(
    [
        {
            "id": 1,
            "data": {"image": "a.jpg"},
            "annotations": [
                {
                    "id": 7,
                    "was_cancelled": False,
                    "result": [
                        {
                            "id": "r1",
                            "type": "rectanglelabels",
                            "original_width": 10,
                            "original_height": 10,
                            "value": {
                                "x": 1,
                                "y": 1,
                                "width": 5,
                                "height": 5,
                                "rectanglelabels": ["car"],
                            },
                        }
                    ],
                }
            ],
        }
    ]
)
CVAT = (
    '<annotations><version>1.1</version><image name="a.jpg" width="9" height="9">'
    '<box label="car" xtl="1" ytl="1" xbr="3" ybr="3"/></image>'
    '<image name="b.jpg" width="9" height="9"/></annotations>'
)
# Counts by image, objects by class and by shape: counted by eye.
FORMATS = {
    "COCO": (made.COCO, [2, 0, 1], {"car": 2, "bus": 1}, {"box": 3}),
    "COCO in a zip": (
        made.a_zip({"train/x.json": made.COCO, "val/x.json": made.COCO}),
        [2, 0, 1, 2, 0, 1],
        {"car": 4, "bus": 2},
        {"box": 6},
    ),
    "CVAT": (CVAT, [1, 0], {"car": 1}, {"box": 1}),
    "Label Studio": (LABEL_STUDIO, [1], {"car": 1}, {"box": 1}),
    "Pascal VOC": (
        made.a_zip(
            {
                "Annotations/a.xml": made.a_voc("a", "car", "outline"),
                "Annotations/b.xml": made.a_voc("b"),
                "JPEGImages/a.jpg": b"",
            }
        ),
        [2, 0],
        {"car": 1, "bus": 1},
        {"box": 1, "polygon": 1},
    ),
    "one image of Pascal VOC": (
        made.a_voc("a", "car", "car"),
        [2],
        {"car": 2},
        {"box": 2},
    ),
    "Datumaro": (
        made.DATUMARO,
        [2, 0],
        {"car": 1, NO_CLASS: 1},
        {"box": 1, "polygon": 1},
    ),
    "LabelMe": (
        made.a_zip(
            {
                "a.json": made.a_labelme("a.jpg", ("car", "polygon"), ("bus", "line")),
                "b.json": made.a_labelme("b.jpg"),
            }
        ),
        [2, 0],
        {"car": 1, "bus": 1},
        {"polygon": 1, "polyline": 1},
    ),
    "VIA project": (
        json.dumps({"_via_settings": {}, "_via_img_metadata": made.VIA_IMAGES}),
        [2, 0],
        {"car": 1, NO_CLASS: 1},
        {"box": 1, "polygon": 1},
    ),
    "VIA annotations": (
        json.dumps(made.VIA_IMAGES),
        [2, 0],
        {"car": 1, NO_CLASS: 1},
        {"box": 1, "polygon": 1},
    ),
    "VIA's CSV": (
        made.VIA_CSV,
        [2, 0],
        {"car": 1, NO_CLASS: 1},
        {"box": 1, "polygon": 1},
    ),
    "CSV of boxes": (made.BOXES_CSV, [2], {"car": 1, NO_CLASS: 1}, {"box": 2}),
    "Supervisely": (
        made.a_zip(
            {
                "meta.json": json.dumps(
                    {"classes": [{"title": "car"}, {"title": "tram"}]}
                ),
                "ds/ann/a.jpg.json": made.a_supervisely(
                    ("car", "rectangle"), ("car", "polygon"), ("car", "bitmap")
                ),
                "ds/ann/b.jpg.json": made.a_supervisely(),
                "ds/img/a.jpg": b"",
            }
        ),
        [3, 0],
        {"car": 3},
        {"box": 1, "polygon": 1, "rle": 1},
    ),
    "YOLO": (
        made.a_zip(made.YOLO),
        [2, 0, 1],
        {"bus": 2, "car": 1},
        {"box": 2, "polygon": 1},
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_objects_are_counted_image_by_image(write, name):
    body, counts, classes, shapes = FORMATS[name]

    found = read_sample(write(body), limits=UPLOAD)

    assert isinstance(found, Measured)
    assert list(found.counts) == counts
    assert found.classes == classes
    assert found.shapes == shapes


def test_listed_classes_without_an_object_are_told_apart(write):
    def unused(name):
        found = read_sample(write(FORMATS[name][0]))
        assert isinstance(found, Measured)
        return found.unused_classes

    assert unused("COCO") == ("tram",)
    assert unused("Supervisely") == ("tram",)
    assert unused("Datumaro") == ("bus",)


def test_outlines_keep_their_corners_and_other_marks_are_named(write):
    outlines = read_sample(write(FORMATS["Datumaro"][0]))

    assert isinstance(outlines, Measured)
    assert outlines.vertices == (3,)
    assert outlines.remarks == (
        "1 annotations of type “label” are left out: they mark no object.",
    )


def test_poses_are_counted_as_bodies(write):
    body = made.a_zip(
        {
            "data.yaml": "kpt_shape: [2, 3]\nnames: [person]\n",
            "labels/a.txt": "0 .5 .5 .1 .1 .1 .2 2 .3 .4 2\n\n",
        }
    )

    found = read_sample(write(body))

    assert isinstance(found, Measured)
    assert (found.classes, found.shapes) == ({"person": 1}, {"keypoints": 1})


def test_a_folder_is_read_as_its_zip_is(tmp_path, write):
    for name, body in made.YOLO.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body if isinstance(body, bytes) else body.encode())

    folder = read_sample(tmp_path / "folder")
    archive = read_sample(write(made.a_zip(made.YOLO)))

    assert isinstance(folder, Measured)
    assert isinstance(archive, Measured)
    assert sorted(folder.counts) == sorted(archive.counts) == [0, 1, 2]
    assert folder.classes == archive.classes


def test_images_alone_are_counted_and_their_size_is_read(write):
    body = made.a_zip(
        {
            "a.png": made.a_png(2000, 1000),
            "b.jpg": made.a_jpeg(3000, 2000),
            "c.jpeg": made.a_jpeg(4000, 1000),
            "d.webp": b"RIFF",
            "e.jpg": b"\xff\xd8\xff",
            "f.jpg": b"\xff\xd8aaaaaaaaaa",
            "g.png": made.a_png(0, 9),
        }
    )

    found = read_sample(write(body))

    # 2, 6 and 4 megapixels; the others say nothing.
    assert found == Pictures(images=7, megapixels=4.0)
    assert read_sample(write(made.a_zip({"a.gif": b""}))) == Pictures(
        images=1, megapixels=None
    )


def test_other_files_beside_labels_are_left_out_and_named(write):
    body = made.a_zip(
        {"a.json": made.a_labelme("a", ("car", "rectangle")), "notes.json": "{}"}
    )

    found = read_sample(write(body))

    assert isinstance(found, Measured)
    assert found.remarks == (
        "1 files hold no labels that are known here (notes.json). They are left out.",
    )


def a_locked_zip() -> bytes:
    body = bytearray(made.a_zip({"a.txt": "0 1 1 1 1"}))
    # The flag of the entry in the directory: locked.
    body[body.index(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


REFUSED = {
    "two formats": (
        made.a_zip({"a.xml": made.a_voc("a"), "b.json": made.COCO}),
        "labels of two formats",
    ),
    "a text": ("hello", "of no format that is read here"),
    "other JSON": ('{"a": 1}', "is JSON, but of no format"),
    "an empty file": ("", "is empty. Export the labels again"),
    "other XML": ("<svg/>", "not of CVAT"),
    "an empty zip": (made.a_zip({}), "is empty: it holds no file"),
    "a zip of strangers": (made.a_zip({"a.doc": "x"}), "neither labels nor images"),
    "half a zip": (made.a_zip({"a.txt": "0 1 1 1 1" * 99})[:60], "no complete zip"),
    "a locked zip": (a_locked_zip(), "locked with a password"),
    "half a COCO": (made.COCO[:-80], "no complete JSON"),
    "COCO without annotations": ('{"images": [{"id": 1}]}', "no list “annotations”"),
    "a table without names": (
        "filename,class,xmin,ymin,xmax,ymax\n,car,1,2,3,4\n",
        "line 2: there is no file name",
    ),
    "a table of odd attributes": (
        made.VIA_CSV.replace('"{""name"":""rect""}"', "x"),
        "its attributes are no JSON",
    ),
    "a table without rows": ("filename,xmin,xmax,ymin,ymax\n", "holds no image"),
    "a table in another alphabet": (
        b"filename,xmin,xmax,ymin,ymax\n\xff\xfe,1,2,3,4\n",
        "no CSV in UTF-8",
    ),
    "a line of words": (made.a_zip({"a.txt": "a b c"}), "no line of YOLO"),
    "a line without a class": (made.a_zip({"a.txt": "1.5 1 1 1 1"}), "number of its"),
    "a line of four": (made.a_zip({"a.txt": "1 1 1 1"}), "are no box"),
    "bytes for text": (made.a_zip({"a.txt": b"\xff\xfe"}), "no text in UTF-8"),
    "aliases": (
        made.a_zip({"a.yaml": "a: &a [1]\nnames: *a", "a.txt": ""}),
        "YAML aliases",
    ),
    "no YAML": (made.a_zip({"a.yaml": "a: [", "a.txt": ""}), "no YAML"),
    "items that are none": (
        '{"items": 5, "categories": {}}',
        "“items” is no list of objects",
    ),
    "regions that are none": (
        '{"a": {"filename": "a", "regions": 5}}',
        "no list of regions",
    ),
    "a region without shape": (
        '{"a": {"filename": "a", "regions": [5]}}',
        "a region has no shape",
    ),
    "half an XML": ("<annotation><object>", "no complete XML"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_counted_is_refused_with_a_reason(write, name):
    body, says = REFUSED[name]

    with pytest.raises(SampleError, match=says):
        read_sample(write(body), limits=UPLOAD)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path):
    import zipfile

    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "0 1 1 1 1")
        archive.writestr("a.txt", "0 1 1 1 1")

    with pytest.raises(SampleError, match="two files of one name"):
        read_sample(path)


@pytest.mark.parametrize(
    ("limits", "body"),
    [
        (Limits(images=2), made.COCO),
        (Limits(labels=2), made.COCO),
        (Limits(bytes=10), made.COCO),
        (Limits(images=1), made.BOXES_CSV.replace("a.jpg,,", "b.jpg,,")),
        (Limits(labels=1), made.BOXES_CSV),
        (Limits(images=4), FORMATS["COCO in a zip"][0]),
        (Limits(labels=4), FORMATS["COCO in a zip"][0]),
        (Limits(members=1), made.a_zip(made.YOLO)),
        (Limits(inflated=20), made.a_zip(made.YOLO)),
    ],
)
def test_more_than_is_read_here_is_refused(write, limits, body):
    with pytest.raises(SampleError, match=r"read here|at most|fewer|too large"):
        read_sample(write(body), limits=limits)


# --- real exports, counted a second time by other means -------------------------------


def voc(path):
    return len(ET.parse(path).findall("object"))


def rows(path):
    with path.open(encoding="utf-8") as file:
        return Counter(row["filename"] for row in csv.DictReader(file))


def lines(folder):
    texts = [
        one
        for one in folder.rglob("*.txt")
        if one.name not in ("train.txt", "obj.data", "obj.names")
    ]
    return [len(one.read_text().splitlines()) for one in texts]


SECOND_COUNTS = {
    "voc/bccd_BloodImage_00000.xml": lambda path: [voc(path)],
    "voc/raccoon-117.xml": lambda path: [voc(path)],
    "voc/bccd_test.csv": lambda path: [*rows(path).values()],
    "voc/raccoon_labels.csv": lambda path: [*rows(path).values()],
    "via/via_export.csv": lambda path: [*rows(path).values()],
    "labelme": lambda path: [
        len(json.loads(one.read_text())["shapes"]) for one in sorted(path.iterdir())
    ],
    "datumaro/penlight_default.json": lambda path: [
        len(one["annotations"]) for one in json.loads(path.read_text())["items"]
    ],
    "yolo/datumaro/yolo": lines,
    "yolo/datumaro/yolov8_detection": lines,
    "yolo/datumaro/yolov8_pose": lines,
    "yolo/datumaro/yolov8_segmentation": lines,
    "yolo/datumaro/yolov8_oriented_boxes": lines,
}


@pytest.mark.parametrize("name", SECOND_COUNTS)
def test_real_exports_have_the_counts_that_another_way_finds(name):
    path = shared(f"data/samples/exports/{name}")

    found = read_sample(path)

    assert isinstance(found, Measured)
    assert list(found.counts) == SECOND_COUNTS[name](path)


# --- in a process of its own ----------------------------------------------------------


def test_a_child_answers_as_the_same_process_would(write):
    for body in (made.COCO, made.a_zip({"a.png": made.a_png(9, 9)})):
        path = write(body)

        found = measure_apart(path, name="x", limits=UPLOAD)

        assert data_of(found) == data_of(read_sample(path))
        assert data_of(sample_of(data_of(found), path=None)) == data_of(found)


def test_a_child_says_what_is_wrong(write, tmp_path):
    with pytest.raises(SampleError, match="of no format that is read here"):
        measure_apart(write("hello"), name="x", limits=UPLOAD)
    with pytest.raises(FileNotFoundError):
        measure_apart(tmp_path / "nowhere", name="x", limits=UPLOAD)
    with pytest.raises(SampleError, match="was stopped"):
        measure_apart(
            write(made.COCO),
            name="x",
            limits=UPLOAD,
            bounds=Bounds(memory_bytes=50_000_000),
        )


MEGABYTE = 1_000_000
ENTITIES = "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">'
    for a, b in zip("abcdefg", "bcdefgh", strict=True)
)
BOMBS: dict[str, Callable[[], str | bytes]] = {
    "a text that unpacks to 400 MB": lambda: made.a_zip(
        {"a.txt": b"0" * 400 * MEGABYTE}
    ),
    "labels that unpack to 300 MB": lambda: made.a_zip(
        {f"{place}.json": b" " * 30 * MEGABYTE for place in range(10)}
    ),
    "very many members": lambda: made.a_zip(
        {f"{place:x}": b"" for place in range(6_000)}, packed=False
    ),
    "a zip in a zip": lambda: made.a_zip(
        {"a.zip": made.a_zip({"a.txt": b"0" * MEGABYTE})}
    ),
    "a directory that lies": lambda: (
        made.a_zip({"a.txt": "0 1 1 1 1"})[:-10] + b"\xff\xff\xff\x7f" + b"\x00" * 6
    ),
    "entities that multiply": lambda: (
        f'<!DOCTYPE a [<!ENTITY a "a">{ENTITIES}]>'
        "<annotation><name>&h;</name></annotation>"
    ),
    "an external entity": lambda: (
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        "<annotation><object><name>&x;</name></object></annotation>"
    ),
    "elements inside each other": lambda: "<annotation>" + "<a>" * 200_000,
    "lists inside each other": lambda: "[" * 5_000_000,
    "objects inside each other": lambda: '{"a":' * 1_000_000,
    "a number of a million digits": lambda: (
        '{"images": [{"id": ' + "9" * MEGABYTE + "}]}"
    ),
    "an image that is a continent": lambda: made.a_zip(
        {"a.png": made.a_png(2**31, 2**31)}
    ),
}
"""Made when asked for: every worker would pack hundreds of megabytes to begin with."""
FEWER = replace(UPLOAD, members=5_000)
"""Fewer members than an upload may have: making so many takes long."""
HARMLESS = {"an image that is a continent"}
"""Its pixels are never made; it is one image."""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_soon_and_hurts_nobody(write, name):
    path = write(BOMBS[name]())
    pid, before = os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = monotonic()

    try:
        found = measure_apart(path, name="bomb", limits=FEWER)
    except SampleError:
        found = None

    took = monotonic() - begun
    assert (found is not None) == (name in HARMLESS)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000  # kilobytes on Linux
    # Two seconds on a machine of its own; others may slow a child down.
    assert took < 10, took
    assert os.getpid() == pid
