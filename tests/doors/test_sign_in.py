"""Sign-in: by e-mail, for people who were invited."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from tests.accessibility import accessibility_faults
from tests.factories import NOON, a_user


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


def a_reset_link(client: Client) -> str:
    """Ask for a link to a new password; return it as the mail says it."""
    client.post("/accounts/password/reset/", {"email": "ann@example.com"})
    return next(word for word in mail.outbox[-1].body.split() if "/reset/key/" in word)


def opens(client: Client, link: str) -> bool:
    return "Change the password" in client.get(link, follow=True).text


def test_a_link_to_a_new_password_works_once_in_whichever_browser(client, db):
    user = a_user(email="ann@example.com", password="correct horse")
    link = a_reset_link(client)
    # A scanner that follows it, and looks at the form, uses nothing up.
    assert opens(Client(), link)

    said = {"password1": "battery staple 9", "password2": "battery staple 9"}
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, said)

    again = {"password1": "another staple 7", "password2": "another staple 7"}
    for browser in (client, Client()):
        assert not opens(browser, link)
        browser.post(form, again)
    user.refresh_from_db()
    assert user.check_password("battery staple 9")


@pytest.mark.parametrize(("minutes", "open_still"), [(14, True), (16, False)])
def test_a_link_to_a_new_password_ends_after_a_quarter_of_an_hour(
    client, db, minutes, open_still
):
    a_user(email="ann@example.com")
    with time_machine.travel(NOON, tick=False):
        link = a_reset_link(client)

    with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
        assert opens(Client(), link) == open_still


def test_a_newer_link_to_a_new_password_ends_the_one_before(client, db):
    a_user(email="ann@example.com")
    first, second = a_reset_link(client), a_reset_link(client)

    assert not opens(Client(), first)
    assert opens(Client(), second)


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
