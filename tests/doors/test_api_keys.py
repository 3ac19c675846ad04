"""API keys: made and revoked by an admin, shown once, hashed, granted in parts."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from scoping.access import Grant, Role
from scoping.actions.keys import ApiKeyError, make_api_key, revoke_api_key
from scoping.models import ApiKey, AuditEntry, Membership
from scoping.queries import live_api_key
from scoping.web.api_keys import WORDS
from tests.doors.api import Program, a_key
from tests.factories import NOON, a_client, a_membership, a_user, a_workspace

pytestmark = pytest.mark.django_db
PAGE = "/api-keys/"
TOKEN = re.compile(r"pl_[0-9a-f]{8}_[\w-]{43}")


def made_on_the_page(client, member, *grants, **also):
    said = {"name": "Importer", "member": member.user.pk, "grants": grants}
    return client.post(f"{PAGE}new", said | also)


@pytest.fixture
def admin(client):
    member = a_membership(role=Role.ADMIN)
    client.force_login(member.user)
    return member


def test_an_admin_makes_a_key_that_is_shown_once_and_kept_as_a_hash(client, admin):
    page = made_on_the_page(client, admin, "quotes:read", "scopes:read")

    (token,) = TOKEN.findall(page.text)
    row = ApiKey.objects.get()
    assert row.secret_hash == hashlib.sha256(token.encode()).hexdigest()
    assert row.grants == ["quotes:read", "scopes:read"]
    assert "no-store" in page["Cache-Control"]
    again = client.get(PAGE).text
    assert token not in again
    assert f"pl_{row.prefix}…" in again
    assert "never" in again
    kept = [str(vars(one)) for one in (row, *AuditEntry.objects.all())]
    assert not any(token.split("_")[2] in one for one in kept)
    assert Program(token).get("me").json()["key"]["prefix"] == row.prefix


def test_its_use_is_noted(admin):
    made = a_key(admin.workspace, admin.user)

    Program(made.token).get("me")

    made.key.refresh_from_db()
    used = made.key.last_used_at
    assert used is not None
    assert datetime.now(UTC) - used < timedelta(minutes=1)


def test_a_revoked_key_opens_nothing_and_its_end_is_on_record(client, admin):
    made = a_key(admin.workspace, admin.user)
    program = Program(made.token)
    assert program.get("me").status_code == 200

    client.post(f"{PAGE}{made.key.pk}/revoke")
    client.post(f"{PAGE}{made.key.pk}/revoke")

    answer = program.get("me")
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert "Revoked" in client.get(PAGE).text
    assert AuditEntry.objects.filter(action="revoke_api_key").count() == 1


def test_a_key_ends_with_its_day_with_its_member_and_with_their_account(admin):
    ends = NOON + timedelta(days=1)
    made = a_key(admin.workspace, admin.user, ends_at=ends)
    lasting = a_key(admin.workspace, admin.user)

    assert live_api_key(made.token, at=ends - timedelta(seconds=1)) == made.key
    assert live_api_key(made.token, at=ends) is None
    admin.user.is_active = False
    admin.user.save()
    assert Program(lasting.token).get("me").status_code == 401
    admin.user.is_active = True
    admin.user.save()
    Membership.objects.all().delete()
    assert Program(lasting.token).get("me").status_code == 403


def test_a_key_may_what_it_is_granted_and_never_more_than_its_member(admin):
    sales = a_membership(workspace=admin.workspace, role=Role.SALES)
    reader = Program(a_key(admin.workspace, sales.user, "scopes:read").token)

    assert reader.get("scopes").status_code == 200
    refused = reader.get("quotes")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_granted")
    assert "quotes:read" in refused.json()["detail"]

    lead = Program(a_key(admin.workspace, admin.user, "record:read").token)
    assert lead.get("audit-events").status_code == 200
    Membership.objects.filter(pk=admin.pk).update(role=Role.SALES)
    assert lead.get("audit-events").json()["code"] == "not_allowed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"grants": []}, "grants"),
        ({"grants": ["everything"]}, "grants"),
        ({"grants": ["quotes:approve"]}, "grants"),
        ({"user": None}, "member"),
        ({"ends_at": NOON}, "ends"),
    ],
)
def test_an_odd_key_is_refused_at_its_field(changes, field):
    member = a_membership(role=Role.SALES)
    said = {"name": "x", "grants": ["quotes:read"], "user": member.user}

    with pytest.raises(ApiKeyError) as refused:
        make_api_key(
            **(said | changes), workspace=member.workspace, by=member.user, now=NOON
        )

    assert refused.value.field == field
    assert not ApiKey.objects.exists()


def test_no_key_is_made_for_a_client_or_for_somebody_of_another_company(client, admin):
    buyer = a_client(workspace=admin.workspace)
    outside = a_membership(workspace=admin.workspace, role=Role.CLIENT, client=buyer)

    for member in (outside, a_membership()):
        page = made_on_the_page(client, member, "quotes:read")
        assert page.status_code == 400
        assert "Choose somebody who works here" in page.text
    assert not ApiKey.objects.exists()


def test_what_was_typed_stays_beside_what_is_wrong(client, admin):
    page = made_on_the_page(client, admin, "record:read", name="", ends="tomorrow")

    assert page.status_code == 400
    assert 'value="record:read" checked' in page.text
    assert 'value="tomorrow"' in page.text


@pytest.mark.parametrize("role", [Role.SALES, Role.MANAGER])
def test_the_page_is_for_admins(client, role):
    member = a_membership(role=role)
    client.force_login(member.user)

    assert client.get(PAGE).status_code == 403
    assert made_on_the_page(client, member, "quotes:read").status_code == 403
    assert not ApiKey.objects.exists()


def test_a_key_of_another_company_is_not_there(client, admin):
    other = a_membership(role=Role.ADMIN)
    made = a_key(other.workspace, other.user)

    assert client.post(f"{PAGE}{made.key.pk}/revoke").status_code == 404
    assert f"pl_{made.key.prefix}" not in client.get(PAGE).text
    made.key.refresh_from_db()
    assert made.key.revoked_at is None


def test_revoked_twice_the_first_time_counts(admin):
    made = a_key(admin.workspace, admin.user)
    revoke_api_key(made.key, by=admin.user, now=NOON)

    again = revoke_api_key(made.key, by=a_user(), now=NOON + timedelta(hours=1))

    assert (again.revoked_at, again.revoked_by) == (NOON, admin.user)


def test_every_grant_has_words():
    assert set(WORDS) == set(Grant)


@pytest.mark.parametrize(
    "said", ["Bearer", "Bearer pl_x_y", "Basic YTpi", "Bearer " + "x" * 9000, "é"]
)
def test_what_is_no_key_is_answered_401(said):
    answer = Client().get("/api/v1/me", headers={"Authorization": said})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_session_needs_the_token_against_forged_forms(admin):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin.user)

    forged = browser.post("/api/v1/scopes", {}, content_type="application/json")

    assert browser.get("/api/v1/me").status_code == 200
    assert (forged.status_code, forged.json()["code"]) == (403, "csrf_failed")


def test_who_asks_too_often_is_told_when_to_come_back(settings, admin):
    settings.API_REQUESTS_PER_MINUTE = 3
    program = Program(a_key(admin.workspace, admin.user).token)
    other = Program(a_key(admin.workspace, admin.user).token)

    answers = [program.get("me") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3]["Retry-After"]) <= 61
    assert answers[3].json()["code"] == "throttled"
    assert other.get("me").status_code == 200


def test_a_workspace_without_members_has_no_callers():
    stranger = a_user()
    a_workspace()
    browser = Client()
    browser.force_login(stranger)

    answer = browser.get("/api/v1/me")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
