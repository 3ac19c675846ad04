"""What two passes agree on, counted image by image: matched, missed, extra, by class.

Two countings, because two things can go wrong. *Named*: labels match only within their
class, so a wrong class is one label missed and one too many. *Found*: the class does
not matter, only whether the same object was marked; what it was called is then looked
at on the pairs, with "not marked" as an answer of its own. See docs/model.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import overlap as overlap_of
from .pairs import matched
from .values import Family, Floats, Label, LabelError, Outline, Pair, Sigmas, Whole

NOT_MARKED = ""
"""The answer of a pass that has no label for an object; no class has this name."""
MATCHED, FIRST, SECOND, OVERLAP = range(4)
COLUMNS = 4
MOST_CLASSES = 1_000
Places = tuple[Whole, Whole]
"""The class of each label of either pass, as a place in the list of classes."""


class TooMuchError(ValueError):
    """Raised where comparing would take longer than the caller allows."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Counted:
    """Sums of every image, in the order of the images.

    `named`: images × classes × (matched, in the first, in the second, overlap).
    `found`: images × the same four, whatever the class.
    `said`: images × (pairs that differ, each way; each class; not marked).
    `confused`: how often the first pass said one and the second another.
    """

    classes: tuple[str, ...]
    named: Floats
    found: Floats
    said: Floats
    confused: Counter[tuple[str, str]]


def counted(
    pairs: Sequence[Pair],
    family: Family,
    *,
    least: float,
    sigmas: Sigmas,
    most_work: float = float("inf"),
) -> Counted:
    """Return what two passes agree on in one family of labels.

    `most_work` bounds the cells that are reckoned: corners × corners of outlines that
    are laid on each other, labels × labels of an image. Raises TooMuchError above it,
    and LabelError, naming the image, for shapes that cannot be compared.
    """
    labels = [
        tuple([one for one in image.labels if one.family == family] for image in both)
        for both in ((pair.first, pair.second) for pair in pairs)
    ]
    classes = tuple(sorted({one.name for both in labels for x in both for one in x}))
    if len(classes) > MOST_CLASSES:
        raise TooMuchError(
            f"{len(classes):,} classes are more than the {MOST_CLASSES:,} that are "
            f"compared. Give two files with fewer classes."
        )
    place = {name: number for number, name in enumerate(classes)}
    shape = (len(pairs), len(classes), COLUMNS)
    named, found = np.zeros(shape), np.zeros((len(pairs), COLUMNS))
    said = np.zeros((len(pairs), 1 + len(classes) + 1))
    confused: Counter[tuple[str, str]] = Counter()
    left = most_work
    for number, (pair, (first, second)) in enumerate(zip(pairs, labels, strict=True)):
        left -= _work(first, second)
        if left < 0:
            raise TooMuchError(
                f"The labels are too many or too detailed to compare here: image "
                f"{number + 1:,} of {len(pairs):,} was reached. Give a part of the "
                f"images, or compare on the command line."
            )
        try:
            likeness = overlap_of.overlaps(
                first, second, sigmas=sigmas, image_area=_area(pair), least=least
            )
        except LabelError as error:
            raise LabelError(f"Image {pair.second.name}: {error}") from error
        rows = np.array([place[one.name] for one in first], dtype=np.int64)
        columns = np.array([place[one.name] for one in second], dtype=np.int64)
        _count_named(named[number], likeness, (rows, columns), least)
        answers = _count_found(found[number], likeness, (rows, columns), least)
        for one, other in answers:
            # Not marked is -1, and stands in the last column.
            said[number, one + 1 if one >= 0 else -1] += 1
            said[number, other + 1 if other >= 0 else -1] += 1
            said[number, 0] += 2 * (one != other)
            confused[_name(one, classes), _name(other, classes)] += 1
    return Counted(
        classes=classes, named=named, found=found, said=said, confused=confused
    )


def _count_named(into: Floats, likeness: Floats, names: Places, least: float) -> None:
    """Count each class by itself: pairs of one class alone can match."""
    for column, places in ((FIRST, names[0]), (SECOND, names[1])):
        np.add.at(into[:, column], places, 1)
    same = names[0][:, np.newaxis] == names[1][np.newaxis, :]
    # A class never competes with another, so one assignment answers for all of them.
    for match in matched(np.where(same, likeness, 0), least=least):
        row = into[names[0][match.first]]
        row[MATCHED] += 1
        row[OVERLAP] += match.overlap


def _count_found(
    into: Floats, likeness: Floats, names: Places, least: float
) -> list[tuple[int, int]]:
    """Count whatever the class; return what each pass said of each object."""
    into[FIRST], into[SECOND] = likeness.shape
    matches = matched(likeness, least=least)
    into[MATCHED] = len(matches)
    into[OVERLAP] = sum(match.overlap for match in matches)
    ours = {match.first for match in matches}
    theirs = {match.second for match in matches}
    return [
        *((int(names[0][one.first]), int(names[1][one.second])) for one in matches),
        *((int(name), -1) for at, name in enumerate(names[0]) if at not in ours),
        *((-1, int(name)) for at, name in enumerate(names[1]) if at not in theirs),
    ]


def _name(place: int, classes: Sequence[str]) -> str:
    return NOT_MARKED if place < 0 else classes[place]


def _area(pair: Pair) -> float | None:
    for image in (pair.second, pair.first):
        if image.width and image.height:
            return float(image.width * image.height)
    return None


def _work(first: Sequence[Label], second: Sequence[Label]) -> float:
    """Return the cells that an image may take: as if every outline met every other."""
    corners = [
        [
            sum(len(ring) for ring in one.shape.rings)
            for one in labels
            if isinstance(one.shape, Outline)
        ]
        for labels in (first, second)
    ]
    ours, theirs = (np.array(one, dtype=np.float64) for one in corners)
    # (a + b)² summed over all pairs, without making them.
    outlines = (
        len(theirs) * (ours**2).sum()
        + len(ours) * (theirs**2).sum()
        + 2 * ours.sum() * theirs.sum()
    )
    return float(len(first) * len(second) + outlines)
