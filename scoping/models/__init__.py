"""The tables of scoping: rows and their constraints, no arithmetic."""

from __future__ import annotations

from .people import Client, Membership, User, Workspace

__all__ = ["Client", "Membership", "User", "Workspace"]
