"""Workspaces, people and clients: what the database refuses."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from scoping.access import Role
from scoping.models import Client, Membership, User, Workspace
from tests.factories import a_client, a_user, a_workspace

pytestmark = pytest.mark.django_db


def test_an_address_is_unique_whatever_its_case():
    a_user(email="Ann@Example.com")

    with pytest.raises(IntegrityError):
        a_user(email="ann@example.COM")


def test_an_address_in_capitals_cannot_be_written_past_the_model():
    user = a_user(email="ann@example.com")

    with pytest.raises(IntegrityError, match="user_email_is_lower_case"):
        User.objects.filter(pk=user.pk).update(email="ANN@example.com")


def test_somebody_is_found_by_address_whatever_its_case():
    user = a_user(email="ann@example.com")

    assert User.objects.get_by_natural_key(" Ann@EXAMPLE.com") == user


def test_a_user_needs_an_address():
    with pytest.raises(ValueError, match="needs an e-mail address"):
        User.objects.create_user(email="")


def test_a_superuser_may_use_the_admin():
    user = User.objects.create_superuser(email="root@example.com", password="secret")

    assert (user.is_staff, user.is_superuser) == (True, True)
    assert user.check_password("secret")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"name": ""}, "workspace_has_a_name"),
        ({"legal_name": ""}, "workspace_has_a_legal_name"),
        ({"currency": "usd"}, "workspace_currency_is_three_capitals"),
        ({"logo_type": "image/gif"}, "workspace_logo_is_svg_or_png"),
    ],
)
def test_a_workspace_is_complete(change, constraint):
    workspace = a_workspace()

    with pytest.raises(IntegrityError, match=constraint):
        Workspace.objects.filter(pk=workspace.pk).update(**change)


def test_two_workspaces_may_have_a_client_of_the_same_name():
    a_client(workspace=a_workspace(), name="Acme")

    a_client(workspace=a_workspace(), name="acme")

    assert Client.objects.count() == 2


def test_a_client_name_is_unique_in_its_workspace():
    workspace = a_workspace()
    a_client(workspace=workspace, name="Acme")

    with pytest.raises(IntegrityError):
        a_client(workspace=workspace, name="ACME")


def test_a_client_has_a_name():
    with pytest.raises(IntegrityError, match="client_has_a_name"):
        a_client(name="")


def test_a_person_is_one_thing_in_a_workspace():
    workspace, user = a_workspace(), a_user()
    Membership.objects.create(workspace=workspace, user=user, role=Role.SALES)

    with pytest.raises(IntegrityError):
        Membership.objects.create(workspace=workspace, user=user, role=Role.ADMIN)


def test_only_a_client_user_belongs_to_a_client():
    client = a_client()
    user = a_user()
    place = {"workspace": client.workspace, "user": user}
    constraint = "membership_names_a_client_only_for_client_users"

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Membership.objects.create(**place, role=Role.SALES, client=client)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Membership.objects.create(**place, role=Role.CLIENT)

    membership = Membership.objects.create(**place, role=Role.CLIENT, client=client)
    assert str(membership) == f"{user}, client at {client.workspace}"


def test_a_role_is_known():
    with pytest.raises(IntegrityError, match="membership_role_is_known"):
        Membership.objects.create(workspace=a_workspace(), user=a_user(), role="owner")


def test_a_client_of_another_workspace_is_refused():
    membership = Membership(
        workspace=a_workspace(), user=a_user(), role=Role.CLIENT, client=a_client()
    )

    with pytest.raises(ValidationError, match="of another workspace"):
        membership.full_clean()


def test_a_client_of_the_same_workspace_is_fine():
    client = a_client()
    place = {"workspace": client.workspace, "client": client}

    Membership(**place, user=a_user(), role=Role.CLIENT).full_clean()


def test_rows_are_named_as_people_know_them():
    user = a_user(email="ann@example.com", full_name="Ann Ngo")

    names = [str(user), str(a_user(email="bo@example.com")), str(a_client(name="Acme"))]

    assert names == ["Ann Ngo", "bo@example.com", "Acme"]
