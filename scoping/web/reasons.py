"""The reasons of an estimate as folded rows: name, value, source, down to the leaves.

The document keeps each reason once, however many numbers rest on it. A tree prints it
where it is first met and afterwards only its value, so that no page explodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from scoping.calc.layout import HOUR, an_hour
from scoping.calc.trace import plain, significant
from scoping.web.components import Tree, TreeRow

DIGITS = 6


def tree_of(trace: Mapping[str, Any], root: str, *, key: str) -> Tree | None:
    """Return the reasons of one root (`/lines/0/unit_price`); None if it has none."""
    number = trace["roots"].get(root)
    if number is None:
        return None
    rows = tuple(_rows(trace["nodes"], number, seen=set()))
    return Tree(id=f"why-{key}", rows=rows)


def _rows(
    nodes: Mapping[str, Any], number: str, *, seen: set[str]
) -> Iterator[TreeRow]:
    node = nodes[number]
    uses = node.get("uses", [])
    if not uses or number in seen:
        yield _row(node, again=bool(uses))
        return
    seen.add(number)
    yield _row(node, opens=True)
    for used in uses:
        yield from _rows(nodes, used, seen=seen)
    yield TreeRow(closes=True)


def _row(
    node: Mapping[str, Any], *, opens: bool = False, again: bool = False
) -> TreeRow:
    return TreeRow(
        name=_name(node),
        value=value_of(node["value"], node["unit"]),
        because=_because(node, again=again),
        weak=bool(node.get("weak")),
        opens=opens,
    )


def _name(node: Mapping[str, Any]) -> str:
    """Return what a step is called; a chance is named by what it moves."""
    if node["op"] == "chance":
        return f"Chance: {str(node['name']).partition(':')[0]}"
    return str(node["name"])


def value_of(value: str, unit: str) -> str:
    """Return a value as people write it; a time for one unit also as units an hour."""
    number = Decimal(value)
    shown = f"{plain(significant(number, digits=DIGITS)):,f}".replace(
        "-", "\N{MINUS SIGN}"
    )
    if unit == "s" and 0 < number < HOUR:
        return f"{shown} s, {an_hour(number)} an hour"
    return f"{shown} {unit}".rstrip()


def _because(node: Mapping[str, Any], *, again: bool) -> str:
    if again:
        return f"{node['because']}; explained above"
    if node["op"] == "spec":
        return f"the answer at {node['at']}"
    if node["op"] == "card":
        return f"{node['because']}, {node['as_of']}; row {node['at']}"
    return str(node["because"])
