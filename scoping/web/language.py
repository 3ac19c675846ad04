"""Which language a page is in: who reads it has chosen, or the browser says.

A client reads her choice (a cookie that a plain form sets), else the language of the
quote, else her browser's. Who signed in reads what the account says, wherever that is,
and without a choice her browser's. What programs read stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_POST

from scoping.access import Role
from scoping.actions.languages import speak_to
from scoping.language import LANGUAGES, language_of, page_in
from scoping.web.public.page import address_of

COOKIE = "language"
A_YEAR = 365 * 24 * 3600
CLIENT_PAGES = frozenset(
    {
        *("public_start", "public_scope", "kept_scope", "ask_for_quote"),
        *("quote_link", "offer", "offer_pdf", "offer_json"),
        *("offer_accept", "offer_ask", "offer_decline"),
        *("offer_batches", "offer_batches_accept", "offer_batch_reject"),
        "offer_dispute",
        *("offer_report_pdf", "offer_report_csv"),
    }
)
"""Addresses whose pages a client reads; `home` is one too for who signed in as one."""

LEFT_ENGLISH = "/admin/"
"""Django's own admin: for who runs the service, not for who works with it."""


class SpeakTheirLanguage:
    """Translates pages on their way out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response, a page in the language of who asked for it."""
        response = self.get_response(request)
        if response.streaming or request.path.startswith(LEFT_ENGLISH):
            return response
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not is_page and not _is_clients(request):
            return response
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if not is_page:
            return response
        key = spoken(request, status=response.status_code)
        response.headers["Content-Language"] = key
        if key != "en":
            response.content = page_in(language_of(key), response.text)
        return response


def _is_clients(request: HttpRequest) -> bool:
    found = request.resolver_match
    if found is None:
        return False
    desk = getattr(request, "desk", None)
    if found.url_name == "home" and desk is not None:
        return bool(desk.role == Role.CLIENT)
    return found.url_name in CLIENT_PAGES


def spoken(request: HttpRequest, *, status: int = 200) -> str:
    """Return the language of the page that answers a request.

    A view that shows a quote says its language as `request.quote_language`: a client's
    own choice goes before it, and staff see the quote as it is.
    """
    chosen = request.COOKIES.get(COOKIE, "")
    of_quote = getattr(request, "quote_language", "")
    if _is_clients(request):
        wanted = (chosen, of_quote, _of_account(request, status=status))
    elif of_quote:
        wanted = (of_quote, "en", "")
    else:
        wanted = (_of_account(request, status=status), chosen, "")
    return next((one for one in wanted if one in LANGUAGES), "") or _of_browser(request)


def _of_account(request: HttpRequest, *, status: int) -> str:
    """Return what who signed in has chosen; nobody is looked up for a broken page."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ""
    user = getattr(request, "user", None)
    return str(getattr(user, "language", ""))


def _of_browser(request: HttpRequest) -> str:
    for wanted, _ in parse_accept_lang_header(
        request.headers.get("Accept-Language", "")
    ):
        key = wanted.split("-")[0]
        if key in LANGUAGES:
            return key
    return "en"


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language and go back; answers that came along stay with it."""
    response = HttpResponseRedirect(_back(request))
    key = request.POST.get(COOKIE, "")
    if key not in LANGUAGES:
        return response
    if request.user.is_authenticated:
        speak_to(cast("Any", request.user), key)
    response.set_cookie(
        COOKIE,
        key,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _back(request: HttpRequest) -> str:
    """Return the address of this site that somebody came from, the start if none."""
    try:
        said = urlsplit(request.POST.get("next", ""))
    except ValueError:  # no address at all: a bracket left open, a host of odd signs
        return "/"
    path = said.path
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(
        path, allowed_hosts=None
    ):
        return "/"
    asked = f"?{said.query}" if said.query else ""
    return f"{path}{address_of(request.POST) or asked}"
