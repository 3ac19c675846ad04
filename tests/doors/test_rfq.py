"""A buyer's grid of requests: answered row by row, saved as scopes, given back."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from quotes.ingest.rfq import MOST_ROWS, read_grid
from quotes.ingest.tables import TableError
from quotes.ingest.usual_words import TYPES
from scoping.access import Role
from scoping.models import Client as Buyer
from scoping.models import Scope
from tests.doors.test_public_form import words_of
from tests.factories import NOON, a_membership, a_published_card, a_workspace

ADDRESS = "/quotes/grid"
HEADER = ["Item", "Annotation type", "Volume", "Objects per image", "Quality", "TAT"]
ROWS = [
    ["Streets", "Bounding boxes", 100_000, 5, "98 %", "90 days"],
    ["Roofs", "polygon", "2,000", "", 0.99, "1 week"],
    ["Joints", "keypoints", 500, 17, "", ""],
    ["Magic", "sorcery", 10, 1, 98, 10],
    ["Scenes", "semantic segmentation", 300, "", 95, "2026-12-24"],
]


def a_sheet(rows, header=HEADER):
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("RFQ")
        for place, row in enumerate([header, *rows]):
            sheet.write_row(place, 0, row)
    return out.getvalue()


@pytest.fixture
def seller(client, db):
    workspace = a_workspace(name="Northline")
    a_published_card(workspace=workspace)
    client.force_login(a_membership(workspace=workspace).user)
    with time_machine.travel(NOON, tick=False):
        yield client


def upload(client, body, name="rfq.xlsx"):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, body)})


def carried(page):
    return re.findall(r'name="grid" value="([^"]+)"', page.text)[0]


def test_each_row_is_answered_by_the_list(seller):
    words = words_of(upload(seller, a_sheet(ROWS)).text)

    assert "4 of 5 rows answered, USD" in words
    # 500,000 boxes at 0.0840, as the public form has them.
    assert "500,000 0.0840 42,000.00" in words
    # Nobody said how many outlines: 2.4 to 15.8 in an image, and the range says so.
    assert "2.4 to 15.8 in an image, because the row does not say" in words
    # 0.336 x 1.25 for 99 of 100
    assert "16,820 0.4200 7,064.40" in words
    assert "8,500 0.0576 489.60" in words
    assert "“sorcery” is no type that is known here" in words
    assert "300 1.5480 464.40" in words
    assert words.count("later than asked") == 1


def test_the_answers_go_back_in_the_same_sheet(seller):
    page = upload(seller, a_sheet(ROWS))

    given = seller.post(ADDRESS, {"act": "sheet", "grid": carried(page)})

    sheet = CalamineWorkbook.from_filelike(BytesIO(given.content)).get_sheet_by_index(0)
    header, streets, roofs, _, magic, scenes = sheet.to_python()
    assert header[:6] == HEADER
    assert header[6:9] == ["Units", "Unit price", "Amount"]
    assert streets[:3] == ["Streets", "Bounding boxes", "100000"]
    assert streets[6:9] == [500_000, 0.084, 42_000]
    assert (roofs[12], scenes[12]) == ("no", "yes")
    assert magic[6] == ""
    assert str(magic[14]).startswith("“sorcery” is no type")
    assert not Scope.objects.exists()


def test_one_scope_a_row_is_saved_once_for_the_client(seller):
    page = upload(seller, a_sheet(ROWS))
    said = {"act": "save", "grid": carried(page), "client": "Acme Vision"}

    response = seller.post(ADDRESS, said)
    seller.post(ADDRESS, said)

    assert response.headers["Location"] == "/scopes/"
    assert "4 scopes are saved" in seller.get("/scopes/").text
    saved = {scope.name: scope for scope in Scope.objects.all()}
    assert sorted(saved) == ["Joints", "Roofs", "Scenes", "Streets"]
    streets = saved["Streets"]
    assert streets.client == Buyer.objects.get(name="Acme Vision")
    assert streets.document["items"] == 100_000
    assert streets.document["quality"]["accuracy"] == "0.98"
    assert saved["Scenes"].document["deadline"] == "2026-12-24"
    # Monday 19 January 2026 is a holiday: five business days on from Tuesday.
    assert saved["Roofs"].document["deadline"] == "2026-01-27"


def test_rows_without_a_name_are_called_by_their_place(seller):
    body = b"type,volume\ncuboid,100\nhuge box,5\n"
    page = upload(seller, body, name="grid.csv")

    seller.post(ADDRESS, {"act": "save", "grid": carried(page)})

    assert Scope.objects.get().name == "Row 2 of a grid"


def test_a_row_that_the_spec_refuses_says_why(seller):
    page = upload(seller, b"type,volume,objects\nboxes,1,0.2\n", name="grid.csv")

    assert "nothing can be priced" in words_of(page.text)
    assert "0 of 1 rows answered" in words_of(page.text)


def test_what_cannot_be_priced_off_the_list_is_said(seller, monkeypatch):
    monkeypatch.setattr("scoping.calc.offer.list_prices", lambda *_args, **_kwargs: {})
    page = upload(seller, b"type,volume\nboxes,10\n", name="grid.csv")
    given = seller.post(ADDRESS, {"act": "sheet", "grid": carried(page)})

    assert "priced on request" in words_of(page.text)
    rows = CalamineWorkbook.from_filelike(BytesIO(given.content)).get_sheet_by_index(0)
    assert rows.to_python()[1][-1] == "priced on request"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"a,b\n1,2\n", "no column for the type and the volume"),
        (b"type,volume\n", "a header and no row"),
        (b"type,volume\n" + b"box,1\n" * 5001, "at most 5,000 are answered"),
        (b"PK\x03\x04", "is broken"),
        (b"\xff\xfe\xff", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_grid_is_refused_with_a_sentence(seller, body, says):
    response = upload(seller, body)

    assert response.status_code == 400
    assert says in words_of(response.text)
    assert '<a href="#id_grid_file">' in response.text


def test_a_grid_that_is_missing_forged_or_too_large_is_refused(seller, settings):
    missing = seller.post(ADDRESS, {"act": "save"})
    forged = seller.post(ADDRESS, {"act": "save", "grid": "abc"})
    settings.XLSX_BYTES = 5
    large = upload(seller, a_sheet(ROWS))

    assert [one.status_code for one in (missing, forged, large)] == [400, 400, 400]
    assert "Choose the file again" in missing.text
    assert "larger than 0 MB" in large.text


def test_only_the_desk_answers_grids(client, db):
    workspace = a_workspace()
    buyer = Buyer.objects.create(workspace=workspace, name="Acme")
    assert client.get(ADDRESS).status_code == 302
    client.force_login(
        a_membership(workspace=workspace, role=Role.CLIENT, client=buyer).user
    )
    assert client.get(ADDRESS).status_code == 403


# --- cells ----------------------------------------------------------------------------


def one_row(**said):
    cells = {"type": "box", "volume": "10"} | said
    body = ",".join(cells) + "\n" + ",".join(f'"{one}"' for one in cells.values())
    return read_grid(body.encode()).lines[0]


@pytest.mark.parametrize("name", TYPES)
def test_every_usual_name_of_a_type_is_known(name):
    found = one_row(type=name.upper().replace(" ", "_"))

    assert found.row is not None
    assert found.row.type == TYPES[name]


@pytest.mark.parametrize(
    ("said", "share"),
    [("98", "0.98"), ("98 %", "0.98"), ("98%", "0.98"), ("0.98", "0.98"), ("", None)],
)
def test_98_and_98_per_cent_and_a_share_are_the_same(said, share):
    found = one_row(quality=said).row

    assert found is not None
    assert found.accuracy is None if share is None else str(found.accuracy) == share


@pytest.mark.parametrize(
    ("said", "within", "by"),
    [
        ("15", 15, None),
        ("15 days", 15, None),
        ("15 working days", 15, None),
        ("3 weeks", 15, None),
        ("2 W", 10, None),
        ("2027-03-01", None, date(2027, 3, 1)),
        (datetime(2027, 3, 1, tzinfo=UTC).isoformat(), None, date(2027, 3, 1)),
    ],
)
def test_a_turnaround_is_days_weeks_or_a_day(said, within, by):
    found = one_row(turnaround=said).row

    assert found is not None
    assert (found.within, found.by) == (within, by)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        *(("volume", one) for one in ("0", "1.5", "1.000", "many", "", "-3", "9" * 12)),
        *(("quality", one) for one in ("1", "101", "40", "good", "98,5")),
        *(("turnaround", one) for one in ("soon", "0", "1/2/2027", "03.04.2027")),
        *(("objects", one) for one in ("0", "5,5", "five", "99999")),
        ("type", "wizardry"),
    ],
)
def test_a_cell_that_could_be_misread_refuses_its_row(column, said):
    found = one_row(**{column: said})

    assert found.row is None
    assert found.problem


def test_a_short_row_is_filled_and_a_long_one_cut():
    grid = read_grid(b"type,volume,name\nbox,10\nbox,10,a,b\n")

    assert [line.cells for line in grid.lines] == [
        ("box", "10", ""),
        ("box", "10", "a"),
    ]
    with pytest.raises(TableError, match="no column for the volume"):
        read_grid(b"type,name\nbox,a\n")


def test_rows_without_a_cell_for_each_column_are_counted_with_the_others():
    short = b"type,volume,name\nboxes,1,ok\n" + b"boxes,1\n" * MOST_ROWS

    with pytest.raises(TableError, match=r"The grid has 5,001 rows; at most 5,000"):
        read_grid(short)


def test_a_nul_that_a_cell_spells_is_refused_before_a_database_meets_it():
    # What writes the sheet keeps the spelling as a text: here it is the character.
    old, out = a_sheet([["a_x0000_b", "boxes", 1, 1, "", ""]]), BytesIO()
    with zipfile.ZipFile(BytesIO(old)) as parts, zipfile.ZipFile(out, "w") as new:
        for name in parts.namelist():
            new.writestr(name, parts.read(name).replace(b"_x005F_", b"_"))

    with pytest.raises(TableError, match="The sheet holds NUL characters") as refused:
        read_grid(out.getvalue())

    assert refused.value.code == "nul"
    assert read_grid(old).lines[0].cells[0] == "a_x0000_b"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Polygon segmentation", "polygon"),
        ("Lidar cuboids", "cuboid"),
        ("Bounding box annotation", "bounding_box"),
        ("Semantic segmentation", "semantic_mask"),
        ("Segmentation", None),
        ("Labelling of images", None),
    ],
)
def test_words_that_buyers_put_beside_a_type_do_not_hide_it(said, means):
    line = read_grid(f"type,volume,item\n{said},10,R7\n".encode()).lines[0]

    assert (None if line.row is None else line.row.type) == means
    assert line.name == "R7"


def test_a_pdf_is_no_grid_and_says_what_to_do():
    with pytest.raises(TableError, match=r"a PDF, no table\. Export it as CSV or XLSX"):
        read_grid(b"%PDF-1.7 and so on")


def test_beside_a_column_of_types_a_task_is_what_a_row_is_called():
    body = b"Task,Type,Volume\nCars,Bounding box,100\n"
    (line,) = read_grid(body).lines
    assert line.row is not None
    assert (line.row.type, line.row.name) == ("bounding_box", "Cars")
    # Alone, a task is the type, as before.
    (line,) = read_grid(b"Task,Volume\nBounding box,100\n").lines
    assert line.row is not None
    assert (line.row.type, line.row.name) == ("bounding_box", "")
