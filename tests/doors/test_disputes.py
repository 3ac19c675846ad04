"""Disputed labels: raised behind the link, decided at the desk, counted in promises."""

from __future__ import annotations

import re
from csv import DictReader
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.changes import Agreed, order_change
from quotes.actions.disputes import Decision, Reading, decide_dispute, raise_dispute
from quotes.actions.gate_evidence import CLIENT
from quotes.actions.gates import plan_batches
from quotes.actions.links import name_recipient
from quotes.calc.change import Change
from quotes.calc.disputes import overturned
from quotes.calc.report import report
from quotes.jobs.mail import deliver
from quotes.queries.actuals import comparison, promises_to_client
from quotes.queries.disputes import disputed
from quotes.queries.plans import changes_to_client
from scoping.access import LINK_HOLDER, Role
from scoping.language import language_of
from scoping.models import AuditEntry, OutboxMessage
from tests.doors.test_batches import _of
from tests.factories import NOON, a_membership
from tests.quotes.a_project import DELIVERED, MANAGER, a_batch, a_project, moved
from tests.quotes.a_quote import EXPERT_WORDS, a_sent_quote, accept, quickly

pytestmark = pytest.mark.django_db

SAID = {
    "called_wrong_by": "client",
    "image": "street-0007.jpg",
    "reading": "Two riders, a box each.",
    "rule": "Rule 4.2",
}
WE_SAY = Reading(
    called_wrong_by="us", image="x", text="loose", rule="7", in_sample=True
)
BY = {"by": MANAGER, "role": Role.MANAGER}


def body(response) -> str:
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(text.split())


@pytest.fixture
def behind_link(client):
    """A client behind her link, and a batch of her project that was delivered."""
    with quickly():
        sent = a_sent_quote()
        client.post(f"/q/{sent.token}")
        project = accept(sent.revision).project
    now = datetime.now(UTC)
    plan_batches(project, by=MANAGER, role=Role.MANAGER, now=now)
    batch = a_batch(project)
    way = [(name, _of(batch.items, name, said)) for name, said in DELIVERED]
    client.batch, client.project = moved(batch, *way, at=now), project
    return client


def test_a_client_disputes_a_label_and_is_told_what_it_was(behind_link):
    client, batch = behind_link, behind_link.batch
    asked = SAID | {"disputed": batch.pk}
    page = body(client.get("/offer/batches/"))
    assert "Labels that we read differently" in page
    for said, status, words in (
        ({"reading": " "}, 400, "Write what the label should be."),
        ({"image": ""}, 400, "Write in which image it is."),
        ({"reading": "x" * 501}, 400, "at most 500 characters"),
        ({"called_wrong_by": "x"}, 400, "whose check calls"),
        ({"disputed": a_batch(client.project, 1).pk}, 409, "not delivered yet"),
        ({"disputed": "x"}, 404, "no such batch"),
    ):
        refused = client.post("/offer/dispute", asked | said)
        assert refused.status_code == status
        assert words in body(refused)
    assert "Two riders" in client.post("/offer/dispute", asked | {"image": ""}).text
    assert not models.Dispute.objects.exists()

    page = body(client.post("/offer/dispute", asked, follow=True))

    assert "street-0007.jpg waits for our answer" in page
    assert "You read: Two riders, a box each." in page
    row = models.Dispute.objects.get()
    assert (row.number, row.by, row.sample) == (1, CLIENT, "")
    decide_dispute(
        row,
        Decision(verdict="labelling_error", why="Rule 4.2 says so.", reading="One."),
        now=datetime.now(UTC),
        **BY,
    )
    page = body(client.get("/offer/batches/"))
    assert "labelling error, redone free" in page
    assert "We read: One." in page
    assert "Rule 4.2 says so." in page
    assert "Passed by our checks: 1 of 1 overturned." in page
    assert "Called wrong by your check: 0 of 1 overturned." in page
    for hidden in ("Hoa", MANAGER, *EXPERT_WORDS):
        assert hidden not in page
    topics = OutboxMessage.objects.filter(topic__startswith="dispute_")
    assert [*topics.order_by("pk").values_list("topic", flat=True)] == [
        "dispute_raised",
        "dispute_decided",
    ]
    with patch("quotes.actions.disputes.MOST_OPEN", 0):
        assert client.post("/offer/dispute", asked).status_code == 429


def test_a_dispute_within_us_of_what_was_not_delivered_is_not_the_clients(behind_link):
    client = behind_link
    now = datetime.now(UTC)
    inside = a_batch(client.project, 1)
    way = [(name, _of(inside.items, name, said)) for name, said in DELIVERED]
    moved(inside, *(one for one in way if one[0] != "deliver"), at=now)
    within = replace(WE_SAY, image="inside-0001.jpg")
    row = raise_dispute(inside, within, now=now, **BY)
    said = Decision(verdict="guideline_silent", why="Mai was in a hurry.")
    decide_dispute(row, said, now=now, **BY)

    page = body(client.get("/offer/batches/"))
    table = client.get("/offer/report.csv").content.decode()

    assert "Labels that we read differently" in page
    for hidden in ("inside-0001.jpg", "in a hurry", "overturned"):
        assert hidden not in page
    assert "overturned" not in table
    moved(inside, *(one for one in way if one[0] == "deliver"), at=now)
    page = body(client.get("/offer/batches/"))
    assert "inside-0001.jpg" in page
    assert "1 of 1 overturned" in page


def agreed_in(table, printed, project):
    """Hold that a report in Vietnamese tells what the client agreed to since."""
    line = project.baseline.document["lines"][0]
    assert "Những gì bạn đã đồng ý sau đó" in printed
    assert f"{line['name']}: {line['units']} → 9" in table
    told = [row for row in DictReader(StringIO(table)) if "→" in row["Tên"]]
    moved = [one.price for one in changes_to_client(project)]
    assert [row["Thay đổi giá trước thuế"] for row in told] == [f"{moved[0]:.2f}"]
    # An agreed week is no delivery.
    assert [row["Ngày giao"] for row in told] == [""]
    for words in (table, printed):
        assert "Giao xong trong tuần từ 13/05/2030." in words
        assert "Dana Reyes: “Vâng.”" in words


def test_every_word_of_batches_and_their_report_is_vietnamese(behind_link):
    client = behind_link
    vi = language_of("vi")
    assert vi is not None
    for verdict in ("labelling_error", "reference_wrong", "data_unusable", ""):
        image = {"image": f"{verdict}.jpg", "disputed": client.batch.pk}
        client.post("/offer/dispute", SAID | image)
        row = models.Dispute.objects.order_by("number").last()
        assert row is not None
        if verdict:
            said = Decision(verdict=verdict, why="Xem quy tắc.", reading="Một khung.")
            decide_dispute(row, said, now=datetime.now(UTC), **BY)
    now = datetime.now(UTC)
    raise_dispute(client.batch, WE_SAY, now=now, **BY)
    agreed = Agreed(why="x", clause="1", client_word="Vâng.", client_name="Dana Reyes")
    first = client.project.baseline.document
    for change in (
        Change(effective=now.date(), units={0: 9}, promised=date(2030, 5, 13)),
        Change(effective=now.date(), promised=date(2030, 5, 20)),
    ):
        order_change(
            client.project, change, agreed, by=MANAGER, role=Role.MANAGER, now=now
        )
    vi.missed.clear()
    client.cookies["language"] = "vi"
    assert "đồng ý 2 thay đổi" in body(client.get("/offer/"))
    again = SAID | {"image": "labelling_error.jpg", "disputed": client.batch.pk}
    assert "đã có kết luận" in client.post("/offer/dispute", again).text
    why = {"again_why": "Xem quy tắc 7."}
    assert client.post("/offer/dispute", again | why).status_code == 302
    assert "đang chờ kết luận" in client.post("/offer/dispute", again | why).text
    row = models.Dispute.objects.get(again_of__isnull=False)
    said = Decision(verdict="guideline_silent", why="Xem quy tắc.")
    decide_dispute(row, said, now=now, **BY)
    assert "kết luận hai lần" in client.post("/offer/dispute", again | why).text

    page = client.get("/offer/batches/")
    assert "Tranh chấp của bạn đã đến chỗ chúng tôi" in page.text
    assert f"{first['lines'][0]['name']} :" in body(page)
    assert "tuần từ 20/05/2030" in page.text
    with patch(
        "quotes.pdf.render", lambda html, **_: html.split("</style>")[1].encode()
    ):
        printed = client.get("/offer/report.pdf")
    table = client.get("/offer/report.csv").content.decode()

    assert not vi.missed, "\n".join(sorted(vi.missed))
    assert "Những nhãn hai bên đọc khác nhau" in page.text
    assert "Báo cáo giao hàng và cam kết" in body(printed)
    assert "đã giao, chờ bạn kiểm tra" in table
    agreed_in(table, body(printed), client.project)
    # In English it is what it was.
    client.cookies["language"] = "en"
    assert "delivered, yours to check" in body(client.get("/offer/report.csv"))
    ticked = {"batch": client.batch.pk}
    done = client.post("/offer/batches/accept", ticked, follow=True)
    assert "Accepted: 1 batch." in body(done)
    # It is said once.
    assert "Accepted: 1 batch." not in body(client.get("/offer/batches/"))


def test_a_label_is_disputed_once_while_it_waits_and_once_more_after(behind_link):
    client = behind_link
    asked = SAID | {"disputed": client.batch.pk}
    assert client.post("/offer/dispute", asked).status_code == 302
    same = asked | {"image": " Street-0007.JPG", "reading": "Three."}
    refused = client.post("/offer/dispute", same)
    assert refused.status_code == 409
    assert "Dispute 1 of this label waits for its verdict." in body(refused)
    other = asked | {"label": "Box 3"}
    assert client.post("/offer/dispute", other).status_code == 302
    assert client.post("/offer/dispute", asked | {"label": "box  3"}).status_code == 409
    first, second = models.Dispute.objects.order_by("number")
    now = datetime.now(UTC)
    said = Decision(verdict="labelling_error", why="Rule 4.2")
    decide_dispute(first, said, now=now, **BY)

    refused = client.post("/offer/dispute", asked)
    assert refused.status_code == 409
    assert "say what the verdict overlooked" in body(refused)
    why = {"again_why": "Rule 7 came later."}
    page = body(client.post("/offer/dispute", asked | why, follow=True))
    assert "Disputed once more: Rule 7 came later." in page
    again = models.Dispute.objects.get(number=3)
    assert client.post("/offer/dispute", asked | why).status_code == 409
    # Until the second verdict the first one counts, and from then on the second alone.
    known = overturned(disputed(client.project))["our_acceptances"]
    assert (known["decided"], known["overturned"]) == (1, 1)
    later = now + timedelta(hours=1)
    decide_dispute(again, replace(said, verdict="guideline_silent"), now=later, **BY)
    last = overturned(disputed(client.project))["our_acceptances"]
    assert (last["decided"], last["overturned"]) == (1, 0)
    assert overturned(disputed(client.project, as_of=now))["our_acceptances"] == known
    refused = client.post("/offer/dispute", asked | why)
    assert refused.status_code == 409
    assert "dispute 3 is the last word" in body(refused)
    with pytest.raises(DatabaseError), transaction.atomic():
        models.DisputedAgain.objects.update(why="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        models.DisputedAgain.objects.create(
            workspace=second.workspace, dispute=second, earlier=first, why="x"
        )


def test_who_runs_the_project_is_told_of_disputes_and_the_client_of_verdicts(
    behind_link,
):
    client, project = behind_link, behind_link.project
    begun = datetime.now(UTC)
    deliver(clock=lambda: begun)
    a_membership(workspace=project.workspace, role=Role.SALES)
    runs = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    name_recipient(project.acceptance.revision, "Ines", "ines@brightcart.example")
    mail.outbox.clear()
    asked = SAID | {"disputed": client.batch.pk}
    for label in ("1", "2", "3"):
        client.post("/offer/dispute", asked | {"label": label})
    later = datetime.now(UTC)
    deliver(clock=lambda: later)

    (letter,) = [one for one in mail.outbox if one.to == [runs.email]]
    assert letter.subject == "Disputed labels: Street scenes"
    assert "3 labels wait for a verdict" in letter.body
    assert f"/projects/{project.slug}/disputes/" in letter.body
    told = {address for one in mail.outbox for address in one.to}
    assert "ines@brightcart.example" not in told
    (item,) = models.InboxItem.objects.filter(project=project)
    page = client_at_desk(runs).get("/inbox/?kind=disputed")
    assert "Labels disputed</span>" in page.text
    assert f'href="/projects/{project.slug}/disputes/"' in page.text
    mail.outbox.clear()
    for number, row in enumerate(models.Dispute.objects.order_by("number")):
        verdict = "labelling_error" if number else "reference_wrong"
        decide_dispute(row, Decision(verdict=verdict, why="So."), now=later, **BY)
    item.refresh_from_db()
    assert item.done_at == later
    deliver(clock=lambda: later + timedelta(minutes=9))
    assert mail.outbox == []
    deliver(clock=lambda: later + timedelta(minutes=11))

    (letter,) = mail.outbox
    assert letter.to == ["ines@brightcart.example"]
    assert letter.subject == "We decided 3 disputed labels: Street scenes"
    assert letter.body.count("labelling error, redone free") == 2
    assert "your reference is wrong" in letter.body
    for hidden in (MANAGER, *EXPERT_WORDS):
        assert hidden not in letter.body
    (token,) = set(re.findall(r"/q/([\w-]+)", str(letter.body)))
    assert client.post(f"/q/{token}").status_code == 302


def client_at_desk(user) -> Client:
    desk = Client()
    desk.force_login(user)
    return desk


def test_a_batch_that_its_client_rejects_stands_in_the_inbox(behind_link):
    client = behind_link
    why = {"why": "Boxes are too loose."}
    client.post(f"/offer/batches/{client.batch.pk}/reject", why)

    item = models.InboxItem.objects.get(kind="rejected")
    assert item.project == client.project
    assert item.text.endswith(f"{client.batch.key}: Boxes are too loose.")


@pytest.fixture
def manager(client):
    project = a_project(batches=2)
    client.project = project
    client.batch = moved(a_batch(project), *DELIVERED)
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    client.force_login(user)
    return client


def test_the_page_decides_and_shows_whose_check_was_overturned(manager):
    address = "/projects/streets/disputes/"
    assert "None." in body(manager.get(address))
    asked = SAID | {"batch": manager.batch.pk, "in_sample": "yes"}
    for said, status in (({"batch": ""}, 400), ({"image": " "}, 400)):
        refused = manager.post(f"{address}new", asked | said)
        assert refused.status_code == status
        assert "Two riders" in refused.text
        assert "<details open>" in refused.text
    assert f'value="{manager.batch.pk}" selected' in refused.text
    page = body(manager.post(f"{address}new", asked, follow=True))
    assert "It waits for a verdict." in page
    assert "a label of our sample" in page
    assert "1 dispute waits for a verdict" in body(_with_work(manager))

    before = {one["key"]: one for one in comparison(manager.project)["promises"]}
    for said, words in (
        ({}, "Say what the label was found to be."),
        ({"verdict": "labelling_error"}, "Write why."),
    ):
        typed = said | {"rule": "Rule 9", "guideline": "v8"}
        refused = manager.post(f"{address}1/verdict", typed)
        assert refused.status_code == 400
        assert words in body(refused)
        # What was typed stays, in its own form alone.
        for kept in ("Rule 9", "v8"):
            assert refused.text.count(f'value="{kept}"') == 1
        assert refused.text.count("<details open>") == 1
    assert 'value="labelling_error" selected' in refused.text
    verdict = {
        "verdict": "labelling_error",
        "why": "Rule 4.2",
        "other_reading": "One box.",
        "rule": "Rule 4.2",
        "guideline": "v3",
    }
    page = body(manager.post(f"{address}1/verdict", verdict, follow=True))
    assert "It is redone free." in page
    assert "Rule 4.2, guideline v3" in page
    assert "Passed by our checks 1 1 100%, between 5% and 100%" in page.replace(
        " %", "%"
    )
    again = manager.post(f"{address}1/verdict", verdict)
    assert again.status_code == 409
    assert manager.post(f"{address}9/verdict", verdict).status_code == 404
    # The label of the sample counts as wrong from now on, and not as known before.
    found = comparison(manager.project)
    after = {one["key"]: one for one in found["promises"]}
    moved_by = [
        key
        for key in after
        if after[key]["observed"] != before[key]["observed"] is not None
    ]
    assert moved_by
    for key in moved_by:
        assert float(after[key]["observed"]) < float(before[key]["observed"])
    known_before = models.Dispute.objects.get().at
    then = comparison(manager.project, as_of=known_before)
    assert then["disputes"]["open"] == 1
    assert "disputes overturned it" in report("Streets", found)
    book = manager.get("/projects/streets/export.xlsx").content
    sheets = CalamineWorkbook.from_filelike(BytesIO(book))
    rows = sheets.get_sheet_by_name("Disputes").to_python()
    assert ["Passed by our checks", 1, 1, 1, 0.05, 1] in rows
    today = promises_to_client(manager.project, moment=datetime.now(UTC))
    assert any(one.right is not None and one.right < 1 for one in today)
    actions = AuditEntry.objects.filter(action__endswith="_dispute")
    assert actions.count() == 2


def _with_work(manager):
    """Return the page of the project, which shows a comparison once a file is there."""
    models.SourceFile.objects.create(
        workspace=manager.project.workspace,
        project=manager.project,
        name="x.csv",
        sha256="0" * 64,
        content_digest="0" * 64,
        state=models.SourceFile.PUBLISHED,
        rows_read=0,
        rows_published=0,
        rows_refused=0,
        rows_repeated=0,
        at=NOON,
    )
    return manager.get("/projects/streets/")


def test_a_label_disputed_once_more_stays_in_the_sample_that_counts_it(manager):
    said = replace(WE_SAY, label="x" * 250)
    first = raise_dispute(manager.batch, said, now=NOON, **BY)
    verdict = Decision(verdict="guideline_silent", why="Nothing says it.")
    decide_dispute(first, verdict, now=NOON, **BY)

    # Her form asks for no sample, and whose check called it wrong was answered before.
    again = raise_dispute(
        manager.batch,
        replace(said, called_wrong_by="client", in_sample=False, again_why="Rule 8."),
        by=CLIENT,
        role=LINK_HOLDER,
        now=NOON + timedelta(hours=1),
    )

    assert again.again_of.earlier == first
    assert (again.called_wrong_by, again.sample) == ("us", first.sample)
    assert first.sample


def test_rows_of_disputes_are_kept_and_roles_are_held(manager):
    batch = manager.batch
    row = raise_dispute(batch, WE_SAY, now=NOON, **BY)
    verdict = Decision(verdict="guideline_silent", why="Nothing says it.")
    decide_dispute(row, verdict, now=NOON, **BY)
    for model in (models.Dispute, models.DisputeVerdict):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(by="somebody")
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()
    later = NOON + timedelta(days=1)
    for role in (Role.SALES, Role.CLIENT):
        with pytest.raises(RefusedError, match="may not dispute"):
            raise_dispute(batch, WE_SAY, by="x", role=role, now=later)
    with pytest.raises(RefusedError, match="may not decide"):
        decide_dispute(row, verdict, by="x", role=LINK_HOLDER, now=later)
    unread = a_batch(manager.project, 1)
    with pytest.raises(RefusedError, match="not delivered yet"):
        raise_dispute(unread, WE_SAY, now=later, **BY)
