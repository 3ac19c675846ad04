"""The pages of projects: the list, the comparison, and whose work is recalled."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from quotes.actions.actuals import ingest_file
from quotes.actions.projects import import_project
from quotes.ingest.reading import read_mapping
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


SPRING = NOON + timedelta(days=60)
DATED = (
    b"batch,stage,annotation_type,clock,period_end,items,units_produced,units_accepted,"
    b"active_seconds\nb1,label,bounding_box,label,2026-02-02,100,510,510,9000\n"
)


def test_a_project_with_dated_work_says_what_the_money_bought(manager):
    project = a_project(manager)
    spring = NOON + timedelta(days=60)
    ingest_file(project, DATED, name="x.csv", mapping=None, by=None, now=spring)

    page = manager.get("/projects/streets/").content.decode()

    assert "What the money bought" in page
    assert "What was promised, and what is shown of it" in page
    assert "Nothing has been checked yet." in page
    assert "cents of work per dollar" in page
    assert "no timesheet names this project" in page
    # The picture and its table say the same.
    assert page.count("Time a unit") >= 1
    assert '<rect class="water-most"' in page
    assert "Why, in three sentences" in page
    rows = manager.get("/projects/streets/rows/?line=Boxes&week=2026-02-02")
    assert "line Boxes, week of 2 February 2026" in rows.content.decode()
    assert "x.csv" in rows.content.decode()
    for query, many in (
        ("week=2026-02-09", 0),
        ("batch=b1&stage=label", 1),
        ("batch=b2", 0),
        ("stage=review", 0),
        ("from=999", 1),
    ):
        answer = manager.get(f"/projects/streets/rows/?{query}")
        assert f"{many} row{'' if many == 1 else 's'}" in answer.content.decode()
    assert manager.get("/projects/streets/rows/?week=soon").status_code == 400
    table = manager.get("/projects/streets/export.csv").content.decode("utf-8-sig")
    assert "Lines,Boxes,units,5000,510," in table
    assert "Week by week,2026-02-02" in table
    assert "Difference,whole,,time a unit," in table
    assert manager.get("/projects/streets/export.doc").status_code == 404
    book = manager.get("/projects/streets/export.xlsx").content
    sheets = CalamineWorkbook.from_filelike(BytesIO(book))
    line = sheets.get_sheet_by_name("Lines").to_python()[2]
    assert line[:4] == ["Boxes", "units", 5000.0, 510.0]
    with patch("quotes.pdf.render", lambda html, **_: html.encode()):
        answer = manager.get("/projects/streets/export.pdf")
    printed = answer.content.decode()
    assert answer.headers["Content-Type"] == "application/pdf"
    answers = re.findall(
        r'<h2 class="stat-name">([^<]*)</h2>.*?<p class="small">([^<]*)</p>', page, re.S
    )
    assert [name[:2] for name, _ in answers] == ["1.", "2.", "3."]
    for words in (
        *(words for answer in answers for words in answer),
        "What the batches so far say of the rest",
        "internal: cost and margin, not for the client",
        "What the money bought",
        "Nothing has been checked yet.",
        "Margin of the work done",
        "What may be billed",
        "x.csv",
    ):
        assert words in printed
    told = re.findall(r"<p>([^<]*) <a[^>]*>See the rows", page)
    assert told
    for text in told:
        assert text in printed


def test_the_answers_are_shown_in_the_currency_of_the_site_as_about(manager):
    project = a_project(manager)
    spring = NOON + timedelta(days=60)
    ingest_file(project, DATED, name="x.csv", mapping=None, by=None, now=spring)
    fx = project.baseline.document["fx"]

    own = manager.get("/projects/streets/").context["page"]
    answer = manager.get("/projects/streets/?currency=VND&known_on=2026-03-07")

    page = answer.context["page"]
    plain = "/projects/streets/?known_on=2026-03-07"
    assert page.gap_currency == "VND"
    assert (page.currency, own.gap_currency, own.switch.pinned) == ("USD", "USD", None)
    was = manager.get(plain).context["page"].gap
    rate = Decimal(fx["rate"])
    turned = [Decimal(_digits(row.amount)) for row in page.gap]
    assert sum(turned) == Decimal(_digits(page.gap_total))
    for row, before in zip(turned, was, strict=True):
        assert abs(row - Decimal(_digits(before.amount)) * rate) <= 2
    assert f"at {rate:,} VND for one USD" in answer.text
    assert fx["as_of"] in answer.text
    assert html.escape(fx["source"]) in answer.text
    assert [one.here for one in page.switch.links] == [False, True]
    assert page.switch.links[0].address == "?known_on=2026-03-07&currency=USD"
    assert "VND over" in answer.text or "VND under" in answer.text
    odd = manager.get("/projects/streets/?currency=XXX").context["page"]
    assert odd.gap_currency == "USD"


def _digits(said):
    return said.replace(",", "").replace("\N{MINUS SIGN}", "-")


def by_weeks(*seconds):
    """Write a file of a batch a week, each slower or quicker than the last."""
    rows = b"".join(
        f"b{place},label,bounding_box,label,2026-02-{day:02},100,510,510,{one}\n".encode()
        for place, (day, one) in enumerate(zip((2, 9, 16, 23), seconds, strict=False))
    )
    return DATED.split(b"\n")[0] + b"\n" + rows


def test_a_project_says_whether_it_gets_better_and_what_was_known_when(manager):
    project = a_project(manager)
    spring = NOON + timedelta(days=90)
    ingest_file(
        project,
        by_weeks(9000, 8000, 7000, 6000),
        name="x.csv",
        mapping=None,
        by=None,
        now=spring,
    )

    page = manager.get("/projects/streets/").content.decode()
    before = (spring - timedelta(days=1)).date().isoformat()
    then = manager.get(f"/projects/streets/?known_on={before}").content.decode()
    odd = manager.get("/projects/streets/?known_on=soon")
    taken = manager.get(f"/projects/streets/export.csv?known_on={before}")

    assert f'/projects/streets/export.csv?known_on={before}"' not in then  # no file yet
    assert "Lines,Boxes,units,5000,," in taken.content.decode("utf-8-sig")
    assert f"streets-{before}.csv" in taken.headers["Content-Disposition"]
    assert manager.get("/projects/streets/export.csv?known_on=x").status_code == 400
    for day in ("0001-01-01", "9999-12-31", "2026-02-30", "-1", "%00"):
        answer = manager.get("/projects/streets/", {"known_on": day})
        assert answer.status_code in {200, 400}, day
    assert ">Yes</p>" in page
    assert "4 weeks rise by more than chance: it does as much 4 times in 100." in page
    assert 'aria-label="Cents of planned work per dollar, by week: ' in page
    assert "4 batches, 4 accepted" in page
    assert "What the money bought" not in then
    assert "No actuals yet" in then
    assert "Show it as known now" in then
    assert odd.status_code == 400
    assert "“soon” is no day." in odd.content.decode()


def test_a_later_day_and_its_exports_leave_out_what_was_dropped_after_it(manager):
    project = a_project(manager)
    spring = NOON + timedelta(days=90)
    ingest_file(project, DATED, name="x.csv", mapping=None, by=None, now=spring)
    later = project.files.get()
    later.pk, later.sha256, later.at = None, "f" * 64, spring + timedelta(days=2)
    later.findings = ["The seconds of this file run from press to press."]
    later.save()
    on = spring.date().isoformat()

    now_known = manager.get("/projects/streets/").text
    then = manager.get(f"/projects/streets/?known_on={on}").text

    assert later.findings[0] in now_known
    assert later.findings[0] not in then
    assert f'href="/projects/streets/export.csv?known_on={on}"' in then
    assert "export.csv?known_on" not in now_known


def test_the_rows_of_an_earlier_day_are_those_that_stood_then(manager):
    project = a_project(manager)
    spring = NOON + timedelta(days=90)
    for late, seconds in ((0, "9000"), (3, "9100")):
        ingest_file(
            project,
            DATED.replace(b"9000", seconds.encode()),
            name=f"{seconds}.csv",
            mapping=None,
            by=None,
            now=spring + timedelta(days=late),
            restate_reason="The tool counted a pause." if late else "",
        )
    on = spring.date().isoformat()

    page = manager.get(f"/projects/streets/?known_on={on}").text
    seen = re.findall(r'/rows/\?([^"]*)">', page)
    then = manager.get(f"/projects/streets/rows/?{html.unescape(seen[0])}").text
    later = manager.get("/projects/streets/rows/").text

    assert len(seen) > 1
    assert all(f"known_on={on}" in one for one in seen)
    assert "9000.csv" in then
    assert "9100.csv" not in then
    assert "9100.csv" in later
    assert f'href="/projects/streets/?known_on={on}"' in then
    assert manager.get("/projects/streets/rows/?known_on=x").status_code == 400


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
    table = manager.get("/projects/streets/export.csv").content.decode("utf-8-sig")
    assert "Where it stands,Where it stands,,no file was dropped" in table


def test_a_project_shows_its_figures_and_a_gap_that_adds_up(manager):
    project = a_project(manager)
    ingest_file(project, ROWS, name="x.csv", mapping=None, by=None, now=NOON)

    page = manager.get("/projects/streets/").content.decode()

    assert "510" in page
    assert "10\u202f%" in page or "10\xa0%" in page
    assert "1 batch, 0 accepted" in page
    assert "1 batch, 100 of 1,000 images" in page
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


# --- recall


BAD_WORK = HEADER.replace(b"active_seconds", b"active_seconds,actor,period_start") + (
    b"b1,label,bounding_box,label,10,50,60,bad,2026-01-02\n"
    b"b1,label,bounding_box,label,30,150,60,good,2026-01-02\n"
    b"b2,label,bounding_box,label,30,150,60,good,2026-01-03\n"
    b"b3,label,bounding_box,label,30,150,60,,\n"
)


def test_a_bad_annotator_is_recalled_from_the_batches_touched_alone(manager):
    project = a_project(manager)
    ingest_file(project, BAD_WORK, name="x.csv", mapping=None, by=None, now=NOON)

    asked = manager.get("/projects/streets/recall/").content.decode()
    found = manager.get("/projects/streets/recall/?actor=Bad").content.decode()
    nobody = manager.get(
        "/projects/streets/recall/?actor=bad&since=2026-01-05"
    ).content.decode()
    wrong = manager.get("/projects/streets/recall/?since=soon")

    assert "Find the batches" in asked
    assert "1 batch holds such work." in found
    assert "50 of 200" in found
    assert '<td data-name="line"><bdi translate="no">boxes</bdi>' in found.lower()
    assert "Of 1 more nobody can tell: their records do not name the person." in found
    assert '<option value="bad"></option><option value="good"></option>' in asked
    assert ">b2<" not in found
    assert ">b1<" not in nobody
    assert (wrong.status_code, b"Write days as" in wrong.content) == (400, True)


def test_whose_work_it_was_is_not_for_sales(client, manager):
    a_project(manager)
    seller = a_membership(workspace=manager.workspace, role=Role.SALES).user
    client.force_login(seller)

    assert client.get("/projects/streets/recall/?actor=bad").status_code == 403
