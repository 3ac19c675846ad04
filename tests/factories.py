"""Valid rows, so that a test states only what it is about."""

from __future__ import annotations

from itertools import count
from typing import Any

from scoping.models import Client, User, Workspace

_numbers = count(1)


def a_workspace(**changes: Any) -> Workspace:
    """Make a labelling company."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "name": f"Workspace {number}",
        "slug": f"workspace-{number}",
        "legal_name": f"Workspace {number} Ltd",
        "legal_address": "1 Plumb Line, Hanoi",
    }
    return Workspace.objects.create(**(fields | changes))


def a_user(**changes: Any) -> User:
    """Make a person who can sign in."""
    fields: dict[str, Any] = {
        "email": f"person-{next(_numbers)}@example.com",
        "password": "correct horse",
    }
    return User.objects.create_user(**(fields | changes))


def a_client(**changes: Any) -> Client:
    """Make a company that buys."""
    fields: dict[str, Any] = {"name": f"Client {next(_numbers)}"}
    fields |= changes
    return Client.objects.create(
        **({"workspace": fields.pop("workspace", None) or a_workspace()} | fields)
    )
