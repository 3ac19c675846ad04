"""The portfolio: roll-ups that follow the ledger, and a page that reads them alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.actions.actuals import ingest_file
from quotes.actions.gates import plan_batches
from quotes.actions.paid import ingest_paid
from quotes.actions.projects import import_project
from quotes.actions.role_rates import add_role_rates
from quotes.ingest.role_rates import read_rates
from quotes.ingest.work import Stated
from quotes.models import GateRollup, ProjectRollup, WorkRecord
from quotes.queries.rollups import differences
from scoping.access import Role
from tests.factories import NOON, a_client, a_membership, a_published_card, a_workspace
from tests.quotes.a_project import AT_CHECK, FAILS, a_batch, moved

pytestmark = pytest.mark.django_db

SPEC = {
    "name": "Streets",
    "items": 1000,
    "start_on": "2026-02-02",
    "quality": {"batch_items": 100},
    "lines": [{"type": "bounding_box", "units_per_item": 5}],
}
HEADER = (
    "batch,stage,annotation_type,clock,period_start,period_end,items,units_produced,"
    "units_passed,units_accepted,active_seconds,actor,site,role\n"
)
SPRING = NOON + timedelta(days=60)
PAID = "Date,Employee,Project,Hours\n2026-02-10,Hoa,,8\n"


def work(batch: str, seconds: int, *, day: int = 10, actor: str = "Hoa") -> str:
    return (
        f"{batch},label,bounding_box,label,2026-02-{day}T02:00:00Z,"
        f"2026-02-{day}T09:00:00Z,100,500,500,500,{seconds},{actor},vn,annotator\n"
    )


def a_project(workspace, slug="streets", **changes):
    fields = {"slug": slug, "start_on": None, "paid_clock": "label", "by": "test"}
    spec = SPEC | {"name": slug.capitalize()} | changes
    return import_project(spec, workspace=workspace, now=NOON, **fields)


def a_copy(project, **changes):
    """Store a project again, with its roll-ups, without estimating it again."""
    rows = [model.objects.get(project=project) for model in (ProjectRollup, GateRollup)]
    copy = type(project).objects.get(pk=project.pk)
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.pk = None
    copy.save(force_insert=True)
    for row in rows:
        row.pk, row.project = None, copy
        row.save(force_insert=True)
    return copy


def drop(project, *rows, name="x.csv", **changes):
    said = {"mapping": None, "by": None, "now": SPRING} | changes
    outcome = ingest_file(project, (HEADER + "".join(rows)).encode(), name=name, **said)
    assert outcome.state == "published", outcome.plan.refused


@pytest.fixture
def company():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    return workspace


@pytest.fixture(autouse=True)
def in_spring():
    with time_machine.travel(SPRING, tick=True):
        yield


@pytest.fixture
def manager(client, company):
    client.force_login(a_membership(workspace=company, role=Role.MANAGER).user)
    return client


def wrong(*projects):
    return [str(one) for project in projects for one in differences(project)]


def test_roll_ups_follow_every_door_that_moves_the_ledger(company):
    streets, shelves = a_project(company), a_project(company, "shelves")
    assert wrong(streets, shelves) == []

    drop(streets, work("b1", 9000), work("b2", 9000, day=11))
    drop(shelves, work("s1", 4000))
    assert wrong(streets, shelves) == []
    before = ProjectRollup.objects.get(project=streets)
    assert before.share_accepted == Decimal("0.2")

    drop(streets, work("b1", 12_000), name="again.csv", restate_reason="a late export")
    assert ProjectRollup.objects.get(project=streets).spent > before.spent
    assert wrong(streets, shelves) == []

    # The day is shared by two projects: paid time of one person moves both of them.
    stated = Stated(zone=streets.time_zone)
    _, state = ingest_paid(
        company, PAID.encode(), name="t.csv", stated=stated, by=None, now=SPRING
    )
    assert state == "published"
    assert wrong(streets, shelves) == []
    drop(shelves, work("s2", 5000), name="more.csv")
    assert wrong(streets, shelves) == []

    rate = dict.fromkeys(("pod", "team", "exchange"), "") | {
        "site": "vn",
        "role": "annotator",
        "valid_from": "2026-02-01",
        "hour_cost": "9.5",
        "currency": "USD",
        "source": "payroll",
    }
    spent = ProjectRollup.objects.get(project=streets).spent
    rates = read_rates([rate])
    assert rates.complaints == ()
    add_role_rates(rates.values, workspace=company, by=None, now=SPRING)
    assert ProjectRollup.objects.get(project=streets).spent != spent
    assert wrong(streets, shelves) == []


def test_gates_are_counted_where_batches_are_moved(company):
    project = a_project(company)
    plan_batches(project, by="Minh", role=Role.MANAGER, now=NOON)
    moved(a_batch(project), *AT_CHECK, ("decide", FAILS))

    row = GateRollup.objects.get(project=project)

    assert (row.batches, row.blocked, row.accepted) == (10, 1, 0)
    assert row.blocked_since == NOON.date()
    assert wrong(project) == []


def test_a_roll_up_that_differs_from_the_ledger_is_named_and_mended(company):
    project = a_project(company)
    drop(project, work("b1", 9000))
    ProjectRollup.objects.filter(project=project).update(at_risk=Decimal(77))
    GateRollup.objects.filter(project=project).delete()
    said = StringIO()

    with pytest.raises(CommandError, match="2 figures of 1 projects differ"):
        call_command("verify_rollups", stdout=said)

    assert "streets: at_risk is stored as 77" in said.getvalue()
    assert "streets: gate figures is stored as not known" in said.getvalue()
    call_command("verify_rollups", "--mend", stdout=StringIO())
    call_command("verify_rollups", stdout=said)
    assert "1 projects made from the ledger: none differs." in said.getvalue()


def test_an_entry_that_no_door_counted_is_found(company):
    project = a_project(company)
    drop(project, work("b1", 9000))
    row = WorkRecord.objects.get()
    row.pk, row.key, row.batch = None, "0" * 64, "b9"
    row.save(force_insert=True)

    assert any("entries is stored as 1 and made" in one for one in wrong(project))


def test_the_page_ranks_by_money_at_risk_and_says_who_needs_somebody(manager, company):
    calm, dear = a_project(company, "calm"), a_project(company, "dear")
    drop(calm, *(work(f"b{at}", 4000, day=10 + 6 * at) for at in range(3)))
    drop(dear, *(work(f"b{at}", 60_000, day=10 + at) for at in range(4)))
    a_project(company, "waiting")

    page = manager.get("/", follow=True).text

    assert page.index("Dear</bdi>") < page.index("Calm</bdi>")
    assert page.index("Calm</bdi>") < page.index("Waiting</bdi>")
    assert "above budget and reserve" in page
    assert "until 2026-02-22" in page.lower()
    assert page.count("<polyline") >= 3
    assert "Together, at the rates pinned on the quotes" in page
    assert 'aria-current="page">Projects</a>' in page
    row = ProjectRollup.objects.get(project=dear)
    assert row.at_risk > 0
    assert f"{row.at_risk:,.2f}" in page
    assert "The promised day is kept in fewer than 50 cases" in page


def test_filters_narrow_the_list_and_its_totals(manager, company):
    client = a_client(workspace=company, name="Acme Vision")
    other = a_project(company, "other", start_on="2026-01-19")
    a_copy(other, slug="ours", name="Ours", client=client)
    ProjectRollup.objects.filter(project=other).update(currency="EUR", site_rate=None)
    GateRollup.objects.filter(project=other).update(batches=2, accepted=2)

    for query, names in (
        ("", {"Ours"}),
        ("state=finished", {"Other"}),
        ("state=all", {"Ours", "Other"}),
        (f"state=all&client={client.pk}", {"Ours"}),
        ("state=all&currency=EUR", {"Other"}),
        ("state=all&alert=blocked", set()),
        ("alert=any", {"Ours"}),
        ("alert=overdue", {"Ours"}),
        ("state=all&client=abc&currency=XYZ&alert=no&from=x", {"Ours", "Other"}),
        ("state=all&from=9", set()),
    ):
        page = manager.get(f"/portfolio/?{query}").text
        found = {name for name in ("Ours", "Other") if f"{name}</bdi>" in page}
        assert found == names, query
    assert "At risk by currency" in manager.get("/portfolio/?state=all").text


def test_an_empty_portfolio_says_how_a_project_begins(manager):
    assert "when a client accepts a quote" in manager.get("/portfolio/").text


def test_projects_without_a_roll_up_are_counted_and_not_hidden(manager, company):
    project = a_project(company)
    ProjectRollup.objects.filter(project=project).delete()

    page = manager.get("/portfolio/").text

    assert "1 project is not in this list" in page


def test_the_page_asks_as_often_for_nine_projects_as_for_one(manager, company):
    first = a_project(company)
    with CaptureQueriesContext(connection) as one:
        manager.get("/portfolio/")
    for at in range(8):
        a_copy(first, slug=f"copy-{at}")
    with CaptureQueriesContext(connection) as nine:
        page = manager.get("/portfolio/").text

    assert "Running 9" in page
    assert len(nine) == len(one)


def test_sales_and_clients_have_no_portfolio(client, company):
    client.force_login(a_membership(workspace=company, role=Role.SALES).user)

    assert client.get("/portfolio/").status_code == 403
    assert client.get("/").url == "/quotes/"
