"""The command line: one annotation file against another of the same images."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.samples.files import coco


@pytest.fixture
def files(tmp_path):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(coco([{"bbox": [0, 0, 10, 10]}]), "utf-8")
    second.write_text(coco([{"bbox": [0, 0, 10, 8]}, {"bbox": [50, 0, 9, 9]}]), "utf-8")
    return str(first), str(second)


def agreement(*arguments):
    out = StringIO()
    call_command("agreement", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_two_files_are_compared_class_by_class(files):
    text = agreement(*files)

    assert "a.json (COCO): 1 images, 1 labels, against" in text
    # 1 of 1 marked is right, 1 of 2 is found, with an overlap of 80 / 100.
    car = next(line for line in text.splitlines() if line.startswith("  car "))
    assert car.split()[1:4] == ["1", "2", "1"]
    assert "0.500" in car
    assert car.rstrip().endswith("0.800")


def test_the_same_figures_come_as_json(files):
    found = json.loads(agreement(*files, "--format", "json"))

    (regions,) = found["families"]
    assert regions["named"]["recall"]["value"] == 0.5
    assert found["least_overlap"] == 0.5


def test_a_stricter_overlap_matches_less(files):
    found = json.loads(agreement(*files, "--iou", "0.85", "--format", "json"))

    assert found["families"][0]["named"]["matched"] == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [(["--iou", "2"], "above 0 and at most 1"), ([], "cannot be read: No such file")],
)
def test_what_cannot_be_compared_is_said(files, options, sentence):
    second = files[1] if options else "missing.json"

    with pytest.raises(CommandError, match=sentence) as refused:
        agreement(files[0], second, *options)

    assert refused.value.returncode == 2
