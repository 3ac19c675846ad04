"""A log of items of a batch, as a tool with a clock on the hand writes it: CSV text.

The same work as in the records of `rollup`, an image a row, on the clock of the
gesture: evidence beside the labelling time, which alone is counted.
"""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

from .rollup import Export
from .values import Events

COLUMNS = (
    *("item", "line", "batch", "stage", "annotation_type", "clock", "actor"),
    *("guideline_version", "finished_at", "units_produced", "active_seconds"),
)
HAND = 0.7
"""The share of the time at an image in which the hand draws."""


def item_log(events: Events, *, export: Export, batch: int) -> str:
    """Return the first labelling of a batch, counted from 0, an image a row."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in events.entries:
        finished = one.start + timedelta(seconds=one.seconds)
        if (one.stage, one.batch) != ("label", batch):
            continue
        if export.as_of is not None and finished >= export.as_of:
            continue
        writer.writerow(
            (
                *(f"{one.item + 1:05d}.jpg", export.line, f"batch {batch + 1:03d}"),
                *("label", export.annotation_type, "gesture", one.actor),
                *(export.guideline_version, finished.isoformat(timespec="seconds")),
                *(one.units, f"{one.seconds * HAND:.3f}"),
            )
        )
    return out.getvalue()
