"""What a client may choose in an offer, and what each choice comes to.

Options are added, alternatives are taken in place of a line. Every choice is priced
when the quote is sent, by the same bill as the offer itself, and frozen with it: tiers,
discount, fees, minimum order, tax, range and week. Later a choice is looked up, never
worked out anew, so that no card and no release changes it. See docs/model.md#choices.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

MOST = 32
"""The ways to choose that one scenario may hold: each is priced before it is sent."""
PRICED = ("price", "lines", "fees", "delivery", "basis")
"""What of a client view a choice changes."""


class ChoiceError(ValueError):
    """Raised for a choice that the offer does not hold; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person chose, and the total that they were shown; None if none was."""

    scenario: str = "A"
    taken: frozenset[int] = frozenset()
    total: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One scenario of a client document: its letter, view, choices and first day."""

    letter: str
    view: Mapping[str, Any]
    choices: tuple[Mapping[str, Any], ...]
    starts: str | None

    def chosen(self, taken: Collection[int]) -> dict[str, Any]:
        """Return the view as it is chosen. Raises ChoiceError."""
        return chosen_view(self.view, self.choices, taken)


def scenarios(document: Mapping[str, Any]) -> tuple[Offered, ...]:
    """Return the scenarios of a client document, the first one first.

    A document of before choices were frozen has one scenario and none to make.
    """
    first = Offered(
        letter=document["scenario"],
        view=document["offer"],
        choices=tuple(document.get("choices", ())),
        starts=document.get("starts"),
    )
    return (
        first,
        *(
            Offered(
                letter=other["scenario"],
                view=other["offer"],
                choices=tuple(other["choices"]),
                starts=other["starts"],
            )
            for other in document.get("others", ())
        ),
    )


def scenario_in(document: Mapping[str, Any], letter: str) -> Offered:
    """Return a scenario of a client document. Raises ChoiceError if it has none."""
    for one in scenarios(document):
        if one.letter == letter:
            return one
    raise ChoiceError(f"This quote has no scenario {letter[:1] or '?'}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines of which one is taken, or none where `may_be_none`.

    The first is what the offer holds unless something else is chosen.
    """

    lines: tuple[int, ...]
    may_be_none: bool

    @property
    def is_option(self) -> bool:
        """Return whether it is a single line that is added or not."""
        return self.may_be_none and len(self.lines) == 1


def groups(view: Mapping[str, Any]) -> tuple[Group, ...]:
    """Return what can be chosen in a client view, in the order of its lines."""
    found = []
    for line in view["lines"]:
        if line["alternative_to"] is not None:
            continue
        others = [
            other["index"]
            for other in view["lines"]
            if other["alternative_to"] == line["index"] and _has_price(other)
        ]
        optional = bool(line["optional"])
        if (optional and _has_price(line)) or others:
            found.append(Group(lines=(line["index"], *others), may_be_none=optional))
    return tuple(found)


def offered(view: Mapping[str, Any]) -> frozenset[int]:
    """Return the lines that are in the total unless something is chosen."""
    return frozenset(
        line["index"]
        for line in view["lines"]
        if not line["optional"] and line["alternative_to"] is None
    )


def inside(view: Mapping[str, Any], taken: Collection[int]) -> frozenset[int]:
    """Return the lines of the total when these optional or alternative lines are taken.

    Raises ChoiceError for a line that cannot be chosen, and for two of one group.
    """
    free = {index for group in groups(view) for index in group.lines} - offered(view)
    unknown = sorted(set(taken) - free)
    if unknown:
        raise ChoiceError(f"Line {unknown[0] + 1} of this offer cannot be chosen.")
    lines = set(offered(view))
    for group in groups(view):
        chosen = [index for index in group.lines if index in taken]
        if len(chosen) > 1:
            first, second = chosen[0] + 1, chosen[1] + 1
            raise ChoiceError(f"Take line {first} or line {second}, not both.")
        if chosen:
            lines -= set(group.lines)
            lines.add(chosen[0])
    return frozenset(lines)


def ways(view: Mapping[str, Any]) -> int:
    """Return how many ways there are to choose."""
    return prod(len(group.lines) + group.may_be_none for group in groups(view))


def every_choice(view: Mapping[str, Any]) -> Iterator[frozenset[int]]:
    """Yield what is taken beside the offer as it stands, for every choice but that."""
    standing = offered(view)
    each = [
        (*([None] if group.may_be_none else []), *group.lines) for group in groups(view)
    ]
    for picked in product(*each):
        taken = frozenset(i for i in picked if i is not None and i not in standing)
        if taken:
            yield taken


def priced(
    view: Mapping[str, Any], *, offer: Mapping[str, Any], taken: Collection[int]
) -> dict[str, Any]:
    """Return of a client view what a choice changes, to be frozen beside the `offer`.

    What the choice leaves out is marked as it was offered; a line that is replaced
    becomes the alternative to what replaces it.
    """
    lines = inside(offer, taken)
    return {
        "taken": sorted(taken),
        **_priced(view),
        "lines": [
            {**new, **_marks(old, offer, lines)}
            for new, old in zip(view["lines"], offer["lines"], strict=True)
        ],
    }


def _priced(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a choice changes; older documents do not say how they are sold."""
    return {key: view[key] for key in PRICED if key in view}


def _marks(
    line: Mapping[str, Any], offer: Mapping[str, Any], lines: Collection[int]
) -> dict[str, Any]:
    if line["index"] in lines:
        return {"optional": False, "alternative_to": None}
    other = line["alternative_to"]
    if other is None and not line["optional"]:
        other = next(
            one["index"]
            for one in offer["lines"]
            if one["alternative_to"] == line["index"] and one["index"] in lines
        )
    return {"optional": line["optional"], "alternative_to": other}


def chosen_view(
    view: Mapping[str, Any],
    frozen: Collection[Mapping[str, Any]],
    taken: Collection[int],
) -> dict[str, Any]:
    """Return the client view with the choice in its total and the rest beside it.

    `frozen` are the choices as they were priced. Raises ChoiceError for one that is not
    among them.
    """
    inside(view, taken)
    if not taken:
        return dict(view)
    for one in frozen:
        if set(one["taken"]) == set(taken):
            return {**view, **_priced(one)}
    raise ChoiceError("This choice was not priced. Ask us for it.")


def _has_price(line: Mapping[str, Any]) -> bool:
    return line["amount"] is not None
