"""Real logs, each against a count that shares no code with the readers.

They do not come with the repository; where they are absent, the tests are skipped.
"""

from __future__ import annotations

import csv
import json
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from quotes.ingest.reading import MappingError, read_work
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from tests.shared import shared

MICROSAM = "data/samples/logs/microsam"


def read(path, **changes):
    said: dict[str, Any] = {
        "zone": "UTC",
        "annotation_type": "image_tag",
        "minutes": True,
    } | changes
    return read_work(
        Path(path).read_bytes(), mapping=None, zone="UTC", stated=Stated(**said)
    )


def figures(reading):
    return (
        sum(row.values.get("units_produced", 0) for row in reading.rows),
        sum(row.values.get("active_seconds", Decimal(0)) for row in reading.rows),
    )


def conserved(reading):
    taken = sum(len(row.sources) for row in reading.rows)
    return reading.read == (
        taken + len(reading.refused) + reading.left_out + reading.blank
    )


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("pedestrians/179_mturk_wh.json", 1),
        ("pedestrians/177_expert_wh.json", 1),
        ("nabirds/141_parts.json", 11),
    ],
)
def test_tasks_with_the_moment_of_each_mark(name, parts):
    path = shared(f"data/samples/logs/{name}")
    units = milliseconds = 0
    for task in json.loads(path.read_text())["annotations"]:
        moments = []
        for marks in task["answer"]["images"].values():
            for mark in marks or ():
                if mark is None:
                    continue
                set_by_hand = [part["timestamp"] for part in mark[1:]]
                moments += [one for one in set_by_hand if one is not None]
                units += len(set_by_hand) - set_by_hand.count(None)
        if moments:
            milliseconds += max(moments) - min(moments)

    reading = read(path)

    assert reading.refused == ()
    assert conserved(reading)
    assert figures(reading) == (units, Decimal(milliseconds) / 1000)
    kinds = {row.values["annotation_type"] for row in reading.rows}
    assert kinds == {"bounding_box" if parts == 1 else "keypoint"}


@pytest.mark.parametrize("name", ["SNR_test/SNR_test", "density_test/Spot_density"])
def test_spot_jobs_last_to_their_last_click(name):
    path = shared(f"data/samples/logs/instapipeline/{name}.json")
    units = milliseconds = 0
    for job in json.loads(path.read_text()):
        for click in job["raw_data"]:
            units += len(click)
            milliseconds += click[-1]["timestamp"]

    reading = read(path)

    assert conserved(reading)
    assert figures(reading) == (units, Decimal(milliseconds) / 1000)


@pytest.mark.parametrize(
    "name", ["andromeda", "camcat_sa", "cat_outlines", "chicago_v5"]
)
def test_zooniverse_classifications_last_from_start_to_finish(name):
    path = shared(f"data/samples/logs/zooniverse/{name}.csv")
    seconds = Decimal(0)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            metadata = json.loads(row["metadata"])
            start, end = (
                datetime.fromisoformat(metadata[key].replace("Z", "+00:00"))
                for key in ("started_at", "finished_at")
            )
            seconds += Decimal(round((end - start).total_seconds() * 1000)) / 1000

    reading = read(path)

    assert conserved(reading)
    assert abs(figures(reading)[1] - seconds) < Decimal("0.001") * len(reading.rows)


@pytest.mark.parametrize("name", ["binary-choice", "highlight"])
def test_crowdflower_judgements_last_from_start_to_finish(name):
    path = shared(f"data/samples/logs/crowdtruth/person-video-{name}.csv")
    written = pages = 0
    seen = set()
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            start, end = (
                datetime.strptime(row[key] + "+0000", "%m/%d/%Y %H:%M:%S%z")
                for key in ("_started_at", "_created_at")
            )
            seconds = int((end - start).total_seconds())
            written += seconds
            page = (row["_worker_id"], start, end)
            pages += 0 if page in seen else seconds
            seen.add(page)

    reading = read(path)

    assert conserved(reading)
    assert reading.verdict.written == written
    assert figures(reading) == (1000, pages)


def test_minutes_of_a_workbook_are_minutes():
    for name in ("baselines", "sam"):
        path = shared(
            f"data/samples/logs/microsam/annotation-times-organoids-{name}.xlsx"
        )
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        seconds = sum(
            cell.hour * 60 + cell.minute
            for row in rows[1:]
            for cell in row[1:]
            if isinstance(cell, time)
        )

        reading = read(path)

        assert reading.refused == ()
        assert figures(reading)[1] == seconds
        # What their authors publish of the same study.
        published = shared(f"{MICROSAM}/results_organoids.csv")
        by_method = {
            row["method"].casefold(): Decimal(row["total_time"])
            for row in csv.DictReader(published.read_text().splitlines())
        }
        for row in reading.rows:
            assert row.values["active_seconds"] == by_method[row.values["batch"]]


def test_totals_of_methods_are_in_the_unit_that_their_parts_prove():
    organoids = read(shared(f"{MICROSAM}/results_organoids.csv"))
    nuclei = read(shared(f"{MICROSAM}/results_em_nuclei.csv"))

    assert figures(organoids) == (9325, 4694)
    assert figures(nuclei) == (141, (63 + 24 + 73) * 60)


def test_one_job_in_label_studio_and_in_cvat():
    """Lead times say 339.77 s; the XML of the same boxes only when they were saved."""
    export = shared("data/samples/logs/labelstudio/cats_project-1.json")
    labels = shared("data/samples/exports/cvat/cats_annotations.xml")
    boxes = labels.read_text().count("<box ")

    reading = read(export)

    assert figures(reading) == (boxes, Decimal("339.770")) == (24, Decimal("339.77"))
    with pytest.raises(TableError, match=r"24 objects.*not who did it, when"):
        read(labels)


def test_reaction_times_of_a_laboratory():
    for number, answered in ((1, 1279), (2, 1250), (3, 1255)):
        path = shared(
            "data/samples/logs/geirhos/colour-experiment/"
            f"colour-experiment_subject-0{number}_session_1.csv"
        )
        with path.open() as file:
            times = [row["rt"] for row in csv.DictReader(file)]
        known = sum(Decimal(one) for one in times if one not in ("NaN", "na"))

        reading = read(path)

        assert figures(reading) == (answered, round(known, 3))


@pytest.mark.parametrize(
    "folder", ["coco", "cvat", "datumaro", "labelme", "via", "voc"]
)
def test_exports_of_labels_are_recognised_as_such(folder):
    paths = sorted(shared(f"data/samples/exports/{folder}").iterdir())

    for path in paths:
        with pytest.raises(TableError, match="file of labels") as refused:
            read(path)
        assert refused.value.code == "no_work"


def test_labels_of_yolo_are_recognised_and_what_lies_beside_them_is_no_work():
    paths = sorted(shared("data/samples/exports/yolo").rglob("*.*"))
    labels = [one for one in paths if one.parent.name in ("train", "obj_train_data")]

    assert labels
    for path in paths:
        if not path.is_file():
            continue
        with pytest.raises((TableError, MappingError)) as refused:
            read(path)
        code = refused.value.code  # type: ignore[attr-defined]
        assert code == ("no_work" if path in labels else "missing_column"), path


def test_exports_of_label_studio_are_read_with_their_times():
    units = {"data": 6, "data_keypoints": 4, "data_obb": 25, "data_polygons": 1}
    for name, many in units.items():
        path = shared(f"data/samples/exports/labelstudio/sdk_yolo_{name}.json")
        tasks = json.loads(path.read_text())
        seconds = sum(
            Decimal(str(one["lead_time"]))
            for task in tasks
            for one in task["annotations"]
        )

        reading = read(path)

        assert figures(reading) == (many, round(seconds, 3))


def test_marks_in_texts_have_a_time_and_no_units():
    reading = read(shared("data/samples/exports/labelstudio/ner_sample1.json"))

    assert all("units_produced" not in row.values for row in reading.rows)
    assert figures(reading)[1] > 0
