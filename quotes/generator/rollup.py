"""Events into work records, as a tool's export would have them: CSV text.

The grain is day × line × batch × stage × actor. What no tool knows (which units are
wrong) stays behind. The columns are those of the canonical work record but for the
project and the source, which are those of the file itself; what a row does not know is
empty, never 0.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import groupby

from .truth import AN_HOUR
from .values import Event, Events, Outcome

COLUMNS = (
    *("line", "batch", "delivery_version", "stage", "annotation_type"),
    *("period_start", "period_end", "site", "pod", "actor", "role", "tool"),
    *("guideline_version", "items", "items_skipped", "skip_reason", "units_produced"),
    *("units_passed", "units_accepted", "units_rejected", "reject_cause"),
    *("units_reworked", "active_seconds", "clock", "review_seconds", "audit_n"),
    *("audit_defects", "critical_defects", "gold_n", "gold_correct"),
    *("prelabel_units", "prelabel_accepted", "prelabel_models"),
)
BATCHES_OF_A_MODEL = 4
"""How many batches a model pre-labels before the next one takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What an export says of itself: the line, the annotation type, the tool, when.

    `as_of` is the moment of the export: later work is not in it, and a batch that was
    released `acceptance_days` before it counts as accepted. None exports everything.
    `models` took turns in pre-labelling, the last to the end; none are named unless so.
    """

    annotation_type: str
    line: str = ""
    as_of: datetime | None = None
    site: str = "vn"
    pod: str = ""
    tool: str = "generated"
    guideline_version: str = "1"
    models: tuple[str, ...] = ()

    def model_of(self, batch: int) -> str:
        """Return whose machine labels a batch, counted from 0, began from."""
        place = min(batch // BATCHES_OF_A_MODEL, len(self.models) - 1)
        return self.models[place] if self.models else ""


def work_records(events: Events, *, export: Export) -> list[dict[str, str]]:
    """Return the canonical work records of a generated project."""
    rows = []
    outcomes = {one.batch: one for one in events.outcomes}
    last_audits = _last_audits(events)
    for key, found in _grains(events, export.as_of):
        row = _common(found, export) | _figures(found)
        if found[0].stage == "label":
            row["prelabel_models"] = export.model_of(found[0].batch)
        if key == last_audits.get(found[0].batch):
            row |= _passed(events, outcomes[found[0].batch], export)
        rows.append(dict.fromkeys(COLUMNS, "") | row)
    return rows


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as CSV text with a header."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def paid_hours(events: Events) -> dict[str, float]:
    """Return the hours each person is paid for: the worked and the idle ones."""
    found: dict[str, float] = {}
    for event in events.entries:
        found[event.actor] = found.get(event.actor, 0.0) + event.seconds / AN_HOUR
    worked = 1 - events.truth.idle_share
    return {actor: hours / worked for actor, hours in sorted(found.items())}


def wages(events: Events) -> float:
    """Return what the people of a project cost, in the currency of its wage."""
    return sum(paid_hours(events).values()) * events.truth.wage


Key = tuple[date, int, str, str]


def _key(event: Event) -> Key:
    return event.start.date(), event.batch, event.stage, event.actor


def _grains(
    events: Events, as_of: datetime | None
) -> Iterator[tuple[Key, Sequence[Event]]]:
    known = (one for one in events.entries if as_of is None or one.start < as_of)
    for key, found in groupby(sorted(known, key=_key), key=_key):
        yield key, list(found)


def _last_audits(events: Events) -> dict[int, Key]:
    """Return by batch the row that says how it ended: its last of the sample check."""
    audits = sorted(_key(one) for one in events.entries if one.stage == "audit")
    return {batch: (day, batch, stage, actor) for day, batch, stage, actor in audits}


def _common(found: Sequence[Event], export: Export) -> dict[str, str]:
    first = found[0]
    day = first.start.date().isoformat()
    return {
        "line": export.line,
        "batch": f"batch {first.batch + 1:03d}",
        "delivery_version": "1",
        "stage": first.stage,
        "annotation_type": export.annotation_type,
        "period_start": day,
        "period_end": day,
        "site": export.site,
        "pod": export.pod,
        "actor": first.actor,
        "role": first.actor.rstrip(" 0123456789").rsplit(" ", 1)[-1],
        "tool": export.tool,
        "guideline_version": export.guideline_version,
        "clock": "label",
    }


def _figures(found: Sequence[Event]) -> dict[str, str]:
    stage = found[0].stage
    units = str(sum(one.units for one in found))
    row = {"active_seconds": f"{sum(one.seconds for one in found):.3f}"}
    if stage == "label":
        row |= {"items": str(len(found)), "units_produced": units}
        if found[0].prelabels_accepted is not None:
            accepted = sum(one.prelabels_accepted or 0 for one in found)
            row |= {"prelabel_units": units, "prelabel_accepted": str(accepted)}
    elif stage == "review":
        row["units_rejected"] = str(sum(one.found for one in found))
        row["review_seconds"] = row["active_seconds"]
    elif stage == "rework":
        row["units_reworked"] = units
    else:
        row |= {
            "audit_n": units,
            "audit_defects": str(sum(one.found for one in found)),
        }
    return row


def _passed(events: Events, outcome: Outcome, export: Export) -> dict[str, str]:
    """Return what a released batch passed and, after a while, had accepted."""
    as_of = export.as_of
    if not outcome.released or (as_of is not None and outcome.at >= as_of):
        return {}
    units = str(outcome.units)
    lapse = timedelta(days=events.truth.acceptance_days)
    if as_of is not None and outcome.at + lapse > as_of:
        return {"units_passed": units}
    return {"units_passed": units, "units_accepted": units}
