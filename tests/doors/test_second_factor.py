"""The second factor: asked where the policy says so, of staff, at every door."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from scoping.access import Role
from scoping.models import SignInPolicy
from tests.factories import a_client, a_membership, a_user, a_workspace

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse"


def totp(secret: str, *, at: float) -> str:
    """Return the six digits of an authenticator app, as RFC 6238 says."""
    counter = struct.pack(">Q", int(at) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    start = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def test_the_codes_of_this_test_are_those_of_the_standard():
    # RFC 6238, appendix B: at 59 s, SHA-1, the last six of 94287082.
    secret = base64.b32encode(b"12345678901234567890").decode()

    assert totp(secret, at=59) == "287082"


def signed_in(role: str = Role.SALES, *, asked: bool = True, **changes) -> Client:
    workspace = a_workspace()
    SignInPolicy.objects.create(workspace=workspace, second_factor=asked)
    user = a_user(email=f"{role}@example.com", password=PASSWORD)
    if role == Role.CLIENT:
        changes["client"] = a_client(workspace=workspace)
    a_membership(workspace=workspace, user=user, role=role, **changes)
    browser = Client()
    sign_in(browser, role)
    return browser


def sign_in(browser: Client, role: str):
    return browser.post(
        "/accounts/login/", {"login": f"{role}@example.com", "password": PASSWORD}
    )


def set_up(browser: Client) -> str:
    """Set up an authenticator; return its secret."""
    asked = browser.get("/accounts/2fa/totp/activate/")
    page = browser.post(
        asked.headers["Location"], {"password": PASSWORD}, follow=True
    ).text
    found = re.search(r"second-factor-secret\">([A-Z2-7]+)<", page)
    assert found, page
    secret = found[1]
    browser.post("/accounts/2fa/totp/activate/", {"code": totp(secret, at=time.time())})
    return secret


DOORS = ("/", "/quotes/", "/inbox/", "/scopes/", "/admin/", "/rate-cards/")


@pytest.mark.parametrize("role", [Role.SALES, Role.MANAGER, Role.ADMIN])
def test_staff_without_one_see_nothing_but_its_page(role):
    browser = signed_in(role)

    for path in DOORS:
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            "/accounts/2fa/totp/activate/",
        ), path
    api = browser.post("/api/v1/estimates", {}, content_type="application/json")
    assert (api.status_code, api.json()["code"]) == (403, "second_factor_missing")
    page = browser.get("/quotes/", follow=True).text
    assert "asks for a second factor" in page
    assert "type your password again" in page


def test_nobody_is_asked_where_the_policy_does_not_ask_nor_a_client():
    assert signed_in(Role.SALES, asked=False).get("/quotes/").status_code == 200
    assert "activate" not in signed_in(Role.CLIENT).get("/").headers.get("Location", "")


def test_set_up_it_is_asked_at_every_sign_in(settings):
    browser = signed_in()
    secret = set_up(browser)
    assert browser.get("/quotes/").status_code == 200
    browser.post("/accounts/logout/")

    asked = sign_in(browser, Role.SALES)
    assert asked.url == "/accounts/2fa/authenticate/"
    assert "/accounts/login/" in browser.get("/quotes/").headers["Location"]
    wrong = browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    # The code of the next half minute: one code is good for one use.
    right = browser.post(
        "/accounts/2fa/authenticate/", {"code": totp(secret, at=time.time() + 30)}
    )

    assert wrong.status_code == 200
    assert right.status_code in (200, 302)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored  # encrypted at rest


def test_a_recovery_code_signs_in_once():
    browser = signed_in()
    set_up(browser)
    page = browser.get("/accounts/2fa/recovery-codes/").text
    codes = re.findall(r"<li>(\w+)</li>", page)
    assert len(codes) == 10

    for expected in (302, 200):
        browser.post("/accounts/logout/")
        sign_in(browser, Role.SALES)
        answer = browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert answer.status_code == expected
    assert "Incorrect code" in answer.text


def test_its_pages_say_how_one_signs_in():
    browser = signed_in()
    set_up(browser)

    index = browser.get("/accounts/2fa/").text
    assert "10 of 10 recovery codes are left" in index
    for path, words in (
        ("totp/deactivate/", "Take the second factor away?"),
        ("recovery-codes/generate/", "Make new recovery codes?"),
    ):
        assert words in browser.get(f"/accounts/2fa/{path}").text


def test_too_many_wrong_passwords_shut_an_address_for_a_while():
    for name in ("ann", "ben"):
        a_user(email=f"{name}@example.com", password=PASSWORD)
    browser = Client()

    def tried(name, password):
        said = {"login": f"{name}@example.com", "password": password}
        return browser.post("/accounts/login/", said)

    for _ in range(5):
        assert "not correct" in tried("ann", "wrong horse").text

    shut = tried("ann", PASSWORD)
    assert shut.status_code == 200
    assert "Too many failed login attempts" in shut.text
    assert tried("ben", PASSWORD).status_code == 302
