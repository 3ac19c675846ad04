"""What leaves the house and what becomes of it: sent, withdrawn, revised, won, lost."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from secrets import token_urlsafe
from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions.answers import MOST_ORDER_BYTES, Order, record_order
from quotes.actions.links import TOKEN_BYTES, close_links, renew_link
from quotes.actions.losses import mark_lost
from quotes.actions.revisions import revise_quote, withdraw_quote
from quotes.actions.sending import prepare_sending, send_prepared
from quotes.api.changing import Change
from quotes.api.doors import QuoteDoor
from quotes.api.shown import QUOTE, QUOTE_FIELDS
from quotes.calc.choices import Choice
from quotes.queries import quotes as queries
from scoping.actions.repeating import Answer
from scoping.api.reading import Said, decimal, lines, one_of, text, whole
from scoping.api.schema import component, exactly

SENT = component("SentQuote", exactly(**QUOTE_FIELDS, link={"type": "string"}))
LETTERS = ("A", "B", "C")


RECIPIENT = Said(
    {
        "recipient_name": text(most=200),
        "recipient_email": text(most=254, pattern="^([^\\s@]+@[^\\s@]+)?$"),
    }
)


class Linking(Change):
    """What ends with a new private link, which stands in its answer alone.

    We keep only its fingerprint. Asked again with the same Idempotency-Key the link is
    worked out anew: from the key, of which we keep only a hash, and from a salt that is
    kept in the place of the link.
    """

    bodies = {"POST": RECIPIENT}
    answers: ClassVar[Any] = {"POST": (200, SENT)}
    fields = {"email_not_an_address": "/recipient_email"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Take a salt for the link that may be made."""
        super().initial(request, *args, **kwargs)
        self.salt = token_urlsafe(TOKEN_BYTES)

    def answer(self, revision: Any, *, status: int = 200) -> Answer:
        """Return the answer that is kept: with a salt where the link will stand."""
        made = super().answer(revision, status=status)
        return replace(made, body={**made.body, "link": self.salt})

    def answered(self, request: Request, found: Answer) -> Response:
        """Return the answer with its link, which no kept answer holds."""
        token = self.token_of(request, found.body["link"])
        link = request.build_absolute_uri(reverse("quote_link", args=[token]))
        return super().answered(
            request, replace(found, body={**found.body, "link": link})
        )

    def token_of(self, request: Request, salt: str) -> str:
        """Return the token of a request; without a key of its own the salt is one."""
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return salt
        said = f"{self.member.name} {request.path} {salt} {key}"
        digest = salted_hmac("plumbline.api.link", said, algorithm="sha256").digest()
        return urlsafe_b64encode(digest[:TOKEN_BYTES]).rstrip(b"=").decode()


class Sending(Linking):
    """Sending a draft."""

    operations = {"POST": "send_quote"}

    def post(self, request: Request, name: str) -> Response:
        """Send a draft: freeze it, and open its private `link`.

        The link is in this answer alone; asked again with the same Idempotency-Key, it
        is the same.
        """
        said = self.body(request)

        def send(_: Any, prepared: Any) -> Any:
            sent = send_prepared(
                prepared,
                edition=prepared.edition,
                token=self.token_of(request, self.salt),
                **said,
                **self.by(),
            )
            return sent.revision

        return self.change(
            request,
            name,
            send,
            prepare=lambda revision: prepare_sending(revision, now=now()),
        )


class NewLink(Linking):
    """Another link to a sent quote."""

    operations = {"POST": "renew_link"}

    def post(self, request: Request, name: str) -> Response:
        """Close every link to a sent quote and open a new one, `link`."""
        said = self.body(request)

        def renew(revision: Any, _: Any) -> Any:
            made = renew_link(
                revision, token=self.token_of(request, self.salt), **said, **self.by()
            )
            return made.revision

        return self.change(request, name, renew)


class ClosedLinks(Change):
    """Closing the links to a quote."""

    operations = {"POST": "close_links"}

    def post(self, request: Request, name: str) -> Response:
        """Close every link to a quote, for good; what was answered stays answered."""

        def close(revision: Any, _: Any) -> None:
            close_links(revision, **self.by())

        return self.change(request, name, close)


class Withdrawal(Change):
    """Withdrawing a draft or a sent quote."""

    operations = {"POST": "withdraw_quote"}

    def post(self, request: Request, name: str) -> Response:
        """Withdraw what nobody has answered; what it had replaced is open again."""

        def withdraw(revision: Any, _: Any) -> None:
            withdraw_quote(revision, **self.by())

        return self.change(request, name, withdraw)


class Revising(Change):
    """Revising a quote."""

    operations = {"POST": "revise_quote"}
    answers: ClassVar[Any] = {"POST": (201, QUOTE)}

    def post(self, request: Request, name: str) -> Response:
        """Make a draft of the next revision; this one stays as it is until it is sent.

        The answer is the new revision.
        """

        def revise(revision: Any, _: Any) -> Any:
            return revise_quote(revision, **self.by())

        return self.change(request, name, revise, status=201)


class Loss(Change):
    """Why a quote was lost."""

    operations = {"POST": "mark_lost"}
    bodies = {
        "POST": Said(
            {
                "reason": text(most=500, least=1, required=True),
                "competitor": text(most=200),
                "line": whole(least=0, most=9999),
                "unit_price": decimal(),
            }
        )
    }
    fields = {
        "why_missing": "/reason",
        "no_such_line": "/line",
        "price_out_of_range": "/unit_price",
        "too_precise": "/unit_price",
    }

    def post(self, request: Request, name: str) -> Response:
        """Write down why a quote was lost, to whom and at which unit price."""
        said = self.body(request)

        def lose(revision: Any, _: Any) -> None:
            mark_lost(revision, **said, **self.by())

        return self.change(request, name, lose)


class SignedOrders(Change):
    """Signed orders that came on paper."""

    operations = {"POST": "record_order"}
    parser_classes = [MultiPartParser]
    bodies = {
        "POST": {
            "type": "object",
            "required": ["po_number", "signed_by", "order"],
            "properties": {
                "po_number": {"type": "string", "minLength": 1, "maxLength": 60},
                "signed_by": {"type": "string", "minLength": 2, "maxLength": 200},
                "scenario": {"type": "string", "enum": list(LETTERS)},
                "take": lines().schema,
                "order": {
                    "type": "string",
                    "format": "binary",
                    "description": "a PDF, PNG or JPEG file of at most 10 MB",
                },
            },
        }
    }
    fields = {
        "no_such_choice": "/take",
        "po_number_too_long": "/po_number",
        "po_number_missing": "/po_number",
        "name_missing": "/signed_by",
        "order_missing": "/order",
        "order_not_readable": "/order",
        "order_too_large": "/order",
    }
    said = Said(
        {
            "po_number": text(most=60),
            "signed_by": text(most=200),
            "scenario": one_of(*LETTERS, default="A"),
            "take": lines(),
        }
    )

    def post(self, request: Request, name: str) -> Response:
        """Record that a client accepted on paper: number, signer, file, what it is for.

        A project begins. `take` are the lines that are taken besides, 2,3.
        """
        said = self.said.read(request.POST.dict())
        posted = request.FILES.get("order")
        order = Order(
            po_number=said["po_number"],
            file_name="" if posted is None else str(posted.name),
            content_type="" if posted is None else str(posted.content_type),
            body=b"" if posted is None else posted.read(MOST_ORDER_BYTES + 1),
        )
        if posted is not None:
            posted.seek(0)

        def record(revision: Any, _: Any) -> None:
            record_order(
                revision,
                order,
                signed_by=said["signed_by"],
                choice=Choice(scenario=said["scenario"], taken=said["take"]),
                **self.by(),
            )

        return self.change(request, name, record)


class OrderFile(QuoteDoor):
    """The file of a signed order."""

    operations = {"GET": "read_order_file"}
    answers: ClassVar[Any] = {"GET": (200, {"type": "string", "format": "binary"})}
    media_type = "application/octet-stream"

    def get(self, request: Request, name: str) -> HttpResponse:
        """Return the file of the signed order, as it was uploaded."""
        found = queries.order_of(self.revision(name))
        if found is None:
            raise Http404
        return HttpResponse(
            bytes(found.body),
            content_type="application/octet-stream",
            headers={
                "Cache-Control": "no-store, private",
                "Content-Disposition": content_disposition_header(
                    as_attachment=True, filename=found.file_name or "order"
                )
                or "attachment",
            },
        )
