"""Change orders and draws on the reserve: the only ways in which a plan moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.calc.change import Change, ChangeError, moves_later, price_change, rebased
from quotes.calc.gates import GateError
from quotes.calc.gates.plan import further, read_plan
from quotes.queries.gates import rows_of, work_day
from quotes.queries.plans import drawn, plan_of
from scoping import audit
from scoping import queries as scoping
from scoping.access import Act, may
from scoping.calc.money import to_coins

from .rollups import roll_up, roll_up_gates

MOST_TEXT, MOST_NAME = 500, 200
MOST_MONEY = Decimal(10) ** 13
"""Amounts from here on are slips of the keyboard, and no column holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Why a plan changes and, where money does, the client's word and who gave it.

    `clause` is the assumption or promise of the quote that the change rests on.
    """

    why: str
    clause: str = ""
    client_word: str = ""
    client_name: str = ""


@transaction.atomic
def order_change(  # noqa: PLR0913 - what changes, why, by whom, on what they saw
    project: models.Project,
    change: Change,
    agreed: Agreed,
    *,
    by: Any,
    role: str,
    now: datetime,
    seen: int | None = None,
) -> models.ChangeOrder:
    """Re-base the plan of a project; the plan of before is kept, whatever it was.

    `seen` is how many change orders the person saw. Raises RefusedError for a change
    that cannot be, that rests on a plan which no longer holds, or that moves the price
    or puts the promised week off without the client's word.
    """
    _may(role)
    why, clause = _text(agreed.why), _text(agreed.clause)[:MOST_NAME]
    word, name = _text(agreed.client_word), _text(agreed.client_name)[:MOST_NAME]
    if not why:
        raise RefusedError("why_missing", "Write why the plan changes.")
    models.Project.objects.select_for_update().get(pk=project.pk)
    number = _next(models.ChangeOrder.objects.filter(project=project).count(), seen)
    before = plan_of(project)
    for field, amount in (("cost", change.cost), ("price", change.price)):
        _check_amount(amount, str(before["currency"]), field=field)
    workdays = scoping.workdays(project.workspace)
    try:
        after = rebased(
            before,
            change,
            calendar=workdays.calendar(before["plan"]["calendar"])
            if before.get("plan")
            else workdays.calendar(project.site),
            client_calendar=workdays.calendar(
                before.get("gates", {}).get("client_calendar", project.site)
            ),
        )
    except ChangeError as error:
        raise RefusedError(error.code, str(error)) from error
    moved = price_change(before, change)
    cost_moved = Decimal(after["cost"]["p50"]) - Decimal(before["cost"]["p50"])
    _check_sums(moved, cost_moved, price=Decimal(after["price"]))
    if not (word and name):
        _needs_no_word(before, change, moved=moved)
    order = models.ChangeOrder.objects.create(
        workspace=project.workspace,
        project=project,
        number=number,
        effective=change.effective,
        why=why,
        clause=clause,
        client_word=word,
        client_name=name,
        asked=_asked(change),
        price_change=moved,
        cost_change=cost_moved,
        document=after,
        digest=audit.digest(after),
        by=str(by),
        at=now,
    )
    _lay_out_further(project, after, now=now)
    roll_up([project], now=now)
    roll_up_gates(project, now=now)
    audit.record(
        workspace=project.workspace,
        actor=str(by),
        action="order_change",
        subject=f"project {project.slug}",
        before=before,
        after={"number": order.number, "why": why, "plan": after},
        at=now,
    )
    return order


def _next(there: int, seen: int | None) -> int:
    """Return the next number; RefusedError where somebody else was quicker."""
    if seen is not None and seen != there:
        raise RefusedError(
            "stale_version",
            "The plan was changed meanwhile. Look at it again; nothing of yours was "
            "saved.",
        )
    return there + 1


def _check_amount(amount: Decimal, currency: str, *, field: str) -> None:
    """Refuse what is no amount of money: too large, or not in whole coins."""
    if not amount.is_finite() or abs(amount) >= MOST_MONEY:
        raise RefusedError(
            "amount_wrong",
            f"Write an amount below {MOST_MONEY:,.0f} {currency}.",
            field=field,
        )
    if to_coins(amount, currency) != amount:
        raise RefusedError(
            "amount_wrong",
            f"Write an amount in whole coins of {currency}.",
            field=field,
        )


def _check_sums(moved: Decimal, cost_moved: Decimal, *, price: Decimal) -> None:
    """Refuse a change after which the plan's money is none that could be agreed."""
    if max(abs(moved), abs(cost_moved)) >= MOST_MONEY:
        raise RefusedError(
            "amount_wrong",
            "This moves the plan by more money than there is. Look at the units again.",
        )
    if price < 0:
        raise RefusedError(
            "amount_wrong",
            f"After this the price would be {price:,.2f}, below 0. Take off less.",
            field="price",
        )


def _needs_no_word(
    before: Mapping[str, Any], change: Change, *, moved: Decimal
) -> None:
    """Refuse what needs the client's word: another price, or a later promised week."""
    if moved:
        raise RefusedError(
            "client_word_missing",
            f"This moves the price by {moved:+,.2f} {before['currency']}. Write what "
            f"the client said to it, and who said it.",
        )
    if moves_later(before, change):
        raise RefusedError(
            "client_word_missing",
            "This puts off the week that the quote promises. Write what the client "
            "said to it, and who said it.",
        )


def _asked(change: Change) -> dict[str, Any]:
    return {
        "units": {str(index): units for index, units in change.units.items()},
        "lost_days": change.lost_days,
        "promised": None if change.promised is None else change.promised.isoformat(),
        "cost": str(change.cost),
        "price": str(change.price),
    }


def _lay_out_further(project: models.Project, plan: Any, *, now: datetime) -> None:
    """Lay out batches for images that were added, if any were laid out before."""
    rows = rows_of(project)
    if not rows.exists():
        return
    laid: dict[str, tuple[int, int]] = {}
    for line, items in rows.values_list("line", "items"):
        many, held = laid.get(line, (0, 0))
        laid[line] = many + 1, held + items
    try:
        found = further(read_plan(plan), laid)
    except GateError as error:
        raise RefusedError(error.code, str(error)) from error
    models.GateBatch.objects.bulk_create(
        models.GateBatch(
            workspace=project.workspace,
            project=project,
            line=one.line[:200],
            key=one.key,
            items=one.items,
            at=now,
        )
        for one in found
    )


@transaction.atomic
def draw_reserve(  # noqa: PLR0913 - who takes how much, why and when, all named
    project: models.Project,
    amount: Decimal,
    *,
    why: str,
    on: date | None = None,
    by: Any,
    role: str,
    now: datetime,
    seen: int | None = None,
) -> models.ReserveDraw:
    """Take money from the reserve of a project, with the reason, never more than is.

    `seen` is how many draws the person saw: RefusedError if there are more by now.
    """
    _may(role)
    reason = _text(why)
    if not reason:
        raise RefusedError("why_missing", "Write what the reserve is used for.")
    models.Project.objects.select_for_update().get(pk=project.pk)
    number = _next(models.ReserveDraw.objects.filter(project=project).count(), seen)
    plan = plan_of(project)
    currency = str(plan["currency"])
    left = Decimal(plan["cost"]["reserve"]) - drawn(project)
    _check_amount(amount, currency, field="amount")
    if amount <= 0:
        raise RefusedError("amount_wrong", "Write an amount above 0.", field="amount")
    if amount > left:
        raise RefusedError(
            "reserve_spent",
            f"{max(left, Decimal(0)):,.2f} {currency} of the reserve are left. What is "
            f"beyond needs a change order.",
        )
    made = models.ReserveDraw.objects.create(
        workspace=project.workspace,
        project=project,
        number=number,
        amount=amount,
        why=reason,
        on=on or work_day(project, now),
        by=str(by),
        at=now,
    )
    audit.record(
        workspace=project.workspace,
        actor=str(by),
        action="draw_reserve",
        subject=f"project {project.slug}",
        before={"left": str(left)},
        after={"number": made.number, "amount": str(amount), "why": reason},
        at=now,
    )
    return made


def _may(role: str) -> None:
    if not may(role, Act.CHANGE_PLAN):
        raise RefusedError("not_allowed", f"The role {role} may not change a plan.")


def _text(text: str) -> str:
    found = text.strip().replace("\r\n", "\n")
    if len(found) > MOST_TEXT:
        raise RefusedError(
            "text_too_long", f"This has at most {MOST_TEXT} characters; shorten it."
        )
    return found
