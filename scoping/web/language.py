"""Which language a client reads: her choice, else the quote's, else her browser's.

The choice is a cookie that a plain form sets. Client pages alone are translated; what
staff and programs read stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_POST

from scoping.access import Role
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


class SpeakTheirLanguage:
    """Translates the pages of clients, on their way out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response, a client's page in her language."""
        response = self.get_response(request)
        if not _is_clients(request) or response.streaming:
            return response
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        key = spoken(request)
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


def spoken(request: HttpRequest) -> str:
    """Return the language of a request: chosen, else the quote's, else the browser's.

    A view that shows a quote says its language as `request.quote_language`.
    """
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    of_quote = getattr(request, "quote_language", "")
    if of_quote in LANGUAGES:
        return str(of_quote)
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
    try:
        path = urlsplit(request.POST.get("next", "")).path
    except ValueError:  # no address at all: a bracket left open, a host of odd signs
        path = "/"
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(
        path, allowed_hosts=None
    ):
        path = "/"
    response = HttpResponseRedirect(f"{path}{address_of(request.POST)}")
    key = request.POST.get(COOKIE, "")
    if key in LANGUAGES:
        response.set_cookie(
            COOKIE,
            key,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
