"""The pack of a month for whoever keeps the books: what was earned, spent, and is due.

Every figure is carried on: as the pack of the month before gave it, what was restated
since, what this month brought, and where it stands. A pack that was given out is never
changed. A batch that is accepted now is this month's, whenever it was made; other units
on a batch that a pack has told of are a restatement. A first pack brings in what was
before it as it is known. Wages, and what
is paid beside them, are in their own currency; wages add up to payroll with the bench.
See docs/model.md#month_pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from scoping.calc.money import to_coins

from .figures import not_known

NOTHING = Decimal(0)
REVENUE, WAITING, CREDITS, HOLDBACK, INVOICEABLE = OF_PROJECT = (
    *("revenue", "waiting", "credits", "holdback", "invoiceable"),
)
LABOUR, OVERTIME = OF_PAY = ("labour", "overtime")
OTHER = "other"
NO_OTHER = "nobody stated a cost beside wages"
NAMES = {
    REVENUE: "Revenue earned: accepted units at their price",
    WAITING: "Delivered, not accepted yet",
    CREDITS: "Credits due to the client",
    HOLDBACK: "Held back until the end",
    INVOICEABLE: "May be invoiced",
    LABOUR: "Labour",
    OVERTIME: "Overtime",
    OTHER: "Other cost",
}
MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """What a project comes to at the end of a month, from its beginning, by price.

    `because` says why it has no revenue that could be known; the amounts are 0 then.
    """

    revenue: Decimal = NOTHING
    waiting: Decimal = NOTHING
    credits: Decimal = NOTHING
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """What people were paid for a project, or on the bench, up to a month's end."""

    labour: Decimal = NOTHING
    overtime: Decimal = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMonth:
    """A project in a month: as it stands at its end, and what of it a pack told before.

    Both are as known now; `pay_*` and `other_*`, costs beside wages, are by currency.
    `pinned` and `actual` are units of a wage's currency for one of the project's:
    pinned on the quote, and the latest stated with an actual rate. `accepted` are units
    by batch, by the index of a line: what the next pack holds its own against.
    `holdback_share` is that of the quote, None where it names none. `over` says whether
    every batch was accepted, at the end of the month before and of this one: nothing is
    held back then. `let_go` is what had been earned, by the same ends, when that was
    last so: a change order adds batches, and holds nothing back of what was let go.
    """

    slug: str
    name: str
    client: str
    currency: str
    now: Stands
    before: Stands
    pay_now: Mapping[str, Pay] = field(default_factory=dict)
    pay_before: Mapping[str, Pay] = field(default_factory=dict)
    other_now: Mapping[str, Decimal] = field(default_factory=dict)
    other_before: Mapping[str, Decimal] = field(default_factory=dict)
    pinned: Mapping[str, Decimal] = field(default_factory=dict)
    actual: Mapping[str, Decimal] = field(default_factory=dict)
    margin: Mapping[str, Any] = field(default_factory=dict)
    forecast: Mapping[str, Any] = field(default_factory=dict)
    statement: Sequence[Mapping[str, Any]] = ()
    accepted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    holdback_share: Decimal | None = None
    over: tuple[bool, bool] = (False, False)
    let_go: tuple[Decimal, Decimal] = (NOTHING, NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """All that a pack is made of. `payroll_*` are sums of payroll itself, by currency.

    `other_*` are costs beside wages that are of no project. `holdback_share` is held
    back where the quote names none, and `holdback_why` says on what ground.

    `previous` is the pack of the month before as it was given out, None for a first
    one; `late` says in sentences what came in for closed months.
    """

    month: str
    company: str
    known_until: str
    projects: Sequence[ProjectMonth]
    bench_now: Mapping[str, Pay]
    bench_before: Mapping[str, Pay]
    payroll_now: Mapping[str, Decimal]
    payroll_before: Mapping[str, Decimal]
    other_now: Mapping[str, Decimal] = field(default_factory=dict)
    other_before: Mapping[str, Decimal] = field(default_factory=dict)
    holdback_share: Decimal = NOTHING
    holdback_why: str = ""
    previous: Mapping[str, Any] | None = None
    previous_digest: str = ""
    late: Sequence[str] = ()


def month_pack(month: Month) -> dict[str, Any]:
    """Return the pack of a month as plain data; amounts are text."""
    told = month.previous
    issued = {one["slug"]: one for one in told["projects"]} if told else {}
    projects = [
        _project(one, issued.get(one.slug), month=month) for one in month.projects
    ]
    known = {one.slug for one in month.projects}
    bench = _pay(
        month.bench_now, month.bench_before, told["bench"] if told else None, told=told
    )
    payroll = {
        currency: carried(
            month.payroll_now.get(currency, NOTHING),
            month.payroll_before.get(currency, NOTHING),
            _given_out(
                told["payroll"].get(currency) if told else None,
                month.payroll_before.get(currency, NOTHING),
                told=told,
            ),
        )
        for currency in sorted({*month.payroll_now, *month.payroll_before})
    }
    pack = {
        "pack": 1,
        "month": month.month,
        "company": month.company,
        "known_until": month.known_until,
        "previous": None
        if month.previous is None
        else {"month": month.previous["month"], "digest": month.previous_digest},
        "holdback_share": str(month.holdback_share),
        "holdback_why": month.holdback_why,
        "projects": projects,
        "bench": bench,
        "other": _other(
            month.other_now, month.other_before, told and told.get("other"), told=told
        ),
        "payroll": payroll,
        "totals": _totals(projects),
        "labour_totals": _labour_totals(projects, bench),
        "late": list(month.late),
    }
    pack["other_totals"] = _other_totals(pack)
    return pack | {
        "restatements": list(_restated(pack)),
        "ties": list(_ties(pack, month.previous, left_out=set(issued) - known)),
    }


def carried(now: Decimal, before: Decimal, issued: Decimal) -> dict[str, str]:
    """Return a figure carried on: as given out, restated, this month, as it stands.

    >>> carried(Decimal(150), Decimal(90), Decimal(100))
    {'opening': '100', 'restated': '-10', 'month': '60', 'closing': '150'}
    """
    return {
        "opening": str(issued),
        "restated": str(before - issued),
        "month": str(now - before),
        "closing": str(now),
    }


def _given_out(
    figure: Mapping[str, str] | None,
    before: Decimal,
    *,
    told: Mapping[str, Any] | None,
) -> Decimal:
    """Return what the last pack closed with; a first one opens with what was before."""
    if told is None:
        return before
    return NOTHING if figure is None else Decimal(figure["closing"])


def _amounts(
    stands: Stands, *, share: Decimal, let_go: Decimal, currency: str
) -> dict[str, Decimal]:
    held = to_coins(max(stands.revenue - let_go, NOTHING) * share, currency)
    return {
        REVENUE: stands.revenue,
        WAITING: stands.waiting,
        CREDITS: stands.credits,
        HOLDBACK: held,
        INVOICEABLE: stands.revenue - held - stands.credits,
    }


def _project(
    one: ProjectMonth, issued: Mapping[str, Any] | None, *, month: Month
) -> dict[str, Any]:
    share, currency = one.holdback_share, one.currency
    if share is None:
        share = month.holdback_share
    before, now = (
        _amounts(
            stands, share=NOTHING if over else share, let_go=let_go, currency=currency
        )
        for stands, over, let_go in zip(
            (one.before, one.now), one.over, one.let_go, strict=True
        )
    )
    figures = (issued or {}).get("figures", {})
    pay = _pay(
        one.pay_now, one.pay_before, (issued or {}).get("pay"), told=month.previous
    )
    return {
        "slug": one.slug,
        "name": one.name,
        "client": one.client,
        "currency": currency,
        "revenue_known": not_known(one.now.because)
        if one.now.because
        else {"known": True},
        "figures": {
            key: carried(
                now[key],
                before[key],
                _given_out(figures.get(key), before[key], told=month.previous),
            )
            for key in OF_PROJECT
        },
        "pay": pay,
        "exchange": _exchange(one, pay),
        "other": _other(
            one.other_now,
            one.other_before,
            (issued or {}).get("other"),
            told=month.previous,
        ),
        "holdback": {
            "share": str(share),
            "of_quote": one.holdback_share is not None,
            "over": one.over[1],
            "let_go": str(one.let_go[1]),
        },
        "margin": dict(one.margin),
        "forecast": dict(one.forecast),
        "statement": [dict(row) for row in one.statement],
        "accepted": {index: dict(units) for index, units in one.accepted.items()},
    }


def _pay(
    now: Mapping[str, Pay],
    before: Mapping[str, Pay],
    issued: Mapping[str, Any] | None,
    *,
    told: Mapping[str, Any] | None,
) -> dict[str, dict[str, dict[str, str]]]:
    """Return labour, overtime beside it, by the currency of the wage."""
    currencies = {*now, *before, *(issued or {})}
    return {
        currency: {
            name: carried(
                getattr(now.get(currency, Pay()), name),
                getattr(before.get(currency, Pay()), name),
                _given_out(
                    ((issued or {}).get(currency) or {}).get(name),
                    getattr(before.get(currency, Pay()), name),
                    told=told,
                ),
            )
            for name in OF_PAY
        }
        for currency in sorted(currencies)
    }


def _other(
    now: Mapping[str, Decimal],
    before: Mapping[str, Decimal],
    issued: Mapping[str, Any] | None,
    *,
    told: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return costs beside wages by their currency; not known where none was stated."""
    given = (issued or {}).get("by", {})
    currencies = sorted({*now, *before, *given})
    if not currencies:
        return not_known(NO_OTHER)
    return {
        "known": True,
        "by": {
            one: carried(
                now.get(one, NOTHING),
                before.get(one, NOTHING),
                _given_out(given.get(one), before.get(one, NOTHING), told=told),
            )
            for one in currencies
        },
    }


def _other_totals(pack: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return costs beside wages of all projects and of none, by currency."""
    parts = [
        one["by"]
        for one in (*(project["other"] for project in pack["projects"]), pack["other"])
        if one["known"]
    ]
    currencies = sorted({currency for part in parts for currency in part})
    return {
        currency: _added(part[currency] for part in parts if currency in part)
        for currency in currencies
    }


def _exchange(one: ProjectMonth, pay: Mapping[str, Any]) -> dict[str, Any]:
    """Return this month's labour in the project's currency: pinned, actual, effect."""
    found: dict[str, Any] = {}
    for currency, figures in pay.items():
        paid = sum((Decimal(figures[name]["month"]) for name in OF_PAY), NOTHING)
        pinned = Decimal(1) if currency == one.currency else one.pinned.get(currency)
        actual = Decimal(1) if currency == one.currency else one.actual.get(currency)
        if pinned is None:
            found[currency] = not_known(
                f"no rate of {currency} was pinned on the quote"
            )
            continue
        at_pinned = to_coins(paid / pinned, one.currency)
        found[currency] = {
            "known": True,
            "pinned_rate": str(pinned),
            "at_pinned": str(at_pinned),
            "effect": not_known(f"no actual rate states what {currency} was worth")
            if actual is None
            else {
                "known": True,
                "rate": str(actual),
                "value": str(to_coins(paid / actual, one.currency) - at_pinned),
            },
        }
    return found


def _added(figures: Iterable[Mapping[str, str]]) -> dict[str, str]:
    rows = list(figures)
    return {
        name: str(sum((Decimal(row[name]) for row in rows), NOTHING))
        for name in ("opening", "restated", "month", "closing")
    }


def _totals(projects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the sums over projects of each currency; nothing is converted."""
    found: dict[str, Any] = {}
    for currency in sorted({one["currency"] for one in projects}):
        own = [one for one in projects if one["currency"] == currency]
        found[currency] = {
            "projects": len(own),
            "not_known": sum(not one["revenue_known"]["known"] for one in own),
            **{key: _added(one["figures"][key] for one in own) for key in OF_PROJECT},
        }
    return found


def _labour_totals(
    projects: Sequence[Mapping[str, Any]], bench: Mapping[str, Any]
) -> dict[str, Any]:
    pays = [*(one["pay"] for one in projects), bench]
    return {
        currency: {
            name: _added(pay[currency][name] for pay in pays if currency in pay)
            for name in OF_PAY
        }
        for currency in sorted({currency for pay in pays for currency in pay})
    }


def _restated(pack: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield every figure of an earlier pack that is otherwise known now."""
    if pack["previous"] is None:
        return
    for one in pack["projects"]:
        for key in OF_PROJECT:
            yield from _moved(one["name"], key, one["currency"], one["figures"][key])
        yield from _moved_pay(one["name"], one["pay"])
        yield from _moved_other(one["name"], one["other"])
    yield from _moved_pay("Bench", pack["bench"])
    yield from _moved_other("No project", pack["other"])


def _moved_pay(who: str, pay: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for currency, figures in pay.items():
        for name in OF_PAY:
            yield from _moved(who, name, currency, figures[name])


def _moved_other(who: str, other: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for currency, figure in other.get("by", {}).items():
        yield from _moved(who, OTHER, currency, figure)


def _moved(
    who: str, key: str, currency: str, figure: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    if Decimal(figure["restated"]):
        yield {
            "who": who,
            "figure": NAMES[key],
            "currency": currency,
            "given_out": figure["opening"],
            "now_known": str(Decimal(figure["opening"]) + Decimal(figure["restated"])),
            "difference": figure["restated"],
        }


def _ties(
    pack: Mapping[str, Any], previous: Mapping[str, Any] | None, *, left_out: set[str]
) -> Iterator[dict[str, Any]]:
    """Yield what has to be equal, with both sides."""
    for currency in sorted({*pack["payroll"], *pack["labour_totals"]}):
        parts = pack["labour_totals"].get(currency, {})
        for name, words in (("month", "this month"), ("closing", "so far")):
            split = sum((Decimal(figure[name]) for figure in parts.values()), NOTHING)
            paid = Decimal(pack["payroll"].get(currency, {}).get(name, "0"))
            yield _tie(
                f"Labour, overtime and bench {words} are payroll, {currency}",
                split,
                paid,
            )
    if previous is None:
        return
    for currency, totals in pack["totals"].items():
        for key in OF_PROJECT:
            then = previous["totals"].get(currency, {}).get(key, {}).get("closing", "0")
            yield _tie(
                f"{NAMES[key]} opens as {previous['month']} closed, {currency}",
                Decimal(totals[key]["opening"]),
                Decimal(then),
            )
    told = previous.get("other_totals", {})
    for currency in sorted({*pack["other_totals"], *told}):
        opens = pack["other_totals"].get(currency, {}).get("opening", "0")
        yield _tie(
            f"{NAMES[OTHER]} opens as {previous['month']} closed, {currency}",
            Decimal(opens),
            Decimal(told.get(currency, {}).get("closing", "0")),
        )
    if left_out:
        yield {
            "what": f"Projects of the last pack that are gone: {', '.join(left_out)}",
            "left": "0",
            "right": str(len(left_out)),
            "holds": False,
        }


def _tie(what: str, left: Decimal, right: Decimal) -> dict[str, Any]:
    return {
        "what": what,
        "left": str(left),
        "right": str(right),
        "holds": left == right,
    }


def month_before(month: str) -> str:
    """Return the month before one.

    >>> month_before("2026-01"), month_before("2026-04")
    ('2025-12', '2026-03')
    """
    year, number = (int(part) for part in month.split("-"))
    return f"{year - 1}-{MONTHS}" if number == 1 else f"{year}-{number - 1:02d}"
