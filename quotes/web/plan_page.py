"""The plan of a project as a page: at first, now, by which orders, and its reserve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoping.templatetags.plumbline import change, count, day, money, plural
from scoping.web.components import ErrorSummary

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of the plan: at first, now, and by how much it moved."""

    name: str
    first: str
    now: str
    moved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A change order: what moved, when, by whom, why and by whose word."""

    number: int
    effective: str
    why: str
    clause: str
    word: str
    what: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A draw on the reserve."""

    on: str
    amount: str
    why: str
    by: str


OWNERS = {"client": "the client", "us": "us", "nobody": "nobody"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delay of the log: whose it is, since when, until when, how long."""

    number: int
    owner: str
    begun: str
    through: str
    days: str
    why: str
    clause: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of the form with what was typed, or what the plan says."""

    name: str
    label: str
    value: str
    help: str
    unit: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """The plan of a project and everything that changed it."""

    name: str
    slug: str
    currency: str
    figures: tuple[Figure, ...]
    orders: tuple[Order, ...]
    draws: tuple[Draw, ...]
    delays: tuple[Waiting, ...]
    delayed: str
    owners: tuple[tuple[str, str], ...]
    reserve: str
    drawn: str
    left: str
    fields: tuple[Field, ...]
    said: Mapping[str, str]
    may_change: bool
    problem: ErrorSummary | None

    @property
    def seen_orders(self) -> int:
        """Return how many change orders the page shows, for the form to send back."""
        return len(self.orders)

    @property
    def seen_draws(self) -> int:
        """Return how many draws the page shows."""
        return len(self.draws)


def plan_page(  # noqa: PLR0913 - all that is known of a plan, named
    project: Any,
    *,
    plan: Mapping[str, Any],
    changes: Sequence[Any],
    draws: Sequence[Any],
    delays: Sequence[Any],
    said: Mapping[str, str],
    may_change: bool,
    problem: ErrorSummary | None,
) -> PlanPage:
    """Return the page of a plan; `plan` is the one that holds now."""
    first, currency = project.baseline.document, str(plan["currency"])
    taken = sum((one.amount for one in draws), NOTHING)
    reserve = Decimal(plan["cost"]["reserve"])
    return PlanPage(
        name=project.name,
        slug=project.slug,
        currency=currency,
        figures=tuple(_figures(first, plan, currency)),
        orders=tuple(_order(one, plan, currency) for one in changes),
        draws=tuple(
            Draw(
                on=day(one.on),
                amount=money(one.amount, currency),
                why=one.why,
                by=one.by,
            )
            for one in draws
        ),
        delays=tuple(_waiting(one) for one in delays),
        delayed=_delayed(delays),
        owners=tuple(OWNERS.items()),
        reserve=money(reserve, currency),
        drawn=money(taken, currency),
        left=money(reserve - taken, currency),
        fields=tuple(_fields(plan, said, currency)),
        said=said,
        may_change=may_change,
        problem=problem,
    )


def _waiting(one: Any) -> Waiting:
    row = one.row
    return Waiting(
        number=row.number,
        owner=OWNERS[row.owner],
        begun=day(row.begun),
        through="" if one.through is None else day(one.through),
        days=f"{count(one.days)} working {plural(one.days, 'day')}",
        why=row.why,
        clause=row.clause,
        by=f"{row.by}, {day(row.at, row.project.time_zone)}",
    )


def _delayed(delays: Sequence[Any]) -> str:
    """Return the working days by whose delay they are, in words."""
    found: dict[str, int] = {}
    for one in delays:
        found[one.row.owner] = found.get(one.row.owner, 0) + one.days
    return ", ".join(
        f"{OWNERS[owner]} {count(days)}" for owner, days in found.items() if days
    )


def _figures(
    first: Mapping[str, Any], plan: Mapping[str, Any], currency: str
) -> Iterator[Figure]:
    for old, new in zip(first["lines"], plan["lines"], strict=True):
        yield _counted(f"{new['name']}, units", old["units"], new["units"])
    yield _counted("Images", first["items"], plan["items"])
    for name, of in (
        ("Price", _price),
        ("Planned cost", _cost),
        ("Reserve", _reserve),
    ):
        was, is_now = of(first), of(plan)
        yield Figure(
            name=name,
            first=money(was, currency),
            now=money(is_now, currency),
            moved="" if was == is_now else change(is_now - was, currency),
        )
    finish = [(one.get("plan") or {}).get("finish") for one in (first, plan)]
    if all(finish):
        yield _dated("Planned to end", str(finish[0]), str(finish[1]))
    yield _dated("Promised week of", first["promised"], plan["promised"])


def _price(plan: Mapping[str, Any]) -> Decimal:
    return Decimal(str(plan["price"]))


def _cost(plan: Mapping[str, Any]) -> Decimal:
    return Decimal(plan["cost"]["p50"])


def _reserve(plan: Mapping[str, Any]) -> Decimal:
    return Decimal(plan["cost"]["reserve"])


def _counted(name: str, was: Any, is_now: Any) -> Figure:
    moved = int(is_now) - int(was)
    return Figure(
        name=name,
        first=count(was),
        now=count(is_now),
        moved=f"{'+' if moved > 0 else ''}{count(moved)}" if moved else "",
    )


def _dated(name: str, was: str, is_now: str) -> Figure:
    return Figure(
        name=name,
        first=day(was),
        now=day(is_now),
        moved="" if was == is_now else "moved",
    )


def _order(one: Any, plan: Mapping[str, Any], currency: str) -> Order:
    names = {str(line["index"]): line["name"] for line in plan["lines"]}
    asked = one.asked
    what = [f"{names[at]}: {count(units)}" for at, units in asked["units"].items()]
    if asked["lost_days"]:
        what.append(f"what was to come moves by {asked['lost_days']} working days")
    if asked["promised"]:
        what.append(f"promised week of {day(asked['promised'])}")
    if one.price_change:
        what.append(f"price {change(one.price_change, currency)}")
    if one.cost_change:
        what.append(f"planned cost {change(one.cost_change, currency)}")
    return Order(
        number=one.number,
        effective=day(one.effective),
        why=one.why,
        clause=one.clause,
        word=f"{one.client_name}: “{one.client_word}”" if one.client_word else "",
        what=tuple(what),
        by=f"{one.by}, {day(one.at, one.project.time_zone)}",
    )


def _fields(
    plan: Mapping[str, Any], said: Mapping[str, str], currency: str
) -> Iterator[Field]:
    for line in plan["lines"]:
        name = f"units_{line['index']}"
        yield Field(
            name=name,
            label=f"{line['name']}, units",
            value=str(said.get(name, line["units"]))[:20],
            help=f"{count(line['units'])} in the plan of today.",
        )
    for name, label, told, unit in (
        ("effective", "Holds from", "2026-04-17", ""),
        ("lost_days", "Working days lost", "All that is to come moves by them.", ""),
        ("promised", "New promised day", "Empty: it stays.", ""),
        ("price", "Further price", "Beside the units, below 0 for less.", currency),
        ("cost", "Further planned cost", "Beside the units.", currency),
    ):
        yield Field(
            name=name,
            label=label,
            value=str(said.get(name, ""))[:20],
            help=told,
            unit=unit,
        )
