"""Who may open an account: only people who were invited; and how factors are kept."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-in as usual, with the door for strangers shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: an admin of the workspace creates accounts."""
        return False


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
