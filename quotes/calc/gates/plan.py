"""What the gates of a project ask for: taken from its quote, kept with its baseline.

How many rules must be agreed, how many of the gold set right, how large each line's
sample is and how many wrong it may hold, how long the client may take to answer. Nobody
types these again: a gate whose measure could be typed would be no gate.
See docs/model.md#gates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from .error import GateError

MOST_BATCHES = 20_000
"""Batches of a project that are laid out at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlan:
    """A line's images, and the sample of one of its batches.

    `size` and `max_wrong` count units, `images` is how many hold that many on average;
    `index` is the line's in the plan, None in a baseline of before it was kept.
    """

    line: str
    items: int
    unit: str
    size: int
    max_wrong: int
    images: int
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePlan:
    """What a project's batches must show, as it was quoted."""

    reviewed: bool
    items: int
    batch_items: int
    rules: int
    gold_items: int
    gold_needed: int
    acceptance_days: int
    client_calendar: str
    lines: tuple[LinePlan, ...]

    @property
    def batches(self) -> int:
        """Return how many batches each line has."""
        return max(1, -(-self.items // self.batch_items))

    def line(self, name: str) -> LinePlan:
        """Return the plan of a line by its name."""
        return next(one for one in self.lines if one.line == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBatch:
    """A batch of a line before anything happened to it."""

    line: str
    key: str
    items: int


def gates_document(
    spec: Mapping[str, Any], plan: Mapping[str, Any], *, acceptance_days: int
) -> dict[str, Any]:
    """Return what the gates ask for, from a spec and its `estimate: 1` document.

    `acceptance_days` are the card's; a promise of the spec stands in their place.
    """
    quality = spec["quality"]
    promised = (quality.get("sla") or {}).get("acceptance_days")
    items = {line["index"]: line["items"] for line in plan["lines"]}
    gold = int(quality["gold_items"])
    needed = (gold * Decimal(str(quality["agreement"]))).to_integral_value(
        ROUND_CEILING
    )
    counted = {line["index"] for line in plan["lines"] if line["in_total"]}
    return {
        "reviewed": int(quality["reviews"]) > 0,
        "items": int(spec["items"]),
        "batch_items": int(quality["batch_items"]),
        "rules": int(quality["edge_case_rules"]),
        "gold_items": gold,
        "gold_needed": int(needed),
        "acceptance_days": acceptance_days if promised is None else int(promised),
        "client_calendar": spec["client_calendar"],
        "lines": [
            {
                "line": name,
                "items": max(1, int(Decimal(str(items[row["index"]])))),
                "unit": row["unit"],
                "size": max(1, int(row["n"])),
                "max_wrong": row["c"],
                "images": _images(row["items"], items[row["index"]], spec["items"]),
                "index": row["index"],
            }
            for name, row in _named(
                [row for row in plan["audit"]["by_line"] if row["index"] in counted]
            )
        ],
    }


MOST_NAME = 160


def _named(
    rows: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield lines with names that tell them apart, also two of one type."""
    names = Counter(row["line"][:MOST_NAME] for row in rows)
    for row in rows:
        name = row["line"][:MOST_NAME]
        yield (name if names[name] == 1 else f"{name}, line {row['index'] + 1}"), row


def names_of(baseline: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of a baseline's lines at the gates, by their index."""
    found = baseline.get("gates", {}).get("lines", ())
    if any("index" in row for row in found):
        return {row["index"]: row["line"] for row in found}
    rows = [
        {"index": line["index"], "line": line["name"]} for line in baseline["lines"]
    ]
    return {row["index"]: name for name, row in _named(rows)}


def _images(sampled: int, of_line: object, of_all: object) -> int:
    """Return how many of a line's own images a sample of the batch's images holds."""
    share = Decimal(str(of_line)) / Decimal(str(of_all))
    return max(1, int((sampled * share).to_integral_value(ROUND_CEILING)))


def read_plan(baseline: Mapping[str, Any]) -> GatePlan:
    """Return the gate plan of a baseline; GateError for one made before there was any.

    A project that began under an earlier release keeps its baseline as it was frozen.
    """
    found = baseline.get("gates")
    if found is None:
        raise GateError(
            "no_gate_plan",
            "This project began before batches were led through gates here: its "
            "baseline does not say what they must show.",
        )
    return GatePlan(
        **{**found, "lines": tuple(LinePlan(**row) for row in found["lines"])}
    )


def layout(plan: GatePlan) -> tuple[PlannedBatch, ...]:
    """Return the batches of every line, as even as can be and none above the plan's.

    Batches of all lines with one number hold the same images, of which each line has
    its share.
    """
    batches = plan.batches
    if batches * len(plan.lines) > MOST_BATCHES:
        raise GateError(
            "too_many_batches",
            f"{batches:,} batches of {len(plan.lines)} lines are more than "
            f"{MOST_BATCHES:,}. Quote larger batches, or split the project.",
        )
    return tuple(
        PlannedBatch(line=line.line, key=f"batch {number + 1:03d}", items=size)
        for line in plan.lines
        for number in range(batches)
        if (size := _share(line.items, batches, number))
    )


def _share(items: int, batches: int, number: int) -> int:
    return items * (number + 1) // batches - items * number // batches


def further(
    plan: GatePlan, laid_out: Mapping[str, tuple[int, int]]
) -> tuple[PlannedBatch, ...]:
    """Return the batches of images that are planned and in no batch yet.

    `laid_out` is how many batches a line has and how many images they hold.
    """
    found: list[PlannedBatch] = []
    for line in plan.lines:
        batches, items = laid_out.get(line.line, (0, 0))
        rest = line.items - items
        of_batch = max(1, -(-plan.batch_items * line.items // max(1, plan.items)))
        while rest > 0:
            batches += 1
            size = min(rest, of_batch)
            found.append(
                PlannedBatch(line=line.line, key=f"batch {batches:03d}", items=size)
            )
            rest -= size
    if len(found) > MOST_BATCHES:
        raise GateError(
            "too_many_batches",
            f"{len(found):,} further batches are more than {MOST_BATCHES:,}.",
        )
    return tuple(found)
