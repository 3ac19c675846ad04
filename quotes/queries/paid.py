"""Reads of paid time: the ledger as known at a moment, and its split over projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from quotes import models
from quotes.calc.paid import (
    BENCH,
    Cost,
    Day,
    Part,
    Seen,
    Wage,
    capture_ratio,
    split_days,
    split_wages,
)

from .ledger import current_records

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one project, or the bench, has of a month: paid seconds and cost.

    `project` is its slug, for two projects may bear one name; None is the bench.
    """

    project: str | None
    name: str
    seconds: Decimal
    named_seconds: Decimal
    costs: dict[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidMonth:
    """A month of paid time over projects; shares and bench add up to what was paid.

    `unmatched` are people whose tools were seen and whose time was not paid, and
    `unknown` names of projects in timesheets that there are not.
    """

    month: str
    shares: tuple[Share, ...]
    paid_seconds: Decimal
    wages: dict[str, Decimal]
    capture: tuple[Decimal, Decimal, Decimal] | None
    unmatched: tuple[str, ...]
    unknown: tuple[str, ...]


def current_paid(
    workspace: Any, *, as_of: datetime | None = None
) -> dict[str, models.PaidRecord]:
    """Return the entries that stand, by key, as they were known at a moment."""
    rows = models.PaidRecord.objects.filter(workspace=workspace).exclude(
        kind="reversal"
    )
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    return {row.key: row for row in rows.order_by("edition", "pk")}


def months(workspace: Any) -> list[str]:
    """Return the months of which there is paid time or a wage, newest first."""
    found = models.PaidRecord.objects.filter(workspace=workspace).order_by()
    return sorted(found.values_list("month", flat=True).distinct(), reverse=True)


def paid_month(
    workspace: Any, month: str, *, as_of: datetime | None = None
) -> PaidMonth:
    """Return a month of paid time and wages over the projects of a workspace."""
    rows = [
        row
        for row in current_paid(workspace, as_of=as_of).values()
        if row.month == month
    ]
    names = slugs_by_word(workspace, as_of=as_of)
    days = [_day(row, row.day, names) for row in rows if row.day is not None]
    seen = _seen(workspace, month, as_of=as_of)
    parts = split_days(days, seen)
    wages = [_wage(row) for row in rows if row.amount is not None]
    paid = {one.person for one in days}
    return PaidMonth(
        month=month,
        shares=tuple(_shares(parts, split_wages(wages, parts), _names(workspace))),
        paid_seconds=sum((one.seconds for one in days), NOTHING),
        wages=_by_currency((one.currency, one.amount) for one in wages),
        capture=capture_ratio(days, seen),
        unmatched=tuple(sorted({one.person for one in seen} - paid)),
        unknown=tuple(
            sorted(
                {
                    row.project_name
                    for row in rows
                    if row.project_name and row.project_name.casefold() not in names
                }
            )
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCosts:
    """Wages of a month over projects, and who worked overtime for which share of it.

    `overtime` is by person, None for everybody together.
    """

    costs: tuple[Cost, ...]
    overtime: dict[str | None, Decimal]


def month_costs(
    workspace: Any, month: str, *, as_of: datetime | None = None
) -> MonthCosts:
    """Return the wages of a month over projects, by slug, and bench, to the coin."""
    rows = [
        row
        for row in current_paid(workspace, as_of=as_of).values()
        if row.month == month
    ]
    slugs = slugs_by_word(workspace, as_of=as_of)
    timed = [row for row in rows if row.day is not None]
    days = [_day(row, row.day, slugs) for row in timed if row.day is not None]
    parts = split_days(days, _seen(workspace, month, as_of=as_of))
    wages = [_wage(row) for row in rows if row.amount is not None]
    return MonthCosts(costs=tuple(split_wages(wages, parts)), overtime=_overtime(timed))


def slugs_by_word(workspace: Any, *, as_of: datetime | None = None) -> dict[str, str]:
    """Return slugs by what timesheets call projects; of one name, the first has it.

    What somebody confirmed of a word holds from then on, before any name.
    """
    confirmed = models.ProjectWord.objects.filter(workspace=workspace)
    if as_of is not None:
        confirmed = confirmed.filter(at__lte=as_of)
    words = dict(confirmed.order_by("at", "pk").values_list("word", "project__slug"))
    return own_names(workspace) | words


def own_names(workspace: Any) -> dict[str, str]:
    """Return slugs by the names and slugs of projects, all in small letters."""
    rows = models.Project.objects.filter(workspace=workspace).order_by("-pk")
    found = list(rows.values_list("slug", "name"))
    by_name = {name.casefold(): slug for slug, name in found}
    return by_name | {slug.casefold(): slug for slug, _ in found}


def called(project: models.Project, *, as_of: datetime | None = None) -> set[str]:
    """Return what timesheets call a project: what `slugs_by_word` gives to no other."""
    words = slugs_by_word(project.workspace, as_of=as_of).items()
    return {word for word, slug in words if slug == project.slug}


def likely_project(word: str, projects: Mapping[str, str]) -> str:
    """Return the slug of the project that a word is likely to mean; "" if none is.

    One whose name holds the word, or is held by it, else the most alike.
    """
    said = " ".join(word.casefold().split())
    names = {name.casefold(): slug for slug, name in projects.items()}
    holding = [slug for name, slug in names.items() if said in name or name in said]
    if len(holding) == 1:
        return holding[0]
    alike = get_close_matches(said, names, n=1)
    return names[alike[0]] if alike else ""


def _names(workspace: Any) -> dict[str, str]:
    """Return the names of projects by slug; one that several bear has its slug."""
    rows = models.Project.objects.filter(workspace=workspace)
    found = list(rows.values_list("slug", "name"))
    many = Counter(name.casefold() for _, name in found)
    return {
        slug: name if many[name.casefold()] == 1 else f"{name} ({slug})"
        for slug, name in found
    }


def _overtime(rows: Sequence[models.PaidRecord]) -> dict[str | None, Decimal]:
    """Return the share of paid time that was overtime, by person and of all."""
    paid: dict[str | None, Decimal] = {}
    over: dict[str | None, Decimal] = {}
    for row in rows:
        for who in (person(row.person), None):
            paid[who] = paid.get(who, NOTHING) + Decimal(row.paid_seconds or 0)
            over[who] = over.get(who, NOTHING) + Decimal(row.overtime_seconds or 0)
    return {
        who: min(over[who] / seconds, Decimal(1))
        for who, seconds in paid.items()
        if seconds
    }


def person(name: str) -> str:
    """Return a name as people are matched by: case and outer spaces aside."""
    return " ".join(name.casefold().split())


def _day(row: models.PaidRecord, day: date, names: dict[str, str]) -> Day:
    return Day(
        person=person(row.person),
        day=day,
        seconds=Decimal(row.paid_seconds or 0),
        project=names.get(row.project_name.casefold()) if row.project_name else None,
        leave=min(Decimal(row.leave_seconds or 0), Decimal(row.paid_seconds or 0)),
    )


def _wage(row: models.PaidRecord) -> Wage:
    return Wage(
        month=row.month,
        person=person(row.person) or None,
        amount=Decimal(row.amount or 0),
        currency=row.currency,
    )


def _seen(workspace: Any, month: str, *, as_of: datetime | None) -> list[Seen]:
    """Return what tools saw of people by day and project, under one clock each."""
    found: list[Seen] = []
    for project in models.Project.objects.filter(workspace=workspace):
        zone = ZoneInfo(project.time_zone)
        by_clock: dict[tuple[str, date], dict[str, Decimal]] = {}
        for row in current_records(project, as_of=as_of).values():
            if row.period_start is None or not row.actor or row.active_seconds is None:
                continue
            day = row.period_start.astimezone(zone).date()
            if f"{day:%Y-%m}" == month:
                clocks = by_clock.setdefault((person(row.actor), day), {})
                clocks[row.clock] = clocks.get(row.clock, NOTHING) + row.active_seconds
        found += [
            Seen(
                person=who,
                day=day,
                project=project.slug,
                seconds=clocks.get(project.paid_clock, max(clocks.values())),
            )
            for (who, day), clocks in by_clock.items()
        ]
    return found


def _shares(
    parts: Sequence[Part], costs: Sequence[Cost], names: Mapping[str, str]
) -> Iterable[Share]:
    """Yield the shares by name, the bench last."""
    slugs = {one.project for one in parts} | {one.project for one in costs}
    named = {slug: "" if slug is None else names.get(slug, slug) for slug in slugs}
    for slug in sorted(slugs, key=lambda one: (one is None, named[one], one or "")):
        own = [one for one in parts if one.project == slug]
        yield Share(
            project=slug,
            name=named[slug],
            seconds=sum((one.seconds for one in own), NOTHING),
            named_seconds=sum(
                (one.seconds for one in own if one.basis not in ("tool hours", BENCH)),
                NOTHING,
            ),
            costs=_by_currency(
                (one.currency, one.amount) for one in costs if one.project == slug
            ),
        )


def _by_currency(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for currency, amount in amounts:
        found[currency] = found.get(currency, NOTHING) + amount
    return found
