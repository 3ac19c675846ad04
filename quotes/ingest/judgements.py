"""Exports with a row for each judgement, assignment or label, read row by row.

A row becomes the piece of work that the reader of its tool makes of it, and of that are
kept some hundred bytes: its times and counts, and numbers for what it shares with
others. What rows say of one another (one written twice, a page in several, a tab that
idled) is found among those numbers when all is read (`judgement_sums`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from hashlib import blake2b
from tempfile import TemporaryFile
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .event_logs import Many
from .moments import micros
from .opening import completed
from .readers.base import Cells, Reader, attempt, header_again, plain, ragged
from .refusals import Refusals
from .summed_rows import FINE
from .tables import Line
from .work import GROUPED, Found, LeftOut, Piece, Refusal, Stated

Rows: TypeAlias = npt.NDArray[np.void]
COUNTS = (
    *("items", "items_skipped", "units_produced", "units_passed", "units_rejected"),
)
SPENT = ("active_seconds", "review_seconds")
ROW = np.dtype(
    [
        ("row", "<i8"),
        ("start", "<i8"),
        ("end", "<i8"),
        ("active_seconds", "<i8"),
        ("review_seconds", "<i8"),
        ("identity", "<u8", 2),
        ("item", "<u8", 2),
        ("group", "<i4"),
        *((name, "<i4") for name in COUNTS),
        ("good", "u1"),
    ]
)
_pack = struct.Struct("<qqqqq16s16siiiiiiB").pack
NOWHEN = -(2**63)
UNKNOWN = -1
NAMELESS = bytes(16)
AT_ONCE = 1 << 16
FINEST = Decimal(1).scaleb(-FINE)


class Judgements:
    """An export while it is read."""

    def __init__(self, names: Sequence[str], reader: Reader, stated: Stated) -> None:
        """Take the header, and who reads its rows."""
        self.names, self.reader, self.stated = tuple(names), reader, stated
        self.groups: list[tuple[object, ...]] = []
        self._groups: dict[tuple[object, ...], int] = {}
        self.refused = Refusals()
        self.left: dict[tuple[str, str], tuple[Many, list[int]]] = {}
        self.read = self.blank = 0
        self._plain = [plain(name) for name in names]
        self._kept = TemporaryFile()  # noqa: SIM115 - read when all is written
        self._parts: list[bytes] = []

    def __enter__(self) -> Judgements:
        """Read into it, and have what it keeps gone afterwards."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give back the place on the disk."""
        self._kept.close()

    def take(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Read rows with their numbers, each of which stands below those before it."""
        width, names, piece, stated = (
            len(self.names),
            self._plain,
            self.reader.by_row,
            self.stated,
        )
        header = list(self.names)
        if piece is None:
            raise TypeError(f"{self.reader.name} is not read row by row.")
        for number, row in rows:
            self.read += 1
            cells = row
            blank = not cells or not cells[0].strip()
            if blank and not any(cell and not cell.isspace() for cell in cells):
                self.blank += 1
                continue
            if len(cells) != width:
                if len(cells) < width or any(one.strip() for one in cells[width:]):
                    self.refused.add(ragged(Line(number, cells), width))
                    continue
                cells = cells[:width]
            if cells[0] == header[0] and list(cells) == header:
                self.refused.add(header_again(Line(number, cells)))
                continue
            said = Cells(number, dict(zip(names, cells, strict=True)))
            self.found(number, attempt(number, partial(piece, said, stated)))

    def found(self, number: int, found: Found) -> None:
        """Take what was found in a row."""
        if isinstance(found, Piece):
            self._keep(found)
        elif isinstance(found, LeftOut):
            self.leave(found.code, found.reason, number, spent_of(found.seconds))
        else:
            self.refused.add(found)

    def leave(
        self, code: str, reason: str, row: int, spent: int, rows: int = 1
    ) -> None:
        """Count rows that are left out, and the time that they carry."""
        many, seconds = self.left.setdefault((code, reason), (Many(), [0]))
        many.add(row, rows)
        seconds[0] += max(0, spent)

    def kept(self) -> Rows:
        """Return all pieces in the order of the file: no row comes any more."""
        self._write()
        self._kept.seek(0)
        return np.fromfile(self._kept, ROW)

    def _keep(self, piece: Piece) -> None:
        checked = completed(piece, self.reader, self.stated)
        good = isinstance(checked, Piece)
        if isinstance(checked, Refusal):
            self.refused.add(checked)
        values = checked.values if isinstance(checked, Piece) else piece.values
        counts = [values.get(name, UNKNOWN) for name in COUNTS]
        self._parts.append(
            _pack(
                piece.row,
                _at(piece.start),
                _at(piece.end),
                *(spent_of(values.get(name)) for name in SPENT),
                _digest(piece.identity),
                _digest(piece.item),
                self._group(values) if good else 0,
                *counts,
                good,
            )
        )
        if len(self._parts) >= AT_ONCE:
            self._write()

    def _write(self) -> None:
        self._kept.write(b"".join(self._parts))
        self._parts = []

    def _group(self, values: object) -> int:
        key = tuple(values.get(name) for name in GROUPED)  # type: ignore[attr-defined]
        found = self._groups.get(key)
        if found is None:
            found = self._groups[key] = len(self.groups)
            self.groups.append(key)
        return found


def spent_of(seconds: Decimal | None) -> int:
    """Return seconds as whole thousand millionths, -1 where they are not known."""
    if seconds is None:
        return UNKNOWN
    return int(seconds.quantize(FINEST, rounding=ROUND_HALF_UP).scaleb(FINE))


def _at(moment: datetime | None) -> int:
    return NOWHEN if moment is None else micros(moment)


def _digest(said: str) -> bytes:
    return blake2b(said.encode(), digest_size=16).digest() if said else NAMELESS
