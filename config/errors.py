"""Errors outside of any view: as a page for people, as a problem for programs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from scoping.web.desk import desk_of

API = "/api/"
CODES = {400: "bad_request", 403: "not_allowed", 404: "not_found", 500: "error"}
SENTENCES = {
    400: "The request holds something that no request of this API does.",
    403: "This is not allowed.",
    404: "There is nothing at this address.",
    500: "This is a fault of ours. It is written down; try again later.",
}


def _problem(status: int) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": CODES[status],
        "detail": SENTENCES[status],
        "errors": [],
    }
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


def _said(
    status: int, page: Callable[..., HttpResponse]
) -> Callable[..., HttpResponse]:
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path.startswith(API):
            return _problem(status)
        if status == HTTPStatus.NOT_FOUND:
            _seat(request)
        return page(request, *args, **kwargs)

    return respond


def _seat(request: HttpRequest) -> None:
    """Give whoever has signed in the sections of their desk, for the way back.

    No view has looked at who asks where an address leads nowhere.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or hasattr(request, "desk"):
        return
    with suppress(PermissionDenied):
        request.desk = desk_of(request)  # type: ignore[attr-defined]  # for partials/top.html


bad_request = _said(400, defaults.bad_request)
permission_denied = _said(403, defaults.permission_denied)
page_not_found = _said(404, defaults.page_not_found)
server_error = _said(500, defaults.server_error)
