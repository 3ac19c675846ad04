"""Sign-in: by e-mail, for people who were invited."""

from __future__ import annotations

import pytest
from django.core import mail

from tests.accessibility import accessibility_faults
from tests.factories import a_user


def test_somebody_signs_in_by_address_whatever_its_case(client, db):
    a_user(email="ann@example.com", password="correct horse")

    response = client.post(
        "/accounts/login/", {"login": "ANN@example.com", "password": "correct horse"}
    )

    assert (response.status_code, response.url) == (302, "/")


def test_a_wrong_password_is_refused(client, db):
    a_user(email="ann@example.com")

    response = client.post(
        "/accounts/login/", {"login": "ann@example.com", "password": "wrong"}
    )

    assert response.status_code == 200
    assert "not correct" in response.text


@pytest.mark.parametrize("address", ["//evil.example/", "javascript:alert(1)"])
def test_sign_in_leads_to_no_other_site(client, db, address):
    a_user(email="ann@example.com", password="correct horse")

    response = client.post(
        f"/accounts/login/?next={address}",
        {"login": "ann@example.com", "password": "correct horse", "next": address},
    )

    assert (response.status_code, response.url) == (302, "/")


def test_a_stranger_comes_back_to_the_page_they_asked_for(client, db):
    response = client.get("/quotes/")

    assert response.url == "/accounts/login/?next=/quotes/"


def test_strangers_cannot_sign_up(client, db):
    response = client.get("/accounts/signup/")

    assert "sign up is currently closed" in response.text.lower()


def test_a_forgotten_password_is_changed_by_mail(client, db):
    user = a_user(email="ann@example.com", password="correct horse")
    client.post("/accounts/password/reset/", {"email": "ann@example.com"})
    link = next(word for word in mail.outbox[0].body.split() if "/reset/key/" in word)

    form = client.get(link, follow=True)
    client.post(
        form.redirect_chain[-1][0],
        {"password1": "battery staple 9", "password2": "battery staple 9"},
    )

    user.refresh_from_db()
    assert user.check_password("battery staple 9")


def test_an_unknown_address_gets_the_same_answer(client, db):
    known, unknown = "ann@example.com", "nobody@example.com"
    a_user(email=known)

    answers = {
        client.post("/accounts/password/reset/", {"email": address}).status_code
        for address in (known, unknown)
    }

    assert answers == {302}


def test_signing_out_needs_a_press(client, db):
    client.force_login(a_user())

    assert "Sign out" in client.get("/accounts/logout/").text
    client.post("/accounts/logout/")

    assert client.get("/quotes/").status_code == 302


def test_the_page_works_in_a_browser(page):
    a_user(email="ann@example.com", password="correct horse")

    page.goto("/accounts/login/")
    assert accessibility_faults(page) == []
    page.get_by_label("Email").fill("Ann@example.com")
    page.get_by_label("Password").fill("wrong horse")
    page.get_by_role("button", name="Sign in").click()

    page.get_by_text("not correct").wait_for()
