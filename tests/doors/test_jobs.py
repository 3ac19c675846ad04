"""The pages of long work, and a long grid from its upload to its saved scopes."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from quotes.actions.jobs import start_job, take_job
from quotes.jobs.grids import GONE, SCOPES
from quotes.models import Job
from quotes.web.rfq import AT_ONCE
from scoping.access import Role
from scoping.models import RateCard, Scope
from tests.doors.test_public_form import words_of
from tests.doors.test_rfq import ADDRESS, upload
from tests.factories import NOON, a_membership, a_published_card, a_workspace

pytestmark = pytest.mark.django_db
LONG = AT_ONCE + 20


@pytest.fixture
def seller(client):
    workspace = a_workspace(name="Northline")
    a_published_card(workspace=workspace)
    client.user = a_membership(workspace=workspace, role=Role.SALES).user
    client.force_login(client.user)
    with time_machine.travel(NOON, tick=False):
        yield client


def long_grid(rows=LONG):
    # Every tenth row is one that nobody can answer.
    lines = [
        f"Row {place},{'sorcery' if place % 10 == 0 else 'boxes'},{place},5"
        for place in range(1, rows + 1)
    ]
    return "\n".join(["name,type,volume,objects", *lines]).encode()


def work():
    out = StringIO()
    call_command("work", stdout=out)
    return out.getvalue()


def test_a_long_grid_is_a_job_from_its_upload_to_its_saved_scopes(seller):
    response = upload(seller, long_grid(), name="long.csv")

    job = Job.objects.get()
    address = response.headers["Location"]
    assert address == f"/jobs/{job.pk}/"
    waiting = seller.get(address)
    assert f"Answer {LONG} rows of long.csv" in waiting.text
    assert "Waiting" in waiting.text
    assert '<meta http-equiv="refresh"' in waiting.text
    assert seller.get(f"{ADDRESS}?job={job.pk}").status_code == 404

    assert work() == "1 jobs ended.\n"

    done = seller.get(address)
    assert "108 of 120 rows answered." in done.text
    assert '<meta http-equiv="refresh"' not in done.text
    shown = seller.get(f"{ADDRESS}?job={job.pk}")
    words = words_of(shown.text)
    assert "108 of 120 rows answered, USD" in words
    assert "100 of them are shown, those that need a look first" in words
    assert words.count("“sorcery” is no type") == 12
    # The list's price, as for a short grid: 1 × 5 boxes at 0.0840.
    given = seller.post(ADDRESS, {"act": "sheet", "job": job.pk})
    sheet = CalamineWorkbook.from_filelike(BytesIO(given.content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert len(rows) == LONG + 1
    assert rows[1][:7] == ["Row 1", "boxes", "1", "5", 5, 0.084, 0.42]
    assert str(rows[10][-1]).startswith("“sorcery” is no type")

    saving = seller.post(ADDRESS, {"act": "save", "job": job.pk, "client": "Acme"})
    assert not Scope.objects.exists()
    work()

    page = seller.get(saving.headers["Location"])
    assert "108 of 108 scopes are saved." in page.text
    assert '<a class="button button-main" href="/scopes/">See the scopes</a>' in (
        page.text
    )
    assert Scope.objects.count() == 108
    saved = Scope.objects.get(name="Row 7")
    assert str(saved.client) == "Acme"
    assert saved.document["items"] == 7
    # Asked for once more, each is there once.
    seller.post(ADDRESS, {"act": "save", "job": job.pk, "client": "Acme"})
    work()
    assert Scope.objects.count() == 108


def test_how_far_it_is_survives_a_reload_and_leaving_and_can_be_cancelled(seller):
    upload(seller, long_grid(), name="long.csv")
    job = take_job(now=NOON)
    assert job is not None
    Job.objects.update(done=30, message="28 of 30 rows answered.")
    later = NOON + timedelta(seconds=60)

    with time_machine.travel(later, tick=False):
        page = seller.get(f"/jobs/{job.pk}/")
        part = seller.get(f"/jobs/{job.pk}/", headers={"X-Part": "job"})
        listed = seller.get("/jobs/")
        cancelled = seller.post(f"/jobs/{job.pk}/cancel", follow=True)

    assert 'max="120" value="30"' in page.text
    assert "25 %" in page.text
    # 30 rows took a minute: 90 more take three.
    assert "About 3 minutes left." in page.text
    assert "<html" not in part.text
    assert 'value="30"' in part.text
    assert "28 of 30 rows answered." in listed.text
    assert "It stops before its next step." in cancelled.text
    assert 'href="/jobs/"' in page.text


def test_a_job_that_nobody_takes_says_what_is_missing(seller):
    upload(seller, long_grid(), name="long.csv")
    upload(seller, long_grid(), name="another.csv")
    job = Job.objects.latest("pk")

    soon = seller.get(f"/jobs/{job.pk}/").text
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        later = seller.get(f"/jobs/{job.pk}/").text

    assert "1 job before it." in soon
    assert "No worker has taken it for a while." in later


def test_a_job_that_waits_for_a_long_one_is_told_so_and_not_that_nobody_works(seller):
    upload(seller, long_grid(), name="long.csv")
    upload(seller, long_grid(), name="another.csv")
    take_job(now=NOON + timedelta(seconds=90))

    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        pages = [
            seller.get(address).text
            for address in (f"/jobs/{Job.objects.latest('pk').pk}/", "/jobs/")
        ]

    for page in pages:
        assert "1 job before it." in page
        assert "No worker" not in page


def test_the_list_of_jobs_looks_at_the_queue_once(
    seller, django_assert_max_num_queries
):
    workspace = seller.user.memberships.get().workspace
    for _ in range(9):
        start_job(
            SCOPES, name="Save", asked={}, workspace=workspace, by=seller.user, now=NOON
        )

    with django_assert_max_num_queries(12):
        page = seller.get("/jobs/")

    assert "8 jobs before it." in page.text


def test_a_person_has_so_many_jobs_and_a_client_of_spaces_is_none(seller, monkeypatch):
    monkeypatch.setattr("quotes.actions.jobs.MOST_OPEN", 1)
    upload(seller, long_grid(), name="long.csv")

    full = upload(seller, long_grid(), name="another.csv")
    work()
    job = Job.objects.get()
    saved = seller.post(ADDRESS, {"act": "save", "job": job.pk, "client": "  "})
    again = seller.post(ADDRESS, {"act": "save", "job": job.pk, "client": "Acme"})

    for refused in (full, again):
        assert refused.status_code == 429
        assert "1 jobs of yours wait or run." in words_of(refused.text)
    assert 'value="Acme"' in again.text
    assert saved.status_code == 302
    assert Job.objects.latest("pk").asked == {"grid": job.pk, "client": ""}
    assert Job.objects.count() == 2


def test_a_colleague_sees_a_job_and_cannot_cancel_it(seller):
    upload(seller, long_grid(), name="long.csv")
    job = Job.objects.get()
    colleague = a_membership(workspace=job.workspace, role=Role.SALES).user
    seller.force_login(colleague)

    refused = seller.post(f"/jobs/{job.pk}/cancel")

    assert refused.status_code == 409
    assert "asked for this. They or a manager can cancel it." in words_of(refused.text)
    assert Job.objects.get().state == "waiting"


def test_another_company_sees_no_job(seller):
    upload(seller, long_grid(), name="long.csv")
    job = Job.objects.get()
    seller.force_login(a_membership(workspace=a_workspace(), role=Role.ADMIN).user)

    for response in (
        seller.get(f"/jobs/{job.pk}/"),
        seller.post(f"/jobs/{job.pk}/cancel"),
        seller.get(f"{ADDRESS}?job={job.pk}"),
        seller.post(ADDRESS, {"act": "save", "job": job.pk}),
    ):
        assert response.status_code == 404
    assert "No long work yet" in seller.get("/jobs/").text


def test_what_a_job_cannot_do_is_a_sentence(seller):
    workspace = seller.user.memberships.get().workspace
    start_job(
        SCOPES,
        name="Save",
        asked={"grid": 999, "client": ""},
        workspace=workspace,
        by=seller.user,
        now=NOON,
    )
    upload(seller, long_grid(), name="long.csv")
    Job.objects.filter(kind="grid_answers").update(
        created_at=NOON - timedelta(days=3650)
    )
    assert RateCard.objects.exists()

    work()

    first, second = Job.objects.order_by("pk")
    assert (first.state, first.message) == ("failed", GONE)
    assert second.state == "failed"
    assert "card" in second.message
