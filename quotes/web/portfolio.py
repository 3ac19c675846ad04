"""The portfolio: which projects need somebody today, the manager's first page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from quotes.calc.portfolio import (
    RULES,
    Ranked,
    by_currency,
    converted,
    exchange,
    ranked,
)
from quotes.queries import portfolio as queries
from scoping.access import Act
from scoping.web.desk import Desk, at_desk

from .portfolio_page import (
    Choice,
    Filter,
    Found,
    address,
    portfolio_page,
)

A_PAGE = 25
RUNNING, FINISHED, EVERY = STATES = ("running", "finished", "all")
FIELDS = ("state", "client", "currency", "alert")
ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the portfolio is filtered by; what is not known filters nothing."""

    state: str
    client: str
    currency: str
    alert: str
    start: int

    def query(self) -> dict[str, str]:
        """Return the filters as an address carries them, defaults left out."""
        said = {name: getattr(self, name) for name in FIELDS}
        if self.state == RUNNING:
            said["state"] = ""
        return {name: value for name, value in said.items() if value}


@require_safe
@at_desk(Act.SEE_ACTUALS)
def portfolio(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the projects of the workspace by money at risk, from their roll-ups."""
    asked = _asked(request)
    found = _found(desk, asked, today=_today(desk, now()))
    page = portfolio_page(
        found,
        rows=queries.rolled_up([row.one.pk for row in found.shown]),
        filters=_filters(desk, asked, found),
        states=_states(asked, found),
    )
    return render(request, "quotes/projects/portfolio.html", {"page": page})


def _today(desk: Desk, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(desk.workspace.timezone)).date()


def _asked(request: HttpRequest) -> Asked:
    said = {name: request.GET.get(name, "")[:20] for name in FIELDS}
    start = request.GET.get("from", "")
    is_number = start.isascii() and start.isdigit() and len(start) < len("1000000")
    return Asked(
        state=said["state"] if said["state"] in STATES else RUNNING,
        client=said["client"],
        currency=said["currency"],
        alert=said["alert"] if said["alert"] in {ANY, *RULE_NAMES} else "",
        start=int(start) if is_number else 0,
    )


RULE_NAMES = {rule.key: rule.words for rule in RULES}


def _found(desk: Desk, asked: Asked, *, today: date) -> Found:
    """Return the projects that are asked for, ranked, with their totals."""
    standings = queries.standings(desk.workspace)
    clients = {one.pk: client for one, client in standings}
    known = {str(client) for client in clients.values() if client is not None}
    currencies = {one.currency for one, _ in standings}
    rows = ranked(
        (one for one, _ in standings),
        rates=exchange([one for one, _ in standings], home=desk.workspace.currency),
        today=today,
    )
    keep = _filter(asked, clients=clients, known=known, currencies=currencies)
    some = [row for row in rows if keep(row)]
    in_state = [row for row in some if _is_in(row, asked.state)]
    return Found(
        today=today,
        every=len(rows),
        running=sum(not row.one.finished for row in some),
        finished=sum(row.one.finished for row in some),
        chosen=in_state,
        shown=in_state[asked.start : asked.start + A_PAGE],
        start=asked.start,
        totals=by_currency(in_state),
        home=converted(in_state, home=desk.workspace.currency),
        missing=queries.missing(desk.workspace),
        query=asked.query(),
    )


def _filter(
    asked: Asked,
    *,
    clients: dict[int, int | None],
    known: set[str],
    currencies: set[str],
) -> Callable[[Ranked], bool]:
    client = asked.client if asked.client in known else ""
    currency = asked.currency if asked.currency in currencies else ""

    def keep(row: Ranked) -> bool:
        return (
            (not client or str(clients[row.one.pk]) == client)
            and (not currency or row.one.currency == currency)
            and (not asked.alert or _has(row, asked.alert))
        )

    return keep


def _has(row: Ranked, alert: str) -> bool:
    return any(alert in (ANY, one.rule) for one in row.alerts)


def _is_in(row: Ranked, state: str) -> bool:
    return state == EVERY or row.one.finished == (state == FINISHED)


def _states(asked: Asked, found: Found) -> tuple[Choice, ...]:
    many = dict(
        zip(
            STATES,
            (found.running, found.finished, found.running + found.finished),
            strict=True,
        )
    )
    return tuple(
        Choice(
            value=state,
            words=f"{state.capitalize()} {many[state]:,}",
            chosen=state == asked.state,
            url=address(asked.query() | {"state": "" if state == RUNNING else state}),
        )
        for state in STATES
    )


def _filters(desk: Desk, asked: Asked, found: Found) -> tuple[Filter, ...]:
    clients = queries.clients_with_projects(desk.workspace)
    currencies = sorted({total.currency for total in found.totals} | {asked.currency})
    return (
        _one_of(
            "client",
            "Client",
            [(str(pk), name) for pk, name in clients],
            chosen=asked.client,
        ),
        _one_of(
            "currency",
            "Currency",
            [(one, one) for one in currencies if one],
            chosen=asked.currency,
        ),
        _one_of(
            "alert",
            "Needs you",
            [(ANY, "for any reason"), *((rule.key, rule.words) for rule in RULES)],
            chosen=asked.alert,
        ),
    )


def _one_of(
    name: str, label: str, options: Sequence[tuple[str, str]], *, chosen: str
) -> Filter:
    every = Choice(value="", words="All", chosen=not chosen)
    return Filter(
        name=name,
        label=label,
        choices=(
            every,
            *(
                Choice(value=value, words=words, chosen=value == chosen)
                for value, words in options
            ),
        ),
    )
