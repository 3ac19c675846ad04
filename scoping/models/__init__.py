"""The tables of scoping: rows and their constraints, no arithmetic."""

from __future__ import annotations

from .calendars import ChangedDay
from .cards import RateCard, RateFigure
from .keys import ApiKey, KeptAnswer
from .people import (
    Client,
    Membership,
    PasswordLink,
    SignInPolicy,
    User,
    Workspace,
)
from .public import PublicScope
from .record import AuditEntry, AuditHead, OutboxMessage
from .scopes import Scope

__all__ = [
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "ChangedDay",
    "Client",
    "KeptAnswer",
    "Membership",
    "OutboxMessage",
    "PasswordLink",
    "PublicScope",
    "RateCard",
    "RateFigure",
    "Scope",
    "SignInPolicy",
    "User",
    "Workspace",
]
