"""What was sent is final in the database, whoever asks; a draft is not."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from quotes import models
from tests.quotes.a_quote import NOON, a_decided_draft, a_draft, a_sent_quote, accept
from tests.scoping.sql import drop_trigger

pytestmark = pytest.mark.django_db

FINAL = {
    "quotes_quoterevision": "name = 'other'",
    "quotes_scenario": "spec = '{}'",
    "quotes_pricedecision": "value = 1",
    "quotes_frozendocument": "body = '{}'",
    "quotes_frozenpdf": "size = 'a5'",
    "quotes_quotelink": "token_hash = 'other'",
    "quotes_quote": "number = 'PL-1'",
}


def refused(statement: str) -> str:
    """Run a statement that must fail; return what the database says."""
    with (
        pytest.raises(DatabaseError) as failure,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return str(failure.value)


@pytest.mark.parametrize(("table", "change"), FINAL.items())
def test_what_was_sent_is_neither_changed_nor_deleted_by_raw_sql(table, change):
    a_sent_quote(a_decided_draft())

    assert "final" in refused(f"UPDATE {table} SET {change}") or table in (
        "quotes_quotelink",
        "quotes_quote",
    )
    refused(f"DELETE FROM {table}")


WAYS = {
    "save": lambda row: row.save(),
    "update": lambda row: models.QuoteRevision.objects.update(name=row.name),
    "bulk": lambda row: models.QuoteRevision.objects.bulk_update([row], ["name"]),
    "scenario": lambda row: row.scenarios.update(spec={}),
    "document": lambda row: row.documents.update(body=""),
}


def test_what_was_sent_is_not_changed_through_the_models_either():
    sent = a_sent_quote().revision
    sent.name = "other"

    for way in WAYS.values():
        with pytest.raises(DatabaseError, match="final"), transaction.atomic():
            way(sent)


def test_without_its_trigger_a_sent_quote_could_be_changed():
    sent = a_sent_quote().revision
    sent.name = "other"
    drop_trigger("revision_is_sent_update", table="quotes_quoterevision")

    sent.save()

    sent.refresh_from_db()
    assert sent.name == "other"


def test_a_draft_may_be_changed_by_the_same_statements():
    draft = a_draft()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE quotes_quoterevision SET name = 'other'")
        cursor.execute("UPDATE quotes_scenario SET spec = '{}'")

    draft.refresh_from_db()
    assert draft.name == "other"


def test_a_sent_quote_gets_no_further_decision_scenario_or_choice():
    revision = a_sent_quote().revision
    scenario = revision.scenarios.get()

    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        models.Scenario.objects.create(
            workspace=revision.workspace, revision=revision, letter="B", spec={}
        )
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        models.LineChoice.objects.create(
            workspace=revision.workspace, scenario=scenario, line=9
        )
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        models.PriceDecision.objects.create(
            workspace=revision.workspace,
            scenario=scenario,
            line=9,
            value="0.01",
            binding="typed",
            why="afterwards",
            who=revision.created_by,
            at=NOON,
        )


@pytest.mark.parametrize("state", ["draft", "in_approval"])
def test_a_sent_quote_never_becomes_a_draft_again(state):
    a_sent_quote()

    refused(f"UPDATE quotes_quoterevision SET state = '{state}'")


def test_an_acceptance_is_final_but_its_person_can_be_forgotten():
    sent = a_sent_quote()
    acceptance = accept(sent.revision)

    refused("UPDATE quotes_acceptance SET client_digest = 'other'")
    refused("DELETE FROM quotes_acceptance")
    refused("UPDATE quotes_quoterevision SET state = 'declined'")
    models.PersonalDetail.objects.all().delete()

    acceptance.refresh_from_db()
    assert acceptance.person is None
    assert len(acceptance.person_digest) == 64


def test_a_link_is_revoked_and_nothing_else():
    sent = a_sent_quote()

    sent.revision.links.update(revoked_at=NOON)

    refused("UPDATE quotes_quotelink SET revision_id = 0")
