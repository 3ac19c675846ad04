"""A page that needs a rate card which is not there, or is of an earlier release.

A published card is final, and a release may ask for rows that an older card lacks. That
is nobody's typing error and no fault of the page: it is said, with what to do.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from scoping.queries import NoCardError

STRANGER = "The prices behind this page cannot be read. Tell whoever sent you here."


class SayWhichCard:
    """Answer 409 with a sentence where a view found no card that it can read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what answers."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as the service does."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Return the page of a missing card; None for any other error."""
        if not isinstance(error, NoCardError):
            return None
        said = str(error) if request.user.is_authenticated else STRANGER
        return render(request, "no_card.html", {"said": said}, status=409)
