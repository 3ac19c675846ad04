"""What a project comes to in the portfolio: the figures of its roll-up, from its sums.

They are a pure function of the comparison of plan and ledger, so that they can be made
again from the ledger at any time and held against what is stored. Money at risk is how
far the high forecast lies above budget and reserve. See docs/model.md#rolled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from scoping.calc.money import to_coins

NOTHING = Decimal(0)
MOST_POINTS = 26
"""Points of a small curve; a longer trend is thinned, its last point kept."""
MOST_TEXT = 300


def rolled(
    baseline: Mapping[str, Any],
    stands: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    billable: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the figures of a project by the names of its roll-up's columns.

    `stands` is its standing, `lines` those of its reconciliation and `billable` what
    may be billed of each. A figure that is not known is None, and `because` says why.
    """
    currency, limit = str(baseline["currency"]), Decimal(baseline["cost"]["p80"])
    fx = baseline.get("fx") or {}
    return {
        "currency": currency,
        "site_currency": str(fx.get("quote", "")),
        "site_rate": Decimal(fx["rate"]) if fx.get("rate") else None,
        "price": _decimal(baseline.get("price")),
        "budget": Decimal(baseline["cost"]["p50"]),
        "budget_limit": limit,
        "promised": date.fromisoformat(baseline["promised"]),
        "finished": is_finished(lines),
        "billable": _sum_of(billable),
        **(_known(stands) if stands["known"] else _nothing()),
        **at_risk(stands, limit=limit, currency=currency),
    }


def is_finished(lines: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether every planned image was delivered and every unit accepted."""
    return bool(lines) and all(_is_done(line) for line in lines)


def _is_done(line: Mapping[str, Any]) -> bool:
    actual = line["actual"]
    needed = (actual["items"], actual["units"], actual["accepted"])
    if not all(figure["known"] for figure in needed):
        return False
    items, units, accepted = (int(figure["value"]) for figure in needed)
    return items >= int(line["planned"]["items"]) and accepted >= units


def at_risk(
    stands: Mapping[str, Any], *, limit: Decimal, currency: str
) -> dict[str, Any]:
    """Return the forecast of the cost and how far its high end is above the limit.

    With a forecast of the finish, `promised` is the day that its chance is held
    against: waits of the client move it.

    >>> stands = {"known": True, "ending": {"known": True, "finish": {"known": False},
    ...     "within_reserve": "0.4", "cost": {"p10": "90", "p50": "105", "p90": "130"}}}
    >>> at_risk(stands, limit=Decimal(110), currency="USD")["at_risk"]
    Decimal('20.00')
    """
    ending = stands["ending"] if stands["known"] else stands
    found: dict[str, Any] = {
        **dict.fromkeys(
            ("low", "typical", "high", "at_risk", "chance_budget", "chance_promised")
        ),
        "forecast": None,
        "because": "",
    }
    if not ending["known"]:
        return found | {"because": str(ending["text"])[:MOST_TEXT]}
    low, typical, high = (Decimal(ending["cost"][key]) for key in ("p10", "p50", "p90"))
    found |= {
        "low": low,
        "typical": typical,
        "high": high,
        "at_risk": to_coins(max(NOTHING, high - limit), currency),
        "chance_budget": Decimal(ending["within_reserve"]),
    }
    finish = ending["finish"]
    if finish["known"]:
        found["promised"] = date.fromisoformat(finish["promised"])
        found["chance_promised"] = Decimal(finish["by_promised"])
        found["forecast"] = date.fromisoformat(finish["p50"]) if finish["p50"] else None
    return found


def _known(stands: Mapping[str, Any]) -> dict[str, Any]:
    accepted, passed = stands["accepted"], stands["passed"]
    parts = stands["gap"]["parts"]
    return {
        "stands_on": date.fromisoformat(stands["on"]),
        "planned": _figure(accepted["planned"]),
        "earned": _figure(accepted["earned"]),
        "spent": _figure(accepted["actual"]),
        "share_accepted": _figure(accepted["share_earned"]),
        "share_passed": _figure(passed["share_earned"]),
        "cost_index": _figure(accepted["cost_index"]),
        "gap": Decimal(stands["gap"]["total"]),
        "part": parts[0]["name"] if parts else "",
        "part_amount": Decimal(parts[0]["amount"]) if parts else None,
        "curve": curve(stands["trend"]),
    }


def _nothing() -> dict[str, Any]:
    names = (
        *("stands_on", "planned", "earned", "spent", "share_accepted"),
        *("share_passed", "cost_index", "gap", "part_amount"),
    )
    return {**dict.fromkeys(names), "part": "", "curve": []}


def curve(trend: Sequence[Mapping[str, Any]]) -> list[list[str | None]]:
    """Return day, planned, earned and spent of a trend, thinned to a small picture."""
    step = -(-len(trend) // MOST_POINTS) or 1
    kept = [*reversed([*reversed(trend)][::step])]
    return [
        [row["on"], *(_value(row[name]) for name in ("planned", "earned", "actual"))]
        for row in kept
    ]


def _value(figure: Mapping[str, Any]) -> str | None:
    return str(figure["value"]) if figure["known"] else None


def _figure(figure: Mapping[str, Any]) -> Decimal | None:
    return Decimal(figure["value"]) if figure["known"] else None


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _sum_of(lines: Iterable[Mapping[str, Any]]) -> Decimal | None:
    """Return what may be billed of the lines that can be; None where none can."""
    known = [Decimal(line["billable"]["value"]) for line in lines if _can_be(line)]
    return sum(known, NOTHING) if known else None


def _can_be(line: Mapping[str, Any]) -> bool:
    return bool(line["billable"]["known"])
