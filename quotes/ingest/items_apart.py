"""A log of items is added up by a child process, which may die of it.

Only what it adds up to comes back: some hundred bytes for each day, batch and person,
however many rows stand behind them.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from typing import IO, Any

from .apart import Bounds, one_of_few, said_by, said_of, stated_of
from .item_logs import read_log
from .item_readings import reading_of
from .item_sums import Rolled
from .mappings import MappingError
from .reading import Reading
from .tables import TableError
from .work import Stated

ITEMS = Bounds(seconds=1_800, memory_bytes=1_000_000_000)


def read_items_apart(
    opened: IO[bytes],
    *,
    stated: Stated,
    bounds: Bounds = ITEMS,
    told: Callable[[], None] = lambda: None,
) -> Reading:
    """Return the reading of a log of items, of any length, that a child adds up.

    `told` is called every second meanwhile, and may raise.

    Raises TableError for what is no table and for a child that died of the file,
    MappingError for one that lacks columns; BusyError while others are being read.
    """
    asked = {
        "stated": {**said_of(stated), "pseudonyms": stated.pseudonyms},
        "seconds": bounds.seconds,
        "memory": bounds.memory_bytes,
    }
    # What it is asked is written to it and not put on its command line, where anybody
    # on the machine sees the salt of other names.
    number = opened.fileno()
    with one_of_few():
        said = said_by(
            [__name__, f"{number}"],
            json.dumps(asked).encode(),
            bounds=bounds,
            opened=(number,),
            told=told,
        )
    if said is None:
        raise TableError(
            f"Reading this file took more than {bounds.seconds:,} s or "
            f"{bounds.memory_bytes / 1e6:,.0f} MB of memory, and was stopped. "
            f"Give it in parts.",
            code="too_heavy",
        )
    if said["kind"] == "table":
        raise TableError(said["message"], code=said["code"])
    if said["kind"] == "mapping":
        raise MappingError(said["message"], code=said["code"])
    return reading_of(
        Rolled.from_data(said["rolled"]),
        stated=stated,
        sha256=said["sha256"],
        ignored=said["ignored"],
        remarks=said["remarks"],
    )


def answer_to(opened: IO[bytes], stated: Stated) -> dict[str, Any]:
    """Return what the child says of a log."""
    try:
        log, sha256 = read_log(opened, stated)
    except TableError as error:
        return {"kind": "table", "code": error.code, "message": str(error)}
    except MappingError as error:
        return {"kind": "mapping", "code": error.code, "message": str(error)}
    return {
        "kind": "read",
        "rolled": log.rolled.to_data(),
        "sha256": sha256,
        "ignored": log.ignored,
        "remarks": log.remarks,
    }


def main() -> None:
    """Add up the log that is open under a number, as standard input asks."""
    asked = json.loads(sys.stdin.buffer.read())
    Bounds(seconds=asked["seconds"], memory_bytes=asked["memory"]).keep()
    # Millions of texts come and go, and none of them refers to itself.
    gc.disable()
    with open(int(sys.argv[1]), "rb") as opened:
        # Whoever looked at its first rows may have left it behind them.
        opened.seek(0)
        json.dump(answer_to(opened, stated_of(asked["stated"])), sys.stdout)


if __name__ == "__main__":
    main()
