"""A project, a dropped file and a comparison in their states, for the components' page.

Their pages belong to the app of quotes, which this one knows nothing of: the values
have the shape of those there, and the partials are the ones of those pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scoping.web.components import Cell, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTrend:
    """Weeks as a line against a dotted rule at 100, with its end named."""

    line: str
    rule_y: int
    end_x: int
    end_y: int
    rule_text_y: int
    end_text_y: int
    end: str
    sentence: str
    width: int = 196
    height: int = 44
    right: int = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSlice:
    """A part of a bar."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """One of the three answers of a project."""

    name: str
    value: str
    unit: str = ""
    notes: tuple[str, ...] = ()
    kind: str = ""
    is_long: bool = False
    line: ShownTrend | None = None
    bar: tuple[ShownSlice, ...] = ()
    bar_width: int = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswers:
    """The three answers as one page has them."""

    name: str
    answers: tuple[ShownAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHeld:
    """A batch that a failed check holds."""

    name: str
    why: str
    number: int
    see: str = "See the sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStrip:
    """The batches of a line."""

    name: str
    heading: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStrips:
    """The batches of a project, line by line, under one legend."""

    heading: str
    how_far: str
    lines: tuple[ShownStrip, ...]
    legend: tuple[Cell, ...]
    held: tuple[ShownHeld, ...]
    more_held: int = 0
    slug: str = "street-scenes"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFileStep:
    """A step on the way of a file."""

    name: str
    is_done: bool = False
    is_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCheck:
    """Something that was checked, with the sign that goes with its colour."""

    what: str
    found: str
    kind: str
    icon_template: str
    href: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A figure of the project now, and as it would be."""

    name: str
    now: str
    after: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """The verdict on a file with the act that it leads to and what that is worth."""

    heading_id: str
    verdict: Message
    read_as: str
    good_rows: str
    amount: str = ""
    rows_word: str = "rows"
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBar:
    """A bar of the way between two amounts."""

    kind: str
    x: int
    width: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWords:
    """A change in words."""

    words: str
    about: str = ""
    how_far: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """A change with what it is worth in price, cost and hours."""

    changes: tuple[ShownWords, ...]
    amount: Decimal
    bar: ShownBar
    more: tuple[Decimal, Decimal]
    moves: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWay:
    """The way from one price to another."""

    before: Decimal
    after: Decimal
    by: Decimal
    rows: tuple[ShownPart, ...]
    first: ShownBar
    last: ShownBar
    cut: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWhy:
    """Why one scenario costs more than another."""

    first: str
    second: str
    currency: str
    way: ShownWay
    cost: str = ""
    hours: str = ""
    silent: tuple[ShownWords, ...] = ()
    two_orders: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownColumn:
    """A scenario at the head of its column."""

    letter: str
    name: str
    address: str = "#s-beside"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBesideCell:
    """What a scenario says in a row."""

    letter: str
    value: str
    note: str = ""
    off: str = ""
    other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBesideRow:
    """One thing that is compared."""

    name: str
    cells: tuple[ShownBesideCell, ...]
    typed: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBesideGroup:
    """Rows of one kind under a name."""

    name: str
    rows: tuple[ShownBesideRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBeside:
    """Scenarios side by side."""

    currency: str
    columns: tuple[ShownColumn, ...]
    groups: tuple[ShownBesideGroup, ...]


ANSWERS = (
    ShownAnswers(
        name="known",
        answers=(
            ShownAnswer(
                name="1. How much?",
                value="+1,412.30",
                unit="USD over",
                kind="over",
                notes=(
                    "9,871.20 for work that was planned at 8,458.90.",
                    "That is 86 cents of planned work per dollar.",
                ),
            ),
            ShownAnswer(
                name="2. Is it getting better?",
                value="Yes",
                line=ShownTrend(
                    line="M4 36L43 31L82 24L121 20L160 16",
                    rule_y=8,
                    end_x=160,
                    end_y=16,
                    rule_text_y=10,
                    end_text_y=24,
                    end="94",
                    sentence="Cents of planned work per dollar, by week: 74, 80, 88, "
                    "91, 94",
                ),
                notes=(
                    "Cents of planned work per dollar, week by week: from 74 to 94.",
                    "5 weeks rise by more than chance: it does as much 1 times in 100.",
                ),
            ),
            ShownAnswer(
                name="3. Which part?",
                value="Time a unit",
                bar=(
                    ShownSlice(kind="over", x=0, width=198),
                    ShownSlice(kind="next", x=200, width=76),
                    ShownSlice(kind="rest", x=278, width=42),
                ),
                notes=(
                    "+1,021.44 USD, 62 % of what made it dearer.",
                    "Other parts saved: −231.10.",
                ),
            ),
        ),
    ),
    ShownAnswers(
        name="under plan, and too early",
        answers=(
            ShownAnswer(
                name="1. How much?",
                value="−318.00",
                unit="USD under",
                kind="less",
                notes=("Hours at planned rates.",),
            ),
            ShownAnswer(
                name="2. Is it getting better?",
                value="Too early to say",
                notes=(
                    "2 weeks can be compared; it takes 4 to tell a trend from chance.",
                ),
            ),
            ShownAnswer(
                name="3. Which part?",
                value="Rework",
                bar=(ShownSlice(kind="less", x=0, width=320),),
                notes=("−318.00 USD, 100 % of what made it cheaper.",),
            ),
        ),
    ),
    ShownAnswers(
        name="not known",
        answers=(
            ShownAnswer(
                name="1. How much?",
                value="not known, because no hours were reported",
                is_long=True,
                notes=("planned 8,458.90 USD",),
            ),
            ShownAnswer(
                name="2. Is it getting better?",
                value="not known, because no hours were reported",
                is_long=True,
            ),
            ShownAnswer(
                name="3. Which part?",
                value="not known, because the cost is not",
                is_long=True,
            ),
        ),
    ),
)


def _strip(cells: tuple[Cell, ...]) -> ShownStrips:
    return ShownStrips(
        heading="Batches",
        how_far="3 of 12 are done",
        lines=(
            ShownStrip(
                name="Boxes",
                heading="8 batches of 1,000 images",
                cells=(cells[0], cells[0], cells[1], *cells[2:]),
            ),
            ShownStrip(
                name="Tags for day and weather",
                heading="4 batches of 2,000 images",
                cells=(cells[0], cells[2], cells[5], cells[6]),
            ),
        ),
        legend=cells,
        held=(ShownHeld(name="batch 7", why="14 wrong of 504, 10 allowed", number=7),),
        more_held=2,
    )


NAMES = ("Received", "Read", "Checked", "Your decision", "Published")
FILE_STEPS = tuple(
    (
        name,
        tuple(
            ShownFileStep(name=step, is_done=at < place, is_here=at == place)
            for at, step in enumerate(NAMES)
        ),
    )
    for name, place in (("being read", 1), ("to be decided", 3), ("published", 5))
)


def _icon(name: str) -> str:
    return f"partials/icons/{name}.html"


CHECKS = (
    ShownCheck(
        what="1,198 rows read",
        found="new 1,195",
        kind="good",
        icon_template=_icon("check"),
    ),
    ShownCheck(
        what="12 tabs were left open",
        found="cut at 600 s; −2.1 % of hours",
        kind="warn",
        icon_template=_icon("warning"),
    ),
    ShownCheck(
        what="3 rows refused",
        found="rows 88, 412 and 731; reasons below",
        kind="bad",
        icon_template=_icon("cross"),
        href="#s-checks",
        see="See rows",
    ),
    ShownCheck(
        what="Person of 4 rows",
        found="not named; their hours count all the same",
        kind="",
        icon_template=_icon("question"),
    ),
)
FILES = (
    ShownFile(
        heading_id="s-verdict-good",
        verdict=Message(
            kind="good",
            strong="Can be trusted.",
            text="Nothing has been counted yet.",
            role="status",
        ),
        read_as="Work of 5 January to 9 January 2026",
        good_rows="1,204",
        amount="41.3 hours, 218.40 USD",
    ),
    ShownFile(
        heading_id="s-verdict-some",
        verdict=Message(
            kind="warn",
            strong="Can be trusted, except for 3 rows.",
            text="Nothing has been counted yet.",
            role="status",
        ),
        read_as="Work of 12 January to 16 January 2026",
        good_rows="1,195",
        amount="40.8 hours, 215.90 USD",
        refused=("88", "412", "731"),
    ),
    ShownFile(
        heading_id="s-verdict-bad",
        verdict=Message(
            kind="bad",
            strong="Cannot be trusted.",
            text="41 % of its hours lie in tabs that were left open.",
            role="alert",
        ),
        read_as="Work of 19 January to 23 January 2026",
        good_rows="980",
    ),
)
CHANGES = (
    ShownChange(name="Boxes made", now="212,400", after="254,180", change="+41,780"),
    ShownChange(name="Hours", now="1,204.5", after="1,245.8", change="+41.3"),
    ShownChange(name="Sent back", now="6.4 %", after="6.1 %", change="−0.3 points"),
    ShownChange(name="Cost, USD", now="6,312.10", after="6,530.50", change="+218.40"),
    ShownChange(
        name="Boxes accepted", now="not known", after="40,000", change="+40,000"
    ),
)
DEARER = ShownWhy(
    first="A",
    second="B",
    currency="USD",
    way=ShownWay(
        before=Decimal("64357.39"),
        after=Decimal("77812.04"),
        by=Decimal("13454.65"),
        rows=(
            ShownPart(
                changes=(ShownWords(words="a higher accuracy", how_far="98 % → 99 %"),),
                amount=Decimal("13198.34"),
                bar=ShownBar(kind="over", x=108, width=103, level=211),
                more=(Decimal(0), Decimal(0)),
            ),
            ShownPart(
                changes=(
                    ShownWords(
                        words="more units in an image",
                        about="Outlines of vehicles",
                        how_far="4.8 → 5.2",
                    ),
                ),
                amount=Decimal("3710.60"),
                bar=ShownBar(kind="over", x=211, width=29, level=240),
                more=(Decimal("912.40"), Decimal("188.20")),
            ),
            ShownPart(
                changes=(
                    ShownWords(words="a larger discount", how_far="0 % → 5 %"),
                    ShownWords(words="another billing basis"),
                ),
                amount=Decimal("-3454.29"),
                bar=ShownBar(kind="less", x=213, width=27, level=213),
                more=(Decimal(0), Decimal(0)),
            ),
            ShownPart(
                changes=(ShownWords(words="more reviews", how_far="1 → 2"),),
                amount=Decimal(0),
                bar=ShownBar(kind="none", x=213, width=0, level=213),
                more=(Decimal("6649.72"), Decimal("1341.74")),
                moves=False,
            ),
        ),
        first=ShownBar(kind="total", x=0, width=108, level=108),
        last=ShownBar(kind="total", x=0, width=213, level=213),
        cut=Decimal(50_000),
    ),
    cost="+7,562.12",
    hours="+1,529.94",
    silent=(ShownWords(words="more confidence", how_far="80 % → 90 %"),),
    two_orders=True,
)
SAME = ShownWhy(
    first="A",
    second="C",
    currency="USD",
    way=ShownWay(
        before=Decimal("64357.39"),
        after=Decimal("64357.39"),
        by=Decimal(0),
        rows=(),
        first=ShownBar(kind="total", x=0, width=240, level=240),
        last=ShownBar(kind="total", x=0, width=240, level=240),
    ),
)
BESIDE = ShownBeside(
    currency="USD",
    columns=(
        ShownColumn(letter="A", name="Street scenes"),
        ShownColumn(letter="B", name="Street scenes, stricter"),
    ),
    groups=(
        ShownBesideGroup(
            name="Price",
            rows=(
                ShownBesideRow(
                    name="Total",
                    strong=True,
                    cells=(
                        ShownBesideCell(letter="A", value="64,357.39"),
                        ShownBesideCell(
                            letter="B", value="77,812.04", off="+13,454.65", other=True
                        ),
                    ),
                ),
                ShownBesideRow(
                    name="Boxes",
                    typed=True,
                    cells=(
                        ShownBesideCell(
                            letter="A", value="0.0840", note="503,088 boxes, list price"
                        ),
                        ShownBesideCell(letter="B", value="not in it", other=True),
                    ),
                ),
            ),
        ),
        ShownBesideGroup(
            name="Delivery",
            rows=(
                ShownBesideRow(
                    name="Promised",
                    cells=(
                        ShownBesideCell(letter="A", value="week of 29 March 2027"),
                        ShownBesideCell(letter="B", value="week of 29 March 2027"),
                    ),
                ),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectParts:
    """Every component of a project, a file and a comparison, in every state."""

    strips: ShownStrips
    answers: tuple[ShownAnswers, ...] = ANSWERS
    file_steps: tuple[tuple[str, tuple[ShownFileStep, ...]], ...] = FILE_STEPS
    files: tuple[ShownFile, ...] = FILES
    checks: tuple[ShownCheck, ...] = CHECKS
    changes: tuple[ShownChange, ...] = CHANGES
    whys: tuple[ShownWhy, ...] = (DEARER, SAME)
    beside: ShownBeside = BESIDE


def project_parts(cells: tuple[Cell, ...]) -> ProjectParts:
    """Return the components, with the squares of batches in all their states."""
    return ProjectParts(strips=_strip(cells))
