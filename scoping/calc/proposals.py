"""What a client could do without or have otherwise: proposals, as patches of the spec.

Made of the spec and the card's price side alone, because clients read them. A proposal
says nothing about money; `offer_advice.py` prices it by the list, `advice.py` by an
estimate for staff. See docs/model.md#proposals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from .assumptions import NAMES, line_name
from .bill import in_total
from .methods import ENOUGH, enough, lighter_methods, satisfies
from .rates.values import PriceSide
from .spec.patch import Patch, patched, replacing
from .spec.values import Line, Spec

WITH_CORNERS = frozenset({"polygon", "polyline"})
"""Methods whose lines may state a number of vertices."""

PLACES = {"vn": "Vietnam", "us": "the United States"}
"""Names of sites in a sentence; a site that is not named here goes by its key."""

KEYS_A_SECOND = (2, 5)
"""Key frames a second of clips that are tracked: of slow scenes, and of quick ones."""

MOST_LINES = 6
"""How many lines, those with most money first, are looked at one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change of the spec: what is done instead, and what is given up with it."""

    code: str
    does: str
    gives_up: str
    patch: Patch
    path: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A proposal with its money.

    `saves` is the exact difference of two documents on that side, below 0 where money
    is lost, None where the text says what an amount or a date buys. `cost` and `price`
    are what both sides save; `cost` is None in all that a client sees. Of a proposal
    `text` is what it `does`, the amounts, and the `note`: why, and what is given up;
    one that does not `pay` is said so that nobody takes it for a saving.
    """

    code: str
    text: str
    side: Literal["price", "cost"]
    saves: Decimal | None
    gives_up: str = ""
    patch: Patch = ()
    path: str = ""
    cost: Decimal | None = None
    price: Decimal | None = None
    does: str = ""
    note: str = ""
    pays: bool = True

    def to_data(self) -> dict[str, Any]:
        """Return the advice as a row of a document; no word of cost where none is."""
        row: dict[str, Any] = {
            "code": self.code,
            "path": self.path,
            "text": self.text,
            "side": self.side,
            "saves": None if self.saves is None else str(self.saves),
            "gives_up": self.gives_up,
            "patch": [dict(one) for one in self.patch],
        }
        if self.price is not None:
            row["saves_price"] = str(self.price)
        if self.cost is not None:
            row["saves_cost"] = str(self.cost)
        if self.does:
            row |= {"does": self.does, "note": self.note, "pays": self.pays}
        return row


def ranked(found: list[Advice]) -> tuple[Advice, ...]:
    """Return advice by the money it saves, greatest first; what names none last."""
    return tuple(
        sorted(
            found,
            key=lambda one: (one.saves is None, -(one.saves or 0), one.code, one.path),
        )
    )


def best_of_each(found: list[Advice], *, codes: frozenset[str]) -> list[Advice]:
    """Return advice with the best alone of those that exclude each other.

    Of one of these codes there is one piece of advice for each place of the spec.
    """
    taken: dict[tuple[str, str], Advice] = {}
    rest = []
    for one in ranked(found):
        if one.code in codes:
            taken.setdefault((one.code, one.path), one)
        else:
            rest.append(one)
    return [*taken.values(), *rest]


def at_lightest(row: Advice, lighter: Patch) -> Advice:
    """Return what a budget buys at the lighter methods, as advice of its own."""
    return replace(
        row,
        code="budget_buys_lightest",
        text=f"With the lighter methods {row.text}",
        patch=(*lighter, *row.patch),
    )


def of_client(
    spec: Spec, lines: tuple[Line, ...], *, price: PriceSide
) -> Iterator[Proposal]:
    """Yield what a client could do without or have otherwise, need satisfied.

    `lines` are those that are looked at, all of them in the total.
    """
    for line in lines:
        yield from _lighter(spec, line)
        yield from _left_out(spec, line)
    yield from _frames(spec)
    yield from _no_rush(spec)
    yield from _elsewhere(spec, price=price)


def keeps_need(spec: Spec, proposal: Proposal) -> bool:
    """Return whether the spec still satisfies its need once a proposal is taken."""
    return satisfies(patched(spec, proposal.patch))


def many(number: int, what: str) -> str:
    """Return a number with what it counts, in the plural where there is not one."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def name_in_text(line: Line) -> str:
    """Return a line's own name in brackets, nothing where it has none."""
    return f" ({line.name})" if line.name else ""


def _lighter(spec: Spec, line: Line) -> Iterator[Proposal]:
    if spec.need is None:
        return
    for method in lighter_methods(spec, line):
        patch = [replacing(f"{line.path}/type", value=method.type)]
        if line.vertices is not None and method.type not in WITH_CORNERS:
            patch.append(replacing(f"{line.path}/vertices", value=None))
        yield Proposal(
            code="lighter_method",
            path=line.path,
            does=(
                f"{NAMES[method.type]} instead of {NAMES[line.type].lower()}"
                f"{name_in_text(line)}"
            ),
            because=ENOUGH[spec.need].because,
            gives_up=method.gives_up,
            patch=tuple(patch),
        )


def _left_out(spec: Spec, line: Line) -> Iterator[Proposal]:
    """Yield the proposal to offer a line beside the total that the need does not ask.

    A line that has an alternative stays: the alternative replaces it in the total.
    """
    replaced = any(other.alternative_to == line.index for other in spec.lines)
    if spec.need is None or replaced or enough(spec, line.type):
        return
    yield Proposal(
        code="optional_line",
        path=line.path,
        does=f"{line_name(line)} as an option beside the total",
        because=ENOUGH[spec.need].because,
        gives_up=f"{line_name(line)}, until they are ordered.",
        patch=(replacing(f"{line.path}/optional", value=True),),
    )


def _frames(spec: Spec) -> Iterator[Proposal]:
    """Yield key frames at two paces where every frame is drawn, and the other way."""
    video = spec.video
    if video is None:
        return
    if video.label_every > 1:
        yield Proposal(
            code="frame_by_frame",
            path="/video/label_every",
            does=(
                f"Every frame drawn by hand instead of one in {video.label_every}"
                + (" with the others interpolated" if video.interpolate else "")
            ),
            gives_up="The time that interpolation saves.",
            patch=(replacing("/video/label_every", value=1),),
        )
        return
    for a_second in KEYS_A_SECOND:
        every = int(video.fps / a_second)
        if 1 < every <= spec.items:
            yield Proposal(
                code="tracked",
                path="/video/label_every",
                does=(
                    f"One frame in {every} drawn and the others interpolated and "
                    f"checked, instead of every frame drawn"
                ),
                gives_up=(
                    f"What turns or appears within {every} frames is seen only when "
                    f"the frames between are checked."
                ),
                patch=(
                    replacing("/video/label_every", value=every),
                    replacing("/video/interpolate", value=True),
                ),
            )


def _no_rush(spec: Spec) -> Iterator[Proposal]:
    if spec.commercial.rush:
        yield Proposal(
            code="no_rush",
            path="/commercial/rush",
            does="No rush",
            gives_up="The place ahead of other work.",
            patch=(replacing("/commercial/rush", value=False),),
        )


def _elsewhere(spec: Spec, *, price: PriceSide) -> Iterator[Proposal]:
    """Yield the other sites, unless a residency or a named pod ties the work to one."""
    if spec.conditions.residency is not None or spec.team.pod is not None:
        return
    for key in sorted(price.site_factors):
        if key != spec.site:
            yield Proposal(
                code="other_site",
                path="/site",
                does=f"Work in {_place(key)} instead of {_place(spec.site)}",
                gives_up=f"People in {_place(spec.site)} and their working day.",
                patch=(replacing("/site", value=key),),
            )


def _place(key: str) -> str:
    return PLACES.get(key, key)


def counted(spec: Spec) -> tuple[Line, ...]:
    """Return the lines that are in the total."""
    return tuple(line for line in spec.lines if in_total(line))
