"""A stranger's file is read in a process of its own first, which may die of it.

The child reads the whole file with bounded memory and time and says whether that went
well. Only then does the process that serves pages read it. A file that is small on disk
may be large in memory or long to read in ways that no check foresees.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast

from .mappings import MappingError, read_mapping
from .reading import read_work
from .tables import TableError
from .work import Stated

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 2
GRACE_SECONDS = 15
TOLD_SECONDS = 1
_free = threading.BoundedSemaphore(AT_ONCE)


class BusyError(RuntimeError):
    """Raised while as many files are being read as may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a child may use."""

    seconds: int = 60
    memory_bytes: int = 1_000_000_000

    def keep(self) -> None:
        """Bind this process to them, for good: it dies of taking more."""
        resource.setrlimit(resource.RLIMIT_AS, (self.memory_bytes, self.memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


UPLOADED = Bounds()


@contextmanager
def one_of_few() -> Iterator[None]:
    """Let a child run, where not as many run as may. Raises BusyError."""
    if not _free.acquire(blocking=False):
        raise BusyError("Other files are being read right now. Try again in a minute.")
    try:
        yield
    finally:
        _free.release()


def survive(
    body: bytes, *, stated: Stated, mapping: object = None, bounds: Bounds = UPLOADED
) -> None:
    """Return if a file can be read within bounds.

    Raises TableError where it cannot, or where it is no file of work, MappingError
    where its columns are not known, and BusyError while others are being read.
    """
    with one_of_few():
        said = _child(body, stated=stated, mapping=mapping, bounds=bounds)
    if said is None:
        raise TableError(
            f"Reading this file took more than {bounds.seconds} s or "
            f"{bounds.memory_bytes / 1e6:,.0f} MB of memory, and was stopped. Give a "
            f"part of it, or count it on the command line.",
            code="too_heavy",
        )
    if said.get("kind") == "table":
        raise TableError(said["message"], code=said["code"])
    if said.get("kind") == "mapping":
        raise MappingError(said["message"], code=said["code"])


def _child(
    body: bytes, *, stated: Stated, mapping: object, bounds: Bounds
) -> dict[str, str] | None:
    """Return what the child says; None if it dies or takes too long."""
    asked = json.dumps(
        {
            "stated": said_of(stated),
            "mapping": mapping,
            "seconds": bounds.seconds,
            "memory": bounds.memory_bytes,
        }
    )
    return said_by(["quotes.ingest.apart", asked], body, bounds=bounds)


def ask(module: str, body: bytes, *, bounds: Bounds) -> dict[str, Any] | None:
    """Return what a module says of a file in a process of its own; see `answer`.

    Returns None if it dies or takes too long. Raises BusyError while as many files are
    being read as may be.
    """
    command = [module, str(bounds.seconds), str(bounds.memory_bytes)]
    with one_of_few():
        return said_by(command, body, bounds=bounds)


def answer(answer_to: Callable[[bytes], dict[str, Any]]) -> None:
    """Answer of the file on standard input within the bounds that `ask` gave."""
    seconds, memory_bytes = (int(one) for one in sys.argv[1:3])
    Bounds(seconds=seconds, memory_bytes=memory_bytes).keep()
    sys.stdout.write(json.dumps(answer_to(sys.stdin.buffer.read())))


def said_by(
    command: Sequence[str],
    body: bytes,
    *,
    bounds: Bounds,
    opened: Sequence[int] = (),
    told: Callable[[], None] = lambda: None,
) -> dict[str, Any] | None:
    """Run a module in a process of its own on a file, and return the JSON it prints.

    `command` is the module and what it is asked; it bounds its own memory and time.
    `body` is what it reads on standard input, `opened` the numbers of files that stay
    open for it. `told` is called every second meanwhile, and may raise. Returns None if
    it dies or takes too long.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=tuple(opened),
        start_new_session=True,
    )
    with child:
        try:
            _feed(child, body)
            said = _said(child, bounds.seconds + GRACE_SECONDS, told)
        finally:
            child.kill()
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        return None
    return answer


def _feed(child: subprocess.Popen[bytes], body: bytes) -> None:
    """Write a file to a child in the background, however late it begins to read.

    `communicate` forgets what it has not written yet where it is interrupted.
    """
    pipe, child.stdin = child.stdin, None

    def write() -> None:
        # Who does not read to the end has an answer without it, or is no more.
        with suppress(BrokenPipeError), cast("IO[bytes]", pipe) as opened:
            opened.write(body)

    threading.Thread(target=write, daemon=True).start()


def _said(
    child: subprocess.Popen[bytes], seconds: int, told: Callable[[], None]
) -> bytes:
    """Return what a child writes until it ends, nothing of one that takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            said, _ = child.communicate(timeout=TOLD_SECONDS)
        except subprocess.TimeoutExpired:
            told()
        else:
            return said
    return b""


def said_of(stated: Stated) -> dict[str, Any]:
    """Return what was stated, as text: all but the salt, which nobody may see running.

    Other names of people change nothing of what can be read.
    """
    latest = None if stated.latest is None else stated.latest.isoformat()
    cap = None if stated.cap_seconds is None else str(stated.cap_seconds)
    return asdict(replace(stated, pseudonyms="")) | {
        "latest": latest,
        "cap_seconds": cap,
    }


def stated_of(said: Mapping[str, Any]) -> Stated:
    """Return what `said_of` made text of."""
    latest, cap = said["latest"], said["cap_seconds"]
    return Stated(
        **{
            **said,
            "latest": None if latest is None else datetime.fromisoformat(latest),
            "cap_seconds": None if cap is None else Decimal(cap),
        }
    )


def environment() -> dict[str, str]:
    """Return the environment of a child: no secrets of its parent are in it."""
    return {
        "PATH": os.environ.get("PATH", ""),
        # Each thread would reserve memory of its own.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        # What counts of a long log lies where the operator has room for it.
        **{name: os.environ[name] for name in ("TMPDIR",) if name in os.environ},
    }


def answer_to(body: bytes, asked: Mapping[str, Any]) -> dict[str, str]:
    """Return what the child says of a file: that it was read, or what is wrong."""
    mapping, stated = asked["mapping"], stated_of(asked["stated"])
    try:
        read_work(
            body,
            mapping=None if mapping is None else read_mapping(mapping),
            zone=stated.zone,
            stated=stated,
        )
    except TableError as error:
        return {"kind": "table", "code": error.code, "message": str(error)}
    except MappingError as error:
        return {"kind": "mapping", "code": error.code, "message": str(error)}
    return {"kind": "read"}


def main() -> None:
    """Read the file on standard input, within the bounds that were asked for."""
    asked = json.loads(sys.argv[1])
    Bounds(seconds=asked["seconds"], memory_bytes=asked["memory"]).keep()
    sys.stdout.write(json.dumps(answer_to(sys.stdin.buffer.read(), asked)))


if __name__ == "__main__":
    main()
