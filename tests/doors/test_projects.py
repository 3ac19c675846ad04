"""The pages of projects: the list, the comparison, a dropped file and its verdict."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from quotes.actions import receiving, uploads
from quotes.actions.actuals import ingest_file
from quotes.actions.dropping import keep_dropped, plain_name
from quotes.actions.projects import import_project
from quotes.ingest import apart
from quotes.ingest.apart import Bounds, survive
from quotes.ingest.reading import read_mapping
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from quotes.models import Upload, WorkRecord
from scoping.access import Role
from scoping.language import language_of
from tests.factories import NOON, ROOT, a_membership, a_published_card, a_workspace
from tests.quotes.test_long_files import in_process
from tests.shared import shared

__all__ = ["in_process"]

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


# --- a dropped file

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
    assert "Of 1 more nobody can tell" in found
    assert ">b2<" not in found
    assert ">b1<" not in nobody
    assert (wrong.status_code, b"Write days as" in wrong.content) == (400, True)


def test_whose_work_it_was_is_not_for_sales(client, manager):
    a_project(manager)
    seller = a_membership(workspace=manager.workspace, role=Role.SALES).user
    client.force_login(seller)

    assert client.get("/projects/streets/recall/?actor=bad").status_code == 403


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
