"""Sending: a draft becomes a promise. Two documents, two hashes, one link.

Everything that takes time (the estimate, the PDFs) is made before the transaction. In
it the draft is locked and compared with what was read; what is written is final.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.approvals import refuse_unapproved
from quotes.actions.links import make_link, name_recipient, refuse_odd_address
from quotes.actions.locking import begin, finish
from quotes.actions.revisions import replace_current
from quotes.calc import snapshot
from quotes.calc.policy import Finding
from quotes.pdf import SIZES, render_quote
from quotes.queries import offers, policy
from quotes.queries import quotes as queries
from scoping import queries as scoping
from scoping.calc.document import document as estimate_document
from scoping.calc.estimate import Estimate
from scoping.calc.workdays import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class SentQuote:
    """A sent revision with the token of its link, which is shown once."""

    revision: models.QuoteRevision
    token: str


def send_quote(  # noqa: PLR0913 - a sending's particulars, named
    revision: models.QuoteRevision,
    *,
    by: Any,
    role: str,
    now: datetime,
    edition: int | None = None,
    recipient_name: str = "",
    recipient_email: str = "",
) -> SentQuote:
    """Send a draft: freeze what it says, open its link, tell the recipient.

    It takes the place of the revision that was open until now. `edition` is what the
    person saw; another one means that it was changed meanwhile. Refuses what is no
    draft, what is out of policy and not approved as it stands, what a later revision
    has overtaken, and a number that was accepted.
    """
    return send_prepared(
        prepare_sending(revision, now=now),
        by=by,
        role=role,
        now=now,
        edition=edition,
        recipient_name=recipient_name,
        recipient_email=recipient_email,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A draft as it was read, with all that sending it freezes and what policy says."""

    revision: models.QuoteRevision
    edition: int
    sealed: Sealed
    found: tuple[Finding, ...]


def prepare_sending(revision: models.QuoteRevision, *, now: datetime) -> Prepared:
    """Make what takes time: the estimates, the documents, the PDFs; changes nothing."""
    read = revision.edition
    sealed = seal(revision, now=now)
    return Prepared(
        revision=revision,
        edition=read,
        sealed=sealed,
        found=policy.out_of_policy(revision, today=now.date(), made=dict(sealed.made)),
    )


def send_prepared(  # noqa: PLR0913 - a sending's particulars, named
    prepared: Prepared,
    *,
    by: Any,
    role: str,
    now: datetime,
    edition: int | None = None,
    recipient_name: str = "",
    recipient_email: str = "",
    token: str = "",
) -> SentQuote:
    """Send what was prepared, unless the draft was changed meanwhile.

    `token` is for a door that must be able to show the same link again; it has to be
    as hard to guess as one that is made here.
    """
    refuse_odd_address(recipient_email)
    revision, sealed = prepared.revision, prepared.sealed
    with transaction.atomic():
        locked = begin(revision, "send", role=role, now=now, edition=edition)
        if prepared.edition != locked.edition:
            raise RefusedError(
                "stale_version",
                f"{locked} was changed meanwhile. Load it again before you send it.",
            )
        _refuse_overtaken(locked)
        refuse_unapproved(locked, prepared.found)
        replace_current(locked, by=by, now=now)
        _freeze(locked, sealed, at=now)
        token = make_link(locked, now=now, token=token)
        finish(
            locked,
            "send",
            by=by,
            now=now,
            after={"client_digest": locked.client_digest},
            topic="quote_sent",
            payload={
                "recipient": name_recipient(locked, recipient_name, recipient_email),
                "client_digest": locked.client_digest,
            },
        )
    return SentQuote(revision=locked, token=token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What sending freezes: two documents, two PDFs, and the estimates behind them."""

    made: Mapping[str, Estimate]
    client_text: str
    client_digest: str
    internal_text: str
    pdfs: Mapping[Any, bytes]
    valid_until: date


def seal(revision: models.QuoteRevision, *, now: datetime) -> Sealed:
    """Make what sending freezes. It takes seconds, and changes nothing."""
    local = now.astimezone(ZoneInfo(revision.time_zone)).date()
    valid_until = local + timedelta(days=queries.VALID_DAYS)
    made = offers.estimates_of(revision, today=now.date())
    try:
        client = offers.client_document_of(
            revision, made, dated=local, valid_until=valid_until
        )
    except offers.TooManyChoicesError as error:
        raise RefusedError("too_many_choices", str(error)) from error
    client_text = snapshot.canonical(client)
    client_digest = snapshot.digest_of_text(client_text)
    internal = _internal(revision, made, client, digest=client_digest)
    logo = (bytes(revision.workspace.logo), revision.workspace.logo_type)
    return Sealed(
        made=made,
        client_text=client_text,
        client_digest=client_digest,
        internal_text=snapshot.canonical(internal),
        pdfs={
            size: render_quote(client, digest=client_digest, size=size, logo=logo)
            for size in SIZES
        },
        valid_until=valid_until,
    )


def _calendars(
    revision: models.QuoteRevision, made: Mapping[str, Estimate]
) -> list[Calendar]:
    """Return the calendars that the dates of what is sent rest on."""
    days = scoping.workdays(revision.workspace)
    keys = {one.spec.client_calendar for one in made.values()} | {
        one.card.cost.site_of(one.spec.site).calendar for one in made.values()
    }
    return [days.calendar(key) for key in keys]


def _internal(
    revision: models.QuoteRevision,
    made: Mapping[str, Estimate],
    client: Mapping[str, Any],
    *,
    digest: str,
) -> dict[str, Any]:
    """Return what was sent was made of: scenario A, and beside it the others."""
    specs = {one.letter: one.spec for one in revision.scenarios.all()}
    document = snapshot.internal_document(
        spec=specs["A"],
        estimate=estimate_document(made["A"]),
        decisions=_decisions(made["A"]),
        terms_version=str(client["terms"]["version"]),
        client_digest=digest,
        calendars=_calendars(revision, made),
        texts={one["section"]: one["version"] for one in client["texts"]["sections"]},
    )
    document["others"] = {
        letter: {
            "spec": specs[letter],
            "estimate": estimate_document(one),
            "decisions": _decisions(one),
        }
        for letter, one in made.items()
        if letter != "A"
    }
    return document


def _refuse_overtaken(locked: models.QuoteRevision) -> None:
    """Refuse a draft that is older than what was sent, or whose number is accepted."""
    quote = locked.quote
    if models.Acceptance.objects.filter(quote=quote).exists():
        raise RefusedError(
            "already_accepted",
            f"{quote.number} was accepted. Changes go into a change order.",
        )
    later = (
        quote.revisions.filter(revision__gt=locked.revision, frozen_at__isnull=False)
        .exclude(state=models.State.WITHDRAWN)
        .first()
    )
    if later is not None:
        raise RefusedError(
            "overtaken",
            f"{later} was sent after this draft was made. Revise that one instead.",
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


def _freeze(locked: models.QuoteRevision, sealed: Sealed, *, at: datetime) -> None:
    """Write what is final: documents, PDFs, the promised weeks, the digest."""
    texts = {
        models.FrozenDocument.CLIENT: (sealed.client_text, sealed.client_digest),
        models.FrozenDocument.INTERNAL: (
            sealed.internal_text,
            snapshot.digest_of_text(sealed.internal_text),
        ),
    }
    for kind, (text, digest) in texts.items():
        models.FrozenDocument.objects.create(
            workspace=locked.workspace,
            revision=locked,
            kind=kind,
            body=text,
            digest=digest,
            frozen_at=at,
        )
    for size, body in sealed.pdfs.items():
        models.FrozenPdf.objects.create(
            workspace=locked.workspace,
            revision=locked,
            size=size,
            body=body,
            frozen_at=at,
        )
    scenarios = locked.scenarios.all()
    models.PriceDecision.objects.filter(scenario__in=scenarios).update(frozen_at=at)
    for scenario in scenarios:
        scenario.promised_week = sealed.made[scenario.letter].schedule.promised
        scenario.frozen_at = at
        scenario.save()
    models.QuoteTexts.objects.filter(revision=locked).update(frozen_at=at)
    locked.sent_at = locked.frozen_at = at
    locked.valid_until = sealed.valid_until
    locked.client_digest = sealed.client_digest
