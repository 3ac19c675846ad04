"""Change orders and draws on the reserve: the first plan stays, both are shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.changes import Agreed, order_change
from quotes.actions.gates import plan_batches
from quotes.calc.change import Change
from quotes.queries.actuals import comparison
from quotes.queries.rollups import differences
from scoping.access import Role
from scoping.audit import first_broken
from scoping.models import AuditEntry
from scoping.queries import workdays
from tests.factories import NOON, a_membership
from tests.quotes.a_project import a_project

pytestmark = pytest.mark.django_db

AT = "/projects/streets/plan/"
ASKED = {
    "effective": "2026-02-16",
    "units_0": "9,000",
    "lost_days": "2",
    "why": "Images hold more boxes than the sample showed.",
    "clause": "Assumption 3",
}
WORD = {"client_word": "Go on at the same price a box.", "client_name": "Dana Reyes"}


@pytest.fixture
def manager(client):
    project = a_project()
    client.project = project
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    client.force_login(user)
    return client


def test_a_change_order_rebases_the_plan_and_keeps_the_first(manager):
    project = manager.project
    first = dict(project.baseline.document)

    refused = manager.post(f"{AT}change", ASKED)
    assert refused.status_code == 400
    assert "Write what the client said to it" in refused.text
    assert "Images hold more boxes" in refused.text

    made = manager.post(f"{AT}change", ASKED | WORD, follow=True)

    assert "Change order 1 is recorded." in made.text
    order = models.ChangeOrder.objects.get()
    assert order.price_change > 0
    assert (order.number, order.client_name) == (1, "Dana Reyes")
    project.baseline.refresh_from_db()
    assert project.baseline.document == first
    page = manager.get(AT).text
    assert "6,000" in page
    assert "9,000" in page
    assert "+3,000" in page
    assert "Go on at the same price a box." in page
    assert "Assumption 3" in page
    # Six batches of 100 more images, because boxes and images go together.
    keys = project.batches.values_list("key", flat=True)
    assert [*keys][-1] == "batch 018"
    assert list(differences(project)) == []
    entry = AuditEntry.objects.filter(action="order_change").get()
    assert entry.before_digest != entry.after_digest
    assert first_broken(project.workspace) is None


def test_reports_as_known_before_a_change_keep_their_plan(manager):
    project = manager.project
    change = Change(effective=NOON.date() + timedelta(days=40), lost_days=5)
    before = comparison(project, as_of=NOON + timedelta(days=1))
    order_change(
        project,
        change,
        Agreed(why="Data came late."),
        by="Minh",
        role=Role.MANAGER,
        now=NOON + timedelta(days=2),
    )

    assert comparison(project, as_of=NOON + timedelta(days=1)) == before
    now = comparison(project)
    assert now["plan"]["first"] == before["plan"]["first"]


def test_the_reserve_is_drawn_with_a_reason_and_never_beyond_what_is_there(manager):
    for said, status, says in (
        ({"amount": "10", "draw_why": ""}, 400, "what the reserve is used for"),
        ({"amount": "0", "draw_why": "x"}, 400, "above 0"),
        ({"amount": "1.234", "draw_why": "x"}, 400, "whole coins"),
        ({"amount": "much", "draw_why": "x"}, 400, "as a number"),
        ({"amount": "99999999", "draw_why": "x"}, 409, "needs a change order"),
    ):
        answer = manager.post(f"{AT}draw", said)
        assert (answer.status_code, says in answer.text) == (status, True), said
    assert not models.ReserveDraw.objects.exists()

    made = manager.post(
        f"{AT}draw", {"amount": "12.50", "draw_why": "A second review."}, follow=True
    )

    assert "A second review." in made.text
    assert "12.50" in made.text
    assert AuditEntry.objects.filter(action="draw_reserve").count() == 1


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"effective": ""}, "from which day"),
        ({"effective": "soon"}, "as a day"),
        ({"units_0": "many"}, "as a whole number"),
        ({"price": "1e5"}, "as a number"),
        ({"price": "9999999999999999"}, "an amount below"),
        ({"cost": "9999999999999999"}, "an amount below"),
        ({"price": "0.001"}, "in whole coins of USD"),
        ({"units_0": "", "price": "-9999999"}, "below 0"),
        ({"why": " "}, "why the plan changes"),
        ({"why": "x" * 501}, "at most 500 characters"),
        ({"effective": "2020-01-01"}, "not earlier"),
        ({"units_0": "", "lost_days": ""}, "Nothing differs"),
    ],
)
def test_what_is_typed_wrong_is_said_and_changes_nothing(manager, said, says):
    answer = manager.post(f"{AT}change", ASKED | WORD | said)

    assert answer.status_code == 400
    assert says in answer.text
    assert not models.ChangeOrder.objects.exists()


def test_an_order_on_a_plan_of_before_is_refused_and_does_not_undo_the_newer(manager):
    page = manager.get(AT).text
    assert page.count('name="seen" value="0"') == 2
    assert manager.post(f"{AT}change", ASKED | WORD | {"seen": "0"}).status_code == 302

    # The same again is a double click; the other was typed on the page of before.
    for said in (ASKED, {"effective": "2026-02-16", "units_0": "6,000", "why": "x"}):
        late = manager.post(f"{AT}change", said | WORD | {"seen": "0"})
        assert late.status_code == 409
        assert "The plan was changed meanwhile." in late.text
        assert 'name="units_0" value="9000"' in late.text
        assert WORD["client_word"] in late.text
    assert manager.post(f"{AT}change", ASKED | WORD | {"seen": "x"}).status_code == 409
    assert models.ChangeOrder.objects.get().document["lines"][0]["units"] == 9000

    draw = {"amount": "5", "draw_why": "rework", "seen": "0"}
    answers = [manager.post(f"{AT}draw", draw).status_code for _ in range(2)]
    assert answers == [302, 409]
    assert models.ReserveDraw.objects.count() == 1


def test_a_promised_week_is_put_off_by_the_clients_word_alone(manager):
    plan = manager.project.baseline.document
    assert "delivery" in {one["key"] for one in plan["clauses"]}
    promised = date.fromisoformat(plan["promised"])
    asked = {"effective": "2026-02-16", "why": "Later.", "seen": "0"}
    later = asked | {"promised": f"{promised + timedelta(days=14)}"}

    refused = manager.post(f"{AT}change", later)
    assert refused.status_code == 400
    assert "puts off the week that the quote promises" in refused.text
    assert manager.post(f"{AT}change", later | WORD).status_code == 302
    sooner = asked | {"promised": f"{promised}", "seen": "1"}
    assert manager.post(f"{AT}change", sooner).status_code == 302


def test_batches_are_laid_out_by_the_plan_that_holds_not_by_the_first():
    project = a_project(laid_out=False)
    change = Change(effective=NOON.date() + timedelta(days=40), units={0: 9000})
    agreed = Agreed(why="More.", client_word="Yes.", client_name="Dana Reyes")
    order_change(project, change, agreed, by="Minh", role=Role.MANAGER, now=NOON)

    found = plan_batches(project, by="Minh", role=Role.MANAGER, now=NOON)

    # 9,000 boxes at 5 an image are 1,800 images; the first plan had 1,200.
    assert sum(one.items for one in found) == 1800
    assert {one.items for one in found} == {100}


def test_orders_and_draws_are_final_and_the_database_knows_it(manager):
    manager.post(f"{AT}change", ASKED | WORD)
    manager.post(f"{AT}draw", {"amount": "5", "draw_why": "rework"})
    order, draw = models.ChangeOrder.objects.get(), models.ReserveDraw.objects.get()

    for rows, change in (
        (models.ChangeOrder.objects.filter(pk=order.pk), {"why": "other"}),
        (models.ReserveDraw.objects.filter(pk=draw.pk), {"amount": 1}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    order.pk, order.number, order.client_word = None, 2, ""
    with pytest.raises(DatabaseError), transaction.atomic():
        order.save(force_insert=True)


def test_who_may_not_change_a_plan_is_refused_below_the_door_too():
    with pytest.raises(RefusedError, match="may not change a plan"):
        order_change(
            models.Project(),
            Change(effective=NOON.date()),
            Agreed(why="x"),
            by="Sam",
            role=Role.SALES,
            now=NOON,
        )


def test_a_delay_is_logged_with_its_owner_and_ends_once(manager):
    asked = {
        "owner": "client",
        "begun": "2026-02-16",
        "delay_why": "The second half of the images is not there.",
        "delay_clause": "Data by 16 February",
    }
    with time_machine.travel(datetime(2026, 2, 25, 12, tzinfo=UTC), tick=True):
        manager.force_login(
            a_membership(workspace=manager.project.workspace, role=Role.MANAGER).user
        )
        for said, says in (
            ({"owner": "them"}, "whose delay"),
            ({"begun": "2026-02-27"}, "to today"),
            ({"begun": ""}, "since which day"),
            ({"delay_why": " "}, "what the project waits for"),
        ):
            answer = manager.post(f"{AT}delay", asked | said)
            assert (answer.status_code, says in answer.text) == (400, True), said
        page = manager.post(f"{AT}delay", asked, follow=True).text
        assert "The second half of the images is not there." in page
        # 16 to 25 February: Tet takes the first of its working days.
        row = models.Delay.objects.get()
        assert f"{_worked(row, 25)} working day" in page
        wrong = manager.post(f"{AT}delay/1/end", {"through": "2026-02-01"})
        assert wrong.status_code == 400
        page = manager.post(f"{AT}delay/1/end", {"through": "2026-02-24"}, follow=True)
        assert "24 February 2026" in page.text
        assert f"working days: the client {_worked(row, 24)}" in page.text
        again = manager.post(f"{AT}delay/1/end", {"through": "2026-02-25"})
        assert again.status_code == 409
        assert manager.post(f"{AT}delay/7/end", {}).status_code == 404
    actions = AuditEntry.objects.filter(action__endswith="_delay")
    assert [one.action for one in actions.order_by("seq")] == [
        "record_delay",
        "end_delay",
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        models.Delay.objects.filter(pk=row.pk).update(owner="us")
    with pytest.raises(DatabaseError), transaction.atomic():
        models.DelayEnd.objects.all().delete()


def _worked(delay, through: int) -> int:
    """Count the working days one by one, weekends and holidays left out."""
    calendar = workdays(delay.workspace).calendar("vn")
    days = (date(2026, 2, number) for number in range(delay.begun.day, through + 1))
    return sum(calendar.is_worked(day) for day in days)
