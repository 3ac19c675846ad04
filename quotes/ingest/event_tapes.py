"""What counts of an event log, packed: some 35 bytes an event, on the disk if many.

They come in the order of the file and go out by job, type and time. Runs that fit in
memory are sorted and laid down; read side by side they are one order, and none of them
is in memory as a whole.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt

Events: TypeAlias = npt.NDArray[np.void]
EVENT = np.dtype(
    [
        ("row", "<i8"),
        ("at", "<i8"),  # microseconds since 1970
        ("value", "<i8"),  # thousand millionths of a second, or units
        ("job", "<i4"),
        ("who", "<i4"),
        ("type", "<i2"),
        ("kind", "u1"),
    ]
)
ORDER = ("job", "type", "at", "row")
pack = struct.Struct("<qqqiihB").pack
"""Eight times quicker than to have numpy pack one."""
RUN = 1 << 19
"""Events that are sorted at once."""
READ = 1 << 18
"""Events of all runs together that are read at once."""


class Tape:
    """Events that are laid down one by one, and read often."""

    def __init__(self, *, run: int = RUN, read: int = READ) -> None:
        """Begin an empty one; `run` and `read` are how many are in memory at once."""
        self._run, self._read = run, read
        self._parts: list[bytes] = []
        self._sizes: list[int] = []
        self._file: IO[bytes] | None = None
        self._last = np.zeros(0, EVENT)

    def __enter__(self) -> Tape:
        """Use it, and have it gone afterwards."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give back the place on the disk."""
        if self._file is not None:
            self._file.close()

    def add(self, event: bytes) -> None:
        """Lay down an event that was packed."""
        self._parts.append(event)
        if len(self._parts) >= self._run:
            self._lay(self._sorted())

    def _sorted(self) -> Events:
        found = np.frombuffer(b"".join(self._parts), EVENT)
        self._parts = []
        return in_order(found)

    def _lay(self, run: Events) -> None:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 - it lasts as long as the tape
        self._file.write(run.tobytes())
        self._sizes.append(len(run))

    def close(self) -> None:
        """Lay down what is left: no event comes any more."""
        self._last = self._sorted()
        if self._file is not None:
            self._file.flush()

    @property
    def most_at_once(self) -> int:
        """Return how many events of a run are read at once."""
        return max(1, self._read // (len(self._sizes) + 1))

    def blocks(self) -> Iterator[Events]:
        """Yield all events, in no order."""
        at = 0
        for size in self._sizes:
            for first in range(0, size, self._read):
                yield self._at(at + first, min(self._read, size - first))
            at += size
        for first in range(0, len(self._last), self._read):
            yield self._last[first : first + self._read]

    def ordered(self) -> Iterator[Events]:
        """Yield all events by job, type, time and row, some thousands at a time."""
        runs = [*self._runs()]
        heads = [next(run) for run in runs]
        while heads:
            limit = min(_key(head[-1]) for head in heads)
            counts = [_up_to(head, limit) for head in heads]
            taken = zip(heads, counts, strict=True)
            yield in_order(np.concatenate([head[:many] for head, many in taken]))
            left = [head[many:] for head, many in zip(heads, counts, strict=True)]
            pairs = [
                (head if len(head) else next(run, head), run)
                for head, run in zip(left, runs, strict=True)
            ]
            heads = [head for head, _ in pairs if len(head)]
            runs = [run for head, run in pairs if len(head)]

    def _runs(self) -> Iterator[Iterator[Events]]:
        at = 0
        for size in self._sizes:
            yield self._blocks_of(at, size)
            at += size
        if len(self._last):
            step = self.most_at_once
            starts = range(0, len(self._last), step)
            yield (self._last[first : first + step] for first in starts)

    def _blocks_of(self, at: int, size: int) -> Iterator[Events]:
        step = self.most_at_once
        for first in range(0, size, step):
            yield self._at(at + first, min(step, size - first))

    def _at(self, place: int, many: int) -> Events:
        file: Any = self._file
        file.seek(place * EVENT.itemsize)
        return np.frombuffer(file.read(many * EVENT.itemsize), EVENT)


def in_order(events: Events) -> Events:
    """Return events by job, type, time and row."""
    found: Events = events[np.lexsort([events[name] for name in reversed(ORDER)])]
    return found


def _key(event: Any) -> tuple[int, ...]:
    return tuple(int(event[name]) for name in ORDER)


def _up_to(events: Events, limit: tuple[int, ...]) -> int:
    """Return how many of ordered events do not come after one."""
    below = np.zeros(len(events), np.bool_)
    same = np.ones(len(events), np.bool_)
    for name, value in zip(ORDER, limit, strict=True):
        below |= same & (events[name] < value)
        same &= events[name] == value
    return int((below | same).sum())
