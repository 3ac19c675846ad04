"""What is assumed until somebody says otherwise: numbered, with what each end does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.offer import Offer
from scoping.calc.self_scope.answers import SelfScope
from scoping.calc.self_scope.parts import Ends, ends_of
from scoping.calc.self_scope.unknowns import Unknowns
from scoping.calc.spec import Spec
from scoping.templatetags.plumbline import count, unit_price
from scoping.web.public.wording import ASSUMED, one_of

ON_REQUEST = "on request"
NO_CHANGE = "no change"
ASKED = {
    "complexity": "complexity",
    "occlusion": "occlusion",
    "domain": "domain",
}
"""Keys of a line whose standard word is an assumption, and the field that asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedRow:
    """One numbered assumption; `field` is where it is answered, "" once it is."""

    number: int
    text: str
    holds: str = ""
    less: str = ""
    more: str = ""
    field: str = ""


def assumed_rows(
    said: SelfScope, spec: Spec, made: Offer, *, unknowns: Unknowns
) -> tuple[AssumedRow, ...]:
    """Return the numbered assumptions of an offer, and of answers nobody gave.

    Numbers are those of the offer's own list; what that list does not know goes on
    from there.
    """
    rows = []
    for one in made.assumptions:
        key = one.path.rsplit("/", 1)[-1]
        if key in ASKED and not one.said:
            ends = ends_of(
                spec, spec.lines[0], key, price=made.price, unknowns=unknowns
            )
            rows.append(
                _open(one.number, ASSUMED[key], ends, made=made, field=ASKED[key])
            )
        elif key == "units_per_item" and said.objects is None and not said.sample:
            rows.append(
                AssumedRow(
                    number=one.number,
                    text=f"{one.text}, because you do not know",
                    holds=f"{one.tolerance}: the range covers it",
                    field="typical",
                )
            )
        else:
            rows.append(
                AssumedRow(number=one.number, text=one.text, holds=one.tolerance)
            )
    for further, row in enumerate(
        _further(said, spec, made, unknowns=unknowns), start=len(rows) + 1
    ):
        rows.append(
            AssumedRow(
                number=further,
                text=row.text,
                holds=row.holds,
                less=row.less,
                more=row.more,
                field=row.field,
            )
        )
    return tuple(rows)


def _further(
    said: SelfScope, spec: Spec, made: Offer, *, unknowns: Unknowns
) -> Iterator[AssumedRow]:
    line, price = spec.lines[0], made.price
    if said.images is None:
        images = unknowns.images
        yield AssumedRow(
            number=0,
            text=f"There are {count(spec.items)} images, because you do not know",
            holds=f"{count(images.low)} to {count(images.high)}: the range covers it",
            field="images",
        )
    if said.accuracy is None:
        ends = ends_of(spec, line, "accuracy", price=price, unknowns=unknowns)
        right = (spec.quality.accuracy * 100).normalize()
        text = f"{right:f} of 100 must be right"
        yield _open(0, text, ends, made=made, field="accuracy_0.95")
    if said.kinds is None:
        ends = ends_of(spec, line, "classes", price=price, unknowns=unknowns)
        steps = sorted(step.at_least for step in price.position_steps["classes"])
        few = next((int(step) - 1 for step in steps if step > 1), 1)
        yield _open(0, f"Up to {few} kinds of object", ends, made=made, field="kinds")
    if said.resolution is None and "resolution/normal" in price.position_words:
        ends = ends_of(spec, line, "resolution", price=price, unknowns=unknowns)
        yield _open(0, ASSUMED["resolution"], ends, made=made, field="resolution")
    if said.points is None and line.type == "keypoint":
        yield AssumedRow(
            number=0,
            text=f"Each has {count(unknowns.figures['points'])} points",
            holds="as many as you say",
            field="points",
        )


def _open(number: int, text: str, ends: Ends, *, made: Offer, field: str) -> AssumedRow:
    one = one_of(made.spec.lines[0].type)
    return AssumedRow(
        number=number,
        text=text,
        less=_end(ends.less, one),
        more=_end(ends.more, one),
        field=field,
    )


def _end(by: Decimal | None, one: str) -> str:
    if by is None:
        return ON_REQUEST
    if by == 0:
        return NO_CHANGE
    sign = "+" if by > 0 else ""
    return f"{sign}{unit_price(by)} {one}"
