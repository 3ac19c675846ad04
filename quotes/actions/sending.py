"""Sending: a draft becomes a promise. Two documents, two hashes, one link.

Everything that takes time (the estimate, the PDFs) is made before the transaction. In
it the draft is locked and compared with what was read; what is written is final.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.drafts import lock_draft
from quotes.calc import snapshot
from quotes.pdf import SIZES, render_quote
from quotes.queries import quotes as queries
from scoping import audit
from scoping.access import Act, may
from scoping.actions import enqueue
from scoping.calc.document import document as estimate_document
from scoping.calc.estimate import Estimate

TOKEN_BYTES = 16
"""128 bits, which nobody guesses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentQuote:
    """A sent revision with the token of its link, which is shown once."""

    revision: models.QuoteRevision
    token: str


def send_quote(
    revision: models.QuoteRevision,
    *,
    by: Any,
    role: str,
    now: datetime,
    recipient_name: str = "",
    recipient_email: str = "",
) -> SentQuote:
    """Send a draft: freeze what it says, open its link, tell the recipient.

    Refuses what is no draft, and a price below its floor from whoever may not sell
    below it.
    """
    edition = revision.edition
    scenario = queries.scenario_of(revision)
    made = queries.estimate_of(scenario, today=now.date())
    _refuse_below_floor(made, role=role)
    local = now.astimezone(ZoneInfo(revision.time_zone)).date()
    valid_until = local + timedelta(days=queries.VALID_DAYS)
    client = queries.draft_document(
        revision, scenario, made, dated=local, valid_until=valid_until
    )
    client_text = snapshot.canonical(client)
    client_digest = snapshot.digest_of_text(client_text)
    internal_text = snapshot.canonical(
        snapshot.internal_document(
            spec=scenario.spec,
            estimate=estimate_document(made),
            decisions=_decisions(made),
            terms_version=str(client["terms"]["version"]),
            client_digest=client_digest,
        )
    )
    logo = (bytes(revision.workspace.logo), revision.workspace.logo_type)
    pdfs = {
        size: render_quote(client, digest=client_digest, size=size, logo=logo)
        for size in SIZES
    }
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        locked = lock_draft(revision, edition=edition)
        _freeze(
            locked,
            made,
            at=now,
            documents={
                models.FrozenDocument.CLIENT: (client_text, client_digest),
                models.FrozenDocument.INTERNAL: (
                    internal_text,
                    snapshot.digest_of_text(internal_text),
                ),
            },
            pdfs=pdfs,
        )
        locked.state = models.State.SENT
        locked.sent_at = locked.frozen_at = now
        locked.valid_until = valid_until
        locked.client_digest = client_digest
        locked.save()
        models.QuoteLink.objects.create(
            workspace=locked.workspace,
            revision=locked,
            token_hash=queries.token_hash(token),
            created_at=now,
        )
        _tell(locked, name=recipient_name, email=recipient_email, now=now)
        audit.record(
            workspace=locked.workspace,
            actor=str(by),
            action="send_quote",
            subject=f"quote {locked}",
            after={"client_digest": client_digest},
            at=now,
        )
    return SentQuote(revision=locked, token=token)


def _refuse_below_floor(made: Estimate, *, role: str) -> None:
    if may(role, Act.SELL_BELOW_FLOOR):
        return
    below = [
        line.index
        for line in made.spec.lines
        if made.suggested[line.index].decided.value
        < made.suggested[line.index].floor.value
    ]
    if below:
        names = ", ".join(str(index + 1) for index in below)
        raise RefusedError(
            "below_floor",
            f"Line {names} is priced below its floor. A manager can send this quote, "
            f"or raise the price.",
        )


def _decisions(made: Estimate) -> list[dict[str, Any]]:
    return [
        {
            "line": line.index,
            "value": str(made.suggested[line.index].decided.value),
            "binding": made.suggested[line.index].binding,
            "because": made.suggested[line.index].decided.because,
        }
        for line in made.spec.lines
    ]


def _freeze(
    revision: models.QuoteRevision,
    made: Estimate,
    *,
    at: datetime,
    documents: dict[str, tuple[str, str]],
    pdfs: Mapping[Any, bytes],
) -> None:
    workspace = revision.workspace
    for kind, (text, digest) in documents.items():
        models.FrozenDocument.objects.create(
            workspace=workspace,
            revision=revision,
            kind=kind,
            body=text,
            digest=digest,
            frozen_at=at,
        )
    for size, body in pdfs.items():
        models.FrozenPdf.objects.create(
            workspace=workspace, revision=revision, size=size, body=body, frozen_at=at
        )
    scenarios = models.Scenario.objects.filter(revision=revision)
    models.PriceDecision.objects.filter(scenario__in=scenarios).update(frozen_at=at)
    scenarios.update(promised_week=made.schedule.promised, frozen_at=at)


def _tell(
    revision: models.QuoteRevision, *, name: str, email: str, now: datetime
) -> None:
    """Write down that the recipient is to be told; the link itself is not stored."""
    person = None
    if name or email:
        person = personal_detail(revision.workspace, name=name, email=email)
    enqueue(
        "quote_sent",
        {
            "quote": str(revision),
            "recipient": None if person is None else person.pk,
            "client_digest": revision.client_digest,
        },
        workspace=revision.workspace,
        dedupe_id=f"quote_sent {revision}",
        now=now,
    )


def personal_detail(
    workspace: Any,
    *,
    name: str = "",
    email: str = "",
    address: str = "",
    user_agent: str = "",
) -> models.PersonalDetail:
    """Store who somebody is in a row of its own, with a salted digest for others."""
    salt = secrets.token_hex(16)
    said = {
        "name": name[:200],
        "email": email[:254],
        "address": address[:60],
        "user_agent": user_agent[:300],
    }
    return models.PersonalDetail.objects.create(
        workspace=workspace,
        salt=salt,
        digest=snapshot.digest({**said, "salt": salt}),
        **said,
    )
