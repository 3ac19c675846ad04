"""The command line: a pilot's results against a quoted spec, as a note and as data."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

SPEC = "fixtures/demo/street_scenes.yaml"
RESULTS = "fixtures/demo/pilot_results.yaml"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    day = datetime(2026, 6, 1, tzinfo=UTC)
    monkeypatch.setattr("scoping.management.commands.pilot.now", lambda: day)


def weighed(spec, results, *options):
    out = StringIO()
    call_command(
        "pilot", str(spec), "--results", str(results), *map(str, options), stdout=out
    )
    return out.getvalue()


def refusal(spec, results, *options):
    with pytest.raises(CommandError) as refused:
        weighed(spec, results, *options)
    assert refused.value.returncode == 2
    return str(refused.value)


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "results.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def results_of(body):
    return f"pilot: 1\nmeasured_on: 2026-05-04\nlines:\n{body}\n"


def test_the_verdict_comes_first_and_the_figures_under_their_lines():
    text = weighed(SPEC, RESULTS)

    assert text.startswith("Outside the collar of 15 %: seconds of Boxes 20.1 % above")
    headings = [line for line in text.splitlines() if line[:1].isupper()]
    for heading in ("Boxes", "Tags for day and weather", "Project", "What counts"):
        assert heading in headings
    assert "Quoted" in text
    assert "2,935 units, 6 people, 2 batches" in text
    assert "Seconds of Boxes: the pilot counts 86 %, the card 14 %." in text
    assert "None" not in text


def test_the_same_figures_come_as_json():
    text = weighed(SPEC, RESULTS)

    found = json.loads(weighed(SPEC, RESULTS, "--format", "json"))

    assert found["inside_collar"] is False
    assert found["card"] == {"quoted": "2026-01", "new": "2026-01 + pilot"}
    total = next(row for row in found["rows"] if row["quantity"] == "price_total")
    assert f"{float(total['quoted']):,.2f}" in text
    assert f"{float(total['new']):,.2f}" in text
    seconds = found["rows"][0]
    # 18.4 s with opening; 2.4 s of an image are shared out over 5.87 boxes.
    assert float(seconds["measured"]) == pytest.approx(18.4 - 2.4 / 5.87, abs=1e-6)


def test_the_quoted_side_is_what_estimate_prints():
    out = StringIO()
    call_command("estimate", SPEC, "--format", "json", stdout=out)
    quoted = json.loads(out.getvalue())

    found = json.loads(weighed(SPEC, RESULTS, "--format", "json"))

    rows = {(row["line"], row["quantity"]): row for row in found["rows"]}
    assert rows[None, "price_total"]["quoted"] == quoted["price"]["total"]
    assert rows[None, "cost_p80"]["quoted"] == quoted["cost"]["p80"]
    for line in quoted["lines"]:
        for name in ("list", "target", "floor"):
            row = rows[line["index"], f"{name}_price"]
            assert row["quoted"] == line["suggested"][name]


def test_a_card_from_a_file_is_the_card_of_the_house():
    card = "fixtures/rate_cards/2026-01.yaml"

    assert weighed(SPEC, RESULTS, "--card", card) == weighed(SPEC, RESULTS)


def test_every_problem_of_the_results_is_said_with_its_path(written):
    path = written(
        results_of(
            "  - {line: 0, type: bounding_box, defcts: {}}\n"
            "  - {line: 1, type: image_tag, defects: "
            "{inspected: 10, wrong: 12, items: 5, people: 2}}"
        )
    )

    said = refusal(SPEC, path).splitlines()

    assert sorted(line.split(":")[0] for line in said) == [
        "/lines/0",
        "/lines/0/defcts",
        "/lines/1/defects/wrong",
    ]
    assert any("Did you mean defects?" in line for line in said)


def test_another_clock_without_a_factor_is_refused_in_a_sentence(written):
    path = written(
        results_of(
            "  - {line: 0, type: bounding_box, seconds: {per_unit: 9, clock: gesture, "
            "opening: excluded, units: 50, people: 3, batches: 1}}"
        )
    )

    said = refusal(SPEC, path)

    assert said.startswith("/lines/0/seconds/clock: The pilot timed on the gesture")
    assert "clock_factor" in said


def test_results_of_another_project_are_refused(written):
    path = written(
        results_of(
            "  - {line: 9, type: cuboid, defects: "
            "{inspected: 9, wrong: 0, items: 5, people: 2}}"
        )
    )

    assert refusal(SPEC, path).startswith("/lines/0/line: The spec has 4 lines")


def test_results_of_tomorrow_are_refused(written):
    path = written(
        "pilot: 1\nmeasured_on: 2026-06-02\nlines:\n  - {line: 0, "
        "type: bounding_box, units_per_item: {mean: 5, variance: 9, items: 400}}\n"
    )

    assert refusal(SPEC, path).startswith("/measured_on: 2026-06-02 is after today")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pilot: [", "/: "),
        ("", "/: Write an object with named keys here."),
        ("pilot: 1\npilot: 1\n", "The key pilot stands twice."),
        ("pilot: 2\nmeasured_on: 2026-05-04\nlines: []\n", "/pilot: "),
        ("pilot: 1\nmeasured_on: .nan\nlines: [&a [*a]]\n", "Aliases"),
    ],
)
def test_what_are_no_results_is_refused(written, text, sentence):
    assert sentence in refusal(SPEC, written(text))


def test_a_file_that_is_not_there_is_said(tmp_path):
    said = refusal(SPEC, tmp_path / "nowhere.yaml")

    assert "nowhere.yaml cannot be read: No such file or directory." in said


def test_a_spec_that_cannot_be_priced_is_refused_before_its_pilot(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text("spec: 1\nitems: -5\nlines: []\n", "utf-8")

    assert refusal(path, RESULTS).startswith("/items: ")
