"""What is final is not replaced either, and files, choices and projects are final too.

`INSERT OR REPLACE` exists on SQLite alone and fires no trigger for what it deletes, so
that each table has a guard of its own: with it the statement fails, without it it goes
through.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from quotes import models
from quotes.actions.actuals import ingest_file
from tests.factories import a_client, a_workspace
from tests.quotes.a_quote import NOON, a_decided_draft, a_draft, a_sent_quote, accept
from tests.scoping.sql import drop_trigger, replacing, run_sql

pytestmark = pytest.mark.django_db

FILE = (
    b"batch,stage,annotation_type,clock,items,units_produced,active_seconds\n"
    b"1,label,bounding_box,label,100,500,6000\n"
    b"2,label,bounding_box,label,100,-5,6000\n"
)
# table -> what a replacement would change, and the guards in its way
REPLACED = {
    "quote": ("number", ["quote_is_kept"]),
    "quoterevision": (
        "name",
        ["quoterevision_is_kept", "revision_begins_as_a_draft"],
    ),
    "scenario": ("promised_week", ["scenario_is_kept", "scenario_joins_a_draft"]),
    "pricedecision": ("why", ["pricedecision_is_kept", "pricedecision_joins_a_draft"]),
    "frozendocument": ("body", ["frozendocument_is_kept"]),
    "frozenpdf": ("body", ["frozenpdf_is_kept"]),
    "quotelink": ("token_hash", ["quotelink_is_kept"]),
    "quoteevent": ("note", ["quoteevent_is_kept"]),
    "acceptance": (
        "consent",
        ["acceptance_is_kept", "acceptance_of_a_revision_is_kept"],
    ),
    "project": ("name", ["project_is_kept", "project_of_an_acceptance_is_kept"]),
    "baseline": ("digest", ["baseline_is_kept"]),
    "sourcefile": ("sha256", ["sourcefile_is_kept"]),
    "refusedrow": ("message", ["refusedrow_is_kept"]),
    "workrecord": ("actor", ["workrecord_is_kept"]),
}
# tables of which a row with another id would take the place by its key
KEYED = set(REPLACED) - {"quotelink", "quote", "quoteevent", "sourcefile", "refusedrow"}


def an_accepted_quote_with_work() -> models.QuoteRevision:
    """Make one row at least of every table that is final."""
    revision = a_sent_quote(a_decided_draft()).revision
    models.QuoteEvent.objects.create(
        workspace=revision.workspace,
        revision=revision,
        kind="opened",
        at=NOON,
        actor="client",
    )
    acceptance = accept(revision)
    ingest_file(
        acceptance.project,
        FILE,
        name="week.csv",
        mapping=None,
        by=None,
        now=NOON,
        publish_good=True,
    )
    return revision


def rows(table: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM quotes_{table} ORDER BY id")
        return list(cursor.fetchall())


def only_on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("an upsert of PostgreSQL is an update")


def test_no_final_row_is_replaced():
    only_on_sqlite()
    an_accepted_quote_with_work()

    for table, (column, _) in REPLACED.items():
        before = rows(table)
        assert before, table
        statements = [replacing(f"quotes_{table}", **{column: "'other'"})]
        if table in KEYED:
            statements.append(replacing(f"quotes_{table}", id="id + 1000"))
        for statement in statements:
            with (
                pytest.raises(DatabaseError, match=r"final|append-only|keeps|not "),
                transaction.atomic(),
            ):
                run_sql(statement)
        assert rows(table) == before


def test_without_its_guard_each_is_replaced():
    only_on_sqlite()
    an_accepted_quote_with_work()

    for table, (column, guards) in REPLACED.items():
        before = rows(table)
        with transaction.atomic():
            for guard in guards:
                suffix = "" if guard.endswith("joins_a_draft") else "_insert"
                drop_trigger(guard + suffix, table=f"quotes_{table}")
            run_sql(replacing(f"quotes_{table}", **{column: "'other'"}))
            assert rows(table) != before, table
            transaction.set_rollback(True)


def test_a_draft_may_be_replaced():
    only_on_sqlite()
    draft = a_draft()

    run_sql(replacing("quotes_quoterevision", name="'other'"))

    draft.refresh_from_db()
    assert draft.name == "other"


FINAL = {
    "choice: update": "UPDATE quotes_linechoice SET taken = (1 = 1)",
    "choice: delete": "DELETE FROM quotes_linechoice",
    "project: currency": "UPDATE quotes_project SET currency = 'EUR'",
    "project: acceptance": "UPDATE quotes_project SET acceptance_id = NULL",
    "project: delete": "DELETE FROM quotes_project",
    "file: update": "UPDATE quotes_sourcefile SET rows_refused = 0",
    "file: delete": "DELETE FROM quotes_sourcefile",
    "refused row: update": "UPDATE quotes_refusedrow SET message = 'none'",
    "refused row: delete": "DELETE FROM quotes_refusedrow",
    "work: update": "UPDATE quotes_workrecord SET units_produced = 1",
    "work: delete": "DELETE FROM quotes_workrecord",
    "baseline: update": "UPDATE quotes_baseline SET digest = 'other'",
    "baseline: delete": "DELETE FROM quotes_baseline",
    "event: update": "UPDATE quotes_quoteevent SET note = 'other'",
    "event: delete": "DELETE FROM quotes_quoteevent",
}


def test_files_choices_projects_and_the_ledger_are_final():
    an_accepted_quote_with_work()

    for statement in FINAL.values():
        with (
            pytest.raises(DatabaseError, match=r"final|append-only|undone"),
            transaction.atomic(),
        ):
            run_sql(statement)


def test_an_entry_is_of_a_file_of_its_project_and_workspace():
    """On PostgreSQL asked of a whole statement; SQLite has the foreign keys alone."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite looks up each key of each row")
    an_accepted_quote_with_work()
    other = a_workspace()
    of_nothing = "(SELECT max(id) + 1 FROM quotes_{table})"
    strays = {
        "file_id": of_nothing.format(table="sourcefile"),
        "project_id": of_nothing.format(table="project"),
        "workspace_id": str(other.pk),
    }
    names = [
        str(field.column)
        for field in models.WorkRecord._meta.concrete_fields
        if field.column != "id"
    ]

    def copy(**changes: str) -> None:
        values = {name: name for name in names} | {"key": "'other'"} | changes
        run_sql(
            f"INSERT INTO quotes_workrecord ({', '.join(values)}) "
            f"SELECT {', '.join(values.values())} FROM quotes_workrecord LIMIT 1"
        )

    for column, value in strays.items():
        with pytest.raises(DatabaseError, match="of a file"), transaction.atomic():
            copy(**{column: value})
    with pytest.raises(DatabaseError, match="not_negative"), transaction.atomic():
        copy(gold_n="-1")
    drop_trigger("work_record_is_of_its_file", table="quotes_workrecord")
    copy(file_id=strays["file_id"])

    assert models.WorkRecord.objects.count() == 2


def test_the_choices_of_a_draft_change_and_a_project_is_renamed():
    draft = a_draft()
    run_sql(FINAL["choice: update"])
    assert draft.scenarios.get().choices.filter(taken=True).count() == 1
    run_sql(FINAL["choice: delete"])
    assert draft.scenarios.get().choices.count() == 0

    an_accepted_quote_with_work()
    assert models.Project.objects.update(name="renamed", paid_clock="session") == 1


@pytest.mark.parametrize("table", ["quote", "project"])
def test_no_quote_and_no_project_is_for_a_client_of_another_workspace(table):
    an_accepted_quote_with_work()
    stranger = a_client(workspace=a_workspace())
    drop_trigger("quote_keeps_its_number_update", table="quotes_quote")
    drop_trigger("project_keeps_its_origin_update", table="quotes_project")

    with pytest.raises(DatabaseError, match="another workspace"), transaction.atomic():
        run_sql(f"UPDATE quotes_{table} SET client_id = {stranger.pk}")
