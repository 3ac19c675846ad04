"""Who may open an account: only people who were invited; how links and factors work."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest

from scoping.actions.password_links import begin_password_link
from scoping.queries import password_nonce


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-in as usual, with the door for strangers shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: an admin of the workspace creates accounts."""
        return False


class NewestLinkOnly(PasswordResetTokenGenerator):
    """Links to a new password as usual, of which the newest alone opens anything.

    The class that allauth has for it stands in a module that asks for this one while it
    is imported: whichever of the two came second would find the other half made.
    """

    def make_token(self, user: Any) -> str:
        """Return the token of a new link, and end the one before."""
        begin_password_link(user)
        return super().make_token(user)

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        """Let a token hang on the addresses of the user and on the link sent last."""
        said = super()._make_hash_value(user, timestamp)
        addresses = EmailAddress.objects.filter(user_id=user.pk)
        known = {user.email, *addresses.values_list("email", flat=True)}
        return "|".join([said, *sorted(known), password_nonce(user)])


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
