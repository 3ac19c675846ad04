"""Drafts: a scope becomes a numbered quote; unit prices and a week are decided."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from quotes import models
from quotes.actions import RefusedError
from scoping import audit
from scoping import queries as scoping
from scoping.calc.fit import check_fits
from scoping.calc.spec import read_spec, to_document

PREFIX = "PL"
MOST_PRICE = Decimal("100000000")


@transaction.atomic
def draft_quote(
    document: object,
    *,
    workspace: Any,
    client: Any,
    by: Any,
    now: datetime,
    form_token: str = "",
) -> models.QuoteRevision:
    """Save a spec as a draft quote with a number of its own. A form sent twice is one.

    Raises SpecError for what is wrong with the document or what the card in force does
    not name, NoCardError where no card is in force.
    """
    today = now.date()
    spec = read_spec(document, door="staff", today=today)
    card = scoping.card_row_on(today, workspace=workspace)
    check_fits(
        spec,
        scoping.price_side_on(today, workspace=workspace),
        workdays=scoping.workdays(),
    )
    if form_token:
        sent = models.Quote.objects.filter(
            workspace=workspace, form_token=form_token
        ).first()
        if sent is not None:
            return sent.revisions.get(revision=1)
    quote = models.Quote.objects.create(
        workspace=workspace,
        client=client,
        number=next_number(workspace, year=today.year),
        form_token=form_token,
        created_at=now,
    )
    revision = models.QuoteRevision.objects.create(
        workspace=workspace,
        quote=quote,
        name=spec.name or f"{client} project",
        card_version=card.version,
        time_zone=workspace.timezone,
        created_by=by,
        created_at=now,
    )
    normal = to_document(spec)
    scenario = models.Scenario.objects.create(
        workspace=workspace, revision=revision, spec=normal
    )
    models.LineChoice.objects.bulk_create(
        models.LineChoice(workspace=workspace, scenario=scenario, line=line.index)
        for line in spec.lines
        if line.optional or line.alternative_to is not None
    )
    _record(revision, by=by, action="draft_quote", at=now, after=normal)
    return revision


def next_number(workspace: Any, *, year: int) -> str:
    """Return the next number of a workspace's series: PL-2026-0042."""
    models.NumberSeries.objects.get_or_create(
        workspace=workspace, prefix=PREFIX, year=year
    )
    series = models.NumberSeries.objects.select_for_update().get(
        workspace=workspace, prefix=PREFIX, year=year
    )
    series.last += 1
    series.save()
    return f"{PREFIX}-{year}-{series.last:04d}"


@transaction.atomic
def change_spec(
    revision: models.QuoteRevision,
    document: object,
    *,
    edition: int,
    by: Any,
    now: datetime,
) -> models.QuoteRevision:
    """Replace the spec of a draft. Decided prices stay only if the types stay."""
    spec = read_spec(document, door="staff", today=now.date())
    check_fits(
        spec,
        scoping.price_side_on(now.date(), workspace=revision.workspace),
        workdays=scoping.workdays(),
    )
    locked = lock_draft(revision, edition=edition)
    scenario = locked.scenarios.get(letter="A")
    before = scenario.spec
    normal = to_document(spec)
    if [line["type"] for line in before["lines"]] != [
        line["type"] for line in normal["lines"]
    ]:
        scenario.decisions.all().delete()
    scenario.spec = normal
    scenario.save()
    scenario.choices.all().delete()
    models.LineChoice.objects.bulk_create(
        models.LineChoice(
            workspace=locked.workspace, scenario=scenario, line=line.index
        )
        for line in spec.lines
        if line.optional or line.alternative_to is not None
    )
    locked.name = spec.name or locked.name
    _changed(locked)
    _record(locked, by=by, action="change_spec", at=now, before=before, after=normal)
    return locked


@transaction.atomic
def decide_price(  # noqa: PLR0913 - a decision's particulars, named
    revision: models.QuoteRevision,
    *,
    line: int,
    value: Decimal,
    binding: str,
    why: str,
    by: Any,
    now: datetime,
) -> models.PriceDecision:
    """Decide the unit price of a line: which value, what it follows, and why."""
    if not why.strip():
        raise RefusedError("why_missing", "Say in a few words why this is the price.")
    if not value.is_finite() or not 0 < value < MOST_PRICE:
        raise RefusedError("price_out_of_range", "A unit price lies above 0.")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:  # noqa: PLR2004 - DESIGN 12.1
        raise RefusedError("too_precise", "A unit price has at most six decimals.")
    locked = lock_draft(revision)
    scenario = locked.scenarios.get(letter="A")
    if not 0 <= line < len(scenario.spec["lines"]):
        raise RefusedError("no_such_line", f"This quote has no line {line + 1}.")
    before = scenario.decisions.filter(line=line).first()
    decision, _ = models.PriceDecision.objects.update_or_create(
        scenario=scenario,
        line=line,
        defaults={
            "workspace": locked.workspace,
            "value": value,
            "binding": binding,
            "why": why.strip()[:300],
            "who": by,
            "at": now,
        },
    )
    _changed(locked)
    _record(
        locked,
        by=by,
        action="decide_price",
        at=now,
        before=None if before is None else {"line": line, "value": str(before.value)},
        after={"line": line, "value": str(value), "binding": binding},
    )
    return decision


@transaction.atomic
def decide_week(
    revision: models.QuoteRevision, *, week: date | None, by: Any, now: datetime
) -> models.QuoteRevision:
    """Decide the promised delivery week; None takes the suggested one."""
    monday = None if week is None else week - timedelta(days=week.weekday())
    locked = lock_draft(revision)
    scenario = locked.scenarios.get(letter="A")
    before = scenario.promised_week
    scenario.promised_week = monday
    scenario.save()
    _changed(locked)
    _record(
        locked,
        by=by,
        action="decide_week",
        at=now,
        before={"week": str(before)},
        after={"week": str(monday)},
    )
    return locked


def lock_draft(
    revision: models.QuoteRevision, *, edition: int | None = None
) -> models.QuoteRevision:
    """Return the revision, locked, or refuse: only drafts change.

    `edition` is what the person saw; another one means that somebody else changed it.
    """
    locked = models.QuoteRevision.objects.select_for_update().get(pk=revision.pk)
    if locked.state != models.State.DRAFT:
        raise RefusedError(
            "not_a_draft",
            f"{locked} is {locked.get_state_display().lower()} and no longer changes. "
            f"Make a revision.",
        )
    if edition is not None and edition != locked.edition:
        raise RefusedError(
            "stale_version",
            f"{locked} was changed meanwhile. Load it again; nothing of yours was "
            f"saved.",
        )
    return locked


def _changed(revision: models.QuoteRevision) -> None:
    models.QuoteRevision.objects.filter(pk=revision.pk).update(
        edition=F("edition") + 1, name=revision.name
    )


def _record(
    revision: models.QuoteRevision,
    *,
    by: Any,
    action: str,
    at: datetime,
    before: object = None,
    after: object = None,
) -> None:
    audit.record(
        workspace=revision.workspace,
        actor=str(by),
        action=action,
        subject=f"quote {revision}",
        before=before,
        after=after,
        at=at,
    )
