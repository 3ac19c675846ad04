"""Who may see what, for both apps: one table."""

from __future__ import annotations

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person is within one workspace."""

    SALES = "sales", "Sales"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Admin"
    CLIENT = "client", "Client"
