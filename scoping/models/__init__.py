"""The tables of scoping: rows and their constraints, no arithmetic."""

from __future__ import annotations

from .calendars import ChangedDay
from .cards import RateCard, RateFigure
from .people import Client, Membership, SignInPolicy, User, Workspace
from .public import PublicScope
from .record import AuditEntry, AuditHead, OutboxMessage
from .scopes import Scope

__all__ = [
    "AuditEntry",
    "AuditHead",
    "ChangedDay",
    "Client",
    "Membership",
    "OutboxMessage",
    "PublicScope",
    "RateCard",
    "RateFigure",
    "Scope",
    "SignInPolicy",
    "User",
    "Workspace",
]
