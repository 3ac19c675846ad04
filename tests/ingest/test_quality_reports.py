"""A quality report of CVAT as a sample that was read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quotes.ingest.fields import CellError
from quotes.ingest.quality_reports import read_report
from tests.factories import ROOT

GOLDEN = (ROOT / "tests/ingest/golden/cvat_quality.json").read_bytes()


def a_report(*, matrix: Any = None, frames: Any = 50, **changes: Any) -> bytes:
    counts = {
        "valid_count": 294,
        "missing_count": 3,
        "extra_count": 2,
        "ds_count": 297,
        "gt_count": 298,
    }
    found = {**counts, **changes, "confusion_matrix": matrix}
    summary = {"frame_count": frames, "annotations": found}
    return json.dumps({"comparison_summary": summary}).encode()


def test_a_report_counts_what_was_checked_wrong_and_missed():
    found = read_report(GOLDEN)

    # 297 labels of 50 frames, 294 right, 2 of the 3 wrong without an object.
    assert (found.frames, found.checked, found.wrong) == (50, 297, 3)
    assert (found.missed, found.extra, found.classes) == (3, 2, {})


def test_a_matrix_says_it_of_each_class():
    matrix = {
        "labels": ["cyclist", "car", "unmatched"],
        "rows": [[7, 1, 2], [0, 40, 0], [3, 0, 0]],
    }

    found = read_report(a_report(matrix=matrix)).classes

    # Ten labels of cyclist: one is a car, two are nothing; three have no label.
    assert found == {"cyclist": (10, 3, 3), "car": (40, 0, 0)}
    alone = {"labels": ["cyclist"], "rows": [[7]]}
    assert read_report(a_report(matrix=alone)).classes == {"cyclist": (7, 0, 0)}


@pytest.mark.parametrize(
    "matrix",
    [
        7,
        {"labels": 7, "rows": []},
        {"labels": ["a"], "rows": 7},
        {"labels": ["a"], "rows": [[1], [2]]},
        {"labels": ["a"], "rows": [7]},
        {"labels": ["a"], "rows": [[1, 2]]},
        {"labels": ["a"], "rows": [["x"]]},
        {"labels": ["a"], "rows": [[-1]]},
    ],
)
def test_a_matrix_that_is_none_says_nothing(matrix):
    assert read_report(a_report(matrix=matrix)).classes == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "bad_json"),
        (b"a,b\n1,2\n", "unknown_format"),
        (b"[]", "unknown_format"),
        (b'{"comparison_summary": {}}', "unknown_format"),
        (a_report(frames=0), "zero_score"),
        (a_report(gt_count=0), "zero_score"),
        (a_report(ds_count="many"), "invalid_number"),
        (a_report(ds_count=True), "invalid_number"),
        (a_report(missing_count=-1), "invalid_number"),
        (a_report(ds_count=295), "more_than_whole"),
    ],
)
def test_what_measures_nothing_is_refused_in_words(body, code):
    with pytest.raises(CellError) as caught:
        read_report(body)

    assert caught.value.code == code
    assert str(caught.value).endswith(".")
