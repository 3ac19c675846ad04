"""Writes of scoping: one thing a person can do each, and its entry in the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import yaml
from django.db import transaction

from scoping import audit, convert, models, queries
from scoping.access import Role
from scoping.calc.rates import CardError, CardProblem, Figure, RateCard, read_card
from scoping.calc.reference import unmarked
from scoping.calc.spec import Spec, read_spec, to_document
from scoping.calc.trace import Origin

SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""A card has hundreds of rows; in plain Python they take half a second to read."""


class CardExistsError(ValueError):
    """Raised when a version is published already with other figures."""


class OtherWorkspaceError(ValueError):
    """Raised when a row would join what two workspaces own."""


@transaction.atomic
def publish_rate_card(
    text: str, *, workspace: models.Workspace, by: models.User | None, now: datetime
) -> models.RateCard:
    """Publish a card for a workspace, for good.

    The same text again changes nothing. Another text under a published version is
    refused: a correction is a new version. Raises CardError with every problem, also
    where a cell's market range does not pay and the card does not say so.
    """
    document = _card_document(text)
    card = read_card(document)
    digest = audit.digest(_plain(document))
    # Two people may publish at once: the second waits, and then finds the first's card.
    models.Workspace.objects.select_for_update().get(pk=workspace.pk)
    existing = models.RateCard.objects.filter(
        workspace=workspace, version=card.version
    ).first()
    if existing is not None:
        if existing.digest == digest:
            return existing
        raise CardExistsError(
            f"Rate card {card.version} is published for {workspace.name} with other "
            f"figures. Give the changed card a new version."
        )
    _refuse_unmarked(card)
    row = models.RateCard.objects.create(
        workspace=workspace,
        version=card.version,
        valid_from=card.valid_from,
        currency=card.currency,
        price_document=_plain(document["price"]),
        cost_document=_plain(document["cost"]),
        digest=digest,
        replaces=queries.published_cards(workspace)
        .filter(valid_from__lte=card.valid_from)
        .first(),
    )
    models.RateFigure.objects.bulk_create(
        convert.figure_rows(row, dict(_figures(card)))
    )
    row.published_at, row.published_by = now, by
    row.save()
    audit.record(
        workspace=workspace,
        actor=str(by) if by else "set-up",
        action="publish_rate_card",
        subject=f"rate card {card.version}",
        after={"digest": digest},
        at=now,
    )
    return row


def _card_document(text: str) -> dict[str, Any]:
    try:
        document = yaml.load(text, Loader=SAFE_LOADER)
    except yaml.YAMLError as error:
        raise CardError(
            (
                CardProblem(
                    code="parse_error", path="/", message=f"This is no YAML: {error}"
                ),
            )
        ) from error
    if not isinstance(document, dict):
        raise CardError(
            (
                CardProblem(
                    code="not_a_card",
                    path="/",
                    message="A rate card is a document with version, price and cost.",
                ),
            )
        )
    return document


def _refuse_unmarked(card: RateCard) -> None:
    """Refuse a card whose market range does not pay for a cell, unless it says so."""
    cells = unmarked(card, workdays=queries.workdays())
    if cells:
        raise CardError(
            tuple(
                CardProblem(
                    code="range_does_not_pay",
                    path=f"price/quote_only/{cell.type}/{cell.complexity}",
                    message=(
                        f"The floor of a reference project of {cell.complexity} "
                        f"{cell.type} is {cell.floor}, above the market range's "
                        f"{cell.band_high}. Mark the cell quote_only with a reason."
                    ),
                )
                for cell in cells
            )
        )


def _figures(value: object) -> Iterator[tuple[str, tuple[Decimal, str, Origin]]]:
    """Yield every figure below a card, by its row."""
    if isinstance(value, Figure):
        origin = Origin(
            kind="card",
            at=value.key,
            source=value.source,
            as_of=value.as_of,
            weak=value.weak,
        )
        yield value.key, (value.value, value.unit, origin)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _figures(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _figures(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _figures(getattr(value, one.name))


def _plain(value: Any) -> Any:
    """Return a document as JSON holds it: dates as text."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)


@transaction.atomic
def change_day(  # noqa: PLR0913 - a day, what it is, who says so and when
    day: date,
    *,
    calendar: str,
    worked: bool,
    reason: str,
    workspace: models.Workspace,
    by: models.User,
    now: datetime,
) -> models.ChangedDay:
    """Say that a day of a calendar is worked or off; dates made from now on know it.

    Raises CalendarError for a calendar that is not there.
    """
    queries.workdays().calendar(calendar)
    row = models.ChangedDay.objects.create(
        workspace=workspace,
        calendar=calendar,
        day=day,
        worked=worked,
        reason=reason,
        made_by=by,
        made_at=now,
    )
    audit.record(
        workspace=workspace,
        actor=str(by),
        action="change_day",
        subject=f"calendar {calendar}, {day}",
        after={"worked": worked, "reason": reason},
        at=now,
    )
    return row


@transaction.atomic
def save_scope(
    document: object,
    *,
    workspace: models.Workspace,
    client: models.Client | None,
    by: models.User,
    now: datetime,
    form_token: str = "",
) -> models.Scope:
    """Save what somebody said a project is. A form sent twice is saved once.

    Raises SpecError with every problem of the document.
    """
    if client is not None and client.workspace_id != workspace.pk:
        raise OtherWorkspaceError(f"{client} is a client of another workspace.")
    spec = read_spec(document, door="staff", today=now.date())
    said = {
        "client": client,
        "created_by": by,
        "changed_at": now,
        **scope_fields(spec),
    }
    scopes = models.Scope.objects.filter(workspace=workspace)
    if form_token:
        scope, new = scopes.get_or_create(
            workspace=workspace, form_token=form_token, defaults=said
        )
        if not new:
            return scope
    else:
        scope = scopes.create(workspace=workspace, **said)
    audit.record(
        workspace=workspace,
        actor=str(by),
        action="save_scope",
        subject=f"scope {scope.pk}",
        after={"digest": scope.digest},
        at=now,
    )
    return scope


def scope_fields(spec: Spec) -> dict[str, Any]:
    """Return what a row of a scope holds of its spec."""
    normal = to_document(spec)
    return {
        "name": spec.name,
        "document": normal,
        "digest": audit.digest(normal),
        "seed": spec.seed,
    }


def client_named(name: str, *, workspace: models.Workspace) -> models.Client:
    """Return the client of this name, made if there is none; case does not matter."""
    found, _ = models.Client.objects.get_or_create(
        workspace=workspace, name__iexact=name.strip(), defaults={"name": name.strip()}
    )
    return found


def enqueue(
    topic: str,
    payload: dict[str, Any],
    *,
    workspace: models.Workspace,
    dedupe_id: str,
    now: datetime,
    due: datetime | None = None,
) -> models.OutboxMessage:
    """Write a message that leaves once the caller's transaction is through.

    `due`: not before then, for what should be told together with what follows on it.
    """
    return models.OutboxMessage.objects.create(
        workspace=workspace,
        topic=topic,
        dedupe_id=dedupe_id,
        payload=payload,
        created_at=now,
        due_at=due or now,
    )


def enqueue_once(
    topic: str,
    payload: dict[str, Any],
    *,
    workspace: models.Workspace,
    dedupe_id: str,
    now: datetime,
) -> bool:
    """Write a message unless it was written before; return whether it was now."""
    _, written = models.OutboxMessage.objects.get_or_create(
        workspace=workspace,
        dedupe_id=dedupe_id,
        defaults={
            "topic": topic,
            "payload": payload,
            "created_at": now,
            "due_at": now,
        },
    )
    return written


@transaction.atomic
def retry_message(
    pk: int, *, workspace: models.Workspace, by: models.User, now: datetime
) -> bool:
    """Let a message that was given up be tried again; False if there is none."""
    found = models.OutboxMessage.objects.filter(
        pk=pk, workspace=workspace, failed_at__isnull=False
    )
    message = found.select_for_update().first()
    if message is None:
        return False
    message.failed_at, message.attempts, message.due_at = None, 0, now
    message.save(update_fields=["failed_at", "attempts", "due_at"])
    audit.record(
        workspace=workspace,
        actor=str(by),
        action="retry_message",
        subject=f"message {message.dedupe_id}",
        after={"due_at": now.isoformat()},
        at=now,
    )
    return True


def create_workspace(**fields: Any) -> models.Workspace:
    """Make a workspace from its particulars, checked as its form would."""
    workspace = models.Workspace(**fields)
    workspace.full_clean()
    workspace.save()
    return workspace


@transaction.atomic
def make_member(
    *,
    workspace: models.Workspace,
    email: str,
    full_name: str,
    password: str,
    role: str,
    client: models.Client | None = None,
) -> models.User:
    """Make a person a member of a workspace, with an account if they had none."""
    user = models.User.objects.filter(email=email.lower()).first()
    if user is None:
        user = models.User.objects.create_user(email, password, full_name=full_name)
    models.Membership.objects.update_or_create(
        workspace=workspace, user=user, defaults={"role": role, "client": client}
    )
    return user


@transaction.atomic
def set_up_workspace(
    particulars: Mapping[str, Any],
    *,
    admin: str,
    password: str,
    card: str,
    now: datetime,
) -> models.Workspace:
    """Make a workspace with its first admin and its first rate card, or nothing.

    Whoever is the first person of the installation also operates it: they may use
    Django's admin, which sees every workspace. Raises ValidationError for particulars,
    CardError for the card, MissingRateError if the card lacks the workspace's site.
    """
    operates = not models.User.objects.exists()
    workspace = create_workspace(**particulars)
    models.SignInPolicy.objects.create(workspace=workspace, second_factor=True)
    person = make_member(
        workspace=workspace,
        email=admin,
        full_name="",
        password=password,
        role=Role.ADMIN,
    )
    if operates:
        models.User.objects.filter(pk=person.pk).update(
            is_staff=True, is_superuser=True
        )
    audit.record(
        workspace=workspace,
        actor="set-up",
        action="set_up_workspace",
        subject=f"workspace {workspace.slug}",
        after={"admin": person.pk},
        at=now,
    )
    row = publish_rate_card(card, workspace=workspace, by=person, now=now)
    convert.rate_card(row).cost.site_of(workspace.site)
    return workspace
