"""Every row belongs to one workspace, and no row stands between two."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from scoping import queries
from scoping.access import Role
from scoping.actions import OtherWorkspaceError, save_scope
from scoping.models import (
    Membership,
    PasswordLink,
    RateFigure,
    Scope,
    User,
    Workspace,
)
from tests.factories import (
    NOON,
    a_client,
    a_membership,
    a_published_card,
    a_user,
    a_workspace,
)
from tests.scoping.specs import a_spec_document

pytestmark = pytest.mark.django_db

ROWS = [
    model
    for app in ("scoping", "quotes")
    for model in apps.get_app_config(app).get_models()
    if model not in (Workspace, User, PasswordLink)
]
"""A person may work in several workspaces, and so may what signs them in."""


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model._meta.label)
def test_a_row_belongs_to_a_workspace(model):
    field = model._meta.get_field("workspace")

    assert field.related_model is Workspace
    assert not field.null


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model._meta.label)
def test_what_is_unique_is_so_within_a_workspace(model):
    """A word that two companies may both use is unique within one of them only."""
    said = [
        constraint.name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and constraint.fields
        and not within_a_workspace(model, constraint.fields)
    ]

    assert said == []


def within_a_workspace(model, fields):
    """Return whether a key holds the workspace, a row of one, or a secret."""
    found = [model._meta.get_field(name) for name in fields]
    return any(
        (field.is_relation and field.related_model is not User)
        or name.endswith("_hash")
        for field, name in zip(found, fields, strict=True)
    )


def test_a_scope_of_another_workspace_is_not_listed():
    scope = a_scope()
    a_scope()

    assert list(queries.scopes(scope.workspace)) == [scope]


def test_a_client_and_a_card_of_another_workspace_are_not_listed():
    client = a_client()
    a_published_card()

    assert list(queries.clients(client.workspace)) == [client]
    assert list(queries.published_cards(client.workspace)) == []


def test_people_of_another_workspace_are_not_listed():
    membership = a_membership()
    a_membership()

    assert list(queries.memberships(membership.workspace)) == [membership]


def test_two_workspaces_may_publish_the_same_version():
    one, other = a_published_card(), a_published_card()

    assert one.version == other.version
    assert one.workspace != other.workspace


def test_a_scope_for_the_client_of_another_workspace_is_refused():
    with pytest.raises(OtherWorkspaceError, match="client of another workspace"):
        a_scope(client=a_client())

    assert Scope.objects.count() == 0


def test_the_database_refuses_a_scope_for_the_client_of_another_workspace():
    scope = a_scope()

    with pytest.raises(DatabaseError, match="another workspace"), transaction.atomic():
        Scope.objects.filter(pk=scope.pk).update(client=a_client())


def test_the_database_refuses_a_member_for_the_client_of_another_workspace():
    with pytest.raises(DatabaseError, match="another workspace"), transaction.atomic():
        Membership.objects.create(
            workspace=a_workspace(),
            user=a_user(),
            role=Role.CLIENT,
            client=a_client(),
        )


def test_the_database_refuses_a_figure_of_another_workspace():
    card = a_published_card()
    figure = RateFigure.objects.get(card=card, key="price/bands/polygon/high")
    figure.pk, figure.workspace, figure.key = None, a_workspace(), "price/other"

    with pytest.raises(DatabaseError, match="is final"), transaction.atomic():
        figure.save(force_insert=True)


def test_the_only_workspace_needs_no_name():
    workspace = a_workspace(slug="one")

    assert queries.workspace_named(None) == workspace
    assert queries.workspace_named("one") == workspace
    assert queries.public_workspace("") == workspace


def test_of_two_workspaces_one_must_be_named():
    a_workspace(slug="one")
    a_workspace(slug="other")

    with pytest.raises(LookupError, match="There are: "):
        queries.workspace_named(None)
    assert queries.public_workspace("") is None
    assert queries.public_workspace("other") == queries.workspace_named("other")


def test_somebody_without_a_membership_is_nothing():
    assert queries.membership_of(a_user()) is None


def test_calendars_are_data_of_the_release():
    holidays = queries.workdays().calendars

    assert {"us", "vn"} <= set(holidays)
    assert date(2026, 9, 2) in [day for day, _ in holidays["vn"].holidays]


def a_scope(**changes):
    return save_scope(
        a_spec_document(),
        workspace=changes.pop("workspace", None) or a_workspace(),
        client=changes.pop("client", None),
        by=a_user(),
        now=NOON,
    )
