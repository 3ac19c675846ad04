"""The promises of a draft: added by sales, priced, printed, and held to policy."""

from __future__ import annotations

import pytest

from quotes.models import QuoteRevision
from quotes.queries.policy import out_of_policy
from quotes.queries.quotes import estimate_of, scenario_of
from quotes.web.promise_form import form_of
from tests.factories import NOON
from tests.quotes.a_quote import a_desk, a_draft, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client):
    with quickly():
        workspace, user = a_desk()
        client.force_login(user)
        yield a_draft(workspace=workspace, by=user)


def test_promises_are_added_priced_printed_and_held_to_policy(client, draft):
    address = f"/quotes/{draft}/promises"
    page = client.get(address)
    data = dict(page.context["page"].form.head.data)
    before = estimate_of(scenario_of(draft), today=NOON.date())

    wrong = client.post(
        address,
        data | {"critical": "7", "late_week": "1", "edition": draft.edition},
    )
    answer = client.post(
        address,
        data
        | {
            "edition": draft.edition,
            "floors-0-name": "Walkers",
            "floors-0-line": "0",
            "floors-0-classes": "pedestrian, cyclist",
            "floors-0-share": "2",
            "floors-0-accuracy": "99",
            "ladder-0-over": "4",
            "ladder-0-amount": "9,000",
            "remedy": "2",
            "late_week": "1.5",
            "late_most": "30",
            "late_grace": "3",
        },
    )

    assert wrong.status_code == 400
    assert "id_critical" in wrong.text
    assert 'href="#id_late_most"' in wrong.text
    assert answer.url == f"/quotes/{draft}/#clauses"
    draft = QuoteRevision.objects.get(pk=draft.pk)
    scenario = scenario_of(draft)
    made = estimate_of(scenario, today=NOON.date())
    assert made.cost.mean > before.cost.mean
    bench = client.get(f"/quotes/{draft}/").text
    assert "99 % of boxes of pedestrian and cyclist in every batch" in bench
    assert "What missed promises cost us" in bench
    assert "Target and floor bear it" in bench
    assert "all pass at the first try" in bench
    # Money back beyond what may be taken off, a floor we do not keep, fewer days.
    found = {one.code: one.text for one in out_of_policy(draft, today=NOON.date())}
    assert {"credits", "promise_not_held", "days"} <= set(found)
    assert found["days"] == (
        "Failed batches redone: 2 business days; the standard is 5."
    )
    assert found["credits"] in bench
    # Numbers are kept together with their units, by spaces that do not break.
    preview = client.get(f"/quotes/{draft}/preview").text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "credited: 9,000.00 USD if over 4 % of its sample are wrong" in preview
    assert "What we need from you" in preview
    assert (
        "credited: 1.5 % of the price of the lines for each week begun after 3 days of "
        "grace, at most 30 %" in preview
    )
    assert "Delivery: 11 days after the end of that week, 3 % of the price" in preview
    assert "Target and floor bear it" not in preview
    assert "redone free in 2 business days" in preview
    # The scope form stays a form, and what it saves keeps the promises.
    scope = client.get(f"/quotes/{draft}/scope")
    assert 'name="items"' in scope.text
    assert form_of(scenario.spec).floors[0][0].value() == "Walkers"
    assert form_of(scenario.spec).head["late_week"].value() == "1.5"


def test_promises_of_an_older_edition_and_of_a_sent_quote_are_refused(client, draft):
    address = f"/quotes/{draft}/promises"
    data = dict(client.get(address).context["page"].form.head.data)

    late = client.post(address, data | {"edition": draft.edition + 7})

    assert late.status_code == 409
    assert client.get("/quotes/PL-2026-9999-1/promises").status_code == 404
