"""A long table is read by a child process, which may die of it, and piped to us.

The child writes the names of its columns, then rows as lines of a COPY; at the end it
says what it counted. Helpers make the lines of a long file (`long_helpers`), so that it
reads on while they work and the database takes in what they made. The parent holds one
block at a time, so that its memory does not depend on the length of the file.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any

from .apart import GRACE_SECONDS, ROOT, Bounds, environment, one_of_few
from .long_tables import BLOCK, LongTable, Meanings
from .mappings import MappingError
from .tables import TableError
from .work import Refusal, Stated

LONG = Bounds(seconds=1_800, memory_bytes=1_000_000_000)
HELPERS = 2
"""Processes that make rows beside the child that reads, where there are processors."""
HELPED_BYTES = 4 * BLOCK
"""From here on they are worth their start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a child counted in a file, and the hash of the bytes that it read.

    `sure` is what cannot be in it, the words of `long_screens`, and `doubted` are the
    rows that may be one page of a tool with another, None where any may.
    """

    sha256: str
    content: str
    read: int
    blank: int
    refused_rows: int
    refused: tuple[Refusal, ...]
    ignored: tuple[str, ...]
    remarks: tuple[str, ...]
    sure: tuple[str, ...]
    doubted: tuple[int, ...] | None


class Reading:
    """A file that a child is reading: the columns of its rows, the rows, the counts."""

    def __init__(self, rows: IO[bytes], columns: tuple[str, ...], bounds: Bounds):
        """Take the pipe of a child that has written its columns."""
        self._rows, self.columns, self._bounds = rows, columns, bounds
        self._said: dict[str, Any] | None = None

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes of the rows, in blocks that may end within one."""
        while block := self._rows.read(BLOCK):
            yield block

    def ended(self, said: dict[str, Any] | None) -> None:
        """Take the last word of the child, None if it died without one."""
        self._said = said

    @property
    def said(self) -> Said:
        """Return what was counted, once the rows are through."""
        if self._said is None:
            raise TypeError("The child has not ended.")
        found = self._said
        doubted = found["doubted"]
        return Said(
            **{
                **found,
                "refused": tuple(Refusal(**one) for one in found["refused"]),
                "ignored": tuple(found["ignored"]),
                "remarks": tuple(found["remarks"]),
                "sure": tuple(found["sure"]),
                "doubted": None if doubted is None else tuple(doubted),
            }
        )


@contextmanager
def read_apart(
    opened: IO[bytes],
    *,
    stated: Stated,
    before: str = "",
    digest: str = "",
    bounds: Bounds = LONG,
    meant: Meanings | None = None,
) -> Iterator[Reading]:
    """Read a canonical CSV in a child; the caller takes the blocks within.

    `before` and `digest` are what the database wants to be told before each row and
    before each digest; `meant` what cells of a column mean that were written otherwise.

    Raises TableError for what is no table and for a child that died of the file,
    MappingError for one that lacks columns: on entering or on leaving; BusyError while
    others are being read.
    """
    asked = _asked(stated, bounds) | {
        "before": before,
        "digest": digest,
        "helpers": _helpers(opened),
        "meant": meant or {},
    }
    with one_of_few(), tempfile.TemporaryFile() as last_word:
        child = subprocess.Popen(
            [sys.executable, "-m", __name__, json.dumps(asked)],
            cwd=ROOT,
            env=environment(),
            stdin=opened,
            stdout=subprocess.PIPE,
            stderr=last_word,
            start_new_session=True,
        )
        watch = threading.Timer(bounds.seconds + GRACE_SECONDS, _stop, [child])
        watch.daemon = True
        watch.start()
        try:
            with child:
                rows = child.stdout
                header = b"" if rows is None else rows.readline()
                if rows is None or not header:
                    child.wait()
                    raise _refused(_word(last_word), bounds)
                reading = Reading(rows, tuple(json.loads(header)), bounds)
                yield reading
                child.wait()
                said = _word(last_word)
                if said is None or said.get("kind") != "read":
                    raise _refused(said, bounds)
                reading.ended(said["said"])
        finally:
            watch.cancel()
            _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End a child that still runs, and its helpers, which are of its own session."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)


def _helpers(opened: IO[bytes]) -> int:
    long = os.fstat(opened.fileno()).st_size > HELPED_BYTES
    return HELPERS if long and (os.cpu_count() or 1) > 1 else 0


def _asked(stated: Stated, bounds: Bounds) -> dict[str, Any]:
    latest = stated.latest
    return {
        "zone": stated.zone,
        "latest": None if latest is None else latest.isoformat(),
        "pseudonyms": stated.pseudonyms,
        "seconds": bounds.seconds,
        "memory": bounds.memory_bytes,
    }


def _word(written: IO[bytes]) -> dict[str, Any] | None:
    """Return what a child said at last, None if it said nothing that can be read."""
    written.seek(0)
    lines = written.read().splitlines()
    try:
        found: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError):
        return None
    return found


def _refused(said: dict[str, Any] | None, bounds: Bounds) -> Exception:
    if said is None:
        return TableError(
            f"Reading this file took more than {bounds.seconds:,} s or "
            f"{bounds.memory_bytes / 1e6:,.0f} MB of memory, and was stopped. "
            f"Give it in parts.",
            code="too_heavy",
        )
    kind = TableError if said.get("kind") == "table" else MappingError
    return kind(said["message"], code=said["code"])


def answer_to(opened: IO[bytes], rows: IO[bytes], asked: dict[str, Any]) -> Any:
    """Write the rows of a file, and return the last word on it."""
    latest = asked["latest"]
    stated = Stated(
        zone=asked["zone"],
        latest=None if latest is None else datetime.fromisoformat(latest),
        pseudonyms=asked["pseudonyms"],
    )
    try:
        table = LongTable(opened, stated, meant=asked.get("meant"))
        rows.write(json.dumps(table.staged).encode() + b"\n")
        rows.flush()  # or every helper would write it again when it ends
        for block in table.blocks(
            asked["before"], asked["digest"], helpers=asked.get("helpers", 0)
        ):
            rows.write(block)
        rows.flush()
    except TableError as error:
        return {"kind": "table", "code": error.code, "message": str(error)}
    except MappingError as error:
        return {"kind": "mapping", "code": error.code, "message": str(error)}
    found = table.found
    said = Said(
        sha256=table.sha256,
        content=found.digest,
        read=found.read,
        blank=found.blank,
        refused_rows=found.refused_rows,
        refused=tuple(found.shown()),
        ignored=table.ignored,
        remarks=table.remarks,
        sure=tuple(table.screen.sure()),
        doubted=table.screen.doubted(),
    )
    return {"kind": "read", "said": asdict(said)}


def main() -> None:
    """Read the file on standard input, within the bounds that were asked for."""
    asked = json.loads(sys.argv[1])
    Bounds(seconds=asked["seconds"], memory_bytes=asked["memory"]).keep()
    # Millions of texts come and go, and none of them refers to itself.
    gc.disable()
    said = answer_to(sys.stdin.buffer, sys.stdout.buffer, asked)
    sys.stderr.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
