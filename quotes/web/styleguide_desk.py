"""The components of the desk in every state, for the page that shows them all.

Their pages belong to the app of quotes, which this one knows nothing of. So what stands
here are values of the same shape, and the partials are the ones of those pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from scoping.web.components import Badge, JobShown, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A step of the pipeline in one of its states."""

    name: str
    count: str
    note: str
    url: str = "#s-pipeline"
    here: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownKept:
    """A promise held against what was delivered."""

    promise: str
    how_much: str
    badge: Badge
    seen: str = ""
    samples: str = ""
    credit: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGridRow:
    """A row of a buyer's grid with its answer."""

    number: int
    name: str
    units: str = ""
    price: str = ""
    amount: str = ""
    range: str = ""
    week: str = ""
    late: bool = False
    note: str = ""
    is_wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVerdict:
    """What is said of a dropped file."""

    name: str
    message: Message
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """Every component of the desk, in every state."""

    steps: tuple[ShownStep, ...]
    kept: tuple[ShownKept, ...]
    gates: tuple[tuple[Badge, str], ...]
    verdicts: tuple[ShownVerdict, ...]
    grid: tuple[ShownGridRow, ...]
    jobs: tuple[JobShown, ...]


STEPS = (
    ShownStep(name="Asked for", count="2", note="oldest 3 March 2026", urgent=True),
    ShownStep(name="Drafts", count="5", note="not sent yet"),
    ShownStep(name="In approval", count="0", note="wait for a second person"),
    ShownStep(name="Open", count="7", note="none ends soon", here=True),
    ShownStep(name="Won", count="3", note="in the last 30 days"),
)

KEPT = (
    ShownKept(
        promise="Boxes right",
        how_much="98 % of boxes, every batch",
        badge=Badge(words="met", kind="good", icon="check"),
        seen="98.9 % right",
        samples="10 of 10 passed first",
    ),
    ShownKept(
        promise="Rare kinds found",
        how_much="95 % of trams, every batch",
        badge=Badge(words="not met", kind="bad", icon="cross"),
        seen="91.2 % right",
        samples="8 of 10 passed first",
        credit="412.00 USD",
        why="Batch 7 had 88.0 %.",
    ),
    ShownKept(
        promise="Agreement",
        how_much="95 % on 500 images",
        badge=Badge(words="not shown yet", kind="warn", icon="question"),
        why="Two batches are too few to tell.",
    ),
)

GATES = (
    (Badge(words="Planned"), "It waits for its images."),
    (Badge(words="In production"), "Every image is labelled and reviewed."),
    (
        Badge(words="At its sample check", kind="warn", icon="clock"),
        "Draw the sample, and write down what was found.",
    ),
    (
        Badge(words="Blocked", kind="bad", icon="stop"),
        "Say what is mended. Then a fresh sample is drawn.",
    ),
    (Badge(words="Cleared"), "Deliver it."),
    (
        Badge(words="Delivered", kind="info", icon="arrow"),
        "The client has 10 business days to answer.",
    ),
    (
        Badge(words="Sent back by the client", kind="bad", icon="cross"),
        "Redo what is wrong at no charge, and deliver it again.",
    ),
    (Badge(words="Accepted", kind="good", icon="check"), "Nothing. It is billed."),
)

VERDICTS = (
    ShownVerdict(
        name="week-09.csv",
        message=Message(
            kind="good",
            strong="Can be trusted.",
            text="Nothing has been counted yet.",
            role="status",
        ),
        counts=(("Rows read", "1,204"), ("New", "1,204"), ("Refused", "0")),
    ),
    ShownVerdict(
        name="week-10.csv",
        message=Message(
            kind="warn",
            strong="Can be trusted, except for 3 rows.",
            text="Nothing has been counted yet.",
            role="status",
        ),
        counts=(("Rows read", "1,198"), ("New", "1,195"), ("Refused", "3")),
    ),
    ShownVerdict(
        name="week-11.csv",
        message=Message(
            kind="bad",
            strong="Cannot be trusted.",
            text="41 % of its hours lie in tabs that were left open.",
            role="alert",
        ),
        counts=(("Rows read", "980"), ("New", "0"), ("Left out", "980")),
    ),
)

GRID = (
    ShownGridRow(
        number=2,
        name="Streets",
        units="500,000",
        price="0.0840",
        amount="42,000.00",
        range="44,490",
        week="week of 11 May 2026",
    ),
    ShownGridRow(
        number=3,
        name="Roofs",
        units="16,820",
        price="0.4200",
        amount="7,064.40",
        range="4,700 – 9,554 – 15,760",
        week="week of 16 March 2026",
        late=True,
        note="2.4 to 15.8 in an image, because the row does not say",
    ),
    ShownGridRow(
        number=4,
        name="Deep scenes",
        units="2,000",
        price="priced on request",
        week="week of 11 May 2026",
    ),
    ShownGridRow(
        number=5,
        name="Row 5",
        note="“sorcery” is no type that is known here.",
        is_wrong=True,
    ),
)


def _job(number: int, badge: Badge, **said: object) -> JobShown:
    shown = {
        "id": number,
        "name": "Answer 3,000 rows of grid.csv",
        "url": "",
        "badge": badge,
        "by": "Linh Tran",
        "asked": "3 March 2026",
        "done": 0,
        "total": 3000,
        "share": "0 %",
        "sentence": "",
    }
    return JobShown(**(shown | said))  # type: ignore[arg-type]  # values as above


JOBS = (
    _job(
        1,
        Badge(words="Waiting", icon="clock"),
        sentence="1 job before it.",
        is_open=True,
        cancel_url="#",
    ),
    _job(
        2,
        Badge(words="Running", kind="info", icon="again"),
        done=1230,
        share="41 %",
        sentence="1,104 of 1,230 rows answered.",
        left="about 2 minutes left",
        is_open=True,
        cancel_url="#",
    ),
    _job(
        3,
        Badge(words="Running", kind="info", icon="again"),
        total=None,
        share="",
        sentence="Its length is not known yet.",
        is_open=True,
        cancel_url="#",
    ),
    _job(
        4,
        Badge(words="Running", kind="info", icon="again"),
        done=1230,
        share="41 %",
        sentence="1,104 of 1,230 rows answered.",
        is_open=True,
        is_stopping=True,
    ),
    _job(
        5,
        Badge(words="Done", kind="good", icon="check"),
        sentence="2,702 of 3,000 rows answered.",
        result_url="#s-jobs",
        result_words="See the answers",
    ),
    _job(
        6,
        Badge(words="Cancelled", kind="warn", icon="stop"),
        sentence="118 of 2,702 scopes are saved.",
    ),
    _job(
        7,
        Badge(words="Failed", kind="bad", icon="cross"),
        sentence="The answers of this grid are no longer kept. Upload it again.",
    ),
)

PARTS = DeskParts(
    steps=STEPS, kept=KEPT, gates=GATES, verdicts=VERDICTS, grid=GRID, jobs=JOBS
)
