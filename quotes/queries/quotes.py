"""Reads of quotes: drafts with their estimate, sent ones with what was frozen."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings
from django.db.models import Q, QuerySet

from quotes import convert, models
from quotes.calc import snapshot
from quotes.calc.choices import Choice
from quotes.queries import texts
from scoping import queries as scoping
from scoping.calc.estimate import Estimate, estimate
from scoping.calc.memory import Memory
from scoping.calc.offer import client_view
from scoping.calc.pipeline import acceptance_days, remedy_days
from scoping.calc.workdays import Workdays, read_calendar

VALID_DAYS = 30
NAME = re.compile(r"(?P<number>.+)-(?P<revision>[1-9][0-9]{0,8})")


class NoQuoteError(LookupError):
    """Raised for a quote that is not there, or not in this workspace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a client sees of a revision: its frozen document, state and answer."""

    revision: models.QuoteRevision
    document: dict[str, Any]
    digest: str
    state: str


def revisions(workspace: Any) -> QuerySet[models.QuoteRevision]:
    """Return the revisions of a workspace's quotes, newest first."""
    return models.QuoteRevision.objects.filter(workspace=workspace).select_related(
        "quote__client", "created_by"
    )


def in_state(
    rows: QuerySet[models.QuoteRevision], state: str, *, at: datetime
) -> QuerySet[models.QuoteRevision]:
    """Return the revisions that are in a state at a moment, as `state_at` says it.

    What is written as sent is expired after its last day, which ends by its own zone.
    """
    written = [models.State.SENT if state == models.State.EXPIRED else state, state]
    found = rows.filter(state__in=written)
    if state not in (models.State.SENT, models.State.EXPIRED):
        return found
    over = Q()
    for zone in found.order_by().values_list("time_zone", flat=True).distinct():
        today = at.astimezone(ZoneInfo(zone)).date()
        over |= Q(time_zone=zone, valid_until__lt=today)
    past = Q(state=models.State.SENT) & over if over else Q(pk__in=())
    if state == models.State.SENT:
        return found.exclude(past)
    return found.filter(Q(state=models.State.EXPIRED) | past)


def revision_named(name: str, *, workspace: Any) -> models.QuoteRevision:
    """Return a revision by its printed name, PL-2026-0042-1."""
    said = NAME.fullmatch(name)
    found = said and (
        revisions(workspace)
        .filter(quote__number=said["number"], revision=said["revision"])
        .select_related("workspace")
        .first()
    )
    if found is None:
        raise NoQuoteError(f"There is no quote {name} here.")
    return found


def scenario_of(revision: models.QuoteRevision, letter: str = "A") -> models.Scenario:
    """Return a scenario of a revision by its letter; there is always an A."""
    found = revision.scenarios.filter(letter=letter).first()
    if found is None:
        raise NoQuoteError(f"{revision} has no scenario {letter}.")
    return found


def estimate_of(
    scenario: models.Scenario,
    *,
    today: date,
    workdays: Workdays | None = None,
    memory: Memory | None = None,
) -> Estimate:
    """Return the estimate of a scenario under the card that its revision names.

    What is asked about it with the same `memory` does not work out all of it again.
    """
    revision = scenario.revision
    return estimate(
        convert.spec_of(scenario, today=today),
        scoping.card_version(revision.card_version, workspace=revision.workspace),
        workdays=workdays or scoping.workdays(revision.workspace),
        decisions=convert.decisions_of(scenario),
        promised=scenario.promised_week,
        memory=memory,
    )


def planned_as(scenario: models.Scenario, *, today: date) -> tuple[Estimate, Workdays]:
    """Return the estimate of a scenario and the calendars that its dates rest on.

    Those of a quote that was sent are the ones frozen with it.
    """
    days = workdays_of(scenario.revision)
    return estimate_of(scenario, today=today, workdays=days), days


def workdays_of(revision: models.QuoteRevision) -> Workdays:
    """Return the calendars of a revision: frozen with it, or today's of its workspace.

    What an earlier release sent holds none; its dates are then read by today's.
    """
    frozen = revision.documents.filter(kind=models.FrozenDocument.INTERNAL).first()
    kept = [] if frozen is None else json.loads(frozen.body).get("calendars", [])
    today = scoping.workdays(revision.workspace)
    return Workdays(
        calendars={
            **today.calendars,
            **{row["key"]: read_calendar(row) for row in kept},
        }
    )


def rate_today(
    estimate: Mapping[str, Any], *, workspace: Any, today: date
) -> Decimal | None:
    """Return today's rate for the currency that an estimate was sold in.

    None where it was sold in its card's own currency, or no card in force names a rate.
    """
    sold = estimate["fx"].get("sold")
    if sold is None:
        return None
    try:
        price = scoping.price_side_on(today, workspace=workspace)
    except scoping.NoCardError:
        return None
    found = price.exchange.get(sold["quote"])
    return found.value if found and price.currency == sold["base"] else None


@lru_cache(maxsize=8)
def terms(version: str = "2026-01") -> dict[str, Any]:
    """Return the terms of a version, which are data of this release."""
    path = Path(settings.ROOT) / "fixtures" / "terms" / f"{version}.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def terms_of(workspace: Any) -> dict[str, Any]:
    """Return the terms of what a workspace sends now: its own, or the release's."""
    row = models.PublishedTerms.objects.filter(workspace=workspace).first()
    if row is None:
        return terms()
    return {"version": row.version, "clauses": row.clauses}


def spoken_clauses(
    said: Mapping[str, Any], *, language: str
) -> Iterator[Mapping[str, str]]:
    """Yield the clauses of terms in a language; in ours where they are not in it."""
    for clause in said["clauses"]:
        yield clause.get(language, clause)


def draft_document(
    revision: models.QuoteRevision,
    scenario: models.Scenario,
    made: Estimate,
    *,
    dated: date,
    valid_until: date,
) -> dict[str, Any]:
    """Return the client document that sending this draft would freeze."""
    price = made.card.price
    quality = made.spec.quality
    window = acceptance_days(quality, price)
    said = terms_of(revision.workspace)
    filled = {
        "version": said["version"],
        "clauses": [
            {
                "heading": clause["heading"],
                "text": clause["text"].format(
                    acceptance_window=window,
                    remedy_days=remedy_days(quality, price),
                ),
            }
            for clause in spoken_clauses(said, language=made.spec.language)
        ],
    }
    parties = convert.parties_of(revision)
    return snapshot.client_document(
        client_view(made.offer),
        parties=parties,
        identity=convert.identity_of(
            revision,
            scenario,
            dated=dated,
            valid_until=valid_until,
            starts=made.spec.start_on,
        ),
        terms=filled,
        acceptance_days=window,
        texts=texts.printed_of(
            revision,
            values={
                "client": parties.client,
                "vendor": parties.vendor,
                "project": revision.name,
                "number": str(revision),
                "valid_until": f"{valid_until.day} {valid_until:%B %Y}",
                "acceptance_window": str(window),
                "remedy_days": str(remedy_days(quality, price)),
            },
        ),
    )


def link_for(token: str) -> models.QuoteLink | None:
    """Return the live link of a token; the token itself is not stored."""
    return (
        models.QuoteLink.objects.filter(token_hash=token_hash(token), revoked_at=None)
        .select_related("revision__quote__client", "revision__workspace")
        .first()
    )


def live_link(pk: object) -> models.QuoteLink | None:
    """Return the live link that a session opened; None if revoked or never opened."""
    if not isinstance(pk, int):
        return None
    return (
        models.QuoteLink.objects.filter(pk=pk, revoked_at=None)
        .select_related("revision__quote__client", "revision__workspace")
        .first()
    )


def has_live_link(revision: models.QuoteRevision) -> bool:
    """Return whether a link opens a revision."""
    return revision.links.filter(revoked_at__isnull=True).exists()


def revision_again(revision: models.QuoteRevision) -> models.QuoteRevision:
    """Return a revision as it stands now."""
    return models.QuoteRevision.objects.select_related(
        "quote__client", "workspace"
    ).get(pk=revision.pk)


def token_hash(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def sent_document(revision: models.QuoteRevision, *, at: datetime) -> Sent:
    """Return what a client sees of a sent revision, read from what was frozen."""
    frozen = revision.documents.get(kind=models.FrozenDocument.CLIENT)
    return Sent(
        revision=revision,
        document=json.loads(frozen.body),
        digest=frozen.digest,
        state=state_at(revision, at=at),
    )


def accepted_choice(revision: models.QuoteRevision) -> Choice:
    """Return what was accepted of a revision: its scenario and what was taken in it."""
    row = models.Acceptance.objects.select_related("scenario").get(revision=revision)
    return Choice(
        scenario=row.scenario.letter,
        taken=frozenset(int(line) for line, taken in row.toggles.items() if taken),
    )


def acceptance_of(revision: models.QuoteRevision) -> models.Acceptance | None:
    """Return the acceptance of a revision with who gave it, None if there is none."""
    return (
        models.Acceptance.objects.filter(revision=revision)
        .select_related("person", "scenario", "order", "project")
        .first()
    )


def order_of(revision: models.QuoteRevision) -> models.SignedOrder | None:
    """Return the signed order by which a revision was accepted, None if by none."""
    return models.SignedOrder.objects.filter(acceptance__revision=revision).first()


def frozen_plan(internal: dict[str, Any], letter: str) -> dict[str, Any]:
    """Return spec, estimate and decisions of a scenario from the internal document."""
    if letter == "A":
        return internal
    found: dict[str, Any] = internal["others"][letter]
    return found


def frozen_pdf(revision: models.QuoteRevision, *, size: str) -> bytes:
    """Return the PDF that was frozen with a revision."""
    return bytes(revision.pdfs.get(size=size).body)


def state_at(revision: models.QuoteRevision, *, at: datetime) -> str:
    """Return the state of a revision at a moment: a sent one expires by itself.

    It is valid through the end of its last day in its own time zone.
    """
    if revision.state != models.State.SENT or revision.valid_until is None:
        return revision.state
    local = at.astimezone(ZoneInfo(revision.time_zone)).date()
    return models.State.EXPIRED if local > revision.valid_until else revision.state
