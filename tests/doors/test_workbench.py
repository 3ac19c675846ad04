"""The workbench: price, cost, margin, promises and reasons of one revision."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from quotes.models import QuoteRevision, State
from quotes.queries.quotes import estimate_of, link_for, scenario_of
from tests.factories import NOON, a_membership
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
        "Cost, typical",
        "Margin, mean",
        "Chance of a loss",
        "Promised",
    ]
    assert stats[0].value == f"{made.bill.total.value:,.2f}"
    assert stats[1].value == f"{made.cost.p50:,.0f}"
    assert stats[4].value.startswith("week of ")


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
    response = client.get(f"/quotes/{draft}/")

    page = response.context["page"]
    assert page.reasons[0].question.startswith("Why the total is ")
    for why in page.reasons:
        opened = sum(row.opens for row in why.tree.rows)
        assert opened == sum(row.closes for row in why.tree.rows) > 0
    assert "row price/bands/bounding_box/low" in response.text
    assert "the answer at /items" in response.text


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
    response = client.post(f"/quotes/{draft}/send", {"recipient_name": "Ann"})

    address = response.context["page"].link.url
    link = link_for(address.rsplit("/", 1)[1])
    draft.refresh_from_db()
    assert draft.state == State.SENT
    assert link is not None
    assert link.revision == draft
    assert address not in client.get(f"/quotes/{draft}/").text


def test_a_quote_is_sent_once(client, draft):
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


def test_a_sent_quote_shows_what_was_frozen_and_changes_no_more(client):
    sent = a_sent_quote().revision
    client.force_login(sent.created_by)

    page = client.get(f"/quotes/{sent}/").text

    assert "Sent quotes do not change." in page
    assert "Decide the price" not in page
    assert "Change the scope" not in page
    assert decide(client, sent).status_code == 400


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
    monkeypatch.setattr("quotes.web.staff.render_quote", lambda *_, **__: b"%PDF-")

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
