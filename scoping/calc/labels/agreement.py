"""How alike two passes over the same images are, with how sure that is.

The first pass is held against the second. Precision: of what the first marked, how much
the second has. Recall: of what the second marked, how much the first found. F1 holds
both against each other and does not care which pass is which; mean overlap says how
closely matched labels lie on each other.

Every interval resamples whole images. Alpha takes the classes of matched objects, with
"not marked" as one more answer, as KALOS does; with a single class it can only punish,
because nobody can agree that an object is not there. See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from scoping.calc.agreement import CONFIDENCE
from scoping.calc.ratings import TagAgreement, nominal_alpha, tag_agreement
from scoping.calc.resampling import (
    DRAWS,
    FEWEST,
    Figure,
    Measured,
    measured,
    measured_share,
    resampled_sums,
)

from .counting import (
    COLUMNS,
    FIRST,
    MATCHED,
    NOT_MARKED,
    OVERLAP,
    SECOND,
    Counted,
    counted,
)
from .values import (
    COCO_PERSON,
    FAMILIES,
    Family,
    Floats,
    Image,
    LabelError,
    Pair,
    Sigmas,
)

LEAST = 0.5
CONFUSIONS = 10
MOST_DRAWN = 60_000_000
"""Sums of resamples that are held at once; more classes get fewer resamples."""
FEWEST_DRAWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Counts and figures of one class, or of all of them."""

    first: int
    second: int
    matched: int
    precision: Measured
    recall: Measured
    f1: Measured
    overlap: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """The figures of one class."""

    name: str
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often the first pass said one thing and the second another; None: nothing."""

    first: str | None
    second: str | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyAgreement:
    """Agreement about boxes and outlines, about keypoints, or about tags.

    `named` counts labels of one class, `found` whatever the class. `same_class` is the
    share of found pairs with one class; `alpha` is over all objects that either marked.
    `tags`: coefficients over images, for tags alone.
    """

    family: Family
    named: Row
    found: Row
    same_class: Measured
    alpha: Measured
    classes: tuple[ClassRow, ...]
    confusions: tuple[Confusion, ...]
    tags: TagAgreement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How alike two passes are over the images that both have."""

    images: int
    least: float
    confidence: float
    draws: int
    families: tuple[FamilyAgreement, ...]


def agreement(  # noqa: PLR0913 - each is named, and has a default
    pairs: Sequence[Pair],
    *,
    rng: Generator,
    least: float = LEAST,
    sigmas: Sigmas = COCO_PERSON,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
    most_work: float = float("inf"),
) -> Agreement:
    """Return how alike two passes are.

    `least`: overlap, or likeness of keypoints, from which on two labels are of one
    object; above 0, at most 1. Raises LabelError without images or labels to compare.
    """
    if not pairs:
        raise LabelError("The two passes have no image in common.")
    if not 0 < least <= 1:
        raise LabelError("The least overlap is above 0 and at most 1.")
    present = {
        one.family for pair in pairs for image in _both(pair) for one in image.labels
    }
    if not present:
        raise LabelError(
            "Neither pass has a label on the images that both have, so there is "
            "nothing to agree on."
        )
    return Agreement(
        images=len(pairs),
        least=least,
        confidence=confidence,
        draws=draws,
        families=tuple(
            _of_family(
                counted(pairs, family, least=least, sigmas=sigmas, most_work=most_work),
                family,
                rng=rng,
                draws=draws,
                confidence=confidence,
                tags=(
                    _tags(pairs, rng=rng, draws=draws, confidence=confidence)
                    if family == "tags"
                    else None
                ),
            )
            for family in FAMILIES
            if family in present
        ),
    )


def _both(pair: Pair) -> tuple[Image, Image]:
    return pair.first, pair.second


def _of_family(
    found: Counted,
    family: Family,
    *,
    rng: Generator,
    draws: int,
    confidence: float,
    tags: TagAgreement | None,
) -> FamilyAgreement:
    many = len(found.classes)
    images = len(found.named)
    pairs_alike = found.found[:, MATCHED] - _differing(found)
    rows = np.column_stack(
        [
            found.named.sum(axis=1),
            found.found,
            pairs_alike,
            found.said,
            found.named.reshape(images, many * COLUMNS),
        ]
    )
    draws = max(FEWEST_DRAWS, min(draws, MOST_DRAWN // rows.shape[1]))
    sums = resampled_sums(rows, rng=rng, draws=draws) if images >= FEWEST else None
    whole = rows.sum(axis=0)

    def row_at(start: int) -> Row:
        part = slice(start, start + COLUMNS)
        return _row(
            rows[:, part],
            None if sums is None else sums[:, part],
            confidence=confidence,
        )

    both = [COLUMNS + MATCHED, 2 * COLUMNS]
    said = slice(2 * COLUMNS + 1, 2 * COLUMNS + 1 + many + 2)
    classes = 2 * COLUMNS + 1 + many + 2
    return FamilyAgreement(
        family=family,
        named=row_at(0),
        found=row_at(COLUMNS),
        same_class=measured_share(
            _share_of(1, 0),
            whole=whole[both],
            sums=None if sums is None else sums[:, both],
            images=int((rows[:, COLUMNS + MATCHED] > 0).sum()),
            confidence=confidence,
        ),
        alpha=measured(
            nominal_alpha,
            whole=whole[said],
            sums=None if sums is None else sums[:, said],
            confidence=confidence,
        ),
        classes=tuple(
            ClassRow(name=name, row=row_at(classes + number * COLUMNS))
            for number, name in enumerate(found.classes)
        ),
        confusions=_confusions(found),
        tags=tags,
    )


def _differing(found: Counted) -> Floats:
    """Return, of each image, the matched pairs with two classes."""
    # Each differing pair counts twice; a label that nobody answers is such a pair, too.
    lonely = (
        found.found[:, FIRST] + found.found[:, SECOND] - 2 * found.found[:, MATCHED]
    )
    differing: Floats = found.said[:, 0] / 2 - lonely
    return differing


def _row(rows: Floats, sums: Floats | None, *, confidence: float) -> Row:
    whole = rows.sum(axis=0)

    def share(figure: Figure, *over: int) -> Measured:
        return measured_share(
            figure,
            whole=whole,
            sums=sums,
            images=int((rows[:, over].sum(axis=1) > 0).sum()),
            confidence=confidence,
        )

    return Row(
        first=int(whole[FIRST]),
        second=int(whole[SECOND]),
        matched=int(whole[MATCHED]),
        precision=share(_share_of(MATCHED, FIRST), FIRST),
        recall=share(_share_of(MATCHED, SECOND), SECOND),
        f1=share(_f1, FIRST, SECOND),
        overlap=measured(
            _share_of(OVERLAP, MATCHED), whole=whole, sums=sums, confidence=confidence
        ),
    )


def _share_of(part: int, of: int) -> Figure:
    """Return the share that one column is of another; unknown where that is 0."""

    def share(sums: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            shares: Floats = sums[:, part] / sums[:, of]
        return shares

    return share


def _f1(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = 2 * sums[:, MATCHED] / (sums[:, FIRST] + sums[:, SECOND])
    return share


def _confusions(found: Counted) -> tuple[Confusion, ...]:
    """Return what was mistaken for what, most often first."""
    differing = [
        Confusion(
            first=None if one == NOT_MARKED else one,
            second=None if other == NOT_MARKED else other,
            times=times,
        )
        for (one, other), times in sorted(
            found.confused.items(), key=lambda item: (-item[1], item[0])
        )
        if one != other
    ]
    return tuple(differing[:CONFUSIONS])


def _tags(
    pairs: Sequence[Pair], *, rng: Generator, draws: int, confidence: float
) -> TagAgreement | None:
    """Return the coefficients of what images were called; None where none was twice.

    Several tags of an image are one answer: their set.
    """
    said = [tuple(_answer(image) for image in _both(pair)) for pair in pairs]
    if not any(None not in answers for answers in said):
        return None
    return tag_agreement(said, rng=rng, draws=draws, confidence=confidence)


def _answer(image: Image) -> str | None:
    words = sorted(one.name for one in image.labels if one.family == "tags")
    return " + ".join(words) or None
