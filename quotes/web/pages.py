"""What the staff pages of quotes print: values with formatted text in them.

`workbench.py` makes them from an estimate document; the templates print them and do
nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from quotes.calc.sheet import Plans
from quotes.queries.totals import Total
from quotes.web.bench_scope import BenchScope
from quotes.web.moves_page import Moves, ScenarioTab
from scoping.templatetags.plumbline import day, money, plural
from scoping.web.components import (
    Badge,
    Empty,
    ErrorSummary,
    Message,
    StageMark,
    Stat,
)
from scoping.web.drawings import MarginDrawing, MarketBand

LAST_DAYS = 7
"""From how many days before its end an open quote asks for attention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a quote asks of somebody: what to do, and where in the inbox it stands."""

    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """A revision in the list of quotes."""

    name: str
    url: str
    title: str
    client: str
    state: Badge
    amount: str
    amount_note: str
    made: str
    valid: str
    ends: Badge | None
    by: str
    waits: Needs | None = None
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the pipeline: how many stand there, and what it leads to."""

    name: str
    count: str
    note: str
    url: str
    here: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotesPage:
    """The quotes of a workspace, newest first; `only` names the state shown alone."""

    rows: list[QuoteRow]
    empty: Empty
    steps: tuple[Step, ...] = ()
    only: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingChoice:
    """A price that may be decided: what it follows and how much it is."""

    key: str
    words: str
    chosen: bool
    price: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """Where a price may be moved to by hand: its ends and its step."""

    least: str
    most: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LossAt:
    """The chance of a loss at a price; `here` marks the one that is tried."""

    price: str
    loss: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTrial:
    """A tried price of a line: on its market range, and the margin that it leaves.

    `problem` says why there is nothing to show; `over`, that policy allows less loss.
    """

    line: int
    price: str = ""
    band: MarketBand | None = None
    badges: tuple[Badge, ...] = ()
    drawing: MarginDrawing | None = None
    sentence: str = ""
    moves: tuple[tuple[str, str, str], ...] = ()
    losses: tuple[LossAt, ...] = ()
    over: bool = False
    limit: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line of the quote with its price on its market range."""

    index: int
    name: str
    notes: tuple[str, ...]
    badges: tuple[Badge, ...]
    units: str
    unit: str
    pace: str
    band: MarketBand
    weak: bool
    price: str
    binding: str
    amount: str
    margin: str
    choices: tuple[BindingChoice, ...]
    slider: Slider
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """A fee or another row below the lines."""

    name: str
    detail: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayRow:
    """One way to sell the project: what it comes to and who bears what."""

    name: str
    taken: bool
    total: str
    equivalents: tuple[str, ...]
    margin: str
    loss: str
    volume_risk: str
    time_risk: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseRow:
    """A promise: what, how much, how counted, what a pass proves, what if not."""

    promise: str
    how_much: str
    checked: str
    proves: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and what it is."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedRow:
    """An assumption with its number and how far it holds."""

    number: int
    text: str
    holds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A question that somebody asks of a number, and where its reasons are."""

    question: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginCard:
    """How the margin may turn out: drawing, sentence and the same as a table."""

    drawing: MarginDrawing | None
    sentence: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRow:
    """A piece of advice with the signed change of mean cost and price.

    Both are empty where the note says what something is worth. `cost_kind` says whether
    it costs more. Without a key there is nothing to apply.
    """

    does: str
    note: str
    cost: str
    cost_kind: str
    price: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLink:
    """The private link of a quote that was just sent, shown once."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbenchPage:
    """Everything on the workbench of one revision."""

    name: str
    title: str
    client: str
    url: str
    state: Badge
    currency: str
    edition: int
    saved: str
    letter: str
    tabs: tuple[ScenarioTab, ...]
    moves: Moves
    problem: ErrorSummary | None
    link: SentLink | None
    warnings: tuple[Message, ...]
    notes: tuple[Message, ...]
    scope: tuple[Fact, ...]
    scope_lines: tuple[Fact, ...]
    stats: tuple[Stat, ...]
    lines: tuple[LineRow, ...]
    fees: tuple[FeeRow, ...]
    ways: tuple[WayRow, ...]
    total: str
    total_margin: str
    tax_words: str
    beside: tuple[LineRow, ...]
    margin: MarginCard
    advice: tuple[AdviceRow, ...]
    drivers: tuple[Fact, ...]
    clauses: tuple[ClauseRow, ...]
    consequences: tuple[str, ...]
    late_cost: str
    missed_costs: str
    clause_notes: tuple[str, ...]
    plans: Plans | None
    stages: tuple[StageMark, ...]
    dates: tuple[Fact, ...]
    assumptions: tuple[NumberedRow, ...]
    promises: tuple[tuple[Badge, str], ...]
    reasons: tuple[Why, ...]
    made_with: str
    trial: PriceTrial | None = None
    scope_form: BenchScope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a page says of a revision besides its estimate.

    `rate_now`: today's exchange rate for the quote's currency, where it is another than
    the card's.
    """

    name: str
    title: str
    client: str
    state: str
    edition: int
    saved: str
    letter: str
    tabs: tuple[ScenarioTab, ...]
    moves: Moves
    decisions: Mapping[int, str]
    loss_limit: Decimal | None = None
    rate_now: Decimal | None = None


def valid_words(until: date | None) -> str:
    """Return until when a quote is valid."""
    return "not sent yet" if until is None else f"through {day(until)}"


def ends_badge(until: date, *, today: date) -> Badge | None:
    """Return what asks for attention: an open quote in its last week, else None."""
    left = (until - today).days
    if not 0 <= left <= LAST_DAYS:
        return None
    words = "ends today" if left == 0 else f"ends in {left} {plural(left, 'day')}"
    return Badge(words=words, kind="warn", icon="clock")


def total_words(total: Total | None) -> tuple[str, str]:
    """Return what a quote comes to, with its currency, and what that is the total of.

    A draft has a price only while somebody looks at it: it is frozen when it is sent.
    """
    if total is None:
        return "priced when opened", ""
    amount = f"{money(total.amount, total.currency)} {total.currency}"
    if total.scenario is None:
        return amount, ""
    which = "accepted" if total.accepted else "first of several"
    return amount, f"scenario {total.scenario}, {which}"
