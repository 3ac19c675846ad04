"""Rows of this app in Django's own admin, for whoever operates an installation.

Rate cards and the record are looked at here and never written: a card is published by
`manage.py load_rate_card`, an entry is written by the action that it speaks of.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now

from scoping import actions, queries
from scoping.models import (
    AuditEntry,
    ChangedDay,
    Client,
    Membership,
    RateCard,
    RateFigure,
    SignInPolicy,
    User,
    Workspace,
)


@admin.register(Workspace)
class WorkspaceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Labelling companies."""

    list_display = ["name", "slug", "currency", "site", "timezone"]


@admin.register(SignInPolicy)
class SignInPolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whether a workspace asks for a second factor."""

    list_display = ["workspace", "second_factor"]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People; a password is set by its owner, never here."""

    list_display = ["email", "full_name", "is_active", "is_staff"]
    search_fields = ["email", "full_name"]
    exclude = ["password"]


@admin.register(Client)
class ClientAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Companies that buy."""

    list_display = ["name", "workspace"]
    list_filter = ["workspace"]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who is what, and where."""

    list_display = ["user", "workspace", "role", "client"]
    list_filter = ["workspace", "role"]


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that may be looked at and not touched."""

    list_filter = ["workspace"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: an action adds them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: they are final."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: they are final."""
        return False


@admin.register(RateCard)
class RateCardAdmin(ReadOnly):
    """Published cards."""

    list_display = ["version", "workspace", "valid_from", "currency", "published_at"]


@admin.register(RateFigure)
class RateFigureAdmin(ReadOnly):
    """The figures of cards, each with its source."""

    list_display = ["key", "value", "unit", "card", "source", "as_of", "weak"]
    list_filter = ["workspace", "card", "side", "weak"]
    search_fields = ["key", "source"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """Who did what, when."""

    list_display = ["seq", "workspace", "at", "actor", "action", "subject"]
    search_fields = ["actor", "action", "subject"]


@admin.register(ChangedDay)
class ChangedDayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Days that are off or worked otherwise than the calendar has it; only added."""

    list_display = ["day", "calendar", "worked", "reason", "workspace", "made_by"]
    list_filter = ["calendar", "workspace"]
    fields = ["workspace", "calendar", "day", "worked", "reason"]

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the calendars that there are."""
        if db_field.name == "calendar":
            known = sorted(queries.workdays().calendars)
            return forms.ChoiceField(choices=[(key, key) for key in known])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: ChangedDay, form: Any, change: Any
    ) -> None:
        """Write the day by its action, so that the record knows of it."""
        row = actions.change_day(
            obj.day,
            calendar=obj.calendar,
            worked=obj.worked,
            reason=obj.reason,
            workspace=obj.workspace,
            by=cast(User, request.user),
            now=now(),
        )
        obj.pk = row.pk

    def has_change_permission(self, *_: Any) -> bool:
        """Refuse: a further row changes a day back."""
        return False

    def has_delete_permission(self, *_: Any) -> bool:
        """Refuse: a further row changes a day back."""
        return False
