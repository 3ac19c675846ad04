"""What tools and people usually call a type of label or a stage of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Every child that reads a file begins with these words, and needs no calculation.
    from scoping.calc.spec.values import AnnotationType

TYPES: Mapping[str, AnnotationType] = {
    **dict.fromkeys(
        ("image tag", "tag", "tags", "classification", "image classification", "label"),
        "image_tag",
    ),
    **dict.fromkeys(
        (
            *("bounding box", "bounding boxes", "box", "boxes", "bbox", "2d box"),
            *("2d bounding box", "object detection"),
        ),
        "bounding_box",
    ),
    **dict.fromkeys(("polygon", "polygons", "outline", "outlines"), "polygon"),
    **dict.fromkeys(
        (
            *("semantic mask", "semantic segmentation", "semantic", "full scene mask"),
            *("full-scene mask", "mask"),
        ),
        "semantic_mask",
    ),
    **dict.fromkeys(
        ("instance mask", "instance segmentation", "instance masks"), "instance_mask"
    ),
    **dict.fromkeys(
        ("keypoint", "keypoints", "landmark", "landmarks", "pose"), "keypoint"
    ),
    **dict.fromkeys(("polyline", "polylines", "line", "lane", "lanes"), "polyline"),
    **dict.fromkeys(
        ("cuboid", "cuboids", "3d box", "3d bounding box", "3d cuboid"), "cuboid"
    ),
    **dict.fromkeys(
        ("video box", "video boxes", "tracking", "object tracking"), "video_box"
    ),
}
STAGES: Mapping[str, str] = {
    **dict.fromkeys(
        ("labelling", "labeling", "annotation", "annotating", "annotate"), "label"
    ),
    **dict.fromkeys(("qa", "qc", "reviewing", "quality check"), "review"),
    **dict.fromkeys(("correction", "corrections", "fixing", "repair"), "rework"),
    **dict.fromkeys(("sample check", "spot check", "sampling"), "audit"),
}
WORDS: Mapping[str, Mapping[str, str]] = {"annotation_type": TYPES, "stage": STAGES}


def in_our_words(name: str, cell: str) -> str:
    """Return a type or a stage as we write it, any other cell as it stands.

    For mapped files alone: what the canonical columns hold is ours to the letter.

    >>> in_our_words("annotation_type", "Bounding  Boxes"), in_our_words("actor", "QA")
    ('bounding_box', 'QA')
    """
    known = WORDS.get(name, {})
    return known.get(" ".join(cell.casefold().replace("_", " ").split()), cell)
