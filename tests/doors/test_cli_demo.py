"""The demo: two companies, every state of a quote, a project half delivered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import now

from quotes.calc.recall import Wanted
from quotes.jobs.packs import pack_of_month
from quotes.models import (
    DeliveredItem,
    MonthPack,
    OtherCost,
    Project,
    QuoteRevision,
    SourceFile,
)
from quotes.queries.actuals import comparison
from quotes.queries.recall import items_of, recalled
from scoping.language import language_of, page_in
from scoping.models import Membership, PublicScope, Scope, User, Workspace
from tests.staff_pages import FILLED, sentences_of_templates, staff_addresses

pytestmark = pytest.mark.timeout(600)

TYPED = {
    *("Linh Tran", "Minh Pham", "Ha Nguyen", "Dana Reyes", "Acme Vision"),
    *("Brightcart", "Granary Foods", "Meridian Clinics", "Boxes, until {1}.csv"),
    *("Outlines of vehicles", "Tags for day and weather", "Products", "Wounds"),
    *("Wounds <1>", "Products <1>", "products less than a third visible"),
    *("{1}: Outlines of vehicles", "{1}: Tags for day and weather"),
    *("{1}: Products", "{1}: Wounds", "Minh Pham, {1}", "vn", "Tiếng Việt"),
    *("Street scenes", "Street scenes, first delivery", "Retail shelves"),
    *("Street scenes, reviewed twice", "Retail shelves, stricter"),
    *("Wound outlines", "Wound outlines, second clinic", "Warehouse pallets"),
    *("Outlines of vehicles, until {1}.csv", "Tags for day and weather, until {1}.csv"),
    *("Street scenes, first delivery · Plumbline", "April payroll."),
    "Dana Reyes: “Please add them, at the price you named.”",
}
"""What people of the demo typed, names of people and companies, and a site's key."""


def demo():
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker):
    """Load the demo once: making it takes longer than all that is asked of it.

    Its PDFs are left out: they take as long as all the rest, and no test reads them.
    """
    unprinted = patch("quotes.actions.sending.render_quote", lambda *_, **__: b"%PDF-")
    with django_db_blocker.unblock(), transaction.atomic(), unprinted:
        yield demo()
        transaction.set_rollback(True)


def test_the_demo_is_there_and_a_second_run_keeps_it(said):
    assert said.count("/q/") == 2
    assert Workspace.objects.count() == 2
    assert Scope.objects.count() == 5
    assert PublicScope.objects.get().asked_at is not None
    states = set(QuoteRevision.objects.values_list("state", flat=True))
    assert states == {"draft", "sent", "accepted", "declined"}
    before = set(QuoteRevision.objects.values_list("pk", flat=True))

    again = demo()

    assert set(QuoteRevision.objects.values_list("pk", flat=True)) == before
    assert "/q/" not in again
    assert "1 accepted" in again


def test_somebody_of_each_role_may_sign_in_to_each_company(said):
    people = Membership.objects.values_list("workspace__slug", "role")

    assert set(people) == {
        (slug, role)
        for slug in ("northline", "delta")
        for role in ("sales", "manager", "admin", "client")
    }
    for user in User.objects.all():
        assert user.check_password("plumb line demo")


def test_the_running_project_is_about_half_delivered(said):
    project = Project.objects.get()

    found = comparison(project)

    assert {file.state for file in SourceFile.objects.all()} == {"published"}
    assert [file.rows_refused for file in SourceFile.objects.all()] == [0, 0, 0, 0]
    boxes = next(line for line in found["lines"] if line["name"] == "Boxes")
    share = boxes["actual"]["units"]["value"] / boxes["planned"]["units"]
    assert 0.3 < share < 0.8
    rates = found["disputes"]["overturned"]["client_rejections"]
    assert (rates["decided"], rates["overturned"]) == (3, 2)
    assert project.delays.count() == project.changes.count() == 1
    assert (
        0 < boxes["actual"]["accepted"]["value"] <= boxes["actual"]["passed"]["value"]
    )


def test_the_month_before_has_its_pack_and_the_next_one_names_what_was_restated(said):
    workspace = Project.objects.get().workspace
    issued = MonthPack.objects.get()
    restated = OtherCost.objects.exclude(reason=None).order_by("pk")
    assert [row.amount for row in restated] == [Decimal("-38.5"), Decimal("46.2")]
    year, number = (int(part) for part in issued.month.split("-"))
    after = f"{year + number // 12}-{number % 12 + 1:02d}"

    pack = pack_of_month(workspace, after, holdback_share=Decimal(0), now=now())

    (one,) = pack["restatements"]
    assert (one["figure"], one["difference"]) == ("Other cost", "7.7")
    assert all(tie["holds"] for tie in pack["ties"])
    (late,) = pack["late"]
    assert "bill 904: +7.70 USD, restated: The bill" in late
    held = pack["projects"][0]["holdback"]
    assert held == {"share": "0.05", "of_quote": True, "over": False, "let_go": "0"}


def test_a_recall_in_the_demo_names_the_delivered_images(said):
    project = Project.objects.get()
    batch = DeliveredItem.objects.order_by("batch").first()

    assert batch is not None
    wanted = Wanted(since=project.start_on)
    items = items_of(project, recalled(project, wanted), wanted)

    assert 0 < items.filter(batch=batch.batch).count() <= items.count()
    assert len(batch.digest) == 64


@pytest.fixture
def vietnamese():
    language = language_of("vi")
    assert language is not None
    language.missed.clear()
    yield language
    language.missed.clear()


@pytest.fixture
def owner(said, client):
    member = Membership.objects.get(workspace__slug="northline", role="admin")
    client.force_login(member.user)
    return client


def lacking(client, addresses, language):
    """Return the pages with the sentences that a language lacks, and how many pages."""
    found, shown = {}, 0
    for name, address in addresses:
        language.missed.clear()
        page = client.get(address, headers={"Accept-Language": "vi"})
        shown += page.headers.get("Content-Language") == "vi"
        if language.missed - TYPED:
            found[f"{name} {address}"] = sorted(language.missed - TYPED)
    return found, shown


def test_every_page_of_staff_is_vietnamese_to_the_last_word(owner, vietnamese):
    workspace = Workspace.objects.get(slug="northline")

    found, shown = lacking(owner, staff_addresses(workspace), vietnamese)

    assert found == {}
    assert shown > 80


def test_a_sentence_that_is_not_translated_is_found(owner, monkeypatch, vietnamese):
    lacks = {one: said for one, said in vietnamese.sentences.items() if one != "Drafts"}
    fewer = replace(vietnamese, sentences=lacks, known={}, missed=set())
    monkeypatch.setattr("scoping.web.language.language_of", lambda _: fewer)

    found, _ = lacking(owner, [("quotes", "/quotes/")], fewer)

    assert found == {"quotes /quotes/": ["Drafts"]}


def test_what_templates_say_in_rare_states_is_translated_too(vietnamese):
    found, texts = {}, 0
    for name, text in sentences_of_templates():
        vietnamese.missed.clear()
        page_in(vietnamese, text)
        texts += 1
        said = {one for one in vietnamese.missed if FILLED not in one} - {"Tiếng Việt"}
        if said:
            found[name] = sorted(said)

    assert found == {}
    assert texts > 100
    vietnamese.missed.clear()
    page_in(vietnamese, f"<p>Nobody said this</p><p>{FILLED} left</p>")
    assert {one for one in vietnamese.missed if FILLED not in one} == {
        "Nobody said this"
    }
