"""The strip of batches on a project's page: a square each, and which is held.

From the gates where batches were laid out, because only they know what is planned and
what is blocked; else from what the files of the tools report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quotes.calc.gates import words
from quotes.calc.gates.batch import FINAL, Batch
from quotes.calc.progress import progress
from quotes.queries.gates import AtGate
from scoping.templatetags.plumbline import count, plural, share_percent
from scoping.web.components import Cell

from .batches_page import KINDS

REPORTED = {
    "accepted": ("accepted", "accepted by the client"),
    "delivered": ("delivered", "passed, the client checks"),
    "in sample check": ("checking", "in our sample check"),
    "in production": ("making", "in production"),
}
GLYPHS = {"delivered": "M4 9l3.5 3.5L14 6", "checking": "M9 9h.01"}
RING = "M9 6a3 3 0 1 0 .01 0"
LEGEND = {
    "accepted": "accepted",
    "deemed_accepted": "accepted",
    "redone": "accepted after a redo",
    "delivered": "delivered, the client checks",
    "redelivered": "delivered, the client checks",
    "released": "passed our checks",
    "in_audit": "in our sample check",
    "blocked": "blocked",
    "rejected": "sent back by the client",
    "in_review": "in production",
    "in_production": "in production",
    "pilot": "in production",
    "planned": "planned",
}
"""What the legend calls a state: one word for states that look alike."""
DRAWN = KINDS | {"deemed_accepted": KINDS["accepted"]}
"""How a cell is drawn: here one sign for what is accepted, by an answer or without."""
Look = tuple[str, str, str]
MOST_CELLS = 600
MOST_HELD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A batch that a failed check holds, or that the client sent back."""

    name: str
    why: str
    number: int
    see: str = "See the sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The batches of a line."""

    name: str
    heading: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strips:
    """The batches of a project, line by line, under one legend."""

    heading: str
    how_far: str
    lines: tuple[Strip, ...]
    legend: tuple[Cell, ...]
    held: tuple[Held, ...]
    more_held: int = 0


def strips(
    lines: Sequence[Mapping[str, Any]], at_gates: Sequence[AtGate]
) -> Strips | None:
    """Return the strips of a project; None where no batch is known yet."""
    if at_gates:
        return _from_gates(lines, at_gates)
    if any(line["batches"] for line in lines):
        return _from_files(lines)
    return None


def _from_gates(
    lines: Sequence[Mapping[str, Any]], at_gates: Sequence[AtGate]
) -> Strips:
    done = sum(one.batch.state in FINAL for one in at_gates)
    held = [one for one in at_gates if one.batch.state in ("blocked", "rejected")]
    shown: list[Strip] = []
    every: Counter[Look] = Counter()
    images = {line["name"]: _images(line) for line in lines}
    for name in dict.fromkeys(one.row.line for one in at_gates):
        here = [one for one in at_gates if one.row.line == name]
        every.update(_look(one.batch) for one in here)
        shown.append(
            Strip(
                name=name,
                heading=f"{_many(len(here))}{images.get(name, '')}",
                cells=tuple(_gate_cell(one) for one in here[:MOST_CELLS]),
            )
        )
    return Strips(
        heading=f"{_many(len(at_gates))}, {done:,} accepted",
        how_far=_how_far(lines),
        lines=tuple(shown),
        legend=tuple(_legend(every, order=LEGEND.values())),
        held=tuple(_held(one) for one in held[:MOST_HELD]),
        more_held=max(0, len(held) - MOST_HELD),
    )


def _from_files(lines: Sequence[Mapping[str, Any]]) -> Strips:
    batches = [one for line in lines for one in line["batches"]]
    done = sum(one["state"] == "accepted" for one in batches)
    every = Counter(
        (*REPORTED[one["state"]], GLYPHS.get(REPORTED[one["state"]][0], ""))
        for one in batches
    )
    return Strips(
        heading=f"{_many(len(batches))}, {done:,} accepted",
        how_far=_how_far(lines),
        lines=tuple(
            Strip(
                name=line["name"],
                heading=f"{_many(len(line['batches']))}{_images(line)}",
                cells=tuple(_file_cell(one) for one in line["batches"][:MOST_CELLS]),
            )
            for line in lines
            if line["batches"]
        ),
        legend=tuple(_legend(every, order=[said for _, said in REPORTED.values()])),
        held=(),
    )


def _how_far(lines: Sequence[Mapping[str, Any]]) -> str:
    """Return the share of the planned work that was delivered to our checks."""
    rows = []
    for line in lines:
        items = line["actual"]["items"]
        done = items["value"] if items["known"] else None
        rows.append({**line["planned"], "name": line["name"], "done": done})
    share = progress(rows).share
    if share is None:
        return "How much of the work: not known, because no file counts images"
    return f"{share_percent(share, 0)} of the planned work delivered to our checks"


def _many(number: int) -> str:
    return f"{number:,} {plural(number, 'batch')}"


def _images(line: Mapping[str, Any]) -> str:
    """Return how many images of a line were delivered to our checks."""
    items = line["actual"]["items"]
    if not items["known"]:
        return ", images not known"
    planned = count(line["planned"]["items"])
    return f", {count(items['value'])} of {planned} images"


def _look(batch: Batch) -> Look:
    """Return how a batch is drawn and what the legend calls it: kind, words, glyph."""
    if batch.state in FINAL and _again(batch):
        return ("redone", LEGEND["redone"], RING)
    kind, glyph = DRAWN[batch.state]
    return (kind, LEGEND[batch.state], glyph)


def _again(batch: Batch) -> bool:
    delivered = batch.delivered
    return batch.resubmissions > 0 or (delivered is not None and delivered.version > 1)


def _legend(every: Mapping[Look, int], *, order: Iterable[str]) -> Iterator[Cell]:
    """Yield what each mark means, with how many batches carry it."""
    for said in dict.fromkeys(order):
        for (kind, name, glyph), many in every.items():
            if name == said:
                yield Cell(kind=kind, words=f"{said} {many:,}", glyph=glyph)


def _gate_cell(one: AtGate) -> Cell:
    kind, said, glyph = _look(one.batch)
    exact = said if kind == "redone" else words(one.batch.state)
    return Cell(kind=kind, words=f"{one.row.key}: {exact}", glyph=glyph)


def _file_cell(batch: Mapping[str, Any]) -> Cell:
    kind, said = REPORTED[batch["state"]]
    units = "" if batch["units"] is None else f", {batch['units']:,} units"
    return Cell(
        kind=kind,
        words=f"{batch['batch']}: {said}{units}",
        glyph=GLYPHS.get(kind, ""),
    )


def _held(one: AtGate) -> Held:
    sample = one.batch.blocked_by
    name = f"{one.row.line}, {one.row.key}"
    if sample is None:
        why = "sent back by the client"
        return Held(name=name, why=why, number=one.row.pk, see="See the batch")
    wrong, allowed = next(
        ((limit.found, limit.allowed) for limit in sample.limits if not limit.kept),
        (sample.wrong, sample.max_wrong),
    )
    why = f"{wrong:,} wrong in the sample, {allowed:,} allowed"
    return Held(name=name, why=why, number=one.row.pk)
