"""Who may open an account: only people who were invited."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-in as usual, with the door for strangers shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: an admin of the workspace creates accounts."""
        return False
