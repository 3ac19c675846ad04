"""What tools and people usually call a type of label or a stage of work."""

from __future__ import annotations

from collections.abc import Mapping

from .rfq import TYPES

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
