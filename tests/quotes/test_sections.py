"""Texts and templates of quotes: published in versions, chosen, written, frozen."""

from __future__ import annotations

import json

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from quotes.actions import RefusedError
from quotes.actions.revisions import revise_quote
from quotes.actions.sections import choose_template, publish_texts, write_texts
from quotes.calc.sheet import sheet
from quotes.calc.texts import BINDING
from quotes.models import PublishedSection, PublishedTemplate, QuoteTexts
from quotes.queries.policy import approval_of, out_of_policy
from quotes.queries.quotes import sent_document
from quotes.queries.texts import chosen_texts, library
from scoping.models import AuditEntry
from tests.factories import a_workspace, approved
from tests.quotes.a_quote import NOON, a_desk, a_draft, a_sent_quote, quickly
from tests.scoping.sql import replacing, run_sql

pytestmark = pytest.mark.django_db
PARTS = list(BINDING)


def a_file(version="N-1", text="Dear {client}.", sections=("hello", *PARTS)):
    return yaml.safe_dump(
        {
            "version": version,
            "sections": {"hello": {"heading": "Hello", "text": text}},
            "templates": {
                "short": {
                    "name": "Short",
                    "for": ["pilot"],
                    "sections": list(sections),
                }
            },
        }
    )


def written(draft, **texts):
    return write_texts(
        draft,
        {key: {"heading": "Ours", "text": text} for key, text in texts.items()},
        edition=None,
        by=draft.created_by,
        role="manager",
        now=NOON,
    )


def chosen(draft, key):
    return choose_template(
        draft, key, edition=None, by=draft.created_by, role="manager", now=NOON
    )


def other_words(draft):
    found = out_of_policy(draft, today=NOON.date())
    return [one.text for one in found if one.code == "terms"]


def test_a_sent_quote_keeps_the_versions_it_was_sent_with():
    workspace, by = a_desk()
    publish_texts(a_file(), workspace=workspace, by=by, now=NOON)
    first = a_sent_quote(workspace=workspace, by=by).revision
    before = first.documents.get(kind="client").body
    publish_texts(a_file("N-2", "Hi {client}."), workspace=workspace, by=by, now=NOON)
    second = a_sent_quote(workspace=workspace, by=by).revision

    said = [sent_document(one, at=NOON).document["texts"] for one in (first, second)]

    assert [one["sections"][0]["version"] for one in said] == ["N-1", "N-2"]
    assert [run["text"] for run in said[0]["sections"][0]["blocks"][0]["lines"][0]] == [
        "Dear ",
        "Acme Vision",
        ".",
    ]
    assert said[0]["order"] == ["hello", *PARTS]
    assert first.documents.get(kind="client").body == before
    pins = [
        json.loads(one.documents.get(kind="internal").body)["texts"]
        for one in (first, second)
    ]
    assert pins == [{"hello": "N-1"}, {"hello": "N-2"}]


def test_a_workspace_without_texts_of_its_own_prints_the_releases():
    sent = a_sent_quote().revision

    said = sent_document(sent, at=NOON).document["texts"]

    assert said["template"]["key"] == "pilot_first"
    assert said["sections"][0]["section"] == "introduction_pilot"
    # The order of the page is that of the template; nothing of it is left out.
    shown = sheet(sent_document(sent, at=NOON).document).sections
    assert [one.part for one in shown if one.part != "text"] == [
        key
        for key in said["order"]
        if key not in {s["section"] for s in said["sections"]}
    ]


def test_words_of_its_own_need_an_approval_that_every_edit_voids():
    draft = a_draft()
    with quickly():
        assert other_words(draft) == []
        written(draft, closing="Call {client} at once.")
        said = other_words(draft)
        draft.refresh_from_db()
        approved(draft)
    assert said == ["“Ours” is not a standard text."]
    assert approval_of(draft) is not None

    written(draft, closing="Call {client} today.")

    draft.refresh_from_db()
    assert approval_of(draft) is None
    standard = chosen_texts(draft).library.sections["closing"]
    write_texts(
        draft,
        {"closing": {"heading": standard.heading, "text": standard.text}},
        edition=None,
        by=draft.created_by,
        role="manager",
        now=NOON,
    )
    assert QuoteTexts.objects.get().edits == {}
    with quickly():
        assert other_words(draft) == []


def test_new_texts_and_another_template_void_an_approval_and_are_on_record():
    draft = a_draft(commercial={"discount": "0.2"})
    with quickly():
        approved(draft)
    publish_texts(a_file(), workspace=draft.workspace, by=None, now=NOON)
    assert approval_of(draft) is None
    with quickly():
        approved(draft)
    draft.refresh_from_db()
    assert approval_of(draft) is not None

    chosen(draft, "label_check")

    draft.refresh_from_db()
    assert approval_of(draft) is None
    assert chosen_texts(draft).template.key == "label_check"
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"publish_text", "publish_template", "choose_template"} <= actions


def test_a_revision_prints_what_the_one_before_printed():
    draft = a_draft()
    written(draft, closing="Call {client} at once.")
    chosen(draft, "standard")
    draft.refresh_from_db()
    sent = a_sent_quote(draft).revision

    made = revise_quote(sent, by=draft.created_by, role="manager", now=NOON)

    assert chosen_texts(made).template.key == "standard"
    assert chosen_texts(made).written == ("Ours",)
    (own,) = [
        one
        for one in sent_document(sent, at=NOON).document["texts"]["sections"]
        if one["version"] is None
    ]
    assert own["section"] == "closing"


def test_what_is_no_text_of_this_quote_is_refused():
    draft = a_draft()

    for key, text, code in (
        ("introduction", "x", "no_such_text"),
        ("costs", "x", "no_such_text"),
        ("closing", "{wage}", "text_unprintable"),
    ):
        with pytest.raises(RefusedError) as refused:
            written(draft, **{key: text})
        assert (refused.value.code, refused.value.status) == (code, 400)
    with pytest.raises(RefusedError, match="no template “other”"):
        chosen(draft, "other")
    sent = a_sent_quote(draft).revision
    with pytest.raises(RefusedError, match="is sent and no longer changes"):
        written(sent, closing="x")
    assert not QuoteTexts.objects.exists()


def test_a_file_that_cannot_be_printed_publishes_nothing_of_it(tmp_path):
    workspace = a_workspace()
    file = tmp_path / "texts.yaml"

    for text, sentence in (
        ("{", "Line 1, column 2"),
        ("version: a", "no text and no template"),
        (a_file(text="Our {wage}"), r"“hello”: Nothing fills \{wage\}; there are"),
        (a_file(sections=("nothing", *PARTS)), "prints “nothing”, and there is no"),
    ):
        file.write_text(text)
        with pytest.raises(CommandError, match=sentence):
            call_command("load_texts", str(file), "--workspace", workspace.slug)

    assert not PublishedSection.objects.exists()
    assert not PublishedTemplate.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_version_is_published_once(tmp_path, capsys):
    workspace = a_workspace()
    file = tmp_path / "texts.yaml"
    for text in (a_file(), a_file()):
        file.write_text(text)
        call_command("load_texts", str(file), "--workspace", workspace.slug)

    said = capsys.readouterr().out
    assert "2 new texts and templates hold" in said
    assert "nothing new" in said
    with pytest.raises(RefusedError, match="a new version"):
        publish_texts(a_file(text="Other."), workspace=workspace, by=None, now=NOON)
    assert library(workspace).sections["hello"].text == "Dear {client}."
    assert "hello" not in library(a_workspace()).sections


def test_the_database_keeps_what_was_published_and_what_was_sent():
    workspace, by = a_desk()
    publish_texts(a_file(), workspace=workspace, by=by, now=NOON)
    draft = a_draft(workspace=workspace, by=by)
    written(draft, hello="Good day.")
    draft.refresh_from_db()
    a_sent_quote(draft)
    columns = {
        "quotes_publishedsection": "text = 'x'",
        "quotes_publishedtemplate": "name = 'x'",
        "quotes_quotetexts": "template = 'x'",
    }
    ways = [f"UPDATE {table} SET {change}" for table, change in columns.items()]
    ways += [f"DELETE FROM {table}" for table in columns]
    if connection.vendor == "sqlite":
        ways += [
            replacing("quotes_publishedsection", text="'x'"),
            replacing("quotes_publishedtemplate", name="'x'"),
            replacing("quotes_quotetexts", template="'x'"),
        ]

    for way in ways:
        with pytest.raises(DatabaseError, match="final"), transaction.atomic():
            run_sql(way)

    sent = a_sent_quote(workspace=workspace, by=by).revision
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        QuoteTexts.objects.create(workspace=workspace, revision=sent)


def texts_in_two_languages(**more):
    said = yaml.safe_load(a_file(text="Dear {client}, until {valid_until}."))
    said["sections"] |= {
        "hello_vi": {"heading": "Xin chào", "text": "Gửi {client}, đến {valid_until}."},
        **more,
    }
    return yaml.safe_dump(said)


def first_text(revision):
    one = sent_document(revision, at=NOON).document["texts"]["sections"][0]
    line = one["blocks"][0]["lines"][0]
    return one["section"], one["heading"], "".join(run["text"] for run in line)


def test_a_quote_prints_the_texts_of_its_language_where_they_were_published_in_it():
    workspace, by = a_desk()
    publish_texts(texts_in_two_languages(), workspace=workspace, by=by, now=NOON)

    english, theirs = (
        a_sent_quote(workspace=workspace, by=by, language=language).revision
        for language in ("en", "vi")
    )

    assert first_text(english) == (
        "hello",
        "Hello",
        "Dear Acme Vision, until 4 February 2026.",
    )
    assert first_text(theirs) == (
        "hello",
        "Xin chào",
        "Gửi Acme Vision, đến 04/02/2026.",
    )


def test_a_text_for_one_quote_is_written_over_the_one_in_its_language():
    workspace, by = a_desk()
    publish_texts(texts_in_two_languages(), workspace=workspace, by=by, now=NOON)
    draft = a_draft(workspace=workspace, by=by, language="vi")

    standard = chosen_texts(draft).library.sections["hello"]
    assert (standard.heading, standard.version) == ("Xin chào", "N-1")
    written(draft, hello="Đến {valid_until}.")
    draft.refresh_from_db()

    sent = a_sent_quote(draft).revision
    assert first_text(sent) == ("hello", "Ours", "Đến 04/02/2026.")


def test_a_translation_of_a_text_that_is_not_there_is_refused():
    workspace, by = a_desk()
    stray = {"bye_vi": {"heading": "Tạm biệt", "text": "."}}

    with pytest.raises(RefusedError, match="“bye” in another language"):
        publish_texts(
            texts_in_two_languages(**stray), workspace=workspace, by=by, now=NOON
        )

    assert not PublishedSection.objects.exists()
