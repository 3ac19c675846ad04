"""Erased people: their names are gone, totals stay, files are known all the same."""

from __future__ import annotations

import json
import unicodedata
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from quotes.actions import RefusedError
from quotes.actions.actuals import ingest_file, stated_for
from quotes.actions.dropping import keep_dropped
from quotes.actions.erasing import erase_person
from quotes.actions.long_files import ingest_long
from quotes.actions.paid import ingest_paid
from quotes.ingest.work import Stated
from quotes.models import DroppedFile, ErasedPerson, PaidRecord, WorkRecord
from quotes.queries.actuals import comparison
from scoping.models import AuditEntry
from tests.factories import NOON
from tests.quotes.test_ingest import a_project
from tests.quotes.test_long_files import in_process

__all__ = ["in_process"]

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=60)
WORK = (
    "batch,stage,annotation_type,clock,period_start,period_end,actor,units_produced,"
    "active_seconds\n"
    "b1,label,bounding_box,label,2026-02-02,2026-02-02,Lan Tran,100,3600\n"
    "b1,label,bounding_box,label,2026-02-02,2026-02-02,Ha Vu,90,3600\n"
    "b2,label,bounding_box,label,2026-02-03,2026-02-03, lan tran ,80,3000\n"
)
PAID = (
    "Date,Employee,Hours,Project\n2026-02-02,Lan Tran,8,\n2026-02-02,Ha Vu,8,\n"
    "2026-02-03,Lan Tran,8,\n"
)


@pytest.fixture
def project():
    made = a_project()
    drop(made, WORK)
    pay(made, PAID)
    keep_dropped(made, WORK.encode(), name="work.csv", by=None, now=LATER)
    keep_dropped(made, b"Ha Vu alone", name="other.csv", by=None, now=LATER)
    return made


def drop(project, text, **changes):
    fields: Any = {"name": "x", "mapping": None, "by": None, "now": LATER}
    return ingest_file(project, text.encode(), **(fields | changes))


def pay(project, text, **changes):
    stated = Stated(zone=project.time_zone, latest=LATER)
    return ingest_paid(
        project.workspace,
        text.encode(),
        name="paid.csv",
        stated=stated,
        by=None,
        now=LATER,
        **changes,
    )


def everything_said(workspace):
    """Return all text that the database holds of people, as one."""
    tables = [name for name in connection.introspection.table_names() if "_" in name]
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            if table.startswith(("quotes_", "scoping_")):
                cursor.execute(f"SELECT * FROM {table}")
                found += [repr(row) for row in cursor.fetchall()]
    return " ".join(found).casefold()


def test_a_name_is_nowhere_and_no_total_moves(project):
    before = comparison(project)
    paid = sum(one.paid_seconds or 0 for one in PaidRecord.objects.all())

    found = erase_person(project.workspace, "LAN  TRAN", by=None, now=LATER)

    assert (found.work, found.paid, found.files) == (2, 2, 1)
    assert "lan tran" not in everything_said(project.workspace)
    assert comparison(project) == before
    assert sum(one.paid_seconds or 0 for one in PaidRecord.objects.all()) == paid
    assert set(WorkRecord.objects.values_list("actor", flat=True)) == {
        "Ha Vu",
        found.name,
    }
    assert set(PaidRecord.objects.values_list("person", flat=True)) == {
        "Ha Vu",
        found.name,
    }
    assert DroppedFile.objects.get().name == "other.csv"
    assert AuditEntry.objects.filter(action="erase_person").get().subject == found.name


def test_the_same_rows_are_known_and_new_ones_bear_the_other_name(project, in_process):
    found = erase_person(project.workspace, "Lan Tran", by=None, now=LATER)
    late = WORK + "b3,label,bounding_box,label,2026-02-04,2026-02-04,Lan Tran,70,900\n"

    assert drop(project, WORK + "\n").state == "repeated"
    stated = stated_for(project, now=LATER)
    fields: Any = {"name": "x", "by": None, "now": LATER, "stated": stated}
    long = ingest_long(project, BytesIO(late.encode()), **fields)
    again = drop(
        project, late.replace("Lan Tran,70", "Lan Tran,71"), restate_reason="recount"
    )
    pay(project, PAID + "2026-02-05,Lan Tran,4,\n")

    assert (long.new, long.repeated) == (1, 3)
    assert (len(again.plan.restated), again.plan.repeated) == (1, 3)
    assert "lan tran" not in everything_said(project.workspace)
    assert ErasedPerson.objects.get().name == found.name
    last = PaidRecord.objects.order_by("pk").last()
    assert last is not None
    assert last.person == found.name
    assert PaidRecord.objects.count() == 4


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody else'",
        "actor = 'erased 1', batch = 'x'",
        "actor = 'erased 1', active_seconds = 1",
        "actor = 'erased 1', audit_classes = '[]'",
        "actor = 'erased 1', prelabel_models = '[]'",
    ],
)
def test_the_ledger_lets_nothing_else_change(project, change):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE quotes_workrecord SET {change}")


def test_the_ledger_of_pay_lets_nothing_else_change(project):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE quotes_paidrecord SET person='erased 1', paid_seconds=1")


def test_on_sqlite_the_trigger_knows_every_column_of_the_ledgers(project):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL compares whole rows")
    for model, name in (
        (WorkRecord, "work_record_is_final_update"),
        (PaidRecord, "paidrecord_is_final_update"),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [name])
            (sql,) = cursor.fetchone()
        missing = [
            field.column
            for field in model._meta.fields
            if f"NEW.{field.column} " not in f"{sql} "
            and f"NEW.{field.column}," not in sql
        ]
        assert missing == []


def test_who_was_not_seen_for_long_is_erased_by_the_command(project):
    slug = project.workspace.slug
    out = StringIO()
    options: Any = {"workspace": slug, "stdout": out}
    since = "--not-seen-since=2026-02-03"

    call_command("erase_person", since, "--dry-run", **options)
    assert out.getvalue() == "Would erase ha vu.\n"
    call_command("erase_person", since, **options)
    call_command("erase_person", since, **options)

    assert "1 entries of work, 1 of paid time" in out.getvalue()
    assert "Nobody was last seen before that day." in out.getvalue()
    left = set(WorkRecord.objects.values_list("actor", flat=True))
    assert len([one for one in left if one.startswith("erased ")]) == 1
    assert "Ha Vu" not in left
    for arguments in (("Nobody",), ()):
        with pytest.raises(CommandError):
            call_command("erase_person", *arguments, **options)
    with pytest.raises(RefusedError):
        erase_person(project.workspace, "Nobody", by=None, now=LATER)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"by": "NGUYỄN Lan"}).encode(),
        json.dumps({"by": unicodedata.normalize("NFD", "Nguyễn Lan")}).encode(),
        unicodedata.normalize("NFD", "b1,Nguyễn  Lan,5").encode(),
        b"<by>Nguy&#x1ec5;n Lan</by>",
        "b1,Nguyễn Lan".encode("utf-16"),
        "b1,Nguyên, Zoë".encode("latin-1"),
    ],
    ids=["json", "json-nfd", "nfd", "xml", "utf-16", "latin-1"],
)
def test_kept_bytes_go_however_they_write_the_name(body):
    project = a_project()
    drop(project, WORK.replace("Ha Vu", "Nguyễn Lan"))
    keep_dropped(project, body, name="export", by=None, now=LATER)
    keep_dropped(project, b'{"by": "Nguy\\u1ec5n"}', name="o", by=None, now=LATER)

    found = erase_person(
        project.workspace,
        unicodedata.normalize("NFD", "nguyễn lan"),
        by=None,
        now=LATER,
    )

    assert (found.work, found.files) == (1, 1)
    assert DroppedFile.objects.get().name == "o"


def test_who_is_erased_can_be_erased_from_a_file_that_came_later(project):
    first = erase_person(project.workspace, "Lan Tran", by=None, now=LATER)
    keep_dropped(project, WORK.encode(), name="work.csv", by=None, now=LATER)

    again = erase_person(project.workspace, "lan tran", by=None, now=LATER)

    assert (again.name, again.work, again.paid, again.files) == (first.name, 0, 0, 1)
    assert "lan tran" not in everything_said(project.workspace)
    with pytest.raises(RefusedError):
        erase_person(project.workspace, first.name, by=None, now=LATER)


def test_projects_are_locked_before_their_company(project):
    """A count locks its project, then the company: the other order would lock up."""
    with CaptureQueriesContext(connection) as queries:
        erase_person(project.workspace, "Lan Tran", by=None, now=LATER)

    said = [one["sql"] for one in queries]
    locks = [
        next(i for i, sql in enumerate(said) if f'FROM "{table}"' in sql)
        for table in ("quotes_project", "scoping_workspace")
    ]
    assert locks == sorted(locks)
    assert "ORDER BY" in said[locks[0]]
    if connection.features.has_select_for_update:
        assert all("FOR UPDATE" in said[one] for one in locks)
