"""Rows of this app in Django's own admin."""

from __future__ import annotations

from django.contrib import admin

from scoping.models import Client, Membership, User, Workspace


@admin.register(Workspace)
class WorkspaceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Labelling companies."""

    list_display = ["name", "slug", "currency", "site", "timezone"]


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
