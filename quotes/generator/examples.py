"""Truths of the demo's running project: denser, slower and worse than it was quoted.

Only the generator is told; the product has to find out from the exports.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .truth import Truth

BATCH = 1000
"""Items in a batch of the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueLine:
    """A line of a project, by name and annotation type, and what is true of it."""

    name: str
    annotation_type: str
    truth: Truth


def street_scenes(begun: date, *, items: int) -> tuple[TrueLine, ...]:
    """Return what is true of each line of the street scenes, labelled from a day on."""
    batches = items // BATCH
    boxes = Truth(
        start=begun,
        batches=batches,
        items_per_batch=BATCH,
        units_per_item=5.3,
        var_to_mean=3.0,
        annotators=3,
        reviewers=1,
        seconds_per_unit=13.4,
        project_effect=0.05,
        worker_sigma=0.15,
        practice=1.3,
        practice_units=2000,
        first_pass_defect=0.07,
        defect_clustering=0.01,
        crew="boxes",
    )
    tags = Truth(
        start=begun,
        batches=batches,
        items_per_batch=BATCH,
        units_per_item=2.0,
        var_to_mean=1.0,
        annotators=1,
        reviewers=1,
        seconds_per_unit=2.7,
        worker_sigma=0.0,
        first_pass_defect=0.03,
        defect_clustering=0.0,
        crew="tags",
    )
    outlines = Truth(
        start=begun,
        batches=batches,
        items_per_batch=BATCH * 8 // 100,
        items_per_job=20,
        units_per_item=4.8,
        var_to_mean=1.8,
        annotators=1,
        reviewers=1,
        seconds_per_unit=58.0,
        worker_sigma=0.0,
        first_pass_defect=0.08,
        defect_clustering=0.0,
        crew="outlines",
    )
    return (
        TrueLine(name="Boxes", annotation_type="bounding_box", truth=boxes),
        TrueLine(
            name="Tags for day and weather", annotation_type="image_tag", truth=tags
        ),
        TrueLine(
            name="Outlines of vehicles", annotation_type="polygon", truth=outlines
        ),
    )
