"""A scope under a private link: kept, changed, and asked to be quoted."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client

from quotes.jobs.mail import deliver
from scoping import audit
from scoping.actions.public import AskedError, Asker, ask_for_quote, change_kept
from scoping.calc.spec import read_spec
from scoping.models import AuditEntry, OutboxMessage, PublicScope, Scope
from scoping.samples import apart
from scoping.web.public.sample import histogram_of
from tests.doors.test_public_form import ANSWERS, words_of
from tests.factories import NOON, a_membership, a_published_card, a_workspace
from tests.samples.archives import COCO, a_png, a_zip

ASKER = {
    "company": "Acme Vision",
    "person": "Dana Reyes",
    "email": "dana@acme.example",
    "message": "We start in March.",
}


@pytest.fixture
def shop(db):
    workspace = a_workspace(name="Northline Labels", slug="northline")
    a_published_card(workspace=workspace)
    with time_machine.travel(NOON, tick=False):
        yield workspace


@pytest.fixture
def seller(shop):
    desk = Client()
    desk.force_login(a_membership(workspace=shop).user)
    return desk


def kept_link(client, **changes):
    response = client.post("/scope/northline/", ANSWERS | {"act": "keep"} | changes)
    assert response.status_code == 302, words_of(response.text)
    link = response.headers["Location"]
    assert re.fullmatch(r"/scope/kept/[\w-]{32}/(ask)?", link)
    return link


def test_a_kept_scope_opens_again_with_all_answers(client, shop):
    link = kept_link(client, name="Streets", budget="35,000")

    page = client.get(link)

    words = words_of(page.text)
    assert "Kept under this private link." in words
    assert "Total, USD 47,391.32" in words
    assert 'value="35,000"' in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    row = PublicScope.objects.get()
    assert (row.scope.name, row.scope.created_by) == ("Streets", None)
    assert link.split("/")[3] not in str(row.__dict__)


def test_a_scope_without_a_name_is_called_by_what_it_is(client, shop):
    kept_link(client)

    assert Scope.objects.get().name == "Boxes, 100,000 images"


def test_changes_are_kept_under_the_same_link(client, shop):
    link = kept_link(client)

    response = client.post(link, ANSWERS | {"high": "6", "act": ""})

    assert response.headers["Location"] == link
    assert PublicScope.objects.get().answers["high"] == "6"
    assert Scope.objects.get().document["lines"][0]["units_per_item"] == {
        "mean": {"p10": "3", "p50": "5", "p90": "6"}
    }


def test_nothing_is_kept_of_answers_that_cannot_be_or_are_none(client, shop):
    wrong = client.post("/scope/northline/", ANSWERS | {"low": "9", "act": "keep"})
    empty = client.post("/scope/northline/", {"act": "ask"})

    assert (wrong.status_code, empty.status_code) == (400, 400)
    assert "it decides what is counted" in empty.text
    assert not PublicScope.objects.exists()


def test_asking_makes_a_request_that_staff_see_once(client, shop, seller):
    link = kept_link(client, act="ask")
    assert link.endswith("/ask")
    assert "47,391" in client.get(link).text
    before = words_of(seller.get("/scopes/").text)

    response = client.post(link, ASKER)
    again = client.post(link, ASKER)

    assert response.headers["Location"] == again.headers["Location"] == link[:-3]
    assert "You asked Northline Labels for a quote on 5" in client.get(link[:-3]).text
    assert "Acme Vision" not in before
    listed = words_of(seller.get("/scopes/").text)
    assert "Boxes, 100,000 images Requested 5 January 2026" in listed
    assert "Acme Vision" in listed
    form = seller.get(f"/scopes/{Scope.objects.get().pk}/").text
    opened = words_of(form)
    assert 'name="client" value="Acme Vision"' in form
    assert "A quote was asked for on 5 January 2026" in opened
    assert "Dana Reyes, Acme Vision, dana@acme.example" in opened
    assert "We start in March." in opened
    inbox = words_of(seller.get("/inbox/").text)
    assert "Quote asked for" in inbox
    assert "dana@acme.example" in inbox
    assert "We start in March." in inbox
    message = OutboxMessage.objects.get(topic="quote_requested")
    assert message.payload == {"scope": Scope.objects.get().pk}
    actions = AuditEntry.objects.order_by("seq").values_list("action", flat=True)
    assert [*actions][-2:] == ["keep_scope", "ask_for_quote"]
    assert audit.first_broken(shop) is None


def test_the_desk_is_told_by_mail(client, shop, seller):
    link = kept_link(client, act="ask")
    client.post(link, ASKER)

    deliver(clock=lambda: NOON)

    (letter,) = mail.outbox
    assert letter.subject == "Quote asked for: Boxes, 100,000 images"
    assert "dana@acme.example" in str(letter.body)
    assert f"/scopes/{Scope.objects.get().pk}/" in str(letter.body)


def test_the_client_page_names_nobody_who_asked(client, shop):
    link = kept_link(client, act="ask")
    client.post(link, ASKER)

    page = client.get(link[:-3]).text

    assert not any(text in page for text in ASKER.values())


def test_what_was_asked_for_stays_and_changes_become_another_scope(client, shop):
    link = kept_link(client, act="ask")
    client.post(link, ASKER)

    response = client.post(link[:-3], ANSWERS | {"high": "6", "act": "keep"})

    assert response.headers["Location"] != link[:-3]
    assert PublicScope.objects.count() == 2
    asked = PublicScope.objects.get(asked_at__isnull=False)
    assert asked.answers["high"] == "8"
    with pytest.raises(AskedError, match="Keep a new one"):
        change_kept(
            asked,
            read_spec(asked.scope.document, door="staff", today=NOON.date()),
            answers={},
            sample=None,
            now=NOON,
        )


def test_without_an_address_no_quote_is_asked_for(client, shop):
    link = kept_link(client, act="ask")

    response = client.post(link, ASKER | {"email": "dana"})

    assert response.status_code == 400
    assert '<a href="#id_email">' in response.text
    assert 'value="Dana Reyes"' in response.text
    assert PublicScope.objects.get().asked_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicScope.objects.update(asked_at=NOON)


def test_a_quote_may_be_asked_for_in_nobodys_name(client, shop, seller):
    link = kept_link(client, act="ask")
    client.post(link, {"email": "dana@acme.example"})

    row = PublicScope.objects.get()

    assert ask_for_quote(row, asker=Asker(email="x@y.example"), now=NOON) == row
    assert row.email == "dana@acme.example"
    opened = words_of(seller.get(f"/scopes/{row.scope_id}/").text)
    assert "by somebody, dana@acme.example." in opened


def test_an_unknown_link_opens_nothing(client, shop):
    assert client.get("/scope/kept/guessed/").status_code == 404
    assert client.post("/scope/kept/guessed/ask", ASKER).status_code == 404


def test_a_card_that_changed_is_looked_at_before_a_quote_is_asked_for(client, shop):
    link = kept_link(client, act="ask")
    PublicScope.objects.update(answers={"need": "object_detection", "kinds": "x"})

    assert client.get(link).headers["Location"] == link[:-3]
    assert client.get(link[:-3]).status_code == 400


def test_keeping_too_often_is_refused_and_looking_is_not(client, shop, settings):
    settings.PUBLIC_SAVES_PER_HOUR = 1
    link = kept_link(client)

    refused = client.post(link, ANSWERS | {"act": "keep"})

    assert refused.status_code == 429
    assert client.get(link).status_code == 200
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        assert client.post(link, ANSWERS).status_code == 302


def test_a_part_of_a_kept_page_reads_the_answers_of_the_address(client, shop):
    link = kept_link(client)

    part = client.get(link, ANSWERS | {"high": "6"}, headers={"X-Part": "answer"})

    assert "Keep these answers" in part.text
    assert "47,391.32" not in part.text
    assert PublicScope.objects.filter(changed_at=F("created_at")).exists()


# --- an uploaded sample ---------------------------------------------------------------


def upload(client, body, link="/scope/northline/", name="streets.json", **said):
    file = SimpleUploadedFile(name, body if isinstance(body, bytes) else body.encode())
    return client.post(link, said | {"act": "upload", "sample": file})


def test_a_sample_is_counted_and_taken_over(client, shop):
    response = upload(client, COCO, images="100,000", typical="50")

    link = response.headers["Location"]
    assert link.endswith("/#sample")
    page = client.get(link)
    words = words_of(page.text)
    # Three images with 2, 0 and 1 boxes; three kinds are listed.
    assert "streets.json COCO" in words
    assert "Images 3 Objects 3 Kinds listed 3 Most in one image 2" in words
    assert "1.00 objects on average" in words
    assert "100,000 images at 1.0 100,000 boxes" in words
    assert "Narrowed by your sample" in words
    assert "3 images by the number of objects in them, from 0 to 2" in page.text
    assert "car 2" in words
    row = PublicScope.objects.get()
    assert row.scope.document["lines"][0]["units_per_item"] == {"sample": [2, 0, 1]}
    assert row.answers["kinds"] == "3"


def test_what_a_sample_did_to_the_range_stands_beside_it(client, shop):
    link = upload(client, COCO, images="100,000").headers["Location"]

    page = client.get(link)
    answer = page.context["page"].answer
    without = client.get("/scope/northline/?need=object_detection&images=100,000")

    was = without.context["page"].answer.ends
    assert was[2] - was[0] > answer.ends[2] - answer.ends[0]
    narrowed = f"{was[2] - was[0]:,.0f} to {answer.ends[2] - answer.ends[0]:,.0f} USD"
    assert narrowed in answer.moved
    assert answer.range.drawing.before_width > 0
    assert 'class="mark-before"' in page.text
    assert "Counted in your sample: 1.00 on average." in page.text


def test_a_sample_is_done_without_again_and_changed_answers_keep_it(client, shop):
    link = upload(client, COCO).headers["Location"].split("#")[0]
    row = PublicScope.objects.get()

    client.post(link, row.answers | {"images": "5,000", "act": "keep"})
    kept: Any = PublicScope.objects.get().sample
    client.post(link, row.answers | {"act": "forget_sample"})

    assert kept["counts"] == [2, 0, 1]
    assert PublicScope.objects.get().sample is None
    assert "Your sample" not in client.get(link).text


def test_images_alone_say_how_large_they_are(client, shop):
    body = a_zip({"a.png": a_png(4000, 2000), "b.png": a_png(4000, 2000)})

    link = upload(client, body, need="object_detection").headers["Location"]

    row = PublicScope.objects.get()
    assert (row.answers["resolution"], row.sample) == ("high", None)
    assert "Large images" in client.get(link).text


def test_images_alone_do_not_say_what_the_model_should_do(client, shop):
    response = upload(client, a_zip({"a.gif": b""}))

    assert response.status_code == 400
    assert '<a href="#id_need">' in response.text


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("hello", "of no format that is read here"),
        (COCO.replace('"image_id"', '"id_image"'), "there is no image_id"),
        ('{"images": [{"id": 1}], "annotations": []}', "no object"),
    ],
)
def test_a_sample_that_cannot_be_counted_says_why_at_its_field(
    client, shop, body, says
):
    response = upload(client, body, images="5,000")

    assert response.status_code == 400
    assert '<a href="#id_sample">' in response.text
    assert says in words_of(response.text)
    assert 'value="5,000"' in response.text
    assert not PublicScope.objects.exists()


def test_a_file_that_is_missing_or_too_large_is_said(client, shop, settings):
    missing = client.post("/scope/northline/", {"act": "upload"})
    settings.PUBLIC_SAMPLE_BYTES = 10
    large = upload(client, COCO)

    assert "Choose a file." in missing.text
    assert "This file is too large: at most 0 MB are read here." in large.text


def test_while_others_are_read_a_sample_waits(client, shop):
    for _ in range(apart.AT_ONCE):
        apart._free.acquire()
    try:
        response = upload(client, COCO)
    finally:
        for _ in range(apart.AT_ONCE):
            apart._free.release()

    assert response.status_code == 503
    assert "Try again in a minute" in response.text


def test_a_histogram_of_many_counts_has_few_bars():
    found = histogram_of(
        tuple(range(100)), mean=Decimal("49.5"), ends=(Decimal(40), Decimal(60))
    )

    assert len(found.bars) == 20
    assert {bar.images for bar in found.bars} == {5}
    assert found.bars[1].words == "5\N{EN DASH}9"
    assert found.low_x < found.mean_x < found.low_x + found.band_width


def test_a_few_crowded_images_share_the_last_bar():
    counts = (*range(20), *range(20), *range(20), *range(20), *range(20), 90)

    found = histogram_of(counts, mean=Decimal("10.2"), ends=(Decimal(9), Decimal(11)))

    assert [bar.words for bar in found.bars] == [*map(str, range(20)), "20+"]
    assert [bar.images for bar in found.bars] == [*[5] * 20, 1]
    assert sum(bar.images for bar in found.bars) == len(counts)
    assert found.across[-1].words == "20+"
    assert (found.label_x, found.label_side) == (found.mean_x + 8, "start")
    far = histogram_of(counts, mean=Decimal(19), ends=(Decimal(18), Decimal(20)))
    assert (far.label_x, far.label_side) == (far.mean_x - 8, "end")
