"""The start, and what went wrong: everybody is brought where they belong."""

from __future__ import annotations

import pytest

from scoping.access import Role
from tests.factories import a_client, a_membership, a_user, a_workspace

pytestmark = pytest.mark.django_db


def test_a_stranger_is_asked_to_sign_in(client):
    response = client.get("/")

    assert (response.status_code, response.url) == (302, "/accounts/login/")


def test_who_wants_a_price_finds_the_open_form_from_the_sign_in(client, settings):
    settings.PUBLIC_WORKSPACE = ""
    closed = client.get("/accounts/login/").text
    settings.PUBLIC_WORKSPACE = "northline"
    opened = client.get("/accounts/login/").text

    assert 'href="/scope/"' not in closed
    assert 'href="/scope/"' in opened


@pytest.mark.parametrize(
    ("role", "address", "says"),
    [
        (Role.SALES, "/quotes/", "No quote yet"),
        (Role.MANAGER, "/portfolio/", "No projects yet"),
        (Role.ADMIN, "/portfolio/", "No projects yet"),
    ],
)
def test_sales_land_on_their_quotes_and_managers_on_their_projects(
    client, role, address, says
):
    client.force_login(a_membership(role=role).user)

    response = client.get("/", follow=True)

    assert response.redirect_chain == [(address, 302)]
    assert says in response.text


def test_a_client_is_told_about_the_private_link(client):
    workspace = a_workspace()
    member = a_membership(
        workspace=workspace, role=Role.CLIENT, client=a_client(workspace=workspace)
    )
    client.force_login(member.user)

    response = client.get("/")

    assert response.status_code == 200
    assert "private link" in response.text
    assert "No quote yet" in response.text


def test_somebody_without_a_workspace_is_told_so(client):
    client.force_login(a_user())

    response = client.get("/quotes/")

    assert response.status_code == 403
    assert "belongs to no workspace" in response.text


@pytest.mark.parametrize(
    "address", ["/quotes/", "/scopes/", "/scopes/new", "/styleguide/", "/rate-cards/"]
)
def test_a_client_sees_no_staff_page(client, address):
    workspace = a_workspace()
    member = a_membership(
        workspace=workspace, role=Role.CLIENT, client=a_client(workspace=workspace)
    )
    client.force_login(member.user)

    assert client.get(address).status_code == 403


def test_the_head_of_a_page_shows_workspace_role_and_sections(client):
    member = a_membership(workspace=a_workspace(name="Northline Labels"))
    client.force_login(member.user)

    page = client.get("/quotes/").text

    assert "Northline Labels" in page
    assert ">Sales</a>" in page
    assert '<a href="/quotes/" aria-current="page">Quotes</a>' in page
    assert '<a class="skip" href="#main">' in page


def test_a_wrong_address_is_answered_in_words(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "There is nothing here" in response.text


def test_a_broken_page_says_that_nothing_was_saved_halfway(client, monkeypatch):
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    client.force_login(a_membership().user)
    client.raise_request_exception = False
    monkeypatch.setattr("quotes.queries.quotes.revisions", fail)

    response = client.get("/quotes/")

    assert response.status_code == 500
    assert "Nothing was saved halfway" in response.text


def test_no_page_carries_a_style_or_a_script_of_its_own(client):
    client.force_login(a_membership().user)

    for address in ("/quotes/", "/scopes/new", "/styleguide/"):
        page = client.get(address).text

        assert "style=" not in page
        assert "<style" not in page
        assert page.count("<script") == page.count('<script src="/static/')
