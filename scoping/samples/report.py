"""What was compared, as lines of text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scoping.calc.labels.agreement import FamilyAgreement, Row
from scoping.calc.ratings import TagAgreement
from scoping.calc.resampling import Measured

from .comparing import Compared, Side

FAMILY_WORDS = {
    "regions": "Boxes, outlines and masks",
    "keypoints": "Keypoints",
    "tags": "Tags of images",
}
NOT_KNOWN = "not known"
ONE_CLASS = (
    "With one class alpha can only punish: nobody can agree that an object is not "
    "there. Look at F1."
)
DIGITS = 6
NAMED = 5
MOST_NAMED, MOST_LETTERS = 100, 200
"""Images of one file alone that data names, of which there may be very many."""


def data_of(found: Compared) -> dict[str, Any]:
    """Return a comparison as plain data. Shares are 0 to 1, null is not known."""
    made = found.agreement
    return {
        "agreement": 1,
        "images": made.images,
        "least_overlap": made.least,
        "confidence": made.confidence,
        "resamples": made.draws,
        "seed": found.seed,
        "first": _side(found.first),
        "second": _side(found.second),
        "families": [_family(one) for one in made.families],
    }


def text_of(found: Compared) -> Iterator[str]:
    """Yield the lines of a comparison."""
    made = found.agreement
    for side, ends in ((found.first, "against"), (found.second, "the reference")):
        yield (
            f"{side.name} ({side.format}): {side.images:,} images, {side.labels:,} "
            f"labels, {ends}"
        )
    yield (
        f"{made.images:,} images in both; one object from an overlap of "
        f"{made.least:g} on; intervals {made.confidence:.0%}, {made.draws:,} resamples "
        f"of images, seed {found.seed}"
    )
    for side in (found.first, found.second):
        if side.alone:
            few = ", ".join(f"{name:.60}" for name in side.alone[:NAMED])
            more = len(side.alone) - NAMED
            yield (
                f"! {len(side.alone):,} images are in {side.name} alone: {few}"
                + (f" and {more:,} more" if more > 0 else "")
            )
        for remark in side.remarks:
            yield f"! {side.name}: {remark}"
    for family in made.families:
        yield ""
        yield from _family_text(family)


def _family_text(one: FamilyAgreement) -> Iterator[str]:
    rows = [
        ("all, class must match", one.named),
        ("all, whatever the class", one.found),
        *((row.name, row.row) for row in one.classes),
    ]
    width = min(max(len(name) for name, _ in rows), 40)
    yield FAMILY_WORDS[one.family]
    yield (
        f"  {'':{width}}  {'first':>7} {'second':>7} {'matched':>7}  "
        f"{'precision':<20} {'recall':<20} {'F1':<20} mean overlap"
    )
    for name, row in rows:
        yield (
            f"  {name:{width}.{width}}  {row.first:>7,} {row.second:>7,} "
            f"{row.matched:>7,}  "
            + " ".join(
                f"{shown(figure):<20}"
                for figure in (row.precision, row.recall, row.f1, row.overlap)
            ).rstrip()
        )
    yield f"  Same class, of what both found: {shown(one.same_class)}"
    yield f"  Krippendorff's alpha, not marked is an answer: {shown(one.alpha)}"
    if len(one.classes) == 1:
        yield f"  {ONE_CLASS}"
    for confusion in one.confusions:
        yield (
            f"  {confusion.times:,} × first: {confusion.first or 'not marked'}; "
            f"second: {confusion.second or 'not marked'}"
        )
    if one.tags is not None:
        yield from _tags_text(one.tags)


def _tags_text(tags: TagAgreement) -> Iterator[str]:
    yield f"  By image, {tags.items:,} tagged in both:"
    for name, figure in tag_figures(tags):
        yield f"    {name}: {shown(figure)}"


def tag_figures(tags: TagAgreement) -> Iterator[tuple[str, Measured]]:
    """Yield the coefficients of tags that there are, with their names."""
    yield "agreement", tags.percent
    if tags.cohen is not None:
        yield "Cohen's kappa", tags.cohen
    if tags.fleiss is not None:
        yield "Fleiss' kappa", tags.fleiss
    yield "Krippendorff's alpha", tags.alpha
    yield "Gwet's AC1", tags.ac1


def shown(figure: Measured) -> str:
    """Return a figure with its interval: 0.861 (0.838–0.883)."""
    if figure.value is None:
        return NOT_KNOWN
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def _side(one: Side) -> dict[str, Any]:
    return {
        "name": one.name,
        "format": one.format,
        "images": one.images,
        "labels": one.labels,
        "alone": len(one.alone),
        "alone_names": [name[:MOST_LETTERS] for name in one.alone[:MOST_NAMED]],
        "remarks": list(one.remarks),
    }


def _family(one: FamilyAgreement) -> dict[str, Any]:
    return {
        "family": one.family,
        "named": _row(one.named),
        "found": _row(one.found),
        "same_class": _figure(one.same_class),
        "alpha": _figure(one.alpha),
        "classes": [{"name": row.name, **_row(row.row)} for row in one.classes],
        "confusions": [
            {"first": row.first, "second": row.second, "times": row.times}
            for row in one.confusions
        ],
        "tags": None if one.tags is None else _tags(one.tags),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "first": row.first,
        "second": row.second,
        "matched": row.matched,
        "precision": _figure(row.precision),
        "recall": _figure(row.recall),
        "f1": _figure(row.f1),
        "mean_overlap": _figure(row.overlap),
    }


def _tags(tags: TagAgreement) -> dict[str, Any]:
    return {
        "items": tags.items,
        "percent": _figure(tags.percent),
        "cohen": None if tags.cohen is None else _figure(tags.cohen),
        "fleiss": None if tags.fleiss is None else _figure(tags.fleiss),
        "alpha": _figure(tags.alpha),
        "ac1": _figure(tags.ac1),
    }


def _figure(figure: Measured) -> dict[str, float | None]:
    return {
        "value": _rounded(figure.value),
        "low": _rounded(figure.low),
        "high": _rounded(figure.high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
