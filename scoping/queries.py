"""Reads of scoping, each within one workspace: cards, calendars, scopes, people."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.conf import settings
from django.db.models import QuerySet

from scoping import convert, models
from scoping.access import Role
from scoping.calc.facts import Fact, read_bounds, read_facts
from scoping.calc.market import PublishedPrice, read_prices
from scoping.calc.rates import CardError, PriceSide, RateCard
from scoping.calc.rivals import Bounds
from scoping.calc.self_scope.unknowns import Unknowns, read_unknowns
from scoping.calc.sites import read_site_facts
from scoping.calc.workdays import Override, Workdays, read_calendar

FIXTURES = Path(settings.ROOT) / "fixtures"

Side = TypeVar("Side", RateCard, PriceSide)


class NoCardError(LookupError):
    """Raised when no published card holds on a day; says what to load."""


class OldCardError(NoCardError):
    """Raised for a published card that this release cannot read: it lacks rows."""


def _read(row: models.RateCard, how: Callable[[models.RateCard], Side]) -> Side:
    """Return what `how` reads of a card.

    A published card is final, so one that an earlier release published may lack what
    this one asks for. Raises OldCardError, which says what to do.
    """
    try:
        return how(row)
    except CardError as error:
        first, *others = dict.fromkeys(found.path for found in error.problems)
        more = f" and {len(others)} more" if others else ""
        raise OldCardError(
            f"Rate card {row.version} was published for an earlier release and cannot "
            f"be read by this one: it lacks {first}{more}. Load a new version with "
            f"them: manage.py load_rate_card FILE --workspace {row.workspace.slug}"
        ) from error


def _in_force(day: date, workspace: models.Workspace) -> QuerySet[models.RateCard]:
    return models.RateCard.objects.filter(
        workspace=workspace, published_at__isnull=False, valid_from__lte=day
    ).order_by("-valid_from", "-version")


def card_row_on(day: date, *, workspace: models.Workspace) -> models.RateCard:
    """Return the published card in force on a day: the latest that is valid by then."""
    return _found(_in_force(day, workspace).first(), day, workspace)


def _found(
    row: models.RateCard | None, day: date, workspace: models.Workspace
) -> models.RateCard:
    if row is None:
        raise NoCardError(
            f"{workspace.name} has no rate card in force on {day}. Load one: "
            f"manage.py load_rate_card FILE --workspace {workspace.slug}"
        )
    return row


def card_row(version: str, *, workspace: models.Workspace) -> models.RateCard:
    """Return a published card by its version."""
    row = published_cards(workspace).filter(version=version).first()
    if row is None:
        raise NoCardError(f"{workspace.name} has no published rate card {version}.")
    return row


def card_on(day: date, *, workspace: models.Workspace) -> RateCard:
    """Return the card in force on a day, cost side included: staff doors only."""
    return _read(card_row_on(day, workspace=workspace), convert.rate_card)


def card_version(version: str, *, workspace: models.Workspace) -> RateCard:
    """Return a card by its version, cost side included: staff doors only."""
    return _read(card_row(version, workspace=workspace), convert.rate_card)


def price_side_on(day: date, *, workspace: models.Workspace) -> PriceSide:
    """Return the price side of the card in force; no cost is loaded."""
    row = _in_force(day, workspace).defer("cost_document").first()
    return _read(_found(row, day, workspace), convert.price_side)


def price_side_of(row: models.RateCard) -> PriceSide:
    """Return the price side of a published card. Raises OldCardError."""
    return _read(row, convert.price_side)


def figures(row: models.RateCard) -> QuerySet[models.RateFigure]:
    """Return the sourced figures of a card, by key."""
    return models.RateFigure.objects.filter(card=row).order_by("key")


def published_cards(workspace: models.Workspace) -> QuerySet[models.RateCard]:
    """Return the published cards of a workspace, newest first."""
    return models.RateCard.objects.filter(
        workspace=workspace, published_at__isnull=False
    )


def workdays(workspace: models.Workspace | None = None) -> Workdays:
    """Return the calendars of this release, with the days that a workspace changed."""
    released = _released_workdays()
    if workspace is None:
        return released
    changed: dict[str, list[Override]] = {}
    for row in models.ChangedDay.objects.filter(workspace=workspace):
        one = Override(day=row.day, worked=row.worked, name=row.reason)
        changed.setdefault(row.calendar, []).append(one)
    return Workdays(
        calendars={
            key: calendar.with_overrides(changed.get(key, ()))
            for key, calendar in released.calendars.items()
        }
    )


@lru_cache(maxsize=1)
def _released_workdays() -> Workdays:
    found = [
        read_calendar(yaml.safe_load(path.read_text("utf-8")))
        for path in sorted((FIXTURES / "workdays").glob("*.yaml"))
    ]
    return Workdays(calendars={calendar.key: calendar for calendar in found})


@lru_cache(maxsize=1)
def published_prices() -> tuple[PublishedPrice, ...]:
    """Return the published prices of this release, all of them in USD."""
    with (FIXTURES / "market/published_prices.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return read_prices(csv.DictReader(file))


@lru_cache(maxsize=1)
def comparison_bounds() -> Bounds:
    """Return between what an answer lies that nobody gave."""
    return read_bounds(_market("comparison_bounds.yaml"))


@lru_cache(maxsize=1)
def site_facts() -> Mapping[str, Mapping[str, Fact]]:
    """Return the published figures of the comparison of sites, by type and key."""
    return read_site_facts(_market("site_comparison.yaml"))


@lru_cache(maxsize=1)
def calculator_facts() -> Mapping[str, Fact]:
    """Return what other calculators are given to reckon with, by key."""
    return read_facts(_market("simple_calculators.yaml")["facts"], where="facts")


@lru_cache(maxsize=1)
def unknowns() -> Unknowns:
    """Return what stands for counts that a client does not know yet."""
    return read_unknowns(_market("self_scope.yaml"))


def _market(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (FIXTURES / "market" / name).read_text("utf-8")
    )
    return found


def demo_document() -> dict[str, Any]:
    """Return the demo's project as a document, for pages that need an example."""
    text = (FIXTURES / "demo/street_scenes.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def workspaces() -> list[models.Workspace]:
    """Return every workspace of the installation, for its operator's commands."""
    return list(models.Workspace.objects.all())


def locked_workspace(workspace: models.Workspace) -> models.Workspace:
    """Return a workspace locked to the end of the caller's transaction."""
    return models.Workspace.objects.select_for_update().get(pk=workspace.pk)


def workspace_of(slug: str) -> models.Workspace:
    """Return a workspace by its slug."""
    return models.Workspace.objects.get(slug=slug)


def membership_of(user: models.User) -> models.Membership | None:
    """Return what a person is: the first workspace that they belong to, by name."""
    return (
        models.Membership.objects.filter(user=user)
        .select_related("workspace", "client")
        .order_by("workspace__name")
        .first()
    )


def needs_second_factor(user: models.User) -> bool:
    """Return whether a workspace that somebody works for asks for a second factor."""
    return (
        models.Membership.objects.filter(
            user=user, workspace__sign_in_policy__second_factor=True
        )
        .exclude(role=Role.CLIENT)
        .exists()
    )


def memberships(workspace: models.Workspace) -> QuerySet[models.Membership]:
    """Return who is what in a workspace."""
    return models.Membership.objects.filter(workspace=workspace).select_related(
        "user", "client"
    )


def public_workspace(slug: str) -> models.Workspace | None:
    """Return the workspace whose prices the public form shows.

    The one that the settings name; without a name the only one there is, else none.
    """
    if slug:
        return models.Workspace.objects.filter(slug=slug).first()
    found = list(models.Workspace.objects.all()[:2])
    return found[0] if len(found) == 1 else None


def scopes(workspace: models.Workspace) -> QuerySet[models.Scope]:
    """Return the scopes of a workspace that staff see, last changed first.

    What a client keeps for herself is hers until she asks for a quote.
    """
    return (
        models.Scope.objects.filter(workspace=workspace)
        .exclude(public__isnull=False, public__asked_at__isnull=True)
        .select_related("client", "public")
    )


def requests(workspace: models.Workspace) -> QuerySet[models.PublicScope]:
    """Return the quotes that clients asked for on the public form, last first."""
    return models.PublicScope.objects.filter(
        workspace=workspace, asked_at__isnull=False
    ).select_related("scope")


def asked_for(scope: models.Scope) -> models.PublicScope | None:
    """Return what a client asked of a scope, None where nobody asked."""
    found: models.PublicScope | None = getattr(scope, "public", None)
    return None if found is None or found.asked_at is None else found


def token_hash(token: str) -> str:
    """Return what is stored of a private link."""
    return hashlib.sha256(token.encode()).hexdigest()


def kept_scope(token: str) -> models.PublicScope | None:
    """Return the scope that a private link opens, None where it opens none."""
    return (
        models.PublicScope.objects.filter(token_hash=token_hash(token))
        .select_related("scope", "workspace")
        .first()
    )


def outbox(workspace: models.Workspace) -> QuerySet[models.OutboxMessage]:
    """Return what a workspace has to tell, newest first."""
    return models.OutboxMessage.objects.filter(workspace=workspace).order_by("-pk")


def member(user_pk: int, *, workspace: models.Workspace) -> models.Membership | None:
    """Return what a person is in a workspace, None for nobody of it."""
    found = memberships(workspace).filter(user=user_pk, user__is_active=True)
    return found.first()


def clients(workspace: models.Workspace) -> QuerySet[models.Client]:
    """Return the clients of a workspace by name."""
    return models.Client.objects.filter(workspace=workspace)


def workspace_named(slug: str | None) -> models.Workspace:
    """Return a workspace by its slug; without one, the only workspace there is."""
    if slug:
        found = models.Workspace.objects.filter(slug=slug).first()
    else:
        rows = list(models.Workspace.objects.all()[:2])
        found = rows[0] if len(rows) == 1 else None
    if found is None:
        known = ", ".join(models.Workspace.objects.values_list("slug", flat=True))
        raise LookupError(
            f"Name the workspace with --workspace. There are: {known or 'none yet'}."
        )
    return found


def workspace_or_none(slug: str) -> models.Workspace | None:
    """Return a workspace by its slug, None where there is none."""
    return models.Workspace.objects.filter(slug=slug).first()


def api_keys(workspace: models.Workspace) -> QuerySet[models.ApiKey]:
    """Return the API keys of a workspace, newest first, revoked ones among them."""
    return models.ApiKey.objects.filter(workspace=workspace).select_related(
        "user", "made_by", "revoked_by"
    )


def live_api_key(token: str, *, at: datetime) -> models.ApiKey | None:
    """Return the key of a token that is neither revoked nor past its end, else None."""
    found = (
        models.ApiKey.objects.filter(
            secret_hash=hashlib.sha256(token.encode()).hexdigest(),
            revoked_at__isnull=True,
            user__is_active=True,
        )
        .select_related("user", "workspace")
        .first()
    )
    if found is None or (found.ends_at is not None and found.ends_at <= at):
        return None
    return found


def membership_in(
    workspace: models.Workspace, *, user: models.User
) -> models.Membership | None:
    """Return what a person is in a workspace, None if nothing."""
    return memberships(workspace).filter(user=user).select_related("workspace").first()


def audit_entries(workspace: models.Workspace) -> QuerySet[models.AuditEntry]:
    """Return the record of a workspace, the last entry first."""
    return models.AuditEntry.objects.filter(workspace=workspace).order_by("-seq")


def password_nonce(user: models.User) -> str:
    """Return what somebody's last link to a new password was made of, if any."""
    link = models.PasswordLink.objects.filter(user=user).first()
    return "" if link is None else link.nonce
