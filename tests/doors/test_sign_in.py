"""Sign-in: by e-mail, for people who were invited."""

from __future__ import annotations

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


def test_strangers_cannot_sign_up(client, db):
    response = client.get("/accounts/signup/")

    assert "sign up is currently closed" in response.text.lower()


def test_the_page_works_in_a_browser(page):
    a_user(email="ann@example.com", password="correct horse")

    page.goto("/accounts/login/")
    assert accessibility_faults(page) == []
    page.get_by_label("Email").fill("Ann@example.com")
    page.get_by_label("Password").fill("wrong horse")
    page.get_by_role("button", name="Sign In").click()

    page.get_by_text("not correct").wait_for()
