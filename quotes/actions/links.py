"""Private links to a sent quote: made, made anew, and closed.

A token is known to whoever it was shown or mailed to and to nobody else: only its hash
is kept. So a mail gets a token of its own, made when it is sent (decision 0009).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.locking import begin, finish
from quotes.actions.people import personal_detail
from quotes.queries import quotes as queries

LONGEST_ADDRESS = 254
TOKEN_BYTES = 16
"""128 bits, which nobody guesses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewedLink:
    """A sent revision with the token of its new link, which is shown once."""

    revision: models.QuoteRevision
    token: str


def make_link(revision: models.QuoteRevision, *, now: datetime, token: str = "") -> str:
    """Make a link to a sent revision; return its token, which is not kept."""
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    models.QuoteLink.objects.create(
        workspace=revision.workspace,
        revision=revision,
        token_hash=queries.token_hash(token),
        created_at=now,
    )
    return token


@transaction.atomic
def renew_link(  # noqa: PLR0913 - a link's particulars, named
    revision: models.QuoteRevision,
    *,
    by: Any,
    role: str,
    now: datetime,
    recipient_name: str = "",
    recipient_email: str = "",
    token: str = "",
) -> RenewedLink:
    """Close every link to a sent quote and make a new one; mail it if asked to.

    Who had opened the quote by an old link is shut out at once.
    """
    refuse_odd_address(recipient_email)
    locked = begin(revision, "renew_link", role=role, now=now)
    closed = _close(locked, now=now)
    token = make_link(locked, now=now, token=token)
    name_recipient(locked, recipient_name, recipient_email)
    finish(
        locked,
        "renew_link",
        by=by,
        now=now,
        recorded="renew_link",
        after={"closed": closed},
        topic="quote_link_renewed" if recipient_email else "",
    )
    return RenewedLink(revision=locked, token=token)


@transaction.atomic
def close_links(
    revision: models.QuoteRevision, *, by: Any, role: str, now: datetime
) -> models.QuoteRevision:
    """Close every link to a quote, for good; what was answered stays answered."""
    locked = begin(revision, "close_links", role=role, now=now)
    closed = _close(locked, now=now)
    if not closed:
        raise RefusedError("no_open_link", f"No link to {locked} is open.")
    return finish(
        locked,
        "close_links",
        by=by,
        now=now,
        recorded="close_links",
        after={"closed": closed},
    )


def refuse_odd_address(email: str) -> None:
    """Refuse what is no address of mail; an empty one is none, and that is fine."""
    if not email:
        return
    try:
        MaxLengthValidator(LONGEST_ADDRESS)(email)
        validate_email(email)
    except ValidationError as error:
        raise RefusedError(
            "email_not_an_address",
            f"“{email[:60]}” is no address of mail. Write it like name@example.com.",
        ) from error


def name_recipient(locked: models.QuoteRevision, name: str, email: str) -> int | None:
    """Write down to whom a quote goes; return the row of the person, None for nobody.

    The link itself is not stored.
    """
    if not (name or email):
        return None
    person = personal_detail(locked.workspace, name=name, email=email)
    models.Recipient.objects.create(
        workspace=locked.workspace, revision=locked, person=person
    )
    return person.pk


def _close(locked: models.QuoteRevision, *, now: datetime) -> int:
    return locked.links.filter(revoked_at__isnull=True).update(revoked_at=now)
