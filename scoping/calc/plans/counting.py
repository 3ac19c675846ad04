"""Boxes or images: the same work counted in two units, and why the answers differ.

An image is wrong as soon as one of its objects is. So a share wrong of objects is a
larger one of images, a batch of images holds fewer units, and a sample of whole images
tells less than as many objects drawn one by one. See docs/model.md#scopingcalcplans.
"""

from __future__ import annotations

from typing import Any


def images_with_any_wrong(share: Any, per_image: Any, likeness: Any) -> Any:
    """Return the share of images with at least one wrong object.

    `likeness` 0: objects err independently, 1 − (1 − share)^m. Above: the share of an
    image is Beta-distributed, and after i right objects the next is right with
    ((1 − share)(1 − likeness) + i × likeness) ÷ (1 + (i − 1) × likeness); so fewer
    images hold the same wrong objects. Of a fraction of an object, the last factor
    counts by it.

    >>> from decimal import Decimal
    >>> images_with_any_wrong(Decimal("0.008"), Decimal(5), Decimal(0)).normalize()
    Decimal('0.039365099552768')
    """
    whole = int(per_image)
    clean = share * 0 + 1
    for before in range(whole):
        clean = clean * _right_again(share, likeness, before)
    part = per_image - whole
    if part:
        clean = clean * _right_again(share, likeness, whole) ** part
    return 1 - clean


def _right_again(share: Any, likeness: Any, before: int) -> Any:
    """Return how often an object is right whose `before` neighbours all are."""
    return ((1 - share) * (1 - likeness) + before * likeness) / (
        1 - likeness + before * likeness
    )
