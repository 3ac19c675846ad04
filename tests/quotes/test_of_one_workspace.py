"""No row is joined to one of another workspace, nor to one it does not belong to.

Which columns there are is read from the models, so that one added later is asked too.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from quotes import models as quotes
from tests.factories import NOON, a_workspace
from tests.quotes.a_project import WAYS, a_batch, a_project, draw, moved
from tests.scoping.sql import drop_trigger, run_sql

pytestmark = pytest.mark.django_db

ELSEWHERE = {
    # Read by its file alone, and nobody's to see: a million rows of a file.
    ("quotes_stagedrow", "staging_id"),
    # On PostgreSQL asked of a whole statement (0024), on SQLite of its file (0033).
    ("quotes_workrecord", "file_id"),
    ("quotes_workrecord", "project_id"),
}


def named() -> set[tuple[str, str]]:
    """Return all columns that name a row of a workspace, in tables that name theirs."""
    return {
        (model._meta.db_table, str(field.column))
        for app in ("scoping", "quotes")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and _has_workspace(model)
        and _has_workspace(field.related_model)
    }


def _has_workspace(model: Any) -> bool:
    return any(field.name == "workspace" for field in model._meta.concrete_fields)


def guards() -> list[tuple[str, str]]:
    """Return the tables that have triggers, each with what a trigger asks."""
    statement = (
        "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT c.relname, p.prosrc FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [(str(table), str(sql)) for table, sql in cursor.fetchall()]


def test_every_column_that_names_a_row_of_a_workspace_is_asked_for_its_own():
    found = guards()
    missing = {
        (table, column)
        for table, column in named() - ELSEWHERE
        if not any(
            of == table
            and f"NEW.{column}" in sql
            and "workspace_id <> NEW.workspace_id" in sql
            for of, sql in found
        )
    }

    assert missing == set()
    assert len(named()) > 50
    assert named() >= ELSEWHERE


def a_dispute(batch: Any, number: int) -> quotes.Dispute:
    return quotes.Dispute.objects.create(
        workspace=batch.workspace,
        project=batch.project,
        batch=batch,
        number=number,
        called_wrong_by="client",
        image=f"{number}.jpg",
        client_reading="no car",
        on=NOON.date(),
        by="Ada",
        at=NOON,
    )


@pytest.fixture
def project():
    return a_project(batches=2)


def refused(match: str) -> Any:
    return pytest.raises(DatabaseError, match=match)


def test_a_dispute_is_of_its_batch_and_once_more_of_the_same(project):
    first, second = a_batch(project), a_batch(project, 1)
    mine, again, others = a_dispute(first, 1), a_dispute(first, 2), a_dispute(second, 3)

    def once_more(dispute: Any, *, workspace: Any) -> None:
        with transaction.atomic():
            quotes.DisputedAgain.objects.create(
                workspace=workspace, dispute=dispute, earlier=mine, why="still wrong"
            )

    stranger = a_workspace()
    with refused("another workspace"):
        once_more(again, workspace=stranger)
    with refused("belong together"):
        once_more(others, workspace=project.workspace)
    once_more(again, workspace=project.workspace)

    # Without its guards either goes through.
    for name in ("disputedagain_is_of_one_workspace", "disputed_again_in_its_batch"):
        drop_trigger(f"{name}_insert", table="quotes_disputedagain")
    quotes.DisputedAgain.objects.create(
        workspace=stranger, dispute=others, earlier=again, why="still wrong"
    )


def test_a_move_decides_on_a_sample_of_its_own_batch(project):
    first, second = a_batch(project), a_batch(project, 1)
    for batch in (first, second):
        moved(batch, *WAYS["in_audit"])
    own, others = draw(first), draw(second)
    last = first.moves.get(state="in_audit")
    row: dict[str, Any] = {
        "workspace": project.workspace,
        "batch": first,
        "number": last.number + 1,
        "move": "decide",
        "before": last.state,
        "state": "released",
        "evidence": {},
        "on": NOON.date(),
        "at": NOON,
        "by": "Minh",
    }

    with refused("belong together"), transaction.atomic():
        quotes.GateMove.objects.create(**row, draw=others)
    row["workspace"] = a_workspace()
    with refused("another workspace"), transaction.atomic():
        quotes.GateMove.objects.create(**row, draw=own)

    for name in ("is_of_one_workspace", "and_sampledraw_belong_together"):
        drop_trigger(f"gatemove_{name}_insert", table="quotes_gatemove")
    quotes.GateMove.objects.create(**row, draw=others)


def test_a_row_that_is_there_is_not_carried_over_either(project):
    other = a_workspace()
    rollup = quotes.GateRollup.objects.get(project=project)

    with refused("another workspace"), transaction.atomic():
        run_sql(
            f"UPDATE quotes_gaterollup SET workspace_id = {other.pk} "
            f"WHERE id = {rollup.pk}"
        )
