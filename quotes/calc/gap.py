"""Why the work cost more or less than planned: every cell split, to the cent.

Each cell's cost is a product: units an image × images that the line is on × seconds a
unit × paid for worked time × cost of an hour, with what was measured of each. Additive
LMDI-I splits its gap; the parts are rounded cell by cell to whole coins, so that any
grouping of cells (line, stage, week, team) adds up to the cent, in whatever order.
See docs/model.md#gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from scoping.calc.money import share_out_units

from .actual_rates import PaidTime, RateBook, RoleRate
from .cells import AN_HOUR, NOTHING, Cell, Plan, plans_of
from .matching import AUDIT, LABEL, REVIEW, REWORK
from .variance import Factor, exact_parts, in_coins

ONE = Decimal(1)
VOLUME, MIX, TIME = "volume", "mix", "time"
PAID, WAITING, OVERTIME = "paid_over_worked", "client_waiting", "overtime"
SENIORITY, WAGE, EXCHANGE = "seniority", "wage", "exchange"
OF_MONEY = frozenset({SENIORITY, WAGE, EXCHANGE})
OF_KIND = {LABEL: TIME, REWORK: "rework", REVIEW: "review", AUDIT: "audit"}
NAMES = {
    VOLUME: "units an image",
    MIX: "mix of lines",
    TIME: "time a unit",
    "rework": "rework",
    "review": "time of review",
    "audit": "time of sample checks",
    PAID: "paid but not worked time",
    WAITING: "waiting for the client",
    OVERTIME: "overtime",
    SENIORITY: "who did the work",
    WAGE: "cost of an hour",
    EXCHANGE: "exchange rate",
}
ROLE_OF = {
    LABEL: "annotator",
    REWORK: "annotator",
    REVIEW: "reviewer",
    AUDIT: "auditor",
}
"""The role that a kind of work is planned for."""
STAGE_NAMES = {
    LABEL: "production",
    REWORK: "production",
    REVIEW: "review",
    AUDIT: "sample check",
}
GROUPS = ("line", "stage", "week", "team")


@dataclass(frozen=True, slots=True, kw_only=True)
class Costed:
    """A cell as a product: planned and actual amount, and the factors of both."""

    cell: Cell
    planned: Decimal
    actual: Decimal
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A cell's gap in whole coins: its parts add up to actual − planned."""

    cell: Cell
    planned: Decimal
    actual: Decimal
    parts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What prices hours: the plan, and what is known of actual rates and paid time.

    `plans` is by line and kind; `exchange`, the planned units of the site's currency
    for one of the project's, with that currency's name.
    """

    plans: Mapping[int, Mapping[str, Plan]]
    book: RateBook
    paid: Mapping[tuple[str, str], PaidTime]
    exchange: tuple[str, Decimal] | None

    def rate_of(self, cell: Cell) -> RoleRate | None:
        """Return the actual rate of those who did the work."""
        return self.book.find(
            site=cell.site,
            team=cell.team,
            role=cell.role or ROLE_OF[cell.kind],
            day=cell.day,
        )

    def planned_role_rate(self, cell: Cell) -> RoleRate | None:
        """Return the actual rate of those for whom the work was planned."""
        return self.book.find(
            site=cell.site, team=cell.team, role=ROLE_OF[cell.kind], day=cell.day
        )


def prices_of(
    baseline: Mapping[str, Any],
    *,
    book: RateBook,
    paid: Mapping[tuple[str, str], PaidTime],
) -> Prices:
    """Return what prices the hours of a project."""
    fx = baseline.get("fx")
    return Prices(
        plans={line["index"]: plans_of(line) for line in baseline["lines"]},
        book=book,
        paid=paid,
        exchange=None if not fx else (str(fx["quote"]), Decimal(fx["rate"])),
    )


def costed(cells: Sequence[Cell], *, prices: Prices) -> list[Costed]:
    """Return cells as products of money: hours × what an hour costs."""
    worked = _worked_by_week(cells)
    found = []
    for cell in sorted(cells, key=_order):
        plan = prices.plans[cell.line].get(cell.kind) or _instead(
            prices.plans[cell.line]
        )
        factors = (
            *_of_work(cell),
            *_of_time(cell, plan, prices, worked),
            *_of_money(cell, plan, prices),
        )
        found.append(_product(cell, factors))
    return found


def in_hours(products: Iterable[Costed]) -> list[Costed]:
    """Return products of money as those of paid hours: without what an hour costs."""
    return [
        _product(
            one.cell, tuple(each for each in one.factors if each.name not in OF_MONEY)
        )
        for one in products
    ]


def _product(cell: Cell, factors: tuple[Factor, ...]) -> Costed:
    planned = actual = ONE
    for factor in factors:
        planned *= factor.planned
        actual *= factor.actual
    return Costed(cell=cell, planned=planned, actual=actual, factors=factors)


def _order(cell: Cell) -> tuple[Any, ...]:
    return (
        *(cell.line, cell.kind, cell.batch, str(cell.day)),
        *(cell.site, cell.team, cell.role),
    )


def _instead(plans: Mapping[str, Plan]) -> Plan:
    """Return what hours of a kind that was not planned are priced at: labelling's."""
    label = plans[LABEL]
    return Plan(worked_hours=NOTHING, paid_hours=label.paid_hours, cost=label.cost)


def _of_work(cell: Cell) -> list[Factor]:
    """Return the factors of worked seconds: units, mix, and the kind's own."""
    own = OF_KIND[cell.kind]
    if cell.planned_seconds == 0:
        # Nothing was planned: the whole is the kind's own.
        return [Factor(name=own, planned=NOTHING, actual=cell.seconds)]
    found = [
        Factor(name=VOLUME, planned=ONE, actual=cell.units_ratio / cell.mix_ratio),
        Factor(name=MIX, planned=ONE, actual=cell.mix_ratio),
    ]
    expected = cell.planned_seconds * cell.units_ratio
    if cell.kind == REWORK:
        found.append(Factor(name=TIME, planned=ONE, actual=cell.time_ratio))
        expected *= cell.time_ratio
    if expected == 0:
        # No units at all, though time was spent: nothing but the time can be said.
        return [Factor(name=own, planned=cell.planned_seconds, actual=cell.seconds)]
    actual = cell.seconds * cell.planned_seconds / expected
    return [*found, Factor(name=own, planned=cell.planned_seconds, actual=actual)]


def _worked_by_week(cells: Iterable[Cell]) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for cell in cells:
        key = (cell.team, cell.week)
        found[key] = found.get(key, NOTHING) + cell.seconds
    return found


def _of_time(
    cell: Cell,
    plan: Plan,
    prices: Prices,
    worked: Mapping[tuple[str, str], Decimal],
) -> list[Factor]:
    """Return the factors that make paid hours of worked seconds."""
    planned = _ratio(plan, prices.plans[cell.line]) / AN_HOUR
    key = (cell.team, cell.week)
    paid = prices.paid.get(key)
    if paid is None or not worked[key]:
        return [Factor(name=PAID, planned=planned, actual=planned)]
    present = paid.paid - paid.client_waiting
    return [
        Factor(name=PAID, planned=planned, actual=present / worked[key]),
        Factor(name=WAITING, planned=ONE, actual=paid.paid / present),
        Factor(
            name=OVERTIME, planned=ONE, actual=(paid.paid + paid.premium) / paid.paid
        ),
    ]


def _ratio(plan: Plan, plans: Mapping[str, Plan]) -> Decimal:
    return plan.paid_ratio if plan.worked_hours else plans[LABEL].paid_ratio


def _of_money(cell: Cell, plan: Plan, prices: Prices) -> list[Factor]:
    """Return the factors of what a paid hour costs."""
    rate = prices.rate_of(cell)
    if rate is None:
        return [Factor(name=WAGE, planned=plan.rate, actual=plan.rate)]
    found: list[Factor] = []
    same = prices.planned_role_rate(cell)
    cost = rate.in_project_currency
    if same is not None and same != rate:
        seniority = cost / same.in_project_currency
        found.append(Factor(name=SENIORITY, planned=ONE, actual=seniority))
        rate, cost = same, same.in_project_currency
    fx = prices.exchange
    if fx is not None and rate.exchange is not None and rate.currency == fx[0]:
        found += [
            Factor(name=WAGE, planned=plan.rate * fx[1], actual=rate.hour_cost),
            Factor(name=EXCHANGE, planned=1 / fx[1], actual=1 / rate.exchange),
        ]
        return found
    return [*found, Factor(name=WAGE, planned=plan.rate, actual=cost)]


def split(products: Sequence[Costed], *, unit: Decimal) -> list[Split]:
    """Return every cell's gap in whole units, each adding up.

    The sums of planned amounts and of gaps are those of the exact ones, rounded once.
    """
    planned = _rounded([one.planned for one in products], unit)
    gaps = _rounded_gaps(products, planned, unit)
    return [
        Split(
            cell=one.cell,
            planned=before,
            actual=before + gap,
            parts=in_coins(_measured(one), whole=gap, unit=unit),
        )
        for one, before, gap in zip(products, planned, gaps, strict=True)
    ]


def _rounded_gaps(
    products: Sequence[Costed], planned: Sequence[Decimal], unit: Decimal
) -> list[Decimal]:
    """Return gaps in whole units by largest remainder, none below minus the plan.

    Rounded by themselves, because two amounts that are rounded apart would differ by a
    coin where nothing is over.
    """
    exact = [(one.actual - one.planned) / unit for one in products]
    least = [-int(amount / unit) for amount in planned]
    units = [
        max(int(gap.to_integral_value(ROUND_FLOOR)), low)
        for gap, low in zip(exact, least, strict=True)
    ]
    whole = _whole(sum((one.actual for one in products), NOTHING), unit)
    left = whole - _whole(sum(planned, NOTHING), unit) - sum(units)
    by_loss = sorted(range(len(units)), key=lambda at: (units[at] - exact[at], at))
    step = 1 if left > 0 else -1
    order = (
        by_loss
        if left > 0
        else [at for at in reversed(by_loss) if units[at] > least[at]]
    )
    for at in order[: abs(left)]:
        units[at] += step
    return [count * unit for count in units]


def _whole(amount: Decimal, unit: Decimal) -> int:
    return int((amount / unit).to_integral_value(ROUND_HALF_UP))


def _measured(one: Costed) -> dict[str, Decimal]:
    """Return exact parts of what moved; where nothing did, the kind's own of 0."""
    found = exact_parts(one.factors, planned=one.planned, actual=one.actual)
    moved = {factor.name for factor in one.factors if factor.planned != factor.actual}
    own = {OF_KIND[one.cell.kind]: NOTHING}
    return {name: part for name, part in found.items() if name in moved} or own


def _rounded(exact: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Return amounts in whole units whose sum is the exact one's, rounded half up."""
    whole = sum(exact, NOTHING)
    if not whole:
        return [NOTHING] * len(exact)
    return share_out_units(_whole(whole, unit) * unit, exact, unit=unit)


def totals(rows: Iterable[Split]) -> dict[str, Any]:
    """Return planned, actual, gap and parts of some cells, largest part first."""
    some = list(rows)
    parts: dict[str, Decimal] = {}
    for row in some:
        for name, amount in row.parts.items():
            parts[name] = parts.get(name, NOTHING) + amount
    planned = sum((row.planned for row in some), NOTHING)
    actual = sum((row.actual for row in some), NOTHING)
    ordered = sorted(parts.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return {
        "planned": str(planned),
        "actual": str(actual),
        "total": str(actual - planned),
        "parts": [
            {"key": key, "name": NAMES[key], "amount": str(amount)}
            for key, amount in ordered
            if amount
        ],
    }


def grouped(
    rows: Sequence[Split], by: str, *, names: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Return the totals of each line, stage, week or team, in order of its name."""
    found: dict[str, list[Split]] = {}
    for row in rows:
        found.setdefault(_group(row.cell, by, names), []).append(row)
    return [{by: name, **totals(some)} for name, some in sorted(found.items())]


def _group(cell: Cell, by: str, names: Mapping[int, str]) -> str:
    keys = {
        "line": names[cell.line],
        "stage": STAGE_NAMES[cell.kind],
        "week": cell.week,
        "team": cell.team,
    }
    return keys[by]
