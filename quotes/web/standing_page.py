"""Where a project stands, as parts of its page, in plain words.

The expert's word for a row stands in its hover alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from quotes.calc.report import shown
from quotes.calc.words import (
    FORECAST_WORDS,
    cents_sentence,
    chances,
    needed_sentence,
    pace_sentence,
    rest_sentence,
    waits_sentence,
    weeks_sentence,
)
from scoping.templatetags.plumbline import change, day, money, number, week

from .fan import Fan, fan
from .waterfall import Waterfall, waterfall

GROUP_WORDS = {"line": "Line", "stage": "Stage", "team": "Team", "week": "Week of"}
MOST_WEEKS = 60
LINKED = ("line", "week")
"""Groups whose rows of the ledger can be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure with its name; `hover` is the expert's word for it."""

    name: str
    value: str
    hover: str = ""
    note: str = ""
    known: bool = True
    is_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTable:
    """The gap by line, stage, team or week: a row each, its largest part, its query."""

    by: str
    heading: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """The end of a week, or the status day."""

    on: str
    planned: str
    earned: str
    passed: str
    actual: str
    cents: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPart:
    """Where a project stands: what money bought, when it ends, why."""

    on: str
    currency: str
    why: tuple[tuple[str, str], ...]
    picture: Waterfall | None
    fan: Fan | None
    worth: tuple[Row, ...]
    ends: tuple[Row, ...]
    groups: tuple[GroupTable, ...]
    hours_and_days: tuple[Row, ...]
    trend: tuple[TrendRow, ...]
    not_separable: tuple[str, ...]
    carried: tuple[str, ...]


def standing_part(found: Mapping[str, Any]) -> StandingPart | None:
    """Return the parts of the page; None where the standing is not known."""
    if not found["known"]:
        return None
    return StandingPart(
        on=day(found["on"]),
        currency=found["currency"],
        why=tuple(
            (one["text"], urlencode(one["rows"]) if one["rows"] else "")
            for one in found["why"]
        ),
        picture=waterfall(found["gap"], currency=found["currency"]),
        fan=fan(found),
        worth=tuple(_worth(found)),
        ends=tuple(_ends(found)),
        groups=tuple(_groups(found["gap_by"])),
        hours_and_days=tuple(_hours_and_days(found)),
        trend=tuple(_trend(found["trend"][-MOST_WEEKS:], currency=found["currency"])),
        not_separable=tuple(found["not_separable"]),
        carried=tuple(found["carried"]),
    )


def _worth(found: Mapping[str, Any]) -> Iterator[Row]:
    accepted, passed = found["accepted"], found["passed"]
    until = day(found["on"])
    yield _money(f"Should be accepted by {until}", accepted["planned"], "planned value")
    yield _money("Accepted", accepted["earned"], "earned value", note="at planned cost")
    yield _money("Passed our checks", passed["earned"], "earned value of passed units")
    yield _money("Spent on it", accepted["actual"], "actual cost")
    yield _said(
        "Accepted per unit of money spent",
        cents_sentence(accepted, currency=found["currency"]),
        "CPI, accepted",
    )
    yield _said(
        "Passed per unit of money spent",
        cents_sentence(passed, currency=found["currency"]),
        "CPI, passed",
    )
    yield _money("Accepted less spent", accepted["cost_variance"], "CV", signed=True)
    yield _money(
        "Accepted less planned", accepted["schedule_variance"], "SV", signed=True
    )
    yield _said("In time", weeks_sentence(found["time"]), "SV(t), earned schedule")


def _ends(found: Mapping[str, Any]) -> Iterator[Row]:
    budget, time = found["budget"], found["time"]
    yield Row(
        name="Budget",
        value=money(budget["whole"]),
        hover="budget at completion",
        note=f"and {money(budget['reserve'])} in reserve",
    )
    yield from _forecast(found["ending"], agreed=time.get("promised"))
    for key, words in FORECAST_WORDS.items():
        one = found["accepted"]["forecasts"][key]
        yield _money(
            words,
            one["whole"],
            f"estimate at completion, {key}",
            note="counts accepted work alone, and work in checks as nothing yet",
        )
    yield _said(
        "To stay within the budget",
        needed_sentence(
            found["accepted"]["needed_for_budget"], currency=found["currency"]
        ),
        "TCPI",
    )
    yield Row(name="Planned to end", value=day(time["finish_planned"]))
    for name, key, hover in (
        ("Ends, at the pace so far", "finish", "IEAC(t)"),
        ("Ends, if the rest goes as planned", "finish_as_planned", "IEAC(t), plan"),
    ):
        one = time[key]
        yield Row(
            name=name,
            value=day(one["value"]) if one["known"] else one["text"],
            hover=hover,
            known=one["known"],
        )


def _forecast(found: Mapping[str, Any], *, agreed: str | None) -> Iterator[Row]:
    """Yield the forecast from finished batches: cost, day, chances, what they need.

    `agreed` is the promised day as it was agreed, before any waiting for the client.
    """
    if not found["known"]:
        yield Row(name="Forecast", value=found["text"], known=False)
        return
    cost = found["cost"]
    yield Row(
        name="Forecast cost: low – typical – high",
        value=" – ".join(money(cost[key]) for key in ("p10", "p50", "p90")),
        hover="posterior predictive, P10 – P50 – P90",
        note=f"from {found['batches']} finished batches and the plan's own doubt",
    )
    yield _said("Ends within budget and reserve", chances(found["within_reserve"]), "")
    yield _said("For that", rest_sentence(found), "")
    finish = found["finish"]
    if not finish["known"]:
        yield Row(name="Forecast finish", value=finish["text"], known=False)
        return
    yield Row(
        name="Forecast finish: early – typical – late",
        value=" – ".join(
            day(finish[key]) if finish[key] else "beyond every calendar"
            for key in ("p10", "p50", "p90")
        ),
        note=waits_sentence(finish),
        is_words=True,
    )
    chance = chances(finish["by_promised"])
    yield Row(
        name=f"Ends by the promised day, {day(finish['promised'])}",
        value=chance,
        known=not chance.startswith("not known"),
        note=_agreed(agreed, finish["promised"]),
        is_words=True,
    )
    yield _said("For that", pace_sentence(finish), "")


def _agreed(quoted: str | None, moved: str) -> str:
    """Return what joins the promised day here with the week that was agreed."""
    if quoted is None or quoted == moved:
        return ""
    return (
        f"the {week(quoted)} was agreed; waiting for the client moves its first day "
        f"to this one, and its last day as far"
    )


def _hours_and_days(found: Mapping[str, Any]) -> Iterator[Row]:
    for name, gap, unit in (
        ("Paid hours", found["gap_in_hours"], "hours"),
        ("Working days", found["gap_in_days"], "days"),
    ):
        if "planned" not in gap:
            yield Row(name=name, value=gap["text"], known=False)
            continue
        parts = ", ".join(
            f"{part['name']} {change(part['amount'])}" for part in gap["parts"]
        )
        yield Row(
            name=f"{name} for the same work",
            value=f"{number(gap['actual'])}, planned {number(gap['planned'])} {unit}",
            note=parts,
            is_words=True,
        )


def _groups(found: Mapping[str, Any]) -> Iterator[GroupTable]:
    for by, words in GROUP_WORDS.items():
        rows = found[by]
        if by == "team" and len(rows) < 2:  # noqa: PLR2004 - one team is the whole
            continue
        yield GroupTable(
            by=by,
            heading=words,
            rows=tuple(
                (
                    _name(by, row[by]),
                    money(row["planned"]),
                    money(row["actual"]),
                    change(row["total"]),
                    _largest(row["parts"]),
                    urlencode({by: row[by]}) if by in LINKED else "",
                )
                for row in rows[-MOST_WEEKS:]
            ),
        )


def _name(by: str, name: str) -> str:
    if by == "week":
        return day(name)
    return name or "no team named"


def _largest(parts: Sequence[Mapping[str, str]]) -> str:
    return f"{parts[0]['name']} {change(parts[0]['amount'])}" if parts else ""


def _trend(rows: Sequence[Mapping[str, Any]], *, currency: str) -> Iterator[TrendRow]:
    for row in rows:
        yield TrendRow(
            on=day(row["on"]),
            planned=_figure(row["planned"]),
            earned=_figure(row["earned"]),
            passed=_figure(row["passed"]),
            actual=_figure(row["actual"]),
            cents=cents_sentence(row, currency=currency),
        )


def _figure(value: Mapping[str, Any]) -> str:
    return money(value["value"]) if value["known"] else shown(value)


def _money(
    name: str,
    value: Mapping[str, Any],
    hover: str,
    *,
    note: str = "",
    signed: bool = False,
) -> Row:
    if not value["known"]:
        return Row(name=name, value=shown(value), hover=hover, known=False)
    text = change(value["value"]) if signed else money(value["value"])
    return Row(name=name, value=text, hover=hover, note=note)


def _said(name: str, sentence: str, hover: str) -> Row:
    return Row(
        name=name,
        value=sentence,
        hover=hover,
        known=not sentence.startswith("not known"),
        is_words=True,
    )
