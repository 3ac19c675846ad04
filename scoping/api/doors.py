"""What every endpoint of the API has in common: who asks, what they may, what they say.

An endpoint names its operations; `scoping.access` says what each takes. Before a body
is read the caller is known, allowed and counted. A POST that brings an Idempotency-Key
is done once; what changes a thing says which edition of it was seen (If-Match).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest
from django.utils.http import parse_etags, quote_etag
from django.utils.timezone import now
from rest_framework.exceptions import NotAuthenticated
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scoping.access import OPERATIONS
from scoping.actions.repeating import Answer, Asked, done_once, kept_answer
from scoping.api.callers import Caller, caller_of
from scoping.api.parsers import StrictJsonParser
from scoping.api.problems import refuse
from scoping.api.reading import Said
from scoping.api.throttling import CallerThrottle

KEY = re.compile(r"[\x21-\x7e]{1,255}")
NO_STORE = {"Cache-Control": "no-store"}
REVALIDATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


class OneRepresentation(BaseContentNegotiation):
    """Answers with what there is, whatever was asked for: each thing has one form."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the parser of the body's media type, None if there is none."""
        for parser in parsers:
            if parser.media_type == request.content_type.partition(";")[0].strip():
                return parser
        return None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        """Return the one that there is."""
        return renderers[0], renderers[0].media_type


class Door(APIView):
    """An endpoint. `operations` names the operation of each method it answers."""

    operations: ClassVar[Mapping[str, str]] = {}
    query: ClassVar[Mapping[str, Said]] = {}
    """What the address of each method may ask for; nothing unless it is here."""

    bodies: ClassVar[Mapping[str, Said | Mapping[str, Any]]] = {}
    """What the body of each method may say."""
    answers: ClassVar[Mapping[str, tuple[int, Mapping[str, Any] | None]]] = {}
    """The status and the JSON Schema of each method's answer."""
    changes: ClassVar[frozenset[str]] = frozenset()
    """The methods that change a thing, and ask which edition of it was seen."""
    also_wrong: ClassVar[frozenset[int]] = frozenset()
    media_type: ClassVar[str] = "application/json"

    permission_classes = []
    parser_classes = [StrictJsonParser]
    throttle_classes = [CallerThrottle]
    content_negotiation_class = OneRepresentation
    caller: Caller | None
    asked: dict[str, Any]
    digest: str

    @property
    def member(self) -> Caller:
        """Return who asks, at an endpoint that strangers cannot enter."""
        if self.caller is None:  # pragma: no cover - `check_permissions` sees to it
            raise NotAuthenticated
        return self.caller

    def check_permissions(self, request: Request) -> None:
        """Refuse who may not call this operation, before anything is looked up."""
        super().check_permissions(request)
        self.caller = caller_of(request)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in self.operations:
            return  # answered 405, whoever asks
        operation = OPERATIONS.get(self.operations[method])
        if operation is None:
            refuse(403, "not_allowed", "Nobody may call this operation.")
        if self.caller is None:
            if operation.act is None:
                return
            if not request.user.is_authenticated:
                raise NotAuthenticated
            refuse(403, "not_allowed", "Your account belongs to no workspace.")
        reason = self.caller.refusal(operation)
        if reason is not None:
            refuse(403, *reason)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Know, allow and count the caller; then read what the address asks."""
        super().initial(request, *args, **kwargs)
        if request.method not in {*self.operations, "HEAD"}:
            return
        said = self.query.get(str(request.method).replace("HEAD", "GET"), Said())
        twice = [name for name in request.GET if len(request.GET.getlist(name)) > 1]
        if twice:
            refuse(400, "said_twice", f"{twice[0][:40]} stands twice.", f"?{twice[0]}")
        self.asked = said.read(request.GET.dict(), path="?")
        # Before anything reads the body, which is there to be read only once.
        self.digest = (
            "" if _is_form(request) or self._key(request) is None else _digest(request)
        )

    def body(self, request: Request) -> dict[str, Any]:
        """Return what the body says. Raises SpecError."""
        said = self.bodies[str(request.method)]
        if not isinstance(said, Said):
            raise TypeError("This body is read elsewhere.")
        return said.read(request.data)

    def once(
        self,
        request: Request,
        do: Callable[[Any], Answer],
        *,
        prepare: Callable[[], Any] = lambda: None,
        stores: bool = True,
    ) -> Response:
        """Answer a request that does something, in one transaction.

        With an Idempotency-Key it is done once. `prepare` is what takes time and
        changes nothing; it comes before the transaction, and so does `do` if nothing is
        stored.
        """
        moment = now()
        asked = self._asked_under_key(request)
        if asked is None:
            return self.answered(request, self._do(do, prepare, stores=stores))
        found = kept_answer(asked, now=moment)
        if found is None and stores:
            ready = prepare()
            found = done_once(asked, lambda: do(ready), now=moment)
        elif found is None:
            made = do(None)
            found = done_once(asked, lambda: made, now=moment)
        return self.answered(request, found)

    def _do(
        self, do: Callable[[Any], Answer], prepare: Callable[[], Any], *, stores: bool
    ) -> Answer:
        if not stores:
            return do(None)
        ready = prepare()
        with transaction.atomic():
            return do(ready)

    def answered(self, request: Request, found: Answer) -> Response:
        """Return an answer as a response, saying whether it was given before."""
        headers = NO_STORE | found.headers
        if found.repeated:
            headers["Idempotent-Replayed"] = "true"
        return Response(found.body, status=found.status, headers=headers)

    def _key(self, request: Request) -> str | None:
        """Return the key under which a POST came, None if under none."""
        said = request.headers.get("Idempotency-Key")
        if said is None or request.method != "POST":
            return None
        if not KEY.fullmatch(said):
            refuse(
                400,
                "bad_idempotency_key",
                "An Idempotency-Key has 1 to 255 printable characters of ASCII and no "
                "space.",
            )
        return said

    def _asked_under_key(self, request: Request) -> Asked | None:
        """Return a request that may come again; None if it came without a key."""
        said = self._key(request)
        if said is None or self.caller is None:
            return None
        return Asked(
            workspace=self.caller.workspace,
            caller=self.caller.name,
            address=request.path[:300],
            key=said,
            digest=_digest_of_form(request) if _is_form(request) else self.digest,
        )


def seen(request: Request, etag: str) -> None:
    """Refuse a change by somebody who has not seen the thing as it is now."""
    said = request.headers.get("If-Match")
    if said is None:
        refuse(
            428,
            "if_match_missing",
            "Say in If-Match which edition you saw: the ETag of the thing.",
        )
    if said.strip() != "*" and quote_etag(etag) not in parse_etags(said):
        refuse(
            412,
            "stale",
            "It was changed since you read it. Read it again; nothing of yours was "
            "saved.",
        )


def shown(request: Request, body: Any, *, etag: str = "") -> Response:
    """Return a thing as it is now, or 304 to whoever has it already."""
    tag = quote_etag(etag or etag_of(body))
    headers = REVALIDATE | {"ETag": tag}
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in known or tag in [one.removeprefix("W/") for one in known]:
        return Response(status=304, headers=headers)
    return Response(body, headers=headers)


def etag_of(body: Any) -> str:
    """Return the tag of a thing: a digest of all that is shown of it."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _is_form(request: Request) -> bool:
    return request.content_type.startswith("multipart/")


def _digest(request: Request) -> str:
    """Return the SHA-256 of what a request says: its query and its body."""
    found = hashlib.sha256(request.META.get("QUERY_STRING", "").encode() + b"\n")
    plain: HttpRequest = request._request  # noqa: SLF001 - the body before it is parsed
    found.update(plain.body)
    return found.hexdigest()


def _digest_of_form(request: Request) -> str:
    """Return the SHA-256 of what a form says, and of what is in its files."""
    found = hashlib.sha256(request.META.get("QUERY_STRING", "").encode() + b"\n")
    for name, values in sorted(request.POST.lists()):
        found.update(json.dumps([name, values]).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            inside = hashlib.sha256()
            for chunk in file.chunks():
                inside.update(chunk)
            file.seek(0)
            found.update(json.dumps([name, file.name, inside.hexdigest()]).encode())
    return found.hexdigest()
