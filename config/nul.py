"""Text that no database keeps: requests with a NUL in them are refused at the door.

PostgreSQL stores no NUL in a text, so that one in a name, an address or a form would be
an error of ours; SQLite would keep it. Documents in JSON are read by their own readers,
which name the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

NUL = "\x00"


class RefuseNul:
    """Answer 400 to a request whose address or form holds a NUL.

    A view that the form check leaves alone reads its body by itself, with limits of its
    own; its form is not read here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what answers."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as the service does."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Any,
        args: object,  # noqa: ARG002 - Django's
        kwargs: object,  # noqa: ARG002 - Django's
    ) -> None:
        """Refuse before the view is asked, and after the form check."""
        reads_by_itself = getattr(view, "csrf_exempt", False)
        if any(NUL in text for text in _texts(request, form=not reads_by_itself)):
            raise BadRequest("The request holds a character that no text has (NUL).")


def _texts(request: HttpRequest, *, form: bool) -> Iterator[str]:
    """Yield the path, and all that a query and a form name, say and upload."""
    yield request.path
    for said in (request.GET, request.POST) if form else (request.GET,):
        for name, values in said.lists():
            yield from (name, *values)
    if form:
        for name, files in request.FILES.lists():
            yield name
            yield from (f"{file.name}{file.content_type}" for file in files)
