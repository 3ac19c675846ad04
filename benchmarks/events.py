"""A log of items added up, against duckdb: time and memory, each in a process alone.

Both read the same CSV of `ROWS` events (five million) and group it by batch, stage,
type, clock, person and day at the site: how many, units, seconds, the sums of their
logarithms and of the squares of these, the longest. Ours is the child that reads a file
which is dropped: it checks each cell too, takes the hash, and writes what it found.
The aim: within 4 times duckdb's time, and 300 MB. duckdb is no dependency of the
product: `make bench` installs it.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

ROWS = int(os.environ.get("ROWS", "5000000"))
RUNS = 3
MOST_TIMES, MOST_MB = 4, 300
ZONE = "Asia/Ho_Chi_Minh"
FIGURES = ("seconds", "passed", "megabytes")
GROUPED = """
SELECT batch, stage, annotation_type, clock, actor,
  CAST(CAST(finished_at AS timestamptz) AT TIME ZONE '{zone}' AS date) AS worked,
  count(*), sum(units_produced), sum(active_seconds), sum(ln(active_seconds)),
  sum(ln(active_seconds) * ln(active_seconds)), max(active_seconds)
FROM read_csv('{path}', header = true) GROUP BY ALL
"""


def write(path: Path) -> None:
    """Write a log as a tool does that exports by day: 200 people, 100 days."""
    chance = np.random.default_rng(1)
    days = np.sort(chance.integers(0, 100, ROWS))
    people = chance.integers(0, 200, ROWS)
    spent = np.exp(chance.normal(3.4, 0.7, ROWS))
    units = chance.poisson(5, ROWS)
    second = chance.integers(8 * 3600, 17 * 3600, ROWS)
    first = date(2026, 1, 5)
    named = [str(first + timedelta(days=number)) for number in range(100)]
    with path.open("w") as opened:
        opened.write(
            "item,batch,stage,annotation_type,clock,actor,finished_at,"
            "units_produced,active_seconds\n"
        )
        for number in range(ROWS):
            at = int(second[number])
            opened.write(
                f"img_{number:08}.jpg,b{number // 50_000:03},label,bounding_box,label,"
                f"person {people[number]:03},{named[days[number]]}T{at // 3600:02}:"
                f"{at // 60 % 60:02}:{at % 60:02}Z,"
                f"{units[number]},{spent[number]:.3f}\n"
            )


def ours(path: str) -> None:
    """Add a log up as the product's child does, its last word into a file beside it."""
    from quotes.ingest.items_apart import add_up
    from quotes.ingest.opened_apart import answer_to
    from quotes.ingest.work import Stated

    with open(path, "rb") as opened, told(path, "ours").open("w") as written:
        json.dump(answer_to(add_up, opened, Stated(zone=ZONE)), written)


def theirs(path: str) -> None:
    """Add a log up with duckdb, what it finds into a file beside it."""
    # By name: who checks types without the benchmarks' packages does not have it.
    duckdb: Any = importlib.import_module("duckdb")
    found = duckdb.connect().execute(GROUPED.format(zone=ZONE, path=path)).fetchall()
    with told(path, "theirs").open("w") as written:
        json.dump(found, written, default=str)


def told(path: str, whose: str) -> Path:
    """Return the file into which one of the two writes."""
    return Path(path).with_suffix(f".{whose}.json")


def agree(path: Path) -> None:
    """Hold both answers against each other, sum by sum."""
    groups = json.loads(told(str(path), "ours").read_text())["found"]["rolled"][
        "groups"
    ]
    rows = json.loads(told(str(path), "theirs").read_text())
    mine = {
        (values["batch"], values["actor"], day): (many, sums, times)
        for values, day, _, many, sums, _, times in groups
    }
    assert len(mine) == len(rows), (len(mine), len(rows))
    for batch, _, _, _, actor, day, many, units, seconds, logs, squares, most in rows:
        rows_of, sums, times = mine[batch, actor, day]
        assert (rows_of, sums["units_produced"]) == (many, units)
        assert abs(sums["active_seconds"] / 1000 - seconds) < 1e-3
        assert abs(times[2] / 1e9 - logs) < 1e-8 * many
        assert abs(times[3] / 1e9 - squares) < 1e-8 * many
        assert times[4] == round(most * 1000)


def main() -> int:
    """Print both, and the ratios; return 1 where ours takes more than it may."""
    from benchmarks.measuring import alone, measured

    if len(sys.argv) > 1:
        return alone({"ours": ours, "theirs": theirs}[sys.argv[1]], sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        write(path)
        both = [
            tuple(measured(__file__, side, path) for side in ("theirs", "ours"))
            for _ in range(RUNS)
        ]
        agree(path)
    duck, plumb = (
        {name: min(run[side][name] for run in both) for name in FIGURES}
        for side in (0, 1)
    )
    ratio = plumb["seconds"] / duck["seconds"]
    for name, one in (("duckdb", duck), ("ours", plumb)):
        print(
            f"{ROWS:,} events, {name}: {one['seconds']:.1f} s of a processor, "
            f"{one['passed']:.1f} s by the clock, {one['megabytes']:.0f} MB"
        )
    print(
        f"  {ratio:.2f} times duckdb's time (at most {MOST_TIMES}), "
        f"{plumb['passed'] / duck['passed']:.2f} times by the clock; "
        f"{plumb['megabytes'] / duck['megabytes']:.2f} times its memory, "
        f"{plumb['megabytes']:.0f} MB of at most {MOST_MB}"
    )
    return int(ratio > MOST_TIMES or plumb["megabytes"] > MOST_MB)


if __name__ == "__main__":
    raise SystemExit(main())
