"""The part of a client's page where something is chosen: scenario, options, instead of.

A choice stands in the address as a form without scripts sends it, so that looking at it
changes nothing. Everything shown is looked up in the frozen document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from quotes.calc.choices import Choice, Group, Offered, groups, scenarios
from quotes.calc.sheet import basis_of

INSTEAD = "instead-"
SOLD_WHOLE = ("hour", "pod_month", "fixed")
"""Where the price is of the whole: what a line would cost by itself moves no total."""
MOST_LINE = 4
"""Digits of the number of a line; a longer one is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioCard:
    """A scenario beside the others: what it is called and what it comes to."""

    letter: str
    name: str
    total: str
    week: str
    low: str
    high: str
    here: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One line that can be taken, with its amount.

    Where lines have no price of their own (teams, hours, one fixed price), `change` is
    by how much taking it moves the total that is shown now.
    """

    line: int
    name: str
    amount: str | None
    taken: bool
    change: Decimal | None = None

    @property
    def changes_nothing(self) -> bool:
        """Return whether the total stays the same with it."""
        return self.change == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PickGroup:
    """Lines of which one is taken, or a single one that may be left out."""

    field: str
    picks: tuple[Pick, ...]
    may_be_none: bool
    none_taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """Everything that can be chosen, and what is chosen now."""

    scenario: str
    taken: tuple[int, ...]
    cards: tuple[ScenarioCard, ...]
    options: tuple[Pick, ...]
    groups: tuple[PickGroup, ...]


def choice_said(data: QueryDict) -> Choice:
    """Return what an address or a form says was chosen; odd values choose nothing."""
    return Choice(
        scenario=data.get("scenario", "A"),
        taken=frozenset(int(word) for word in _words(data) if _is_line(word)),
        total=data.get("total"),
    )


def oddly_chosen(data: QueryDict) -> bool:
    """Return whether a form names something to take that is no line."""
    return any(word and not _is_line(word) for word in _words(data))


def _words(data: QueryDict) -> list[str]:
    return [
        *data.getlist("take"),
        *(data.get(key, "") for key in data if key.startswith(INSTEAD)),
    ]


def _is_line(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= MOST_LINE


def choosing(document: Mapping[str, Any], offered: Offered, choice: Choice) -> Choosing:
    """Return what can be chosen in a scenario, beside the other scenarios."""
    every = scenarios(document)
    found = groups(offered.view)
    names = {line["index"]: line for line in offered.view["lines"]}
    return Choosing(
        scenario=offered.letter,
        taken=tuple(sorted(choice.taken)),
        cards=tuple(_cards(every, here=offered.letter)) if len(every) > 1 else (),
        options=tuple(
            _pick(
                names[group.lines[0]],
                taken=group.lines[0] in choice.taken,
                change=_change(offered, choice, group, group.lines[0]),
            )
            for group in found
            if group.is_option
        ),
        groups=tuple(
            _group(offered, group, names, choice)
            for group in found
            if not group.is_option
        ),
    )


def _cards(every: tuple[Offered, ...], *, here: str) -> Iterator[ScenarioCard]:
    for one in every:
        price = one.view["price"]
        yield ScenarioCard(
            letter=one.letter,
            name=one.view["name"] or f"Scenario {one.letter}",
            total=price["total"],
            week=one.view["delivery"]["week"],
            low=price["range"]["low"],
            high=price["range"]["high"],
            here=one.letter == here,
            address="?" + urlencode({"scenario": one.letter}),
        )


def _change(
    offered: Offered, choice: Choice, group: Group, line: int
) -> Decimal | None:
    """Return by how much a line moves the total, None where it has its own price.

    An option is compared with its own absence, one of several with what is taken now.
    """
    if basis_of(offered.view) not in SOLD_WHOLE:
        return None
    others = choice.taken - set(group.lines)
    standing = line == group.lines[0] and not group.may_be_none
    with_it = others if standing else others | {line}
    before = others if group.is_option else choice.taken
    return _total(offered, with_it) - _total(offered, before)


def _total(offered: Offered, taken: frozenset[int]) -> Decimal:
    return Decimal(offered.chosen(taken)["price"]["total"])


def _group(
    offered: Offered,
    group: Group,
    names: Mapping[int, Mapping[str, Any]],
    choice: Choice,
) -> PickGroup:
    first, *others = group.lines
    instead = any(index in choice.taken for index in others)
    base = first in choice.taken if group.may_be_none else not instead
    return PickGroup(
        field=f"{INSTEAD}{first}",
        picks=tuple(
            _pick(
                names[index],
                taken=base if index == first else index in choice.taken,
                change=_change(offered, choice, group, index),
            )
            for index in group.lines
        ),
        may_be_none=group.may_be_none,
        none_taken=not base and not instead,
    )


def _pick(line: Mapping[str, Any], *, taken: bool, change: Decimal | None) -> Pick:
    return Pick(
        line=line["index"],
        name=line["name"],
        amount=line["amount"],
        taken=taken,
        change=change,
    )
