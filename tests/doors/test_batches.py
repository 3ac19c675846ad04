"""The pages of batches: staff move them on evidence, the client answers by the link."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quotes import models
from quotes.actions.gates import plan_batches
from quotes.queries.actuals import comparison
from quotes.queries.gates import at_gate
from scoping.access import Role
from tests.factories import a_membership, a_published_card, a_workspace
from tests.quotes.a_project import (
    AT_CHECK,
    DELIVERED,
    FAILS,
    MANAGER,
    a_batch,
    a_project,
    moved,
)
from tests.quotes.a_quote import EXPERT_WORDS, a_sent_quote, accept, quickly
from tests.samples.files import coco

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    client.workspace = workspace
    return client


def body(response) -> str:
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(text.split())


def test_the_pages_lead_a_batch_from_its_layout_to_its_client(manager):
    project = a_project(manager.workspace, batches=2)
    batch = a_batch(project)
    url = f"/projects/streets/batches/{batch.pk}/"

    def post(act, **said):
        seen = batch.moves.count()
        return manager.post(url + act, {"seen": seen, **said}, follow=True)

    assert "475 of the 500" in body(manager.get(url))
    assert "Labelled" not in body(post("move", move="produce", right="480"))
    post("move", move="review", done="100")
    post("move", move="check", done="100")
    assert "A sample must be drawn" in body(manager.get(url))
    post("sample", auditor="Hoa")
    drawn = batch.draws.get()
    page = body(manager.get(url))
    assert f"Hoa reads the sample drawn by seed {drawn.seed}" in page
    listed = manager.get(f"{url}sample/{drawn.seed}.txt").content.decode()
    assert sorted(int(one) for one in listed.splitlines()[2:]) == [*range(1, 101)]
    assert manager.get(f"{url}sample/ff.txt").status_code == 404
    page = body(post("move", move="decide", checked="500", wrong="500"))
    assert "What blocks it, and what must happen next" in page
    assert "found 500 wrong of 500" in page
    page = body(post("move", move="resubmit", units="500", text="all redrawn"))
    assert "500 units gone over again: all redrawn" in page
    post("sample", auditor="Lan")
    post("move", move="decide", checked="500", wrong="0")
    page = body(post("move", move="deliver"))
    assert "The client may accept or reject it until" in page
    page = body(post("move", move="reject", text="too loose"))
    assert "the client, recorded by" in page
    listed = body(manager.get("/projects/streets/batches/"))
    assert "0 of 2 batches are accepted" in listed
    assert "The client rejected it: “too loose”" in listed


def test_a_refusal_is_a_sentence_on_the_page_and_changes_nothing(manager):
    project = a_project(manager.workspace, batches=1)
    batch = a_batch(project)
    url = f"/projects/streets/batches/{batch.pk}/"

    for said, status, words in (
        ({"move": "deliver"}, 409, "is planned: “deliver” is not possible"),
        ({"move": "wish"}, 409, "There is no move “wish”"),
        ({"move": "produce", "right": ""}, 400, "Write how many images"),
        ({"move": "produce", "right": "12.5"}, 400, "not a whole number"),
        ({"move": "produce", "right": "-3"}, 400, "0 or more"),
        ({"move": "produce", "right": "9" * 25}, 400, "0 or more"),
        ({"move": "produce", "right": "12"}, 409, "475 are needed"),
        ({"move": "produce", "right": "480", "seen": "7"}, 409, "moved meanwhile"),
    ):
        response = manager.post(url + "move", said)
        assert response.status_code == status, said
        assert words in body(response)
        assert "Nothing changed." in body(response)
    assert manager.post(url + "sample", {"auditor": "Hoa"}).status_code == 409
    # No class has a promise of its own here, so there is nothing to count.
    assert manager.post(url + "count", {}).status_code == 404
    assert manager.post("/projects/streets/batches/plan").status_code == 409
    assert manager.get("/projects/streets/batches/999/").status_code == 404
    assert manager.get("/projects/other/batches/").status_code == 404
    assert at_gate(batch).batch.state == "planned"
    sales = a_membership(workspace=manager.workspace, role=Role.SALES)
    manager.force_login(sales.user)
    assert manager.post(url + "move", {"move": "produce"}).status_code == 403


RIDERS = {
    "line": 0,
    "name": "Riders",
    "classes": ["cyclist"],
    "share": "0.02",
    "accuracy": "0.9",
}


def test_a_sample_counts_what_the_promises_are_about_and_they_are_held(manager):
    project = a_project(
        manager.workspace,
        batches=1,
        sla={"floors": [RIDERS], "critical": "0.99", "minor_counts": False},
    )
    batch = moved(a_batch(project), *AT_CHECK)
    url = f"/projects/streets/batches/{batch.pk}/"
    manager.post(url + "sample", {"auditor": "Hoa"})
    page = body(manager.get(url))
    for asked in (
        "Objects missed",
        "critical",
        "minor",
        "cyclist , promised by itself",
    ):
        assert asked in page
    said = {
        "move": "decide",
        "checked": "500",
        "wrong": "3",
        "missed": "4",
        "critical": "0",
        "class-1-name": "cyclist",
        "class-1-checked": "10",
        "class-1-wrong": "0",
        "class-1-missed": "0",
        "class-1-units": "10",
        "whole": "yes",
    }

    for changes, status, words in (
        ({"critical": ""}, 400, "Write how many of all errors are critical"),
        ({"class-1-wrong": ""}, 400, "Of cyclist, write how many were checked"),
        ({"class-1-wrong": "11"}, 400, "11 wrong of 10 checked"),
        ({"class-1-name": "horse"}, 400, "No promise on this line is about “horse”"),
        ({"extra": "4"}, 400, "4 labels without an object"),
    ):
        response = manager.post(url + "move", said | changes)
        assert response.status_code == status, changes
        assert words in body(response)
    assert 'value="500"' in response.content.decode()
    page = body(manager.post(url + "move", said, follow=True))

    assert "3 wrong of 500, 4 missed" in page
    assert "cyclist: 0 of 10, 0 missed" in page
    assert "Nothing missed: 4, at most 10, kept" in page
    standing = body(manager.get("/projects/streets/"))
    assert "Riders right" in standing
    found = {one["promise"]: one["state"] for one in comparison(project)["promises"]}
    assert found["Nothing missed"] == "met"
    assert found["Riders right"] == "met"
    assert found["Boxes: critical errors"] == "met"


def test_rare_classes_are_drawn_beside_the_sample_where_they_are_counted(manager):
    floor = RIDERS | {"classes": ["cyclist", "horse"], "share": "0.06", "sample": 20}
    project = a_project(manager.workspace, batches=2, sla={"floors": [floor]})
    batch, unknown = (moved(a_batch(project, at), *AT_CHECK) for at in (0, 1))
    url = f"/projects/streets/batches/{batch.pk}/"
    counted = {
        "auditor": "Hoa",
        "class-1-name": "cyclist",
        "class-1-units": "30",
        "class-2-name": "horse",
        "class-2-units": "0",
    }

    assert "Labels of cyclist in this batch" in body(manager.get(url))
    odd = manager.post(url + "sample", counted | {"class-1-units": "2 000 000"})
    assert odd.status_code == 400
    odd = manager.post(url + "sample", counted | {"class-1-units": "2000000"})
    assert "no number of labels" in body(odd)
    assert odd.status_code == 400
    page = body(manager.post(url + "sample", counted, follow=True))
    assert "Riders right: 20 of 30 drawn by class, at most 2 wrong" in page
    assert "cyclist , promised by itself; 20 to read: numbers" in page
    seed = batch.draws.get().seed
    listed = manager.get(f"{url}sample/{seed}.txt").content.decode()
    assert listed.count("cyclist, label ") == 20
    said = {"move": "decide", "checked": "500", "wrong": "0", "class-1-name": "cyclist"}
    said |= {"class-1-checked": "19", "class-1-wrong": "0", "class-1-missed": "0"}
    short = manager.post(url + "move", said)
    assert short.status_code == 409
    assert "asks for 20 of cyclist and horse checked; 19 were" in body(short)
    said |= {"class-1-checked": "20", "class-1-wrong": "3"}
    page = body(manager.post(url + "move", said, follow=True))
    assert "What blocks it" in page
    assert "“Riders right” allows 2, there are 3." in page
    assert "Riders right: 20 of 30 drawn by class, at most 2 wrong" in page
    other = f"/projects/streets/batches/{unknown.pk}/"
    page = body(manager.post(other + "sample", {"auditor": "Hoa"}, follow=True))
    assert "How many of cyclist and horse this batch holds was not counted" in page


def test_rare_classes_are_counted_from_the_labels_of_the_batch(manager, settings):
    floor = RIDERS | {"classes": ["cyclist", "horse"], "share": "0.06"}
    project = a_project(manager.workspace, batches=1, sla={"floors": [floor]})
    batch = moved(a_batch(project), *AT_CHECK)
    url = f"/projects/streets/batches/{batch.pk}/"
    labels = [
        {"image_id": 7, "category_id": 1 + (number > 3), "bbox": [1, 1, 9, 9]}
        for number in range(9)
    ]

    def count(images, name="b1.json", **changes):
        text = coco(
            labels,
            images=[{"id": place, "file_name": f"{place}.jpg"} for place in images],
            categories=[{"id": 1, "name": "cyclist"}, {"id": 2, "name": "car"}],
        )
        file = SimpleUploadedFile(name, text.encode())
        return manager.post(url + "count", {"file": file} | changes)

    assert "Count the classes" in body(manager.get(url))
    page = count(range(1, 101))
    assert "b1.json holds 4 of cyclist, 0 of horse" in body(page)
    assert 'name="class-1-units" inputmode="numeric" autocomplete="off" value="4"' in (
        page.content.decode()
    )
    assert "holds 90 images, batch 001 holds 100" in body(count(range(1, 91)))
    for response, status, words in (
        (manager.post(url + "count", {}), 400, "Choose the file"),
        (
            manager.post(url + "count", {"file": SimpleUploadedFile("x.json", b"{")}),
            400,
            "Nothing was counted.",
        ),
        (manager.get(url + "count"), 405, ""),
    ):
        assert response.status_code == status
        assert words in body(response)
    counted = {"auditor": "Hoa", "class-1-name": "cyclist", "class-1-units": "4"}
    page = body(manager.get(url))
    assert "Fill in from a CVAT quality report" not in page
    assert "Nothing was counted." in body(manager.post(url + "report", counted))
    settings.PUBLIC_SAMPLE_BYTES = 1000
    assert count(range(1, 101)).status_code == 413
    assert batch.draws.count() == 0


def test_a_quality_report_fills_in_what_a_sample_showed(manager):
    project = a_project(manager.workspace, batches=1, sla={"floors": [RIDERS]})
    batch = moved(a_batch(project), *AT_CHECK)
    url = f"/projects/streets/batches/{batch.pk}/"
    manager.post(url + "sample", {"auditor": "Hoa"})
    report = {
        "comparison_summary": {
            "frame_count": 10,
            "annotations": {
                "valid_count": 47,
                "ds_count": 50,
                "gt_count": 51,
                "extra_count": 1,
                "missing_count": 2,
                "confusion_matrix": {
                    "labels": ["cyclist", "car", "unmatched"],
                    "rows": [[7, 1, 0], [1, 40, 1], [2, 0, 0]],
                },
            },
        }
    }
    file = SimpleUploadedFile("report.json", json.dumps(report).encode())

    response = manager.post(url + "report", {"file": file})

    page = response.content.decode()
    assert "The report validated 10 images." in body(response)
    for name, value in (
        *(("checked", 50), ("wrong", 3), ("missed", 2), ("extra", 1)),
        # Eight of cyclist, of which one is a car; two cyclists have no label.
        *(("class-1-checked", 8), ("class-1-wrong", 1), ("class-1-missed", 2)),
    ):
        field = f'name="{name}" inputmode="numeric" autocomplete="off"'
        assert f'{field} value="{value}"' in page, name
    assert at_gate(batch).batch.state == "in_audit"


def test_batches_are_laid_out_from_the_page(manager):
    project = a_project(manager.workspace, batches=1)
    other = models.Project.objects.create(
        workspace=project.workspace,
        slug="next",
        name="Next",
        currency="USD",
        site="vn",
        time_zone="Asia/Ho_Chi_Minh",
        start_on=project.start_on,
    )
    baseline = {**project.baseline.document}
    models.Baseline.objects.create(
        workspace=project.workspace,
        project=other,
        document=baseline,
        digest="0" * 64,
        frozen_at=project.created_at,
    )

    assert "not laid out yet" in body(manager.get("/projects/next/batches/"))
    page = body(manager.post("/projects/next/batches/plan", follow=True))

    assert "1 batch is laid out" in page
    assert "0 of 1 batches are accepted" in page


def test_a_client_sees_checks_and_answers_by_the_private_link(client, monkeypatch):
    with quickly():
        sent = a_sent_quote()
        client.post(f"/q/{sent.token}")
        # Not accepted yet: there is no project to show.
        assert client.get("/offer/batches/").url == "/offer/"
        for kind in ("csv", "pdf"):
            assert client.get(f"/offer/report.{kind}").url == "/offer/"
        project = accept(sent.revision).project
    now = datetime.now(UTC)
    plan_batches(project, by=MANAGER, role=Role.MANAGER, now=now)
    first = a_batch(project)
    assert "0 of" in body(client.get("/offer/batches/"))
    items = first.items
    way = [(name, _of(items, name, said)) for name, said in DELIVERED]
    moved(first, *way, at=now)

    page = body(client.get("/offer/batches/"))

    assert "Yours to check" in page
    assert "our sample: 0 wrong of" in page
    assert "What we promised, and what is shown of it" in page
    assert "100.0 % right so far" in page
    # Nobody looked for missed objects.
    assert "The errors that this promise counts were not looked for." in page
    assert "Everything in the week of" in page
    with monkeypatch.context() as patch:
        patch.setattr(
            "quotes.pdf.render", lambda html, **_: html.split("</style>")[1].encode()
        )
        report = body(client.get("/offer/report.pdf"))
    table = body(client.get("/offer/report.csv"))
    assert "Delivered once and not again" in report
    assert "100.0" in report
    assert f"Batch,{first.line}" in table.replace('"', "")
    assert "delivered, yours to check" in table
    assert "batches are not begun" in report
    for hidden in ("Hoa", MANAGER, first.draws.get().seed, *EXPERT_WORDS):
        assert hidden not in page
        assert hidden not in table
        assert hidden not in report
    refused = client.post(f"/offer/batches/{first.pk}/reject", {"why": " "})
    assert refused.status_code == 400
    assert "A rejection says why." in body(refused)
    assert client.post("/offer/batches/accept", {}).status_code == 409
    page = body(client.post("/offer/batches/accept", {"batch": first.pk}, follow=True))
    assert "1 of" in page
    stranger = moved(a_batch(a_project(batches=1)), *DELIVERED)
    theirs = f"/offer/batches/{stranger.pk}/reject"
    assert client.post(theirs, {"why": "mine"}).status_code == 404
    taken = client.post("/offer/batches/accept", {"batch": stranger.pk})
    assert taken.status_code == 409
    assert at_gate(stranger).batch.state == "delivered"
    late = client.post(f"/offer/batches/{first.pk}/reject", {"why": "no"})
    assert late.status_code == 409
    assert at_gate(first).batch.state == "accepted"


def _of(items, name, said):
    if said.done is not None:
        return replace(said, done=items)
    return replace(said, checked=10_000) if name == "decide" else said


def test_a_blocked_batch_is_first_in_the_list(manager):
    project = a_project(manager.workspace, batches=3)
    moved(a_batch(project), *AT_CHECK)
    moved(a_batch(project, 1), *AT_CHECK, ("decide", FAILS))

    page = body(manager.get("/projects/streets/batches/"))

    assert page.index("batch 002") < page.index("batch 001")
