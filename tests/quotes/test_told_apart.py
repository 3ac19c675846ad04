"""One key, other work: what a tool's export adds up counts, all of it and once."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from itertools import permutations

import pytest

from quotes.actions.actuals import ingest_file, plan_ingest
from quotes.actions.projects import import_project
from quotes.models import WorkRecord
from quotes.queries.ledger import current_records
from tests.factories import NOON, a_published_card, a_workspace

pytestmark = pytest.mark.django_db
SPEC = {
    "items": 1000,
    "lines": [
        {"type": "bounding_box", "units_per_item": 5},
        {"type": "polygon", "units_per_item": 2},
    ],
}
RECTANGLE = ("rectanglelabels", {"x": 1, "y": 1, "width": 2, "height": 2})
OUTLINE = ("polygonlabels", {"points": [[1, 1], [2, 2], [3, 1]]})
HEADER = (
    "item,batch,stage,annotation_type,clock,actor,guideline_version,finished_at,"
    "units_produced,active_seconds"
)


@pytest.fixture
def project():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    return import_project(
        SPEC,
        workspace=workspace,
        slug="apart",
        start_on=None,
        paid_clock="label",
        by="test",
        now=NOON,
    )


def a_task(number, shape, seconds):
    kind, value = shape
    made = {"id": f"r{number}", "from_name": "t", "to_name": "i", "type": kind}
    done = {
        "id": 100 + number,
        "completed_by": 10,
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2026-01-02T08:00:00Z",
        "lead_time": seconds,
        "result": [{**made, "value": value}],
    }
    said = {"id": number, "project": 83, "data": {"image": f"{number}.jpg"}}
    return {**said, "annotations": [done]}


def counted(project, body):
    return ingest_file(project, body, name="export", mapping=None, by=None, now=NOON)


def an_export(*tasks):
    return json.dumps(tasks).encode()


def sums(project):
    """Return by type: units, milliseconds."""
    found: Counter[tuple[str, str]] = Counter()
    for row in current_records(project).values():
        found[row.annotation_type, "units"] += row.units_produced or 0
        found[row.annotation_type, "ms"] += int((row.active_seconds or 0) * 1000)
    return dict(found)


def test_boxes_and_outlines_of_one_person_and_day_both_count(project):
    tasks = [a_task(1, RECTANGLE, 10), a_task(2, OUTLINE, 20), a_task(3, OUTLINE, 5)]

    outcome = counted(project, an_export(*tasks, {**tasks[0], "annotations": None}))

    assert (outcome.state, outcome.plan.refused) == ("published", ())
    assert sums(project) == {
        ("bounding_box", "units"): 1,
        ("bounding_box", "ms"): 10_000,
        ("polygon", "units"): 2,
        ("polygon", "ms"): 25_000,
    }
    for again in permutations(tasks):
        assert counted(project, an_export(*again)).state in ("repeated", "published")
    assert WorkRecord.objects.count() == 2


def test_a_longer_export_finds_what_a_shorter_one_counted(project):
    """Outlines were counted alone and keep their key; the boxes are new beside them."""
    first = an_export(a_task(2, OUTLINE, 20))
    assert counted(project, first).state == "published"

    plan = plan_ingest(
        project,
        an_export(a_task(1, RECTANGLE, 10), a_task(2, OUTLINE, 20)),
        mapping=None,
    )

    assert (len(plan.new), plan.repeated, plan.refused) == (1, 1, ())
    counted(project, an_export(a_task(1, RECTANGLE, 10), a_task(2, OUTLINE, 20)))
    alone = plan_ingest(project, an_export(a_task(1, RECTANGLE, 11)), mapping=None)
    assert [one.code for one in alone.refused] == ["restatement"]
    other = plan_ingest(project, an_export(a_task(2, OUTLINE, 21)), mapping=None)
    assert [one.code for one in other.refused] == ["restatement"]


def test_two_versions_of_a_guideline_on_one_day_have_a_record_each(project):
    work = "b1,label,bounding_box,label,Lan"
    day = [
        f"a.jpg,{work},v2,2026-01-02T02:00:00Z,7,90",
        f"b.jpg,{work},v1,2026-01-02T08:00:00Z,5,60",
        f"c.jpg,{work},v1,2026-01-02T09:00:00Z,4,30",
    ]
    log = "\n".join([HEADER, *day]).encode()

    outcome = counted(project, log)

    assert (outcome.state, outcome.plan.refused) == ("published", ())
    rows = WorkRecord.objects.order_by("guideline_version")
    assert [
        (row.guideline_version, row.units_produced, row.active_seconds) for row in rows
    ] == [("v1", 9, Decimal(90)), ("v2", 7, Decimal(90))]
    turned = "\n".join([HEADER, *reversed(day)]).encode()
    assert counted(project, turned).state == "repeated"


def test_records_that_somebody_wrote_say_how_to_tell_them_apart(project):
    head = "batch,stage,annotation_type,clock,actor,period_start,units_produced"
    rows = [
        f"b1,label,{one},label,Lan,2026-01-02,5" for one in ("polygon", "bounding_box")
    ]

    plan = plan_ingest(project, "\n".join([head, *rows]).encode(), mapping=None)

    assert [one.code for one in plan.refused] == ["duplicate_key"]
    assert "name the line" in plan.refused[0].message
