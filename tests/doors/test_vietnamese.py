"""Vietnamese: every client page, document and mail, to the last word."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from quotes.calc.gates.client import SAID
from quotes.calc.kept_client import SAID as KEPT
from quotes.calc.snapshot import digest
from quotes.jobs.letters import accepted_letter, offer_letter, sent_now
from quotes.models import Acceptance
from quotes.pdf import render_quote
from scoping.access import OPEN_PAGES, Role
from scoping.calc.assumptions import NAMES
from scoping.language import language_of, sentence_in
from scoping.models import Scope
from scoping.web.language import CLIENT_PAGES
from tests.factories import NOON, ROOT, a_membership, a_published_card, a_workspace
from tests.quotes.a_quote import (
    a_client_document,
    a_desk,
    a_draft,
    a_sent_quote,
    a_spec,
    quickly,
)

pytestmark = pytest.mark.django_db
OF_THE_DEMO = {"Products", "products less than a third visible"}
"""What people of the demo typed where a sentence of ours might stand."""
DEMO = "fixtures/demo/retail_shelves.yaml"
VI = {"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"}
FIRST: dict[str, str] = {
    "images": "100000",
    "low": "3",
    "typical": "5",
    "high": "8",
    "accuracy": "0.98",
}
ANSWERS: tuple[dict[str, str], ...] = (
    {},
    {"need": "object_detection"},
    *(
        FIRST | {"need": need}
        for need in (
            "classification",
            "object_detection",
            "instance_segmentation",
            "semantic_segmentation",
            "pose",
            "tracking",
        )
    ),
    FIRST
    | {
        "need": "object_detection",
        "method": "polygon",
        "kinds": "40",
        "budget": "35000",
        "deadline": "2027-01-04",
        "start_on": "2026-12-01",
        "residency": "vn",
        "secure_room": "yes",
        "complexity": "hard",
        "occlusion": "often",
        "domain": "medical",
        "resolution": "very_high",
        "was_low": "1",
        "was_typical": "2",
        "was_high": "9",
    },
    FIRST
    | {"need": "instance_segmentation", "residency": "eu", "complexity": "expert"},
    FIRST | {"need": "object_detection", "low": "9"},
    {"need": "object_detection", "images": "1.000", "typical": "x", "deadline": "1/2"},
)


@pytest.fixture
def shop():
    workspace = a_workspace(name="Northline Labels", slug="northline")
    a_published_card(workspace=workspace)


@pytest.fixture
def missed():
    language = language_of("vi")
    assert language is not None
    language.missed.clear()
    yield language.missed
    language.missed.clear()


def test_the_public_form_is_vietnamese_throughout(client, shop, missed):
    for said in ANSWERS:
        client.get("/scope/northline/", said, headers=VI)
    kept = client.post(
        "/scope/northline/", ANSWERS[8] | {"act": "keep"}, headers=VI, follow=True
    )
    address = kept.request["PATH_INFO"]
    client.get(f"{address}/ask", headers=VI)
    client.post(f"{address}/ask", {"email": "x"}, headers=VI)
    asked = {"email": "mai@acme.example", "person": "Mai"}
    client.post(f"{address}/ask", asked, headers=VI, follow=True)

    assert missed == set(), "\n".join(sorted(missed))


def test_a_sample_that_she_uploads_is_told_in_vietnamese(client, shop, missed):
    images = [{"id": number, "file_name": f"{number}.jpg"} for number in range(1, 5)]
    boxes = [
        {
            "id": number,
            "image_id": 1 + number % 3,
            "category_id": 1,
            "bbox": [0, 0, 9, 9],
        }
        for number in range(1, 9)
    ]
    sample = {
        "images": images,
        "annotations": boxes,
        "categories": [{"id": 1, "name": "car"}],
    }
    file = SimpleUploadedFile("labels.json", json.dumps(sample).encode())

    page = client.post(
        "/scope/northline/",
        ANSWERS[3] | {"act": "upload", "sample": file},
        headers=VI,
        follow=True,
    )

    assert "Mẫu của bạn" in page.text
    assert missed == set()


def offers() -> list[dict[str, Any]]:
    """Return specs whose quotes hold every part that a client can see."""
    return [
        a_spec(language="vi"),
        a_spec(
            language="vi",
            lines=[{"type": "bounding_box", "units_per_item": 5, "complexity": "hard"}],
            commercial={
                "pilot": True,
                "discount": "0.05",
                "tax": {"mode": "exclusive", "rate": "0.1", "reason": ""},
            },
            quality={
                "accuracy": "0.98",
                "sla": {"late": {"per_week": "0.01", "most": "0.1", "grace_days": 3}},
            },
        ),
        *(
            a_spec(language="vi", commercial={"basis": basis})
            for basis in ("image", "fixed", "hour", "pod_month")
        ),
        yaml.safe_load((ROOT / DEMO).read_text("utf-8")) | {"language": "vi"},
    ]


def test_a_quote_is_vietnamese_on_its_pages_and_in_its_mails(client, missed):
    workspace, user = a_desk()
    with quickly():
        for spec in offers():
            answer(client, a_sent_quote(a_draft(workspace=workspace, by=user, **spec)))

    missed -= OF_THE_DEMO
    assert missed == set(), "\n".join(sorted(missed))


def answer(client, sent) -> None:
    """Open a quote as its client, late and on the day it was sent, and accept it."""
    client.get(f"/q/{sent.token}")
    client.post(f"/q/{sent.token}")
    page = client.get("/offer/")  # expired by now
    assert "Báo giá này đã hết hạn" in page.text
    assert '<html lang="vi"' in page.text
    with patch("quotes.web.link.datetime", Noon):
        assert "Chấp nhận báo giá này" in client.get("/offer/").text
        client.post("/offer/accept", {})
        client.post("/offer/ask", {"question": "Khi nào?"}, follow=True)
        said = sent_now(sent.revision, at=NOON)
        for topic in ("quote_sent", "quote_ends_soon"):
            letter = offer_letter(
                said, to="mai@acme.example", token="x", topic=topic, contact=""
            )
            assert (letter.language, letter.button) == ("vi", "Mở báo giá")
        page = client.get("/offer/").context["page"]
        done = client.post(
            "/offer/accept",
            {
                "typed_name": "Mai Trần",
                "consent": "yes",
                "client_digest": page.sent.digest,
                "scenario": page.choosing.scenario,
                "take": page.choosing.taken,
                "total": page.sheet.offer["price"]["total"],
            },
        )
        assert done.status_code == 302
        given = Acceptance.objects.get(revision=sent.revision).consent
        assert given.startswith("Tôi chấp nhận báo giá này thay mặt ")
        assert "Bạn đã chấp nhận báo giá này" in client.get("/offer/").text
        done = accepted_letter(
            sent_now(sent.revision, at=NOON), to="mai@acme.example", contact=""
        )
        assert done.heading == "Bạn đã chấp nhận báo giá này"
        assert "Các lô của dự án" in client.get("/offer/batches/").text


def test_what_a_client_finds_when_she_signs_in_is_vietnamese(client, missed):
    workspace, user = a_desk()
    with quickly():
        sent = a_sent_quote(a_draft(workspace=workspace, by=user)).revision
    member = a_membership(
        workspace=workspace, role=Role.CLIENT, client=sent.quote.client
    )
    client.force_login(member.user)

    page = client.get("/", headers=VI)

    assert "Các báo giá của bạn" in page.text
    assert missed == set()


def test_every_word_that_a_client_reads_of_a_batch_is_known():
    language = language_of("vi")
    assert language is not None

    unknown = [
        one
        for one in (*SAID.values(), *KEPT.values(), *NAMES.values())
        if sentence_in(language, one) == one
    ]

    assert unknown == []


class Noon(datetime):
    """The moment at which every quote of these tests is sent."""

    @classmethod
    def now(cls, tz=None):
        return NOON.astimezone(tz)


def test_the_document_is_vietnamese_and_its_letters_are_in_the_font(missed):
    document = a_client_document(language="vi")
    document["terms"] = {"version": "2026-01", "clauses": []}

    pdf = render_quote(document, digest=digest(document), size="a4")

    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    text = " ".join(text.split())
    total = f"{Decimal(document['offer']['price']['total']):,.2f}"
    assert missed == set(), "\n".join(sorted(missed))
    assert "Chúng tôi cam kết gì, và bạn kiểm tra thế nào" in text
    assert total.translate({44: ".", 46: ","}) in text
    assert "tuần từ 11/05/2026" in text
    assert "trang 1/" in text


def test_a_document_of_before_keeps_its_english():
    document = a_client_document()

    with patch("quotes.pdf.render", lambda html, **_: html.encode()):
        page = render_quote(document, digest=digest(document), size="a4").decode()

    assert '<html lang="en">' in page
    assert "What we promise, and how you can check" in page


def test_her_choice_goes_before_her_browser_and_her_answers_stay(client, shop):
    assert "Mô hình của bạn" in client.get("/scope/northline/", headers=VI).text
    assert "What should your model do?" in client.get("/scope/northline/").text

    chosen = client.post(
        "/language",
        {"language": "en", "next": "/scope/northline/?x=1", "need": "pose"},
        headers=VI,
    )

    assert chosen.url == "/scope/northline/?need=pose"
    page = client.get(chosen.url, headers=VI)
    assert page.headers["Content-Language"] == "en"
    assert "Accept-Language" in page.headers["Vary"]
    assert "What should your model do?" in page.text


@pytest.mark.parametrize(
    "address", ["//evil.example/x", "https://evil.example", "javascript:alert(1)", ""]
)
def test_the_choice_leads_to_no_other_site(client, address):
    answer = client.post("/language", {"language": "vi", "next": address})

    assert answer.url.startswith("/")
    assert not answer.url.startswith("//")
    assert "evil" not in answer.url
    assert answer.cookies["language"].value == "vi"


@pytest.mark.parametrize("address", ["//[", "//a\u2100.com"])
def test_what_is_no_address_leads_to_the_start(client, address):
    answer = client.post("/language", {"language": "vi", "next": address})

    assert (answer.status_code, answer.url) == (302, "/")


def test_an_unknown_language_is_not_kept(client):
    answer = client.post("/language", {"language": "xx", "next": "/scope/"})

    assert "language" not in answer.cookies


def test_what_she_keeps_is_to_be_quoted_in_her_language(client, shop):
    client.post("/scope/northline/", ANSWERS[3] | {"act": "keep"}, headers=VI)

    assert Scope.objects.get().document["language"] == "vi"


def test_every_page_that_is_open_is_spoken_for():
    others = {"livez", "readyz", "home", "api_openapi", "choose_language"}

    assert OPEN_PAGES - others == CLIENT_PAGES
