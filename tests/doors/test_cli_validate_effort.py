"""The command line: published projects against the estimator."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.shared import shared

HEAD = "row_id,dataset,task,n_images,n_objects,hours_used,includes,split"
ROWS = f"""{HEAD}
A1,Harbour boats,bounding_box,1000,5000,20,labelling only,calibration
A2,Quay signs,polygon,100,400,6,labelling incl. checks,calibration
A3,Songs,text_caption,10,10,1,writing,calibration
A4,Cranes,bounding_box,1,200000,9,labelling only,calibration
"""


def validated(*arguments):
    out = StringIO()
    call_command("validate_effort", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def a_file(tmp_path):
    path = tmp_path / "projects.csv"
    path.write_text(ROWS, "utf-8")
    return path


def test_a_file_of_ones_own_is_predicted_and_scored(a_file):
    text = validated(a_file, "--draws", 512)

    assert "A1" in text
    assert "A3  Songs: “text_caption” is none" in text
    assert "A4  Cranes: It holds" in text
    assert "of 2; 95 % interval" in text


def test_the_same_as_data(a_file):
    found = json.loads(validated(a_file, "--draws", 512, "--format", "json"))

    assert [row["row"] for row in found["rows"]] == ["A1", "A2"]
    assert [row["row"] for row in found["not_estimated"]] == ["A3", "A4"]
    assert found["scores"]["rows"] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "no column row_id"),
        (b"", "holds no rows"),
        (b"\xff\xfe\x00", "no CSV file in UTF-8"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "odd.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        validated(path)


def test_a_file_that_is_not_there_and_odd_draws_are_refused(tmp_path, a_file):
    with pytest.raises(CommandError, match="cannot be read"):
        validated(tmp_path / "none.csv")
    with pytest.raises(CommandError, match="power of two"):
        validated(a_file, "--draws", 1000)


def test_a_card_that_cannot_price_a_row_leaves_it_aside(a_file, tmp_path):
    card = tmp_path / "card.yaml"
    text = Path("fixtures/rate_cards/2026-01.yaml").read_text("utf-8")
    start = text.index("    polygon:\n      simple: {p10")
    end = text.index("    semantic_mask:\n      simple: {p10")
    card.write_text(text[:start] + text[end:], "utf-8")

    out = validated(a_file, "--card", card, "--draws", 512)

    assert "A2  Quay signs: Rate card 2026-01 has no effort for standard poly" in out


def test_published_projects_lie_where_they_are_said_to():
    """Done-when of the issue: coverage holds 0.80, both baselines are beaten."""
    found = json.loads(
        validated(shared("data/effort/datasets.csv"), "--format", "json")
    )

    result = found["scores"]
    assert result["rows"] >= 12
    assert result["holds_stated"]
    assert all(
        float(one["ours_on_the_same"]) < float(one["pinball_loss"]) and one["rows"]
        for one in result["baselines"].values()
    )
    assert 0 < float(result["median_absolute_ln_ratio"]) < 1
    alone = [row["row"] for row in found["rows"] if not row["sources_left_out"]]
    assert alone == []
