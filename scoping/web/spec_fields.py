"""The fields of the scope form and the keys of the spec that they speak of.

One table serves both directions: answers become a document, a document fills the form,
and a problem's path finds the field that it is about.
"""

from __future__ import annotations

from scoping.web.spec_entries import NEEDS, Entry, Group
from scoping.web.spec_more_fields import MORE

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

HEAD: tuple[Entry, ...] = tuple(
    entry for group in (SCOPE, QUALITY, TERMS, *MORE) for entry in group.entries
)
