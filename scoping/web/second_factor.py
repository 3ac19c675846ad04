"""A second factor is asked of everybody who works where the policy asks for it.

Whoever has none yet sees nothing but the page that sets one up. The check stands before
every view, Django's admin and the API included, so that no door can forget it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from scoping import queries

OPEN = ("/accounts/", "/static/", "/livez", "/readyz")
"""What stays open: sign-in, what its pages are made of, and the probes."""
API = "/api/"


class AskForSecondFactor:
    """The middleware; see the module."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer instead of the view where a second factor is missing."""
        if request.path.startswith(OPEN) or not _lacks(request):
            return self.get_response(request)
        if request.path.startswith(API):
            return JsonResponse(
                {
                    "type": "about:blank",
                    "title": "A second factor is missing",
                    "status": 403,
                    "code": "second_factor_missing",
                    "detail": (
                        "Your workspace asks for a second factor. Set one up on "
                        + reverse("mfa_activate_totp")
                    ),
                    "errors": [],
                },
                status=403,
                content_type="application/problem+json",
            )
        messages.warning(
            request,
            "Your workspace asks for a second factor. Set one up to go on.",
        )
        return redirect("mfa_activate_totp")


def _lacks(request: HttpRequest) -> bool:
    user = cast("Any", request.user)
    if not user.is_authenticated:
        return False
    return queries.needs_second_factor(user) and not is_mfa_enabled(user)
