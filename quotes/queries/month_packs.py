"""What a month's pack is made of: the ledgers as they were known at a moment."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from quotes import models
from quotes.calc.billing import amount_of, margin_bridge
from quotes.calc.matching import Actual, Delivered, match
from quotes.calc.month_pack import Month, Pay, ProjectMonth, Stands, month_before
from quotes.calc.statement import LineBill, line_bill, statement
from quotes.queries.actuals import (
    actuals,
    current_records,
    projects,
    promises_on,
    sums_of,
)
from quotes.queries.gates import over_on
from quotes.queries.other_costs import costs_until
from quotes.queries.paid import current_paid, month_costs
from quotes.queries.plans import plan_of
from scoping.calc.money import to_coins

NOTHING = Decimal(0)
NOBODY_CONFIRMED = "the client has not confirmed any batch"
NO_PACK: Mapping[str, Any] = {
    "accepted": {},
    "figures": {"waiting": {"closing": "0"}},
}
"""What a pack told of a project that was not in it."""
Pays = dict[str | None, dict[str, Pay]]
"""Wages by slug and currency, None for the bench: two projects may have one name."""


def packs(workspace: Any) -> list[models.MonthPack]:
    """Return the packs that were given out, the newest first, without their files."""
    found = models.MonthPack.objects.filter(workspace=workspace)
    return list(found.defer("xlsx", "pdf").order_by("-month"))


def pack_of(workspace: Any, month: str) -> models.MonthPack | None:
    """Return the pack of a month as it was given out."""
    return models.MonthPack.objects.filter(workspace=workspace, month=month).first()


def last_day(month: str) -> date:
    """Return the last day of a month."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, monthrange(year, number)[1])


def month_of(
    workspace: Any,
    month: str,
    *,
    holdback_share: Decimal,
    known_until: datetime,
    holdback_why: str = "",
) -> Month:
    """Return all that the pack of a month is made of, as known at a moment."""
    issued = pack_of(workspace, month_before(month))
    end, before = last_day(month), last_day(month_before(month))
    pay_now, pay_before = _pays(workspace, month, as_of=known_until)
    other_now, other_before = (
        costs_until(workspace, one, as_of=known_until)
        for one in (month, month_before(month))
    )
    rows = list(projects(workspace).order_by("pk"))
    previous = None if issued is None else json.loads(issued.body)
    told = {one["slug"]: one for one in previous["projects"]} if previous else {}
    return Month(
        month=month,
        company=workspace.name,
        known_until=known_until.isoformat(),
        projects=[
            _project(
                row,
                ends=(before, end),
                pays=(pay_now.get(row.slug, {}), pay_before.get(row.slug, {})),
                others=(other_now.get(row.slug, {}), other_before.get(row.slug, {})),
                told=told.get(row.slug, NO_PACK) if previous else None,
                as_of=known_until,
            )
            for row in rows
            if row.start_on <= end
            or row.slug in {*pay_now, *other_now}
            or row.slug in told
        ],
        bench_now=pay_now.get(None, {}),
        bench_before=pay_before.get(None, {}),
        payroll_now=_payroll(workspace, month, as_of=known_until),
        payroll_before=_payroll(workspace, month_before(month), as_of=known_until),
        other_now=other_now.get(None, {}),
        other_before=other_before.get(None, {}),
        holdback_share=holdback_share,
        holdback_why=holdback_why,
        previous=previous,
        previous_digest="" if issued is None else issued.digest,
        late=[] if issued is None else [*_late(rows, issued, until=before)],
    )


def _project(
    project: models.Project,
    *,
    ends: tuple[date, date],
    pays: tuple[Mapping[str, Pay], Mapping[str, Pay]],
    others: tuple[Mapping[str, Decimal], Mapping[str, Decimal]],
    told: Mapping[str, Any] | None,
    as_of: datetime,
) -> ProjectMonth:
    plan = plan_of(project, as_of=as_of)
    records = list(current_records(project, as_of=as_of).values())
    then, now = (_bills(project, plan, records, until=end) for end in ends)
    accepted = {str(at): dict(one.units) for at, one in now.items() if one is not None}
    issued = (
        {str(at): dict(one.units) for at, one in then.items() if one is not None}
        if told is None
        else told["accepted"]
    )
    sums = sums_of(project, as_of=as_of, on=ends[1])
    last = [over_on(project, until=end, as_of=as_of) for end in ends]

    def let_go(day: date | None) -> Decimal:
        """Return what was earned by the day on which the project was over."""
        if day is None:
            return NOTHING
        bills = _bills(project, plan, records, until=day)
        return sum((bill.accepted for bill in bills.values() if bill), NOTHING)

    fx = plan.get("fx") or {}
    return ProjectMonth(
        slug=project.slug,
        name=project.name,
        client="" if project.client is None else project.client.name,
        currency=project.currency,
        now=_stands(project, now, until=ends[1], as_of=as_of),
        before=_stands(project, then, until=ends[0], as_of=as_of)
        if told is None
        else Stands(
            revenue=sum(
                (
                    _billed(_line(plan, int(at)), project, units, accepted.get(at, {}))
                    for at, units in issued.items()
                ),
                NOTHING,
            ),
            # What waits is a balance: it is told anew each month, never restated.
            waiting=Decimal(told["figures"]["waiting"]["closing"]),
            credits=_credits(project, until=ends[0], as_of=as_of),
        ),
        pay_now=pays[0],
        pay_before=pays[1],
        other_now=others[0],
        other_before=others[1],
        pinned={str(fx["quote"]): Decimal(fx["rate"])} if fx.get("rate") else {},
        actual=_actual_rates(project, until=ends[1], as_of=as_of),
        margin=margin_bridge(plan, sums.stands),
        forecast=_forecast(sums.stands),
        statement=[
            row
            for at in sorted({*accepted, *issued}, key=int)
            for row in statement(
                _line(plan, int(at)),
                now=accepted.get(at, {}),
                before=issued.get(at, {}),
                currency=project.currency,
            )
        ],
        accepted=accepted,
        holdback_share=Decimal(plan["holdback"]) if plan.get("holdback") else None,
        over=(last[0] == ends[0], last[1] == ends[1]),
        let_go=(let_go(last[0]), let_go(last[1])),
    )


def _line(plan: Mapping[str, Any], index: int) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(
        line for line in plan["lines"] if line["index"] == index
    )
    return found


def _billed(
    line: Mapping[str, Any],
    project: models.Project,
    told: Mapping[str, int],
    now: Mapping[str, int],
) -> Decimal:
    """Return what the batches that a pack told of come to as they are known now."""
    units = sum(now.get(batch, 0) for batch in told)
    return to_coins(amount_of(Decimal(units), line), project.currency)


def _credits(project: models.Project, *, until: date, as_of: datetime) -> Decimal:
    promises = promises_on(project, day=until, as_of=as_of)
    due = sum((Decimal(one["credit"]) for one in promises), NOTHING)
    return to_coins(due, project.currency)


def _bills(
    project: models.Project,
    plan: Mapping[str, Any],
    records: Iterable[models.WorkRecord],
    *,
    until: date,
) -> dict[int, LineBill | None]:
    """Return what each line comes to by a day; undated rows count when they came."""
    zone = ZoneInfo(project.time_zone)
    counted = [
        row
        for row in records
        if (row.period_end or row.period_start or row.recorded_at)
        .astimezone(zone)
        .date()
        <= until
    ]
    rows: list[Actual] = actuals(counted, zone=project.time_zone)
    done: Mapping[int | None, Delivered] = match(
        plan, rows, paid_clock=project.paid_clock
    )
    return {
        line["index"]: line_bill(
            line, done.get(line["index"]), currency=project.currency
        )
        for line in plan["lines"]
    }


def _stands(
    project: models.Project,
    bills: Mapping[int, LineBill | None],
    *,
    until: date,
    as_of: datetime,
) -> Stands:
    known = [bill for bill in bills.values() if bill is not None]
    if not known:
        return Stands(because=NOBODY_CONFIRMED)
    return Stands(
        revenue=sum((bill.accepted for bill in known), NOTHING),
        waiting=sum((bill.waiting for bill in known), NOTHING),
        credits=_credits(project, until=until, as_of=as_of),
    )


def _forecast(stands: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cost at completion: low, typical, high, or why it is not known."""
    ending = stands["ending"] if stands["known"] else stands
    if not ending["known"]:
        return {name: ending[name] for name in ("known", "because", "text")}
    cost = ending["cost"]
    return {
        "known": True,
        "low": cost["p10"],
        "typical": cost["p50"],
        "high": cost["p90"],
    }


def _actual_rates(
    project: models.Project, *, until: date, as_of: datetime
) -> dict[str, Decimal]:
    """Return the exchange rates stated with actual rates, the latest by a day."""
    rows = (
        models.RoleRate.objects.filter(
            workspace=project.workspace,
            exchange__isnull=False,
            valid_from__lte=until,
            recorded_at__lte=as_of,
        )
        .order_by("valid_from", "recorded_at", "pk")
        .values_list("currency", "exchange")
    )
    return {currency: rate for currency, rate in rows if rate is not None}


def _pays(workspace: Any, month: str, *, as_of: datetime) -> tuple[Pays, Pays]:
    """Return wages over projects and bench up to a month, and up to the one before."""
    now: Pays = {}
    before: Pays = {}
    paid = current_paid(workspace, as_of=as_of).values()
    for one in sorted({row.month for row in paid if row.month <= month}):
        found = month_costs(workspace, one, as_of=as_of)
        for cost in found.costs:
            share = found.overtime.get(cost.person, NOTHING)
            whole = to_coins(cost.amount, cost.currency)
            over = to_coins(whole * share, cost.currency)
            pay = Pay(labour=whole - over, overtime=over)
            for pays in (now, before) if one < month else (now,):
                own = pays.setdefault(cost.project, {})
                own[cost.currency] = _added(own.get(cost.currency, Pay()), pay)
    return now, before


def _added(first: Pay, second: Pay) -> Pay:
    return Pay(
        labour=first.labour + second.labour, overtime=first.overtime + second.overtime
    )


def _payroll(workspace: Any, month: str, *, as_of: datetime) -> dict[str, Decimal]:
    """Return what payroll itself says up to a month, without any splitting."""
    found: dict[str, Decimal] = {}
    for row in current_paid(workspace, as_of=as_of).values():
        if row.amount is not None and row.month <= month:
            amount = to_coins(row.amount, row.currency)
            found[row.currency] = found.get(row.currency, NOTHING) + amount
    return found


def _late(
    rows: Iterable[models.Project], issued: models.MonthPack, *, until: date
) -> Iterator[str]:
    """Yield in sentences what came in after a pack for days that it had closed."""
    for project in rows:
        zone = ZoneInfo(project.time_zone)
        found: dict[tuple[str, str], int] = {}
        records = models.WorkRecord.objects.filter(
            project=project, recorded_at__gt=issued.known_until
        ).exclude(kind="reversal")
        for row in records.select_related("file"):
            moment = row.period_end or row.period_start
            if moment is not None and moment.astimezone(zone).date() <= until:
                key = (row.file.name, row.reason)
                found[key] = found.get(key, 0) + 1
        for (name, why), many in found.items():
            said = f"restated: {why}" if why else "late"
            yield f"{project.name}: {many:,} entries of {name}, {said}"
    wages = models.PaidRecord.objects.filter(
        workspace=issued.workspace,
        recorded_at__gt=issued.known_until,
        month__lte=issued.month,
    ).exclude(kind="reversal")
    paid: dict[tuple[str, str], int] = {}
    for one in wages.select_related("file"):
        key = (one.file.name, one.reason)
        paid[key] = paid.get(key, 0) + 1
    for (name, why), many in paid.items():
        said = f"restated: {why}" if why else "late"
        yield f"Paid time and wages: {many:,} entries of {name}, {said}"
    yield from _late_costs(issued)


def _late_costs(issued: models.MonthPack) -> Iterator[str]:
    """Yield by how much bills beside wages moved since, and why, in sentences."""
    rows = models.OtherCost.objects.filter(
        workspace=issued.workspace,
        recorded_at__gt=issued.known_until,
        month__lte=issued.month,
    )
    moved: dict[tuple[str, str, str], Decimal] = {}
    for row in rows.select_related("project").order_by("pk"):
        of = "Of no project" if row.project is None else row.project.name
        bill = f"{of}: {row.what} of {row.month}, {row.source}"
        key = (bill, row.currency, row.reason or "")
        moved[key] = moved.get(key, NOTHING) + row.amount
    for (bill, currency, why), amount in moved.items():
        said = f"restated: {why}" if why else "late"
        yield f"{bill}: {to_coins(amount, currency):+,f} {currency}, {said}"
