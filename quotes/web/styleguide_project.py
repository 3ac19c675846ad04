"""A project, a dropped file and a comparison in their states, for the components' page.

Values and partials are those of their own pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scoping.web.components import Cell, Message

from .answers import Answer, Slice, TrendLine
from .compare import Column
from .compare_page import BesideGroup, BesideRow, Shown, WhyDiffer
from .file_checks import DECIDING, READING, STEPS, ChangeRow, Check, FileStep, steps_at
from .gate_cells import Held, Strip, Strips
from .walk import Said, StepSaid, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswers:
    """The three answers as one page has them."""

    name: str
    answers: tuple[Answer, ...]


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
class ShownBeside:
    """Scenarios side by side."""

    currency: str
    columns: tuple[Column, ...]
    groups: tuple[BesideGroup, ...]


ANSWERS = (
    ShownAnswers(
        name="known",
        answers=(
            Answer(
                name="1. How much?",
                value="+1,412.30",
                unit="USD over",
                kind="over",
                notes=(
                    "9,871.20 for work that was planned at 8,458.90.",
                    "That is 86 cents of planned work per dollar.",
                ),
            ),
            Answer(
                name="2. Is it getting better?",
                value="Yes",
                line=TrendLine(
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
            Answer(
                name="3. Which part?",
                value="Time a unit",
                bar=(
                    Slice(kind="over", x=0, width=198),
                    Slice(kind="next", x=200, width=76),
                    Slice(kind="rest", x=278, width=42),
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
            Answer(
                name="1. How much?",
                value="−318.00",
                unit="USD under",
                kind="less",
                notes=("Hours at planned rates.",),
            ),
            Answer(
                name="2. Is it getting better?",
                value="Too early to say",
                notes=(
                    "2 weeks can be compared; it takes 4 to tell a trend from chance.",
                ),
            ),
            Answer(
                name="3. Which part?",
                value="Rework",
                bar=(Slice(kind="less", x=0, width=320),),
                notes=("−318.00 USD, 100 % of what made it cheaper.",),
            ),
        ),
    ),
    ShownAnswers(
        name="not known",
        answers=(
            Answer(
                name="1. How much?",
                value="not known, because no hours were reported",
                is_long=True,
                notes=("planned 8,458.90 USD",),
            ),
            Answer(
                name="2. Is it getting better?",
                value="not known, because no hours were reported",
                is_long=True,
            ),
            Answer(
                name="3. Which part?",
                value="not known, because the cost is not",
                is_long=True,
            ),
        ),
    ),
)


def _strip(cells: tuple[Cell, ...]) -> Strips:
    return Strips(
        heading="Batches",
        how_far="3 of 12 are done",
        lines=(
            Strip(
                name="Boxes",
                heading="8 batches of 1,000 images",
                cells=(cells[0], cells[0], cells[1], *cells[2:]),
            ),
            Strip(
                name="Tags for day and weather",
                heading="4 batches of 2,000 images",
                cells=(cells[0], cells[2], cells[5], cells[6]),
            ),
        ),
        legend=cells,
        held=(Held(name="batch 7", why="14 wrong of 504, 10 allowed", number=7),),
        more_held=2,
    )


FILE_STEPS = tuple(
    (name, steps_at(place))
    for name, place in (
        ("being read", READING),
        ("to be decided", DECIDING),
        ("published", len(STEPS)),
    )
)
CHECKS = (
    Check(
        what="1,198 rows read",
        found="new 1,195",
        kind="good",
    ),
    Check(
        what="12 tabs were left open",
        found="cut at 600 s; −2.1 % of hours",
        kind="warn",
    ),
    Check(
        what="3 rows refused",
        found="rows 88, 412 and 731; reasons below",
        kind="bad",
        href="#s-checks",
        see="See rows",
    ),
    Check(
        what="Person of 4 rows",
        found="not named; their hours count all the same",
        kind="",
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
    ChangeRow(name="Boxes made", now="212,400", after="254,180", change="+41,780"),
    ChangeRow(name="Hours", now="1,204.5", after="1,245.8", change="+41.3"),
    ChangeRow(name="Sent back", now="6.4 %", after="6.1 %", change="−0.3 points"),
    ChangeRow(name="Cost, USD", now="6,312.10", after="6,530.50", change="+218.40"),
    ChangeRow(name="Boxes accepted", now="not known", after="40,000", change="+40,000"),
)
DEARER = WhyDiffer(
    first="A",
    second="B",
    currency="USD",
    way=walk(
        Decimal("64357.39"),
        Decimal("77812.04"),
        (
            StepSaid(
                changes=(Said(words="a higher accuracy", how_far="98 % → 99 %"),),
                amount=Decimal("13198.34"),
                more=(Decimal(0), Decimal(0)),
            ),
            StepSaid(
                changes=(
                    Said(
                        words="more units in an image",
                        about="Outlines of vehicles",
                        how_far="4.8 → 5.2",
                    ),
                ),
                amount=Decimal("3710.60"),
                more=(Decimal("912.40"), Decimal("188.20")),
            ),
            StepSaid(
                changes=(
                    Said(words="a larger discount", how_far="0 % → 5 %"),
                    Said(words="another billing basis"),
                ),
                amount=Decimal("-3454.29"),
                more=(Decimal(0), Decimal(0)),
            ),
            StepSaid(
                changes=(Said(words="more reviews", how_far="1 → 2"),),
                amount=Decimal(0),
                more=(Decimal("6649.72"), Decimal("1341.74")),
            ),
        ),
    ),
    cost="+7,562.12",
    hours="+1,529.94",
    silent=(Said(words="more confidence", how_far="80 % → 90 %"),),
    two_orders=True,
)
SAME = WhyDiffer(
    first="A",
    second="C",
    currency="USD",
    way=walk(Decimal("64357.39"), Decimal("64357.39"), ()),
    cost="",
    hours="",
    silent=(),
    two_orders=False,
)
BESIDE = ShownBeside(
    currency="USD",
    columns=(
        Column(letter="A", name="Street scenes", address="#s-beside"),
        Column(letter="B", name="Street scenes, stricter", address="#s-beside"),
    ),
    groups=(
        BesideGroup(
            name="Price",
            rows=(
                BesideRow(
                    name="Total",
                    strong=True,
                    cells=(
                        Shown(letter="A", value="64,357.39"),
                        Shown(
                            letter="B", value="77,812.04", off="+13,454.65", other=True
                        ),
                    ),
                ),
                BesideRow(
                    name="Boxes",
                    typed=True,
                    cells=(
                        Shown(
                            letter="A", value="0.0840", note="503,088 boxes, list price"
                        ),
                        Shown(letter="B", value="not in it", other=True),
                    ),
                ),
            ),
        ),
        BesideGroup(
            name="Delivery",
            rows=(
                BesideRow(
                    name="Promised",
                    cells=(
                        Shown(letter="A", value="week of 29 March 2027"),
                        Shown(letter="B", value="week of 29 March 2027"),
                    ),
                ),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectParts:
    """Every component of a project, a file and a comparison, in every state."""

    strips: Strips
    slug: str = "street-scenes"
    answers: tuple[ShownAnswers, ...] = ANSWERS
    file_steps: tuple[tuple[str, tuple[FileStep, ...]], ...] = FILE_STEPS
    files: tuple[ShownFile, ...] = FILES
    checks: tuple[Check, ...] = CHECKS
    changes: tuple[ChangeRow, ...] = CHANGES
    whys: tuple[WhyDiffer, ...] = (DEARER, SAME)
    beside: ShownBeside = BESIDE


def project_parts(cells: tuple[Cell, ...]) -> ProjectParts:
    """Return the components, with the squares of batches in all their states."""
    return ProjectParts(strips=_strip(cells))
