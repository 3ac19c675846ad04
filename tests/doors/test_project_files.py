"""A file dropped on a project: its verdict, its columns, and what is counted."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from quotes.actions import receiving, uploads
from quotes.actions.actuals import ingest_file
from quotes.actions.dropping import keep_dropped, plain_name
from quotes.ingest import apart
from quotes.ingest.apart import Bounds, survive
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from quotes.models import Upload, WorkRecord
from scoping.access import Role
from scoping.language import language_of
from tests.doors.test_projects import (
    DATED,
    HEADER,
    ROWS,
    SPRING,
    a_file,
    a_project,
    manager,
)
from tests.factories import NOON, ROOT, a_membership
from tests.quotes.test_long_files import in_process

__all__ = ["in_process", "manager"]

pytestmark = pytest.mark.django_db


def test_a_file_is_checked_before_anything_is_counted(manager):
    a_project(manager)

    answer = manager.post(
        "/projects/streets/files/", {"file": a_file(ROWS), "act": "check"}
    )

    page = answer.content.decode()
    assert "Can be trusted: every row was read." in page
    assert "Nothing has been counted yet." in page
    # 6,000 s are 1.7 hours: the act names what it counts, the panel what that changes.
    assert "Count its 1 row: 1.7 hours, " in page
    assert "What would change" in page
    assert "Boxes made" in page
    assert "<strong>+510</strong>" in page
    assert WorkRecord.objects.count() == 0


@pytest.mark.parametrize("row", [b"", b"b2,label,bounding_box,label,100,-5,60\n"])
def test_the_verdict_on_a_file_is_vietnamese_to_the_last_word(manager, row):
    a_project(manager)
    language = language_of("vi")
    assert language is not None
    language.missed.clear()

    page = manager.post(
        "/projects/streets/files/",
        {"act": "check", "file": a_file(ROWS + row, name="Cost 1,234.50.csv")},
        headers={"Accept-Language": "vi"},
    )

    assert page.status_code == 200
    assert ">Cost 1,234.50.csv</bdi>" in page.text
    assert "Có thể tin cậy" in page.text
    assert language.missed <= {"Streets"}
    language.missed.clear()


def test_counting_a_file_leads_back_to_the_project(manager):
    a_project(manager)

    answer = manager.post(
        "/projects/streets/files/", {"file": a_file(ROWS), "act": "count"}
    )

    assert answer.status_code == 302
    assert WorkRecord.objects.count() == 1


def test_a_file_with_a_bad_row_is_held_until_the_good_rows_are_wanted(manager):
    a_project(manager)
    body = ROWS + b"b2,label,bounding_box,label,100,-1,60\n"

    held = manager.post(
        "/projects/streets/files/", {"file": a_file(body), "act": "count"}
    )
    counted = manager.post(
        "/projects/streets/files/",
        {"file": a_file(body), "act": "count", "publish_good": "on"},
    )

    assert "is negative" in held.content.decode()
    assert counted.status_code == 302
    assert WorkRecord.objects.count() == 1


def test_who_maps_columns_may_give_what_a_recall_asks_for(manager):
    a_project(manager)
    few = check(manager, b"Lot,Boxes\n7,510\n").content.decode()
    body = b"Lot,Worker,Team,Guideline,Boxes,Spent\n7,lan,Hanoi 2,v3,510,6000\n"

    asked = check(manager, body)
    page = asked.content.decode()
    further = page[page.index("What few files say") - 40 :]
    mapped = manager.post(
        "/projects/streets/files/",
        {
            "dropped": hidden(asked),
            "act": "map",
            "column_batch": "Lot",
            "column_actor": "Worker",
            "column_pod": "Team",
            "column_guideline_version": "Guideline",
            "column_units_produced": "Boxes",
            "column_active_seconds": "Spent",
            "constant_stage": "label",
            "constant_annotation_type": "bounding_box",
            "constant_clock": "label",
        },
    )
    counting = {"dropped": hidden(mapped), "act": "count"}
    counted = manager.post("/projects/streets/files/", counting)

    assert "<details>\n          <summary>What few files say" in few
    assert "<details open>" in further
    assert '<option value="Team" selected>' in further
    assert '<option value="Guideline" selected>' in further
    assert counted.status_code == 302
    row = WorkRecord.objects.get()
    assert (row.pod, row.guideline_version) == ("Hanoi 2", "v3")


@pytest.mark.parametrize(
    ("posted", "status", "says"),
    [
        ({}, 400, "Choose a file first"),
        ({"file": b"\xff\xfa"}, 400, "UTF-8"),
        ({"file": b"a,b\n1,2\n"}, 400, "This kind of file is new here."),
        ({"file": ROWS, "mapping": "columns: ["}, 400, "expected"),
        ({"file": ROWS, "mapping": "colums: {}"}, 400, "has no colums"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(manager, posted, status, says):
    a_project(manager)
    if "file" in posted:
        posted = {**posted, "file": a_file(posted["file"])}

    answer = manager.post("/projects/streets/files/", posted)

    assert answer.status_code == status
    assert says in answer.content.decode()
    assert WorkRecord.objects.count() == 0


def test_a_file_over_the_limit_is_refused(manager, settings):
    settings.STAFF_UPLOAD_BYTES = 10
    a_project(manager)

    answer = manager.post("/projects/streets/files/", {"file": a_file(ROWS)})

    assert answer.status_code == 413


def test_the_page_to_drop_a_file_opens(manager):
    a_project(manager)

    assert "Drop a file" in manager.get("/projects/streets/files/").content.decode()


GOLDEN = ROOT / "tests/ingest/golden"


def check(client, body, **fields):
    form = {"file": a_file(body), "act": "check"} | fields
    return client.post("/projects/streets/files/", form)


def hidden(answer):
    found = re.search(r'name="dropped" value="(\w+)"', answer.content.decode())
    assert found is not None
    return found.group(1)


def test_a_tools_file_is_recognised_judged_and_counted_without_choosing_it_twice(
    manager,
):
    a_project(manager)
    body = (GOLDEN / "label_studio.json").read_bytes()

    answer = check(manager, body)
    counted = manager.post(
        "/projects/streets/files/", {"dropped": hidden(answer), "act": "count"}
    )

    page = answer.content.decode()
    assert "Label Studio JSON" in page
    assert "a ground truth, which is no production" in page
    assert "+17.4 %" in page
    assert "What would be counted" in page
    assert counted.status_code == 302
    assert WorkRecord.objects.count() == 2


def test_an_unknown_table_is_mapped_in_the_page_and_remembered(manager):
    a_project(manager)
    body = b"Lot,Worker,Boxes,Spent (s),Mood\n7,lan,510,6000,good\n"

    asked = check(manager, body)
    mapped = manager.post(
        "/projects/streets/files/",
        {
            "dropped": hidden(asked),
            "act": "map",
            "mapping_name": "our sheet",
            "column_batch": "Lot",
            "column_actor": "Worker",
            "column_units_produced": "Boxes",
            "column_active_seconds": "Spent (s)",
            "constant_stage": "label",
            "constant_annotation_type": "bounding_box",
            "constant_clock": "label",
            "scope": "as people note them",
        },
    )
    again = check(manager, body.replace(b"510", b"500"))

    page = asked.content.decode()
    assert asked.status_code == 400
    assert "Which column is which?" in page
    assert '<option value="Lot" selected>' in page
    assert '<option value="Boxes" selected>' in page
    assert "a file of our sheet" in mapped.content.decode()
    assert "Columns not used: Mood." in mapped.content.decode()
    assert "a file of our sheet" in again.content.decode()


def test_a_mapping_without_what_is_needed_is_asked_again(manager):
    a_project(manager)
    asked = check(manager, b"Lot,Boxes\n7,510\n")

    answer = manager.post(
        "/projects/streets/files/",
        {"dropped": hidden(asked), "act": "map", "column_batch": "Lot"},
    )

    assert answer.status_code == 400
    assert "gives no stage" in answer.content.decode()
    assert "Which column is which?" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"cap": "many"}, "is no number"),
        ({"cap": "-1"}, "above 0"),
        ({"cap": "NaN"}, "above 0"),
        ({"type": "hologram"}, "from the list"),
        ({"mapping": "a: [b"}, "while parsing"),
    ],
)
def test_what_is_stated_wrongly_is_said(manager, fields, says):
    a_project(manager)

    answer = check(manager, ROWS, **fields)

    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_a_file_of_another_project_is_not_at_hand(manager):
    a_project(manager)
    other = a_project(manager, slug="other")
    kept = keep_dropped(other, ROWS, name="x.csv", by=None, now=NOON)

    answer = manager.post(
        "/projects/streets/files/", {"dropped": kept.sha256, "act": "count"}
    )

    assert answer.status_code == 400
    assert "Choose a file first." in answer.content.decode()
    assert WorkRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\x.csv", "x.csv"),
        ("a\x00b.csv", "ab.csv"),
        ("<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv"),
        ("x" * 300, "x" * 200),
        ("", "file"),
    ],
)
def test_a_name_of_a_file_is_shown_and_never_a_path(name, kept):
    assert plain_name(name) == kept


def test_a_name_of_a_file_is_escaped(manager):
    a_project(manager)
    form = {"file": a_file(ROWS, name="<img src=x onerror=alert(1)>.csv")}

    answer = manager.post("/projects/streets/files/", form | {"act": "check"})

    assert b"<img src=x" not in answer.content
    assert b"&lt;img src=x" in answer.content


def test_a_file_that_is_too_heavy_is_refused_by_its_child_alone(manager):
    rows = b"".join(b"%d,label,bounding_box,label,1,1,1\n" % n for n in range(20_000))

    with pytest.raises(TableError, match="was stopped") as refused:
        survive(
            HEADER + rows,
            stated=Stated(zone="UTC"),
            bounds=Bounds(seconds=10, memory_bytes=40_000_000),
        )

    assert refused.value.code == "too_heavy"


def test_a_long_file_is_judged_and_counted_without_being_held(
    manager, in_process, monkeypatch
):
    """It is kept in parts, and chosen only once: to check it, to count it."""
    project = a_project(manager)
    monkeypatch.setattr(receiving, "SHORT_BYTES", 50)
    monkeypatch.setattr(uploads, "MOST_PART_BYTES", 40)

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("held in memory")

    monkeypatch.setattr("quotes.web.long_files.keep_dropped", never)
    bad = ROWS + b"9,label,bounding_box,label,1,-1,60\n"

    def verdict_of(asked):
        """Have a worker do what was asked, and follow its job to what it says."""
        address = asked.headers["Location"]
        assert manager.get(address).status_code == 200
        call_command("work", stdout=StringIO())
        assert f"{address}verdict" in manager.get(address).text
        return manager.get(f"{address}verdict", follow=True)

    asked = check(manager, bad)
    assert check(manager, bad).headers["Location"] == asked.headers["Location"]
    checked = verdict_of(asked)
    held = verdict_of(
        manager.post(
            "/projects/streets/files/", {"dropped": hidden(checked), "act": "count"}
        )
    )
    mapped = check(manager, bad, mapping="a: b")
    form = {"dropped": hidden(held), "act": "count", "publish_good": "on"}
    counted = verdict_of(manager.post("/projects/streets/files/", form))

    page = checked.content.decode()
    assert "Can be trusted, except for 1 row." in page
    assert "Canonical work records" in page
    assert "units_produced" in page
    assert "Count the 1 good row<" in page
    assert "Keep on hold" in page
    assert "without a mapping" in mapped.content.decode()
    assert "Keep on hold" in held.content.decode()
    assert counted.redirect_chain[-1] == ("/projects/streets/", 302)
    assert project.files.order_by("-pk")[0].rows_refused == 1
    assert WorkRecord.objects.filter(project=project).count() == ROWS.count(b"\n") - 1
    assert not Upload.objects.exists()


def test_while_others_are_read_a_file_waits(manager):
    a_project(manager)
    taken = [apart._free.acquire(blocking=False) for _ in range(apart.AT_ONCE)]
    try:
        answer = check(manager, ROWS)
    finally:
        for one in taken:
            assert one
            apart._free.release()

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_a_file_on_hold_says_so_and_earlier_figures_change_with_a_reason_alone(manager):
    project = a_project(manager)
    ingest_file(project, DATED, name="x.csv", mapping=None, by=None, now=SPRING)
    other = DATED.replace(b"9000", b"9100")

    seen = manager.post("/projects/streets/files/", {"file": a_file(other)}).text
    sha = re.findall(r'name="dropped" value="([^"]+)"', seen)[0]

    def act(**said):
        return manager.post(
            "/projects/streets/files/", {"act": "count", "dropped": sha, **said}
        )

    mute = act(publish_good="restate").text
    held = act().text
    counted = act(publish_good="restate", restate="A pause was counted.")

    assert "Restate, with the reason below" in seen
    assert "good row" not in seen
    # 9,100 seconds in the place of 9,000: 2.528 hours for 2.5.
    assert "if counted and restated" in seen
    assert re.search(r"Hours in the tool.*?\b2\.50?\b.*?\b2\.53?\b", seen, re.DOTALL)
    assert "if counted now" not in seen
    assert "Say why earlier figures change" in mute
    assert "Kept on hold: nothing of it was counted." in held
    assert counted.headers["Location"] == "/projects/streets/"
    assert "Counted: export.csv." in manager.get("/projects/streets/").text


def test_rows_that_time_something_else_are_said_to_move_no_figure(manager):
    project = a_project(manager)
    ingest_file(project, DATED, name="x.csv", mapping=None, by=None, now=SPRING)
    other = DATED.replace(b"b1,", b"b2,").replace(b"box,label,", b"box,session,")
    other = other.replace(b"510,510,", b"510,,")
    strange = DATED.replace(b"b1,", b"b3,").replace(b"bounding_box", b"polygon")

    idle = manager.post("/projects/streets/files/", {"file": a_file(other)}).text
    outside = manager.post("/projects/streets/files/", {"file": a_file(strange)}).text

    assert "No figure of the project would change" in idle
    assert "the rows tell session time; the project counts labelling time" in idle
    assert "1 row fits no line of the plan" in outside


def test_work_of_years_before_the_project_is_named_with_its_rows_and_hours(manager):
    project = a_project(manager)
    begins = project.start_on
    # 300 of 1,200 seconds are 25.0 % of the hours; a year to the day is not early.
    rows = (
        ("b1", begins, 900),
        ("b2", begins - timedelta(days=365), 0),
        ("b3", begins.replace(year=begins.year - 7), 300),
    )
    body = "batch,stage,annotation_type,clock,period_start,period_end,units_produced,"
    body += "active_seconds\n" + "".join(
        f"{batch},label,bounding_box,label,{day},{day},10,{seconds}\n"
        for batch, day, seconds in rows
    )

    page = check(manager, body.encode()).content.decode()

    assert "1 row lies more than a year before the project began on" in page
    assert "25.0 % of the hours lie there." in page
    usual = check(manager, "\n".join(body.split("\n")[:3]).encode()).content.decode()
    assert "more than a year before" not in usual


def test_a_mapped_file_says_types_and_stages_in_usual_words(manager):
    a_project(manager)
    body = b"Lot,Step,Kind,Made\nb1,Labelling,Bounding boxes,7\n"
    fields = {"batch": "Lot", "stage": "Step", "annotation_type": "Kind"}
    mapping = yaml.safe_dump(
        {
            "name": "lots",
            "columns": fields | {"units_produced": "Made"},
            "constants": {"clock": "label"},
        }
    )
    assert "1 row read" in check(manager, body, mapping=mapping).content.decode()
    odd = body.replace(b"Bounding boxes", b"smells")
    page = check(manager, odd, mapping=mapping).content.decode()
    assert "No row of this file can be counted: every one was refused." in page
    assert "Can be trusted" not in page


def test_a_file_that_was_counted_says_when_and_leaves_nothing_to_do(manager):
    project = a_project(manager)
    ingest_file(project, ROWS, name="x", mapping=None, by=None, now=NOON)

    page = check(manager, ROWS).content.decode()

    assert "This file was counted before. Nothing changes." in page
    assert "and stands." in page
    assert "Nothing has been counted yet." not in page
    assert "What would change" not in page
    assert "Count " not in page
    turned = check(manager, ROWS.replace(b"\n", b"\r\n")).content.decode()
    assert "Every row of it was counted before. Nothing would change." in turned
    assert "Its rows are those of x, in another file." in turned
    assert "Its rows are those of" not in page


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"path: .\ntrain: images\nnames:\n  0: car\n", "a single column"),
        (b"alpha,beta\n", "no rows"),
        (b"\n ,\n", "only blank lines"),
        (b"1.35e+02,8.5e+01\n1.2e+02,3.4e+01\n", "expected on line 1"),
        (b'{"a": [1,2', "it breaks off, or goes wrong, in line 1, column 11"),
    ],
)
def test_what_is_no_table_of_work_is_not_asked_for_its_columns(manager, body, says):
    a_project(manager)

    page = check(manager, body).content.decode()

    assert says in page
    assert "Which column is which?" not in page


def test_a_file_on_hold_is_found_again_with_its_refused_rows_and_counted(manager):
    a_project(manager)
    body = ROWS + b"b2,label,bounding_box,label,100,-5,60\n"
    form = {"file": a_file(body), "act": "count"}
    manager.post("/projects/streets/files/", form)
    listed = manager.get("/projects/streets/").text
    address = re.findall(r'href="(/projects/streets/files/[0-9a-f]{64}/)"', listed)[0]
    key = address.split("/")[-2]

    page = manager.get(address).text
    again = {"dropped": key, "act": "check"}
    checked = manager.post("/projects/streets/files/", again).text
    good = {"dropped": key, "act": "count", "publish_good": "on"}
    manager.post("/projects/streets/files/", good)
    counted = manager.get(address).text

    assert "Nothing of it was counted." in page
    assert "is negative. Correct it at the source." in page
    assert "Check it again, and decide" in page
    assert "Count the 1 good row" in checked
    assert "Its rows stand in the ledger." in counted
    assert "is negative. Correct it at the source." in counted
    assert "Check it again" not in counted
    assert manager.get(f"/projects/streets/files/{'0' * 64}/").status_code == 404


def test_files_of_a_project_are_opened_by_those_who_count_them(client, manager):
    project = a_project(manager)
    ingest_file(project, ROWS, name="x", mapping=None, by=None, now=NOON)
    (file,) = project.files.all()
    seller = a_membership(workspace=manager.workspace, role=Role.SALES).user
    client.force_login(seller)

    listed = client.get("/projects/streets/").text

    assert file.sha256 not in listed
    assert client.get(f"/projects/streets/files/{file.sha256}/").status_code == 403
