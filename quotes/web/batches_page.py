"""A project's batches as a page: a square each, and which wait for somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from quotes.calc.gates import words
from quotes.calc.gates.batch import (
    FINAL,
    State,
)
from quotes.calc.gates.plan import GatePlan
from quotes.calc.gates.wording import (
    next_step,
)
from quotes.convert import draw_of
from quotes.queries.gates import AtGate
from scoping.templatetags.plumbline import count, plural
from scoping.web.components import Badge, Cell, Empty, Message

KINDS: dict[State, tuple[str, str]] = {
    "planned": ("planned", ""),
    "pilot": ("making", ""),
    "in_production": ("making", ""),
    "in_review": ("making", ""),
    "in_audit": ("checking", "M9 9h.01"),
    "blocked": ("blocked", "M5 9h8"),
    "released": ("delivered", ""),
    "delivered": ("delivered", "M4 9l3.5 3.5L14 6"),
    "redelivered": ("delivered", "M4 9l3.5 3.5L14 6"),
    "accepted": ("accepted", ""),
    "deemed_accepted": ("accepted", "M9 5v4l3 2"),
    "rejected": ("blocked", "M5 5l8 8M13 5l-8 8"),
}
BADGES: dict[State, Badge] = {
    "blocked": Badge(words="", kind="bad", icon="stop"),
    "rejected": Badge(words="", kind="bad", icon="cross"),
    "accepted": Badge(words="", kind="good", icon="check"),
    "deemed_accepted": Badge(words="", kind="good", icon="clock"),
    "delivered": Badge(words="", kind="info", icon="arrow"),
    "redelivered": Badge(words="", kind="info", icon="arrow"),
    "in_audit": Badge(words="", kind="warn", icon="clock"),
}
URGENT: tuple[State, ...] = ("blocked", "rejected", "in_audit", "released")
"""States that wait for somebody here, the most pressing first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch in the list of those that wait for somebody."""

    number: int
    name: str
    state: Badge
    images: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """The batches of a line: a square each, and how many are where."""

    name: str
    heading: str
    cells: tuple[Cell, ...]
    legend: tuple[Cell, ...]
    batches: tuple[BatchRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchesPage:
    """The batches of a project."""

    name: str
    slug: str
    summary: str
    waiting: tuple[BatchRow, ...]
    more_waiting: int
    lines: tuple[LineRow, ...]
    empty: Empty | None
    can_plan: bool
    message: Message | None = None


MOST_WAITING = 12


def badge(state: State) -> Badge:
    """Return how a state is shown."""
    return replace(BADGES.get(state, Badge(words="")), words=words(state).capitalize())


def batches_page(
    project: tuple[str, str],
    found: Sequence[AtGate],
    plan: GatePlan | None,
    *,
    today: date,
    empty: Empty,
    may_plan: bool,
) -> BatchesPage:
    """Return the page of a project's batches; `project` is its name and slug."""
    name, slug = project
    if plan is None or not found:
        can = may_plan and plan is not None
        return BatchesPage(
            name=name,
            slug=slug,
            summary="",
            waiting=(),
            more_waiting=0,
            lines=(),
            empty=empty,
            can_plan=can,
        )
    waiting = sorted(
        (one for one in found if one.batch.state in URGENT),
        key=lambda one: URGENT.index(one.batch.state),
    )
    done = sum(1 for one in found if one.batch.state in FINAL)
    return BatchesPage(
        name=name,
        slug=slug,
        summary=f"{done:,} of {len(found):,} batches are accepted.",
        waiting=tuple(_row(one, plan, today=today) for one in waiting[:MOST_WAITING]),
        more_waiting=max(0, len(waiting) - MOST_WAITING),
        lines=tuple(_lines(found, plan, today=today)),
        empty=None,
        can_plan=False,
    )


def _row(one: AtGate, plan: GatePlan, *, today: date) -> BatchRow:
    return BatchRow(
        number=one.row.pk,
        name=f"{one.row.line}, {one.row.key}",
        state=badge(one.batch.state),
        images=count(one.batch.items),
        next=next_step(one.batch, plan, draw=draw_of(one.drawn), today=today),
    )


def _lines(
    found: Sequence[AtGate], plan: GatePlan, *, today: date
) -> Iterator[LineRow]:
    for line in plan.lines:
        here = [one for one in found if one.row.line == line.line]
        states = Counter(one.batch.state for one in here)
        yield LineRow(
            name=line.line,
            heading=f"{len(here):,} {plural(len(here), 'batch')}, "
            f"{line.items:,} {plural(line.items, 'image')}",
            cells=tuple(
                _cell(one.batch.state, f"{one.row.key}: {words(one.batch.state)}")
                for one in here
            ),
            legend=tuple(
                _cell(state, f"{words(state)} {states[state]:,}")
                for state in KINDS
                if states[state]
            ),
            batches=tuple(_row(one, plan, today=today) for one in here),
        )


def _cell(state: State, said: str) -> Cell:
    kind, glyph = KINDS[state]
    return Cell(kind=kind, words=said, glyph=glyph)
