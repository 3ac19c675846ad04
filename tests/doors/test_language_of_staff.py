"""Staff read the language that their account says, wherever they sign in."""

from __future__ import annotations

import pytest
from django.test import Client

from scoping.access import Role
from tests.factories import a_membership

pytestmark = pytest.mark.django_db
VI = {"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"}


@pytest.fixture
def manager():
    return a_membership(role=Role.MANAGER).user


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    return client


def language(answer) -> str:
    said = str(answer.headers["Content-Language"])
    assert f'<html lang="{said}"' in answer.text
    return said


def test_without_a_choice_it_is_the_language_of_the_browser(desk):
    assert language(desk.get("/scopes/")) == "en"
    page = desk.get("/scopes/", headers=VI)

    assert language(page) == "vi"
    assert "Phạm vi" in page.text
    assert "Cookie" in page.headers["Vary"]


def test_a_choice_is_kept_with_the_account_and_the_page_with_what_it_asked(
    desk, manager
):
    chosen = desk.post("/language", {"language": "vi", "next": "/jobs/?page=1"})

    assert chosen.url == "/jobs/?page=1"
    manager.refresh_from_db()
    assert manager.language == "vi"
    elsewhere = Client()
    elsewhere.force_login(manager)
    assert language(elsewhere.get("/jobs/")) == "vi"
    elsewhere.post("/language", {"language": "en", "next": "/"})
    assert language(desk.get("/jobs/", headers=VI)) == "en"


def test_a_choice_of_no_language_changes_nothing(desk, manager):
    desk.post("/language", {"language": "xx", "next": "/"})

    manager.refresh_from_db()
    assert manager.language == ""


def test_the_menu_of_tools_offers_it_and_so_does_the_page_to_sign_in(desk):
    inside = desk.get("/scopes/?page=1").text
    outside = Client().get("/accounts/login/", headers=VI)

    for page in (inside, outside.text):
        assert page.count('action="/language"') == 1
        assert page.count("Tiếng Việt</button>") == 1
    assert 'name="next" value="/scopes/?page=1"' in inside
    assert language(outside) == "vi"
    assert "Đăng nhập" in outside.text


def test_an_address_that_leads_nowhere_says_so_in_her_language(desk):
    page = desk.get("/nowhere", headers=VI)

    assert page.status_code == 404
    assert "Không có gì ở đây" in page.text


def test_what_programs_read_stays_as_it_is(desk):
    for address in ("/api/v1/scopes", "/api/v1/nowhere", "/quotes/no.pdf"):
        answer = desk.get(address, headers=VI)

        is_page = answer.headers["Content-Type"].startswith("text/html")
        assert ("Content-Language" in answer.headers) is is_page, address
    assert "application/" in desk.get("/api/v1/nowhere").headers["Content-Type"]


def test_django_s_own_admin_is_left_as_it_is(desk):
    assert "Content-Language" not in desk.get("/admin/login/", headers=VI).headers


def test_components_and_the_api_are_described_in_english_under_her_own_head(desk):
    page = desk.get("/styleguide/", headers=VI).text

    assert '<html lang="vi"' in page
    assert 'lang="en" translate="no">' in page
    assert ">Báo giá</a>" in page
