"""How often one caller may ask; whoever asks more is told when to come back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class CallerThrottle(SimpleRateThrottle):
    """Counts each person and each key by itself, whatever they ask for.

    Strangers are not counted here: they are refused, or counted where they are let in.
    """

    scope = "api"

    def get_rate(self) -> str:
        """Return the rate of the settings as they are now."""
        return f"{settings.API_REQUESTS_PER_MINUTE}/minute"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return under what a caller is counted, None for strangers."""
        caller = view.caller
        return None if caller is None else f"api-{caller.name}"
