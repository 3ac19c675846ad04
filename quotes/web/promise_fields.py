"""The fields of the page of promises, and the keys of the spec that they speak of."""

from __future__ import annotations

from scoping.web.spec_entries import Entry, Group

SLA = ("quality", "sla")

COUNTING = Group(
    name="What counts",
    entries=(
        Entry(
            name="measure",
            path=(*SLA, "measure"),
            label="Wrong and missed",
            kind="choice",
            choices=(
                ("separate", "two promises"),
                ("both", "one promise that counts both"),
            ),
            first="separate",
            help="A share that leaves out missed objects is not offered.",
        ),
        Entry(
            name="per",
            path=(*SLA, "per"),
            label="The accuracy holds",
            kind="choice",
            choices=(("batch", "in every batch"), ("project", "on average")),
            first="batch",
        ),
        Entry(
            name="critical",
            path=(*SLA, "critical"),
            label="Without a critical error",
            kind="percent",
            unit="%",
            help="At least so many. Empty: no promise of its own.",
        ),
        Entry(
            name="minor",
            path=(*SLA, "minor_counts"),
            label="Minor errors count too",
            kind="flag",
            unsaid=True,
        ),
    ),
)
MONEY = Group(
    name="Money back",
    entries=(
        Entry(
            name="credit",
            path=("commercial", "credits", "failed_batch"),
            label="For a failed batch",
            kind="number",
            help="Whenever its first sample fails. Expected credits are in the cost.",
        ),
    ),
)
LATE = Group(
    name="Late delivery",
    entries=(
        Entry(
            name="late_week",
            path=(*SLA, "late", "per_week"),
            label="For each week begun",
            kind="percent",
            unit="%",
            help="Of the price of the lines. Empty: nothing is given back.",
        ),
        Entry(
            name="late_most",
            path=(*SLA, "late", "most"),
            label="At most",
            kind="percent",
            unit="%",
            help="Of the price of the lines, however late it is.",
        ),
        Entry(
            name="late_grace",
            path=(*SLA, "late", "grace_days"),
            label="Days of grace",
            kind="whole",
            unit="days",
            help="After the promised week; weeks are counted from their end.",
        ),
    ),
)
DAYS = Group(
    name="Days, and what does not count",
    entries=(
        Entry(
            name="remedy",
            path=(*SLA, "remedy_days"),
            label="Failed batches redone within",
            kind="whole",
            unit="business days",
            help="Empty: as the rate card says.",
        ),
        Entry(
            name="acceptance",
            path=(*SLA, "acceptance_days"),
            label="Counts as accepted after",
            kind="whole",
            unit="business days",
            help="Empty: as the rate card says.",
        ),
        Entry(
            name="exclusions",
            path=(*SLA, "exclusions"),
            label="What else is no error",
            kind="words",
            help="Commas between: objects under 8 pixels, reflections.",
        ),
    ),
)
OWED = Group(
    name="What we need from the client",
    entries=(
        Entry(
            name="data_by",
            path=(*SLA, "data_by"),
            label="Images by",
            kind="day",
            help="Empty: by the first day of the work.",
        ),
        Entry(
            name="weekly",
            path=(*SLA, "weekly_items"),
            label="Images each week, at least",
            kind="whole",
        ),
        Entry(
            name="tool_by",
            path=(*SLA, "tool_access_by"),
            label="Access to the client's tool by",
            kind="day",
        ),
        Entry(
            name="answers",
            path=("client_turnaround_days",),
            label="Answers within",
            kind="whole",
            unit="business days",
        ),
    ),
)
GROUPS = (COUNTING, MONEY, LATE, DAYS, OWED)
HEAD = tuple(entry for group in GROUPS for entry in group.entries)

FLOOR = (
    Entry(name="name", path=("name",), label="Name", help="Such as Walkers"),
    Entry(name="line", path=("line",), label="Line", kind="choice"),
    Entry(
        name="classes",
        path=("classes",),
        label="Classes",
        kind="words",
        help="Commas between: pedestrian, cyclist",
    ),
    Entry(
        name="share",
        path=("share",),
        label="Share of all",
        kind="percent",
        unit="%",
        help="Of what is counted on the line",
    ),
    Entry(name="accuracy", path=("accuracy",), label="Right", kind="percent", unit="%"),
    Entry(
        name="sample",
        path=("sample",),
        label="Drawn from a batch",
        kind="whole",
        help="Empty: as many as of the line",
    ),
)
STEP = (
    Entry(
        name="over",
        path=("wrong_over",),
        label="Over this share wrong",
        kind="percent",
        unit="%",
    ),
    Entry(name="amount", path=("amount",), label="Money back", kind="number"),
)
