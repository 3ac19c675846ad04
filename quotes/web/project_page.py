"""A project against its plan, as a page: answers, the gap, every line, its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from quotes.calc.converted import gap_in
from quotes.calc.gates.batch import FINAL
from quotes.calc.report import shown, untimed_sentence
from quotes.calc.words import learned_rows
from quotes.queries.gates import AtGate
from scoping.templatetags.plumbline import (
    change,
    count,
    day,
    money,
    share_percent,
)
from scoping.web.components import Badge, Empty, Message

from .answers import Answer, answers
from .currencies import CurrencySwitch
from .gate_cells import Strips, strips
from .kept_page import KeptRow, kept_rows
from .money_page import MoneyPart, money_part
from .overturned import RateRow, rate_rows, waiting_words
from .standing_page import Row, StandingPart, standing_part
from .waterfall import waterfall

MOST_FILES = 20
HOUR = 3600
COUNTED = {"published": "counted", "held": "held, not counted"}
NO_FILES = Empty(
    heading="No actuals yet",
    text="Drop the first export of your tool. Nothing is counted before you say.",
    act="Drop a file",
    url="files/",
    is_main=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One figure of a line: as estimated, as delivered, and whether that is known."""

    name: str
    estimated: str
    delivered: str
    note: str
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePart:
    """One line of the plan against what was delivered."""

    name: str
    pairs: tuple[Pair, ...]
    learned: tuple[Row, ...]
    scope: Message | None
    untimed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One part of the gap, with its bar between 0 and 100."""

    name: str
    amount: str
    over: bool
    start: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOn:
    """The day as known on which a project is shown, and until which moment that is.

    `until` is None for now; `day` is what the field of the page holds.
    """

    day: str
    words: str
    today: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """A project against its plan."""

    name: str
    slug: str
    client: str
    quote: str
    facts: str
    state: Badge
    answers: tuple[Answer, ...]
    strips: Strips | None
    lines: tuple[LinePart, ...]
    gap: tuple[GapRow, ...]
    gap_heading: str
    gap_total: str
    currency: str
    gap_currency: str
    not_separable: tuple[str, ...]
    remarks: tuple[str, ...]
    files: list[dict[str, str]]
    empty: Empty | None
    standing: StandingPart | None
    kept: tuple[KeptRow, ...]
    has_samples: bool
    money: MoneyPart
    overturned: tuple[RateRow, ...]
    disputes_waiting: str
    known: KnownOn | None
    switch: CurrencySwitch | None = None


def project_page(
    row: Any,
    found: Mapping[str, Any],
    *,
    at_gates: Sequence[AtGate] = (),
    known: KnownOn | None = None,
    switch: CurrencySwitch | None = None,
) -> ProjectPage:
    """Return the page of a project from its row, its comparison and its batches.

    `known`: the day as known on which it is shown; without it, as known now. `switch`
    may ask for the answers and the gap in the site's currency.
    """
    gap, currency = gap_of(found), found["currency"]
    standing = standing_part(found["standing"])
    if gap is not None and switch is not None and switch.pinned is not None:
        gap, currency = gap_in(gap, switch.pinned), switch.pinned.quote
        if standing is not None and standing.picture is not None:
            standing = replace(standing, picture=waterfall(gap, currency=currency))
    dropped = row.files.all()
    if known is not None and known.until is not None:
        dropped = dropped.filter(at__lte=known.until)
    files = list(dropped[:MOST_FILES])
    return ProjectPage(
        kept=tuple(kept_rows(found["promises"])),
        has_samples=any(one["batches"] for one in found["promises"]),
        name=row.name,
        slug=row.slug,
        client="" if row.client is None else row.client.name,
        quote="" if row.acceptance is None else str(row.acceptance.revision),
        facts=_facts(row, found["plan"]),
        state=_state(at_gates, begun=bool(files)),
        answers=answers({**found, "currency": currency}, gap),
        strips=strips(found["lines"], at_gates),
        lines=tuple(_line(line, _learned(found, line)) for line in found["lines"]),
        gap=() if gap is None else tuple(_gap_rows(gap["parts"], currency)),
        gap_heading=(
            "Where the difference went"
            if gap is None
            else f"Where the {change(gap['total'], currency).lstrip('+')} went"
        ),
        gap_total="" if gap is None else change(gap["total"], currency),
        currency=found["currency"],
        gap_currency=currency,
        not_separable=() if gap is None else tuple(gap["not_separable"]),
        remarks=(
            *found["scopes"],
            *([found["outside"]["text"]] if found["outside"] else []),
        ),
        files=[
            {
                "name": file.name,
                "key": file.sha256,
                "at": day(file.at, row.time_zone),
                "rows": count(file.rows_published),
                "refused": count(file.rows_refused),
                "state": COUNTED.get(file.state, file.state),
            }
            for file in files
        ],
        empty=None if files else NO_FILES,
        standing=standing,
        money=money_part(found),
        overturned=_overturned(found["disputes"]),
        disputes_waiting=waiting_words(found["disputes"]["open"]),
        known=known,
        switch=switch,
    )


def _state(at_gates: Sequence[AtGate], *, begun: bool) -> Badge:
    """Return where the project is as a whole: begun, under way, finished."""
    if at_gates and all(one.batch.state in FINAL for one in at_gates):
        return Badge(words="Finished", kind="good", icon="check")
    if begun:
        return Badge(words="In production", kind="info", icon="arrow")
    return Badge(words="No actuals yet", icon="clock")


def _overturned(found: Mapping[str, Any]) -> tuple[RateRow, ...]:
    """Return how often each check was overturned; nothing where nothing is disputed."""
    rates = found["overturned"]
    if not found["open"] and not any(one["decided"] for one in rates.values()):
        return ()
    return tuple(rate_rows(rates))


def _facts(row: Any, plan: Mapping[str, Any]) -> str:
    said = f"started {day(row.start_on)}, promised week of {day(plan['promised'])}"
    first = plan["first"]["promised"]
    return said if first == plan["promised"] else f"{said}, at first {day(first)}"


def gap_of(found: Mapping[str, Any]) -> Any:
    """Return the gap to show: that of the standing, else the one by whole lines.

    Plans of earlier releases name no work by week, and have only the second.
    """
    standing = found["standing"]
    if standing["known"] and standing["gap"]["parts"]:
        return {**standing["gap"], "not_separable": standing["not_separable"]}
    return found["whole"]["gap"]


def _learned(found: Mapping[str, Any], line: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return what finished batches say of the rest of a line; nothing before any."""
    return tuple(
        Row(
            name=name,
            value=value,
            note=note,
            known=known,
            hover="posterior, P10 – P50 – P90",
        )
        for one in found["learned"]
        if one["line"] == line["index"]
        for name, value, note, known in learned_rows(one)
    )


def _line(line: Mapping[str, Any], learned: tuple[Row, ...]) -> LinePart:
    planned, actual = line["planned"], line["actual"]
    clocks = ", ".join(clock["name"] for clock in line["clocks"])
    timed = (
        f"{clocks}; {Decimal(line['seconds']) / HOUR:,.1f} hours for "
        f"{count(line['timed_units'])}"
        if line.get("seconds") is not None
        else ""
    )
    pairs = (
        _pair("Units", count(planned["units"]), actual["units"]),
        _pair("Passed our checks", "", actual["passed"]),
        _pair("Accepted", "", actual["accepted"]),
        _pair(
            "Sent back by review",
            share_percent(planned["rework_share"], 1),
            actual["rework_share"],
            as_share=True,
        ),
        _pair(
            "Seconds a unit",
            f"{planned['seconds_per_unit']} s, {planned['clock_name']}",
            actual["seconds_per_unit"],
            unit=" s",
            note=timed,
        ),
        _pair(
            "Cost",
            money(planned["cost"]),
            actual["cost"],
            as_money=True,
            note=actual["cost"].get("basis", ""),
        ),
    )
    untimed = line["untimed_batches"]
    return LinePart(
        name=line["name"],
        pairs=pairs,
        learned=learned,
        scope=None
        if line["scope"] is None
        else Message(text=line["scope"], kind="info", strong="Two clocks."),
        untimed=untimed_sentence(untimed) if untimed else "",
    )


def _pair(  # noqa: PLR0913 - how one figure is printed, named
    name: str,
    estimated: str,
    value: Mapping[str, Any],
    *,
    unit: str = "",
    note: str = "",
    as_share: bool = False,
    as_money: bool = False,
) -> Pair:
    text = shown(value)
    if value["known"]:
        if as_share:
            text = share_percent(text, 1)
        elif as_money:
            text = money(text)
        text += unit
    return Pair(
        name=name,
        estimated=estimated,
        delivered=text,
        note=note if value["known"] else "",
        known=value["known"],
    )


def _gap_rows(parts: Sequence[Mapping[str, str]], currency: str) -> Iterator[GapRow]:
    """Yield the parts with bars on one scale around a middle line."""
    amounts = [Decimal(part["amount"]) for part in parts]
    most = max((abs(amount) for amount in amounts), default=Decimal(1)) or Decimal(1)
    for part, amount in zip(parts, amounts, strict=True):
        width = int(abs(amount) / most * 100)
        yield GapRow(
            name=part["name"],
            amount=change(part["amount"], currency),
            over=amount > 0,
            start=100 if amount > 0 else 100 - width,
            width=width,
        )
