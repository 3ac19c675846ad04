"""A designed audit as a note for a terminal. See docs/model.md#scopingcalcplans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from scoping.calc.layout import at_most, paragraph, percent, table, up_to

Document = Mapping[str, Any]

RULES = {
    "percent": "Share of the batch",
    "two_point": "Sized for two qualities",
    "zero_defect": "None may be wrong",
    "standard": "ANSI/ASQ Z1.4",
    "sequential": "May stop early",
    "belief": "With what was known before",
}
FIGURES = (
    ("released", "Released at the first check", "share"),
    ("all_released", "All batches released at the first check", "share"),
    ("holds_at", "Work passes 19 times in 20 up to", "up to"),
    ("holds_all_at", "All batches do up to", "up to"),
    ("outgoing", "Wrong after the gate, on average", "share"),
    ("worst_outgoing", "At most", "at most"),
    ("checks", "Checked in an average batch", "number"),
    ("failed_batches", "Batches blocked at the first check", "number"),
    ("hours", "Hours of checking a batch", "number"),
    ("project_hours", "Hours of checking all batches", "number"),
    ("days", "Working days of checking", "number"),
    ("blocked_days", "Days that a blocked batch is late", "number"),
    ("cost", "Cost of checking", "number"),
)
"""Figures by their keys, what they are called, and how they are written."""


def _number(value: str) -> str:
    return f"{Decimal(value):,.2f}".removesuffix(".00")


WRITTEN: Mapping[str, Callable[[str], str]] = {
    "share": percent,
    "up to": up_to,
    "at most": at_most,
    "number": _number,
}


def note(found: Document) -> str:
    """Return the document of an audit as text."""
    return "\n".join(_lines(found))


def _lines(found: Document) -> Iterator[str]:
    for sentence in found["says"]:
        yield from paragraph(sentence)
    yield ""
    yield from _plans(found["compared"], chosen=found["plan"])
    if found["counted"]:
        yield ""
        yield from _counted(found)
    yield ""
    yield from _figures(found["figures"])
    for block in (_standard, _auditor, _annotators, _early, _belief):
        lines = list(block(found))
        if lines:
            yield ""
            yield from lines


def _plans(plans: list[Document], *, chosen: Document) -> Iterator[str]:
    shares = [row["defect_share"] for row in chosen["release_probability"]]
    rows = plans if chosen["rule"] in {p["rule"] for p in plans} else [*plans, chosen]
    header = ("", "Sample", "At most wrong", "Proves", "Holds at")
    yield from table(
        [
            (*header, *(f"at {percent(share)}" for share in shares)),
            *(_plan_row(row, name=RULES[row["rule"]]) for row in rows),
        ],
        align="lrrrr" + "r" * len(shares),
    )


def _plan_row(row: Document, *, name: str) -> list[str]:
    return [
        name,
        f"{row['n']:,}",
        f"{row['c']:,}",
        at_most(row["proves"]),
        up_to(row["holds_at"]) if Decimal(row["holds_at"]) else "nothing",
        *(percent(one["probability"]) for one in row["release_probability"]),
    ]


def _counted(found: Document) -> Iterator[str]:
    for row in found["counted"]:
        unit = f"{row['unit']}s"
        yield from paragraph(
            f"Counted in {unit}: {row['n']:,} of {row['lot']:,} {unit}, at most "
            f"{row['c']:,} wrong. {percent(row['share'])} of {unit} wrong: released "
            f"{percent(row['released'])}."
        )


def _figures(found: Document) -> Iterator[str]:
    rows = [
        (name, WRITTEN[kind](found[key])) for key, name, kind in FIGURES if key in found
    ]
    yield from table(rows, align="lr")
    if "hours" not in found:
        yield from paragraph(
            "Hours and days are not known, because the time of a check is not stated.",
            indent=2,
        )


def _standard(found: Document) -> Iterator[str]:
    row = found["standard"]
    if row is not None:
        moved = f", by an arrow from {row['asked']}" if row["moved"] else ""
        yield from paragraph(
            f"Level {row['level']}, letter {row['letter']}{moved}. {row['source']}."
        )


def _auditor(found: Document) -> Iterator[str]:
    row = found["auditor"]
    if row is not None:
        yield from paragraph(
            f"With that auditor a batch without anything wrong is released "
            f"{percent(row['perfect_released'])}, this work "
            f"{percent(row['released'])}; a sample that just passes means "
            f"{percent(row['true_share'])} wrong."
        )


def _annotators(found: Document) -> Iterator[str]:
    row = found["annotators"]
    if row is not None:
        run, shared = (
            "not known" if row[key] is None else percent(row[key])
            for key in ("run", "shared")
        )
        yield from paragraph(
            f"A batch with {percent(row['share'])} wrong is released {run} where the "
            f"sample is a run of one annotator's work, {percent(row['fair'])} where it "
            f"is drawn from all of it, {shared} with {row['each']:,} units of each."
        )


def _early(found: Document) -> Iterator[str]:
    row = found["early"]
    if row is None:
        return
    yield from table(
        [
            ("Wrong", "Released", "Checked"),
            *map(_early_row, row["rows"]),
        ],
        align="rrr",
    )
    yield from table(
        [
            ("After", "Release at", "Block at"),
            *(
                (
                    f"{one['units']:,}",
                    "go on" if one["release"] is None else f"{one['release']:,}",
                    f"{one['reject']:,}",
                )
                for one in row["checkpoints"]
            ),
        ],
        align="rrr",
    )


def _early_row(row: Document) -> tuple[str, str, str]:
    return percent(row["defect_share"]), percent(row["probability"]), row["checked"]


def _belief(found: Document) -> Iterator[str]:
    row = found["belief"]
    if row is not None:
        yield from paragraph(
            f"Before the sample the limit is kept with {percent(row['before'])} "
            f"certainty, after the worst sample that passes "
            f"{percent(row['after_worst'])}, after one without a wrong unit "
            f"{percent(row['after_none'])}. The next batch passes "
            f"{percent(row['passes'])}."
        )
