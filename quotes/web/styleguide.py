"""The page that shows every component in every state, for whoever builds pages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quotes.web.styleguide_desk import PARTS, DeskParts
from quotes.web.styleguide_project import ProjectParts, project_parts
from quotes.web.styleguide_trial import TRIALS, ShownTrial
from scoping.access import Act
from scoping.web.components import (
    STATE_BADGES,
    Badge,
    Cell,
    Empty,
    ErrorSummary,
    FoundProblem,
    Message,
    StageMark,
    Stat,
    Tree,
    TreeRow,
)
from scoping.web.desk import Desk, at_desk
from scoping.web.drawings import (
    MarketBand,
    RangeDrawing,
    market_band,
    range_drawing,
)
from scoping.web.preview import (
    Preview,
    PreviewLine,
    no_preview,
    refused_preview,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """A field in one of its states."""

    id: str
    label: str
    value: str
    unit: str
    help: str = ""
    error: str = ""
    state: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRange:
    """A range panel in one of its states."""

    name: str
    low: str
    typical: str
    high: str
    words: str
    drawing: RangeDrawing | None = None
    is_stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBand:
    """A market range with what is special about it."""

    words: str
    band: MarketBand


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleguidePage:
    """Every component, in every state."""

    fields: tuple[ShownField, ...]
    summary: ErrorSummary
    badges: tuple[Badge, ...]
    messages: tuple[Message, ...]
    stats: tuple[Stat, ...]
    numbers: tuple[tuple[str, str], ...]
    ranges: tuple[ShownRange, ...]
    bands: tuple[ShownBand, ...]
    stages: tuple[StageMark, ...]
    cells: tuple[Cell, ...]
    tree: Tree
    empty: Empty
    previews: tuple[tuple[str, Preview], ...]
    project: ProjectParts
    desk: DeskParts = PARTS
    trials: tuple[ShownTrial, ...] = TRIALS


FIELDS = (
    ShownField(
        id="rest",
        label="Images",
        value="100,000",
        unit="images",
        help="Frames of a video count as images.",
    ),
    ShownField(
        id="error",
        label="Images",
        value="100.000",
        unit="images",
        error="Write 100,000 or 100000. A dot marks decimals here.",
        state="wrong",
    ),
    ShownField(
        id="locked",
        label="Unit price, locked",
        value="0.0840",
        unit="USD",
        help="Sent quotes do not change. Revise instead.",
        state="locked",
        locked=True,
    ),
    ShownField(
        id="changed",
        label="Unit price, changed",
        value="0.0860",
        unit="USD",
        help="was 0.0840, list price",
        state="changed",
    ),
    ShownField(
        id="saving",
        label="Unit price, saving",
        value="0.0860",
        unit="USD",
        help="saving",
        state="saving",
    ),
)

CELLS = (
    Cell(kind="accepted", words="accepted"),
    Cell(
        kind="redone",
        words="accepted after a redo",
        glyph="M9 6a3 3 0 1 0 .1 0z",
    ),
    Cell(kind="delivered", words="delivered, client checks", glyph="M5 9l3 3 5-6"),
    Cell(kind="checking", words="in our sample check", glyph="M9 8v2"),
    Cell(kind="blocked", words="blocked", glyph="M6 6l6 6M12 6l-6 6"),
    Cell(kind="making", words="in production"),
    Cell(kind="planned", words="planned"),
)

NUMBERS = (
    ("Total", "61,786.00"),
    ("Unit price", "0.0840"),
    ("Range", "58,150 – 61,786 – 66,340"),
    ("Over", "+2,828.00"),
    ("Saving", "−412.00"),
    ("Share", "26.1 %"),
)

STAGES = (
    StageMark(
        number=1, name="Rules and kinds", gate="20 edge-case rules agreed by you"
    ),
    StageMark(number=2, name="Pilot", gate="95 % agreement on 500 images"),
    StageMark(number=3, name="Production", gate="every image of the batch done"),
    StageMark(
        number=4,
        name="Machine pre-labels",
        gate="not used in this quote",
        used=False,
        has_gate=False,
    ),
    StageMark(number=5, name="Second review", gate="98 % right, every image"),
    StageMark(
        number=6, name="Sample check", gate="the sample passes, or the batch stays"
    ),
    StageMark(
        number=7,
        name="Delivery",
        gate="report, and free redo for 10 business days",
        has_gate=False,
    ),
)

TREE = Tree(
    id="why-shown",
    rows=(
        TreeRow(
            name="Cost of one box",
            value="0.0628 USD",
            because="paid time × cost of an hour",
            opens=True,
        ),
        TreeRow(
            name="Labelling, first attempt",
            value="18.40 s, 195.7 an hour",
            because="14.26 × 1.08 + 3.00",
            opens=True,
        ),
        TreeRow(
            name="Drawing a box, standard",
            value="14.26 s, 252.5 an hour",
            because="card 2026-01, effort row 12, measured 2025-11",
        ),
        TreeRow(
            name="12 kinds of object",
            value="1.08 ×",
            because="the answer at /lines/0/classes",
            weak=True,
        ),
        TreeRow(closes=True),
        TreeRow(closes=True),
    ),
)


PREVIEWS = (
    (
        "with figures",
        Preview(
            stats=(
                Stat(
                    name="Price, USD",
                    value="61,786.00",
                    notes=("58,150 – 61,786 – 66,340", "low – typical – high"),
                ),
                Stat(name="Margin, mean", value="26.1 %", notes=("16,136 USD",)),
                Stat(name="Chance of a loss", value="4.0 %"),
            ),
            moves=(
                ("Price", "+2,828.00", ""),
                ("Cost, typical", "+1,140.00", "over"),
                ("Margin, mean", "+1,688.00", "less"),
            ),
            lines=(
                PreviewLine(
                    name="Boxes",
                    detail="500,000 boxes × 0.0840, list price",
                    amount="42,000.00",
                    margin="25.2 %",
                    badges=(),
                ),
            ),
            margin="4 chances in 100 of a loss at this price.",
            made_with="2,048 draws instead of 16,384, without advice.",
        ),
    ),
    ("with too little", no_preview()),
    (
        "with an answer that errs",
        refused_preview(
            ErrorSummary(
                problems=(FoundProblem(text="Images: Write 100,000 or 100000."),)
            )
        ),
    ),
)


@require_safe
@at_desk(Act.EDIT_SCOPE)
def styleguide(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show every component in every state."""
    return render(request, "quotes/staff/styleguide.html", {"page": _page()})


def _page() -> StyleguidePage:
    return StyleguidePage(
        fields=FIELDS,
        summary=ErrorSummary(
            problems=(
                FoundProblem(
                    text="Images: write 100,000 or 100000. A dot marks decimals here.",
                    field_id="error",
                ),
                FoundProblem(text="Low is above typical: 6.0 is more than 5.0."),
            )
        ),
        badges=(
            *STATE_BADGES.values(),
            Badge(words="Blocked", kind="bad", icon="stop"),
            Badge(words="Not shown yet", kind="warn", icon="question"),
        ),
        messages=(
            Message(kind="good", text="Saved. Every number follows the new scope."),
            Message(
                kind="warn",
                text="The images are 4 days late. The clock is stopped.",
            ),
            Message(kind="info", text="The client opened this quote twice."),
            Message(
                kind="bad",
                strong="The market range does not pay for the masks.",
                text="This scene needs about 60 minutes; the published range buys 13.",
            ),
            Message(kind="brass", text="Decided: 0.0840, list price."),
        ),
        stats=(
            Stat(
                name="Price, USD",
                value="61,786.00",
                notes=("58,150 – 61,786 – 66,340", "low – typical – high"),
            ),
            Stat(name="Over, USD", value="+2,828.00", kind="over"),
            Stat(name="Saved, USD", value="−412.00", kind="less"),
            Stat(name="Promised", value="week of 11 May 2026", is_words=True),
        ),
        numbers=NUMBERS,
        ranges=_ranges(),
        bands=_bands(),
        stages=STAGES,
        cells=CELLS,
        tree=TREE,
        empty=Empty(
            heading="No actuals yet",
            text=(
                "Drop the first export of your annotation tool. The page then shows "
                "units, time and cost against the quote."
            ),
            act="Drop a file",
            url="#",
        ),
        previews=PREVIEWS,
        project=project_parts(CELLS),
    )


def _ranges() -> tuple[ShownRange, ...]:
    low, typical, high = Decimal(25200), Decimal(42000), Decimal(67200)
    narrow = (Decimal(38640), Decimal(46200))
    wide = range_drawing(low, typical, high)
    return (
        ShownRange(
            name="Wide",
            low="25,200",
            typical="42,000",
            high="67,200",
            drawing=wide,
            words="Only the number of boxes can move it.",
        ),
        ShownRange(
            name="Narrowed",
            low="38,640",
            typical="42,000",
            high="46,200",
            drawing=range_drawing(narrow[0], typical, narrow[1], before=(low, high)),
            words="The dashed range is the one before the sample.",
        ),
        ShownRange(
            name="Stale",
            low="25,200",
            typical="42,000",
            high="67,200",
            drawing=wide,
            is_stale=True,
            words="Recalculating.",
        ),
    )


def _bands() -> tuple[ShownBand, ...]:
    inside = (
        Decimal("0.0840"),
        Decimal("0.0790"),
        Decimal("0.0801"),
        Decimal("0.0840"),
    )
    above = (Decimal("2.3180"), Decimal("13.94"), Decimal("13.85"), Decimal("13.94"))
    below = (Decimal("0.0840"), Decimal("0.02"), Decimal("0.03"), Decimal("0.025"))
    return (
        ShownBand(
            words="In range",
            band=market_band(Decimal("0.05"), Decimal("0.15"), prices=inside),
        ),
        ShownBand(
            words="Above range",
            band=market_band(Decimal("0.80"), Decimal("3.00"), prices=above),
        ),
        ShownBand(
            words="Below range",
            band=market_band(Decimal("0.05"), Decimal("0.15"), prices=below),
        ),
    )
