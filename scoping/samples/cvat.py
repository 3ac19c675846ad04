"""CVAT's XML (1.1) as a pass: images and tracks; boxes, outlines, masks, points, tags.

The file is read as a stream, without document types or entities, and what was read of
it is let go, so that neither a bomb nor a long video fills the memory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from scoping.calc.labels.values import (
    Floats,
    Image,
    Label,
    Outline,
    Points,
    Shape,
    Tag,
)

from . import checked
from .limits import Limits
from .passes import Pass, left_out
from .rle import cvat_mask
from .values import SampleError

FORMAT = "CVAT"
NOT_COMPARED = ("polyline", "cuboid")
FRAME_TAGS = ("start_frame", "stop_frame", "frame_filter")
ELEMENTS_PER_LABEL = 3
"""Elements that belong to a label: itself, and its attributes."""
Attributes = Mapping[str, str]


@dataclass(slots=True)
class _Read:
    """What was read so far."""

    name: str
    limits: Limits
    images: list[Image] = field(default_factory=list)
    frames: dict[int, list[Label]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[str, None] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    size: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    labels: int = 0
    is_video: bool = False

    def count(self, more: int) -> None:
        """Count labels, and refuse too many."""
        self.labels += more
        self.limits.check(self.name, self.labels, of="labels", most=self.limits.labels)


def read(path: Path, *, name: str, limits: Limits) -> Pass:
    """Return the pass in a CVAT file. Raises SampleError for what is none."""
    found = _Read(name=name, limits=limits)
    try:
        _read_stream(path, found)
    except ParseError as error:
        raise SampleError(
            f"{name} is no complete XML, line {error.position[0]}: it may be cut "
            f"short. Export it again as “CVAT for images 1.1” or “for video”."
        ) from error
    except DefusedXmlException as error:
        raise SampleError(
            f"{name} declares a document type or entities, which no tool writes into "
            f"labels and which can hide a bomb. It is not read."
        ) from error
    except (LookupError, UnicodeError) as error:
        raise SampleError(f"{name} is in an encoding that cannot be read.") from error
    images = [*found.images, *_frames(found)]
    if not images:
        raise SampleError(
            f"{name} is XML, but holds no image and no track of CVAT. Export it again "
            f"as “CVAT for images 1.1” or “CVAT for video 1.1”."
        )
    return Pass(
        name=name,
        format=FORMAT,
        images=tuple(images),
        classes=tuple(found.classes),
        remarks=tuple(
            left_out(
                {f"{kind}s": times for kind, times in found.skipped.items()},
                why="they have no area to compare.",
            )
        ),
    )


def _too_many(found: _Read, most: int) -> str:
    return (
        f"{found.name} has more than {most:,} XML elements, or more than "
        f"{found.limits.deep} inside each other, which is more than is read here. "
        f"Give a part of it."
    )


CHUNK = 1 << 20
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def elements_in(path: Path, *, most: int) -> int:
    """Return how many elements a file begins, by its bytes; above `most` any number.

    Counting bytes takes a thousandth of reading them, so that a bomb is refused before
    it is read. A comment that holds tags counts too many: nobody writes 600,000.
    """
    found, last = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if not last and chunk.startswith(UTF_16):
                return 0
            text = last + chunk
            # The last byte waits for the one that follows it.
            text, last = text[:-1], text[-1:]
            both = text + last
            found += text.count(b"<") - sum(
                both.count(pair) for pair in (b"</", b"<!", b"<?")
            )
            if found > most:
                break
    return found + last.count(b"<")


def _read_stream(path: Path, found: _Read) -> None:
    stack: list[str] = []
    elements, most = 0, ELEMENTS_PER_LABEL * found.limits.labels
    if elements_in(path, most=most) > most:
        raise SampleError(_too_many(found, most))
    for event, element in iterparse(
        path,
        events=("start", "end"),
        forbid_dtd=True,
        forbid_entities=True,
        forbid_external=True,
    ):
        if event == "start":
            stack.append(element.tag)
            elements += 1
            if elements > most or len(stack) > found.limits.deep:
                raise SampleError(_too_many(found, most))
            if len(stack) == 1 and element.tag != "annotations":
                raise SampleError(
                    f"{found.name} is XML, but not of CVAT: it begins with "
                    f"“{element.tag:.40}”, not with “annotations”."
                )
            continue
        stack.pop()
        _take(element, stack, found)


def _take(element: Element, stack: list[str], found: _Read) -> None:
    """Take what an element says when it ends, and let go of it."""
    tag, text = element.tag, (element.text or "").strip()
    if stack == ["annotations"] and tag == "image":
        found.images.append(_image(element, found))
        limits = found.limits
        limits.check(found.name, len(found.images), of="images", most=limits.images)
    elif stack == ["annotations"] and tag == "track":
        found.is_video = True
        _take_track(element, found)
    elif stack[-1:] == ["label"] and tag == "name" and "meta" in stack:
        found.classes[checked.class_name(text)] = None
    elif stack[-1:] == ["original_size"]:
        found.size[tag] = text
    elif tag in FRAME_TAGS and "meta" in stack:
        found.said.setdefault(tag, text)
    elif tag == "mode" and text == "interpolation":
        found.is_video = True
    if stack == ["annotations"]:
        element.clear()


def _image(element: Element, found: _Read) -> Image:
    said = element.attrib
    name = said.get("name") or said.get("id")
    if not name:
        raise SampleError(
            f"{found.name}: image {len(found.images) + 1} has neither name nor id."
        )
    width, height = checked.size(said.get("width")), checked.size(said.get("height"))
    where = f"{found.name}, image “{name:.80}”"
    labels = [
        checked.labelled(one.get("label"), shape)
        for one in element
        if (shape := _shape(one, where, found, size=(width, height))) is not None
    ]
    found.limits.check(
        where, len(labels), of="labels", most=found.limits.labels_per_image
    )
    found.count(len(labels))
    return Image(name=name, labels=tuple(labels), width=width, height=height)


def _take_track(track: Element, found: _Read) -> None:
    """Add the shapes of a track to their frames, those that were interpolated too."""
    name = track.get("label")
    where = f"{found.name}, track {track.get('id', '?'):.20}"
    size = (
        checked.size(found.size.get("width")),
        checked.size(found.size.get("height")),
    )
    inner = [child for child in track if child.tag == "track"]
    points = _points_by_frame(inner, where)
    for one in track:
        if one.tag == "track" or one.get("outside") == "1":
            continue
        frame = checked.whole(one.get("frame"), where, "its frame", most=10**9)
        if one.tag == "skeleton" and inner:
            at = points.get(frame, {})
            shape: Shape | None = Points(at=at) if at else None
        else:
            shape = _shape(one, where, found, size=size)
        if shape is None:
            continue
        found.frames[frame].append(checked.labelled(name, shape))
        found.limits.check(
            f"{where}: its frame {frame}",
            len(found.frames[frame]),
            of="labels",
            most=found.limits.labels_per_image,
        )
        found.count(1)


def _points_by_frame(
    tracks: list[Element], where: str
) -> dict[int, dict[str, tuple[float, float]]]:
    """Return the points of a skeleton's tracks that are there, by frame and name."""
    found: dict[int, dict[str, tuple[float, float]]] = defaultdict(dict)
    for track in tracks:
        for one in track:
            if one.tag == "points" and one.get("outside") != "1":
                frame = checked.whole(one.get("frame"), where, "a frame", most=10**9)
                x, y = _corners(one.get("points", ""), where)[0]
                found[frame][checked.class_name(track.get("label"))] = (x, y)
    return found


def _frames(found: _Read) -> Iterator[Image]:
    """Yield the frames of a video, also those without a label, if it lists them."""
    if not found.is_video or found.images:
        return
    named = set(found.frames) | set(_frame_numbers(found))
    for frame in sorted(named):
        yield Image(
            name=f"frame_{frame:06d}",
            labels=tuple(found.frames.get(frame, ())),
            width=checked.size(found.size.get("width")),
            height=checked.size(found.size.get("height")),
        )


def _frame_numbers(found: _Read) -> range:
    first, last = (found.said.get(tag, "") for tag in FRAME_TAGS[:2])
    step = found.said.get("frame_filter", "").removeprefix("step=") or "1"
    where = f"{found.name}, its frames"
    if not (first and last):
        return range(0)
    every = max(checked.whole(step, where, "the step", most=10**6), 1)
    begin, end = (
        checked.whole(one, where, "a frame", most=10**9) for one in (first, last)
    )
    frames = range(begin, end + 1, every)
    found.limits.check(found.name, len(frames), of="frames", most=found.limits.images)
    return frames


def _shape(
    one: Element, where: str, found: _Read, *, size: tuple[int | None, int | None]
) -> Shape | None:
    """Return the shape of an element; None for what is no label or not compared."""
    if one.tag in NOT_COMPARED:
        found.skipped[one.tag] += 1
        return None
    readers: Mapping[str, Any] = {
        "tag": lambda: Tag(),
        "box": lambda: _box(one.attrib, where),
        "polygon": lambda: Outline(
            (
                checked.ring(
                    _corners(one.get("points", ""), where), where, limits=found.limits
                ),
            )
        ),
        "ellipse": lambda: _ellipse(one.attrib, where),
        "points": lambda: _numbered(_corners(one.get("points", ""), where)),
        "skeleton": lambda: _skeleton(one, where),
        "mask": lambda: _mask(one.attrib, size, where, found.limits),
    }
    shape: Shape | None = readers[one.tag]() if one.tag in readers else None
    return shape


def _box(said: Attributes, where: str) -> Shape:
    box = checked.box([said.get(key) for key in ("xtl", "ytl", "xbr", "ybr")], where)
    degrees = checked.number(said.get("rotation", "0"), where, "a rotation")
    if degrees % 360 == 0:
        return box
    corners = np.array(
        [
            [box.left, box.top],
            [box.right, box.top],
            [box.right, box.bottom],
            [box.left, box.bottom],
        ]
    )
    centre = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    return Outline((checked.turned(corners, degrees=degrees, about=centre),))


def _ellipse(said: Attributes, where: str) -> Outline:
    x, y, wide, high = (
        checked.number(said.get(key), where, "a number of the ellipse")
        for key in ("cx", "cy", "rx", "ry")
    )
    degrees = checked.number(said.get("rotation", "0"), where, "a rotation")
    return checked.ellipse((x, y), (wide, high), degrees=degrees)


def _corners(said: str, where: str) -> Floats:
    """Return “x,y;x,y” as an array of corners × (x, y)."""
    found = [pair.split(",") for pair in said.split(";") if pair.strip()]
    if not found or any(len(pair) != 2 for pair in found):  # noqa: PLR2004 - x and y
        raise SampleError(f"{where}: its points are no list of x,y;x,y.")
    return np.array(
        [[checked.number(value, where, "a point") for value in pair] for pair in found]
    )


def _numbered(corners: Floats) -> Points:
    return Points(
        at={str(place): (float(x), float(y)) for place, (x, y) in enumerate(corners, 1)}
    )


def _skeleton(one: Element, where: str) -> Points | None:
    at: dict[str, tuple[float, float]] = {}
    for point in one:
        if point.tag == "points" and point.get("outside") != "1":
            x, y = _corners(point.get("points", ""), where)[0]
            at[checked.class_name(point.get("label"))] = (float(x), float(y))
    return Points(at=at) if at else None


def _mask(
    said: Attributes, size: tuple[int | None, int | None], where: str, limits: Limits
) -> Shape:
    width, height = size
    if width is None or height is None:
        raise SampleError(f"{where}: it has a mask and no width and height.")
    left, top, wide, high = (
        checked.whole(said.get(key), where, f"the mask's {key}", most=10**7)
        for key in ("left", "top", "width", "height")
    )
    counts = [
        checked.whole(run, where, "a run of the mask", most=limits.mask_pixels)
        for run in said.get("rle", "").split(",")
        if run.strip()
    ]
    return cvat_mask(
        counts, (left, top, wide, high), (width, height), where, limits=limits
    )
