"""Rows of this app in Django's own admin, for whoever operates an installation.

Rate cards and the record are looked at here and never written: a card is published by
`manage.py load_rate_card`, an entry is written by the action that it speaks of.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.timezone import now

from scoping import actions, audit, queries
from scoping.models import (
    ApiKey,
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

admin.site.site_header = admin.site.site_title = "Plumbline: people and settings"
admin.site.index_title = "What who operates the installation sets"


class Recorded(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that may be changed here; each change stands in the workspace's record.

    Django's own history of the row says who and when; the record says it for good, with
    digests of what was there before and after.
    """

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        """Save a row, and the entry that speaks of it."""
        rows = type(obj)._default_manager  # noqa: SLF001 - Django's own
        before = rows.filter(pk=obj.pk).first() if change else None
        said = None if before is None else plain(before)
        super().save_model(request, obj, form, change)
        self._record(request, obj, "change" if change else "add", said, plain(obj))

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a row, and say so in the record."""
        self._record(request, obj, "delete", plain(obj), None)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete rows one by one, so that each stands in the record."""
        for one in queryset:
            self.delete_model(request, one)

    def _record(
        self, request: HttpRequest, obj: Any, what: str, before: Any, after: Any
    ) -> None:
        kind = self.opts.verbose_name
        audit.record(
            workspace=obj if isinstance(obj, Workspace) else obj.workspace,
            actor=str(request.user),
            action=f"{what}_{self.opts.model_name}",
            subject=f"{kind} {obj}"[:200],
            before=before,
            after=after,
            at=now(),
        )


def plain(row: Any) -> dict[str, str]:
    """Return a row as text, for its digest."""
    return {
        one.attname: str(getattr(row, one.attname))
        for one in row._meta.concrete_fields  # noqa: SLF001 - Django's own
    }


@admin.register(Workspace)
class WorkspaceAdmin(Recorded):
    """Labelling companies."""

    list_display = ["name", "slug", "currency", "site", "timezone"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what it sent and recorded stays."""
        return False


@admin.register(SignInPolicy)
class SignInPolicyAdmin(Recorded):
    """Whether a workspace asks for a second factor."""

    list_display = ["workspace", "second_factor"]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People; a password is set by its owner, never here."""

    list_display = ["email", "full_name", "is_active", "is_staff"]
    search_fields = ["email", "full_name"]
    exclude = ["password"]


@admin.register(Client)
class ClientAdmin(Recorded):
    """Companies that buy."""

    list_display = ["name", "workspace"]
    list_filter = ["workspace"]


@admin.register(Membership)
class MembershipAdmin(Recorded):
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


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    """Keys of programs; made and revoked on the page of API keys."""

    list_display = ["name", "prefix", "workspace", "user", "last_used_at", "revoked_at"]
    exclude = ["secret_hash"]


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
