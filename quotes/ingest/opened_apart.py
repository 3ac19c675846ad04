"""A file that is open here is added up by a child process, which may die of it.

The child reads it under the same number, so that how far it is shows here, and writes
what it came to: plain data, small however long the file is.
"""

from __future__ import annotations

import errno
import gc
import json
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any, TypeAlias

from .apart import Bounds, one_of_few, said_by, said_of, stated_of
from .mappings import MappingError
from .tables import TableError
from .work import Stated

FULL = (errno.ENOSPC, errno.EDQUOT)
DISK_IS_FULL = (
    "The disk of this server is full: what counts of the file did not fit. Tell "
    "whoever runs it, and give the file again; nothing of it was counted."
)
ADDED_UP = Bounds(seconds=1_800, memory_bytes=1_000_000_000)
AddUp: TypeAlias = Callable[[IO[bytes], Stated], Mapping[str, Any]]


def nothing() -> None:
    """Hear every second that a child still reads."""


def added_up(
    module: str,
    opened: IO[bytes],
    *,
    stated: Stated,
    bounds: Bounds = ADDED_UP,
    told: Callable[[], None] = nothing,
) -> dict[str, Any]:
    """Return what a module says of an open file, in a process of its own.

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
            [module, f"{number}"],
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
    found: dict[str, Any] = said["found"]
    return found


def answer_to(add_up: AddUp, opened: IO[bytes], stated: Stated) -> dict[str, Any]:
    """Return what a child says of a file: what it comes to, or what is wrong."""
    try:
        return {"kind": "read", "found": add_up(opened, stated)}
    except TableError as error:
        return {"kind": "table", "code": error.code, "message": str(error)}
    except MappingError as error:
        return {"kind": "mapping", "code": error.code, "message": str(error)}
    except OSError as error:
        if error.errno not in FULL:
            raise
        return {"kind": "table", "code": "too_heavy", "message": DISK_IS_FULL}


def answer(add_up: AddUp) -> None:
    """Add up the file that is open under a number, as standard input asks."""
    asked = json.loads(sys.stdin.buffer.read())
    Bounds(seconds=asked["seconds"], memory_bytes=asked["memory"]).keep()
    # Millions of texts come and go, and none of them refers to itself.
    gc.disable()
    with open(int(sys.argv[1]), "rb") as opened:
        # Whoever looked at its first rows may have left it behind them.
        opened.seek(0)
        said = answer_to(add_up, opened, stated_of(asked["stated"]))
        json.dump(said, sys.stdout)
