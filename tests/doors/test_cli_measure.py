"""The command line: measure a sample, write a spec from it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from scoping.calc.spec import read_spec, read_text
from scoping.management.commands.measure import LARGE
from tests import scale
from tests.samples.archives import YOLO, a_png, a_zip
from tests.shared import shared

MEASURED = """
import resource, sys
import django
django.setup()
from django.core.management import call_command
call_command("measure", sys.argv[1], format="json")
with open("/proc/self/status") as status:
    own = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""
"""Measures a sample in a process of its own, which says how many kilobytes it and the
largest of its children held: this one is large, and so were children of other tests."""

TACO = "data/samples/exports/coco/taco_annotations.json"


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "street_corner.json"
    boxes = [(1, 3), (2, 1), (3, 0), (4, 2)]
    document = {
        "images": [{"id": image} for image, _ in boxes],
        "annotations": [
            {"image_id": image, "category_id": 1, "bbox": [0, 0, 9, 9]}
            for image, count in boxes
            for _ in range(count)
        ],
        "categories": [{"id": 1, "name": "car"}],
    }
    path.write_text(json.dumps(document), "utf-8")
    return path


def measured(path, *options):
    out = StringIO()
    call_command("measure", str(path), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_sample_is_told_in_a_few_lines(sample):
    text = measured(sample)

    assert "4 images, 6 objects, 1 classes (COCO)" in text
    assert "mean 1.50" in text
    assert "seed 20260101" in text
    assert "1 images without an object" in text
    assert "A sample is never the dataset: widened by 0.08" in text


def test_the_same_figures_come_as_json(sample):
    found = json.loads(measured(sample, "--format", "json"))

    assert (found["images"], found["objects"], found["classes"]) == (4, 6, 1)
    assert found["mean"] == "1.50"
    assert found["type"] == "bounding_box"
    assert found["median_vertices"] is None


def test_a_spec_is_written_with_plain_exact_numbers(sample, tmp_path):
    out = tmp_path / "spec.yaml"

    measured(sample, "--spec", str(out), "--items", "5000", "--format", "json")

    text = out.read_text("utf-8")
    assert "p50: 1.5000\n" in text
    assert "'" not in text
    spec = read_spec(read_text(text), door="staff", today=date(2026, 1, 5))
    assert spec.items == 5000
    assert spec.name == "Measured from street corner"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [(b"{", "no complete JSON"), (b"[]", "of no format that is read here")],
)
def test_what_is_no_sample_ends_with_a_sentence(body, sentence, tmp_path):
    path = tmp_path / "sample.json"
    path.write_bytes(body)

    with pytest.raises(CommandError, match=sentence) as refused:
        measured(path)

    assert refused.value.returncode == 2


def test_a_zip_and_a_folder_are_measured_too(tmp_path, sample):
    path = tmp_path / "yolo.zip"
    path.write_bytes(a_zip(YOLO))
    (tmp_path / "folder").mkdir()
    sample.rename(tmp_path / "folder" / "coco.json")

    assert "3 images, 3 objects, 2 classes (YOLO)" in measured(path)
    assert "4 images, 6 objects, 1 classes (COCO)" in measured(tmp_path / "folder")


def test_images_alone_say_how_many_they_are_and_no_more(tmp_path):
    path = tmp_path / "images.zip"
    path.write_bytes(a_zip({"a.png": a_png(2000, 1000)}))

    with pytest.raises(CommandError, match=r"1 images, 2\.0 megapixels in the median"):
        measured(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.json cannot be used"):
        measured(tmp_path / "nowhere.json")


def test_a_project_has_an_item_at_least(sample):
    with pytest.raises(CommandError, match="one item at least"):
        measured(sample, "--items", "0")


def test_litter_in_the_wild_is_measured(tmp_path):
    out = tmp_path / "spec.yaml"

    found = json.loads(
        measured(
            shared(TACO), "--format", "json", "--items", "100000", "--spec", str(out)
        )
    )

    assert (found["images"], found["objects"], found["classes"]) == (1500, 4784, 60)
    assert (found["mean"], found["var_to_mean"], found["max"]) == ("3.19", "6.9", 90)
    assert float(found["bootstrap"]["p10"]) == pytest.approx(3.04, abs=0.011)
    assert float(found["bootstrap"]["p90"]) == pytest.approx(3.34, abs=0.011)
    assert found["median_vertices"] == "15"
    spec = read_spec(read_text(out.read_text()), door="staff", today=date(2026, 1, 5))
    assert (spec.items, spec.lines[0].type) == (100_000, "polygon")


def test_a_long_coco_file_is_measured_in_a_child_within_1_gb(tmp_path):
    # 500 MB before a release; else just above 20 MB, where a child begins.
    path, images, labels = tmp_path / "long.json", 20_000, 0
    with path.open("w", encoding="utf-8") as out:
        rows = (f'{{"id":{one},"file_name":"{one}.jpg"}}' for one in range(images))
        out.write(
            f'{{"categories":[{{"id":1,"name":"car"}}],"images":[{",".join(rows)}]'
        )
        out.write(',"annotations":[')
        while out.tell() < max(500_000_000 * scale.SCALE, LARGE + 1):
            first = "," if labels else ""
            part = ",".join(
                f'{{"id":{one},"image_id":{one * 7919 % images},"category_id":1,'
                f'"bbox":[10.25,10.5,33,44.75],"area":1476.75,"iscrowd":0}}'
                for one in range(labels, labels + images)
            )
            out.write(first + part)
            labels += images
        out.write("]}")

    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )

    said = json.loads(ran.stdout)
    assert (said["images"], said["objects"]) == (images, labels)
    own, child = (int(kilobytes) for kilobytes in ran.stderr.split())
    assert 0 < child < 1_000_000
    assert 0 < own < 1_000_000
