"""Month-end packs of a generated quarter: they tie to payroll and to one another."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from python_calamine import CalamineWorkbook

from quotes.actions import RefusedError
from quotes.actions.actuals import ingest_file
from quotes.actions.changes import Agreed, order_change
from quotes.actions.gates import plan_batches
from quotes.actions.month_packs import give_out
from quotes.actions.paid import ingest_paid
from quotes.calc.change import Change
from quotes.calc.month_pack import month_before, month_pack
from quotes.generator.rollup import Export, as_csv, work_records
from quotes.ingest.work import Stated
from quotes.jobs.pack_sheets import pack_sheet, sheets
from quotes.jobs.packs import pack_of_month
from quotes.models import Job, MonthPack, PaidRecord, WorkRecord
from quotes.queries.month_packs import last_day, month_of
from quotes.queries.paid import current_paid
from scoping.access import Role
from scoping.audit import first_broken
from scoping.models import Membership, User
from tests.doors.test_jobs import work as work_on_jobs
from tests.doors.test_portfolio import SPRING, drop, work
from tests.doors.test_portfolio import a_project as a_project_of
from tests.factories import NOON, a_membership, a_published_card, a_workspace
from tests.generator.truths import a_project as generated
from tests.quotes.a_project import WAYS, a_batch, moved

pytestmark = pytest.mark.django_db
D = Decimal
MONTHS = ("2026-02", "2026-03", "2026-04")
AT = "/month-packs/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def soon_after(month: str) -> datetime:
    end = last_day(month) + timedelta(days=3)
    return datetime(end.year, end.month, end.day, 8, tzinfo=UTC)


class Company:
    """A company in a generated quarter: two projects of one crew, and its payroll."""

    def __init__(self, django_client):
        self.client = django_client
        self.workspace = a_workspace()
        a_published_card(workspace=self.workspace)
        user = a_membership(workspace=self.workspace, role=Role.MANAGER).user
        django_client.force_login(user)
        self.projects = [
            a_project_of(self.workspace, slug, items=2000) for slug in ("cars", "birds")
        ]
        self.events = [
            generated(
                seed,
                batches=6,
                items_per_batch=40,
                start=datetime(2026, 2, 9 + seed, tzinfo=UTC).date(),
                annotators=2,
                reviewers=1,
                acceptance_days=9,
            )
            for seed in (1, 2)
        ]
        self.chance = Random(5)
        self.payroll: dict[str, int] = {}

    def drop(self, month: str, *, restate: str = "a later export") -> None:
        until = soon_after(month)
        for project, events in zip(self.projects, self.events, strict=True):
            end = datetime.combine(
                last_day(month) + timedelta(days=1), datetime.min.time(), UTC
            )
            export = Export(annotation_type="bounding_box", as_of=end)
            rows = work_records(events, export=export)
            if rows:
                ingest_file(
                    project,
                    as_csv(rows).encode(),
                    name=f"{project.slug} {month}.csv",
                    mapping=None,
                    by=None,
                    now=until,
                    restate_reason=restate,
                )

    def pay(self, month: str) -> None:
        """Pay everybody who was seen in a month, and somebody whom no tool saw."""
        days = {
            (actor, start.date())
            for actor, start in WorkRecord.objects.filter(
                workspace=self.workspace, period_start__isnull=False
            ).values_list("actor", "period_start")
            if start is not None and f"{start:%Y-%m}" == month
        }
        people = sorted({who for who, _ in days} | {"Office"})
        sheet = ["Date,Employee,Project,Hours,Overtime hours"]
        sheet += [
            f"{day},{who},,9,{1 if day.day % 2 else 0}" for who, day in sorted(days)
        ]
        wages = ["Month,Employee,Total cost,Currency"]
        for who in people:
            amount = self.chance.randrange(9_000_000, 15_000_000)
            self.payroll[month] = self.payroll.get(month, 0) + amount
            wages.append(f"{month},{who},{amount},VND")
        for name, rows in (("sheet", sheet), ("wages", wages)):
            if len(rows) > 1:
                self.paid(f"{name} {month}.csv", rows, at=soon_after(month))

    def paid(self, name: str, rows: list[str], *, at: datetime, why: str = "") -> None:
        plan, state = ingest_paid(
            self.workspace,
            "\n".join(rows).encode(),
            name=name,
            stated=Stated(zone="UTC"),
            by=None,
            now=at,
            restate_reason=why,
        )
        assert state == "published", plan.refused

    def correct(self, month: str) -> dict[tuple[str, str], int]:
        """Pay wages of earlier months otherwise; return by how much, by whose.

        Two at random, and the office's of the month before, which no tool saw.
        """
        earlier = {
            (row.month, row.person): int(row.amount or 0)
            for row in current_paid(self.workspace).values()
            if row.what == PaidRecord.WAGE and row.month < month
        }
        if not earlier:
            return {}
        office = (month_before(month), "Office")
        others = sorted({*earlier} - {office})
        chosen = [office, *self.chance.sample(others, min(2, len(others)))]
        moved = {
            key: self.chance.choice((-1, 1)) * self.chance.randrange(1, 900_000)
            for key in chosen
        }
        rows = [
            f"{at},{who},{earlier[at, who] + moved[at, who]},VND" for at, who in chosen
        ]
        self.paid(
            f"correction {month}.csv",
            ["Month,Employee,Total cost,Currency", *rows],
            at=soon_after(month),
            why="a bonus was forgotten",
        )
        return moved

    def give_out(self, month: str, holdback: str = "5") -> dict[str, Any]:
        with time_machine.travel(soon_after(month) + timedelta(hours=1), tick=True):
            self.client.force_login(
                a_membership(workspace=self.workspace, role=Role.MANAGER).user
            )
            answer = self.client.post(
                f"{AT}give-out",
                {"month": month, "holdback": holdback, "why": "contract, 7"},
            )
            assert answer.status_code == 302, answer.text
        found: dict[str, Any] = json.loads(MonthPack.objects.get(month=month).body)
        return found


@pytest.fixture
def company(client, monkeypatch):
    # What is printed is a test of its own; here it takes a second for each pack.
    monkeypatch.setattr("quotes.pdf.render", lambda html, **_: html.encode())
    with time_machine.travel(datetime(2026, 1, 5, 12, tzinfo=UTC), tick=True):
        return Company(client)


def carried(figure):
    return {name: D(value) for name, value in figure.items()}


def test_a_generated_quarter_ties_to_payroll_and_to_the_pack_before(company):
    packs, restated = {}, {}
    for month in MONTHS:
        company.drop(month)
        company.pay(month)
        restated[month] = company.correct(month)
        packs[month] = company.give_out(month)

    for month, pack in packs.items():
        assert all(one["holds"] for one in pack["ties"]), pack["ties"]
        # Against what was paid by the test itself, to the dong.
        paid = carried(pack["payroll"]["VND"])
        assert paid["month"] == company.payroll[month]
        # What was paid otherwise than told is listed, each amount, and adds up to it.
        assert paid["restated"] == sum(restated[month].values())
        wages = [one for one in pack["restatements"] if one["currency"] == "VND"]
        assert sum(D(one["difference"]) for one in wages) == paid["restated"]
        if restated[month]:
            assert "Bench" in {one["who"] for one in wages}
        labour = sum(
            D(pack["labour_totals"]["VND"][name]["month"])
            for name in ("labour", "overtime")
        )
        assert labour == company.payroll[month]
    assert any(
        D(one["pay"]["VND"]["overtime"]["month"]) > 0
        for one in packs["2026-02"]["projects"]
    )
    march = packs["2026-03"]
    assert len(restated["2026-04"]) == 3
    assert any("a bonus was forgotten" in text for text in march["late"])
    april = packs["2026-04"]
    # Units and money a second time, from the generator alone.
    for project, events in zip(company.projects, company.events, strict=True):
        one = next(row for row in april["projects"] if row["slug"] == project.slug)
        line = project.baseline.document["lines"][0]
        end = datetime(2026, 5, 1, tzinfo=UTC)
        units = sum(
            outcome.units
            for outcome in events.outcomes
            if outcome.released and outcome.at + timedelta(days=9) <= end
        )
        assert units > 0
        whole = D(units) * D(line["tiers"][0]["unit_price"]) * D(line["kept"])
        cents = whole.quantize(D("0.01"), "ROUND_HALF_UP")
        assert D(one["figures"]["revenue"]["closing"]) == cents
        told = [pack["projects"] for pack in packs.values()]
        stated = sum(
            D(row["amount"])
            for rows in told
            for own in rows
            if own["slug"] == project.slug
            for row in own["statement"]
        )
        assert stated == cents
        held = (cents * D("0.05")).quantize(D("0.01"), "ROUND_HALF_UP")
        due = D(one["figures"]["credits"]["closing"])
        assert D(one["figures"]["invoiceable"]["closing"]) == cents - held - due
    assert first_broken(company.workspace) is None


def test_a_pack_is_taken_again_byte_for_byte_whatever_came_since(company):
    company.drop("2026-02")
    company.pay("2026-02")
    company.give_out("2026-02")
    with time_machine.travel(soon_after("2026-02") + timedelta(hours=2), tick=True):
        again_after(company)
    row = MonthPack.objects.filter(month="2026-02")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.update(body="{}")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def again_after(company):
    """Take the files of a pack, let another month come in, and take them again."""
    get = company.client.get
    files = {kind: get(f"{AT}2026-02/pack.{kind}") for kind in ("xlsx", "pdf")}
    page = TOKEN.sub("", get(f"{AT}2026-02/").text)

    company.drop("2026-03")
    company.pay("2026-03")

    assert TOKEN.sub("", get(f"{AT}2026-02/").text) == page
    for kind, answer in files.items():
        again = get(f"{AT}2026-02/pack.{kind}")
        assert (again.content, again.status_code) == (answer.content, 200)
    book = CalamineWorkbook.from_filelike(BytesIO(files["xlsx"].content))
    rows = book.get_sheet_by_name("Pack 2026-02").to_python()
    pack = json.loads(MonthPack.objects.get().body)
    paid = next(row for row in rows if row[0] == "Payroll")
    assert D(str(paid[6])) == D(pack["payroll"]["VND"]["month"])
    assert get(f"{AT}2026-02/pack.doc").status_code == 404
    assert get(f"{AT}2026-03/").status_code == 404


def test_a_pack_is_looked_at_first_and_given_out_once(company):
    at = soon_after("2026-02") + timedelta(hours=1)
    with time_machine.travel(at, tick=True):
        get, post = company.client.get, company.client.post
        company.client.force_login(
            a_membership(workspace=company.workspace, role=Role.MANAGER).user
        )
        assert "None yet" in get(AT).text
        assert 'value="2026-02"' in get(AT).text
        seen = get(f"{AT}?month=2026-02").text
        assert "February 2026, not given out" in seen
        assert "the client has not confirmed any batch" in seen
        assert not MonthPack.objects.exists()
        for said, status, says in (
            ({"month": "2026-3"}, 400, "Write a month as 2026-03"),
            ({"month": "2026-02", "holdback": "60"}, 400, "0 to 50"),
            ({"month": "2026-02", "holdback": "much"}, 400, "0 to 50"),
            ({"month": "2026-02", "holdback": "5"}, 400, "Say on what ground 5"),
            ({"month": "2026-03"}, 409, "not over yet"),
        ):
            answer = post(f"{AT}give-out", said)
            assert (answer.status_code, says in answer.text) == (status, True), said
        assert get(f"{AT}?month=soon").status_code == 400
        assert post(f"{AT}give-out", {"month": "2026-02"}).status_code == 302
        again = post(f"{AT}give-out", {"month": "2026-02"})
        assert again.status_code == 409
        assert "stands in the next one" in " ".join(again.text.split())
        assert 'value="2026-01"' not in get(AT).text


def test_the_quotes_holdback_is_in_pack_and_statement_and_released_at_the_end():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    project = a_project_of(workspace, items=100, commercial={"holdback": "0.1"})
    plan_batches(project, by="test", role=Role.MANAGER, now=NOON)
    drop(project, work("b1", 9_000))

    pack = pack_of_month(workspace, "2026-02", holdback_share=D("0.05"), now=SPRING)

    (one,) = pack["projects"]
    figures = one["figures"]
    earned = D(figures["revenue"]["closing"])
    assert earned > 0
    assert D(figures["holdback"]["closing"]) == earned / 10
    (part,) = pack_sheet(pack).projects
    assert part.statement_held == f"\N{MINUS SIGN}{earned / 10:,.2f}"
    assert part.statement_due == f"{earned * D('0.9'):,.2f}"
    assert dict(part.beside)["Held back of each invoice"].endswith("as the quote says")
    invoiced = sheets(pack)[1][2][-1]
    assert invoiced[1] == "To invoice, before credits"
    assert invoiced[-1] == earned * D("0.9")
    for number in range(project.batches.count()):
        moved(a_batch(project, number), *WAYS["accepted"])
    over = pack_of_month(workspace, "2026-02", holdback_share=D(0), now=SPRING)
    assert D(over["projects"][0]["figures"]["holdback"]["closing"]) == 0
    (part,) = pack_sheet(over).projects
    assert "every batch is accepted" in dict(part.beside)["Held back of each invoice"]


def test_a_change_order_after_the_end_brings_no_holdback_back():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    # Three batches of 100 images; work on all of them in February.
    quote = {"commercial": {"holdback": "0.1"}, "quality": {"batch_items": 100}}
    project = a_project_of(workspace, items=300, **quote)
    plan_batches(project, by="test", role=Role.MANAGER, now=NOON)
    for number in range(3):
        drop(project, work(f"b{number}", 9_000), name=f"{number}.csv")
        moved(a_batch(project, number), *WAYS["accepted"])
    first = packed(workspace, "2026-02", at=SPRING)
    earned = D(first["projects"][0]["figures"]["revenue"]["closing"])
    assert earned > 0
    assert D(first["projects"][0]["figures"]["holdback"]["closing"]) == 0
    assert given_out(workspace, first, at=SPRING) == ""
    ordered = SPRING + timedelta(days=5)

    order_change(
        project,
        Change(effective=ordered.date(), units={0: 2000}),
        Agreed(why="more streets", client_word="Yes.", client_name="Ada Byron"),
        by="Minh",
        role=Role.MANAGER,
        now=ordered,
    )

    assert project.batches.count() > 3
    april = datetime(2026, 4, 2, tzinfo=UTC)
    march = packed(workspace, "2026-03", at=april)
    (one,) = march["projects"]
    assert {key: D(at) for key, at in one["figures"]["holdback"].items()} == {
        "opening": 0,
        "restated": 0,
        "month": 0,
        "closing": 0,
    }
    assert march["restatements"] == []
    assert one["holdback"]["over"] is False
    (part,) = pack_sheet(march).projects
    said = dict(part.beside)["Held back of each invoice"]
    assert said.endswith(f"; not of {earned:,.2f}, let go before")
    # What was known before the order knows nothing of its batches.
    before = packed(workspace, "2026-03", at=ordered - timedelta(hours=1))
    assert before["projects"][0]["holdback"]["over"] is True
    # Work of the order is held back of: a tenth of what it earns.
    drop(
        project,
        work("b3", 9_000, day=20).replace("2026-02", "2026-03"),
        name="3.csv",
        now=april - timedelta(days=1),
    )
    held = packed(workspace, "2026-03", at=april)["projects"][0]["figures"]
    assert D(held["revenue"]["month"]) > 0
    assert D(held["holdback"]["month"]) == D(held["revenue"]["month"]) / 10


def packed(workspace, month, *, at):
    return month_pack(month_of(workspace, month, holdback_share=D(0), known_until=at))


def given_out(workspace, pack, *, at):
    """Give out a pack; return the code of the refusal, empty where it was."""
    doing: dict[str, Any] = {"by": "Minh", "role": Role.MANAGER, "now": at}
    try:
        give_out(workspace, pack, xlsx=b"x", pdf=b"", **doing)
    except RefusedError as error:
        return error.code
    return ""


def test_a_pack_follows_on_the_newest_one_as_that_closed():
    workspace, at = a_workspace(), datetime(2026, 4, 2, tzinfo=UTC)
    march = packed(workspace, "2026-03", at=at)

    assert given_out(workspace, packed(workspace, "2026-01", at=at), at=at) == ""
    assert given_out(workspace, march, at=at) == "month_skipped"
    assert given_out(workspace, packed(workspace, "2026-02", at=at), at=at) == ""
    # Made before February was given out: it does not open as February closed.
    assert given_out(workspace, march, at=at) == "stale_version"
    assert given_out(workspace, packed(workspace, "2026-03", at=at), at=at) == ""
    assert MonthPack.objects.count() == 3


@pytest.mark.parametrize(
    ("zone", "at", "code"),
    [
        ("Asia/Ho_Chi_Minh", datetime(2026, 2, 28, 18, tzinfo=UTC), ""),
        ("America/Los_Angeles", datetime(2026, 3, 1, 2, tzinfo=UTC), "month_open"),
    ],
)
def test_a_month_is_over_when_it_is_over_where_the_company_is(zone, at, code):
    workspace = a_workspace()
    workspace.timezone = zone
    workspace.save()

    assert given_out(workspace, packed(workspace, "2026-02", at=at), at=at) == code


def test_two_projects_of_one_name_have_the_labour_of_each_its_own():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    north, south = (
        a_project_of(workspace, slug, name="Streets") for slug in ("north", "south")
    )
    # Two hours in one, one in the other: of 9,000,000 two thirds and one third.
    for project, seconds in ((north, 7200), (south, 3600)):
        drop(project, work("b1", seconds))
    pay: dict[str, Any] = {"stated": Stated(zone="UTC"), "by": None, "now": SPRING}
    for text in (
        "Date,Employee,Project,Hours\n2026-02-10,Hoa,,9\n",
        "Month,Employee,Total cost,Currency\n2026-02,Hoa,9000000,VND\n",
    ):
        ingest_paid(workspace, text.encode(), name=text[:5], **pay)

    pack = packed(workspace, "2026-02", at=SPRING + timedelta(days=1))

    found = {
        one["slug"]: D(one["pay"]["VND"]["labour"]["month"]) for one in pack["projects"]
    }
    assert found == {"north": 6_000_000, "south": 3_000_000}
    assert all(one["holds"] for one in pack["ties"]), pack["ties"]


def test_a_pack_prints(client):
    with time_machine.travel(datetime(2026, 3, 4, tzinfo=UTC), tick=True):
        workspace = a_workspace()
        client.force_login(a_membership(workspace=workspace, role=Role.ADMIN).user)
        client.post(f"{AT}give-out", {"month": "2026-02"})
        body = client.get(f"{AT}2026-02/pack.pdf").content

    assert body.startswith(b"%PDF")


def test_sales_may_neither_see_nor_give_out_a_pack(client):
    client.force_login(a_membership(workspace=a_workspace(), role=Role.SALES).user)

    assert client.get(AT).status_code == 403
    assert client.post(f"{AT}give-out", {"month": "2026-02"}).status_code == 403


def test_the_pack_of_many_projects_is_given_out_as_a_job_once(client, monkeypatch):
    monkeypatch.setattr("quotes.jobs.pack_jobs.MANY_PROJECTS", 0)
    monkeypatch.setattr("quotes.pdf.render", lambda html, **_: html.encode())
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    a_project_of(workspace)
    user = a_membership(workspace=workspace, role=Role.MANAGER).user
    client.force_login(user)

    def give(month: str) -> Any:
        return client.post(f"{AT}give-out", {"month": month})

    with time_machine.travel(SPRING, tick=False):
        assert give("soon").status_code == 400
        first, again = give("2026-02"), give("2026-02")
        job = Job.objects.get()
        assert first.headers["Location"] == f"/jobs/{job.pk}/"
        assert again.headers["Location"] == f"/jobs/{job.pk}/"
        assert MonthPack.objects.count() == 0
        work_on_jobs()
        done = client.get(f"/jobs/{job.pk}/").text
        assert f'href="{AT}2026-02/"' in done
        assert "The pack of February 2026 is given out." in done
        assert MonthPack.objects.get().by == str(user)
        # A worker that died after it was given out: nothing is given out twice.
        Job.objects.update(state="waiting", ended_at=None, result=None)
        work_on_jobs()
        assert Job.objects.get().state == "done"
        # Neither is it called cancelled, where somebody did that too late.
        Job.objects.update(
            state="running", until=SPRING, ended_at=None, stop_asked=True
        )
        work_on_jobs()
        assert Job.objects.get().state == "done"
        # What is refused, and who lost the right meanwhile, is a sentence of the job.
        for month, says in (("2026-01", "was given out"), ("2026-03", "not over yet")):
            give(month)
            work_on_jobs()
            assert says in Job.objects.order_by("-pk")[0].message
        give("2026-02")
        Membership.objects.filter(user=user).update(role=Role.SALES)
        work_on_jobs()
        assert "may not do this any more" in Job.objects.order_by("-pk")[0].message
    assert MonthPack.objects.count() == 1


def test_who_has_left_while_it_is_added_up_gives_out_nothing(client, monkeypatch):
    monkeypatch.setattr("quotes.jobs.pack_jobs.MANY_PROJECTS", 0)
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    a_project_of(workspace)
    user = a_membership(workspace=workspace, role=Role.MANAGER).user
    client.force_login(user)

    def meanwhile(*args: Any, **said: Any) -> Any:
        User.objects.filter(pk=user.pk).update(is_active=False)
        return pack_of_month(*args, **said)

    monkeypatch.setattr("quotes.jobs.pack_jobs.pack_of_month", meanwhile)
    with time_machine.travel(SPRING, tick=False):
        client.post(f"{AT}give-out", {"month": "2026-02"})
        work_on_jobs()

    assert Job.objects.get().state == "failed"
    assert MonthPack.objects.count() == 0
