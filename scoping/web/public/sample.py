"""A sample that a client uploaded: what it says of her project, and its histogram.

What is kept of it is counts and names of classes; the file itself is let go.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoping.calc.rates.values import PriceSide
from scoping.samples.pictures import Pictures
from scoping.samples.summary import summarise
from scoping.samples.values import Measured
from scoping.templatetags.plumbline import count, plural

WIDTH, HEIGHT, BASE, LEFT = 640, 220, 190, 48
MOST_BARS = 24
MOST_IMAGES = Decimal("0.99")
"""The share of images that have bars of their own where a few hold far more."""
LABEL = 150
"""Pixels that the name of the average needs beside its line."""
NEEDS = {
    "bounding_box": "object_detection",
    "polygon": "instance_segmentation",
    "instance_mask": "instance_segmentation",
}
"""What labels of a kind are usually for, where nobody has said yet."""
LARGE, VERY_LARGE = 3.0, 8.5
"""Megapixels from which on an image is called large, and very large."""
MOST_NAMED = 12
MOST_KINDS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """So many images with so many objects."""

    words: str
    images: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A number on an axis."""

    place: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How images differ: bars, axes, and where the average lies."""

    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    mean_x: int
    low_x: int
    band_width: int
    sentence: str
    label_x: int
    label_side: str
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE
    left: int = LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCard:
    """A measured sample, as the page prints it."""

    file: str
    format: str
    facts: tuple[tuple[str, str], ...]
    mean: str
    dataset: str
    spread: str
    classes: tuple[tuple[str, str], ...]
    more_classes: int
    remarks: tuple[str, ...]
    histogram: Histogram


def kept_of(found: Measured, name: str) -> dict[str, Any]:
    """Return what is kept of a sample, as plain data."""
    return {
        "file": name,
        "format": found.format,
        "counts": list(found.counts),
        "classes": [[key, many] for key, many in found.classes.items()][:MOST_NAMED],
        "kinds": found.class_count,
        "used": len(found.classes),
        "type": found.annotation_type,
        "remarks": list(found.remarks)[:MOST_NAMED],
    }


def answers_of(found: Measured | Pictures, said: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that a sample gives, where they were not given before."""
    taken: dict[str, str] = {}
    if isinstance(found, Pictures):
        if found.megapixels is not None:
            large = "very_high" if found.megapixels > VERY_LARGE else "high"
            taken["resolution"] = "normal" if found.megapixels < LARGE else large
        return {**taken, **said}
    if 0 < found.class_count <= MOST_KINDS:
        taken["kinds"] = str(found.class_count)
    taken["need"] = NEEDS.get(found.annotation_type, "object_detection")
    return {**taken, **said, "objects_unknown": "", "counts": ""}


def card_of(kept: Mapping[str, Any], *, price: PriceSide) -> SampleCard:
    """Return the card of a sample that was kept."""
    counts = tuple(kept["counts"])
    sample = Measured(format=kept["format"], counts=counts, classes={}, shapes={})
    found = summarise(sample, between=price.sample_to_dataset)
    low, _, high = found.dataset
    return SampleCard(
        file=kept["file"],
        format=kept["format"],
        facts=(
            ("Images", count(sample.images)),
            ("Objects", count(sample.objects)),
            ("Kinds listed", count(kept["kinds"])),
            ("Most in one image", count(found.most)),
            ("Without an object", count(found.empty_images)),
        ),
        mean=f"{found.mean:f}",
        dataset=f"{_short(low)} and {_short(high)}",
        spread=_spread(found.most, min(counts)),
        classes=tuple((name, count(many)) for name, many in kept["classes"]),
        more_classes=max(0, kept["used"] - len(kept["classes"])),
        remarks=tuple(kept["remarks"]),
        histogram=histogram_of(counts, mean=found.mean, ends=(low, high)),
    )


def _spread(most: int, least: int) -> str:
    if least == most:
        return f"Each image holds {count(most)} {plural(most, 'object')}."
    return f"Images hold between {count(least)} and {count(most)} objects."


def _short(value: Decimal) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def histogram_of(
    counts: tuple[int, ...], *, mean: Decimal, ends: tuple[Decimal, Decimal]
) -> Histogram:
    """Return the drawing of how many images hold how many objects."""
    most, usual = max(counts), _usual(counts)
    wide = -(-(usual + 1) // MOST_BARS)
    bins = -(-(usual + 1) // wide)
    has_tail = bins * wide <= most
    images = [0] * (bins + has_tail)
    for one in counts:
        images[min(one // wide, len(images) - 1)] += 1
    bins = len(images)
    top = max(images)
    step = (WIDTH - LEFT - 4) / bins

    def at(objects: Decimal) -> int:
        middle = LEFT + (float(objects) + 0.5) / wide * step
        return min(max(round(middle), LEFT), WIDTH - 2)

    bars = tuple(
        Bar(
            words=f"{place * wide}+"
            if has_tail and place == bins - 1
            else _range(place * wide, wide),
            images=many,
            x=round(LEFT + place * step) + 1,
            y=BASE - round(many / top * (BASE - 30)),
            width=max(1, round(step) - 2),
            height=round(many / top * (BASE - 30)),
        )
        for place, many in enumerate(images)
    )
    named = [*bars[:: -(-bins // 8)]]
    if has_tail and bars[-1] is not named[-1]:
        named[-1] = bars[-1]
    label_x, label_side = _beside(at(mean))
    return Histogram(
        bars=bars,
        across=tuple(
            Tick(place=bar.x + bar.width // 2, words=bar.words) for bar in named
        ),
        up=tuple(
            Tick(place=BASE - round(part / top * (BASE - 30)), words=count(part))
            for part in sorted({top, top // 2} - {0})
        ),
        mean_x=at(mean),
        label_x=label_x,
        label_side=label_side,
        low_x=at(ends[0]),
        band_width=max(2, at(ends[1]) - at(ends[0])),
        sentence=(
            f"{count(len(counts))} images by the number of objects in them, from "
            f"{min(counts)} to {most}; {mean:f} on average."
        ),
    )


def _usual(counts: tuple[int, ...]) -> int:
    """Return up to where images have bars of their own: all, unless a few hold more.

    One image in a hundred that holds twice as many as all others would else leave the
    picture empty.
    """
    ordered, most = sorted(counts), max(counts)
    inside = ordered[max(0, math.ceil(len(ordered) * MOST_IMAGES) - 1)]
    return inside if most > 2 * (inside + 1) else most


def _beside(mean_x: int) -> tuple[int, str]:
    """Return where the name of the average stands, and on which side of its line."""
    if mean_x + LABEL > WIDTH:
        return mean_x - 8, "end"
    return mean_x + 8, "start"


def _range(first: int, wide: int) -> str:
    return str(first) if wide == 1 else f"{first}\N{EN DASH}{first + wide - 1}"
