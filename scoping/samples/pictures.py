"""Images without labels: how many there are, and how large, read off their first bytes.

Nothing is decoded: a picture that is small on disk may be a continent in memory.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from statistics import median
from typing import IO

ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp")
HEAD = 65_536
"""Bytes in which a JPEG says its size, previews and all."""
MEGAPIXEL = 1_000_000
PNG = b"\x89PNG\r\n\x1a\n"
NO_SIZE_MARKS = frozenset({0xC4, 0xC8, 0xCC})
FIRST_FRAME, LAST_FRAME = 0xC0, 0xCF


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Images alone: objects in them nobody has counted yet.

    `megapixels`: the median of those that say their size, None where none does.
    """

    images: int
    megapixels: float | None


def is_picture(name: str) -> bool:
    """Return whether a file is an image, by its name."""
    return name.lower().endswith(ENDINGS)


def pictures_of(pixels: list[int], *, images: int) -> Pictures:
    """Return images counted, and the median of the sizes that are known."""
    known = median(pixels) / MEGAPIXEL if pixels else None
    return Pictures(images=images, megapixels=known)


def pixels_of(file: IO[bytes]) -> int | None:
    """Return width × height that a PNG or JPEG states, None where it does not."""
    head = file.read(HEAD)
    if head.startswith(PNG) and len(head) >= 24:  # noqa: PLR2004 - up to its height
        width, height = struct.unpack(">II", head[16:24])
        return int(width * height) or None
    return _jpeg(head) if head.startswith(b"\xff\xd8") else None


def _jpeg(head: bytes) -> int | None:
    place = 2
    while place + 9 <= len(head):
        if head[place] != 0xFF:  # noqa: PLR2004 - every segment begins with it
            return None
        mark = head[place + 1]
        if FIRST_FRAME <= mark <= LAST_FRAME and mark not in NO_SIZE_MARKS:
            height, width = struct.unpack(">HH", head[place + 5 : place + 9])
            return int(width * height) or None
        place += 2 + struct.unpack(">H", head[place + 2 : place + 4])[0]
    return None
