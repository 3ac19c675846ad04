"""The app that knows what was promised and what happened."""

from __future__ import annotations

from django.apps import AppConfig


class QuotesConfig(AppConfig):
    """Quotes, as Django knows it."""

    name = "quotes"

    def ready(self) -> None:
        """Let what clients ask for come into the inbox where they ask."""
        from quotes.actions.inbox import take_in_request  # the models are loaded now
        from scoping.actions.public import quote_requested

        quote_requested.connect(take_in_request, dispatch_uid="quotes.inbox")
