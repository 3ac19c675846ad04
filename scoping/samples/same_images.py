"""The same images in two files, by their names, which tools write in different ways.

One writes a path, one an address, one the bare name with letters of its own before it.
So names are compared from the strictest reading to the loosest, and in each only what
is unmistakable in both files is paired: two images called 1.jpg in two folders never
become one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from scoping.calc.labels.values import Image, Pair

UPLOAD_PREFIX = re.compile(r"[0-9a-f]{8}-(?=.)")
"""What Label Studio puts before the name of an uploaded file."""
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://")
Reading = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameImages:
    """Images that both files have, and the names of those that one alone has."""

    pairs: tuple[Pair, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def same_images(first: Sequence[Image], second: Sequence[Image]) -> SameImages:
    """Return the images that both have, in the order of the first."""
    found: dict[int, int] = {}
    ours, theirs = set(range(len(first))), set(range(len(second)))
    for reading in READINGS:
        named, others = (
            _by_name(images, left, reading)
            for images, left in ((first, ours), (second, theirs))
        )
        for name, places in named.items():
            matching = others.get(name, [])
            if len(places) == 1 and len(matching) == 1:
                found[places[0]] = matching[0]
                ours.discard(places[0])
                theirs.discard(matching[0])
    return SameImages(
        pairs=tuple(
            Pair(first=first[one], second=second[found[one]]) for one in sorted(found)
        ),
        only_first=tuple(first[one].name for one in sorted(ours)),
        only_second=tuple(second[one].name for one in sorted(theirs)),
    )


def _by_name(
    images: Sequence[Image], left: set[int], reading: Reading
) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place in sorted(left):
        name = reading(images[place].name)
        if name:
            found[name].append(place)
    return found


def path_of(name: str) -> str:
    r"""Return the path in a name or an address: one spelling for all tools.

    >>> path_of("s3://bucket/Batch%201\\A.JPG"), path_of("/data/files/?d=a/b.jpg")
    ('batch 1/a.jpg', 'a/b.jpg')
    """
    text = unicodedata.normalize("NFC", name).strip().replace("\\", "/")
    if SCHEME.match(text.lower()) or text.startswith("/data/"):
        try:
            address = urlsplit(text)
            within = parse_qs(address.query).get("d")
        except ValueError:
            return unquote(text).casefold().strip("/")
        text = within[0] if within else address.path
    return unicodedata.normalize("NFC", unquote(text)).casefold().strip("/")


def _last_two(name: str) -> str:
    return "/".join(path_of(name).split("/")[-2:])


def _base(name: str) -> str:
    return path_of(name).split("/")[-1]


def _uploaded(name: str) -> str:
    return UPLOAD_PREFIX.sub("", _base(name), count=1)


def _stem(name: str) -> str:
    return PurePosixPath(_uploaded(name)).stem


READINGS: tuple[Reading, ...] = (path_of, _last_two, _base, _uploaded, _stem)
"""From the whole path to the bare name without its ending."""
