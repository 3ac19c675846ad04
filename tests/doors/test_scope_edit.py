"""The scope of a draft: a form on its workbench, saved whole, never over another's."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from quotes.actions.drafts import change_spec
from quotes.queries.quotes import scenario_of
from tests.factories import NOON
from tests.quotes.a_quote import a_desk, a_draft, a_sent_quote

pytestmark = pytest.mark.django_db


class Fields(HTMLParser):
    """What a browser would post of one form that nobody touched."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside, self.choice = form, False, ""
        self.said: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form
        if not self.inside:
            return
        if tag == "select":
            self.choice = found["name"]
        elif tag == "option" and "selected" in found:
            self.said[self.choice] = found["value"]
        elif tag == "input" and (found.get("type") != "checkbox" or "checked" in found):
            ticked = "on" if found.get("type") == "checkbox" else ""
            self.said[found["name"]] = found.get("value", ticked)

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "form"


@pytest.fixture
def draft(client):
    workspace, user = a_desk()
    client.force_login(user)
    return a_draft(workspace=workspace, by=user)


def form_on_bench(client, draft):
    page = Fields("scope-form")
    page.feed(client.get(f"/quotes/{draft}/").text)
    return page.said


def test_a_form_that_nobody_touched_changes_nothing_and_one_answer_changes_one(
    client, draft
):
    before = scenario_of(draft).spec
    form = form_on_bench(client, draft)

    client.post(f"/quotes/{draft}/scope", form)
    same = scenario_of(draft).spec
    form = form_on_bench(client, draft) | {"items": "120,000"}
    answer = client.post(f"/quotes/{draft}/scope", form)

    assert same == before
    assert answer.headers["Location"] == f"/quotes/{draft}/"
    assert scenario_of(draft).spec == before | {"items": 120_000}


def test_an_edit_that_was_overtaken_is_refused_and_keeps_what_was_typed(client, draft):
    form = form_on_bench(client, draft) | {"items": "120,000"}
    other = scenario_of(draft).spec | {"items": 90_000}
    change_spec(
        draft,
        other,
        edition=draft.edition,
        by=draft.created_by,
        role="sales",
        now=NOON,
    )

    refused = client.post(f"/quotes/{draft}/scope", form)

    page = Fields("scope-form")
    page.feed(refused.text)
    assert refused.status_code == 409
    assert "was changed meanwhile" in refused.text
    assert scenario_of(draft).spec["items"] == 90_000
    assert page.said["items"] == "120,000"
    assert "Against the saved draft" in refused.text

    client.post(f"/quotes/{draft}/scope", page.said)

    assert scenario_of(draft).spec["items"] == 120_000


def test_a_sent_scope_is_facts_and_its_form_leads_back(client, draft):
    a_sent_quote(draft)

    opened = client.get(f"/quotes/{draft}/scope")

    assert opened.headers["Location"] == f"/quotes/{draft}/"
    assert 'id="scope-form"' not in client.get(f"/quotes/{draft}/").text


def test_what_the_form_cannot_say_stays_facts_with_a_way_to_the_text(client, draft):
    scenario = scenario_of(draft)
    scenario.spec["lines"][0]["prelabel"] = {
        "share": "1",
        "recall": "0.9",
        "precision": "0.9",
        "no_fix_share": {"p10": "0.1", "p50": "0.2", "p90": "0.3"},
    }
    scenario.save()

    page = client.get(f"/quotes/{draft}/").text

    assert 'id="scope-form"' not in page
    assert "Change the scope" in page
