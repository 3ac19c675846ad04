"""The schedule of a quote: its week is decided, its calendars stay as sent."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from quotes.calc.snapshot import canonical
from quotes.models import FrozenDocument
from quotes.queries.quotes import planned_as, scenario_of, workdays_of
from scoping.access import Role
from scoping.models import ChangedDay
from scoping.queries import workdays
from tests.factories import NOON, a_draft, a_membership
from tests.quotes.a_quote import a_sent_quote, quickly

pytestmark = pytest.mark.django_db


def body(response) -> str:
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(text.split())


@pytest.fixture
def draft(client):
    made = a_draft(items=20_000, start_on="2026-01-19", deadline="2026-03-06")
    member = a_membership(workspace=made.workspace, role=Role.SALES)
    client.force_login(member.user)
    return made


def test_the_week_is_decided_with_how_often_it_is_kept(client, draft):
    url = f"/quotes/{draft}/schedule"

    page = body(client.get(url))

    assert "suggested: kept eight times in ten or more" in page
    assert "the deadline" in page
    assert "frozen with the quote when it is sent" in page
    # Across Tet, in words; who meets the deadline, and what it costs.
    assert "Lunar New Year (Tet), 16 February to 20 February 2026" in page
    assert "A larger team" in page
    assert "Second shift" in page
    answer = client.post(
        f"{url}/week", {"day": "2026-04-01", "edition": draft.edition}, follow=True
    )
    draft.refresh_from_db()
    assert scenario_of(draft).promised_week == date(2026, 3, 30)
    assert "Week of 30 March 2026" in body(answer)
    client.post(f"{url}/week", {"week": "", "edition": draft.edition})
    assert scenario_of(draft).promised_week is None


def test_what_is_no_week_or_comes_late_is_refused_in_words(client, draft):
    url = f"/quotes/{draft}/schedule/week"

    for said in ("2026-13-01", "soon", "1026-01-01", "9999-12-31"):
        response = client.post(url, {"day": said, "edition": draft.edition})
        assert response.status_code == 400
        assert "Write the day as year-month-day" in body(response)
    late = client.post(url, {"day": "2026-04-01", "edition": draft.edition + 5})
    assert late.status_code == 409
    assert scenario_of(draft).promised_week is None
    assert client.get("/quotes/none-1/schedule").status_code == 404


def test_a_project_that_nobody_finishes_is_said_and_not_an_error(client, draft):
    scenario = scenario_of(draft)
    scenario.spec = scenario.spec | {"items": 9_000_000, "deadline": None}
    scenario.spec["team"] = scenario.spec["team"] | {"annotators": 1}
    scenario.save()

    assert "State more annotators" in body(client.get(f"/quotes/{draft}/schedule"))


def test_a_later_change_of_holidays_does_not_move_what_was_sent(client):
    with quickly():
        revision = a_sent_quote(items=20_000, start_on="2026-01-19").revision
    scenario = scenario_of(revision)
    before = workdays_of(revision).calendar("vn")
    ChangedDay.objects.create(
        workspace=revision.workspace,
        calendar="vn",
        day=date(2026, 3, 3),
        worked=False,
        reason="Typhoon",
    )

    made, days = planned_as(scenario, today=NOON.date())

    assert days.calendar("vn") == before
    assert days.calendar("vn").is_worked(date(2026, 3, 3))
    assert made.schedule.finish["p80"] >= date(2026, 2, 2)
    # Negative control: today's calendars of the workspace know of the change.
    assert not workdays(revision.workspace).calendar("vn").is_worked(date(2026, 3, 3))
    # Sent by an earlier release, which froze none: today's are used.
    body_ = json.loads(revision.documents.get(kind=FrozenDocument.INTERNAL).body)
    assert {one["key"] for one in body_["calendars"]} == {"us", "vn"}
    assert canonical(body_["calendars"])
    client.force_login(a_membership(workspace=revision.workspace, role=Role.SALES).user)
    page = body(client.get(f"/quotes/{revision}/schedule"))
    assert "were frozen with this quote" in page
    assert "Promise this week" not in page
