"""How strangers come in: which workspace is open to them, and how often they may ask.

A public calculator is a rate-card oracle, so each address may ask so often an hour and
no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from math import ceil
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from rest_framework.throttling import SimpleRateThrottle

from scoping import queries
from scoping.web.public.answer import Shop

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class AddressThrottle(SimpleRateThrottle):
    """Counts what one address asks for; people who have signed in count too."""

    def __init__(self, scope: str, *, per_hour: int) -> None:
        self.scope = scope
        self.rate = f"{per_hour}/hour"
        super().__init__()

    def get_cache_key(self, request: Any, view: Any) -> str:
        """Return where this address is counted."""
        return f"throttle_{self.scope}_{self.get_ident(request)}"


def counted(*, scope: str, setting: str, methods: Iterable[str]) -> Callable[..., Any]:
    """Refuse an address that has asked too often: 429, with when to come again."""
    kinds = frozenset(methods)

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def respond(
            request: HttpRequest, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            refused = None
            if request.method in kinds:
                refused = too_often(request, scope=scope, setting=setting)
            return refused or view(request, *args, **kwargs)

        return cast("View[P]", respond)

    return wrap


def too_often(request: HttpRequest, *, scope: str, setting: str) -> HttpResponse | None:
    """Count a request of an address; return the refusal if it is one too many."""
    throttle = AddressThrottle(scope, per_hour=getattr(settings, setting))
    if throttle.allow_request(request, None):  # type: ignore[arg-type]
        return None
    wait = ceil(throttle.wait() or 60)
    minutes = max(1, ceil(wait / 60))
    response = render(
        request, "scoping/public/too_often.html", {"minutes": minutes}, status=429
    )
    response.headers["Retry-After"] = str(wait)
    return response


def unlisted(view: View[P]) -> View[P]:
    """Keep answers out of caches, and what people typed out of search engines."""

    @wraps(view)
    def respond(
        request: HttpRequest, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        if request.GET or "kept" in request.path:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return cast("View[P]", respond)


def open_workspace(slug: str | None = None) -> Any:
    """Return the workspace whose prices are public, by its slug; 404 for any other."""
    found = queries.public_workspace(settings.PUBLIC_WORKSPACE)
    if found is None or (slug is not None and found.slug != slug):
        raise Http404
    return found


def shop_of(workspace: Any) -> Shop:
    """Return what a workspace's prices are made with today, at its place."""
    today = now().astimezone(ZoneInfo(workspace.timezone)).date()
    return Shop(
        price=queries.price_side_on(today, workspace=workspace),
        workdays=queries.workdays(workspace),
        unknowns=queries.unknowns(),
        today=today,
    )
