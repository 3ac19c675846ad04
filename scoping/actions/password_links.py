"""Links to a new password: each that is sent ends the one before."""

from __future__ import annotations

import secrets

from scoping.models import PasswordLink, User


def begin_password_link(user: User) -> str:
    """Let no link to a new password open any more; return what the next is made of."""
    link, _ = PasswordLink.objects.update_or_create(
        user=user, defaults={"nonce": secrets.token_hex(16)}
    )
    return link.nonce
