"""The fields of a line of the scope form: what is always asked, and what seldom is."""

from __future__ import annotations

from scoping.web.spec_entries import (
    ANY,
    DIFFICULTIES,
    TYPES,
    WORKS,
    Entry,
    Group,
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

LINE_ENTRIES: tuple[Entry, ...] = (*LINE.entries, *TRIPLE, *LINE_MORE.entries)
