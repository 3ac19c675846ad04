"""Terms of a workspace: published in versions, final, printed, and what they void."""

from __future__ import annotations

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from quotes.actions import RefusedError
from quotes.actions.texts import publish_terms
from quotes.models import PublishedTerms
from quotes.queries.policy import approval_of
from quotes.queries.quotes import sent_document
from scoping.models import AuditEntry
from tests.factories import approved
from tests.quotes.a_quote import NOON, a_desk, a_draft, a_sent_quote, quickly
from tests.scoping.sql import replacing, run_sql

pytestmark = pytest.mark.django_db


def terms_text(version: str = "N-1", text: str = "You decide in {acceptance_window}."):
    clauses = [{"heading": "Acceptance", "text": text}]
    return yaml.safe_dump({"version": version, "clauses": clauses})


def published(workspace, *arguments: str) -> PublishedTerms:
    return publish_terms(terms_text(*arguments), workspace=workspace, by=None, now=NOON)


def test_what_is_sent_prints_the_last_terms_and_keeps_them():
    workspace, by = a_desk()
    published(workspace)
    first = a_sent_quote(workspace=workspace, by=by).revision
    before = first.documents.get(kind="client").body
    published(workspace, "N-2", "You decide in {remedy_days} days.")
    second = a_sent_quote(workspace=workspace, by=by).revision

    said = [sent_document(one, at=NOON).document["terms"] for one in (first, second)]

    assert [one["version"] for one in said] == ["N-1", "N-2"]
    assert said[0]["clauses"] == [
        {"heading": "Acceptance", "text": "You decide in 10."}
    ]
    assert first.documents.get(kind="client").body == before
    other = a_sent_quote().revision
    terms = sent_document(other, at=NOON).document["terms"]
    assert terms["version"] == "2026-01"  # the release's


def test_new_terms_void_an_approval():
    draft = a_draft(commercial={"discount": "0.2"})
    with quickly():
        approved(draft)
    assert approval_of(draft) is not None

    published(draft.workspace)

    assert approval_of(draft) is None


def test_a_version_is_published_once():
    workspace, _ = a_desk()
    row = published(workspace)

    assert published(workspace) == row
    with pytest.raises(RefusedError, match="a new version"):
        published(workspace, "N-1", "Otherwise.")
    entries = AuditEntry.objects.filter(action="publish_terms")
    assert entries.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "no YAML"),
        ("[]", "a version and clauses"),
        ("{version: 1, clauses: []}", "The version is a text"),
        ("{version: a, clauses: []}", "There is no clause"),
        ("{version: a, clauses: [x]}", "Clause 1 is a heading and a text"),
        (
            "{version: a, clauses: [{heading: '', text: x}]}",
            "The heading of clause 1 is empty",
        ),
        (terms_text("a", "within {wage} days"), r"Clause 1 names \{wage\}"),
        (terms_text("a", "within {acceptance_window days"), "brace"),
    ],
)
def test_terms_that_cannot_be_printed_are_refused(text, sentence, tmp_path):
    workspace, _ = a_desk()
    file = tmp_path / "terms.yaml"
    file.write_text(text)

    with pytest.raises(CommandError, match=sentence):
        call_command("load_terms", str(file), "--workspace", workspace.slug)

    assert not PublishedTerms.objects.exists()


def test_the_command_publishes_and_says_so(tmp_path, capsys):
    workspace, _ = a_desk()
    file = tmp_path / "terms.yaml"
    file.write_text(terms_text())

    call_command("load_terms", str(file), "--workspace", workspace.slug)

    assert "terms N-1 hold for what is sent" in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot be read"):
        call_command(
            "load_terms", str(tmp_path / "none"), "--workspace", workspace.slug
        )


def test_the_database_keeps_published_terms():
    workspace, _ = a_desk()
    row = published(workspace)
    table = "quotes_publishedterms"
    ways = [
        lambda: PublishedTerms.objects.update(version="N-9"),
        lambda: run_sql(f"UPDATE {table} SET clauses = '[]'"),
        lambda: run_sql(f"DELETE FROM {table}"),
        lambda: row.delete(),
    ]
    if connection.vendor == "sqlite":
        ways.append(lambda: run_sql(replacing(table, clauses="'[]'")))

    for way in ways:
        with pytest.raises(DatabaseError, match="final"), transaction.atomic():
            way()

    assert PublishedTerms.objects.get().clauses == row.clauses


def test_a_quote_prints_each_clause_in_its_language_where_it_is_in_it():
    workspace, by = a_desk()
    clauses = [
        {"heading": "Data", "text": "Yours."},
        {
            "heading": "Acceptance",
            "text": "Within {acceptance_window} days.",
            "vi": {"heading": "Nghiệm thu", "text": "Trong {acceptance_window} ngày."},
        },
    ]
    text = yaml.safe_dump({"version": "N-1", "clauses": clauses}, allow_unicode=True)
    publish_terms(text, workspace=workspace, by=None, now=NOON)

    said = [
        sent_document(
            a_sent_quote(workspace=workspace, by=by, language=language).revision,
            at=NOON,
        ).document["terms"]["clauses"]
        for language in ("en", "vi")
    ]

    assert [one[0] for one in said] == [{"heading": "Data", "text": "Yours."}] * 2
    assert [one[1]["text"] for one in said] == ["Within 10 days.", "Trong 10 ngày."]
    assert said[1][1]["heading"] == "Nghiệm thu"


@pytest.mark.parametrize(
    ("vi", "message"),
    [
        ({"heading": "Nghiệm thu"}, "both again under vi"),
        ("Trong 10 ngày.", "both again under vi"),
        ({"heading": "Nghiệm thu", "text": "{wage}"}, "names {wage}"),
    ],
)
def test_a_clause_that_is_half_translated_is_refused(vi, message):
    workspace, _ = a_desk()
    clause = {"heading": "Acceptance", "text": "Soon.", "vi": vi}

    with pytest.raises(RefusedError, match=message):
        publish_terms(
            yaml.safe_dump({"version": "N-1", "clauses": [clause]}),
            workspace=workspace,
            by=None,
            now=NOON,
        )
