"""A project against its plan, as a page: answers, the gap, every line, its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quotes.calc.progress import progress
from quotes.calc.report import shown
from quotes.calc.words import learned_rows
from scoping.templatetags.plumbline import (
    change,
    count,
    day,
    money,
    plural,
    share_percent,
)
from scoping.web.components import Cell, Empty, Message, Stat

from .kept_page import KeptRow, kept_rows
from .money_page import MoneyPart, money_part
from .overturned import RateRow, rate_rows, waiting_words
from .standing_page import Row, StandingPart, how_much, standing_part

STATES = {
    "accepted": ("accepted", "accepted by the client"),
    "delivered": ("delivered", "passed, the client checks"),
    "in sample check": ("checking", "in our sample check"),
    "in production": ("making", "in production"),
}
GLYPHS = {"delivered": "M4 9l3.5 3.5L14 6", "checking": "M9 9h.01"}
MOST_CELLS = 600
MOST_NOTES = 4
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
    cells: tuple[Cell, ...]
    cells_heading: str
    legend: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One part of the gap, with its bar between 0 and 100."""

    name: str
    amount: str
    over: bool
    start: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """A project against its plan."""

    name: str
    slug: str
    client: str
    quote: str
    facts: str
    stats: tuple[Stat, ...]
    lines: tuple[LinePart, ...]
    gap: tuple[GapRow, ...]
    gap_heading: str
    gap_total: str
    currency: str
    not_separable: tuple[str, ...]
    remarks: tuple[str, ...]
    files: list[dict[str, str]]
    empty: Empty | None
    has_cells: bool
    standing: StandingPart | None
    kept: tuple[KeptRow, ...]
    has_samples: bool
    money: MoneyPart
    overturned: tuple[RateRow, ...]
    disputes_waiting: str


def project_page(row: Any, found: Mapping[str, Any]) -> ProjectPage:
    """Return the page of a project from its row and its comparison."""
    gap = gap_of(found)
    files = list(row.files.all()[:20])
    return ProjectPage(
        kept=tuple(kept_rows(found["promises"])),
        has_samples=any(one["batches"] for one in found["promises"]),
        name=row.name,
        slug=row.slug,
        client="" if row.client is None else row.client.name,
        quote="" if row.acceptance is None else str(row.acceptance.revision),
        facts=_facts(row, found["plan"]),
        stats=tuple(_stats(row, found)),
        lines=tuple(_line(line, _learned(found, line)) for line in found["lines"]),
        gap=() if gap is None else tuple(_gap_rows(gap["parts"])),
        gap_heading=(
            "Where the difference went"
            if gap is None
            else f"Where the {change(gap['total'])} went"
        ),
        gap_total="" if gap is None else change(gap["total"]),
        currency=found["currency"],
        not_separable=() if gap is None else tuple(gap["not_separable"]),
        remarks=(
            *found["scopes"],
            *([found["outside"]["text"]] if found["outside"] else []),
        ),
        files=[
            {
                "name": file.name,
                "at": day(file.at),
                "rows": count(file.rows_published),
                "refused": count(file.rows_refused),
                "state": COUNTED.get(file.state, file.state),
            }
            for file in files
        ],
        empty=None if files else NO_FILES,
        has_cells=any(line["batches"] for line in found["lines"]),
        standing=standing_part(found["standing"]),
        money=money_part(found),
        overturned=_overturned(found["disputes"]),
        disputes_waiting=waiting_words(found["disputes"]["open"]),
    )


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


def _stats(row: Any, found: Mapping[str, Any]) -> Iterator[Stat]:
    whole, baseline = found["whole"], found["plan"]
    gap = gap_of(found)
    first = how_much(found["standing"])
    if first is not None:
        yield first
    elif gap is None:
        yield Stat(
            name="1. How much?",
            value=shown(whole["cost"]),
            is_words=True,
            notes=(f"planned {money(baseline['cost']['p50'])} {found['currency']}",),
        )
    else:
        over = Decimal(gap["total"]) > 0
        yield Stat(
            name="1. How much?",
            value=f"{change(gap['total'])} {found['currency']}",
            kind="over" if over else "less",
            notes=(
                (
                    f"{money(gap['actual'])} for work that was planned at "
                    f"{money(gap['planned'])}"
                ),
                "hours at planned rates",
            ),
        )
    yield _how_far(found["lines"])
    if gap is not None and gap["parts"]:
        largest = max(gap["parts"], key=lambda part: abs(Decimal(part["amount"])))
        yield Stat(
            name="3. Which part?",
            value=largest["name"].capitalize(),
            is_words=True,
            notes=(f"{change(largest['amount'])} {found['currency']}",),
        )
    else:
        yield Stat(
            name="3. Which part?",
            value="not known, because the cost is not",
            is_words=True,
        )


def _how_far(lines: Sequence[Mapping[str, Any]]) -> Stat:
    """Return the share of the planned work that was delivered, and each line's part."""
    rows = []
    for line in lines:
        items, planned = line["actual"]["items"], line["planned"]
        done = items["value"] if items["known"] else None
        rows.append({**planned, "name": line["name"], "done": done})
    found = progress(rows)
    notes = [
        f"{row['name']}: "
        + (
            "not known"
            if row["done"] is None
            else f"{count(row['done'])} of {count(row['items'])} images"
        )
        for row in rows
    ]
    if found.share is None:
        why = "not known, because no file counts images"
        return Stat(name="2. How far?", value=why, is_words=True)
    return Stat(
        name="2. How far?",
        value=share_percent(found.share, 0),
        notes=("of the planned work was delivered to our checks", *notes[:MOST_NOTES]),
    )


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
        f"{clocks}; {Decimal(line['seconds']):,.1f} s over {line['timed_units']:,}"
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
    batches = line["batches"]
    untimed = ", ".join(line["untimed_batches"])
    return LinePart(
        name=line["name"],
        pairs=pairs,
        learned=learned,
        scope=None
        if line["scope"] is None
        else Message(text=line["scope"], kind="info", strong="Two clocks."),
        untimed=f"No time: batch {untimed}. Its units count, its time is not known."
        if untimed
        else "",
        cells=tuple(_cells(batches)),
        cells_heading=f"{len(batches):,} {plural(len(batches), 'batch')}",
        legend=tuple(_legend(batches)),
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


def _cells(batches: Sequence[Mapping[str, Any]]) -> Iterator[Cell]:
    for batch in batches[:MOST_CELLS]:
        kind, words = STATES[batch["state"]]
        units = "" if batch["units"] is None else f", {batch['units']:,} units"
        yield Cell(
            kind=kind,
            words=f"{batch['batch']}: {words}{units}",
            glyph=GLYPHS.get(kind, ""),
        )


def _legend(batches: Sequence[Mapping[str, Any]]) -> Iterator[Cell]:
    """Yield what each mark means, with how many batches carry it."""
    for state, (kind, words) in STATES.items():
        many = sum(1 for batch in batches if batch["state"] == state)
        if many:
            glyph = GLYPHS.get(kind, "")
            yield Cell(kind=kind, words=f"{words} {many:,}", glyph=glyph)


def _gap_rows(parts: Sequence[Mapping[str, str]]) -> Iterator[GapRow]:
    """Yield the parts with bars on one scale around a middle line."""
    amounts = [Decimal(part["amount"]) for part in parts]
    most = max((abs(amount) for amount in amounts), default=Decimal(1)) or Decimal(1)
    for part, amount in zip(parts, amounts, strict=True):
        width = int(abs(amount) / most * 100)
        yield GapRow(
            name=part["name"],
            amount=change(part["amount"]),
            over=amount > 0,
            start=100 if amount > 0 else 100 - width,
            width=width,
        )
