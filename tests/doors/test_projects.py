"""The pages of projects: the list, the comparison, a dropped file and its verdict."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quotes.actions.actuals import ingest_file
from quotes.actions.projects import import_project
from quotes.ingest.reading import read_mapping
from quotes.models import WorkRecord
from scoping.access import Role
from tests.factories import NOON, ROOT, a_membership, a_published_card, a_workspace
from tests.shared import shared

pytestmark = pytest.mark.django_db

HEADER = b"batch,stage,annotation_type,clock,items,units_produced,active_seconds\n"
ROWS = HEADER + b"b1,label,bounding_box,label,100,510,6000\n"
SPEC = {
    "name": "Streets",
    "items": 1000,
    "lines": [{"type": "bounding_box", "units_per_item": 5}],
}
MAPPING = ROOT / "fixtures/mappings/pedestrian_batches.yaml"


@pytest.fixture
def manager(client):
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    client.workspace = workspace
    return client


def a_project(client, **changes):
    fields = {"slug": "streets", "start_on": None, "paid_clock": "label", "by": "test"}
    return import_project(
        SPEC, workspace=client.workspace, now=NOON, **(fields | changes)
    )


DATED = (
    b"batch,stage,annotation_type,clock,period_end,items,units_produced,units_accepted,"
    b"active_seconds\nb1,label,bounding_box,label,2026-02-02,100,510,510,9000\n"
)


def test_a_project_with_dated_work_says_what_the_money_bought(manager):
    project = a_project(manager)
    ingest_file(project, DATED, name="x.csv", mapping=None, by=None, now=NOON)

    page = manager.get("/projects/streets/").content.decode()

    assert "What the money bought" in page
    assert "What was promised, and what is shown of it" in page
    assert "Nothing has been checked yet." in page
    assert "cents of work per dollar" in page
    assert "no timesheet names this project" in page
    # The picture and its table say the same.
    assert page.count("Time a unit") >= 1
    assert '<rect class="water-most"' in page


def a_file(body, name="export.csv"):
    return SimpleUploadedFile(name, body, content_type="text/csv")


def test_an_empty_list_says_how_a_project_begins(manager):
    page = manager.get("/projects/").content.decode()

    assert "No projects yet" in page
    assert "when a client accepts a quote" in page


def test_the_list_names_each_project_with_its_planned_cost(manager):
    a_project(manager)

    page = manager.get("/projects/").content.decode()

    assert "Streets" in page
    assert "/projects/streets/" in page


def test_a_project_without_actuals_asks_for_the_first_file(manager):
    a_project(manager)

    page = manager.get("/projects/streets/").content.decode()

    assert "No actuals yet" in page


def test_a_project_shows_its_figures_and_a_gap_that_adds_up(manager):
    project = a_project(manager)
    ingest_file(project, ROWS, name="x.csv", mapping=None, by=None, now=NOON)

    page = manager.get("/projects/streets/").content.decode()

    assert "510" in page
    assert "10\u202f%" in page or "10\xa0%" in page
    assert "Boxes: 100 of 1,000 images" in page
    # The file names no day, so that it stands nowhere in the plan's weeks.
    assert "What the money bought" not in page
    assert "counted" in page
    assert "time a unit" in page
    assert "hours at planned rates" in page
    assert "not known, because the client has not confirmed any batch" in page
    assert "wage: not known, because no payroll was dropped" in page


def test_the_pedestrian_batches_show_both_clocks_and_what_is_not_known(manager):
    import yaml

    body = shared("data/samples/batches/pedestrian_boxes.csv").read_bytes()
    mapping = read_mapping(yaml.safe_load(MAPPING.read_text()))
    project = a_project(manager)
    ingest_file(project, body, name="x.csv", mapping=mapping, by=None, now=NOON)

    page = manager.get("/projects/streets/").content.decode()

    assert "7.08 s" in page
    assert "drawing time" in page
    assert "labelling time" in page
    assert "scope, not of performance" in page
    assert "No time: batch 58285" in page
    assert "not known, because the file times drawing time" in page
    assert "511 batches" in page


def test_a_file_is_checked_before_anything_is_counted(manager):
    a_project(manager)

    answer = manager.post(
        "/projects/streets/files/", {"file": a_file(ROWS), "act": "check"}
    )

    page = answer.content.decode()
    assert "Can be trusted: every row was read." in page
    assert "Nothing has been counted yet." in page
    assert WorkRecord.objects.count() == 0


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


@pytest.mark.parametrize(
    ("posted", "status", "says"),
    [
        ({}, 400, "Choose a file first"),
        ({"file": b"\xff\xfa"}, 400, "UTF-8"),
        ({"file": b"a,b\n1,2\n"}, 400, "has no column batch"),
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


def test_a_project_of_another_workspace_is_not_there(manager, client):
    a_project(manager)
    other = a_workspace()
    client.force_login(a_membership(workspace=other, role=Role.MANAGER).user)

    for address in ("/projects/streets/", "/projects/streets/files/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.SALES])
def test_sales_sees_no_actuals(client, role):
    client.force_login(a_membership(role=role).user)

    assert client.get("/projects/").status_code == 403


def test_strangers_are_asked_to_sign_in(client):
    assert client.get("/projects/").status_code == 302
