"""A log of items too long for one machine: parts of the file, read anywhere, merged.

A part owns the lines that begin within its bytes, so that parts are cut without reading
the file. Each is read by `read_part`, on this machine or on a worker that sees the same
file, and two are made one by `item_sums.merged`, in any order and any tree. Dask's
`distributed` needs no more than that; it is no dependency, see docs/actuals.md.
"""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .item_logs import begun, read_log
from .item_readings import reading_of
from .item_sums import Rolled, merged
from .reading import Reading
from .tables import NUL, TableError
from .work import Stated

PART_BYTES = 16_000_000
LINE = 1 << 20
"""Bytes within which the header must end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some bytes of a file: its number, where it begins, and where the next does."""

    path: str
    number: int
    begin: int
    end: int


def parts_of(path: Path, *, size: int = PART_BYTES) -> list[Part]:
    """Return a file in parts of so many bytes. Raises TableError for UTF-16."""
    with path.open("rb") as opened:
        if opened.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise TableError(
                "A file in UTF-16 is read by one process: save it as CSV UTF-8.",
                code="bad_encoding",
            )
    whole = path.stat().st_size
    return [
        Part(path=f"{path}", number=number, begin=begin, end=min(begin + size, whole))
        for number, begin in enumerate(range(0, max(whole, 1), size))
    ]


def read_part(part: Part, stated: Stated) -> Rolled:
    """Return a part of a log, added up. Raises TableError and MappingError.

    A cell that goes over several lines may be cut in two: a log that has one is
    refused, and read by one process.
    """
    with open(part.path, "rb") as opened:
        header = opened.readline(LINE)
        log, rest, _ = begun(_text(header), stated)
        if rest or not header.endswith(b"\n"):
            raise _within_a_cell()
        opened.seek(max(part.begin - 1, 0))
        if part.number:
            # The line that goes over the edge belongs to the part before.
            opened.readline()
        else:
            opened.seek(len(header))
        begin = opened.tell()
        body = opened.read(max(part.end - begin, 0))
        if body and not body.endswith(b"\n"):
            body += opened.readline()
    # As one process reads them: a return by itself ends a line, too.
    text = _text(body).replace("\r\n", "\n").replace("\r", "\n")
    if '"' in text and any(line.count('"') % 2 for line in text.split("\n")):
        raise _within_a_cell()
    log.take(iter([text] if text else []), part=part.number, above=not part.number)
    return log.rolled


def _text(body: bytes) -> str:
    if b"\0" in body:
        raise TableError(NUL, code="nul")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            "The file is not UTF-8. Save it as CSV UTF-8.", code="bad_encoding"
        ) from error


def _within_a_cell() -> TableError:
    return TableError(
        "A cell of this file goes over several lines: it is read by one process.",
        code="line_in_cell",
    )


Gather = Callable[[Callable[..., Any], Sequence[Part], Stated], Rolled]


def gathered_here(
    read: Callable[..., Rolled], parts: Sequence[Part], stated: Stated
) -> Rolled:
    """Return parts read one after the other, and merged."""
    found = read(parts[0], stated)
    for part in parts[1:]:
        found = merged(found, read(part, stated))
    return found


def gathered_by(client: Any) -> Gather:
    """Return how a Dask cluster reads parts, and merges them two by two."""

    def gather(
        read: Callable[..., Any], parts: Sequence[Part], stated: Stated
    ) -> Rolled:
        left = client.map(read, parts, stated=stated)
        while len(left) > 1:
            pairs = zip(left[::2], left[1::2], strict=False)
            odd = left[-1:] if len(left) % 2 else []
            left = [*(client.submit(merged, *pair) for pair in pairs), *odd]
        found: Rolled = left[0].result()
        return found

    return gather


def read_in_parts(
    path: Path, stated: Stated, *, gather: Gather, size: int = PART_BYTES
) -> Reading:
    """Return the reading of a log whose parts are read where `gather` has it done."""
    with path.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        opened.seek(0)
        log, _ = read_log(io.BytesIO(opened.readline(LINE)), stated)
    rolled = gather(read_part, parts_of(path, size=size), stated)
    return reading_of(
        rolled,
        stated=stated,
        sha256=sha256,
        ignored=log.ignored,
        remarks=log.remarks,
    )
