"""Drafts: a scope becomes a numbered quote; unit prices and a week are decided."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.approvals import take_back
from quotes.actions.locking import begin, finish
from scoping import audit
from scoping import queries as scoping
from scoping.calc.fit import check_fits
from scoping.calc.spec import Spec, read_spec, to_document

PREFIX = "PL"
COPIED = re.compile(r", [ABC]$")
MOST_NAME = 200
"""Letters of a project's name, as the spec's reader takes it."""

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
    _offer_choices(scenario, spec)
    audit.record(
        workspace=workspace,
        actor=str(by),
        action="draft_quote",
        subject=f"quote {revision}",
        after=normal,
        at=now,
    )
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
def change_spec(  # noqa: PLR0913 - an edit's particulars, named
    revision: models.QuoteRevision,
    document: object,
    *,
    edition: int,
    by: Any,
    role: str,
    now: datetime,
    letter: str = "A",
) -> models.QuoteRevision:
    """Replace the spec of a scenario. Decided prices stay only if the types stay."""
    spec = read_spec(document, door="staff", today=now.date())
    check_fits(
        spec,
        scoping.price_side_on(now.date(), workspace=revision.workspace),
        workdays=scoping.workdays(),
    )
    locked = begin(revision, "edit", role=role, now=now, edition=edition)
    scenario = scenario_of(locked, letter)
    before = scenario.spec
    normal = to_document(spec)
    if [line["type"] for line in before["lines"]] != [
        line["type"] for line in normal["lines"]
    ]:
        scenario.decisions.all().delete()
    scenario.spec = normal
    scenario.save()
    scenario.choices.all().delete()
    _offer_choices(scenario, spec)
    if letter == "A":
        locked.name = spec.name or locked.name
    return _edited(locked, "change_spec", by=by, now=now, before=before, after=normal)


@transaction.atomic
def decide_price(  # noqa: PLR0913 - a decision's particulars, named
    revision: models.QuoteRevision,
    *,
    line: int,
    value: Decimal,
    binding: str,
    why: str,
    by: Any,
    role: str,
    now: datetime,
    letter: str = "A",
    edition: int | None = None,
) -> models.PriceDecision:
    """Decide the unit price of a line: which value, what it follows, and why."""
    if not why.strip():
        raise RefusedError("why_missing", "Say in a few words why this is the price.")
    refuse_odd_price(value)
    locked = begin(revision, "edit", role=role, now=now, edition=edition)
    scenario = scenario_of(locked, letter)
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
    _edited(
        locked,
        "decide_price",
        by=by,
        now=now,
        before=None if before is None else {"line": line, "value": str(before.value)},
        after={"line": line, "value": str(value), "binding": binding},
    )
    return decision


def refuse_odd_price(value: Decimal) -> None:
    """Refuse what is no unit price: nothing, no number, or finer than is kept."""
    if not value.is_finite() or not 0 < value < MOST_PRICE:
        raise RefusedError("price_out_of_range", "A unit price lies above 0.")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:  # noqa: PLR2004 - DESIGN 12.1
        raise RefusedError("too_precise", "A unit price has at most six decimals.")


@transaction.atomic
def decide_week(  # noqa: PLR0913 - a decision's particulars, named
    revision: models.QuoteRevision,
    *,
    week: date | None,
    by: Any,
    role: str,
    now: datetime,
    letter: str = "A",
    edition: int | None = None,
) -> models.QuoteRevision:
    """Decide the promised delivery week; None takes the suggested one."""
    monday = None if week is None else week - timedelta(days=week.weekday())
    locked = begin(revision, "edit", role=role, now=now, edition=edition)
    scenario = scenario_of(locked, letter)
    before = scenario.promised_week
    scenario.promised_week = monday
    scenario.save()
    return _edited(
        locked,
        "decide_week",
        by=by,
        now=now,
        before={"week": str(before)},
        after={"week": str(monday)},
    )


@transaction.atomic
def add_scenario(  # noqa: PLR0913 - a copy's particulars, named
    revision: models.QuoteRevision,
    *,
    like: str,
    edition: int,
    by: Any,
    role: str,
    now: datetime,
    priced_anew: bool = False,
) -> models.Scenario:
    """Add another way to do the work, as a copy of one to be changed; three at most.

    `priced_anew` leaves the decided unit prices behind, so that its price follows what
    changes.
    """
    locked = begin(revision, "edit", role=role, now=now, edition=edition)
    taken = set(locked.scenarios.values_list("letter", flat=True))
    free = [letter for letter in models.Scenario.LETTERS if letter not in taken]
    if not free:
        raise RefusedError(
            "three_scenarios", "A quote holds three scenarios, A, B and C."
        )
    made = copy_scenario(
        scenario_of(locked, like), into=locked, letter=free[0], by=by, now=now
    )
    made.spec = {**made.spec, "name": _named_apart(made.spec["name"], letter=free[0])}
    made.save()
    after: dict[str, object] = {"letter": free[0], "like": like}
    if priced_anew:
        made.decisions.all().delete()
        after["priced_anew"] = True
    _edited(locked, "add_scenario", by=by, now=now, after=after)
    return made


def _named_apart(name: str, *, letter: str) -> str:
    """Return a name that tells a scenario from the one that it is a copy of."""
    if not name:
        return name
    ending = f", {letter}"
    return f"{COPIED.sub('', name)[: MOST_NAME - len(ending)]}{ending}"


@transaction.atomic
def remove_scenario(
    revision: models.QuoteRevision,
    *,
    letter: str,
    edition: int,
    by: Any,
    role: str,
    now: datetime,
) -> models.QuoteRevision:
    """Take a scenario out of a draft; the first one stays."""
    if letter == "A":
        raise RefusedError("first_scenario", "Scenario A stays. Change it instead.")
    locked = begin(revision, "edit", role=role, now=now, edition=edition)
    scenario = scenario_of(locked, letter)
    before = scenario.spec
    scenario.delete()
    return _edited(locked, "remove_scenario", by=by, now=now, before=before)


def copy_scenario(
    source: models.Scenario,
    *,
    into: models.QuoteRevision,
    letter: str,
    by: Any,
    now: datetime,
) -> models.Scenario:
    """Copy a scenario with its decided prices and its choices, but not their seal."""
    made = models.Scenario.objects.create(
        workspace=into.workspace,
        revision=into,
        letter=letter,
        spec=source.spec,
        promised_week=source.promised_week if source.frozen_at is None else None,
    )
    models.LineChoice.objects.bulk_create(
        models.LineChoice(
            workspace=into.workspace, scenario=made, line=row.line, taken=row.taken
        )
        for row in source.choices.all()
    )
    models.PriceDecision.objects.bulk_create(
        models.PriceDecision(
            workspace=into.workspace,
            scenario=made,
            line=row.line,
            value=row.value,
            binding=row.binding,
            why=row.why,
            who=by,
            at=now,
        )
        for row in source.decisions.all()
    )
    return made


def scenario_of(revision: models.QuoteRevision, letter: str) -> models.Scenario:
    """Return a scenario of a revision by its letter, or say that there is none."""
    found = revision.scenarios.filter(letter=letter).first()
    if found is None:
        raise RefusedError(
            "no_such_scenario", f"{revision} has no scenario {letter or '?'}."
        )
    return found


def _offer_choices(scenario: models.Scenario, spec: Spec) -> None:
    models.LineChoice.objects.bulk_create(
        models.LineChoice(
            workspace=scenario.workspace, scenario=scenario, line=line.index
        )
        for line in spec.lines
        if line.optional or line.alternative_to is not None
    )


def _edited(
    locked: models.QuoteRevision,
    recorded: str,
    *,
    by: Any,
    now: datetime,
    before: object = None,
    after: object = None,
) -> models.QuoteRevision:
    """Count an edition, void what was approved of the one before, write it down."""
    take_back(locked, by=by, now=now)
    return finish(
        locked, "edit", by=by, now=now, before=before, after=after, recorded=recorded
    )
