"""Which projects need somebody today: ranked by money at risk, alerts with their rules.

Amounts of several currencies are compared at the rates that were pinned on the quotes:
a project's own rate into its site's currency, and from there into the company's at the
rate that was pinned last for a project in it. Where no rate leads there, the amount is
not converted and the total says which are left out. See docs/model.md#portfolio.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from scoping.calc.money import to_coins

from .words import chances, coins

NOTHING = Decimal(0)
LIKELY, HALF = Decimal("0.8"), Decimal("0.5")
LEAST_BOUGHT = Decimal("0.9")
SILENT_AFTER = timedelta(days=7)
BAD, WARN = "bad", "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A project as its roll-ups hold it: what ranking and alerts need.

    `site_rate` is units of `site_currency` for one of `currency`, pinned on the quote.
    """

    pk: int
    currency: str
    promised: date
    finished: bool
    site_currency: str = ""
    site_rate: Decimal | None = None
    stands_on: date | None = None
    budget_limit: Decimal | None = None
    typical: Decimal | None = None
    at_risk: Decimal | None = None
    because: str = ""
    spent: Decimal | None = None
    cost_index: Decimal | None = None
    chance_promised: Decimal | None = None
    blocked: int = 0
    blocked_since: date | None = None
    with_client: int = 0
    answer_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What needs somebody: by which rule, how urgent, in a sentence."""

    rule: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of an alert: its words on the page, and when it speaks."""

    key: str
    kind: str
    words: str
    says: Callable[[Standing, date], str]


def _blocked(one: Standing, today: date) -> str:
    if not one.blocked:
        return ""
    said = f"{one.blocked:,} {'batch' if one.blocked == 1 else 'batches'} blocked"
    if one.blocked_since is None:
        return said
    return f"{said}, the oldest for {_days((today - one.blocked_since).days)}"


def _over(one: Standing, _today: date) -> str:
    if one.typical is None or one.budget_limit is None:
        return ""
    over = one.typical - one.budget_limit
    return f"typically ends {over:,.2f} above budget and reserve" if over > 0 else ""


def _overdue(one: Standing, today: date) -> str:
    late = (today - one.promised).days
    if one.finished or late <= 0:
        return ""
    return f"the promised day was {_days(late)} ago"


def _late(one: Standing, today: date) -> str:
    share = one.chance_promised
    if share is None or share >= HALF or one.finished or today > one.promised:
        return ""
    return f"{chances(str(share))} to keep the promised day"


def _maybe_late(one: Standing, today: date) -> str:
    share = one.chance_promised
    if share is None or not HALF <= share < LIKELY or one.finished:
        return ""
    return "" if today > one.promised else f"{chances(str(share))} to keep it"


def _waits(one: Standing, today: date) -> str:
    if one.answer_by is None or today <= one.answer_by:
        return ""
    return f"the client’s answer is {_days((today - one.answer_by).days)} late"


def _unknown(one: Standing, _today: date) -> str:
    if one.at_risk is not None or one.stands_on is None:
        return ""
    return f"its forecast is {one.because}"


def _silent(one: Standing, today: date) -> str:
    if one.finished or one.stands_on is None:
        return ""
    silent = today - one.stands_on
    if silent <= SILENT_AFTER:
        return ""
    return f"no work was reported for {_days(silent.days)}"


def _dear(one: Standing, _today: date) -> str:
    index = one.cost_index
    if index is None or index >= LEAST_BOUGHT or not one.spent:
        return ""
    small, large = coins(one.currency)
    return f"{index * 100:.0f} {small} of each {large} spent are accepted work so far"


RULES = (
    Rule(
        key="blocked",
        kind=BAD,
        words="A batch is blocked: its sample did not pass, and it waits for a fix.",
        says=_blocked,
    ),
    Rule(
        key="over_budget",
        kind=BAD,
        words="The typical forecast of the cost lies above budget and reserve.",
        says=_over,
    ),
    Rule(
        key="overdue",
        kind=BAD,
        words="The promised day is over, and not everything is accepted.",
        says=_overdue,
    ),
    Rule(
        key="late",
        kind=BAD,
        words="The promised day is kept in fewer than 50 cases of 100.",
        says=_late,
    ),
    Rule(
        key="maybe_late",
        kind=WARN,
        words="The promised day is kept in fewer than 80 cases of 100.",
        says=_maybe_late,
    ),
    Rule(
        key="client_late",
        kind=WARN,
        words="The client’s time to answer a delivered batch is over.",
        says=_waits,
    ),
    Rule(
        key="not_known",
        kind=WARN,
        words="Work was reported, and the cost at the end is not known.",
        says=_unknown,
    ),
    Rule(
        key="silent",
        kind=WARN,
        words=f"No work was reported for more than {SILENT_AFTER.days} days.",
        says=_silent,
    ),
    Rule(
        key="dear",
        kind=WARN,
        words=(
            "Of what was spent, less than 90 % is accepted work so far, at planned "
            "cost."
        ),
        says=_dear,
    ),
)
"""The rules of alerts, the most urgent first."""


def alerts(one: Standing, *, today: date) -> tuple[Alert, ...]:
    """Return what needs somebody about a project, by the rules, most urgent first."""
    return tuple(
        Alert(rule=rule.key, kind=rule.kind, text=text[0].upper() + text[1:])
        for rule in RULES
        if (text := rule.says(one, today))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """How amounts become those of the company's currency, at pinned rates.

    `into_home` is units of a site's currency for one of the company's.
    """

    home: str
    into_home: Mapping[str, Decimal]

    def convert(self, amount: Decimal, one: Standing) -> Decimal | None:
        """Return an amount of a project in the company's currency; None: no rate.

        >>> rates = Exchange(home="USD", into_home={"VND": Decimal(25_000)})
        >>> euro = Standing(pk=1, currency="EUR", promised=date(2026, 5, 1),
        ...     finished=False, site_currency="VND", site_rate=Decimal(27_500))
        >>> rates.convert(Decimal(100), euro)
        Decimal('110.00')
        """
        if one.currency == self.home:
            return amount
        if one.site_rate is None:
            return None
        at_site = amount * one.site_rate
        if one.site_currency == self.home:
            return to_coins(at_site, self.home)
        rate = self.into_home.get(one.site_currency)
        return None if rate is None else to_coins(at_site / rate, self.home)


def exchange(rows: Sequence[Standing], *, home: str) -> Exchange:
    """Return the rates into the company's currency: of its latest project in it."""
    own = [row for row in rows if row.currency == home and row.site_rate]
    latest = sorted(own, key=lambda row: row.pk)
    return Exchange(
        home=home,
        into_home={row.site_currency: row.site_rate for row in latest if row.site_rate},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A project at its place: its risk in the company's currency, and its alerts."""

    one: Standing
    risk: Decimal | None
    alerts: tuple[Alert, ...]

    @property
    def worst(self) -> str:
        """Return how urgent it is: bad, warn, or nothing."""
        return self.alerts[0].kind if self.alerts else ""


def ranked(rows: Iterable[Standing], *, rates: Exchange, today: date) -> list[Ranked]:
    """Return projects by money at risk, converted, most first.

    Where it is not known though work was reported it stands after those that have
    some and before those that have none: not known is not nothing.
    """
    found = [
        Ranked(
            one=one,
            risk=None if one.at_risk is None else rates.convert(one.at_risk, one),
            alerts=alerts(one, today=today),
        )
        for one in rows
    ]
    return sorted(found, key=_place)


def _place(row: Ranked) -> tuple[int, Decimal, int, int]:
    if row.risk is None:
        order = 3 if row.one.stands_on is None else 1
    else:
        order = 0 if row.risk > 0 else 2
    return order, -(row.risk or NOTHING), -len(row.alerts), row.one.pk


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Money at risk of the projects in a currency, and how many are not known."""

    currency: str
    at_risk: Decimal
    projects: int
    not_known: int


def by_currency(rows: Iterable[Ranked]) -> tuple[Total, ...]:
    """Return the money at risk in each currency, as it is, unconverted."""
    found: dict[str, list[Standing]] = {}
    for row in rows:
        found.setdefault(row.one.currency, []).append(row.one)
    return tuple(
        Total(
            currency=currency,
            at_risk=sum((one.at_risk or NOTHING for one in own), NOTHING),
            projects=len(own),
            not_known=sum(one.at_risk is None for one in own),
        )
        for currency, own in sorted(found.items())
    )


def converted(rows: Sequence[Ranked], *, home: str) -> Total:
    """Return the money at risk in the company's currency; what is not is counted."""
    return Total(
        currency=home,
        at_risk=sum((row.risk or NOTHING for row in rows), NOTHING),
        projects=len(rows),
        not_known=sum(row.risk is None for row in rows),
    )


def _days(many: int) -> str:
    return f"{many:,} {'day' if many == 1 else 'days'}"
