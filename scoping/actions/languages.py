"""The language somebody reads: chosen once, kept with the account."""

from __future__ import annotations

from scoping.models import User


def speak_to(user: User, language: str) -> None:
    """Show somebody their pages in a language from now on, wherever they sign in."""
    user.language = language
    user.save(update_fields=["language"])
