"""The app that knows what was promised and what happened."""

from __future__ import annotations

from django.apps import AppConfig


class QuotesConfig(AppConfig):
    """Quotes, as Django knows it."""

    name = "quotes"
