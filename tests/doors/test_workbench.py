"""The workbench: price, cost, margin, promises and reasons of one revision."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from quotes.actions.answers import accept_quote
from quotes.actions.drafts import add_scenario
from quotes.models import Acceptance, Project, QuoteRevision, SignedOrder, State
from quotes.queries.quotes import estimate_of, link_for, scenario_of
from scoping.templatetags.plumbline import day, money
from tests.factories import NOON, a_client, a_membership, a_user, approved
from tests.quotes.a_quote import a_desk, a_draft, a_sent_quote, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_draws():
    with quickly():
        yield


@pytest.fixture
def draft(client):
    workspace, user = a_desk()
    client.force_login(user)
    return a_draft(workspace=workspace, by=user)


def decide(client, draft, line=0, **changes):
    form = {"binding": "typed", "value": "0.0900", "why": "renewal"} | changes
    return client.post(f"/quotes/{draft}/lines/{line}", form)


def test_the_warning_comes_first_then_the_answer(client, draft):
    page = client.get(f"/quotes/{draft}/").text

    warning = page.index("The market range does not pay for the full-scene masks.")
    assert warning < page.index("Chance of a loss") < page.index("Price by line")


def test_the_five_answers_are_those_of_the_estimate(client, draft):
    made = estimate_of(scenario_of(draft), today=NOON.date())

    page = client.get(f"/quotes/{draft}/")

    stats = page.context["page"].stats
    assert [stat.name for stat in stats] == [
        "Price, USD",
        "Cost, typical, USD",
        "Margin, mean",
        "Chance of a loss",
        "Promised, week of",
    ]
    assert stats[0].value == f"{made.bill.total.value:,.2f}"
    assert stats[1].value == f"{made.cost.p50:,.0f}"
    assert stats[4].value == day(made.schedule.promised)


def test_every_time_stands_beside_units_an_hour(client, draft):
    page = client.get(f"/quotes/{draft}/").context["page"]

    for line in (*page.lines, *page.beside):
        assert re.fullmatch(
            r"[\d,.]+ s, [\d,]+ an hour, [\d,]+ a person-day \(.+\)", line.pace
        )


def test_the_check_of_a_batch_is_shown_as_written_and_as_sized(client, draft):
    page = client.get(f"/quotes/{draft}/").text

    assert "As written: 10 % of each batch, at most 2 % wrong (this quote)" in page
    assert "Sized to pass 1 % wrong and stop 4 % wrong" in page


def test_an_optional_line_stands_below_the_total(client, draft):
    page = client.get(f"/quotes/{draft}/").context["page"]

    assert [line.name for line in page.beside] == ["Full-scene masks"]
    assert {badge.words for badge in page.beside[0].badges} >= {
        "above range",
        "optional",
    }


def test_reasons_fold_from_the_total_to_rows_of_the_card(client, draft):
    page = client.get(f"/quotes/{draft}/").context["page"]
    assert page.reasons[0].question.startswith("Why the total is ")

    for why in page.reasons:
        response = client.get(why.address)
        tree = response.context["page"].tree
        opened = sum(row.opens for row in tree.rows)
        assert opened == sum(row.closes for row in tree.rows) > 0
        assert "the answer at /items" in response.text
        assert f"<h1>{escape(why.question)}</h1>" in response.text

    total = client.get(page.reasons[0].address).text
    assert "row price/bands/bounding_box/low" in total


def test_a_part_of_the_workbench_is_the_reasons_alone(client, draft):
    address = f"/quotes/{draft}/reasons/cost"

    part = client.get(address, headers={"X-Part": "reasons"})

    assert "<html" not in part.text
    assert 'id="why-cost"' in part.text
    assert "X-Part" in part["Vary"]
    assert client.get(f"/quotes/{draft}/reasons/no-such").status_code == 404


def test_a_sent_quote_explains_itself_by_what_was_frozen(client, draft):
    sent = a_sent_quote(draft).revision

    with patch("quotes.queries.quotes.estimate", side_effect=AssertionError):
        shown = client.get(f"/quotes/{sent}/reasons/total")

    assert "row price/bands/bounding_box/low" in shown.text


def follow(client, draft, key, scenario="A", **said):
    form = {"advice": key} | said
    return client.post(f"/quotes/{draft}/advice?scenario={scenario}", form)


def advice_on(client, draft, scenario="A"):
    page = client.get(f"/quotes/{draft}/?scenario={scenario}").context["page"]
    return {row.does or row.note: row for row in page.advice}


def test_advice_is_followed_in_the_scenario_at_hand_and_worth_what_it_said(
    client, draft
):
    user = draft.created_by
    add_scenario(draft, like="A", edition=1, by=user, role="manager", now=NOON)
    does = "Batches of 2,000 images instead of 1,000"
    row = advice_on(client, draft, "B")[does]
    before = estimate_of(scenario_of(draft, "B"), today=NOON.date())

    response = follow(client, draft, row.key, "B", edition=2)

    assert response.url == f"/quotes/{draft}/?scenario=B#what-else"
    after = estimate_of(scenario_of(draft, "B"), today=NOON.date())
    assert after.spec.quality.batch_items == 2000
    assert scenario_of(draft, "A").spec["quality"]["batch_items"] == 1000
    assert row.cost == f"{after.cost.mean - before.cost.mean:,.2f}".replace("-", "−")
    page = client.get(response.url).text
    assert f"{does}. Every number follows it." in page
    # Followed a second time it fits no more, and neither does a page of before.
    again = follow(client, draft, row.key, "B")
    late = follow(
        client, draft, next(iter(advice_on(client, draft).values())).key, edition=1
    )
    assert (again.status_code, late.status_code) == (409, 409)
    assert "This advice no longer fits the scope." in again.text
    assert scenario_of(draft, "A").spec["quality"]["batch_items"] == 1000


def test_what_a_budget_buys_is_applied_and_what_does_not_pay_is_only_said(client):
    workspace, user = a_desk()
    client.force_login(user)
    boxes = [{"type": "bounding_box", "units_per_item": 5}]
    draft = a_draft(workspace=workspace, by=user, items=1000, lines=boxes, budget=5200)

    found = advice_on(client, draft)

    held, anew = (row for words, row in found.items() if words.startswith("5,200.00"))
    no = found["Boxes with pre-labels of the card's typical model"]
    if "at these unit prices" not in held.note:
        held, anew = anew, held
    assert held.key == ""
    assert no.note.startswith("That does not pay.")
    assert (no.cost[0], no.cost_kind, no.key) == ("+", "over", "")
    assert follow(client, draft, anew.key).status_code == 302
    made = estimate_of(scenario_of(draft), today=NOON.date())
    assert f"buys {made.spec.items:,} images at unit prices made anew" in anew.note
    assert 5195 < made.bill.total.value <= 5200


def test_nothing_is_advised_for_a_quote_that_was_sent(client):
    workspace, user = a_desk()
    client.force_login(user)
    revision = a_sent_quote(a_draft(workspace=workspace, by=user)).revision

    page = client.get(f"/quotes/{revision}/")

    assert page.context["page"].advice == ()
    assert "What else could be done" not in page.text


def test_a_typed_price_is_decided_with_its_reason(client, draft):
    response = decide(client, draft)

    page = client.get(f"/quotes/{draft}/").text
    assert response.url == f"/quotes/{draft}/#line-0"
    assert "typed: renewal" in page
    assert '<span class="decided">0.0900</span>' in page


@pytest.mark.parametrize("binding", ["list", "target", "floor"])
def test_a_suggested_price_is_taken_as_it_is_suggested(client, draft, binding):
    made = estimate_of(scenario_of(draft), today=NOON.date())

    decide(client, draft, binding=binding, value="999")

    decided = scenario_of(draft).decisions.get(line=0)
    assert decided.binding == binding
    assert decided.value == getattr(made.suggested[0], binding).value


@pytest.mark.parametrize(
    ("changes", "says", "field"),
    [
        ({"value": "0,09"}, "Write 0.09. A dot marks decimals here.", "value-0"),
        ({"value": ""}, "is not a number", "value-0"),
        ({"value": "0"}, "A unit price lies above 0.", "value-0"),
        ({"value": "0.12345678"}, "at most six decimals", "value-0"),
        ({"why": " "}, "Say in a few words why", "why-0"),
        ({"binding": "gift"}, "Choose list, target, floor or typed.", "value-0"),
    ],
)
def test_a_price_that_cannot_be_decided_is_said_at_its_field(
    client, draft, changes, says, field
):
    response = decide(client, draft, **changes)

    assert response.status_code == 400
    assert says in response.text
    assert f'href="#{field}"' in response.text
    assert not scenario_of(draft).decisions.exists()


def test_a_line_that_is_not_there_takes_no_price(client, draft):
    assert decide(client, draft, line=99).status_code == 400
    assert decide(client, draft, line=99, binding="list").status_code == 400


def test_sending_shows_the_private_link_once(client, draft):
    approved(draft)
    response = client.post(f"/quotes/{draft}/send", {"recipient_name": "Ann"})

    address = response.context["page"].link.url
    link = link_for(address.rsplit("/", 1)[1])
    draft.refresh_from_db()
    assert draft.state == State.SENT
    assert link is not None
    assert link.revision == draft
    assert address not in client.get(f"/quotes/{draft}/").text


def test_a_quote_is_sent_once(client, draft):
    approved(draft)
    client.post(f"/quotes/{draft}/send")

    again = client.post(f"/quotes/{draft}/send")

    assert again.status_code == 409
    assert "no longer changes" in again.text
    assert draft.links.count() == 1


def test_sales_cannot_send_below_the_floor(client):
    workspace, user = a_desk(role="sales")
    client.force_login(user)
    draft = a_draft(workspace=workspace, by=user)
    decide(client, draft, value="0.0100")

    response = client.post(f"/quotes/{draft}/send")

    assert response.status_code == 409
    assert "below its floor" in response.text


def test_a_second_persons_approval_lets_it_go(client, draft):
    asked = client.post(f"/quotes/{draft}/approval", {"note": "opens the account"})
    waits = client.get(f"/quotes/{draft}/").text
    own = client.post(f"/quotes/{draft}/approval/answer", {"verdict": "approve"})
    lead = a_membership(workspace=draft.workspace, role="manager").user
    client.force_login(lead)
    offered = client.get(f"/quotes/{draft}/").text
    silent = client.post(f"/quotes/{draft}/approval/answer", {"verdict": "refuse"})
    given = client.post(
        f"/quotes/{draft}/approval/answer", {"verdict": "approve", "note": "once"}
    )

    assert asked.url == given.url == f"/quotes/{draft}/"
    assert "Somebody else has to answer." in waits
    assert "opens the account" in waits
    assert "Approve as it stands" not in waits
    assert own.status_code == 409
    assert "Approve as it stands" in offered
    assert silent.status_code == 400
    assert 'href="#answer"' in silent.text
    page = client.get(f"/quotes/{draft}/").text
    assert "Approved as it stands." in page
    assert "Name of the recipient" in page


def test_sales_sees_no_button_to_approve_and_cannot_post_it(client):
    workspace, user = a_desk(role="sales")
    client.force_login(user)
    draft = a_draft(workspace=workspace, by=a_user())
    client.post(f"/quotes/{draft}/approval")

    answer = client.post(f"/quotes/{draft}/approval/answer", {"verdict": "approve"})

    assert answer.status_code == 403
    draft.refresh_from_db()
    assert draft.state == State.IN_APPROVAL


def test_an_edit_from_a_second_tab_is_refused_with_a_sentence(client, draft):
    decide(client, draft, edition=1)

    second = decide(client, draft, edition=1, value="0.0950")

    assert second.status_code == 409
    assert "was changed meanwhile" in second.text
    assert "decide price" in second.text
    assert scenario_of(draft).decisions.get(line=0).value == Decimal("0.09")


def test_an_edit_from_a_second_tab_after_an_acceptance_changes_nothing(client):
    # SF-005 of the nasty inputs: tab 1 accepts, tab 2 posts edits.
    sent = a_sent_quote()
    revision = sent.revision
    before = revision.documents.get(kind="client").body
    accept_quote(
        revision,
        typed_name="Ann Example",
        client_digest=revision.client_digest,
        address="192.0.2.1",
        user_agent="a browser",
        now=NOON,
    )
    client.force_login(revision.created_by)

    late = decide(client, revision, edition=revision.edition)

    assert late.status_code == 409
    assert "was accepted already since you opened this page" in late.text
    assert revision.documents.get(kind="client").body == before


def test_a_sent_quote_is_revised_and_says_so(client):
    sent = a_sent_quote().revision
    client.force_login(sent.created_by)

    response = client.post(f"/quotes/{sent}/revise", follow=True)

    assert response.redirect_chain[-1][0] == f"/quotes/{sent.quote.number}-2/"
    assert f"{sent} stays as it is meanwhile" in response.text
    assert client.post(f"/quotes/{sent.quote.number}-2/revise").status_code == 409


def test_a_lost_quote_keeps_to_whom_and_at_which_price(client):
    sent = a_sent_quote().revision
    client.force_login(sent.created_by)
    form = {
        "reason": "dearer by a fifth",
        "competitor": "Another",
        "line": "0",
        "unit_price": "0.0650",
    }

    odd = client.post(f"/quotes/{sent}/lost", form | {"unit_price": "0,065"})
    mute = client.post(f"/quotes/{sent}/lost", form | {"reason": ""})
    client.post(f"/quotes/{sent}/lost", form)

    assert (odd.status_code, mute.status_code) == (400, 400)
    assert 'href="#unit_price"' in odd.text
    page = client.get(f"/quotes/{sent}/").text
    assert "Lost to Another, line 1 at 0.0650. dearer by a fifth" in page
    assert client.post(f"/quotes/{sent}/lost", form).status_code == 409


PDF = b"%PDF-1.7 signed"


@pytest.mark.parametrize(
    ("changes", "body", "field"),
    [
        ({"ordered": ""}, PDF, "ordered"),
        ({"ordered": "B"}, PDF, "ordered"),
        ({"ordered": "A 0"}, PDF, "ordered"),
        ({"po_number": " "}, PDF, "po_number"),
        ({"po_number": "4" * 61}, PDF, "po_number"),
        ({"signed_by": "A"}, PDF, "signed_by"),
        ({}, b"", "order"),
        ({}, b"MZ not a PDF", "order"),
        ({}, b"%PDF-" + b"x" * (10 * 1024 * 1024), "order"),
    ],
)
def test_an_order_that_lacks_something_is_asked_for_it(client, changes, body, field):
    sent = a_sent_quote(now=datetime.now(UTC)).revision
    client.force_login(sent.created_by)
    form = {"ordered": "A", "po_number": "4500", "signed_by": "Ann Example"} | changes
    file = SimpleUploadedFile("order.pdf", body, "application/pdf")

    response = client.post(f"/quotes/{sent}/order", form | {"order": file})

    assert response.status_code == 400
    assert f'href="#{field}"' in response.text
    sent.refresh_from_db()
    assert sent.state == State.SENT


def test_a_signed_order_is_an_acceptance_with_its_number_and_file(client):
    sent = a_sent_quote(now=datetime.now(UTC)).revision
    client.force_login(sent.created_by)
    file = SimpleUploadedFile("order.pdf", PDF, "application/pdf")
    form = {"po_number": "4500", "signed_by": "Ann Example", "order": file}
    form["ordered"] = "A"

    response = client.post(f"/quotes/{sent}/order", form)

    order = SignedOrder.objects.get(acceptance__revision=sent)
    assert response.status_code == 302
    assert (order.po_number, bytes(order.body)) == ("4500", PDF)
    assert order.sha256 == hashlib.sha256(PDF).hexdigest()
    assert order.acceptance.client_digest == sent.client_digest
    assert Project.objects.filter(acceptance=order.acceptance).exists()


def test_a_sent_quote_shows_what_was_frozen_and_changes_no_more(client):
    sent = a_sent_quote().revision
    client.force_login(sent.created_by)

    page = client.get(f"/quotes/{sent}/").text

    assert "Sent quotes do not change." in page
    assert "Decide the price" not in page
    assert "Change the scope" not in page
    assert decide(client, sent).status_code == 409


def test_a_draft_is_withdrawn_and_stays_in_the_list(client, draft):
    response = client.post(f"/quotes/{draft}/withdraw")

    assert response.url == f"/quotes/{draft}/"
    assert "Withdrawn</span>" in client.get("/quotes/").text
    assert client.get(f"/quotes/{draft}/").status_code == 200
    assert client.post(f"/quotes/{draft}/withdraw").status_code == 409


def test_the_preview_is_the_clients_page_without_its_form(client, draft):
    page = client.get(f"/quotes/{draft}/preview").text

    assert "Preview for Acme Vision" in page
    assert "typed_name" not in page
    assert "Margin" not in page


def test_the_pdf_of_a_draft_says_that_it_is_one_in_its_name(client, draft, monkeypatch):
    monkeypatch.setattr("quotes.pdf.render", lambda *_, **__: b"%PDF-")

    response = client.get(f"/quotes/{draft}.pdf")

    assert response.headers["Content-Type"] == "application/pdf"
    assert f"{draft}-draft-a4.pdf" in response.headers["Content-Disposition"]
    assert client.get(f"/quotes/{draft}.pdf?size=a3").status_code == 404


def test_the_pdf_of_a_sent_quote_is_the_frozen_one(client):
    sent = a_sent_quote().revision
    client.force_login(sent.created_by)

    response = client.get(f"/quotes/{sent}.pdf?size=letter")

    assert response.content == b"%PDF-"
    assert f"{sent}-letter.pdf" in response.headers["Content-Disposition"]


def test_acts_are_posts(client, draft):
    for act in ("send", "withdraw", "lines/0"):
        assert client.get(f"/quotes/{draft}/{act}").status_code == 405


def test_a_number_that_is_none_is_not_there(client, draft):
    assert client.get("/quotes/PL-2026-9999-1/").status_code == 404
    assert client.get("/quotes/nonsense/").status_code == 404


def test_strangers_and_other_companies_see_nothing(client, draft):
    client.logout()
    assert client.get(f"/quotes/{draft}/").status_code == 302

    client.force_login(a_membership().user)
    assert client.get(f"/quotes/{draft}/").status_code == 404
    assert decide(client, draft).status_code == 404


def test_a_page_at_list_price_adds_up(client, draft):
    page = client.get(f"/quotes/{draft}/").context["page"]

    rows = [line.amount for line in page.lines] + [fee.amount for fee in page.fees]
    added = sum(
        (Decimal(row.replace(",", "").replace("−", "-")) for row in rows), Decimal(0)
    )
    assert f"{added:,.2f}" == page.total
    assert QuoteRevision.objects.get().state == State.DRAFT


@pytest.mark.parametrize("page", ["/preview", ".pdf"])
def test_a_client_user_sees_no_draft_and_no_quote_of_another_client(
    client, draft, page
):
    workspace = draft.workspace
    buyer = a_membership(
        workspace=workspace, role="client", client=a_client(workspace=workspace)
    )
    client.force_login(buyer.user)

    assert client.get(f"/quotes/{draft}{page}").status_code == 403


@pytest.mark.parametrize("page", ["/preview", ".pdf"])
def test_a_draft_with_too_many_choices_says_so(client, draft, page):
    option = {"type": "image_tag", "units_per_item": 2, "optional": True}
    many = a_draft(
        workspace=draft.workspace,
        by=draft.created_by,
        lines=[{"type": "bounding_box", "units_per_item": 5}, *[option] * 6],
    )

    response = client.get(f"/quotes/{many}{page}")

    assert response.status_code == 409
    assert "can be chosen in 64 ways; at most 32 are priced" in response.text


@pytest.mark.parametrize("odd", ["²", "0", "9" * 30, "9" * 5000, "01"])
def test_an_odd_revision_is_not_found(client, draft, odd):
    assert client.get(f"/quotes/{draft.quote.number}-{odd}/").status_code == 404


def test_a_competing_price_finer_than_is_kept_is_refused(client, draft):
    sent = a_sent_quote(draft, now=datetime.now(UTC)).revision
    form = {"reason": "price", "line": "0", "unit_price": "0.0000001"}

    response = client.post(f"/quotes/{sent}/lost", form)

    assert response.status_code == 400
    assert "at most six decimals" in response.text
    form |= {"line": "9" * 5000, "unit_price": "0.1"}
    assert client.post(f"/quotes/{sent}/lost", form).status_code == 400


@pytest.fixture
def ordered(client, draft):
    """Send two scenarios and record an order for the second, with its option."""
    add_scenario(
        draft, like="A", edition=1, by=draft.created_by, role="manager", now=NOON
    )
    draft.refresh_from_db()
    sent = a_sent_quote(draft, now=datetime.now(UTC)).revision
    page = client.get(f"/quotes/{sent}/").context["page"]
    file = SimpleUploadedFile('a "b"\r\nc.pdf', PDF, "application/pdf")
    form = {"po_number": "4500", "signed_by": "Ann Example", "order": file}
    client.post(f"/quotes/{sent}/order", form | {"ordered": "B 3"})
    return sent, page.moves.orders


def test_an_order_is_recorded_for_what_it_orders(client, ordered):
    sent, ways = ordered

    row = Acceptance.objects.get(revision=sent)

    assert [way.value for way in ways] == ["A", "A 3", "B", "B 3"]
    assert (row.scenario.letter, row.toggles) == ("B", {"3": True})
    other = json.loads(sent.documents.get(kind="client").body)["others"][0]
    for way, price in ((2, other["offer"]), (3, other["choices"][0])):
        assert money(price["price"]["total"], "USD") in ways[way].words


def test_the_file_of_an_order_is_kept_and_not_shown(client, ordered):
    sent, _ = ordered
    address = f"/quotes/{sent}/order/file"

    response = client.get(address)

    assert response.content == PDF
    assert response.headers["Content-Disposition"].startswith("attachment; filename")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert address in client.get(f"/quotes/{sent}/").text
    client.force_login(a_membership(role="admin").user)
    assert client.get(address).status_code == 404


def test_a_quote_without_a_signed_order_has_no_file(client, draft):
    assert client.get(f"/quotes/{draft}/order/file").status_code == 404
