"""CVAT's event log read to its records, against `csv` alone: time and memory.

The log has `ROWS` events (two million) of 200 people over 85 days: times, objects made
and deleted, jobs sent back, and half of it what says nothing of work. Both sides take
every cell out of the same file; ours is the child that reads a dropped one: it checks
what it takes, nets what was deleted, and writes records. A log of a quarter beside it
shows how memory grows.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

ROWS = int(os.environ.get("ROWS", "2000000"))
MOST_TIMES, MOST_MB = 6, 300
ZONE = "Asia/Ho_Chi_Minh"
PEOPLE, DAYS = 200, 85
BEGIN = datetime(2026, 1, 5, 1, tzinfo=UTC)
NAMES = (
    *("scope", "obj_name", "obj_id", "obj_val", "source", "timestamp", "count"),
    *("duration", "project_id", "task_id", "job_id", "user_id", "user_name"),
    *("user_email", "org_id", "org_slug", "payload"),
)
KINDS = (
    ("send:working_time", "", "", '{"working_time": %d, "request_id": "6a2b%d"}'),
    ("create:shapes", "rectangle", "", '{"shapes": [{"id": %d}, {"id": %d}]}'),
    ("delete:shapes", "rectangle", "", "{}"),
    ("update:job", "state", "rejected", '{"old_value": "completed"}'),
    ("change:frame", "", "", '{"from": %d, "to": %d}'),
    ("draw:object", "", "", "{}"),
)
SHARES = (0.3, 0.2, 0.05, 0.001, 0.2, 0.249)


def rows(many: int) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a log, in order of time: a new job for each person by day."""
    chance = np.random.default_rng(1)
    kinds = chance.choice(len(KINDS), many, p=SHARES).tolist()
    people = chance.integers(0, PEOPLE, many).tolist()
    figures = chance.integers(1_000, 99_000, many).tolist()
    step = timedelta(days=DAYS) / many
    for number in range(many):
        scope, shape, value, payload = KINDS[kinds[number]]
        at, who, figure = BEGIN + number * step, people[number], figures[number]
        told = payload % (figure, number) if "%" in payload else payload
        job = who * 1000 + (at - BEGIN).days
        yield (
            *(scope, shape, "", value, "server"),
            *(at.isoformat(sep=" ", timespec="milliseconds"), figure % 9 + 1, 0, 7),
            *(who, job, who, f"user.{who:03}", f"u{who}@ex.test", 3, "acme", told),
        )


def write(path: Path, many: int) -> None:
    """Write a log as CVAT does."""
    with path.open("w", newline="") as opened:
        written = csv.writer(opened)
        written.writerow(NAMES)
        written.writerows(rows(many))


def ours(path: str) -> int:
    """Read a log as the product's child does; return how many rows it read."""
    from quotes.ingest.logs_apart import add_up
    from quotes.ingest.opened_apart import answer_to
    from quotes.ingest.work import Stated

    with open(path, "rb") as opened:
        stated = Stated(zone=ZONE, annotation_type="bounding_box")
        said = answer_to(add_up, opened, stated)
    json.dumps(said)
    log = said["found"]["log"]
    left = sum(many for _, many, _ in log["left"])
    assert log["read"] == left + sum(one["rows"] for one in log["records"])
    return int(log["read"])


def theirs(path: str) -> int:
    """Take every cell out of the file, and do nothing with it."""
    with open(path, newline="") as opened:
        return sum(1 for _ in csv.reader(opened)) - 1


def main() -> int:
    """Print both; return 1 where ours takes more than it may."""
    from benchmarks.measuring import alone, measured

    if len(sys.argv) > 1:
        return alone({"ours": ours, "theirs": theirs}[sys.argv[1]], sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "log.csv", Path(folder) / "small.csv"
        write(path, ROWS)
        write(small, ROWS // 4)
        plain = measured(__file__, "theirs", path)
        found = measured(__file__, "ours", path)
        quarter = measured(__file__, "ours", small)
    ratio = found["seconds"] / plain["seconds"]
    for name, one in (("csv alone", plain), ("ours", found), ("a quarter", quarter)):
        print(
            f"{one['found']:,.0f} events, {name}: {one['seconds']:.1f} s of a "
            f"processor, {one['passed']:.1f} s by the clock, {one['megabytes']:.0f} MB"
        )
    print(
        f"  {ratio:.2f} times csv alone (at most {MOST_TIMES}), "
        f"{found['megabytes']:.0f} MB of at most {MOST_MB}"
    )
    return int(ratio > MOST_TIMES or found["megabytes"] > MOST_MB)


if __name__ == "__main__":
    raise SystemExit(main())
