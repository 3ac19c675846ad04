"""The same image in several methods, each priced by the list: which is enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from scoping.calc.listing import list_price
from scoping.calc.methods import enough
from scoping.calc.offer_advice import listed_total
from scoping.calc.quantities import counted_volumes
from scoping.calc.rates.values import PriceSide
from scoping.calc.self_scope.answers import LIGHTEST, OFFERED, SelfScope, has_no_site
from scoping.calc.spec import Spec, SpecError
from scoping.calc.spec.values import AnnotationType, Line, UnitsPerItem
from scoping.templatetags.plumbline import count, money, unit_price
from scoping.web.components import Badge
from scoping.web.public.wording import METHODS, SAYS, TASKS, UNITS

SHOWN: tuple[AnnotationType, ...] = (
    *("image_tag", "bounding_box", "polygon", "semantic_mask"),
)
"""What is compared where objects are found, outlined or sorted."""
ONCE = frozenset({"image_tag", "semantic_mask"})
"""Methods that are compared at one an image: nobody said how many tags there are."""
NO_SITE = "none of our sites lies there"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCard:
    """One method on the example image: whether it is enough, and what it costs."""

    type: str
    name: str
    picture: str
    badge: Badge
    price: str
    currency: str
    quantity: str
    says: str
    chosen: bool
    can_be_chosen: bool
    is_lightest: bool


def method_cards(
    said: SelfScope, spec: Spec, price: PriceSide
) -> tuple[MethodCard, ...]:
    """Return a card for each method of the need, and those lighter or heavier beside.

    Poses and whole scenes have one method, and no card.
    """
    if len(OFFERED[said.need]) == 1:
        return ()
    types = OFFERED[said.need] if said.need == "tracking" else SHOWN
    types += (said.type,) if said.type not in types else ()
    return tuple(_card(said, spec, type_, price) for type_ in types)


def _card(
    said: SelfScope, spec: Spec, type_: AnnotationType, price: PriceSide
) -> MethodCard:
    line = _as(spec.lines[0], type_)
    other = replace(spec, lines=(line,))
    nowhere = has_no_site(said, price)
    total = None if nowhere else _total(other, price)
    is_enough = enough(spec, type_)
    is_lightest = type_ == LIGHTEST[said.need]
    name, picture = METHODS[type_]
    return MethodCard(
        type=type_,
        name=name,
        picture=picture,
        badge=_badge(is_enough=is_enough, is_lightest=is_lightest, said=said),
        price="on request" if total is None else total,
        currency="" if total is None else price.currency,
        quantity=NO_SITE
        if nowhere
        else _quantity(other, line, price, priced=total is not None),
        says=SAYS[type_],
        chosen=type_ == said.type,
        can_be_chosen=type_ in OFFERED[said.need] and type_ != said.type,
        is_lightest=is_lightest,
    )


def _as(line: Line, type_: AnnotationType) -> Line:
    """Return the line in another method; a tag or a mask counts once an image."""
    if type_ == line.type:
        return line
    changed = replace(line, type=type_)
    if type_ in ONCE:
        return replace(changed, units_per_item=UnitsPerItem(mean=Decimal(1)))
    return changed


def _total(spec: Spec, price: PriceSide) -> str | None:
    try:
        found = listed_total(spec, price)
    except SpecError:
        return None
    return None if found is None else money(found, price.currency)


def _quantity(spec: Spec, line: Line, price: PriceSide, *, priced: bool) -> str:
    if not priced:
        return "hard scenes differ too much"
    units = int(counted_volumes(spec, price)[line.index].quoted.value)
    each = unit_price(list_price(spec, line, price=price).value)
    return f"{count(units)} {UNITS[line.type][1]} at {each}"


def _badge(*, is_enough: bool, is_lightest: bool, said: SelfScope) -> Badge:
    if is_lightest:
        return Badge(words="Lightest that is enough", kind="good", icon="check")
    if is_enough:
        return Badge(words="More than needed")
    verb = next(task.name for task in TASKS if task.key == said.need).lower()
    return Badge(words=f"Not enough to {verb}", kind="warn", icon="warning")
