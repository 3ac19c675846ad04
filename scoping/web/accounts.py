"""Who may open an account: only people who were invited; how links and factors work."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from scoping.actions.password_links import begin_password_link
from scoping.models import User
from scoping.queries import password_nonce


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-in as usual, with the door for strangers shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: an admin of the workspace creates accounts."""
        return False


class NewestLinkOnly(EmailAwarePasswordResetTokenGenerator):  # type: ignore[misc]  # allauth is untyped
    """Links to a new password as usual, of which the newest alone opens anything."""

    def make_token(self, user: User) -> str:
        """Return the token of a new link, and end the one before."""
        begin_password_link(user)
        return str(super().make_token(user))

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        """Let a token hang on which link was sent last."""
        said = super()._make_hash_value(user, timestamp)
        return f"{said}|{password_nonce(user)}"


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Second factors as usual, with their secrets encrypted by the secret key.

    Whoever reads the database alone cannot make the codes of an authenticator.
    """

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret as it was before it was stored."""
        return _seal().decrypt(encrypted_text.encode()).decode()


def _seal() -> Fernet:
    key = hashlib.sha256(b"plumbline second factor" + settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(key.digest()))
