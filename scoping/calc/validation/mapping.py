"""A published project into a spec: one set of rules for all rows, tuned for none.

The rules read what the row says in its own columns: the task with the words that
qualify it, what is counted, how many people saw an image, what the hours include. A row
that they cannot read is not mapped, and says why. The rules stand in words in
docs/validation.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scoping.calc.rates.values import CostSide

from .values import Mapped, NotMapped, Project

TYPES = {
    "image_tagging": "image_tag",
    "rating": "image_tag",
    "bounding_box": "bounding_box",
    "polygon": "polygon",
    "semantic_mask": "semantic_mask",
    "panoptic": "semantic_mask",
    "keypoint": "keypoint",
    "polyline": "polyline",
    "cuboid_3d": "cuboid",
    "cuboid": "cuboid",
    "instance_mask": "instance_mask",
    "video_box": "video_box",
}
"""The product's annotation type of a task; a task that is not here has none."""

PER_IMAGE = frozenset({"semantic_mask"})
UNCOUNTED = PER_IMAGE | {"image_tag"}
"""Types of which there is one an image where no count is said."""

ASSISTED_CELLS = frozenset({"instance_mask", "keypoint", "cuboid"})
"""Types whose simple cell is a prior of assisted work already."""

COMPLEXITIES = (
    (r"\brating|judg(e)?ment", "expert"),
    (r"very fine|pixel[- ]accurate|ultra[- ]fine", "expert"),
    (r"\bfine\b|dense|street|crowded", "hard"),
    (r"coarse|binary|loose|sloppy|yes/no", "simple"),
)
"""Words of the task that name a complexity, in the order in which they are asked."""

ASSISTED = re.compile(r"assist|model[- ]|semi-?auto|proposal|\bsam\b", re.IGNORECASE)
DOMAINS = (
    (
        r"\bct\b|\bmri?\b|x-?ray|histolog|patholog|biops|medical|lesion|\borgans?\b",
        "medical",
    ),
    (r"aerial|satellite|remote sensing|\bgeo", "geo"),
)
SOLID = re.compile(r"volume|\bmesh|\bscan\b|point cloud|lidar", re.IGNORECASE)
NOT_COUNTED = re.compile(r"not (counted|included)|without|excl", re.IGNORECASE)
CHECKS = re.compile(r"check|review|verif|\bqc\b|\bqa\b|quality control", re.IGNORECASE)
FOLD = re.compile(
    r"(\d)\s*(?:-|\s)?fold redundancy|(\d)\s+(?:workers|people|annotators|labell?ers)"
    r"\s+per\s+(?:image|object|item)",
    re.IGNORECASE,
)
BODY = re.compile(r"person|people|pose|body|bodies|hand|face|animal", re.IGNORECASE)
POINTS = re.compile(r"(\d{1,3})[- ](?:key)?point", re.IGNORECASE)
BODY_POINTS = 17
"""Keypoints of one body where no number is said, as in the prior that was timed."""

LEAST_AN_ITEM, MOST_AN_ITEM = 0.000001, 10_000


def mapped(project: Project, *, cost: CostSide) -> Mapped | NotMapped:
    """Return a published project as a spec, or the reason why it is none.

    The card gives the accept rate of a typical model, for assisted work of a type whose
    cells are all of work by hand.
    """
    reason, hours = next(_reasons(project), ""), project.hours
    if reason or hours is None:
        return NotMapped(project=project, reason=reason)
    type_ = TYPES[_task(project)]
    items, units = _counts(project, type_)
    if not LEAST_AN_ITEM <= units / items <= MOST_AN_ITEM:
        reason = f"It holds {units / items:,.7f} units an image: no spec says that."
        return NotMapped(project=project, reason=reason)
    redundancy = _redundancy(project)
    return Mapped(
        project=project,
        document=_document(
            project,
            type_,
            items=items,
            units=units,
            redundancy=redundancy,
            accept_rate=_typical(cost, type_),
        ),
        type=type_,
        units=units,
        redundancy=redundancy,
        with_checks=_with_checks(project.includes),
        clock="session" if "session" in project.includes.lower() else "label",
        hours=hours,
    )


def _task(project: Project) -> str:
    return re.split(r"[\s(]", project.task, maxsplit=1)[0]


def _reasons(project: Project) -> Iterator[str]:
    """Yield why a row is not mapped, nothing where it is."""
    task = _task(project)
    type_ = TYPES.get(task)
    if project.trouble:
        yield project.trouble
    if "+" in project.task:
        yield "It names several tasks together, and no units of each."
    if type_ is None:
        yield f"“{project.task}” is none of the product's annotation types."
    if project.hours is None:
        yield "It reports no hours."
    if type_ != "cuboid" and SOLID.search(f"{project.task} {project.object_unit}"):
        yield "A volume or a scan is neither an image nor a frame."
    yield from _uncounted(project, type_)


def _uncounted(project: Project, type_: str | None) -> Iterator[str]:
    if type_ in PER_IMAGE and project.images is None:
        yield "It does not say how many images there are."
    if type_ not in UNCOUNTED and project.objects is None:
        yield "It does not say how many objects were labelled."
    if project.images is None and project.objects is None:
        yield "It does not say how many images or labels there are."


def _counts(project: Project, type_: str) -> tuple[int, float]:
    """Return items and units; a count that is not said is taken as one an image."""
    images = project.images or project.objects or 1
    if type_ in PER_IMAGE:
        return images, float(images)
    return images, float(project.objects or images) * _points(project, type_)


def _points(project: Project, type_: str) -> int:
    """Return the keypoints of one counted object: of a body, as many as are said."""
    said = f"{project.task} {project.object_unit}"
    if type_ != "keypoint" or not BODY.search(said):
        return 1
    found = POINTS.search(said)
    return int(found.group(1)) if found is not None else BODY_POINTS


def _redundancy(project: Project) -> int:
    for text in (project.includes, project.review_scheme):
        found = FOLD.search(text)
        if found is not None:
            return max(1, int(found.group(1) or found.group(2)))
    return 1


def _with_checks(includes: str) -> bool:
    """Return whether a part of the hours is said to be checks, and not left out."""
    return any(
        CHECKS.search(part) and not NOT_COUNTED.search(part)
        for part in re.split(r"[;,]", includes)
    )


def _document(
    project: Project,
    type_: str,
    *,
    items: int,
    units: float,
    redundancy: int,
    accept_rate: Mapping[str, str],
) -> dict[str, Any]:
    assisted = ASSISTED.search(project.task) is not None
    line: dict[str, Any] = {
        "type": type_,
        "units_per_item": f"{units / items:.6f}",
        "complexity": _complexity(project, type_, assisted=assisted),
        "redundancy": redundancy,
    }
    if project.classes is not None:
        line["classes"] = project.classes
    if project.vertices is not None and type_ in ("polygon", "instance_mask"):
        line["vertices"] = f"{max(project.vertices, 3):.6f}"
    for pattern, domain in DOMAINS:
        if re.search(pattern, f"{project.task} {project.dataset}", re.IGNORECASE):
            line["domain"] = domain
            break
    if assisted and type_ not in ASSISTED_CELLS:
        line["prelabel"] = {"accept_rate": dict(accept_rate)}
    document: dict[str, Any] = {
        "spec": 1,
        "name": project.dataset[:200],
        "items": items,
        "start_on": "2026-03-02",
        "seed": 271,
        "lines": [line],
    }
    if project.crew is not None:
        document["team"] = {"annotators": min(project.crew, 5_000)}
    return document


def _complexity(project: Project, type_: str, *, assisted: bool) -> str:
    for pattern, complexity in COMPLEXITIES:
        if re.search(pattern, project.task, re.IGNORECASE):
            return complexity
    return "simple" if assisted and type_ in ASSISTED_CELLS else "standard"


def _typical(cost: CostSide, type_: str) -> dict[str, str]:
    rate = (cost.prelabel.get(type_) or cost.prelabel["default"]).accept_rate
    return {
        "p10": str(rate.p10.value),
        "p50": str(rate.p50.value),
        "p90": str(rate.p90.value),
    }
