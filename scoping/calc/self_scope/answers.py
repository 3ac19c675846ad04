"""Plain answers into a spec: what a client said, and what is taken where she did not.

The document is made for the public door, so that it can hold nothing that only staff
may write. Two things follow from an answer and are put in by us: the site, where the
data may lie in one country alone, and the currency of the card.
See docs/model.md#scopingcalcself_scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from scoping.calc.rates.values import PriceSide
from scoping.calc.spec import Spec, read_spec
from scoping.calc.spec.normal import seed_of
from scoping.calc.spec.values import AnnotationType, Line, Need

from .unknowns import Unknowns

LIGHTEST: Mapping[Need, AnnotationType] = MappingProxyType(
    {
        "classification": "image_tag",
        "object_detection": "bounding_box",
        "instance_segmentation": "polygon",
        "semantic_segmentation": "semantic_mask",
        "pose": "keypoint",
        "tracking": "video_box",
    }
)
"""The method that a need begins with: the lightest that satisfies it."""
OFFERED: Mapping[Need, tuple[AnnotationType, ...]] = MappingProxyType(
    {
        "classification": ("image_tag", "bounding_box", "polygon", "semantic_mask"),
        "object_detection": ("bounding_box", "polygon", "instance_mask"),
        "instance_segmentation": ("polygon", "instance_mask"),
        "semantic_segmentation": ("semantic_mask",),
        "pose": ("keypoint",),
        "tracking": ("video_box", "bounding_box", "polygon"),
    }
)
"""The methods that can be asked for: each satisfies the need."""
ONE_AN_IMAGE: frozenset[AnnotationType] = frozenset({"semantic_mask"})
"""Methods that are counted by the image, whatever is in it."""

Count = Decimal | tuple[Decimal, Decimal, Decimal]
"""An exact average, or low, typical and high of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfScope:
    """What was answered. None is "I don't know", and so is what nobody asked yet.

    `objects` is the average number in an image; `sample` are counted images, and hold
    where there are any. `points` are landmarks on each object, for poses alone.
    `residency`: the country in which the data has to stay.
    """

    need: Need
    images: int | None = None
    objects: Count | None = None
    sample: tuple[int, ...] = ()
    accuracy: Decimal | None = None
    deadline: date | None = None
    name: str = ""
    method: AnnotationType | None = None
    kinds: int | None = None
    points: int | None = None
    complexity: str | None = None
    occlusion: str | None = None
    domain: str | None = None
    resolution: str | None = None
    start_on: date | None = None
    calendar: str | None = None
    budget: Decimal | None = None
    secure_room: bool = False
    residency: str | None = None

    @property
    def type(self) -> AnnotationType:
        """Return the method: the one asked for, or the lightest of the need."""
        return self.method or LIGHTEST[self.need]


def spec_of(
    said: SelfScope, unknowns: Unknowns, *, price: PriceSide, today: date
) -> Spec:
    """Return the spec of the answers. Raises SpecError with every problem.

    Where the data has to stay in a country in which we work, the work is done there.
    """
    spec = read_spec(document_of(said, unknowns), door="public", today=today)
    site = spec.site
    if said.residency is not None and said.residency in price.site_factors:
        site = said.residency
    return replace(spec, site=site, currency=price.currency, seed=_seed_of(spec))


def _seed_of(spec: Spec) -> int:
    """Return a seed of the counts alone: what moves no count moves no range by luck."""
    line = Line(
        index=0,
        type="bounding_box",
        units_per_item=spec.lines[0].units_per_item,
    )
    return seed_of(Spec(items=1, lines=(line,), seed=0, start_on=date.min))


def has_no_site(said: SelfScope, price: PriceSide) -> bool:
    """Return whether the data has to stay where none of our sites lies."""
    return said.residency is not None and said.residency not in price.site_factors


def document_of(said: SelfScope, unknowns: Unknowns) -> dict[str, Any]:
    """Return the document of the answers, as the public door reads it."""
    line: dict[str, Any] = {
        "type": said.type,
        "units_per_item": _per_item(said, unknowns),
    }
    words = {
        "classes": said.kinds,
        "complexity": said.complexity,
        "occlusion": said.occlusion,
        "domain": said.domain,
        "resolution": said.resolution,
    }
    line |= {key: value for key, value in words.items() if value is not None}
    images = int(unknowns.images.typical) if said.images is None else said.images
    document: dict[str, Any] = {
        "spec": 1,
        "name": said.name,
        "need": said.need,
        "items": images,
        "item_kind": "frame" if said.need == "tracking" else "image",
        "lines": [line],
        "conditions": {"secure_room": said.secure_room, "residency": said.residency},
    }
    dates = {"deadline": said.deadline, "start_on": said.start_on}
    document |= {
        key: value.isoformat() for key, value in dates.items() if value is not None
    }
    if said.calendar is not None:
        document["client_calendar"] = said.calendar
    if said.accuracy is not None:
        document["quality"] = {"accuracy": said.accuracy}
    if said.budget is not None:
        document["budget"] = said.budget
    return document


def _per_item(said: SelfScope, unknowns: Unknowns) -> Any:
    """Return units an image: counted, said, or what stands for a count not known."""
    if said.type in ONE_AN_IMAGE:
        return 1
    each = 1
    if said.type == "keypoint":
        each = said.points or int(unknowns.figures["points"])
    if said.sample:
        return {"sample": [count * each for count in said.sample]}
    found = said.objects
    if found is None:
        unknown = unknowns.objects[said.need]
        found = (unknown.low, unknown.typical, unknown.high)
    if isinstance(found, Decimal):
        return found * each
    low, typical, high = (value * each for value in found)
    return {"mean": {"p10": low, "p50": typical, "p90": high}}
