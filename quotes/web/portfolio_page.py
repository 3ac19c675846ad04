"""The portfolio as a page: stats, a row for each project, small pictures, the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from quotes.calc.portfolio import BAD, RULES, Ranked, Total
from scoping.templatetags.plumbline import (
    change,
    count,
    day,
    money,
    plural,
    share_percent,
    whole_money,
)
from scoping.web.components import Badge, Empty, Stat

from .burn import Burn, Strip, burn, strip, widest

MOST_ALERTS = 2
LIKELY, HALF = Decimal("0.8"), Decimal("0.5")
NONE_YET = Empty(
    heading="No projects yet",
    text=(
        "A project begins when a client accepts a quote. Its budget, its forecast and "
        "what needs you stand here from then on."
    ),
    act="See the quotes",
    url="/quotes/",
)
NONE_HERE = Empty(
    heading="No project is like this now",
    text="The filters leave nothing over.",
    act="All running projects",
    url="/portfolio/",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several ways to look at the list."""

    value: str
    words: str
    chosen: bool
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A field that narrows the list."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was asked for: projects in their order, the page of them, their totals."""

    today: date
    every: int
    running: int
    finished: int
    chosen: Sequence[Ranked]
    shown: Sequence[Ranked]
    start: int
    totals: Sequence[Total]
    home: Total
    missing: int
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """A sentence with its urgency."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A project in the list."""

    name: str
    slug: str
    client: str
    alerts: tuple[AlertLine, ...]
    more_alerts: int
    accepted: str
    accepted_width: int
    passed_width: int
    strip: Strip | None
    cost_words: str
    burn: Burn | None
    risk: str
    risk_note: str
    risk_over: bool
    promised: str
    forecast: str
    badge: Badge | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioPage:
    """The projects of a workspace by money at risk."""

    lead: str
    stats: tuple[Stat, ...]
    rows: tuple[Row, ...]
    total: str
    total_words: str
    currency: str
    currencies: tuple[tuple[str, str], ...]
    filters: tuple[Filter, ...]
    states: tuple[Choice, ...]
    state: str
    rules: tuple[tuple[str, str], ...]
    empty: Empty | None
    missing: str
    shown: str
    next_url: str
    back_url: str


def portfolio_page(
    found: Found,
    *,
    rows: Mapping[int, Any],
    filters: tuple[Filter, ...],
    states: tuple[Choice, ...],
) -> PortfolioPage:
    """Return the page of what was found; `rows` are the roll-ups that are shown."""
    here = [(row, rows[row.one.pk]) for row in found.shown if row.one.pk in rows]
    scale = widest((rolled.budget_limit, rolled.low, rolled.high) for _, rolled in here)
    many, shown = len(found.chosen), len(found.shown)
    last = found.start + shown
    return PortfolioPage(
        lead=_lead(found),
        stats=tuple(_stats(found)),
        rows=tuple(
            _row(row, rolled, scale=scale, home=found.home.currency)
            for row, rolled in here
        ),
        total=money(found.home.at_risk, found.home.currency),
        total_words=_left_out(found.home),
        currency=found.home.currency,
        currencies=tuple(
            (total.currency, _of_currency(total)) for total in found.totals
        )
        if [total.currency for total in found.totals] != [found.home.currency]
        else (),
        filters=filters,
        states=states,
        state=next(one.value for one in states if one.chosen),
        rules=tuple((rule.kind, rule.words) for rule in RULES),
        empty=None if many else NONE_YET if not found.every else NONE_HERE,
        missing=(
            f"{found.missing:,} {plural(found.missing, 'project')} "
            f"{'is' if found.missing == 1 else 'are'} not in this list: the figures "
            f"were never rolled up. manage.py verify_rollups --mend does it."
            if found.missing
            else ""
        ),
        shown=f"{found.start + 1:,} to {last:,} of {many:,}" if shown < many else "",
        next_url=address({**found.query, "from": str(last)}) if last < many else "",
        back_url=address(found.query) if found.start else "",
    )


def address(query: Mapping[str, str]) -> str:
    """Return the address of the portfolio with filters."""
    said = urlencode({name: value for name, value in query.items() if value})
    return f"/portfolio/{'?' if said else ''}{said}"


def _lead(found: Found) -> str:
    needy = sum(row.worst == BAD for row in found.chosen)
    need = "Nothing is urgent" if not needy else f"{needy:,} need you today"
    if needy == 1:
        need = "One needs you today"
    return f"{day(found.today)}. Ranked by money at risk. {need}."


def _stats(found: Found) -> Iterator[Stat]:
    chosen = [row.one for row in found.chosen]
    yield Stat(
        name=f"Money at risk, {found.home.currency}",
        value=whole_money(found.home.at_risk),
        kind="over" if found.home.at_risk else "",
        notes=(_not_known(found.home.not_known),),
    )
    over = sum(
        one.typical is not None
        and one.budget_limit is not None
        and one.typical > one.budget_limit
        for one in chosen
    )
    yield Stat(
        name="Typically above budget",
        value=count(over),
        kind="over" if over else "",
        notes=("and its reserve",),
    )
    late = [
        one for one in chosen if one.chance_promised is not None and not one.finished
    ]
    unlikely = sum((one.chance_promised or 0) < LIKELY for one in late)
    yield Stat(
        name="Delivery in doubt",
        value=count(unlikely),
        kind="over" if unlikely else "",
        notes=("less than 80 chances in 100",),
    )
    blocked = sum(one.blocked for one in chosen)
    since = min((one.blocked_since for one in chosen if one.blocked_since), default="")
    yield Stat(
        name="Batches blocked",
        value=count(blocked),
        kind="over" if blocked else "",
        notes=(f"oldest since {day(since)}",) if since else (),
    )
    waiting = sum(one.with_client for one in chosen)
    by = min((one.answer_by for one in chosen if one.answer_by), default="")
    yield Stat(
        name="Waiting for clients",
        value=f"{count(waiting)} {plural(waiting, 'batch')}",
        notes=(f"first answer due {day(by)}",) if by else (),
    )


def _row(row: Ranked, rolled: Any, *, scale: Decimal, home: str) -> Row:
    project, one = rolled.project, row.one
    lines = tuple(AlertLine(text=each.text, kind=each.kind) for each in row.alerts)
    accepted = rolled.share_accepted
    at_risk = one.at_risk
    return Row(
        name=project.name,
        slug=project.slug,
        client="" if project.client is None else project.client.name,
        alerts=lines[:MOST_ALERTS],
        more_alerts=max(0, len(lines) - MOST_ALERTS),
        accepted="" if accepted is None else share_percent(accepted, 0),
        accepted_width=_width(accepted),
        passed_width=max(_width(rolled.share_passed), _width(accepted)),
        strip=strip(
            limit=rolled.budget_limit,
            ends=(rolled.low, rolled.typical, rolled.high),
            scale=scale,
            currency=rolled.currency,
        ),
        cost_words=_cost_words(rolled),
        burn=burn(rolled.curve, currency=rolled.currency),
        risk="" if at_risk is None else whole_money(at_risk),
        risk_note=_risk_note(row, home=home),
        risk_over=bool(at_risk),
        promised=day(one.promised),
        forecast="" if rolled.forecast is None else day(rolled.forecast),
        badge=_badge(one),
    )


def _width(share: Decimal | None) -> int:
    return 0 if share is None else int(min(Decimal(1), max(Decimal(0), share)) * 84)


def _cost_words(rolled: Any) -> str:
    if rolled.typical is None:
        return str(rolled.because)
    over = rolled.typical - rolled.budget_limit
    said = f"typically {whole_money(rolled.typical)} {rolled.currency}"
    if rolled.part_amount:
        return f"{said}; mostly {rolled.part} {change(rolled.part_amount)}"
    return f"{said}, {'above' if over > 0 else 'within'} budget and reserve"


def _risk_note(row: Ranked, *, home: str) -> str:
    one = row.one
    if one.at_risk is None:
        return ""
    if one.currency == home:
        return one.currency
    if row.risk is None:
        return f"{one.currency}, no rate to {home} was pinned"
    return f"{one.currency}, {whole_money(row.risk)} {home}"


def _badge(one: Any) -> Badge | None:
    if one.finished:
        return Badge(words="finished", kind="good", icon="check")
    share = one.chance_promised
    if share is None:
        return None
    if share >= LIKELY:
        return Badge(words="on time", kind="good", icon="check")
    words = f"{int(share * 100)} in 100"
    return Badge(words=words, kind="warn" if share >= HALF else "bad", icon="clock")


def _not_known(many: int) -> str:
    if not many:
        return "known of every project"
    return f"{many:,} {plural(many, 'project')} not known"


def _left_out(total: Total) -> str:
    if not total.not_known:
        return ""
    return f"without {total.not_known:,} of which it is not known"


def _of_currency(total: Total) -> str:
    said = f"{money(total.at_risk, total.currency)} in {total.projects:,} "
    said += plural(total.projects, "project")
    return f"{said}, {total.not_known:,} not known" if total.not_known else said
