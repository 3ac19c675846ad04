"""How much of a stranger's file is read: what each door allows, and the refusals.

A limit is a number of bytes, images, labels or corners, and never a feeling: what is
above it is refused in a sentence, before it costs memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from .values import SampleError

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is read at most.

    `deep`: elements inside each other, for XML. Of an archive: `members` in it, and the
    bytes that those with labels come to once they are `inflated`.
    """

    bytes: int = 600 * MEGABYTE
    images: int = 1_000_000
    labels: int = 10_000_000
    labels_per_image: int = 5_000
    corners_per_label: int = 20_000
    mask_pixels: int = 200_000_000
    decoded_pixels: int = 50_000_000
    deep: int = 50
    members: int = 2_000_000
    inflated: int = 10_000_000 * MEGABYTE

    def check(self, name: str, count: int, *, of: str, most: int) -> None:
        """Raise SampleError where a file has more of something than is read."""
        if count > most:
            raise SampleError(
                f"{name} has more than {most:,} {of}, which is more than is read here. "
                f"Give a part of it."
            )


COMMAND_LINE = Limits()
UPLOAD = Limits(
    bytes=50 * MEGABYTE,
    images=100_000,
    labels=200_000,
    labels_per_image=1_000,
    corners_per_label=5_000,
    members=200_000,
    inflated=200 * MEGABYTE,
)
"""What an uploaded file may hold; the door's own size limit comes first."""
