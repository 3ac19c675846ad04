"""The fields of the scope form and the keys of the spec that they speak of.

One table serves both directions: answers become a document, a document fills the form,
and a problem's path finds the field that it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldKind = Literal[
    "text", "whole", "number", "percent", "choice", "flag", "day", "words", "line"
]
Choices = tuple[tuple[str, str], ...]

ANY: Choices = (("", "not said"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field: its name in the form, the key it writes, and how it is shown.

    `unsaid` is what a flag means when the document does not say it.
    """

    name: str
    path: tuple[str, ...]
    label: str
    kind: FieldKind = "text"
    unit: str = ""
    help: str = ""
    choices: Choices = ()
    first: str = ""
    unsaid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields under one heading; a folded group is opened by a press."""

    name: str
    entries: tuple[Entry, ...]
    folded: bool = False


NEEDS: Choices = (
    *ANY,
    ("classification", "Sort images"),
    ("object_detection", "Find objects"),
    ("instance_segmentation", "Outline objects"),
    ("semantic_segmentation", "Colour every pixel"),
    ("pose", "Follow a pose"),
    ("tracking", "Follow objects through video"),
)
TYPES: Choices = (
    ("bounding_box", "Boxes"),
    ("image_tag", "Tags"),
    ("polygon", "Outlines"),
    ("semantic_mask", "Full-scene masks"),
    ("instance_mask", "Object masks"),
    ("keypoint", "Keypoints"),
    ("polyline", "Lines"),
    ("cuboid", "Cuboids"),
    ("video_box", "Boxes in video"),
)
DIFFICULTIES: Choices = tuple(
    (word, word) for word in ("simple", "standard", "hard", "expert")
)
WORKS: Choices = (
    ("label", "label"),
    ("audit", "check existing labels"),
    ("correct", "correct existing labels"),
)
RULES: Choices = (
    ("percent", "share of each batch"),
    ("two_point", "two points of quality"),
    ("zero_defect", "no defect in the sample"),
)
BASES: Choices = (
    ("unit", "a unit"),
    ("image", "an image, blended"),
    ("hour", "an hour, not to exceed"),
    ("pod_month", "a team and month"),
    ("fixed", "fixed"),
)
TAX_MODES: Choices = (
    ("none", "none"),
    ("exclusive", "added on top"),
    ("inclusive", "in the prices"),
    ("reverse_charge", "reverse charge"),
)
TAX_ROUNDINGS: Choices = (
    ("sum", "once, on all rows"),
    ("line", "row by row"),
)
COUNTED: Choices = (("object", "objects"), ("image", "images"))
ITEMS: Choices = (("image", "images"), ("frame", "frames of a video"))
LANGUAGES: Choices = (("en", "English"), ("vi", "Tiếng Việt"))

SCOPE = Group(
    name="Scope",
    entries=(
        Entry(name="name", path=("name",), label="Name of the project"),
        Entry(
            name="client",
            path=("client",),
            label="Client",
            help="A name we do not know yet becomes a new client.",
        ),
        Entry(
            name="need",
            path=("need",),
            label="What the model should do",
            kind="choice",
            choices=NEEDS,
        ),
        Entry(
            name="items",
            path=("items",),
            label="Images",
            kind="whole",
            unit="images",
            help="Write 100,000 or 100000. A dot marks decimals here.",
        ),
        Entry(name="start_on", path=("start_on",), label="Start", kind="day"),
        Entry(
            name="deadline",
            path=("deadline",),
            label="Deadline",
            kind="day",
            help="With a date and no team, the team is solved for.",
        ),
    ),
)

LINE = Group(
    name="Line",
    entries=(
        Entry(
            name="type",
            path=("type",),
            label="What is labelled",
            kind="choice",
            choices=TYPES,
            first="bounding_box",
        ),
        Entry(name="name", path=("name",), label="Own name"),
        Entry(
            name="complexity",
            path=("complexity",),
            label="Difficulty",
            kind="choice",
            choices=DIFFICULTIES,
            first="standard",
        ),
        Entry(name="classes", path=("classes",), label="Kinds", kind="whole"),
        Entry(
            name="occlusion",
            path=("occlusion",),
            label="Partly hidden",
            kind="choice",
            choices=ANY,
        ),
        Entry(
            name="redundancy",
            path=("redundancy",),
            label="People an image",
            kind="whole",
            first="1",
        ),
        Entry(name="optional", path=("optional",), label="Optional", kind="flag"),
    ),
)

TRIPLE: tuple[Entry, ...] = (
    Entry(
        name="low", path=("units_per_item", "mean", "p10"), label="Low", kind="number"
    ),
    Entry(
        name="typical",
        path=("units_per_item", "mean", "p50"),
        label="Typical",
        kind="number",
    ),
    Entry(
        name="high", path=("units_per_item", "mean", "p90"), label="High", kind="number"
    ),
)
"""Units an image: the middle alone is exact, all three say what is not known."""

LINE_MORE = Group(
    name="More about this line",
    folded=True,
    entries=(
        Entry(
            name="share",
            path=("share_of_items",),
            label="Share of the images",
            kind="percent",
            unit="%",
            first="100",
        ),
        Entry(
            name="spread",
            path=("units_per_item", "spread", "var_to_mean"),
            label="Variance to mean",
            kind="number",
            help="How images differ. It does not move the client's range.",
        ),
        Entry(
            name="most",
            path=("units_per_item", "spread", "max"),
            label="Most in one image",
            kind="whole",
        ),
        Entry(
            name="attributes", path=("attributes",), label="Attributes", kind="whole"
        ),
        Entry(
            name="vertices",
            path=("vertices",),
            label="Points an outline",
            kind="number",
        ),
        Entry(
            name="density",
            path=("density",),
            label="How full",
            kind="choice",
            choices=ANY,
            help="Crowded: objects touch each other or have to be searched for.",
        ),
        Entry(
            name="resolution",
            path=("resolution",),
            label="Resolution",
            kind="choice",
            choices=ANY,
            help="High: people pan and zoom to label one image.",
        ),
        Entry(
            name="domain",
            path=("domain",),
            label="Subject",
            kind="choice",
            choices=ANY,
        ),
        Entry(
            name="work",
            path=("work",),
            label="Work",
            kind="choice",
            choices=WORKS,
            first="label",
        ),
        Entry(
            name="instead_of",
            path=("alternative_to",),
            label="Instead of line",
            kind="line",
            help="An alternative is not in the total.",
        ),
        Entry(
            name="prelabel_share",
            path=("prelabel", "share"),
            label="Pre-labelled",
            kind="percent",
            unit="%",
        ),
        Entry(
            name="accept_low",
            path=("prelabel", "accept_rate", "p10"),
            label="Accepted, low",
            kind="percent",
            unit="%",
        ),
        Entry(
            name="accept_typical",
            path=("prelabel", "accept_rate", "p50"),
            label="Accepted, typical",
            kind="percent",
            unit="%",
        ),
        Entry(
            name="accept_high",
            path=("prelabel", "accept_rate", "p90"),
            label="Accepted, high",
            kind="percent",
            unit="%",
        ),
        Entry(
            name="recall",
            path=("prelabel", "recall"),
            label="Or: found by the model",
            kind="percent",
            unit="%",
            help="Recall, measured on your images.",
        ),
        Entry(
            name="precision",
            path=("prelabel", "precision"),
            label="Right of what it proposes",
            kind="percent",
            unit="%",
            help="Precision, measured on your images.",
        ),
        Entry(
            name="no_fix",
            path=("prelabel", "no_fix_share"),
            label="Of these, need no fixing",
            kind="percent",
            unit="%",
        ),
        Entry(
            name="saving",
            path=("prelabel", "saving"),
            label="Or a bare saving",
            kind="percent",
            unit="%",
        ),
    ),
)

QUALITY = Group(
    name="Quality",
    entries=(
        Entry(
            name="accuracy",
            path=("quality", "accuracy"),
            label="Right",
            kind="percent",
            unit="%",
            first="98",
            help="Right kind, right place, nothing missed.",
        ),
        Entry(
            name="agreement",
            path=("quality", "agreement"),
            label="Agreement",
            kind="percent",
            unit="%",
            first="95",
        ),
        Entry(
            name="batch_items",
            path=("quality", "batch_items"),
            label="Batch",
            kind="whole",
            unit="images",
            first="1,000",
        ),
        Entry(
            name="audit_share",
            path=("quality", "audit", "share"),
            label="Sample",
            kind="percent",
            unit="%",
            first="10",
        ),
        Entry(
            name="audit_most",
            path=("quality", "audit", "max_defect_share"),
            label="Wrong at most",
            kind="percent",
            unit="%",
            first="2",
        ),
        Entry(
            name="reviews",
            path=("quality", "reviews"),
            label="Reviews",
            kind="whole",
            first="1",
        ),
    ),
)

TERMS = Group(
    name="Team and terms",
    entries=(
        Entry(
            name="annotators",
            path=("team", "annotators"),
            label="Annotators",
            kind="whole",
            help="Empty: the card's standard team.",
        ),
        Entry(
            name="site",
            path=("site",),
            label="Site",
            kind="choice",
            choices=(("vn", "Vietnam"), ("us", "United States")),
            first="vn",
        ),
        Entry(
            name="confidence",
            path=("commercial", "confidence"),
            label="Plan at",
            kind="percent",
            unit="%",
            first="80",
        ),
        Entry(
            name="discount",
            path=("commercial", "discount"),
            label="Discount",
            kind="percent",
            unit="%",
            first="0",
        ),
        Entry(
            name="pilot",
            path=("commercial", "pilot"),
            label="Offer a pilot first",
            kind="flag",
            unsaid=True,
        ),
        Entry(name="rush", path=("commercial", "rush"), label="Rush", kind="flag"),
    ),
)

MORE = (
    Group(
        name="Video",
        folded=True,
        entries=(
            Entry(
                name="item_kind",
                path=("item_kind",),
                label="Items are",
                kind="choice",
                choices=ITEMS,
                first="image",
            ),
            Entry(
                name="clips",
                path=("video", "clips"),
                label="Clips",
                kind="whole",
                unit="clips",
            ),
            Entry(
                name="seconds",
                path=("video", "seconds_per_clip"),
                label="Length of a clip",
                kind="number",
                unit="s",
            ),
            Entry(
                name="fps",
                path=("video", "fps"),
                label="Frames a second (fps)",
                kind="number",
                unit="fps",
            ),
            Entry(
                name="label_every",
                path=("video", "label_every"),
                label="Label every",
                kind="whole",
                unit="th frame",
            ),
            Entry(
                name="interpolate",
                path=("video", "interpolate"),
                label="Fill in the frames between",
                kind="flag",
                unsaid=True,
            ),
        ),
    ),
    Group(
        name="More about quality",
        folded=True,
        entries=(
            Entry(
                name="counted",
                path=("quality", "unit"),
                label="What is counted",
                kind="choice",
                choices=COUNTED,
                first="object",
            ),
            Entry(
                name="match_iou",
                path=("quality", "match_iou"),
                label="Overlap that matches",
                kind="number",
            ),
            Entry(
                name="gold_items",
                path=("quality", "gold_items"),
                label="Pilot set",
                kind="whole",
                unit="images",
            ),
            Entry(
                name="edge_case_rules",
                path=("quality", "edge_case_rules"),
                label="Edge-case rules",
                kind="whole",
            ),
            Entry(
                name="audit_rule",
                path=("quality", "audit", "rule"),
                label="Rule of the sample",
                kind="choice",
                choices=RULES,
                first="percent",
            ),
            Entry(
                name="audit_good",
                path=("quality", "audit", "good"),
                label="Good quality",
                kind="percent",
                unit="% wrong",
            ),
            Entry(
                name="audit_bad",
                path=("quality", "audit", "bad"),
                label="Bad quality",
                kind="percent",
                unit="% wrong",
            ),
            Entry(
                name="audit_producer",
                path=("quality", "audit", "producer_risk"),
                label="Good refused",
                kind="percent",
                unit="%",
            ),
            Entry(
                name="audit_consumer",
                path=("quality", "audit", "consumer_risk"),
                label="Bad let through",
                kind="percent",
                unit="%",
            ),
            Entry(
                name="audit_confidence",
                path=("quality", "audit", "confidence"),
                label="Confidence",
                kind="percent",
                unit="%",
            ),
        ),
    ),
    Group(
        name="More about terms",
        folded=True,
        entries=(
            Entry(
                name="basis",
                path=("commercial", "basis"),
                label="Price by",
                kind="choice",
                choices=BASES,
                first="unit",
            ),
            Entry(
                name="pods",
                path=("commercial", "pods"),
                label="Teams sold",
                kind="whole",
                help="Of a price by team and month. Empty: found from the prices.",
            ),
            Entry(
                name="months",
                path=("commercial", "months"),
                label="Months sold",
                kind="whole",
            ),
            Entry(
                name="fees_added",
                path=("commercial", "fees", "added"),
                label="Fees added",
                kind="words",
                help="Keys of the rate card, commas between: data_preparation, "
                "integration, project_manager.",
            ),
            Entry(
                name="fees_waived",
                path=("commercial", "fees", "waived"),
                label="Fees waived",
                kind="words",
                help="They stay on the quote, and are taken off again.",
            ),
            Entry(
                name="credit",
                path=("commercial", "credits", "failed_batch"),
                label="Credit for a failed batch",
                kind="number",
                help="Expected credits stand in the cost of the line.",
            ),
            Entry(
                name="cap",
                path=("commercial", "cap"),
                label="Never bill above",
                kind="number",
            ),
            Entry(
                name="holdback",
                path=("commercial", "holdback"),
                label="Held back of each invoice",
                kind="percent",
                unit="%",
                help="Until the last batch is accepted. Empty: nothing is held back.",
            ),
            Entry(
                name="budget",
                path=("budget",),
                label="Client's budget",
                kind="number",
                help="It never changes a price.",
            ),
            Entry(name="currency", path=("currency",), label="Currency", first="USD"),
            Entry(
                name="tax_rate",
                path=("commercial", "tax", "rate"),
                label="Tax",
                kind="percent",
                unit="%",
            ),
            Entry(
                name="tax_mode",
                path=("commercial", "tax", "mode"),
                label="Tax is",
                kind="choice",
                choices=TAX_MODES,
                first="none",
            ),
            Entry(
                name="tax_rounding",
                path=("commercial", "tax", "rounding"),
                label="Tax is rounded",
                kind="choice",
                choices=TAX_ROUNDINGS,
                first="sum",
            ),
            Entry(
                name="tax_reason",
                path=("commercial", "tax", "reason"),
                label="Reason for the tax",
            ),
            Entry(
                name="language",
                path=("language",),
                label="Language of the quote",
                kind="choice",
                choices=LANGUAGES,
                first="en",
            ),
            Entry(
                name="client_calendar",
                path=("client_calendar",),
                label="Client's calendar",
                kind="choice",
                choices=(("us", "United States"), ("vn", "Vietnam")),
                first="us",
            ),
            Entry(
                name="turnaround",
                path=("client_turnaround_days",),
                label="Client answers in",
                kind="whole",
                unit="days",
            ),
            Entry(name="pod", path=("team", "pod"), label="Team"),
            Entry(
                name="hours",
                path=("team", "hours_per_day"),
                label="Hours a day",
                kind="number",
                unit="h",
            ),
            Entry(name="tool", path=("conditions", "tool"), label="Tool"),
            Entry(
                name="residency",
                path=("conditions", "residency"),
                label="Data stay in",
            ),
            Entry(
                name="languages",
                path=("conditions", "guideline_languages"),
                label="Languages of the rules",
                kind="words",
                help="Short names, commas between: en, vi.",
            ),
            Entry(
                name="secure_room",
                path=("conditions", "secure_room"),
                label="Secure room",
                kind="flag",
            ),
            Entry(
                name="seed",
                path=("seed",),
                label="Seed of the draws",
                kind="whole",
                help="Empty: made from the answers.",
            ),
        ),
    ),
)

HEAD: tuple[Entry, ...] = tuple(
    entry for group in (SCOPE, QUALITY, TERMS, *MORE) for entry in group.entries
)
LINE_ENTRIES: tuple[Entry, ...] = (*LINE.entries, *TRIPLE, *LINE_MORE.entries)
