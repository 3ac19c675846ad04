"""What a price assumes, numbered, with the tolerance within which it holds.

Every answer that moved the price, and every answer that nobody gave and the card's
standard value stands for, is a numbered assumption. A change order cites the number.
Built from the spec and the card's price side alone, because clients read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .rates.values import PriceSide
from .spec.values import WORD_DRIVERS, Line, LowModeHigh, Quantiles, Spec
from .volume import LineVolume

PLURAL = {
    "label": "tags",
    "box": "boxes",
    "object": "outlines",
    "image": "masks",
    "keypoint": "keypoints",
    "segment": "segments",
}
NAMES = {
    "image_tag": "Tags",
    "bounding_box": "Boxes",
    "polygon": "Outlines",
    "semantic_mask": "Full-scene masks",
    "keypoint": "Keypoints",
    "polyline": "Lines",
    "cuboid": "Cuboids",
    "instance_mask": "Object masks",
    "video_box": "Video boxes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One numbered assumption. `said` is False where a standard value was taken."""

    number: int
    text: str
    tolerance: str
    path: str
    said: bool


def line_name(line: Line) -> str:
    """Return what a line is called on pages: its own name, or its type's."""
    return line.name or NAMES[line.type]


def assumptions(
    spec: Spec, *, price: PriceSide, volumes: Mapping[int, LineVolume]
) -> tuple[Assumption, ...]:
    """Return all assumptions of a price, numbered from 1."""
    rows = [
        row
        for line in spec.lines
        for row in _of_line(spec, line, volumes[line.index], price=price)
    ]
    found = [*_merged(rows, lines=len(spec.lines)), *_of_project(spec)]
    return tuple(
        Assumption(number=number, text=text, tolerance=tolerance, path=path, said=said)
        for number, (text, tolerance, path, said, _) in enumerate(found, start=1)
    )


def numbered_on(
    found: tuple[Assumption, ...], terms: Iterable[tuple[str, str, str]]
) -> tuple[Assumption, ...]:
    """Return assumptions with further ones, numbered on: text, tolerance, path."""
    more = tuple(
        Assumption(number=number, text=text, tolerance=tolerance, path=path, said=True)
        for number, (text, tolerance, path) in enumerate(terms, start=len(found) + 1)
    )
    return (*found, *more)


def _merged(rows: list[_Row], *, lines: int) -> Iterator[_Row]:
    """Yield each assumption once, naming the lines that it holds for; none if all."""
    holds_for: dict[tuple[str, str, bool], list[_Row]] = {}
    for row in rows:
        holds_for.setdefault((row[0], row[1], row[3]), []).append(row)
    for (text, tolerance, said), same in holds_for.items():
        names = ", ".join(dict.fromkeys(row[4] for row in same))
        everywhere = len(same) == lines
        yield (
            text if everywhere else f"{text} ({names})",
            tolerance,
            same[0][2],
            said,
            names,
        )


_Row = tuple[str, str, str, bool, str]
"""Text, tolerance, path, whether it was said, and the line's name."""


def _of_line(
    spec: Spec, line: Line, volume: LineVolume, *, price: PriceSide
) -> Iterator[_Row]:
    name, path = line_name(line), line.path
    units = {"box": "boxes", "label": "tags"}.get(line.unit, line.unit + "s")
    low, high = _tolerated(line, volume, price=price)
    kind = "A frame" if spec.item_kind == "frame" else "An image"
    if line.share_of_items != 1:
        kind = f"{_percent(line.share_of_items)} of the images, and each of these"
    if line.type != "semantic_mask":
        yield (
            f"{kind} has {short(volume.per_item.value)} {units} on average",
            f"{short(low)} to {short(high)}",
            f"{path}/units_per_item",
            True,
            name,
        )
    if line.classes is not None:
        more = int(Decimal(line.classes) * (1 + price.volume_tolerance.value))
        yield (
            f"{line.classes} kinds of object, one set of rules",
            f"up to {max(more, line.classes)}",
            f"{path}/classes",
            True,
            name,
        )
    yield from _words(spec, line, price=price)
    if line.redundancy > 1:
        yield (
            f"Each image is labelled by {line.redundancy} people",
            "exactly",
            f"{path}/redundancy",
            True,
            name,
        )


def _words(spec: Spec, line: Line, *, price: PriceSide) -> Iterator[_Row]:
    name, path = line_name(line), line.path
    yield (
        f"The scenes are of {line.complexity} difficulty",
        "as in the sample we were shown",
        f"{path}/complexity",
        f"{path}/complexity" in spec.stated,
        name,
    )
    sentences = {
        "occlusion": "Objects are partly hidden: {word}",
        "density": "Images are {word}",
        "resolution": "Images are of {word} resolution",
        "domain": "The subject is {word}",
    }
    for kind in WORD_DRIVERS:
        said = getattr(line, kind)
        taken = said or price.standard_words.get(kind)
        if taken is None:
            continue
        yield (
            sentences[kind].format(word=taken.replace("_", " ")),
            "as stated" if said else "our standard value, because it was not stated",
            f"{path}/{kind}",
            said is not None,
            name,
        )


def _of_project(spec: Spec) -> Iterator[_Row]:
    day = spec.start_on
    yield (
        f"Images reach us by {day.day} {day:%B %Y}",
        "a delay moves the week",
        "/start_on",
        "/start_on" in spec.stated,
        "",
    )
    yield (
        f"Questions are answered in {spec.client_turnaround_days} business days",
        "a delay moves the week",
        "/client_turnaround_days",
        "/client_turnaround_days" in spec.stated,
        "",
    )


def _tolerated(
    line: Line, volume: LineVolume, *, price: PriceSide
) -> tuple[Decimal, Decimal]:
    said = line.units_per_item.mean
    if isinstance(said, Quantiles) and said.p10 != said.p90:
        return said.p10, said.p90
    if isinstance(said, LowModeHigh) and said.low != said.high:
        return said.low, said.high
    part = price.volume_tolerance.value
    mean = volume.per_item.value
    return mean * (1 - part), mean * (1 + part)


def short(value: Decimal) -> str:
    """Return a mean as people say it: one decimal, two below ten where they matter."""
    shown = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    text = f"{shown.normalize():f}"
    return text if "." in text else f"{text}.0"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
