"""The corpus of bad inputs in what leaves: workbooks, papers, mails; and erasure."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from quotes.actions import RefusedError
from quotes.actions.answers import ask_question
from quotes.actions.sending import send_quote
from quotes.models import PersonalDetail, Recipient
from quotes.pdf import render, render_quote
from quotes.queries.quotes import sent_document
from scoping.audit import first_broken
from scoping.models import PublicScope, Scope
from scoping.web.spreadsheets import as_csv, as_xlsx
from tests.factories import approved
from tests.quotes.a_quote import (
    NOON,
    a_client_document,
    a_draft,
    a_spec,
    accept,
    quickly,
)

NASTY = ("=1+1", "@SUM(A1)", "+84 90", "http://evil.example", "file:///etc/passwd")
NAME, MAIL = "Zoë Canary-Quist", "zoe.canary@quist.example"


def test_a_workbook_holds_no_formula_and_no_link():
    book = as_xlsx([("=1+1", ["=A1", "Name"], [[one, 5] for one in NASTY])])

    with ZipFile(BytesIO(book)) as parts:
        names = parts.namelist()
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        text = parts.read("xl/sharedStrings.xml").decode()
    assert re.findall(r"<f[ >]", sheet) == []
    assert "hyperlink" not in sheet
    assert not [one for one in names if "_rels/sheet" in one]
    assert all(one in text for one in NASTY)
    lines = as_csv(["a"], [[one] for one in NASTY]).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["'=1+1", "'@SUM(A1)", "'+84 90", *NASTY[3:]]


def test_other_scripts_are_drawn_and_leave_the_amounts_of_a_pdf_alone(caplog):
    name = "مرحبا שלום 項目 ラベル 한국어 ไทย हिन्दी ộ ₫ 🚚 1,000.00"
    document = a_client_document(name=name)

    printed = render_quote(document, digest="0" * 64, size="a4")
    pdf = PdfReader(BytesIO(printed))
    text = "".join(page.extract_text() for page in pdf.pages)

    # The renderer complains of every letter that no font has.
    assert [one.getMessage() for one in caplog.records] == []
    assert [one for one in name if not one.isspace() and one not in text] == []
    total = f"{Decimal(document['offer']['price']['total']):,.2f}"
    assert text.count(total) >= 2
    assert pdf.metadata is not None
    assert str(pdf.metadata.title).startswith(name)


def test_a_letter_that_no_font_has_is_complained_of(caplog):
    render("<html lang=en><title>x</title><p>\U0010fffd</p></html>")

    assert any(".notdef" in one.getMessage() for one in caplog.records)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "ann@a.example, bob@b.example",
        "ann@a.example;bob@b.example",
        "ann@a.example bob@b.example",
        "Ann <ann@a.example>",
        "ann@a.example\nBcc: bob@b.example",
    ],
)
def test_one_field_is_one_recipient(draft, address):
    with pytest.raises(RefusedError) as refused:
        send_quote(
            draft,
            by=draft.created_by,
            role="manager",
            now=NOON,
            recipient_email=address,
        )

    assert (refused.value.code, refused.value.status) == ("email_not_an_address", 400)
    assert not Recipient.objects.exists()


@pytest.fixture
def draft(db):
    with quickly():
        yield approved(a_draft())


def everything() -> str:
    """Return every value of every row as text."""
    return "\n".join(
        str(row)
        for app in ("scoping", "quotes")
        for model in apps.get_app_config(app).get_models()
        for row in model._default_manager.values_list()
    )


def test_a_person_who_is_erased_is_found_nowhere(draft, capsys):
    workspace = draft.workspace
    sent = send_quote(
        draft,
        by=draft.created_by,
        role="manager",
        now=NOON,
        recipient_name=NAME,
        recipient_email=MAIL,
    ).revision
    ask_question(sent, text=f"Please call {NAME}.", now=NOON)
    accept(sent, typed_name=NAME)
    scope = Scope.objects.create(
        workspace=workspace, name="x", document=a_spec(), digest="x", seed=1
    )
    PublicScope.objects.create(
        workspace=workspace,
        scope=scope,
        token_hash="x",
        answers={},
        person=NAME,
        email=MAIL,
        message=f"It is {NAME}.",
        asked_at=NOON,
    )
    assert everything().count(NAME) >= 4
    before = sent_document(sent, at=NOON).document

    call_command("forget_person", MAIL.upper(), "--workspace", workspace.slug)

    assert "2 details, 1 requests, 1 texts" in capsys.readouterr().out
    left = everything()
    assert NAME not in left
    assert MAIL not in left
    assert sent_document(sent, at=NOON).document == before
    assert first_broken(workspace) is None
    with pytest.raises(CommandError, match="Nobody of this name"):
        call_command("forget_person", MAIL, "--workspace", workspace.slug)


@pytest.mark.parametrize("blank", ["", "  ", "\t"])
def test_a_blank_erases_nobody(draft, blank):
    """Rows without an address, or without a name, are of people of their own."""
    send_quote(
        draft,
        by=draft.created_by,
        role="manager",
        now=NOON,
        recipient_name=NAME,
        recipient_email=MAIL,
    )
    PersonalDetail.objects.create(workspace=draft.workspace, name="Nameless", email="")
    before = everything()

    with pytest.raises(CommandError, match=r"Say whom: an address or a full name\."):
        call_command("forget_person", blank, "--workspace", draft.workspace.slug)

    assert everything() == before
