"""Who asks: somebody signed in, or a program with an API key of a member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.utils.timezone import now
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from scoping import queries
from scoping.access import Operation, may
from scoping.actions.keys import note_key_used

SCHEME = "Bearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A member of a workspace who asks, and the key by which they do, if by one."""

    user: Any
    workspace: Any
    role: str
    key: Any = None

    @property
    def name(self) -> str:
        """Return under what name this caller is counted and remembered."""
        return f"user-{self.user.pk}" if self.key is None else f"key-{self.key.pk}"

    def refusal(self, operation: Operation) -> tuple[str, str] | None:
        """Return code and sentence of why an operation is refused, None if not."""
        if operation.act is not None and not may(self.role, operation.act):
            return "not_allowed", f"The role {self.role} does not include this."
        grant = operation.grant
        if self.key is not None and grant is not None and grant not in self.key.grants:
            return (
                "not_granted",
                f"This key may not do that. Make one that is granted {grant}.",
            )
        return None


class KeyAuthentication(BaseAuthentication):
    """Knows who asks by `Authorization: Bearer pl_…`."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Return the member behind a key; None where no key is shown."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        moment = now()
        key = (
            queries.live_api_key(token.strip(), at=moment)
            if scheme.lower() == SCHEME.lower()
            else None
        )
        if key is None:
            raise AuthenticationFailed(
                "This key opens nothing. It may have been revoked, or have ended."
            )
        note_key_used(key, now=moment)
        key.user.by_key = key.prefix
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that strangers are answered 401."""
        return SCHEME


def caller_of(request: Request) -> Caller | None:
    """Return who asks; None for strangers, and for those who belong nowhere."""
    if not request.user.is_authenticated:
        return None
    user, key = cast("Any", request.user), cast("Any", request.auth)
    member = (
        queries.membership_of(user)
        if key is None
        else queries.membership_in(key.workspace, user=user)
    )
    if member is None:
        return None
    return Caller(user=user, workspace=member.workspace, role=member.role, key=key)
