"""Errors outside of any view: as a page for people, as a problem for programs.

A database that restarts and a disk that is full are no faults of a page: whoever asked
is told when to come back. What an action does it does in one transaction, so that what
was not answered was done or not, and never by half; sent again, it is done once.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.views import defaults

from scoping.web.desk import desk_of

API = "/api/"
CODES = {
    400: "bad_request",
    403: "not_allowed",
    404: "not_found",
    500: "error",
    503: "database_away",
    507: "storage_full",
}
SENTENCES = {
    400: "The request holds something that no request of this API does.",
    403: "This is not allowed.",
    404: "There is nothing at this address.",
    500: "This is a fault of ours. It is written down; try again later.",
    503: "The database does not answer. Nothing was done by half; try again in a "
    "moment.",
    507: "There is no room left to store this. Nothing was kept; try again later.",
}
RETRY_AFTER_SECONDS = {503: "5", 507: "300"}
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DISK_FULL = "53100"
"""The SQLSTATE of a disk that is full."""


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
        headers={"Cache-Control": "no-store"} | _retry(status),
    )


def _retry(status: int) -> dict[str, str]:
    wait = RETRY_AFTER_SECONDS.get(status)
    return {} if wait is None else {"Retry-After": wait}


def status_of(error: BaseException | None) -> int:
    """Return the status of an error that no view dealt with.

    507 where the disk is full, 503 where the database is away, 500 for faults of ours.
    """
    if isinstance(error, OSError) and error.errno in FULL:
        return HTTPStatus.INSUFFICIENT_STORAGE
    # A COPY raises what the driver raises.
    database: Any = connection
    away = (
        *(OperationalError, InterfaceError),
        *(database.Database.OperationalError, database.Database.InterfaceError),
    )
    if not isinstance(error, away):
        return HTTPStatus.INTERNAL_SERVER_ERROR
    states = {getattr(one, "sqlstate", None) for one in (error, error.__cause__)}
    if DISK_FULL in states or "is full" in str(error):
        return HTTPStatus.INSUFFICIENT_STORAGE
    return HTTPStatus.SERVICE_UNAVAILABLE


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an error that no view dealt with."""
    status = status_of(sys.exc_info()[1])
    if request.path.startswith(API):
        return _problem(status)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return defaults.server_error(request)
    # Drawn without a look at who asks: that would ask the database again.
    page = get_template("503.html").render({"sentence": SENTENCES[status]})
    return HttpResponse(page, status=status, headers=_retry(status))


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
