"""The app that knows what was promised and what happened."""

from __future__ import annotations

from django.apps import AppConfig


class QuotesConfig(AppConfig):
    """Quotes, as Django knows it."""

    name = "quotes"

    def ready(self) -> None:
        """Listen to what clients ask for on the public form."""
        from quotes.actions.inbox import put_request
        from scoping.actions.public import quote_requested

        quote_requested.connect(put_request, dispatch_uid="inbox of sales")
