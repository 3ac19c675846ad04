"""The verdict on a dropped file as its page shows it: steps, checks, changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quotes.calc.findings import BAD, GOOD, Finding
from quotes.calc.foreseen import Foreseen
from scoping.templatetags.plumbline import count, money, number, plural, share_percent
from scoping.web.components import Kind, icon_template

NOT_KNOWN = "not known"
LEVEL_KIND: dict[str, Kind] = {GOOD: "good", "care": "warn", BAD: "bad"}
ICONS: dict[str, str] = {
    "good": "check",
    "warn": "warning",
    "bad": "cross",
    "": "question",
}
STEPS = ("Received", "Read", "Checked", "Your decision", "Published")
DECIDING, READING = 3, 1
MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStep:
    """A step on the way of a file: done, the one it stands at, or yet to come."""

    name: str
    is_done: bool
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that was checked: what, what was found, its weight, where to see it."""

    what: str
    found: str
    kind: Kind
    href: str = ""
    see: str = ""

    @property
    def icon_template(self) -> str:
        """Return the partial of the sign that goes with the colour."""
        return icon_template(ICONS[self.kind])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A figure of the project: as it is, and as it would be with the file counted."""

    name: str
    now: str
    after: str
    change: str


def steps_at(place: int) -> tuple[FileStep, ...]:
    """Return the way of a file with the step that it stands at."""
    return tuple(
        FileStep(name=name, is_done=one < place, is_here=one == place)
        for one, name in enumerate(STEPS)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Why rows of a file would change nothing: they fit no line, or time otherwise.

    `of_other_clock` names what the rows time, where no figure moves because of it.
    """

    outside: int
    of_other_clock: str = ""
    counted_clock: str = ""


def checks_of(
    findings: Sequence[Finding],
    refused: Sequence[Any],
    *,
    counts: Sequence[Any],
    idle: Idle | None = None,
) -> Iterator[Check]:
    """Yield what was checked in a file, the rows that were read first."""
    told = dict(counts)
    rest = [
        f"{name.lower()} {value}"
        for name, value in counts
        if name not in ("Rows read", "Refused") and value != "0"
    ]
    yield Check(
        what=f"{told['Rows read']} row{'' if told['Rows read'] == '1' else 's'} read",
        found=", ".join(rest),
        kind="good",
    )
    outside = 0 if idle is None else idle.outside
    if outside:
        yield Check(
            what=f"{count(outside)} {plural(outside, 'row')} "
            f"{'fits' if outside == 1 else 'fit'} no line of the plan",
            found=f"{'it' if outside == 1 else 'they'} would be kept, and change no "
            f"figure of the project",
            kind="warn",
        )
    elif idle is not None and idle.of_other_clock:
        yield Check(
            what="No figure of the project would change",
            found=(
                f"the rows tell {idle.of_other_clock}; the project counts "
                f"{idle.counted_clock}"
            ),
            kind="warn",
        )
    for one in findings:
        effect = "" if one.effect is None else f"{one.effect * 100:+.1f} % of hours"
        parts = [one.done, effect.replace("-", "−")]
        yield Check(
            what=one.what,
            found="; ".join(part for part in parts if part),
            kind=LEVEL_KIND[one.level],
        )
    yield from _refused(refused)


def _refused(refused: Sequence[Any]) -> Iterator[Check]:
    again = [one for one in refused if one.code == "restatement"]
    other = [one for one in refused if one.code != "restatement"]
    if other:
        yield Check(
            what=f"{count(len(other))} {plural(len(other), 'row')} refused",
            found=f"{_named(other)}; reasons below",
            kind="bad",
            href="#h-refused",
            see="See rows",
        )
    if again:
        says = "restates" if len(again) == 1 else "restate"
        yield Check(
            what=f"{count(len(again))} {plural(len(again), 'row')} {says} earlier work",
            found="counted before with other figures; a reason is needed",
            kind="warn",
            href="#restate",
            see="Give a reason",
        )


def _named(refused: Sequence[Any]) -> str:
    numbers = [count(one.row) for one in refused[:MOST_NAMED]]
    more = len(refused) - len(numbers)
    return f"row{'s' if len(refused) > 1 else ''} {', '.join(numbers)}" + (
        f" and {count(more)} more" if more else ""
    )


def change_rows(figures: Sequence[Foreseen], *, currency: str) -> Iterator[ChangeRow]:
    """Yield the figures that a file would change, each in its own digits."""
    for one in figures:
        yield ChangeRow(
            name=f"{one.name}, {currency}" if one.kind == "money" else one.name,
            now=_figure(one, one.now, currency=currency),
            after=_figure(one, one.after, currency=currency),
            change=_change(one, currency=currency),
        )


def amount_of(figures: Sequence[Foreseen], *, currency: str) -> str:
    """Return what would be counted in a button's words: 41.3 hours, 218.40 USD."""
    found = {one.kind: one.change for one in figures if one.kind in ("hours", "money")}
    parts = []
    if found.get("hours"):
        parts.append(f"{number(found['hours'], 1)} hours")
    if found.get("money"):
        parts.append(f"{money(found['money'], currency)} {currency}")
    return ", ".join(parts)


def _figure(one: Foreseen, value: Decimal | None, *, currency: str) -> str:
    if value is None:
        return NOT_KNOWN
    if one.kind == "money":
        return money(value, currency)
    if one.kind == "hours":
        return number(value, 1)
    return share_percent(value, 1) if one.kind == "share" else count(value)


def _change(one: Foreseen, *, currency: str) -> str:
    if one.change is None:
        return NOT_KNOWN
    if one.kind == "share":
        if one.now is None:
            return "new"
        text = f"{number(one.change * 100, 1)} points"
    else:
        text = _figure(one, one.change, currency=currency)
    return f"+{text}" if one.change > 0 else text
